"""What an attempt costs in statements: stated exactly, and the same whatever its length."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import actions
from assessments.models import Attempt
from courses.outline import outdate
from tests.assessments.factories import (
    QuestionFactory,
    QuizFactory,
    begun,
    lesson_page,
    quiz_page,
)
from tests.courses.factories import require

pytestmark = pytest.mark.django_db
NOT_COUNTED = re.compile(r"(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK)")
WRITES = re.compile(r"(INSERT|UPDATE|DELETE)")


class Counted:
    """The statements of a block, and those of them that write."""

    def __enter__(self):
        self.captured = CaptureQueriesContext(connection)
        self.captured.__enter__()
        return self

    def __exit__(self, *error):
        self.captured.__exit__(*error)
        said = [query["sql"] for query in self.captured.captured_queries]
        self.all = [sql for sql in said if not NOT_COUNTED.match(sql)]
        self.writes = [sql for sql in self.all if WRITES.match(sql)]

    @property
    def numbers(self):
        return len(self.all), len(self.writes)


def made(size, **given):
    """A quiz in a module that asks for it and for a lesson."""
    page = quiz_page(QuizFactory(questions=QuestionFactory.create_batch(size), **given))
    lesson_page()
    require(page.get_parent().specific)
    outdate()
    return page


def whole_attempt(client, page, size):
    """Open, start, see all questions, send them, read the review: five requests."""
    start = reverse("assessments:start", args=[page.translation_key])
    with Counted() as opened:
        assert client.get(page.url).status_code == 200
    with Counted() as started:
        response = client.post(start, {"token": uuid.uuid4()})
    address = response.url
    with Counted() as asked:
        said = client.get(address).content.decode()
    tokens = dict(re.findall(r'name="(q\d+-token)" value="([^"]+)"', said))
    assert len(tokens) == size
    answers = {f"q{number}-choice": "a" for number in range(1, size + 1)}
    with Counted() as sent:
        response = client.post(f"{address}finish/", tokens | answers)
    assert response.url == f"{address}review/"
    with Counted() as read:
        assert client.get(response.url).status_code == 200
    return [opened, started, asked, sent, read]


@pytest.mark.parametrize("size", [5, 10, 50])
def test_a_whole_attempt_on_one_page(learner_client, size):
    page = made(size, presentation="page")
    whole_attempt(learner_client, page, size)  # what is remembered is filled
    parts = whole_attempt(learner_client, page, size)
    # SQLite takes fewer values in a statement than fifty rows of evidence have.
    split = int(connection.vendor == "sqlite" and size == 50)
    assert [part.numbers for part in parts] == [
        (3, 0),  # the quiz's page
        (3, 1),  # start
        (2, 0),  # all questions
        (13 + split, 5 + split),  # all answers, and the end
        (3, 0),  # the review
    ], "\n".join(sql[:150] for part in parts for sql in part.all)
    statements, writes = (sum(part.numbers[place] for part in parts) for place in (0, 1))
    assert (statements - split, writes - split) == (24, 6)
    assert Attempt.objects.filter(passed=True, mark=size).count() == 2


@pytest.mark.parametrize("size", [3, 40])
def test_one_question_at_a_time(learner, learner_client, size):
    page = made(size)
    attempt = begun(learner, page)
    address = reverse("assessments:question", args=[attempt.pk, 2])
    learner_client.get(address)
    with Counted() as shown:
        assert learner_client.get(address).status_code == 200
    token = actions.form_token(attempt, 2, 0)
    with Counted() as saved:
        learner_client.post(address, {"choice": "a", "token": token})
    assert shown.numbers == (2, 0)
    assert saved.numbers == (4, 1)


@pytest.mark.parametrize("size", [3, 40])
def test_saving_by_the_script_of_a_page(learner, learner_client, size):
    attempt = begun(learner, made(size, presentation="page"))
    address = reverse("assessments:save", args=[attempt.pk])

    def save(number, chosen):
        saved = attempt.steps.filter(slot=number).count()
        fields = {
            f"q{number}-choice": chosen,
            f"q{number}-token": uuid.uuid4(),
            f"q{number}-base": actions.form_token(attempt, number, saved),
        }
        with Counted() as counted:
            response = learner_client.post(address, fields, headers={"Accept": "application/json"})
        assert response.json()["answers"][str(number)]["state"] == "saved"
        return counted.numbers

    save(1, "b")  # the first of all tells the record that the quiz was begun
    assert save(2, "a") == (4, 1)
    assert save(2, "b") == (4, 1)

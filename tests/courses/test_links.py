"""Rows of the record lead to what they are about: the review of an attempt, the debrief of a run."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from assessments import actions
from courses.links import links, named, number, place
from courses.outline import outdate, outline
from courses.progress.actions import NewEvidence, record
from courses.progress.models import Activity, Evidence, Subject
from tests.assessments.factories import QuestionFactory, QuizFactory, begun, quiz_page
from tests.courses.test_queries import statements
from tests.progress.factories import ActivityFactory, CompetenceFactory, EvidenceFactory
from tests.scenarios.factories import make_page, make_run

pytestmark = pytest.mark.django_db
HISTORY = "/en/my/history/"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def story():
    page = make_page()
    outdate()
    return page


@pytest.fixture
def quiz():
    """Three questions about the competence that the scenario asks for too."""
    CompetenceFactory(key="alliance")
    questions = QuestionFactory.create_batch(3, competences=[("alliance", 1)])
    page = quiz_page(QuizFactory(questions=questions))
    outdate()
    return page


def taken(person, page, *slots):
    """A finished attempt with these questions answered."""
    attempt = begun(person, page)
    for slot in slots:
        token = actions.form_token(attempt, slot, 0)
        actions.answer(attempt, slot, {"chosen": ["a"]}, token)
    return actions.finish(attempt)


def review(attempt):
    return reverse("assessments:review", args=[attempt.pk])


def debrief(run):
    return reverse("scenarios:debrief", args=[run.pk])


def evidence_urls(client, url="/en/my/profile/alliance/"):
    return [line["url"] for line in client.get(url).context["lines"]]


def test_each_answer_leads_to_its_question_in_the_review(learner, learner_client, quiz):
    attempt = taken(learner, quiz, 1, 3)
    urls = evidence_urls(learner_client)
    assert sorted(urls) == [f"{review(attempt)}#question-1", f"{review(attempt)}#question-3"]
    shown = learner_client.get(urls[0])
    assert shown.status_code == 200
    assert f'id="{urls[0].partition("#")[2]}"' in shown.content.decode()


def test_each_decision_leads_to_its_turn_in_the_debrief(learner, learner_client, story):
    run = make_run(learner, story, "greet", "ask", "wait")
    urls = evidence_urls(learner_client)
    assert sorted(urls) == [f"{debrief(run)}#turn-1", f"{debrief(run)}#turn-2"]
    shown = learner_client.get(urls[0])
    assert shown.status_code == 200
    assert f'id="{urls[0].partition("#")[2]}"' in shown.content.decode()


def test_two_attempts_are_told_apart(learner, learner_client, quiz):
    first, second = taken(learner, quiz, 1), taken(learner, quiz, 2)
    assert evidence_urls(learner_client) == [
        f"{review(second)}#question-2",
        f"{review(first)}#question-1",
    ]


def test_history_leads_to_the_review_and_the_debrief(learner, learner_client, quiz, story):
    attempt = taken(learner, quiz, 1, 2, 3)
    run = make_run(learner, story, "greet", "confide")
    items = learner_client.get(HISTORY).context["items"]
    assert {item["url"] for item in items} == {review(attempt), debrief(run)}
    assert len(items) == 5  # began, finished and passed the quiz; began and ended the scenario
    for item in items:
        assert learner_client.get(item["url"]).status_code == 200


def test_what_is_not_finished_leads_to_where_it_goes_on(learner, learner_client, quiz, story):
    attempt, run = begun(learner, quiz), make_run(learner, story, "greet")
    items = learner_client.get(HISTORY).context["items"]
    assert [item["url"] for item in items] == [run.get_absolute_url(), attempt.get_absolute_url()]
    assert run.get_absolute_url() == reverse("scenarios:run", args=[run.pk])


def test_a_lead_is_led_to_the_page_and_never_into_an_attempt(learner, lead_client, quiz, story):
    """Attempts and runs are their owner's alone, by their own querysets."""
    attempt = taken(learner, quiz, 1)
    run = make_run(learner, story, "greet", "confide")
    person = reverse("courses:person", args=[learner.pk])
    behind = reverse("courses:person_competence", args=[learner.pk, "alliance"])
    for url in (person, behind):
        shown = lead_client.get(url).content.decode()
        assert str(attempt.pk) not in shown
        assert str(run.pk) not in shown
    parts = outline("en").parts()
    pages = {parts[page.translation_key][1].url for page in (quiz, story)}
    assert set(evidence_urls(lead_client, behind)) == pages
    for address in (review(attempt), debrief(run)):
        assert lead_client.get(address).status_code == 404


def test_a_colleagues_rows_lead_nowhere_special(learner, stranger, quiz, story):
    taken(learner, quiz, 1)
    make_run(learner, story, "greet", "confide")
    subject = Subject.objects.for_user(learner)
    rows = list(Activity.objects.filter(subject=subject))
    rows += list(Evidence.objects.filter(subject=subject).select_related("activity"))
    assert links(stranger, rows) == {}
    assert set(links(learner, rows)) == {row.pk for row in rows}


def test_a_correction_leads_to_the_review_of_what_it_corrects(learner, learner_client, quiz):
    attempt = taken(learner, quiz, 1)
    wrong = Evidence.objects.get(subject=attempt.subject)
    record(
        attempt.subject,
        evidence=[
            NewEvidence(
                competence_key="alliance",
                item_key=wrong.item_key,
                item_version=wrong.item_version,
                origin=f"correction/{wrong.pk}",
                score=0,
                activity_origin=f"attempt/{attempt.pk}/finished",
                voids=wrong.pk,
                happened_at=timezone.now(),
            )
        ],
    )
    assert evidence_urls(learner_client) == [review(attempt), f"{review(attempt)}#question-1"]


def test_an_observation_and_a_lesson_have_no_address_of_their_own(learner):
    subject = Subject.objects.for_user(learner)
    seen = EvidenceFactory(subject=subject, kind="observation", activity=None)
    read = ActivityFactory(subject=subject)
    assert links(learner, [seen, read]) == {}


def test_what_origins_name():
    key = uuid.uuid4()
    started = Activity(origin=f"attempt/{key}/started")
    answer = Evidence(origin=f"attempt/{key}/12/self-care")
    other = Activity(origin=f"run/{key}/finished")
    assert named("attempt", [started, answer, other]) == {
        started.pk: (key, "started"),
        answer.pk: (key, "12/self-care"),
    }
    assert [place(rest) for rest in ("started", "12/self-care", "")] == ["", "12", ""]


@pytest.mark.parametrize("url", [HISTORY, "/en/my/profile/alliance/"])
def test_addresses_cost_the_same_for_one_attempt_and_for_many(
    learner, learner_client, quiz, story, url
):
    taken(learner, quiz, 1)
    make_run(learner, story, "greet", "confide")
    few = statements(learner_client, url)
    for _ in range(5):
        taken(learner, quiz, 1, 2)
        make_run(learner, story, "greet", "ask", "wait")
    many = statements(learner_client, url)
    assert len(many) == len(few) <= 14, many


KEY = uuid.UUID("6042d9f8-06ce-4f82-aa51-66b2c786c3ea")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (f"attempt/{KEY}/12/self-care", "12"),
        (f"run/{KEY}/3/self-care", "3"),
        (f"run/{KEY}", ""),
        ("attempt/none/3", ""),
        ("prior:1", ""),
    ],
)
def test_a_row_tells_which_question_or_turn_it_is_of(origin, expected):
    assert number(EvidenceFactory(origin=origin, activity=None)) == expected


def test_the_evidence_names_each_question_by_its_number(learner, learner_client, quiz):
    taken(learner, quiz, 1, 3)
    page = learner_client.get("/en/my/profile/alliance/").content.decode()
    assert f"Question 1 in “{quiz.title}”" in page
    assert f"Question 3 in “{quiz.title}”" in page

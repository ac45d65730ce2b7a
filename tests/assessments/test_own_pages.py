"""What a person's own attempts tell her, and the time she is given."""

import datetime
import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import actions
from assessments.actions import Given
from assessments.models import Accommodation, Attempt
from courses.outline import outdate
from courses.people.models import AuditEntry
from tests.assessments.factories import (
    QuestionFactory,
    QuizFactory,
    TopicFactory,
    begun,
    lesson_page,
    quiz_page,
)
from tests.conftest import signed_in
from tests.people.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def taken(person, page, *given):
    """A finished attempt with these answers: (chosen, certainty)."""
    attempt = begun(person, page)
    sent = [
        Given(slot, {"chosen": [key]}, actions.form_token(attempt, slot, 0), certainty=level)
        for slot, (key, level) in enumerate(given, start=1)
    ]
    return actions.hand_in(attempt, sent).stand.attempt


@pytest.fixture
def page():
    lesson = lesson_page(title="Three strains")
    questions = [QuestionFactory(reread=lesson), *QuestionFactory.create_batch(2)]
    made = quiz_page(QuizFactory(questions=questions, certainty=True))
    outdate()
    return made


def text(response):
    return response.content.decode()


# Certainty ------------------------------------------------------------------------------


def test_what_she_was_sure_of_and_wrong_about(learner, learner_client, page):
    taken(learner, page, ("b", 3), ("b", 1), ("a", 3))
    response = learner_client.get(reverse("assessments:sure"))
    [row] = response.context["wrong"]
    assert row.stem == page.quiz.places.first().question.stem_en
    assert row.reread.title == "Three strains"
    assert row.next_review > datetime.date.today() - datetime.timedelta(days=1)
    assert "Three strains" in text(response)
    guess, fairly, sure = response.context["rows"]
    assert [each.count for each in (guess, fairly, sure)] == [1, 0, 2]
    assert sure.marks == -3


def test_once_it_is_right_it_is_off_the_list(learner, learner_client, page):
    with time_machine.travel(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3)):
        taken(learner, page, ("b", 3), ("b", 3), ("b", 3))
    taken(learner, page, ("a", 3), ("b", 2))
    wrong = learner_client.get(reverse("assessments:sure")).context["wrong"]
    assert len(wrong) == 1  # one is right now, of one she is less sure


def test_the_list_says_nothing_before_it_is_due(learner, learner_client):
    quiz = QuizFactory(certainty=True, shown_after=["response"], shown_later=["response"])
    taken(learner, quiz_page(quiz), ("b", 3), ("b", 3), ("a", 3))
    response = learner_client.get(reverse("assessments:sure"))
    assert response.context["wrong"] == []
    assert response.context["said"] == 0


def test_the_pages_about_certainty_agree(learner, learner_client, page):
    """Every answer on record counts on both, also one that was given anew since."""
    with time_machine.travel(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3)):
        taken(learner, page, ("b", 3), ("a", 2))
    taken(learner, page, ("a", 3), ("a", 1))
    told = learner_client.get(reverse("assessments:sure")).context["rows"]
    drawn = learner_client.get(reverse("courses:over_time")).context["calibration"].marks
    assert [row.count for row in told] == [1, 1, 2]
    assert [mark.row for mark in drawn] == told


@pytest.mark.parametrize("hidden", ["marks", "correctness"])
def test_certainty_is_set_beside_no_result_that_is_kept_back(learner, learner_client, hidden):
    shown = [each for each in ("response", "marks", "correctness") if each != hidden]
    quiz = QuizFactory(certainty=True, shown_after=shown, shown_later=shown)
    taken(learner, quiz_page(quiz), ("b", 3))
    assert learner_client.get(reverse("assessments:sure")).context["said"] == 0
    rows = learner_client.get(reverse("assessments:categories")).context["rows"]
    assert all(row.answered == 0 for row in rows)


def test_the_list_is_hers_alone(learner, lead_client, page):
    taken(learner, page, ("b", 3))
    assert lead_client.get(reverse("assessments:sure")).context["wrong"] == []


def test_looking_back_costs_the_same_for_any_number_of_attempts(learner, learner_client, page):
    counts = []
    for _ in range(2):
        taken(learner, page, ("b", 3), ("a", 1))
        with CaptureQueriesContext(connection) as captured:
            learner_client.get(reverse("assessments:sure"))
        counts.append(len(captured.captured_queries))
    assert counts[1] <= counts[0]
    assert counts[1] == 7, captured.captured_queries


# Topics ---------------------------------------------------------------------------------


def test_progress_by_topic(learner, learner_client):
    above = TopicFactory(key="strain")
    below = TopicFactory(key="strain-team", parent=above)
    first, second, third = QuestionFactory.create_batch(3)
    first.topics.set([above])
    second.topics.set([below])
    for question in (first, second):
        question.save()
    page = quiz_page(QuizFactory(questions=[first, second, third]))
    outdate()
    taken(learner, page, ("a", None), ("b", None), ("a", None))
    rows = learner_client.get(reverse("assessments:categories")).context["rows"]
    assert [(row.title, row.is_part, row.asked, row.answered, row.percent) for row in rows] == [
        ("About strain", False, 2, 2, 50),
        ("About strain-team", True, 1, 1, 0),
    ]


# Time -----------------------------------------------------------------------------------


def test_a_lead_gives_more_time(learner, lead_client):
    page = quiz_page(QuizFactory(time_limit=20))
    outdate()
    attempt = begun(learner, page)
    address = reverse("assessments:time", args=[learner.pk])
    assert lead_client.get(address).status_code == 200
    assert lead_client.post(address, {"time": "7"}).status_code == 422
    assert lead_client.post(address, {"time": "1.5"}).url == address
    assert Accommodation.objects.get().factor == 1.5
    attempt.refresh_from_db()
    assert attempt.deadline - attempt.started_at == datetime.timedelta(minutes=30)
    assert AuditEntry.objects.get(action="gave_time").about == learner
    assert re.search(r'value="1.5"[^>]*checked', text(lead_client.get(address)))


def test_nobody_else_sees_or_gives_it(learner, learner_client, stranger_client, team):
    address = reverse("assessments:time", args=[learner.pk])
    for client in (learner_client, stranger_client, signed_in(MembershipFactory(team=team).person)):
        assert client.get(address).status_code == 404
        assert client.post(address, {"time": "2"}).status_code == 404
    assert not Accommodation.objects.exists()


# Asking for more time -------------------------------------------------------------------


def test_more_time_by_a_button_and_by_the_script(learner, learner_client):
    page = quiz_page(QuizFactory(time_limit=20, presentation="page"))
    outdate()
    attempt = begun(learner, page)
    address = reverse("assessments:more_time", args=[attempt.pk])
    said = text(learner_client.get(attempt.get_absolute_url()))
    assert "data-clock" in said
    assert "2 minutes more" in said
    fields = {
        "token": uuid.uuid4(),
        "q1-choice": "b",
        "q1-token": actions.form_token(attempt, 1, 0),
    }
    assert learner_client.post(address, fields).url == attempt.get_absolute_url()
    assert attempt.steps.filter(kind="saved").count() == 1  # what stood in the form is saved
    told = learner_client.post(
        address, {"token": uuid.uuid4()}, headers={"Accept": "application/json"}
    ).json()
    assert told["given"] is True
    assert told["open"] is True
    assert 23 * 60 < told["seconds"] <= 24 * 60
    assert Attempt.objects.get().deadline - attempt.started_at == datetime.timedelta(minutes=24)


def test_the_page_says_when_the_time_ran_out(learner, learner_client):
    page = quiz_page(QuizFactory(time_limit=20))
    outdate()
    attempt = begun(learner, page)
    question = reverse("assessments:question", args=[attempt.pk, 1])
    token = actions.form_token(attempt, 1, 0)
    with time_machine.travel(attempt.started_at + datetime.timedelta(minutes=21)):
        client = signed_in(learner)
        response = client.post(question, {"choice": "a", "token": token}, follow=True)
        said = text(response)
        assert "while you were writing" in said
        assert "does not count" in said
        assert "Answer a" in said
    assert Attempt.objects.get().mark == 0

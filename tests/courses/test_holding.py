"""What a quiz keeps back, the record keeps back too: for the learner and for her lead."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from assessments import actions
from courses import holding
from courses.holding import Held
from courses.outline import outdate
from courses.progress.models import Evidence, Subject
from tests.assessments.factories import QuestionFactory, QuizFactory, begun, quiz_page
from tests.conftest import signed_in
from tests.courses.test_queries import statements
from tests.people.factories import MembershipFactory
from tests.progress.factories import CompetenceFactory, EvidenceFactory

pytestmark = pytest.mark.django_db
PAGE, OVER_TIME = "/en/my/profile/alliance/", "/en/my/over-time/"
KEPT_BACK = {"shown_after": ["response", "feedback"], "shown_later": ["response", "feedback"]}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def competence():
    return CompetenceFactory(key="alliance", name_en="Alliance")


@pytest.fixture
def closes():
    return timezone.now() + datetime.timedelta(days=5)


def a_quiz(number=1, **rules):
    """A quiz that keeps results back, of so many questions about one competence."""
    questions = QuestionFactory.create_batch(number, competences=[("alliance", 1)])
    page = quiz_page(QuizFactory(questions=questions, certainty=True, **KEPT_BACK | rules))
    outdate()
    return page


def taken(person, page, *chosen):
    """A finished attempt with these answers to its first questions, each said to be sure."""
    attempt = begun(person, page)
    for slot, key in enumerate(chosen, start=1):
        token = actions.form_token(attempt, slot, 0)
        actions.answer(attempt, slot, {"chosen": [key]}, token, certainty=3)
    return actions.finish(attempt)


def shown_before(person, competence, number=8):
    """Right answers that nobody keeps back."""
    for each in range(number):
        EvidenceFactory(
            subject=Subject.objects.for_user(person),
            competence=competence,
            item_key=f"question/before-{each}",
            origin=f"before/{person.pk}/{each}",
            guess="0.25",
            happened_at=timezone.now() - datetime.timedelta(days=3),
        )


def text(response):
    return " ".join(response.content.decode().split())


def impersonal(response, person):
    """What a page says, without what differs between two people, two requests or two attempts."""
    said = "<main" + text(response).partition("<main")[2]
    for name in (str(person), f"/people/{person.pk}/", f"{person.first_name}’s"):
        said = said.replace(name, "…")
    return re.sub(
        r'[0-9a-f]{8}-[0-9a-f-]{27}|token="\w{20,}"|csrfmiddlewaretoken" value="\w+', "…", said
    )


# The rows -------------------------------------------------------------------------------


def test_a_held_answer_says_so_and_no_more(learner, learner_client, closes):
    taken(learner, a_quiz(closes=closes), "a")
    response = learner_client.get(PAGE)
    (line,) = response.context["lines"]
    assert (line["result"], line["points"], line["held"]) == ("", "", Held(closes))
    moment = date_format(timezone.localtime(closes), "SHORT_DATETIME_FORMAT")
    assert f"Not shown until {moment}" in text(response)
    assert "100 %" not in text(response)


@pytest.mark.parametrize("chosen", ["a", "b"])
def test_a_held_critical_answer_is_not_told_by_what_it_leaves_open(
    learner, competence, closes, chosen
):
    competence.critical = True
    competence.save()
    shown_before(learner, competence)
    page = a_quiz(closes=closes)
    question = page.quiz.places.get().question
    question.critical = True
    question.save_revision().publish()
    taken(learner, page, chosen)
    put_right = "The safety-critical answer put right"

    def told(day):
        with time_machine.travel(day):
            response = signed_in(learner).get(PAGE)
        lines = [rule for step in response.context["steps"] for rule in step["rules"]]
        (rule,) = [line for line in lines if line["text"].startswith("No safety-critical")]
        return len(response.context["misses"]), rule["is_held"], put_right in text(response)

    assert told(timezone.now()) == (0, True, False)
    wrong = chosen != "a"
    assert told(closes)[:2] == (int(wrong), False)


def test_once_it_is_shown_the_record_shows_it_too(learner, closes):
    taken(learner, a_quiz(closes=closes), "a")
    with time_machine.travel(closes):
        (line,) = signed_in(learner).get(PAGE).context["lines"]
    assert (line["result"], line["points"], line["held"]) == ("100 %", "+0.43", None)


def test_what_is_never_shown_says_that_the_quiz_does_not(learner, learner_client):
    taken(learner, a_quiz(), "a")
    response = learner_client.get(PAGE)
    assert response.context["lines"][0]["held"] == Held(None)
    assert "The quiz does not show it" in text(response)


@pytest.mark.parametrize("aspect", ["correctness", "marks"])
def test_each_of_the_two_that_tell_the_result_holds_it(learner, aspect):
    shown = [each for each in ("response", "correctness", "marks", "right") if each != aspect]
    attempt = taken(learner, a_quiz(shown_after=shown, shown_later=["correctness", "marks"]), "a")
    (kept,) = holding.held(Evidence.objects.all()).values()
    assert kept.until == attempt.finished_at + datetime.timedelta(hours=1)


def test_feedback_that_waits_holds_nothing(learner, learner_client):
    shown = ["response", "correctness", "marks"]
    taken(learner, a_quiz(shown_after=shown, shown_later=shown), "b")
    (line,) = learner_client.get(PAGE).context["lines"]
    assert (line["result"], line["held"]) == ("0 %", None)


def test_the_rules_are_those_the_attempt_began_with(learner):
    page = a_quiz()
    taken(learner, page, "a")
    page.quiz.shown_later = page.quiz.shown_after = ["correctness", "marks"]
    page.quiz.save()
    assert list(holding.held(Evidence.objects.all()).values()) == [Held()]


def test_what_no_quiz_reported_is_not_held(learner, learner_client, competence):
    shown_before(learner, competence, 2)
    assert holding.held(Evidence.objects.all()) == {}


# Nothing beside them tells it -----------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "led"), [(PAGE, "competences/alliance/"), (OVER_TIME, "over-time/")]
)
def test_right_and_wrong_make_the_same_pages(learner, lead_client, team, competence, own, led):
    """Her own and her lead's, but for the level, which is the same here too."""
    quiz, other = a_quiz(), MembershipFactory(team=team).person
    hers, her_leads = set(), set()
    for person, key in ((learner, "a"), (other, "b")):
        shown_before(person, competence)
        taken(person, quiz, key)
        response = signed_in(person).get(own)
        assert response.status_code == 200
        hers.add(impersonal(response, person))
        response = lead_client.get(f"/en/people/{person.pk}/{led}")
        assert response.status_code == 200
        her_leads.add(impersonal(response, person))
    assert (len(hers), len(her_leads)) == (1, 1)
    strengths = [
        round(float(standing.strength), 2)
        for standing in (
            Subject.objects.for_user(person).standings.get(kind="competence")
            for person in (learner, other)
        )
    ]
    assert strengths == [0.97, 0.83]  # they do differ, on both sides of what level 3 asks for


def test_a_total_is_kept_back_only_while_it_would_tell(learner, learner_client, competence):
    shown_before(learner, competence)
    response = learner_client.get(PAGE)
    assert not response.context["keeps_back"]
    assert "The 8 answers that count bring +3.41" in text(response)
    taken(learner, a_quiz(), "a")
    said = text(learner_client.get(PAGE))
    assert "is not said while the result of one of them is not shown" in said
    assert "answers that count bring" not in said
    assert "Answers that show it with 90 % certainty<" in said
    assert "More right answers, unless those whose result is not shown yet suffice" in said


def test_the_level_reached_says_which_rules_are_met(learner, learner_client, competence):
    shown_before(learner, competence)
    taken(learner, a_quiz(), "b")
    steps = learner_client.get(PAGE).context["steps"]
    untold = [[rule["is_held"] for rule in step["rules"]] for step in steps]
    assert untold == [
        [],
        [False, False],
        [False, False, False, False],
        [False, False, True, False, False],
        [False, False],
    ]


def test_what_is_held_is_neither_remembered_nor_calibrated(learner, learner_client, closes):
    taken(learner, a_quiz(closes=closes), "b")
    assert learner_client.get(PAGE).context["freshness"] is None
    response = learner_client.get(OVER_TIME)
    assert (response.context["fading"], response.context["calibration"]) == ([], None)
    with time_machine.travel(closes):
        client = signed_in(learner)
        assert client.get(PAGE).context["freshness"]["items"] == 1
        assert client.get(OVER_TIME).context["calibration"] is not None


# Lists of attempts ----------------------------------------------------------------------


def test_percents_of_attempts_follow_the_rule_wherever_they_stand(
    learner, learner_client, lead_client, closes
):
    page = a_quiz(3, closes=closes)
    taken(learner, page, "a")
    addresses = [
        (learner_client, page.get_url()),
        (learner_client, page.get_parent().get_url()),
        (lead_client, f"/en/people/{learner.pk}/"),
    ]
    said = [text(client.get(address)) for client, address in addresses]
    for each in said:
        assert "33 %" not in each
        assert "Attempt 1" in each or "1. mēģinājums" in each
    assert "Not shown until" in said[2]
    with time_machine.travel(closes):
        assert "33 %" in text(signed_in(learner).get(page.get_url()))


# What it costs --------------------------------------------------------------------------


def test_what_is_held_is_one_statement_for_any_number_of_attempts(
    learner, learner_client, lead_client
):
    page = a_quiz(2)
    taken(learner, page, "a", "b")
    urls = [
        (learner_client, PAGE),
        (learner_client, OVER_TIME),
        (lead_client, reverse("courses:person_competence", args=[learner.pk, "alliance"])),
    ]
    few = [len(statements(client, url)) for client, url in urls]
    for _number in range(4):
        taken(learner, a_quiz(2), "a", "a")
        taken(learner, page, "b", "b")
    found = [statements(client, url) for client, url in urls]
    assert [len(each) for each in found] == few
    for each in found:
        asked = [sql for sql in each if "assessments_attempt" in sql and "policy" in sql]
        assert len(asked) == 1, each


def test_rows_of_no_attempt_ask_nothing(learner, competence, django_assert_num_queries):
    shown_before(learner, competence, 3)
    rows = list(Evidence.objects.select_related("activity"))
    with django_assert_num_queries(0):
        assert holding.held(rows) == {}

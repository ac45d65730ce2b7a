"""Open answers are read and marked by people: whose turn it is, what it amounts to, who is told."""

import re
import uuid
from fractions import Fraction

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import actions, known, marking
from assessments.actions import Given
from assessments.models import Attempt
from assessments.replay import needed, replay
from courses.outline import outdate
from courses.people.models import AuditEntry, Message
from courses.progress.models import Activity, Evidence, Subject
from tests.assessments.factories import QuestionFactory, QuizFactory, begun, quiz_page
from tests.assessments.kinds import asked
from tests.conftest import signed_in
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
FULL = {"own-part": 2, "no-traces": 2}
HALF = {"own-part": 2, "no-traces": 0}


@pytest.fixture
def page():
    made = quiz_page(QuizFactory(questions=[QuestionFactory(), asked("open")]))
    outdate()
    return made


def handed_in(person, page, chosen="a"):
    attempt = begun(person, page)
    given = [
        Given(1, {"chosen": [chosen]}, actions.form_token(attempt, 1, 0)),
        Given(2, {"text": "I would ask first."}, actions.form_token(attempt, 2, 0)),
    ]
    return actions.hand_in(attempt, given).stand.attempt


def mark(attempt, marker, points=FULL, said="", token=None):
    return marking.mark(attempt, 2, marker, points, said, token or uuid.uuid4())


def agrees(attempt):
    row = Attempt.objects.get(pk=attempt.pk)
    steps = list(row.steps.all())
    stand = replay(row, steps, known.versions(needed(row, steps)))
    assert {name: getattr(row, name) for name in stand.columns} == stand.columns
    return stand


@pytest.fixture
def colleague(team):
    return MembershipFactory(team=team, leading=True).person


@pytest.fixture
def third(team):
    return MembershipFactory(team=team, leading=True).person


# One marks ------------------------------------------------------------------------------


def test_until_it_is_marked_there_is_no_result(learner, page):
    attempt = handed_in(learner, page)
    assert (attempt.status, attempt.passed, attempt.mark) == ("marking", None, None)
    assert [row.item_key for row in Evidence.objects.all()] == [
        f"question/{page.quiz.places.first().question.uuid}"
    ]
    assert not Activity.objects.filter(verb="passed").exists()
    agrees(attempt)


def test_the_mark_makes_the_result_the_evidence_and_a_message(learner, lead, page):
    attempt = handed_in(learner, page)
    stand = mark(attempt, lead, HALF, "Say what you would do next.")
    assert (stand.status, stand.passed, stand.total.percent) == ("finished", True, 75)
    row = Evidence.objects.get(score="0.5")
    assert (row.happened_at, row.feedback_at) == (
        stand.slots[1].answered_at,
        stand.slots[1].marks[0].at,
    )
    assert Activity.objects.filter(verb="passed").count() == 1
    message = Message.objects.get(recipient=learner, kind="marked")
    assert message.context["path"]["en"] == f"/en/attempts/{attempt.pk}/review/"
    agrees(attempt)


def test_the_same_mark_sent_twice_is_one_and_another_is_refused(learner, lead, page):
    attempt, token = handed_in(learner, page), uuid.uuid4()
    mark(attempt, lead, HALF, token=token)
    mark(attempt, lead, FULL, token=token)
    with pytest.raises(marking.NotToMark):
        mark(attempt, lead, FULL)
    assert agrees(attempt).total.percent == 75
    assert Message.objects.filter(kind="marked").count() == 1


@pytest.mark.parametrize("points", [{}, {"own-part": 2}, FULL | {"own-part": 3}, FULL | {"x": 1}])
def test_points_are_those_of_the_rubric(learner, lead, page, points):
    attempt = handed_in(learner, page)
    with pytest.raises(ValueError, match="criterion|points"):
        mark(attempt, lead, points)
    assert not attempt.steps.filter(kind="marked").exists()


def test_an_answer_left_out_waits_for_nobody(learner, page):
    attempt = begun(learner, page)
    finished = actions.finish(attempt)
    assert (finished.status, finished.passed) == ("finished", False)


# Two mark -------------------------------------------------------------------------------


def test_two_mark_and_the_average_counts(learner, lead, colleague, page):
    page.quiz.marking = "average"
    page.quiz.save()
    attempt = handed_in(learner, page)
    assert mark(attempt, lead, FULL).status == "marking"
    with pytest.raises(marking.NotToMark):
        mark(attempt, lead, HALF)
    stand = mark(attempt, colleague, HALF)
    assert (stand.status, stand.slots[1].fraction) == ("finished", Fraction(3, 4))


def test_where_two_differ_a_third_decides(learner, lead, colleague, third, page):
    page.quiz.marking = "third"
    page.quiz.save()
    attempt = handed_in(learner, page)
    mark(attempt, lead, FULL)
    assert mark(attempt, colleague, HALF).status == "marking"
    with pytest.raises(marking.NotToMark):
        mark(attempt, colleague, FULL)
    stand = mark(attempt, third, HALF)
    assert (stand.status, stand.slots[1].fraction) == ("finished", Fraction(1, 2))


def test_where_two_agree_no_third_is_asked(learner, lead, colleague, page):
    page.quiz.marking = "third"
    page.quiz.save()
    attempt = handed_in(learner, page)
    mark(attempt, lead, HALF)
    assert mark(attempt, colleague, HALF).status == "finished"


def test_the_second_does_not_see_what_the_first_gave(learner, lead, colleague, page):
    page.quiz.marking = "average"
    page.quiz.save()
    attempt = handed_in(learner, page)
    mark(attempt, lead, HALF, "Secret until settled")
    address = reverse("assessments:marking_attempt", args=[attempt.pk])
    for person in (lead, colleague):
        said = signed_in(person).get(address).content.decode()
        assert "Secret until settled" not in said
        assert "of 2 points" not in said
    mark(attempt, colleague, FULL)
    assert (
        "Secret until settled"
        in signed_in(learner).get(reverse("assessments:review", args=[attempt.pk])).content.decode()
    )


# Whose turn it is -----------------------------------------------------------------------


def test_the_queue_has_what_waits_for_this_person(learner, lead, stranger, page):
    handed_in(learner, page)
    said = signed_in(lead).get(reverse("assessments:marking")).content.decode()
    assert "Līga" in said
    assert signed_in(stranger).get(reverse("assessments:marking")).status_code == 404
    assert signed_in(learner).get(reverse("assessments:marking")).status_code == 404


def test_nobody_marks_her_own(lead, page, team):
    MembershipFactory(person=lead, team=team)
    attempt = handed_in(lead, page)
    assert (
        signed_in(lead).get(reverse("assessments:marking_attempt", args=[attempt.pk])).status_code
        == 404
    )


def test_beyond_reach_is_not_found(learner, page):
    attempt = handed_in(learner, page)
    other = MembershipFactory(leading=True).person
    client = signed_in(other)
    for address in (
        reverse("assessments:marking_attempt", args=[attempt.pk]),
        reverse("assessments:mark", args=[attempt.pk, 2]),
        reverse("assessments:correct", args=[attempt.pk, 2]),
    ):
        response = client.get(address) if "marking_attempt" in address else client.post(address)
        assert response.status_code in (404, 405)
        assert client.post(address).status_code in (404, 405)
    assert not attempt.steps.filter(kind="marked").exists()


def test_a_lead_reads_the_open_answers_and_no_others(learner, lead, page):
    attempt = handed_in(learner, page)
    address = reverse("assessments:marking_attempt", args=[attempt.pk])
    said = signed_in(lead).get(address).content.decode()
    assert "I would ask first." in said
    assert "Answer a" not in said
    assert AuditEntry.objects.get(action="viewed_attempt").about == learner
    closed = actions.finish(begun(learner, quiz_page(QuizFactory())))
    outdate()
    address = reverse("assessments:marking_attempt", args=[closed.pk])
    assert signed_in(lead).get(address).status_code == 404


def test_a_holder_of_the_permission_reads_all(learner, page):
    attempt = handed_in(learner, page)
    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename="mark_attempt"))
    client = signed_in(person)
    said = client.get(reverse("assessments:marking_attempt", args=[attempt.pk])).content.decode()
    assert "Answer a" in said
    rows = client.get(reverse("assessments:marking") + "?show=all")
    assert rows.context["page_obj"].paginator.count == 1
    for wrong in ("quiz=999999", "person=999999", "quiz=x"):
        response = client.get(reverse("assessments:marking") + f"?show=all&{wrong}")
        assert response.context["page_obj"].paginator.count == (1 if "x" in wrong else 0)
    right = f"?show=all&quiz={page.quiz_id}&person={learner.pk}"
    assert (
        client.get(reverse("assessments:marking") + right).context["page_obj"].paginator.count == 1
    )


def test_the_queue_costs_the_same_for_any_number(lead, page, team):
    client, counts = signed_in(lead), []
    client.get(reverse("assessments:marking"))
    for number in (1, 6):
        for _ in range(number):
            handed_in(MembershipFactory(team=team).person, page)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(reverse("assessments:marking"))
        counts.append(len(captured.captured_queries))
        assert len(response.context["waiting"]) == {1: 1, 6: 7}[number]
    assert counts[0] == counts[1] == 7, captured.captured_queries


# By the form ----------------------------------------------------------------------------


def test_marking_by_the_form(learner, lead_client, page):
    attempt = handed_in(learner, page)
    address = reverse("assessments:mark", args=[attempt.pk, 2])
    said = lead_client.get(
        reverse("assessments:marking_attempt", args=[attempt.pk])
    ).content.decode()
    token = re.search(r'name="m2-token" value="([^"]+)"', said)[1]
    short = {"m2-token": token, "m2-c-own-part": "2"}
    assert lead_client.post(address, short).status_code == 422
    assert lead_client.post(address, short | {"m2-c-no-traces": "7"}).status_code == 422
    whole = short | {"m2-c-no-traces": "1", "m2-comment": "Well put"}
    assert lead_client.post(address, whole).url == reverse("assessments:marking")
    assert agrees(attempt).slots[1].fraction == Fraction(3, 4)


# Changing a mark ------------------------------------------------------------------------


def test_changing_a_mark_is_a_step_with_a_reason_and_new_evidence(learner, lead, page):
    attempt = handed_in(learner, page, chosen="b")
    mark(attempt, lead, HALF)
    assert agrees(attempt).passed is False
    first = Evidence.objects.get(origin=f"attempt/{attempt.pk}/1/self-care")
    token = uuid.uuid4()
    for _ in range(2):
        stand = marking.correct(attempt, 1, lead, Fraction(1), "The question misled", token)
    assert (stand.passed, stand.total.percent) == (True, 75)
    new = Evidence.objects.get(voids=first)
    assert (new.score, new.happened_at, new.kind) == (1, first.happened_at, "measurement")
    assert attempt.steps.get(kind="corrected").data["reason"] == "The question misled"
    agrees(attempt)
    marking.correct(attempt, 1, lead, None, "As it was", uuid.uuid4())
    stand = agrees(attempt)
    assert (stand.total.percent, stand.passed) == (25, True)  # a pass on record stands
    assert Evidence.objects.get(voids=new).score == 0


def test_a_changed_mark_says_why(learner, lead, page):
    attempt = handed_in(learner, page)
    with pytest.raises(ValueError, match="says why"):
        marking.correct(attempt, 1, lead, Fraction(1), " ", uuid.uuid4())


def test_what_was_not_answered_has_no_mark_to_change(learner, lead, page):
    attempt = actions.finish(begun(learner, page))
    with pytest.raises(marking.NotToMark):
        marking.correct(attempt, 1, lead, Fraction(1), "Kind", uuid.uuid4())


def test_a_word_without_a_mark(learner, lead, page):
    attempt = handed_in(learner, page)
    marking.comment(attempt, 1, lead, "Think of supervision too.", uuid.uuid4())
    stand = agrees(attempt)
    assert [(said.author, said.text) for said in stand.slots[0].comments] == [
        (Subject.objects.for_user(lead).pk, "Think of supervision too.")
    ]
    assert stand.status == "marking"


def test_who_marked_is_on_record_without_a_name(learner, lead, page):
    attempt = handed_in(learner, page)
    mark(attempt, lead)
    assert attempt.steps.get(kind="marked").actor == Subject.objects.for_user(lead)

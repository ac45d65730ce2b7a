"""What is due soon or late is said a few times, gently, and to nobody who is away."""

import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses import actions
from courses.models import Assignment, Enrolment
from courses.people.digests import send_digests
from courses.people.messages import subject_of
from courses.people.models import Message, Role
from courses.people.notices import Leave
from courses.progress.models import Subject
from courses.reminders import ahead, behind, nearest_leads, remind
from tests.courses.factories import (
    AssignmentFactory,
    CourseFactory,
    LessonFactory,
    PathFactory,
    require,
)
from tests.people.factories import MembershipFactory, TeamFactory

DAY = datetime.timedelta(days=1)
DUE = datetime.date(2026, 12, 20)
LONG_AGO = datetime.date(2026, 11, 1)


@pytest.mark.parametrize(
    ("left", "known", "said"),
    [
        (8, 60, None),
        (7, 60, 7),
        (4, 60, 7),  # nights were left out, or she was away
        (2, 60, 7),
        (1, 60, 1),
        (0, 60, 1),
        (-1, 60, None),
        (7, 8, 7),
        (7, 7, None),  # she was told today
        (3, 5, None),  # she was told two days ago that five are left
        (1, 5, 1),
        (1, 1, None),
        (0, 1, None),
    ],
)
def test_a_week_and_a_day_before(left, known, said):
    """`left` days are left; she has known since `known` days before the due day."""
    assert ahead(DUE, DUE - known * DAY, DUE - left * DAY) == said


@pytest.mark.parametrize(
    ("late", "back", "said"),
    [
        (0, None, None),
        (1, None, 1),
        (7, None, 1),
        (8, None, 2),
        (15, None, 3),
        (21, None, 3),
        (22, None, None),
        (400, None, None),
        (30, 30, None),  # the last day of leave
        (31, 30, 1),
        (38, 30, 2),
        (9, -5, 2),  # she was back before it was due
    ],
)
def test_on_the_day_after_then_weekly_three_times(late, back, said):
    back_on = None if back is None else DUE + back * DAY
    assert behind(DUE, back_on, DUE + late * DAY) == said


pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    page = CourseFactory(title="Izdegšanas novēršana")
    LessonFactory(parent=page)
    require(page)
    return page


def place(person, target, due):
    made = actions.enrol(Subject.objects.for_user(person), target, due, today=LONG_AGO)
    then = timezone.make_aware(datetime.datetime(2026, 11, 1, 12))
    Enrolment.objects.update(enrolled_at=then)
    return made


def said(person, day):
    """What a person is told on a day, by kind."""
    before = set(Message.objects.values_list("pk", flat=True))
    remind(day)
    new = Message.objects.filter(recipient=person).exclude(pk__in=before)
    return [message.kind for message in new]


def test_all_that_is_ever_said_about_one_due_day(learner, course):
    place(learner, course, DUE)
    days = {
        (DUE + number * DAY): kinds
        for number in range(-30, 60)
        if (kinds := said(learner, DUE + number * DAY))
    }
    assert {(day - DUE).days: kinds for day, kinds in days.items()} == {
        -7: ["due_soon"],
        -1: ["due_soon"],
        1: ["overdue"],
        8: ["overdue"],
        15: ["overdue"],
    }
    assert said(learner, DUE + DAY) == []  # the same night again


def test_another_due_day_is_said_anew(learner, course):
    made = place(learner, course, DUE)
    assert said(learner, DUE + DAY) == ["overdue"]
    Enrolment.objects.filter(pk=made.pk).update(due_on=DUE + 30 * DAY)
    assert said(learner, DUE + 2 * DAY) == []
    assert said(learner, DUE + 23 * DAY) == ["due_soon"]


def test_nothing_is_said_of_what_is_done_ended_or_archived(learner, course):
    made = place(learner, course, DUE)
    Enrolment.objects.update(ended_at=timezone.now())
    assert said(learner, DUE + DAY) == []
    Enrolment.objects.update(ended_at=None)
    actions.mark_read(learner, course.get_children().get().specific)
    assert not Enrolment.objects.open(timezone.localdate()).filter(pk=made.pk).exists()
    assert said(learner, DUE + DAY) == []


def test_on_leave_nothing_is_said_and_no_day_of_it_counts(learner, course):
    place(learner, course, DUE)
    Leave.objects.create(person=learner, starts_on=DUE - 10 * DAY, ends_on=DUE + 20 * DAY)
    for number in range(-10, 21):
        assert said(learner, DUE + number * DAY) == []
    assert said(learner, DUE + 21 * DAY) == ["overdue"]
    assert said(learner, DUE + 22 * DAY) == []


def test_a_path_is_said_once_and_not_each_of_its_modules(lead, learner, course):
    path = PathFactory(modules=[course])
    made = AssignmentFactory(team=None, person=learner, target_kind="path", target_key=path.uuid)
    subject = Subject.objects.for_user(learner)
    actions.enrol(subject, path, DUE, made, today=LONG_AGO)
    Enrolment.objects.update(enrolled_at=timezone.now() - 100 * DAY)
    assert said(learner, DUE - 7 * DAY) == ["due_soon"]
    assert Assignment.objects.count() == 1


def test_a_reminder_that_does_not_hold_any_more_is_not_mailed(learner, course, today):
    place(learner, course, today - DAY)
    assert said(learner, today) == ["overdue"]
    Enrolment.objects.update(due_on=today + 30 * DAY)
    send_digests.call(str(today))
    assert mail.outbox == []
    assert Message.objects.get(kind="overdue").read_at


def test_a_reminder_says_title_and_day_and_nothing_else(learner, course, today):
    place(learner, course, today - DAY)
    said(learner, today)
    message = Message.objects.get(recipient=learner)
    assert set(message.context) == {"title", "due", "path", "place"}
    assert "Izdegšanas novēršana" in subject_of(message, "lv")
    send_digests.call(str(today))
    [letter] = mail.outbox
    assert letter.to == [learner.email]
    assert "Izdegšanas novēršana" in letter.body


def test_the_lead_gets_one_letter_about_everybody_once_a_week(lead, team, course, today):
    late = MembershipFactory.create_batch(3, team=team)
    for each in late:
        place(each.person, course, today - 5 * DAY)
    away = late[0].person
    Leave.objects.create(person=away, starts_on=today - DAY, ends_on=today)
    monday = today - today.weekday() * DAY
    assert said(lead, monday + 7 * DAY).count("late_people") == 1
    assert said(lead, monday + 13 * DAY) == []
    assert said(lead, monday + 14 * DAY) == ["late_people"]
    Message.objects.all().delete()
    remind(today)
    send_digests.call(str(today))
    [letter] = [each for each in mail.outbox if each.to == [lead.email]]
    assert str(late[1].person) in letter.body
    assert str(late[2].person) in letter.body
    assert str(away) not in letter.body
    kept = Message.objects.get(kind="late_people").context
    assert str(late[1].person) not in str(kept)


def test_a_lead_is_told_only_of_those_she_leads_still(lead, team, course, today):
    gone = MembershipFactory(team=team)
    place(gone.person, course, today - DAY)
    remind(today)
    gone.ends_on = today - DAY
    gone.starts_on = today - 9 * DAY
    gone.save()
    send_digests.call(str(today))
    assert lead.email not in [each.to[0] for each in mail.outbox]


def test_the_nearest_lead_is_told(team, lead, learner, today):
    below = TeamFactory(parent=team)
    own = MembershipFactory(team=below, role=Role.LEAD).person
    worker = MembershipFactory(team=below).person
    leading_and_learning = MembershipFactory(team=below, person=own).person
    assert nearest_leads(today) == {
        learner.pk: {lead.pk},
        worker.pk: {own.pk},
        leading_and_learning.pk: {lead.pk},
    }


def test_many_people_cost_as_many_statements_as_few(lead, team, course, today):
    counts = []
    for number in (2, 20):
        for each in MembershipFactory.create_batch(number, team=team):
            place(each.person, course, today - DAY)
            place(MembershipFactory(team=team).person, course, today + 7 * DAY)
        with CaptureQueriesContext(connection) as seen:
            assert remind(today) >= 2 * number
        counts.append(len(seen))
        Message.objects.all().delete()
    assert counts[0] == counts[1] <= 30

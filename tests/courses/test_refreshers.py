"""A refresher is offered when a competence fades: once each time, and once a week at most."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.people.messages import context_of, subject_of
from courses.people.models import Message
from courses.people.notices import Leave
from courses.progress.actions import pause_reviews
from courses.progress.fading import faded
from courses.progress.memory import FRESH
from courses.progress.models import Subject
from courses.refreshers import is_turn, offer
from tests.progress.factories import CompetenceFactory, EvidenceFactory, SubjectFactory

DAY = datetime.timedelta(days=1)


def ids_of_one_turn():
    """Numbers of people whose turn is on one and the same day."""
    return (uuid.UUID(int=7 * number) for number in range(1, 1000))


@pytest.fixture
def fading(db, today):
    """Somebody who answered long ago, looked at on Mondays."""
    subject = SubjectFactory(id=uuid.UUID(int=7))
    answered(subject, CompetenceFactory(key="self-care"), today, days_ago=60)
    return subject


def answered(subject, competence, today, days_ago, number=3):
    at = timezone.now() - days_ago * DAY
    for _each in range(number):
        EvidenceFactory(subject=subject, competence=competence, happened_at=at, recorded_at=at)


def monday(day):
    return day + (7 - day.weekday()) % 7 * DAY


def offered():
    return [context_of(each, "en")["title"] for each in Message.objects.order_by("pk")]


def test_everybody_has_a_turn_on_one_day_of_the_week():
    for subject in (uuid.UUID(int=number) for number in range(20)):
        turns = [
            is_turn(subject, datetime.date(2026, 11, 23) + number * DAY) for number in range(7)
        ]
        assert turns.count(True) == 1


def test_what_fades_is_offered_once(fading, today):
    day = monday(today)
    assert sum(offer(day + number * DAY) for number in range(7)) == 1
    message = Message.objects.get()
    assert message.recipient == fading.person
    assert "self-care" in subject_of(message, "en")
    assert message.context["path"]["lv"] == "/lv/my/profile/self-care/"
    assert offer(day + 7 * DAY) == offer(day + 28 * DAY) == 0


def test_once_it_was_answered_and_fades_again_it_is_offered_again(fading, today):
    competence = CompetenceFactory(key="self-care")
    offer(monday(today))
    answered(fading, competence, today, days_ago=0)
    assert offer(monday(today) + 364 * DAY) == 1
    assert Message.objects.count() == 2


def test_what_is_fresh_is_left_alone(db, today):
    subject = SubjectFactory(id=uuid.UUID(int=7))
    answered(subject, CompetenceFactory(), today, days_ago=0)
    assert faded([subject.pk], today) == {}
    assert offer(monday(today)) == 0


def test_safety_first_then_the_least_recalled_one_a_week(fading, today):
    answered(fading, CompetenceFactory(key="older"), today, days_ago=200)
    answered(fading, CompetenceFactory(key="risk", critical=True), today, days_ago=40)
    found = faded([fading.pk], today)[fading.pk]
    assert [each.competence.key for each in found] == ["risk", "older", "self-care"]
    assert all(each.freshness < FRESH and each.since <= today for each in found)
    for week in range(4):
        offer(monday(today) + 7 * week * DAY)
    assert offered() == ["risk (en)", "older (en)", "self-care (en)"]


def test_nobody_is_asked_on_leave_in_a_pause_or_with_a_closed_account(fading, today):
    day = monday(today)
    leave = Leave.objects.create(person=fading.person, starts_on=today, ends_on=None)
    assert offer(day) == 0
    leave.delete()
    pause_reviews(fading, today, day)
    assert offer(day) == 0
    pause_reviews(fading, today - 9 * DAY, today - 8 * DAY)
    fading.person.is_active = False
    fading.person.save()
    assert offer(day) == 0
    fading.person.is_active = True
    fading.person.save()
    assert offer(day) == 1


def test_a_record_without_a_person_is_left_alone(fading, today):
    Subject.objects.update(person=None)
    assert offer(monday(today)) == 0


def test_many_people_cost_as_many_statements_as_few(db, today):
    competence, turns, counts = CompetenceFactory(), ids_of_one_turn(), []
    for number in (2, 12):
        for _each in range(number):
            answered(SubjectFactory(id=next(turns)), competence, today, days_ago=60)
        with CaptureQueriesContext(connection) as seen:
            assert offer(monday(today)) == number
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8

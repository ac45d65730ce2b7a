"""What only time brings about is done by one nightly command."""

import datetime
import io
from dataclasses import replace

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Attempt
from courses.people.models import KeptForm
from courses.progress.actions import FEEDBACK_DAYS, record, saw_feedback
from courses.progress.models import FeedbackSeen, Policy, Standing
from courses.progress.projection import refresh_passed
from tests.assessments.factories import QuizFactory, begun, quiz_page
from tests.progress.factories import CompetenceFactory, SubjectFactory
from tests.progress.test_record import answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject():
    return SubjectFactory()


def nightly():
    said = io.StringIO()
    call_command("nightly", stdout=said, stderr=said)
    return said.getvalue()


def test_a_standing_says_what_comes_after_its_change_once_that_has_come(subject, today):
    CompetenceFactory(key="self-care")
    for number in range(3):
        record(subject, evidence=[answer(number)], today=today)
    first = Standing.objects.get()
    assert refresh_passed(first.changes_on - datetime.timedelta(days=1)) == 0
    assert refresh_passed(first.changes_on) == 1
    after = Standing.objects.get()
    assert after.state == first.next_state
    assert after.changes_on is None or after.changes_on > first.changes_on
    assert refresh_passed(first.changes_on) == 0


def test_people_are_taken_in_batches(today):
    CompetenceFactory(key="self-care")
    people = SubjectFactory.create_batch(6)
    for number, person in enumerate(people):
        record(
            person,
            evidence=[replace(answer(n), origin=f"{number}/{n}") for n in range(3)],
            today=today,
        )
    day = Standing.objects.first().changes_on
    with CaptureQueriesContext(connection) as one_batch:
        assert refresh_passed(day) == 6
    assert len(one_batch) < 25
    assert not Standing.objects.filter(changes_on__lte=day).exists()


def test_everything_is_done_once(learner):
    attempt = begun(learner, quiz_page(QuizFactory(time_limit=20)))
    assert "0 attempts closed" in nightly()
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        assert "1 attempts closed" in nightly()
        assert not Attempt.objects.get(pk=attempt.pk).is_open
        assert "0 attempts closed" in nightly()


def test_looks_at_feedback_that_no_answer_can_rest_on_are_forgotten(subject, today):
    saw_feedback(subject, ["question/a"], timezone.now())
    with time_machine.travel(timezone.now() + datetime.timedelta(days=FEEDBACK_DAYS - 1)):
        assert "0 looks at feedback forgotten" in nightly()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=FEEDBACK_DAYS + 1)):
        assert "1 looks at feedback forgotten" in nightly()
    assert not FeedbackSeen.objects.exists()


def test_a_part_that_fails_keeps_no_other_from_being_done(learner, subject, today):
    CompetenceFactory(key="self-care")
    record(subject, evidence=[answer(number) for number in range(3)], today=today)
    Standing.objects.update(changes_on=today)
    Policy.objects.update(rules="not a table of rules")
    month_ago = timezone.now() - datetime.timedelta(days=30)
    KeptForm.objects.create(person=learner, path="/lv/assign/", fields={}, kept_at=month_ago)
    with pytest.raises(CommandError, match="failed: standings"):
        nightly()
    assert not KeptForm.objects.exists()

"""The nightly job: forms nobody fetched and done tasks go, mails that failed are tried again."""

import datetime
from dataclasses import replace

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from courses.people.mail import send_email_changed
from courses.people.messages import KINDS, register
from courses.people.models import KeptForm, Message
from courses.people.notices import Leave
from tests.people.factories import UserFactory
from tests.people.test_messages import ASSIGNED


@pytest.fixture
def _at_once():
    usual = KINDS["assigned"]
    register("assigned", replace(usual, at_once=True))
    yield
    register("assigned", usual)


def made(person, key, **ago):
    return Message.objects.create(
        recipient=person,
        key=key,
        kind="assigned",
        context=ASSIGNED,
        made_at=timezone.now() - datetime.timedelta(**ago),
    )


@pytest.mark.usefixtures("_at_once")
def test_of_what_is_urgent_only_what_failed_lately_is_mailed_again(db):
    person = UserFactory()
    failed = made(person, "failed", hours=3)
    made(person, "just now", minutes=5)
    made(person, "old", days=8)
    made(UserFactory(email=None), "no address", hours=3)
    call_command("tidy_people", verbosity=0)
    assert len(mail.outbox) == 1
    failed.refresh_from_db()
    assert failed.mailed_at
    call_command("tidy_people", verbosity=0)
    assert len(mail.outbox) == 1


def test_what_waits_for_the_digest_is_left_to_it(db):
    made(UserFactory(), "waits", hours=3)
    call_command("tidy_people", verbosity=0)
    assert mail.outbox == []


def test_leave_that_is_long_over_goes(db, today):
    person = UserFactory()
    for days in (400, 300):
        first = today - datetime.timedelta(days=days)
        Leave.objects.create(person=person, starts_on=first, ends_on=first)
    call_command("tidy_people", verbosity=0)
    assert Leave.objects.count() == 1


def test_forms_of_last_week_go(db):
    person = UserFactory()
    for days in (1, 8):
        KeptForm.objects.create(
            person=person,
            path="/",
            fields={},
            kept_at=timezone.now() - datetime.timedelta(days=days),
        )
    call_command("tidy_people", verbosity=0)
    assert KeptForm.objects.count() == 1


def test_tasks_done_last_week_go(db, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for days in (None, 1, 8):
        made = send_email_changed.enqueue(1, "old@example.org", "lv")
        if days:
            ended = timezone.now() - datetime.timedelta(days=days)
            DBTaskResult.objects.filter(pk=made.id).update(status="SUCCESSFUL", finished_at=ended)
    call_command("tidy_people", verbosity=0)
    assert DBTaskResult.objects.count() == 2

"""One letter a day at most, about everything new; nothing on leave, nothing twice."""

import datetime
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from courses.people.digests import later, moment_of, send_digest, send_digests
from courses.people.messages import KINDS, tell, tell_all
from courses.people.models import Message
from courses.people.notices import Digest, Leave, Muted
from tests.at_once import ON_POSTGRESQL, at_once
from tests.people.factories import UserFactory
from tests.people.test_messages import ASSIGNED

NEXT = datetime.timedelta(days=1)
FEEDBACK = {"title": {"lv": "Tests", "en": "Quiz"}, "path": "/lv/", "passed": False, "kept": False}


def told(person, *keys, kind="assigned", days_ago=0, today=None):
    for key in keys:
        tell(person, kind, key, FEEDBACK if kind == "marked" else ASSIGNED | {"note": f"<{key}>"})
    if days_ago:
        at = timezone.now() - datetime.timedelta(days=days_ago)
        Message.objects.filter(key__in=keys).update(made_at=at)


def send(day):
    send_digests.call(str(day))
    return mail.outbox


class Refusing(EmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected


REFUSING = f"{__name__}.Refusing"


@pytest.fixture
def person(db):
    return UserFactory(language="en", email="anna@example.org")


def test_several_messages_are_one_letter_with_a_way_to_the_choices(person, today):
    told(person, "a", "b")
    told(person, "c", kind="marked")
    assert mail.outbox == []
    [letter] = send(today)
    assert letter.subject == "3 things new for you in Tilts"
    html, _kind = letter.alternatives[0]
    for text in (letter.body, html):
        assert text.count("“Burnout” is assigned to you, by 24 December 2026") == 2
        assert text.index("For you to do") < text.index("Written to you")
        assert "http://127.0.0.1:8000/en/my/account/letters/" in text
    assert "<a>" in letter.body
    assert "&lt;a&gt;" in html
    assert not Message.objects.filter(mailed_at=None).exists()
    assert Digest.objects.get().sent_at


def test_the_next_letter_comes_the_next_day(person, today):
    told(person, "a")
    assert len(send(today)) == 1
    told(person, "b")
    assert len(send(today)) == 1
    assert len(send(today + NEXT)) == 2
    assert len(send(today + NEXT)) == 2
    assert len(send(today + 2 * NEXT)) == 2


def test_what_she_has_read_in_the_site_is_not_mailed(person, today):
    told(person, "a")
    Message.objects.update(read_at=timezone.now())
    assert send(today) == []
    assert not Digest.objects.exists()


def test_old_messages_are_no_news(person, today):
    told(person, "old", days_ago=8)
    told(person, "new", days_ago=6)
    [letter] = send(today)
    assert "“Burnout”" in letter.subject


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": None}])
def test_nothing_goes_to_a_closed_account_or_to_no_address(person, today, change):
    told(person, "a")
    type(person).objects.update(**change)
    assert send(today) == []
    assert send_digest.call(person.pk, str(today)) is False


def test_a_kind_that_is_switched_off_stays_in_the_site(person, today):
    told(person, "c", kind="marked")
    Muted.objects.create(person=person, kind="marked")
    assert send(today) == []
    assert Message.objects.get().mailed_at is None


def test_what_has_to_be_said_cannot_be_switched_off(person, today):
    told(person, "a")
    Muted.objects.create(person=person, kind="assigned")
    assert len(send(today)) == 1


def test_every_kind_is_named_so_that_people_can_choose():
    assert [kind for kind, said in KINDS.items() if not said.name and not said.at_once] == []


def test_on_leave_nothing_is_sent_and_afterwards_one_letter_says_what_came(person, today):
    first = today - datetime.timedelta(days=30)
    leave = Leave.objects.create(person=person, starts_on=first, ends_on=None)
    told(person, "before", days_ago=40)
    told(person, "long ago", days_ago=20)
    told(person, "lately")
    assert send(today) == []
    leave.ends_on = today
    leave.save()
    assert send(today) == []
    [letter] = send(today + NEXT)
    assert "Welcome back" in letter.body
    assert "<long ago>" in letter.body
    assert "<lately>" in letter.body
    assert "<before>" not in letter.body
    told(person, "next")
    assert "Welcome back" not in send(today + 2 * NEXT)[1].body


def test_a_letter_that_is_refused_is_sent_later_and_only_once(person, today, settings):
    told(person, "a")
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, REFUSING
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send_digest.call(person.pk, str(today))
    assert not Digest.objects.exists()
    assert Message.objects.get().digest is None
    settings.EMAIL_BACKEND = works
    assert send_digest.call(person.pk, str(today)) is True
    assert send_digest.call(person.pk, str(today)) is False
    assert len(mail.outbox) == 1


def test_a_refused_letter_is_tried_again_in_an_hour_some_times(person, today, settings):
    settings.TASKS = {"default": {"BACKEND": "content.once.Queued"}}
    settings.EMAIL_BACKEND = REFUSING
    told(person, "a")
    for attempt in range(1, 6):
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send_digest.call(person.pk, str(today), attempt)
    asked = DBTaskResult.objects.values_list("args_kwargs", "run_after")
    assert [each["args"] for each, _when in asked.order_by("enqueued_at")] == [
        [person.pk, str(today), attempt] for attempt in range(2, 6)
    ]
    assert all(when > timezone.now() + datetime.timedelta(minutes=50) for _each, when in asked)


def test_a_worker_that_dies_while_sending_sends_nothing_twice(person, today):
    told(person, "a")
    claim = Digest.objects.create(person=person, day=today)
    Message.objects.update(digest=claim)
    assert send_digest.call(person.pk, str(today)) is False
    assert send(today + NEXT) == []


@pytest.mark.parametrize(("hour", "day"), [(2, 21), (7, 21), (8, 22), (23, 22)])
def test_the_hour_of_the_letters_is_a_setting(settings, hour, day):
    settings.TILTS_DIGEST_HOUR = 8
    now = timezone.make_aware(datetime.datetime(2026, 11, 21, hour, 30))
    assert moment_of(now) == timezone.make_aware(datetime.datetime(2026, 11, day, 8))


@pytest.mark.django_db
def test_the_background_waits_where_it_can(settings):
    moment = timezone.now() + NEXT
    assert later(send_digests, moment).run_after is None
    settings.TASKS = {"default": {"BACKEND": "content.once.Queued"}}
    later(send_digests, moment).enqueue()
    assert DBTaskResult.objects.get().run_after == moment


def test_whose_digest_is_due_costs_the_same_for_many(db, today, django_assert_num_queries):
    people = UserFactory.create_batch(12)
    tell_all("assigned", [(each, f"x/{each.pk}", ASSIGNED) for each in people])
    Muted.objects.bulk_create([Muted(person=each, kind="assigned") for each in people])
    UserFactory()
    with django_assert_num_queries(1):
        assert Message.objects.filter(kind="assigned").count() == 12
    send(today)
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(each.email for each in people)


class TestAtOnce:
    """Two workers and the same digest, on the database that lets both in."""

    pytestmark = ON_POSTGRESQL

    def test_two_tasks_of_one_digest_send_one_letter(self, today):
        person = UserFactory()
        told(person, "a", "b")
        outcomes = at_once(*[lambda: send_digest.call(person.pk, str(today))] * 4)
        assert sorted(outcomes) == [False, False, False, True]
        assert len(mail.outbox) == 1
        assert Digest.objects.count() == 1

    def test_two_workers_and_everything_asked_for_twice(self, today, settings):
        settings.TASKS = {"default": {"BACKEND": "content.once.Queued"}}
        people = UserFactory.create_batch(6)
        for person in people:
            told(person, f"a/{person.pk}", f"b/{person.pk}")
        for _time in range(2):
            with transaction.atomic():
                send_digests.enqueue(str(today))

        def work(name):
            Worker(
                queue_names=["default"],
                interval=0,
                batch=True,
                backend_name="default",
                startup_delay=False,
                max_tasks=None,
                worker_id=name,
                excluded_queue_names=[],
            ).run()

        assert at_once(lambda: work("one"), lambda: work("two")) == [None, None]
        assert sorted(letter.to[0] for letter in mail.outbox) == sorted(p.email for p in people)
        assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}

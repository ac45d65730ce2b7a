"""Statements whose SQL is worked out once: asked for one value, they say nothing of another."""

import datetime
from uuid import UUID

import pytest
from django.contrib.auth import get_backends
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.people.models import Message, User
from courses.people.prepared import Inserted, Prepared
from courses.progress.models import Evidence, Requirement, Standing, Subject
from tests.people.factories import UserFactory
from tests.progress.factories import EvidenceFactory

pytestmark = pytest.mark.django_db


def test_each_value_gives_its_own_row_for_one_statement():
    named = Prepared(lambda pk: User.objects.filter(pk=pk), -1)
    one, other = UserFactory(), UserFactory()
    assert named.first(one.pk) == one
    with CaptureQueriesContext(connection) as asked:
        assert named.first(other.pk) == other
    assert len(asked) == 1
    assert named.first(10**9) is None


def test_a_person_comes_with_her_own_subject_and_unread_messages():
    backend = get_backends()[0]
    one, other, new = UserFactory(), UserFactory(), UserFactory()
    subjects = {user: Subject.objects.create(person=user) for user in (one, other)}
    Message.objects.create(recipient=one, key="a", kind="marked")
    Message.objects.create(recipient=one, key="b", kind="marked", read_at=timezone.now())
    for user, unread in ((one, 1), (other, 0)):
        found = backend.get_user(user.pk)
        assert found == user
        assert found.unread == unread
        with CaptureQueriesContext(connection) as asked:
            assert Subject.objects.for_user(found) == subjects[user]
        assert not asked.captured_queries
    assert not Subject.objects.filter(person=new).exists()
    assert Subject.objects.for_user(backend.get_user(new.pk)).person_id == new.pk
    assert backend.get_user(UserFactory(is_active=False).pk) is None


def test_all_rows_come_in_the_order_of_the_queryset():
    unread = Prepared(lambda pk: Message.objects.filter(recipient=pk).order_by("-key"), -1)
    one, other = UserFactory(), UserFactory()
    for key in "ab":
        Message.objects.create(recipient=one, key=key, kind="marked")
    with CaptureQueriesContext(connection) as asked:
        assert [message.key for message in unread.all(one.pk)] == ["b", "a"]
    assert len(asked) == 1
    assert unread.all(other.pk) == []


def test_lists_of_any_length_are_asked_for_and_few_statements_are_worked_out():
    asked = []

    def named(keys):
        asked.append(len(keys))
        return Message.objects.filter(key__in=keys).order_by("key").values_list("key", "kind")

    found = Prepared(named, ["key/"])
    person = UserFactory()
    for number in range(9):
        Message.objects.create(recipient=person, key=f"k{number}", kind="marked")
    for length in (1, 2, 4, 5, 9):
        keys = [f"k{number}" for number in range(length)]
        assert found.all(keys) == [(key, "marked") for key in keys]
    assert asked == [4, 8, 16]


def test_related_rows_come_along_where_they_are_selected():
    found = Prepared(lambda pk: Subject.objects.filter(pk=pk).select_related("person"), UUID(int=1))
    subject = Subject.objects.create(person=UserFactory())
    with CaptureQueriesContext(connection) as asked:
        assert found.first(subject.pk).person.username == subject.person.username
    assert len(asked) == 1


def message(person, key, **given):
    return Message(recipient=person, key=key, kind="marked", **given)


def test_rows_are_added_by_one_statement_and_learn_their_keys():
    add, person = Inserted(Message), UserFactory()
    moment = timezone.now()
    rows = [message(person, key, read_at=moment if key == "b" else None) for key in ("b", 'a„ž"')]
    with CaptureQueriesContext(connection) as asked:
        add(rows)
    assert len(asked) == 1
    kept = {row.pk: row for row in Message.objects.all()}
    assert [kept[row.pk].key for row in rows] == ["b", 'a„ž"']
    assert [kept[row.pk].read_at for row in rows] == [moment, None]
    with CaptureQueriesContext(connection) as asked:
        add([])
    assert not asked.captured_queries


def test_what_is_there_already_stays_or_is_brought_up_to_date():
    person = UserFactory()
    subject = Subject.objects.create(person=person)
    place = {"subject": subject, "kind": "competence", "key": UUID(int=7)}
    fields = {"unique_fields": ["subject", "kind", "key"], "update_fields": ["state", "strength"]}
    once = Inserted(Standing, ignore_conflicts=True)
    anew = Inserted(Standing, update_conflicts=True, **fields)
    once([Standing(**place, state="1", strength=0.25)])
    once([Standing(**place, state="2", strength=0.5)])
    assert Standing.objects.values_list("state", "strength").get() == ("1", 0.25)
    anew([Standing(**place, state="3", strength=0.9, done=8)])
    assert Standing.objects.values_list("state", "strength", "done").get() == ("3", 0.9, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inserted(Standing)([Standing(**place, state="3")])


def test_values_of_every_type_are_those_that_django_reads():
    subject = Subject.objects.create(person=UserFactory())
    Inserted(Standing)(
        [Standing(subject=subject, kind="competence", key=UUID(int=7), state="1", strength=0.1)]
    )
    Requirement.objects.create(
        kind="module",
        key=UUID(int=8),
        version=1,
        effective_from=datetime.date(2026, 3, 29),
        parts=[{"verb": "read", "ž": [1, 2.5, None, True]}],
    )
    EvidenceFactory(subject=subject)
    for model in (Standing, Requirement, Evidence):
        rows = model.objects.values()
        asked = Prepared(lambda pk, model=model: model.objects.filter(pk=pk), rows[0]["id"])
        found = asked.first(rows[0]["id"])
        assert {name: getattr(found, name) for name in rows[0]} == rows[0]
        assert [type(getattr(found, name)) for name in rows[0]] == list(map(type, rows[0].values()))

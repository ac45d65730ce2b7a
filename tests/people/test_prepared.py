"""Statements whose SQL is worked out once: asked for one value, they say nothing of another."""

import pytest
from django.contrib.auth import get_backends
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.people.models import Message, User
from courses.people.prepared import Prepared
from courses.progress.models import Subject
from tests.people.factories import UserFactory

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

"""Who is told, and when, that a requirement is met."""

import datetime
import uuid

import pytest
from django.utils import timezone

from courses.models import Enrolment
from courses.progress import registry
from courses.progress.actions import NewActivity, record
from courses.progress.models import Policy, Standing
from courses.progress.projection import refresh
from courses.progress.rules import add_months
from tests.progress.factories import RequirementFactory, SubjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    calls = []
    monkeypatch.setattr(registry, "_met", [])
    registry.register_met(lambda *call: calls.append(call))
    return calls


@pytest.fixture
def subject():
    return SubjectFactory()


def read(subject, key, day, times=1):
    at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    act = NewActivity("read", "lesson", key, "v1", f"{key}/{day}", at)
    for _time in range(times):
        record(subject, activities=[act], today=day)


def part(key, verb="read", kind="lesson"):
    return {"verb": verb, "kind": kind, "key": str(key)}


def test_the_last_part_tells_about_the_module_and_its_path_once(subject, today, told):
    first, last = uuid.uuid4(), uuid.uuid4()
    module = RequirementFactory(parts=[part(first), part(last)])
    path = RequirementFactory(kind="path", parts=[part(module.key, "met", "module")])
    Enrolment.objects.create(subject=subject, target_kind="path", target_key=path.key)
    read(subject, first, today)
    assert told == []
    read(subject, last, today, times=2)
    read(subject, first, today + datetime.timedelta(days=1))
    assert sorted(told, key=str) == sorted(
        [(subject.pk, module.key, today), (subject.pk, path.key, today)], key=str
    )


def test_meeting_it_anew_is_told_again(subject, today, told):
    key = uuid.uuid4()
    module = RequirementFactory(parts=[part(key)])
    Policy.objects.create(
        kind=Policy.Kind.VALIDITY,
        scope=str(module.key),
        version=1,
        effective_from=today,
        rules={"months": 12},
    )
    later = add_months(today, 11)
    read(subject, key, today)
    read(subject, key, later)
    assert [call[2] for call in told] == [today, later]


def test_the_callback_sees_the_standing_that_was_written(subject, today, monkeypatch):
    states = []
    monkeypatch.setattr(registry, "_met", [])
    registry.register_met(
        lambda subject, key, _today: states.append(
            Standing.objects.get(subject=subject, key=key).state
        )
    )
    key = uuid.uuid4()
    RequirementFactory(parts=[part(key)])
    read(subject, key, today)
    assert states == ["met"]


def test_a_rebuild_tells_again_only_when_the_projection_was_lost(subject, today, told):
    key = uuid.uuid4()
    RequirementFactory(parts=[part(key)])
    read(subject, key, today)
    refresh([subject.pk], today)
    assert len(told) == 1
    Standing.objects.all().delete()
    refresh([subject.pk], today)
    assert len(told) == 2


def test_a_callback_is_registered_once(monkeypatch):
    monkeypatch.setattr(registry, "_met", [])
    registry.register_met(print)
    registry.register_met(print)
    assert registry._met == [print]

"""Competences, evidence and requirements for tests."""

import datetime
import uuid

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from courses.progress.models import Activity, Competence, Evidence, Requirement, Subject
from tests.people.factories import UserFactory


class SubjectFactory(DjangoModelFactory):
    class Meta:
        model = Subject

    person = factory.SubFactory(UserFactory)


class CompetenceFactory(DjangoModelFactory):
    class Meta:
        model = Competence
        django_get_or_create = ["key"]

    uuid = factory.LazyFunction(uuid.uuid4)
    key = factory.Sequence(lambda n: f"competence-{n}")
    name_lv = factory.LazyAttribute(lambda competence: f"{competence.key} (lv)")
    name_en = factory.LazyAttribute(lambda competence: f"{competence.key} (en)")


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    subject = factory.SubFactory(SubjectFactory)
    verb = "read"
    object_kind = "lesson"
    object_key = factory.LazyFunction(uuid.uuid4)
    happened_at = factory.LazyFunction(timezone.now)
    origin = factory.Sequence(lambda n: f"test/{n}")


class EvidenceFactory(DjangoModelFactory):
    class Meta:
        model = Evidence

    subject = factory.SubFactory(SubjectFactory)
    competence = factory.SubFactory(CompetenceFactory)
    item_key = factory.Sequence(lambda n: f"question/{n}")
    origin = factory.Sequence(lambda n: f"test/{n}")
    score = 1
    happened_at = factory.LazyFunction(timezone.now)


class RequirementFactory(DjangoModelFactory):
    class Meta:
        model = Requirement

    kind = "module"
    key = factory.LazyFunction(uuid.uuid4)
    version = 1
    effective_from = datetime.date(2026, 1, 1)
    parts = factory.LazyFunction(
        lambda: [{"verb": "read", "kind": "lesson", "key": str(uuid.uuid4())}]
    )

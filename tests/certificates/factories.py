"""Certificates for tests."""

import datetime
import uuid

import factory
from factory.django import DjangoModelFactory

from certificates.facts import digest_of
from certificates.models import Award, Holder
from tests.progress.factories import SubjectFactory


class AwardFactory(DjangoModelFactory):
    """A module completed with every Latvian letter in its title and its holder's name."""

    class Meta:
        model = Award
        skip_postgeneration_save = True

    class Params:
        expired = factory.Trait(valid_until=datetime.date(2026, 11, 21))
        revoked = factory.Trait(
            revoked_at=datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC),
            revoked_reason="Somebody else sat the quiz.",
        )

    subject = factory.SubFactory(SubjectFactory)
    kind = "module"
    requirement_key = factory.LazyFunction(uuid.uuid4)
    requirement_version = 1
    title_lv = "Ļaunums, čīkstoņa, šķēršļi un rūķis: izdegšanas mazināšana"
    title_en = "Malice, moaning and obstacles: less burnout"
    awarded_on = datetime.date(2026, 11, 1)
    facts = factory.LazyFunction(
        lambda: {
            "parts": {"lesson": 4, "quiz": 1, "scenario": 2},
            "minutes": 95,
            "modules": [],
            "competences": [
                {
                    "key": "self-care",
                    "name": {"lv": "Rūpes par sevi", "en": "Self-care"},
                    "level": 2,
                }
            ],
        }
    )
    digest = factory.LazyAttribute(
        lambda award: digest_of(
            {"lv": award.title_lv, "en": award.title_en}, award.awarded_on, award.facts
        )
    )

    @factory.post_generation
    def name(self, create, name, **kwargs):
        if create and name != "":
            Holder.objects.create(award=self, name=name or "Ģirts Žīgurs-Ņikitina")

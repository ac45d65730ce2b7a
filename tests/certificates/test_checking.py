"""What was issued is compared with the record: each sort of difference is found, and named."""

import datetime
import io
import uuid

import pytest
from django.core.management import CommandError, call_command

from certificates.checking import differences
from certificates.facts import digest_of
from certificates.models import Award
from courses.models import Enrolment
from courses.progress.actions import NewActivity, record
from courses.progress.models import Policy, Standing
from tests.progress.factories import RequirementFactory, SubjectFactory

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.date(2025, 3, 3)


def part(key):
    return {"verb": "read", "kind": "lesson", "key": str(key)}


def read(subject, key, day, today=None):
    noon = datetime.datetime.combine(day, datetime.time(12), tzinfo=datetime.UTC)
    act = NewActivity("read", "lesson", key, "1", f"{subject.pk}/{key}/{day}", noon)
    record(subject, activities=[act], today=today or day)


@pytest.fixture
def lesson():
    return uuid.uuid4()


@pytest.fixture
def module(lesson):
    module = RequirementFactory(parts=[part(lesson)], effective_from=LONG_AGO)
    Policy.objects.create(
        kind="validity",
        scope=str(module.key),
        version=1,
        effective_from=LONG_AGO,
        rules={"months": 12},
    )
    return module


@pytest.fixture
def award(module, lesson, today):
    read(SubjectFactory(), lesson, today)
    return Award.objects.get()


def signed_again(award, **changes):
    """The certificate changed together with its digest, as who forges it would."""
    for name, value in changes.items():
        setattr(award, name, value)
    title = {"lv": award.title_lv, "en": award.title_en}
    award.digest = digest_of(title, award.awarded_on, award.facts)
    award.save()


def test_what_was_issued_by_the_record_is_as_it_says(award):
    assert differences() == []


@pytest.mark.parametrize(
    "changes",
    [{"title_lv": "Kas cits"}, {"facts": {"minutes": 900}}, {"digest": "0" * 64}],
)
def test_a_certificate_that_says_something_else_is_found(award, changes):
    Award.objects.update(**changes)
    assert differences() == [
        f"{award.number}: what it says is not what it was issued with (digest)"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"awarded_on": LONG_AGO},
        {"valid_until": datetime.date(2040, 1, 1)},
        {"valid_until": None},
        {"requirement_version": 2},
        {"requirement_key": uuid.UUID(int=7)},
    ],
)
def test_a_forged_day_version_or_requirement_is_found_though_its_digest_is_right(award, changes):
    signed_again(award, **changes)
    assert [line for line in differences() if line.startswith(f"{award.number}: it says version")]


def test_a_certificate_that_is_missing_is_found(award, module):
    award.holder.delete()
    award.delete()
    (line,) = differences()
    assert line.endswith("and there is no certificate of it")
    assert str(module.key) in line


def test_a_certificate_for_what_nobody_did_is_found(award):
    award.pk, award.number, award.subject = uuid.uuid4(), "TL-FORGED", SubjectFactory()
    award.save(force_insert=True)
    assert [line.split(":")[0] for line in differences()] == ["TL-FORGED"]


def test_what_comes_later_leaves_a_certificate_as_it_was(module, lesson, today):
    """Rows recorded late, a renewal, an enrolment with a setting, a new version, an erased name."""
    subject = SubjectFactory()
    read(subject, lesson, today - datetime.timedelta(days=400), today)
    read(subject, lesson, today, today)
    read(subject, lesson, today - datetime.timedelta(days=3), today)
    assert Award.objects.count() == 2
    Enrolment.objects.create(
        subject=subject, target_kind="module", target_key=module.key, setting="prison"
    )
    RequirementFactory(key=module.key, version=2, effective_from=today, parts=[part(uuid.uuid4())])
    subject.person.delete()
    assert differences() == []


def test_it_takes_as_many_queries_for_many_as_for_one(
    module, lesson, today, django_assert_num_queries
):
    for count in (1, 3):
        for _each in range(count):
            read(SubjectFactory(), lesson, today)
        with django_assert_num_queries(8):
            assert differences() == []


def test_the_command_prints_each_difference_and_fails(award):
    said = io.StringIO()
    call_command("check_records", stdout=said)
    assert "follows from the record" in said.getvalue()
    Award.objects.update(valid_until=None)
    Standing.objects.filter(kind="requirement").update(state="started")
    said = io.StringIO()
    with pytest.raises(CommandError, match="2 differences"):
        call_command("check_records", stdout=said)
    assert award.number in said.getvalue()
    assert "should be ('met'" in said.getvalue()

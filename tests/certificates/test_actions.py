"""Awarding once, revoking, forgetting."""

import datetime
import uuid
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from certificates import actions
from certificates.models import Award, Holder, Paper
from courses.models import Enrolment
from courses.outline import outdate
from courses.people.models import AuditEntry
from courses.progress.actions import NewActivity, NewEvidence, record
from courses.progress.models import Policy, Standing, Subject
from courses.progress.projection import refresh
from courses.progress.rules import add_months
from tests.certificates.factories import AwardFactory
from tests.progress.factories import RequirementFactory, SubjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject():
    return SubjectFactory(person__first_name="Līga", person__last_name="Bērziņa")


def part(key, verb="read", kind="lesson"):
    return {"verb": verb, "kind": kind, "key": str(key)}


def read(subject, key, day, evidence=()):
    at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    act = NewActivity("read", "lesson", key, "v1", f"{subject.pk}/{key}/{day}", at)
    record(subject, activities=[act], evidence=evidence, today=timezone.localdate())


def valid_for(module, months, day):
    Policy.objects.create(
        kind=Policy.Kind.VALIDITY,
        scope=str(module.key),
        version=1,
        effective_from=day,
        rules={"months": months},
    )


def test_what_is_met_is_awarded_at_once_and_once(subject, today):
    key = uuid.uuid4()
    module = RequirementFactory(parts=[part(key)], version=3)
    read(subject, key, today)
    read(subject, key, today)
    read(subject, key, today + datetime.timedelta(days=1))
    award = Award.objects.get()
    assert (award.subject, award.requirement_key) == (subject, module.key)
    assert (award.requirement_version, award.awarded_on) == (3, today)
    assert award.valid_until is None
    assert award.state_on(today) == "valid"
    assert award.holder.name == "Līga Bērziņa"
    assert award.facts["parts"] == {"lesson": 1}
    assert len(award.digest) == 64


def test_what_is_not_met_is_not_awarded(subject, today):
    key = uuid.uuid4()
    module = RequirementFactory(parts=[part(key), part(uuid.uuid4())])
    read(subject, key, today)
    assert actions.award(subject.pk, module.key, today) is None
    assert not Award.objects.exists()


def test_a_module_and_its_path_are_awarded_each(subject, today):
    key = uuid.uuid4()
    module = RequirementFactory(parts=[part(key)])
    path = RequirementFactory(kind="path", parts=[part(module.key, "met", "module")])
    RequirementFactory(kind="path", parts=[part(module.key, "met", "module")])  # not hers
    Enrolment.objects.create(subject=subject, target_kind="path", target_key=path.key)
    read(subject, key, today)
    assert Award.objects.count() == 2
    assert set(Award.objects.values_list("kind", flat=True)) == {"module", "path"}
    assert Award.objects.get(kind="path").facts["parts"] == {"module": 1}


def test_a_lost_projection_awards_nothing_twice(subject, today):
    key = uuid.uuid4()
    RequirementFactory(parts=[part(key)])
    read(subject, key, today)
    Standing.objects.all().delete()
    refresh([subject.pk], today)
    assert Award.objects.count() == 1


def test_what_is_recorded_late_about_an_earlier_day_awards_nothing_twice(subject, today):
    key = uuid.uuid4()
    RequirementFactory(parts=[part(key)])
    read(subject, key, today)
    read(subject, key, today - datetime.timedelta(days=9))
    assert Award.objects.get().awarded_on == today


def test_the_last_valid_day_is_the_one_before_it_expires(subject, today):
    key = uuid.uuid4()
    module = RequirementFactory(parts=[part(key)])
    valid_for(module, 12, today)
    read(subject, key, today)
    award = Award.objects.get()
    until = award.valid_until
    assert until == add_months(today, 12) - datetime.timedelta(days=1)
    assert award.state_on(until) == "valid"
    first_without = until + datetime.timedelta(days=1)
    assert award.state_on(first_without) == "expired"
    assert Standing.objects.get(key=module.key).state_on(until) == "met"
    assert Standing.objects.get(key=module.key).state_on(first_without) == "expired"


def test_a_renewal_is_an_award_of_its_own(subject):
    day = datetime.date(2025, 5, 1)
    key = uuid.uuid4()
    module = RequirementFactory(parts=[part(key)], effective_from=day)
    valid_for(module, 12, day)
    read(subject, key, day)
    read(subject, key, add_months(day, 11))
    assert list(Award.objects.values_list("awarded_on", flat=True)) == [add_months(day, 11), day]


def test_what_expired_before_it_was_known_is_awarded_as_expired(subject):
    day = datetime.date(2020, 5, 1)
    key = uuid.uuid4()
    module = RequirementFactory(parts=[part(key)], effective_from=day)
    valid_for(module, 12, day)
    read(subject, key, day)
    assert Award.objects.get().state_on(timezone.localdate()) == "expired"


def test_the_database_refuses_a_second_award_for_the_same_day():
    award = AwardFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        AwardFactory(subject=award.subject, requirement_key=award.requirement_key)


def test_title_time_and_levels_are_pinned(subject, today, course, competence):
    key = uuid.uuid4()
    RequirementFactory(key=course.translation_key, parts=[part(key)])
    answers = [NewEvidence("self-care", f"question/{n}", "v1", f"answer/{n}", 1) for n in range(3)]
    read(subject, key, timezone.localdate(), evidence=answers)
    award = Award.objects.get()
    course.title = "Something else"
    course.minutes = 5
    course.save()
    outdate()
    award.refresh_from_db()
    assert (award.title_lv, award.title_en) == ("Izdegšana", "Izdegšana")
    assert award.facts["minutes"] == 95
    assert award.facts["competences"] == [
        {"key": "self-care", "name": {"lv": "Rūpes", "en": "Care"}, "level": 1}
    ]


def test_revoking_is_written_down_once_and_says_why(lead):
    award = AwardFactory()
    actions.revoke(award, "Somebody else sat the quiz.", by=lead)
    first = actions.revoke(award, "Again.", by=lead)
    assert first.revoked_reason == "Somebody else sat the quiz."
    assert first.state_on(timezone.localdate()) == "revoked"
    entry = AuditEntry.objects.get(action="revoked_certificate")
    assert (entry.actor, entry.about) == (lead, award.subject.person)
    assert entry.object_key == award.number


def test_revoking_asks_for_a_reason(lead):
    award = AwardFactory()
    with pytest.raises(actions.NoReason):
        actions.revoke(award, "  ", by=lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.update(revoked_at=timezone.now())


def test_the_command_revokes_by_number():
    award = AwardFactory()
    out = StringIO()
    call_command("revoke_certificate", award.number.lower(), reason="Mistake", stdout=out)
    award.refresh_from_db()
    assert award.revoked_reason == "Mistake"
    assert award.number in out.getvalue()


@pytest.mark.parametrize(("number", "reason"), [("no such", "Mistake"), (None, " ")])
def test_the_command_says_what_is_wrong(number, reason):
    award = AwardFactory()
    with pytest.raises(CommandError):
        call_command("revoke_certificate", number or award.number, reason=reason)
    award.refresh_from_db()
    assert award.revoked_at is None


def paper_of(award):
    name = default_storage.save("certificates/test.pdf", ContentFile(b"%PDF"))
    return Paper.objects.create(award=award, language="lv", file=name)


def test_forgetting_erases_the_name_and_the_papers_but_not_the_award(
    django_capture_on_commit_callbacks,
):
    award, other = AwardFactory(), AwardFactory()
    name = paper_of(award).file.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.forget(award.subject)
    assert Award.objects.count() == 2
    assert list(Holder.objects.values_list("award", flat=True)) == [other.pk]
    assert not Paper.objects.exists()
    assert not default_storage.exists(name)


def test_deleting_a_person_forgets_her():
    award = AwardFactory()
    paper_of(award)
    award.subject.person.delete()
    award = Award.objects.get()
    assert not Holder.objects.exists()
    assert not Paper.objects.exists()
    assert Subject.objects.get(pk=award.subject_id).person is None


def test_a_subject_without_a_person_is_awarded_without_a_name(today):
    subject = SubjectFactory(person=None)
    key = uuid.uuid4()
    RequirementFactory(parts=[part(key)])
    read(subject, key, today)
    assert not hasattr(Award.objects.get(), "holder")

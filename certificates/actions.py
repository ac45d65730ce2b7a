"""Awarding, revoking and forgetting certificates, and asking for one on paper."""

import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from certificates.facts import digest_of, facts_of, titles
from certificates.models import Award, Holder, Paper
from certificates.tasks import make_paper
from courses.people import audit
from courses.people.models import User
from courses.progress.models import Requirement, Subject
from courses.progress.projection import status_on

# A paper asked for this long ago that is not there yet was lost with its worker.
PATIENCE = datetime.timedelta(minutes=5)


class NoReason(ValueError):
    """A certificate is revoked without saying why."""


@transaction.atomic
def award(subject_id: UUID, key: UUID, today: datetime.date) -> Award | None:
    """Award what was met, if that is not done yet; told by the record (`register_met`).

    Where something is recorded late about an earlier day, the certificate that exists stays: it
    answers for everything met up to its own day. None then, and where nothing was met.
    """
    status = status_on(subject_id, key, today, as_known_then=False)
    if status.since is None:
        return None
    mine = Award.objects.filter(subject_id=subject_id, requirement_key=key)
    if mine.filter(awarded_on__gte=status.since).exists():
        return None
    requirement = Requirement.objects.get(key=key, version=status.version)
    title = titles(key)
    facts = facts_of(requirement, subject_id, status.since)
    made, is_new = Award.objects.get_or_create(
        subject_id=subject_id,
        requirement_key=key,
        awarded_on=status.since,
        defaults={
            "kind": requirement.kind,
            "requirement_version": requirement.version,
            "title_lv": title["lv"],
            "title_en": title["en"],
            "facts": facts,
            "digest": digest_of(title, status.since, facts),
            # The record counts the first day without it, people the last day with it.
            "valid_until": status.until - datetime.timedelta(days=1) if status.until else None,
        },
    )
    person = User.objects.filter(subject=subject_id).first()
    if is_new and person:
        Holder.objects.create(award=made, name=str(person))
    return made if is_new else None


@transaction.atomic
def revoke(award: Award, reason: str, *, by: User | None) -> Award:
    """Take a certificate back, from now on; whoever looks at it later sees when, not why.

    Revoking it again changes nothing. Raises `NoReason` without a reason.
    """
    if not reason.strip():
        raise NoReason
    award = Award.objects.select_for_update().get(pk=award.pk)
    if award.revoked_at:
        return award
    award.revoked_at = timezone.now()
    award.revoked_reason = reason.strip()
    award.save(update_fields=["revoked_at", "revoked_reason"])
    audit.log(
        by,
        "revoked_certificate",
        about=award.subject.person,
        object_kind="certificate",
        object_key=award.number,
    )
    return award


def ask_for_paper(award: Award, language: str) -> Paper:
    """The certificate as a PDF; made in the background when it is asked for the first time.

    `file` is empty as long as it is not there. Asking again meanwhile starts nothing.
    """
    paper, is_new = Paper.objects.get_or_create(award=award, language=language)
    if paper.file:
        return paper
    now = timezone.now()
    lost = Paper.objects.filter(pk=paper.pk, file="", asked_at__lte=now - PATIENCE)
    if is_new or lost.update(asked_at=now):
        make_paper.enqueue(paper.pk)
        paper.refresh_from_db()
    return paper


@transaction.atomic
def forget(subject: Subject) -> None:
    """Erase the holder's name and every paper that carries it; the bare awards stay."""
    papers = Paper.objects.filter(award__subject=subject)
    for name in papers.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, name))
    papers.delete()
    Holder.objects.filter(award__subject=subject).delete()


def forget_person(instance: User, **_signal: Any) -> None:
    """When a person is deleted, the name on her certificates goes with her."""
    for subject in Subject.objects.filter(person=instance):
        forget(subject)

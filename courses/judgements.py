"""What a lead puts on record herself: practice she observed, what somebody had learned before.

Each is evidence as any answer is, and is never changed: a correction or a withdrawal is a new row
that voids it. The words beside it are a note apart, which can be erased.
"""

import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from content.bilingual import both
from courses.actions import NotYours
from courses.people import audit
from courses.people.messages import address, tell
from courses.people.models import Membership, Role, User
from courses.progress.actions import NewEvidence, record
from courses.progress.models import Competence, Evidence, EvidenceNote, Subject

RATINGS = (1, 2, 3, 4)
KINDS = (Evidence.Kind.OBSERVATION, Evidence.Kind.PRIOR)


class NeverByPrior(Exception):
    """The competence is safety-critical: it is shown, not brought along."""


class Overtaken(Exception):
    """The observation was corrected or withdrawn meanwhile."""


@transaction.atomic
def observe(
    lead: User,
    learner: User,
    competence: Competence,
    rating: int,
    watched_on: datetime.date,
    note: str,
    token: UUID,
    *,
    corrects: Evidence | None = None,
    today: datetime.date | None = None,
) -> Evidence:
    """A lead rates practice she watched, 1 to 4 as the levels are described; the learner is told.

    With `corrects` it takes the place of an earlier observation. The same token again changes
    nothing. Raises `NotYours` for whom she does not lead, `Overtaken`.
    """
    if rating not in RATINGS:
        raise ValueError(f"no such rating: {rating}")
    return _give(
        lead,
        learner,
        competence,
        Evidence.Kind.OBSERVATION,
        rating,
        watched_on,
        note,
        token,
        corrects,
        today or timezone.localdate(),
    )


@transaction.atomic
def credit(
    lead: User,
    learner: User,
    competence: Competence,
    note: str,
    token: UUID,
    *,
    today: datetime.date | None = None,
) -> Evidence:
    """A lead confirms that somebody brought a competence along; it bears level 2 at most.

    Raises `NotYours`, or `NeverByPrior` where the competence is safety-critical.
    """
    if competence.critical:
        raise NeverByPrior
    today = today or timezone.localdate()
    return _give(
        lead, learner, competence, Evidence.Kind.PRIOR, None, today, note, token, None, today
    )


def _give(
    lead: User,
    learner: User,
    competence: Competence,
    kind: str,
    rating: int | None,
    day: datetime.date,
    note: str,
    token: UUID,
    corrects: Evidence | None,
    today: datetime.date,
) -> Evidence:
    place = _place(lead, learner, today)
    subject = _locked(learner)
    origin = f"{kind}/{token}"
    if known := Evidence.objects.filter(origin=origin).first():
        return known
    if corrects and corrects.voided_by.exists():
        raise Overtaken
    record(
        subject,
        locked=True,
        evidence=[
            NewEvidence(
                competence_key=competence.key,
                item_key=corrects.item_key if corrects else origin,
                item_version="",
                origin=origin,
                score=rating / RATINGS[-1] if rating else 1,
                setting=place.setting,
                kind=kind,
                happened_at=_moment(day),
                voids=corrects.pk if corrects else None,
                actor=Subject.objects.for_user(lead),
            )
        ],
        today=today,
    )
    row = Evidence.objects.get(origin=origin)
    EvidenceNote.objects.create(evidence=row, text=note.strip(), written_by=lead)
    action = "corrected_observation" if corrects else GIVEN[kind]
    _note_and_tell(lead, learner, row, action, rating)
    return row


GIVEN: dict[str, str] = {
    Evidence.Kind.OBSERVATION: "observed",
    Evidence.Kind.PRIOR: "credited",
}


@transaction.atomic
def withdraw(
    lead: User, learner: User, row: Evidence, *, today: datetime.date | None = None
) -> None:
    """Take an observation or a credit back: it stays on record as void, and the learner is told.

    What is void already stays as it is. Raises `NotYours` for whom she does not lead.
    """
    if row.kind not in KINDS:
        raise ValueError(f"not a lead's to withdraw: {row.kind}")
    today = today or timezone.localdate()
    _place(lead, learner, today)
    subject = _locked(learner)
    if row.voided_by.exists():
        return
    origin = f"void/{row.pk}"
    record(
        subject,
        locked=True,
        evidence=[
            NewEvidence(
                competence_key=row.competence.key,
                item_key=row.item_key,
                item_version="",
                origin=origin,
                score=0,
                kind=Evidence.Kind.VOID,
                happened_at=row.happened_at,
                voids=row.pk,
                actor=Subject.objects.for_user(lead),
            )
        ],
        today=today,
    )
    _note_and_tell(lead, learner, Evidence.objects.get(origin=origin), "withdrew_evidence", None)


@transaction.atomic
def erase_note(
    lead: User, learner: User, row: Evidence, *, today: datetime.date | None = None
) -> None:
    """Erase the words beside an observation or a credit; the evidence stays. Logged."""
    _place(lead, learner, today or timezone.localdate())
    if EvidenceNote.objects.filter(evidence=row).delete()[0]:
        _log(lead, learner, row, "erased_note", {})


def _place(lead: User, learner: User, today: datetime.date) -> Membership:
    """Where the learner works under this lead."""
    if not User.objects.learners_of(lead, today).filter(pk=learner.pk).exists():
        raise NotYours
    places = Membership.objects.on(today).filter(person=learner, role=Role.LEARNER)
    return places.within_reach_of(lead, (Role.LEAD,), today).order_by("starts_on", "pk")[0]


def _locked(learner: User) -> Subject:
    """Her row in the record, held: the same form sent twice at once is one."""
    subject = Subject.objects.for_user(learner)
    return Subject.objects.select_for_update().get(pk=subject.pk)


def _moment(day: datetime.date) -> datetime.datetime:
    """Now, or noon of another day."""
    now = timezone.now()
    if day == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


def _log(lead: User, learner: User, row: Evidence, action: str, detail: dict[str, Any]) -> None:
    audit.log(
        lead,
        action,
        about=learner,
        object_kind="evidence",
        object_key=row.pk,
        detail=detail | {"competence": row.competence.key},
    )


def _note_and_tell(
    lead: User, learner: User, row: Evidence, action: str, rating: int | None
) -> None:
    _log(lead, learner, row, action, {"rating": rating} if rating else {})
    tell(
        learner,
        "judged",
        f"judged/{row.pk}",
        {
            "what": action,
            "title": both(row.competence.name_lv, row.competence.name_en),
            "rating": rating,
            "by": str(lead),
            "by_pk": lead.pk,
            "path": address("courses:competence", row.competence.key),
        },
    )

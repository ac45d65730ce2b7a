"""Marks that people give, change, and explain: each a step of the attempt, each told to the record.

Whoever marks is found by `AttemptQuerySet.markable_by`; nobody marks her own answers, and of two
who mark the same answer neither sees what the other gave until it is settled.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments import actions, grading, known
from assessments.actions import Refused
from assessments.models import Attempt, AttemptQuerySet, Step
from assessments.replay import Standpoint
from assessments.results import Slot
from courses.people import messages
from courses.people.models import User
from courses.progress.actions import NewEvidence, record
from courses.progress.models import Evidence, Subject
from courses.rulebook import rulebook

Kind = Step.Kind


class NotToMark(Refused):
    """There is nothing here for this person to mark: not asked, marked already, or still open."""


# Whose turn it is -------------------------------------------------------------------------


def waits_for(slot: Slot, marker: Subject) -> bool:
    """Whether an answer waits for a mark that this person may give."""
    return slot.waits and marker.pk not in {mark.marker for mark in slot.marks}


@dataclass(frozen=True)
class Waiting:
    """An attempt in the queue: whose, since when, and how many answers she may mark."""

    attempt: Attempt
    answers: int
    marked: int  # by others already, so that a second or third mark is asked for
    days: int


def queue(attempts: AttemptQuerySet, marker: Subject, today: datetime.date) -> list[Waiting]:
    """What waits for this person among these attempts, the longest waiting first; two statements."""
    rows = (
        attempts.filter(status=Attempt.Status.MARKING)
        .select_related("subject__person")
        .with_log()
        .order_by("finished_at")
    )
    found = []
    for attempt in rows:
        stand = actions.resume(attempt)
        slots = [slot for slot in stand.slots if waits_for(slot, marker)]
        if slots:
            since = timezone.localdate(attempt.finished_at)
            marked = max(len(slot.marks) for slot in slots)
            found.append(Waiting(attempt, len(slots), marked, (today - since).days))
    return found


# Marking --------------------------------------------------------------------------------


@transaction.atomic
def mark(
    attempt: Attempt,
    number: int,
    marker: User,
    points: Mapping[str, int],
    comment: str,
    token: UUID,
    now: datetime.datetime | None = None,
) -> Standpoint:
    """Give an open answer its points; the same token again changes nothing. Raises `NotToMark`."""
    log = _opened(attempt, now)
    if token in log.tokens:
        return log.stand
    slot, giver = log.stand.slot(number), Subject.objects.for_user(marker)
    if slot is None or not waits_for(slot, giver) or log.stand.is_open:
        raise NotToMark
    question = grading.question_of(slot.key)
    assert isinstance(question, grading.Open)  # noqa: S101
    earned = grading.by_rubric(question, dict(points))
    log.add(
        Kind.MARKED,
        slot=number,
        version_id=slot.pin.version,
        token=token,
        actor=giver,
        data={"points": dict(points), "fraction": str(earned), "comment": comment.strip()},
    )
    return _settle(log)


@transaction.atomic
def comment(attempt: Attempt, number: int, marker: User, said: str, token: UUID) -> Standpoint:
    """Write to the person about an answer, without changing its mark."""
    log = _opened(attempt)
    if token in log.tokens or not said.strip():
        return log.stand
    if log.stand.slot(number) is None or log.stand.is_open:
        raise NotToMark
    log.add(
        Kind.COMMENTED,
        slot=number,
        token=token,
        actor=Subject.objects.for_user(marker),
        data={"comment": said.strip()},
    )
    return _settle(log)


@transaction.atomic
def correct(
    attempt: Attempt,
    number: int,
    marker: User,
    earned: Fraction | None,
    reason: str,
    token: UUID,
) -> Standpoint:
    """Set what an answer earns by hand, or (None) go back to what follows from the question.

    A pass that is on record stands. Raises `NotToMark` for what was not answered or is not scored,
    `ValueError` without a reason.
    """
    if not reason.strip():
        raise ValueError("A changed mark says why.")
    log = _opened(attempt)
    if token in log.tokens:
        return log.stand
    slot = log.stand.slot(number)
    if slot is None or log.stand.is_open or not slot.answered or not slot.is_scored:
        raise NotToMark
    log.add(
        Kind.CORRECTED,
        slot=number,
        token=token,
        actor=Subject.objects.for_user(marker),
        data={
            "fraction": None if earned is None else str(earned),
            "reason": reason.strip(),
            "was_passed": bool(log.stand.passed),
        },
    )
    return _settle(log)


def _opened(attempt: Attempt, now: datetime.datetime | None = None) -> actions.Log:
    return actions.Log(actions.locked(Attempt.objects.all(), pk=attempt.pk), now)


def _settle(log: actions.Log) -> Standpoint:
    """Write the steps; bring columns, evidence and the record up to what they amount to now."""
    before = log.attempt.status
    stand = log.write()
    settle(stand, log.now)
    if before == Attempt.Status.MARKING and stand.status == Attempt.Status.FINISHED:
        _tell(stand)
    return stand


def settle(stand: Standpoint, now: datetime.datetime) -> None:
    """Tell the record what changed about a handed-in attempt: new rows, and rows that void others."""
    verbs = ["passed"] if actions.passes(stand) else []
    evidence = changes(stand, _standing(stand))
    if verbs or evidence:
        record(
            stand.attempt.subject,
            activities=[actions.activity_of(stand.attempt, verb) for verb in verbs],
            evidence=evidence,
            today=timezone.localdate(now),
            locked=True,
            book=rulebook(),
        )


# Evidence -------------------------------------------------------------------------------


Places = dict[tuple[str, str], list[Evidence]]


def _standing(stand: Standpoint) -> Places:
    """The attempt's rows by question and competence, the one that stands last; one statement."""
    rows = Evidence.objects.filter(
        subject=stand.attempt.subject_id, origin__startswith=f"attempt/{stand.attempt.pk}/"
    ).order_by("recorded_at", "pk")
    return by_place(rows)


def by_place(rows: Iterable[Evidence]) -> Places:
    """The rows of one attempt, in the order of their recording, by question and competence."""
    found: Places = {}
    for row in rows:
        _attempt, _pk, slot, competence, *_number = row.origin.split("/")
        found.setdefault((slot, competence), []).append(row)
    for same in found.values():
        voided = {row.voids_id for row in same}
        same.sort(key=lambda row: (row.pk not in voided, row.recorded_at))
    return found


def changes(
    stand: Standpoint, standing: Mapping[tuple[str, str], list[Evidence]]
) -> list[NewEvidence]:
    """What is to be added so that the rows say what the attempt says."""
    wanted = {
        (str(slot.number), new.competence_key): new
        for slot in stand.slots
        for new in actions.evidence_of(stand, slot)
    }
    found = []
    for place, new in wanted.items():
        same = standing.get(place, [])
        if not same:
            found.append(new)
        elif not _says(same[-1], new):
            last = same[-1]
            found.append(
                replace(
                    new,
                    origin=f"{new.origin}/{len(same)}",
                    voids=last.pk,
                    happened_at=last.happened_at,
                    feedback_at=last.feedback_at,
                )
            )
    for place, same in standing.items():
        last = same[-1]
        if place not in wanted and last.kind != "void":
            found.append(
                NewEvidence(
                    competence_key=place[1],
                    item_key=last.item_key,
                    item_version=last.item_version,
                    origin=f"attempt/{stand.attempt.pk}/{place[0]}/{place[1]}/{len(same)}",
                    score=0,
                    kind="void",
                    happened_at=last.happened_at,
                    activity_origin=f"attempt/{stand.attempt.pk}/finished",
                    voids=last.pk,
                )
            )
    return found


def _says(row: Evidence, new: NewEvidence) -> bool:
    def exact(value: Any) -> Any:
        return Fraction(value).limit_denominator(10**5)

    return (
        row.kind == new.kind
        and abs(Fraction(row.score) - Fraction(new.score)) < Fraction(1, 10**5)
        and exact(row.weight) == exact(new.weight)
        and row.item_version == new.item_version
        and row.critical == new.critical
    )


# Telling --------------------------------------------------------------------------------


def _tell(stand: Standpoint) -> None:
    """Tell the person that her answers were marked; once for each attempt."""
    attempt = stand.attempt
    person = User.objects.filter(subject=attempt.subject_id).first()
    if person is None:
        return
    messages.tell(
        person,
        "marked",
        f"marked/{attempt.pk}",
        {"title": titles(attempt), "path": paths(attempt)},
    )


def titles(attempt: Attempt) -> dict[str, str]:
    quiz = known.quiz(attempt.place[1])
    return {"lv": quiz.title_lv, "en": quiz.title_en}


def paths(attempt: Attempt) -> dict[str, str]:
    """The address of an attempt's review in each language."""
    return messages.address("assessments:review", attempt.pk)

"""Marking answers again by another version of their question: what would change, and doing it.

Nothing is taken from anybody: the steps and the evidence are added to, never changed, and an
attempt that was passed stays passed, with the certificate that rests on it. What people can do is
told as it now is: levels may fall. Reviews are left as they were: they have no mark to mend, and
what they showed is asked again anyway.
"""

import datetime
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from assessments import actions, known, marking, replay
from assessments.models import Attempt, AttemptQuerySet, QuestionVersion, Quiz, Regrade, Step
from assessments.policy import Past
from assessments.replay import Standpoint
from assessments.results import Slot
from courses.people import audit, messages
from courses.people.models import User
from courses.progress import rules
from courses.progress.actions import NewEvidence, Told, competences_of, record_all, row_of
from courses.progress.models import Competence, Evidence, Subject
from courses.progress.projection import items_of
from courses.rulebook import rulebook

LOG_ACTION = "assessments.regrade"
BATCH = 500  # rows of one statement


@dataclass(frozen=True)
class Wish:
    """Which answers are to be marked by which version: those marked by `sources` so far."""

    sources: Sequence[QuestionVersion]
    target: QuestionVersion
    quiz: Quiz | None = None

    @property
    def versions(self) -> set[int]:
        return {version.pk for version in self.sources}

    def takes(self, slot: Slot) -> bool:
        """Whether an answer is one of these."""
        hashes = {version.hash for version in self.sources}
        return slot.data["uuid"] == str(self.target.data["uuid"]) and slot.key_hash in hashes - {
            self.target.hash
        }


@dataclass(frozen=True)
class LevelChange:
    """A competence whose level is another one with the answers marked again."""

    competence: Competence
    before: int
    after: int


@dataclass(frozen=True)
class Change:
    """An attempt before and after."""

    before: Standpoint
    after: Standpoint
    steps: Sequence[Step]
    evidence: Sequence[NewEvidence] = ()
    levels: Sequence[LevelChange] = ()
    passes_quiz: bool = False

    @property
    def attempt(self) -> Attempt:
        return self.before.attempt

    @property
    def person(self) -> User | None:
        person: User | None = self.attempt.subject.person
        return person

    @property
    def slots(self) -> list[tuple[Slot, Slot]]:
        """The questions marked again, before and after."""
        numbers = [step.slot for step in self.steps]
        return [
            (before, after)
            for before, after in zip(self.before.slots, self.after.slots, strict=True)
            if before.number in numbers
        ]

    @property
    def marks_differ(self) -> bool:
        return any(
            (old.fraction, old.max_mark) != (new.fraction, new.max_mark) for old, new in self.slots
        )

    @property
    def keeps_pass(self) -> bool:
        """Whether it stays passed though by its new marks alone it would not be."""
        after = self.after
        return bool(after.passed) and (not after.total.passed or after.missed)

    @property
    def newly_passed(self) -> bool:
        return bool(self.after.passed) and not self.before.passed


@dataclass(frozen=True)
class Plan:
    """What marking again would change, as things stand now."""

    wish: Wish
    changes: Sequence[Change]
    same: int = 0  # attempts with such answers for which nothing changes: they are left alone
    elsewhere: int = 0  # handed-in attempts of people she does not reach, or her own
    open: int = 0  # attempts still being made

    @property
    def digest(self) -> str:
        """What was agreed to: another plan has another one."""
        told = [
            [
                str(change.attempt.pk),
                [
                    [old.number, str(old.fraction), str(new.fraction), str(new.max_mark)]
                    for old, new in change.slots
                ],
                [str(change.before.total.mark), str(change.after.total.mark)],
                [change.before.passed, change.after.passed, change.after.missed],
                [[each.competence.key, each.before, each.after] for each in change.levels],
            ]
            for change in self.changes
        ]
        whole = [self.wish.target.pk, sorted(self.wish.versions), told]
        return sha256(json.dumps(whole).encode()).hexdigest()

    @property
    def passes(self) -> int:
        return sum(change.newly_passed for change in self.changes)

    @property
    def kept(self) -> int:
        return sum(change.keeps_pass for change in self.changes)

    @property
    def levels(self) -> int:
        return sum(bool(change.levels) for change in self.changes)


class Stale(Exception):
    """Something changed since the preview was made; the plan as it is now comes with it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("stale")


# The plan ---------------------------------------------------------------------------------


def plan(user: User, wish: Wish, today: datetime.date) -> Plan:
    """What marking these answers again would change; as many statements for many as for few."""
    mine = _of(Attempt.objects.regradable_by(user, today), wish)
    everybody = _of(Attempt.objects.at_quizzes(), wish)
    open_ones = everybody.open().count()
    handed_in = everybody.handed_in().count()
    attempts = list(mine.select_related("subject__person").with_log().order_by("finished_at", "pk"))
    changes = _changes(attempts, wish, Subject.objects.for_user(user), uuid4(), "", today)
    return Plan(
        wish,
        sorted(changes, key=lambda change: (str(change.person or ""), change.attempt.number)),
        len(attempts) - len(changes),
        handed_in - len(attempts),
        open_ones,
    )


def _of(attempts: AttemptQuerySet, wish: Wish) -> AttemptQuerySet:
    found = attempts.having(wish.versions)
    return found.filter(quiz=wish.quiz) if wish.quiz else found


def _changes(
    attempts: Sequence[Attempt],
    wish: Wish,
    giver: Subject,
    batch: UUID,
    reason: str,
    today: datetime.date,
) -> list[Change]:
    logs = [attempt.log_of_steps() for attempt in attempts]
    known.versions(
        {wish.target.pk}
        | {
            pk
            for attempt, steps in zip(attempts, logs, strict=True)
            for pk in replay.needed(attempt, steps)
        }
    )
    now = timezone.now()
    found = []
    for attempt, steps in zip(attempts, logs, strict=True):
        before = actions.resume(attempt, steps)
        new = [
            Step(
                attempt=attempt,
                number=len(steps) + place,
                kind=Step.Kind.REGRADED,
                slot=slot.number,
                version=wish.target,
                token=uuid5(batch, f"{attempt.pk}/{slot.number}"),
                actor=giver,
                at=now,
                data={
                    "version": wish.target.pk,
                    "reason": reason,
                    "was_passed": bool(before.passed),
                },
            )
            for place, slot in enumerate(filter(wish.takes, before.slots), start=1)
        ]
        after = actions.resume(attempt, [*steps, *new]) if new else before
        if any(
            _says(old) != _says(now_) for old, now_ in zip(before.slots, after.slots, strict=True)
        ):
            found.append(Change(before, after, new))
    return _with_record(found, today) if found else []


def _says(slot: Slot) -> tuple[object, ...]:
    """What of a question bears on marks and on the record."""
    weights = tuple((given["key"], given["weight"]) for given in slot.key["competences"])
    return slot.fraction, slot.max_mark, slot.is_scored, slot.is_critical, weights


def _with_record(changes: Sequence[Change], today: datetime.date) -> list[Change]:
    """The changes with what they mean for evidence, levels and the quiz; four statements."""
    subjects = {change.attempt.subject_id for change in changes}
    rows = list(
        Evidence.objects.filter(subject__in=subjects)
        .select_related("competence")
        .order_by("recorded_at", "pk")
    )
    by_attempt: dict[str, list[Evidence]] = {}
    by_pair: dict[tuple[UUID, str], list[Evidence]] = {}
    for row in rows:
        by_pair.setdefault((row.subject_id, row.competence.key), []).append(row)
        kind, _slash, rest = row.origin.partition("/")
        if kind == "attempt":
            by_attempt.setdefault(rest.partition("/")[0], []).append(row)
    others = _others(subjects, {change.attempt.place[1] for change in changes})
    for change in changes:
        others[change.attempt.subject_id, change.attempt.place[1]][change.attempt.pk] = (
            change.after.past
        )
    told = []
    for change in changes:
        standing = marking.by_place(by_attempt.get(str(change.attempt.pk), []))
        near = _near(change)
        evidence = [
            new
            for new in marking.changes(change.after, standing)
            if int(new.origin.split("/")[2]) in near
        ]
        same = others[change.attempt.subject_id, change.attempt.place[1]]
        before = [past for pk, past in same.items() if pk != change.attempt.pk]
        told.append(
            replace(change, evidence=evidence, passes_quiz=actions.passes(change.after, before))
        )
    return _with_levels(told, by_pair, today)


def _near(change: Change) -> set[int]:
    """The questions marked again, and those that ask the same in other words."""
    near = {step.slot for step in change.steps if step.slot}
    for number in list(near):
        point = change.after.point(number)
        if point:
            near |= {point.slot.number} | ({point.twin.number} if point.twin else set())
    return near


def _others(
    subjects: Collection[UUID], quizzes: Collection[int]
) -> dict[tuple[UUID, int], dict[UUID, Past]]:
    found: dict[tuple[UUID, int], dict[UUID, Past]] = {}
    rows = Attempt.objects.filter(subject__in=subjects, quiz__in=quizzes).defer("pinned")
    for row in rows:
        found.setdefault((row.subject_id, row.place[1]), {})[row.pk] = actions.past_of(row)
    return found


def _with_levels(
    changes: Sequence[Change],
    rows: Mapping[tuple[UUID, str], list[Evidence]],
    today: datetime.date,
) -> list[Change]:
    """Each with the levels that all of them together change, told with a person's first attempt."""
    book, now = rulebook(), timezone.now()
    competences = competences_of((new for change in changes for new in change.evidence), book)
    added: dict[tuple[UUID, str], list[Evidence]] = {}
    for change in changes:
        for new in change.evidence:
            pair = (change.attempt.subject_id, new.competence_key)
            added.setdefault(pair, []).append(
                row_of(change.attempt.subject, new, competences[new.competence_key], now)
            )
    levels: dict[UUID, list[LevelChange]] = {}
    for (subject, key), more in added.items():
        competence = competences[key]
        numbers = book.numbers(key, today)

        def level(
            of: Sequence[Evidence],
            numbers: Mapping[str, float] = numbers,
            competence: Competence = competence,
        ) -> int:
            return rules.level(items_of(of), numbers, today, critical=competence.critical).level

        old = rows.get((subject, key), [])
        seen = {row.pk: row.seen_at for row in old}
        for row in more:
            row.seen_at = seen.get(row.voids_id) if row.voids_id else None
        before, after = level(old), level([*old, *more])
        if before != after:
            levels.setdefault(subject, []).append(LevelChange(competence, before, after))
    return [replace(each, levels=levels.pop(each.attempt.subject_id, [])) for each in changes]


# Doing it -----------------------------------------------------------------------------------


@transaction.atomic
def apply(
    user: User, wish: Wish, reason: str, token: UUID, digest: str, today: datetime.date
) -> Regrade:
    """Mark again what was agreed to; the same token again changes nothing.

    Raises `Stale` if the plan is another one by now, `ValueError` without a reason.
    """
    if not reason.strip():
        raise ValueError("Marking again says why.")
    done, is_new = Regrade.objects.get_or_create(
        pk=token,
        defaults={
            "question": wish.target.question,
            "sources": sorted(version.number for version in wish.sources),
            "target": wish.target,
            "quiz": wish.quiz,
            "reason": reason.strip(),
            "by": user,
        },
    )
    if not is_new:
        return done
    mine = _of(Attempt.objects.regradable_by(user, today), wish)
    pks = list(mine.order_by("pk").values_list("pk", flat=True))
    # Whoever writes to one of them waits until this is over, and is not overtaken by it.
    held = Attempt.objects.filter(pk__in=pks).select_related("subject").order_by("pk")
    list(held.select_for_update(of=("self", "subject")))
    now = plan(user, wish, today)
    if now.digest != digest:
        raise Stale(now)
    giver = Subject.objects.for_user(user)
    changes = _named(now.changes, token, reason.strip(), giver)
    _write(changes, today)
    done.attempts, done.passes = len(changes), now.passes
    done.save(update_fields=["attempts", "passes"])
    _log(user, done, changes)
    _tell(changes)
    return done


def _named(changes: Iterable[Change], batch: UUID, reason: str, giver: Subject) -> list[Change]:
    """The steps as they are kept: of this act, with its reason."""
    found = list(changes)
    for change in found:
        for step in change.steps:
            step.token = uuid5(batch, f"{change.attempt.pk}/{step.slot}")
            step.data["reason"] = reason
            step.actor = giver
    return found


def _write(changes: Sequence[Change], today: datetime.date) -> None:
    if not changes:
        return
    Step.objects.bulk_create(
        [step for change in changes for step in change.steps], batch_size=BATCH
    )
    for change in changes:
        for name, value in change.after.columns.items():
            setattr(change.attempt, name, value)
    columns = list(changes[0].after.columns)
    Attempt.objects.bulk_update([change.attempt for change in changes], columns, batch_size=BATCH)
    told: dict[UUID, Told] = {}
    for change in changes:
        subject = change.attempt.subject
        before = told.get(subject.pk, Told(subject))
        verbs = ["passed"] if change.passes_quiz else []
        told[subject.pk] = Told(
            subject,
            [*before.activities, *(actions.activity_of(change.attempt, verb) for verb in verbs)],
            [*before.evidence, *change.evidence],
        )
    record_all(list(told.values()), today=today, locked=True, book=rulebook())


def _log(user: User, done: Regrade, changes: Sequence[Change]) -> None:
    question = done.question
    audit.log_all(
        user,
        "regraded",
        [(change.person, change.attempt.pk) for change in changes],
        object_kind="attempt",
        detail={"question": question.key, "to": done.target.number, "regrade": str(done.pk)},
    )
    log(
        instance=question,
        action=LOG_ACTION,
        user=user,
        data={"attempts": done.attempts, "to": done.target.number, "reason": done.reason},
    )


def _tell(changes: Sequence[Change]) -> None:
    """Tell everybody whose mark is another one now, once for each attempt."""
    messages.tell_all(
        "regraded",
        (
            (
                change.person,
                f"regraded/{change.steps[0].token}",
                {
                    "title": marking.titles(change.attempt),
                    "path": marking.paths(change.attempt),
                    "passed": change.newly_passed,
                    "kept": change.keeps_pass,
                },
            )
            for change in changes
            if change.person is not None and change.marks_differ
        ),
    )

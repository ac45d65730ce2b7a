"""From the two logs to `Standing`, and to answers about any past day.

Everything is worked out by `rules`; here rows are read, a constant number of queries for however
many subjects, and the projection is written.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import DateField, FloatField, QuerySet
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from courses.people.prepared import Inserted, Prepared
from courses.progress import rules
from courses.progress.models import (
    Activity,
    Competence,
    Evidence,
    Policy,
    Requirement,
    Standing,
)
from courses.progress.registry import Pins, pins, tell_met

Day = datetime.date


def local_day(moment: datetime.datetime) -> Day:
    """The day of an aware moment, in the time zone in force."""
    return moment.astimezone(timezone.get_current_timezone()).date()


def end_of(day: Day) -> datetime.datetime:
    """The first moment after a day, in the site's time zone."""
    midnight = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time())
    return timezone.make_aware(midnight)


@dataclass
class Rulebook:
    """Every requirement and policy, read once."""

    requirements: dict[UUID, list[rules.Version]] = field(default_factory=dict)
    paths: set[UUID] = field(default_factory=set)  # the requirements that are paths
    policies: list[Policy] = field(default_factory=list)
    competences: dict[int, Competence] = field(default_factory=dict)  # if they were read too
    _numbers: dict[int | None, dict[str, float]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Rulebook":
        book = cls(policies=list(Policy.objects.all()))
        for row in Requirement.objects.order_by("version"):
            parts = tuple(
                rules.Part(part["verb"], part["kind"], UUID(part["key"]), part.get("setting", ""))
                for part in row.parts
            )
            version = rules.Version(row.version, row.effective_from, parts)
            book.requirements.setdefault(row.key, []).append(version)
            if row.kind == Requirement.Kind.PATH:
                book.paths.add(row.key)
        return book

    @classmethod
    def of_levels(cls) -> "Rulebook":
        """Only what levels rest on: one query."""
        return cls(policies=list(Policy.objects.filter(kind=Policy.Kind.LEVEL)))

    def policy(self, kind: str, scope: str, day: Day) -> Policy | None:
        """The policy in force on a day: of this scope, or else the general one."""
        for wanted in (scope, ""):
            rows = [
                row
                for row in self.policies
                if row.kind == kind and row.scope == wanted and row.effective_from <= day
            ]
            if rows:
                return max(rows, key=lambda row: (row.effective_from, row.version))
        return None

    def numbers(self, competence: str, day: Day) -> dict[str, float]:
        """The numbers of the level policy in force on a day; what it leaves out is policy 1's."""
        policy = self.policy(Policy.Kind.LEVEL, competence, day)
        key = policy.pk if policy else None
        if key not in self._numbers:
            self._numbers[key] = rules.LEVEL_RULES | (policy.rules if policy else {})
        return self._numbers[key]

    def policy_days(self, kind: str) -> set[Day]:
        return {row.effective_from for row in self.policies if row.kind == kind}

    def touched_by(self, objects: Collection[UUID]) -> set[UUID]:
        """Requirements that ask for one of these objects, directly or through another."""
        wanted = set(objects)
        found: set[UUID] = set()
        while True:
            more = {
                key
                for key, versions in self.requirements.items()
                if key not in found
                and any(part.key in wanted for version in versions for part in version.parts)
            }
            if not more:
                return found
            found |= more
            wanted |= more


@dataclass(frozen=True)
class LevelAnswer:
    """A level with the policy that said so, and the day on which time alone changes it."""

    competence: Competence
    level: rules.Level
    policy: str
    changes_on: Day | None = None
    next_level: str = ""


def items_of(rows: Iterable[Evidence]) -> list[rules.Item]:
    """Evidence as the rules take it."""
    zone = timezone.get_current_timezone()
    return [
        rules.Item(
            id=row.id,
            kind=row.kind,
            item_key=row.item_key,
            at=row.happened_at,
            day=row.happened_at.astimezone(zone).date(),
            score=float(row.score),
            weight=float(row.weight),
            guess=float(row.guess),
            critical=row.critical,
            assessed=row.assessed,
            voids=row.voids_id,
            feedback_at=row.feedback_at,
            feedback_day=row.feedback_at.astimezone(zone).date() if row.feedback_at else None,
            seen_at=row.seen_at,
            twin=row.twin,
            certainty=row.certainty,
        )
        for row in rows
    ]


def level_answer(
    competence: Competence, items: list[rules.Item], book: Rulebook, day: Day
) -> LevelAnswer:
    """The level of one competence on a day, and when it next changes without new evidence."""
    numbers = book.numbers(competence.key, day)
    days = rules.level_days(items, numbers, critical=competence.critical)
    days |= book.policy_days(Policy.Kind.LEVEL)
    read: dict[int, rules.Known] = {}  # once for each policy that is or comes in force

    def on(when: Day) -> rules.Level:
        numbers = book.numbers(competence.key, when)
        if id(numbers) not in read:
            read[id(numbers)] = rules.known(items, numbers, day)
        return rules.level_of(read[id(numbers)], numbers, when, critical=competence.critical)

    policy = book.policy(Policy.Kind.LEVEL, competence.key, day)
    change = rules.next_change(lambda when: str(on(when).level), day, days)
    return LevelAnswer(
        competence,
        on(day),
        str(policy.version) if policy else "",
        *(change or (None, "")),
    )


def _status(
    key: UUID, book: Rulebook, acts: list[rules.Act], day: Day, pinned: Mapping[UUID, rules.Pin]
) -> rules.Status:
    policy = book.policy(Policy.Kind.VALIDITY, str(key), day)
    months = policy.rules.get("months") if policy else None
    return rules.status(key, book.requirements, acts, day, pinned=pinned, valid_months=months)


Row = TypeVar("Row", Activity, Evidence)


def _known(rows: "QuerySet[Row]", day: Day | None) -> "QuerySet[Row]":
    """Rows as they were known at the end of a day; all of them for None."""
    if day is None:
        return rows
    moment = end_of(day)
    return rows.filter(happened_at__lt=moment, recorded_at__lt=moment)


def _acts(subjects: Collection[UUID], known_on: Day | None = None) -> dict[UUID, list[rules.Act]]:
    rows = _known(Activity.objects.filter(subject__in=subjects), known_on).order_by()
    acts: dict[UUID, list[rules.Act]] = defaultdict(list)
    for subject, verb, key, at in rows.values_list(
        "subject_id", "verb", "object_key", "happened_at"
    ):
        acts[subject].append(rules.Act(verb, key, local_day(at)))
    return acts


def _pinned(all_pins: Pins, subject: UUID) -> dict[UUID, rules.Pin]:
    return {key: pin for (owner, key), pin in all_pins.items() if owner == subject}


def status_on(subject: UUID, key: UUID, day: Day, *, as_known_then: bool = True) -> rules.Status:
    """The status of one requirement on any day, from what was on record by the end of that day.

    `as_known_then=False` also takes rows recorded later about earlier days: as seen from today.
    """
    acts = _acts([subject], day if as_known_then else None)[subject]
    return _status(key, Rulebook.read(), acts, day, _pinned(pins([subject]), subject))


def levels_on(subject: UUID, day: Day, *, as_known_then: bool = True) -> dict[UUID, LevelAnswer]:
    """{competence uuid: answer} of every competence with evidence on any day."""
    rows = Evidence.objects.filter(subject=subject).select_related("competence")
    by_competence: dict[Competence, list[Evidence]] = defaultdict(list)
    for row in _known(rows, day if as_known_then else None):
        by_competence[row.competence].append(row)
    book = Rulebook.read()
    return {
        competence.uuid: level_answer(competence, items_of(found), book, day)
        for competence, found in by_competence.items()
    }


def known_by(rows: Iterable[Evidence], day: Day) -> list[Evidence]:
    """Of rows that were read, those that were known at the end of a day."""
    moment = end_of(day)
    return [row for row in rows if row.happened_at < moment and row.recorded_at < moment]


def levels_over(
    rows: Collection[Evidence], competence: Competence, book: Rulebook, days: Iterable[Day]
) -> list[tuple[Day, int | None]]:
    """The level of one competence on each of some days, as known then; None before anything was."""
    found: list[tuple[Day, int | None]] = []
    for day in days:
        items = items_of(known_by(rows, day))
        numbers = book.numbers(competence.key, day)
        level = rules.level(items, numbers, day, critical=competence.critical)
        found.append((day, level.level if items else None))
    return found


def _items(
    subjects: list[UUID], competences: list[UUID] | None = None
) -> QuerySet[Evidence, tuple[Any, ...]]:
    """Rows of evidence: subject, competence, and the values of a `rules.Item`."""
    rows = Evidence.objects.filter(subject__in=subjects).order_by()
    if competences is not None:
        rows = rows.filter(competence__uuid__in=competences)
    zone = timezone.get_default_timezone()
    return rows.values_list(
        "subject_id",
        "competence_id",
        "id",
        "kind",
        "item_key",
        "happened_at",
        *(Cast(name, FloatField()) for name in ("score", "weight", "guess")),
        "critical",
        "assessed",
        "voids_id",
        # The cast spares what Django does to each day that the database has worked out.
        Cast(TruncDate("happened_at", tzinfo=zone), DateField()),
        "feedback_at",
        Cast(TruncDate("feedback_at", tzinfo=zone), DateField()),
        "seen_at",
        "twin",
        "certainty",
    )


ITEMS_OF = Prepared(_items, [UUID(int=1)], [UUID(int=1_000_001)])


def _items_read(
    subjects: Collection[UUID], competences: Collection[UUID] | None
) -> Iterable[tuple[Any, ...]]:
    """What levels of these subjects rest on, in these competences or in all."""
    if len(subjects) == 1 and competences:
        return ITEMS_OF.all(subjects, competences)
    return _items(list(subjects), None if competences is None else list(competences))


def standings(
    subjects: Collection[UUID],
    day: Day,
    *,
    competences: Collection[UUID] | None = None,
    requirements: Collection[UUID] | None = None,
    book: Rulebook | None = None,
) -> list[Standing]:
    """What the projection should hold for these subjects, worked out from the logs; not saved."""
    book = book or Rulebook.read()
    subjects = list(subjects)
    found: list[Standing] = []

    if competences is None or competences:
        by_pair: dict[tuple[UUID, int], list[rules.Item]] = defaultdict(list)
        for row in _items_read(subjects, competences):
            by_pair[row[0], row[1]].append(rules.Item._make(row[2:]))
        known = book.competences
        if missing := {competence for _subject, competence in by_pair} - known.keys():
            known = known | Competence.objects.in_bulk(missing)
        for (subject, competence_id), items in by_pair.items():
            competence = known[competence_id]
            answer = level_answer(competence, items, book, day)
            found.append(
                Standing(
                    subject_id=subject,
                    kind=Standing.Kind.COMPETENCE,
                    key=competence.uuid,
                    policy=answer.policy,
                    state=str(answer.level.level),
                    strength=round(answer.level.strength, 6),
                    done=len(answer.level.counted),
                    total=len(answer.level.counted) + answer.level.items_to_next,
                    since=max(item.day for item in items),
                    changes_on=answer.changes_on,
                    next_state=answer.next_level,
                    missed_on=min((miss.item.day for miss in answer.level.misses), default=None),
                )
            )

    keys = set(book.requirements) if requirements is None else set(requirements)
    if keys:
        acts = _acts(subjects)
        all_pins = pins(subjects)
        for subject in subjects:
            pinned = _pinned(all_pins, subject)
            for key in keys:
                status = _status(key, book, acts[subject], day, pinned)
                # Nobody stands on a path she was not put on, whatever she has done of it.
                if key not in pinned and (status.state == "none" or key in book.paths):
                    continue
                expires = status.until if status.state == "met" else None
                found.append(
                    Standing(
                        subject_id=subject,
                        kind=Standing.Kind.REQUIREMENT,
                        key=key,
                        policy=str(status.version or pinned.get(key, rules.Pin()).version or ""),
                        state=status.state,
                        strength=0,
                        done=len(status.done),
                        total=len(status.done) + len(status.missing),
                        since=status.since,
                        changes_on=expires,
                        next_state="expired" if expires else "",
                    )
                )
    return found


FIELDS = [
    "policy",
    "state",
    "strength",
    "done",
    "total",
    "since",
    "changes_on",
    "next_state",
    "missed_on",
    "moved_on",
    "moved_from",
]


WRITE_STANDINGS = Inserted(
    Standing,
    update_conflicts=True,
    unique_fields=["subject", "kind", "key"],
    update_fields=FIELDS,
    batch_size=500,
)


class Before(NamedTuple):
    """What was recorded of a standing until now."""

    pk: int
    since: Day | None
    state: str
    changes_on: Day | None
    next_state: str
    moved_on: Day | None
    moved_from: str


def moved(old: Before | None, row: Standing, today: Day) -> tuple[Day | None, str]:
    """When a standing last changed, and from which state, now that it is as `row` says."""
    if old is None:
        return row.since, ""
    if old.state == row.state:
        return old.moved_on, old.moved_from
    if old.changes_on and old.changes_on <= today and old.next_state == row.state:
        return old.changes_on, old.state
    return row.since or today, old.state


def _before(
    subjects: list[UUID], keys: list[UUID] | None = None
) -> QuerySet[Standing, tuple[Any, ...]]:
    rows = Standing.objects.filter(subject__in=subjects)
    if keys is not None:
        rows = rows.filter(key__in=keys)
    return rows.values_list(*Before._fields, "subject_id", "kind", "key")


BEFORE = Prepared(_before, [UUID(int=1)], [UUID(int=1_000_001)])


def refresh(
    subjects: Collection[UUID],
    today: Day,
    *,
    competences: Collection[UUID] | None = None,
    objects: Collection[UUID] | None = None,
    requirements: Collection[UUID] | None = None,
    book: Rulebook | None = None,
) -> None:
    """Bring `Standing` of these subjects up to date with the logs.

    Without limits everything is worked out again; `competences` limits it to these, `objects` to
    the requirements that ask for them, `requirements` to exactly those and what rests on them.
    """
    if not subjects:
        return
    if transaction.get_connection().in_atomic_block:
        _refresh(subjects, today, competences, objects, requirements, book)
        return
    with transaction.atomic():
        _refresh(subjects, today, competences, objects, requirements, book)


def _refresh(
    subjects: Collection[UUID],
    today: Day,
    competences: Collection[UUID] | None,
    objects: Collection[UUID] | None,
    requirements: Collection[UUID] | None,
    book: Rulebook | None,
) -> None:
    book = book or Rulebook.read()
    keys: Collection[UUID] | None = requirements
    if objects is not None or requirements is not None:
        keys = book.touched_by(objects or ()) | set(requirements or ())
        keys |= book.touched_by(keys)
        if competences is None:
            competences = ()
    rows = standings(subjects, today, competences=competences, requirements=keys, book=book)
    kept = {(row.subject_id, row.kind, row.key) for row in rows}
    before: dict[tuple[Any, ...], Before] = {}
    if keys is None and competences is None:
        stale: Iterable[tuple[Any, ...]] = _before(list(subjects))
    else:
        limits = {*(keys or ()), *(competences or ())}
        stale = BEFORE.all(subjects, limits) if limits else ()
    for found in stale:
        before[tuple(found[-3:])] = Before(*found[:-3])
    gone = [old.pk for place, old in before.items() if place not in kept]
    if gone:
        Standing.objects.filter(pk__in=gone).delete()
    for row in rows:
        old = before.get((row.subject_id, row.kind, row.key))
        row.moved_on, row.moved_from = moved(old, row, today)
    WRITE_STANDINGS(rows)
    for row in rows:
        # A requirement has a `since` once it is met, and another one when it is met anew.
        old = before.get((row.subject_id, row.kind, row.key))
        since = old.since if old else None
        if row.kind == Standing.Kind.REQUIREMENT and row.since and row.since != since:
            tell_met(row.subject_id, row.key, today)


def refresh_passed(today: Day, batch: int = 200) -> int:
    """Work out anew whose announced day of change has come; returns how many people.

    Until then such a row says its state by `next_state`, but not what comes after it. For a nightly
    job: the people are taken in batches, and a second run on the same day finds nobody.
    """
    passed = Standing.objects.filter(changes_on__lte=today).order_by("subject")
    people = list(passed.values_list("subject", flat=True).distinct())
    book = Rulebook.read()
    for start in range(0, len(people), batch):
        refresh(people[start : start + batch], today, book=book)
    return len(people)


def differences(today: Day) -> list[str]:
    """Where the projection says something other than the logs; empty when all is well."""

    def told(rows: Iterable[Standing]) -> dict[tuple[object, ...], tuple[object, ...]]:
        # The state on the day counts: a row whose change has come says so by `next_state`.
        return {
            (row.subject_id, row.kind, row.key): (
                row.state_on(today),
                row.done,
                row.total,
                row.since,
                row.missed_on,
            )
            for row in rows
        }

    subjects = set(Activity.objects.order_by().values_list("subject_id", flat=True).distinct())
    subjects |= set(Evidence.objects.order_by().values_list("subject_id", flat=True).distinct())
    subjects |= set(Standing.objects.order_by().values_list("subject_id", flat=True).distinct())
    kept = told(Standing.objects.all())
    right = told(standings(subjects, today))
    return [
        f"{place}: recorded {kept.get(place)}, should be {right.get(place)}"
        for place in sorted({*kept, *right}, key=str)
        if kept.get(place) != right.get(place)
    ]

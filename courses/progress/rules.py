"""Level and status as pure functions of (record, rules in force that day, day).

No ORM, request or clock here. Level policy 1 and its numbers are ours: log odds of mastery start
at 40 % and move with each counted item by the logarithm of how much likelier the score is for
somebody who knows (.9) than for somebody who does not (guessing, plus a little knowledge).
"""

import datetime
import math
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

Day = datetime.date

# Level policy, version 1; stored as data in `Policy` and handed to `level`.
LEVEL_RULES: dict[str, float] = {
    "prior": 0.4,
    "known": 0.9,
    "half_known": 0.45,
    "window_months": 24,
    "critical_window_months": 12,
    "level_1_items": 3,
    "level_1_strength": 0.25,
    "level_2_items": 5,
    "level_2_strength": 0.75,
    "level_3_items": 8,
    "level_3_strength": 0.90,
    "level_3_days_apart": 7,
    "level_3_decisions": 2,
    "practice_months": 12,
    "observation_months": 24,
    "miss_days": 3,
}


def add_months(day: Day, months: int) -> Day:
    """The same day of the month `months` later (or earlier), or the month's last day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return Day(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# Levels ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One row of evidence about one competence; score and guess are 0 to 1."""

    id: UUID
    kind: str
    item_key: str
    at: datetime.datetime
    score: float
    weight: float = 1.0
    guess: float = 0.0
    critical: bool = False
    assessed: bool = True
    voids: UUID | None = None
    day: Day = Day.min  # the local day of `at`


@dataclass(frozen=True)
class Rule:
    """One thing a level asks for, and how far it is met: for "why this level"."""

    level: int
    name: str
    have: float
    need: float

    @property
    def is_met(self) -> bool:
        return self.have >= self.need


@dataclass(frozen=True)
class Level:
    """0 to 4; `strength` 0..1; `counted` are the rows it rests on, with points in log odds."""

    level: int
    strength: float
    counted: tuple[tuple[Item, float], ...] = ()
    rules: tuple[Rule, ...] = ()
    has_critical_miss: bool = False

    @property
    def items_to_next(self) -> int:
        """How many more distinct items the next level asks for at least."""
        for rule in self.rules:
            if rule.name == "items" and rule.level == self.level + 1:
                return max(0, math.ceil(rule.need - rule.have))
        return 0


def standing_rows(items: Iterable[Item]) -> list[Item]:
    """The rows that no other row voids, oldest first."""
    rows = list(items)
    voided = {row.voids for row in rows if row.voids}
    return sorted(
        (row for row in rows if row.id not in voided), key=lambda row: (row.at, row.id.int)
    )


def points(item: Item, rules: Mapping[str, float]) -> float:
    """Log odds an item adds: w·(s·ln(known/p0) + (1−s)·ln((1−known)/(1−p0)))."""
    p0 = item.guess + rules["half_known"] * (1 - item.guess)
    known = rules["known"]
    right, wrong = math.log(known / p0), math.log((1 - known) / (1 - p0))
    return item.weight * (item.score * right + (1 - item.score) * wrong)


def has_critical_miss(rows: Sequence[Item], rules: Mapping[str, float]) -> bool:
    """Whether a wrong critical answer still stands.

    It closes when that item and another critical one are right `miss_days` or more later.
    """
    critical = [row for row in rows if row.critical and row.kind == "measurement"]
    wait = datetime.timedelta(days=rules["miss_days"])
    for miss in critical:
        if miss.score >= 1:
            continue
        right = {row.item_key for row in critical if row.score >= 1 and row.day >= miss.day + wait}
        if miss.item_key not in right or len(right) < 2:
            return True
    return False


def level(
    items: Iterable[Item], rules: Mapping[str, float], day: Day, *, critical: bool = False
) -> Level:
    """The level on a day, from rows known that day.

    `critical` says that the competence is safety-critical. Order never matters, of each item
    only the latest row counts, and raising a score never lowers the result.
    """
    months = int(rules["critical_window_months" if critical else "window_months"])
    rows = [row for row in standing_rows(items) if row.day <= day]
    window = [row for row in rows if row.day > add_months(day, -months)]
    measured = {row.item_key: row for row in window if row.kind == "measurement" and row.assessed}
    counted = sorted(measured.values(), key=lambda row: (row.at, row.id.int))
    scored = tuple((row, points(row, rules)) for row in counted)
    prior = rules["prior"]
    log_odds = math.log(prior / (1 - prior)) + sum(value for _row, value in scored)
    strength = 1 / (1 + math.exp(-log_odds)) if counted else 0.0

    days = [row.day for row in counted]
    apart = (max(days) - min(days)).days if days else 0
    since = add_months(day, -int(rules["practice_months"]))
    decisions = sum(1 for row in counted if row.item_key.startswith("story/") and row.day > since)
    watched = [row for row in rows if row.kind == "observation"]
    seen_3 = any(row.score >= 0.75 and row.day > since for row in watched)
    since_4 = add_months(day, -int(rules["observation_months"]))
    seen_4 = any(row.score >= 1 and row.day > since_4 for row in watched)
    missed = has_critical_miss(rows, rules)

    needed = rules["level_3_decisions"]
    checks = (
        Rule(1, "items", len(counted), rules["level_1_items"]),
        Rule(1, "strength", strength, rules["level_1_strength"]),
        Rule(2, "items", len(counted), rules["level_2_items"]),
        Rule(2, "strength", strength, rules["level_2_strength"]),
        Rule(2, "no_critical_miss", 0 if missed else 1, 1),
        Rule(3, "items", len(counted), rules["level_3_items"]),
        Rule(3, "strength", strength, rules["level_3_strength"]),
        Rule(3, "days_apart", apart, rules["level_3_days_apart"]),
        Rule(3, "practice", needed if seen_3 else decisions, needed),
        Rule(4, "observed", 1 if seen_4 else 0, 1),
    )

    def meets(number: int) -> bool:
        return all(check.is_met for check in checks if check.level == number)

    reached = 0
    if meets(1):
        reached = 1
        if meets(2):
            reached = 4 if meets(4) else 3 if meets(3) else 2
    tested_out = any(row.kind == "prior" and row.score >= 1 for row in window)
    if tested_out and not critical and not missed:
        reached = max(reached, 2)
    return Level(reached, strength, scored, checks, missed)


def next_change(
    answer: Callable[[Day], str], today: Day, days: Iterable[Day]
) -> tuple[Day, str] | None:
    """The first of the later days on which the answer is another, and that answer."""
    now = answer(today)
    for day in sorted({day for day in days if day > today}):
        then = answer(day)
        if then != now:
            return day, then
    return None


def level_days(items: Iterable[Item], rules: Mapping[str, float], *, critical: bool) -> set[Day]:
    """The days on which a level may change by time alone: rows leaving a window."""
    months = {
        int(rules["critical_window_months" if critical else "window_months"]),
        int(rules["practice_months"]),
        int(rules["observation_months"]),
    }
    return {add_months(row.day, number) for row in items for number in months} | {
        # The end of a shorter month is reached from several days; look at the day after too.
        add_months(row.day, number) + datetime.timedelta(days=1)
        for row in items
        for number in months
    }


# Requirements ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One thing a requirement asks for: a verb about an object; "met" is about a requirement."""

    verb: str
    kind: str
    key: UUID


@dataclass(frozen=True)
class Version:
    """What a requirement asks for from a day on."""

    number: int
    effective_from: Day
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Act:
    """Something done, by its local day."""

    verb: str
    key: UUID
    day: Day


@dataclass(frozen=True)
class Status:
    """Where somebody stands on a requirement on a day.

    `done` and `missing` are about the version in force that day. Of somebody who met an earlier
    version, `missing` is what is new since she finished: it un-completes nobody.
    """

    state: str  # none, started, met, expired
    since: Day | None = None
    until: Day | None = None  # the first day on which it is expired
    version: int = 0
    done: tuple[Part, ...] = ()
    missing: tuple[Part, ...] = field(default=())


def in_force(versions: Iterable[Version], day: Day) -> Version | None:
    """The latest version that is in force on a day."""
    begun = [version for version in versions if version.effective_from <= day]
    return max(begun, key=lambda version: (version.effective_from, version.number), default=None)


def status(
    key: UUID,
    requirements: Mapping[UUID, Sequence[Version]],
    acts: Iterable[Act],
    day: Day,
    *,
    pinned: Mapping[UUID, int] | None = None,
    valid_months: int | None = None,
) -> Status:
    """Where somebody who did these acts stands on the requirement `key` on a day.

    It is met on the first day on which everything that the version in force that day asks for,
    or the version that was in force when she was enrolled (`pinned`), has been done. With
    `valid_months` it expires that long after, and doing everything anew renews it.
    """
    versions = requirements.get(key, ())
    known = sorted((act for act in acts if act.day <= day), key=lambda act: act.day)
    done_on: dict[tuple[str, UUID], list[Day]] = {}
    for act in known:
        done_on.setdefault((act.verb, act.key), []).append(act.day)
    parts = {(part.verb, part.key) for version in versions for part in version.parts}
    for verb, nested in parts:
        if verb == "met" and nested != key:
            inner = status(nested, requirements, known, day, pinned=pinned)
            if inner.state == "met" and inner.since:
                done_on[verb, nested] = [inner.since]

    pin = (pinned or {}).get(key)
    begins = {version.effective_from for version in versions if version.effective_from <= day}
    turns = sorted({when for whens in done_on.values() for when in whens} | begins)
    since: Day | None = None
    met_version = 0
    for turn in turns:
        after = since or Day.min
        for version in (in_force(versions, turn), *(v for v in versions if v.number == pin)):
            if version is None or not version.parts:
                continue
            if all(
                any(after < when <= turn for when in done_on.get((part.verb, part.key), ()))
                for part in version.parts
            ):
                since, met_version = turn, version.number
                break
        if since and valid_months is None:
            break

    now = in_force(versions, day)
    asked = now.parts if now else ()
    done = tuple(part for part in asked if done_on.get((part.verb, part.key)))
    missing = tuple(part for part in asked if part not in done)
    until = add_months(since, valid_months) if since and valid_months is not None else None
    if since:
        state = "expired" if until and until <= day else "met"
        return Status(state, since, until, met_version, done, missing)
    keys = {part.key for part in asked}
    started = bool(done) or any(act.key in keys for act in known)
    return Status("started" if started else "none", None, None, 0, done, missing)

"""Level and status as pure functions of (record, rules in force that day, day).

No ORM, request or clock here. Level policy 1 and its numbers are ours: log odds of mastery start
at 40 % and move with each counted item by the logarithm of how much likelier the score is for
somebody who knows (.9) than for somebody who does not (guessing, plus a little knowledge).
"""

import datetime
import math
from bisect import bisect_left
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeVar
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
    "practice_hours": 20,
    "prior_strength": 0.05,
}


@lru_cache(10_000)
def add_months(day: Day, months: int) -> Day:
    """The same day of the month `months` later (or earlier), or the month's last day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return Day(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# Levels ---------------------------------------------------------------------------------


class Item(NamedTuple):
    """One row of evidence about one competence; score and guess are 0 to 1.

    `feedback_at` is when the answer's feedback was shown, where that was later than the answer;
    `seen_at` when the person had last looked at the item's feedback again before answering;
    `twin` the item asked beside this one before any feedback; `certainty` 1 to 3, or None.
    """

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
    feedback_at: datetime.datetime | None = None
    feedback_day: Day | None = None  # the local day of `feedback_at`
    seen_at: datetime.datetime | None = None
    twin: str = ""
    certainty: int | None = None

    @property
    def explained_at(self) -> datetime.datetime:
        return self.feedback_at or self.at

    @property
    def explained_day(self) -> Day:
        return self.feedback_day or self.day


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
class Miss:
    """A wrong critical answer that still stands; right answers count towards it from `opens_on`."""

    item: Item
    opens_on: Day
    needs_same: bool
    needs_other: bool


@dataclass(frozen=True)
class Level:
    """0 to 4; `strength` 0..1; `counted` are the rows it rests on, with points in log odds.

    `by_prior` says that it is what was learned before, and more than the answers show by now.
    """

    level: int
    strength: float
    counted: tuple[tuple[Item, float], ...] = ()
    rules: tuple[Rule, ...] = ()
    misses: tuple[Miss, ...] = ()
    by_prior: bool = False

    @property
    def has_critical_miss(self) -> bool:
        return bool(self.misses)

    @property
    def items_to_next(self) -> int:
        """How many more distinct items the next level asks for at least."""
        for rule in self.rules:
            if rule.name == "items" and rule.level == self.level + 1:
                return max(0, math.ceil(rule.need - rule.have))
        return 0


@dataclass(frozen=True)
class Known:
    """What is known by a day, worked out once: rows not voided, oldest first; the ids of those
    that are practice; critical misses that are open."""

    rows: tuple[Item, ...]
    rehearsed: frozenset[UUID]
    misses: tuple[Miss, ...]


def in_order(rows: Iterable[Item]) -> list[Item]:
    return sorted(rows, key=lambda row: (row.at, row.id.int))


def standing_rows(items: Iterable[Item]) -> list[Item]:
    """The rows that no other row voids, oldest first; rows that only void are left out."""
    rows = list(items)
    voided = {row.voids for row in rows if row.voids}
    return in_order(row for row in rows if row.id not in voided and row.kind != "void")


def practice(items: Iterable[Item], rules: Mapping[str, float]) -> set[UUID]:
    """The answers given within `practice_hours` of seeing the feedback of the same item.

    A row that was voided showed its feedback all the same.
    """
    wait = datetime.timedelta(hours=rules["practice_hours"])
    by_item: dict[str, list[Item]] = {}
    for row in items:
        if row.kind == "measurement":
            by_item.setdefault(row.item_key, []).append(row)
    found = set()
    for rows in by_item.values():
        shown = sorted(row.explained_at for row in rows)
        for row in rows:
            last = bisect_left(shown, row.at)  # how many were shown before this answer
            if (last and row.at - shown[last - 1] < wait) or (
                row.seen_at and row.at - row.seen_at < wait
            ):
                found.add(row.id)
    return found


def known(items: Iterable[Item], rules: Mapping[str, float], day: Day) -> Known:
    """What the rows say by the end of a day."""
    everything = list(items)
    rows = tuple(row for row in standing_rows(everything) if row.day <= day)
    rehearsed = practice(everything, rules)
    return Known(rows, frozenset(rehearsed), critical_misses(rows, rehearsed, rules))


def window_opens(rules: Mapping[str, float], day: Day, *, critical: bool) -> Day:
    """The day up to which answers are too old to count."""
    months = int(rules["critical_window_months" if critical else "window_months"])
    return add_months(day, -months)


def fates(
    items: Iterable[Item], rules: Mapping[str, float], day: Day, *, critical: bool = False
) -> dict[UUID, str]:
    """Why each row counts for the strength on a day or does not, by its id.

    "counts"; "later" where a later answer to the item counts; "practice"; "exercise" where the
    run was not assessed; "old" outside the window; "ahead" after the day; "voided"; and for what
    is no answer or decision its kind: "observation", "prior", "self", "void".
    """
    rows = list(items)
    now = known(rows, rules, day)
    opens = window_opens(rules, day, critical=critical)
    counts = {row.id for row in latest(now, opens)}
    standing = {row.id for row in standing_rows(rows)}

    def fate(row: Item) -> str:
        if row.id in counts:
            return "counts"
        if row.kind != "void" and row.id not in standing:
            return "voided"
        if row.day > day:
            return "ahead"
        if row.kind != "measurement":
            return row.kind
        if not row.assessed:
            return "exercise"
        if row.id in now.rehearsed:
            return "practice"
        return "old" if row.day <= opens else "later"

    return {row.id: fate(row) for row in rows}


def scored(now: Known, opens: Day = Day.min) -> list[Item]:
    """Every answer in the window that is neither exercise nor practice."""
    return [
        row
        for row in now.rows
        if row.kind == "measurement"
        and row.assessed
        and row.day > opens
        and row.id not in now.rehearsed
    ]


def latest(now: Known, opens: Day) -> list[Item]:
    """Of those the latest to each item, oldest first."""
    return in_order({row.item_key: row for row in scored(now, opens)}.values())


def points(item: Item, rules: Mapping[str, float]) -> float:
    """Log odds an item adds: w·(s·ln(known/p0) + (1−s)·ln((1−known)/(1−p0))).

    An item that can be guessed more often than it is known says nothing.
    """
    known = rules["known"]
    p0 = min(known, item.guess + rules["half_known"] * (1 - item.guess))
    right, wrong = math.log(known / p0), math.log((1 - known) / (1 - p0))
    return item.weight * (item.score * right + (1 - item.score) * wrong)


def critical_misses(
    rows: Iterable[Item], rehearsed: Collection[UUID], rules: Mapping[str, float]
) -> tuple[Miss, ...]:
    """Wrong critical answers that still stand among rows that do, oldest first.

    None is one whose twin was answered right before any feedback. It closes when that item and
    another critical one are right, outside practice, `miss_days` or more after the feedback.
    """
    assessed = [row for row in in_order(rows) if row.kind == "measurement" and row.assessed]
    wait = datetime.timedelta(days=rules["miss_days"])
    critical_keys = {row.item_key for row in assessed if row.critical}
    right = [
        row
        for row in assessed
        if row.score >= 1 and row.item_key in critical_keys and row.id not in rehearsed
    ]
    found = []
    for miss in assessed:
        if not miss.critical or miss.score >= 1 or _is_saved(miss, assessed):
            continue
        opens_on = miss.explained_day + wait
        since = {row.item_key for row in right if row.day >= opens_on}
        needs_same, needs_other = miss.item_key not in since, not since - {miss.item_key}
        if needs_same or needs_other:
            found.append(Miss(miss, opens_on, needs_same, needs_other))
    return tuple(found)


def _is_saved(miss: Item, rows: Iterable[Item]) -> bool:
    """Whether the twin of a wrong critical answer was right before any feedback."""
    return any(
        row.item_key == miss.twin and row.score >= 1 and miss.at <= row.at <= miss.explained_at
        for row in rows
    )


def level(
    items: Iterable[Item], rules: Mapping[str, float], day: Day, *, critical: bool = False
) -> Level:
    """The level on a day, from rows known that day.

    `critical` says that the competence is safety-critical. Order never matters, of each item
    only the latest row counts, and raising a score never lowers the result.
    """
    return level_of(known(items, rules, day), rules, day, critical=critical)


def level_of(now: Known, rules: Mapping[str, float], day: Day, *, critical: bool = False) -> Level:
    """`level`, of rows that were read once for several days.

    Days apart are those of every answer to a counted item, so that answering all of them anew on
    one day takes nothing away.
    """
    opens = window_opens(rules, day, critical=critical)
    counted = latest(now, opens)
    earned = tuple((row, points(row, rules)) for row in counted)
    prior = rules["prior"]
    log_odds = math.log(prior / (1 - prior)) + sum(value for _row, value in earned)
    strength = 1 / (1 + math.exp(-log_odds))

    days = [row.day for row in scored(now, opens)]
    apart = (max(days, default=day) - min(days, default=day)).days
    since = add_months(day, -int(rules["practice_months"]))
    decisions = Counter(
        row.item_key.rpartition("/")[0]
        for row in counted
        if row.item_key.startswith("story/") and row.day > since
    )
    in_one_story = max(decisions.values(), default=0)
    since_4 = add_months(day, -int(rules["observation_months"]))
    watched = [row for row in now.rows if row.kind == "observation"]
    seen_3 = any(row.score >= 0.75 and row.day > since for row in watched)
    seen_4 = any(row.score >= 1 and row.day > since_4 for row in watched)

    needed = rules["level_3_decisions"]
    checks = (
        Rule(1, "items", len(counted), rules["level_1_items"]),
        Rule(1, "strength", strength, rules["level_1_strength"]),
        Rule(2, "items", len(counted), rules["level_2_items"]),
        Rule(2, "strength", strength, rules["level_2_strength"]),
        Rule(2, "no_critical_miss", 0 if now.misses else 1, 1),
        Rule(3, "items", len(counted), rules["level_3_items"]),
        Rule(3, "strength", strength, rules["level_3_strength"]),
        Rule(3, "days_apart", apart, rules["level_3_days_apart"]),
        Rule(3, "practice", max(in_one_story, needed) if seen_3 else in_one_story, needed),
        Rule(4, "observed", 1 if seen_4 else 0, 1),
    )

    def meets(number: int) -> bool:
        return all(check.is_met for check in checks if check.level == number)

    reached = 0
    if meets(1):
        reached = 1
        if meets(2):
            reached = 4 if meets(4) else 3 if meets(3) else 2
    at_most = 1 if now.misses else 2
    by_prior = (
        reached < at_most
        and not critical
        and strength >= rules["prior_strength"]
        and any(row.kind == "prior" and row.score >= 1 and row.day > opens for row in now.rows)
    )
    return Level(at_most if by_prior else reached, strength, earned, checks, now.misses, by_prior)


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


def leaves(day: Day, months: int) -> Day:
    """The first day on which a row of `day` is out of a window of so many months."""
    last = add_months(day, months)
    # The end of a shorter month is reached from several days.
    return last if add_months(last, -months) >= day else last + datetime.timedelta(days=1)


def level_days(items: Iterable[Item], rules: Mapping[str, float], *, critical: bool) -> set[Day]:
    """The days on which a level may change by time alone: rows leaving a window."""
    months: dict[int, set[Day]] = {}  # days of rows by how long these count

    def count(row: Item, name: str) -> None:
        months.setdefault(int(rules[name]), set()).add(row.day)

    for row in items:
        if row.kind in {"measurement", "prior"}:
            count(row, "critical_window_months" if critical else "window_months")
        if row.kind == "observation" or row.item_key.startswith("story/"):
            count(row, "practice_months")
        if row.kind == "observation":
            count(row, "observation_months")
    return {leaves(day, window) for window, days in months.items() for day in days}


# Requirements ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One thing a requirement asks for: a verb about an object; "met" is about a requirement.

    `setting` is the only one it applies to, or empty.
    """

    verb: str
    kind: str
    key: UUID
    setting: str = ""


class Pin(NamedTuple):
    """How somebody was enrolled: the version in force then (0: unknown), and for which setting."""

    version: int = 0
    setting: str = ""


class Applies(Protocol):
    """A part that applies to one setting only, or to all where it names none."""

    @property
    def setting(self) -> str: ...


ForSetting = TypeVar("ForSetting", bound=Applies)


def applying(parts: Iterable[ForSetting], setting: str) -> tuple[ForSetting, ...]:
    """The parts asked of somebody in a setting; all where she has none or nothing applies to it."""
    whole = tuple(parts)
    kept = tuple(part for part in whole if part.setting in ("", setting))
    return kept if setting and kept else whole


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
    pinned: Mapping[UUID, Pin] | None = None,
    valid_months: int | None = None,
) -> Status:
    """Where somebody who did these acts stands on the requirement `key` on a day.

    It is met on the first day on which everything that the version in force that day asks for,
    or the version that was in force when she was enrolled (`pinned`), has been done. What applies
    to another setting than hers is not asked for; a path says so of its modules. With
    `valid_months` it expires that long after, and doing everything anew renews it.
    """
    versions = requirements.get(key, ())
    pins = pinned or {}
    pin = pins.get(key, Pin())
    known = sorted((act for act in acts if act.day <= day), key=lambda act: act.day)
    done_on: dict[tuple[str, UUID], list[Day]] = {}
    for act in known:
        done_on.setdefault((act.verb, act.key), []).append(act.day)
    parts = {(part.verb, part.key) for version in versions for part in version.parts}
    for verb, nested in parts:
        if verb == "met" and nested != key:
            own = pins.get(nested, Pin())
            within = {**pins, nested: Pin(own.version, pin.setting or own.setting)}
            inner = status(nested, requirements, known, day, pinned=within)
            if inner.since:
                done_on[verb, nested] = [inner.since]

    begins = {version.effective_from for version in versions if version.effective_from <= day}
    turns = sorted({when for whens in done_on.values() for when in whens} | begins)
    met: tuple[Day, Version] | None = None
    for turn in turns:
        after = met[0] if met else Day.min
        for version in (
            in_force(versions, turn),
            *(v for v in versions if v.number == pin.version),
        ):
            if version is None or not version.parts:
                continue
            if all(
                any(after < when <= turn for when in done_on.get((part.verb, part.key), ()))
                for part in applying(version.parts, pin.setting)
            ):
                met = turn, version
                break
        if met and valid_months is None:
            break

    now = in_force(versions, day)
    asked = applying(now.parts, pin.setting) if now else ()
    done = tuple(part for part in asked if done_on.get((part.verb, part.key)))
    missing = tuple(part for part in asked if part not in done)
    if met:
        since, version = met
        until = None if valid_months is None else add_months(since, valid_months)
        state = "expired" if until and until <= day else "met"
        return Status(state, since, until, version.number, done, missing)
    keys = {part.key for part in now.parts} if now else set()
    started = bool(done) or any(act.key in keys for act in known)
    return Status("started" if started else "none", None, None, 0, done, missing)

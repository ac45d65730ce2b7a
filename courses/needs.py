"""Who needs help and why: one rule that learner, lead and report read.

A need is worked out together with the day from which it holds, so that what is kept for lists stays
right as days pass: `on` picks those that hold on a day.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

Day = datetime.date

MISSED, OVERDUE, FAILED, STALLED = KINDS = ("missed", "overdue", "failed", "stalled")  # worst first
QUIET = datetime.timedelta(days=14)
MOST_TRIES = 4


class Place(NamedTuple):
    """A place on something that is asked of a person, neither met nor expired."""

    key: UUID
    opened_on: Day
    due_on: Day | None


class Try(NamedTuple):
    """A finished attempt at a quiz."""

    key: UUID
    on: Day
    passed: bool


class Miss(NamedTuple):
    """A competence in which a wrong safety-critical answer is not made good yet."""

    key: UUID
    on: Day


class Away(NamedTuple):
    """Days of leave, both counted in; without an end as long as nobody says more."""

    starts_on: Day
    ends_on: Day | None


@dataclass(frozen=True)
class Facts:
    """What the rule looks at; `tries` in the order they were made."""

    places: Sequence[Place] = ()
    tries: Sequence[Try] = ()
    misses: Sequence[Miss] = ()
    away: Sequence[Away] = ()
    acted_on: Day | None = None


class Need(NamedTuple):
    """One reason to help: of which kind, from which day on, and what it is about."""

    kind: str
    from_on: Day
    key: UUID | None = None  # the module, the quiz, the competence; of a stall nothing
    number: int = 0  # failed tries


def needs(facts: Facts) -> list[Need]:
    """Every need that holds now or will hold if nothing happens, worst first."""
    found = [Need(MISSED, miss.on, miss.key) for miss in facts.misses]
    day = datetime.timedelta(days=1)
    found += [
        Need(OVERDUE, place.due_on + day, place.key) for place in facts.places if place.due_on
    ]
    found += _failed(facts.tries)
    if facts.places:
        opened = min(place.opened_on for place in facts.places)
        quiet = stalls_on(max(facts.acted_on or opened, opened), facts.away)
        if quiet:
            found.append(Need(STALLED, quiet))
    return sorted(found, key=lambda need: (KINDS.index(need.kind), need.from_on))


def _failed(tries: Iterable[Try]) -> list[Need]:
    """Quizzes that were failed so often since they were last passed, if they ever were."""
    failed: dict[UUID, list[Day]] = {}
    for each in tries:
        if each.passed:
            failed.pop(each.key, None)
        else:
            failed.setdefault(each.key, []).append(each.on)
    return [
        Need(FAILED, days[MOST_TRIES - 1], key, len(days))
        for key, days in failed.items()
        if len(days) >= MOST_TRIES
    ]


def stalls_on(quiet_since: Day, away: Iterable[Away]) -> Day | None:
    """The day on which nothing has happened for two weeks; days of leave do not count.

    After a leave the two weeks begin anew. None while a leave has no end.
    """
    day = quiet_since + QUIET
    for leave in sorted(away, key=lambda leave: leave.starts_on):
        if leave.starts_on > day:
            break
        if leave.ends_on is None:
            return None
        day = max(day, leave.ends_on + QUIET)
    return day


def on(found: Iterable[Need], day: Day) -> list[Need]:
    """The needs that hold on a day."""
    return [need for need in found if need.from_on <= day]


def first_day(found: Iterable[Need], kind: str) -> Day | None:
    """The day from which a need of a kind holds."""
    return min((need.from_on for need in found if need.kind == kind), default=None)

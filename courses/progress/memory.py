"""How well a person remembers, item by item: FSRS-6, replayed from the record.

Plain functions of (rows, day): no ORM, request or clock. Days are the site's own, given to `fsrs`
as midnights in UTC, since it knows whole days only. Nothing here changes a level.
"""

import datetime
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from fsrs import Card, Rating, Scheduler

from courses.progress.rules import Day, Item, Known, in_order, known, latest, scored, window_opens

RETENTION = 0.90  # an item is due when less than this would be recalled
CRITICAL_RETENTION = 0.95
LONGEST = 180  # days until the next review, at most
HALF = 0.5  # an answer at least so right is recalled with effort, below it is forgotten
FRESH = 0.8  # below this a competence is no longer fresh
FARTHEST = 3650  # days ahead that `drops_on` looks

GRADES = {None: Rating.Good, 1: Rating.Hard, 2: Rating.Good, 3: Rating.Easy}


@cache
def scheduler(retention: float, longest: int = LONGEST) -> Scheduler:
    """FSRS-6 with its published weights; without steps within a day and without chance."""
    return Scheduler(
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=longest,
        enable_fuzzing=False,
    )


def midnight(day: Day) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def grade(score: float, certainty: int | None) -> Rating:
    """Wrong is Again; right is Hard, Good or Easy by certainty, Good where none was asked.

    Partly right, from a half on, is Hard whatever the certainty, and Again below.
    """
    if score >= 1:
        return GRADES[certainty]
    return Rating.Hard if score >= HALF else Rating.Again


def replay(answers: Iterable[tuple[Day, Rating]], retention: float, longest: int = LONGEST) -> Card:
    """The card after these answers, given oldest first, at most one a day."""
    card = Card(card_id=1)  # without a number it waits a millisecond to find one
    for day, rating in answers:
        card, _log = scheduler(retention, longest).review_card(card, rating, midnight(day))
    return card


@dataclass(frozen=True)
class Memory:
    """What is remembered of one item; it is asked again from `due_on`, at `ready_at` or later.

    An answer before `ready_at` would be practice.
    """

    item_key: str
    critical: bool
    stability: float
    difficulty: float
    last_on: Day
    due_on: Day
    ready_at: datetime.datetime

    def recall(self, day: Day) -> float:
        """The chance of recalling it on a day, 0 to 1."""
        card = Card(card_id=1, stability=self.stability, last_review=midnight(self.last_on))
        return scheduler(RETENTION).get_card_retrievability(card, midnight(day))


def memories(
    items: Iterable[Item],
    rules: Mapping[str, float],
    day: Day,
    *,
    critical: bool = False,
    seen: Mapping[str, datetime.datetime] | None = None,
) -> dict[str, Memory]:
    """What is remembered of each item by the answers known on a day, by item.

    Practice, exercises and what was voided move nothing; of one day the latest answer does. `seen`
    says when feedback was last looked at again, by item.
    """
    rows = [row for row in items if row.day <= day]
    by_item: dict[str, list[Item]] = {}
    for row in scored(known(rows, rules, day)):
        by_item.setdefault(row.item_key, []).append(row)
    shown: dict[str, datetime.datetime] = dict(seen or {})
    for row in rows:
        before = shown.get(row.item_key, row.explained_at)
        shown[row.item_key] = max(before, row.explained_at)
    wait = datetime.timedelta(hours=rules["practice_hours"])
    found = {}
    for key, answers in by_item.items():
        is_critical = critical or any(row.critical for row in answers)
        by_day = {row.day: grade(row.score, row.certainty) for row in in_order(answers)}
        card = replay(by_day.items(), CRITICAL_RETENTION if is_critical else RETENTION)
        if card.stability and card.difficulty and card.last_review:
            found[key] = Memory(
                key,
                is_critical,
                card.stability,
                card.difficulty,
                card.last_review.date(),
                card.due.date(),
                shown[key] + wait,
            )
    return found


def of_competence(
    items: Collection[Item], rules: Mapping[str, float], day: Day, *, critical: bool
) -> list[Memory]:
    """What is remembered of the items on which the level of a competence rests that day."""
    now: Known = known(items, rules, day)
    counted = latest(now, window_opens(rules, day, critical=critical))
    remembered = memories(items, rules, day, critical=critical)
    return [remembered[row.item_key] for row in counted]


def freshness(remembered: Collection[Memory], day: Day) -> float | None:
    """The mean chance of recalling the items on a day; None where there are none."""
    return _mean_recall(remembered, day) if remembered else None


def _mean_recall(remembered: Collection[Memory], day: Day) -> float:
    return sum(memory.recall(day) for memory in remembered) / len(remembered)


def drops_on(remembered: Collection[Memory], today: Day, below: float = FRESH) -> Day | None:
    """The first day, from today on, on which they are recalled less than that without review.

    None where that is not in the next ten years.
    """
    if not remembered:
        return None
    # Forgetting only goes one way, so the days are sorted by it.
    ahead = bisect_left(
        range(FARTHEST),
        True,
        key=lambda days: _mean_recall(remembered, today + datetime.timedelta(days)) < below,
    )
    return today + datetime.timedelta(ahead) if ahead < FARTHEST else None

"""Spaced review: what a person is asked again today, and the door to whoever asks it.

The choice is a plain function of what is remembered, the time and what can be asked. Asking is the
business of an app above: it registers one `Provider` in `AppConfig.ready()`. What is answered in a
review or a refresher goes on record as everything does, with an activity of the kind "review".
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from courses.people.notices import Leave
from courses.progress.memory import Memory, memories
from courses.progress.models import Evidence, FeedbackSeen, Policy, ReviewPause, Subject
from courses.progress.projection import Rulebook, items_of
from courses.progress.rules import Day, Item

SECONDS_A_DAY = 600
REFRESHER = 5
MOST_CRITICAL = 2  # critical points in one draw
KIND = "review"  # of the activity by which a review goes on record
KEPT = 600  # seconds that a summary may be old: what is ready becomes so by time alone


# Choosing -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Askable:
    """An item that can be asked now, and how many seconds an answer takes as a rule.

    Items with the same `point` ask the same in other words: the feedback of one would give the
    others away, so one of them is asked at a time.
    """

    item_key: str
    seconds: int
    critical: bool = False
    point: str = ""


@dataclass(frozen=True)
class Chosen:
    """What is asked today, in order; `waiting` are due too and do not fit, or are not ready yet.

    `next_on` is when something becomes due after that, where nothing is due now.
    """

    items: tuple[Askable, ...] = ()
    waiting: int = 0
    next_on: Day | None = None

    @property
    def seconds(self) -> int:
        return sum(item.seconds for item in self.items)

    @property
    def minutes(self) -> int:
        return minutes_of(self.seconds)


def minutes_of(seconds: int) -> int:
    """What so many seconds are called: at least one minute, rounded up."""
    return max(1, -(-seconds // 60))


def choose(
    remembered: Mapping[str, Memory],
    askable: Mapping[str, Askable],
    now: datetime.datetime,
    today: Day,
    *,
    spent: int = 0,
    limit: int = SECONDS_A_DAY,
) -> Chosen:
    """Today's review: safety-critical items first, then those longest overdue.

    They take `limit` seconds together at most, with what was `spent` today. An item whose feedback
    was just seen waits: an answer to it would be practice.
    """
    known = [memory for key, memory in remembered.items() if key in askable]
    due = [memory for memory in known if memory.due_on <= today]
    ready = sorted(
        (memory for memory in due if memory.ready_at <= now),
        key=lambda memory: (
            not memory.critical,
            memory.due_on,
            memory.recall(today),
            memory.item_key,
        ),
    )
    taken: list[Askable] = []
    points: set[str] = set()
    left = limit - spent
    for memory in ready:
        item = askable[memory.item_key]
        if item.point in points:
            continue
        # What takes longer than a whole day's time is asked alone.
        if item.seconds <= left or (not taken and not spent):
            taken.append(replace(item, critical=memory.critical))
            points |= {item.point} - {""}
            left -= item.seconds
    ahead = min((memory.due_on for memory in known if memory.due_on > today), default=None)
    return Chosen(tuple(taken), len(due) - len(taken), None if due else ahead)


def choose_refresher(
    remembered: Mapping[str, Memory],
    askable: Mapping[str, Askable],
    now: datetime.datetime,
    today: Day,
    *,
    number: int = REFRESHER,
) -> Chosen:
    """A short refresher of one competence, in place of a course taken anew.

    The items recalled least come first, those never answered last; of safety-critical ones there
    are two at most; one whose feedback was just seen is left out. So is one that asks in other
    words what was taken already.
    """

    def rank(item: Askable) -> tuple[bool, float, str]:
        memory = remembered.get(item.item_key)
        return memory is None, memory.recall(today) if memory else 0.0, item.item_key

    taken: list[Askable] = []
    points: set[str] = set()
    for item in sorted(askable.values(), key=rank):
        memory = remembered.get(item.item_key)
        critical = item.critical or bool(memory and memory.critical)
        full = critical and sum(each.critical for each in taken) >= MOST_CRITICAL
        if full or item.point in points or (memory and memory.ready_at > now):
            continue
        taken.append(replace(item, critical=critical))
        points |= {item.point} - {""}
        if len(taken) == number:
            break
    return Chosen(tuple(taken), len(askable) - len(taken))


# Asking ---------------------------------------------------------------------------------


class Provider(Protocol):
    """Whoever can ask items again: `assessments`, for questions."""

    def askable(self, items: Collection[str]) -> Iterable[Askable]:
        """Those of these items that can be asked now, in a constant number of queries."""

    def of_competence(self, competence_key: str) -> Iterable[Askable]:
        """Every item that can be asked about a competence, answered before or not."""

    def start(self, subject: Subject, items: Sequence[str], token: UUID, *, about: str = "") -> str:
        """Begin asking these items in this order; the address of the first one.

        The same token again begins nothing and gives the same address; while one is unfinished no
        other begins. Answers go on record as evidence of an activity of kind `KIND`, never with a
        result to pass or fail. `about` is the competence that a refresher is about.
        """

    def unfinished(self, subject: Subject) -> "Unfinished | None":
        """The review or refresher that was begun and goes on; one that was left is put on record."""


@dataclass(frozen=True)
class Unfinished:
    """Where a review goes on, and how many questions and minutes are left of it."""

    url: str
    number: int
    minutes: int


_provider: list[Provider] = []


def register(provider: Provider) -> None:
    """Set who asks; there is one."""
    _provider[:] = [provider]


def provider() -> Provider | None:
    return _provider[0] if _provider else None


# Reading --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Today:
    """Where a person stands with her reviews today.

    `has_begun` says that there is anything to remember; `by_competence` how many of the chosen
    items are about each competence, by its UUID; `unfinished` is where a review begun goes on.
    """

    chosen: Chosen
    has_begun: bool = False
    paused_until: Day | None = None
    by_competence: tuple[tuple[UUID, int], ...] = ()
    unfinished: Unfinished | None = None
    on_leave: bool = False


def today_of(subject: Subject, now: datetime.datetime | None = None) -> Today:
    """Today's review of a person: five queries and the provider's, whatever the record's size.

    Nothing is asked in a pause of her own, nor on leave.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    asks = provider()
    # First, as a review that was left goes on record with it.
    begun = asks.unfinished(subject) if asks else None
    pause = ReviewPause.objects.on(today).filter(subject=subject).first()
    leave = Leave.objects.on(today).filter(person=subject.person_id).first()
    remembered, about, rows = _remembered(subject, today)
    if leave:
        return Today(Chosen(), bool(remembered), unfinished=begun, on_leave=True)
    if pause or asks is None or not remembered:
        until = pause.ends_on if pause else None
        return Today(Chosen(), bool(remembered), until, unfinished=begun)
    known = {item.item_key: item for item in asks.askable(list(remembered))}
    spent = sum(known[key].seconds for key in _reviewed_on(rows, today) if key in known)
    chosen = choose(remembered, known, now, today, spent=spent)
    numbers: dict[UUID, int] = defaultdict(int)
    for item in chosen.items:
        for key in about[item.item_key]:
            numbers[key] += 1
    by_competence = sorted(numbers.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return Today(chosen, True, None, tuple(by_competence), begun)


def refresher_of(
    subject: Subject, competence_key: str, now: datetime.datetime | None = None
) -> Chosen:
    """The refresher a person would be asked now about a competence; empty where nobody asks."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    asks = provider()
    if asks is None:
        return Chosen()
    remembered, _about, _rows = _remembered(subject, today)
    known = {item.item_key: item for item in asks.of_competence(competence_key)}
    return choose_refresher(remembered, known, now, today)


def due_days(subject: Subject, today: Day) -> dict[str, Day]:
    """When each item that a person remembers is asked again; three queries."""
    remembered, _about, _rows = _remembered(subject, today)
    return {key: memory.due_on for key, memory in remembered.items()}


def _remembered(
    subject: Subject, today: Day
) -> tuple[dict[str, Memory], dict[str, set[UUID]], list[Evidence]]:
    """What she remembers by item, which competences each item is about, and the rows behind."""
    rows = list(
        Evidence.objects.filter(subject=subject, kind__in=["measurement", "void"])
        .select_related("competence", "activity")
        .order_by()
    )
    about: dict[str, set[UUID]] = defaultdict(set)
    items: list[Item] = []
    for row, item in zip(rows, items_of(rows), strict=True):
        about[row.item_key].add(row.competence.uuid)
        items.append(item._replace(critical=item.critical or row.competence.critical))
    shown = FeedbackSeen.objects.filter(subject=subject).order_by().values("item_key")
    seen = dict(shown.annotate(last=Max("at")).values_list("item_key", "last"))
    book = Rulebook(policies=list(Policy.objects.filter(kind=Policy.Kind.LEVEL, scope="")))
    return memories(items, book.numbers("", today), today, seen=seen), about, rows


def _reviewed_on(rows: Iterable[Evidence], today: Day) -> set[str]:
    """Items answered that day in a review or refresher."""
    return {
        row.item_key
        for row in rows
        if row.activity
        and row.activity.object_kind == KIND
        and timezone.localdate(row.happened_at) == today
    }


# A line about it, on pages that are opened often ------------------------------------------


@dataclass(frozen=True)
class Summary:
    """How many items are asked today and how many minutes they take, or are left of one begun."""

    number: int
    minutes: int
    is_begun: bool = False


def summary_of(subject: Subject) -> Summary:
    """Today's review in a line; remembered for some minutes, until the record changes."""
    found = cache.get(_key(subject.pk))
    if found is None:
        found = _summary(today_of(subject))
        cache.set(_key(subject.pk), found, KEPT)
    return found


def _summary(today: Today) -> Summary:
    if today.unfinished and not today.paused_until and not today.on_leave:
        return Summary(today.unfinished.number, today.unfinished.minutes, True)
    return Summary(len(today.chosen.items), today.chosen.minutes)


def forget(subjects: Iterable[UUID]) -> None:
    """Have the summaries of these people worked out anew."""
    cache.delete_many([_key(subject) for subject in subjects])


def _key(subject: UUID) -> str:
    return f"review:{subject}:{timezone.localdate()}"

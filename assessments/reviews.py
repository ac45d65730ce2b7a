"""Asking again: questions of the bank as spaced reviews and refreshers.

A review is an attempt without a quiz, so it is answered, kept, resumed and replayed as any other.
What it shows goes on record when its last answer is given, or a day after it was begun, whichever
comes first: an answer to a safety-critical question says what it says only with its twin, the
record is never changed, and a day is short enough for whoever leaves a review in the middle.
"""

import datetime
import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone

from assessments import actions, known
from assessments.models import Attempt
from assessments.policy import EVERYTHING, JUST_AFTER, PHASES, Policy, Shown
from assessments.replay import Standpoint
from assessments.results import Slot
from courses.progress.actions import record
from courses.progress.models import Subject
from courses.progress.reviews import Askable, Unfinished, minutes_of
from courses.rulebook import rulebook

LEFT = datetime.timedelta(hours=24)  # then a review that was begun goes on record as it is
LONGEST = 180  # seconds at most that one answer is taken to have needed
# Everything is explained at once: that is what asking again is for.
POLICY = Policy(shown=dict.fromkeys(PHASES, EVERYTHING), certainty=True, extensions=False)
# How long an answer takes as a rule, with a look at its explanation.
SECONDS = {
    "true-false": 25,
    "single": 40,
    "multiple": 50,
    "number": 45,
    "short-text": 45,
    "matching": 75,
    "ordering": 75,
    "grouping": 75,
    "cloze": 75,
}
# An answer of many parts is certain in some and not in others.
MANY_PARTS = frozenset({"matching", "ordering", "grouping", "cloze"})
PREFIX = "question/"


class Questions:
    """The provider of `courses.progress.reviews`: asks questions of the bank."""

    def askable(self, items: Collection[str]) -> Iterable[Askable]:
        """Those of these that are published, scored and held back by no quiz now."""
        bank, now = known.bank(), timezone.now()
        for key in items:
            found = bank.get(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else None
            if found and not is_held_back(found, now):
                yield _askable(key, found)

    def of_competence(self, competence_key: str) -> Iterable[Askable]:
        """All that stand in a published quiz and are about it."""
        now = timezone.now()
        return [
            _askable(f"{PREFIX}{uuid}", found)
            for uuid, found in known.bank().items()
            if found.quizzes
            and competence_key in found.competences
            and not is_held_back(found, now)
        ]

    def start(self, subject: Subject, items: Sequence[str], token: UUID, *, about: str = "") -> str:
        """The review's address; the one that is open, if one is."""
        attempt = start(subject, items, token, about=about)
        return attempt.get_absolute_url() if attempt else reverse("courses:review")

    def unfinished(self, subject: Subject) -> Unfinished | None:
        """One statement; more where one that was left is put on record."""
        open_one = Attempt.objects.reviews().open().filter(subject=subject)
        attempt = open_one.select_related("subject").with_log().first()
        if attempt is None or not actions.close_if_over(attempt).is_open:
            return None
        left = actions.resume(attempt).unanswered
        seconds = sum(SECONDS.get(slot.kind, 0) for slot in left)
        return Unfinished(attempt.get_absolute_url(), len(left), minutes_of(seconds))


def _askable(key: str, found: known.Known) -> Askable:
    return Askable(key, SECONDS[found.kind], found.critical, found.point)


def is_held_back(found: known.Known, now: datetime.datetime) -> bool:
    """Whether a quiz in which it stands is still to come, or keeps to itself what is right.

    What the quiz shows some time after an attempt, or now that it is closed, is what counts.
    """
    policies = known.policies()
    for quiz in found.quizzes:
        policy = policies.get(quiz)
        if policy is None:
            continue
        shown: Shown = policy.shows(now, now - JUST_AFTER)
        if policy.opens and now < policy.opens:
            return True
        if not (shown.correctness and shown.right and shown.feedback):
            return True
    return False


@transaction.atomic
def start(
    subject: Subject,
    items: Sequence[str],
    token: UUID,
    *,
    about: str = "",
    chance: random.Random = actions.CHANCE,
) -> Attempt | None:
    """Begin a review of these items in this order, or go on with the one that is open.

    The same token gives the same review. None where nothing of it can be asked any more.
    """
    now = timezone.now()
    # One at a time: a second click finds what the first one began.
    Subject.objects.select_for_update().get(pk=subject.pk)
    before = Attempt.objects.filter(subject=subject).select_related("subject")
    for attempt in before.filter(Q(token=token) | Q(quiz=None, status=Attempt.Status.OPEN)):
        if attempt.token == token or actions.close_if_over(attempt, now).is_open:
            return attempt
    bank = known.bank()
    asked = [bank[uuid] for key in items if (uuid := key.removeprefix(PREFIX)) in bank]
    if not asked:
        return None
    versions = known.versions(found.version for found in asked)
    pins = [
        actions.pin_of(number, versions[found.version], True, chance)
        for number, found in enumerate(asked, start=1)
    ]
    ends = now + LEFT
    number = before.reviews().aggregate(last=Max("number"))["last"] or 0
    attempt = Attempt.objects.create(
        subject=subject,
        number=number + 1,
        token=token,
        started_at=now,
        deadline=ends,
        pinned={
            "policy": POLICY.as_json(),
            "deadline": ends.isoformat(),
            "about": about,
            "slots": [pin.as_json() for pin in pins],
        },
    )
    record(
        subject,
        activities=[actions.activity_of(attempt, "started")],
        today=timezone.localdate(now),
        locked=True,
        book=rulebook(),
    )
    return attempt


def asks_certainty(slot: Slot) -> bool:
    """Whether it makes sense to ask how certain she is of this answer."""
    return slot.kind not in MANY_PARTS


def next_slot(stand: Standpoint) -> int | None:
    """What is asked next: first the same in other words, where that was begun."""
    left = sorted(stand.unanswered, key=lambda slot: (slot.pin.twin_of is None, slot.number))
    return left[0].number if left else None


def minutes_spent(subject: Subject, day: datetime.date) -> int:
    """Whole minutes that a person spent on reviews on a day, at least one where any; one query.

    From one answer to the next, or from the beginning; of what took long, a part was something else.
    """
    start = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
    since = start - LEFT
    attempts = Attempt.objects.reviews().filter(subject=subject, started_at__gte=since).with_log()
    seconds = sum(sum(_took(attempt, day)) for attempt in attempts)
    return round(seconds / 60) or int(seconds > 0)


def _took(attempt: Attempt, day: datetime.date) -> Iterator[float]:
    saved = [step.at for step in attempt.log_of_steps() if step.kind == "saved"]
    for before, after in pairwise([attempt.started_at, *saved]):
        if timezone.localdate(after) == day:
            yield min(LONGEST, (after - before).total_seconds())

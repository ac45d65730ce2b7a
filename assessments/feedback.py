"""Which showings of feedback the record must be told of, as it does not know of them by itself."""

import datetime
from collections.abc import Sequence

from django.utils import timezone

from assessments.actions import item_key
from assessments.policy import Shown
from assessments.replay import Standpoint
from assessments.results import Slot
from courses.progress.actions import SAME_READING, saw_feedback


def saw_again(
    stand: Standpoint, slots: Sequence[Slot], now: datetime.datetime | None = None
) -> None:
    """Note that a page tells what is right in these questions; no statement where that is known.

    Known is what was answered and shown within minutes of its ending, which evidence names. What
    was left without an answer, or is of an attempt that does not count, has no evidence.
    """
    now = now or timezone.now()
    if not tells(stand.policy.shows(now, stand.finished_at)):
        return
    keys = [item_key(slot) for slot in slots if slot.is_scored and _is_news(stand, slot, now)]
    saw_feedback(stand.attempt.subject, keys, now)


def tells(shown: Shown) -> bool:
    """Whether whoever sees so much of an answer learns what is right."""
    return shown.correctness or shown.right or shown.feedback


def _is_news(stand: Standpoint, slot: Slot, now: datetime.datetime) -> bool:
    if stand.is_open and not stand.is_explained(slot):
        return False
    # What is explained at once was noted with the answer, whatever becomes of the attempt.
    first = slot.answered_at if stand.policy.explains_each else None
    if first is None and slot.answered and stand.counts:
        first = stand.finished_at
    return first is None or now - first > SAME_READING

"""A question of an attempt: what was asked, what was answered, and what that is worth.

Plain values; nothing is asked of the database here.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from assessments import asking, grading, telling
from assessments.models import Pin
from content.bilingual import say

# The templates under `kinds/` and `explained/` of each kind of question.
ASK = {
    "single": "choice",
    "multiple": "choice",
    "true-false": "choice",
    "matching": "matching",
    "ordering": "ordering",
    "grouping": "grouping",
    "cloze": "cloze",
    "number": "number",
    "short-text": "words",
    "estimate": "number",
    "open": "open",
}
TELL = (
    ASK
    | {"grouping": "matching", "number": "typed", "short-text": "typed"}
    | {"estimate": "estimate"}
)
# How a question is answered, said under it; single choices and statements need no such words.
HOW = {
    "multiple": _("Choose all that apply."),
    "matching": _("For each, choose what belongs to it. Every right pair counts."),
    "ordering": _("Put them in order: 1 comes first."),
    "grouping": _("Choose a group for each. Every right one counts."),
    "cloze": _("Fill the gaps in the text. Every right one counts."),
    "number": _("Write a number, for example 12 or 12,5."),
    "short-text": _("Write one word or a few."),
    "estimate": _("Guess freely: this is not scored. Afterwards you see the real figure."),
    "open": _("A person will read your answer and write back to you."),
}


@dataclass(frozen=True)
class HandMark:
    """What one person gave an open answer: points by criterion, and a word to the writer."""

    marker: UUID | None
    points: Mapping[str, int]
    fraction: Fraction
    comment: str
    at: datetime.datetime


@dataclass(frozen=True)
class Comment:
    """What somebody wrote about an answer without changing its mark."""

    author: UUID | None
    text: str
    at: datetime.datetime


@dataclass(frozen=True)
class Correction:
    """A mark that a person has changed, and why."""

    fraction: Fraction
    reason: str
    at: datetime.datetime


@dataclass(frozen=True)
class Slot:
    """One question of an attempt, and what was answered so far.

    It never changes, so what follows from it is worked out once.
    """

    pin: Pin
    data: Mapping[str, Any]  # of the version
    version_hash: str
    answers: int = 0  # how often it was saved
    response: Mapping[str, Any] | None = None
    certainty: int | None = None
    late: Mapping[str, Any] | None = None  # what came when the time was up: kept, not counted
    marks: Sequence[HandMark] = ()  # by people, the latest of each
    by_hand: Fraction | None = None  # what people's marks amount to
    correction: Correction | None = None
    comments: Sequence[Comment] = ()
    marked_by: Mapping[str, Any] | None = None  # data of the version it was marked again by
    marked_by_hash: str = ""
    regraded_at: datetime.datetime | None = None
    regraded_why: str = ""
    answered_at: datetime.datetime | None = None
    sent: Mapping[str, Sequence[str]] | None = None  # a form that could not be taken, shown again
    prefix: str = ""  # of the names and ids of its fields, where a page asks several questions

    @property
    def number(self) -> int:
        return self.pin.slot

    @property
    def kind(self) -> str:
        return str(self.data["kind"])

    @property
    def ask_template(self) -> str:
        return f"assessments/kinds/{ASK[self.kind]}.html"

    @property
    def tell_template(self) -> str:
        return f"assessments/explained/{TELL[self.kind]}.html"

    @property
    def is_choice(self) -> bool:
        """Whether it is answered by choosing among options."""
        return ASK[self.kind] == "choice"

    @property
    def how(self) -> str:
        """How it is answered, in a sentence."""
        return str(HOW.get(self.kind, ""))

    @cached_property
    def asked(self) -> asking.Asked:
        """The question as it is asked, filled in with what was sent or else what is kept."""
        amiss = self.sent is not None
        values = asking.values_of(self.response) if self.sent is None else self.sent
        return asking.asked(self.data, self.pin.options, values, prefix=self.prefix, amiss=amiss)

    @cached_property
    def told(self) -> telling.Told:
        """What is said of the question and the answer; only for pages where that is due."""
        return telling.told(self.data, self.pin.options, self.response, points=self.points)

    @property
    def told_all(self) -> telling.Told:
        """Everything that people can be told, as an editor wants to see it."""
        return telling.told(self.data, self.pin.options, None, everything=True)

    @property
    def stem(self) -> str:
        return say(self.data["stem"])

    @property
    def explanation(self) -> str:
        return say(self.data["explanation"])

    @property
    def answered(self) -> bool:
        return self.response is not None

    @cached_property
    def question(self) -> grading.Question:
        """The question as it was asked."""
        return grading.question_of(self.data)

    @property
    def key(self) -> Mapping[str, Any]:
        """The data by which it is marked: as it was asked, or a later version's."""
        return self.marked_by or self.data

    @property
    def key_hash(self) -> str:
        return self.marked_by_hash or self.version_hash

    @property
    def is_critical(self) -> bool:
        return bool(self.key["critical"]) and self.is_scored

    @property
    def is_scored(self) -> bool:
        return not self.key["needs_review"] and self.kind not in grading.UNSCORED

    @property
    def is_by_hand(self) -> bool:
        return self.kind in grading.BY_HAND

    @property
    def points(self) -> Mapping[str, int] | None:
        """What was given for each criterion, by whoever marked last; once it is settled."""
        return self.marks[-1].points if self.marks and self.by_hand is not None else None

    @property
    def waits(self) -> bool:
        """Whether a person has still to mark it."""
        return self.is_scored and self.is_by_hand and self.answered and self.fraction is None

    @cached_property
    def fraction(self) -> Fraction | None:
        """The part of the mark that was earned; nothing for a question without an answer."""
        if self.correction:
            return self.correction.fraction
        if not self.response:
            return None
        if self.is_by_hand:
            return self.by_hand
        return self.automatic

    @cached_property
    def automatic(self) -> Fraction | None:
        """What the answer earns by the question's own rules."""
        assert self.response is not None  # noqa: S101
        try:
            return grading.fraction(
                grading.question_of(self.key) if self.marked_by else self.question, self.response
            )
        except (KeyError, TypeError, ValueError):
            # The version it is marked again by knows no such answer.
            if self.marked_by is None:
                raise
            return Fraction(0)

    @property
    def mark(self) -> Fraction:
        return (self.fraction or Fraction()) * self.max_mark

    @property
    def max_mark(self) -> Fraction:
        return self.pin.max_mark if self.is_scored else Fraction()

    @property
    def late_slot(self) -> "Slot":
        """The question with the answer that came too late, under names of its own."""
        return replace(self, response=self.late, sent=None, prefix=f"late{self.number}-")

    @property
    def mark_number(self) -> float:
        """For display, to two places."""
        return round(float(self.mark), 2)

    @property
    def max_mark_number(self) -> float:
        return round(float(self.max_mark), 2)

    @cached_property
    def state(self) -> str:
        """right, partly, wrong, unanswered, or neutral where an answer has no mark (yet)."""
        if not self.answered:
            return "unanswered"
        match self.fraction:
            case None:
                return "neutral"
            case earned if earned == 1:
                return "right"
            case earned if earned > 0:
                return "partly"
        return "wrong"

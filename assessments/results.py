"""What an attempt amounts to: its pins, the versions they name, and the answers given.

Plain values; nothing is asked of the database here. Whoever may see a text before it is due
decides by `Slot.is_explained`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments import asking, grading, telling
from assessments.models import Answer, Attempt, Pin, QuestionVersion
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
class Slot:
    """One question of an attempt, and what was answered so far."""

    pin: Pin
    data: Mapping[str, Any]  # of the version
    version_hash: str
    answers: int = 0  # how often it was saved
    response: Mapping[str, Any] | None = None
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
    def how(self) -> str:
        """How it is answered, in a sentence."""
        return str(HOW.get(self.kind, ""))

    @property
    def asked(self) -> asking.Asked:
        """The question as it is asked, filled in with what was sent or else what is kept."""
        amiss = self.sent is not None
        values = asking.values_of(self.response) if self.sent is None else self.sent
        return asking.asked(self.data, self.pin.options, values, prefix=self.prefix, amiss=amiss)

    @property
    def told(self) -> telling.Told:
        """What is said of the question and the answer; only for pages where that is due."""
        return telling.told(self.data, self.pin.options, self.response)

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

    @property
    def question(self) -> grading.Question:
        return grading.question_of(self.data)

    @property
    def is_scored(self) -> bool:
        return not self.data["needs_review"] and self.kind not in grading.UNSCORED

    @property
    def fraction(self) -> Fraction | None:
        """The part of the mark that was earned; nothing for a question without an answer."""
        return grading.fraction(self.question, self.response) if self.response else None

    @property
    def mark(self) -> Fraction:
        return (self.fraction or Fraction()) * self.max_mark

    @property
    def max_mark(self) -> Fraction:
        return self.pin.max_mark if self.is_scored else Fraction()

    @property
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


def slots_of(
    attempt: Attempt, versions: Mapping[int, QuestionVersion], answers: Iterable[Answer]
) -> list[Slot]:
    """The attempt's questions with the latest answer of each; `versions` by primary key.

    Pins whose version is not among `versions` are left out, so one question can be shown
    without reading the others.
    """
    latest: dict[int, Answer] = {}
    for answer in answers:
        known = latest.get(answer.slot)
        if known is None or answer.number > known.number:
            latest[answer.slot] = answer
    return [
        Slot(
            pin,
            versions[pin.version].data,
            versions[pin.version].hash,
            latest[pin.slot].number if pin.slot in latest else 0,
            latest[pin.slot].response if pin.slot in latest else None,
        )
        for pin in attempt.pins
        if pin.version in versions
    ]


def total_of(attempt: Attempt, slots: Sequence[Slot]) -> grading.Total:
    """The result as it follows from pins and answers."""
    return grading.total(((slot.mark, slot.max_mark) for slot in slots), attempt.pass_mark)

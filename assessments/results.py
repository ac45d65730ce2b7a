"""What an attempt amounts to: its pins, the versions they name, and the answers given.

Plain values; nothing is asked of the database here. Whoever may see a text before it is due
decides by `Slot.is_explained`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments import grading
from assessments.models import Answer, Attempt, Pin, QuestionVersion
from content.bilingual import say

# The template that asks each kind of question.
ASK = {
    "single": "assessments/kinds/choice.html",
    "multiple": "assessments/kinds/choice.html",
    "true-false": "assessments/kinds/choice.html",
}


@dataclass(frozen=True)
class Choice:
    """An option as a learner meets it: without a word on whether it is right."""

    key: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class ExplainedChoice:
    """An option once it may be explained; `state` is right, wrong, missed or plain."""

    text: str
    state: str
    chosen: bool
    feedback: str


@dataclass(frozen=True)
class Slot:
    """One question of an attempt, and what was answered so far."""

    pin: Pin
    data: Mapping[str, Any]  # of the version
    version_hash: str
    answers: int = 0  # how often it was saved
    response: Mapping[str, Any] | None = None

    @property
    def number(self) -> int:
        return self.pin.slot

    @property
    def kind(self) -> str:
        return str(self.data["kind"])

    @property
    def ask_template(self) -> str:
        return ASK[self.kind]

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
    def chosen(self) -> frozenset[str]:
        return frozenset(self.response.get("chosen", ())) if self.response else frozenset()

    @property
    def question(self) -> grading.Question:
        return grading.question_of(self.data)

    @property
    def is_scored(self) -> bool:
        return not self.data["needs_review"]

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
        """right, partly, wrong, or unanswered."""
        match self.fraction:
            case None:
                return "unanswered"
            case earned if earned == 1:
                return "right"
            case earned if earned > 0:
                return "partly"
        return "wrong"

    @property
    def choices(self) -> list[Choice]:
        """The options in the order this attempt shows them."""
        options = {option["key"]: option for option in self.data["options"]}
        return [
            Choice(key, option_text(options[key]), key in self.chosen) for key in self.pin.options
        ]

    @property
    def explained(self) -> list[ExplainedChoice]:
        """The options with what was right; feedback for those chosen and for those missed."""
        options = {option["key"]: option for option in self.data["options"]}
        return [_explained(options[key], key in self.chosen) for key in self.pin.options]

    @property
    def explained_all(self) -> list[ExplainedChoice]:
        """Every option with its feedback, as an editor wants to see them."""
        options = {option["key"]: option for option in self.data["options"]}
        return [
            ExplainedChoice(
                option_text(options[key]),
                "right" if options[key]["right"] else "wrong",
                False,
                say(options[key]["feedback"]),
            )
            for key in self.pin.options
        ]


def _explained(option: Mapping[str, Any], chosen: bool) -> ExplainedChoice:
    right = bool(option["right"])
    state = ("right" if right else "wrong") if chosen else ("missed" if right else "plain")
    feedback = say(option["feedback"]) if chosen or right else ""
    return ExplainedChoice(option_text(option), state, chosen, feedback)


def option_text(option: Mapping[str, Any]) -> str:
    """What an option says; true and false need no text of their own."""
    text = say(option["text"])
    if text:
        return text
    return {"true": _("True"), "false": _("False")}.get(str(option["key"]), str(option["key"]))


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

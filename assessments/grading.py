"""What an answer earns: pure functions of the question as it was asked and what was chosen.

Marks are exact. Each kind of question is a frozen dataclass; a new kind adds one, with its
`check`, `fraction` and `guess`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import singledispatch
from typing import Any


class BadResponse(Exception):
    """A response that this question cannot take; `reason` is "nothing", "unknown" or "several"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class UnknownKind(ValueError):
    """No such kind of question."""


# Questions ------------------------------------------------------------------------------


@dataclass(frozen=True)
class SingleChoice:
    """One of two or more options is right."""

    options: tuple[str, ...]
    right: str


@dataclass(frozen=True)
class MultipleChoice:
    """Any number of the options may be chosen; those in `right` are."""

    options: tuple[str, ...]
    right: frozenset[str]


@dataclass(frozen=True)
class TrueFalse:
    """A statement that holds, or does not."""

    right: str  # "true" or "false"
    options: tuple[str, ...] = ("true", "false")


Question = SingleChoice | MultipleChoice | TrueFalse
Chosen = frozenset[str]


def question_of(data: Mapping[str, Any]) -> Question:
    """The question in a version's data; raises `UnknownKind`, or `ValueError` if it is broken."""
    keys = tuple(option["key"] for option in data["options"])
    right = frozenset(option["key"] for option in data["options"] if option["right"])
    if not right:
        raise ValueError("No option is right.")
    match data["kind"]:
        case "multiple":
            return MultipleChoice(keys, right)
        case "single" | "true-false" if len(right) > 1:
            raise ValueError("Only one option can be right.")
        case "single":
            return SingleChoice(keys, *right)
        case "true-false":
            return TrueFalse(*right)
        case other:
            raise UnknownKind(other)


# Responses ------------------------------------------------------------------------------


def response_of(question: Question, values: Iterable[str]) -> dict[str, Any]:
    """What is kept of the values a form sent, in the question's own order.

    Raises `BadResponse` for no option, an option that is not there, or several where one counts.
    """
    chosen = frozenset(values)
    check(question, chosen)
    return {"chosen": [key for key in question.options if key in chosen]}


def chosen_in(response: Mapping[str, Any]) -> Chosen:
    """The options in a kept response."""
    return frozenset(response["chosen"])


@singledispatch
def check(question: Question, chosen: Chosen) -> None:
    """Raise `BadResponse` unless the question can take this answer."""
    raise UnknownKind(type(question).__name__)


@check.register
def _(question: SingleChoice | TrueFalse, chosen: Chosen) -> None:
    _offered(question.options, chosen)
    if len(chosen) > 1:
        raise BadResponse("several")


@check.register
def _(question: MultipleChoice, chosen: Chosen) -> None:
    _offered(question.options, chosen)


def _offered(options: tuple[str, ...], chosen: Chosen) -> None:
    if not chosen:
        raise BadResponse("nothing")
    if not chosen <= frozenset(options):
        raise BadResponse("unknown")


# Marks ----------------------------------------------------------------------------------


@singledispatch
def fraction(question: Question, chosen: Chosen) -> Fraction:
    """The part of the question's mark that the answer earns, 0 to 1."""
    raise UnknownKind(type(question).__name__)


@fraction.register
def _(question: SingleChoice | TrueFalse, chosen: Chosen) -> Fraction:
    return Fraction(chosen == {question.right})


@fraction.register
def _(question: MultipleChoice, chosen: Chosen) -> Fraction:
    # Right options earn, others cancel; never below zero, at most one.
    points = len(chosen & question.right) - len(chosen - question.right)
    return Fraction(max(0, points), len(question.right))


@singledispatch
def guess(question: Question) -> Fraction:
    """The chance of full marks without knowing, as level policy 1 sets it for each kind."""
    raise UnknownKind(type(question).__name__)


@guess.register
def _(question: SingleChoice) -> Fraction:
    return Fraction(1, len(question.options))


@guess.register
def _(question: TrueFalse) -> Fraction:
    return Fraction(1, 2)


@guess.register
def _(question: MultipleChoice) -> Fraction:
    return Fraction(1, 10)


@dataclass(frozen=True)
class Total:
    """The marks of an attempt and whether they reach the pass mark (in percent)."""

    mark: Fraction
    max_mark: Fraction
    pass_mark: int

    @property
    def passed(self) -> bool:
        return self.max_mark > 0 and self.mark * 100 >= self.pass_mark * self.max_mark

    @property
    def percent(self) -> int:
        """For display, cut off: 79.9 % is not shown as 80 where 80 is asked for."""
        return int(self.mark * 100 / self.max_mark) if self.max_mark else 0


def total(marks: Iterable[tuple[Fraction, Fraction]], pass_mark: int) -> Total:
    """Add up (mark, highest mark) pairs."""
    pairs = list(marks)
    return Total(
        sum((mark for mark, _highest in pairs), Fraction()),
        sum((highest for _mark, highest in pairs), Fraction()),
        pass_mark,
    )

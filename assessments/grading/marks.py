"""What an answer earns: exact fractions, as pure functions of the question and the response."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch

from assessments.grading.kinds import (
    ChosenGap,
    Cloze,
    Estimate,
    Grouping,
    Matching,
    MultipleChoice,
    Number,
    Open,
    Ordering,
    Question,
    ShortText,
    SingleChoice,
    TrueFalse,
    UnknownKind,
)
from assessments.grading.responses import Response, folded

# The chance that level policy 1 takes for typed answers and for those with very many ways to be
# wrong; one right option of several is 1 in their number, a statement 1 in 2.
HARD_TO_GUESS = Fraction(1, 10)


@singledispatch
def fraction(question: Question, response: Response) -> Fraction | None:
    """The part of the question's mark that a kept response earns, 0 to 1.

    None where nothing can be said: an estimate is never scored, an open answer waits for a
    person (`by_rubric`).
    """
    raise UnknownKind(type(question).__name__)


@fraction.register(SingleChoice)
@fraction.register(TrueFalse)
def _(question: SingleChoice | TrueFalse, response: Response) -> Fraction:
    return Fraction(response["chosen"] == [question.right])


@fraction.register
def _(question: MultipleChoice, response: Response) -> Fraction:
    # Right options earn, others cancel; never below zero, at most one.
    chosen = frozenset(response["chosen"])
    points = len(chosen & question.right) - len(chosen - question.right)
    return Fraction(max(0, points), len(question.right))


@fraction.register
def _(question: Matching, response: Response) -> Fraction:
    pairs = response["pairs"]
    right = sum(pairs.get(left) == wanted for left, wanted in question.pairs.items())
    return Fraction(right, len(question.pairs))


@fraction.register
def _(question: Grouping, response: Response) -> Fraction:
    groups = response["groups"]
    right = sum(groups.get(item) == wanted for item, wanted in question.belongs.items())
    return Fraction(right, len(question.belongs))


@fraction.register
def _(question: Ordering, response: Response) -> Fraction:
    # The longest run of items that stand in the right order among themselves: one item out of
    # place costs one step, wherever it was put.
    place = {item: number for number, item in enumerate(question.items)}
    longest = rising([place[item] for item in response["order"]])
    return Fraction(longest - 1, len(question.items) - 1)


@fraction.register
def _(question: Cloze, response: Response) -> Fraction:
    right = sum(
        key in response["gaps"] and gap_is_right(question, key, response["gaps"][key])
        for key in question.gaps
    )
    return Fraction(right, len(question.gaps))


@fraction.register
def _(question: Number, response: Response) -> Fraction:
    return Fraction(abs(Decimal(response["number"]) - question.value) <= question.tolerance)


@fraction.register
def _(question: ShortText, response: Response) -> Fraction:
    said = folded(response["text"], question.folding)
    shares = (share for word, share in question.accepted if folded(word, question.folding) == said)
    return Fraction(max(shares, default=Decimal(0)))


@fraction.register(Estimate)
@fraction.register(Open)
def _(question: Estimate | Open, response: Response) -> None:
    return None


def gap_is_right(question: Cloze, key: str, value: str) -> bool:
    """Whether one gap of a cloze is filled rightly."""
    gap = question.gaps[key]
    if isinstance(gap, ChosenGap):
        return value == gap.right
    said = folded(value, question.folding)
    return any(folded(word, question.folding) == said for word in gap.accepted)


def by_rubric(question: Open, points: dict[str, int]) -> Fraction:
    """What a person's marks for every criterion earn; raises `ValueError` for other points."""
    if points.keys() != question.criteria.keys():
        raise ValueError("Every criterion is marked.")
    for key, given in points.items():
        if not 0 <= given <= question.criteria[key]:
            raise ValueError(f"{key} has 0 to {question.criteria[key]} points.")
    return Fraction(sum(points.values()), sum(question.criteria.values()))


def rising(numbers: Iterable[int]) -> int:
    """The length of the longest rising subsequence (patience sorting)."""
    tails: list[int] = []
    for number in numbers:
        at = bisect_left(tails, number)
        tails[at : at + 1] = [number]
    return len(tails)


@singledispatch
def guess(question: Question) -> Fraction:
    """The chance of full marks without knowing, as level policy 1 sets it for each kind."""
    raise UnknownKind(type(question).__name__)


@guess.register(MultipleChoice)
@guess.register(Matching)
@guess.register(Grouping)
@guess.register(Ordering)
@guess.register(Number)
@guess.register(ShortText)
def _(question: Question) -> Fraction:
    return HARD_TO_GUESS


@guess.register
def _(question: SingleChoice) -> Fraction:
    return Fraction(1, len(question.options))


@guess.register
def _(question: TrueFalse) -> Fraction:
    return Fraction(1, 2)


@guess.register
def _(question: Cloze) -> Fraction:
    gaps = list(question.gaps.values())
    if len(gaps) == 1 and isinstance(gaps[0], ChosenGap):
        return Fraction(1, len(gaps[0].options))
    return HARD_TO_GUESS


@guess.register(Estimate)
@guess.register(Open)
def _(question: Estimate | Open) -> Fraction:
    return Fraction(0)


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

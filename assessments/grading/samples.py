"""Answers made up: one that earns everything, one that earns nothing.

For people of the demo and for tests; a page has no use for them.
"""

from functools import singledispatch
from typing import Any

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

NONSENSE = "xyzzy"


@singledispatch
def best(question: Question) -> dict[str, Any]:
    """A response that earns the whole mark, where anything is earned at all."""
    raise UnknownKind(type(question).__name__)


@best.register(SingleChoice)
@best.register(TrueFalse)
def _(question: SingleChoice | TrueFalse) -> dict[str, Any]:
    return {"chosen": [question.right]}


@best.register
def _(question: MultipleChoice) -> dict[str, Any]:
    return {"chosen": [key for key in question.options if key in question.right]}


@best.register
def _(question: Matching) -> dict[str, Any]:
    return {"pairs": {left: question.pairs[left] for left in question.left}}


@best.register
def _(question: Ordering) -> dict[str, Any]:
    return {"order": list(question.items)}


@best.register
def _(question: Grouping) -> dict[str, Any]:
    return {"groups": {item: question.belongs[item] for item in question.items}}


@best.register
def _(question: Cloze) -> dict[str, Any]:
    return {
        "gaps": {
            key: gap.right if isinstance(gap, ChosenGap) else gap.accepted[0]
            for key, gap in question.gaps.items()
        }
    }


@best.register(Number)
@best.register(Estimate)
def _(question: Number | Estimate) -> dict[str, Any]:
    return {"number": f"{question.value.normalize():f}"}


@best.register
def _(question: ShortText) -> dict[str, Any]:
    return {"text": next(word for word, share in question.accepted if share == 1)}


@best.register
def _(question: Open) -> dict[str, Any]:
    return {"text": NONSENSE}


@singledispatch
def worst(question: Question) -> dict[str, Any]:
    """A response that earns nothing, where anything could be earned."""
    raise UnknownKind(type(question).__name__)


@worst.register(SingleChoice)
@worst.register(TrueFalse)
def _(question: SingleChoice | TrueFalse) -> dict[str, Any]:
    return {"chosen": [next(key for key in question.options if key != question.right)]}


@worst.register
def _(question: MultipleChoice) -> dict[str, Any]:
    wrong = [key for key in question.options if key not in question.right]
    right = [key for key in question.options if key in question.right]
    # Where all are right, a part of them is as little as one can earn.
    return {"chosen": wrong[:1] or right[:1]}


@worst.register
def _(question: Matching) -> dict[str, Any]:
    pairs = question.pairs
    return {
        "pairs": {
            left: next(right for right in question.right if right != pairs[left])
            for left in question.left
        }
    }


@worst.register
def _(question: Ordering) -> dict[str, Any]:
    return {"order": list(reversed(question.items))}


@worst.register
def _(question: Grouping) -> dict[str, Any]:
    belongs = question.belongs
    return {
        "groups": {
            item: next(group for group in question.groups if group != belongs[item])
            for item in question.items
        }
    }


@worst.register
def _(question: Cloze) -> dict[str, Any]:
    return {
        "gaps": {
            key: next(option for option in gap.options if option != gap.right)
            if isinstance(gap, ChosenGap)
            else NONSENSE
            for key, gap in question.gaps.items()
        }
    }


@worst.register
def _(question: Number) -> dict[str, Any]:
    return {"number": f"{(question.value + question.tolerance + 1).normalize():f}"}


@worst.register
def _(question: ShortText) -> dict[str, Any]:
    return {"text": NONSENSE}


@worst.register(Estimate)
@worst.register(Open)
def _(question: Estimate | Open) -> dict[str, Any]:
    return best(question)

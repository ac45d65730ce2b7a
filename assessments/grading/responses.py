"""What people send, as it is kept: read from a form's values, checked against the question.

A response is a JSON object whose shape depends on the kind; in it everything stands in the
question's own order, so that the same answer is always the same object.

| kind                         | names of the form's fields    | kept                           |
|------------------------------|-------------------------------|--------------------------------|
| single, multiple, true-false | choice (several)              | {"chosen": [option, ...]}      |
| matching                     | pair-<left> = right           | {"pairs": {left: right}}       |
| ordering                     | place-<item> = 1, 2, ...      | {"order": [item, ...]}         |
| grouping                     | group-<item> = group          | {"groups": {item: group}}      |
| cloze                        | gap-<gap> = option or words   | {"gaps": {gap: value}}         |
| number, estimate             | number                        | {"number": "12.5"}             |
| short-text, open             | text                          | {"text": "..."}                |
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import singledispatch
from typing import Any

from assessments.grading.kinds import (
    ChosenGap,
    Cloze,
    Estimate,
    Folding,
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

Values = Mapping[str, Sequence[str]]  # of a form, as QueryDict.lists() gives them
Response = Mapping[str, Any]

LONGEST_WORDS = 200
MOST_DIGITS = 28  # as many as decimals keep exactly
MOST_VALUES = 100
NUMBER = re.compile(r"[+-]?(\d[\d  ']*)?([.,]\d+)?")


class BadResponse(Exception):
    """A response that this question cannot take; `reason` is a key of `forms.REASONS`.

    nothing, unknown, several, long, places (an order with a place left out or taken twice),
    number (no number was typed).
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@singledispatch
def read(question: Question, values: Values) -> dict[str, Any]:
    """What is kept of the values a form sent.

    Raises `BadResponse`; a matching, grouping or cloze may be filled in part, everything else
    needs its whole answer.
    """
    raise UnknownKind(type(question).__name__)


@read.register(SingleChoice)
@read.register(MultipleChoice)
@read.register(TrueFalse)
def _(question: SingleChoice | MultipleChoice | TrueFalse, values: Values) -> dict[str, Any]:
    given = values.get("choice", ())
    if len(given) > MOST_VALUES or any(len(value) > LONGEST_WORDS for value in given):
        raise BadResponse("long")
    chosen = frozenset(given)
    if not chosen:
        raise BadResponse("nothing")
    if not chosen <= frozenset(question.options):
        raise BadResponse("unknown")
    if len(chosen) > 1 and not isinstance(question, MultipleChoice):
        raise BadResponse("several")
    return {"chosen": [key for key in question.options if key in chosen]}


@read.register
def _(question: Matching, values: Values) -> dict[str, Any]:
    return {"pairs": _picked("pair", question.left, question.right, values)}


@read.register
def _(question: Grouping, values: Values) -> dict[str, Any]:
    return {"groups": _picked("group", question.items, question.groups, values)}


@read.register
def _(question: Ordering, values: Values) -> dict[str, Any]:
    places: dict[str, str] = {}
    for item in question.items:
        place = _one(values, f"place-{item}")
        if place:
            places[item] = place
    if not places:
        raise BadResponse("nothing")
    wanted = {str(number) for number in range(1, len(question.items) + 1)}
    if not set(places.values()) <= wanted:
        raise BadResponse("unknown")
    if set(places.values()) != wanted:
        raise BadResponse("places")
    return {"order": sorted(places, key=lambda item: int(places[item]))}


@read.register
def _(question: Cloze, values: Values) -> dict[str, Any]:
    given: dict[str, str] = {}
    for key, gap in question.gaps.items():
        value = " ".join(_one(values, f"gap-{key}").split())
        if not value:
            continue
        if isinstance(gap, ChosenGap) and value not in gap.options:
            raise BadResponse("unknown")
        given[key] = value
    if not given:
        raise BadResponse("nothing")
    return {"gaps": given}


@read.register(Number)
@read.register(Estimate)
def _(question: Number | Estimate, values: Values) -> dict[str, Any]:
    number = number_in(_one(values, "number"), question.units)
    return {"number": f"{number.normalize():f}"}


@read.register
def _(question: ShortText, values: Values) -> dict[str, Any]:
    text = " ".join(_one(values, "text").split())
    if not text:
        raise BadResponse("nothing")
    return {"text": text}


@read.register
def _(question: Open, values: Values) -> dict[str, Any]:
    text = _one(values, "text", question.longest).strip()
    if not text:
        raise BadResponse("nothing")
    return {"text": text}


def _one(values: Values, name: str, longest: int = LONGEST_WORDS) -> str:
    """The one value of a field, without control characters; line breaks stay, as one sign each."""
    given = values.get(name, ())
    if len(given) > 1:
        raise BadResponse("several")
    text = given[0].replace("\r\n", "\n") if given else ""
    if len(text) > longest:
        raise BadResponse("long")
    return "".join(sign for sign in text if sign in "\r\n\t" or sign.isprintable())


def _picked(
    name: str, places: Sequence[str], offered: Sequence[str], values: Values
) -> dict[str, str]:
    picked = {place: _one(values, f"{name}-{place}") for place in places}
    picked = {place: value for place, value in picked.items() if value}
    if not picked:
        raise BadResponse("nothing")
    if not set(picked.values()) <= set(offered):
        raise BadResponse("unknown")
    return picked


def number_in(text: str, units: Sequence[str] = ()) -> Decimal:
    """The number somebody typed, as Latvians and others write it: 1 200, 12,5 or 12.5.

    A unit may stand behind it. Raises `BadResponse`: "nothing" or "number".
    """
    typed = " ".join(text.replace("−", "-").split())
    if not typed:
        raise BadResponse("nothing")
    for unit in sorted(units, key=len, reverse=True):
        if typed.casefold().endswith(unit.casefold()):
            typed = typed[: -len(unit)].rstrip()
            break
    digits = re.sub(r"[  ']", "", typed)
    if not NUMBER.fullmatch(typed) or len(digits) > MOST_DIGITS:
        raise BadResponse("number")
    try:
        number = Decimal(digits.replace(",", "."))
    except InvalidOperation:
        raise BadResponse("number") from None
    return number or Decimal(0)  # never minus zero


def folded(text: str, folding: Folding) -> str:
    """Typed words as they are compared: what `folding` names does not matter."""
    text = unicodedata.normalize("NFC", text)
    if folding.case:
        text = text.casefold()
    if folding.diacritics:
        text = "".join(
            sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)
        )
    if folding.punctuation:
        # Hyphens and dashes part words; everything else that is no letter or digit goes.
        text = re.sub(r"[-‐-―/]", " ", text)
        text = "".join(sign for sign in text if sign.isalnum() or sign.isspace())
    return " ".join(text.split())

"""The kinds of question as they are marked: frozen values, read from a version's data.

`question_of` is the one way in. Keys are unique within a question and say nothing about what is
right; texts are not here, only what marking needs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

Data = Mapping[str, Any]


class UnknownKind(ValueError):
    """No such kind of question."""


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


@dataclass(frozen=True)
class Matching:
    """Each of `left` belongs to one of `right`; some of `right` may belong to none."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    pairs: Mapping[str, str]  # left to right


@dataclass(frozen=True)
class Ordering:
    """The items have one right order, that of `items`."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """Each item belongs to one group."""

    items: tuple[str, ...]
    groups: tuple[str, ...]
    belongs: Mapping[str, str]  # item to group


@dataclass(frozen=True)
class Folding:
    """What does not matter when typed words are compared. White space never does."""

    case: bool = True
    diacritics: bool = True
    punctuation: bool = True


@dataclass(frozen=True)
class ChosenGap:
    """A gap filled from a list."""

    options: tuple[str, ...]
    right: str


@dataclass(frozen=True)
class TypedGap:
    """A gap filled by typing; `accepted` holds the words of both languages."""

    accepted: tuple[str, ...]


@dataclass(frozen=True)
class Cloze:
    """A text with gaps, each marked by itself."""

    gaps: Mapping[str, ChosenGap | TypedGap]
    folding: Folding = Folding()


@dataclass(frozen=True)
class Number:
    """A number, right within `tolerance` above or below; `units` may be typed behind it."""

    value: Decimal
    tolerance: Decimal
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShortText:
    """A few words; `accepted` holds (words, share of the mark in 0..1), of both languages."""

    accepted: tuple[tuple[str, Decimal], ...]
    folding: Folding = Folding()


@dataclass(frozen=True)
class Estimate:
    """A figure to guess before one sees the real one; never scored."""

    value: Decimal
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Open:
    """An answer in one's own words, marked by a person: criterion to its highest points."""

    criteria: Mapping[str, int]
    longest: int = 5000  # characters


Question = (
    SingleChoice
    | MultipleChoice
    | TrueFalse
    | Matching
    | Ordering
    | Grouping
    | Cloze
    | Number
    | ShortText
    | Estimate
    | Open
)


def question_of(data: Data) -> Question:
    """The question in a version's data; raises `UnknownKind`, or `ValueError` if it is broken."""
    make = MAKERS.get(data["kind"])
    if make is None:
        raise UnknownKind(data["kind"])
    return make(data)


def _right_options(data: Data) -> tuple[tuple[str, ...], frozenset[str]]:
    keys = tuple(option["key"] for option in data["options"])
    right = frozenset(option["key"] for option in data["options"] if option["right"])
    if not right:
        raise ValueError("No option is right.")
    return keys, right


def _one_right(data: Data) -> tuple[tuple[str, ...], str]:
    keys, right = _right_options(data)
    if len(right) > 1:
        raise ValueError("Only one option can be right.")
    return keys, next(iter(right))


def _true_false(data: Data) -> TrueFalse:
    return TrueFalse(_one_right(data)[1])


def _matching(data: Data) -> Matching:
    body = data["body"]
    left, right = _keys(body["left"]), _keys(body["right"])
    pairs = dict(body["pairs"])
    if set(pairs) != set(left) or not set(pairs.values()) <= set(right):
        raise ValueError("Every item on the left belongs to one on the right.")
    return Matching(left, right, pairs)


def _ordering(data: Data) -> Ordering:
    order = tuple(data["body"]["order"])
    if set(order) != set(_keys(data["body"]["items"])) or len(order) < 2:
        raise ValueError("The order names every item once.")
    return Ordering(order)


def _grouping(data: Data) -> Grouping:
    body = data["body"]
    items, groups = _keys(body["items"]), _keys(body["groups"])
    belongs = dict(body["belongs"])
    if set(belongs) != set(items) or not set(belongs.values()) <= set(groups):
        raise ValueError("Every item belongs to one group.")
    return Grouping(items, groups, belongs)


def _cloze(data: Data) -> Cloze:
    body = data["body"]
    gaps: dict[str, ChosenGap | TypedGap] = {}
    for gap in body["gaps"]:
        if gap["mode"] == "choose":
            keys, right = _one_right(gap)
            gaps[gap["key"]] = ChosenGap(keys, right)
        else:
            gaps[gap["key"]] = TypedGap(_words(gap["accepted"]))
    if not gaps:
        raise ValueError("There is no gap.")
    return Cloze(gaps, _folding(body))


def _number(data: Data) -> Number:
    body = data["body"]
    tolerance = _decimal(body["tolerance"])
    if tolerance < 0:
        raise ValueError("A tolerance is not negative.")
    return Number(_decimal(body["value"]), tolerance, _units(body))


def _short_text(data: Data) -> ShortText:
    body = data["body"]
    accepted = tuple(
        (word, _decimal(given.get("share", "1")))
        for given in body["accepted"]
        for word in _words(given)
    )
    if not any(share == 1 for _word, share in accepted):
        raise ValueError("No answer earns the whole mark.")
    return ShortText(accepted, _folding(body))


def _estimate(data: Data) -> Estimate:
    return Estimate(_decimal(data["body"]["value"]), _units(data["body"]))


def _open(data: Data) -> Open:
    criteria = {
        criterion["key"]: max(int(level["points"]) for level in criterion["levels"])
        for criterion in data["body"]["criteria"]
    }
    if not criteria or not all(criteria.values()):
        raise ValueError("Every criterion can earn points.")
    return Open(criteria, int(data["body"].get("longest", Open.longest)))


MAKERS: dict[str, Callable[[Data], Question]] = {
    "single": lambda data: SingleChoice(*_one_right(data)),
    "multiple": lambda data: MultipleChoice(*_right_options(data)),
    "true-false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "grouping": _grouping,
    "cloze": _cloze,
    "number": _number,
    "short-text": _short_text,
    "estimate": _estimate,
    "open": _open,
}
KINDS = tuple(MAKERS)
# Marked by nobody, or by a person.
UNSCORED = frozenset({"estimate"})
BY_HAND = frozenset({"open"})


def shuffled_keys(data: Data) -> list[str]:
    """The keys of everything that is shown in an order of the attempt's own, in the author's order.

    A cloze's options are named `gap/option`. An attempt pins one order of all of them; a list of
    the question is shown in the order in which its keys stand there.
    """
    body = data.get("body") or {}
    match data["kind"]:
        case "single" | "multiple" | "true-false":
            return [option["key"] for option in data["options"]]
        case "matching":
            return [*_keys(body["left"]), *_keys(body["right"])]
        case "ordering" | "grouping":
            return list(_keys(body["items"]))
        case "cloze":
            return [
                f"{gap['key']}/{option['key']}"
                for gap in body["gaps"]
                if gap["mode"] == "choose"
                for option in gap["options"]
            ]
    return []


def must_shuffle(data: Data) -> bool:
    """Whether the author's own order would give the answer away."""
    return data["kind"] in {"matching", "ordering", "grouping"}


def _keys(rows: Any) -> tuple[str, ...]:
    return tuple(row["key"] for row in rows)


def _words(texts: Any) -> tuple[str, ...]:
    """The words accepted in either language, given as {lv: [...], en: [...]}."""
    return tuple(
        dict.fromkeys(word for language in ("lv", "en") for word in texts.get(language, []))
    )


def _units(body: Data) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unit for unit in (body.get("unit") or {}).values() if unit))


def _folding(body: Data) -> Folding:
    fold = body.get("fold")
    if fold is None:
        return Folding()
    return Folding("case" in fold, "diacritics" in fold, "punctuation" in fold)


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number.") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is no number.")
    return number

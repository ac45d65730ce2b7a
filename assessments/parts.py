"""What the kinds of question are made of, as authors write it; and what a version keeps of it.

A question is *written* the same way in the editor's fields and in a pack: texts in two languages,
lists in the author's order, each pair or item with what it belongs to. `PARTS` names what every
kind has. `body_of` turns it into the body of a version, where what is shown and what is right
stand apart and no order or key tells the one from the other.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from content.bilingual import LANGUAGES, both

Written = Mapping[str, Any]


@dataclass(frozen=True)
class Text:
    """A text in both languages: {lv, en}. What need not be there is there in both or in none."""

    required: bool = True
    longest: int = 1000


@dataclass(frozen=True)
class Words:
    """Words that people may type, in both languages: {lv: [...], en: [...]}."""

    required: bool = True
    most: int = 40
    longest: int = 100  # of one of them


@dataclass(frozen=True)
class Key:
    """What a row is called; unique in its list."""


@dataclass(frozen=True)
class Name:
    """A short English name of a misconception."""

    longest: int = 80


@dataclass(frozen=True)
class Flag:
    """Yes or no."""


@dataclass(frozen=True)
class Figure:
    """A decimal number."""

    required: bool = True
    low: Decimal | None = None
    high: Decimal | None = None
    default: Decimal | None = None


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    low: int
    high: int
    default: int | None = None


@dataclass(frozen=True)
class Some:
    """Some of these words, in this order."""

    of: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """A list of rows alike; or, where `by` names what tells them apart, of rows in several forms."""

    parts: Mapping[str, "Part"]
    least: int = 1
    most: int = 12
    by: str = ""
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what only a form has

    def of(self, form: str) -> Mapping[str, "Part"]:
        """The parts of a row in this form."""
        others = {name for names in self.forms.values() for name in names}
        others -= set(self.forms.get(form, ()))
        return {name: part for name, part in self.parts.items() if name not in others}


Part = Text | Words | Key | Name | Flag | Figure | Whole | Some | Rows

FOLDS = ("case", "diacritics", "punctuation")
LONGEST_ANSWER = 5000  # characters of an open answer, unless its author says otherwise
CLOSE = Decimal(10)  # percent that an estimate may be off and still be close

OPTION: dict[str, Part] = {
    "key": Key(),
    "right": Flag(),
    "text": Text(),
    "feedback": Text(),
    "misconception": Name(),
}
CHOICE: dict[str, Part] = {"options": Rows(OPTION, least=2)}
WRONG: dict[str, Part] = {"words": Words(), "feedback": Text(), "misconception": Name()}
ITEM: dict[str, Part] = {"text": Text(), "feedback": Text(required=False)}

PARTS: dict[str, dict[str, Part]] = {
    "single": CHOICE,
    "multiple": CHOICE,
    "true-false": {
        "options": Rows(OPTION | {"text": Text(required=False)}, least=2, most=2),
    },
    "matching": {
        "pairs": Rows(
            {
                "left": Text(),
                "right": Text(),
                "feedback": Text(),
                "right_feedback": Text(required=False),
                "misconception": Name(),
            },
            least=3,
        ),
        "extra": Rows(
            {"text": Text(), "feedback": Text(), "misconception": Name()}, least=0, most=6
        ),
    },
    "ordering": {"items": Rows(ITEM, least=3)},
    "grouping": {
        "groups": Rows(
            {
                "key": Key(),
                "text": Text(),
                "items": Rows(
                    ITEM
                    | {
                        "feedback": Text(),
                        "elsewhere": Text(required=False),
                        "misconception": Name(),
                    },
                    least=0,
                ),
            },
            least=2,
            most=8,
        )
    },
    "cloze": {
        "text": Text(longest=4000),
        "gaps": Rows(
            {
                "key": Key(),
                "options": Rows(OPTION, least=0, most=8),
                "accepted": Words(required=False),
                "hint": Text(required=False, longest=200),
                "feedback": Text(required=False),
                "wrong": Rows(WRONG, least=0),
            },
            by="mode",
            forms={"choose": ("options",), "type": ("accepted", "hint", "feedback", "wrong")},
        ),
        "exact": Some(FOLDS),
    },
    "number": {
        "value": Figure(),
        "tolerance": Figure(required=False, low=Decimal(0), default=Decimal(0)),
        "unit": Text(required=False, longest=40),
        "feedback": Text(),
        "other": Text(),
        "near": Rows(
            {
                "value": Figure(),
                "tolerance": Figure(required=False, low=Decimal(0), default=Decimal(0)),
                "feedback": Text(),
                "misconception": Name(),
            },
            least=0,
        ),
        "hint": Text(required=False),
    },
    "short-text": {
        "accepted": Rows(
            {
                "words": Words(),
                "share": Figure(
                    required=False, low=Decimal("0.05"), high=Decimal(1), default=Decimal(1)
                ),
                "feedback": Text(),
            }
        ),
        "wrong": Rows(WRONG, least=0),
        "other": Text(),
        "hint": Text(required=False),
        "exact": Some(FOLDS),
    },
    "estimate": {
        "value": Figure(),
        "unit": Text(longest=40),
        "year": Whole(1900, 2200),
        "said_by": Text(longest=300),
        "within": Figure(required=False, low=Decimal(0), high=Decimal(100), default=CLOSE),
        "feedback": Text(),
        "hint": Text(required=False),
    },
    "open": {
        "criteria": Rows(
            {
                "key": Key(),
                "name": Text(longest=200),
                "levels": Rows({"points": Whole(0, 100), "text": Text()}, least=2, most=8),
            },
            most=8,
        ),
        "longest": Whole(100, 20000, default=LONGEST_ANSWER),
        "example": Text(required=False, longest=4000),
        "hint": Text(required=False),
    },
}
KINDS = tuple(PARTS)
CHOICES = frozenset({"single", "multiple", "true-false"})


def blank(part: Part) -> Any:
    """What stands where nothing was written."""
    match part:
        case Text() | Words():
            return {}
        case Rows() | Some():
            return []
        case Key() | Name():
            return ""
        case Flag():
            return False
        case Figure() | Whole():
            return part.default


def said(texts: Mapping[str, str] | None) -> dict[str, str]:
    """A text of a version: always in both languages."""
    texts = texts or {}
    return both(texts.get("lv") or "", texts.get("en") or "")


def listed(words: Mapping[str, Sequence[str]] | None) -> dict[str, list[str]]:
    return {language: list((words or {}).get(language) or []) for language in LANGUAGES}


def figure(value: Any) -> str:
    """A number as a version and a pack's hash have it: 0.5, 300; "" for none."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return ""
    return f"{number.normalize():f}" if number.is_finite() else ""


# What a version keeps ---------------------------------------------------------------------


def body_of(kind: str, written: Written, uuid: UUID) -> dict[str, Any]:
    """The body of a version. Of an unfinished question it may lack anything, but never fails."""
    return BODIES[kind](written, uuid)


def item_key(uuid: UUID, side: str, text: str) -> str:
    """A key that follows from what an item says in English, and from nothing else.

    So it stays when only the right answer changes, and neither it nor an order of keys tells
    anything of what belongs together.
    """
    return hashlib.sha256(f"{uuid}/{side}/{text}".encode()).hexdigest()[:12]


def _items(rows: Sequence[Written], uuid: UUID, side: str = "item") -> list[dict[str, Any]]:
    """Items in the author's order; one that says nothing yet is told apart by its number."""
    found = []
    for number, row in enumerate(rows, start=1):
        text = said(row["text"])
        words = " ".join((text["en"] or text["lv"]).split()) or f"#{number}"
        key = item_key(uuid, side, words)
        found.append({"key": key, "text": text, "feedback": said(row["feedback"])})
    return found


def _by_key(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows in the order of their keys; a second of the same key adds what the first lacks."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        first = found.setdefault(row["key"], dict(row))
        for name, value in row.items():
            if not (any(first[name].values()) if isinstance(first[name], dict) else first[name]):
                first[name] = value
    return [found[key] for key in sorted(found)]


def _matching(written: Written, uuid: UUID) -> dict[str, Any]:
    pairs = written["pairs"]
    offered = [
        *(
            {"text": row["right"], "feedback": row["right_feedback"]} | _belief(row)
            for row in pairs
        ),
        *(
            {"text": row["text"], "feedback": row["feedback"]} | _belief(row)
            for row in written["extra"]
        ),
    ]
    left = _items(
        [{"text": row["left"], "feedback": row["feedback"]} for row in pairs], uuid, "left"
    )
    right = [
        item | _belief(row)
        for item, row in zip(_items(offered, uuid, "right"), offered, strict=True)
    ]
    return {
        "left": _by_key(left),
        "right": _by_key(right),
        "pairs": {one["key"]: other["key"] for one, other in zip(left, right, strict=False)},
    }


def _belief(row: Written) -> dict[str, Any]:
    return {"misconception": row["misconception"]}


def _ordering(written: Written, uuid: UUID) -> dict[str, Any]:
    items = _items(written["items"], uuid)
    return {
        "items": _by_key(items),
        "order": list(dict.fromkeys(item["key"] for item in items)),
    }


def _grouping(written: Written, uuid: UUID) -> dict[str, Any]:
    groups = written["groups"]
    rows = [(group["key"], row) for group in groups for row in group["items"]]
    items = [
        item | _elsewhere(row)
        for item, (_group, row) in zip(
            _items([row for _group, row in rows], uuid), rows, strict=True
        )
    ]
    return {
        "groups": [{"key": group["key"], "text": said(group["text"])} for group in groups],
        "items": _by_key(items),
        "belongs": {item["key"]: group for item, (group, _row) in zip(items, rows, strict=True)},
    }


def _elsewhere(row: Written) -> dict[str, Any]:
    """What is told to who puts an item into another group, and what she believes.

    A version has them where they were written.
    """
    words = said(row["elsewhere"])
    found: dict[str, Any] = {"elsewhere": words} if any(words.values()) else {}
    return found | (_belief(row) if row["misconception"] else {})


def option_of(row: Written) -> dict[str, Any]:
    """An option of a choice or of a gap, as a version has it."""
    return {
        "key": row["key"],
        "right": bool(row["right"]),
        "text": said(row["text"]),
        "feedback": said(row["feedback"]),
        "misconception": row["misconception"],
    }


def _gap(row: Written) -> dict[str, Any]:
    if row["mode"] == "choose":
        options = [option_of(option) for option in row["options"]]
        return {"key": row["key"], "mode": "choose", "options": options}
    return {
        "key": row["key"],
        "mode": "type",
        "accepted": listed(row["accepted"]),
        "hint": said(row["hint"]),
        "feedback": said(row["feedback"]),
        "wrong": _wrong(row["wrong"]),
    }


def _wrong(rows: Sequence[Written]) -> list[dict[str, Any]]:
    return [
        listed(row["words"]) | {"feedback": said(row["feedback"])} | _belief(row) for row in rows
    ]


def _fold(written: Written) -> list[str]:
    return [fold for fold in FOLDS if fold not in written["exact"]]


def _cloze(written: Written, uuid: UUID) -> dict[str, Any]:
    return {
        "text": said(written["text"]),
        "gaps": [_gap(row) for row in written["gaps"]],
        "fold": _fold(written),
    }


def _number(written: Written, uuid: UUID) -> dict[str, Any]:
    return {
        "value": figure(written["value"]),
        "tolerance": figure(written["tolerance"] or 0),
        "unit": said(written["unit"]),
        "feedback": said(written["feedback"]),
        "other": said(written["other"]),
        "near": [
            {
                "value": figure(row["value"]),
                "tolerance": figure(row["tolerance"] or 0),
                "feedback": said(row["feedback"]),
                "misconception": row["misconception"],
            }
            for row in written["near"]
        ],
        "hint": said(written["hint"]),
    }


def _short_text(written: Written, uuid: UUID) -> dict[str, Any]:
    return {
        "accepted": [
            listed(row["words"])
            | {"share": figure(row["share"]) or "1", "feedback": said(row["feedback"])}
            for row in written["accepted"]
        ],
        "wrong": _wrong(written["wrong"]),
        "other": said(written["other"]),
        "hint": said(written["hint"]),
        "fold": _fold(written),
    }


def _estimate(written: Written, uuid: UUID) -> dict[str, Any]:
    return {
        "value": figure(written["value"]),
        "unit": said(written["unit"]),
        "year": written["year"],
        "said_by": said(written["said_by"]),
        "near": figure(CLOSE if written["within"] is None else written["within"]),
        "feedback": said(written["feedback"]),
        "hint": said(written["hint"]),
    }


def _open(written: Written, uuid: UUID) -> dict[str, Any]:
    return {
        "criteria": [
            {
                "key": row["key"],
                "name": said(row["name"]),
                "levels": [
                    {"points": level["points"], "text": said(level["text"])}
                    for level in row["levels"]
                ],
            }
            for row in written["criteria"]
        ],
        "longest": written["longest"] or LONGEST_ANSWER,
        "example": said(written["example"]),
        "hint": said(written["hint"]),
    }


BODIES: dict[str, Callable[[Written, UUID], dict[str, Any]]] = {
    "matching": _matching,
    "ordering": _ordering,
    "grouping": _grouping,
    "cloze": _cloze,
    "number": _number,
    "short-text": _short_text,
    "estimate": _estimate,
    "open": _open,
}


# From a version back to what is written -----------------------------------------------------


def written_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """What an author would have written to get this version: the inverse of `body_of`.

    For questions that come from elsewhere; keys that follow from words are not kept. A body that
    lacks parts gives a draft that lacks them.
    """
    kind = data["kind"]
    source = dict(data.get("body") or {}) | {"options": data.get("options") or []}
    source |= UNDO[kind](source) if kind in UNDO else {}
    texts = {name: said(data.get(name)) for name in ("stem", "explanation")}
    return texts | {name: _back(part, source.get(name)) for name, part in PARTS[kind].items()}


def _back(part: Part, value: Any) -> Any:
    match part:
        case Text():
            return said(value)
        case Words():
            return listed(value)
        case Rows():
            return [
                {name: _back(inner, row.get(name)) for name, inner in part.parts.items()}
                | ({part.by: row[part.by]} if part.by else {})
                for row in value or []
            ]
        case Figure():
            return Decimal(figure(value)) if figure(value) else part.default
    return blank(part) if value is None else value


def _keyed(rows: Any) -> dict[str, Any]:
    return {row["key"]: row for row in rows or []}


def _unmatch(body: Written) -> Written:
    left, right = _keyed(body.get("left")), _keyed(body.get("right"))
    pairs = body.get("pairs") or {}
    return {
        "pairs": [
            {"left": row["text"], "feedback": row.get("feedback")}
            | {
                "right": right[pairs[key]]["text"],
                "right_feedback": right[pairs[key]].get("feedback"),
                "misconception": right[pairs[key]].get("misconception"),
            }
            for key, row in left.items()
            if pairs.get(key) in right
        ],
        "extra": [row for key, row in right.items() if key not in pairs.values()],
    }


def _unorder(body: Written) -> Written:
    items = _keyed(body.get("items"))
    return {"items": [items[key] for key in body.get("order") or [] if key in items]}


def _ungroup(body: Written) -> Written:
    belongs = body.get("belongs") or {}
    return {
        "groups": [
            group
            | {
                "items": [
                    row
                    for row in body.get("items") or []
                    if belongs.get(row["key"]) == group["key"]
                ]
            }
            for group in body.get("groups") or []
        ]
    }


def _worded(body: Written) -> Written:
    """Words of a version stand in the row itself; `exact` is what does not fold."""
    fold = body.get("fold")
    return {
        "exact": [] if fold is None else [name for name in FOLDS if name not in fold],
        **{
            name: [row | {"words": row} for row in body.get(name) or []]
            for name in ("accepted", "wrong")
        },
        "gaps": [
            gap | {"wrong": [row | {"words": row} for row in gap.get("wrong") or []]}
            for gap in body.get("gaps") or []
        ],
    }


UNDO: dict[str, Callable[[Written], Written]] = {
    "matching": _unmatch,
    "ordering": _unorder,
    "grouping": _ungroup,
    "cloze": _worded,
    "short-text": _worded,
    "estimate": lambda body: {"within": body.get("near")},
}

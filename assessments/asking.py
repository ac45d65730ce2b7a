"""How a question of each kind is asked: its texts and keys, and what was answered so far.

Nothing here looks at what is right; `telling` does, once it is due. The names of the fields are
those `grading.read` knows, with the prefix of the slot before them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assessments.grading.responses import LONGEST_WORDS
from content.bilingual import current, say

Data = Mapping[str, Any]
Values = Mapping[str, Sequence[str]]  # of a form

# As radio buttons side by side up to here, as a list to choose from above.
MOST_RADIOS = 4
SIGNS = re.compile(r"^[^\s\w(\[„“«–—-]*")
WORDS_BEFORE, WORDS_AFTER = 6, 3  # of the text around a gap


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen: without a word on whether it is right."""

    key: str
    text: str
    chosen: bool = False


@dataclass(frozen=True)
class Row:
    """A part of a question with its own field: an item to match, place or group."""

    key: str
    name: str  # of the field, also its id
    text: str
    choices: Sequence[Choice]
    amiss: bool = False  # what was sent for it cannot be taken


@dataclass(frozen=True)
class Choices:
    """Options of which one or several are chosen."""

    name: str
    several: bool
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Rows:
    """Items that are each given a partner, a place or a group."""

    rows: Sequence[Row]
    radios: bool = False


@dataclass(frozen=True)
class Gap:
    """A gap in a running text; typed into when there is nothing to choose from."""

    name: str
    number: int
    label: str
    around: str  # some words before and after it, so that it can be told from others by ear
    choices: Sequence[Choice] = ()
    value: str = ""
    hint: str = ""
    after: str = ""  # signs right behind it, kept on its line


@dataclass(frozen=True)
class Running:
    """A text with gaps, as paragraphs of texts and gaps."""

    paragraphs: Sequence[Sequence[str | Gap]]
    count: int


@dataclass(frozen=True)
class Typed:
    """A field to type into: a number, some words, or a text."""

    name: str
    value: str
    unit: str = ""
    hint: str = ""
    longest: int = LONGEST_WORDS
    looked_at: Sequence[str] = ()  # names of the criteria of an open answer


Asked = Choices | Rows | Running | Typed


def asked(
    data: Data, order: Sequence[str], values: Values, *, prefix: str = "", amiss: bool = False
) -> Asked:
    """The question in the reader's language and in the order that its attempt has pinned.

    `values` are those of a form: of the kept response (`values_of`), or as they were just sent;
    `amiss` where those cannot be taken.
    """
    return KINDS[data["kind"]](_Asking(data, order, values, prefix, amiss))


def values_of(response: Mapping[str, Any] | None) -> Values:
    """The form that would be sent to give this response: the inverse of `grading.read`."""
    match response:
        case {"chosen": chosen}:
            return {"choice": list(chosen)}
        case {"pairs": pairs}:
            return {f"pair-{left}": [right] for left, right in pairs.items()}
        case {"order": order}:
            return {f"place-{item}": [str(place)] for place, item in enumerate(order, start=1)}
        case {"groups": groups}:
            return {f"group-{item}": [group] for item, group in groups.items()}
        case {"gaps": gaps}:
            return {f"gap-{gap}": [value] for gap, value in gaps.items()}
        case {"number": number}:
            return {"number": [number_format(number)]}
        case {"text": text}:
            return {"text": [text]}
    return {}


def arranged(
    rows: Sequence[Mapping[str, Any]], order: Sequence[str], under: str = ""
) -> list[Mapping[str, Any]]:
    """Rows of a question in the order that an attempt has pinned; keys may stand `under/` one."""
    places = {key: place for place, key in enumerate(order)}
    return sorted(rows, key=lambda row: places.get(f"{under}{row['key']}", len(places)))


def option_text(option: Mapping[str, Any], language: str | None = None) -> str:
    """What an option says; true and false need no text of their own."""
    text = say(option["text"], language)
    if text:
        return text
    return {"true": _("True"), "false": _("False")}.get(str(option["key"]), str(option["key"]))


def paragraphs_of(text: str, keys: Sequence[str]) -> Iterator[list[tuple[str, str]]]:
    """The paragraphs of a cloze, as ("text", words) and ("gap", key); gaps are [[key]] in it."""
    mark = re.compile(rf"\[\[({'|'.join(map(re.escape, keys))})\]\]")
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        parts = enumerate(mark.split(paragraph))
        yield [("gap" if place % 2 else "text", part) for place, part in parts if part]


@dataclass(frozen=True)
class _Asking:
    data: Data
    order: Sequence[str]
    values: Values
    prefix: str
    amiss: bool

    @property
    def body(self) -> Data:
        return self.data.get("body") or {}

    def name(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def value(self, name: str) -> str:
        """The one value of a field, whatever was sent."""
        return next(iter(self.values.get(name, ())), "")


def _choices(asking: _Asking) -> Choices:
    chosen = set(asking.values.get("choice", ()))
    language = current()
    return Choices(
        asking.name("choice"),
        asking.data["kind"] == "multiple",
        [
            Choice(option["key"], option_text(option, language), option["key"] in chosen)
            for option in arranged(asking.data["options"], asking.order)
        ],
    )


def _matching(asking: _Asking) -> Rows:
    right = arranged(asking.body["right"], asking.order)
    return Rows(
        [_row(asking, "pair", left, right) for left in arranged(asking.body["left"], asking.order)]
    )


def _grouping(asking: _Asking) -> Rows:
    groups = asking.body["groups"]
    rows = [
        _row(asking, "group", item, groups) for item in arranged(asking.body["items"], asking.order)
    ]
    return Rows(rows, radios=len(groups) <= MOST_RADIOS)


def _row(asking: _Asking, kind: str, item: Data, offered: Sequence[Mapping[str, Any]]) -> Row:
    name = f"{kind}-{item['key']}"
    value = asking.value(name)
    return Row(
        item["key"],
        asking.name(name),
        say(item["text"]),
        [Choice(each["key"], say(each["text"]), each["key"] == value) for each in offered],
        asking.amiss and bool(value) and value not in {each["key"] for each in offered},
    )


def _ordering(asking: _Asking) -> Rows:
    items = arranged(asking.body["items"], asking.order)
    places = [str(place) for place in range(1, len(items) + 1)]
    sent = {item["key"]: asking.value(f"place-{item['key']}") for item in items}
    taken = list(sent.values())
    # Items stand where they were placed; those without a place of their own stay behind them.
    items.sort(key=lambda item: _place(sent[item["key"]], places))
    return Rows(
        [
            Row(
                item["key"],
                asking.name(f"place-{item['key']}"),
                say(item["text"]),
                [Choice(place, place, place == sent[item["key"]]) for place in places],
                asking.amiss
                and (
                    _place(sent[item["key"]], places) == len(items)
                    or taken.count(sent[item["key"]]) > 1
                ),
            )
            for item in items
        ]
    )


def _place(sent: str, places: Sequence[str]) -> int:
    return places.index(sent) if sent in places else len(places)


def _running(asking: _Asking) -> Running:
    gaps = {gap["key"]: gap for gap in asking.body["gaps"]}
    paragraphs = list(paragraphs_of(say(asking.body["text"]), list(gaps)))
    number = 0
    shown: list[list[str | Gap]] = []
    for parts in paragraphs:
        shown.append([])
        for place, (kind, part) in enumerate(parts):
            if kind == "text":
                signs = ""
                if shown[-1] and isinstance(last := shown[-1][-1], Gap):
                    signs = "".join(SIGNS.findall(part)[:1])
                    shown[-1][-1] = replace(last, after=signs)
                shown[-1].append(part[len(signs) :])
                continue
            number += 1
            label = _("Gap %(number)s of %(count)s") % {"number": number, "count": len(gaps)}
            shown[-1].append(_gap(asking, gaps[part], number, label, _around(parts, place)))
    return Running(shown, len(gaps))


def _around(parts: Sequence[tuple[str, str]], place: int) -> str:
    before = "".join(part if kind == "text" else " … " for kind, part in parts[:place]).split()
    after = "".join(part if kind == "text" else " … " for kind, part in parts[place + 1 :]).split()
    return " ".join([*before[-WORDS_BEFORE:], "…", *after[:WORDS_AFTER]])


def _gap(asking: _Asking, gap: Data, number: int, label: str, around: str) -> Gap:
    name = f"gap-{gap['key']}"
    value = asking.value(name)
    if gap["mode"] == "choose":
        offered = arranged(gap["options"], asking.order, f"{gap['key']}/")
        choices = [
            Choice(option["key"], say(option["text"]), option["key"] == value) for option in offered
        ]
        return Gap(asking.name(name), number, label, around, choices)
    return Gap(asking.name(name), number, label, around, (), value, say(gap.get("hint")))


def _number(asking: _Asking) -> Typed:
    return Typed(
        asking.name("number"),
        asking.value("number"),
        unit=say(asking.body.get("unit")),
        hint=say(asking.body.get("hint")),
    )


def _words(asking: _Asking) -> Typed:
    return Typed(asking.name("text"), asking.value("text"), hint=say(asking.body.get("hint")))


def _open(asking: _Asking) -> Typed:
    body = asking.body
    return Typed(
        asking.name("text"),
        asking.value("text"),
        hint=say(body.get("hint")),
        longest=int(body.get("longest") or 5000),
        looked_at=[say(criterion["name"]) for criterion in body["criteria"]],
    )


KINDS: dict[str, Callable[[_Asking], Asked]] = {
    "single": _choices,
    "multiple": _choices,
    "true-false": _choices,
    "matching": _matching,
    "ordering": _ordering,
    "grouping": _grouping,
    "cloze": _running,
    "number": _number,
    "short-text": _words,
    "estimate": _number,
    "open": _open,
}

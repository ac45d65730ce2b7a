"""What is wrong with a question: the same rules for packs and for the editor.

A question is looked at as its author writes it (see `parts`). A problem is a place in that, such
as ("pairs", 2, "left", "en"), rows counted from 0, and a reason in words.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.grading import Folding, folded
from assessments.parts import (
    CHOICES,
    FOLDS,
    KINDS,
    PARTS,
    Figure,
    Key,
    Name,
    Part,
    Rows,
    Some,
    Text,
    Whole,
    Words,
    Written,
    figure,
)
from content.bilingual import LANGUAGES

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MARK = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
MOST_DIGITS = 12

Where = tuple[str | int, ...]
Found = tuple[Where, str]
COMMON: dict[str, Part] = {"stem": Text(longest=2000), "explanation": Text(longest=4000)}


def question_problems(kind: str, written: Written) -> Iterator[Found]:
    """Every problem of a question: first what is missing, then what does not fit."""
    if kind not in KINDS:
        yield ("kind",), _("%(kind)s is no kind of question.") % {"kind": kind}
        yield from part_problems(COMMON, written)
        return
    yield from part_problems(COMMON | PARTS[kind], written)
    yield from sense_problems(kind, written)


def named(where: Where, written: Written) -> str:
    """A place in words, rows by their key or number: "options.b.feedback.en", "pairs.3.left.en"."""
    names: list[str] = []
    value: Any = written
    for step in where:
        if isinstance(step, int):
            row = value[step] if isinstance(value, list) and step < len(value) else {}
            key = row.get("key") if isinstance(row, Mapping) else None
            names.append(key if isinstance(key, str) and key else str(step + 1))
            value = row
        else:
            names.append(step)
            value = value.get(step) if isinstance(value, Mapping) else None
    return ".".join(names)


# What is missing ------------------------------------------------------------------------


def part_problems(
    parts: Mapping[str, Part], written: Written, where: Where = ()
) -> Iterator[Found]:
    """What is missing, too long or out of bounds, part by part."""
    for name, part in parts.items():
        yield from _part_problems(part, written.get(name), (*where, name))


def _part_problems(part: Part, value: Any, where: Where) -> Iterator[Found]:
    match part:
        case Text():
            yield from _text_problems(part, value or {}, where)
        case Words():
            yield from _words_problems(part, value or {}, where)
        case Key():
            if not KEY.fullmatch(str(value)):
                yield where, _("A key is made of small letters a to z, digits and hyphens.")
        case Name():
            if len(value or "") > part.longest:
                yield where, _too_long(part.longest)
        case Figure():
            yield from _figure_problems(part, value, where)
        case Whole():
            if value is None and part.default is None:
                yield where, _("The number is missing.")
            elif value is not None and not part.low <= value <= part.high:
                yield where, _between(part.low, part.high)
        case Some():
            if not set(value or ()) <= set(part.of):
                yield (
                    where,
                    _("Only these are possible: %(words)s.") % {"words": ", ".join(part.of)},
                )
        case Rows():
            yield from count_problems(part, value or [], where)
            for number, row in enumerate(value or []):
                yield from part_problems(part.parts, row, (*where, number))


def _text_problems(part: Text, texts: Mapping[str, Any], where: Where) -> Iterator[Found]:
    given = {language: str(texts.get(language) or "").strip() for language in LANGUAGES}
    for language, text in given.items():
        if not text and (part.required or any(given.values())):
            yield (*where, language), _("The text is missing in this language.")
        elif len(text) > part.longest:
            yield (*where, language), _too_long(part.longest)


def _words_problems(part: Words, words: Mapping[str, Any], where: Where) -> Iterator[Found]:
    given = {language: list(words.get(language) or []) for language in LANGUAGES}
    for language, some in given.items():
        if not some and (part.required or any(given.values())):
            yield (*where, language), _("No word is given in this language.")
        if len(some) > part.most:
            yield (
                (*where, language),
                ngettext(
                    "At most %(most)d is possible.", "At most %(most)d are possible.", part.most
                )
                % {"most": part.most},
            )
        if any(len(word) > part.longest for word in some):
            yield (*where, language), _too_long(part.longest)


def _figure_problems(part: Figure, value: Any, where: Where) -> Iterator[Found]:
    if value is None:
        if part.required:
            yield where, _("The number is missing.")
    elif len(figure(value).replace(".", "").strip("-")) > MOST_DIGITS or not figure(value):
        yield where, _("A number has at most %(most)d digits.") % {"most": MOST_DIGITS}
    elif part.low is not None and value < part.low and part.high is None:
        yield where, _("The number is not below %(low)s.") % {"low": figure(part.low)}
    elif part.low is not None and part.high is not None and not part.low <= value <= part.high:
        yield where, _between(part.low, part.high)


def count_problems(part: Rows, rows: Sequence[Any], where: Where) -> Iterator[Found]:
    """Too few or too many rows, in words for those that a question stands or falls with."""
    if len(rows) < part.least:
        yield (
            where,
            ngettext(
                "At least %(least)d is needed here.",
                "At least %(least)d are needed here.",
                part.least,
            )
            % {"least": part.least},
        )
    elif len(rows) > part.most:
        yield (
            where,
            ngettext("At most %(most)d is possible.", "At most %(most)d are possible.", part.most)
            % {"most": part.most},
        )


def _too_long(longest: int) -> str:
    return ngettext(
        "It is longer than %(longest)d character.",
        "It is longer than %(longest)d characters.",
        longest,
    ) % {"longest": longest}


def _between(low: Any, high: Any) -> str:
    return _("The number is from %(low)s to %(high)s.") % {"low": figure(low), "high": figure(high)}


# What does not fit ----------------------------------------------------------------------


def sense_problems(kind: str, written: Written) -> Iterator[Found]:
    """What is wrong with a question as a whole: keys that stand twice, nothing that is right, …"""
    for where, rows in _lists(PARTS[kind], written):
        yield from _keys_twice(rows, where)
    if kind in CHOICES:
        yield from _choices(kind, written)
    else:
        yield from SENSE[kind](written)


def _lists(
    parts: Mapping[str, Part], written: Written, where: Where = ()
) -> Iterator[tuple[Where, list[Written]]]:
    """Every list of rows that have keys."""
    for name, part in parts.items():
        if not isinstance(part, Rows):
            continue
        rows = written.get(name) or []
        if "key" in part.parts:
            yield (*where, name), rows
        for number, row in enumerate(rows):
            yield from _lists(part.parts, row, (*where, name, number))


def _keys_twice(rows: Sequence[Written], where: Where) -> Iterator[Found]:
    keys = [row["key"] for row in rows]
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        yield where, _("Two of them have the key %(key)s.") % {"key": key}


def _choices(kind: str, written: Written) -> Iterator[Found]:
    options = written["options"]
    if kind == "true-false" and sorted(option["key"] for option in options) != ["false", "true"]:
        yield ("options",), _("A true-or-false question has two options: true and false.")
    yield from _right(options, ("options",), several=kind == "multiple")
    if kind != "true-false":
        yield from _same(options, "text", ("options",))


def _right(options: Sequence[Written], where: Where, *, several: bool = False) -> Iterator[Found]:
    right = sum(bool(option["right"]) for option in options)
    if right == 0:
        yield where, _("No option is right.")
    elif right > 1 and not several:
        yield where, _("Only one option can be right here.")


def _same(rows: Sequence[Written], name: str, where: Where) -> Iterator[Found]:
    """Rows that say the same in one of the languages: nobody could tell them apart."""
    for language in LANGUAGES:
        seen: set[str] = set()
        for number, row in enumerate(rows):
            text = _plain(row, name, language)
            if text and text in seen:
                yield (*where, number, name, language), _("Another one says the same.")
            seen.add(text)


def _plain(row: Written, name: str, language: str) -> str:
    return " ".join(str((row.get(name) or {}).get(language) or "").casefold().split())


def _matching(written: Written) -> Iterator[Found]:
    pairs, extra = written["pairs"], written["extra"]
    yield from _same(pairs, "left", ("pairs",))
    # Several items may belong to one right side; then it is said in the same words each time.
    said = {tuple(_plain(pair, "right", language) for language in LANGUAGES) for pair in pairs}
    for place, language in enumerate(LANGUAGES):
        words = [each[place] for each in said if all(each)]
        for number, pair in enumerate(pairs):
            if words.count(_plain(pair, "right", language)) > 1:
                yield (
                    ("pairs", number, "right", language),
                    _(
                        "Another pair says the same in this language, and something else in the other."
                    ),
                )
        for number, row in enumerate(extra):
            text = _plain(row, "text", language)
            if text and text in {each[place] for each in said}:
                yield ("extra", number, "text", language), _("A pair has this right side.")
    yield from _same(extra, "text", ("extra",))
    if len(said) + len(extra) < 2:
        yield ("pairs",), _("There are at least two different right sides.")


def _ordering(written: Written) -> Iterator[Found]:
    yield from _same(written["items"], "text", ("items",))


def _grouping(written: Written) -> Iterator[Found]:
    groups = written["groups"]
    yield from _same(groups, "text", ("groups",))
    places = [
        (number, at) for number, group in enumerate(groups) for at in range(len(group["items"]))
    ]
    items = [item for group in groups for item in group["items"]]
    for where, reason in _same(items, "text", ()):
        number, at = places[int(where[0])]
        yield ("groups", number, "items", at, *where[1:]), reason
    if not 4 <= len(items) <= 24:
        yield ("groups",), _("There are 4 to 24 items to sort in all.")


def _cloze(written: Written) -> Iterator[Found]:
    gaps = written["gaps"]
    keys = [gap["key"] for gap in gaps]
    for language in LANGUAGES:
        text = (written["text"] or {}).get(language) or ""
        marks = MARK.findall(text)
        if not text:
            continue
        for key in keys:
            if marks.count(key) != 1:
                yield (
                    ("text", language),
                    _("The gap %(gap)s stands once in the text, as %(mark)s.")
                    % {"gap": key, "mark": f"[[{key}]]"},
                )
        for mark in sorted(set(marks) - set(keys)):
            yield ("text", language), _("There is no gap %(gap)s.") % {"gap": mark or "[[]]"}
    for number, gap in enumerate(gaps):
        where = ("gaps", number)
        if gap["mode"] == "choose":
            if len(gap["options"]) < 2:
                yield (*where, "options"), _("A gap has at least two options.")
            yield from _right(gap["options"], (*where, "options"))
            yield from _same(gap["options"], "text", (*where, "options"))
        else:
            yield from _words_problems(Words(), gap["accepted"] or {}, (*where, "accepted"))
            yield from _text_problems(Text(), gap["feedback"] or {}, (*where, "feedback"))
            places = [((*where, "accepted"), gap["accepted"])] + [
                ((*where, "wrong", at, "words"), row["words"])
                for at, row in enumerate(gap["wrong"])
            ]
            yield from _words_twice(places, written)


def _number(written: Written) -> Iterator[Found]:
    value, tolerance = written["value"], written["tolerance"] or Decimal(0)
    if value is None:
        return
    for number, row in enumerate(written["near"]):
        if row["value"] is not None and abs(row["value"] - value) <= tolerance:
            yield ("near", number, "value"), _("This is right already, within the tolerance.")


def _short_text(written: Written) -> Iterator[Found]:
    accepted = written["accepted"]
    if accepted and not any((row["share"] or Decimal(1)) == 1 for row in accepted):
        yield ("accepted",), _("No answer earns the whole mark.")
    places = [
        ((name, number, "words"), row["words"])
        for name in ("accepted", "wrong")
        for number, row in enumerate(written[name])
    ]
    yield from _words_twice(places, written)


def _words_twice(places: Iterable[tuple[Where, Any]], written: Written) -> Iterator[Found]:
    """Words of which nothing is left, or that were given another meaning before."""
    seen: set[str] = set()
    for where, words in places:
        yield from _empty_words(words, written, where)
        here: set[str] = set()
        for language in LANGUAGES:
            for word in (words or {}).get(language) or ():
                typed = folded(word, _folding(written))
                if typed and typed in seen:
                    yield (
                        (*where, language),
                        _("“%(word)s” stands among other answers already.") % {"word": word},
                    )
                here.add(typed)
        seen |= here


def _empty_words(words: Any, written: Written, where: Where) -> Iterator[Found]:
    """Words of which nothing is left once case, diacritics and punctuation are folded."""
    for language in LANGUAGES:
        for word in (words or {}).get(language) or ():
            if not folded(word, _folding(written)):
                yield (
                    (*where, language),
                    _("Of “%(word)s” nothing is left without punctuation.") % {"word": word},
                )


def _folding(written: Written) -> Folding:
    exact = written["exact"] or ()
    return Folding(*(fold not in exact for fold in FOLDS))


def _estimate(written: Written) -> Iterator[Found]:
    if written["value"] == 0 and written["within"] != 0:
        yield ("within",), _("Of nothing there is no percent: write 0.")


def _open(written: Written) -> Iterator[Found]:
    for number, row in enumerate(written["criteria"]):
        points = [level["points"] for level in row["levels"]]
        where = ("criteria", number, "levels")
        if len(set(points)) < len(points):
            yield where, _("Two levels earn the same points.")
        if points and not any(points):
            yield where, _("The best level earns at least one point.")


SENSE: dict[str, Callable[[Written], Iterator[Found]]] = {
    "matching": _matching,
    "ordering": _ordering,
    "grouping": _grouping,
    "cloze": _cloze,
    "number": _number,
    "short-text": _short_text,
    "estimate": _estimate,
    "open": _open,
}

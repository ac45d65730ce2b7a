"""Tables (CSV) for spreadsheets: every kind of question, both ways.

One row for a question and one for each of its parts below it. A cell that a spreadsheet would
take for a formula is written with an apostrophe in front, and read without it.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments import grading
from assessments.formats import common
from assessments.formats.common import BadFile, Found, Read, Written, blank

Data = Mapping[str, Any]

COLUMNS = (
    "key", "part", "name", "right", "lv", "en", "feedback_lv", "feedback_en", "belief",
    "value", "tolerance", "more",
)  # fmt: skip
GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")  # or a spreadsheet takes it for a formula
MOST_ROWS = 20_000


def is_table(start: str) -> bool:
    """Whether a file begins as one of ours, whatever signs part its columns."""
    line = start.split("\n", 1)[0].strip().lower()
    return any(
        [cell.strip().strip('"') for cell in line.split(sign)][:3] == ["key", "part", "name"]
        for sign in ",;\t"
    )


# Reading --------------------------------------------------------------------------------


class _Row:
    """A row by its columns, and where it stands."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number, self.cells = number, cells

    def __getitem__(self, name: str) -> str:
        text = self.cells.get(name) or ""
        return text[1:] if text.startswith("'") and text[1:].startswith(GUARDED) else text

    @property
    def place(self) -> str:
        return _("row %(number)d") % {"number": self.number}

    @property
    def said(self) -> dict[str, str]:
        return common.texts(self["lv"].strip(), self["en"].strip())

    @property
    def feedback(self) -> dict[str, str]:
        return common.texts(self["feedback_lv"].strip(), self["feedback_en"].strip())

    @property
    def right(self) -> bool:
        return self["right"].strip().lower() in {"1", "x", "yes", "jā", "true"}

    def more(self) -> dict[str, Any]:
        """What has no column of its own: a JSON object."""
        if not self["more"].strip():
            return {}
        try:
            value = json.loads(self["more"])
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ValueError(_("“more” holds no JSON object."))
        return value

    def words(self) -> dict[str, list[str]]:
        return {
            code: [word.strip() for word in self[code].split("|") if word.strip()]
            for code in ("lv", "en")
        }


def read(text: str, language: str) -> Read:
    """Every question of a table; `language` does not matter, as columns name theirs.

    Raises `BadFile` for a table without our columns.
    """
    if not is_table(text.lstrip("\ufeff")[:2000]):
        raise BadFile(_("The first row does not name the columns of a table of questions."))
    found = Read()
    group: list[_Row] = []
    for row in _rows(text.lstrip("\ufeff")):
        if row["part"].strip() == "question" and group:
            _question(group, found)
            group = []
        group.append(row)
    if group:
        _question(group, found)
    return found


def _rows(text: str) -> Iterator[_Row]:
    first = text.split("\n", 1)[0]
    sign = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=sign)
    try:
        for number, cells in enumerate(reader, start=2):
            if number > MOST_ROWS:
                raise BadFile(_("The table is longer than %(most)d rows.") % {"most": MOST_ROWS})
            plain = {
                (name or "").strip().lower(): cell if isinstance(cell, str) else ""
                for name, cell in cells.items()
            }
            if any(plain.values()):
                yield _Row(number, plain)
    except csv.Error as error:
        raise BadFile(_("The table cannot be read: %(error)s.") % {"error": error}) from error


def _question(rows: Sequence[_Row], found: Read) -> None:
    head, *parts = rows
    place = head.place
    try:
        if head["part"].strip() != "question":
            raise ValueError(_("This row belongs to no question."))
        kind = head["name"].strip()
        if kind not in grading.KINDS:
            raise ValueError(_("%(kind)s is no kind of question.") % {"kind": kind})
        data = blank(kind) | {"key": head["key"].strip(), "stem": head.said}
        more = head.more()
        for name in data.keys() & more.keys() - {"key", "kind", "stem", "options"}:
            if type(more[name]) is not type(data[name]):
                raise ValueError(_("“%(name)s” in “more” is of another kind.") % {"name": name})
            data[name] = more[name]
        data["explanation"] = head.feedback
        if kind in {"single", "multiple", "true-false"}:
            data["options"] = [_option(row) for row in _of("option", parts)]
        else:
            data["body"] = BODIES[kind](head, parts) | _only(more, MORE.get(kind, ()))
        grading.question_of(data)
    except (ValueError, KeyError) as error:
        found.note(place, str(error) or _("This question is not complete."))
        return
    known = PARTS[kind]
    for row in parts:
        if row["part"].strip() not in known:
            found.note(row.place, _("“%(part)s” is no part of such a question.")
                       % {"part": row["part"]})  # fmt: skip
    found.questions.append(Found(place, data))


def _of(part: str, rows: Sequence[_Row]) -> list[_Row]:
    return [row for row in rows if row["part"].strip() == part]


def _only(more: Data, names: Sequence[str]) -> dict[str, Any]:
    return {name: more[name] for name in names if name in more}


def _option(row: _Row) -> dict[str, Any]:
    return {
        "key": row["name"].strip(),
        "right": row.right,
        "text": row.said,
        "feedback": row.feedback,
        "misconception": row["belief"].strip(),
    }


def _named(row: _Row) -> dict[str, Any]:
    return {"key": row["name"].strip(), "text": row.said, "feedback": row.feedback}


def _matching(head: _Row, parts: Sequence[_Row]) -> dict[str, Any]:
    left = _of("left", parts)
    return {
        "left": [_named(row) for row in left],
        "right": [
            _named(row) | {"misconception": row["belief"].strip()} for row in _of("right", parts)
        ],
        "pairs": {row["name"].strip(): row["value"].strip() for row in left},
    }


def _ordering(head: _Row, parts: Sequence[_Row]) -> dict[str, Any]:
    items = [_named(row) for row in _of("item", parts)]
    return {
        "items": sorted(items, key=lambda item: str(item["key"])),
        "order": [item["key"] for item in items],
    }


def _grouping(head: _Row, parts: Sequence[_Row]) -> dict[str, Any]:
    items = _of("item", parts)
    return {
        "groups": [{"key": row["name"].strip(), "text": row.said} for row in _of("group", parts)],
        "items": [
            _named(row)
            | _only(row.more(), ["elsewhere"])
            | ({"misconception": belief} if (belief := row["belief"].strip()) else {})
            for row in items
        ],
        "belongs": {row["name"].strip(): row["value"].strip() for row in items},
    }


def _cloze(head: _Row, parts: Sequence[_Row]) -> dict[str, Any]:
    text = _of("text", parts)
    if len(text) != 1:
        raise ValueError(_("A cloze has one row with its text."))
    gaps: list[dict[str, Any]] = []
    for row in parts:
        match row["part"].strip():
            case "gap" if row["value"].strip() == "type":
                gaps.append(
                    {
                        "key": row["name"].strip(),
                        "mode": "type",
                        "accepted": row.words(),
                        "hint": common.texts() | _only(row.more().get("hint", {}), ("lv", "en")),
                        "feedback": row.feedback,
                        "wrong": [],
                    }
                )
            case "wrong":
                if not gaps or gaps[-1]["mode"] != "type":
                    raise ValueError(_("A wrong answer stands below no gap."))
                gaps[-1]["wrong"].append(_wrong(row))
            case "gap":
                gaps.append({"key": row["name"].strip(), "mode": "choose", "options": []})
            case "option":
                if not gaps or gaps[-1]["mode"] != "choose":
                    raise ValueError(_("An option stands below no gap."))
                gaps[-1]["options"].append(_option(row))
    return {"text": text[0].said, "gaps": gaps, "fold": ["case", "diacritics", "punctuation"]}


def _value(row: _Row) -> dict[str, str]:
    return {
        "value": common.plain_number(row["value"]),
        "tolerance": common.plain_number(row["tolerance"] or "0"),
    }


def _first(rows: Sequence[_Row], part: str) -> _Row:
    found = _of(part, rows)
    return found[0] if found else _Row(0, {})


def _number(head: _Row, parts: Sequence[_Row]) -> dict[str, Any]:
    right = _first(parts, "number")
    return _value(right) | {
        "unit": right.said,
        "feedback": right.feedback,
        "other": _first(parts, "other").feedback,
        "hint": _first(parts, "hint").said,
        "near": [
            _value(row) | {"feedback": row.feedback, "misconception": row["belief"].strip()}
            for row in _of("near", parts)
        ],
    }


def _wrong(row: _Row) -> dict[str, Any]:
    return row.words() | {"feedback": row.feedback, "misconception": row["belief"].strip()}


def _short_text(head: _Row, parts: Sequence[_Row]) -> dict[str, Any]:
    return {
        "accepted": [
            row.words()
            | {
                "share": f"{Decimal(row['value'] or '1').normalize():f}",
                "feedback": row.feedback,
            }
            for row in _of("accepted", parts)
        ],
        "wrong": [_wrong(row) for row in _of("wrong", parts)],
        "hint": _first(parts, "hint").said,
        "other": _first(parts, "other").feedback,
        "fold": ["case", "diacritics", "punctuation"],
    }


def _estimate(head: _Row, parts: Sequence[_Row]) -> dict[str, Any]:
    figure = _first(parts, "figure")
    more = figure.more()
    return {
        "value": common.plain_number(figure["value"]),
        "near": common.plain_number(figure["tolerance"] or "0"),
        "unit": figure.said,
        "feedback": figure.feedback,
        "hint": _first(parts, "hint").said,
        "year": more.get("year", ""),
        "said_by": common.texts() | _only(more.get("said_by", {}), ("lv", "en")),
    }


def _open(head: _Row, parts: Sequence[_Row]) -> dict[str, Any]:
    criteria: list[dict[str, Any]] = []
    for row in parts:
        match row["part"].strip():
            case "criterion":
                criteria.append({"key": row["name"].strip(), "name": row.said, "levels": []})
            case "level":
                if not criteria:
                    raise ValueError(_("A level stands below no criterion."))
                criteria[-1]["levels"].append({"points": int(row["value"]), "text": row.said})
    return {
        "criteria": criteria,
        "longest": 5000,
        "hint": _first(parts, "hint").said,
        "example": _first(parts, "example").said,
    }


BODIES = {
    "matching": _matching,
    "ordering": _ordering,
    "grouping": _grouping,
    "cloze": _cloze,
    "number": _number,
    "short-text": _short_text,
    "estimate": _estimate,
    "open": _open,
}
MORE = {"cloze": ("fold",), "short-text": ("fold",), "open": ("longest",)}
PARTS = {
    **dict.fromkeys(("single", "multiple", "true-false"), {"option"}),
    "matching": {"left", "right"},
    "ordering": {"item"},
    "grouping": {"group", "item"},
    "cloze": {"text", "gap", "option", "wrong"},
    "number": {"number", "other", "near", "hint"},
    "short-text": {"accepted", "wrong", "other", "hint"},
    "estimate": {"figure", "hint"},
    "open": {"criterion", "level", "hint", "example"},
}


# Writing --------------------------------------------------------------------------------


def write(questions: Sequence[Data]) -> Written:
    """A table with these questions; nothing is lost."""
    out = io.StringIO()
    out.write("\ufeff")  # or spreadsheets take UTF-8 for something else
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for data in questions:
        for row in _written(data):
            writer.writerow({name: _safe(str(value)) for name, value in row.items()})
    return Written(out.getvalue())


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(GUARDED) else text


def _written(data: Data) -> Iterator[dict[str, Any]]:
    plain = blank(data["kind"])
    body = data.get("body") or {}
    more = {
        name: data[name]
        for name in plain
        if name not in {"key", "kind", "stem", "explanation", "options"}
        and data.get(name, plain[name]) != plain[name]
    }
    more |= {name: body[name] for name in MORE.get(data["kind"], ()) if name in body}
    yield {
        "key": data["key"],
        "part": "question",
        "name": data["kind"],
        **_columns({"text": data["stem"], "feedback": data["explanation"]}),
        "more": json.dumps(more, ensure_ascii=False, sort_keys=True) if more else "",
    }
    for option in data["options"]:
        yield _option_row(option)
    yield from WRITERS.get(data["kind"], lambda body: ())(body)


def _columns(row: Data, text: str = "text") -> dict[str, str]:
    said, feedback = row.get(text) or {}, row.get("feedback") or {}
    return {
        "lv": said.get("lv", ""),
        "en": said.get("en", ""),
        "feedback_lv": feedback.get("lv", ""),
        "feedback_en": feedback.get("en", ""),
        "belief": row.get("misconception", ""),
    }


def _words_columns(row: Data) -> dict[str, str]:
    return _columns(row) | {code: " | ".join(row[code]) for code in ("lv", "en")}


def _option_row(option: Data) -> dict[str, Any]:
    right = "x" if option["right"] else ""
    return {"part": "option", "name": option["key"], "right": right, **_columns(option)}


def _write_matching(body: Data) -> Iterator[dict[str, Any]]:
    for row in body["left"]:
        value = body["pairs"][row["key"]]
        yield {"part": "left", "name": row["key"], "value": value, **_columns(row)}
    for row in body["right"]:
        yield {"part": "right", "name": row["key"], **_columns(row)}


def _write_ordering(body: Data) -> Iterator[dict[str, Any]]:
    items = {item["key"]: item for item in body["items"]}
    for key in body["order"]:
        yield {"part": "item", "name": key, **_columns(items[key])}


def _write_grouping(body: Data) -> Iterator[dict[str, Any]]:
    for row in body["groups"]:
        yield {"part": "group", "name": row["key"], **_columns(row)}
    for row in body["items"]:
        value = body["belongs"][row["key"]]
        more = {"elsewhere": row["elsewhere"]} if "elsewhere" in row else {}
        yield {
            "part": "item",
            "name": row["key"],
            "value": value,
            **_columns(row),
            "more": json.dumps(more, ensure_ascii=False, sort_keys=True) if more else "",
        }


def _write_cloze(body: Data) -> Iterator[dict[str, Any]]:
    yield {"part": "text", **_columns(body)}
    for gap in body["gaps"]:
        row = {"part": "gap", "name": gap["key"], "value": gap["mode"]}
        if gap["mode"] == "choose":
            yield row
            for option in gap["options"]:
                yield _option_row(option)
            continue
        hint = {code: text for code, text in gap["hint"].items() if text}
        more = {"more": json.dumps({"hint": hint}, ensure_ascii=False) if hint else ""}
        yield row | _words_columns(gap["accepted"] | {"feedback": gap["feedback"]}) | more
        for wrong in gap.get("wrong", ()):
            yield {"part": "wrong", **_words_columns(wrong)}


def _write_number(body: Data) -> Iterator[dict[str, Any]]:
    value = {"value": body["value"], "tolerance": body["tolerance"]}
    yield {"part": "number", **_columns(body, "unit"), **value}
    for near in body["near"]:
        value = {"value": near["value"], "tolerance": near["tolerance"]}
        yield {"part": "near", **_columns(near), **value}
    yield from _write_other(body)


def _write_other(body: Data) -> Iterator[dict[str, Any]]:
    if any(body["other"].values()):
        yield {"part": "other", **_columns({"feedback": body["other"]})}
    yield from _write_said(body, "hint")


def _write_said(body: Data, name: str) -> Iterator[dict[str, Any]]:
    """A text of its own in a row of its own, if there is one."""
    if any((body.get(name) or {}).values()):
        yield {"part": name, **_columns({"text": body[name]})}


def _write_short_text(body: Data) -> Iterator[dict[str, Any]]:
    for row in body["accepted"]:
        yield {"part": "accepted", **_words_columns(row), "value": row.get("share", "1")}
    for row in body["wrong"]:
        yield {"part": "wrong", **_words_columns(row)}
    yield from _write_other(body)


def _write_estimate(body: Data) -> Iterator[dict[str, Any]]:
    said_by = {code: text for code, text in body["said_by"].items() if text}
    more = {"year": body["year"], "said_by": said_by}
    yield {
        "part": "figure",
        **_columns(body, "unit"),
        "value": body["value"],
        "tolerance": body["near"],
        "more": json.dumps(more, ensure_ascii=False),
    }
    yield from _write_said(body, "hint")


def _write_open(body: Data) -> Iterator[dict[str, Any]]:
    for criterion in body["criteria"]:
        yield {"part": "criterion", "name": criterion["key"], **_columns(criterion, "name")}
        for level in criterion["levels"]:
            yield {"part": "level", "value": level["points"], **_columns(level)}
    for name in ("hint", "example"):
        yield from _write_said(body, name)


WRITERS = {
    "matching": _write_matching,
    "ordering": _write_ordering,
    "grouping": _write_grouping,
    "cloze": _write_cloze,
    "number": _write_number,
    "short-text": _write_short_text,
    "estimate": _write_estimate,
    "open": _write_open,
}

"""What the pages of a printable book show, in the active language."""

from collections.abc import Iterable, Mapping
from typing import Any

from content.bilingual import say
from scenarios.book import Book, Paragraph, Row, Way
from scenarios.language import Effect
from scenarios.presenter import paragraphs
from scenarios.wording import change, condition

LINE = 13  # values that still stand side by side on the sheet
RECORD = 120  # lines of the record at most

Context = dict[str, Any]
Names = Mapping[str, str]


def context(book: Book) -> Context:
    """The book in words, for `scenarios/book_body.html`."""
    names = {row.key: row.mark or say(row.label) for row in book.rows}
    return {
        "title": say(book.title),
        "intro": paragraphs(say(book.intro)),
        "rows": [_row(row) for row in book.rows],
        "hidden": [_row(row) for row in book.rows if row.mark],
        "paragraphs": [_paragraph(each, names) for each in book.paragraphs],
        "remarks": [found for each in book.paragraphs if (found := _remarks(each))["ways"]],
        "max_turns": book.max_turns,
        "end_of_turns": book.end_of_turns,
        "lines": range(1, min(book.max_turns, RECORD) + 1),
    }


def _row(row: Row) -> Context:
    values = range(row.low, row.high + 1)
    return {
        "mark": row.mark,
        "label": say(row.label),
        "start": row.start,
        "low": row.low,
        "high": row.high,
        "values": values if len(values) <= LINE else (),
    }


def _paragraph(found: Paragraph, names: Names) -> Context:
    return {
        "number": found.number,
        "speaker": say(found.speaker),
        "title": say(found.title),
        "outcome": found.outcome,
        "text": paragraphs(say(found.text)),
        "picture": say(found.picture_alt),
        "changes": _changes(found.effects, names),
        "waits": say(found.needs_review),
        "ways": [_way(way, names) for way in found.ways],
    }


def _way(way: Way, names: Names) -> Context:
    return {
        "letter": way.letter,
        "text": say(way.text),
        "to": way.to,
        "condition": condition(way.guard, names) if way.guard is not None else "",
        "once": way.once,
        "fallback": way.fallback,
        "changes": _changes(way.effects, names),
    }


def _changes(effects: Iterable[Effect], names: Names) -> str:
    return ", ".join(change(effect, names) for effect in effects)


def _remarks(found: Paragraph) -> Context:
    ways = [
        {
            "letter": way.letter,
            "text": say(way.text),
            "remark": paragraphs(say(way.remark)),
            "waits": say(way.needs_review),
        }
        for way in found.ways
        if say(way.remark) or say(way.needs_review)
    ]
    return {"number": found.number, "ways": ways}

"""Each kind of block: its text in a pack to raw StreamField data, and back.

Raw data is what Wagtail stores: rich text as HTML, lists as `{"type": "item", "value", "id"}`.
Items of lists that people answer keep their key as id, others their place, from 1.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from content.packs import html, markdown, tables
from content.packs.document import KEY, KEY_RULE, Block
from content.packs.html import Links
from content.packs.markdown import MarkdownError
from content.packs.registry import PackError, Problem
from content.packs.runs import Part, tidied

Raw = dict[str, Any]
TONES = ("outcomes", "remember", "note", "warning")
SETTINGS = ("both", "prison", "municipal")
SIDES = ("do", "avoid")


class Bad(Exception):
    """The block cannot be read; the problem is noted."""


@dataclass
class Paper:
    """A block being read: attributes, body, and where problems go."""

    block: Block
    links: Links
    file: str
    problems: list[Problem]

    def fail(self, reason: str, line: int = 0) -> None:
        where = (
            f"line {self.block.line + line}, {self.block.id}" if self.block.line else self.block.id
        )
        self.problems.append(Problem(self.file, where, reason))

    def attrs(self, *names: str, needed: tuple[str, ...] = ()) -> dict[str, str]:
        for name in self.block.attrs:
            if name not in names:
                self.fail(f"{self.block.kind} has no attribute {name!r}")
        for name in needed:
            if not self.block.attrs.get(name):
                self.fail(f"{name} is missing")
        return {name: self.block.attrs.get(name, "") for name in names}

    def one_of(self, name: str, value: str, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            self.fail(f"{name} is {value!r}; it may be {', '.join(allowed)}")
        return value

    def parts(self) -> list[Part]:
        try:
            return markdown.read(self.block.body)
        except MarkdownError as error:
            self.fail(error.reason, error.line + 1)
            raise Bad from error

    def body(self, headings: bool = False) -> str:
        """The whole Markdown body as stored HTML."""
        parts = self.parts()
        if not parts:
            self.fail("the block is empty")
        if not headings and any(part.tag in ("h2", "h3") for part in parts):
            self.fail("headings stand in text blocks only")
        return html.to_html(parts, self.links)

    def items(self, part: Part) -> list[Raw]:
        texts = [html.to_html([Part("p", (runs,))], self.links) for runs in part.items]
        return numbered(texts)

    def single_list(self, tag: str, sign: str) -> list[Raw]:
        parts = self.parts()
        if len(parts) != 1 or parts[0].tag != tag:
            self.fail(f"the body is one list of lines that begin with {sign!r}")
            raise Bad
        return self.items(parts[0])

    def table(self, texts: tuple[str, ...], others: tuple[str, ...] = ()) -> dict[str, Any]:
        """The TOML body; `texts` must be there and be strings."""
        try:
            table = tables.parse(self.block.body, self.file, self.block.line + 1)
        except PackError as error:
            self.problems += error.problems
            raise Bad from error
        self.shape(table, texts, others, "")
        return table

    def shape(
        self, table: Any, texts: tuple[str, ...], others: tuple[str, ...], where: str
    ) -> None:
        place = f"{where}: " if where else ""
        if not isinstance(table, dict):
            self.fail(f"{place}must be a table")
            raise Bad
        for name in table:
            if name not in texts and name not in others:
                self.fail(f"{place}there is no {name!r}")
        for name in texts:
            if not isinstance(table.get(name), str) or not table[name]:
                self.fail(f"{place}{name} must be a text")
                table[name] = "-"

    def rows(
        self,
        table: dict[str, Any],
        name: str,
        texts: tuple[str, ...],
        others: tuple[str, ...] = (),
        at_least: int = 1,
    ) -> list[dict[str, Any]]:
        rows = table.get(name, [])
        if not isinstance(rows, list) or len(rows) < at_least:
            self.fail(f"at least {at_least} [[{name}]]")
            raise Bad
        for number, row in enumerate(rows, 1):
            self.shape(row, texts, others, f"{name} {number}")
        keys = [row["key"] for row in rows if "key" in texts]
        for key in keys:
            if not KEY.fullmatch(key):
                self.fail(f"{name}: the key {key[:80]!r} is not {KEY_RULE}")
        if len(set(keys)) < len(keys):
            self.fail(f"{name}: a key stands twice")
        return rows

    def optional(self, table: dict[str, Any], name: str) -> str:
        value = table.get(name, "")
        if not isinstance(value, str):
            self.fail(f"{name} must be a text")
            return ""
        return value

    def rich(self, text: str, where: str) -> str:
        """Markdown of a TOML value as stored HTML."""
        try:
            parts = markdown.read(text)
        except MarkdownError as error:
            self.fail(f"{where}: {error.reason}")
            return ""
        if any(part.tag in ("h2", "h3") for part in parts):
            self.fail(f"{where}: headings stand in text blocks only")
        return html.to_html(parts, self.links)

    def inline(self, text: str, where: str) -> str:
        try:
            runs = markdown.read_inline(text)
        except MarkdownError as error:
            self.fail(f"{where}: {error.reason}")
            return ""
        return html.to_html([Part("p", (runs,))], self.links) if runs else ""


@dataclass(frozen=True)
class Pen:
    """What writing a block needs."""

    links: Links
    file: str

    def rich(self, stored: str) -> str:
        return markdown.write(html.from_html(stored or "", self.links))

    def inline(self, stored: str) -> str:
        return markdown.write_inline(html.from_html_inline(stored or "", self.links))

    def list_of(self, items: Any, ordered: bool = False) -> str:
        runs = tuple(html.from_html_inline(text or "", self.links) for text in items_of(items))
        return markdown.write(tidied([Part("ol" if ordered else "ul", runs)]))


def numbered(values: Iterable[Any], ids: Iterable[str] | None = None) -> list[Raw]:
    """Raw data of a list block; ids are given (keys) or the place in the list, from 1."""
    values = list(values)
    names = list(ids) if ids is not None else [str(number) for number in range(1, len(values) + 1)]
    return [
        {"type": "item", "value": value, "id": name}
        for value, name in zip(values, names, strict=True)
    ]


def items_of(raw: Any) -> list[Any]:
    return [item["value"] for item in raw or []]


# The kinds --------------------------------------------------------------------------------

Dumped = tuple[dict[str, str], str]


@dataclass(frozen=True)
class Kind:
    load: Callable[[Paper], Any]
    dump: Callable[[Any, Pen], Dumped]


def _load_text(paper: Paper) -> Any:
    paper.attrs()
    return paper.body(headings=True)


def _load_callout(paper: Paper) -> Any:
    attrs = paper.attrs("tone", "title", "card", needed=("tone", "title"))
    paper.one_of("tone", attrs["tone"], TONES)
    return attrs | {"body": paper.body()}


def _load_steps(paper: Paper) -> Any:
    attrs = paper.attrs("title", "card", needed=("title",))
    return attrs | {"items": paper.single_list("ol", "1. ")}


def _load_checklist(paper: Paper) -> Any:
    attrs = paper.attrs("title", "card", needed=("title",))
    return attrs | {"items": paper.single_list("ul", "- ")}


def _load_compare(paper: Paper) -> Any:
    value = paper.attrs("title", "card", needed=("title",))
    parts = paper.parts()
    headings = [part.items[0][0].text if part.tag == "h3" else "" for part in parts[::2]]
    if tuple(headings) != SIDES or [part.tag for part in parts[1::2]] != ["ul", "ul"]:
        paper.fail("the body is ### do, a list, ### avoid, a list")
        raise Bad
    return value | {"do": paper.items(parts[1]), "avoid": paper.items(parts[3])}


def _load_example(paper: Paper) -> Any:
    attrs = paper.attrs("title", "setting", needed=("title",))
    attrs["setting"] = paper.one_of("setting", attrs["setting"] or "both", SETTINGS)
    return attrs | {"body": paper.body()}


def _load_quote(paper: Paper) -> Any:
    return paper.attrs("source", "by") | {"text": paper.body()}


def _load_figure(paper: Paper) -> Any:
    src = paper.attrs("src", needed=("src",))["src"]
    if not src.endswith(".svg"):
        paper.fail("src must end in .svg")
    table = paper.table(("title", "caption", "description"), ("labels",))
    labels = table.get("labels", {})
    if not isinstance(labels, dict) or not all(isinstance(text, str) for text in labels.values()):
        paper.fail("[labels] are texts by key")
        raise Bad
    return {
        "figure": figure_key(src, paper.file),
        "title": table["title"],
        "caption": paper.inline(table["caption"], "caption"),
        "description": paper.rich(table["description"], "description"),
        "labels": numbered([{"key": key, "text": text} for key, text in labels.items()], labels),
    }


def figure_key(src: str, file: str) -> str:
    """Key of a figure: "burnout/three-strains" for "three-strains.svg" named in that module."""
    name = src.removesuffix(".svg")
    folders = PurePosixPath(file).parts
    folder = folders[1] if len(folders) > 2 and folders[0] == "modules" else "pages"
    return name if "/" in name else f"{folder}/{name}"


def _load_table(paper: Paper) -> Any:
    attrs = paper.attrs("card")
    table = paper.table(("caption",), ("header", "rows"))
    header, rows = table.get("header"), table.get("rows")
    if (
        not isinstance(header, list)
        or not all(isinstance(cell, str) for cell in header)
        or len(header) < 2
    ):
        paper.fail("header is a list of two or more texts")
        raise Bad
    if not isinstance(rows, list) or not rows:
        paper.fail("rows is a list of lists of texts")
        raise Bad
    for number, row in enumerate(rows, 1):
        if (
            not isinstance(row, list)
            or not all(isinstance(cell, str) for cell in row)
            or len(row) != len(header)
        ):
            paper.fail(f"rows {number}: {len(header)} texts are needed, as many as in the header")
            raise Bad
    return attrs | {
        "caption": paper.inline(table["caption"], "caption"),
        "header": numbered(header),
        "rows": numbered(
            [
                numbered([paper.inline(cell, f"rows {number}") for cell in row])
                for number, row in enumerate(rows, 1)
            ]
        ),
    }


def _load_self_check(paper: Paper) -> Any:
    paper.attrs()
    table = paper.table(("prompt", "explanation"), ("options",))
    options = paper.rows(table, "options", ("key", "text", "feedback"), ("right",), at_least=2)
    rights = [option.get("right", False) for option in options]
    if (
        not all(isinstance(right, bool) for right in rights)
        or rights.count(True) != 1
        or len(options) > 4
    ):
        paper.fail("options: two to four, one of them right = true")
    return {
        "prompt": table["prompt"],
        "options": numbered(
            [
                {
                    "text": option["text"],
                    "right": bool(option.get("right", False)),
                    "feedback": paper.rich(option["feedback"], f"options {option['key']}"),
                }
                for option in options
            ],
            [option["key"] for option in options],
        ),
        "explanation": paper.rich(table["explanation"], "explanation"),
    }


def _load_private_check(paper: Paper) -> Any:
    paper.attrs()
    table = paper.table(("title", "intro"), ("scale", "statements", "results"))
    scale = table.get("scale")
    if (
        not isinstance(scale, list)
        or not all(isinstance(word, str) for word in scale)
        or len(scale) < 2
    ):
        paper.fail("scale is a list of two or more words")
        raise Bad
    statements = paper.rows(table, "statements", ("key", "text"))
    results = paper.rows(table, "results", ("text",), ("from",))
    sums: list[Any] = [row.get("from") for row in results]
    if not all(type(value) is int for value in sums) or sums[0] != 0 or sums != sorted(set(sums)):
        paper.fail("results: from is a whole number, the first 0, each larger than the one before")
        raise Bad
    return {
        "title": table["title"],
        "intro": paper.rich(table["intro"], "intro"),
        "scale": numbered(scale),
        "statements": numbered(
            [row["text"] for row in statements], [row["key"] for row in statements]
        ),
        "results": numbered(
            [
                {"at_least": row["from"], "text": paper.rich(row["text"], f"results {row['from']}")}
                for row in results
            ]
        ),
    }


def _load_sources(paper: Paper) -> Any:
    paper.attrs()
    table = paper.table((), ("items",))
    rows = paper.rows(table, "items", ("source",), ("section", "pages", "note"))
    return {
        "items": numbered(
            [
                {
                    "source": row["source"],
                    "section": paper.optional(row, "section"),
                    "pages": paper.optional(row, "pages"),
                    "note": paper.inline(paper.optional(row, "note"), "note"),
                }
                for row in rows
            ]
        )
    }


def _card(value: Any) -> dict[str, str]:
    return {"card": value["card"]} if value.get("card") else {}


def _dump_rich(*names: str, body: str = "body") -> Callable[[Any, Pen], Dumped]:
    return lambda value, pen: (
        {name: value.get(name) or "" for name in names},
        pen.rich(value[body]),
    )


def _dump_callout(value: Any, pen: Pen) -> Dumped:
    attrs = {"tone": value["tone"], "title": value["title"]} | _card(value)
    return attrs, pen.rich(value["body"])


def _dump_list(ordered: bool) -> Callable[[Any, Pen], Dumped]:
    return lambda value, pen: (
        {"title": value["title"]} | _card(value),
        pen.list_of(value["items"], ordered),
    )


def _dump_compare(value: Any, pen: Pen) -> Dumped:
    do, avoid = pen.list_of(value["do"]), pen.list_of(value["avoid"])
    return {"title": value["title"]} | _card(value), f"### do\n\n{do}\n\n### avoid\n\n{avoid}"


def _dump_figure(value: Any, pen: Pen) -> Dumped:
    key = value["figure"] or ""
    name = key.rsplit("/", 1)[-1]
    src = name if figure_key(name, pen.file) == key else key
    return {"src": f"{src}.svg"}, tables.dump_toml(
        {
            "title": value["title"],
            "caption": pen.inline(value["caption"]),
            "description": pen.rich(value["description"]),
            "labels": {label["key"]: label["text"] for label in items_of(value["labels"])},
        }
    )


def _dump_table(value: Any, pen: Pen) -> Dumped:
    return _card(value), tables.dump_toml(
        {
            "caption": pen.inline(value["caption"]),
            "header": items_of(value["header"]),
            "rows": [
                [pen.inline(cell) for cell in items_of(row)] for row in items_of(value["rows"])
            ],
        }
    )


def _dump_self_check(value: Any, pen: Pen) -> Dumped:
    return {}, tables.dump_toml(
        {
            "prompt": value["prompt"],
            "explanation": pen.rich(value["explanation"]),
            "options": [
                {
                    "key": item["id"],
                    "text": item["value"]["text"],
                    "right": item["value"]["right"],
                    "feedback": pen.rich(item["value"]["feedback"]),
                }
                for item in value["options"]
            ],
        }
    )


def _dump_private_check(value: Any, pen: Pen) -> Dumped:
    return {}, tables.dump_toml(
        {
            "title": value["title"],
            "intro": pen.rich(value["intro"]),
            "scale": items_of(value["scale"]),
            "statements": [
                {"key": item["id"], "text": item["value"]} for item in value["statements"]
            ],
            "results": [
                {"from": row["at_least"], "text": pen.rich(row["text"])}
                for row in items_of(value["results"])
            ],
        }
    )


def _dump_sources(value: Any, pen: Pen) -> Dumped:
    rows = [row | {"note": pen.inline(row.get("note") or "")} for row in items_of(value["items"])]
    return {}, tables.dump_toml({"items": rows})


KINDS = {
    "text": Kind(_load_text, lambda value, pen: ({}, pen.rich(value))),
    "callout": Kind(_load_callout, _dump_callout),
    "steps": Kind(_load_steps, _dump_list(ordered=True)),
    "compare": Kind(_load_compare, _dump_compare),
    "example": Kind(_load_example, _dump_rich("setting", "title")),
    "checklist": Kind(_load_checklist, _dump_list(ordered=False)),
    "quote": Kind(_load_quote, _dump_rich("source", "by", body="text")),
    "figure": Kind(_load_figure, _dump_figure),
    "table": Kind(_load_table, _dump_table),
    "self-check": Kind(_load_self_check, _dump_self_check),
    "private-check": Kind(_load_private_check, _dump_private_check),
    "sources": Kind(_load_sources, _dump_sources),
}

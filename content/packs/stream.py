"""Blocks of a pack to raw StreamField data and back.

Raw data is what Wagtail stores: `{"type": kind, "value": …, "id": …}`, rich text as HTML. Blocks
keep the id they have in the text; items of lists that people answer keep their key as id.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from content.packs import markdown, tables
from content.packs.document import KEY, Block
from content.packs.known import known
from content.packs.markdown import PAPER, Links, MarkdownError
from content.packs.registry import Pack, PackError, Problem

Raw = dict[str, Any]
REFERENCE = re.compile(r'<a linktype="(page|term|source)" (?:id|key)="([^"]*)"')
TONES = ("outcomes", "remember", "note", "warning")
SETTINGS = ("both", "prison", "municipal")
SIDES = ("do", "avoid")


def to_stream(blocks: Iterable[Block], links: Links, file: str = "") -> list[Raw]:
    """Raw StreamField data of the blocks. PackError lists everything that is wrong with them.

    `file` is the path in the pack: it places problems and figures ("modules/burnout/…").
    """
    raw: list[Raw] = []
    problems: list[Problem] = []
    for block in blocks:
        kind = KINDS.get(block.kind)
        paper = _Paper(block, links, file, problems)
        if kind is None:
            paper.fail(f"there is no block {block.kind!r}; there are {', '.join(KINDS)}")
            continue
        try:
            raw.append({"type": stream_type(block.kind), "value": kind.load(paper), "id": block.id})
        except _Bad:
            continue
    if problems:
        raise PackError(problems)
    return raw


def from_stream(raw: Iterable[Raw], links: Links, file: str = "") -> list[Block]:
    """The blocks of raw StreamField data, bodies in canonical form."""
    blocks = []
    for item in raw:
        kind = pack_kind(item["type"])
        attrs, body = KINDS[kind].dump(item["value"], _Pen(links, file))
        blocks.append(Block(kind, item["id"] or "", attrs, body))
    return blocks


def stream_type(kind: str) -> str:
    """Wagtail's name of a kind: it allows no hyphens."""
    return kind.replace("-", "_")


def pack_kind(stream_type: str) -> str:
    return stream_type.replace("_", "-")


def is_known(raw: Iterable[Raw]) -> bool:
    """Whether this is a stream of our blocks, not another app's."""
    return all(pack_kind(item["type"]) in KINDS for item in raw)


def canonical(blocks: Iterable[Block], file: str = "") -> list[Block]:
    """The blocks with bodies in canonical form, without a database."""
    return from_stream(to_stream(blocks, PAPER, file), PAPER, file)


@dataclass(frozen=True)
class Reference:
    """That a block names something: a page, term, source (by key) or figure."""

    kind: str
    key: str
    block: str


def references(raw: Iterable[Raw]) -> list[Reference]:
    """Everything the blocks refer to, in order of appearance; pages by stored id or path."""
    found: list[Reference] = []
    for item in raw:
        block = str(item.get("id") or "")
        for text in _strings(item.get("value")):
            found += [Reference(kind, key, block) for kind, key in REFERENCE.findall(text)]
        value = item["value"]
        if item["type"] == "quote" and value.get("source"):
            found.append(Reference("source", value["source"], block))
        elif item["type"] == "figure" and value.get("figure"):
            found.append(Reference("figure", value["figure"], block))
        elif item["type"] == "sources":
            found += [
                Reference("source", entry["source"], block)
                for entry in _items(value.get("items"))
                if entry.get("source")
            ]
    return found


def check_blocks(blocks: list[Block], pack: Pack, file: str) -> Iterator[Problem]:
    """Every problem of the blocks: what cannot be read, and names the pack does not have."""
    try:
        raw = to_stream(blocks, PAPER, file)
    except PackError as error:
        yield from error.problems
        return
    lines = {block.id: block.line for block in blocks}
    names = known(pack)
    for reference in references(raw):
        if reference.key not in names.of(reference.kind):
            where = f"line {lines[reference.block]}, {reference.block}"
            yield Problem(
                file, where, f"there is no {reference.kind} {reference.key!r} in the pack"
            )
    for item in raw:
        drawn = names.labels.get(item["value"]["figure"]) if item["type"] == "figure" else None
        if drawn is None:
            continue
        given = {label["key"] for label in _items(item["value"]["labels"])}
        where = f"line {lines[item['id']]}, {item['id']}"
        for key in sorted(drawn - given):
            yield Problem(file, where, f"the label {key!r} of the picture has no text")
        for key in sorted(given - drawn):
            yield Problem(file, where, f"the picture has no label {key!r}")


def check_translation(
    source: list[Block], translation: list[Block], file: str
) -> Iterator[Problem]:
    """Whether a translation has the same blocks, options and statements in the same order."""
    ours, theirs = [_shape(block) for block in source], [_shape(block) for block in translation]
    if [shape[:2] for shape in ours] != [shape[:2] for shape in theirs]:
        pairs = [
            (
                theirs[index][:2] if index < len(theirs) else None,
                ours[index][:2] if index < len(ours) else None,
            )
            for index in range(max(len(ours), len(theirs)))
        ]
        here, there = next(pair for pair in pairs if pair[0] != pair[1])
        line = next((block.line for block in translation if here and block.id == here[1]), 0)
        where = f"line {line}" if line else "blocks"
        said = [" ".join(shape) if shape else "nothing" for shape in (here, there)]
        yield Problem(
            file, where, f"the translation has {said[0]} where the Latvian text has {said[1]}"
        )
        return
    for block, mine, yours in zip(translation, ours, theirs, strict=True):
        if mine[2] != yours[2]:
            yield Problem(
                file, f"line {block.line}, {block.id}", "its keys differ from the Latvian text"
            )


def _shape(block: Block) -> tuple[str, str, Any]:
    """Kind, id, and what must be equal in both languages (keys, which option is right)."""
    keys: Any = None
    if block.kind in ("self-check", "private-check", "figure"):
        try:
            table = tables.parse(block.body, "")
        except PackError:
            return block.kind, block.id, None
        keys = [
            [
                (row.get("key"), row.get("right"))
                for row in table.get("options", [])
                if isinstance(row, dict)
            ],
            [row.get("key") for row in table.get("statements", []) if isinstance(row, dict)],
            [row.get("from") for row in table.get("results", []) if isinstance(row, dict)],
            len(table.get("scale", [])),
            block.attrs.get("src"),
        ]
    return block.kind, block.id, keys


# Reading one block ------------------------------------------------------------------------


class _Bad(Exception):
    """The block cannot be read; the problem is noted."""


@dataclass
class _Paper:
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

    def parts(self) -> list[markdown.Part]:
        try:
            return markdown.read(self.block.body)
        except MarkdownError as error:
            self.fail(error.reason, error.line + 1)
            raise _Bad from error

    def body(self, headings: bool = False) -> str:
        """The whole Markdown body as stored HTML."""
        parts = self.parts()
        if not parts:
            self.fail("the block is empty")
        if not headings and any(part.tag in ("h2", "h3") for part in parts):
            self.fail("headings stand in text blocks only")
        return markdown.to_html(parts, self.links)

    def items(self, part: markdown.Part) -> list[Raw]:
        texts = [markdown.to_html([markdown.Part("p", (runs,))], self.links) for runs in part.items]
        return numbered(texts)

    def single_list(self, tag: str, sign: str) -> list[Raw]:
        parts = self.parts()
        if len(parts) != 1 or parts[0].tag != tag:
            self.fail(f"the body is one list of lines that begin with {sign!r}")
            raise _Bad
        return self.items(parts[0])

    def table(self, texts: tuple[str, ...], others: tuple[str, ...] = ()) -> dict[str, Any]:
        """The TOML body; `texts` must be there and be strings."""
        try:
            table = tables.parse(self.block.body, self.file, self.block.line + 1)
        except PackError as error:
            self.problems += error.problems
            raise _Bad from error
        self.shape(table, texts, others, "")
        return table

    def shape(
        self, table: Any, texts: tuple[str, ...], others: tuple[str, ...], where: str
    ) -> None:
        place = f"{where}: " if where else ""
        if not isinstance(table, dict):
            self.fail(f"{place}must be a table")
            raise _Bad
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
            raise _Bad
        for number, row in enumerate(rows, 1):
            self.shape(row, texts, others, f"{name} {number}")
        keys = [row["key"] for row in rows if "key" in texts]
        for key in keys:
            if not KEY.fullmatch(key):
                self.fail(f"{name}: the key {key!r} is not lower-case a-z, 0-9 and single hyphens")
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
        return markdown.to_html(parts, self.links)

    def inline(self, text: str, where: str) -> str:
        try:
            runs = markdown.read_inline(text)
        except MarkdownError as error:
            self.fail(f"{where}: {error.reason}")
            return ""
        return markdown.to_html([markdown.Part("p", (runs,))], self.links) if runs else ""


@dataclass(frozen=True)
class _Pen:
    """What writing a block needs."""

    links: Links
    file: str

    def rich(self, html: str) -> str:
        return markdown.write(markdown.from_html(html or "", self.links))

    def inline(self, html: str) -> str:
        return markdown.write_inline(markdown.from_html_inline(html or "", self.links))

    def list_of(self, items: Any, ordered: bool = False) -> str:
        runs = tuple(markdown.from_html_inline(text or "", self.links) for text in _items(items))
        return markdown.write(markdown.tidied([markdown.Part("ol" if ordered else "ul", runs)]))


def numbered(values: Iterable[Any], ids: Iterable[str] | None = None) -> list[Raw]:
    """Raw data of a list block; ids are given (keys) or the place in the list, from 1."""
    values = list(values)
    names = list(ids) if ids is not None else [str(number) for number in range(1, len(values) + 1)]
    return [
        {"type": "item", "value": value, "id": name}
        for value, name in zip(values, names, strict=True)
    ]


def _items(raw: Any) -> list[Any]:
    return [item["value"] for item in raw or []]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


# The kinds --------------------------------------------------------------------------------

Dumped = tuple[dict[str, str], str]


@dataclass(frozen=True)
class Kind:
    load: Callable[[_Paper], Any]
    dump: Callable[[Any, _Pen], Dumped]


def _load_text(paper: _Paper) -> Any:
    paper.attrs()
    return paper.body(headings=True)


def _load_callout(paper: _Paper) -> Any:
    attrs = paper.attrs("tone", "title", needed=("tone", "title"))
    paper.one_of("tone", attrs["tone"], TONES)
    return attrs | {"body": paper.body()}


def _load_steps(paper: _Paper) -> Any:
    return paper.attrs("title", needed=("title",)) | {"items": paper.single_list("ol", "1. ")}


def _load_checklist(paper: _Paper) -> Any:
    return paper.attrs("title", needed=("title",)) | {"items": paper.single_list("ul", "- ")}


def _load_compare(paper: _Paper) -> Any:
    value: dict[str, Any] = paper.attrs("title", needed=("title",))
    parts = paper.parts()
    headings = [part.items[0][0].text if part.tag == "h3" else "" for part in parts[::2]]
    if tuple(headings) != SIDES or [part.tag for part in parts[1::2]] != ["ul", "ul"]:
        paper.fail("the body is ### do, a list, ### avoid, a list")
        raise _Bad
    return value | {"do": paper.items(parts[1]), "avoid": paper.items(parts[3])}


def _load_example(paper: _Paper) -> Any:
    attrs = paper.attrs("title", "setting", needed=("title",))
    attrs["setting"] = paper.one_of("setting", attrs["setting"] or "both", SETTINGS)
    return attrs | {"body": paper.body()}


def _load_quote(paper: _Paper) -> Any:
    return paper.attrs("source", "by") | {"text": paper.body()}


def _load_figure(paper: _Paper) -> Any:
    src = paper.attrs("src", needed=("src",))["src"]
    if not src.endswith(".svg"):
        paper.fail("src must end in .svg")
    table = paper.table(("title", "caption", "description"), ("labels",))
    labels = table.get("labels", {})
    if not isinstance(labels, dict) or not all(isinstance(text, str) for text in labels.values()):
        paper.fail("[labels] are texts by key")
        raise _Bad
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


def _load_table(paper: _Paper) -> Any:
    paper.attrs()
    table = paper.table(("caption",), ("header", "rows"))
    header, rows = table.get("header"), table.get("rows")
    if (
        not isinstance(header, list)
        or not all(isinstance(cell, str) for cell in header)
        or len(header) < 2
    ):
        paper.fail("header is a list of two or more texts")
        raise _Bad
    if not isinstance(rows, list) or not rows:
        paper.fail("rows is a list of lists of texts")
        raise _Bad
    for number, row in enumerate(rows, 1):
        if (
            not isinstance(row, list)
            or not all(isinstance(cell, str) for cell in row)
            or len(row) != len(header)
        ):
            paper.fail(f"rows {number}: {len(header)} texts are needed, as many as in the header")
            raise _Bad
    return {
        "caption": paper.inline(table["caption"], "caption"),
        "header": numbered(header),
        "rows": numbered(
            [
                numbered([paper.inline(cell, f"rows {number}") for cell in row])
                for number, row in enumerate(rows, 1)
            ]
        ),
    }


def _load_self_check(paper: _Paper) -> Any:
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


def _load_private_check(paper: _Paper) -> Any:
    paper.attrs()
    table = paper.table(("title", "intro"), ("scale", "statements", "results"))
    scale = table.get("scale")
    if (
        not isinstance(scale, list)
        or not all(isinstance(word, str) for word in scale)
        or len(scale) < 2
    ):
        paper.fail("scale is a list of two or more words")
        raise _Bad
    statements = paper.rows(table, "statements", ("key", "text"))
    results = paper.rows(table, "results", ("text",), ("from",))
    sums: list[Any] = [row.get("from") for row in results]
    if not all(type(value) is int for value in sums) or sums[0] != 0 or sums != sorted(set(sums)):
        paper.fail("results: from is a whole number, the first 0, each larger than the one before")
        raise _Bad
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


def _load_sources(paper: _Paper) -> Any:
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


def _dump_rich(*names: str, body: str = "body") -> Callable[[Any, _Pen], Dumped]:
    return lambda value, pen: (
        {name: value.get(name) or "" for name in names},
        pen.rich(value[body]),
    )


def _dump_list(ordered: bool) -> Callable[[Any, _Pen], Dumped]:
    return lambda value, pen: ({"title": value["title"]}, pen.list_of(value["items"], ordered))


def _dump_compare(value: Any, pen: _Pen) -> Dumped:
    do, avoid = pen.list_of(value["do"]), pen.list_of(value["avoid"])
    return {"title": value["title"]}, f"### do\n\n{do}\n\n### avoid\n\n{avoid}"


def _dump_figure(value: Any, pen: _Pen) -> Dumped:
    key = value["figure"] or ""
    name = key.rsplit("/", 1)[-1]
    src = name if figure_key(name, pen.file) == key else key
    return {"src": f"{src}.svg"}, tables.dump_toml(
        {
            "title": value["title"],
            "caption": pen.inline(value["caption"]),
            "description": pen.rich(value["description"]),
            "labels": {label["key"]: label["text"] for label in _items(value["labels"])},
        }
    )


def _dump_table(value: Any, pen: _Pen) -> Dumped:
    return {}, tables.dump_toml(
        {
            "caption": pen.inline(value["caption"]),
            "header": _items(value["header"]),
            "rows": [[pen.inline(cell) for cell in _items(row)] for row in _items(value["rows"])],
        }
    )


def _dump_self_check(value: Any, pen: _Pen) -> Dumped:
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


def _dump_private_check(value: Any, pen: _Pen) -> Dumped:
    return {}, tables.dump_toml(
        {
            "title": value["title"],
            "intro": pen.rich(value["intro"]),
            "scale": _items(value["scale"]),
            "statements": [
                {"key": item["id"], "text": item["value"]} for item in value["statements"]
            ],
            "results": [
                {"from": row["at_least"], "text": pen.rich(row["text"])}
                for row in _items(value["results"])
            ],
        }
    )


def _dump_sources(value: Any, pen: _Pen) -> Dumped:
    rows = [row | {"note": pen.inline(row.get("note") or "")} for row in _items(value["items"])]
    return {}, tables.dump_toml({"items": rows})


KINDS = {
    "text": Kind(_load_text, lambda value, pen: ({}, pen.rich(value))),
    "callout": Kind(_load_callout, _dump_rich("tone", "title")),
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

"""Blocks of a pack to raw StreamField data and back.

Raw data is what Wagtail stores: `{"type": kind, "value": …, "id": …}`, rich text as HTML. Blocks
keep the id they have in the text; items of lists that people answer keep their key as id.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from content.packs import tables
from content.packs.document import Block
from content.packs.html import PAPER, Links
from content.packs.kinds import KINDS, Bad, Paper, Pen, Raw, items_of
from content.packs.known import known
from content.packs.registry import Pack, PackError, Problem
from content.words import texts_in

REFERENCE = re.compile(r'<a linktype="(page|term|source)" (?:id|key)="([^"]*)"')


def to_stream(blocks: Iterable[Block], links: Links, file: str = "") -> list[Raw]:
    """Raw StreamField data of the blocks. PackError lists everything that is wrong with them.

    `file` is the path in the pack: it places problems and figures ("modules/burnout/…").
    """
    raw: list[Raw] = []
    problems: list[Problem] = []
    for block in blocks:
        kind = KINDS.get(block.kind)
        paper = Paper(block, links, file, problems)
        if kind is None:
            paper.fail(f"there is no block {block.kind!r}; there are {', '.join(KINDS)}")
            continue
        try:
            raw.append({"type": stream_type(block.kind), "value": kind.load(paper), "id": block.id})
        except Bad:
            continue
    if problems:
        raise PackError(problems)
    return raw


def from_stream(raw: Iterable[Raw], links: Links, file: str = "") -> list[Block]:
    """The blocks of raw StreamField data, bodies in canonical form."""
    blocks = []
    for item in raw:
        kind = pack_kind(item["type"])
        attrs, body = KINDS[kind].dump(item["value"], Pen(links, file))
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
        for text in texts_in(item.get("value")):
            found += [Reference(kind, key, block) for kind, key in REFERENCE.findall(text)]
        value = item["value"]
        if item["type"] == "quote" and value.get("source"):
            found.append(Reference("source", value["source"], block))
        elif item["type"] == "figure" and value.get("figure"):
            found.append(Reference("figure", value["figure"], block))
        elif item["type"] == "sources":
            found += [
                Reference("source", entry["source"], block)
                for entry in items_of(value.get("items"))
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
        given = {label["key"] for label in items_of(item["value"]["labels"])}
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
    keys: Any = "card" if block.attrs.get("card") else None
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

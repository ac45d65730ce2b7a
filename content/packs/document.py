"""A page of a pack as text: TOML front matter and fenced blocks.

+++
key = "three-strains"
+++

::: callout {#outcomes tone="outcomes" title="…"}
…
:::
"""

import re
from dataclasses import dataclass, field
from typing import Any

from content.packs import tables
from content.packs.registry import PackError, Problem

LONGEST_KEY = 60
KEY = re.compile(rf"(?=.{{1,{LONGEST_KEY}}}\Z)[a-z0-9]+(-[a-z0-9]+)*")
KEY_RULE = f"lower-case a-z, 0-9 and single hyphens, at most {LONGEST_KEY} signs"
OPENING = re.compile(r":::[ \t]*([a-z-]+)[ \t]*\{(.*)\}[ \t]*")
CLOSING = re.compile(r":::[ \t]*")
NAMED = re.compile(r'#(?P<id>[^\s"{}]+)|(?P<name>[a-z_]+)="(?P<value>(?:[^"\\]|\\["\\])*)"')
FRONT = re.compile(r"\+\+\+[ \t]*")
# The order they are written in.
ATTRIBUTES = ("src", "source", "by", "tone", "title", "setting", "card")
MAX_BLOCKS = 200


@dataclass(frozen=True)
class Block:
    """One fenced block. `line` is where its fence opens (1 is the file's first), 0 if unknown."""

    kind: str
    id: str
    attrs: dict[str, str] = field(default_factory=dict)
    body: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Document:
    """The front matter (parsed TOML) and the blocks of a page, in order."""

    front: dict[str, Any]
    blocks: list[Block]


def parse(text: str, file: str) -> Document:
    """The document in a text. PackError lists every problem found, with its line."""
    lines = text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    front, start = _front(lines, file)
    problems: list[Problem] = []
    blocks: list[Block] = []
    opened: tuple[Block, list[str]] | None = None
    for number, line in enumerate(lines[start:], start + 1):
        if opened is not None:
            block, body = opened
            if CLOSING.fullmatch(line):
                blocks.append(
                    Block(
                        block.kind, block.id, block.attrs, "\n".join(body).strip("\n"), block.line
                    )
                )
                opened = None
            elif line.startswith(":::"):
                problems.append(
                    Problem(
                        file,
                        f"line {number}",
                        f"the block opened on line {block.line} is not closed",
                    )
                )
                opened = _opened(line, number, file, problems)
            else:
                body.append(line)
        elif line.startswith(":::"):
            opened = _opened(line, number, file, problems)
        elif line.strip():
            problems.append(Problem(file, f"line {number}", "text outside a block"))
    if opened is not None:
        problems.append(Problem(file, f"line {opened[0].line}", "the block is not closed"))
    problems += _doubles(blocks, file)
    if len(blocks) > MAX_BLOCKS:
        problems.append(Problem(file, "blocks", f"more than {MAX_BLOCKS} blocks"))
    if problems:
        raise PackError(problems)
    return Document(front, blocks)


def compose(document: Document) -> str:
    """The canonical text of a document; bodies are taken as they are (see `stream.canonical`)."""
    parts = [f"+++\n{tables.dump_toml(document.front)}+++\n"]
    for block in document.blocks:
        attrs = "".join(
            f' {name}="{_quoted(value)}"' for name, value in _ordered(block.attrs) if value
        )
        body = block.body.strip("\n")
        parts.append(
            f"::: {block.kind} {{#{block.id}{attrs}}}\n{body}{chr(10) if body else ''}:::\n"
        )
    return "\n".join(parts)


def _front(lines: list[str], file: str) -> tuple[dict[str, Any], int]:
    """The front matter, and the index of the first line after it."""
    if not lines or not FRONT.fullmatch(lines[0]):
        raise PackError(
            [Problem(file, "line 1", "the page does not begin with +++ and front matter")]
        )
    for number, line in enumerate(lines[1:], 1):
        if FRONT.fullmatch(line):
            return tables.parse("\n".join(lines[1:number]), file, first_line=2), number + 1
    raise PackError([Problem(file, "line 1", "the front matter is not closed by +++")])


def _opened(
    line: str, number: int, file: str, problems: list[Problem]
) -> tuple[Block, list[str]] | None:
    where = f"line {number}"
    found = OPENING.fullmatch(line)
    if found is None:
        problems.append(Problem(file, where, 'a block opens as ::: kind {#id name="value"}'))
        return Block("", f"line-{number}", {}, "", number), []
    kind, inside = found[1], found[2].strip()
    block_id, attrs, position = "", {}, 0
    while position < len(inside):
        part = NAMED.match(inside, position)
        if part is None:
            problems.append(
                Problem(file, where, f'cannot read {inside[position:]!r}; write name="value"')
            )
            break
        if part["id"] is not None:
            if block_id:
                problems.append(Problem(file, where, "two ids"))
            block_id = part["id"]
        elif part["name"] in attrs:
            problems.append(Problem(file, where, f"{part['name']} stands twice"))
        else:
            attrs[part["name"]] = re.sub(r"\\(.)", r"\1", part["value"]).strip()
        position = part.end()
        while position < len(inside) and inside[position] in " \t":
            position += 1
    if not block_id:
        problems.append(Problem(file, where, "the block has no {#id}"))
    elif not KEY.fullmatch(block_id):
        problems.append(Problem(file, where, f"the id {block_id[:80]!r} is not {KEY_RULE}"))
    return Block(kind, block_id, attrs, "", number), []


def _doubles(blocks: list[Block], file: str) -> list[Problem]:
    seen: dict[str, Block] = {}
    problems = []
    for block in blocks:
        if block.id and block.id in seen:
            first = seen[block.id].line
            problems.append(
                Problem(
                    file, f"line {block.line}", f"the id {block.id} is used on line {first} already"
                )
            )
        seen.setdefault(block.id, block)
    return problems


def _ordered(attrs: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(attrs.items(), key=lambda pair: ATTRIBUTES.index(pair[0]))


def _quoted(value: str) -> str:
    return " ".join(value.split()).replace("\\", "\\\\").replace('"', '\\"')

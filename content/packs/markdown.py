r"""The little Markdown of packs, read and written.

Not CommonMark: there, some bold text cannot be written at all (`**Stop.**now`), and what cannot
be written cannot survive a dump. Here every text has exactly one canonical form. Known are
paragraphs, `##`, `###`, `- `, `1. `, `**bold**`, `*italics*`, `[text](target)` and `\` before a
line end (a line break) or before a sign that means itself. All else is an error with its line.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from content import sanitise
from content.packs.runs import BREAK, Link, Part, Run, Runs, by_link, tidied, tidied_runs

SIGNS = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
TARGET = re.compile(
    r"(?P<kind>term|source|page):(?P<ref>[a-z0-9/-]+)|(?P<url>(?:https?://|mailto:|#)[^\s()]+)"
)
HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
BULLET = re.compile(r"-[ \t]+(.*)")
NUMBER = re.compile(r"\d{1,9}\.[ \t]+(.*)")
FOREIGN = re.compile(r"(>|\||```|~~~|[*+][ \t]|(-{3,}|\*{3,}|_{3,}|={3,})[ \t]*$)")
STAR_RUN = re.compile(r"\*+")
LINK_END = re.compile(r"\]\(([^()\s]*)\)")
MAX_LABEL = 2000  # signs in the text of a link: what is longer is no link
STARS = {"b": "**", "i": "*"}


class MarkdownError(ValueError):
    """What the text has no right to hold; `line` counts from 0 within the text."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(f"line {line + 1}: {reason}")


# Reading --------------------------------------------------------------------------------


def read(text: str) -> list[Part]:
    """The parts of a Markdown text. Raises MarkdownError."""
    return tidied(_parts(text))


def read_inline(text: str) -> Runs:
    """The runs of a text that is one paragraph: a caption, a table cell."""
    return tidied_runs(_inline(text, 0))


def _parts(text: str) -> Iterator[Part]:
    lines: list[str] = []  # of the paragraph or item being read
    tag, first, items = "p", 0, []
    blank = True

    def close() -> Iterator[Part]:
        nonlocal lines, items, tag
        if lines:
            items.append(_inline("\n".join(lines), first))
        if items:
            yield Part(tag, tuple(items))
        lines, items, tag = [], [], "p"

    for number, raw in enumerate(text.split("\n")):
        line = raw.strip(" \t")
        heading, bullet, numbered = (
            HEADING.fullmatch(line),
            BULLET.fullmatch(line),
            NUMBER.fullmatch(line),
        )
        if not line:
            blank = True
            continue
        if FOREIGN.match(line):
            raise MarkdownError(
                number,
                f"this does not belong in a text: {line[:20]!r} (a \\ before it makes it plain)",
            )
        if heading:
            yield from close()
            if len(heading[1]) not in (2, 3):
                raise MarkdownError(number, "headings are ## and ###")
            yield Part(f"h{len(heading[1])}", (_inline(heading[2], number),))
        elif bullet or numbered:
            if tag != "p" and raw[:1] in " \t":
                raise MarkdownError(number, "a list inside a list")
            kind = "ul" if bullet else "ol"
            if tag != kind:
                yield from close()
                tag = kind
            elif lines:
                items.append(_inline("\n".join(lines), first))
            lines, first = [(bullet or numbered)[1]], number  # type: ignore[index]
        elif blank:
            if tag != "p" and raw[:1] in " \t":
                raise MarkdownError(number, "a list item is one paragraph")
            yield from close()
            lines, first = [line], number
        else:
            if not lines:
                first = number
            lines.append(line)
        blank = False
    yield from close()


def _inline(text: str, line: int, in_link: bool = False) -> Runs:
    runs: list[Run] = []
    stack: list[str] = []  # of "b" and "i", as opened
    plain: list[str] = []

    def flush() -> None:
        if plain:
            runs.append(Run("".join(plain), "b" in stack, "i" in stack))
            plain.clear()

    def here() -> int:
        return line + text.count("\n", 0, position)

    position = 0
    while position < len(text):
        sign = text[position]
        after = text[position + 1 : position + 2]
        if sign == "\\" and after == "\n":
            plain.append(BREAK)
            position += 2
        elif sign == "\\" and after in SIGNS and after:
            plain.append(after)
            position += 2
        elif sign == "\n":
            plain.append(" ")
            position += 1
        elif sign == "*":
            stars = len(STAR_RUN.match(text, position)[0])  # type: ignore[index]
            before, behind = (
                text[position - 1 : position],
                text[position + stars : position + stars + 1],
            )
            if (not before or before.isspace()) and (not behind or behind.isspace()):
                plain.append("*" * stars)
            else:
                flush()
                _turn(stack, stars, here())
            position += stars
        elif sign == "[" and (found := _link(text, position)):
            if in_link:
                raise MarkdownError(here(), "a link inside a link")
            label, target, end = found
            link = _target(target, here())
            flush()
            for run in _inline(label, here(), in_link=True):
                runs.append(
                    replace(
                        run,
                        bold=run.bold or "b" in stack,
                        italic=run.italic or "i" in stack,
                        link=link,
                    )
                )
            position = end
        elif sign == "!" and after == "[" and _link(text, position + 1):
            raise MarkdownError(here(), "pictures are figure blocks")
        elif sign == "`":
            raise MarkdownError(here(), "no code in texts; write \\` for the sign itself")
        elif sign == "<" and (after.isalpha() or (after and after in "/!?")):
            raise MarkdownError(here(), "no HTML in texts; write \\< for the sign itself")
        else:
            plain.append(sign)
            position += 1
    if stack:
        raise MarkdownError(line, "a * without its pair; write \\* for the sign itself")
    flush()
    return tuple(runs)


def _turn(stack: list[str], stars: int, line: int) -> None:
    """Open or close bold and italics, whichever this many stars mean here."""
    while stars:
        closes = (
            (len(stack) == 2 and (stack[-1] == "i" or stars >= 2))
            or (stack == ["i"] and stars != 2)
            or (stack == ["b"] and stars >= 2)
        )
        if closes:
            stars -= 1 if stack.pop() == "i" else 2
        elif stars >= 2 and "b" not in stack:
            stack.append("b")
            stars -= 2
        elif "i" not in stack:
            stack.append("i")
            stars -= 1
        else:
            raise MarkdownError(line, "cannot tell what these * open and close")


def _link(text: str, start: int) -> tuple[str, str, int] | None:
    """Label, target and end of the link that opens at `start`, if one does."""
    position, depth = start + 1, 1
    end_of_label = min(len(text), start + MAX_LABEL)
    # One beyond the end, where an escaped sign stands last, may still close it.
    if text.find("](", position, end_of_label + 3) < 0:
        return None
    while position < end_of_label:
        if text[position] == "\\":
            position += 2
            continue
        if text[position] == "[":
            depth += 1
        elif text[position] == "]":
            depth -= 1
            if not depth:
                break
        position += 1
    if not text.startswith("](", position):
        return None
    found = LINK_END.match(text, position)
    target, end = (found[1], found.end()) if found else (text[position + 2 :][:40], len(text))
    return text[start + 1 : position], target, end


def _target(target: str, line: int) -> Link:
    found = TARGET.fullmatch(target)
    if not found or (found["url"] and not sanitise.is_safe_address(found["url"])):
        raise MarkdownError(
            line, f"{target!r}: links are https://…, mailto:…, term:…, page:… or source:…"
        )
    return Link("url", found["url"]) if found["url"] else Link(found["kind"], found["ref"])


# Writing --------------------------------------------------------------------------------


def write(parts: Iterable[Part]) -> str:
    """The canonical Markdown of parts that are `tidied`."""
    texts = []
    for part in parts:
        if part.tag == "ul":
            texts.append("\n".join("- " + _indented(_written(runs), 2) for runs in part.items))
        elif part.tag == "ol":
            texts.append(
                "\n".join(
                    f"{number}. " + _indented(_written(runs), len(f"{number}. "))
                    for number, runs in enumerate(part.items, 1)
                )
            )
        else:
            mark = {"h2": "## ", "h3": "### "}.get(part.tag, "")
            texts += [
                mark + (_written(runs) if mark else _guarded(_written(runs))) for runs in part.items
            ]
    return "\n\n".join(texts)


def write_inline(runs: Runs) -> str:
    return _written(runs)


def _indented(text: str, by: int) -> str:
    return _guarded(text).replace("\n", "\n" + " " * by)


def _guarded(text: str) -> str:
    """The text with a backslash where a line would begin like a list, a heading or a fence."""
    lines = [
        re.sub(r"^(\d{1,9})\.", r"\1\\.", re.sub(r"^([#>|+=~:_-])", r"\\\1", line))
        for line in text.split("\n")
    ]
    return "\n".join(lines)


def _written(runs: Runs) -> str:
    """Style marks open and close around runs; a link in one style stands inside its marks."""
    out: list[str] = []
    open_styles = ""
    for link, group in by_link(runs):
        styles = {_style(run) for run in group}
        wanted = styles.pop() if len(styles) == 1 else ""
        if link is None:
            for run in group:
                marks, open_styles = _marks(open_styles, _style(run))
                out += [marks, _escaped(run.text)]
            continue
        if out and out[-1].endswith("!"):
            out[-1] = out[-1][:-1] + "\\!"
        marks, open_styles = _marks(open_styles, wanted)
        inner = [
            replace(run, bold=run.bold and not wanted, italic=run.italic and not wanted, link=None)
            for run in group
        ]
        target = link.to if link.kind == "url" else f"{link.kind}:{link.to}"
        out += [marks, f"[{_written(tuple(inner))}]({target})"]
    out.append(_marks(open_styles, "")[0])
    return "".join(out)


def _style(run: Run) -> str:
    return "b" * run.bold + "i" * run.italic


def _marks(opened: str, wanted: str) -> tuple[str, str]:
    """The stars from the styles opened so far to those wanted, and what is open after them."""
    marks = ""
    while set(opened) - set(wanted):
        marks += STARS[opened[-1]]
        opened = opened[:-1]
    for style in wanted:
        if style not in opened:
            marks += STARS[style]
            opened += style
    return marks, opened


def _escaped(text: str) -> str:
    return re.sub(r"([\\*\[\]<`])", r"\\\1", text).replace(BREAK, "\\\n")

r"""The little Markdown of packs: read, written, and turned into Wagtail's stored HTML and back.

Not CommonMark: there, some bold text cannot be written at all (`**Stop.**now`), and what cannot
be written cannot survive a dump. Here every text has exactly one canonical form. Known are
paragraphs, `##`, `###`, `- `, `1. `, `**bold**`, `*italics*`, `[text](target)` and `\` before a
line end (a line break) or before a sign that means itself. All else is an error with its line.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from html.parser import HTMLParser
from typing import Protocol

from content import sanitise

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
BREAK = "\n"  # inside a run: a line break within the paragraph


class MarkdownError(ValueError):
    """What the text has no right to hold; `line` counts from 0 within the text."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(f"line {line + 1}: {reason}")


class Links(Protocol):
    """How the stored id of a page and its path in the pack ("burnout/three-strains") are told.

    A page that is not there yet is stored under its path and settled after the load.
    """

    def page_ref(self, path: str) -> str: ...
    def page_path(self, ref: str) -> str | None: ...


class PaperLinks:
    """Links of a text that is in no database: pages go by their path."""

    def page_ref(self, path: str) -> str:
        return path

    def page_path(self, ref: str) -> str | None:
        return ref


PAPER = PaperLinks()


@dataclass(frozen=True)
class Link:
    kind: str  # "url", "page", "term" or "source"
    to: str


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style. A "\\n" in it is a line break."""

    text: str
    bold: bool = False
    italic: bool = False
    link: Link | None = None


Runs = tuple[Run, ...]
Style = tuple[bool, bool, Link | None]  # bold, italic, link of a run
SPACES = re.compile(r"[\t\r\f\v ]+")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


@dataclass(frozen=True)
class Part:
    """A paragraph ("p"), a heading ("h2", "h3") or a list ("ul", "ol"): one `Runs` for each item."""

    tag: str
    items: tuple[Runs, ...]


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
    while position < min(len(text), start + MAX_LABEL):
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


# One form -------------------------------------------------------------------------------


def tidied(parts: Iterable[Part]) -> list[Part]:
    """The parts without empty ones, neighbouring lists of one kind joined."""
    found: list[Part] = []
    for part in parts:
        items = part.items
        if part.tag in ("h2", "h3"):  # a heading is one line
            items = tuple(
                tuple(replace(run, text=run.text.replace(BREAK, " ")) for run in runs)
                for runs in items
            )
        items = tuple(runs for runs in map(tidied_runs, items) if runs)
        if not items:
            continue
        if part.tag in ("ul", "ol") and found and found[-1].tag == part.tag:
            found[-1] = Part(part.tag, found[-1].items + items)
        elif part.tag in ("ul", "ol"):
            found.append(Part(part.tag, items))
        else:
            found += [Part(part.tag, (runs,)) for runs in items]
    return found


def tidied_runs(runs: Runs) -> Runs:
    """The runs with spaces single, none at the ends, and neighbours of one style joined.

    A space between two styles takes what both have in common, so no style begins or ends in one.
    """
    signs = _spaced(runs)
    joined: list[tuple[list[str], Style]] = []
    for sign, style in zip(signs, _common(signs), strict=True):
        if joined and joined[-1][1] == style:
            joined[-1][0].append(sign[0])
        else:
            joined.append(([sign[0]], style))
    return tuple(Run("".join(text), *style) for text, style in joined)


def _spaced(runs: Runs) -> list[tuple[str, Style]]:
    """Every sign with its style, spaces single and none at the ends of a line."""
    signs: list[tuple[str, Style]] = []
    for run in runs:
        style = (run.bold, run.italic, run.link)
        for sign in SPACES.sub(" ", CONTROLS.sub("", run.text)):
            previous = signs[-1][0] if signs else BREAK
            if sign == BREAK:
                while signs and signs[-1][0] != BREAK and signs[-1][0].isspace():
                    signs.pop()
                if not signs:
                    continue
            elif (sign == " " and previous == " ") or (previous == BREAK and sign.isspace()):
                continue
            signs.append((sign, style))
    while signs and signs[-1][0].isspace():
        signs.pop()
    return signs


def _common(signs: list[tuple[str, Style]]) -> list[Style]:
    """The style of each sign; that of a space is what the signs around it share."""
    styles = [style for _sign, style in signs]
    if len(set(styles)) < 2:
        return styles
    behind: Style | None = None
    for index in range(len(signs) - 1, -1, -1):
        if not signs[index][0].isspace():
            behind = styles[index]
        elif behind is not None:
            styles[index] = behind
    before: Style | None = None
    for index, (sign, _style) in enumerate(signs):
        if not sign.isspace():
            before = styles[index]
        elif before is not None:
            other = styles[index]
            link = before[2] if before[2] == other[2] else None
            styles[index] = (before[0] and other[0], before[1] and other[1], link)
    return styles


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
    for link, group in _by_link(runs):
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


def _by_link(runs: Runs) -> Iterator[tuple[Link | None, list[Run]]]:
    group: list[Run] = []
    for run in runs:
        if group and group[-1].link != run.link:
            yield group[0].link, group
            group = []
        group.append(run)
    if group:
        yield group[0].link, group


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


# Wagtail's stored HTML --------------------------------------------------------------------


def to_html(parts: Iterable[Part], links: Links) -> str:
    """Stored HTML of parts: `<p>…</p>`, `<a linktype="page" id="12">`, `<a linktype="term" …>`."""
    out = []
    for part in parts:
        if part.tag in ("ul", "ol"):
            items = "".join(f"<li>{_html(runs, links)}</li>" for runs in part.items)
            out.append(f"<{part.tag}>{items}</{part.tag}>")
        else:
            out += [f"<{part.tag}>{_html(runs, links)}</{part.tag}>" for runs in part.items]
    return "".join(out)


def _html(runs: Runs, links: Links) -> str:
    out = []
    for link, group in _by_link(runs):
        inner = ""
        for run in group:
            text = escape(run.text, quote=False).replace(BREAK, "<br/>")
            text = f"<i>{text}</i>" if run.italic else text
            inner += f"<b>{text}</b>" if run.bold else text
        out.append(inner if link is None else f"<a {_attributes(link, links)}>{inner}</a>")
    return "".join(out)


def _attributes(link: Link, links: Links) -> str:
    if link.kind == "url":
        return f'href="{escape(link.to)}"'
    if link.kind == "page":
        return f'linktype="page" id="{escape(links.page_ref(link.to))}"'
    return f'linktype="{link.kind}" key="{escape(link.to)}"'


def from_html(html: str, links: Links) -> list[Part]:
    """The parts of stored HTML; what a pack cannot hold is left out, its words stay."""
    reader = _Reader(links)
    reader.feed(sanitise.clean(html))
    reader.close()
    reader.end_part()
    return tidied(reader.parts)


def from_html_inline(html: str, links: Links) -> Runs:
    """As `from_html`, all paragraphs put into one with line breaks between."""
    runs: list[Run] = []
    for part in from_html(html, links):
        for item in part.items:
            runs += [Run(BREAK), *item] if runs else item
    return tidied_runs(tuple(runs))


class _Reader(HTMLParser):
    BLOCKS = {"p": "p", "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}

    def __init__(self, links: Links) -> None:
        super().__init__(convert_charrefs=True)
        self.links = links
        self.parts: list[Part] = []
        self.tag = "p"
        self.lists: list[str] = []
        self.runs: list[Run] = []
        self.bold = self.italic = 0
        self.anchors: list[Link | None] = []

    def end_part(self) -> None:
        if self.runs:
            self.parts.append(Part(self.tag, (tuple(self.runs),)))
        self.runs = []
        self.tag = self.lists[-1] if self.lists else "p"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in self.BLOCKS or tag == "li":
            self.end_part()
            self.tag = self.lists[-1] if self.lists else self.BLOCKS.get(tag, "p")
        elif tag in ("ul", "ol"):
            self.end_part()
            self.lists.append(tag)
            self.tag = tag
        elif tag in ("b", "strong"):
            self.bold += 1
        elif tag in ("i", "em"):
            self.italic += 1
        elif tag == "a":
            self.anchors.append(self._link(values))
        elif tag == "br":
            self.handle_data(BREAK, True)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.handle_data(BREAK, True)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS or tag == "li":
            self.end_part()
        elif tag in ("ul", "ol"):
            self.end_part()
            if self.lists:
                self.lists.pop()
            self.tag = self.lists[-1] if self.lists else "p"
        elif tag in ("b", "strong"):
            self.bold = max(0, self.bold - 1)
        elif tag in ("i", "em"):
            self.italic = max(0, self.italic - 1)
        elif tag == "a" and self.anchors:
            self.anchors.pop()

    def handle_data(self, data: str, is_break: bool = False) -> None:
        link = self.anchors[-1] if self.anchors else None
        text = data if is_break else data.replace("\n", " ")
        self.runs.append(Run(text, bool(self.bold), bool(self.italic), link))

    def _link(self, values: dict[str, str]) -> Link | None:
        kind = values.get("linktype", "")
        if kind == "page":
            path = self.links.page_path(values.get("id", ""))
            return Link("page", path) if path else None
        if kind in ("term", "source"):
            return Link(kind, values.get("key", ""))
        address = values.get("href", "").replace("(", "%28").replace(")", "%29").replace(" ", "%20")
        return Link("url", address) if address and not kind else None

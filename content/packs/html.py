"""Rich text as Wagtail stores it, to plain values and back."""

from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser
from typing import Protocol

from content import sanitise
from content.packs.runs import BREAK, Link, Part, Run, Runs, by_link, tidied, tidied_runs


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
    for link, group in by_link(runs):
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

"""A page as it is read: everything its blocks name, fetched once, and rich text made readable."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from wagtail.fields import StreamField
from wagtail.models import Page

from content import svg
from content.bilingual import LANGUAGES, pick
from content.keys import TILTS_PACK, item_uuid
from content.models import Figure, GlossaryTerm, PackRecord, Source
from content.packs import stream
from content.packs.kinds import Raw

R = TypeVar("R", bound=PackRecord)
ANCHOR = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
EMBED = re.compile(r'<embed\b(?:[^>"]|"[^"]*")*>')


@dataclass(frozen=True)
class Answer:
    """What a reader answered to a quick check: the block and the option's id."""

    block: str
    option: str


@dataclass
class Reading:
    """One page for one reader: terms, sources, figures and links in one query for each kind.

    Kept in the context as `reading`; block templates ask it instead of the database.
    """

    page: Page
    request: HttpRequest | None = None
    answer: Answer | None = None
    raw: list[Raw] | None = None  # in place of the page's streams: a preview's, a test's
    _ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.answer is None and self.request is not None and self.request.GET.get("check"):
            query = self.request.GET
            self.answer = Answer(query["check"][:100], query.get("answer", "")[:100])

    @cached_property
    def language(self) -> str:
        code = self.page.locale.language_code if self.page.locale_id else ""
        return code if code in LANGUAGES else LANGUAGES[0]

    @cached_property
    def _named(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {
            "page": set(),
            "term": set(),
            "source": set(),
            "figure": set(),
        }
        for reference in stream.references(self._raw()):
            found[reference.kind].add(reference.key)
        return found

    def _raw(self) -> Iterable[Raw]:
        if self.raw is not None:
            return self.raw
        return [
            item
            for model_field in self.page._meta.get_fields()
            if isinstance(model_field, StreamField)
            for item in _raw_of(getattr(self.page, model_field.name))
        ]

    @cached_property
    def _below_heading(self) -> set[str]:
        """Ids of the blocks that stand below a heading of a text."""
        found: set[str] = set()
        is_below = False
        for item in self._raw():
            if item["type"] == "text":
                is_below = is_below or "<h2" in _source(item["value"])
            elif is_below:
                found.add(str(item.get("id") or ""))
        return found

    @cached_property
    def contents(self) -> list[dict[str, str]]:
        """The headings of the texts, each with the id it has on the page."""
        counted = Reading(self.page, raw=[])  # ids as they are given out while the page is drawn
        return [
            {"id": counted.unique(_anchor_of(found[1])), "title": unescape(strip_tags(found[1]))}
            for item in self._raw()
            if item["type"] == "text"
            for found in HEADING.finditer(_source(item["value"]))
        ]

    @cached_property
    def terms(self) -> Mapping[str, GlossaryTerm]:
        return self._records(GlossaryTerm.objects.select_related("source"))

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return self._records(Source.objects.all())

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        return self._records(Figure.objects.all())

    def _records(self, records: QuerySet[R]) -> Mapping[str, R]:
        """Those named on the page, by key; no query where none is."""
        keys = self._named[records.model.pack_kind]
        return {each.key: each for each in records.filter(key__in=keys, live=True)} if keys else {}

    @cached_property
    def addresses(self) -> Mapping[str, str]:
        """Address of each page linked to, in this page's language where it exists; two queries."""
        refs = self._named["page"]
        if not refs:
            return {}
        keys: dict[str, list[UUID]] = {
            ref: [item_uuid(kind, ref, TILTS_PACK) for kind in ("page", "info")]
            for ref in refs
            if not ref.isdigit()
        }
        numbers = [int(ref) for ref in refs if ref.isdigit()]
        if numbers:
            found = Page.objects.filter(pk__in=numbers).values_list("pk", "translation_key")
            keys |= {str(pk): [key] for pk, key in found}
        wanted = {key for several in keys.values() for key in several}
        pages = Page.objects.live().filter(translation_key__in=wanted).select_related("locale")
        best: dict[UUID, Page] = {}
        for page in pages:
            if page.locale_id == self.page.locale_id or page.translation_key not in best:
                best[page.translation_key] = page
        addresses = {
            ref: next((best[key].get_url(self.request) for key in several if key in best), "")
            for ref, several in keys.items()
        }
        return {ref: address or "" for ref, address in addresses.items()}

    # What templates call --------------------------------------------------------------------

    def html(self, value: Any) -> SafeString:
        """Stored rich text as HTML for readers: terms explained in place, links resolved."""
        source = EMBED.sub("", _source(value))
        source = HEADING.sub(self._heading, ANCHOR.sub(self._anchor, source))
        return mark_safe(source)  # noqa: S308  (cleaned when stored)

    def line(self, value: Any) -> SafeString:
        """As `html`, without the paragraph around it; several paragraphs become lines."""
        parts = PARAGRAPH.findall(_source(value)) or [_source(value)]
        return self.html("<br>".join(part for part in parts if part))

    def unique(self, name: str) -> str:
        """An id that no other element of the page has: `name`, then `name-2`, …"""
        self._ids[name] = number = self._ids.get(name, 0) + 1
        return name if number == 1 else f"{name}-{number}"

    def level(self, block: str | None) -> int:
        """The level of a block's title: that below the headings of the text before it, if any."""
        return 3 if (block or "") in self._below_heading else 2

    def citation(self, key: str | None) -> dict[str, Any] | None:
        """Title, address and day of checking of a source, or None for one that is not there."""
        source = self.sources.get(key or "")
        if source is None:
            return None
        return {
            "title": pick(source, "title", self.language),
            "address": source.address,
            "checked_on": source.checked_on,
            "kind": source.kind,
        }

    def drawing(self, value: Mapping[str, Any], id: str, described_by: str = "") -> SafeString:
        """The figure of a block as inline SVG with the block's labels, or nothing."""
        figure = self.figures.get(value["figure"] or "")
        if figure is None:
            return SafeString("")
        texts = {label["key"]: label["text"] for label in value["labels"]}
        title = value["title"]
        return svg.draw(figure.svg, id=id, title=title, texts=texts, described_by=described_by)

    def chosen(self, block: str | None) -> str:
        """The option the reader answered this block with just now, or nothing."""
        return self.answer.option if self.answer and self.answer.block == block else ""

    # ----------------------------------------------------------------------------------------

    def _heading(self, found: re.Match[str]) -> str:
        return f'<h2 id="{self.unique(_anchor_of(found[1]))}">{found[1]}</h2>'

    def _anchor(self, found: re.Match[str]) -> str:
        attributes = {name: unescape(value) for name, value in ATTRIBUTE.findall(found[1])}
        text, kind = mark_safe(found[2]), attributes.get("linktype", "")  # noqa: S308
        if kind == "term":
            return self._term(attributes.get("key", ""), text)
        if kind == "source":
            return self._source_link(attributes.get("key", ""), text)
        if kind == "page":
            address = self.addresses.get(attributes.get("id", ""))
            return format_html('<a href="{}">{}</a>', address, text) if address else text
        address = attributes.get("href", "")
        if not address:
            return text
        outside = ' rel="noopener noreferrer"' if address.startswith("http") else ""
        return format_html('<a href="{}"{}>{}</a>', address, mark_safe(outside), text)  # noqa: S308

    def _term(self, key: str, text: SafeString) -> str:
        term = self.terms.get(key)
        if term is None:
            return text
        values = {
            "id": self.unique(f"term-{key}"),
            "text": text,
            "term": pick(term, "term", self.language),
            "definition": pick(term, "definition", self.language),
            "source": pick(term.source, "title", self.language) if term.source else "",
        }
        return get_template("components/term.html").render(values).strip()

    def _source_link(self, key: str, text: SafeString) -> str:
        source = self.sources.get(key)
        if source is None or not source.address:
            return format_html("<cite>{}</cite>", text) if source else text
        return format_html(
            '<a href="{}" rel="noopener noreferrer" title="{}">{}</a>',
            source.address,
            pick(source, "title", self.language),
            text,
        )


def _anchor_of(heading: str) -> str:
    """What a heading is called in an address: its words in plain letters."""
    return f"s-{slugify(unescape(strip_tags(heading)))[:60].strip('-')}".rstrip("-")


def _raw_of(value: Any) -> list[Raw]:
    raw = list(value.raw_data) if value else []
    return raw if stream.is_known(raw) else []


def _source(value: Any) -> str:
    """The stored HTML of a rich text value."""
    return str(getattr(value, "source", value) or "")

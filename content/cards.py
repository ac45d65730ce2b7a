"""Memory cards: blocks of a page that are offered on a page of their own, to print and carry.

Blocks of a page with one card title are one card.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from content.cache import remember
from content.models import BasePage
from content.packs.kinds import items_of
from content.packs.links import page_models
from content.reading import Reading


@dataclass(frozen=True)
class Card:
    """A card as lists show it."""

    title: str
    page: UUID  # translation key
    block: str

    @property
    def url(self) -> str:
        return reverse("content:card", args=[self.page, self.block])


def cards(language: str) -> Mapping[UUID, tuple[Card, ...]]:
    """The cards of every published page in a language, by the page's translation key."""

    def look() -> dict[UUID, tuple[Card, ...]]:
        found = {}
        for model in page_models():
            pages = model.objects.live().filter(archived=False, locale__language_code=language)
            for page in pages.order_by("path"):
                if of_page := tuple(_cards_of(page)):
                    found[page.translation_key] = of_page
        return found

    return remember(("memory cards", language), look)


def _cards_of(page: BasePage) -> Iterator[Card]:
    seen = {""}
    for stream in _streams(page):
        for item in stream.raw_data:
            title = _title(item["value"])
            if title not in seen:
                yield Card(title, page.translation_key, item["id"])
            seen.add(title)


def _streams(page: BasePage) -> list[StreamValue]:
    return [
        getattr(page, field.name)
        for field in page._meta.get_fields()
        if isinstance(field, StreamField)
    ]


def _title(value: Any) -> str:
    """The title of the card that a block is; empty where it is none."""
    return str(value.get("card") or "") if isinstance(value, Mapping) else ""


def card_context(page: BasePage, block: str, request: HttpRequest) -> dict[str, Any]:
    """What the page of one card shows: its blocks and where their facts come from. Http404."""
    for stream in _streams(page):
        title = next((_title(child.value) for child in stream if child.id == block), "")
        if title:
            children = [child for child in stream if _title(child.value) == title]
            ids, above = {child.id for child in children}, page.get_parent()
            sources = [item for item in stream.raw_data if item["type"] == "sources"]
            # Only the card is read, so that its titles stand below the page's.
            raw = [item for item in stream.raw_data if item["id"] in ids]
            return {
                "page": page,
                "children": children,
                "title": title,
                "crumbs": [
                    {"title": above.title, "url": above.get_url(request)},
                    {"title": page.title, "url": page.get_url(request)},
                    {"title": title, "url": ""},
                ],
                "reading": Reading(page, request, raw=[*raw, *sources]),
                "cited": [row for item in sources for row in items_of(item["value"]["items"])],
            }
    raise Http404

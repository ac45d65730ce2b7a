"""Memory cards: blocks of a page that are offered on a page of their own, to print and carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from content.cache import remember
from content.models import BasePage
from content.packs.kinds import Raw, items_of
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


def _cards_of(page: BasePage) -> list[Card]:
    return [
        Card(title, page.translation_key, item["id"])
        for stream in _streams(page)
        for item in stream.raw_data
        if (title := _title(item["value"]))
    ]


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
    """What the page of one card shows: the block and where its facts come from. Http404."""
    for stream in _streams(page):
        for child in stream:
            if child.id == block and (title := _title(child.value)):
                # The block alone is read, so that its title is the first heading after the page's.
                raw = [item for item in stream.raw_data if item["id"] == block]
                above = page.get_parent()
                return {
                    "page": page,
                    "child": child,
                    "title": title,
                    "crumbs": [
                        {"title": above.title, "url": above.get_url(request)},
                        {"title": page.title, "url": page.get_url(request)},
                        {"title": title, "url": ""},
                    ],
                    "reading": Reading(page, request, raw=[*raw, *_sources(stream.raw_data)]),
                    "cited": [item for each in _sources(stream.raw_data) for item in _cited(each)],
                }
    raise Http404


def _sources(raw: Any) -> list[Raw]:
    return [item for item in raw if item["type"] == "sources"]


def _cited(block: Raw) -> list[dict[str, Any]]:
    return items_of(block["value"]["items"])

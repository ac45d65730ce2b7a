"""Keeping translations and the Latvian pages they were made from together.

Publishing a Latvian page takes the digest of what it says and tells its translations; a copy made
for translation remembers the digest it was made from. Whether something is still taught is said by
the Latvian page for both.
"""

from typing import Any

from django.conf import settings
from wagtail.models import Page

from content.cache import bump
from content.models import BasePage
from content.packs.links import SitePaths
from content.packs.plain import plain_fields
from content.versions import digest


def text_fields(model: type[BasePage]) -> list[str]:
    """The fields that hold what a page says: its title, its summary, its streams."""
    from wagtail.fields import StreamField

    streams = [field.name for field in model._meta.get_fields() if isinstance(field, StreamField)]
    return ["title", "summary", *streams]


def text_hash(page: BasePage) -> str:
    """Digest of what the page says, the same in every database."""
    return digest(plain_fields(page, text_fields(type(page)), SitePaths()))


def is_source(page: Page) -> bool:
    """Whether the page is in the language everything is written in first."""
    return bool(page.locale.language_code == settings.LANGUAGE_CODE)


def source_of(page: BasePage) -> BasePage | None:
    """The Latvian page of a translation."""
    if is_source(page):
        return None
    found: BasePage | None = (
        type(page)
        .objects.filter(
            translation_key=page.translation_key, locale__language_code=settings.LANGUAGE_CODE
        )
        .first()
    )
    return found


def published(instance: Page, **_signal: Any) -> None:
    """Bring the digests of a published page and its translations up to date."""
    page = instance.specific
    if not isinstance(page, BasePage):
        return
    rows = type(page).objects
    own: dict[str, Any] = {"text_hash": text_hash(page)}
    if is_source(page):
        rows.filter(translation_key=page.translation_key).exclude(pk=page.pk).update(
            source_hash=own["text_hash"],
            archived=page.archived,
            pack_archived=page.pack_archived,
        )
    elif (source := source_of(page)) is not None:
        own["source_hash"] = source.text_hash
        own |= {"archived": source.archived, "pack_archived": source.pack_archived}
        if not page.made_from:
            own["made_from"] = source.text_hash
    rows.filter(pk=page.pk).update(**own)
    for name, value in own.items():
        setattr(page, name, value)
        setattr(instance, name, value)


def copied(source_obj: Any, target_obj: Any, **_signal: Any) -> None:
    """A copy made for translation was made from what the Latvian page said then."""
    if not isinstance(target_obj, Page):
        return
    target, source = target_obj.specific, source_obj.specific
    if isinstance(target, BasePage) and isinstance(source, BasePage):
        own = {
            "made_from": source.text_hash,
            "source_hash": source.text_hash,
            "text_hash": "",
            "pack_hash": "",
            "pack_offered": "",
        }
        type(target).objects.filter(pk=target.pk).update(**own)
        for name, value in own.items():
            setattr(target_obj, name, value)


def mark_up_to_date(page: BasePage) -> None:
    """The editor says that the translation says what the Latvian page says now."""
    source = source_of(page)
    if source is not None:
        page.made_from = page.source_hash = source.text_hash
        type(page).objects.filter(pk=page.pk).update(
            made_from=source.text_hash, source_hash=source.text_hash
        )
        bump()

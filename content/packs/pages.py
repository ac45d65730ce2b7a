"""Pages of a pack into the page tree: made, updated, offered as drafts, archived."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.models import Locale, Page, Site

from content.keys import item_uuid
from content.packs.links import SiteLinks, SitePaths, locale_of, page_paths, source_locale
from content.packs.plain import field_value, plain, plain_fields
from content.packs.registry import PackError, Problem, Report
from content.versions import digest

UNSETTLED = re.compile(r'linktype=\\?"page\\?" id=\\?"(?!\d+\\?")([^"\\]+)')


def home(language: str) -> Page:
    """The site's home page in a language, made with the site itself where it is missing."""
    from django.apps import apps

    model = apps.get_model("courses", "HomePage")
    locale = locale_of(language)
    found = model.objects.filter(locale=locale, depth=2).first()
    if found is not None:
        return found
    source = source_locale()
    if locale != source:
        first = home(source.language_code)
        page = model(
            title="Tilts",
            slug=f"home-{language}",
            locale=locale,
            translation_key=first.translation_key,
        )
    else:
        page = model(
            title="Tilts", slug="home", locale=locale, translation_key=item_uuid("page", "home")
        )
    root = Page.get_first_root_node()
    for other in root.get_children().filter(slug=page.slug):
        _make_way(other)
    root = Page.objects.get(pk=root.pk)
    root.add_child(instance=page)
    page.save_revision().publish()
    if locale == source:
        site = Site.objects.filter(is_default_site=True).first() or Site(
            hostname="localhost", port=80, is_default_site=True
        )
        site.root_page, site.site_name = page, site.site_name or "Tilts"
        site.save()
    return model.objects.get(pk=page.pk)


def _make_way(page: Page) -> None:
    """Wagtail's own first page ("Welcome") leaves; a page somebody made only changes its slug."""
    if page.specific_class in (None, Page) and not page.get_children().exists():
        Site.objects.filter(root_page=page).delete()
        page.delete()
    else:
        page.slug = f"{page.slug}-{page.pk}"
        page.save()


def save_page(
    report: Report,
    *,
    model: type[Any],
    path: str,
    locale: Locale,
    parent: Page,
    title: str,
    slug: str,
    fields: Mapping[str, Any],
    translation_key: UUID,
    order: int | None = None,
    made_from: str = "",
) -> Any:
    """The page with this translation key in this language, made or brought up to the pack.

    `fields` are model fields by name; a StreamField takes raw data (`stream.to_stream`). `path`
    ("burnout/three-strains") ends in the page's key. `order` is the place among its siblings,
    from 0, when it is made and whenever the pack moves it. `made_from` is the text hash of the
    Latvian text a translation was made from; without it, it is made from the pack's own.

    What an editor changed since stays: the pack's text becomes a draft (once) and a conflict.
    Returns the live page.
    """
    key, name = path.rsplit("/", 1)[-1], f"{model._meta.model_name} {path} ({locale.language_code})"
    values = {name: field_value(model, name, value) for name, value in fields.items()}
    values |= {"title": title, "slug": slug}
    links = SitePaths()
    wanted = digest(without_empty({name: plain(value, links) for name, value in values.items()}))
    page = model.objects.filter(translation_key=translation_key, locale=locale).first()
    try:
        if page is None:
            page = _make(model, key, locale, parent, values, translation_key, order, wanted, name)
            report.created.append(name)
            _keep_made_from(report, page, made_from)
        else:
            _update(report, page, values, wanted, name, links, made_from)
            _move(report, page, parent, order, name)
    except ValidationError as error:
        raise invalid(name, error) from error
    _note(report, page, values)
    return page


def _make(
    model: type[Any],
    key: str,
    locale: Locale,
    parent: Page,
    values: Mapping[str, Any],
    translation_key: UUID,
    order: int | None,
    wanted: str,
    name: str,
) -> Any:
    page = model(
        key=key, locale=locale, translation_key=translation_key, pack_hash=wanted, pack_order=order
    )
    for field, value in values.items():
        setattr(page, field, value)
    parent = Page.objects.get(pk=parent.pk)
    if parent.get_children().filter(slug=page.slug).exists():
        raise PackError([Problem(name, "slug", f"{page.slug!r} belongs to another page there")])
    siblings = list(parent.get_children()) if order is not None else []
    if order is not None and order < len(siblings):
        siblings[order].add_sibling(pos="left", instance=page)
    else:
        parent.add_child(instance=page)
    page.save_revision().publish()
    return model.objects.get(pk=page.pk)


def _update(
    report: Report,
    page: Any,
    values: Mapping[str, Any],
    wanted: str,
    name: str,
    links: SitePaths,
    made_from: str,
) -> None:
    now = digest(plain_fields(page, values, links))
    if wanted in (page.pack_hash, now):
        _set(page, pack_hash=wanted if wanted == now else page.pack_hash)
        (report.updated if bring_back(page) else report.unchanged).append(name)
        return
    draft = page.get_latest_revision_as_object() if page.has_unpublished_changes else page
    is_edited = (
        now != page.pack_hash or digest(plain_fields(draft, values, links)) != page.pack_hash
    )
    if not is_edited:
        for field, value in values.items():
            setattr(page, field, value)
        bring_back(page)
        page.save_revision().publish()
        page.refresh_from_db()
        _set(page, pack_hash=wanted, pack_offered="")
        _keep_made_from(report, page, made_from)
        report.updated.append(name)
        return
    report.conflicts.append(name)
    if page.pack_offered != wanted:
        _offer(page, values)
        _set(page, pack_offered=wanted)


def _offer(page: Any, values: Mapping[str, Any]) -> None:
    """Save the pack's text as a draft; an editor's own draft stays the latest."""
    mine = page.latest_revision if page.has_unpublished_changes else None
    offered = type(page).objects.get(pk=page.pk)
    for field, value in values.items():
        setattr(offered, field, value)
    offered.save_revision(changed=True)
    if mine is not None:
        type(page).objects.filter(pk=page.pk).update(
            latest_revision=mine, draft_title=mine.as_object().title
        )
    page.refresh_from_db()


def _move(report: Report, page: Any, parent: Page, order: int | None, name: str) -> None:
    """Follow the pack where it moved a page; where editors moved one, it stays."""
    if order is None or order == page.pack_order:
        return
    siblings = list(Page.objects.child_of(Page.objects.get(pk=parent.pk)).exclude(pk=page.pk))
    fresh = Page.objects.get(pk=page.pk)
    if order < len(siblings):
        fresh.move(siblings[order], pos="left")
    elif siblings:
        fresh.move(siblings[-1], pos="right")
    page.refresh_from_db()
    _set(page, pack_order=order)
    if name in report.unchanged:
        report.unchanged.remove(name)
        report.updated.append(name)


def _keep_made_from(report: Report, page: Any, made_from: str) -> None:
    from content.translation import is_source, source_of

    if is_source(page):
        return
    source = source_of(page)
    live = source.text_hash if source else ""
    _set(
        page,
        made_from=made_from or report.texts.get(page.translation_key) or live,
        source_hash=live,
    )


def _note(report: Report, page: Any, values: Mapping[str, Any]) -> None:
    """Remember what the pack's Latvian text is, and links that lead to pages still to come."""
    from content.translation import is_source, text_fields

    if is_source(page):
        names = text_fields(type(page))
        said = {name: values.get(name, getattr(page, name)) for name in names}
        links = SitePaths()
        report.texts[page.translation_key] = digest(
            without_empty({name: plain(value, links) for name, value in said.items()})
        )
    if _unsettled_fields(page):
        report.unsettled.append((type(page), page.pk))


def _unsettled_fields(page: Any) -> list[str]:
    from wagtail.fields import StreamField

    return [
        field.name
        for field in page._meta.get_fields()
        if isinstance(field, StreamField) and UNSETTLED.search(field.value_to_string(page))
    ]


def settle(report: Report) -> None:
    """Give links their pages, now that all pages are there. Called once, after all handlers."""
    if report.pack is None:
        return
    for model, pk in report.unsettled:
        page = model.objects.get(pk=pk)
        links = SiteLinks(report.pack, page.locale)

        def settled(found: re.Match[str], links: SiteLinks = links) -> str:
            return found[0][: -len(found[1])] + links.page_ref(found[1])

        for name in _unsettled_fields(page):
            field = page._meta.get_field(name)
            setattr(
                page, name, field.to_python(UNSETTLED.sub(settled, field.value_to_string(page)))
            )
        page.save_revision().publish()
    report.unsettled.clear()


def archive_missing(report: Report, model: type[Any], kept_paths: Collection[str]) -> None:
    """Archive the pack's pages of a model whose path is not kept; they stay as they are."""
    paths = page_paths()
    pack = report.pack
    for page in model.objects.exclude(pack_hash="").filter(archived=False).select_related("locale"):
        path = paths.get(page.pk)
        if path is None or path in kept_paths:
            continue
        if pack and page.translation_key != item_uuid(model.pack_kind, path, pack.uuid):
            continue  # of another pack
        put_away(page)
        report.archived.append(f"{model._meta.model_name} {path} ({page.locale.language_code})")


def put_away(record: Any) -> None:
    """Archive what the pack no longer has."""
    _set(
        record,
        archived=True,
        **({"pack_archived": True} if hasattr(record, "pack_archived") else {}),
    )
    _in_latest_revision(record)


def bring_back(record: Any) -> bool:
    """End the archiving of what the pack has again; what an editor archived stays archived."""
    if not getattr(record, "archived", False) or not getattr(record, "pack_archived", True):
        return False
    _set(
        record,
        archived=False,
        **({"pack_archived": False} if hasattr(record, "pack_archived") else {}),
    )
    _in_latest_revision(record)
    return True


def _in_latest_revision(record: Any) -> None:
    """So that publishing a draft that lies there does not undo it."""
    revision = getattr(record, "latest_revision", None)
    if revision is not None and "archived" in revision.content:
        revision.content["archived"] = record.archived
        revision.save(update_fields=["content"])


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values but for empty ones, as `plain_fields` gives them."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _set(record: models.Model, **values: Any) -> None:
    """Set what belongs to the record, not to a revision of it."""
    changed = {name: value for name, value in values.items() if getattr(record, name) != value}
    if changed:
        type(record)._default_manager.filter(pk=record.pk).update(**changed)
        for name, value in changed.items():
            setattr(record, name, value)


def made_from_of(page: Any) -> str:
    """What a dump writes as `made_from`: the hash, where the translation is out of date."""
    return str(page.made_from) if page.is_out_of_date else ""


def invalid(name: str, error: ValidationError) -> PackError:
    """A model's own refusal of what a pack says, as an error of the pack."""
    fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return PackError(
        [Problem(name, field or "record", " ".join(said)) for field, said in fields.items()]
    )

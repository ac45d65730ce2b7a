"""Which page of the site stands where in a pack."""

from functools import cached_property
from uuid import UUID

from django.apps import apps
from django.conf import settings
from wagtail.models import Locale, Page

from content.keys import item_uuid
from content.packs.registry import Pack

HOME_DEPTH = 2  # the tree is root > home > modules and information pages > parts of a module


def page_models() -> list[type[Page]]:
    """Every kind of page that belongs to a pack."""
    from content.models import BasePage

    return [model for model in apps.get_models() if issubclass(model, BasePage)]


def page_paths() -> dict[int, str]:
    """Primary key to path in the pack ("burnout/three-strains") of every page below a home page.

    One query for each kind of page.
    """
    keys: dict[str, tuple[int, str]] = {}
    for model in page_models():
        for pk, tree_path, depth, key, slug in model.objects.values_list(
            "pk", "path", "depth", "key", "slug"
        ):
            if depth > HOME_DEPTH:
                keys[tree_path] = (pk, key or slug)
    step = Page.steplen
    found = {}
    for tree_path, (pk, _key) in keys.items():
        above = [
            keys[tree_path[:length]][1]
            for length in range((HOME_DEPTH + 1) * step, len(tree_path) + 1, step)
            if tree_path[:length] in keys
        ]
        found[pk] = "/".join(above)
    return found


def source_locale() -> Locale:
    """The locale everything is written in first: Latvian. Made if it is missing."""
    return locale_of(settings.LANGUAGE_CODE)


def locale_of(language: str) -> Locale:
    locale, _made = Locale.objects.get_or_create(language_code=language)
    return locale


class SitePaths:
    """Links read from the site: stored ids to paths. It can tell paths, not find pages."""

    @cached_property
    def paths(self) -> dict[int, str]:
        return page_paths()

    def page_path(self, ref: str) -> str | None:
        if not ref.isdigit():
            return ref or None  # not settled yet: stored under its path
        if int(ref) not in self.paths and Page.objects.filter(pk=int(ref)).exists():
            del self.paths  # a page made since
        return self.paths.get(int(ref))

    def page_ref(self, path: str) -> str:
        return path


class SiteLinks(SitePaths):
    """Links of a pack's texts in one language: `to_stream(blocks, SiteLinks(pack, locale), file)`."""

    def __init__(self, pack: Pack | UUID, locale: Locale) -> None:
        self.pack = pack if isinstance(pack, UUID) else pack.uuid
        self.locale = locale
        self._refs: dict[str, str] = {}

    def page_ref(self, path: str) -> str:
        """Stored id of the page in this language, or the path while there is no such page."""
        if path not in self._refs:
            keys = [item_uuid(kind, path, self.pack) for kind in ("page", "info")]
            found = Page.objects.filter(translation_key__in=keys, locale=self.locale)
            pk = found.values_list("pk", flat=True).first()
            if pk is None:
                return path
            self._refs[path] = str(pk)
        return self._refs[path]

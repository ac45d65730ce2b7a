"""What is wrong with the site's content: broken references, unequal translations, old facts."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from wagtail.fields import StreamField
from wagtail.models import Page

from content import readability
from content.models import BasePage, Figure, GlossaryTerm, Source
from content.packs import stream
from content.packs.links import SitePaths, page_models, page_paths
from content.packs.registry import Problem, waiting
from content.translation import text_hash

SITE = "site"

# What apps above have to say of the site: (where, reason, whether it is an error).
Finder = Callable[[], Iterable[tuple[str, str, bool]]]

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Have the site checked by this too; called in `AppConfig.ready()`."""
    _finders.append(finder)


# What apps above know of the content that is no problem, as lines of text.
Teller = Callable[[], Iterable[str]]

_tellers: list[Teller] = []


def tell(teller: Teller) -> None:
    """Have `check_content` print this too; called in `AppConfig.ready()`."""
    _tellers.append(teller)


def site_tables() -> Iterator[str]:
    """What there is to know of the site's content beside its problems."""
    for teller in _tellers:
        yield from teller()


# Parts of records that wait for an expert: where, and what for in both languages.
Waiter = Callable[[], Iterable[tuple[str, Mapping[str, str]]]]

_waiters: list[Waiter] = []


def wait(waiter: Waiter) -> None:
    """Have `check_content --review` list these too; called in `AppConfig.ready()`."""
    _waiters.append(waiter)


def _told(*, errors: bool) -> Iterator[Problem]:
    for finder in _finders:
        for where, reason, is_error in finder():
            if is_error is errors:
                yield Problem(SITE, where, reason)


def live_pages() -> Iterator[BasePage]:
    """Every live page of a pack's kinds; one query for each kind."""
    for model in page_models():
        yield from model.objects.live().filter(archived=False).select_related("locale")


def raw_streams(page: Page) -> dict[str, list[dict[str, Any]]]:
    """Raw data of the page's streams of blocks, by field."""
    found = {}
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            value = getattr(page, field.name)
            raw = list(value.stream_block.get_prep_value(value))
            if stream.is_known(raw):
                found[field.name] = raw
    return found


def site_problems() -> list[Problem]:
    """Broken references, and translations whose blocks differ from the Latvian page's."""
    pages = list(live_pages())
    return [
        *_broken(pages),
        *_unequal(pages),
        *_stale(pages),
        *_long_winded(pages),
        *_told(errors=True),
    ]


def _name(page: BasePage, paths: dict[int, str]) -> str:
    return f"{paths.get(page.pk, page.slug)} ({page.locale.language_code})"


def _broken(pages: list[BasePage]) -> Iterator[Problem]:
    paths = page_paths()
    live = {str(pk) for pk in Page.objects.live().values_list("pk", flat=True)}
    there = {
        "term": set(GlossaryTerm.objects.filter(live=True).values_list("key", flat=True)),
        "source": set(Source.objects.filter(live=True).values_list("key", flat=True)),
        "figure": set(Figure.objects.filter(live=True).values_list("key", flat=True)),
        "page": live,
    }
    for page in pages:
        for raw in raw_streams(page).values():
            for reference in stream.references(raw):
                if reference.key not in there[reference.kind]:
                    reason = f"leads to a {reference.kind} that is not there: {reference.key!r}"
                    yield Problem(SITE, f"{_name(page, paths)}, {reference.block}", reason)


def _unequal(pages: list[BasePage]) -> Iterator[Problem]:
    paths, links = page_paths(), SitePaths()
    sources = {
        page.translation_key: page
        for page in pages
        if page.locale.language_code == settings.LANGUAGE_CODE
    }
    for page in pages:
        source = sources.get(page.translation_key)
        if source is None or source is page or type(source) is not type(page):
            continue
        ours = raw_streams(source)
        for field, raw in raw_streams(page).items():
            made_from = stream.from_stream(ours.get(field, []), links)
            for problem in stream.check_translation(
                made_from, stream.from_stream(raw, links), SITE
            ):
                yield Problem(SITE, f"{_name(page, paths)}, {problem.where}", problem.reason)


def _long_winded(pages: list[BasePage]) -> Iterator[Problem]:
    paths = page_paths()
    for page in pages:
        most = readability.LONGEST_AVERAGE[page.locale.language_code]
        words = readability.average(raw_streams(page))
        if words > most:
            reason = f"has {words:.1f} words in a sentence on average; at most {most} are read well"
            yield Problem(SITE, _name(page, paths), reason)


def _stale(pages: list[BasePage]) -> Iterator[Problem]:
    """Digests that do not fit what the page says: they are kept by publishing."""
    paths = page_paths()
    for page in pages:
        if page.text_hash != text_hash(page):
            yield Problem(SITE, _name(page, paths), "its text hash is old; publish it again")


def site_notes(today: datetime.date) -> list[Problem]:
    """What is no error but wants somebody: translations out of date, sources to check again."""
    paths = page_paths()
    notes = [
        Problem(SITE, _name(page, paths), "the translation is out of date")
        for page in live_pages()
        if page.is_out_of_date
    ]
    for source in Source.objects.filter(archived=False, review_by__lt=today):
        reason = f"was to be checked again by {source.review_by}"
        notes.append(Problem(SITE, f"source {source.key}", reason))
    return [*notes, *_told(errors=False)]


def site_to_review() -> list[Problem]:
    """Records of any kind that wait for an expert, and parts of them."""
    records = [
        Problem(
            SITE,
            f"{model._meta.model_name} {getattr(record, 'path', record.pk)}",
            "needs expert review",
        )
        for model in apps.get_models()
        if any(field.name == "needs_review" for field in model._meta.get_fields())
        for record in model._default_manager.filter(needs_review=True)
    ]
    parts = [Problem(SITE, where, waiting(what)) for waiter in _waiters for where, what in waiter()]
    return [*records, *parts]

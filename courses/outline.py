"""The modules and their parts, paths and competences in one language, as plain values."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache as once
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F
from wagtail.models import Page, PageViewRestriction

from content.bilingual import LANGUAGES, current, pick, say
from content.cache import bump_twice, remember
from content.models import Applies, BasePage
from courses.models import CoursePage, Path
from courses.progress.models import Competence, Requirement


@dataclass(frozen=True)
class Part:
    """A lesson, quiz or scenario of a module; `key` is its translation key."""

    key: UUID
    kind: str
    verb: str  # the activity by which it is done: read, passed, finished
    title: str
    url: str  # empty while it is not published
    minutes: int
    archived: bool
    is_beside: bool = False  # the module is done without it
    setting: str = ""  # the only one it applies to

    @property
    def is_open(self) -> bool:
        return bool(self.url) and not self.archived


@dataclass(frozen=True)
class Module:
    """A module with all its parts in tree order; `key` is its translation key."""

    key: UUID
    name: str  # the stable key in packs, such as "burnout"
    title: str
    summary: str
    url: str  # empty while it is not published
    minutes: int
    order: int
    applies: str
    archived: bool
    private: bool
    competences: tuple[UUID, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def is_open(self) -> bool:
        return bool(self.url) and not self.archived

    @property
    def open_parts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.is_open)

    @property
    def is_being_written(self) -> bool:
        """Whether there is only something to practise on yet: it asks for nothing."""
        return only_practice(part.kind for part in self.open_parts)


@dataclass(frozen=True)
class Ability:
    """A competence in words; `key` is its UUID, `levels` the text of each level from 0 to 4."""

    key: UUID
    name: str  # the stable key, such as "self-care"
    title: str
    description: str
    levels: tuple[str, ...]
    indicators: tuple[str, ...]
    critical: bool


@dataclass(frozen=True)
class Route:
    """A path with all dated versions of what it asks for."""

    key: UUID
    name: str
    title: str
    summary: str
    setting: str
    archived: bool
    coming: tuple[str, ...]  # titles of modules announced
    coming_names: tuple[str, ...]  # their stable keys
    versions: tuple[tuple[int, datetime.date, tuple[UUID, ...]], ...]

    def modules_on(self, day: datetime.date) -> tuple[UUID, ...]:
        """Keys of the modules that the version in force on a day asks for."""
        begun = [version for version in self.versions if version[1] <= day]
        return max(begun, key=lambda v: (v[1], v[0]))[2] if begun else ()


@dataclass(frozen=True)
class Outline:
    """Everything there is or was to learn, in order, by key."""

    modules: dict[UUID, Module] = field(default_factory=dict)
    routes: dict[UUID, Route] = field(default_factory=dict)
    abilities: dict[UUID, Ability] = field(default_factory=dict)

    @property
    def open_modules(self) -> list[Module]:
        return [module for module in self.modules.values() if module.is_open]

    @property
    def open_routes(self) -> list[Route]:
        return [route for route in self.routes.values() if not route.archived]

    @property
    def taught(self) -> set[UUID]:
        """The competences that a published module is about; the others are still coming."""
        return {key for module in self.open_modules for key in module.competences}

    def part(self, key: UUID) -> tuple[Module, Part] | None:
        """A part and the module it stands in, by the part's key."""
        for module in self.modules.values():
            for part in module.parts:
                if part.key == key:
                    return module, part
        return None

    def parts(self) -> dict[UUID, tuple[Module, Part]]:
        """All parts by key, each with its module."""
        return {p.key: (module, p) for module in self.modules.values() for p in module.parts}

    def title(self, key: UUID) -> str:
        """The title of a module or a path, or nothing where there is none."""
        known = self.modules.get(key) or self.routes.get(key)
        return known.title if known else ""


def only_practice(kinds: Iterable[str]) -> bool:
    """Whether a module of such parts has conversations to play, and neither lesson nor quiz."""
    return set(kinds) == {"scenario"}


@once
def part_models() -> tuple[type[BasePage], ...]:
    """The kinds of page that are parts of a module, from whichever app they come."""
    return tuple(
        model
        for model in apps.get_models()
        if issubclass(model, BasePage) and hasattr(model, "activity_kind")
    )


def outline(language: str | None = None) -> Outline:
    """The outline in a language; what is not translated stands in the language it has.

    Remembered until something is published; treat it as read-only.
    """
    code = language or current()
    return remember(("outline", code), lambda: read(code))


def outdate(**_signal: Any) -> None:
    """Have the outline read again: at once by whoever made the change, then by everybody."""
    bump_twice()


def read(language: str) -> Outline:
    """The outline from the database: a constant number of queries."""
    abilities = {
        row.uuid: Ability(
            key=row.uuid,
            name=row.key,
            title=pick(row, "name", language),
            description=pick(row, "description", language),
            levels=tuple(
                say(level["text"], language)
                for level in sorted(row.levels, key=lambda level: level["level"])
            ),
            indicators=tuple(say(each["text"], language) for each in row.indicators),
            critical=row.critical,
        )
        for row in Competence.objects.filter(archived=False)
    }
    return Outline(_modules(language, list(abilities)), _routes(language), abilities)


def _routes(language: str) -> dict[UUID, Route]:
    versions: dict[UUID, list[tuple[int, datetime.date, tuple[UUID, ...]]]] = defaultdict(list)
    for row in Requirement.objects.filter(kind=Requirement.Kind.PATH):
        modules = tuple(UUID(part["key"]) for part in row.parts if part["kind"] == "module")
        versions[row.key].append((row.version, row.effective_from, modules))
    return {
        path.uuid: Route(
            key=path.uuid,
            name=path.key,
            title=pick(path, "title", language),
            summary=pick(path, "summary", language),
            setting=path.setting,
            archived=path.archived,
            coming=tuple(say(each["title"], language) for each in path.coming),
            coming_names=tuple(each["key"] for each in path.coming),
            versions=tuple(versions[path.uuid]),
        )
        for path in Path.objects.all()
    }


def _modules(language: str, order: list[UUID]) -> dict[UUID, Module]:
    children: dict[str, list[BasePage]] = defaultdict(list)
    for model in part_models():
        for page in _pages(model):
            children[page.path[: -Page.steplen]].append(page)
    courses = [page for page in _pages(CoursePage) if isinstance(page, CoursePage)]
    private = list(PageViewRestriction.objects.values_list("page__path", flat=True))
    linked = CoursePage.competences.through.objects.values_list(
        F("coursepage_id"), F("competence__uuid")
    )
    competences: dict[int, list[UUID]] = defaultdict(list)
    for course_id, uuid in linked:
        if uuid in order:
            competences[course_id].append(uuid)

    parts = _by_key((p for pages in children.values() for p in pages), language)
    modules = []
    for course in _by_key(courses, language).values():
        # A part that is not translated yet keeps its place among its neighbours.
        keys = [
            child.translation_key
            for sibling in sorted(
                (c for c in courses if c.translation_key == course.translation_key),
                key=lambda c: c.locale.language_code,
                reverse=True,
            )
            for child in sorted(children[sibling.path], key=lambda child: child.path)
        ]
        modules.append(
            Module(
                key=course.translation_key,
                name=course.key,
                title=course.title,
                summary=course.summary,
                url=_url(course),
                minutes=course.minutes,
                order=course.order,
                applies=course.applies,
                archived=course.archived,
                private=any(course.path.startswith(path) for path in private),
                competences=tuple(sorted(competences[course.pk], key=order.index)),
                parts=tuple(_part(parts[key]) for key in dict.fromkeys(keys)),
            )
        )
    modules.sort(key=lambda module: (module.order, module.title))
    return {module.key: module for module in modules}


def _pages(model: type[BasePage]) -> Iterable[BasePage]:
    pages: Iterable[BasePage] = (
        model.objects.filter(locale__language_code__in=LANGUAGES)
        .select_related("locale")
        .defer_streamfields()
        .order_by("path")
    )
    return pages


def _by_key(pages: Iterable[BasePage], language: str) -> dict[UUID, BasePage]:
    """One page for each translation key: the language's own where it is published, else any."""
    best: dict[UUID, BasePage] = {}

    def rank(page: BasePage) -> tuple[bool, bool]:
        return page.live, page.locale.language_code == language

    for page in pages:
        known = best.get(page.translation_key)
        if known is None or rank(page) > rank(known):
            best[page.translation_key] = page
    return best


def _part(page: BasePage) -> Part:
    return Part(
        key=page.translation_key,
        kind=page.activity_kind,
        verb=page.done_verb,
        title=page.title,
        url=_url(page),
        minutes=getattr(page, "minutes", 0) or 0,
        archived=page.archived,
        is_beside=is_beside(page),
        setting=setting_of(page),
    )


def is_beside(page: BasePage) -> bool:
    """Whether a part is offered in addition to what its module asks for."""
    return bool(getattr(page, "is_beside", False))


def setting_of(page: BasePage) -> str:
    """The only setting that a part applies to, or nothing where it applies to all."""
    return "" if page.applies == Applies.BOTH else page.applies


def _url(page: BasePage) -> str:
    return (page.get_url() or "") if page.live else ""

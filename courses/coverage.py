"""Which sections of the handbook are taught, and by what: what an editor has left out shows.

A lesson and a question name the sections they rest on; a scenario teaches those of the lessons
that its remarks send back to. Apps above register what they have in `AppConfig.ready()`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from content.checks import raw_streams
from content.packs.kinds import items_of
from content.packs.links import page_paths
from courses.models import LessonPage

HANDBOOK = "handbook"  # the key of the source
NUMBER = re.compile(r"\d+")


class Taught(NamedTuple):
    """One thing that teaches a section, as the section is written in Latvian."""

    section: str
    kind: str  # "lesson", "question" or "scenario"
    name: str


Source = Callable[[], Iterable[Taught]]

_sources: list[Source] = []
KINDS = ("lesson", "question", "scenario")


def register(source: Source) -> None:
    """Have what this source teaches counted too; called in `AppConfig.ready()`."""
    _sources.append(source)


def split(section: str) -> list[str]:
    """The sections that a citation names: "1.2, 1.3" names two."""
    return [part.strip() for part in re.split(r"[,;]", section) if part.strip()]


def sections_of_lessons() -> dict[str, list[str]]:
    """What each Latvian lesson cites of the handbook, by its path ("burnout/three-strains")."""
    paths = page_paths()
    lessons = LessonPage.objects.live().filter(archived=False, locale__language_code="lv")
    return {paths.get(lesson.pk, lesson.slug): _cited(lesson) for lesson in lessons}


def _cited(lesson: LessonPage) -> list[str]:
    return [
        section
        for raw in raw_streams(lesson).values()
        for block in raw
        if block["type"] == "sources"
        for row in items_of(block["value"]["items"])
        if row["source"] == HANDBOOK
        for section in split(row["section"])
    ]


def lessons() -> Iterator[Taught]:
    for path, sections in sections_of_lessons().items():
        yield from (Taught(section, "lesson", path) for section in sections)


def coverage() -> dict[str, Mapping[str, set[str]]]:
    """What teaches each section, by kind: sections in the order of their numbers, annexes last."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for source in (lessons, *_sources):
        for taught in source():
            found[taught.section][taught.kind].add(taught.name)
    return {section: found[section] for section in sorted(found, key=_place)}


def _place(section: str) -> tuple[bool, list[int], str]:
    return (not section[:1].isdigit(), [int(each) for each in NUMBER.findall(section)], section)


def table() -> Iterator[str]:
    """The same as lines of text, in English as all checks speak it."""
    yield "Sections of the handbook, and how many lessons, questions and scenarios teach each:"
    for section, kinds in coverage().items():
        counts = "".join(f"{len(kinds.get(kind, ())):>5} {kind}s" for kind in KINDS)
        yield f"  {section:<24}{counts}"

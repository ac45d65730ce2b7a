"""Where a person left off: apps above say which attempts and runs are unfinished.

`assessments` and `scenarios` register a finder in `AppConfig.ready()`.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from courses.progress.models import Subject


@dataclass(frozen=True)
class Place:
    """Where to go on: the address of the next question or scene, since when, and where in it.

    `text` is a translated phrase such as "question 4 of 14", or empty.
    """

    url: str
    since: datetime.datetime
    text: str = ""


# Given a subject and translation keys of pages, a finder answers with the unfinished ones among
# them, in one query whatever their number.
Finder = Callable[[Subject, Collection[UUID]], Mapping[UUID, Place]]

_finders: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Add the finder of a kind of part ("quiz", "scenario"); a kind has one."""
    _finders[kind] = finder


def unfinished(subject: Subject, parts: Iterable[tuple[str, UUID]]) -> dict[UUID, Place]:
    """Unfinished attempts and runs at these parts, given as (kind, translation key)."""
    keys: dict[str, set[UUID]] = {}
    for kind, key in parts:
        keys.setdefault(kind, set()).add(key)
    found: dict[UUID, Place] = {}
    for kind, wanted in keys.items():
        if finder := _finders.get(kind):
            found.update(finder(subject, wanted))
    return found

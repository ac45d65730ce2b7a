"""Where a row of the record can be looked at: apps above say so for attempts and runs.

`assessments` and `scenarios` register a finder in `AppConfig.ready()`; without one a row leads to
the page it is about.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from courses.people.models import User
from courses.progress.models import Activity, Evidence

Row = Activity | Evidence

# Given who is looking and rows about one kind of object, a finder answers with {row.pk: address}
# of the review or debrief for those that viewer may open, in one query whatever their number.
Finder = Callable[[User, Sequence[Row]], Mapping[UUID, str]]

_finders: dict[str, Finder] = {}


def named(word: str, rows: Sequence[Row]) -> dict[UUID, tuple[UUID, str]]:
    """What the origins of rows name: {row.pk: (the attempt or run, the rest)}.

    An origin reads "attempt/<uuid>/<rest>", where the rest of an evidence's is "<place>/…". A row
    with another origin, such as a correction, is of the attempt or run that its activity is of.
    """
    found = {}
    for row in rows:
        about = row.activity if isinstance(row, Evidence) else None
        for origin in (row.origin, about.origin if about else ""):
            said, _slash, name = origin.partition("/")
            key, _slash, rest = name.partition("/")
            if said == word:
                found[row.pk] = UUID(key), rest
                break
    return found


def place(rest: str) -> str:
    """The number of the question or turn that the rest of an origin names, else nothing."""
    number = rest.partition("/")[0]
    return number if number.isdigit() else ""


def number(row: Evidence) -> str:
    """Which question or turn of its attempt or run an evidence is about, where its origin says."""
    for origin in (row.origin, row.activity.origin if row.activity else ""):
        word = origin.partition("/")[0]
        with suppress(ValueError):
            if found := place(named(word, [row])[row.pk][1]):
                return found
    return ""


def register(kind: str, finder: Finder) -> None:
    """Add the finder of a kind of object ("quiz", "scenario"); a kind has one."""
    _finders[kind] = finder


def links(viewer: User, rows: Sequence[Row]) -> dict[UUID, str]:
    """Addresses of the rows that have one, by the row's primary key."""
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        about = row if isinstance(row, Activity) else row.activity
        if about:
            kinds.setdefault(about.object_kind, []).append(row)
    found: dict[UUID, str] = {}
    for kind, some in kinds.items():
        if finder := _finders.get(kind):
            found.update(finder(viewer, some))
    return found

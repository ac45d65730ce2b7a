"""Which app reads and writes which part of a pack.

`content` knows pages, glossary and sources. Quizzes, stories, competences and paths belong to
apps above it: each registers a handler in `AppConfig.ready()`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True)
class Problem:
    """What is wrong with a pack: the file (relative to the pack), the key or line, the reason."""

    file: str
    where: str  # a key such as "questions.client-death", or "line 12"
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.reason}"


def waiting(mark: Any) -> str:
    """What is said of an item that an expert has yet to confirm; `mark` may say what of it."""
    what = mark.get("en") if isinstance(mark, Mapping) else ""
    return f"needs expert review: {what}" if what else "needs expert review"


class PackError(Exception):
    """The pack cannot be loaded; nothing was."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class Item:
    """One thing in a pack: its kind ("question", "story", …), its path ("burnout/client-death"),
    its data as read, and the file it stands in (relative to the pack)."""

    kind: str
    path: str
    data: dict[str, Any]
    file: str


@dataclass
class Pack:
    """A pack as read from disk, before anything is saved.

    `files` maps a path inside the pack to its text; TOML files are parsed into `tables`.
    """

    uuid: UUID
    key: str
    files: dict[str, str] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def matching(self, pattern: str) -> list[str]:
        """Paths of the pack's files that match a glob such as "modules/*/quiz.toml", sorted."""
        return sorted(path for path in self.files if Path(path).match(pattern))


class Handler(Protocol):
    """Loads, writes back and checks one kind of item.

    `check` gets the pack before anything is saved and yields every problem it finds. `load` runs
    inside the one transaction after all checks passed, in the order of `order`; it creates or
    updates by stable key, changes nothing when the text is what was loaded last, never overwrites
    an editor's change (it reports that as a conflict through `report`), and archives what
    vanished. `dump` returns {path in the pack: text} in canonical form: TOML by
    `tables.dump_toml`, which fixes the order of keys and leaves empty values out.

    A handler whose canonical form is more than that may add `canonical(pack) -> {path: text}` for
    the files it knows how to write; for all others the runner parses and writes again.
    """

    order: int

    def check(self, pack: Pack) -> Iterator[Problem]: ...
    def load(self, pack: Pack, report: "Report") -> None: ...
    def dump(self, pack: Pack) -> dict[str, str]: ...


@dataclass
class Report:
    """What a load did: keys ("question burnout/client-death") by what became of them."""

    pack: Pack | None = None

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    # Text hashes of the Latvian pages as the pack has them, by translation key, and pages whose
    # links lead to pages that were not there yet: both are for `content.packs.pages` alone.
    texts: dict[UUID, str] = field(default_factory=dict)
    unsettled: list[tuple[type[Any], int]] = field(default_factory=list)


_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Add the handler of a kind of item; a kind has one."""
    if kind in _handlers and type(_handlers[kind]) is not type(handler):
        raise ValueError(f"Packs of kind {kind!r} have a handler already.")
    _handlers[kind] = handler


def handlers() -> list[Handler]:
    """All handlers in the order in which they load."""
    return sorted(_handlers.values(), key=lambda handler: handler.order)

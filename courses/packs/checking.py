"""Looking through the tables of a pack: every problem is named, none stops the rest."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from content.bilingual import LANGUAGES
from content.packs.document import KEY, KEY_RULE
from content.packs.registry import Pack, Problem
from courses.progress.models import Competence

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Row:
    """A table of a pack being checked; problems are gathered as (file, where, reason)."""

    def __init__(self, data: Any, file: str, where: str, problems: list[Problem]) -> None:
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        self.file, self.where, self.problems = file, where, problems
        if not isinstance(data, Mapping):
            self.fail("is not a table")

    def fail(self, reason: str, name: str = "") -> None:
        where = ".".join(part for part in (self.where, name) if part)
        self.problems.append(Problem(self.file, where or "file", reason))

    def only(self, *names: str) -> None:
        for name in self.data:
            if name not in names:
                self.fail("is not known here", name)

    def text(self, name: str, *, required: bool = True, longest: int = 500) -> None:
        """A text in both languages."""
        value = self.data.get(name)
        if value is None and not required:
            return
        if not isinstance(value, Mapping):
            self.fail("is missing" if value is None else "needs .lv and .en", name)
            return
        for code in LANGUAGES:
            text = value.get(code)
            if not isinstance(text, str) or not text:
                self.fail("is missing", f"{name}.{code}")
            elif len(text) > longest:
                self.fail(f"is longer than {longest} characters", f"{name}.{code}")
        for code in value:
            if code not in LANGUAGES:
                self.fail("is not one of the languages", f"{name}.{code}")

    def slugs(self, name: str) -> None:
        value = self.data.get(name)
        for code, slug in value.items() if isinstance(value, Mapping) else ():
            if isinstance(slug, str) and slug and not SLUG.fullmatch(slug):
                self.fail("may hold only a to z, 0 to 9 and single hyphens", f"{name}.{code}")

    def key(self) -> str:
        value = self.data.get("key")
        if not isinstance(value, str) or not KEY.fullmatch(value):
            self.fail(f"is missing or not {KEY_RULE}", "key")
            return ""
        return value

    def number(self, name: str, low: int, high: int) -> None:
        value = self.data.get(name)
        if type(value) is not int or not low <= value <= high:
            self.fail(f"is a whole number from {low} to {high}", name)

    def one_of(self, name: str, allowed: list[str]) -> None:
        if self.data.get(name) not in allowed:
            self.fail(f"is one of {', '.join(allowed)}", name)

    def keys(self, name: str, known: set[str] | None = None, *, required: bool = True) -> list[str]:
        """A list of different keys, all of them known."""
        value = self.data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.fail("is a list of keys", name)
            return []
        if required and not value:
            self.fail("is empty", name)
        if len(set(value)) < len(value):
            self.fail("names something twice", name)
        for each in value:
            if known is not None and each not in known:
                self.fail(f"there is no {each!r}", name)
        return value

    def rows(self, name: str, *, required: bool = True) -> list["Row"]:
        """The tables of a list, named by their key or number."""
        value = self.data.get(name, [])
        if not isinstance(value, list):
            self.fail("is a list of tables", name)
            return []
        if required and not value:
            self.fail("is empty", name)
        found = [
            Row(
                each,
                self.file,
                ".".join(p for p in (self.where, name, _name(each, n)) if p),
                self.problems,
            )
            for n, each in enumerate(value, 1)
        ]
        seen: set[str] = set()
        for row in found:
            key = row.data.get("key")
            if isinstance(key, str) and key in seen:
                row.fail("this key stands twice")
            seen.add(str(key))
        return found


def _name(each: Any, number: int) -> str:
    key = each.get("key") if isinstance(each, Mapping) else None
    return key if isinstance(key, str) else str(number)


def is_among(names: Collection[str], value: Any) -> bool:
    """Whether a value is one of the names; in a pack it may be anything, a table too."""
    return isinstance(value, str) and value in names


def known_competences(pack: Pack) -> set[str]:
    rows = pack.tables.get("competences.toml", {}).get("competences", [])
    rows = rows if isinstance(rows, list) else []  # what else it is, its own check says
    known = {str(row.get("key")) for row in rows if isinstance(row, Mapping)}
    return known or set(Competence.objects.values_list("key", flat=True))

"""What a pack holds by name: what its texts may point at."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import PurePosixPath

from content.packs.registry import Pack

LESSON = re.compile(r"modules/([a-z0-9-]+)/\d+-([a-z0-9-]+)\.(?:lv|en)\.md")
ACTIVITY = re.compile(r"(quiz|scenario)(?:-([a-z0-9-]+))?\.toml")
LABEL = re.compile(r'data-label="([^"]*)"')


@dataclass(frozen=True)
class Known:
    """Keys by kind; pages by path ("burnout", "burnout/three-strains", "help")."""

    terms: frozenset[str]
    sources: frozenset[str]
    pages: frozenset[str]
    labels: dict[str, frozenset[str]]  # by figure: the keys its picture has places for

    def of(self, kind: str) -> AbstractSet[str]:
        names: dict[str, AbstractSet[str]] = {
            "term": self.terms,
            "source": self.sources,
            "page": self.pages,
            "figure": self.labels.keys(),
        }
        return names[kind]


def known(pack: Pack) -> Known:
    """The names of a pack, gathered once for each pack read."""
    if "known" not in pack.memo:
        pack.memo["known"] = Known(
            _keys(pack, "glossary.toml", "terms"),
            _keys(pack, "sources.toml", "sources"),
            frozenset(_pages(pack)),
            {
                figure_path(path): frozenset(LABEL.findall(text))
                for path, text in pack.files.items()
                if path.endswith(".svg")
            },
        )
    found: Known = pack.memo["known"]
    return found


def figure_path(path: str) -> str:
    """ "burnout/three-strains" for modules/burnout/figures/three-strains.svg."""
    parts = PurePosixPath(path).with_suffix("").parts
    return f"{parts[1] if parts[0] == 'modules' else 'pages'}/{parts[-1]}"


def _keys(pack: Pack, file: str, name: str) -> frozenset[str]:
    rows = pack.tables.get(file, {}).get(name, [])
    return frozenset(
        row["key"]
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and isinstance(row.get("key"), str)
    )


def _pages(pack: Pack) -> set[str]:
    found = set()
    for path in pack.files:
        parts = PurePosixPath(path).parts
        lesson = LESSON.fullmatch(path)
        if lesson:
            found.add(f"{lesson[1]}/{lesson[2]}")
        elif parts[0] == "pages" and path.endswith(".md"):
            found.add(parts[-1].split(".")[0])
        elif parts[0] == "modules" and len(parts) == 3:
            if parts[2] == "module.toml":
                found.add(parts[1])
            elif activity := ACTIVITY.fullmatch(parts[2]):
                found.add(f"{parts[1]}/{activity[2] or activity[1]}")
    return found

"""The map of a story as its editor sees it: every scene, ending and choice, sound or not.

Scenes stand in rows by the fewest choices that lead to them, endings in the last row. A draft may
be unfinished: what has no key or leads nowhere is left out. Pure values; a template draws them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 168, 44  # of a box
ACROSS, DOWN = 192, 92  # from box to box
MARGIN = 16
LONGEST = 20  # characters of a key that fit a box


@dataclass(frozen=True)
class Box:
    """A scene or an ending; x and y are its upper left corner."""

    key: str
    label: str
    kind: str  # scene, good, mixed, poor
    x: int
    y: int
    is_start: bool = False
    is_lost: bool = False  # no choice leads there from the start
    level: str = ""  # of the worst that is wrong with it: error or warning
    leads: tuple[str, ...] = ()

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def baseline(self) -> int:
        return self.y + HEIGHT // 2 + 5


@dataclass(frozen=True)
class Line:
    """A choice: the path of a curve, and whether it leads back up."""

    path: str
    is_back: bool


@dataclass(frozen=True)
class Map:
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(data: Mapping[str, Any], levels: Mapping[str, str] | None = None) -> Map:
    """The map of a story's data; `levels` say by key what is wrong with scenes and endings."""
    levels = levels or {}
    scenes = {item["key"]: _targets(item) for item in data["scenes"] if item.get("key")}
    endings = {
        item["key"]: item.get("outcome") or "mixed"
        for item in data["endings"]
        if item.get("key") and item["key"] not in scenes
    }
    known = scenes.keys() | endings.keys()
    leads = {
        key: tuple(dict.fromkeys(target for target in targets if target in known))
        for key, targets in scenes.items()
    }
    start = data.get("start") or ""
    rows = _rows(leads, start)
    depth = max(rows.values(), default=-1)
    lost = [key for key in scenes if key not in rows]
    rows |= dict.fromkeys(lost, depth + 1)
    last = depth + 1 + bool(lost)
    placed: dict[int, list[str]] = {}
    for key in scenes:
        placed.setdefault(rows[key], []).append(key)
    if endings:
        placed[last] = [*endings]
    widest = max((len(row) for row in placed.values()), default=1)
    reached = {target for key, targets in leads.items() if key not in lost for target in targets}
    boxes: dict[str, Box] = {}
    for number in sorted(placed):
        row = _in_order(placed[number], leads, boxes)
        indent = MARGIN + (widest - len(row)) * ACROSS // 2
        for at, key in enumerate(row):
            boxes[key] = Box(
                key=key,
                label=key if len(key) <= LONGEST else f"{key[: LONGEST - 1]}…",
                kind=endings.get(key, "scene"),
                x=indent + at * ACROSS,
                y=MARGIN + number * DOWN,
                is_start=key == start,
                is_lost=key in lost or key in endings and key not in reached,
                level=levels.get(key, ""),
                leads=leads.get(key, ()),
            )
    lines = tuple(
        _line(boxes[key], boxes[target]) for key, targets in leads.items() for target in targets
    )
    return Map(
        2 * MARGIN + max(1, widest) * ACROSS - (ACROSS - WIDTH),
        2 * MARGIN + (max(placed, default=0)) * DOWN + HEIGHT,
        tuple(boxes.values()),
        lines,
    )


def _targets(scene: Mapping[str, Any]) -> list[str]:
    found = [choice.get("to") or "" for choice in scene.get("choices") or ()]
    return [*found, scene.get("next") or ""]


def _rows(leads: Mapping[str, Collection[str]], start: str) -> dict[str, int]:
    """By how many choices each scene is reached at the least."""
    found = {start: 0} if start in leads else {}
    ahead = [*found]
    while ahead:
        here, ahead = ahead, []
        for key in here:
            for target in leads[key]:
                if target in leads and target not in found:
                    found[target] = found[key] + 1
                    ahead.append(target)
    return found


def _in_order(
    row: list[str], leads: Mapping[str, Collection[str]], boxes: Mapping[str, Box]
) -> list[str]:
    """The row by the middle of what leads to it from above, so that fewer lines cross."""
    above: dict[str, list[int]] = {}
    for box in boxes.values():
        for target in leads.get(box.key, ()):
            above.setdefault(target, []).append(box.x)

    def place(key: str) -> float:
        return sum(above[key]) / len(above[key]) if key in above else float("inf")

    return sorted(row, key=place)


def _line(here: Box, there: Box) -> Line:
    """From the lower edge of one box to the upper edge of the other; back up round the side."""
    if there.y > here.y:
        bend = DOWN // 2
        return Line(
            f"M{here.middle} {here.y + HEIGHT}C{here.middle} {here.y + HEIGHT + bend} "
            f"{there.middle} {there.y - bend} {there.middle} {there.y}",
            is_back=False,
        )
    side = here.x + WIDTH
    return Line(
        f"M{side} {here.y + HEIGHT // 2}C{side + 40} {here.y} "
        f"{there.x + WIDTH + 40} {there.y + HEIGHT} {there.x + WIDTH} {there.y + HEIGHT // 2}",
        is_back=True,
    )

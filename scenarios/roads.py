"""The road of a finished run as a map: its turns on a winding line, twigs for what was left.

Pure values that a template draws; coordinates are texts, so that no locale puts a comma into them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.debrief import Step, Strength

WIDTH = 320  # of the viewBox
ACROSS, DOWN = 60, 76  # from turn to turn, from row to row
LEFT, TOP = 40, 52  # of the first turn
IN_ROW = 5
REACH, FAN = 30, 20  # how far a twig goes up, and at most to either side


@dataclass(frozen=True)
class Twig:
    """A choice that was open and not taken: from a turn to a tip, not to where it leads."""

    path: str
    x: str
    y: str


@dataclass(frozen=True)
class Stop:
    """One turn on the map."""

    number: int
    strength: Strength
    is_gather: bool
    x: int
    y: int
    twigs: tuple[Twig, ...]
    again: int | None  # the turn at which the same scene was met first, where that was earlier

    @property
    def baseline(self) -> int:
        return self.y + 5


@dataclass(frozen=True)
class RoadMap:
    """A map with the place of the ending, which comes after the last turn."""

    height: int
    line: str  # path through all turns to the ending
    stops: tuple[Stop, ...]
    x: int
    y: int

    @property
    def left_open(self) -> int:
        return sum(len(stop.twigs) for stop in self.stops)


def road_map(steps: Sequence[Step]) -> RoadMap:
    """The map of these turns, row by row, each row back the way the one before came."""
    first: dict[str, int] = {}
    stops = []
    for at, step in enumerate(steps):
        x, y = _place(at)
        met = first.setdefault(step.scene.key, step.number)
        stops.append(
            Stop(
                number=step.number,
                strength=step.strength,
                is_gather=step.scene.is_gather,
                x=x,
                y=y,
                twigs=_twigs(x, y, len(step.open)),
                again=met if met != step.number else None,
            )
        )
    places = [_place(at) for at in range(len(steps) + 1)]
    x, y = places[-1]
    return RoadMap(y + 28, _line(places), tuple(stops), x, y)


def _place(at: int) -> tuple[int, int]:
    row, along = divmod(at, IN_ROW)
    if row % 2:
        along = IN_ROW - 1 - along
    return LEFT + along * ACROSS, TOP + row * DOWN


def _line(places: Sequence[tuple[int, int]]) -> str:
    path = f"M{places[0][0]} {places[0][1]}"
    for (x, y), (to_x, to_y) in zip(places, places[1:], strict=False):
        if to_y == y:
            path += f"H{to_x}"
        else:
            side = x + (32 if x > WIDTH // 2 else -32)
            path += f"C{side} {y} {side} {to_y} {to_x} {to_y}"
    return path


def _twigs(x: int, y: int, count: int) -> tuple[Twig, ...]:
    found = []
    for at in range(count):
        aside = FAN * (2 * at - (count - 1)) / max(2, count)
        tip, top = f"{x + aside:.1f}", f"{y - REACH}"
        found.append(Twig(f"M{x} {y}L{tip} {top}", tip, top))
    return tuple(found)

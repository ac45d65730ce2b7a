"""Curves of a story's variables over the turns, as numbers a template can draw in SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.engine import State, Variable

WIDTH, HEIGHT = 320, 132  # of the viewBox
LEFT, RIGHT, TOP, BOTTOM = 28, 300, 16, 108  # where values are drawn


@dataclass(frozen=True)
class Dot:
    """One value; coordinates are texts, so that no locale puts a comma into the drawing."""

    turn: int
    value: int
    x: str
    y: str
    label_y: str
    is_last: bool


@dataclass(frozen=True)
class Curve:
    """One variable's way through a run."""

    variable: Variable
    values: tuple[int, ...]  # the first before any turn
    dots: tuple[Dot, ...]
    line: str  # points of a polyline
    area: str  # points of the polygon below it
    turns: int

    @property
    def first(self) -> int:
        return self.values[0]

    @property
    def last(self) -> int:
        return self.values[-1]


def curve(variable: Variable, states: Sequence[State]) -> Curve:
    """The curve of a variable over all states of a run."""
    values = tuple(state.values[variable.key] for state in states)
    steps = max(1, len(values) - 1)
    dots = []
    for turn, value in enumerate(values):
        x = LEFT + (RIGHT - LEFT) * turn / steps
        y = BOTTOM - (BOTTOM - TOP) * (value - variable.low) / (variable.high - variable.low)
        above = y - 8 if y > TOP + 12 else y + 17
        dots.append(
            Dot(turn, value, f"{x:.1f}", f"{y:.1f}", f"{above:.1f}", turn == len(values) - 1)
        )
    line = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    area = f"{dots[0].x},{BOTTOM} {line} {dots[-1].x},{BOTTOM}"
    return Curve(variable, values, tuple(dots), line, area, len(values) - 1)

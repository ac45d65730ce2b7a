"""Pictures drawn on the server: where the marks of each stand, as text that no language changes.

A template draws them as SVG with a table of the same figures behind it.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise

from courses.progress.certainty import BEST, Row

Day = datetime.date

WIDTH, HEIGHT = 336, 136  # of the picture, in its own units
LEFT, TOP, BOTTOM = 30, 8, 30  # room for what stands at its edges
PLOT = HEIGHT - TOP - BOTTOM
LEVELS = 4
AHEAD, STEP = 180, 10  # days of a forecast


def _n(value: float) -> str:
    """A coordinate: one decimal at most, with a point in every language."""
    return f"{round(value, 1):g}"


def _month(day: Day) -> str:
    return date_format(day, "M")


# Levels over time -----------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """One of the four steps of a month: reached, open, or unknown where nothing was shown yet."""

    x: str
    y: str
    width: str
    height: str
    state: str


@dataclass(frozen=True)
class Month:
    """The level at the end of a month; `label` stands under it, `year` where a year begins."""

    day: Day
    level: int | None
    x: str
    label: str
    year: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class LevelPicture:
    months: tuple[Month, ...]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = TOP + PLOT
    sides: tuple[tuple[str, str], ...] = ()  # (y, level) at the left edge


def month_ends(day: Day, number: int = 12) -> list[Day]:
    """The last days of the months before a day, oldest first, and the day itself."""
    ends, first = [day], day.replace(day=1)
    for _month_before in range(number - 1):
        last = first - datetime.timedelta(days=1)
        ends.append(last)
        first = last.replace(day=1)
    return ends[::-1]


def level_picture(levels: Sequence[tuple[Day, int | None]]) -> LevelPicture:
    """Columns of four steps, one for each day given."""
    column = (WIDTH - LEFT) / max(1, len(levels))
    row = PLOT / LEVELS
    months = []
    # The first month tells its year too, unless January stands so near that there is no room.
    near = any(day.month == 1 for day, _level in levels[1:3])
    first = None if near else 0
    for place, (day, level) in enumerate(levels):
        left = LEFT + place * column
        blocks = tuple(
            Block(
                _n(left + 1.5),
                _n(TOP + PLOT - number * row + 1),
                _n(column - 3),
                _n(row - 2),
                "unknown" if level is None else "reached" if level >= number else "open",
            )
            for number in range(1, LEVELS + 1)
        )
        year = str(day.year) if day.month == 1 or place == first else ""
        months.append(Month(day, level, _n(left + column / 2), _month(day), year, blocks))
    sides = tuple((_n(TOP + PLOT - (n - 0.5) * row + 4), str(n)) for n in range(1, LEVELS + 1))
    return LevelPicture(tuple(months), sides=sides)


# What will be recalled ------------------------------------------------------------------


@dataclass(frozen=True)
class Tick:
    """A word at an edge of the picture."""

    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Forecast:
    """Recall from today on; `line` is the path, `below` where it drops under what is fresh."""

    line: str
    threshold: str
    threshold_percent: int
    sides: tuple[Tick, ...]
    days: tuple[Tick, ...]
    rows: tuple[tuple[Day, int], ...]  # day, percent: the table behind
    below: Tick | None = None
    below_on: Day | None = None
    width: int = WIDTH
    height: int = HEIGHT
    base: int = TOP + PLOT
    left: int = LEFT


def forecast(
    recall: Callable[[Day], float], today: Day, below_on: Day | None, threshold: float
) -> Forecast:
    """The curve of half a year without review."""

    def x(days: int) -> float:
        return LEFT + (WIDTH - LEFT - 8) * days / AHEAD

    def y(share: float) -> float:
        return TOP + PLOT * (1 - share)

    def later(days: int) -> Day:
        return today + datetime.timedelta(days=days)

    places = range(0, AHEAD + 1, STEP)
    line = " L".join(f"{_n(x(days))} {_n(y(recall(later(days))))}" for days in places)
    mark = None
    if below_on is not None and 0 < (below_on - today).days <= AHEAD:
        ahead = (below_on - today).days
        mark = Tick(_n(x(ahead)), _n(y(threshold)), date_format(below_on, "SHORT_DATE_FORMAT"))
    return Forecast(
        line=f"M{line}",
        threshold=_n(y(threshold)),
        threshold_percent=round(threshold * 100),
        sides=tuple(Tick("0", _n(y(share) + 4), f"{share:.0%}") for share in (1, 0.5)),
        days=tuple(
            Tick(_n(x(days)), str(HEIGHT - 14), _month(later(days))) for days in (0, 60, 120, 180)
        ),
        rows=tuple((later(days), round(recall(later(days)) * 100)) for days in range(0, 181, 30)),
        below=mark,
        below_on=below_on,
    )


# How well certainty fits ----------------------------------------------------------------


@dataclass(frozen=True)
class CalibrationMark:
    """One certainty as drawn: the band where its answers should be, the point where they are."""

    row: Row
    label: str
    x: str
    band_x: str
    band_y: str
    band_width: str
    band_height: str
    point_y: str


@dataclass(frozen=True)
class CalibrationPicture:
    marks: tuple[CalibrationMark, ...]
    sides: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = TOP + PLOT
    left: int = LEFT


def calibration(rows: Sequence[Row], words: Mapping[int, str | Promise]) -> CalibrationPicture:
    """A column for each certainty, under the word that `words` has for it."""

    def y(share: float) -> float:
        return TOP + PLOT * (1 - share)

    column = (WIDTH - LEFT) / max(1, len(rows))
    marks = []
    for place, row in enumerate(rows):
        middle = LEFT + (place + 0.5) * column
        low, high = map(float, BEST[row.level])
        marks.append(
            CalibrationMark(
                row,
                str(words[row.level]),
                _n(middle),
                _n(middle - column * 0.3),
                _n(y(high)),
                _n(column * 0.6),
                _n(y(low) - y(high)),
                _n(y(float(row.share))) if row.share is not None else "",
            )
        )
    sides = tuple(Tick("0", _n(y(share) + 4), f"{share:.0%}") for share in (1, 0.5))
    return CalibrationPicture(tuple(marks), sides)

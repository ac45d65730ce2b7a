"""What is told of how a story is played: counts of people, and which of them are kept back.

No figure is told of fewer than `LEAST` people, nor a sum or a part from which one could be worked
out. Whoever came to a scene took one of its choices or stopped there, and whoever took a choice
came to the scene or ending it leads to: so small figures can hide neither in a total nor further on.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scenarios.engine import Story

LEAST = 5
Cell = tuple[str, ...]  # a kind and keys: ("choice", scene, key), ("scene", key), ("begun",), ...
BEGUN, FINISHED, STOPPED, UNDER_WAY = ("begun",), ("finished",), ("stopped",), ("under-way",)


@dataclass(frozen=True)
class Count:
    """How many people, and how often all of them together."""

    people: int = 0
    times: int = 0


@dataclass(frozen=True)
class Play:
    """Everything counted of one version in one mode; what is not among the cells is nobody."""

    cells: Mapping[Cell, Count]
    # How often a choice in a scene took so many seconds; only where `LEAST` people are among them.
    seconds: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


NOBODY = Count()


def sums(story: Story, cells: Mapping[Cell, Count]) -> list[list[Cell]]:
    """The cells of each equation that a reader may set up; first what is told with least loss."""

    def by_people(found: Iterable[Cell]) -> list[Cell]:
        return sorted(found, key=lambda cell: (cells.get(cell, NOBODY).people, cell))

    into: dict[str, list[Cell]] = defaultdict(list)
    found = []
    for scene in story.scenes.values():
        choices: list[Cell] = [("choice", scene.key, choice.key) for choice in scene.choices]
        for cell, choice in zip(choices, scene.choices, strict=True):
            into[choice.to].append(cell)
        found.append([("scene", scene.key), *by_people(choices)])
    for key in story.scenes:
        stop: Cell = ("stop", key)
        came = [*by_people(into[key]), *([BEGUN] if key == story.start else [])]
        found.append([("scene", key), stop, *came])
        # The same without the scene's own total, that may be kept back: who came, and what became.
        chosen = [("choice", key, choice.key) for choice in story.scenes[key].choices]
        found.append([stop, *by_people({*came} ^ {*chosen})])
    for key in story.endings:
        found.append([*by_people(into[key]), ("ending", key)])
    found.append([FINISHED, *by_people(("ending", key) for key in story.endings)])
    found.append([STOPPED, *by_people(("stop", key) for key in story.scenes)])
    found.append([UNDER_WAY, STOPPED, FINISHED, BEGUN])
    return found


def kept_back(
    cells: Mapping[Cell, Count], equations: Iterable[Sequence[Cell]], least: int = LEAST
) -> set[Cell]:
    """The cells that are not told: those of a few people, and what it takes to hide them.

    In each equation in which something is kept back there are at least two such cells, one of them
    of `least` people, so that what the others leave over is never a figure of fewer. Of several
    that would do, the one after which fewest equations still tell something is taken, else the first.
    """
    rows = [[cell for cell in row if cells.get(cell, NOBODY).people] for row in equations]
    beside: dict[Cell, list[list[Cell]]] = defaultdict(list)
    for row in rows:
        for cell in row:
            beside[cell].append(row)
    hidden = {cell for cell, count in cells.items() if 0 < count.people < least}

    def tells(row: Sequence[Cell], more: Cell | None = None) -> bool:
        inside = [cell for cell in row if cell in hidden or cell == more]
        if not inside or len(inside) == len(row):
            return False
        return len(inside) < 2 or max(cells[cell].people for cell in inside) < least

    ahead = deque(rows)
    while ahead:
        row = ahead.popleft()
        while tells(row):
            others = [cell for cell in row if cell not in hidden]
            costs = {
                cell: sum(tells(each, cell) - tells(each) for each in beside[cell])
                for cell in others
            }
            chosen = min(others, key=costs.__getitem__)
            hidden.add(chosen)
            ahead.extend(beside[chosen])
    return hidden


@dataclass(frozen=True)
class Told:
    """A figure as it is shown; without a count it is kept back."""

    count: Count | None

    @property
    def is_nobody(self) -> bool:
        return self.count is not None and not self.count.people


@dataclass(frozen=True)
class ChoiceRow:
    key: str
    told: Told


@dataclass(frozen=True)
class SceneRow:
    """A scene: who decided there, who stopped there, and what was chosen."""

    key: str
    told: Told
    stops: Told
    seconds: float | None  # median
    choices: tuple[ChoiceRow, ...]


@dataclass(frozen=True)
class Figures:
    """What an editor is shown of a version, scenes in the order of the story."""

    begun: Told
    finished: Told
    stopped: Told
    scenes: tuple[SceneRow, ...]
    endings: tuple[tuple[str, Told], ...]
    is_known: bool  # whether enough people have begun it

    @property
    def most(self) -> int:
        """The most people that any figure tells of."""
        told = [self.begun, *(row.told for row in self.scenes)]
        told += [choice.told for row in self.scenes for choice in row.choices]
        return max((each.count.people for each in told if each.count), default=0)


def figures(story: Story, play: Play) -> Figures:
    """The figures of a version. That nobody did something is told where enough people were there."""
    cells = play.cells
    hidden = kept_back(cells, sums(story, cells))

    def told(cell: Cell, whole: Cell) -> Told:
        count = cells.get(cell, NOBODY)
        few = not count.people and cells.get(whole, NOBODY).people < LEAST
        return Told(None if few or cell in hidden else count)

    return Figures(
        told(BEGUN, BEGUN),
        told(FINISHED, BEGUN),
        told(STOPPED, BEGUN),
        tuple(
            SceneRow(
                scene.key,
                told(("scene", scene.key), BEGUN),
                told(("stop", scene.key), STOPPED),
                median(play.seconds.get(scene.key, {})),
                tuple(
                    ChoiceRow(
                        choice.key,
                        told(("choice", scene.key, choice.key), ("scene", scene.key)),
                    )
                    for choice in scene.choices
                ),
            )
            for scene in story.scenes.values()
        ),
        tuple((key, told(("ending", key), FINISHED)) for key in story.endings),
        cells.get(BEGUN, NOBODY).people >= LEAST,
    )


def median(numbers: Mapping[int, int]) -> float | None:
    """The median of {value: how often}; None of nothing."""
    values = sorted(Counter(numbers).items())
    total = sum(times for _value, times in values)
    if not total:
        return None
    middle = []
    for place in {(total - 1) // 2, total // 2}:
        for value, times in values:
            if place < times:
                middle.append(value)
                break
            place -= times
    return sum(middle) / len(middle)

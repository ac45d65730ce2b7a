"""What of the past a story reads, scene by scene: all else cannot change the road.

Counters that only grow, or only shrink, are told apart up to the last value a guard compares.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scenarios.engine import Scene, Story
from scenarios.language import (
    TURNS,
    Arithmetic,
    Chose,
    Comparison,
    Effect,
    Name,
    Negative,
    Node,
    Number,
    Seen,
    Visits,
    parts,
)

Atom = Name | Visits  # a number that guards and effects read


@dataclass(frozen=True)
class Asked:
    """What is read from a scene on."""

    # Variables, and `turns`, whose values matter; those below and above are not told apart.
    values: tuple[tuple[str, int, int], ...]
    visits: Mapping[str, int]  # scenes whose counts matter, each with the largest told apart
    chosen: frozenset[str]  # "scene/choice" keys


def asked(story: Story) -> dict[str, Asked]:
    """What is read from each scene on; endings read nothing."""
    limits = _limits(story)
    found = {key: Asked((), {}, frozenset()) for key in story.endings}
    reads = {key: _Reads(scene) for key, scene in story.scenes.items()}
    for key, following in onwards(story).items():
        found[key] = _joined(story, [reads[scene] for scene in following], limits)
    return found


class _Reads:
    """What one scene reads, in guards and in effects by the variable they change."""

    def __init__(self, scene: Scene) -> None:
        self.names: set[str] = set()
        self.visits: set[str] = set()
        self.chosen = {f"{scene.key}/{choice.key}" for choice in scene.choices if choice.once}
        self.effects: dict[str, tuple[set[str], set[str]]] = {}  # names and visits, by variable
        for choice in scene.choices:
            if choice.guard is not None:
                self._take(choice.guard, self.names, self.visits)
        for effect in (*scene.effects, *(item for each in scene.choices for item in each.effects)):
            names, visits = self.effects.setdefault(effect.variable, (set(), set()))
            self._take(effect.value, names, visits)

    def _take(self, node: Node, names: set[str], visits: set[str]) -> None:
        for part in parts(node):
            match part:
                case Name(key):
                    names.add(key)
                case Seen(scene) | Visits(scene):
                    visits.add(scene)
                case Chose(choice):
                    self.chosen.add(choice)
                case _:
                    pass


def _joined(story: Story, reads: Sequence[_Reads], limits: Mapping[str, tuple[int, int]]) -> Asked:
    names = set[str]().union(*(read.names for read in reads))
    visits = set[str]().union(*(read.visits for read in reads))
    # What is read by the effects on variables that matter, matters too.
    done: set[str] = set()
    while fresh := names - done:
        done |= fresh
        for read in reads:
            for name in fresh & read.effects.keys():
                more_names, more_visits = read.effects[name]
                names |= more_names
                visits |= more_visits
    return Asked(
        tuple((name, *limits[name]) for name in (*story.variables, TURNS) if name in names),
        {key: limits[f"visits/{key}"][1] for key in visits},
        frozenset[str]().union(*(read.chosen for read in reads)),
    )


def onwards(story: Story) -> dict[str, set[str]]:
    """The scenes that may follow each scene by its targets, itself included."""
    leads = {
        key: {choice.to for choice in scene.choices} & story.scenes.keys()
        for key, scene in story.scenes.items()
    }
    found = {}
    for key in story.scenes:
        onwards, ahead = {key}, [key]
        while ahead:
            fresh = leads[ahead.pop()] - onwards
            onwards |= fresh
            ahead += fresh
        found[key] = onwards
    return found


# Where counters may stop ------------------------------------------------------------------


def _limits(story: Story) -> dict[str, tuple[int, int]]:
    """Bounds of what is told apart, by variable, `turns` and "visits/scene"."""
    scenes = story.scenes.values()
    guards = [choice.guard for scene in scenes for choice in scene.choices if choice.guard]
    effects = [
        effect
        for scene in scenes
        for effect in (*scene.effects, *(item for each in scene.choices for item in each.effects))
    ]
    compared: dict[str, set[int]] = {}
    summed: set[str] = set()  # read in some other way than compared with a number
    for guard in guards:
        for part in parts(guard):
            if isinstance(part, Comparison):
                _compared(part, compared, summed)
            elif isinstance(part, Seen):
                compared.setdefault(f"visits/{part.scene}", set()).add(0)
    moves: dict[str, set[int | None]] = {}
    for effect in effects:
        moves.setdefault(effect.variable, set()).add(_move(effect))
        if _move(effect) is None and not isinstance(effect.value, Number):
            summed |= {_name(part) for part in parts(effect.value) if isinstance(part, Atom)}

    found = {}
    for key, variable in story.variables.items():
        low, high = variable.low, variable.high
        steps = moves.get(key, set()) - {None}
        is_set = None in moves.get(key, set())
        if key not in summed and not (is_set and _is_computed(key, effects)):
            values = compared.get(key, {variable.start})
            if all(step is not None and step >= 0 for step in steps):
                high = max(low, min(high, max(values) + 1))
            elif all(step is not None and step <= 0 for step in steps):
                low = min(high, max(low, min(values) - 1))
        found[key] = (low, high)
    for name in (TURNS, *(f"visits/{key}" for key in story.scenes)):
        largest = max(compared.get(name, {0})) + 1
        if name in summed or largest > story.max_turns:
            largest = story.max_turns + 1
        found.setdefault(name, (0, max(0, largest)))
    return found


def _is_computed(key: str, effects: Iterable[Effect]) -> bool:
    """Whether some effect gives the variable a value that is neither a step nor a number."""
    return any(
        effect.variable == key and _move(effect) is None and not _constant(effect.value)
        for effect in effects
    )


def _constant(node: Node) -> bool:
    return isinstance(node, Number) or isinstance(node, Negative) and _constant(node.of)


def _move(effect: Effect) -> int | None:
    """By how much the effect moves its variable: "trust - 2" by -2; None if it does otherwise."""
    match effect.value:
        case Arithmetic("+", Name(key), Number(by)) if key == effect.variable:
            return by
        case Arithmetic("-", Name(key), Number(by)) if key == effect.variable:
            return -by
    return None


def _compared(part: Comparison, compared: dict[str, set[int]], summed: set[str]) -> None:
    match part.left, part.right:
        case (Name() | Visits() as atom, Number(value)) | (
            Number(value),
            Name() | Visits() as atom,
        ):
            compared.setdefault(_name(atom), set()).add(value)
        case sides:
            for side in sides:
                summed |= {_name(inner) for inner in parts(side) if isinstance(inner, Atom)}


def _name(atom: Node) -> str:
    return f"visits/{atom.scene}" if isinstance(atom, Visits) else getattr(atom, "key", "")

"""Every state a story can be in: walked breadth first, with a shortest road to each."""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from scenarios.engine import Scene, Story, changed, open_in
from scenarios.language import TURNS, holds
from scenarios.reading import asked

MAX_STATES = 50_000
SPARE = 25  # states of each scene that are walked beyond those, so that what lies far off is met

# What decides the future: the scene, and what is read from there on: values by name, counts of
# visits by scene, choices taken.
Spot = tuple[str, tuple[int, ...], frozenset[tuple[str, int]], frozenset[str]]

NOTHING: frozenset[Any] = frozenset()

Came = dict[Spot, tuple[Spot, str] | None]  # from which spot by which choice; None at the start


@dataclass
class Walk:
    """What was found by walking: how each spot was first reached, and what follows from it."""

    came: Came = field(default_factory=dict)
    leads: dict[Spot, list[tuple[str, Spot]]] = field(default_factory=dict)  # by choice
    taken: dict[tuple[str, str], Spot] = field(default_factory=dict)  # where first offered
    held: dict[tuple[str, str], set[bool]] = field(default_factory=dict)  # what guards were
    stuck: list[Spot] = field(default_factory=list)
    is_whole: bool = True

    def note(
        self, scene: Scene, known: Mapping[str, int], visits: Mapping[str, int],
        chosen: Collection[str],
    ) -> None:  # fmt: skip
        """Remember what the guards of a scene say here."""
        for choice in scene.choices:
            if choice.guard is not None:
                found = self.held.setdefault((scene.key, choice.key), set())
                if len(found) < 2:
                    found.add(holds(choice.guard, known, visits, chosen))

    def first(self, scene: str) -> Spot | None:
        """The spot of a scene that has the shortest road."""
        return self._first.get(scene)

    @cached_property
    def _first(self) -> dict[str, Spot]:
        found: dict[str, Spot] = {}
        for spot in self.came:  # in the order they were reached
            found.setdefault(spot[0], spot)
        return found

    @cached_property
    def before(self) -> dict[Spot, list[Spot]]:
        """From which spots each is reached in one turn."""
        found: dict[Spot, list[Spot]] = {}
        for spot, following in self.leads.items():
            for _choice, there in following:
                found.setdefault(there, []).append(spot)
        return found

    def distances(self, goals: Iterable[Spot]) -> dict[Spot, int]:
        """Turns from each spot to the nearest of the goals; spots that reach none are left out."""
        found = dict.fromkeys(goals, 0)
        ahead = deque(found)
        while ahead:
            now = ahead.popleft()
            for spot in self.before.get(now, ()):
                if spot not in found:
                    found[spot] = found[now] + 1
                    ahead.append(spot)
        return found

    def by_way_of(self, choices: Collection[tuple[str, str]], turns: int) -> Came:
        """How each spot is first reached by these choices alone, given as scene and key.

        In at most so many turns.
        """
        found: Came = {spot: None for spot, step in self.came.items() if step is None}
        ahead = [*found]
        for _turn in range(turns):
            ahead, here = [], ahead
            for now in here:
                for key, there in self.leads.get(now, ()):
                    if there not in found and (now[0], key) in choices:
                        found[there] = (now, key)
                        ahead.append(there)
        return found

    def road(self, spot: Spot) -> tuple[str, ...]:
        """A shortest road to the spot, as "scene/choice" keys."""
        return road(self.came, spot)


def road(came: Came, spot: Spot) -> tuple[str, ...]:
    """The road by which a spot was first reached, as "scene/choice" keys."""
    found = []
    step = came[spot]
    while step is not None:
        before, choice = step
        found.append(f"{before[0]}/{choice}")
        step = came[before]
    return tuple(reversed(found))


def explore(story: Story, max_states: int = MAX_STATES) -> Walk:
    """Every spot that can be reached within the story's turns, breadth first, up to `max_states`.

    Counters stop where no guard tells larger values apart. Beyond `max_states` a few more of each
    scene are walked, and the walk is not whole.
    """
    spare: Counter[str] = Counter()
    reads = asked(story)
    start = {key: variable.start for key, variable in story.variables.items()}
    walk = Walk()

    def spot(to: str, values: Mapping[str, int], turns: int,
             visits: Mapping[str, int], chosen: frozenset[str]) -> Spot:  # fmt: skip
        read = reads[to]
        numbers = []
        for name, low, high in read.values:
            value = turns if name == TURNS else values[name]
            numbers.append(low if value < low else high if value > high else value)
        return (
            to,
            tuple(numbers),
            frozenset(
                [(key, min(visits[key], read.visits[key])) for key in visits.keys() & read.visits]
            )
            if read.visits
            else NOTHING,
            chosen & read.chosen if read.chosen else NOTHING,
        )

    opening = changed(story, start, story.scenes[story.start].effects, 0, {story.start: 1})
    first = spot(story.start, opening, 0, {story.start: 1}, NOTHING)
    walk.came[first] = None
    depth = {first: 0}
    ahead = deque([first])
    while ahead:
        now = ahead.popleft()
        following = walk.leads.setdefault(now, [])
        if now[0] in story.endings:
            continue
        scene, read = story.scenes[now[0]], reads[now[0]]
        # What nothing ahead reads cannot change the road: any value will do for it.
        known = {TURNS: 0, **start}
        for (name, _low, _high), value in zip(read.values, now[1], strict=True):
            known[name] = value
        visits = dict(now[2])
        choices = open_in(scene, known, visits, now[3])
        walk.note(scene, known, visits, now[3])
        if not choices:
            walk.stuck.append(now)
        values = dict(known)
        del values[TURNS]
        for choice in choices:
            walk.taken.setdefault((scene.key, choice.key), now)
            after: Mapping[str, int] = values
            if choice.effects:
                after = changed(story, values, choice.effects, known[TURNS], visits)
            to, turns = choice.to, known[TURNS] + 1
            if to not in story.endings and depth[now] + 1 >= story.max_turns:
                to = story.end_of_turns
            seen, chosen, ahead_read = visits, now[3], reads[to]
            effects = () if to in story.endings else story.scenes[to].effects
            if to not in story.endings and (effects or ahead_read.visits):
                seen = visits | {to: visits.get(to, 0) + 1}
                after = changed(story, after, effects, turns, seen) if effects else after
            if ahead_read.chosen:
                chosen |= {f"{scene.key}/{choice.key}"}
            there = spot(to, after, turns, seen, chosen)
            following.append((choice.key, there))
            if there in walk.came:
                continue
            if len(walk.came) >= max_states:
                walk.is_whole = False
                spare[to] += 1
                if spare[to] > SPARE:
                    continue
            walk.came[there] = (now, choice.key)
            depth[there] = depth[now] + 1
            ahead.append(there)
    return walk

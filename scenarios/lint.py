"""What can happen in a story: walks every state that can be reached, and says what is wrong.

Errors block publishing and loading; warnings do not. Used by the pack check, the editor and
`check_content`.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from scenarios.engine import Scene, Story, build, changed, open_in
from scenarios.language import TURNS, holds
from scenarios.reading import Asked, asked
from scenarios.structure import Finding, structure

MAX_STATES = 50_000

# What decides the future: the scene, and what is read from there on: values by name, counts of
# visits, choices taken.
Spot = tuple[str, tuple[int, ...], tuple[int, ...], frozenset[str]]


def lint(
    data: Mapping[str, Any],
    competences: Collection[str] | None = None,
    max_states: int = MAX_STATES,
) -> list[Finding]:
    """Everything wrong with a story, errors first; `competences` are the keys that exist."""
    findings = structure(data, competences)
    if not any(finding.is_error for finding in findings):
        findings += reachability(build(data), max_states)
    return sorted(findings, key=lambda finding: not finding.is_error)


def reachability(story: Story, max_states: int = MAX_STATES) -> list[Finding]:
    """What is wrong with the roads through a story whose shape is sound."""
    return list(_findings(story, explore(story, max_states)))


@dataclass
class Walk:
    """What was found by walking: how each spot was first reached, and what follows from it."""

    came: dict[Spot, tuple[Spot, str] | None] = field(default_factory=dict)
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

    def road(self, spot: Spot) -> tuple[str, ...]:
        """A shortest road to the spot, as "scene/choice" keys."""
        found = []
        step = self.came[spot]
        while step is not None:
            before, choice = step
            found.append(f"{before[0]}/{choice}")
            step = self.came[before]
        return tuple(reversed(found))


def explore(story: Story, max_states: int = MAX_STATES) -> Walk:
    """Every spot that can be reached within the story's turns, breadth first, up to `max_states`.

    Counters stop where no guard tells larger values apart.
    """
    reads = asked(story)
    start = {key: variable.start for key, variable in story.variables.items()}
    walk = Walk()

    def spot(scene: str, read: Asked, values: Mapping[str, int], turns: int,
             visits: Mapping[str, int], chosen: Collection[str]) -> Spot:  # fmt: skip
        known = {TURNS: turns, **values}
        return (
            scene,
            tuple(read.saturated(name, known[name]) for name in read.names),
            tuple(min(visits.get(key, 0), cap) for key, cap in read.visits),
            frozenset(chosen) & read.chosen,
        )

    opening = changed(story, start, story.scenes[story.start].effects, 0, {story.start: 1})
    first = spot(story.start, reads[story.start], opening, 0, {story.start: 1}, ())
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
        known = {TURNS: 0, **start} | dict(zip(read.names, now[1], strict=True))
        visits = {key: count for (key, _cap), count in zip(read.visits, now[2], strict=True)}
        choices = open_in(scene, known, visits, now[3])
        walk.note(scene, known, visits, now[3])
        if not choices:
            walk.stuck.append(now)
        values = {name: known[name] for name in story.variables}
        for choice in choices:
            walk.taken.setdefault((scene.key, choice.key), now)
            after = changed(story, values, choice.effects, known[TURNS], visits)
            to, turns = choice.to, known[TURNS] + 1
            if to not in story.endings and depth[now] + 1 >= story.max_turns:
                to = story.end_of_turns
            seen = visits
            if to not in story.endings:
                seen = visits | {to: visits.get(to, 0) + 1}
                after = changed(story, after, story.scenes[to].effects, turns, seen)
            there = spot(to, reads[to], after, turns, seen, now[3] | {f"{scene.key}/{choice.key}"})
            following.append((choice.key, there))
            if there in walk.came:
                continue
            if len(walk.came) >= max_states:
                walk.is_whole = False
                continue
            walk.came[there] = (now, choice.key)
            depth[there] = depth[now] + 1
            ahead.append(there)
    return walk


def _findings(story: Story, walk: Walk) -> Iterator[Finding]:
    told: set[str] = set()
    for spot in walk.stuck:
        if spot[0] not in told:
            told.add(spot[0])
            yield Finding(
                ("scenes", spot[0], "choices"),
                _("in some states none of the choices is open"),
                road=walk.road(spot),
            )
    reached = {spot[0] for spot in walk.came}
    # What an unfinished walk did not reach may still be reachable.
    level = "error" if walk.is_whole else "warning"
    for key, scene in story.scenes.items():
        if key not in reached:
            yield Finding(("scenes", key), _("no road leads to this scene"), level)
            continue
        for choice in scene.choices:
            if (key, choice.key) not in walk.taken:
                yield Finding(
                    ("scenes", key, "choices", choice.key),
                    _("this choice is never open"),
                    "warning",
                )
    for key in story.endings:
        if key not in reached and key != story.end_of_turns:
            yield Finding(("endings", key), _("no road leads to this ending"), level)
    if not walk.is_whole:
        yield Finding(
            ("scenes",),
            _("not every state could be walked: what is found here is not proven"),
            "warning",
        )
        return
    yield from _traps(story, walk)
    yield from _decisions(story)


def _traps(story: Story, walk: Walk) -> Iterator[Finding]:
    """Loops without an exit: spots from which neither an ending nor a dead end can be reached."""
    before: dict[Spot, list[Spot]] = {}
    for spot, following in walk.leads.items():
        for _choice, there in following:
            before.setdefault(there, []).append(spot)
    saved = {spot for spot in walk.came if spot[0] in story.endings} | set(walk.stuck)
    ahead = deque(saved)
    while ahead:
        for spot in before.get(ahead.popleft(), ()):
            if spot not in saved:
                saved.add(spot)
                ahead.append(spot)
    told: set[str] = set()
    for spot in walk.came:  # in the order they were reached, so the first has a shortest road
        if spot not in saved and spot[0] not in told:
            told.add(spot[0])
            yield Finding(
                ("scenes", spot[0]),
                _("from here the conversation can go on for ever: no ending can be reached"),
                road=walk.road(spot),
            )


def _decisions(story: Story) -> Iterator[Finding]:
    """Scored choices that are no decisions, as nothing else can be chosen."""
    for key, scene in story.scenes.items():
        if len(scene.choices) == 1 and scene.choices[0].score is not None:
            yield Finding(
                ("scenes", key, "choices", scene.choices[0].key, "score"),
                _("the only choice of a scene is no decision: its score counts for nothing"),
                "warning",
            )

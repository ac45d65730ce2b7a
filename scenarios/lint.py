"""What can happen in a story: walks every state that can be reached, and says what is wrong.

Errors block publishing and loading; warnings do not. Used by the pack check, the editor and
`check_content`.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from scenarios.engine import OUT_OF_TURNS, Choice, Story, after, build
from scenarios.language import Chose, Name, Node, Seen, holds, parts
from scenarios.structure import Finding, structure

MAX_STATES = 50_000

# What decides the future: the scene, and the values and memories that guards from there on read.
Spot = tuple[str, tuple[int, ...], frozenset[str]]


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
    leads: dict[Spot, list[Spot]] = field(default_factory=dict)
    taken: set[tuple[str, str]] = field(default_factory=set)  # (scene, choice) ever offered
    stuck: list[Spot] = field(default_factory=list)
    is_whole: bool = True

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
    """Every spot that can be reached, breadth first, up to `max_states` of them."""
    matters = _what_matters(story)
    start = {key: variable.start for key, variable in story.variables.items()}

    def spot(scene: str, values: Mapping[str, int], memory: frozenset[str]) -> Spot:
        names, keys = matters[scene]
        return scene, tuple(values[name] for name in names), (memory | {scene}) & keys

    walk = Walk()
    first = spot(story.start, start, frozenset())
    walk.came[first] = None
    ahead = deque([first])
    while ahead:
        now = ahead.popleft()
        scene, known, memory = now
        following = walk.leads.setdefault(now, [])
        if scene in story.endings:
            continue
        # What no guard ahead reads cannot change the road: any value will do for it.
        values = start | dict(zip(matters[scene][0], known, strict=True))
        choices = list(_open(story.scenes[scene].choices, values, memory))
        if not choices:
            walk.stuck.append(now)
        for choice in choices:
            walk.taken.add((scene, choice.key))
            kept = memory | {f"{scene}/{choice.key}"}
            there = spot(choice.to, after(story, values, choice.effects), kept)
            following.append(there)
            if there in walk.came:
                continue
            if len(walk.came) >= max_states:
                walk.is_whole = False
                continue
            walk.came[there] = (now, choice.key)
            ahead.append(there)
    return walk


def _what_matters(story: Story) -> dict[str, tuple[tuple[str, ...], frozenset[str]]]:
    """For each scene the variables, and the remembered keys, that guards from there on ask about.

    Remembered are scenes seen and choices taken ("scene/choice"). Endings ask about nothing.
    """
    asked: dict[str, frozenset[Node]] = {
        key: frozenset(
            part
            for choice in scene.choices
            if choice.guard is not None
            for part in parts(choice.guard)
            if isinstance(part, Name | Seen | Chose)
        )
        for key, scene in story.scenes.items()
    }
    leads = {
        key: {choice.to for choice in scene.choices} & story.scenes.keys()
        for key, scene in story.scenes.items()
    }
    found: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
        key: ((), frozenset()) for key in story.endings
    }
    for key in story.scenes:
        onwards, ahead = {key}, [key]
        while ahead:
            fresh = leads[ahead.pop()] - onwards
            onwards |= fresh
            ahead += fresh
        nodes = frozenset[Node]().union(*(asked[scene] for scene in onwards))
        names = {part.key for part in nodes if isinstance(part, Name)}
        seen = {part.scene for part in nodes if isinstance(part, Seen)}
        chosen = {part.choice for part in nodes if isinstance(part, Chose)}
        found[key] = (
            tuple(name for name in story.variables if name in names),
            frozenset(seen | chosen),
        )
    return found


def _open(
    choices: Iterable[Choice], values: Mapping[str, int], memory: frozenset[str]
) -> Iterator[Choice]:
    for choice in choices:
        if choice.guard is None or holds(choice.guard, values, memory, memory):
            yield choice


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
        if key not in reached and key != OUT_OF_TURNS:
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
        for there in following:
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

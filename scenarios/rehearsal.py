"""Trying a story out while it is being written: from any scene, with any values, nothing kept.

Pure: the story comes as data, the choices made so far as keys.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from content.bilingual import LANGUAGES, both
from scenarios.engine import (
    Choice,
    ChoiceNotOffered,
    Ending,
    Scene,
    State,
    Story,
    build,
    entered,
    is_over,
    offered,
    step,
)
from scenarios.language import holds
from scenarios.structure import Finding, structure

UNWRITTEN = "not-written-yet"
NOT_YET = {
    "key": UNWRITTEN,
    "outcome": "mixed",
    "title": both("Te vēl nekas nav uzrakstīts", "Nothing is written here yet"),
    "text": both(
        "Veidlapā nav ne ainas, ne iznākuma, uz ko ved šī izvēle.",
        "The form has neither a scene nor an ending that this choice leads to.",
    ),
}


@dataclass(frozen=True)
class Closed:
    """A choice that is not open: `once` taken already, a `guard` not met, or a `fallback`."""

    choice: Choice
    why: str
    guard: str = ""


@dataclass(frozen=True)
class Change:
    """What a turn made of one variable."""

    key: str
    before: int
    after: int


@dataclass(frozen=True)
class Taken:
    """A turn that was played."""

    scene: Scene
    choice: Choice
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Rehearsal:
    """A story played so far: the state before each turn and the one it stands at."""

    story: Story
    states: tuple[State, ...]
    moves: tuple[str, ...]
    refused: str = ""  # a choice of the road that is open no more; those after it are dropped
    guards: Mapping[tuple[str, str], str] | None = None  # as written, by scene and choice

    @property
    def state(self) -> State:
        return self.states[-1]

    @property
    def scene(self) -> Scene | None:
        return self.story.scenes.get(self.state.scene)

    @property
    def ending(self) -> Ending | None:
        return self.story.endings.get(self.state.scene)

    @property
    def taken(self) -> list[Taken]:
        """The turns so far, oldest first."""
        found = []
        for before, after, key in zip(self.states[:-1], self.states[1:], self.moves, strict=True):
            scene = self.story.scenes[before.scene]
            changes = tuple(
                Change(name, value, after.values[name])
                for name, value in before.values.items()
                if value != after.values[name]
            )
            found += [Taken(scene, one, changes) for one in scene.choices if one.key == key]
        return found

    @property
    def open(self) -> tuple[Choice, ...]:
        return offered(self.story, self.state)

    @property
    def closed(self) -> list[Closed]:
        """The choices of the present scene that are held back, each with what holds it."""
        scene, state = self.scene, self.state
        if scene is None:
            return []
        found = []
        for choice in scene.choices:
            if choice in self.open:
                continue
            if choice.once and f"{scene.key}/{choice.key}" in state.chosen:
                found.append(Closed(choice, "once"))
            elif choice.guard is not None and not holds(
                choice.guard, state.readable, state.visits, state.chosen
            ):
                guard = (self.guards or {}).get((scene.key, choice.key), "")
                found.append(Closed(choice, "guard", guard))
            else:
                found.append(Closed(choice, "fallback"))
        return found


def playable(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    """The data with its loose ends tied, and what still keeps it from being played.

    A choice that leads nowhere ends where nothing is written yet, and a text that is missing in a
    language is no hindrance: a story is played while half of it is still to be written.
    """
    endings = [*data["endings"], NOT_YET]
    known = {item["key"] for item in (*data["scenes"], *endings)}

    def target(key: str) -> str:
        return key if key in known else UNWRITTEN

    scenes = [
        scene
        | {
            "choices": [choice | {"to": target(choice["to"])} for choice in scene["choices"]],
            "next": "" if scene["choices"] and not scene["next"] else target(scene["next"]),
        }
        for scene in data["scenes"]
    ]
    starts = [scene["key"] for scene in scenes]
    start = data["start"] if data["start"] in starts else next(iter(starts), "")
    whole = {**data, "scenes": scenes, "endings": endings, "start": start}
    if whole["end_of_turns"] not in known:
        whole["end_of_turns"] = ""
    return whole, [
        finding
        for finding in structure(whole)
        if finding.is_error and not (finding.where and finding.where[-1] in LANGUAGES)
    ]


def before(story: Story, steps: Iterable[str]) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """The road that "scene" and "scene/choice" steps stand for, and the steps that are not there."""
    road, unknown = [], []
    for one in steps:
        scene, _sign, choice = one.partition("/")
        found = story.scenes.get(scene)
        if found is None or choice and found.choice(choice) is None:
            unknown.append(one)
        else:
            road.append((scene, choice))
    return tuple(road), unknown


def rehearse(
    data: Mapping[str, Any],
    scene: str,
    values: Mapping[str, int],
    road: Sequence[tuple[str, str]],
    moves: Collection[str],
) -> Rehearsal:
    """The story from the scene on, with these values before it is entered, after these choices.

    `data` is playable and has the scene; `road` is what came before, as (scene, choice or ""). Once
    a choice is open no more, as the story has changed meanwhile, the road ends before it.
    """
    story = build(data)
    first = State(scene, dict(values), tuple(road))
    states, kept, refused = [entered(story, first)], [], ""
    for key in moves:
        try:
            states.append(step(story, states[-1], key))
        except ChoiceNotOffered:
            refused = "" if is_over(story, states[-1]) else key
            break
        kept.append(key)
    guards = {
        (item["key"], choice["key"]): choice["guard"]
        for item in data["scenes"]
        for choice in item["choices"]
    }
    return Rehearsal(story, tuple(states), tuple(kept), refused, guards)

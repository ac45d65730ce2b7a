"""Walking through a story: values in, values out; no database, request or clock.

The same choices always lead down the same road, so a run is kept as its choices and replayed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from content.bilingual import both
from scenarios.language import Effect, Node, holds, parse_effect, parse_guard
from scenarios.structure import StoryInvalid, structure

MAX_TURNS = 120
OUT_OF_TURNS = "out-of-turns"

Texts = Mapping[str, str]


class ChoiceNotOffered(LookupError):
    """The scene does not offer this choice now, or the story is over."""


@dataclass(frozen=True)
class Variable:
    """Something the story counts: trust, strength, days left."""

    key: str
    label: Texts
    start: int
    low: int
    high: int
    shown: bool = False

    def clamp(self, value: int) -> int:
        return max(self.low, min(self.high, value))


@dataclass(frozen=True)
class Choice:
    """What the player may say or do in a scene, and where it leads."""

    key: str
    text: Texts
    to: str
    guard: Node | None = None
    effects: tuple[Effect, ...] = ()
    remark: Texts | None = None
    score: float | None = None  # 0 to 1; None says nothing about any competence
    competences: tuple[tuple[str, float], ...] = ()  # key and weight
    critical: bool = False


@dataclass(frozen=True)
class Scene:
    """One moment of the conversation; a speaker without a name is the narrator."""

    key: str
    speaker: Texts
    text: Texts
    mood: str
    choices: tuple[Choice, ...]

    def choice(self, key: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.key == key), None)


@dataclass(frozen=True)
class Ending:
    key: str
    outcome: str
    title: Texts
    text: Texts


@dataclass(frozen=True)
class Story:
    """A whole story in both languages, parsed and known to hang together."""

    key: str
    title: Texts
    summary: Texts
    intro: Texts
    start: str
    variables: Mapping[str, Variable]
    scenes: Mapping[str, Scene]
    endings: Mapping[str, Ending]
    max_turns: int = MAX_TURNS

    @cached_property
    def shown(self) -> tuple[Variable, ...]:
        """The variables a player sees."""
        return tuple(variable for variable in self.variables.values() if variable.shown)


@dataclass(frozen=True)
class State:
    """Where a conversation stands: the scene or ending, the values, the road so far."""

    scene: str
    values: Mapping[str, int]
    road: tuple[tuple[str, str], ...] = ()  # (scene, choice), oldest first

    @property
    def turns(self) -> int:
        return len(self.road)

    @property
    def seen(self) -> frozenset[str]:
        return frozenset({self.scene, *(scene for scene, _choice in self.road)})

    @property
    def chosen(self) -> frozenset[str]:
        return frozenset(f"{scene}/{choice}" for scene, choice in self.road)

    def as_json(self) -> dict[str, Any]:
        """What a turn keeps; the road itself stands in the turns."""
        return {"scene": self.scene, "values": dict(self.values)}


def begin(story: Story) -> State:
    """The state before the first choice."""
    return State(story.start, {key: item.start for key, item in story.variables.items()})


def is_over(story: Story, state: State) -> bool:
    """Whether an ending has been reached."""
    return state.scene in story.endings


def offered(story: Story, state: State) -> tuple[Choice, ...]:
    """The choices open now, in the story's order; none once it is over."""
    if is_over(story, state):
        return ()
    seen, chosen = state.seen, state.chosen
    return tuple(
        choice
        for choice in story.scenes[state.scene].choices
        if choice.guard is None or holds(choice.guard, state.values, seen, chosen)
    )


def step(story: Story, state: State, choice_key: str) -> State:
    """Where the conversation stands after this choice.

    Raises `ChoiceNotOffered` for a choice that is not open now. A story that has not ended after
    `max_turns` choices ends there.
    """
    choice = next((item for item in offered(story, state) if item.key == choice_key), None)
    if choice is None:
        raise ChoiceNotOffered(choice_key)
    following = replace(
        state,
        scene=choice.to,
        values=after(story, state.values, choice.effects),
        road=(*state.road, (state.scene, choice_key)),
    )
    if following.turns >= story.max_turns and not is_over(story, following):
        return replace(following, scene=OUT_OF_TURNS)
    return following


def after(story: Story, values: Mapping[str, int], effects: Iterable[Effect]) -> dict[str, int]:
    """The values once the effects have been applied in order, each kept within its bounds."""
    changed = dict(values)
    for effect in effects:
        variable = story.variables[effect.variable]
        changed[variable.key] = variable.clamp(effect.apply(changed[variable.key]))
    return changed


def replay(story: Story, choices: Iterable[str]) -> list[State]:
    """Every state of a run, the first before any choice. Raises `ChoiceNotOffered`."""
    states = [begin(story)]
    for choice in choices:
        states.append(step(story, states[-1], choice))
    return states


# From data -------------------------------------------------------------------------------


def parse_story(data: Mapping[str, Any]) -> Story:
    """The story in `data`. Raises `StoryInvalid` with everything wrong with its shape."""
    if errors := [finding for finding in structure(data) if finding.is_error]:
        raise StoryInvalid(errors)
    return build(data)


def build(data: Mapping[str, Any]) -> Story:
    """The story in data that has been checked, such as that of a published version."""
    endings = {
        item["key"]: Ending(item["key"], item["outcome"], item["title"], item["text"])
        for item in data["endings"]
    }
    endings.setdefault(
        OUT_OF_TURNS,
        Ending(
            OUT_OF_TURNS,
            "mixed",
            both("Saruna beidzas bez iznākuma", "The conversation ends without an outcome"),
            both(
                "Saruna ir ieilgusi, un jūs vienojaties to turpināt citā reizē.",
                "The conversation has gone on for long, and you agree to continue another time.",
            ),
        ),
    )
    return Story(
        key=data["key"],
        title=data["title"],
        summary=data.get("summary") or both("", ""),
        intro=data.get("intro") or both("", ""),
        start=data["start"],
        variables={
            item["key"]: Variable(
                item["key"],
                item["label"],
                item["start"],
                item["min"],
                item["max"],
                bool(item.get("shown")),
            )
            for item in data.get("variables") or ()
        },
        scenes={
            item["key"]: Scene(
                item["key"],
                item.get("speaker") or both("", ""),
                item["text"],
                item.get("mood") or "calm",
                tuple(_choice(choice) for choice in item["choices"]),
            )
            for item in data["scenes"]
        },
        endings=endings,
        max_turns=data.get("max_turns") or MAX_TURNS,
    )


def _choice(data: Mapping[str, Any]) -> Choice:
    score = data.get("score")
    return Choice(
        key=data["key"],
        text=data["text"],
        to=data["to"],
        guard=parse_guard(data["guard"]) if data.get("guard") else None,
        effects=tuple(parse_effect(effect) for effect in data.get("effects") or ()),
        remark=data.get("remark"),
        score=None if score is None else float(score),
        competences=tuple(
            (item["key"], float(item["weight"])) for item in data.get("competences") or ()
        ),
        critical=bool(data.get("critical")),
    )

"""Walking through a story: values in, values out; no database, request or clock.

The same choices always lead down the same road, so a run is kept as its choices and replayed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from content.bilingual import both
from scenarios.language import TURNS, Effect, Node, amount, holds, parse_effect, parse_guard
from scenarios.structure import StoryInvalid, structure

MAX_TURNS = 120
OUT_OF_TURNS = "out-of-turns"
GO_ON = ">"  # the one choice of a scene where the text only goes on; no key of a pack is so

Texts = Mapping[str, str]


class ChoiceNotOffered(LookupError):
    """The scene does not offer this choice now, or the story is over."""


class NoWayBack(LookupError):
    """There is no checkpoint there on the road so far, or the story is over."""


@dataclass(frozen=True)
class Variable:
    """Something the story counts: trust, strength, days left."""

    key: str
    label: Texts
    start: int
    low: int
    high: int
    shown: bool = False
    kind: str = "other"  # of `conversations.KINDS`

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
    score: float | None = None  # 0 to 1; None says nothing about any competence, or not yet
    competences: tuple[tuple[str, float], ...] = ()  # key and weight
    critical: bool = False
    once: bool = False  # not offered again once taken
    fallback: bool = False  # offered only when nothing else is
    codes: tuple[str, ...] = ()  # behaviours in the order of what is said
    fits: tuple[str, ...] = ()  # stages of change that it fits
    technique: str = ""
    passage: str = ""  # "module/lesson" or "module/lesson#block" to reread
    needs_review: Texts | None = None  # what is yet to be confirmed, here or in its scene

    @property
    def is_judged(self) -> bool:
        """Whether the coach says how good it was: by its score, or before that is confirmed."""
        return self.score is not None or self.needs_review is not None


@dataclass(frozen=True)
class Scene:
    """One moment of the conversation; a speaker without a name is the narrator."""

    key: str
    speaker: Texts
    text: Texts
    mood: str
    choices: tuple[Choice, ...]
    effects: tuple[Effect, ...] = ()  # on entering, each time
    picture: str = ""  # key of a figure
    picture_alt: Texts | None = None
    checkpoint: bool = False
    stage: str = ""  # the client's stage of change here
    needs_review: Texts | None = None

    @property
    def is_gather(self) -> bool:
        """Whether nothing is decided here and the text only goes on."""
        return len(self.choices) == 1 and self.choices[0].key == GO_ON

    @cached_property
    def always_open(self) -> tuple[Choice, ...]:
        """The choices that are open however one comes here; none where that depends."""
        if any(choice.once or choice.guard is not None for choice in self.choices):
            return ()
        return tuple([one for one in self.choices if not one.fallback]) or self.choices

    def choice(self, key: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.key == key), None)


@dataclass(frozen=True)
class Ending:
    key: str
    outcome: str
    title: Texts
    text: Texts
    needs_review: Texts | None = None


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
    end_of_turns: str = OUT_OF_TURNS
    conversation: bool = False  # whether its choices are coded
    next_scenarios: tuple[str, ...] = ()  # "module/scenario", the most fitting first
    competences: tuple[str, ...] = ()  # keys

    @cached_property
    def chosen_endings(self) -> frozenset[str]:
        """The endings that some choice leads to; where turns only run out, nothing was decided."""
        targets = {choice.to for scene in self.scenes.values() for choice in scene.choices}
        return frozenset(self.endings.keys() & targets)

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

    @cached_property
    def visits(self) -> Mapping[str, int]:
        """How often each scene has been shown, the present one included."""
        return Counter([*(scene for scene, _choice in self.road), self.scene])

    @cached_property
    def chosen(self) -> frozenset[str]:
        return frozenset(f"{scene}/{choice}" for scene, choice in self.road)

    @property
    def readable(self) -> Mapping[str, int]:
        """What guards and effects read by name: the values, and the number of turns."""
        return {TURNS: self.turns, **self.values}

    def as_json(self) -> dict[str, Any]:
        """What a turn keeps; the road itself stands in the turns."""
        return {"scene": self.scene, "values": dict(self.values)}


def begin(story: Story) -> State:
    """The state before the first choice."""
    start = State(story.start, {key: item.start for key, item in story.variables.items()})
    return entered(story, start)


def is_over(story: Story, state: State) -> bool:
    """Whether an ending has been reached."""
    return state.scene in story.endings


def offered(story: Story, state: State) -> tuple[Choice, ...]:
    """The choices open now, in the story's order; none once it is over.

    Fallbacks are offered where nothing else is.
    """
    if is_over(story, state):
        return ()
    return open_in(story.scenes[state.scene], state.readable, state.visits, state.chosen)


def open_in(
    scene: Scene, readable: Mapping[str, int], visits: Mapping[str, int], chosen: Collection[str]
) -> tuple[Choice, ...]:
    """The choices of a scene that are open, given all that guards read."""
    if scene.always_open:
        return scene.always_open
    found = [
        choice
        for choice in scene.choices
        if not (choice.once and f"{scene.key}/{choice.key}" in chosen)
        and (choice.guard is None or holds(choice.guard, readable, visits, chosen))
    ]
    return tuple([choice for choice in found if not choice.fallback]) or tuple(found)


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
        values=after(story, state, choice.effects),
        road=(*state.road, (state.scene, choice_key)),
    )
    if is_over(story, following):
        return following
    if following.turns >= story.max_turns:
        return replace(following, scene=story.end_of_turns)
    return entered(story, following)


def entered(story: Story, state: State) -> State:
    """The state once its scene has done what it does on entering."""
    effects = story.scenes[state.scene].effects
    return replace(state, values=after(story, state, effects)) if effects else state


def after(story: Story, state: State, effects: Iterable[Effect]) -> dict[str, int]:
    """The values once the effects have been applied in order, each kept within its bounds."""
    return changed(story, state.values, effects, state.turns, state.visits)


def changed(
    story: Story,
    values: Mapping[str, int],
    effects: Iterable[Effect],
    turns: int,
    visits: Mapping[str, int],
) -> dict[str, int]:
    """As `after`, given all that effects read."""
    known = {TURNS: turns, **values}
    for effect in effects:
        variable = story.variables[effect.variable]
        known[variable.key] = variable.clamp(amount(effect.value, known, visits))
    if TURNS not in values:  # an early version may have a variable of this name
        del known[TURNS]
    return known


def replay(story: Story, choices: Iterable[str]) -> list[State]:
    """Every state of a run, the first before any choice. Raises `ChoiceNotOffered`."""
    states = [begin(story)]
    for choice in choices:
        states.append(step(story, states[-1], choice))
    return states


@dataclass(frozen=True)
class Back:
    """A rewind: of the road so far, this many turns are kept."""

    keeps: int


class Road:
    """The states a run has on its road, from the first on; a rewind takes the later ones away.

    Whatever was taken back, the same choices from there give the same states as the first time.
    """

    def __init__(self, story: Story, moves: Iterable[str | Back] = ()) -> None:
        self.story = story
        self.states = [begin(story)]
        for move in moves:
            self.go(move)

    @property
    def state(self) -> State:
        return self.states[-1]

    @property
    def checkpoints(self) -> list[int]:
        """How many turns one could go back to keep, the fewest first; none once it is over."""
        return [] if is_over(self.story, self.state) else self.passed

    @property
    def passed(self) -> list[int]:
        """The checkpoints behind, as turns kept, the fewest first; the start is always one."""
        return [
            turns
            for turns, state in enumerate(self.states[:-1])
            if turns == 0 or self.story.scenes[state.scene].checkpoint
        ]

    def go(self, move: str | Back) -> State:
        """Take a choice or go back. Raises `ChoiceNotOffered` or `NoWayBack`; then nothing moves."""
        if isinstance(move, str):
            self.states.append(step(self.story, self.state, move))
        elif move.keeps in self.checkpoints:
            del self.states[move.keeps + 1 :]
        else:
            raise NoWayBack(move.keeps)
        return self.state


# From data -------------------------------------------------------------------------------


def parse_story(data: Mapping[str, Any]) -> Story:
    """The story in `data`. Raises `StoryInvalid` with everything wrong with its shape."""
    if errors := [finding for finding in structure(data) if finding.is_error]:
        raise StoryInvalid(errors)
    return build(data)


def build(data: Mapping[str, Any]) -> Story:
    """The story in data that has been checked, such as that of a published version.

    What versions published long ago do not say has its default.
    """
    endings = {
        item["key"]: Ending(item["key"], item["outcome"], item["title"], item["text"], _waits(item))
        for item in data["endings"]
    }
    if not data.get("end_of_turns"):
        endings.setdefault(OUT_OF_TURNS, WITHOUT_OUTCOME)
    return Story(
        key=data["key"],
        title=data["title"],
        summary=data.get("summary") or both("", ""),
        intro=data.get("intro") or both("", ""),
        start=data["start"],
        variables={item["key"]: _variable(item) for item in data.get("variables") or ()},
        scenes={item["key"]: _scene(item, data.get("stage") or "") for item in data["scenes"]},
        endings=endings,
        max_turns=data.get("max_turns") or MAX_TURNS,
        end_of_turns=data.get("end_of_turns") or OUT_OF_TURNS,
        conversation=bool(data.get("conversation")),
        next_scenarios=tuple(data.get("next_scenarios") or ()),
        competences=tuple(data.get("competences") or ()),
    )


WITHOUT_OUTCOME = Ending(
    OUT_OF_TURNS,
    "mixed",
    both("Saruna beidzas bez iznākuma", "The conversation ends without an outcome"),
    both(
        "Saruna ir ieilgusi, un jūs vienojaties to turpināt citā reizē.",
        "The conversation has gone on for long, and you agree to continue another time.",
    ),
)
CONTINUE = both("Turpināt", "Continue")


def _variable(data: Mapping[str, Any]) -> Variable:
    return Variable(
        key=data["key"],
        label=data["label"],
        start=data["start"],
        low=data["min"],
        high=data["max"],
        shown=bool(data.get("shown")),
        kind=data.get("kind") or "other",
    )


def _scene(data: Mapping[str, Any], stage: str) -> Scene:
    waits = _waits(data)
    choices = tuple(_choice(choice, waits) for choice in data.get("choices") or ())
    if not choices:
        choices = (Choice(GO_ON, CONTINUE, data["next"], needs_review=waits),)
    return Scene(
        key=data["key"],
        speaker=data.get("speaker") or both("", ""),
        text=data["text"],
        mood=data.get("mood") or "calm",
        choices=choices,
        effects=_effects(data),
        picture=data.get("picture") or "",
        picture_alt=data.get("picture_alt"),
        checkpoint=bool(data.get("checkpoint")),
        stage=data.get("stage") or stage,
        needs_review=waits,
    )


def _waits(data: Mapping[str, Any]) -> Texts | None:
    texts = data.get("needs_review") or {}
    return texts if any(texts.values()) else None


def _choice(data: Mapping[str, Any], scene_waits: Texts | None) -> Choice:
    """What waits for a practitioner, itself or by its scene, has no score for now."""
    waits = _waits(data) or scene_waits
    score = None if waits else data.get("score")
    return Choice(
        key=data["key"],
        text=data["text"],
        to=data["to"],
        guard=parse_guard(data["guard"]) if data.get("guard") else None,
        effects=_effects(data),
        remark=data.get("remark"),
        score=None if score is None else float(score),
        competences=tuple(
            (item["key"], float(item["weight"])) for item in data.get("competences") or ()
        )
        if not waits
        else (),
        critical=bool(data.get("critical")) and not waits,
        once=bool(data.get("once")),
        fallback=bool(data.get("fallback")),
        codes=tuple(data.get("codes") or ()),
        fits=tuple(data.get("fits") or ()),
        technique=data.get("technique") or "",
        passage=data.get("passage") or "",
        needs_review=waits,
    )


def _effects(data: Mapping[str, Any]) -> tuple[Effect, ...]:
    return tuple(parse_effect(effect) for effect in data.get("effects") or ())

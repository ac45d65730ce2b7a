"""What a finished conversation teaches: each turn with what it changed, and what stood out.

Plain values from the story and the states of a run; nothing here asks the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from scenarios.conversations import STAGES
from scenarios.engine import Choice, Scene, State, Story, Variable, offered

Strength = Literal["strong", "fair", "weak", "plain"]
STRONG = 0.8
FAIR = 0.4


@dataclass(frozen=True)
class Change:
    """What a turn did to a variable that players see."""

    variable: Variable
    before: int
    after: int

    @property
    def by(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Step:
    """One turn looked back on."""

    number: int  # from 1
    scene: Scene
    choice: Choice
    open: tuple[Choice, ...]  # what else could have been chosen then
    changes: tuple[Change, ...]

    @property
    def is_decision(self) -> bool:
        """Whether it says something about a competence: a score, and something else to choose."""
        return self.choice.score is not None and bool(self.open)

    @property
    def strength(self) -> Strength:
        if self.choice.score is None or not self.is_decision:
            return "plain"
        if self.choice.score >= STRONG:
            return "strong"
        return "fair" if self.choice.score >= FAIR else "weak"

    @property
    def weight(self) -> float:
        """How much hangs on the decision, over all its competences; 1 where none is named."""
        return sum(weight for _key, weight in self.choice.competences) or 1.0

    @property
    def gained(self) -> float:
        """How much better than the poorest open choice it was, times what hangs on it."""
        return ((self.choice.score or 0.0) - min(self._others, default=0.0)) * self.weight

    @property
    def lost(self) -> float:
        """How much poorer than the best open choice it was, times what hangs on it."""
        return (max(self._others, default=0.0) - (self.choice.score or 0.0)) * self.weight

    @property
    def _others(self) -> list[float]:
        return [choice.score for choice in self.open if choice.score is not None]


def look_back(story: Story, states: Sequence[State]) -> list[Step]:
    """The turns of a run, given all its states from the first on."""
    steps = []
    for number, (before, after) in enumerate(zip(states, states[1:], strict=False), start=1):
        _scene, key = after.road[-1]
        choices = offered(story, before)
        steps.append(
            Step(
                number=number,
                scene=story.scenes[before.scene],
                choice=next(choice for choice in choices if choice.key == key),
                open=tuple(choice for choice in choices if choice.key != key),
                changes=tuple(
                    Change(item, before.values[item.key], after.values[item.key])
                    for item in story.shown
                    if before.values[item.key] != after.values[item.key]
                ),
            )
        )
    return steps


def helped_most(steps: Sequence[Step]) -> Step | None:
    """The decision that gained most; the earliest of equals. None when no decision gained."""
    gains = [step for step in steps if step.is_decision and step.gained > 0]
    return max(gains, key=lambda step: step.gained, default=None)


def cost_most(steps: Sequence[Step]) -> Step | None:
    """The decision that lost most; the earliest of equals. None when each was the best open."""
    losses = [step for step in steps if step.is_decision and step.lost > 0]
    return max(losses, key=lambda step: step.lost, default=None)


@dataclass(frozen=True)
class Tally:
    """The decisions that bear on one competence, and the share of their points earned (0 to 1)."""

    competence: str
    decisions: int
    share: float


def by_competence(steps: Sequence[Step]) -> list[Tally]:
    """One tally for each competence that a decision bore on, in the order first met."""
    found: dict[str, list[tuple[float, float]]] = {}
    for step in steps:
        if step.choice.score is None or not step.is_decision:
            continue
        for key, weight in step.choice.competences:
            found.setdefault(key, []).append((step.choice.score, weight))
    return [
        Tally(
            key,
            len(marks),
            sum(score * weight for score, weight in marks) / sum(weight for _s, weight in marks),
        )
        for key, marks in found.items()
    ]


Fit = Literal["shown", "partly", "not-yet", "unmet"]
MANY = 3  # moves that fit a stage, before fit is taken as shown
MOST = 2 / 3  # of all moves there


@dataclass(frozen=True)
class StageFit:
    """How a person's techniques fitted a client in one stage of change."""

    stage: str
    fitting: tuple[str, ...]  # techniques that fitted, in the order first used
    others: tuple[str, ...]  # those that did not, or not each time
    fitted: int
    moves: int

    @property
    def fit(self) -> Fit:
        """Shown from `MANY` fitting moves that are at least `MOST` of all; unmet without a move."""
        if not self.moves:
            return "unmet"
        if self.fitted >= MANY and self.fitted >= MOST * self.moves:
            return "shown"
        return "partly" if self.fitted else "not-yet"


def stage_fit(moves: Iterable[tuple[Scene, Choice]]) -> list[StageFit]:
    """All six stages in order; a move without a technique or a stage says nothing."""
    fitting: dict[str, list[str]] = {stage: [] for stage in STAGES}
    others: dict[str, list[str]] = {stage: [] for stage in STAGES}
    for scene, choice in moves:
        if choice.technique and scene.stage in fitting:
            kind = fitting if scene.stage in choice.fits else others
            kind[scene.stage].append(choice.technique)
    return [
        StageFit(
            stage,
            tuple(dict.fromkeys(fitting[stage])),
            tuple(dict.fromkeys(others[stage])),
            len(fitting[stage]),
            len(fitting[stage]) + len(others[stage]),
        )
        for stage in STAGES
    ]

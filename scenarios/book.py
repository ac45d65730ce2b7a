"""A story as a book to play on paper: numbered paragraphs, a sheet to count on, a record of the road.

`book` is a pure value made of a story; whoever follows it meets the same endings as the engine.
What guards ask of the past is put in the numbers of paragraphs and the letters of choices, as they
stand in the reader's record: `Seen("12")`, `Visits("12")`, `Chose("12b")`.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scenarios.engine import Choice, Ending, Scene, Story, Texts
from scenarios.language import (
    All,
    Any,
    Arithmetic,
    Chose,
    Comparison,
    Effect,
    Name,
    Negative,
    Node,
    Not,
    Seen,
    Visits,
    parts,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHUFFLES = 200  # orders that are tried, for one in which few roads lead next door


@dataclass(frozen=True)
class Row:
    """A line of the sheet: what is counted, where it starts, and what it never leaves."""

    key: str
    mark: str  # what a player does not see on the screen is called X1, X2 …; else nothing
    label: Texts
    start: int
    low: int
    high: int


@dataclass(frozen=True)
class Way:
    """A choice: its letter, where it leads, what it asks and what it changes."""

    letter: str  # nothing where the text only goes on
    text: Texts
    to: int
    guard: Node | None
    effects: tuple[Effect, ...]
    once: bool
    fallback: bool
    remark: Texts | None
    needs_review: Texts | None = None


@dataclass(frozen=True)
class Paragraph:
    """A scene by its number, with what changes each time it is entered; or an ending."""

    number: int
    key: str
    speaker: Texts
    title: Texts  # of an ending
    text: Texts
    picture_alt: Texts | None = None
    effects: tuple[Effect, ...] = ()
    ways: tuple[Way, ...] = ()
    outcome: str = ""  # of an ending
    needs_review: Texts | None = None  # of an ending

    @property
    def is_ending(self) -> bool:
        return bool(self.outcome)


@dataclass(frozen=True)
class Book:
    """The whole book; its paragraphs in the order of their numbers, the story begins with 1."""

    title: Texts
    intro: Texts
    rows: tuple[Row, ...]
    paragraphs: tuple[Paragraph, ...]
    max_turns: int
    end_of_turns: int  # the paragraph that ends a conversation which has gone on for so long

    def paragraph(self, number: int) -> Paragraph:
        return self.paragraphs[number - 1]


def book(story: Story) -> Book:
    """The book of a story; the same story always gives the same book."""
    numbers = _numbers(story)
    letters = {
        f"{scene.key}/{choice.key}": letter
        for scene in story.scenes.values()
        for choice, letter in _lettered(scene)
    }
    counted = _counted(story)
    hidden = [key for key in counted if not story.variables[key].shown]
    placed = _Placed(numbers, letters, counted)
    everything: list[Scene | Ending] = [*story.scenes.values(), *story.endings.values()]
    return Book(
        title=story.title,
        intro=story.intro,
        rows=tuple(
            Row(
                key,
                f"X{hidden.index(key) + 1}" if key in hidden else "",
                story.variables[key].label,
                story.variables[key].start,
                story.variables[key].low,
                story.variables[key].high,
            )
            for key in counted
        ),
        paragraphs=tuple(
            placed.paragraph(each) for each in sorted(everything, key=lambda e: numbers[e.key])
        ),
        max_turns=story.max_turns,
        end_of_turns=numbers[story.end_of_turns],
    )


def _lettered(scene: Scene) -> Iterator[tuple[Choice, str]]:
    for choice, letter in zip(scene.choices, LETTERS, strict=False):
        yield choice, "" if scene.is_gather else letter


def _numbers(story: Story) -> dict[str, int]:
    """Numbers of scenes and endings: the first is 1, the others stand where no road gives them away.

    Of many orders the one with the fewest roads to the next number or the one before.
    """
    others = sorted(key for key in (*story.scenes, *story.endings) if key != story.start)
    roads = [(scene.key, choice.to) for scene in story.scenes.values() for choice in scene.choices]
    # Not for secrets: the same story is to give the same book.
    seed = hashlib.sha256(f"{story.key}/{'/'.join(others)}".encode()).digest()
    chance = random.Random(seed)  # noqa: S311
    best: dict[str, int] = {}
    fewest = len(roads) + 1
    for _try in range(SHUFFLES):
        chance.shuffle(others)
        numbers = {key: at for at, key in enumerate([story.start, *others], start=1)}
        beside = sum(1 for here, there in roads if abs(numbers[here] - numbers[there]) == 1)
        if beside < fewest:
            best, fewest = numbers, beside
        if not beside:
            break
    return best


def _counted(story: Story) -> list[str]:
    """The variables to be counted on paper: those that are shown, and those something depends on."""
    scenes = story.scenes.values()
    guards = [choice.guard for scene in scenes for choice in scene.choices if choice.guard]
    effects = [
        effect
        for scene in scenes
        for effect in (
            *scene.effects,
            *(each for choice in scene.choices for each in choice.effects),
        )
    ]
    needed = {variable.key for variable in story.shown}
    needed |= {part.key for guard in guards for part in parts(guard) if isinstance(part, Name)}
    while True:
        more = {
            part.key
            for effect in effects
            if effect.variable in needed
            for part in parts(effect.value)
            if isinstance(part, Name)
        }
        if more <= needed:
            return [key for key in story.variables if key in needed]
        needed |= more


@dataclass(frozen=True)
class _Placed:
    """Puts scenes, guards and effects in the numbers and letters of the book."""

    numbers: Mapping[str, int]
    letters: Mapping[str, str]
    counted: list[str]

    def paragraph(self, found: Scene | Ending) -> Paragraph:
        number = self.numbers[found.key]
        if isinstance(found, Ending):
            return Paragraph(
                number,
                found.key,
                {},
                found.title,
                found.text,
                outcome=found.outcome,
                needs_review=found.needs_review,
            )
        return Paragraph(
            number,
            found.key,
            found.speaker,
            {},
            found.text,
            found.picture_alt,
            self.effects(found.effects),
            tuple(self.way(choice, letter) for choice, letter in _lettered(found)),
        )

    def way(self, choice: Choice, letter: str) -> Way:
        return Way(
            letter,
            choice.text,
            self.numbers[choice.to],
            self.node(choice.guard) if choice.guard is not None else None,
            self.effects(choice.effects),
            choice.once,
            choice.fallback,
            choice.remark,
            choice.needs_review,
        )

    def effects(self, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        return tuple(
            Effect(effect.variable, self.node(effect.value))
            for effect in effects
            if effect.variable in self.counted
        )

    def node(self, node: Node) -> Node:
        match node:
            case Seen(scene):
                return Seen(str(self.numbers[scene]))
            case Visits(scene):
                return Visits(str(self.numbers[scene]))
            case Chose(choice):
                return Chose(f"{self.numbers[choice.split('/')[0]]}{self.letters[choice]}")
            case Name(key):
                return Name(key)
            case Not(of):
                return Not(self.node(of))
            case Negative(of):
                return Negative(self.node(of))
            case All(of):
                return All(tuple(map(self.node, of)))
            case Any(of):
                return Any(tuple(map(self.node, of)))
            case Arithmetic() | Comparison():
                return replace(node, left=self.node(node.left), right=self.node(node.right))
            case _:
                return node

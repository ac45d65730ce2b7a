"""The book of a story: whoever follows it on paper meets what a player meets on the screen."""

import random

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from scenarios import engine
from scenarios.book import Book, book
from scenarios.engine import build
from scenarios.language import TURNS, amount, holds, parse_effect, parse_guard
from scenarios.wording import change, condition, positive
from tests.scenarios.factories import choice, full, scene, story_of, variable
from tests.scenarios.sound import MADE, large
from tests.scenarios.test_tilts_stories import STORIES

ALL = STORIES | {name: build(data) for name, data in MADE.items()} | {"large": build(large(60))}


class Paper:
    """Somebody with the book, a pencil and the two sheets; knows nothing but what they say."""

    def __init__(self, told: Book) -> None:
        self.told = told
        self.sheet = {row.key: row.start for row in told.rows}
        self.record: list[list[str]] = []  # paragraph and letter, line by line
        self.arrive(1)

    def arrive(self, number: int) -> None:
        self.here = self.told.paragraph(number)
        if self.here.is_ending:
            return
        if self.filled >= self.told.max_turns:
            self.here = self.told.paragraph(self.told.end_of_turns)
            return
        self.record.append([str(number), ""])
        self.write(self.here.effects)

    @property
    def filled(self) -> int:
        return sum(1 for _number, letter in self.record if letter)

    @property
    def visits(self) -> dict[str, int]:
        numbers = [number for number, _letter in self.record]
        return {number: numbers.count(number) for number in numbers}

    @property
    def chosen(self) -> set[str]:
        return {f"{number}{letter}" for number, letter in self.record}

    def write(self, effects) -> None:
        rows = {row.key: row for row in self.told.rows}
        for effect in effects:
            value = amount(effect.value, {TURNS: self.filled, **self.sheet}, self.visits)
            row = rows[effect.variable]
            self.sheet[row.key] = max(row.low, min(row.high, value))

    def open(self):
        read = {TURNS: self.filled, **self.sheet}
        found = [
            way
            for way in self.here.ways
            if not (way.once and f"{self.here.number}{way.letter}" in self.chosen)
            and (way.guard is None or holds(way.guard, read, self.visits, self.chosen))
        ]
        return [way for way in found if not way.fallback] or found

    def take(self, way) -> None:
        self.write(way.effects)
        self.record[-1][1] = way.letter or "-"
        self.arrive(way.to)


def walk_both(story, chance):
    """One road through both, compared at each step; the ending."""
    told = book(story)
    paper, state = Paper(told), engine.begin(story)
    while not engine.is_over(story, state):
        assert paper.here.key == state.scene
        assert paper.sheet == {key: state.values[key] for key in paper.sheet}
        offered, ways = engine.offered(story, state), paper.open()
        assert [way.text for way in ways] == [each.text for each in offered]
        if not offered:
            return None
        at = chance.randrange(len(offered))
        state = engine.step(story, state, offered[at].key)
        paper.take(ways[at])
    assert paper.here.is_ending
    assert paper.here.key == state.scene
    return state.scene


@pytest.mark.parametrize("name", ALL)
def test_whoever_follows_the_book_meets_the_same_endings(name):
    chance = random.Random(name)  # noqa: S311
    roads = 40 if name == "large" else 120
    met = {walk_both(ALL[name], chance) for _road in range(roads)}
    assert met - {None}
    if name in STORIES:
        assert len(met) > 1


@pytest.mark.parametrize("name", ALL)
def test_numbers_do_not_give_the_road_away(name):
    told = book(ALL[name])
    assert [each.number for each in told.paragraphs] == list(range(1, len(told.paragraphs) + 1))
    assert told.paragraph(1).key == ALL[name].start
    assert book(ALL[name]) == told
    if name in STORIES:
        roads = [(each.number, way.to) for each in told.paragraphs for way in each.ways]
        beside = sum(1 for here, there in roads if abs(here - there) == 1)
        assert beside <= len(roads) // 50


def test_the_shortest_story_is_a_book_too():
    """Its only road leads to the next number, whatever the order."""
    told = book(build(story_of([scene("a", choice("x", "end"))], end_of_turns="end")))
    assert [(each.number, each.key) for each in told.paragraphs] == [(1, "a"), (2, "end")]
    assert (told.paragraph(1).ways[0].to, told.end_of_turns) == (2, 2)


def test_what_nothing_depends_on_is_not_counted_unless_it_is_shown():
    story = build(
        story_of(
            [scene("a", choice("x", "b", guard="deep > 1", effects=["idle + 1", "deep = other + 1"])),
             scene("b", choice("y", "end", effects=["calm + 1"]))],
            variables=[variable(key, shown=key == "calm")
                       for key in ("calm", "idle", "deep", "other")],
        )
    )  # fmt: skip
    told = book(story)
    assert [(row.key, row.mark) for row in told.rows] == [
        ("calm", ""), ("deep", "X1"), ("other", "X2"),
    ]  # fmt: skip
    assert [effect.variable for effect in told.paragraph(1).ways[0].effects] == ["deep"]


def test_the_past_is_asked_about_in_numbers_and_letters():
    told = book(build(full()))
    numbers = {each.key: each.number for each in told.paragraphs}
    cell = told.paragraph(numbers["cell"])
    with translation.override("en"):
        said = condition(cell.ways[2].guard, {"trust": "Trust"})
    assert cell.ways[2].letter == "c"
    assert said == "1 is on your record more than 1× and Trust is 3 or more"
    assert [way.letter for way in told.paragraph(numbers["pause"]).ways] == [""]


NAMES = {"trust": "Trust", "hope": "X1"}


@pytest.mark.parametrize(
    ("guard", "english", "latvian"),
    [
        ("trust >= 4", "Trust is 4 or more", "Trust ir 4 vai vairāk"),
        ("not trust >= 4", "Trust is less than 4", "Trust ir mazāk nekā 4"),
        ("trust == hope", "Trust is exactly X1", "Trust ir tieši X1"),
        ("trust != 0", "Trust is anything but 0", "Trust nav 0"),
        ("seen('12')", "12 is on your record", "gaitas lapā ir 12"),
        ("not chose('12/b')", "12/b is not on your record", "gaitas lapā nav 12/b"),
        (
            "not (seen('3') or trust > 2) and hope <= 1",
            "(3 is not on your record and Trust is 2 or less) and X1 is 1 or less",
            "(gaitas lapā nav 3 un Trust ir 2 vai mazāk) un X1 ir 1 vai mazāk",
        ),
        (
            "trust + hope * 2 > 4 - trust or visits('3') >= 2",
            "Trust + (X1 × 2) is more than 4 − Trust or 3 is on your record at least 2×",
            "Trust + (X1 × 2) ir vairāk nekā 4 − Trust vai gaitas lapā 3 ir vismaz 2×",
        ),
        (
            "turns > 12",
            "the number of lines you have filled is more than 12",
            "aizpildīto rindu skaits ir vairāk nekā 12",
        ),
    ],
)
def test_conditions_are_said_in_both_languages(guard, english, latvian):
    node = parse_guard(guard)
    for language, said in (("en", english), ("lv", latvian)):
        with translation.override(language):
            assert condition(node, NAMES) == said


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        ("trust + 1", "Trust +1"),
        ("trust - 2", "Trust −2"),
        ("hope = 3", "X1 = 3"),
        ("trust = -hope * (trust - 1)", "Trust = −X1 × (Trust − 1)"),
        ("trust + hope", "Trust = Trust + X1"),
    ],
)
def test_changes_are_said(effect, said):
    assert change(parse_effect(effect), NAMES) == said


claims = st.recursive(
    st.sampled_from(["trust > 2", "hope <= 4", "trust == hope", "seen('a')", "chose('a/b')",
                     "visits('a') < 2", "turns >= 3"]),
    lambda inner: st.one_of(
        inner.map(lambda claim: f"not ({claim})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) and ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) or ({two[1]})"),
    ),
    max_leaves=5,
)  # fmt: skip


@given(claims, st.integers(0, 5), st.integers(0, 5), st.integers(0, 3), st.booleans())
def test_moving_every_not_inwards_changes_nothing(guard, trust, hope, visits, took):
    node = parse_guard(guard)
    asked = ({"trust": trust, "hope": hope, TURNS: 3}, {"a": visits}, {"a/b"} if took else set())
    assert holds(positive(node), *asked) == holds(node, *asked)
    assert condition(node, NAMES)

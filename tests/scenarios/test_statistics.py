"""Which figures of a story are told: never of a few people, nor what gives a few away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.engine import parse_story
from scenarios.statistics import LEAST, Count, Play, figures, kept_back, median, sums
from tests.scenarios.factories import sample
from tests.scenarios.sound import MADE

TOTAL, A, B, C, D = ("scene", "x"), *(("choice", "x", key) for key in "abcd")


def people(**counts):
    return {
        TOTAL: Count(sum(counts.values()), sum(counts.values())),
        **{("choice", "x", key): Count(number, number) for key, number in counts.items()},
    }


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 12, "b": 7}, set()),
        ({"a": 12, "b": 0}, set()),
        ({"a": 5, "b": 5}, set()),
        ({"a": 12, "b": 4}, {TOTAL, B}),
        ({"a": 12, "b": 2, "c": 3}, {TOTAL, B, C}),
        ({"a": 3, "b": 1}, {TOTAL, A, B}),
        ({"a": 4, "b": 0}, {TOTAL, A}),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, {TOTAL, A, B, C, D}),
    ],
)
def test_what_is_kept_back_in_one_scene(counts, hidden):
    cells = people(**counts)
    assert kept_back(cells, [[TOTAL, *list(cells)[1:]]]) == hidden


def test_what_asks_for_no_more_elsewhere_is_kept_back():
    """Of two choices that lead to one place both are kept back, and the place may be told."""
    to = ("scene", "y")
    cells = people(a=9, b=2) | {to: Count(11, 11)}
    assert kept_back(cells, [[TOTAL, A, B], [to, A, B]]) == {A, B}


counts = st.builds(Count, st.integers(0, 12), st.integers(0, 30))


@given(st.sampled_from(sorted(MADE)), st.data())
def test_nothing_of_a_few_can_be_worked_out_of_one_sum(name, data):
    story = parse_story(MADE[name])
    cells = {
        cell: data.draw(counts)
        for row in sums(story, {})
        for cell in row
        if data.draw(st.booleans())
    }
    equations = sums(story, cells)
    hidden = kept_back(cells, equations)
    assert {cell for cell, count in cells.items() if 0 < count.people < LEAST} <= hidden
    for row in equations:
        there = [cell for cell in row if cell in cells and cells[cell].people]
        inside = [cell for cell in there if cell in hidden]
        if inside and len(inside) < len(there):
            assert len(inside) > 1
            assert max(cells[cell].people for cell in inside) >= LEAST


def test_that_nobody_chose_it_is_told_where_enough_people_were():
    story = parse_story(sample())
    cells = {
        ("begun",): Count(9, 9),
        ("scene", "door"): Count(9, 9),
        ("choice", "door", "greet"): Count(9, 9),
        ("scene", "window"): Count(3, 3),
        ("choice", "window", "wait"): Count(3, 3),
    }
    found = {row.key: row for row in figures(story, Play(cells)).scenes}
    greet, push = found["door"].choices
    assert (greet.told.count, push.told.is_nobody) == (Count(9, 9), True)
    assert [row.told.count for row in found["window"].choices] == [None, None]
    assert found["door"].stops.count is None  # too few stopped anywhere to say where nobody did


def test_enough_people_are_known_to_have_begun_also_where_their_number_gives_somebody_away():
    story = parse_story(sample())
    cells = {
        ("begun",): Count(7, 7),
        ("finished",): Count(6, 6),
        ("under-way",): Count(1, 1),
        ("ending", "agreed"): Count(6, 6),
        ("scene", "door"): Count(7, 7),
        ("choice", "door", "greet"): Count(7, 7),
    }
    found = figures(story, Play(cells))
    assert found.is_known
    assert not (
        found.begun.count and found.finished.count
    )  # the one left over is nobody's business
    assert found.most in {6, 7}


def test_a_handful_of_players_is_told_nothing_of():
    story = parse_story(sample())
    cells = {("begun",): Count(4, 40), ("scene", "door"): Count(4, 40)}
    found = figures(story, Play(cells))
    assert not found.is_known
    told = [found.begun, found.finished, found.stopped]
    told += [each for row in found.scenes for each in (row.told, row.stops)]
    told += [choice.told for row in found.scenes for choice in row.choices]
    told += [each for _key, each in found.endings]
    assert {each.count for each in told} == {None}


@pytest.mark.parametrize(
    ("numbers", "middle"),
    [({}, None), ({4: 1}, 4), ({4: 1, 6: 1}, 5), ({9: 1, 1: 3}, 1), ({1: 2, 8: 3}, 8)],
)
def test_median(numbers, middle):
    assert median(numbers) == middle


def test_a_total_that_is_kept_back_joins_no_two_sums_into_a_small_one():
    """Of 52 who began 48 are seen to choose: the four others chose otherwise or stopped."""
    story = parse_story(sample())
    cells = {
        ("begun",): Count(52, 52),
        ("scene", "door"): Count(50, 50),
        ("choice", "door", "greet"): Count(48, 48),
        ("choice", "door", "push"): Count(2, 2),
        ("stop", "door"): Count(2, 2),
        ("stopped",): Count(2, 2),
        ("under-way",): Count(50, 50),
    }
    hidden = kept_back(cells, sums(story, cells))
    assert {("begun",), ("choice", "door", "greet")} & hidden

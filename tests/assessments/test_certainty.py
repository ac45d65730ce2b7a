"""Certainty-based marks and calibration, by the figures of the scheme: no database."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import certainty
from assessments.certainty import FAIRLY, GUESS, SURE, Row


@pytest.mark.parametrize(
    ("earned", "level", "marks"),
    [
        (1, 1, 1),
        (1, 2, 2),
        (1, 3, 3),
        (0, 1, 0),
        (0, 2, -2),
        (0, 3, -6),
        ("1/2", 3, "3/2"),
        ("1/3", 1, "1/3"),
    ],
)
def test_certainty_based_marks(earned, level, marks):
    assert certainty.marks(Fraction(earned), level) == Fraction(marks)


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        ("1/2", ["1/2", "0", "-3/2"]),
        ("2/3", ["2/3", "2/3", "0"]),
        ("4/5", ["4/5", "6/5", "6/5"]),
        ("9/10", ["9/10", "8/5", "21/10"]),
    ],
)
def test_expected_marks_reward_saying_how_certain_one_is(p, expected):
    p = Fraction(p)
    found = [
        p * certainty.marks(Fraction(1), level) + (1 - p) * certainty.marks(Fraction(0), level)
        for level in certainty.LEVELS
    ]
    assert found == [Fraction(each) for each in expected]


@given(earned=st.fractions(0, 1), more=st.fractions(0, 1), level=st.sampled_from(certainty.LEVELS))
def test_a_better_answer_never_earns_less(earned, more, level):
    better = min(Fraction(1), earned + more)
    assert certainty.marks(better, level) >= certainty.marks(earned, level)


def test_calibration_says_how_sure_and_how_right():
    answers = [(Fraction(1), 3)] * 4 + [(Fraction(0), 3)] * 2 + [(Fraction(1), 1)] * 5
    guess, fairly, sure = certainty.calibration(answers)
    assert (sure.count, sure.percent, sure.marks, sure.verdict) == (6, 66, 0, "over")
    assert (guess.count, guess.percent, guess.marks, guess.verdict) == (5, 100, 5, "under")
    assert (fairly.count, fairly.percent, fairly.verdict) == (0, None, "few")
    assert sure.expected == (80, 100)


def row(level, right, count=10):
    return Row(level, count, Fraction(right), Fraction(0))


@pytest.mark.parametrize(
    ("level", "right", "count", "verdict"),
    [
        # A guess is best below two of three, "fairly" up to four of five, "sure" above.
        (GUESS, 0, 6, "fits"),
        (GUESS, 4, 6, "fits"),
        (GUESS, 5, 6, "under"),
        (FAIRLY, 3, 6, "over"),
        (FAIRLY, 4, 6, "fits"),
        (FAIRLY, 4, 5, "fits"),
        (FAIRLY, "41/10", 5, "under"),
        (SURE, "39/10", 5, "over"),
        (SURE, 4, 5, "fits"),
        (SURE, 5, 5, "fits"),
        (SURE, 0, 4, "few"),  # said from five answers on
        (GUESS, 0, 0, "few"),
    ],
)
def test_whether_certainty_fits_what_came_of_it(level, right, count, verdict):
    assert row(level, right, count).verdict == verdict


@pytest.mark.parametrize(
    ("level", "expected"), [(GUESS, (0, 67)), (FAIRLY, (67, 80)), (SURE, (80, 100))]
)
def test_between_which_percents_a_level_earns_most(level, expected):
    assert row(level, 1).expected == expected


@pytest.mark.parametrize("level", certainty.LEVELS)
def test_where_a_level_is_said_to_earn_most_none_earns_more(level):
    low, high = (Fraction(percent, 100) for percent in row(level, 1).expected)
    for p in (low + Fraction(1, 100), (low + high) / 2, high - Fraction(1, 100)):
        earned = {
            each: p * certainty.marks(Fraction(1), each)
            + (1 - p) * certainty.marks(Fraction(0), each)
            for each in certainty.LEVELS
        }
        assert max(earned, key=lambda each: earned[each]) == level


@pytest.mark.parametrize(
    ("right", "count", "percent"), [(0, 4, 0), (1, 3, 33), (2, 3, 66), ("5/2", 5, 50), (3, 3, 100)]
)
def test_a_share_of_right_answers_is_cut_off_to_whole_percents(right, count, percent):
    assert row(GUESS, right, count).percent == percent


def test_marks_are_shown_to_one_place():
    (_guess, fairly, _sure) = certainty.calibration([(Fraction(1, 3), FAIRLY)])
    assert fairly.marks == Fraction(2, 3)
    assert fairly.marks_number == 0.7


def test_every_answer_is_counted_at_its_own_level():
    answers = [(Fraction(1), GUESS), (Fraction(0), FAIRLY), (Fraction(1, 2), SURE)]
    assert certainty.calibration(answers) == [
        Row(GUESS, 1, Fraction(1), Fraction(1)),
        Row(FAIRLY, 1, Fraction(0), Fraction(-2)),
        Row(SURE, 1, Fraction(1, 2), Fraction(3, 2)),
    ]

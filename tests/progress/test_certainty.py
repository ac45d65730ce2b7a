"""Certainty-based marks and calibration, by the figures of the scheme: no database."""

import datetime
import uuid
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.progress import certainty
from courses.progress.certainty import FAIRLY, GUESS, SURE, Row
from courses.progress.rules import Item


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


# Of the record -------------------------------------------------------------------------

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


def item(key="question/a", score=1.0, level=SURE, **given):
    given = {"id": uuid.uuid4(), "kind": "measurement", "at": NOON} | given
    return Item(item_key=key, score=score, certainty=level, **given)


def counts(*items):
    return [row.count for row in certainty.of_items(items)]


def test_an_answer_about_two_competences_is_one_answer():
    assert counts(item(), item()) == [0, 0, 1]
    assert counts(item(), item("question/b")) == [0, 0, 2]
    later = NOON + datetime.timedelta(seconds=1)
    assert counts(item(), item(at=later)) == [0, 0, 2]


def test_what_was_voided_is_no_answer_and_what_corrects_it_is_one():
    wrong = item(score=0.0)
    right = item(voids=wrong.id)
    (*_others, sure) = certainty.of_items([wrong, right])
    assert (sure.count, sure.right) == (1, 1)
    taken_back = item("question/b")
    assert counts(taken_back, item("question/b", kind="void", voids=taken_back.id)) == [0, 0, 0]


def test_only_answers_of_which_somebody_said_how_certain_she_is_count():
    assert counts(item(level=None), item("question/b", level=GUESS)) == [1, 0, 0]
    assert counts(item(kind="observation"), item(kind="self"), item(kind="prior")) == [0, 0, 0]


@pytest.mark.parametrize(
    ("score", "part"), [(0.66667, "2/3"), (0.33333, "1/3"), (0.14286, "1/7"), (0.5, "1/2")]
)
def test_what_the_record_rounds_is_taken_as_it_was_meant(score, part):
    assert certainty.of_items([item(score=score)])[2].right == Fraction(part)


def test_two_of_three_right_is_as_right_as_fairly_sure():
    answers = [item(f"question/{number}", 0.66667, FAIRLY) for number in range(5)]
    assert certainty.of_items(answers)[1].verdict == "fits"
    answers = [item(f"question/{number}", 0.66667, GUESS) for number in range(5)]
    assert certainty.of_items(answers)[0].verdict == "fits"

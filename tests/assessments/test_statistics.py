"""Item statistics: figures worked out by hand, and silence where there is too little to say."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.statistics import LEAST, Given, correlation, items


def attempts(rows, **more):
    """One attempt for each row of scores; the questions are q0, q1, …"""
    return [
        Given(number, f"q{place}", score, **more)
        for number, row in enumerate(rows)
        for place, score in enumerate(row)
    ]


def test_nothing_is_said_of_few_answers():
    found = items(attempts([(1, 0)] * (LEAST - 1)))["q0"]
    assert (found.count, found.is_known, found.flags) == (LEAST - 1, False, ())
    assert found.facility is found.discrimination is found.seconds is None
    assert items(attempts([(1, 0)] * LEAST))["q0"].is_known


def test_facility_and_its_error():
    rows = [(1, 1)] * 12 + [(0, 1)] * 12
    found = items(attempts(rows))["q0"]
    assert found.facility == 0.5
    assert found.facility_error == pytest.approx(math.sqrt(0.25 * 24 / 23 / 24))
    assert round(found.facility_error, 2) == 0.1  # as the reference says for n = 24


def test_discrimination_leaves_the_item_itself_out():
    # Whoever knows q0 knows q1: r with the rest is 1, though q0 is half of each total.
    rows = [(1, 1)] * 10 + [(0, 0)] * 10
    found = items(attempts(rows))
    assert found["q0"].discrimination == pytest.approx(1)
    assert found["q0"].discrimination_error == pytest.approx(0)
    # Nothing to do with each other: r is 0, though each is half of the total.
    rows = [(1, 1), (1, 0), (0, 1), (0, 0)] * 5
    assert items(attempts(rows))["q0"].discrimination == pytest.approx(0)
    # The good get it wrong.
    rows = [(0, 1)] * 10 + [(1, 0)] * 10
    assert items(attempts(rows))["q0"].flags == ("negative",)


def test_where_nothing_varies_there_is_no_discrimination():
    found = items(attempts([(1, 1)] * 30))["q0"]
    assert found.facility == 1
    assert found.discrimination is None
    assert found.flags == ("too-easy",)
    assert items(attempts([(1,)] * 30))["q0"].discrimination is None


@pytest.mark.parametrize(
    ("right", "flags"), [(5, ("too-hard",)), (6, ()), (19, ()), (20, ("too-easy",))]
)
def test_flags_of_facility(right, flags):
    rows = [(int(place < right), 1) for place in range(20)]
    assert items(attempts(rows))["q0"].flags == flags


def test_options_by_all_by_the_best_and_by_the_worst():
    chosen = ["a"] * 14 + ["b"] * 6 + ["c"] * 1
    answers = []
    for number, key in enumerate(chosen):
        answers.append(Given(number, "q", float(key == "a"), (key,)))
        answers.append(Given(number, "other", 1 - number / 30))
    found = items(answers, {"q": ("a", "b", "c", "d")})["q"]
    assert [(each.key, each.count, each.best, each.worst) for each in found.options] == [
        ("a", 14, 7, 0),
        ("b", 6, 0, 6),
        ("c", 1, 0, 1),
        ("d", 0, 0, 0),
    ]
    assert found.options[0].share == pytest.approx(14 / 21)
    assert "unchosen" in found.flags


def test_time_and_certainty():
    answers = [
        Given(n, "q", float(n % 2), seconds=float(n), certainty=3 if n < 15 else 1)
        for n in range(21)
    ]
    answers.append(Given(99, "q", 1.0))
    found = items(answers)["q"]
    assert found.seconds == 10
    assert [(each.level, each.count) for each in found.certainty] == [(1, 6), (3, 15)]
    assert found.certainty[0].right == pytest.approx(3 / 6)


def test_a_worker_model_is_told_from_noise():
    """Of 400 people, an item that goes by ability stands out from one that goes by chance."""
    chance = random.Random(7)  # noqa: S311
    answers = []
    for person in range(400):
        ability = chance.gauss(0, 1)
        knows = 1 / (1 + math.exp(-ability))
        for place in range(9):
            answers.append(Given(person, f"good{place}", float(chance.random() < knows)))
        answers.append(Given(person, "noise", float(chance.random() < 0.5)))
    found = items(answers)
    assert found["good0"].discrimination > 0.25 > abs(found["noise"].discrimination) + 0.1
    assert found["noise"].flags == ("weak",) or found["noise"].flags == ("negative",)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)), min_size=20, max_size=40)
)
def test_figures_stay_in_bounds_and_order_does_not_matter(rows):
    answers = attempts(rows)
    found = items(answers)
    again = items(list(reversed(answers)))
    for name, item in found.items():
        assert 0 <= item.facility <= 1
        assert item.facility_error >= 0
        assert item.discrimination is None or -1.0001 <= item.discrimination <= 1.0001
        assert again[name].facility == pytest.approx(item.facility)
        assert (again[name].discrimination is None) == (item.discrimination is None)


def test_a_correlation_needs_both_sides_to_vary():
    assert correlation([(0, 1), (1, 1)]) is None
    assert correlation([(0, 0), (1, 2), (2, 4)]) == pytest.approx(1)

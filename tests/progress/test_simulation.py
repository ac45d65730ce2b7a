"""The simulation that says whether levels can be trusted: its parts, and a small run of it."""

import pytest

from tests.bench import simulation
from tests.bench.simulation import OURS, bkt, brier, calibration_error


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("111", [0.6461, 0.8811, 0.9675]),
        ("110111", [0.6461, 0.8811, 0.5474, 0.8319, 0.9522, 0.9876]),
    ],
)
def test_knowledge_tracing_gives_the_published_figures(answers, expected):
    found = bkt((answer == "1" for answer in answers), 0.25)
    assert found == pytest.approx(expected, abs=1e-4)


def test_knowledge_tracing_takes_no_guess_above_a_third():
    assert bkt([True], 0.5) == bkt([True], 0.3)


def test_brier_and_calibration_error():
    assert brier([(1.0, True), (0.0, False)]) == 0
    assert brier([(0.5, True), (0.5, False)]) == 0.25
    assert calibration_error([(0.5, True), (0.5, False)]) == 0
    assert calibration_error([(0.9, True), (0.9, False)]) == pytest.approx(0.4)
    assert calibration_error([(1.0, True), (0.05, True)]) == pytest.approx(0.475)


def test_the_same_seed_gives_the_same_workers():
    assert simulation.workers(20) == simulation.workers(20)
    assert simulation.workers(20) != simulation.workers(20, seed=1)


def test_workers_know_more_and_less_and_answer_like_it():
    people = simulation.workers(300)
    strong = [each for each in people if each.group == "strong"]
    weak = [each for each in people if each.group == "weak"]
    assert len(strong) > 30
    assert len(weak) > 30

    def right(some):
        return sum(item.score for each in some for item in each.answers) / (16 * len(some))

    assert right(strong) > 0.75 > 0.65 > right(weak)


def test_strength_says_best_who_knows_the_matter():
    scores = simulation.fits(simulation.workers(300), 10, 0.7)
    assert min(scores, key=lambda name: scores[name]) == OURS
    assert scores[OURS][1] < 0.15


def test_level_three_is_rarely_false_and_needs_eight_answers():
    people = simulation.workers(300)
    assert simulation.reached(people, "strong", 6)[0] == 0
    false, _error = simulation.reached(people, "weak", 10)
    right, _error = simulation.reached(people, "strong", 10)
    assert false < 0.08
    assert right > 0.4
    found = next(each for each in people if each.level(10).level == 3)
    assert simulation.days_stood(found, 10) == 351  # a year after the scenario


def test_a_faded_estimate_would_not_last_two_days():
    assert 0 < simulation.days_faded() < 2

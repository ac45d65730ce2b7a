"""Forgetting by FSRS-6: the published vectors, and how the record is read for it."""

import datetime
import itertools
import uuid
from dataclasses import replace

import pytest
from fsrs import Rating
from hypothesis import given
from hypothesis import strategies as st

from courses.progress.memory import (
    CRITICAL_RETENTION,
    LONGEST,
    RETENTION,
    drops_on,
    freshness,
    grade,
    memories,
    of_competence,
    replay,
)
from courses.progress.rules import LEVEL_RULES, Item

DAY = datetime.date(2026, 11, 22)
GOOD, AGAIN, HARD, EASY = Rating.Good, Rating.Again, Rating.Hard, Rating.Easy
UNLIMITED = 36500
_ids = itertools.count(1)


def ago(days):
    return DAY - datetime.timedelta(days=days)


def item(key="question/a", score=1.0, days_ago=0, hour=12, **kwargs):
    day = ago(days_ago)
    at = datetime.datetime.combine(day, datetime.time(hour), datetime.UTC)
    defaults = {"id": uuid.UUID(int=next(_ids)), "kind": "measurement"}
    return Item(item_key=key, at=at, day=day, score=score, **(defaults | kwargs))


def remembered(*rows, day=DAY, **kwargs):
    return memories(rows, LEVEL_RULES, day, **kwargs)


def one(*rows, **kwargs):
    (memory,) = remembered(*rows, **kwargs).values()
    return memory


def intervals(ratings, retention, longest=UNLIMITED):
    """Days from each review to the next, each done on the day it is due."""
    day, found, answers = ago(0), [], []
    for rating in ratings:
        answers.append((day, rating))
        due = replay(answers, retention, longest).due.date()
        found.append((due - day).days)
        day = due
    return found


# The vectors of the reference ------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratings", "retention", "expected"),
    [
        ([GOOD] * 5, 0.90, [2, 11, 46, 163, 497]),
        ([GOOD] * 5, 0.95, [1, 3, 8, 19, 43]),
        ([GOOD, GOOD, AGAIN, GOOD, GOOD], 0.90, [2, 11, 2, 5, 12]),
    ],
)
def test_the_intervals_are_those_of_fsrs_6(ratings, retention, expected):
    assert intervals(ratings, retention) == expected


def test_stability_after_a_lapse_is_that_of_fsrs_6():
    answers = [(ago(13), GOOD), (ago(11), GOOD), (DAY, AGAIN)]
    assert replay(answers, 0.90).stability == pytest.approx(1.5383, abs=1e-4)


def test_no_interval_is_longer_than_180_days():
    assert intervals([GOOD] * 5, 0.90, LONGEST) == [2, 11, 46, 163, 180]


def test_recall_follows_the_curve_of_fsrs_6():
    memory = one(item(days_ago=10))
    w20 = 0.1542
    factor = 0.9 ** (-1 / w20) - 1
    assert memory.stability == pytest.approx(2.3065)
    for days in (0, 1, 10, 100):
        expected = (1 + factor * days / memory.stability) ** -w20
        assert memory.recall(ago(10) + datetime.timedelta(days)) == pytest.approx(expected)
    assert memory.recall(ago(10)) == 1


def test_at_its_stability_nine_of_ten_are_recalled():
    memory = replace(one(item()), stability=20.0)
    assert memory.recall(DAY + datetime.timedelta(20)) == pytest.approx(0.9)


def test_it_is_due_when_the_retention_asked_for_is_reached():
    for critical, retention in ((False, RETENTION), (True, CRITICAL_RETENTION)):
        memory = one(item(), item(days_ago=3), critical=critical)
        before = memory.recall(memory.due_on - datetime.timedelta(1))
        after = memory.recall(memory.due_on + datetime.timedelta(1))
        assert after < retention < before


# Grades ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "certainty", "expected"),
    [
        (0, None, AGAIN),
        (0, 1, AGAIN),
        (0, 3, AGAIN),
        (1, None, GOOD),
        (1, 1, HARD),
        (1, 2, GOOD),
        (1, 3, EASY),
        (0.49, 3, AGAIN),
        (0.5, None, HARD),
        (0.99, 3, HARD),
    ],
)
def test_a_grade_is_read_from_score_and_certainty(score, certainty, expected):
    assert grade(score, certainty) == expected


@pytest.mark.parametrize(
    ("score", "certainty", "stability"),
    [(0, None, 0.212), (1, 1, 1.2931), (1, 2, 2.3065), (1, 3, 8.2956), (0.6, 2, 1.2931)],
)
def test_the_first_answer_gives_the_first_stability(score, certainty, stability):
    assert one(item(score=score, certainty=certainty)).stability == pytest.approx(stability)


# Reading the record ----------------------------------------------------------------------


def test_answers_are_replayed_oldest_first():
    rows = [item(days_ago=13), item(days_ago=11), item(score=0)]
    memory = one(*reversed(rows))
    assert memory == one(*rows)
    assert memory.stability == pytest.approx(1.5383, abs=1e-4)
    assert (memory.last_on, memory.due_on) == (DAY, DAY + datetime.timedelta(2))


def test_each_item_is_remembered_for_itself():
    found = remembered(item("question/a"), item("story/x/b", days_ago=5))
    assert {key: memory.last_on for key, memory in found.items()} == {
        "question/a": DAY,
        "story/x/b": ago(5),
    }


@pytest.mark.parametrize(
    "kwargs",
    [
        {"kind": "observation"},
        {"kind": "prior"},
        {"kind": "self"},
        {"assessed": False},
        {"days_ago": -1},
    ],
)
def test_what_is_no_answer_or_does_not_count_moves_nothing(kwargs):
    assert remembered(item(**kwargs)) == {}
    assert one(item(days_ago=3), item(**kwargs)).last_on == ago(3)


def test_practice_moves_nothing_but_the_moment_it_may_be_asked_again():
    first, again = item(score=0, hour=10), item(hour=15)
    memory = one(first, again)
    assert memory.stability == pytest.approx(0.212)
    assert memory.ready_at == again.at + datetime.timedelta(hours=20)


def test_looking_at_the_feedback_moves_that_moment_too():
    row = item(days_ago=3)
    seen = row.at + datetime.timedelta(hours=50)
    assert one(row).ready_at == row.at + datetime.timedelta(hours=20)
    assert one(row, seen={"question/a": seen}).ready_at == seen + datetime.timedelta(hours=20)
    early = {"question/a": row.at - datetime.timedelta(hours=50)}
    assert one(row, seen=early).ready_at == row.at + datetime.timedelta(hours=20)


def test_feedback_shown_later_moves_that_moment_too():
    row = item(days_ago=3)
    row = row._replace(feedback_at=row.at + datetime.timedelta(hours=5))
    assert one(row).ready_at == row.feedback_at + datetime.timedelta(hours=20)


def test_of_one_day_the_latest_answer_that_is_no_practice_counts():
    """A scene may be met twice in one run, before the debrief."""
    debrief = datetime.datetime.combine(DAY, datetime.time(18), datetime.UTC)
    rows = [item(score=0, hour=10), item(score=1, hour=11)]
    rows = [row._replace(feedback_at=debrief) for row in rows]
    assert one(*rows).stability == pytest.approx(2.3065)


def test_a_regraded_answer_is_remembered_as_regraded():
    row = item(score=0)
    regraded = row._replace(id=uuid.uuid4(), score=1.0, voids=row.id)
    assert one(row, regraded).stability == pytest.approx(2.3065)


def test_an_answer_in_two_competences_is_one_answer():
    row = item(days_ago=4)
    twice = [row, row._replace(id=uuid.uuid4(), weight=0.5)]
    assert one(*twice) == one(row)


@pytest.mark.parametrize(
    ("of_item", "of_competence_", "expected"),
    [(False, False, False), (True, False, True), (False, True, True)],
)
def test_critical_items_and_competences_are_held_at_95_percent(of_item, of_competence_, expected):
    rows = [item(days_ago=1 if expected else 2, critical=of_item), item()]
    memory = one(*rows, critical=of_competence_)
    assert memory.critical is expected
    assert (memory.due_on - DAY).days == (3 if expected else 11)


# Freshness -------------------------------------------------------------------------------


def test_freshness_is_the_mean_recall_of_the_items_that_count():
    rows = [item("question/a"), item("question/b", days_ago=30), item("question/c", assessed=False)]
    found = of_competence(rows, LEVEL_RULES, DAY, critical=False)
    assert {memory.item_key for memory in found} == {"question/a", "question/b"}
    expected = (1 + one(rows[1]).recall(DAY)) / 2
    assert freshness(found, DAY) == pytest.approx(expected)
    assert expected < 0.9


def test_an_item_outside_the_window_is_not_part_of_freshness():
    rows = [item("question/a"), item("question/b", days_ago=400)]
    assert len(of_competence(rows, LEVEL_RULES, DAY, critical=False)) == 2
    critical = of_competence(rows, LEVEL_RULES, DAY, critical=True)
    assert [memory.item_key for memory in critical] == ["question/a"]
    assert critical[0].critical


def test_nothing_is_neither_fresh_nor_stale():
    assert freshness([], DAY) is None
    assert drops_on([], DAY) is None


def test_the_day_it_drops_below_is_the_first_one():
    found = of_competence(
        [item("question/a"), item("question/b", days_ago=9)], LEVEL_RULES, DAY, critical=False
    )
    day = drops_on(found, DAY)
    assert day > DAY
    assert freshness(found, day) < 0.8 <= freshness(found, day - datetime.timedelta(1))
    sooner = drops_on(found, DAY, below=0.85)
    assert DAY < sooner < day


def test_what_has_dropped_already_drops_today():
    found = list(remembered(item(score=0, days_ago=300)).values())
    assert drops_on(found, DAY) == DAY


def test_what_holds_for_ten_years_drops_on_no_day():
    memory = replace(one(item()), stability=36500.0)
    assert drops_on([memory], DAY) is None


def test_ten_years_are_looked_ahead_and_recalled_just_so_much_is_not_less():
    found = [replace(one(item()), stability=36500.0)]

    def recalled(days):
        return freshness(found, DAY + datetime.timedelta(days))

    last = DAY + datetime.timedelta(3649)
    assert drops_on(found, DAY, below=(recalled(3648) + recalled(3649)) / 2) == last
    assert drops_on(found, DAY, below=recalled(3648)) == last
    assert drops_on(found, DAY, below=recalled(3649)) is None


def test_a_level_is_no_part_of_it():
    """Forgetting stands beside the level: the level is the same the day after it has dropped."""
    from courses.progress.rules import level

    rows = [item(f"question/{n}") for n in range(5)]
    day = drops_on(of_competence(rows, LEVEL_RULES, DAY, critical=False), DAY)
    assert level(rows, LEVEL_RULES, day).level == level(rows, LEVEL_RULES, DAY).level == 2


rows_of_answers = st.lists(
    st.builds(
        item,
        st.sampled_from(["question/a", "question/b", "story/x/c"]),
        st.sampled_from([0, 0.5, 1]),
        st.integers(0, 700),
        hour=st.integers(0, 23),
        critical=st.booleans(),
        certainty=st.sampled_from([None, 1, 2, 3]),
    ),
    min_size=1,
    max_size=15,
)


@given(rows_of_answers, st.randoms())
def test_order_never_matters_and_recall_only_falls(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    found = remembered(*rows)
    assert found == remembered(*shuffled)
    for memory in found.values():
        assert memory.last_on < memory.due_on <= memory.last_on + datetime.timedelta(LONGEST)
        curve = [memory.recall(memory.last_on + datetime.timedelta(n)) for n in range(0, 400, 20)]
        assert curve[0] == 1
        assert all(later < earlier for earlier, later in itertools.pairwise(curve))

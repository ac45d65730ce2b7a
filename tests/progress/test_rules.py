"""Level and status rules: many small cases, no database."""

import datetime
import itertools
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.progress.rules import (
    LEVEL_RULES,
    Act,
    Item,
    Part,
    Version,
    add_months,
    level,
    points,
    status,
)

DAY = datetime.date(2026, 11, 22)


def item(key, score=1.0, days_ago=0, **kwargs):
    day = DAY - datetime.timedelta(days=days_ago)
    at = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    defaults = {"id": uuid.uuid4(), "kind": "measurement", "guess": 0.25}
    return Item(item_key=key, at=at, day=day, score=score, **(defaults | kwargs))


def questions(number, **kwargs):
    return [item(f"question/{n}", **kwargs) for n in range(number)]


def level_of(items, **kwargs):
    return level(items, LEVEL_RULES, DAY, **kwargs).level


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2026, 11, 22), -24, (2024, 11, 22)),
        ((2024, 2, 29), 12, (2025, 2, 28)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
    ],
)
def test_months_end_where_the_month_ends(day, months, expected):
    assert add_months(datetime.date(*day), months) == datetime.date(*expected)


def test_points_follow_the_formula():
    # p0 = .25 + .45 * .75 = .5875; ln(.9/.5875) = .42652, ln(.1/.4125) = -1.41707
    assert points(item("a", guess=0.25), LEVEL_RULES) == pytest.approx(0.42652, abs=1e-4)
    assert points(item("a", 0, guess=0.25), LEVEL_RULES) == pytest.approx(-1.41707, abs=1e-4)


@pytest.mark.parametrize(("right", "expected"), [(0, 0), (2, 0), (3, 1), (4, 1), (5, 2), (12, 2)])
def test_right_answers_alone_reach_level_two(right, expected):
    assert level_of(questions(right)) == expected


def test_wrong_answers_count_against():
    assert level_of(questions(5) + [item(f"question/wrong{n}", 0) for n in range(3)]) == 0


def test_only_the_latest_answer_to_an_item_counts():
    wrong_first = [item(f"question/{n}", 0, days_ago=5) for n in range(5)]
    assert level_of(wrong_first + questions(5)) == 2


def test_level_three_asks_for_practice_and_for_days_apart():
    answers = questions(8, guess=0.1) + [item("question/old", days_ago=10, guess=0.1)]
    decisions = [item("story/x/a", guess=0.3), item("story/x/b", guess=0.3)]
    assert level_of(answers) == 2
    assert level_of(answers + decisions) == 3
    assert level_of(questions(8, guess=0.1) + decisions) == 2


def test_an_observation_takes_the_place_of_the_scenario():
    answers = questions(8, guess=0.1) + [item("question/old", days_ago=10, guess=0.1)]
    assert level_of([*answers, item("watched", 0.75, kind="observation")]) == 3
    assert level_of([*answers, item("watched", 0.5, kind="observation")]) == 2
    assert level_of([*answers, item("watched", 1, kind="observation")]) == 4


def test_an_open_critical_miss_caps_at_one_until_both_are_right_days_later():
    miss = item("question/crit", 0, days_ago=20, critical=True)
    assert level_of([*questions(10), miss]) == 1
    again = item("question/crit", 1, days_ago=10, critical=True)
    other = item("question/other", 1, days_ago=9, critical=True)
    assert level_of([*questions(10), miss, again]) == 1
    assert level_of([*questions(10), miss, again, other]) == 2
    too_soon = item("question/other", 1, days_ago=18, critical=True)
    assert level_of([*questions(10), miss, again, too_soon]) == 1


def test_a_voided_row_is_as_if_it_were_not_there():
    rows = questions(5)
    mistake = item("question/mistake", 0)
    voiding = item("question/mistake", 1, voids=mistake.id)
    assert level_of([*rows, mistake, voiding]) == level_of([*rows, voiding])


def test_evidence_leaves_the_window():
    assert level_of(questions(5, days_ago=700)) == 2
    assert level_of(questions(5, days_ago=800)) == 0
    assert level_of(questions(5, days_ago=400), critical=True) == 0


def test_prior_learning_reaches_two_and_never_in_critical_competences():
    prior = item("prior", 1, kind="prior")
    assert level_of([prior]) == 2
    assert level_of([prior], critical=True) == 0


def test_practice_that_is_not_assessed_does_not_count():
    assert level_of(questions(9, assessed=False)) == 0


def test_too_few_answers_say_how_many_are_missing():
    answer = level(questions(1), LEVEL_RULES, DAY)
    assert answer.items_to_next == 2


rows = st.lists(
    st.builds(
        item,
        st.sampled_from([f"question/{n}" for n in range(9)] + ["story/a/b", "story/a/c"]),
        st.sampled_from([0, 0.5, 1]),
        st.integers(0, 900),
        guess=st.sampled_from([0.0, 0.1, 0.25, 0.5]),
        critical=st.booleans(),
        kind=st.sampled_from(["measurement", "measurement", "observation"]),
    ),
    max_size=14,
)


@given(rows, st.randoms())
def test_order_never_matters(items, random):
    shuffled = list(items)
    random.shuffle(shuffled)
    assert level(items, LEVEL_RULES, DAY) == level(shuffled, LEVEL_RULES, DAY)


@given(rows, st.data())
def test_raising_a_score_never_lowers_level_or_strength(items, data):
    from dataclasses import replace

    if not items:
        return
    place = data.draw(st.integers(0, len(items) - 1))
    better = list(items)
    better[place] = replace(items[place], score=1.0)
    before, after = level(items, LEVEL_RULES, DAY), level(better, LEVEL_RULES, DAY)
    assert after.level >= before.level
    assert after.strength >= before.strength - 1e-12


# Requirements

MODULE, PATH, A, B, C = (uuid.UUID(int=n) for n in range(1, 6))
JAN, JUL = datetime.date(2026, 1, 1), datetime.date(2026, 7, 1)


def read(key, month):
    return Act("read", key, datetime.date(2026, month, 10))


def version(number, since, *keys):
    return Version(number, since, tuple(Part("read", "lesson", key) for key in keys))


def test_nothing_done_is_not_started_and_one_part_is_started():
    asked = {MODULE: [version(1, JAN, A, B)]}
    assert status(MODULE, asked, [], DAY).state == "none"
    assert status(MODULE, asked, [read(A, 2)], DAY).state == "started"
    assert status(MODULE, asked, [Act("started", B, DAY)], DAY).state == "started"


def test_met_on_the_day_of_the_last_part():
    asked = {MODULE: [version(1, JAN, A, B)]}
    answer = status(MODULE, asked, [read(A, 2), read(B, 3)], DAY)
    assert (answer.state, answer.since, answer.version) == ("met", datetime.date(2026, 3, 10), 1)
    assert (
        status(MODULE, asked, [read(A, 2), read(B, 3)], datetime.date(2026, 3, 9)).state
        == "started"
    )


def test_a_lesson_added_later_uncompletes_nobody_and_shows_as_new():
    asked = {MODULE: [version(1, JAN, A, B), version(2, JUL, A, B, C)]}
    answer = status(MODULE, asked, [read(A, 2), read(B, 3)], DAY)
    assert answer.state == "met"
    assert [part.key for part in answer.missing] == [C]


def test_who_was_slower_does_the_new_lesson_unless_enrolled_before_it():
    asked = {MODULE: [version(1, JAN, A, B), version(2, JUL, A, B, C)]}
    acts = [read(A, 2), read(B, 8)]
    assert status(MODULE, asked, acts, DAY).state == "started"
    assert status(MODULE, asked, acts, DAY, pinned={MODULE: 1}).state == "met"


def test_a_path_is_met_when_its_modules_are():
    asked = {
        MODULE: [version(1, JAN, A)],
        PATH: [Version(1, JAN, (Part("met", "module", MODULE),))],
    }
    assert status(PATH, asked, [], DAY).state == "none"
    answer = status(PATH, asked, [read(A, 4)], DAY)
    assert (answer.state, answer.since) == ("met", datetime.date(2026, 4, 10))


def test_what_expires_is_renewed_by_doing_everything_anew():
    asked = {MODULE: [version(1, JAN, A)]}
    acts = [Act("read", A, datetime.date(2025, 1, 10))]
    assert (
        status(
            MODULE, {MODULE: [version(1, datetime.date(2025, 1, 1), A)]}, acts, DAY, valid_months=12
        ).state
        == "expired"
    )
    again = [*acts, read(A, 5)]
    answer = status(
        MODULE,
        asked | {MODULE: [version(1, datetime.date(2025, 1, 1), A)]},
        again,
        DAY,
        valid_months=12,
    )
    assert (answer.state, answer.since, answer.until) == (
        "met",
        datetime.date(2026, 5, 10),
        datetime.date(2027, 5, 10),
    )


@given(st.permutations([read(A, 2), read(B, 3), read(C, 9), Act("started", B, JAN)]))
def test_the_order_of_acts_never_matters(acts):
    asked = {MODULE: [version(1, JAN, A, B), version(2, JUL, A, B, C)]}
    expected = status(
        MODULE, asked, [read(A, 2), read(B, 3), read(C, 9), Act("started", B, JAN)], DAY
    )
    assert status(MODULE, asked, acts, DAY) == expected


def test_every_subset_of_acts_is_met_only_when_all_parts_are_there():
    asked = {MODULE: [version(1, JAN, A, B, C)]}
    acts = [read(A, 2), read(B, 3), read(C, 4)]
    for size in range(4):
        for chosen in itertools.combinations(acts, size):
            assert (status(MODULE, asked, chosen, DAY).state == "met") == (size == 3)

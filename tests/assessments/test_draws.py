"""Which questions an attempt asks: many draws of small banks, no database."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.draws import (
    ITEMS_OF_A_POINT,
    MOST_POINTS,
    Item,
    Rule,
    drawn,
    points_of,
    twin_of,
)

PLAIN = Item(
    uuid="",
    version=1,
    place=0,
    kind="single",
    critical=False,
    difficulty=2,
    topics=frozenset(),
    competences=frozenset(),
    is_scored=True,
    twin="",
    point="",
    same="",
)


def bank(*given):
    return [
        replace(PLAIN, uuid=f"q{place}", version=place, place=place, **each)
        for place, each in enumerate(given)
    ]


def take(items, rules=(), number=0, seen=(), seed=0):
    chance = random.Random(seed)  # noqa: S311
    return [item.uuid for item in drawn(items, list(rules), number, list(seen), chance)]


ON_X = {"topics": frozenset({"x"})}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("rules", [[], [Rule(2), Rule(2)]])
@pytest.mark.parametrize("number", [0, 4])
def test_of_questions_that_ask_the_same_one_is_taken(seed, rules, number):
    items = bank({"same": "a"}, {"same": "a"}, {}, {"same": "b"}, {"same": "b"}, {"same": "b"}, {})
    found = take(items, rules, number, seed=seed)
    assert len(found) == 4
    assert len({"q0", "q1"} & set(found)) == len({"q3", "q4", "q5"} & set(found)) == 1


def test_without_rules_and_number_all_are_asked_in_order():
    assert take(bank(*[{}] * 5)) == ["q0", "q1", "q2", "q3", "q4"]


@pytest.mark.parametrize("seed", range(20))
def test_rules_come_first_and_the_rest_fills_up(seed):
    items = bank(*[ON_X] * 4, *[{"difficulty": 3}] * 4, *[{}] * 4)
    found = take(items, [Rule(2, topic="x"), Rule(1, difficulty=3)], 6, seed=seed)
    assert len(found) == len(set(found)) == 6
    assert sum(uuid in {"q0", "q1", "q2", "q3"} for uuid in found) >= 2
    assert any(uuid in {"q4", "q5", "q6", "q7"} for uuid in found)
    assert found == sorted(found, key=lambda uuid: int(uuid[1:]))


@pytest.mark.parametrize("seed", range(20))
def test_rules_alone_ask_for_nothing_else(seed):
    items = bank(*[ON_X] * 2, *[{}] * 4)
    assert take(items, [Rule(5, topic="x")], seed=seed) == ["q0", "q1"]


@pytest.mark.parametrize("seed", range(20))
def test_three_on_a_topic_of_them_one_critical_none_seen_last_time(seed):
    critical = [ON_X | {"critical": True, "point": f"p{n}"} for n in range(3)]
    items = bank(*critical, *[ON_X] * 5, *[{}] * 3)
    rules = [
        Rule(1, topic="x", critical=True, unseen_in_last=1),
        Rule(2, topic="x", critical=False, unseen_in_last=1),
    ]
    seen = [frozenset({"q0", "q1", "q3", "q4", "q5"}), frozenset({"q2", "q6", "q7"})]
    found = take(items, rules, seen=seen, seed=seed)
    assert found[0] == "q2"
    assert set(found[1:]) == {"q6", "q7"}


@pytest.mark.parametrize("seed", range(10))
def test_where_too_few_are_unseen_those_seen_longest_ago_come_first(seed):
    items = bank(*[ON_X] * 3)
    seen = [frozenset({"q0"}), frozenset({"q1"}), frozenset({"q2"})]
    assert take(items, [Rule(1, unseen_in_last=3)], seen=seen, seed=seed) == ["q2"]
    assert take(items, [Rule(2, unseen_in_last=3)], seen=seen, seed=seed) == ["q1", "q2"]


@given(
    points=st.lists(st.sampled_from(["", "p1", "p2", "p3"]), max_size=12),
    number=st.integers(0, 12),
    wants=st.integers(0, 5),
    seed=st.integers(0, 99),
)
def test_at_most_two_points_and_one_question_of_each(points, number, wants, seed):
    items = bank(*[{"critical": bool(point), "point": point} for point in points])
    rules = [Rule(wants, critical=True)] if wants else []
    found = drawn(items, rules, number, [], random.Random(seed))  # noqa: S311
    asked = [item.point for item in found if item.critical]
    assert len(asked) == len(set(asked)) <= 2
    assert len(found) == len({item.uuid for item in found})


def test_twins_in_either_direction_are_one_point():
    links = {"a": "b", "b": "c", "c": "a", "d": "", "e": "d", "f": "gone", "g": "g"}
    found = points_of(links)
    assert found["a"] == found["b"] == found["c"] == "a"
    assert found["d"] == found["e"] == "d"
    assert (found["f"], found["g"]) == ("f", "g")


def test_the_twin_is_the_questions_own_or_another_of_its_point():
    chance = random.Random(1)  # noqa: S311
    a, b, c = (
        replace(PLAIN, uuid=key, critical=True, point="a", twin=twin)
        for key, twin in ("ab", "bc", "ca")
    )
    points = {"a": (a, b, c)}
    assert twin_of(a, points, ["a"], chance) is b
    assert twin_of(a, points, ["a", "b"], chance) is c
    assert twin_of(a, points, ["a", "b", "c"], chance) is None
    assert twin_of(a, {}, ["a"], chance) is None
    spare = replace(PLAIN, uuid="d", critical=True, point="a")
    assert {twin_of(spare, points, ["b"], random.Random(seed)).uuid for seed in range(20)} == {  # noqa: S311
        "a",
        "c",
    }


def test_a_point_needs_three_questions_and_a_draw_has_two_points_at_most():
    """Three critical points without twins would fail one competent person in four by slips."""
    assert (ITEMS_OF_A_POINT, MOST_POINTS) == (3, 2)


@pytest.mark.parametrize(
    ("asked", "takes"),
    [
        ({}, True),
        ({"topic": "x"}, True),
        ({"topic": "y"}, False),
        ({"competence": "care"}, True),
        ({"competence": "law"}, False),
        ({"critical": True}, True),
        ({"critical": False}, False),
        ({"difficulty": 3}, True),
        ({"difficulty": 2}, False),
        ({"topic": "x", "competence": "care", "critical": True, "difficulty": 3}, True),
        ({"topic": "y", "competence": "care", "critical": True, "difficulty": 3}, False),
        ({"topic": "x", "competence": "law", "critical": True, "difficulty": 3}, False),
        ({"topic": "x", "competence": "care", "critical": False, "difficulty": 3}, False),
        ({"topic": "x", "competence": "care", "critical": True, "difficulty": 1}, False),
    ],
)
def test_a_rule_takes_what_is_all_that_it_asks_for(asked, takes):
    item = replace(
        PLAIN,
        topics=frozenset({"x"}),
        competences=frozenset({"care"}),
        critical=True,
        difficulty=3,
    )
    assert Rule(1, **asked).takes(item) is takes


def every(draw):
    """What is drawn with each of thirty seeds."""
    return {tuple(draw(seed)) for seed in range(30)}


def test_a_rule_that_asks_for_nothing_unseen_draws_what_was_seen_as_readily():
    seen = [frozenset({"q0"})]
    assert every(lambda seed: take(bank({}, {}), [Rule(1)], seen=seen, seed=seed)) == {
        ("q0",),
        ("q1",),
    }


def test_what_was_not_seen_comes_before_what_was_seen_long_ago():
    seen = [frozenset({"q0"}), frozenset({"q1"})]
    found = every(
        lambda seed: take(bank({}, {}, {}), [Rule(1, unseen_in_last=2)], seen=seen, seed=seed)
    )
    assert found == {("q2",)}


def test_every_question_may_be_drawn_and_no_more_than_asked_for():
    found = every(lambda seed: take(bank({}, {}, {}), number=2, seed=seed))
    assert found == {("q0", "q1"), ("q0", "q2"), ("q1", "q2")}


@pytest.mark.parametrize(("number", "asked"), [(0, 3), (1, 3), (3, 3), (4, 4), (9, 5)])
def test_what_rules_ask_for_counts_towards_the_number(number, asked):
    items = bank(*[ON_X] * 3, {}, {})
    assert len(take(items, [Rule(3, topic="x")], number)) == asked


def test_a_rule_takes_on_behind_what_is_taken_or_may_not_be():
    items = bank(
        {"critical": True, "point": "p"} | ON_X, {"critical": True, "point": "p"} | ON_X, ON_X
    )
    rules = [Rule(1, topic="x", critical=True), Rule(1, topic="x")]
    for found in every(lambda seed: take(items, rules, seed=seed)):
        assert found in {("q0", "q2"), ("q1", "q2")}


def test_links_through_others_are_one_point_named_by_the_first():
    assert points_of({"d": "c", "c": "b", "b": "a", "a": ""}) == dict.fromkeys("abcd", "a")
    assert points_of({"b": "", "a": ""}) == {"a": "a", "b": "b"}

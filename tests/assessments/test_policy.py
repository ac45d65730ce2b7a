"""The rules of a quiz as tables of cases: no database, no clock."""

import datetime
import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import certainty
from assessments.draws import Item, Rule, drawn, points_of, twin_of
from assessments.policy import (
    ASPECTS,
    EVERYTHING,
    PHASES,
    Allowance,
    Past,
    Policy,
    Refusal,
    Result,
    Shown,
)
from assessments.replay import settled

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


def after(**given):
    return NOON + datetime.timedelta(**given)


# As JSON --------------------------------------------------------------------------------

MOMENTS = st.none() | st.datetimes(
    datetime.datetime(2026, 1, 1), datetime.datetime(2030, 1, 1), timezones=st.just(datetime.UTC)
)
POLICIES = st.builds(
    Policy,
    pass_mark=st.integers(1, 100),
    opens=MOMENTS,
    closes=MOMENTS,
    time_limit=st.integers(0, 600),
    overdue=st.sampled_from(["submit", "grace", "abandon"]),
    grace=st.integers(0, 60),
    extensions=st.booleans(),
    attempts=st.integers(0, 9),
    wait_second=st.integers(0, 99),
    wait_later=st.integers(0, 99),
    grade=st.sampled_from(["highest", "average", "first", "last"]),
    mastery_passes=st.integers(0, 5),
    mastery_of=st.integers(0, 5),
    shown=st.fixed_dictionaries(
        {phase: st.frozensets(st.sampled_from(ASPECTS)) for phase in PHASES}
    ),
    one_page=st.booleans(),
    certainty=st.booleans(),
    marking=st.sampled_from(["one", "average", "third"]),
    miss_days=st.integers(0, 30),
)


@given(policy=POLICIES)
def test_what_an_attempt_keeps_is_the_policy_it_began_with(policy):
    assert Policy.from_json(policy.as_json()) == policy


def test_what_an_older_attempt_does_not_say_is_as_it_was():
    policy = Policy.from_json({"pass_mark": 70, "shown": {"during": []}, "gone": 1})
    assert (policy.pass_mark, policy.time_limit, policy.explains_each) == (70, 0, False)


# What is shown --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("finished", "closes", "now", "phase"),
    [
        (None, None, NOON, "during"),
        (NOON, None, NOON, "after"),
        (NOON, None, after(minutes=59), "after"),
        (NOON, None, after(hours=1), "later"),
        (NOON, after(minutes=10), after(minutes=9), "after"),
        (NOON, after(minutes=10), after(minutes=10), "closed"),
        (NOON, after(hours=5), after(hours=6), "closed"),
        (None, after(hours=5), after(hours=6), "during"),
    ],
)
def test_phases(finished, closes, now, phase):
    assert Policy(closes=closes).phase(now, finished) == phase


def test_an_answer_stands_once_more_than_itself_is_shown():
    def shown(*aspects):
        return Policy(shown=Policy().shown | {"during": frozenset(aspects)})

    assert not shown().explains_each
    assert not shown("response").explains_each
    for aspect in ("correctness", "marks", "right", "feedback"):
        assert shown(aspect).explains_each
    assert Shown.of(EVERYTHING).everything
    assert not Shown.of(EVERYTHING - {"marks"}).everything


# Time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "allowance", "deadline"),
    [
        ({}, {}, None),
        ({"time_limit": 30}, {}, after(minutes=30)),
        ({"time_limit": 30}, {"factor": Decimal("1.5")}, after(minutes=45)),
        ({"time_limit": 30}, {"unlimited": True}, None),
        ({"time_limit": 30, "closes": after(minutes=20)}, {}, after(minutes=20)),
        ({"time_limit": 30, "closes": after(hours=2)}, {"unlimited": True}, after(hours=2)),
        ({"closes": after(hours=2)}, {}, after(hours=2)),
    ],
)
def test_deadlines(policy, allowance, deadline):
    assert Policy(**policy).deadline(NOON, Allowance(**allowance)) == deadline


@pytest.mark.parametrize(
    ("overdue", "grace", "seconds", "over"),
    [
        ("submit", 0, 0, False),  # the very moment still counts
        ("submit", 0, 1, True),
        ("abandon", 0, 1, True),
        ("grace", 2, 1, False),
        ("grace", 2, 120, False),
        ("grace", 2, 121, True),
        ("submit", 2, 1, True),  # minutes are granted only where the quiz says so
    ],
)
def test_the_end(overdue, grace, seconds, over):
    policy = Policy(time_limit=30, overdue=overdue, grace=grace)
    assert policy.is_over(NOON, after(seconds=seconds)) is over
    assert policy.is_over(None, after(days=100)) is False


@pytest.mark.parametrize(
    ("policy", "deadline", "made", "now", "extended"),
    [
        ({"time_limit": 30}, after(minutes=1), 0, NOON, after(minutes=4)),
        ({"time_limit": 5}, after(minutes=1), 0, NOON, after(minutes=2)),  # a minute at least
        ({"time_limit": 30}, after(minutes=1), 9, NOON, after(minutes=4)),
        ({"time_limit": 30}, after(minutes=1), 10, NOON, None),
        ({"time_limit": 30, "extensions": False}, after(minutes=1), 0, NOON, None),
        ({"time_limit": 30}, NOON, 0, after(seconds=1), None),
        ({"time_limit": 30}, None, 0, NOON, None),
        ({"closes": after(hours=1)}, after(hours=1), 0, NOON, None),
        (
            {"time_limit": 30, "closes": after(minutes=2)},
            after(minutes=1),
            0,
            NOON,
            after(minutes=2),
        ),
        ({"time_limit": 30, "closes": after(minutes=1)}, after(minutes=1), 0, NOON, None),
        (
            {"time_limit": 30, "overdue": "grace", "grace": 5},
            NOON,
            0,
            after(minutes=1),
            after(minutes=4),
        ),
    ],
)
def test_more_time(policy, deadline, made, now, extended):
    assert Policy(**policy).extended(deadline, made, now) == extended


@given(minutes=st.integers(1, 1440))
def test_the_warning_leaves_time_to_ask(minutes):
    policy = Policy(time_limit=minutes)
    assert policy.warning >= datetime.timedelta(seconds=20)
    assert policy.extension >= datetime.timedelta(minutes=1)
    # Ten times a tenth: the limit can be doubled, as WCAG 2.2.1 wants it.
    assert 10 * policy.extension >= policy.limit


# The next attempt -----------------------------------------------------------------------


def past(number=1, hours=0, **given):
    return Past(number, False, NOON - datetime.timedelta(hours=hours), **given)


@pytest.mark.parametrize(
    ("policy", "made", "refusal"),
    [
        ({}, [], None),
        ({}, [past()], None),
        ({"opens": after(hours=1)}, [], Refusal("before", after(hours=1))),
        ({"opens": NOON}, [], None),
        ({"closes": NOON}, [], Refusal("closed")),
        ({"closes": after(seconds=1)}, [], None),
        ({"attempts": 1}, [past()], Refusal("used")),
        ({"attempts": 2}, [past()], None),
        ({"wait_second": 24}, [past(hours=23)], Refusal("wait", after(hours=1))),
        ({"wait_second": 24}, [past(hours=24)], None),
        ({"wait_second": 24}, [past(hours=99), past(2, hours=1)], None),
        ({"wait_later": 24}, [past(hours=1)], None),
        ({"wait_later": 24}, [past(hours=9), past(2, hours=4)], Refusal("wait", after(hours=20))),
        ({}, [past(missed=True)], Refusal("demonstration", after(days=7))),
        ({"miss_days": 0}, [past(missed=True)], None),
        ({}, [past(hours=168, missed=True)], None),
        ({}, [past(hours=99, missed=True), past(2, hours=1)], None),
        ({"wait_second": 999}, [past(missed=True)], Refusal("wait", after(hours=999))),
    ],
)
def test_whether_the_next_attempt_may_begin(policy, made, refusal):
    assert Policy(**policy).refusal(made, NOON) == refusal


def tries(*percents, missed=()):
    return [
        Past(
            number,
            False,
            NOON,
            passed=percent >= 80 and number not in missed,
            percent=Fraction(percent),
            missed=number in missed,
        )
        for number, percent in enumerate(percents, start=1)
    ]


@pytest.mark.parametrize(
    ("grade", "made", "result"),
    [
        ("highest", tries(), Result(None, False)),
        ("highest", tries(50, 90, 60), Result(Fraction(90), True)),
        ("highest", tries(50, 90, missed=[2]), Result(Fraction(90), False)),
        ("first", tries(50, 90), Result(Fraction(50), False)),
        ("first", tries(90, 50), Result(Fraction(90), True)),
        ("last", tries(90, 50), Result(Fraction(50), False)),
        ("last", tries(50, 85), Result(Fraction(85), True)),
        ("last", tries(90, 85, missed=[2]), Result(Fraction(85), False)),
        ("average", tries(70, 90), Result(Fraction(80), True)),
        ("average", tries(70, 89), Result(Fraction(159, 2), False)),
        ("average", tries(100, 100, missed=[2]), Result(Fraction(100), False)),
    ],
)
def test_grade_methods(grade, made, result):
    assert Policy(grade=grade).result(made) == result


@pytest.mark.parametrize(
    ("made", "in_a_row", "passed"),
    [
        ([], 0, False),
        (tries(90), 1, False),
        (tries(90, 90), 2, True),
        (tries(90, 50, 90), 2, True),
        (tries(90, 50, 50, 90), 1, False),
        (tries(90, 90, missed=[2]), 1, False),
    ],
)
def test_mastery_two_of_the_last_three(made, in_a_row, passed):
    result = Policy(mastery_passes=2, mastery_of=3).result(made)
    assert (result.in_a_row, result.passed) == (in_a_row, passed)


def test_attempts_that_wait_for_marking_say_nothing_yet():
    waiting = Past(2, False, NOON, passed=None, percent=None)
    assert Policy(grade="last").result([*tries(85), waiting]) == Result(Fraction(85), True)


@given(
    percents=st.lists(st.integers(0, 100), min_size=1, max_size=6),
    raised=st.integers(0, 5),
    by=st.integers(1, 100),
    grade=st.sampled_from(["highest", "average", "first", "last"]),
)
def test_a_better_attempt_never_lowers_the_result(percents, raised, by, grade):
    policy, at = Policy(grade=grade), raised % len(percents)
    better = [*percents]
    better[at] = min(100, better[at] + by)
    before, now = policy.result(tries(*percents)), policy.result(tries(*better))
    assert now.percent >= before.percent
    assert now.passed >= before.passed


# Drawing --------------------------------------------------------------------------------


def bank(*given):
    return [Item(f"q{place}", place, place, **each) for place, each in enumerate(given)]


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
        Item(key, 1, critical=True, point="a", twin=twin) for key, twin in ("ab", "bc", "ca")
    )
    points = {"a": (a, b, c)}
    assert twin_of(a, points, ["a"], chance) is b
    assert twin_of(a, points, ["a", "b"], chance) is c
    assert twin_of(a, points, ["a", "b", "c"], chance) is None
    assert twin_of(a, {}, ["a"], chance) is None


# Certainty ------------------------------------------------------------------------------


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


# Marks by people ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "marks", "amounts"),
    [
        ("one", ["1/2"], "1/2"),
        ("average", ["1/2"], None),
        ("average", ["1/2", "1"], "3/4"),
        ("third", ["1/2"], None),
        ("third", ["1/2", "1/2"], "1/2"),
        ("third", ["1/2", "1"], None),
        ("third", ["1/2", "1", "3/4"], "3/4"),
    ],
)
def test_what_marks_amount_to(how, marks, amounts):
    expected = None if amounts is None else Fraction(amounts)
    assert settled(how, [Fraction(mark) for mark in marks]) == expected

"""The rules of a quiz as tables of cases: no database, no clock."""

import datetime
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_a_quiz_that_says_nothing_asks_for_little():
    assert Policy() == Policy(
        pass_mark=80,
        opens=None,
        closes=None,
        time_limit=0,
        overdue="submit",
        grace=0,
        extensions=True,
        attempts=0,
        wait_second=0,
        wait_later=0,
        grade="highest",
        mastery_passes=0,
        mastery_of=0,
        shown={
            "during": frozenset(),
            "after": EVERYTHING,
            "later": EVERYTHING,
            "closed": EVERYTHING,
        },
        one_page=False,
        certainty=False,
        marking="one",
        miss_days=7,
    )


def test_what_is_kept_is_plain_json():
    kept = Policy(opens=NOON, shown=Policy().shown | {"later": frozenset({"right", "response"})})
    data = kept.as_json()
    assert json.loads(json.dumps(data)) == data
    assert (data["opens"], data["closes"]) == ("2026-03-02T12:00:00+00:00", None)
    assert (data["shown"]["during"], data["shown"]["after"]) == ([], list(ASPECTS))
    assert data["shown"]["later"] == ["response", "right"]


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
    for aspect in ASPECTS:
        assert not Shown.of(EVERYTHING - {aspect}).everything


@pytest.mark.parametrize(
    ("finished", "now", "aspects"),
    [
        (None, NOON, {"response"}),
        (NOON, NOON, {"response", "marks"}),
        (NOON, after(hours=1), EVERYTHING),
        (NOON, after(hours=3), {"correctness"}),
    ],
)
def test_every_phase_shows_what_is_its_own(finished, now, aspects):
    policy = Policy(
        closes=after(hours=2),
        shown={
            "during": frozenset({"response"}),
            "after": frozenset({"response", "marks"}),
            "later": EVERYTHING,
            "closed": frozenset({"correctness"}),
        },
    )
    shown = policy.shows(now, finished)
    assert {aspect for aspect in ASPECTS if getattr(shown, aspect)} == aspects


JUDGED = frozenset({"correctness", "marks"})
NOTHING = frozenset()


@pytest.mark.parametrize(
    ("aspects", "result"),
    [
        (EVERYTHING, True),
        (JUDGED, True),
        (EVERYTHING - {"correctness"}, False),
        (EVERYTHING - {"marks"}, False),
        (EVERYTHING - {"feedback", "right"}, True),
    ],
)
def test_a_result_is_known_by_correctness_and_marks_together(aspects, result):
    assert Shown.of(aspects).result is result


@pytest.mark.parametrize(
    ("shown", "closes", "now", "moment"),
    [
        # after, later and closed: what each of them shows
        ((JUDGED, JUDGED, JUDGED), None, NOON, NOON),
        ((NOTHING, JUDGED, NOTHING), None, NOON, after(hours=1)),
        ((NOTHING, JUDGED, NOTHING), None, after(hours=2), after(hours=2)),
        ((NOTHING, NOTHING, JUDGED), after(days=3), NOON, after(days=3)),
        ((NOTHING, NOTHING, JUDGED), after(days=3), after(days=3), after(days=3)),
        ((NOTHING, NOTHING, JUDGED), None, NOON, None),
        ((NOTHING, NOTHING, NOTHING), after(days=3), NOON, None),
        # Shown for an hour, and again once the quiz is closed.
        ((JUDGED, NOTHING, JUDGED), after(days=3), after(minutes=59), after(minutes=59)),
        ((JUDGED, NOTHING, JUDGED), after(days=3), after(hours=1), after(days=3)),
        # Closed within the hour: "later" never comes.
        ((NOTHING, JUDGED, NOTHING), after(minutes=30), NOON, None),
        ((NOTHING, JUDGED, JUDGED), after(minutes=30), NOON, after(minutes=30)),
        ((NOTHING, JUDGED, NOTHING), after(days=3), after(days=4), None),
        ((JUDGED - {"marks"}, EVERYTHING, NOTHING), None, NOON, after(hours=1)),
    ],
)
def test_from_when_on_a_result_is_shown(shown, closes, now, moment):
    phases = dict(zip(("after", "later", "closed"), shown, strict=True))
    policy = Policy(closes=closes, shown={"during": NOTHING} | phases)
    assert policy.shown_from(now, NOON) == moment
    assert (policy.shown_from(now, NOON) == now) is policy.shows(now, NOON).result


def test_while_an_attempt_goes_on_nobody_knows_from_when():
    assert Policy().shown_from(NOON, None) is None
    at_once = Policy(shown=Policy().shown | {"during": JUDGED})
    assert at_once.shown_from(NOON, None) == NOON


def test_it_may_be_asked_from_when_on_single_aspects_are_shown():
    policy = Policy(shown=Policy().shown | {"after": frozenset({"marks"})})
    assert policy.shown_from(NOON, NOON, ["marks"]) == NOON
    assert policy.shown_from(NOON, NOON) == after(hours=1)


# Time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "allowance", "deadline"),
    [
        ({}, {}, None),
        ({"time_limit": 30}, {}, after(minutes=30)),
        ({"time_limit": 30}, {"factor": Decimal("1.5")}, after(minutes=45)),
        ({"time_limit": 30}, {"unlimited": True}, None),
        ({"time_limit": 30, "closes": after(minutes=20)}, {}, after(minutes=20)),
        ({"time_limit": 30, "closes": after(hours=2)}, {}, after(minutes=30)),
        ({"time_limit": 30, "closes": after(hours=2)}, {"factor": Decimal(2)}, after(hours=1)),
        ({"time_limit": 30, "closes": after(hours=2)}, {"unlimited": True}, after(hours=2)),
        ({"closes": after(hours=2)}, {}, after(hours=2)),
    ],
)
def test_deadlines(policy, allowance, deadline):
    assert Policy(**policy).deadline(NOON, Allowance(**allowance)) == deadline
    if not allowance:
        assert Policy(**policy).deadline(NOON) == deadline


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


@pytest.mark.parametrize(
    ("minutes", "warning", "extension"),
    [(1, 20, 60), (2, 24, 60), (5, 60, 60), (10, 120, 60), (20, 120, 120), (90, 120, 540)],
)
def test_a_warning_and_more_time_go_by_the_limit(minutes, warning, extension):
    policy = Policy(time_limit=minutes)
    assert policy.warning == datetime.timedelta(seconds=warning)
    assert policy.extension == datetime.timedelta(seconds=extension)


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
        # Of two reasons that end at one moment it says why with care.
        ({"wait_second": 168}, [past(missed=True)], Refusal("demonstration", after(days=7))),
        ({"wait_second": 24}, [past(), Past(2, True)], None),
        ({"wait_later": 24}, [past(), Past(2, True)], Refusal("wait", after(hours=24))),
        ({"wait_second": 24, "wait_later": 24}, [Past(1, True)], None),
        ({"opens": after(hours=-2), "closes": after(hours=-1)}, [], Refusal("closed")),
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


@pytest.mark.parametrize(
    ("passes", "of", "made", "result"),
    [
        (2, 3, [90, 100, 60, 85], Result(Fraction(100), True, 2)),
        (2, 2, [100, 90, 60], Result(Fraction(90), False, 1)),
        (0, 2, [60, 70], Result(Fraction(70), False, 0)),  # once at least
        (0, 2, [60, 80], Result(Fraction(80), True, 1)),
        (1, 2, [80, 60], Result(Fraction(80), True, 1)),
        (1, 1, [100, 60], Result(Fraction(60), False, 0)),
        (1, 1, [], Result(None, False, 0)),
    ],
)
def test_mastery_is_m_of_the_last_n(passes, of, made, result):
    made = reversed(tries(*made))  # in whatever order they are given
    assert Policy(mastery_passes=passes, mastery_of=of).result(list(made)) == result


def test_passes_in_a_row_are_counted_only_for_mastery():
    assert Policy().result([]).in_a_row == Policy().result(tries(90)).in_a_row == 0


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

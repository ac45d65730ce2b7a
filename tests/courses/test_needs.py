"""Who needs help and why: the rule, and that what lists keep says the same on every day."""

import datetime
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.needs import (
    FAILED,
    KINDS,
    MISSED,
    OVERDUE,
    STALLED,
    Away,
    Facts,
    Miss,
    Place,
    Try,
    first_day,
    needs,
    on,
    stalls_on,
)

DAY = datetime.date(2026, 3, 2)
KEY = uuid.UUID(int=1)


def day(number):
    return DAY + datetime.timedelta(days=number)


def kinds(facts, number):
    return [need.kind for need in on(needs(facts), day(number))]


def test_nothing_asked_is_no_reason_to_help():
    assert needs(Facts(acted_on=DAY)) == []


def test_overdue_from_the_day_after_the_one_agreed():
    facts = Facts(places=[Place(KEY, DAY, day(5))], acted_on=day(5))
    assert kinds(facts, 5) == []
    assert kinds(facts, 6) == [OVERDUE]


@pytest.mark.parametrize(
    ("opened", "acted", "stalled"),
    [(0, None, 14), (0, 3, 17), (5, 0, 19), (5, 30, 44)],
)
def test_two_weeks_without_an_act_on_what_is_open(opened, acted, stalled):
    facts = Facts([Place(KEY, day(opened), None)], acted_on=None if acted is None else day(acted))
    assert kinds(facts, stalled - 1) == []
    assert kinds(facts, stalled) == [STALLED]


@pytest.mark.parametrize(
    ("leaves", "expected"),
    [
        ([], 14),
        ([(15, 20)], 14),
        ([(14, 20)], 34),
        ([(-5, 3)], 17),
        ([(-5, -1)], 14),
        ([(2, 4), (18, 30)], 44),
        ([(20, 25), (3, 10)], 39),
        ([(3, None)], None),
    ],
)
def test_days_of_leave_are_no_quiet(leaves, expected):
    away = [Away(day(first), None if last is None else day(last)) for first, last in leaves]
    assert stalls_on(DAY, away) == (None if expected is None else day(expected))


def test_four_failed_tries_until_one_is_passed():
    failed = [Try(KEY, day(number), passed=False) for number in range(5)]
    assert needs(Facts(tries=failed[:3])) == []
    (need,) = needs(Facts(tries=failed))
    assert (need.kind, need.from_on, need.number) == (FAILED, day(3), 5)
    assert needs(Facts(tries=[*failed, Try(KEY, day(6), passed=True)])) == []
    other = Try(uuid.UUID(int=2), DAY, passed=False)
    assert needs(Facts(tries=[*failed[:3], other])) == []


def test_the_worst_stands_first():
    facts = Facts(
        places=[Place(KEY, DAY, day(1))],
        tries=[Try(KEY, day(1), passed=False)] * 4,
        misses=[Miss(KEY, day(9))],
        acted_on=day(1),
    )
    assert kinds(facts, 40) == [MISSED, OVERDUE, FAILED, STALLED]


days = st.integers(0, 60).map(day)
FACTS = st.builds(
    Facts,
    places=st.lists(st.builds(Place, st.uuids(), days, st.none() | days), max_size=4),
    tries=st.lists(st.builds(Try, st.just(KEY), days, st.booleans()), max_size=9),
    misses=st.lists(st.builds(Miss, st.uuids(), days), max_size=2),
    away=st.lists(
        st.tuples(days, st.integers(0, 20)).map(
            lambda given: Away(given[0], given[0] + datetime.timedelta(days=given[1]))
        ),
        max_size=2,
    ),
    acted_on=st.none() | days,
)


@given(facts=FACTS, today=days)
def test_the_first_days_say_the_same_as_the_needs(facts, today):
    found = needs(facts)
    held = {need.kind for need in on(found, today)}
    for kind in KINDS:
        first = first_day(found, kind)
        assert (kind in held) == (first is not None and first <= today)

"""Status of requirements, and months: many small cases, no database."""

import datetime
import itertools
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.progress.rules import (
    Act,
    Part,
    Version,
    add_months,
    status,
)

DAY = datetime.date(2026, 11, 22)


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

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
    Pin,
    Version,
    add_months,
    applying,
    in_force,
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
    assert status(MODULE, asked, acts, DAY, pinned={MODULE: Pin(1)}).state == "met"


def test_a_path_is_met_when_its_modules_are():
    asked = {
        MODULE: [version(1, JAN, A)],
        PATH: [Version(1, JAN, (Part("met", "module", MODULE),))],
    }
    assert status(PATH, asked, [], DAY).state == "none"
    answer = status(PATH, asked, [read(A, 4)], DAY)
    assert (answer.state, answer.since) == ("met", datetime.date(2026, 4, 10))


def test_what_applies_to_another_setting_is_asked_of_nobody_enrolled_for_hers():
    parts = (Part("read", "lesson", A), Part("read", "lesson", B, "prison"))
    asked = {MODULE: [Version(1, JAN, parts)]}
    for pin, state in ((Pin(1, "municipal"), "met"), (Pin(1, "prison"), "started")):
        assert status(MODULE, asked, [read(A, 4)], DAY, pinned={MODULE: pin}).state == state
    assert status(MODULE, asked, [read(A, 4)], DAY).missing == parts[1:]
    answer = status(MODULE, asked, [read(B, 4)], DAY, pinned={MODULE: Pin(1, "municipal")})
    assert (answer.state, answer.done, answer.missing) == ("started", (), parts[:1])


def test_a_path_says_for_which_setting_its_modules_are_taken():
    asked = {
        MODULE: [
            Version(1, JAN, (Part("read", "l", A, "municipal"), Part("read", "l", B, "prison")))
        ],
        PATH: [Version(1, JAN, (Part("met", "module", MODULE),))],
    }
    here, there = Pin(1, "municipal"), Pin(1, "prison")
    for acts, pins, state in (
        ([read(A, 4)], {PATH: here}, "met"),
        ([read(A, 4)], {PATH: here, MODULE: there}, "met"),
        ([read(A, 4)], {PATH: there, MODULE: here}, "none"),
        ([read(A, 4)], {PATH: Pin(1), MODULE: here}, "met"),
        ([read(A, 4)], {}, "none"),
    ):
        assert status(PATH, asked, acts, DAY, pinned=pins).state == state


def test_of_parts_for_another_setting_alone_all_are_asked():
    parts = (Part("read", "lesson", A, "prison"), Part("read", "lesson", B, "prison"))
    assert applying(parts, "municipal") == applying(parts, "prison") == applying(parts, "") == parts
    assert applying([], "prison") == ()
    mixed = (*parts[:1], Part("read", "lesson", C, "municipal"), Part("read", "lesson", B))
    assert applying(mixed, "municipal") == mixed[1:]


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


def test_a_version_is_in_force_from_its_day_on():
    first, second = version(1, JAN, A), version(2, JUL, B)
    before = datetime.timedelta(days=1)
    assert in_force([second, first], JAN - before) is None
    assert in_force([second, first], JAN) == in_force([second, first], JUL - before) == first
    assert in_force([second, first], JUL) == second


def test_nobody_meets_anything_before_it_is_asked_for():
    early = [Act("read", A, datetime.date(2025, 5, 1))]
    answer = status(MODULE, {MODULE: [version(1, JAN, A)]}, early, JAN)
    assert (answer.state, answer.since, answer.version) == ("met", JAN, 1)
    answer = status(MODULE, {MODULE: [version(1, JUL, A)]}, early, JAN)
    assert (answer.since, answer.version) == (None, 0)


def test_a_new_version_that_asks_for_less_is_met_on_its_first_day():
    asked = {MODULE: [version(1, JAN, A, B), version(2, JUL, A)]}
    answer = status(MODULE, asked, [read(A, 2)], JUL)
    assert (answer.state, answer.since, answer.version) == ("met", JUL, 2)
    assert status(MODULE, asked, [read(A, 2)], datetime.date(2026, 6, 30)).state == "started"


def test_a_version_that_asks_for_nothing_is_met_by_nobody():
    answer = status(MODULE, {MODULE: [version(1, JAN)]}, [read(A, 2)], DAY)
    assert (answer.state, answer.since, answer.version) == ("none", None, 0)
    asked = {MODULE: [version(1, JAN, A), version(2, JUL)]}
    answer = status(MODULE, asked, [read(A, 8)], DAY, pinned={MODULE: Pin(1)})
    assert (answer.state, answer.version) == ("met", 1)


def test_of_two_versions_met_on_one_day_the_one_in_force_is_named():
    asked = {MODULE: [version(1, JAN, A), version(2, JUL, A)]}
    assert status(MODULE, asked, [read(A, 8)], DAY, pinned={MODULE: Pin(1)}).version == 2


def test_doing_it_again_changes_no_day_where_nothing_expires():
    asked = {MODULE: [version(1, JAN, A)]}
    answer = status(MODULE, asked, [read(A, 2), read(A, 5)], DAY)
    assert (answer.since, answer.until) == (datetime.date(2026, 2, 10), None)


def test_only_what_is_done_anew_renews():
    asked = {MODULE: [version(1, JAN, A, B)]}
    acts = [read(A, 2), read(B, 2), read(B, 5)]
    answer = status(MODULE, asked, acts, DAY, valid_months=12)
    assert answer.since == datetime.date(2026, 2, 10)
    answer = status(MODULE, asked, [*acts, read(A, 6)], DAY, valid_months=12)
    assert answer.since == datetime.date(2026, 6, 10)


def test_it_is_expired_from_the_day_on_to_which_it_was_valid():
    asked = {MODULE: [version(1, datetime.date(2025, 1, 1), A)]}
    acts = [Act("read", A, datetime.date(2025, 11, 22))]
    answer = status(MODULE, asked, acts, DAY, valid_months=12)
    assert (answer.state, answer.until) == ("expired", DAY)
    yesterday = DAY - datetime.timedelta(days=1)
    assert status(MODULE, asked, acts, yesterday, valid_months=12).state == "met"


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

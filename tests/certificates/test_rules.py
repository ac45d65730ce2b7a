"""What a certificate is worth on a day."""

import datetime

import pytest

from certificates.rules import state

Day = datetime.date
AWARDED, LAST, REVOKED = Day(2026, 3, 1), Day(2027, 2, 28), Day(2026, 9, 1)


@pytest.mark.parametrize(
    ("valid_until", "revoked_on", "day", "expected"),
    [
        (None, None, Day(2026, 2, 28), "none"),
        (None, None, AWARDED, "valid"),
        (None, None, Day(2066, 1, 1), "valid"),
        (LAST, None, LAST, "valid"),
        (LAST, None, Day(2027, 3, 1), "expired"),
        (LAST, REVOKED, Day(2026, 8, 31), "valid"),
        (LAST, REVOKED, REVOKED, "revoked"),
        (LAST, REVOKED, Day(2028, 1, 1), "revoked"),
        (None, AWARDED, AWARDED, "revoked"),
    ],
)
def test_the_state_follows_from_the_dates(valid_until, revoked_on, day, expected):
    assert state(AWARDED, valid_until, revoked_on, day) == expected

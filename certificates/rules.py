"""What a certificate is worth on a day: a pure function of its dates and that day."""

import datetime

Day = datetime.date

NONE, VALID, EXPIRED, REVOKED = "none", "valid", "expired", "revoked"


def state(awarded_on: Day, valid_until: Day | None, revoked_on: Day | None, day: Day) -> str:
    """ "none" before it was awarded, "valid" to `valid_until` inclusive, "expired", "revoked"."""
    if day < awarded_on:
        return NONE
    if revoked_on and revoked_on <= day:
        return REVOKED
    return EXPIRED if valid_until and valid_until < day else VALID

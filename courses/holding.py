"""What the record keeps back for now: apps above say so for the answers that they reported.

`assessments` registers a holder in `AppConfig.ready()`; without one nothing is held. A held row is
counted as any other and says neither its result nor its points, to whomever: the learner, her lead.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from courses.progress.models import Evidence


@dataclass(frozen=True)
class Held:
    """That a result is not shown now: until which moment, None where no moment is known."""

    until: datetime.datetime | None = None


# Given rows with their activities, a holder answers with {row.pk: Held} for those that are held,
# in one query whatever their number, and in none where no row is of its kind.
Holder = Callable[[Sequence[Evidence]], Mapping[UUID, Held]]

_holders: list[Holder] = []


def register(holder: Holder) -> None:
    """Add a holder; adding it again changes nothing."""
    if holder not in _holders:
        _holders.append(holder)


def held(rows: Sequence[Evidence]) -> dict[UUID, Held]:
    """Those of the rows whose result is not shown now, by the row's primary key."""
    return {key: value for holder in _holders for key, value in holder(rows).items()}

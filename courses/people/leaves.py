"""Leave: noted from day to day by the person herself or by those she works under."""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from courses.people import audit
from courses.people.models import RUNS, User
from courses.people.notices import Leave

KEPT_DAYS = 365  # after its end nothing rests on it any more


class Overlaps(ValueError):
    """Some of these days are leave already."""

    message = _("Some of these days are noted already.")


def open_to(person: User, today: datetime.date) -> QuerySet[User]:
    """Whose leave a person may note on this day: those she leads or administers."""
    led = User.objects.learners_of(person, today)
    run = User.objects.reached_by(person, RUNS, today)
    return User.objects.filter(
        Q(pk__in=led.values("pk")) | Q(pk__in=run.values("pk")), is_active=True
    ).exclude(pk=person.pk)


@transaction.atomic
def note_leave(
    person: User, starts_on: datetime.date, ends_on: datetime.date | None, *, by: User
) -> Leave:
    """Note that a person is away; raises `Overlaps` where some of it is noted already."""
    # One at a time: two forms at once must not note the same days.
    User.objects.select_for_update().get(pk=person.pk)
    taken = Leave.objects.filter(person=person).lasting(starts_on)
    if (taken.filter(starts_on__lte=ends_on) if ends_on else taken).exists():
        raise Overlaps
    leave = Leave.objects.create(person=person, starts_on=starts_on, ends_on=ends_on, noted_by=by)
    audit.log(by, "noted_leave", about=person, object_kind="leave", object_key=leave.pk)
    return leave


@transaction.atomic
def end_leave(leave: Leave, today: datetime.date, *, by: User) -> None:
    """She is back today; leave that has not begun before today is taken back."""
    if leave.starts_on >= today:
        leave.delete()
    else:
        leave.ends_on = today - datetime.timedelta(days=1)
        leave.save(update_fields=["ends_on"])
    audit.log(by, "ended_leave", about=leave.person, object_kind="leave", object_key=leave.pk or "")


def away(people: Collection[int], day: datetime.date) -> set[int]:
    """Who of these people is on leave on a day; one query."""
    return set(Leave.objects.on(day).filter(person__in=people).values_list("person_id", flat=True))


def forget_leave(today: datetime.date) -> int:
    """Throw away leave that ended long ago."""
    oldest = today - datetime.timedelta(days=KEPT_DAYS)
    gone, _of_each = Leave.objects.filter(ends_on__lt=oldest).delete()
    return gone

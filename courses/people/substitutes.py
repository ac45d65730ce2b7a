"""Who leads in somebody's place for a time: appointed, told, logged, and over by itself."""

import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from courses.people import audit
from courses.people.messages import DECIDED, Kind, address, in_each_language, register, tell
from courses.people.models import RUNS, Membership, Role, User

STANDING_IN, STOOD_IN_FOR = "standing_in", "stood_in_for"


def candidates(place: Membership, by: User, today: datetime.date) -> QuerySet[User]:
    """Whom `by` may appoint for a lead's place.

    An administrator whom she reaches; a lead whoever leads in the same institution, and her
    learners.
    """
    people = User.objects.filter(is_active=True).exclude(pk=place.person_id)
    if place.person_id != by.pk:
        return people.filter(pk__in=User.objects.reached_by(by, RUNS, today).values("pk"))
    institution = place.team.path[: place.team.steplen]
    leads = Membership.objects.on(today).filter(
        role=Role.LEAD, substitute_for=None, team__path__startswith=institution
    )
    learners = User.objects.learners_of(by, today)
    return people.filter(Q(pk__in=leads.values("person")) | Q(pk__in=learners.values("pk")))


@transaction.atomic
def appoint(
    place: Membership, person: User, first: datetime.date, last: datetime.date, *, by: User
) -> Membership:
    """A person sees what the lead sees from day to day; both are told."""
    made = Membership.objects.create(
        person=person,
        team=place.team,
        role=Role.LEAD,
        setting=place.setting,
        starts_on=first,
        ends_on=last,
        substitute_for=place,
    )
    _log("appointed_substitute", made, by)
    told: dict[str, Any] = {
        "team": place.team.name,
        "from": _said(first),
        "to": _said(last),
        "by": str(by),
        "by_pk": by.pk,
    }
    tell(
        person,
        STANDING_IN,
        f"{STANDING_IN}/{made.pk}",
        told
        | {"lead": str(place.person), "lead_pk": place.person.pk}
        | {"path": address("courses:team")},
    )
    tell(
        place.person,
        STOOD_IN_FOR,
        f"{STOOD_IN_FOR}/{made.pk}",
        told
        | {"substitute": str(person), "substitute_pk": person.pk}
        | {"path": address("people:settings")},
    )
    return made


@transaction.atomic
def end(substitution: Membership, today: datetime.date, *, by: User) -> None:
    """It is over now: what began before ended yesterday, and what had not is taken back."""
    _log("ended_substitute", substitution, by)
    if substitution.starts_on >= today:
        substitution.delete()
        return
    substitution.ends_on = today - datetime.timedelta(days=1)
    substitution.save(update_fields=["ends_on"])


def _log(action: str, made: Membership, by: User) -> None:
    audit.log(
        by,
        action,
        about=made.person,
        object_kind="team",
        object_key=made.team_id,
        detail={
            "place": made.substitute_for_id,
            "from": made.starts_on.isoformat(),
            "to": made.ends_on.isoformat() if made.ends_on else None,
        },
    )


def _said(day: datetime.date) -> dict[str, str]:
    return in_each_language(partial(date_format, day, "DATE_FORMAT"))


register(
    STANDING_IN,
    Kind(
        "people",
        _("Open the teams"),
        name=_("You stand in for a lead"),
        group="team",
        needed=DECIDED,
        at_once=True,
    ),
)
register(
    STOOD_IN_FOR,
    Kind(
        "people",
        _("Open my account"),
        name=_("Somebody stands in for you"),
        group="team",
        needed=DECIDED,
        at_once=True,
    ),
)

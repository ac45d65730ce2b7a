"""What administrators change: people, their places in teams, teams. Each is one transaction, logged."""

import datetime
from collections.abc import Sequence
from functools import partial

from django.db import transaction

from courses.people import audit, invitations, mail
from courses.people.forms import TeamForm
from courses.people.models import Membership, Team, User


@transaction.atomic
def change_person(person: User, changed: Sequence[str], *, by: User) -> None:
    """Save a person's name, address or language; the address before it is told.

    An invitation mailed to the address before stops working: it may have been somebody else's.
    """
    if not changed:
        return
    before = User.objects.values_list("email", flat=True).get(pk=person.pk)
    person.save(update_fields=list(changed))
    audit.log(by, "changed_person", about=person, detail={"fields": list(changed)})
    if "email" in changed and before:
        invitations.withdraw(person, by=by, printed=False)
        transaction.on_commit(
            partial(mail.send_email_changed.enqueue, person.pk, before, person.language)
        )


@transaction.atomic
def close_account(person: User, *, by: User) -> None:
    """Nobody signs in under this account until it is opened again; the record stays."""
    if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        invitations.withdraw(person, by=by)
        audit.log(by, "closed_account", about=person)


@transaction.atomic
def open_account(person: User, *, by: User) -> None:
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        audit.log(by, "opened_account", about=person)


@transaction.atomic
def save_place(place: Membership, *, by: User) -> None:
    """A new place in a team, or another last day or setting of one."""
    is_new = place.pk is None
    place.save()
    _log_place("gave_place" if is_new else "changed_place", place, by)


@transaction.atomic
def remove_place(place: Membership, *, by: User) -> None:
    """Take back a place that nobody has worked in yet."""
    _log_place("removed_place", place, by)
    place.delete()


@transaction.atomic
def transfer(
    place: Membership, team: Team, first: datetime.date, setting: str, *, by: User
) -> Membership:
    """From her first day in the other team on she is no longer in this one.

    Whoever leads the team sees her record from that day on, and whoever led it no longer. A last
    day that was set goes along. Raises `NotThere` where she has left, or not come, before that day.
    """
    place = Membership.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if place.starts_on >= first or (place.ends_on and place.ends_on < first):
        raise NotThere
    new = Membership.objects.create(
        person=place.person,
        team=team,
        role=place.role,
        setting=setting,
        starts_on=first,
        ends_on=place.ends_on,
    )
    place.ends_on = first - datetime.timedelta(days=1)
    place.save(update_fields=["ends_on"])
    _log_place("changed_place", place, by)
    _log_place("transferred", new, by)
    return new


class NotThere(Exception):
    """The place a person is to be moved from is not hers on the day before."""


def _log_place(action: str, place: Membership, by: User) -> None:
    audit.log(
        by,
        action,
        about=place.person,
        object_kind="team",
        object_key=place.team_id,
        detail={
            "role": str(place.role),
            "from": place.starts_on.isoformat(),
            "to": place.ends_on.isoformat() if place.ends_on else None,
        },
    )


@transaction.atomic
def save_team(form: TeamForm, *, by: User) -> Team:
    """A new team, or another name or place in the tree of one."""
    is_new = form.instance.pk is None
    team = form.save()
    audit.log(by, "made_team" if is_new else "changed_team", object_kind="team", object_key=team.pk)
    return team

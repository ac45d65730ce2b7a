"""A file of people from its preview to what it changes: all of it in one transaction, or nothing."""

import datetime
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.people import audit, invitations, mail
from courses.people.files import columns, reading
from courses.people.files.known import known_to
from courses.people.files.planning import Plan, plan
from courses.people.messages import tell_all
from courses.people.models import (
    RUNS,
    AuditEntry,
    Invitation,
    Membership,
    PeopleFile,
    Role,
    Team,
    User,
)
from courses.people.signals import places_given

MINUTES = 60  # that a file is kept for, from its preview on
BATCH = 500


class Changed(Exception):
    """Meanwhile something changed, so that the file would do other things than were shown."""


def kept(user: User, now: datetime.datetime) -> Any:
    """The files of a person that are still good."""
    return PeopleFile.objects.filter(person=user, made_at__gt=now - _age())


def _age() -> datetime.timedelta:
    return datetime.timedelta(minutes=MINUTES)


def forget(now: datetime.datetime) -> int:
    """Throw away files that nobody agreed to in time."""
    return PeopleFile.objects.filter(made_at__lte=now - _age()).delete()[0]


def look(
    user: User,
    name: str,
    content: bytes,
    today: datetime.date,
    *,
    invites: bool = False,
    makes_teams: bool = False,
) -> PeopleFile:
    """Keep a file with what it would change. Raises `reading.FileRefused`."""
    found = _plan(user, content, today, makes_teams)
    with transaction.atomic():
        file = PeopleFile(
            person=user, name=name[:200], content=content, invites=invites, makes_teams=makes_teams
        )
        _show(file, found)
        refused = found.counts["wrong"]
        audit.log(
            user,
            "checked_people_file",
            about=user,
            detail={"rows": len(found.lines), "wrong": refused},
        )
    return file


def _plan(user: User, content: bytes, today: datetime.date, makes_teams: bool) -> Plan:
    given = columns.read(reading.rows_of(content))
    return plan(given, known_to(user, given, today), today, make_teams=makes_teams)


def _show(file: PeopleFile, found: Plan) -> None:
    file.lines, file.counts, file.digest = found.as_data(), found.counts, found.digest
    file.save()


def carry_out(file: PeopleFile, today: datetime.date) -> PeopleFile:
    """Do what the preview showed; done already, nothing happens.

    Raises `Changed` where it would be something else by now; the file then has the new preview.
    """
    try:
        with transaction.atomic():
            held = PeopleFile.objects.select_for_update().get(pk=file.pk)
            if held.done_at:
                return held
            # One file at a time for the same teams.
            tops = Team.objects.reached_by(held.person, RUNS, today).order_by("pk")
            list(tops.select_for_update().values_list("pk"))
            found = _plan(held.person, bytes(held.content), today, held.makes_teams)
            if found.digest == held.digest and not found.counts["wrong"]:
                _apply(found, held, today)
                held.content, held.lines, held.done_at = b"", [], timezone.now()
                held.save()
                return held
    except IntegrityError:
        found = _plan(file.person, bytes(file.content), today, file.makes_teams)
    _show(file, found)
    raise Changed


def _apply(found: Plan, file: PeopleFile, today: datetime.date) -> None:
    by = file.person
    for team, parent in found.teams:
        parent = Team.objects.get(pk=parent.pk)  # the tree has moved on with each new team
        parent.add_child(instance=team)
        audit.log(by, "made_team", object_kind="team", object_key=team.pk)
    _newcomers(found, by)
    _changes(found, by)
    _places(found, by)
    if file.invites:
        _invite(found, by)
    audit.log(by, "imported_people", about=by, detail=found.counts)


def _newcomers(found: Plan, by: User) -> None:
    names = invitations.FreeNames()
    for person in found.people:
        person.username = names.take(person.first_name, person.last_name)
        person.password = make_password(None)
    User.objects.bulk_create(found.people, batch_size=BATCH)
    audit.log_all(
        by, "came_by_file", [(person, person.pk) for person in found.people], object_kind="person"
    )


def _changes(found: Plan, by: User) -> None:
    people = [person for person, _fields in found.changed.values()]
    User.objects.bulk_update(
        people, ["first_name", "last_name", "email", "language"], batch_size=BATCH
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(actor=by, about=person, action="changed_person", detail={"fields": fields})
        for person, fields in found.changed.values()
    )
    for person, _fields in found.changed.values():
        if before := found.emails.get(person.pk):
            invitations.withdraw(person, by=by, printed=False)
            transaction.on_commit(
                partial(mail.send_email_changed.enqueue, person.pk, before, person.language)
            )


def _places(found: Plan, by: User) -> None:
    for place in found.begun:
        place.person, place.team = place.person, place.team  # they have keys by now
    Membership.objects.bulk_create(found.begun, batch_size=BATCH)
    Membership.objects.bulk_update(found.altered, ["setting", "ends_on"], batch_size=BATCH)
    AuditEntry.objects.bulk_create(
        [
            *(_entry("gave_place", place, by) for place in found.begun),
            *(_entry("changed_place", place, by) for place in found.altered),
        ],
        batch_size=BATCH,
    )
    places_given.send(sender=Membership, places=found.begun)


def _entry(action: str, place: Membership, by: User) -> AuditEntry:
    return AuditEntry(
        actor=by,
        about=place.person,
        action=action,
        object_kind="team",
        object_key=str(place.team_id),
        detail={
            "role": str(place.role),
            "from": place.starts_on.isoformat(),
            "to": place.ends_on.isoformat() if place.ends_on else None,
        },
    )


def _invite(found: Plan, by: User) -> None:
    """An invitation for everybody new: by e-mail, or one whose sheet waits to be printed."""
    teams = {id(place.person): place.team for place in reversed(found.begun)}
    until = timezone.now() + datetime.timedelta(days=settings.TILTS_INVITATION_DAYS)
    made = Invitation.objects.bulk_create(
        [
            Invitation(
                person=person,
                team=teams.get(id(person)),
                printed=not person.email,
                made_by=by,
                expires_at=until,
            )
            for person in found.people
        ],
        batch_size=BATCH,
    )
    tell_all(
        "invitation",
        [
            (
                each.person,
                f"invitation/{each.pk}",
                {
                    "invitation": each.pk,
                    "team": str(each.team or ""),
                    "by": str(by),
                    "by_pk": by.pk,
                },
            )
            for each in made
            if not each.printed
        ],
    )


# As a file ------------------------------------------------------------------------------


def template(kind: str, team: str) -> bytes:
    """The headings with one row as an example, for a new colleague in a team."""
    row = _row(
        {
            "email": "anna.berzina@example.org",
            "first_name": "Anna",
            "last_name": "Bērziņa",
            "language": User.Language.LATVIAN.label,
            "team": team,
            "role": Role.LEARNER.label,
            "starts_on": timezone.localdate(),
        }
    )
    return reading.file_of(kind, _headings(), [row])


def export(user: User, kind: str, today: datetime.date) -> bytes:
    """Her people with their places, in the columns of an import, which it would leave as they are."""
    known = known_to(user, (), today)
    rows: list[list[reading.Cell]] = []
    for person in known.people.values():
        own = {
            "username": person.username,
            "email": person.email or "",
            "first_name": person.first_name,
            "last_name": person.last_name,
            "language": str(User.Language(person.language).label),
        }
        places: Iterable[Membership] = known.places.get(person.pk, ())
        rows += [
            _row(
                own
                | {
                    "team": known.teams.written(place.team),
                    "role": str(place.get_role_display()),
                    "setting": str(place.get_setting_display()),
                    "starts_on": place.starts_on,
                    "ends_on": place.ends_on or "",
                }
            )
            for place in places
        ] or [_row(own)]
    audit.log(user, "exported_people", about=user, detail={"people": len(known.people)})
    return reading.file_of(kind, _headings(), rows)


def _headings() -> list[str]:
    return [str(heading) for heading in columns.HEADINGS.values()]


def _row(values: dict[str, Any]) -> list[reading.Cell]:
    return [
        value if isinstance(value := values.get(name, ""), datetime.date) else str(value)
        for name in columns.HEADINGS
    ]

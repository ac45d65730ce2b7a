"""What a file of people would change, row by row, before anything is changed."""

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from courses.people.files.columns import Given, unusable
from courses.people.files.known import Known, NotFound
from courses.people.models import Membership, Role, Team, User
from courses.people.names import plain

STATES = ("wrong", "new", "changed", "same")
PERSON = ("first_name", "last_name", "email", "language")
WHOLE = ""  # the column of an error that is about the row


@dataclass
class Line:
    """One row of the preview: about whom, what changes [column, old, new], what is wrong."""

    row: int
    who: str
    state: str = "same"
    team: str = ""
    role: str = ""
    place: str = ""  # begins or changes
    changes: list[list[str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Plan:
    """The lines of the preview, and what is done once they are agreed to."""

    lines: list[Line] = field(default_factory=list)
    people: list[User] = field(default_factory=list)  # new
    changed: dict[int, tuple[User, list[str]]] = field(default_factory=dict)
    emails: dict[int, str] = field(default_factory=dict)  # addresses before, of those who had one
    begun: list[Membership] = field(default_factory=list)
    altered: list[Membership] = field(default_factory=list)
    teams: list[tuple[Team, Team]] = field(default_factory=list)  # new, with the one above

    @property
    def counts(self) -> dict[str, int]:
        states = Counter(line.state for line in self.lines)
        return {state: states[state] for state in STATES} | {
            "people": len(self.people),
            "places": len(self.begun),
            "places_changed": len(self.altered),
            "people_changed": len(self.changed),
            "teams": len(self.teams),
        }

    def as_data(self) -> list[dict[str, Any]]:
        return [asdict(line) for line in self.lines]

    @property
    def digest(self) -> str:
        """The same for a plan that changes the same, whatever language its errors are in."""
        said = [
            [line.row, line.who, line.state, line.team, line.place, line.changes, [*line.errors]]
            for line in self.lines
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class Refused(Exception):
    """A row is not imported; says which column is wrong, and how."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column, self.why = column, why


def plan(
    rows: Sequence[Given], known: Known, today: datetime.date, *, make_teams: bool = False
) -> Plan:
    """What the rows would change for whom of those she reaches."""
    return _Planner(known, today, make_teams).read(rows)


class _Planner:
    def __init__(self, known: Known, today: datetime.date, make_teams: bool) -> None:
        self.known, self.today, self.make_teams = known, today, make_teams
        self.plan = Plan()
        self.new: dict[str, User] = {}  # by address, or by name
        self.said: dict[tuple[int, str], tuple[str, int]] = {}  # (person, column): value, row
        self.addresses: dict[str, tuple[int, int]] = {}  # address: person, row
        self.seen: dict[tuple[int, int, str, datetime.date | None], int] = {}
        self.counted: set[int] = set()  # new people and altered places that the plan has already
        self.places = {pk: list(places) for pk, places in known.places.items()}

    def read(self, rows: Sequence[Given]) -> Plan:
        for given in rows:
            line = Line(given.row, given.name or given.username or given.email)
            self.plan.lines.append(line)
            if given.errors:
                line.errors = dict(given.errors)
            else:
                try:
                    self._row(given, line)
                except Refused as error:
                    line.errors[error.column] = error.why
            if line.errors:
                line.state = "wrong"
        for team, parent in self._made():
            self.plan.teams.append((team, parent))
        return self.plan

    def _made(self) -> list[tuple[Team, Team]]:
        """New teams, each after the one above it."""
        parents = self.known.teams.parents
        teams = [team for team in self.known.teams.paths.values() if id(team) in parents]
        return [(team, parents[id(team)]) for team in teams]

    def _row(self, given: Given, line: Line) -> None:
        team = self._team(given)
        person = self._person(given, team)
        line.who = str(person)
        is_new = person.pk is None
        if not is_new:
            self._change(person, given, line)
        elif id(person) not in self.counted:
            self.counted.add(id(person))
            self.plan.people.append(person)
            line.state = "new"
        if team is not None:
            self._place(person, team, given, line)
        if line.changes and line.state == "same":
            line.state = "changed"
        if line.state != "same" and not person.is_active:
            raise Refused(WHOLE, _("The account is closed. Open it first, or leave the row out."))

    # Whom a row is about ----------------------------------------------------------------

    def _person(self, given: Given, team: Team | None) -> User:
        me = self.known.me
        if given.username:
            found = self.known.by_username.get(given.username)
            if given.username == me.username:
                raise Refused("username", _myself())
            if found is None:
                raise Refused("username", _("Nobody in your teams has this user name."))
            return found
        if given.email:
            if given.email == me.email:
                raise Refused("email", _myself())
            if found := self.known.by_email.get(given.email):
                return found
            if given.email in self.known.taken:
                raise Refused("email", unusable())
            return self._newcomer(given, team, given.email)
        return self._by_name(given, team)

    def _by_name(self, given: Given, team: Team | None) -> User:
        """Without an address or a user name: one of this name in this very team, or somebody new."""
        if not (given.first_name and given.last_name):
            raise Refused(
                WHOLE, _("Whom is this about? Write a user name, an e-mail address or both names.")
            )
        named = self.known.by_name.get(plain(given.name), [])
        here = [
            person
            for person in named
            if team and any(place.team is team for place in self.known.places.get(person.pk, ()))
        ]
        if len(here) == 1:
            return here[0]
        if named:
            raise Refused(
                "username",
                _("Somebody of this name is in your teams already. Write the user name here."),
            )
        return self._newcomer(given, team, plain(given.name))

    def _newcomer(self, given: Given, team: Team | None, key: str) -> User:
        if found := self.new.get(key):
            for name in ("first_name", "last_name", "language"):
                self._agrees(found, name, getattr(given, name), given.row)
            return found
        for name in ("first_name", "last_name"):
            if not getattr(given, name):
                raise Refused(name, _("Somebody new needs a name."))
        if team is None:
            raise Refused("team", _("Somebody new needs a team."))
        person = self.new[key] = User(
            first_name=given.first_name,
            last_name=given.last_name,
            email=given.email or None,
            language=given.language or User.Language.LATVIAN,
        )
        for name in ("first_name", "last_name", "language"):
            self.said[id(person), name] = getattr(person, name), given.row
        return person

    # What a row changes about her -------------------------------------------------------

    def _agrees(self, person: User, name: str, value: str, row: int) -> None:
        """Refuses a value where another row about the same person has another one."""
        said, before = self.said.setdefault((id(person), name), (value, row))
        if value and said and said != value:
            raise Refused(name, _("Row %(row)s says otherwise.") % {"row": before})

    def _change(self, person: User, given: Given, line: Line) -> None:
        fields = []
        for name in PERSON:
            value = getattr(given, name)
            if not value:
                continue
            self._agrees(person, name, value, given.row)
            before = getattr(person, name) or ""
            if value != before:
                if person.pk not in self.known.may_change:
                    raise Refused(name, _beyond())
                fields.append((name, before, value))
        if not fields:
            return
        for name, before, value in fields:
            if name == "email":
                self._address(person, value, given.row)
                if before:
                    self.plan.emails[person.pk] = before
            line.changes.append([name, before, value])
            setattr(person, name, value)
        kept = self.plan.changed.setdefault(person.pk, (person, []))[1]
        kept += [name for name, _before, _value in fields if name not in kept]

    def _address(self, person: User, email: str, row: int) -> None:
        """Refuses an address that is somebody else's, in the site or in the file."""
        if email in self.known.taken or email == self.known.me.email:
            raise Refused("email", unusable())
        if email in self.known.by_email or email in self.new:
            raise Refused("email", _("Somebody else in your teams has this address."))
        whose, before = self.addresses.setdefault(email, (id(person), row))
        if whose != id(person):
            raise Refused("email", _("Row %(row)s has the same address.") % {"row": before})

    # Her place in a team ----------------------------------------------------------------

    def _team(self, given: Given) -> Team | None:
        if not given.team:
            for name in ("role", "setting", "starts_on", "ends_on"):
                if getattr(given, name):
                    raise Refused("team", _("For which team is this? Write the team too."))
            return None
        try:
            return self.known.teams.find(given.team, may_make=self.make_teams)
        except NotFound as error:
            raise Refused("team", str(error)) from error

    def _place(self, person: User, team: Team, given: Given, line: Line) -> None:
        role = given.role or Role.LEARNER
        line.team, line.role = self.known.teams.written(team), role
        key = id(person), id(team), str(role), given.starts_on
        before = self.seen.setdefault(key, given.row)
        if before != given.row:
            raise Refused(WHOLE, _("This is the same place as in row %(row)s.") % {"row": before})
        own = self.places.setdefault(person.pk or -id(person), [])
        same = [place for place in own if place.team is team and place.role == role]
        place = self._same_place(same, given)
        if place is None:
            self._begin(person, team, role, same, given, line)
        else:
            self._alter(place, given, line)

    def _same_place(self, same: list[Membership], given: Given) -> Membership | None:
        """The place a row is about: the one of that first day; without one, the present or last."""
        if given.starts_on:
            return next((place for place in same if place.starts_on == given.starts_on), None)
        lasting = [p for p in same if p.ends_on is None or p.ends_on >= self.today]
        ended = [p for p in same if given.ends_on and p.ends_on == given.ends_on]
        return next(iter([*lasting, *ended]), None)

    def _begin(
        self,
        person: User,
        team: Team,
        role: str,
        same: list[Membership],
        given: Given,
        line: Line,
    ) -> None:
        first, last = given.starts_on or self.today, given.ends_on
        if last and last < first:
            raise Refused("ends_on", _("The last day is before the first."))
        self._stands_alone(same, first, last)
        place = Membership(
            person=person,
            team=team,
            role=role,
            setting=given.setting or team.setting,
            starts_on=first,
            ends_on=last,
        )
        self.places[person.pk or -id(person)].append(place)
        self.plan.begun.append(place)
        line.place = "begins"
        line.changes.append(["starts_on", "", first.isoformat()])
        if last:
            line.changes.append(["ends_on", "", last.isoformat()])

    def _alter(self, place: Membership, given: Given, line: Line) -> None:
        changes: list[tuple[str, Any, Any]] = []
        if given.setting and given.setting != place.setting:
            changes.append(("setting", place.setting, given.setting))
        if given.ends_on and given.ends_on != place.ends_on:
            if given.ends_on < place.starts_on:
                raise Refused("ends_on", _("The last day is before the first."))
            own = self.places[place.person.pk or -id(place.person)]
            same = [
                each
                for each in own
                if each is not place and each.team is place.team and each.role == place.role
            ]
            self._stands_alone(same, place.starts_on, given.ends_on)
            changes.append(("ends_on", place.ends_on, given.ends_on))
        for name, before, value in changes:
            setattr(place, name, value)
            line.changes.append([name, str(before or ""), str(value)])
            line.place = "changes"
        if changes and place.pk and id(place) not in self.counted:
            self.counted.add(id(place))
            self.plan.altered.append(place)

    def _stands_alone(
        self, same: list[Membership], first: datetime.date, last: datetime.date | None
    ) -> None:
        for each in same:
            begins_before = last is None or each.starts_on <= last
            if begins_before and (each.ends_on is None or each.ends_on >= first):
                raise Refused(
                    "starts_on",
                    _("The person has this role in this team on these days already, from %(day)s.")
                    % {"day": f"{each.starts_on:%d.%m.%Y}"},
                )


def _myself() -> str:
    return _("This is you: your own name, address and places are not changed by a file of yours.")


def _beyond() -> str:
    return _(
        "This person also works outside your teams, or on the site's texts. So name, address and "
        "language are changed by those who run the whole site."
    )

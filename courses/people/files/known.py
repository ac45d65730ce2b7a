"""What an administrator reaches, as a file of people is compared with it: a few statements."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.people.files.columns import Given
from courses.people.models import RUNS, Membership, Team, User
from courses.people.names import plain

MANY = 5_000  # values in one statement


class NotFound(Exception):
    """A cell names no one thing; says why."""


def whom_she_may_place(user: User, today: datetime.date) -> QuerySet[User]:
    """Whom she may give a place in her teams: the people in them, herself excepted."""
    return User.objects.reached_by(user, RUNS, today).exclude(pk=user.pk)


class TeamNames:
    """Teams by path ("Prison / Department"), by name where there is one of that name, by code."""

    def __init__(self, teams: Iterable[Team]) -> None:
        self.paths: dict[str, Team] = {}
        self.parents: dict[int, Team] = {}  # id(new team): the team it comes below
        self._named: dict[str, list[Team]] = defaultdict(list)
        self._written: dict[str, str] = {}  # path in the tree: as people write it
        for team in teams:
            above = self._written.get(team.path[: -team.steplen], "")
            written = f"{above} / {team.name}" if above else team.name
            self._written[team.path] = written
            self.paths[_wanted(written)] = team
            self._named[plain(team.name)].append(team)
            if team.code and plain(team.code) != plain(team.name):
                self._named[plain(team.code)].append(team)

    def written(self, team: Team) -> str:
        """The path of a team as people write it, from the uppermost one that she reaches."""
        return self._written.get(team.path, team.name)

    def find(self, text: str, *, may_make: bool = False) -> Team:
        """The team a cell names; a new one below another, where she may make it."""
        if found := self.paths.get(_wanted(text)):
            return found
        named = self._named.get(plain(text), [])
        if len(named) == 1:
            return named[0]
        if named:
            raise NotFound(_("Several of your teams are called so. Write those above it: A / B."))
        above, _slash, name = text.rpartition("/")
        if not (may_make and name.strip() and above.strip()):
            raise NotFound(_("None of your teams is called so, and none has this code."))
        if len(name.strip()) > 200:
            raise NotFound(_("This name is too long for a team."))
        parent = self.find(above.strip(), may_make=True)
        team = Team(name=name.strip(), kind=Team.Kind.DEPARTMENT, setting=parent.setting)
        self.parents[id(team)] = parent
        self.paths[_wanted(text)] = team
        return team


def _wanted(text: str) -> str:
    return " / ".join(plain(" ".join(part.split())) for part in re.split(r"[/>›]", text))


@dataclass
class Known:
    """The people she may place, those of them she may change, their places in her teams."""

    me: User
    teams: TeamNames
    people: dict[int, User] = field(default_factory=dict)
    may_change: set[int] = field(default_factory=set)
    places: dict[int, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    by_username: dict[str, User] = field(default_factory=dict)
    by_email: dict[str, User] = field(default_factory=dict)
    by_name: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    taken: set[str] = field(default_factory=set)  # addresses of the file that others have


def known_to(user: User, given: Iterable[Given], today: datetime.date) -> Known:
    """What a file is compared with: the same number of statements for few and for many."""
    teams = list(Team.objects.reached_by(user, RUNS, today))
    people = whom_she_may_place(user, today)
    known = Known(user, TeamNames(teams))
    for person in people:
        known.people[person.pk] = person
        known.by_username[person.username] = person
        known.by_name[plain(person.get_full_name())].append(person)
        if person.email:
            known.by_email[person.email] = person
    known.may_change = set(User.objects.run_by(user, today).values_list("pk", flat=True))
    by_pk = {team.pk: team for team in teams}
    places = Membership.objects.filter(person__in=people.values("pk"), team__in=teams)
    for place in places.order_by("starts_on", "pk"):
        place.person, place.team = known.people[place.person_id], by_pk[place.team_id]
        known.places[place.person_id].append(place)
    asked = sorted({each.email for each in given if each.email} - known.by_email.keys())
    for start in range(0, len(asked), MANY):
        found = User.objects.filter(email__in=asked[start : start + MANY])
        known.taken |= set(found.values_list("email", flat=True))
    return known

"""What changed in a team lately: finished, level up, expired, joined, left."""

import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from courses.outline import Outline
from courses.people.models import Membership, Role, Team, User
from courses.profile import LEVEL_NAMES
from courses.progress.models import Standing

Day = datetime.date
WEEK = datetime.timedelta(days=7)
LISTED = 12

FINISHED, RISEN, EXPIRED, JOINED, LEFT = "finished", "risen", "expired", "joined", "left"
ICONS = {
    FINISHED: "check-circle",
    RISEN: "chart",
    EXPIRED: "hourglass",
    JOINED: "person",
    LEFT: "arrow-right",
}


class Change(NamedTuple):
    """One thing that happened: to whom, when, and in words."""

    day: Day
    kind: str
    person: int
    name: str
    text: str

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def is_here(self) -> bool:
        """Whether she is still among the people of the team."""
        return self.kind != LEFT


def changes(team: Team, viewer: User, known: Outline, today: Day) -> list[Change]:
    """The latest of the last seven days in a team and those below it; two statements.

    One more than is shown, where there are more.
    """
    found = [*_moved(team, viewer, known, today), *_came_and_went(team, viewer, today)]
    return sorted(found, key=lambda change: (change.day, change.name), reverse=True)[: LISTED + 1]


def _moved(team: Team, viewer: User, known: Outline, today: Day) -> list[Change]:
    here = Membership.objects.on(today).filter(role=Role.LEARNER, team__path__startswith=team.path)
    rows = (
        Standing.objects.filter(
            Q(kind=Standing.Kind.REQUIREMENT, state__in=["met", "expired"])
            | Q(kind=Standing.Kind.COMPETENCE, state__gt=F("moved_from"), state__gte="1"),
            moved_on__gt=today - WEEK,
            moved_on__lte=today,
            subject__person__in=here.order_by().values("person"),
            subject__person__is_active=True,
        )
        .exclude(subject__person=viewer)
        .order_by("-moved_on", "pk")
        .values_list(
            "moved_on",
            "kind",
            "key",
            "state",
            "subject__person",
            "subject__person__first_name",
            "subject__person__last_name",
            "subject__person__username",
        )[: LISTED * 2]
    )
    found = []
    for day, kind, key, state, pk, *name in rows:
        said = _words(kind, key, state, known)
        if said and day:
            found.append(Change(day, said[0], pk, _name(name), said[1]))
    return found


def _words(kind: str, key: UUID, state: str, known: Outline) -> tuple[str, str] | None:
    if kind == Standing.Kind.COMPETENCE:
        ability = known.abilities.get(key)
        if ability is None:
            return None
        level = int(state)
        text = _("“%(title)s” is now at level %(level)d, %(name)s")
        return RISEN, text % {
            "title": ability.title,
            "level": level,
            "name": LEVEL_NAMES[level],
        }
    title = known.title(key)
    if not title:
        return None
    if state == Standing.State.EXPIRED:
        return EXPIRED, _("“%(title)s” expired") % {"title": title}
    return FINISHED, _("finished “%(title)s”") % {"title": title}


def _came_and_went(team: Team, viewer: User, today: Day) -> list[Change]:
    day = datetime.timedelta(days=1)
    rows = (
        Membership.objects.filter(
            Q(starts_on__gt=today - WEEK, starts_on__lte=today)
            | Q(ends_on__gt=today - WEEK - day, ends_on__lte=today - day),
            role=Role.LEARNER,
            team__path__startswith=team.path,
            person__is_active=True,
        )
        .exclude(person=viewer)
        .order_by("-starts_on", "pk")
        .values_list(
            "starts_on",
            "ends_on",
            "team__name",
            "person",
            "person__first_name",
            "person__last_name",
            "person__username",
        )[: LISTED * 2]
    )
    found = []
    for starts_on, ends_on, place, pk, *name in rows:
        if ends_on and ends_on < today:
            text = _("left %(team)s") % {"team": place}
            found.append(Change(ends_on + day, LEFT, pk, _name(name), text))
        elif starts_on > today - WEEK:
            text = _("joined %(team)s") % {"team": place}
            found.append(Change(starts_on, JOINED, pk, _name(name), text))
    return found


def _name(parts: list[str]) -> str:
    first, last, username = parts
    return f"{first} {last}".strip() or username

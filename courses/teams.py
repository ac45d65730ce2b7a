"""Teams as numbers and lists: whom a lead sees of them, in as many statements for all sizes."""

import datetime
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Subquery, Value, When

from courses import needs
from courses.models import Glance, GlanceQuerySet
from courses.need_words import Said
from courses.people.models import Membership, Role, Team, User

Day = datetime.date


class Counts(NamedTuple):
    """How many people a team and those below it have, and how many of them are how."""

    people: int = 0
    help: int = 0
    overdue: int = 0
    unbegun: int = 0
    finished: int = 0


# People are counted once in each team, wherever below it they have places and however many.
COUNTS = """
SELECT places.node, COUNT(*),
    SUM(CASE WHEN glance.help_from <= %(today)s THEN 1 ELSE 0 END),
    SUM(CASE WHEN glance.overdue_from <= %(today)s THEN 1 ELSE 0 END),
    SUM(CASE WHEN glance.unbegun > 0 THEN 1 ELSE 0 END),
    SUM(CASE WHEN glance.asked > 0 AND glance.finished = glance.asked THEN 1 ELSE 0 END)
FROM (
    SELECT DISTINCT node.id AS node, place.person_id AS person
    FROM people_team node
    JOIN people_team below ON below.path LIKE node.path || '%%'
    JOIN people_membership place ON place.team_id = below.id
    WHERE node.id IN ({nodes}) AND place.role = 'learner' AND place.person_id <> %(viewer)s
        AND place.starts_on <= %(today)s
        AND (place.ends_on IS NULL OR place.ends_on >= %(today)s)
) AS places
JOIN courses_glance glance ON glance.person_id = places.person AND glance.is_active
GROUP BY places.node
"""


def counts(teams: Iterable[Team], viewer: User, today: Day) -> dict[int, Counts]:
    """The figures of each of these teams with all below it, the viewer left out; one statement."""
    pks = [team.pk for team in teams]
    if not pks:
        return {}
    values = {f"node{number}": pk for number, pk in enumerate(pks)}
    nodes = ", ".join(f"%({name})s" for name in values)
    day = today if connection.vendor == "postgresql" else today.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(nodes=nodes), values | {"today": day, "viewer": viewer.pk})
        found = {row[0]: Counts(*row[1:]) for row in cursor.fetchall()}
    return {pk: found.get(pk, Counts()) for pk in pks}


def in_reach(user: User, pk: int, today: Day) -> list[Team]:
    """A team that a person leads, after those above it that she leads too; nothing where she
    does not lead it. One statement."""
    wanted = Team.objects.filter(pk=pk).order_by().values("path")
    rows = Team.objects.led_by(user, today).alias(wanted=Subquery(wanted))
    found = list(rows.filter(wanted__startswith=F("path")))
    return found if found and found[-1].pk == pk else []


def tops(user: User, today: Day) -> list[Team]:
    """The teams a person leads that lie below no other of hers; one statement."""
    leading = Membership.objects.on(today).filter(person=user, role=Role.LEAD)
    found: list[Team] = []
    for team in Team.objects.filter(pk__in=leading.order_by().values("team")):
        if not any(team.path.startswith(above.path) for above in found):
            found.append(team)
    return found


def people(team: Team, viewer: User, today: Day, *, setting: str = "") -> GlanceQuerySet:
    """The learners of a team and those below it whom its lead sees: all but herself."""
    return Glance.objects.in_team(team, today, setting=setting).exclude(person=viewer)


def worst_first(rows: GlanceQuerySet, today: Day) -> GlanceQuerySet:
    """In the order in which to help: by the worst need, and of these the longest waiting first."""
    cases = [
        When(Q(**{f"{kind}_from__lte": today}), then=Value(place))
        for place, kind in enumerate(needs.KINDS)
    ]
    worst = Case(*cases, default=Value(len(cases)), output_field=IntegerField())
    return rows.annotate(worst=worst).order_by("worst", "help_from", "name_key", "person")


def needing_help(teams: Sequence[Team], viewer: User, today: Day) -> GlanceQuerySet:
    """Who needs help in any of these teams, whoever needs it most first."""
    below = reduce(or_, (Q(team__path__startswith=team.path) for team in teams))
    places = Membership.objects.on(today).filter(below, role=Role.LEARNER)
    rows = Glance.objects.filter(person__in=places.order_by().values("person"), is_active=True)
    return worst_first(rows.exclude(person=viewer).needing_help(today), today)


class Line:
    """One person of a list, and why she needs help."""

    def __init__(self, glance: Glance, today: Day) -> None:
        person = glance.person
        self.pk = person.pk
        self.name = str(person)
        self.first_name = person.first_name
        self.needs = needs.on(glance.all_needs, today)
        self.said: list[Said] = []  # the needs in words
        self.acted_on = glance.acted_on
        self.has_come = person.last_login is not None
        self.team = ""
        self.setting = ""


def lines(rows: Sequence[Glance], team: Team, today: Day) -> list[Line]:
    """These people with the place that each has in this tree; one statement."""
    found = [Line(glance, today) for glance in rows]
    places = Membership.objects.on(today).filter(
        person__in=[line.pk for line in found],
        role=Role.LEARNER,
        team__path__startswith=team.path,
    )
    placed = {
        person: (name, setting)
        for person, name, setting in places.order_by("-starts_on", "-pk").values_list(
            "person", "team__name", "setting"
        )
    }
    for line in found:
        line.team, line.setting = placed.get(line.pk, ("", ""))
    return found


def with_names(rows: QuerySet[Glance]) -> QuerySet[Glance]:
    """Glances with of each person only what a list shows."""
    return rows.select_related("person").only(
        "needs",
        "acted_on",
        "person__first_name",
        "person__last_name",
        "person__username",
        "person__last_login",
    )

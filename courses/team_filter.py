"""Which people of a team a list is asked for, and in which order: what stands in the address."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from courses import needs
from courses.maps import STATES
from courses.models import GlanceQuerySet
from courses.need_words import NAMES
from courses.people.models import Setting, Team, User
from courses.people.names import plain
from courses.teams import people

LONGEST_NAME = 80


@dataclass(frozen=True)
class PeopleFilter:
    """What was asked for; what made no sense is left out."""

    team: Team  # the one that is looked at
    below: Sequence[Team] = ()  # its departments
    columns: Mapping[str, str] | None = None  # titles of modules or competences by name
    department: Team | None = None
    setting: str = ""
    name: str = ""
    need: str = ""  # a kind of need, or "any"
    state: str = ""  # of a module
    column: str = ""  # the one module or competence
    sort: str = "name"

    @classmethod
    def read(
        cls,
        sent: Mapping[str, str],
        team: Team,
        below: Sequence[Team],
        columns: Mapping[str, str] | None = None,
    ) -> "PeopleFilter":
        """From the query of an address."""

        def one_of(name: str, allowed: Sequence[str]) -> str:
            value = sent.get(name, "")
            return value if value in allowed else ""

        known = list(columns or {})
        sort = sent.get("sort", "name")
        return cls(
            team,
            below,
            columns,
            department=next((each for each in below if str(each.pk) == sent.get("team")), None),
            setting=one_of("setting", Setting.values),
            name=sent.get("name", "").replace("\0", "").strip()[:LONGEST_NAME],
            need=one_of("need", ["any", *needs.KINDS]),
            state=one_of("state", STATES),
            column=one_of("column", known),
            sort=sort if sort.removeprefix("-") in {"name", "help", *known} else "name",
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(
            self.department or self.setting or self.name or self.need or self.state or self.column
        )

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [("any", gettext("For any reason")), *((k, str(w)) for k, w in NAMES.items())]

    @property
    def settings(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Setting.choices]

    def people(self, viewer: User, today: datetime.date) -> GlanceQuerySet:
        """Those whom it names, in no order yet; states of modules apart."""
        rows = people(self.department or self.team, viewer, today, setting=self.setting)
        for word in plain(self.name).split():
            rows = rows.filter(plain_name__contains=word)
        if self.need == "any":
            return rows.needing_help(today)
        return rows.filter(**{f"{self.need}_from__lte": today}) if self.need else rows

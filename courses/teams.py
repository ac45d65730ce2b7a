"""A team as people by modules, read from `Standing`: four queries however many people."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from courses.models import Enrolment
from courses.outline import Module, Outline
from courses.people.models import Membership, Role, Setting, Team
from courses.people.names import by_name
from courses.progress.models import Standing
from courses.roads import shown_state

STATES = ("overdue", "due", "none", "started", "expired", "met")


@dataclass(frozen=True)
class Cell:
    """One person on one module: the state as shown, and the day that matters for it."""

    state: str = ""  # empty: neither assigned nor begun
    is_started: bool = False
    is_assigned: bool = False
    day: datetime.date | None = None  # due, or done on
    done: int = 0  # required parts done, of `total`
    total: int = 0

    @property
    def rank(self) -> int:
        return STATES.index(self.state) if self.state in STATES else len(STATES)


@dataclass
class Line:
    """One person of a team; `cells` in the order of the grid's modules."""

    pk: int
    first_name: str
    last_name: str
    username: str
    teams: dict[str, str] = field(default_factory=dict)  # path: name
    setting: str = ""
    cells: list[Cell] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.username

    @property
    def setting_word(self) -> str:
        return str(Setting(self.setting).label) if self.setting else ""

    @property
    def overdue(self) -> int:
        return sum(1 for cell in self.cells if cell.state == "overdue")

    @property
    def not_started(self) -> int:
        return sum(1 for cell in self.cells if cell.is_assigned and not cell.is_started)

    def within(self, path: str) -> bool:
        return any(own.startswith(path) for own in self.teams)


@dataclass(frozen=True)
class Grid:
    modules: list[Module]
    lines: list[Line]
    archived: tuple[str, ...] = ()  # titles of modules that were asked for here, and are no longer

    def of(self, path: str) -> "Grid":
        """The part of the grid about a team and the teams below it."""
        return replace(self, lines=[line for line in self.lines if line.within(path)])

    @property
    def not_started(self) -> int:
        """How many people have something assigned that they have not begun."""
        return sum(1 for line in self.lines if line.not_started)

    @property
    def overdue(self) -> int:
        """How many people are past a due day."""
        return sum(1 for line in self.lines if line.overdue)

    @property
    def finished(self) -> int:
        """How many people have finished all that was assigned to them."""
        return sum(1 for line in self.lines if _is_finished(line))

    def filtered(self, state: str = "", module: UUID | None = None) -> "Grid":
        """People with a cell in this state, and only this module's column if one is named."""
        columns = [n for n, each in enumerate(self.modules) if module in (None, each.key)]
        kept = [
            line
            for line in self.lines
            if not state or any(_is_in(line.cells[n], state) for n in columns)
        ]
        return replace(self, lines=kept)

    def sorted_by(self, key: str) -> "Grid":
        """Sorted by "name", "overdue" or a module's name; a leading "-" turns it round."""
        lines = sorted(self.lines, key=by_name)
        names = {module.name: n for n, module in enumerate(self.modules)}
        wanted = key.removeprefix("-")
        if wanted == "overdue":
            lines.sort(key=lambda line: (line.overdue, line.not_started))
        elif wanted in names:
            lines.sort(key=lambda line: line.cells[names[wanted]].rank)
        if key.startswith("-"):
            lines.reverse()
        return replace(self, lines=lines)


@dataclass(frozen=True)
class Concern:
    """A person whom a lead may want to help first, with what is hardest for her now."""

    line: Line
    module: Module
    cell: Cell


URGENT = ("overdue", "due", "expired")


def concerns(whole: Grid) -> list[Concern]:
    """Everybody with something overdue, due within a week or expired; the longest late first."""
    found = []
    for line in whole.lines:
        pressing = [
            Concern(line, module, cell)
            for module, cell in zip(whole.modules, line.cells, strict=True)
            if cell.state in URGENT
        ]
        if pressing:
            found.append(min(pressing, key=_pressure))
    return sorted(found, key=lambda each: (*_pressure(each), by_name(each.line)))


def _pressure(concern: Concern) -> tuple[int, datetime.date]:
    return URGENT.index(concern.cell.state), concern.cell.day or datetime.date.max


def tops(teams: Sequence[Team]) -> list[Team]:
    """Without teams that stand below another one of them."""
    return [
        team
        for team in teams
        if not any(team.path != o.path and team.path.startswith(o.path) for o in teams)
    ]


def _is_in(cell: Cell, state: str) -> bool:
    if state == "none":
        return cell.is_assigned and not cell.is_started
    return cell.state == state


def _is_finished(line: Line) -> bool:
    asked = [cell for cell in line.cells if cell.is_assigned]
    return bool(asked) and all(cell.state == "met" for cell in asked)


def grid(teams: Sequence[Team], known: Outline, today: datetime.date) -> Grid:
    """The learners of these teams and of those below them, by modules."""
    if not teams:
        return Grid([], [])
    below = reduce(or_, (Q(team__path__startswith=team.path) for team in teams))
    members = Membership.objects.on(today).filter(below, role=Role.LEARNER, person__is_active=True)
    lines: dict[int, Line] = {}
    for pk, first, last, username, setting, path, team in members.values_list(
        "person_id",
        "person__first_name",
        "person__last_name",
        "person__username",
        "setting",
        "team__path",
        "team__name",
    ):
        line = lines.setdefault(pk, Line(pk, first, last, username, setting=setting))
        line.teams[path] = team

    people = members.order_by().values("person")
    states, since, parts = _states(people, today)
    due, assigned = _enrolments(people)
    modules = [
        module
        for key, module in known.modules.items()
        if module.is_open and (key in assigned or key in states)
    ]
    for pk, line in lines.items():
        for module in modules:
            state = states[module.key].get(pk, "none")
            is_assigned = pk in assigned[module.key]
            if not is_assigned and state == "none":
                line.cells.append(Cell())
                continue
            due_on = due.get((module.key, pk))
            shown = shown_state(state, due_on, today)
            day = since.get((module.key, pk)) if state == "met" else due_on
            done, total = parts.get((module.key, pk), (0, 0))
            line.cells.append(Cell(shown, state != "none", is_assigned, day, done, total))
    archived = tuple(
        module.title
        for key, module in known.modules.items()
        if module.archived and (key in assigned or key in states)
    )
    return Grid(modules, list(lines.values()), archived)


def _states(
    people: QuerySet[Any], today: datetime.date
) -> tuple[
    dict[UUID, dict[int, str]],
    dict[tuple[UUID, int], datetime.date],
    dict[tuple[UUID, int], tuple[int, int]],
]:
    states: dict[UUID, dict[int, str]] = defaultdict(dict)
    since: dict[tuple[UUID, int], datetime.date] = {}
    parts: dict[tuple[UUID, int], tuple[int, int]] = {}
    rows = Standing.objects.filter(
        subject__person__in=people, kind=Standing.Kind.REQUIREMENT
    ).values_list(
        "key", "subject__person_id", "state", "changes_on", "next_state", "since", "done", "total"
    )
    for key, person, state, changes_on, next_state, day, done, total in rows:
        now = next_state if changes_on and changes_on <= today else state
        if now != Standing.State.NONE:
            states[key][person] = now
        if day:
            since[key, person] = day
        parts[key, person] = done, total
    return states, since, parts


def _enrolments(
    people: QuerySet[Any],
) -> tuple[dict[tuple[UUID, int], datetime.date], dict[UUID, set[int]]]:
    due: dict[tuple[UUID, int], datetime.date] = {}
    assigned: dict[UUID, set[int]] = defaultdict(set)
    rows = (
        Enrolment.objects.filter(subject__person__in=people, ended_at=None)
        .order_by("cycle")
        .values_list("target_key", "subject__person_id", "due_on")
    )
    for key, person, day in rows:
        assigned[key].add(person)
        if day:
            due[key, person] = day
    return due, assigned

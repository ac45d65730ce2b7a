"""People by modules and people by competences: what stands in each cell, and lists sorted by it."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from courses.models import Enrolment, GlanceQuerySet, Target
from courses.outline import Ability, Module, Outline
from courses.progress.models import Standing
from courses.roads import SOON, shown_state

Day = datetime.date
STATES = ("overdue", "due", "none", "started", "expired", "met")
LEVELS = ("0", "1", "2", "3", "4")
MOST_COLUMNS = 12  # wider, nobody reads a table


@dataclass(frozen=True)
class Cell:
    """One person on one module: the state as shown, and the day that matters for it.

    On a competence the state is the level; `is_missed` says that a critical answer waits there.
    """

    state: str = ""  # empty: neither assigned nor begun; nothing was shown
    day: Day | None = None  # due, or done on
    done: int = 0  # required parts done, of `total`
    total: int = 0
    is_missed: bool = False


NOTHING = Cell()


def module_cells(
    people: Collection[int], known: Outline, today: Day
) -> tuple[list[Module], dict[tuple[int, UUID], Cell], list[str]]:
    """The modules that these people have or began, in order, and a cell for each of each.

    Last the titles of those that are archived. Two statements.
    """
    due = {
        (person, key): day
        for person, key, day in Enrolment.objects.filter(subject__person__in=people, ended_at=None)
        .exclude(target_kind=Target.PATH)
        .order_by("cycle")
        .values_list("subject__person", "target_key", "due_on")
    }
    rows = Standing.objects.filter(
        subject__person__in=people, kind=Standing.Kind.REQUIREMENT
    ).values_list(
        "subject__person", "key", "state", "changes_on", "next_state", "since", "done", "total"
    )
    cells: dict[tuple[int, UUID], Cell] = {}
    for person, key, state, changes_on, next_state, since, done, total in rows:
        now = next_state if changes_on and changes_on <= today else state
        if now == Standing.State.NONE and (person, key) not in due:
            continue
        due_on = due.get((person, key))
        day = since if now == Standing.State.MET else due_on
        cells[person, key] = Cell(shown_state(now, due_on, today), day, done, total)
    for (person, key), due_on in due.items():
        if (person, key) not in cells:
            cells[person, key] = Cell(shown_state(Standing.State.NONE, due_on, today), due_on)
    keys = {key for _person, key in cells}
    modules = [module for key, module in known.modules.items() if key in keys]
    archived = [module.title for module in modules if module.archived]
    return [module for module in modules if module.is_open], cells, archived


def level_cells(
    people: Collection[int], known: Outline, today: Day
) -> tuple[list[Ability], dict[tuple[int, UUID], Cell]]:
    """The competences in which these people have shown something, and their levels; one statement."""
    rows = Standing.objects.filter(
        subject__person__in=people, kind=Standing.Kind.COMPETENCE
    ).values_list(
        "subject__person",
        "key",
        "state",
        "changes_on",
        "next_state",
        "since",
        "done",
        "total",
        "missed_on",
    )
    cells = {
        (person, key): Cell(
            next_state if changes_on and changes_on <= today else state,
            since,
            done,
            total,
            is_missed=missed_on is not None,
        )
        for person, key, state, changes_on, next_state, since, done, total, missed_on in rows
    }
    keys = {key for _person, key in cells}
    return [ability for key, ability in known.abilities.items() if key in keys], cells


# What the database sorts and filters by, as the cells say it --------------------------------


def _state(today: Day, **place: Any) -> Subquery:
    """The state of a standing on a day, of the row that `place` names."""
    rows = Standing.objects.filter(**place).annotate(
        now=Case(
            When(changes_on__lte=today, then=F("next_state")),
            default=F("state"),
            output_field=CharField(),
        )
    )
    return Subquery(rows.values("now")[:1])


def _rank(today: Day) -> Case:
    """The place of a cell's state among `STATES`; `now` and `due` are annotated before."""
    met, expired = Standing.State.MET, Standing.State.EXPIRED
    order = {state: Value(place) for place, state in enumerate(STATES)}
    return Case(
        When(now=met, then=order["met"]),
        When(now=expired, then=order["expired"]),
        When(due__lt=today, then=order["overdue"]),
        When(due__lte=today + SOON, then=order["due"]),
        When(now=Standing.State.STARTED, then=order["started"]),
        When(is_placed=True, then=order["none"]),
        default=Value(len(STATES)),
        output_field=IntegerField(),
    )


def by_module(rows: GlanceQuerySet, key: UUID, today: Day) -> GlanceQuerySet:
    """Each person with the `rank` of her cell in a module."""
    places = Enrolment.objects.filter(
        subject__person=OuterRef("pk"), target_key=key, ended_at=None
    ).order_by("-cycle")
    return rows.annotate(
        now=_state(today, subject__person=OuterRef("pk"), kind=Standing.Kind.REQUIREMENT, key=key),
        due=Subquery(places.values("due_on")[:1], output_field=DateField()),
        is_placed=Exists(places),
    ).annotate(rank=_rank(today))


def by_level(rows: GlanceQuerySet, key: UUID, today: Day) -> GlanceQuerySet:
    """Each person with the `rank` of her level in a competence; where nothing was shown, -1."""
    now = _state(today, subject__person=OuterRef("pk"), kind=Standing.Kind.COMPETENCE, key=key)
    return rows.annotate(
        now=Coalesce(now, Value("")),
    ).annotate(
        rank=Case(
            *(When(now=level, then=Value(int(level))) for level in LEVELS),
            default=Value(-1),
            output_field=IntegerField(),
        )
    )


def in_state(
    rows: GlanceQuerySet, state: str, modules: Sequence[UUID], today: Day
) -> GlanceQuerySet:
    """People with a cell in this state in one of these modules."""
    if len(modules) == 1:
        ranked = by_module(rows, modules[0], today)
        if state == "none":  # also where its day is near or past
            none = Q(now__isnull=True) | Q(now=Standing.State.NONE)
            return ranked.filter(none, Q(("is_placed", True)))
        return ranked.filter(Q(("rank", STATES.index(state))))
    if state == "overdue":
        return rows.filter(overdue_from__lte=today)
    if state == "none":
        return rows.filter(unbegun__gt=0)
    placed = Enrolment.objects.filter(
        subject__person=OuterRef("pk"), target_key__in=modules, ended_at=None
    ).annotate(
        now=_state(
            today,
            subject=OuterRef("subject"),
            kind=Standing.Kind.REQUIREMENT,
            key=OuterRef("target_key"),
        ),
        due=F("due_on"),
        is_placed=Value(True),
    )
    placed = placed.annotate(rank=_rank(today)).filter(rank=STATES.index(state))
    if state == "due":
        return rows.filter(Exists(placed))
    # Also what she took up herself, without a place on it.
    own = (
        Standing.objects.in_state(state, today)
        .filter(subject__person=OuterRef("pk"), kind=Standing.Kind.REQUIREMENT, key__in=modules)
        .exclude(
            Exists(
                Enrolment.objects.filter(
                    subject=OuterRef("subject"), target_key=OuterRef("key"), ended_at=None
                )
            )
        )
    )
    return rows.filter(Q(Exists(placed)) | Q(Exists(own)))

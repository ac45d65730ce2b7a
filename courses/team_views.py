"""What a lead sees of her teams: her week with each, who needs help, people in two maps."""

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.cache import generation
from courses import glances, maps, need_words
from courses.changes import LISTED, Change, changes
from courses.models import Glance, GlanceQuerySet
from courses.outline import Outline, outline
from courses.people.models import Team, User
from courses.people.requests import UserRequest
from courses.profile import LEVEL_NAMES
from courses.reading import crumbs
from courses.team_filter import PeopleFilter
from courses.teams import (
    Counts,
    Line,
    counts,
    in_reach,
    lines,
    people,
    tops,
    with_names,
    worst_first,
)
from courses.waiting import waiting_for

PEOPLE_PER_PAGE = 25
TEAMS_PER_PAGE = 25
FIRST_FEW = 8  # whom the week's page names as needing help

TABS = (
    ("courses:team_detail", gettext_lazy("This week")),
    ("courses:team_help", gettext_lazy("Needs help")),
    ("courses:team_modules", gettext_lazy("Modules")),
    ("courses:team_competences", gettext_lazy("Competences")),
)


def teams_of(user: User, today: datetime.date) -> list[Team]:
    """The teams a person leads, in tree order; a 404 for who leads none."""
    teams = list(Team.objects.led_by(user, today))
    if not teams:
        raise Http404
    return teams


@login_required
@require_safe
def team(request: UserRequest) -> HttpResponse:
    """The teams she leads with how they are doing; the one team, where it is the only one."""
    today = timezone.localdate()
    teams = tops(request.user, today)
    if not teams:
        raise Http404
    if len(teams) == 1:
        return redirect("courses:team_detail", teams[0].pk)
    glances.fresh()
    found = counts(teams, request.user, today)
    context = {"rows": [(each, found[each.pk]) for each in teams]}
    return render(request, "courses/teams.html", context)


def _opened(request: UserRequest, pk: int, here: str) -> tuple[Team, dict[str, Any]]:
    """A team that she leads, with what stands around each of its pages."""
    today = timezone.localdate()
    above = in_reach(request.user, pk, today)
    if not above:
        raise Http404
    *higher, found = above
    glances.fresh()
    trail = [(each.name, reverse("courses:team_detail", args=[each.pk])) for each in higher]
    return found, {
        "team": found,
        "today": today,
        "crumbs": crumbs((_("Teams"), reverse("courses:team")), *trail, (found.name, "")),
        "tabs": [
            {"url": reverse(name, args=[pk]), "label": label, "current": name == here}
            for name, label in TABS
        ],
    }


@login_required
@require_safe
def team_detail(request: UserRequest, pk: int) -> HttpResponse:
    """A lead's week: what waits for her, who needs help, what changed, and the teams below."""
    found, context = _opened(request, pk, "courses:team_detail")
    today, known = context["today"], outline()
    below = list(Team.objects.filter(path__startswith=found.path, depth=found.depth + 1))
    page = Paginator(below, TEAMS_PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    viewer, nodes = request.user, [found, *shown]
    key = (viewer.pk, today, get_language(), generation(), [team.path for team in nodes])

    def week() -> tuple[dict[int, Counts], list[Line], list[Change]]:
        needing = worst_first(people(found, viewer, today).needing_help(today), today)
        return (
            counts(nodes, viewer, today),
            _lines(needing[:FIRST_FEW], found, known, today),
            changes(found, viewer, known, today),
        )

    figures, few, moved = glances.remembered(("week", *key), week)
    context |= {
        "counts": figures[found.pk],
        "waiting": waiting_for(request.user, today),
        "few": few,
        "more": max(0, figures[found.pk].help - len(few)),
        "changes": moved[:LISTED],
        "has_more_changes": len(moved) > LISTED,
        "below": [(each, figures[each.pk]) for each in shown],
        "page_obj": page,
    }
    return render(request, "courses/team/week.html", context)


@login_required
@require_safe
def team_help(request: UserRequest, pk: int) -> HttpResponse:
    """Everybody of a team who needs help now, and why."""
    found, context = _opened(request, pk, "courses:team_help")
    today, known = context["today"], outline()
    asked = _asked(request, found)
    rows = asked.people(request.user, today).needing_help(today)
    page = Paginator(worst_first(rows, today), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    context |= _listed(request, page, asked) | {
        "lines": _lines(page.object_list, found, known, today),
    }
    return render(request, "courses/team/help.html", context)


@login_required
@require_safe
def team_modules(request: UserRequest, pk: int) -> HttpResponse:
    """People by modules: who has not started, who is overdue, who is done."""
    found, context = _opened(request, pk, "courses:team_modules")
    today, known = context["today"], outline()
    open_modules = {module.name: module for module in known.open_modules}
    asked = _asked(request, found, columns={name: m.title for name, m in open_modules.items()})
    rows = asked.people(request.user, today)
    module = open_modules.get(asked.column)
    if asked.state:
        keys = [module.key] if module else [each.key for each in open_modules.values()]
        rows = maps.in_state(rows, asked.state, keys, today)
    rows = _sorted(rows, asked, open_modules, maps.by_module, today)
    page = Paginator(rows, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    found_lines = _lines(page.object_list, found, known, today)
    columns, cells, archived = maps.module_cells([e.pk for e in found_lines], known, today)
    context |= _listed(request, page, asked) | _columns(request, columns, asked)
    context |= {"archived": archived, "states": maps.STATES}
    context["rows"] = [
        (line, [cells.get((line.pk, each.key), maps.NOTHING) for each in context["columns"]])
        for line in found_lines
    ]
    return render(request, "courses/team/modules.html", context)


@login_required
@require_safe
def team_competences(request: UserRequest, pk: int) -> HttpResponse:
    """People by competences: at which level each is."""
    found, context = _opened(request, pk, "courses:team_competences")
    today, known = context["today"], outline()
    abilities = {ability.name: ability for ability in known.abilities.values()}
    asked = _asked(request, found, columns={name: a.title for name, a in abilities.items()})
    rows = asked.people(request.user, today)
    rows = _sorted(rows, asked, abilities, maps.by_level, today)
    page = Paginator(rows, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    found_lines = _lines(page.object_list, found, known, today)
    columns, cells = maps.level_cells([line.pk for line in found_lines], known, today)
    context |= _listed(request, page, asked) | _columns(request, columns, asked)
    context["level_names"] = list(enumerate(LEVEL_NAMES))
    context["rows"] = [
        (line, [cells.get((line.pk, each.key), maps.NOTHING) for each in context["columns"]])
        for line in found_lines
    ]
    return render(request, "courses/team/competences.html", context)


# What the lists have in common ----------------------------------------------------------


def _lines(rows: Any, team: Team, known: Outline, today: datetime.date) -> list[Line]:
    found = lines(list(with_names(rows)), team, today)
    for line in found:
        line.said = need_words.say(line.needs, known)
    return found


def _asked(request: UserRequest, team: Team, columns: dict[str, str] | None = None) -> PeopleFilter:
    """The filter and the order in the address; what makes no sense is left out."""
    below = Team.objects.filter(path__startswith=team.path, depth=team.depth + 1)
    return PeopleFilter.read(request.GET, team, list(below), columns)


def _sorted(
    rows: GlanceQuerySet,
    asked: PeopleFilter,
    columns: Any,
    ranked: Any,
    today: datetime.date,
) -> GlanceQuerySet:
    back = "-" if asked.sort.startswith("-") else ""
    wanted = asked.sort.removeprefix("-")
    if wanted == "help":
        return worst_first(rows, today)
    if wanted in columns:
        rows = ranked(rows, columns[wanted].key, today)
        return rows.order_by(f"{back}rank", "name_key", "person")
    return rows.order_by(f"{back}name_key", f"{back}person")


def _listed(request: UserRequest, page: Page[Glance], asked: PeopleFilter) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    return {"page_obj": page, "query": query.urlencode(), "asked": asked}


def _columns(request: UserRequest, columns: list[Any], asked: PeopleFilter) -> dict[str, Any]:
    """As many columns as one can read, from the one that is asked for; and ways to the others."""
    names = [each.name for each in columns]
    if asked.column in names:
        columns = [each for each in columns if each.name == asked.column]
    page = Paginator(columns, maps.MOST_COLUMNS).get_page(request.GET.get("columns"))
    query = request.GET.copy()
    query.pop("columns", None)

    def head(key: str, label: str) -> dict[str, str]:
        sent = request.GET.copy()
        sent.pop("page", None)
        sent["sort"] = f"-{key}" if asked.sort == key else key
        direction = {key: "ascending", f"-{key}": "descending"}.get(asked.sort, "")
        return {"label": label, "href": f"?{sent.urlencode()}", "direction": direction}

    return {
        "columns": list(page.object_list),
        "column_page": page,
        "column_query": query.urlencode(),
        "heads": {
            "name": head("name", _("Person")),
            "help": head("help", _("Needs help")),
            "columns": [head(each.name, each.title) for each in page.object_list],
        },
    }

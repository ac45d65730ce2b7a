"""What a lead sees of her teams: how each is doing, and people by modules."""

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.outline import outline
from courses.people.models import Team, User
from courses.people.requests import UserRequest
from courses.reading import crumbs
from courses.teams import STATES, Grid, grid, tops

PEOPLE_PER_PAGE = 50


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
    teams = teams_of(request.user, today)
    if len(teams) == 1:
        return redirect("courses:team_detail", teams[0].pk)
    whole = grid(tops(teams), outline(), today)
    depth = min(team.depth for team in teams)
    rows = [(each, each.depth - depth, whole.of(each.path)) for each in teams]
    return render(request, "courses/teams.html", {"rows": rows, "whole": whole})


@login_required
@require_safe
def team_detail(request: UserRequest, pk: int) -> HttpResponse:
    """People by modules: who has not started, who is overdue, who is done."""
    today = timezone.localdate()
    teams = teams_of(request.user, today)
    found = next((each for each in teams if each.pk == pk), None)
    if found is None:
        raise Http404
    known = outline()
    below = [t for t in teams if t.path.startswith(found.path) and t.pk != found.pk]
    whole = grid([found], known, today)
    asked = _asked(request, whole, below)
    chosen = whole.of(asked["team"].path) if asked["team"] else whole
    shown = chosen.filtered(asked["state"], asked["module"]).sorted_by(asked["sort"])
    page = Paginator(shown.lines, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "team": found,
        "crumbs": crumbs((_("Teams"), reverse("courses:team")), (found.name, ""))
        if len(teams) > 1
        else [],
        "whole": whole,
        "modules": whole.modules,
        "page_obj": page,
        "query": query.urlencode(),
        "below": below,
        "states": STATES,
        "asked": asked,
        "is_filtered": bool(asked["state"] or asked["module"] or asked["team"]),
        "heads": _heads(request, whole, asked["sort"]),
        "others": len(teams) > 1,
    }
    return render(request, "courses/team.html", context)


def _asked(request: UserRequest, whole: Grid, below: list[Team]) -> dict[str, Any]:
    """The filter and order in the address; what makes no sense is left out."""
    state = request.GET.get("state", "")
    sort = request.GET.get("sort", "name")
    names = {module.name: module for module in whole.modules}
    module = names.get(request.GET.get("module", ""))
    team = next((t for t in below if str(t.pk) == request.GET.get("team")), None)
    return {
        "state": state if state in STATES else "",
        "sort": sort if sort.removeprefix("-") in {"name", "overdue", *names} else "name",
        "module": module.key if module else None,
        "team": team,
    }


def _heads(request: UserRequest, whole: Grid, sort: str) -> dict[str, Any]:
    def head(key: str, label: str) -> dict[str, str]:
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if sort == key else key
        direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        return {"label": label, "href": f"?{query.urlencode()}", "direction": direction}

    return {
        "name": head("name", _("Person")),
        "modules": [head(module.name, module.title) for module in whole.modules],
    }

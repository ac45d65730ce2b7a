"""People from a file: send it, look at what it would change, agree. And as a file."""

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.people.administration_views import crumbs, overseer
from courses.people.files import actions
from courses.people.files.columns import CHOICES, HEADINGS
from courses.people.files.planning import STATES, WHOLE
from courses.people.files.reading import KINDS, MOST_BYTES, FileRefused
from courses.people.models import RUNS, PeopleFile, Team
from courses.people.place_forms import PeopleFileForm
from courses.people.requests import UserRequest

PER_PAGE = 100


def _own_teams(request: UserRequest, today: datetime.date) -> list[Team]:
    """The teams she administers; a 404 for who only reads."""
    teams = list(Team.objects.reached_by(request.user, RUNS, today))
    if not teams:
        raise Http404
    return teams


@require_http_methods(["GET", "HEAD", "POST"])
@overseer
def send(request: UserRequest, today: datetime.date) -> HttpResponse:
    """Send a file: nothing is changed yet."""
    _own_teams(request, today)
    form = PeopleFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            if sent.size > MOST_BYTES:
                raise FileRefused(_("The file is larger than 5 MB."))
            file = actions.look(
                request.user,
                sent.name,
                sent.read(),
                today,
                invites=form.cleaned_data["invites"],
                makes_teams=form.cleaned_data["makes_teams"],
            )
        except FileRefused as error:
            form.add_error("file", str(error.why))
        else:
            return redirect("people:file", file.pk)
    context = {
        "form": form,
        "columns": [(title, _said_of(name)) for name, title in HEADINGS.items()],
        "crumbs": crumbs((_("People from a file"), "")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "people/administration/send_file.html", context, status=status)


def _said_of(name: str) -> str:
    """What may stand in a column."""
    if name in CHOICES:
        return ", ".join(str(label) for label in CHOICES[name].labels)
    return {
        "username": _("As it was issued here. Empty for somebody new: the site makes one."),
        "email": _("Empty for people who have none."),
        "team": _("Its path (“Prison / Department”), its code, or its name where only one has it."),
        "starts_on": _("31.12.2026 or 2026-12-31. Empty: today."),
        "ends_on": _("The person still belongs to the team on this day. Empty: no end is known."),
    }.get(name, "")


@require_http_methods(["GET", "HEAD", "POST"])
@overseer
def file(request: UserRequest, pk: uuid.UUID, today: datetime.date) -> HttpResponse:
    """What the file would change; agree to it, or throw it away."""
    _own_teams(request, today)
    found = get_object_or_404(actions.kept(request.user, timezone.now()), pk=pk)
    if request.method == "POST" and "discard" in request.POST:
        found.delete()
        messages.info(request, _("Thrown away. Nothing was changed."))
        return redirect("people:send_file")
    if request.method == "POST" and not found.counts.get("wrong"):
        try:
            actions.carry_out(found, today)
        except actions.Changed:
            messages.warning(
                request,
                _("Meanwhile somebody else changed something. Please look once more."),
            )
        else:
            messages.success(request, _("The file is imported."))
        return redirect("people:file", pk)
    return render(request, "people/administration/file.html", _preview(request, found))


def _preview(request: UserRequest, found: PeopleFile) -> dict[str, Any]:
    counts = found.counts
    shown = request.GET.get("show", "")
    if shown not in STATES:
        shown = next((state for state in STATES if counts.get(state)), "same")
    lines = [line for line in found.lines if line["state"] == shown]
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    words = {
        "wrong": _("To be put right"),
        "new": _("New people"),
        "changed": _("Changes"),
        "same": _("Unchanged"),
    }
    return {
        "file": found,
        "counts": counts,
        "tabs": [(state, words[state], counts.get(state, 0)) for state in STATES],
        "shown": shown,
        "shown_title": words[shown],
        "rows": [_shown(line) for line in page],
        "page_obj": page,
        "query": f"show={shown}",
        "changes_nothing": not any(counts.get(state) for state in ("wrong", "new", "changed")),
        "until": timezone.localtime(found.made_at) + datetime.timedelta(minutes=actions.MINUTES),
        "crumbs": crumbs((_("People from a file"), reverse("people:send_file")), (found.name, "")),
    }


def _shown(line: dict[str, Any]) -> dict[str, Any]:
    """A line in words of the reader's language."""
    role = _word("role", line["role"])
    return {
        "row": line["row"],
        "who": line["who"],
        "place": _("%(role)s in %(team)s") % {"role": role, "team": line["team"]}
        if line["team"]
        else "",
        "begins": line["place"] == "begins",
        "errors": [
            (HEADINGS[name] if name != WHOLE else _("The row"), text)
            for name, text in line["errors"].items()
        ],
        "changes": [
            (HEADINGS[name], _word(name, before), _word(name, value))
            for name, before, value in line["changes"]
        ],
    }


def _word(name: str, value: str) -> str:
    """A value as people write it."""
    if not value:
        return ""
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    if name in ("starts_on", "ends_on"):
        return f"{datetime.date.fromisoformat(value):%d.%m.%Y}"
    return value


@require_safe
@overseer
def template(request: UserRequest, kind: str, today: datetime.date) -> HttpResponse:
    """A file with the headings and one row as an example."""
    teams = _own_teams(request, today)
    return _download(kind, actions.template(kind, teams[0].name), "tilts-example")


@require_safe
@overseer
def export(request: UserRequest, kind: str, today: datetime.date) -> HttpResponse:
    """Her people with their places; logged."""
    _own_teams(request, today)
    content = actions.export(request.user, kind, today)
    return _download(kind, content, f"tilts-{today.isoformat()}")


def _download(kind: str, content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=KINDS[kind].CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response

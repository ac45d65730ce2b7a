"""A lead assigns: what, for whom and by when; who gets it, before it is done."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses import actions
from courses.forms import AssignForm
from courses.models import Enrolment, Target
from courses.outline import Outline, outline
from courses.people.models import Membership, Role, Team, User
from courses.people.requests import UserRequest
from courses.progress.models import Standing
from courses.team_views import teams_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: UserRequest, team_pk: int | None = None) -> HttpResponse:
    """Choose what, for whom and by when; look once more at who gets it; confirm."""
    today = timezone.localdate()
    teams = teams_of(request.user, today)
    found = next((each for each in teams if each.pk == team_pk), None)
    if team_pk and found is None:
        raise Http404
    people = User.objects.learners_of(request.user, today)
    if found:
        teams = [each for each in teams if each.path.startswith(found.path)]
        inside = Membership.objects.on(today).filter(
            role=Role.LEARNER, team__path__startswith=found.path
        )
        people = people.filter(pk__in=inside.values("person"))
    known = outline()
    form = AssignForm(
        request.POST or None,
        known=known,
        teams=teams,
        people=list(people),
        today=today,
        initial=_wished(request, found, known),
    )
    context = {
        "form": form,
        "team": found,
        "back": reverse("courses:team_detail", args=[found.pk])
        if found
        else reverse("courses:team"),
    }
    if request.method != "POST":
        return render(request, "courses/assign.html", context)
    if not form.is_valid() or "change" in request.POST:
        status = 200 if form.is_valid() else 422
        return render(request, "courses/assign.html", context, status=status)
    if "confirm" not in request.POST:
        context |= _preview(form, known, today)
        return render(request, "courses/assign_confirm.html", context)
    return _assign(request, form, today, context)


def _wished(request: UserRequest, found: Team | None, known: Outline) -> dict[str, str]:
    """What a link to the form has chosen already: `?person=`, `?module=`, else the team."""
    wished: dict[str, str] = {}
    if found:
        wished["whom"] = f"team:{found.pk}"
    if person := request.GET.get("person"):
        wished["whom"] = f"person:{person}"
    name = request.GET.get("module")
    for module in known.open_modules:
        if module.name == name:
            wished["target"] = f"module:{module.key}"
    return wished


def _preview(form: AssignForm, known: Outline, today: datetime.date) -> dict[str, Any]:
    """Who would get it, and what it would change for each."""
    aim, whom = form.cleaned_data["target"], form.cleaned_data["whom"]
    people = [whom] if isinstance(whom, User) else actions.learners_in(whom, today)
    pks = [person.pk for person in people]
    met = set(
        Standing.objects.met(today)
        .filter(subject__person__in=pks, key=aim.key)
        .values_list("subject__person_id", flat=True)
    )
    placed: dict[int, datetime.date | None] = dict(
        Enrolment.objects.filter(subject__person__in=pks, target_key=aim.key, ended_at=None)
        .order_by("cycle")
        .values_list("subject__person_id", "due_on")
    )
    return {
        "target_title": known.title(aim.key),
        "is_path": aim.kind == Target.PATH,
        "path_modules": [
            known.modules[key].title
            for key in (known.routes[aim.key].modules_on(today) if aim.key in known.routes else ())
            if key in known.modules
        ],
        "whom": whom,
        "due_on": form.cleaned_data["due_on"],
        "note": form.cleaned_data["note"],
        "scenario_mode": form.cleaned_data["scenario_mode"],
        "people": [
            {
                "person": person,
                "is_met": person.pk in met,
                "has_it": person.pk in placed,
                "due_on": placed.get(person.pk),
            }
            for person in people
        ],
    }


def _assign(
    request: UserRequest, form: AssignForm, today: datetime.date, context: dict[str, Any]
) -> HttpResponse:
    data = form.cleaned_data
    whom: Team | User = data["whom"]
    token: UUID = data["token"]
    try:
        made = actions.assign(
            request.user,
            data["target"],
            whom,
            data["due_on"],
            token,
            note=data["note"],
            scenario_mode=data["scenario_mode"],
            today=today,
        )
    except actions.NotYours as error:
        raise Http404 from error
    except actions.NothingToLearn:
        form.add_error("target", _("This is no longer offered. Choose something else."))
        return render(request, "courses/assign.html", context, status=422)
    number = actions.made_for(made).count()
    if not number:
        messages.info(request, _("Everybody has finished it already: nothing was changed."))
        return _back_to(whom)
    messages.success(
        request,
        ngettext(
            "Assigned to %(number)d person. They get a message.",
            "Assigned to %(number)d people. They get a message.",
            number,
        )
        % {"number": number},
    )
    return _back_to(whom)


def _back_to(whom: Team | User) -> HttpResponse:
    if isinstance(whom, User):
        return redirect("courses:person", whom.pk)
    return redirect("courses:team_detail", whom.pk)

"""What a lead sees: her teams, people by modules, one person's record, and assigning."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import actions, judgements, timeline, why
from courses import profile as profiles
from courses.forms import AssignForm, CreditForm, ObservationForm
from courses.models import Enrolment, Target
from courses.outline import Outline, outline
from courses.panels import panels
from courses.people import audit
from courses.people.models import Membership, Role, Team, User
from courses.people.requests import UserRequest
from courses.progress.models import Activity, Competence, Evidence, Standing, Subject
from courses.reading import crumbs, record_of
from courses.teams import STATES, Grid, grid, tops
from courses.views import why_page

PEOPLE_PER_PAGE = 50


# Teams ----------------------------------------------------------------------------------


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


# A person -------------------------------------------------------------------------------


def learner_or_404(request: UserRequest, pk: int, today: datetime.date) -> User:
    """A learner whom the signed-in lead may see."""
    return get_object_or_404(User.objects.learners_of(request.user, today), pk=pk)


@login_required
@require_safe
def person(request: UserRequest, pk: int) -> HttpResponse:
    """One learner's record, as far as her lead may see it; opening it is logged."""
    today = timezone.localdate()
    learner = learner_or_404(request, pk, today)
    audit.log(
        request.user, "viewed_record", about=learner, object_kind="person", object_key=learner.pk
    )
    known = outline()
    record = record_of(learner, known, today, places=False)
    roads = record.roads()
    levels = {
        key: row
        for (kind, key), row in record.standings.items()
        if kind == Standing.Kind.COMPETENCE
    }
    recent = Activity.objects.filter(subject=record.subject).order_by(
        "-happened_at", "-recorded_at", "-verb"
    )
    memberships = (
        Membership.objects.on(today)
        .filter(person=learner, role=Role.LEARNER)
        .within_reach_of(request.user, (Role.LEAD,), today)
        .select_related("team")
    )
    teams = list(memberships)
    wanted = set(levels) | {key for road in roads for key in road.module.competences}
    context = {
        "person": learner,
        "memberships": teams,
        "crumbs": _person_crumbs(teams, (str(learner), "")),
        "roads": roads,
        "routes": [known.routes[key] for key in record.path_keys()],
        "profile": profiles.rows(
            levels,
            [ability for key, ability in known.abilities.items() if key in wanted],
            today,
            person=learner,
        ),
        "items": timeline.items(request.user, list(recent[:8]), known),
        "panels": panels(
            "person",
            {"request": request, "person": learner, "subject": record.subject, "today": today},
        ),
        "today": today,
    }
    return render(request, "courses/person.html", context)


def _person_crumbs(teams: list[Membership], *rest: tuple[str, str]) -> list[dict[str, str]]:
    above = teams[0].team if teams else None
    first = (
        (above.name, reverse("courses:team_detail", args=[above.pk]))
        if above
        else (_("Teams"), reverse("courses:team"))
    )
    return crumbs(first, *rest)


@login_required
@require_safe
def person_competence(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """The evidence behind one level of a learner; opening it is logged."""
    today = timezone.localdate()
    learner = learner_or_404(request, pk, today)
    context = _competence_of(request, learner, key, today)
    audit.log(
        request.user, "viewed_competence", about=learner, object_kind="competence", object_key=key
    )
    return render(request, "courses/competence.html", context)


@login_required
@require_safe
def person_over_time(request: UserRequest, pk: int) -> HttpResponse:
    """How a learner's competences changed; opening it is logged."""
    today = timezone.localdate()
    learner = learner_or_404(request, pk, today)
    audit.log(
        request.user, "viewed_record", about=learner, object_kind="person", object_key=learner.pk
    )
    context = why.over_time(Subject.objects.for_user(learner), outline(), today, own=False)
    context |= {
        "person": learner,
        "crumbs": crumbs(
            (str(learner), reverse("courses:person", args=[learner.pk])), (_("Over time"), "")
        ),
    }
    return render(request, "courses/over_time.html", context)


def _competence_of(
    request: UserRequest,
    learner: User,
    key: str,
    today: datetime.date,
    **forms: CreditForm | ObservationForm,
) -> dict[str, Any]:
    """The page of a learner's competence with the lead's two forms, those given as they were sent."""
    context = why_page(request, Subject.objects.for_user(learner), key, learner)
    ability = context["ability"]
    return context | {
        "observation": forms.get("observation") or ObservationForm(ability=ability, today=today),
        "credit": None if ability.critical else forms.get("credit") or CreditForm(),
        "crumbs": crumbs(
            (str(learner), reverse("courses:person", args=[learner.pk])), (ability.title, "")
        ),
    }


@login_required
@require_POST
def observe(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """Record practice that the lead watched."""
    today = timezone.localdate()
    learner = learner_or_404(request, pk, today)
    competence = get_object_or_404(Competence, key=key, archived=False)
    ability = outline().abilities[competence.uuid]
    form = ObservationForm(request.POST, ability=ability, today=today)
    if not form.is_valid():
        context = _competence_of(request, learner, key, today, observation=form)
        return render(request, "courses/competence.html", context, status=422)
    judgements.observe(request.user, learner, competence, **form.cleaned_data, today=today)
    messages.success(request, _("Recorded. %(name)s gets a message.") % {"name": learner})
    return redirect("courses:person_competence", pk, key)


@login_required
@require_POST
def credit(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """Confirm what a learner brought along."""
    today = timezone.localdate()
    learner = learner_or_404(request, pk, today)
    competence = get_object_or_404(Competence, key=key, archived=False, critical=False)
    form = CreditForm(request.POST)
    if not form.is_valid():
        context = _competence_of(request, learner, key, today, credit=form)
        return render(request, "courses/competence.html", context, status=422)
    judgements.credit(request.user, learner, competence, **form.cleaned_data, today=today)
    messages.success(request, _("Recorded. %(name)s gets a message.") % {"name": learner})
    return redirect("courses:person_competence", pk, key)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def judgement(request: UserRequest, pk: int, evidence: UUID) -> HttpResponse:
    """An observation or a confirmation: correct it, take it back, erase the words beside it."""
    today = timezone.localdate()
    learner = learner_or_404(request, pk, today)
    row = get_object_or_404(
        Evidence.objects.select_related("competence", "subject", "actor__person", "note"),
        pk=evidence,
        subject__person=learner,
        kind__in=judgements.KINDS,
        voided_by=None,
        competence__archived=False,
    )
    known = outline()
    ability = known.abilities[row.competence.uuid]
    wanted = request.POST.get("do", "")
    is_observation = row.kind == Evidence.Kind.OBSERVATION
    form = None
    if is_observation:
        sent = request.POST if wanted == "correct" else None
        before = {"rating": why.rating_of(row), "watched_on": timezone.localdate(row.happened_at)}
        form = ObservationForm(sent, ability=ability, today=today, initial=before)
        form.fields["watched_on"].initial = before["watched_on"]
    done = ""
    if wanted == "withdraw":
        judgements.withdraw(request.user, learner, row, today=today)
        done = _("Taken back. %(name)s gets a message.")
    elif wanted == "erase":
        judgements.erase_note(request.user, learner, row, today=today)
        done = _("The words are erased.")
    elif form and wanted == "correct" and form.is_valid():
        done = _("Corrected. %(name)s gets a message.")
        try:
            judgements.observe(
                request.user,
                learner,
                row.competence,
                **form.cleaned_data,
                corrects=row,
                today=today,
            )
        except judgements.Overtaken:
            done = _("Somebody was faster: it was corrected or taken back meanwhile.")
    if done:
        messages.success(request, done % {"name": learner} if "%(" in done else done)
        return redirect("courses:person_competence", pk, row.competence.key)
    title = _("An observation") if is_observation else _("What was learned before")
    above = reverse("courses:person_competence", args=[pk, row.competence.key])
    context = {
        "person": learner,
        "ability": ability,
        "title": title,
        "line": why.said(row),
        "form": form,
        "crumbs": crumbs(
            (str(learner), reverse("courses:person", args=[pk])),
            (ability.title, above),
            (title, ""),
        ),
    }
    status = 422 if form and form.errors else 200
    return render(request, "courses/judgement.html", context, status=status)


# Assigning ------------------------------------------------------------------------------


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

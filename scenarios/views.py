"""Beginning a run, its present scene, a choice, and the look back at its end."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.people.requests import UserRequest
from courses.progress.models import Subject
from scenarios import actions
from scenarios.engine import ChoiceNotOffered, offered
from scenarios.forms import ChoiceForm, TokenForm
from scenarios.models import ScenarioPage, ScenarioRun
from scenarios.presenter import debrief_context, run_context


def _own(request: UserRequest, pk: UUID) -> ScenarioRun:
    """The person's own run; somebody else's is not found."""
    return get_object_or_404(ScenarioRun.objects.of(request.user).pinned(), pk=pk)


@never_cache
@login_required
@require_POST
def start(request: UserRequest, key: UUID) -> HttpResponse:
    page = ScenarioPage.for_reader(key, request, "story")
    if page is None:
        raise Http404
    form = TokenForm(request.POST)
    if not form.is_valid():
        return redirect(page.get_url(request))
    try:
        run = actions.start_run(
            Subject.objects.for_user(request.user), page, form.cleaned_data["token"]
        )
    except actions.NotPlayable:
        messages.warning(request, _("This scenario cannot be started at the moment."))
        return redirect(page.get_url(request))
    return redirect(run)


@never_cache
@login_required
@require_safe
def run(request: UserRequest, pk: UUID) -> HttpResponse:
    found = _own(request, pk)
    if found.is_over:
        return redirect(found)
    return render(request, "scenarios/run.html", run_context(found))


@never_cache
@login_required
@require_POST
def choose(request: UserRequest, pk: UUID) -> HttpResponse:
    found = _own(request, pk)
    form = ChoiceForm(request.POST)
    if found.is_over:
        return redirect(found)
    if form.is_valid():
        try:
            moved = actions.take_choice(found, **form.arguments(offered(found.story, found.state)))
        except ChoiceNotOffered:
            form.add_error("choice", _("This is not among the choices here."))
        else:
            if all(turn.token != form.cleaned_data["token"] for turn in moved.taken):
                messages.info(
                    request,
                    _("The conversation had already moved on. This is where it stands now."),
                )
            return _onwards(moved)
    context = run_context(found) | {
        "error": form.errors.get("choice", [""])[0]
        or _("Your choice did not arrive whole. Please choose again.")
    }
    return render(request, "scenarios/run.html", context, status=422)


def _onwards(moved: ScenarioRun) -> HttpResponse:
    """To the new scene, which the browser brings into view and focuses, or to the debrief."""
    address = moved.get_absolute_url()
    return redirect(address if moved.is_over else f"{address}#scene")


@never_cache
@login_required
@require_safe
def debrief(request: UserRequest, pk: UUID) -> HttpResponse:
    found = _own(request, pk)
    if not found.is_over:
        return redirect(found)
    actions.look_back(found)
    return render(request, "scenarios/debrief.html", debrief_context(found, request.user))

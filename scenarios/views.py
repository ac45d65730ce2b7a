"""Beginning a run, its present scene, a choice, a way back, and the look back at its end."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.people.requests import UserRequest
from courses.progress.models import Subject
from scenarios import actions
from scenarios.engine import ChoiceNotOffered, NoWayBack, offered
from scenarios.forms import AgainForm, ChoiceForm, ReflectionForm, RewindForm, StartForm
from scenarios.models import ScenarioPage, ScenarioRun
from scenarios.presenter import debrief_context, run_context


def own_run(request: UserRequest, pk: UUID) -> ScenarioRun:
    """The person's own run; somebody else's is not found."""
    return get_object_or_404(ScenarioRun.objects.of(request.user).pinned(), pk=pk)


@never_cache
@login_required
@require_POST
def start(request: UserRequest, key: UUID) -> HttpResponse:
    page = ScenarioPage.for_reader(key, request, "story")
    if page is None:
        raise Http404
    form = StartForm(request.POST)
    if not form.is_valid():
        return redirect(page.get_url(request))
    subject = Subject.objects.for_user(request.user)
    try:
        run = actions.start_run(
            subject, page, form.cleaned_data["token"], form.cleaned_data["mode"]
        )
    except actions.NotPlayable:
        messages.warning(request, _("This scenario cannot be started at the moment."))
        return redirect(page.get_url(request))
    return redirect(run)


@never_cache
@login_required
@require_safe
def run(request: UserRequest, pk: UUID) -> HttpResponse:
    found = own_run(request, pk)
    if found.is_over:
        return redirect(found)
    return render(request, "scenarios/run.html", run_context(found))


@never_cache
@login_required
@require_POST
def choose(request: UserRequest, pk: UUID) -> HttpResponse:
    found = own_run(request, pk)
    form = ChoiceForm(request.POST)
    if found.is_over:
        return redirect(found)
    if form.is_valid():
        data = form.cleaned_data
        key = form.key(offered(found.story, found.state))
        took = form.since_shown(found, timezone.now())
        try:
            moved = actions.take_choice(found, key, data["turn"], data["token"], took)
        except ChoiceNotOffered:
            form.add_error("choice", _("This is not among the choices here."))
        else:
            return _moved(request, moved, data["token"])
    error = str(form.errors.get("choice", [""])[0])
    return _again(
        request, found, error or _("Your choice did not arrive whole. Please choose again.")
    )


@never_cache
@login_required
@require_POST
def rewind(request: UserRequest, pk: UUID) -> HttpResponse:
    found = own_run(request, pk)
    form = RewindForm(request.POST)
    if found.is_over:
        return redirect(found)
    if form.is_valid():
        data = form.cleaned_data
        took = form.since_shown(found, timezone.now())
        try:
            moved = actions.rewind(found, data["keeps"], data["turn"], data["token"], took)
        except NoWayBack:
            pass
        else:
            return _moved(request, moved, data["token"])
    return _again(request, found, _("There is no way back to there."))


def _moved(request: UserRequest, moved: ScenarioRun, token: UUID) -> HttpResponse:
    """Onwards; where another tab was quicker, saying so."""
    if all(turn.token != token for turn in moved.taken):
        messages.info(
            request, _("The conversation had already moved on. This is where it stands now.")
        )
    return _onwards(moved)


def _again(request: UserRequest, found: ScenarioRun, error: str) -> HttpResponse:
    """The same scene, with what was wrong."""
    return render(request, "scenarios/run.html", run_context(found) | {"error": error}, status=422)


def _onwards(moved: ScenarioRun) -> HttpResponse:
    """To the new scene, which the browser brings into view and focuses, or to the debrief."""
    address = moved.get_absolute_url()
    return redirect(address if moved.is_over else f"{address}#scene")


@never_cache
@login_required
@require_safe
def debrief(request: UserRequest, pk: UUID) -> HttpResponse:
    found = own_run(request, pk)
    if not found.is_over:
        return redirect(found)
    actions.look_back(found)
    return render(request, "scenarios/debrief.html", debrief_context(found, request.user))


@never_cache
@login_required
@require_POST
def again(request: UserRequest, pk: UUID) -> HttpResponse:
    """From a finished practice back to a checkpoint, in a new practice."""
    found = own_run(request, pk)
    page = ScenarioPage.for_reader(found.page_key, request, "story")
    form = AgainForm(request.POST)
    if page is None:
        raise Http404
    if not (found.is_over and form.is_valid()):
        return redirect(found)
    data = form.cleaned_data
    try:
        begun = actions.try_again(found, page, data["keeps"], data["token"])
    except NoWayBack:
        messages.warning(request, _("There is no way back to there."))
        return redirect(found)
    except actions.NotPlayable:
        messages.warning(request, _("This scenario cannot be started at the moment."))
        return redirect(found)
    if begun.continues_id != found.pk:
        messages.info(request, _("You have practice open already. Finish it first."))
    return _onwards(begun)


@never_cache
@login_required
@require_POST
def reflect(request: UserRequest, pk: UUID) -> HttpResponse:
    found = own_run(request, pk)
    if not found.is_over:
        return redirect(found)
    form = ReflectionForm(request.POST)
    if form.is_valid():
        actions.reflect(found, request.user, form.cleaned_data)
        messages.success(request, _("Your thoughts are kept. Only you can read them."))
        return redirect(f"{found.get_absolute_url()}#thoughts")
    context = debrief_context(found, request.user) | {"thoughts": form}
    return render(request, "scenarios/debrief.html", context, status=422)

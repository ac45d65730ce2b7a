"""The supervision sheet of a run: its owner's page, and that of those who lead her."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.people import audit
from courses.people.requests import UserRequest
from courses.progress.models import Competence
from scenarios import sheet_pages, sheets
from scenarios.models import ScenarioRun, Sheet
from scenarios.sheet_forms import CommentsForm, ObservedForm, SheetForm
from scenarios.views import own_run


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: UserRequest, pk: UUID) -> HttpResponse:
    """Her own sheet: whatever is pressed, what she wrote is kept first."""
    run = own_run(request, pk)
    if not run.is_over:
        return redirect(run)
    today = timezone.localdate()
    found = Sheet.objects.of(request.user).filter(run=run).first()
    form = SheetForm(
        request.POST if request.method == "POST" else None,
        turns=len(run.on_road),
        written=sheet_pages.written_by(sheet_pages.comments_of(found), request.user),
        questions=found.questions if found else ("", ""),
    )
    wanted = request.POST.get("do")
    if found and wanted == "take-back":
        sheets.take_back(found)
        found.refresh_from_db()
    if form.is_valid():
        found = sheets.write(run, request.user, form.questions, form.comments)
        _said(request, found, wanted, today)
        return redirect("scenarios:sheet", run.pk)
    context = sheet_pages.own_context(run, request.user, found, form, today)
    status = 422 if form.is_bound else 200
    return render(request, "scenarios/sheet.html", context, status=status)


def _said(request: UserRequest, found: Sheet, wanted: str | None, today: datetime.date) -> None:
    """Share where that was asked for, and say where the sheet stands."""
    if wanted == "take-back":
        messages.success(request, _("Taken back. Nobody but you sees the sheet."))
        return
    if wanted != "share":
        messages.success(request, _("Saved."))
        return
    try:
        told = sheets.share(found, today)
    except sheets.NobodyLeads:
        messages.warning(
            request, _("Saved. Nobody leads your team at the moment, so it is not shared.")
        )
        return
    if told:
        names = ", ".join(str(lead) for lead in told)
        messages.success(request, _("Shared. Told by a message: %(names)s.") % {"names": names})
    else:
        messages.success(request, _("Saved."))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def shared_sheet(request: UserRequest, pk: UUID) -> HttpResponse:
    """What somebody shares with those who lead her; opening it is logged."""
    today = timezone.localdate()
    found = get_object_or_404(Sheet.objects.shared_with(request.user, today).whole(), pk=pk)
    data = request.POST if request.method == "POST" else None
    comments = sheet_pages.comments_of(found)
    form = CommentsForm(
        data,
        turns=len(found.run.on_road),
        written=sheet_pages.written_by(comments, request.user),
    )
    observing = _observing(found.run, data, today)
    if data is None:
        audit.log(
            request.user,
            "viewed_sheet",
            about=found.person,
            object_kind="sheet",
            object_key=found.pk,
        )
    elif form.is_valid():
        try:
            sheets.comment(found, request.user, form.comments, today)
            is_done = _observe(request, found, observing, today)
        except sheets.NotShared as error:
            raise Http404 from error
        if is_done:
            return redirect(found)
    context = sheet_pages.lead_context(found, request.user, form, comments, observing)
    status = 200 if data is None else 422
    return render(request, "scenarios/shared_sheet.html", context, status=status)


def _observing(run: ScenarioRun, data: Any, today: datetime.date) -> list[ObservedForm]:
    """A form for each competence of the story; the day is that of the conversation."""
    day = timezone.localdate(run.finished_at)
    return [
        ObservedForm(data, ability=ability, day=day, today=today)
        for ability in sheet_pages.abilities(run)
    ]


def _observe(
    request: UserRequest, found: Sheet, observing: list[ObservedForm], today: datetime.date
) -> bool:
    """Record the observation that was asked for; False where a form has to be shown once more.

    One that was begun and not asked for is shown again too, so that it is not lost.
    """
    asked = next((form for form in observing if form.is_asked), None)
    if asked is None:
        messages.success(request, _("Saved."))
    elif asked.is_valid():
        competence = get_object_or_404(Competence, uuid=asked.ability.key)
        sheets.observe(found, request.user, competence, **asked.cleaned_data, today=today)
        messages.success(request, _("Recorded. %(name)s gets a message.") % {"name": found.person})
        observing.remove(asked)
    if begun := any(form.is_bound and not form.is_asked for form in observing):
        messages.warning(request, _("An observation that was begun is not recorded yet."))
    return not begun and (asked is None or asked.is_valid())

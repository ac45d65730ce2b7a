"""What a lead puts on record: practice she watched, what was learned before, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses import judgements, why
from courses.forms import CreditForm, ObservationForm
from courses.outline import outline
from courses.people.requests import UserRequest
from courses.person_views import competence_of, learner_or_404
from courses.progress.models import Competence, Evidence
from courses.reading import crumbs


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
        context = competence_of(request, learner, key, today, observation=form)
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
        context = competence_of(request, learner, key, today, credit=form)
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

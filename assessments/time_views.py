"""More time in quizzes for one person: set by whoever leads or administers her, seen by nobody else."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assessments import actions
from assessments.models import MARKERS, Accommodation
from assessments.policy import Allowance
from courses.people import audit
from courses.people.models import User
from courses.people.requests import UserRequest
from courses.progress.models import Subject
from courses.reading import crumbs

UNLIMITED = "unlimited"
FACTORS = {
    "1": gettext_lazy("the usual time"),
    "1.25": gettext_lazy("a quarter more"),
    "1.5": gettext_lazy("half as much again"),
    "2": gettext_lazy("twice the time"),
    UNLIMITED: gettext_lazy("no time limit"),
}


class TimeForm(forms.Form):
    """How much time a person has in quizzes with a limit."""

    time = forms.ChoiceField(
        label=gettext_lazy("Time in quizzes"),
        choices=list(FACTORS.items()),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Holds in every quiz with a limit, also in one that is being made."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)

    @property
    def allowance(self) -> Allowance:
        chosen = self.cleaned_data["time"]
        if chosen == UNLIMITED:
            return Allowance(unlimited=True)
        return Allowance(Decimal(chosen))


def of(subject: Subject) -> str:
    """The choice that holds for a person now."""
    found = Accommodation.objects.filter(subject=subject).first()
    if found is None:
        return "1"
    return UNLIMITED if found.unlimited else f"{found.factor.normalize():f}"


def _person(request: UserRequest, pk: int, today: datetime.date) -> User:
    people = User.objects.reached_by(request.user, MARKERS, today).filter(is_active=True)
    return get_object_or_404(people.exclude(pk=request.user.pk), pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def time(request: UserRequest, pk: int) -> HttpResponse:
    """How much time a person has; a POST sets it."""
    person = _person(request, pk, timezone.localdate())
    subject = Subject.objects.for_user(person)
    form = TimeForm(request.POST or None, initial={"time": of(subject)})
    if request.method == "POST" and form.is_valid():
        actions.accommodate(subject, form.allowance, request.user)
        audit.log(
            request.user, "gave_time", about=person, object_kind="person", object_key=person.pk
        )
        messages.success(request, _("Saved."))
        return redirect("assessments:time", pk)
    context = {"person": person, "form": form, "crumbs": crumbs((str(person), ""))}
    status = 422 if form.is_bound else 200
    return render(request, "assessments/time.html", context, status=status)

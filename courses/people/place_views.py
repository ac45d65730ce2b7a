"""Moving somebody to another team, and appointing who leads in somebody's place for a time."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.people import administration, substitutes
from courses.people.administration_views import back_to, form_page, overseer, person_crumbs
from courses.people.files.known import whom_she_may_place
from courses.people.models import RUNS, Membership, Team, User
from courses.people.place_forms import SubstituteForm, TransferForm
from courses.people.requests import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
@overseer
def transfer(request: UserRequest, pk: int, today: datetime.date) -> HttpResponse:
    """From one of her teams to another, from a day on."""
    found = get_object_or_404(whom_she_may_place(request.user, today), pk=pk)
    places = Membership.objects.run_by(request.user, today).lasting(today)
    places = places.filter(person=found, substitute_for=None).select_related("team")
    if not places:
        raise Http404
    form = TransferForm(
        request.POST or None,
        places=places,
        teams=Team.objects.reached_by(request.user, RUNS, today),
        initial={"starts_on": today},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            administration.transfer(
                data["place"], data["team"], data["starts_on"], data["setting"], by=request.user
            )
        except administration.NotThere:
            form.add_error("starts_on", _("On the day before, the person is not in that team."))
        else:
            messages.success(request, _("Saved."))
            return back_to(found, request.user, today)
    title = _("Move to another team")
    return form_page(request, form, title=title, eyebrow=found, crumbs=person_crumbs(found, title))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def substitute(request: UserRequest, pk: int) -> HttpResponse:
    """Appoint who leads in a lead's place, for oneself or as an administrator; end it early."""
    today = timezone.localdate()
    own = Membership.objects.to_stand_in_for(request.user, today)
    place = get_object_or_404(own.select_related("person", "team"), pk=pk)
    form = SubstituteForm(
        request.POST or None,
        place=place,
        people=substitutes.candidates(place, request.user, today),
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        substitutes.appoint(
            place, data["person"], data["starts_on"], data["ends_on"], by=request.user
        )
        messages.success(
            request, _("%(name)s is appointed and gets a message.") % {"name": data["person"]}
        )
        return redirect("people:substitute", pk)
    context = {
        "form": form,
        "place": place,
        "is_own": place.person == request.user,
        "appointed": place.substitutes.lasting(today).select_related("person"),
        "crumbs": _crumbs(place, request.user),
    }
    status = 422 if form.is_bound else 200
    return render(request, "people/substitute.html", context, status=status)


@login_required
@require_POST
def end_substitute(request: UserRequest, pk: int) -> HttpResponse:
    """A substitution is over before its last day."""
    today = timezone.localdate()
    found = get_object_or_404(
        Membership.objects.substitutes_ended_by(request.user, today).select_related("person"),
        pk=pk,
    )
    place = found.substitute_for_id
    substitutes.end(found, today, by=request.user)
    messages.success(request, _("It is over: %(name)s leads no longer.") % {"name": found.person})
    return redirect("people:substitute", place)


def _crumbs(place: Membership, user: User) -> list[dict[str, str]]:
    title = _("Substitute in %(team)s") % {"team": place.team}
    if place.person == user:
        return [
            {"title": _("My account"), "url": reverse("people:settings")},
            {"title": title, "url": ""},
        ]
    return person_crumbs(place.person, title)

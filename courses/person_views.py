"""What a lead sees of one person: her record, the evidence behind a level, changes over time."""

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses import profile as profiles
from courses import timeline, why
from courses.forms import CreditForm, ObservationForm
from courses.outline import outline
from courses.panels import panels
from courses.people import audit
from courses.people.models import Membership, Role, User
from courses.people.requests import UserRequest
from courses.progress.models import Activity, Standing, Subject
from courses.reading import crumbs, record_of
from courses.views import why_page


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
    context = competence_of(request, learner, key, today)
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


def competence_of(
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

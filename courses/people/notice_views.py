"""Which letters a person wants, and leave: hers, and that of people she leads or administers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.people import kept, leaves
from courses.people.forms import LeaveForm
from courses.people.messages import GROUPS, KINDS
from courses.people.models import Membership, Role, User
from courses.people.notices import Leave, Muted
from courses.people.requests import UserRequest


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: UserRequest) -> HttpResponse:
    """Which kinds of messages come by e-mail too, and which of them have to.

    What is about a team is asked of who leads one.
    """
    places = Membership.objects.on(timezone.localdate()).filter(person=request.user)
    leads = places.filter(role=Role.LEAD).exists()
    shown = [kind for kind, said in KINDS.items() if said.name and (leads or said.group != "team")]
    free = [kind for kind in shown if not KINDS[kind].needed]
    if request.method == "POST":
        wanted = set(request.POST.getlist("mail"))
        with transaction.atomic():
            Muted.objects.filter(person=request.user, kind__in=free).delete()
            Muted.objects.bulk_create(
                [Muted(person=request.user, kind=kind) for kind in free if kind not in wanted],
                ignore_conflicts=True,
            )
        messages.success(request, _("Your choice is saved."))
        return redirect("people:notices")
    muted = set(request.user.muted.values_list("kind", flat=True))
    groups = [
        {
            "title": title,
            "kinds": [
                {"kind": kind, "said": said, "mailed": bool(said.needed) or kind not in muted}
                for kind, said in ((each, KINDS[each]) for each in shown)
                if said.group == group
            ],
        }
        for group, title in GROUPS.items()
    ]
    context = {"groups": groups, "email": request.user.email}
    return render(request, "people/notices.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """Note leave, or end it; one's own, or of somebody one leads or administers."""
    today = timezone.localdate()
    person = request.user
    if pk is not None:
        person = get_object_or_404(leaves.open_to(request.user, today), pk=pk)
    back = redirect("people:leave") if pk is None else redirect("people:leave_of", pk)
    if request.method == "POST" and "end" in request.POST:
        lasting = Leave.objects.filter(person=person).lasting(today)
        found = get_object_or_404(lasting, pk=kept.number(request.POST["end"]))
        leaves.end_leave(found, today, by=request.user)
        messages.success(request, _("Noted: the leave is over, or taken back."))
        return back
    form = LeaveForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            leaves.note_leave(person, **form.cleaned_data, by=request.user)
        except leaves.Overlaps as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The leave is noted."))
            return back
    context: dict[str, Any] = {
        "person": person,
        "is_own": pk is None,
        "leaves": _lasting(person),
        "today": today,
        "form": form,
    }
    return render(request, "people/leave.html", context, status=422 if form.is_bound else 200)


def _lasting(person: User) -> list[Leave]:
    """Leave now and to come, the next first."""
    found = Leave.objects.filter(person=person).lasting(timezone.localdate())
    return list(found.select_related("noted_by").order_by("starts_on"))

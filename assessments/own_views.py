"""What a person's own attempts tell her: how certain and how right, and progress by category."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments import looking_back
from courses.people.requests import UserRequest
from courses.progress import reviews
from courses.progress.models import Subject
from courses.reading import crumbs


@login_required
@require_safe
@never_cache
def sure(request: UserRequest) -> HttpResponse:
    """How certain she was and how right; what she was sure of and wrong about. For her alone."""
    subject = Subject.objects.for_user(request.user)
    answers = looking_back.answered(subject, timezone.now())
    rows = looking_back.calibration(subject)
    due = reviews.due_days(subject, timezone.localdate()) if rows else {}
    wrong = looking_back.sure_and_wrong(answers, due)
    context = {
        "rows": rows,
        "said": sum(row.count for row in rows),
        "wrong": wrong,
        "crumbs": crumbs((_("How certain you are"), "")),
    }
    return render(request, "assessments/sure.html", context)


@login_required
@require_safe
@never_cache
def categories(request: UserRequest) -> HttpResponse:
    """Her progress in the categories of questions."""
    subject = Subject.objects.for_user(request.user)
    rows = looking_back.categories(looking_back.answered(subject, timezone.now()))
    context = {"rows": rows, "crumbs": crumbs((_("Questions by topic"), ""))}
    return render(request, "assessments/categories.html", context)

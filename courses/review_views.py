"""A person's spaced review: what is asked today, the pause in holidays, a refresher."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.forms import PauseForm
from courses.outline import outline
from courses.people.requests import UserRequest
from courses.progress import actions, reviews
from courses.progress.models import Competence, ReviewPause, Subject


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: UserRequest) -> HttpResponse:
    """What is asked today; POST begins it, or goes on with what was begun."""
    subject = Subject.objects.for_user(request.user)
    now = timezone.now()
    today = reviews.today_of(subject, now)
    asks = reviews.provider()
    if request.method == "POST":
        token = _token(request)
        if asks and today.unfinished:
            return redirect(today.unfinished.url)
        if asks and token and today.chosen.items:
            keys = [item.item_key for item in today.chosen.items]
            return redirect(asks.start(subject, keys, token))
        return redirect("courses:review")
    return render(request, "courses/review.html", _context(request, subject, today, PauseForm()))


@login_required
@require_POST
def pause(request: UserRequest) -> HttpResponse:
    """Have no reviews asked for some days, or end that."""
    subject = Subject.objects.for_user(request.user)
    if "resume" in request.POST:
        actions.resume_reviews(subject)
        messages.success(request, _("Reviews go on."))
        return redirect("courses:review")
    form = PauseForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        today = reviews.today_of(subject)
        context = _context(request, subject, today, form)
        return render(request, "courses/review.html", context, status=422)
    begins, ends = form.cleaned_data["starts_on"], form.cleaned_data["ends_on"]
    actions.pause_reviews(subject, begins, ends)
    messages.success(
        request,
        _("No reviews from %(begins)s to %(ends)s.")
        % {
            "begins": date_format(begins, "DATE_FORMAT"),
            "ends": date_format(ends, "DATE_FORMAT"),
        },
    )
    return redirect("courses:review")


@login_required
@require_POST
def refresher(request: UserRequest, key: str) -> HttpResponse:
    """Begin five questions about one competence, or go on with what was begun."""
    competence = get_object_or_404(Competence, key=key, archived=False)
    subject = Subject.objects.for_user(request.user)
    asks, token = reviews.provider(), _token(request)
    if asks and (begun := asks.unfinished(subject)):
        messages.info(request, _("You have begun a review: it comes first."))
        return redirect(begun.url)
    chosen = reviews.refresher_of(subject, competence.key)
    if asks and token and chosen.items:
        keys = [item.item_key for item in chosen.items]
        return redirect(asks.start(subject, keys, token, about=competence.key))
    messages.info(request, _("There is nothing to ask about this at the moment."))
    return redirect("courses:competence", competence.key)


def _token(request: UserRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return None


def _context(
    request: UserRequest, subject: Subject, today: reviews.Today, form: PauseForm
) -> dict[str, object]:
    abilities = outline().abilities
    planned = ReviewPause.objects.filter(
        subject=subject, starts_on__gt=timezone.localdate()
    ).first()
    return {
        "today": today,
        "asked": today.chosen,
        "critical": sum(item.critical for item in today.chosen.items),
        "abilities": [
            (abilities[key], number) for key, number in today.by_competence if key in abilities
        ],
        "planned": planned,
        "form": form,
        "token": uuid4(),
    }

"""A quiz in few hops: find what the person may see, validate, act, answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import actions, reading
from assessments.forms import AnswerForm, StartForm
from assessments.models import Attempt, QuestionVersion, QuizPage
from assessments.results import Slot, slots_of
from courses.people.models import User
from courses.people.requests import UserRequest
from courses.progress.models import Subject
from courses.reading import part_context

# The page of a quiz ---------------------------------------------------------------------


def quiz_page(request: HttpRequest, page: QuizPage, status: int = 200) -> HttpResponse:
    """What a quiz is about, the attempts so far, and the button; for signed-in people."""
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path())
    attempts = list(
        Attempt.objects.of(user).filter(quiz=page.quiz).defer("pinned").order_by("number")
    )
    context = part_context(page, user) | reading.front(page, attempts)
    context |= {"page": page, "self": page, "request": request, "token": uuid4()}
    return render(request, "assessments/quiz_page.html", context, status=status)


@login_required
@require_POST
@never_cache
def start(request: UserRequest, key: UUID) -> HttpResponse:
    """Start an attempt, or go on with the one that is open."""
    page = QuizPage.for_reader(key, request, "quiz")
    if page is None:
        raise Http404
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is out of date. Press the button again."))
        return quiz_page(request, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    subject = Subject.objects.for_user(request.user)
    try:
        attempt = actions.start_attempt(subject, page, form.cleaned_data["token"])
    except actions.NoAttemptsLeft:
        messages.warning(request, _("All attempts at this quiz are used."))
    except actions.NotOffered:
        messages.warning(request, _("This quiz is not open for new attempts now."))
    else:
        return redirect(attempt)
    return quiz_page(request, page, HTTPStatus.CONFLICT)


# One attempt ----------------------------------------------------------------------------


def _own(request: UserRequest, pk: UUID) -> Attempt:
    """One's own attempt; anybody else's is not found."""
    attempts = Attempt.objects.of(request.user).select_related("quiz", "subject")
    return get_object_or_404(attempts, pk=pk)


@login_required
@require_safe
@never_cache
def attempt(request: UserRequest, pk: UUID) -> HttpResponse:
    """Where the attempt goes on: its first open question, the overview, or its result."""
    attempt = _own(request, pk)
    if not attempt.is_open:
        return redirect("assessments:review", pk)
    answered = set(attempt.answers.values_list("slot", flat=True))
    return redirect(_next(attempt, 0, answered))


def _next(attempt: Attempt, slot: int, answered: set[int]) -> str:
    """The address of the next question without an answer, else of the overview."""
    for number in range(slot + 1, len(attempt.pinned["slots"]) + 1):
        if number not in answered:
            return reverse("assessments:question", args=[attempt.pk, number])
    return reverse("assessments:finish", args=[attempt.pk])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def question(request: UserRequest, pk: UUID, slot: int) -> HttpResponse:
    """One question; a POST saves the answer at once."""
    attempt = _own(request, pk)
    if not 1 <= slot <= len(attempt.pinned["slots"]):
        raise Http404
    if not attempt.is_open:
        if request.method == "POST":
            messages.warning(
                request,
                _("This attempt was finished already, so the answer was not added to it."),
            )
        return redirect("assessments:review", pk)
    version = QuestionVersion.objects.get(pk=attempt.pins[slot - 1].version)
    if request.method == "POST":
        return _save(request, attempt, slot, version)
    return _show(request, attempt, slot, version)


def _save(
    request: UserRequest, attempt: Attempt, slot: int, version: QuestionVersion
) -> HttpResponse:
    asked = _slot(attempt, slot, version, [])
    form = AnswerForm(request.POST, slot=asked)
    if not form.is_valid():
        return _show(
            request,
            attempt,
            slot,
            version,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            errors=form.reasons,
            sent=form.values,
        )
    try:
        actions.answer(attempt, slot, form.response, form.cleaned_data["token"])
    except actions.AnsweredElsewhere:
        return _show(request, attempt, slot, version, status=HTTPStatus.CONFLICT, elsewhere=True)
    except actions.AlreadyExplained:
        messages.info(
            request,
            _("This question was answered and explained already; your first answer stands."),
        )
        return redirect("assessments:question", attempt.pk, slot)
    except actions.AttemptOver:
        messages.warning(
            request,
            _("This attempt was finished already, so the answer was not added to it."),
        )
        return redirect("assessments:review", attempt.pk)
    if attempt.explains_each:
        return redirect("assessments:question", attempt.pk, slot)
    answered = set(attempt.answers.values_list("slot", flat=True))
    return redirect(_next(attempt, slot, answered))


def _slot(attempt: Attempt, slot: int, version: QuestionVersion, answers: list[Any]) -> Slot:
    own = [answer for answer in answers if answer.slot == slot]
    found = slots_of(attempt, {version.pk: version}, own)
    return next(each for each in found if each.number == slot)


def _show(
    request: UserRequest,
    attempt: Attempt,
    slot: int,
    version: QuestionVersion,
    *,
    status: int = 200,
    errors: list[str] | None = None,
    sent: Mapping[str, Sequence[str]] | None = None,
    elsewhere: bool = False,
) -> HttpResponse:
    answers = list(attempt.answers.all())
    asked = replace(_slot(attempt, slot, version, answers), sent=sent)
    answered = {answer.slot for answer in answers}
    # What is right goes to the template only once the answer stands.
    explained = asked.answered and attempt.explains_each
    context = reading.around(attempt) | {
        "attempt": attempt,
        "slot": asked,
        "total": len(attempt.pinned["slots"]),
        "done": len(answered),
        "token": actions.form_token(attempt, slot, asked.answers),
        "explained": explained,
        "item": reading.explained([asked])[0] if explained else None,
        "next_url": _next(attempt, slot, answered),
        "errors": errors or [],
        "elsewhere": elsewhere,
    }
    return render(request, "assessments/question.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def finish(request: UserRequest, pk: UUID) -> HttpResponse:
    """What is answered and what is not; a POST finishes the attempt."""
    attempt = _own(request, pk)
    if attempt.is_open and request.method == "POST":
        actions.finish(attempt)
        return redirect("assessments:review", pk)
    if not attempt.is_open:
        return redirect("assessments:review", pk)
    stand = actions.resume(attempt)
    context = reading.around(attempt) | {"attempt": attempt, "stand": stand}
    return render(request, "assessments/overview.html", context)


@login_required
@require_safe
@never_cache
def review(request: UserRequest, pk: UUID) -> HttpResponse:
    """The result in words, and every question with what was right and why."""
    attempt = _own(request, pk)
    if attempt.is_open:
        return redirect("assessments:attempt", pk)
    stand = actions.resume(attempt)
    context = reading.around(attempt) | reading.result(stand)
    context |= {"token": uuid4(), "ahead": reading.ahead(request.user, attempt)}
    return render(request, "assessments/review.html", context)

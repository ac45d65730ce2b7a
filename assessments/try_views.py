"""A quiz tried out without signing in: its page for visitors, its questions, what came of it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import actions, known, reading, showing, tries
from assessments.forms import AnswerForm, StartForm
from assessments.models import QuizPage
from assessments.replay import Standpoint
from content.bilingual import pick
from courses.reading import place_context

LIMIT = "try_out"  # in ACCOUNT_RATE_LIMITS: try-outs begun from one address
View = Callable[..., HttpResponse]


@never_cache
def front(request: HttpRequest, page: QuizPage, status: int = 200) -> HttpResponse:
    """What a quiz is about, for somebody who is not signed in and may try it out."""
    context = place_context(page, None) | {
        "page": page,
        "self": page,
        "quiz": page.quiz,
        "intro": pick(page.quiz, "intro"),
        "asked": tries.asked_count(page.quiz),
        "stand": tries.stand_of(request, page),
        "token": uuid4(),
    }
    return render(request, "assessments/try_front.html", context, status=status)


def visitor(view: View) -> View:
    """For a quiz that visitors may try out now. Signed-in people are sent to the quiz itself."""

    @wraps(view)
    @never_cache
    def asked(request: HttpRequest, key: UUID, **kwargs: Any) -> HttpResponse:
        page = known.page_of(key)
        if page is None or not page.url:
            raise Http404
        if request.user.is_authenticated:
            return redirect(page.url)
        if not page.accepts(request):
            raise Http404
        if not tries.is_offered(page, request):
            messages.info(request, _("This quiz cannot be tried out without signing in now."))
            return redirect(page.url)
        return view(request, page, **kwargs)

    return asked


def begun(view: View) -> View:
    """The same, for whoever has begun: others are sent to the page that begins it."""

    @visitor
    @wraps(view)
    def asked(request: HttpRequest, page: QuizPage, **kwargs: Any) -> HttpResponse:
        stand = tries.stand_of(request, page)
        if stand is None:
            messages.info(request, _("Nothing of this try-out is kept any more. Begin it anew."))
            return redirect(page.url or "/")
        return view(request, page, stand, **kwargs)

    return asked


@visitor
@require_POST
def start(request: HttpRequest, page: QuizPage) -> HttpResponse:
    """Begin a try-out, in place of an earlier one at the same quiz."""
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form is out of date. Press the button again."))
        return front(request, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    if ratelimit.consume(request, app="allauth.account", action=LIMIT) is None:
        return ratelimit.respond_429(request)
    tries.start(request, page, form.cleaned_data["token"])
    return redirect("assessments:try_attempt", page.translation_key)


@begun
@require_safe
def attempt(request: HttpRequest, page: QuizPage, stand: Standpoint) -> HttpResponse:
    """Where the try-out goes on: its questions or the next of them, or what came of it."""
    if not stand.is_open:
        return _result(page)
    if stand.policy.one_page:
        return showing.whole(request, stand)
    return redirect(showing.next_url(stand))


def _result(page: QuizPage) -> HttpResponse:
    return redirect("assessments:try_result", page.translation_key)


@begun
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, page: QuizPage, stand: Standpoint, slot: int) -> HttpResponse:
    """One question; a POST keeps the answer in the session."""
    asked = stand.slot(slot)
    if asked is None:
        raise Http404
    if not stand.is_open:
        return _result(page)
    if request.method != "POST":
        return showing.question(request, stand, asked)
    form = AnswerForm(request.POST, slot=asked)
    if not form.is_valid():
        return showing.refused(request, stand, asked, form)
    try:
        outcome = tries.save(request, stand, [form.given])
    except tries.Full:
        return _full(request, page)
    stand, came = outcome.stand, outcome.answers[slot]
    saved = stand.slots[slot - 1]
    if came == actions.ELSEWHERE:
        return showing.question(request, stand, saved, status=HTTPStatus.CONFLICT, elsewhere=True)
    if came == actions.STANDS:
        messages.info(
            request,
            _("This question was answered and explained already; your first answer stands."),
        )
    if stand.is_explained(saved):
        return redirect(reading.Addresses.of(stand.attempt).question(slot))
    return redirect(showing.next_url(stand, slot))


def _full(request: HttpRequest, page: QuizPage) -> HttpResponse:
    messages.warning(
        request,
        _("Your last answer was not kept: a try-out holds no more. Finish it to see the result."),
    )
    return redirect("assessments:try_finish", page.translation_key)


@begun
@require_POST
def save(request: HttpRequest, page: QuizPage, stand: Standpoint) -> HttpResponse:
    """Keep all answers of a page in the session."""
    return _take_page(request, page, stand, finish=False)


@begun
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, page: QuizPage, stand: Standpoint) -> HttpResponse:
    """What is answered and what is not; a POST finishes, with the answers it brings."""
    if not stand.is_open:
        return _result(page)
    if request.method == "POST":
        return _take_page(request, page, stand, finish=True)
    if stand.policy.one_page:
        return redirect("assessments:try_attempt", page.translation_key)
    return showing.overview(request, stand)


def _take_page(
    request: HttpRequest, page: QuizPage, stand: Standpoint, *, finish: bool
) -> HttpResponse:
    if not stand.is_open:
        return _result(page)
    forms = showing.forms(request, stand) if stand.policy.one_page else []
    valid = [form for form in forms if form.is_valid()]
    amiss = {form.slot.number: form for form in forms if form not in valid and not form.is_empty}
    given = [form.given for form in valid]
    try:
        if finish and not amiss:
            tries.finish(request, stand, given)
            return _result(page)
        outcome = tries.save(request, stand, given)
    except tries.Full:
        messages.warning(request, _("Your answers were not kept: a try-out holds no more."))
        return showing.whole(request, stand)
    elsewhere = [slot for slot, came in outcome.answers.items() if came == actions.ELSEWHERE]
    if amiss or elsewhere:
        return showing.whole(request, outcome.stand, amiss=amiss, elsewhere=elsewhere)
    messages.success(request, _("Your answers are kept until you leave."))
    return redirect("assessments:try_attempt", page.translation_key)


@begun
@require_safe
def result(request: HttpRequest, page: QuizPage, stand: Standpoint) -> HttpResponse:
    """What came of it, what may be shown of each question, and how to go on."""
    if stand.is_open:
        return redirect("assessments:try_attempt", page.translation_key)
    context = reading.around(stand.attempt) | reading.judged(stand)
    context |= {
        "page": page,
        "token": uuid4(),
        "critical_wrong": [point for point in stand.points if point.state == "alone"],
    }
    return render(request, "assessments/try_result.html", context)

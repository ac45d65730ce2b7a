"""A quiz in few hops: find what the person may see, validate, act, answer."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import actions, feedback, known, reading, showing, tries, try_views
from assessments.forms import AnswerForm, StartForm
from assessments.models import Attempt, AttemptQuerySet, QuizPage
from assessments.replay import Standpoint, form_token
from assessments.results import Slot
from courses.people.models import User
from courses.people.prepared import Prepared
from courses.people.requests import UserRequest
from courses.progress.models import Subject
from courses.reading import place_context

# The page of a quiz ---------------------------------------------------------------------


def quiz_page(request: HttpRequest, page: QuizPage, status: int = 200) -> HttpResponse:
    """What a quiz is about, the attempts so far, and the button; for signed-in people."""
    user = request.user
    if not isinstance(user, User):
        if tries.is_offered(page, request):
            return try_views.front(request, page)
        return redirect_to_login(request.get_full_path())
    # As the quiz stands under this generation, with no statement of its own.
    page.quiz = known.quiz(page.quiz_id)
    attempts = [
        actions.close_if_over(attempt) for attempt in OWN_AT_QUIZ.all(user.pk, page.quiz_id)
    ]
    every = request.GET.get("attempts") == "all"
    context = place_context(page, user) | reading.front(page, attempts, every=every)
    context |= {"page": page, "self": page, "request": request, "token": uuid4()}
    return render(request, "assessments/quiz_page.html", context, status=status)


@login_required
@require_POST
@never_cache
def start(request: UserRequest, key: UUID) -> HttpResponse:
    """Start an attempt, or go on with the one that is open."""
    page = known.page_of(key)
    if page is None or not page.may_be_read(request):
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
    except actions.NotNow as early:
        messages.warning(request, reading.why_not(early.refusal))
    else:
        return redirect(attempt)
    return quiz_page(request, page, HTTPStatus.CONFLICT)


# One attempt ----------------------------------------------------------------------------


def _with_log(person: int, pk: UUID) -> AttemptQuerySet:
    return Attempt.objects.filter(subject__person=person, pk=pk).with_log()


def _with_others(person: int, pk: UUID) -> AttemptQuerySet:
    """The same, with how many she has `made` at this quiz and whether `one_is_open`."""
    same = Attempt.objects.filter(subject=OuterRef("subject"), quiz=OuterRef("quiz")).order_by()
    return _with_log(person, pk).annotate(
        made=Subquery(same.values("quiz").annotate(n=Count("pk")).values("n")),
        one_is_open=Exists(same.filter(status=Attempt.Status.OPEN)),
    )


OWN = Prepared(_with_log, -1, UUID(int=1))
OWN_WITH_OTHERS = Prepared(_with_others, -1, UUID(int=1))
OWN_LOCKED = Prepared(
    lambda person, pk: actions.to_lock(Attempt.objects.filter(subject__person=person, pk=pk)),
    -1,
    UUID(int=1),
)
OWN_AT_QUIZ = Prepared(
    lambda person, quiz: (
        Attempt.objects.filter(subject__person=person, quiz=quiz).for_lists().order_by("number")
    ),
    -1,
    -2,
)


def _found(request: UserRequest, pk: UUID, which: Prepared[Attempt]) -> Attempt:
    attempt = which.first(request.user.pk, pk)
    if attempt is None:
        raise Http404
    attempt.subject = Subject.objects.for_user(request.user)
    return attempt


def _own(request: UserRequest, pk: UUID) -> Attempt:
    """One's own attempt; anybody else's is not found. Closed, if its time is up."""
    return actions.close_if_over(_found(request, pk, OWN))


def _own_locked(request: UserRequest, pk: UUID) -> Attempt:
    """The same to write to, inside a transaction."""
    attempt = OWN_LOCKED.first(request.user.pk, pk)
    if attempt is None:
        raise Http404
    return attempt


@login_required
@require_safe
@never_cache
def attempt(request: UserRequest, pk: UUID) -> HttpResponse:
    """Where the attempt goes on: its questions or the next of them, or its result."""
    attempt = _own(request, pk)
    if not attempt.is_open:
        return redirect("assessments:review", pk)
    stand = actions.resume(attempt)
    if stand.policy.one_page:
        return showing.whole(request, stand)
    return redirect(showing.next_url(stand))


def _over(request: UserRequest, stand: Standpoint, outcome: str = actions.OVER) -> HttpResponse:
    """What was sent came after the end: say whether it was kept, and show the result."""
    moment = reading.moment(stand.finished_at)
    if stand.attempt.is_review:
        said = _("This review is over. What was answered until %(moment)s is on your record.") % {
            "moment": moment
        }
    elif outcome == actions.LATE:
        said = _(
            "The time was up at %(moment)s, while you were writing. What you sent is kept and "
            "shown below, but it does not count."
        ) % {"moment": moment}
    elif stand.timed_out:
        said = _("The time was up at %(moment)s. What was saved until then counts.") % {
            "moment": moment
        }
        if not stand.counts:
            said = _(
                "The time was up at %(moment)s, before the attempt was finished. Your answers "
                "are kept, but the attempt does not count."
            ) % {"moment": moment}
    else:
        said = _("This attempt was finished already, so the answer was not added to it.")
    messages.warning(request, said)
    return redirect("assessments:review", stand.attempt.pk)


# One question at a time -------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def question(request: UserRequest, pk: UUID, slot: int) -> HttpResponse:
    """One question; a POST saves the answer at once."""
    if request.method == "POST":
        with transaction.atomic():
            return _answer(request, _own_locked(request, pk), slot)
    attempt = _own(request, pk)
    stand = actions.resume(attempt)
    asked = stand.slot(slot)
    if asked is None:
        raise Http404
    if not attempt.is_open and not (attempt.is_review and asked.answered):
        return redirect("assessments:review", pk)
    feedback.saw_again(stand, [asked])
    return showing.question(request, stand, asked)


def _answer(request: UserRequest, attempt: Attempt, number: int) -> HttpResponse:
    stand = actions.resume(attempt)
    asked = stand.slot(number)
    if asked is None:
        raise Http404
    form = AnswerForm(request.POST, slot=asked)
    if not form.is_valid():
        if not attempt.is_open:
            return _over(request, stand)
        return showing.refused(request, stand, asked, form)
    outcome = actions.save(attempt, [form.given], stand=stand)
    stand, came = outcome.stand, outcome.answers[number]
    saved = stand.slots[number - 1]
    if came == actions.ELSEWHERE and stand.is_open:
        return showing.question(request, stand, saved, status=HTTPStatus.CONFLICT, elsewhere=True)
    if came in (actions.LATE, actions.OVER):
        return _over(request, stand, came)
    if not stand.is_open:
        # A review ends with its last answer, which is explained as the others were.
        if attempt.is_review and came in (actions.SAVED, actions.SAME):
            return redirect("assessments:question", attempt.pk, number)
        return _over(request, stand, came)
    if came == actions.STANDS:
        messages.info(request, _stands(stand, saved))
        return redirect("assessments:question", attempt.pk, number)
    if outcome.asked:
        messages.info(request, _another(outcome.asked))
        return redirect("assessments:question", attempt.pk, len(stand.slots))
    if stand.policy.explains_each and stand.is_explained(saved):
        return redirect("assessments:question", attempt.pk, number)
    return redirect(showing.next_url(stand, number))


def _stands(stand: Standpoint, slot: Slot) -> str:
    if stand.is_explained(slot):
        return _("This question was answered and explained already; your first answer stands.")
    return _("This answer stands: the same is being asked in other words.")


def _another(number: int) -> str:
    return ngettext(
        "One more question before the result: it asks about something where safety depends on it.",
        "%(number)d more questions before the result: they ask about things where safety "
        "depends on it.",
        number,
    ) % {"number": number}


# All questions on one page ----------------------------------------------------------------


@login_required
@require_POST
@never_cache
def save(request: UserRequest, pk: UUID) -> HttpResponse:
    """Save all answers of a page, or those that its script sends; a script is told in JSON."""
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    with transaction.atomic():
        attempt = _own_locked(request, pk)
        stand = actions.resume(attempt)
        forms = showing.forms(request, stand)
        valid = [form for form in forms if form.is_valid()]
        outcome = actions.save(attempt, [form.given for form in valid], stand=stand)
    amiss = {form.slot.number: form for form in forms if form not in valid and not form.is_empty}
    if wants_json:
        return JsonResponse(_as_json(outcome, amiss), status=_json_status(outcome, amiss))
    return _after_page(request, outcome, amiss)


def _after_page(
    request: UserRequest, outcome: actions.Outcome, amiss: Mapping[int, AnswerForm]
) -> HttpResponse:
    stand = outcome.stand
    if not stand.is_open:
        late = actions.LATE in outcome.answers.values()
        return _over(request, stand, actions.LATE if late else actions.OVER)
    elsewhere = [slot for slot, came in outcome.answers.items() if came == actions.ELSEWHERE]
    if amiss or elsewhere:
        return showing.whole(request, stand, amiss=amiss, elsewhere=elsewhere)
    if outcome.asked:
        messages.info(request, _another(outcome.asked))
    else:
        messages.success(request, _("Your answers are saved."))
    return redirect(stand.attempt)


def _as_json(outcome: actions.Outcome, amiss: Mapping[int, AnswerForm]) -> dict[str, Any]:
    """What a script is told: what came of each answer, and the token its next one starts from."""
    stand = outcome.stand
    clock = reading.clock(stand)
    answers: dict[str, dict[str, Any]] = {
        str(number): {"state": came, "base": str(_base(stand, number))}
        for number, came in outcome.answers.items()
    }
    answers |= {
        str(number): {"state": "amiss", "reasons": form.reasons, "base": str(_base(stand, number))}
        for number, form in amiss.items()
    }
    return {
        "answers": answers,
        "done": stand.answered_count,
        "total": len(stand.slots),
        "open": stand.is_open,
        "seconds": clock.seconds if clock else None,
    }


def _base(stand: Standpoint, number: int) -> UUID:
    slot = stand.slots[number - 1]
    return form_token(stand.attempt, number, slot.answers)


def _json_status(outcome: actions.Outcome, amiss: Mapping[int, AnswerForm]) -> int:
    came = set(outcome.answers.values())
    if amiss:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if came & {actions.ELSEWHERE, actions.STANDS, actions.LATE, actions.OVER}:
        return HTTPStatus.CONFLICT
    return HTTPStatus.OK


# Finishing ------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def finish(request: UserRequest, pk: UUID) -> HttpResponse:
    """What is answered and what is not; a POST hands the attempt in, with the answers it brings."""
    if request.method == "POST":
        return _hand_in(request, pk)
    attempt = _own(request, pk)
    if not attempt.is_open:
        return redirect("assessments:review", pk)
    stand = actions.resume(attempt)
    if stand.policy.one_page or attempt.is_review:
        return redirect(attempt)
    return showing.overview(request, stand)


def _hand_in(request: UserRequest, pk: UUID) -> HttpResponse:
    with transaction.atomic():
        attempt = _own_locked(request, pk)
        if not attempt.is_open:
            return redirect("assessments:review", pk)
        stand = actions.resume(attempt)
        forms = showing.forms(request, stand) if stand.policy.one_page else []
        valid = [form for form in forms if form.is_valid()]
        given = [form.given for form in valid]
        amiss = {f.slot.number: f for f in forms if f not in valid and not f.is_empty}
        if amiss:
            # The rest is kept; what cannot be taken is asked for before it is too late.
            outcome = actions.save(attempt, given, stand=stand)
        else:
            outcome = actions.hand_in(attempt, given, stand=stand)
    if amiss:
        return _after_page(request, outcome, amiss)
    stand = outcome.stand
    if outcome.asked:
        messages.info(request, _another(outcome.asked))
        if stand.policy.one_page:
            return redirect(attempt)
        return redirect("assessments:question", pk, len(stand.slots) - outcome.asked + 1)
    if stand.timed_out:
        late = actions.LATE in outcome.answers.values()
        return _over(request, stand, actions.LATE if late else actions.OVER)
    return redirect("assessments:review", pk)


@login_required
@require_POST
@never_cache
def more_time(request: UserRequest, pk: UUID) -> HttpResponse:
    """More time, for whoever asks before it is up; what the page sends with it is saved first."""
    form = StartForm(request.POST)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    with transaction.atomic():
        attempt = _own_locked(request, pk)
        stand = actions.resume(attempt)
        before = stand.deadline
        if stand.policy.one_page and not wants_json:
            valid = [form for form in showing.forms(request, stand) if form.is_valid()]
            stand = actions.save(attempt, [each.given for each in valid], stand=stand).stand
        token = form.cleaned_data["token"] if form.is_valid() else uuid4()
        stand = actions.extend(attempt, token, stand=stand)
    clock = reading.clock(stand)
    if wants_json:
        return JsonResponse(
            {
                "open": stand.is_open,
                "given": stand.deadline != before,
                "seconds": clock.seconds if clock else None,
                "more": clock.more if clock else 0,
            }
        )
    if not stand.is_open:
        return _over(request, stand)
    if stand.deadline != before:
        messages.success(
            request,
            _("You now have until %(moment)s.") % {"moment": reading.moment(stand.deadline)},
        )
    else:
        messages.warning(request, _("There is no more time to be had in this attempt."))
    return redirect(attempt)


# Looking back ---------------------------------------------------------------------------


@login_required
@require_safe
@never_cache
def review(request: UserRequest, pk: UUID) -> HttpResponse:
    """The result in words, and every question with what may be shown of it."""
    attempt: Any = _found(request, pk, OWN_WITH_OTHERS)
    if attempt.is_open and actions.close_if_over(attempt).is_open:
        return redirect("assessments:attempt", pk)
    stand = actions.resume(attempt)
    context = reading.around(attempt)
    if attempt.is_review:
        context |= reading.reviewed(stand, timezone.now()) | {"attempt": attempt, "token": uuid4()}
        return render(request, "assessments/reviewed.html", context)
    feedback.saw_again(stand, stand.slots)
    context |= reading.result(stand, attempt.made, attempt.one_is_open)
    context |= {"token": uuid4(), "ahead": reading.ahead(attempt.subject, attempt.place[0])}
    return render(request, "assessments/review.html", context)

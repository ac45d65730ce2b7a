"""For people who mark: what waits for them, an attempt with its answers, and changing a mark."""

import datetime
from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from assessments import actions, marking, reading
from assessments.models import MARK, MARKERS, Attempt, Quiz
from assessments.replay import Standpoint
from assessments.results import Slot
from content.bilingual import say
from courses.people import audit
from courses.people.models import Membership, User
from courses.people.requests import UserRequest
from courses.progress.models import Subject
from courses.reading import crumbs

PER_PAGE = 50
View = Callable[..., HttpResponse]


def marker(view: View) -> View:
    """For whoever leads or administers a team this day, or may mark everybody; a 404 for others."""

    @wraps(view)
    @login_required
    @never_cache
    def asked(request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        held = Membership.objects.on(today).filter(person=request.user, role__in=MARKERS)
        if not request.user.has_perm(MARK) and not held.exists():
            raise Http404
        return view(request, *args, today=today, **kwargs)

    return asked


# The queue ------------------------------------------------------------------------------


@marker
@require_safe
def queue(request: UserRequest, today: datetime.date) -> HttpResponse:
    """What waits for this person to mark, or all attempts she may look at, by quiz and person."""
    attempts = Attempt.objects.markable_by(request.user, today)
    asked = _filter(request)
    chosen = attempts
    if asked["quiz"]:
        chosen = chosen.filter(quiz=asked["quiz"])
    if asked["person"]:
        chosen = chosen.filter(subject__person=asked["person"])
    me = Subject.objects.for_user(request.user)
    context: dict[str, Any] = {
        "asked": asked,
        "quizzes": Quiz.objects.filter(pk__in=attempts.order_by().values("quiz")),
        "people": User.objects.filter(subject__in=attempts.order_by().values("subject")),
        "crumbs": crumbs((_("Marking"), "")),
    }
    if asked["all"]:
        rows = chosen.select_related("subject__person", "quiz").order_by("-finished_at")
        page = Paginator(rows.defer("pinned"), PER_PAGE).get_page(request.GET.get("page"))
        query = request.GET.copy()
        query.pop("page", None)
        context |= {"page_obj": page, "query": query.urlencode()}
    else:
        waiting = marking.queue(chosen.select_related("quiz"), me, today)
        context |= {"waiting": waiting}
    return render(request, "assessments/marking/queue.html", context)


def _filter(request: HttpRequest) -> dict[str, Any]:
    def number(name: str) -> int | None:
        value = request.GET.get(name, "")
        return int(value) if value.isdecimal() and len(value) < 18 else None

    return {
        "quiz": number("quiz"),
        "person": number("person"),
        "all": request.GET.get("show") == "all",
    }


# One attempt ----------------------------------------------------------------------------


class MarkForm(forms.Form):
    """Points for every criterion of an open answer, and a word to whoever wrote it."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=gettext_lazy("To the person"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What is good, and what would make it better. They read it."),
    )

    def __init__(self, data: Any = None, *, slot: Slot) -> None:
        super().__init__(
            data, prefix=f"m{slot.number}", initial={"token": uuid4()}, label_suffix=""
        )
        self.criteria = [criterion["key"] for criterion in slot.key["body"]["criteria"]]
        rows = {}
        for criterion in slot.key["body"]["criteria"]:
            levels = sorted(criterion["levels"], key=lambda level: int(level["points"]))
            rows[f"c-{criterion['key']}"] = forms.TypedChoiceField(
                label=say(criterion["name"]),
                choices=[(str(each["points"]), _level(each)) for each in levels],
                coerce=int,
                widget=forms.RadioSelect,
            )
        self.fields = rows | self.fields

    @property
    def points(self) -> dict[str, int]:
        return {key: self.cleaned_data[f"c-{key}"] for key in self.criteria}


def _level(level: Any) -> str:
    return f"{level['points']} – {say(level['text'])}"


class CorrectForm(forms.Form):
    """Another mark than the one that follows from the question, and why."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    earned = forms.ChoiceField(
        label=gettext_lazy("The answer is"),
        choices=[
            ("1", gettext_lazy("right")),
            ("1/2", gettext_lazy("half right")),
            ("0", gettext_lazy("not right")),
            ("", gettext_lazy("as the question says")),
        ],
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Stays in the log of the attempt. The person reads it."),
    )

    def __init__(self, data: Any = None, *, slot: Slot) -> None:
        super().__init__(
            data, prefix=f"x{slot.number}", initial={"token": uuid4()}, label_suffix=""
        )

    @property
    def fraction(self) -> Fraction | None:
        earned = self.cleaned_data["earned"]
        return Fraction(earned) if earned else None


def _found(request: UserRequest, pk: UUID, today: datetime.date) -> Attempt:
    attempts = Attempt.objects.markable_by(request.user, today)
    found = attempts.select_related("subject__person", "quiz").with_log().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _seen_by(request: UserRequest, stand: Standpoint) -> list[Slot]:
    """The questions of an attempt whose answers this person may see."""
    if request.user.has_perm(MARK):
        return list(stand.slots)
    return [slot for slot in stand.slots if slot.is_by_hand]


@marker
@require_safe
def attempt(request: UserRequest, pk: UUID, today: datetime.date) -> HttpResponse:
    """The answers of an attempt, with forms for those that wait; opening it is logged."""
    found = _found(request, pk, today)
    audit.log(
        request.user,
        "viewed_attempt",
        about=found.subject.person,
        object_kind="attempt",
        object_key=found.pk,
    )
    return _show(request, found)


def _show(
    request: UserRequest,
    found: Attempt,
    *,
    given: tuple[int, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    stand = actions.resume(found)
    me = Subject.objects.for_user(request.user)
    rows = []
    for item in reading.explained(_seen_by(request, stand), reading.ALL, stand):
        slot = item.slot
        to_mark = marking.waits_for(slot, me)
        can_correct = slot.is_scored and slot.answered and not slot.waits
        sent = given[1] if given and given[0] == slot.number else None
        rows.append(
            {
                "item": item,
                "mark": (sent if isinstance(sent, MarkForm) else MarkForm(slot=slot))
                if to_mark
                else None,
                "correct": (sent if isinstance(sent, CorrectForm) else CorrectForm(slot=slot))
                if can_correct
                else None,
                # Of two who mark, neither sees the other's marks before it is settled.
                "blind": slot.waits and bool(slot.marks),
            }
        )
    context = reading.around(found) | {
        "attempt": found,
        "stand": stand,
        "person": found.subject.person,
        "rows": rows,
        "hidden": len(stand.slots) - len(rows),
        "crumbs": crumbs(
            (_("Marking"), reverse("assessments:marking")), (str(found.subject.person or ""), "")
        ),
    }
    return render(request, "assessments/marking/attempt.html", context, status=status)


@marker
@require_http_methods(["POST"])
def mark(request: UserRequest, pk: UUID, slot: int, today: datetime.date) -> HttpResponse:
    """Give one open answer its points."""
    found = _found(request, pk, today)
    asked = actions.resume(found).slot(slot)
    if asked is None or not asked.is_by_hand:
        raise Http404
    form = MarkForm(request.POST, slot=asked)
    if not form.is_valid():
        return _show(request, found, given=(slot, form), status=422)
    token, said = form.cleaned_data["token"], form.cleaned_data["comment"]
    try:
        stand = marking.mark(found, slot, request.user, form.points, said, token)
    except marking.NotToMark:
        messages.warning(request, _("This answer does not wait for your mark any more."))
    else:
        if any(each.waits for each in stand.slots):
            messages.success(request, _("Marked."))
        else:
            messages.success(request, _("Marked. The person is told."))
            return redirect("assessments:marking")
    return redirect("assessments:marking_attempt", pk)


@marker
@require_http_methods(["POST"])
def correct(request: UserRequest, pk: UUID, slot: int, today: datetime.date) -> HttpResponse:
    """Change a mark, with a reason."""
    found = _found(request, pk, today)
    asked = actions.resume(found).slot(slot)
    if asked is None or asked not in _seen_by(request, actions.resume(found)):
        raise Http404
    form = CorrectForm(request.POST, slot=asked)
    if not form.is_valid():
        return _show(request, found, given=(slot, form), status=422)
    try:
        marking.correct(
            found,
            slot,
            request.user,
            form.fraction,
            form.cleaned_data["reason"],
            form.cleaned_data["token"],
        )
    except marking.NotToMark:
        messages.warning(request, _("This answer has no mark to change."))
    else:
        audit.log(
            request.user,
            "changed_mark",
            about=found.subject.person,
            object_kind="attempt",
            object_key=found.pk,
            detail={"question": slot},
        )
        messages.success(request, _("The mark is changed. It is in the log of the attempt."))
    return redirect("assessments:marking_attempt", pk)

"""Pages of an attempt that goes on: a question, all of them, the overview before one finishes.

Of a try-out too: where an attempt's pages are is said by `reading.Addresses`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from assessments import reading, reviews
from assessments.forms import AnswerForm
from assessments.replay import Standpoint
from assessments.results import Slot


def next_url(stand: Standpoint, after: int = 0) -> str:
    """The address of the next question without an answer, else of the overview.

    Of a review it is what is asked next, else its end.
    """
    addresses = reading.Addresses.of(stand.attempt)
    if stand.attempt.is_review:
        number = reviews.next_slot(stand) if stand.is_open else None
        return addresses.question(number) if number else addresses.review
    numbers = [slot.number for slot in stand.unanswered if slot.number > after]
    return addresses.question(numbers[0]) if numbers else addresses.finish


def question(
    request: HttpRequest,
    stand: Standpoint,
    asked: Slot,
    *,
    status: int = 200,
    errors: Sequence[str] = (),
    elsewhere: bool = False,
) -> HttpResponse:
    """One question, to be answered or explained."""
    # What is right goes to the template only once the answer stands.
    is_explained = stand.is_explained(asked) or not stand.is_open
    shown = stand.policy.shows(timezone.now(), None)
    addresses = reading.Addresses.of(stand.attempt)
    before, after = asked.number - 1, asked.number + 1
    context = _around(stand) | reading.fields_of(stand, asked)
    context |= {
        "total": len(stand.slots),
        "done": stand.answered_count,
        "explained": is_explained,
        "stands": stand.stands(asked) and not is_explained,
        "item": reading.explained([asked], shown, stand)[0] if is_explained else None,
        "next_url": next_url(stand, asked.number),
        "before_url": addresses.question(before) if before else "",
        "after_url": addresses.question(after) if after <= len(stand.slots) else "",
        "errors": errors,
        "elsewhere": elsewhere,
    }
    return render(request, "assessments/question.html", context, status=status)


def refused(request: HttpRequest, stand: Standpoint, asked: Slot, form: AnswerForm) -> HttpResponse:
    """The question again with what was sent and what is amiss with it."""
    return question(
        request,
        stand,
        replace(asked, sent=form.values),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        errors=form.reasons,
    )


def forms(request: HttpRequest, stand: Standpoint) -> list[AnswerForm]:
    """The forms of all questions that something was sent for."""
    found = [AnswerForm(request.POST, slot=reading.on_a_page(slot)) for slot in stand.slots]
    return [form for form in found if form.values]


def whole(
    request: HttpRequest,
    stand: Standpoint,
    *,
    amiss: Mapping[int, AnswerForm] | None = None,
    elsewhere: Sequence[int] = (),
) -> HttpResponse:
    """All questions on one page."""
    amiss = amiss or {}
    shown = stand.policy.shows(timezone.now(), None)
    rows = []
    for slot in stand.slots:
        form = amiss.get(slot.number)
        asked = reading.on_a_page(replace(slot, sent=form.values) if form else slot)
        is_explained = stand.is_explained(slot)
        rows.append(
            reading.fields_of(stand, asked)
            | {
                "errors": form.reasons if form else [],
                "elsewhere": slot.number in elsewhere,
                "explained": is_explained,
                "stands": stand.stands(slot) and not is_explained,
                "item": reading.explained([slot], shown, stand)[0] if is_explained else None,
            }
        )
    context = _around(stand) | {
        "rows": rows,
        "total": len(rows),
        "done": stand.answered_count,
        "problems": [row for row in rows if row["errors"] or row["elsewhere"]],
    }
    status = 200
    if amiss or elsewhere:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if amiss else HTTPStatus.CONFLICT
    return render(request, "assessments/attempt.html", context, status=status)


def overview(request: HttpRequest, stand: Standpoint) -> HttpResponse:
    """What is answered and what is not, before one finishes."""
    addresses = reading.Addresses.of(stand.attempt)
    rows = [(slot, addresses.question(slot.number)) for slot in stand.slots]
    return render(request, "assessments/overview.html", _around(stand) | {"rows": rows})


def _around(stand: Standpoint) -> dict[str, object]:
    return reading.around(stand.attempt) | {
        "attempt": stand.attempt,
        "addresses": reading.Addresses.of(stand.attempt),
        "stand": stand,
        "clock": reading.clock(stand),
        "more_token": uuid4(),
    }

"""What editors see before publishing: a question and a quiz as learners meet them."""

from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from assessments import grading, reading
from assessments.checks import named, question_problems
from assessments.models import Pin, Question, Quiz, QuizPage
from assessments.results import Slot
from content.bilingual import pick


def _slot(question: Question, number: int = 1) -> Slot:
    data = question.as_data()
    order = grading.shuffled_keys(data)
    if question.kind == "true-false":
        order.sort(reverse=True)
    return Slot(Pin(number, 0, tuple(order), Fraction(1)), data, "")


def preview(request: HttpRequest, question: Question, mode: str) -> HttpResponse:
    """A question in a language ("lv", "en"), or with what people are told ("lv-review").

    Of one that is not finished, what it lacks is listed, and explained is what can be.
    """
    language, _dash, review = mode.partition("-")
    with translation.override(language or "lv"):
        slot, written = _slot(question), question.written()
        problems = [
            (named(where, written), reason)
            for where, reason in question_problems(question.kind, written)
        ]
        is_told = bool(review) and _can_be_told(slot)
        context = {
            "slot": slot,
            "item": reading.explained([slot])[0] if is_told else None,
            "problems": problems,
        }
        return render(request, "assessments/preview_question.html", context)


def _can_be_told(slot: Slot) -> bool:
    """Whether it can be said what is right."""
    try:
        return bool(slot.question)
    except ValueError:
        return False


def preview_quiz(request: HttpRequest, quiz: Quiz, mode: str) -> HttpResponse:
    """A quiz with all its questions in one language."""
    with translation.override(mode or "lv"):
        places = quiz.places.all()
        context = {
            "title": pick(quiz, "title"),
            "intro": pick(quiz, "intro"),
            "slots": [_slot(place.question, number) for number, place in enumerate(places, 1)],
        }
        return render(request, "assessments/preview_quiz.html", context)


def preview_page(request: HttpRequest, page: QuizPage) -> HttpResponse:
    """The page of a quiz as somebody sees it who has not begun."""
    with translation.override(page.locale.language_code):
        context = reading.front(page, []) | {"page": page, "self": page, "request": request}
        return render(request, "assessments/quiz_page.html", context | {"crumbs": []})

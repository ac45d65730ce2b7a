"""What editors see before publishing: a question and a quiz as learners meet them."""

from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from assessments import reading
from assessments.models import Pin, Question, Quiz, QuizPage
from assessments.results import Slot
from content.bilingual import pick


def _slot(question: Question, number: int = 1) -> Slot:
    data = question.as_data()
    options = tuple(option["key"] for option in data["options"])
    return Slot(Pin(number, 0, options, Fraction(1)), data, "")


def preview(request: HttpRequest, question: Question, mode: str) -> HttpResponse:
    """A question in a language ("lv", "en"), or with what people are told ("lv-review")."""
    language, _dash, review = mode.partition("-")
    with translation.override(language or "lv"):
        slot = _slot(question)
        context = {"slot": slot, "item": reading.explained([slot])[0] if review else None}
        return render(request, "assessments/preview_question.html", context)


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

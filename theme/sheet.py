"""The component sheet: everything the look is made of on one page, in development only."""

import datetime
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from assessments import asking, grading, reading
from assessments.forms import reason
from assessments.models import Pin
from assessments.results import Slot
from theme.icons import ICONS
from theme.kinds import QUESTIONS, RESPONSES

TOKENS = ["paper", "sheet", "soft", "ink", "muted", "accent", "warm", "good", "bad"]


class SampleForm(forms.Form):
    """One field of each kind, so that none is forgotten."""

    name = forms.CharField(label=_("Name"), help_text=_("As it should stand on a certificate."))
    due = forms.DateField(label=_("Due"), widget=forms.DateInput(attrs={"type": "date"}))
    team = forms.ChoiceField(label=_("Team"), choices=[("a", "Rīgas cietums"), ("b", "Cēsis")])
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)
    setting = forms.ChoiceField(
        label=_("Setting"),
        widget=forms.RadioSelect,
        choices=[("prison", _("prison")), ("municipal", _("municipality"))],
    )
    modules = forms.MultipleChoiceField(
        label=_("Modules"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("burnout", "Izdegšanas novēršana"), ("rights", "Klienta tiesības")],
    )
    agree = forms.BooleanField(label=_("I have read how my records are kept"))


def components(request: HttpRequest) -> HttpResponse:
    """Shows each component with believable contents; asks nothing of the database."""
    return render(request, "sheet.html", sample())


def sample() -> dict[str, Any]:
    day = datetime.date(2026, 11, 22)
    titles = ["Trīs slodzes veidi", "Kas veicina izdegšanu", "Astoņi paradumi", "Supervīzija"]
    states = ["met", "met", "started", "none"]
    lessons = [{"title": t, "state": s} for t, s in zip(titles, states, strict=True)]
    rows = [
        {
            "name": "Rūpes par sevi",
            "url": "#profile",
            "level": 3,
            "target": 3,
            "text": "",
            "note": "",
        },
        {"name": "Sadarbības attiecības", "url": "#profile", "level": 2, "target": 3, "text": ""},
        {"name": "Ētika un robežas", "url": "#profile", "level": 0, "target": 2, "text": ""},
        {"name": "Starpinstitūciju sadarbība", "level": None, "target": 2, "note": "prison"},
    ]
    people = [
        ("Ilze Bērziņa", ["met", "met", "started", "none", "due"]),
        ("Jānis Kļaviņš", ["met", "overdue", "overdue", "none", "none"]),
        ("Ģertrūde Ķikute-Šņoriņa", ["met", "expired", "met", "met", "waiting"]),
    ]
    return {
        "translations": [
            {"language": "lv", "url": "/lv/components/", "current": False},
            {"language": "en", "url": "/en/components/", "current": True},
        ],
        "icons": list(ICONS),
        "tokens": TOKENS,
        "crumbs": [{"title": "Moduļi", "url": "#main"}, {"title": "Izdegšanas novēršana"}],
        "parts": [
            *lessons,
            {"title": "Tests", "state": "new"},
            {"title": "Saruna", "state": "none"},
        ],
        "done_parts": [{"title": t, "state": "met"} for t in titles],
        "new_parts": [{"title": t, "state": "none"} for t in titles],
        "steps": [
            *lessons[:2],
            {"title": titles[2], "state": "current", "url": "#main"},
            lessons[3],
        ],
        "rows": rows,
        "modules": ["Izdegšana", "Pašnāvības risks", "Klienta tiesības", "Atkarības", "Iznākšana"],
        "people": people,
        "page_obj": Paginator(range(60), 10).get_page(2),
        "form": SampleForm(),
        "bad_form": SampleForm({"name": "", "setting": "x"}, prefix="bad"),
        "day": day,
        "events": [
            {
                "day": day,
                "title": "Tests nokārtots: 86 %",
                "icon": "check",
                "tone": "good",
                "url": "#",
            },
            {
                "day": day,
                "title": "Saruna „Piektdienas lūgums”",
                "text": "Vidējs iznākums",
                "icon": "scenario",
            },
            {"day": day, "title": "Termiņš pagarināts", "icon": "calendar", "tone": "warm"},
        ],
    }


def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of question, as it is asked and as it is explained; asks no database either."""
    return render(request, "kinds.html", {"kinds": [_kind(name) for name in grading.KINDS]})


def _kind(name: str) -> dict[str, Any]:
    data = QUESTIONS[name]
    slot = Slot(Pin(1, 0, tuple(grading.shuffled_keys(data)), Fraction(1)), data, "")
    answered = [replace(slot, response=response) for _state, response in RESPONSES[name]]
    # As nothing was chosen, or something that cannot be taken.
    why, sent = AMISS.get(name, ("nothing", {}))
    asked = [
        (slot, []),
        (answered[0], []),
        (replace(slot, sent=sent or asking.values_of(answered[0].response)), [reason(name, why)]),
    ]
    return {
        "name": name,
        "asked": [
            (replace(each, prefix=f"{name}-{number}-"), errors)
            for number, (each, errors) in enumerate(asked)
        ],
        "explained": reading.explained([*answered, slot]),
        "item": reading.explained([slot])[0],
    }


AMISS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "ordering": ("places", {"place-0be2": ["1"], "place-a3c4": ["1"], "place-e80d": ["3"]}),
    "number": ("number", {"number": ["pusi dienas"]}),
    "estimate": ("number", {"number": ["daudz"]}),
    "open": ("long", {"text": ["Klients atkal neatnāca. " * 140]}),
}

"""Questions put together of kept pieces say what the templates of their kinds say."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from django.template import engines
from django.utils import translation

from assessments.models import Pin
from assessments.reading import ALL, Explained, on_a_page
from assessments.results import Slot
from tests.assessments.kinds import asked

CHOICES = ["single", "multiple", "true-false"]
pytestmark = pytest.mark.django_db


def rendered(source, **values):
    page = engines["django"].from_string("{% load questions %}" + source).render(values)
    return re.sub(r">\s+", ">", re.sub(r"\s+<", "<", page)).strip()


def data_of(kind):
    return asked(kind).versions.get().data


def slot_of(kind, response=None, number=3):
    data = data_of(kind)
    keys = tuple(option["key"] for option in data["options"])
    return Slot(Pin(number, 1, keys[::-1], Fraction(1)), data, "hash", response=response)


@pytest.fixture(params=["lv", "en"], autouse=True)
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.fixture(params=CHOICES)
def kind(request):
    return request.param


@pytest.mark.parametrize("heading", [1, 2])
@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("several", [True, False])
def test_asked(kind, heading, answered, several):
    slot = slot_of(kind)
    chosen = [slot.pin.options[0]]
    slot = replace(slot, response={"chosen": chosen} if answered else None)
    slot = on_a_page(slot) if several else slot
    by_template = "{% include slot.ask_template with slot=slot heading=heading only %}"
    values = {"slot": slot, "heading": heading}
    assert rendered("{% ask slot heading %}", **values) == rendered(by_template, **values)


@pytest.mark.parametrize("number", [0, 3])
def test_explained(kind, number):
    slot = slot_of(kind)
    for key in slot.pin.options:
        item = Explained(replace(slot, response={"chosen": [key]}), None, None, ALL)
        values = {"item": item, "told": item.slot.told, "heading": 3, "number": number}
        by_template = (
            '{% include "assessments/explained.html" with item=item told=told heading=heading '
            "number=number only %}"
        )
        assert rendered("{% explain item heading number %}", **values) == rendered(
            by_template, **values
        )


def test_a_text_that_looks_like_the_name_of_a_field_stays_as_it_is(kind):
    """Fields are named afterwards: what an editor wrote is never taken for a place of a name."""
    sly = ' name="-" ="-how" [fields] </fieldset>'
    slot = slot_of(kind)
    text = {"lv": sly, "en": sly}
    options = [option | {"text": text} for option in slot.data["options"]]
    slot = on_a_page(replace(slot, data={**slot.data, "stem": text, "options": options}))
    by_template = "{% include slot.ask_template with slot=slot heading=2 only %}"
    assert rendered("{% ask slot 2 %}", slot=slot) == rendered(by_template, slot=slot)

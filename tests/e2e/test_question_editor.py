"""Wagtail's editor of a question: what is said in Latvian and in English stands side by side."""

import pytest
from playwright.sync_api import expect

from tests.browser import NewContext
from tests.e2e.addresses import SESSIONS
from tests.e2e.barriers import WIDTH
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-staff")]

EDITOR = "elina.priede"
# Answers the address of the editor of a question that has groups: parts in parts, some behind a gear.
ADDRESS = """
from django.urls import reverse
from assessments.models import Question
question = Question.objects.filter(module="burnout", kind="grouping").first()
answer = reverse(question.snippet_viewset.get_url_name("edit"), args=[question.pk])
"""
# [[name, across, down] of the Latvian field, the same of the English one] for each text shown.
SIDES = """
() => [...document.querySelectorAll('.sides-block [data-contentpath$="_lv"]')]
    .filter(field => field.checkVisibility({ contentVisibilityAuto: true }))
    .map(field => [field, field.nextElementSibling].map(each => {
        const { left, top } = each.getBoundingClientRect();
        return [each.dataset.contentpath, Math.round(left), Math.round(top)];
    }))
"""


def test_latvian_stands_left_of_english(site: Site, new_context: NewContext) -> None:
    context = new_context(viewport=WIDTH)
    session = site.ask(SESSIONS % [EDITOR])[EDITOR]
    context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    page = context.new_page()
    page.goto(site.ask(ADDRESS))
    expect(page.locator(".sides-block").first).to_be_visible()
    sides = page.evaluate(SIDES)
    names = {name for (name, _left, _top), _english in sides}
    assert names == {"text_lv", "feedback_lv", "elsewhere_lv"}
    for (name, left, top), (other, right, level) in sides:
        assert other == name.replace("_lv", "_en")
        assert left < right, name
        assert top == level, name

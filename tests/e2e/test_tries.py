"""A visitor tries the quiz out by keys alone, with and without scripts, and is asked to sign in."""

import pytest
from playwright.sync_api import expect

from tests.browser import NewContext
from tests.e2e.keyboard import Keyboard
from tests.e2e.site import Site
from tests.e2e.words import words

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-everything")]

OFFERED = """
from assessments.models import QuizPage
pages = {page.locale.language_code: page for page in QuizPage.objects.live().filter(quiz__key="burnout/quiz")}
answer = {language: page.url for language, page in pages.items()}
"""
KEPT = """
from assessments.models import Attempt, Step
from courses.progress.models import Activity, Evidence, Subject
answer = [model.objects.count() for model in (Attempt, Step, Activity, Evidence, Subject)]
"""


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_visitor_tries_the_quiz_out(site: Site, new_context: NewContext, language, scripts):
    say = words(language)
    address = site.ask(OFFERED)[language]
    before = site.ask(KEPT)
    page = new_context(
        java_script_enabled=scripts, viewport={"width": 320, "height": 640}
    ).new_page()
    page.goto(address)
    keys = Keyboard(page)
    keys.follow(page.get_by_role("button", name=say("Try it out")))
    for _question in range(40):
        if page.locator("form.question input[type=radio][name=choice]").count():
            break
        keys.follow(page.get_by_role("link", name=say("Skip for now")))
    asked = page.url
    first = page.locator("form.question input[type=radio]").first.get_attribute("value")
    keys.choose(page.locator("form.question"), first or "")
    keys.follow(page.get_by_role("button", name=say("Answer"), exact=True))
    page.goto(asked)
    expect(page.locator(f"input[name=choice][value={first}]")).to_be_checked()
    keys.follow(page.get_by_role("link", name=say("Overview")))
    keys.follow(page.get_by_role("button", name=say("Finish anyway")))
    expect(page.get_by_text(say("Nothing of this is kept."))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    keys.follow(page.get_by_role("link", name=say("Sign in and take the quiz")))
    expect(page.locator("input[name=login]")).to_be_visible()
    assert site.ask(KEPT) == before

"""A conversation by keyboard, as a screen reader hears it, without scripts, and on a narrow screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewContext
from tests.e2e.keyboard import Keyboard
from tests.e2e.people import invited
from tests.e2e.site import Site
from tests.e2e.words import words

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-learner")]

WHERE = """
from scenarios.models import ScenarioPage
pages = ScenarioPage.objects.live().filter(story__key="friday-request")
answer = {page.locale.language_code: page.url for page in pages}
"""
TURNS = """
from scenarios.models import Turn
turns = Turn.objects.filter(run__subject__person__username="{username}").order_by("taken_at")
answer = [[turn.run.mode, turn.kind, turn.milliseconds] for turn in turns]
"""
PASSWORD = "klusa upe zem tilta 7"
# What a screen reader says when the focus comes: the name and the description of the element.
HEARD = """
() => {
    const element = document.activeElement;
    const told = name => (element.getAttribute(name) || "").split(" ").filter(Boolean)
        .map(id => document.getElementById(id).innerText.trim()).join(" ");
    return [element.id, told("aria-labelledby"), told("aria-describedby")];
}
"""


def come_in(page: Page, address: str) -> None:
    page.goto(address)
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/my/$"))


def text_of(page: Page) -> str:
    return page.locator(".scene-text").inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without-scripts"])
def test_a_conversation_by_keyboard_on_a_narrow_screen(
    site: Site, new_context: NewContext, scripts: bool
) -> None:
    """Practice with a way back, then a whole conversation that counts."""
    say = words("lv")
    address, username = invited(site, "Una" if scripts else "Uve", "Scēna", "lv")
    page = new_context(
        java_script_enabled=scripts, viewport={"width": 320, "height": 640}
    ).new_page()
    come_in(page, address)
    page.goto(site.ask(WHERE)["lv"])
    keys = Keyboard(page)

    keys.follow(page.get_by_role("button", name=say("Practise")))
    expect(page.locator("header .meta")).to_contain_text(say("Practice"))
    first = text_of(page)
    keys.follow(page.locator("button.choice").first)
    expect(page.locator("#scene-coach")).to_be_visible()
    assert text_of(page) != first
    keys.follow(page.locator(".ways-back button").last)
    assert text_of(page) == first
    expect(page.locator("#scene-coach")).to_have_count(0)

    page.goto(site.ask(WHERE)["lv"])
    keys.follow(page.get_by_role("button", name=say("Start the conversation")))
    turns = 0
    while "/debrief/" not in page.url:
        expect(page.locator("header .meta")).to_contain_text(say("Counts for your profile"))
        expect(page.locator("#scene-coach, .ways-back")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        # One thing speaks when the scene comes: nothing else on the page is live.
        expect(
            page.locator("main [aria-live], main [role=status], main [role=alert]")
        ).to_have_count(0)
        if turns and scripts:
            told, name, description = page.evaluate(HEARD)
            assert told == "scene"
            assert f"{turns + 1}" in name
            assert description == text_of(page)
        before = text_of(page)
        keys.follow(page.locator("form.choices button").first)
        turns += 1
        assert turns < 60
        if turns == 2:
            page.go_back()  # an old page sent again leaves one turn and shows where it stands
            page.goto(page.url)
            assert text_of(page) != before
    assert turns >= 6
    expect(page.locator("h1")).to_be_visible()
    kept = site.ask(TURNS.format(username=username))
    assert [turn[:2] for turn in kept[:2]] == [["practice", "choice"], ["practice", "rewind"]]
    assert [turn[:2] for turn in kept[2:]] == [["assessed", "choice"]] * turns
    assert all(turn[2] is not None and turn[2] < 60_000 for turn in kept)

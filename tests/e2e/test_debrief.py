"""A coded conversation and its debrief: by keyboard, in words, without scripts, on a narrow screen."""

import re

import pytest
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from scenarios.conversations import STAGES
from tests.browser import NewContext
from tests.e2e.keyboard import Keyboard
from tests.e2e.people import invited
from tests.e2e.site import Site
from tests.e2e.test_scenarios import HEARD, come_in, text_of
from tests.e2e.words import words

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-learner")]

WHERE = """
from scenarios.models import ScenarioPage
pages = ScenarioPage.objects.live().filter(
    story__key="first-conversation", story__module="motivational-interviewing")
answer = {page.locale.language_code: page.url for page in pages}
"""
WIDE = "document.documentElement.scrollWidth"


def cells(table: Locator) -> list[list[str]]:
    """The rows of a table's body, as texts."""
    rows = table.locator("tbody tr").all()
    return [[one.strip() for one in row.locator("th, td").all_inner_texts()] for row in rows]


def converse(page: Page, keys: Keyboard, *, scripts: bool) -> int:
    """To the end by keys, the second choice where there is one; how many turns it took."""
    turns, heard = 0, []
    while "/debrief/" not in page.url:
        assert page.evaluate(WIDE) <= 320
        # Each scene speaks once: it has the focus, and nothing on the page is live.
        expect(
            page.locator("main [aria-live], main [role=status], main [role=alert]")
        ).to_have_count(0)
        if turns and scripts:
            told, name, description = page.evaluate(HEARD)
            assert told == "scene"
            assert f"{turns + 1}" in name
            assert description == text_of(page)
            heard.append(name)
        choices = page.locator("form.choices button")
        keys.follow(choices.nth(min(1, choices.count() - 1)))
        turns += 1
        assert turns < 60
    assert len(set(heard)) == len(heard)
    return turns


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without-scripts"])
def test_a_coded_conversation_is_looked_back_on(
    site: Site, new_context: NewContext, scripts: bool
) -> None:
    say = words("lv")
    address, _username = invited(site, "Ieva" if scripts else "Inta", "Atskats", "lv")
    page = new_context(
        java_script_enabled=scripts, viewport={"width": 320, "height": 640}
    ).new_page()
    come_in(page, address)
    page.goto(site.ask(WHERE)["lv"])
    keys = Keyboard(page)
    keys.follow(page.get_by_role("button", name=say("Start the conversation")))
    turns = converse(page, keys, scripts=scripts)

    assert page.evaluate(WIDE) <= 320
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    # The map and each curve are named pictures, and each says the same as a table.
    road = page.locator("#map, [aria-labelledby=map]").first
    assert road.count()
    drawn = page.get_by_role("img", name=re.compile(str(turns)))
    expect(drawn.first).to_be_visible()
    keys.press(page.get_by_text(say("The map in words"), exact=True))
    words_of_map = page.locator("table.road-table")
    expect(words_of_map).to_be_visible()
    assert len(cells(words_of_map)) == turns
    assert page.locator("figure.curve svg[role=img]").count() >= 3
    keys.press(page.get_by_text(say("The same in numbers"), exact=True))
    numbers = page.get_by_role("table", name=say("Values after each turn"))
    expect(numbers).to_be_visible()
    assert len(cells(numbers)) == turns + 1
    assert page.evaluate(WIDE) <= 320

    # Indicators beside fair and good; where the manual sets none, or there is nothing to divide, a dash.
    indicators = cells(page.locator("table.indicators"))
    bands = {say("good"), say("fair"), say("not yet"), "–"}
    assert len(indicators) == 6
    for name, value, fair, good, band in indicators:
        assert name
        assert value
        assert band in bands
        assert (fair == "–") == (good == "–")
        assert band == "–" or fair != "–"
    assert sum(fair == "–" for _name, _value, fair, _good, _band in indicators) == 2
    expect(page.locator("main")).to_contain_text(
        say("Thresholds: MITI 4.2.1; they are the opinion of experts.")
    )

    # Fit with all six stages, whether met yet or not.
    with translation.override("lv"):
        named = {key: str(name) for key, name in STAGES.items()}
    stages = cells(page.locator("table.stages"))
    assert {row[0] for row in stages} == {str(name) for name in named.values()}
    assert any(re.search(r"\d", row[1]) for row in stages)

    # Regions that scroll can be reached and have a name; then on to the next conversation.
    for region in page.locator("main [role=region]:visible").all():
        assert region.get_attribute("tabindex") == "0"
        assert region.get_attribute("aria-label") or region.get_attribute("aria-labelledby")
    onwards = page.locator("#next-story a")
    title = onwards.inner_text()
    keys.follow(onwards)
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)

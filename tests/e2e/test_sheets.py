"""A sheet for supervision by keyboard: written, shared, commented on and taken back, without scripts too."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewContext, Watch
from tests.e2e.keyboard import Keyboard
from tests.e2e.people import sign_in
from tests.e2e.site import Site
from tests.e2e.words import words

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-learner")]

DEBRIEFS = """
from django.urls import reverse
from django.utils import translation
from scenarios.models import ScenarioRun
translation.activate("lv")
runs = ScenarioRun.objects.finished().filter(subject__person__username="guntis.balodis")
answer = [reverse("scenarios:debrief", args=[run.pk]) for run in runs.order_by("started_at")]
"""


def write(keys: Keyboard, page: Page, turn: int, text: str) -> None:
    """Unfold the field of a turn and write into it."""
    place = page.locator(".sheet-turn").nth(turn - 1)
    keys.press(place.locator("summary"), "Enter")
    keys.reach(place.locator("textarea"))
    page.keyboard.type(text)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without-scripts"])
def test_a_conversation_is_brought_to_supervision(
    site: Site, new_context: NewContext, watch: Watch, scripts: bool
) -> None:
    say = words("lv")
    narrow = {"java_script_enabled": scripts, "viewport": {"width": 320, "height": 640}}
    worker, lead = new_context(**narrow).new_page(), new_context(**narrow).new_page()
    sign_in(worker, "guntis.balodis")
    worker.goto(site.ask(DEBRIEFS)[0 if scripts else 1])
    hers, his = Keyboard(worker), Keyboard(lead)
    hers.follow(worker.locator("#sheet a.button"))
    expect(worker.locator(".callout")).to_contain_text("Andris Ozols")
    write(hers, worker, 2, "Te es steidzos.")
    hers.reach(worker.locator("textarea[name=first]"))
    worker.keyboard.type("Kā pateikt nē?")
    assert worker.evaluate("document.documentElement.scrollWidth") <= 320
    hers.follow(worker.get_by_role("button", name=say("Save and share with my lead")))
    expect(worker.locator(".callout").first).to_contain_text("Andris Ozols")
    expect(worker.locator("textarea[name=turn-2]")).to_have_value("Te es steidzos.")

    sign_in(lead, "andris.ozols")
    lead.goto("/lv/my/messages/")
    message = lead.locator("main li", has_text="supervīzijas lapu").first
    his.follow(message.locator("button, a").last)
    expect(lead).to_have_url(re.compile("/lv/sheets/"))
    expect(lead.locator("#questions")).to_contain_text("Kā pateikt nē?")
    expect(lead.locator(".sheet-comment")).to_contain_text("Te es steidzos.")
    write(his, lead, 2, "Labi pamanīts.")
    observing = lead.locator("#observe details").first
    his.press(observing.locator("summary"), "Enter")
    his.reach(observing.locator("input[type=radio]").first)
    lead.keyboard.press("Space")
    his.reach(observing.locator("textarea"))
    lead.keyboard.type("Nosauca pats.")
    assert lead.evaluate("document.documentElement.scrollWidth") <= 320
    his.follow(observing.locator("button"))
    expect(lead.locator("#observed")).to_contain_text("Nosauca pats.")
    expect(lead.locator("textarea[name=turn-2]")).to_have_value("Labi pamanīts.")

    worker.reload()
    expect(worker.locator(".sheet-comment", has_text="Labi pamanīts.")).to_be_visible()
    expect(worker.locator("#observed")).to_contain_text("Nosauca pats.")
    hers.follow(worker.get_by_role("button", name=say("Save and stop sharing")))
    expect(worker.locator(".sheet-comment", has_text="Labi pamanīts.")).to_be_visible()
    watch.allow("status of 404")
    answer = lead.reload()
    assert answer is not None
    assert answer.status == 404

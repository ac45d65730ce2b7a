"""Wagtail's editor of a story: written from nothing, stopped by the check, mended, published, played."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser import NewContext, Watch
from tests.e2e.addresses import SESSIONS
from tests.e2e.barriers import WIDTH
from tests.e2e.keyboard import Keyboard
from tests.e2e.people import sign_in
from tests.e2e.site import Site
from tests.e2e.words import words

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-staff")]

PUBLISHER, LEARNER = "mara.zarina", "inese.ozolina"
KEY = "four-scenes"
# key, what is said, [(choice, what one says, where it leads)]
SCENES = [
    ("door", "Durvis atveras", [("greet", "Labdien", "kitchen"), ("push", "Ejam", "hall")]),
    ("kitchen", "Virtuvē vārās tēja", [("ask", "Kā iet?", "hall")]),
    ("hall", "Gaitenī ir kluss", [("wait", "Pagaidīt", "goodbye")]),
    ("goodbye", "Laiks šķirties", [("thank", "Paldies", "agreed"), ("leave", "Aiziet", "partt")]),
]
ENDINGS = [("agreed", "good", "Vienojāmies"), ("parted", "mixed", "Šķīrāmies")]
STATE = f"""
from scenarios.models import Story
story = Story.objects.filter(key="{KEY}").first()
answer = story and [story.live, story.versions.count()]
"""
MADE = f"""
from scenarios.models import Story
answer = Story.objects.filter(key="{KEY}-held").count()
"""
PAGES = f"""
from wagtail.models import Locale
from courses.models import CoursePage
from scenarios.models import ScenarioPage, Story
module = CoursePage.objects.get(key="burnout", locale__language_code="lv")
page = module.add_child(instance=ScenarioPage(
    title="Četras ainas", slug="cetras-ainas", key="{KEY}", locale=module.locale,
    story=Story.objects.get(key="{KEY}")))
page.save_revision().publish()
other = page.copy_for_translation(Locale.objects.get(language_code="en"))
other.title, other.slug = "Four scenes", "{KEY}"
other.save_revision().publish()
answer = {{"lv": page.url, "en": ScenarioPage.objects.get(pk=other.pk).url}}
"""


def both(page: Page, name: str, text: str) -> None:
    page.locator(f"[name='{name}-lv']").fill(text)
    page.locator(f"[name='{name}-en']").fill(f"{text} (en)")


def write(page: Page, name: str, text: str) -> None:
    page.locator(f"[name='{name}']").fill(text)


def add(page: Page, stream: str, number: int) -> None:
    page.locator(f"[data-contentpath='{stream}'] .c-sf-add-button:visible").last.click()
    page.locator(f"[name='{stream}-{number}-value-key']").wait_for()


def tab(page: Page, number: int) -> None:
    page.locator("[role=tab]").nth(number).click()


def publish(page: Page, told: str) -> None:
    """Press publish and wait for what the site says of it: "success" or "error".

    An address alone is no sign: the form saves itself meanwhile, and takes a new one then.
    """
    button = page.locator("button[name='action-publish']")
    if not button.is_visible():
        page.locator("footer [data-w-dropdown-target='toggle']").first.click()
    page.locator(".messages").evaluate_all("all => all.forEach(one => one.remove())")
    button.click()
    expect(page.locator(f".messages .{told}").first).to_be_visible()


def write_story(page: Page) -> None:
    for number, (key, text, choices) in enumerate(SCENES):
        add(page, "scenes", number)
        write(page, f"scenes-{number}-value-key", key)
        both(page, f"scenes-{number}-value-text", text)
        for place, (choice, said, to) in enumerate(choices):
            name = f"scenes-{number}-value-choices-{place}-value"
            here = page.locator(f"[name='scenes-{number}-value-choices-count']")
            here.locator("xpath=..").locator("[data-streamfield-list-add]").last.click()
            write(page, f"{name}-key", choice)
            both(page, f"{name}-text", said)
            write(page, f"{name}-to", to)
    write(page, "start", "door")
    tab(page, 2)
    for number, (key, outcome, title) in enumerate(ENDINGS):
        add(page, "endings", number)
        write(page, f"endings-{number}-value-key", key)
        page.locator(f"[name='endings-{number}-value-outcome']").select_option(outcome)
        both(page, f"endings-{number}-value-title", title)
        both(page, f"endings-{number}-value-text", f"{title}.")
    tab(page, 3)
    for name, text in (("title", "Četras ainas"), ("intro", "Tu stāvi pie durvīm")):
        write(page, f"{name}_lv", text)
        write(page, f"{name}_en", f"{text} (en)")
    write(page, "module", "burnout")
    write(page, "key", KEY)
    tab(page, 0)


def test_a_story_is_written_stopped_mended_published_and_played(
    site: Site, new_context: NewContext, watch: Watch
) -> None:
    # What has no key yet cannot be saved by itself, and the browser notes that.
    watch.allow("status of 400")
    context = new_context(viewport=WIDTH)
    session = site.ask(SESSIONS % [PUBLISHER])[PUBLISHER]
    context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    page = context.new_page()
    page.goto("/admin/snippets/scenarios/story/add/")
    page.locator("[data-contentpath='scenes'] .c-sf-add-button").first.wait_for()
    write_story(page)

    # A target says at once that it leads nowhere, and offers what the form has.
    target = page.locator("[name='scenes-3-value-choices-1-value-to']")
    target.focus()
    expect(page.locator("#scenes-3-value-choices-1-value-to-leads")).to_contain_text("partt")
    offered = page.locator("#story-targets option")
    assert [one.get_attribute("value") for one in offered.all()] == [
        *(key for key, _text, _choices in SCENES),
        *(key for key, _outcome, _title in ENDINGS),
    ]
    assert "Virtuvē vārās tēja" in (offered.nth(1).get_attribute("label") or "")

    publish(page, "error")
    assert site.ask(STATE) in (None, [False, 0])
    expect(page.locator(".tilts-findings.has-errors")).to_contain_text(
        "scenes.goodbye.choices.leave.to"
    )
    expect(page.locator("#scenes-3-value-choices-1-value-to-errors")).to_contain_text("partt")

    # Mended by keyboard; a renamed scene takes along what named it.
    page.locator("[data-contentpath='scenes']").first.wait_for()
    unfold(page, "scenes-3-value-choices-1-value-to")
    target.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("parted")
    page.keyboard.press("Tab")
    expect(page.locator("#scenes-3-value-choices-1-value-to-leads")).to_have_text("→ Šķīrāmies")
    key = page.locator("[name='scenes-2-value-key']")
    unfold(page, "scenes-2-value-key")
    for text in ("corr(", "corridor"):  # also from what is no key
        key.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        renamed = page.locator("#scenes-2-value-key-renamed")
        expect(renamed).to_contain_text("door/push, kitchen/ask")
        expect(renamed).to_contain_text(text)
    expect(page.locator("[name='scenes-0-value-choices-1-value-to']")).to_have_value("corridor")
    expect(page.locator("[name='scenes-1-value-choices-0-value-to']")).to_have_value("corridor")
    expect(page.locator(".tilts-findings.has-errors")).to_have_count(0)

    # Played beside the form before it is published, from a scene in the middle.
    panel = page.locator("[data-story-play]")
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    panel.locator("[name='play-scene']").select_option("corridor")
    Keyboard(page).press(panel.locator("button[value='begin']"))
    expect(panel.locator("[data-play-now]")).to_be_focused()
    expect(panel.locator("[data-play-now]")).to_contain_text("Gaitenī ir kluss")
    for choice in ("wait", "thank"):
        Keyboard(page).press(panel.locator(f"button[value='choose:{choice}']"))
        expect(panel.locator(f"button[value='choose:{choice}']")).to_have_count(0)
    expect(panel.locator("[data-play-now]")).to_contain_text("Vienojāmies")

    publish(page, "success")
    assert site.ask(STATE) == [True, 1]

    learner = new_context().new_page()
    sign_in(learner, LEARNER)
    say = words("lv")
    learner.goto(site.ask(PAGES)["lv"])
    keys = Keyboard(learner)
    keys.follow(learner.get_by_role("button", name=say("Start the conversation")))
    for said in ("Labdien", "Kā iet?", "Pagaidīt", "Paldies"):
        keys.follow(learner.locator("button.choice", has_text=re.compile(said)))
    expect(learner).to_have_url(re.compile("/debrief/"))
    expect(learner.locator("main")).to_contain_text("Vienojāmies")


def test_what_is_sent_while_the_form_saves_itself_is_made_once(
    site: Site, new_context: NewContext, watch: Watch
) -> None:
    watch.allow("status of 400")
    context = new_context(viewport=WIDTH)
    session = site.ask(SESSIONS % [PUBLISHER])[PUBLISHER]
    context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    page = context.new_page()
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        """Let the form save itself, and keep back the answer."""
        if "json" in (route.request.header_value("accept") or ""):
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/story/add/", hold)
    page.add_init_script("addEventListener('w-unsaved:watch-edits', () => (window.watched = true))")
    page.goto("/admin/snippets/scenarios/story/add/")
    until(page, lambda: page.evaluate("window.watched"))
    page.evaluate(
        """fields => {
            for (const [name, text] of Object.entries(fields)) document.querySelector(`[name=${name}]`).value = text;
            document.querySelector("[name=key]").dispatchEvent(new Event("input", {bubbles: true}));
        }""",
        {"title_lv": "Aizturēts", "title_en": "Held", "key": f"{KEY}-held"},
    )
    until(page, lambda: held)
    page.locator("footer button[type=submit]:visible").first.click()
    page.wait_for_timeout(300)  # what would be sent at once has been sent by now
    assert len(held) == 1
    route, answer = held.pop()
    route.fulfill(response=answer)
    expect(page.locator(".messages .success").first).to_be_visible()
    assert site.ask(MADE) == 1


def until(page: Page, claim: Callable[[], Any]) -> None:
    """Wait for what no element shows, such as something in a variable of the page."""
    for _ in range(400):
        if claim():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come about in 20 seconds")


def unfold(page: Page, name: str) -> None:
    """Open the panels around a field."""
    page.locator(f"[name='{name}']").evaluate(
        """field => {
            for (let part = field.closest('[data-panel]'); part; part = part.parentElement.closest('[data-panel]')) {
                const toggle = part.querySelector('[data-panel-toggle][aria-expanded=false]');
                if (toggle?.closest('[data-panel]') === part) toggle.click();
            }
        }"""
    )

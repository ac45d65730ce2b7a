"""Every kind of question answered by keys alone, with and without scripts, and then explained."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewContext, Watch
from tests.e2e.addresses import SESSIONS
from tests.e2e.barriers import NARROW, shoot
from tests.e2e.kinds import SEED, Answerer
from tests.e2e.site import Site
from theme.kinds import QUESTIONS, RESPONSES

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-kinds")]

KINDS = list(QUESTIONS)
VERDICTS = {"right": "Right", "partly": "Partly right", "wrong": "Not right", "neutral": "Recorded"}
# Of what can be pressed, its label with it: name, width, height, right edge.
TARGETS = """
question => [...question.querySelectorAll("input, select, textarea, button")]
    .filter(field => field.checkVisibility())
    .map(field => {
        const { width, height, right } = (field.closest("label") ?? field).getBoundingClientRect();
        return [field.name, width, height, right];
    })
"""


# Who answers everything by keys, who does so without scripts, who never sends anything.
PEOPLE = KEYS, PLAIN, NEVER = ["kinds.keys", "kinds.plain", "kinds.never"]


@pytest.fixture(scope="module")
def seeded(site: Site) -> dict[str, dict[str, str]]:
    return site.ask(SEED % PEOPLE)


@pytest.fixture(scope="module")
def sessions(site: Site, seeded) -> dict[str, str]:
    return site.ask(SESSIONS % PEOPLE)


class Taker:
    """A person with an attempt of one question of each kind, and her browser."""

    def __init__(self, page: Page, addresses: dict[str, str]) -> None:
        self.page, self.addresses = page, addresses

    def open(self, kind: str) -> Answerer:
        self.page.goto(self.addresses[kind])
        return Answerer(self.page)

    def told(self, kind: str, state: str) -> None:
        """The page explains the question: verdict, heading and explanation."""
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_have_text(QUESTIONS[kind]["stem"]["en"])
        expect(self.page.locator(".verdict b")).to_have_text(VERDICTS[state])
        expect(self.page.locator(".explanation")).to_contain_text(
            QUESTIONS[kind]["explanation"]["en"]
        )


@pytest.fixture
def take(site: Site, new_context: NewContext, seeded, sessions):
    def take(who: str, **options: object) -> Taker:
        context = new_context(locale="en-GB", **options)
        context.add_cookies([{"name": "sessionid", "value": sessions[who], "url": site.url}])
        return Taker(context.new_page(), seeded[who])

    return take


@pytest.fixture
def taker(take) -> Taker:
    return take(NEVER)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_answered_by_keys_alone(take, kind: str) -> None:
    taker = take(KEYS)
    answerer = taker.open(kind)
    state, response = RESPONSES[kind][0]
    answerer.answer(QUESTIONS[kind], response)
    shoot(taker.page, f"{kind}.answered")
    answerer.send()
    taker.told(kind, state)
    # Who hears the page hears first what came of the answer.
    expect(taker.page.get_by_role("heading", level=1)).to_be_focused()
    shoot(taker.page, f"{kind}.told")


def test_each_kind_works_without_scripts_and_says_what_is_amiss(take, watch: Watch) -> None:
    watch.allow("status of 422")
    taker = take(PLAIN, java_script_enabled=False, viewport=NARROW)
    for kind in KINDS:
        answerer = taker.open(kind)
        answerer.send()
        problem = taker.page.get_by_role("alert")
        expect(problem).to_contain_text("Not saved yet")
        question = taker.page.get_by_role("group", name=QUESTIONS[kind]["stem"]["en"], exact=True)
        said = problem.locator("p").inner_text()
        assert said in question.evaluate(
            "group => group.getAttribute('aria-describedby').split(' ')"
            ".map(id => document.getElementById(id).textContent).join(' ')"
        )
        state, response = RESPONSES[kind][-1]
        answerer.answer(QUESTIONS[kind], response)
        answerer.send()
        taker.told(kind, state)


def test_what_was_sent_amiss_stands_in_the_form_again(taker: Taker, watch: Watch) -> None:
    watch.allow("status of 422")
    answerer = taker.open("number")
    field = taker.page.get_by_role("textbox", name="Your answer")
    answerer.keys.write(field, "half the day")
    answerer.send()
    expect(taker.page.get_by_role("alert")).to_be_focused()
    expect(field).to_have_value("half the day")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(
        "Not saved yet Write a number, for example 12 or 12,5. minutes"
        " Write a number, for example 12 or 12,5."
    )


def test_gaps_are_told_apart_by_the_words_around_them(taker: Taker) -> None:
    taker.open("cloze")
    gap = taker.page.get_by_role("textbox", name="Gap 3 of 4", exact=True)
    expect(gap).to_have_accessible_description(
        "at how a client’s case affects … , and learn (one or two words)"
    )


def test_items_are_moved_by_pointer_too(taker: Taker) -> None:
    answerer = taker.open("ordering")
    question = taker.page.get_by_role("group", name=QUESTIONS["ordering"]["stem"]["en"])
    before = answerer.order(question)
    grips = question.locator(".order-grip")
    grips.first.hover()
    taker.page.mouse.down()
    box = question.get_by_role("listitem").nth(2).bounding_box()
    assert box
    for share in (0.2, 0.6, 0.9):
        taker.page.mouse.move(box["x"] + 40, box["y"] + share * box["height"])
    taker.page.mouse.up()
    assert answerer.order(question) == [*before[1:3], before[0], before[3]]
    expect(question.get_by_role("status")).to_have_text(f"{before[0]}: now 3 of 4")
    places = question.locator("select").evaluate_all("all => all.map(each => each.value)")
    assert places == ["1", "2", "3", "4"]


def test_the_ends_of_an_order_keep_the_focus(taker: Taker) -> None:
    answerer = taker.open("ordering")
    question = taker.page.get_by_role("group", name=QUESTIONS["ordering"]["stem"]["en"])
    [first, second, *_rest] = answerer.order(question)
    up = question.get_by_role("button", name=f"Move up: {second}", exact=True)
    answerer.keys.press(up)
    expect(up).to_be_focused()
    expect(up).to_be_disabled()
    taker.page.keyboard.press("Enter")
    expect(up).to_be_focused()
    assert answerer.order(question)[:2] == [second, first]


def test_words_are_counted_while_one_writes(taker: Taker) -> None:
    answerer = taker.open("open")
    field = taker.page.get_by_role("textbox", name="Your answer")
    answerer.keys.write(field, "Three short words")
    expect(taker.page.locator("#text-words")).to_have_text("Words: 3. Characters: 17 of 3000.")
    field.fill("word " * 601)
    expect(taker.page.locator("#text-words")).to_have_text(
        "Words: 601. 5 characters too many: 3000 at most."
    )
    expect(taker.page.locator("[role=status]").last).to_contain_text("5 characters too many")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_every_field_and_button_is_large_enough_to_hit(take, scripts: bool) -> None:
    """At least 44 CSS pixels, where 24 would do; in a running text 40."""
    taker = take(NEVER, java_script_enabled=scripts, viewport=NARROW)
    for kind in KINDS:
        taker.open(kind)
        boxes = taker.page.locator("fieldset.answers").evaluate(TARGETS)
        least = 40 if kind == "cloze" else 44
        small = [box for box in boxes if min(box[1:3]) < least or box[3] > NARROW["width"]]
        assert boxes
        assert not small, kind

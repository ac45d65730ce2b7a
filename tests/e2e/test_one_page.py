"""All questions on one page: saved by scripts, through dead connections, second tabs and sign-ins."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

import assessments
from tests.browser import NewContext, Watch
from tests.e2e.addresses import SESSIONS
from tests.e2e.barriers import shoot
from tests.e2e.keyboard import Keyboard
from tests.e2e.kinds import Answerer
from tests.e2e.people import sign_in
from tests.e2e.site import Site
from theme.demo import PASSWORD
from theme.kinds import QUESTIONS, RESPONSES

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-page")]

EVERYTHING, OFFLINE, LOST, TABS, CLOSED, AWAY, FIRST, LAST, ENDED, HURRIED = PEOPLE = [
    f"page.{name}"
    for name in [
        "everything",
        "offline",
        "lost",
        "tabs",
        "closed",
        "away",
        "first",
        "last",
        "ended",
        "hurried",
    ]
]
MINUTES = 10  # of the attempt that has a limit
NUMBERS = {kind: number for number, kind in enumerate(QUESTIONS, start=1)}
SAVES = "**/save/"
OFF = "Not connected"

# Answers {person: address of an attempt at everything on one page}; the last one's has a limit.
# Of the quizzes there are no pages in the site: no other test meets them.
SEED = f"""
import uuid
from django.utils import translation
from assessments.actions import start_attempt
from assessments.models import QuizPage
from courses.people.models import User
from courses.progress.models import Subject
from tests.assessments.factories import QuestionFactory, QuizFactory
from theme.kinds import QUESTIONS

asked = []
for data in QUESTIONS.values():
    question = QuestionFactory(key=f"burnout/page-{{data['kind']}}")
    question.versions.create(number=2, data=data | {{"uuid": str(question.uuid)}})
    asked.append(question)
given = {{"questions": asked, "presentation": "page"}}
pages = [
    QuizPage(title="Kinds", quiz=quiz, translation_key=uuid.uuid4(), live=True)
    for quiz in (QuizFactory(key="burnout/page", **given),
                 QuizFactory(key="burnout/hurry", time_limit={MINUTES}, **given))
]
answer = {{}}
for who in {PEOPLE!r}:
    person = User.objects.create_user(username=who, password="{PASSWORD}", language="en")
    page = pages[who == "{HURRIED}"]
    with translation.override("en"):
        attempt = start_attempt(Subject.objects.for_user(person), page, uuid.uuid4())
        answer[who] = attempt.get_absolute_url()
"""
# Answers {kind: response that counts} of a person's attempt, and how many answers there ever were.
KEPT = """
from assessments import actions
from assessments.models import Attempt
stand = actions.resume(Attempt.objects.get(subject__person__username="%s"))
answer = [{slot.kind: slot.response for slot in stand.slots if slot.answered},
          sum(slot.answers for slot in stand.slots)]
"""
ENDED_BY_ITSELF = f"""
from assessments import actions
from assessments.models import Attempt
attempt = Attempt.objects.get(subject__person__username="{ENDED}")
answer = actions.finish(attempt).status
"""
FIELDS = "form => [...new FormData(form)].filter(([name]) => !/token|csrf/.test(name))"


@pytest.fixture(scope="module")
def seeded(site: Site) -> dict[str, str]:
    return site.ask(SEED)


@pytest.fixture(scope="module")
def sessions(site: Site, seeded) -> dict[str, str]:
    return site.ask(SESSIONS % PEOPLE)


class Taker:
    """A person with all questions before her, in one tab or several."""

    def __init__(self, context: BrowserContext, site: Site, who: str, address: str) -> None:
        self.context, self.site, self.who, self.address = context, site, who, address
        self.page = self.tab()

    def tab(self) -> Page:
        """One more tab, with the page open."""
        page = self.context.new_page()
        page.goto(self.address)
        return page

    def answer(self, kind: str, response: Any, page: Page | None = None) -> Locator:
        """Answer a question by keys; its line that says whether it is saved."""
        page = page or self.page
        Answerer(page).answer(QUESTIONS[kind], response)
        return state(page, kind)

    @property
    def kept(self) -> dict[str, Any]:
        """The answers the server has."""
        return self.site.ask(KEPT % self.who)[0]

    @property
    def saves(self) -> int:
        """How many answers were ever saved."""
        return int(self.site.ask(KEPT % self.who)[1])


def section(page: Page, kind: str) -> Locator:
    return page.locator(f"#question-{NUMBERS[kind]}")


def state(page: Page, kind: str) -> Locator:
    return section(page, kind).locator("[data-state]")


def words(page: Page, kind: str = "open") -> Locator:
    return section(page, kind).get_by_role("textbox")


@pytest.fixture
def take(site: Site, new_context: NewContext, seeded, sessions):
    def take(who: str) -> Taker:
        context = new_context(locale="en-GB")
        context.add_cookies([{"name": "sessionid", "value": sessions[who], "url": site.url}])
        return Taker(context, site, who, seeded[who])

    return take


def test_every_kind_is_saved_as_it_is_answered_and_found_again(take) -> None:
    taker = take(EVERYTHING)
    page, given = taker.page, {kind: RESPONSES[kind][0][1] for kind in QUESTIONS}
    expect(page.locator(".progress span")).to_have_text("0 of 11 answered")
    for kind, response in given.items():
        said = taker.answer(kind, response)
        right = section(page, kind).get_by_role("button", name="This order is right")
        if right.is_visible():  # it stood so from the beginning
            page.keyboard.press("Tab")
            Keyboard(page).press(right)
        if kind in ("number", "open"):
            page.keyboard.press("Tab")
        expect(said).to_have_text("Saved")
    expect(page.locator(".progress span")).to_have_text("11 of 11 answered")
    before = page.locator("#attempt").evaluate(FIELDS)
    shoot(page, "page.saved")
    page.reload()
    assert page.locator("#attempt").evaluate(FIELDS) == before
    expect(page.locator("[data-state]").filter(has_text="Saved")).to_have_count(len(QUESTIONS))
    kept = taker.kept
    assert kept.keys() == given.keys()
    for kind, response in given.items():
        if "chosen" in response:
            assert set(kept[kind]["chosen"]) == set(response["chosen"])
        elif "number" not in response:
            assert kept[kind] == response


def test_what_is_changed_without_a_connection_is_sent_when_it_is_back(take, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    taker = take(OFFLINE)
    page = taker.page
    taker.context.set_offline(True)
    expect(taker.answer("single", {"chosen": ["a"]})).to_contain_text(OFF)
    expect(taker.answer("open", {"text": "Written in the cellar."})).to_contain_text(OFF)
    expect(page.locator(".progress span")).to_have_text("0 of 11 answered")
    # A button leads nowhere now: it says so, and nothing that stands here is left.
    Keyboard(page).press(page.get_by_role("button", name="Finish and see the result"))
    expect(page.get_by_role("alert").filter(has_text=OFF)).to_be_visible()
    shoot(page, "page.offline")
    expect(words(page)).to_have_value("Written in the cellar.")
    assert taker.kept == {}
    taker.context.set_offline(False)
    for kind in ("single", "open"):
        expect(state(page, kind)).to_have_text("Saved")
    expect(page.get_by_role("alert").filter(has_text=OFF)).to_have_count(0)
    assert taker.kept == {"single": {"chosen": ["a"]}, "open": {"text": "Written in the cellar."}}


def test_an_answer_whose_receipt_was_lost_is_no_answer_of_another_tab(take, watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    taker = take(LOST)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    taker.page.route(SAVES, lose, times=1)
    expect(taker.answer("short-text", {"text": "half"})).to_contain_text(OFF)
    expect(taker.answer("short-text", {"text": "half an answer"})).to_have_text("Saved")
    assert taker.kept == {"short-text": {"text": "half an answer"}}
    assert taker.saves == 2


def test_a_second_tab_leaves_alone_what_the_first_has_not_sent_yet(take, watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    taker = take(TABS)
    first = taker.page
    first.route(SAVES, lambda route: route.abort())
    expect(taker.answer("open", {"text": "The beginning"})).to_contain_text(OFF)
    second = taker.tab()
    expect(taker.answer("single", {"chosen": ["a"]}, second)).to_have_text("Saved")
    expect(words(second)).to_have_value("")
    expect(taker.answer("open", {"text": "The beginning and the end"})).to_contain_text(OFF)
    first.unroute(SAVES)
    words(first).press("End")
    words(first).press(".")
    expect(state(first, "open")).to_have_text("Saved")
    assert taker.kept["open"] == {"text": "The beginning and the end."}
    # What the first tab saved meanwhile is not written over by the second: it is told.
    watch.allow("status of 409")
    expect(taker.answer("open", {"text": "Other"}, second)).to_contain_text("in another tab")
    assert taker.kept["open"] == {"text": "The beginning and the end."}


def test_what_a_closed_tab_has_not_sent_is_sent_by_the_one_left(take, watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    taker = take(CLOSED)
    taker.page.route(SAVES, lambda route: route.abort())
    expect(taker.answer("open", {"text": "Left behind"})).to_contain_text(OFF)
    second = taker.tab()
    expect(taker.answer("single", {"chosen": ["a"]}, second)).to_have_text("Saved")
    taker.page.close()
    expect(words(second)).to_have_value("Left behind")
    expect(state(second, "open")).to_have_text("Saved")
    assert taker.kept == {"single": {"chosen": ["a"]}, "open": {"text": "Left behind"}}


def test_what_never_arrived_before_the_end_is_forgotten_when_the_result_is_shown(
    take, site: Site, watch: Watch
) -> None:
    watch.allow("ERR_FAILED")
    taker = take(ENDED)
    page = taker.page
    page.route(SAVES, lambda route: route.abort())
    expect(taker.answer("open", {"text": "Never sent"})).to_contain_text(OFF)
    assert site.ask(ENDED_BY_ITSELF) == "finished"
    page.goto("/en/my/")
    kept = "() => Object.keys(localStorage).filter(key => key.startsWith('tilts-attempt-'))"
    assert len(page.evaluate(kept)) == 1
    page.goto(taker.address)
    expect(page.locator("#result")).to_be_visible()
    assert page.evaluate(kept) == []


def test_whoever_was_signed_out_signs_in_in_another_tab_and_goes_on(take, watch: Watch) -> None:
    # The token in the page is of the session before: the server says no to it once.
    watch.allow("status of 403")
    taker = take(AWAY)
    taker.page.clock.install()
    taker.page.reload()
    taker.context.clear_cookies(name="sessionid")
    taker.answer("single", {"chosen": ["a"]})
    taker.page.clock.run_for(100)
    expect(state(taker.page, "single")).to_contain_text("You are signed out")
    other = taker.context.new_page()
    sign_in(other, AWAY, "en")
    taker.page.clock.run_for(60_000)
    expect(state(taker.page, "single")).to_have_text("Saved")
    assert taker.kept == {"single": {"chosen": ["a"]}}


@pytest.mark.parametrize("who", [FIRST, LAST])
def test_what_is_found_again_stands_in_order_whichever_script_runs_first(
    take, watch: Watch, who: str
) -> None:
    watch.allow("ERR_FAILED")
    taker = take(who)
    page = taker.page
    page.route(SAVES, lambda route: route.abort())
    question = page.get_by_role("group", name=QUESTIONS["ordering"]["stem"]["en"])
    wanted = Answerer(page).order(question)[::-1]
    keys = {row["text"]["en"]: row["key"] for row in QUESTIONS["ordering"]["body"]["items"]}
    response = {"order": [keys[text] for text in wanted]}
    expect(taker.answer("ordering", response)).to_contain_text(OFF)
    expect(taker.answer("open", {"text": "Three short words"})).to_contain_text(OFF)
    page.unroute(SAVES)
    if who == LAST:
        scripts = Path(assessments.__path__[0]) / "static" / "assessments"
        page.route("**/quiz.js", lambda route: route.fulfill(path=scripts / "attempt.js"))
        page.route("**/attempt.js", lambda route: route.fulfill(path=scripts / "quiz.js"))
    page.reload()
    expect(state(page, "ordering")).to_have_text("Saved")
    assert Answerer(page).order(question) == wanted
    expect(question.get_by_role("button", name="This order is right")).to_be_hidden()
    expect(question.locator(".is-set")).to_have_count(1)
    expect(section(page, "open").locator("p.num")).to_have_text(
        re.compile(r"^Words: 3\. Characters: 17 ")
    )
    assert taker.kept == {"ordering": response, "open": {"text": "Three short words"}}


def test_the_end_is_announced_and_more_time_is_had_by_a_key(take) -> None:
    taker = take(HURRIED)
    page = taker.page
    page.clock.install()
    page.reload()
    clock = page.locator("[data-clock]")
    left, said = clock.locator("[data-clock-left]"), clock.get_by_role("alert")
    page.clock.run_for(1000)
    expect(left).to_contain_text(re.compile(r"^\d min \d+ s left"))
    expect(said).to_be_empty()
    taker.answer("single", {"chosen": ["a"]})
    page.clock.fast_forward(f"0{MINUTES - 2}:00")
    expect(said).to_have_text(
        "The time is nearly up. Press the button for more time if you need it."
    )
    expect(clock).to_have_class(re.compile("is-short"))
    shoot(page, "page.clock")
    more = page.get_by_role("button", name="1 minute more")
    Keyboard(page).press(more)
    expect(left).to_contain_text(re.compile(r"^1?\d min \d+ s left"))
    page.clock.run_for(1000)
    expect(said).to_be_empty()
    expect(clock).not_to_have_class(re.compile("is-short"))
    expect(state(page, "single")).to_have_text("Saved")
    assert taker.kept == {"single": {"chosen": ["a"]}}

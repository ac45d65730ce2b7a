"""The day's review by keys alone, with and without scripts: begun, left, gone on with, ended."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewContext
from tests.e2e.addresses import SESSIONS
from tests.e2e.barriers import shoot
from tests.e2e.keyboard import Keyboard
from tests.e2e.kinds import Answerer, right_of
from tests.e2e.site import Site
from tests.e2e.words import words

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-page")]

LEARNER = "review.%s"
STOP_AFTER = 3
# Somebody who took the quiz twelve days ago: by now most of it is due.
TOOK_THE_QUIZ = """
from courses.people.models import User
from theme.demo_steps import Course, Learner, at

person = User.objects.create_user(username="{who}", language="lv", first_name="Ieva")
with at(12):
    attempt = Learner(person, Course()).answer(0.8)
answer = attempt.status
"""
# Answers {number: version's data} of the review that was begun last.
ASKED = """
from assessments.models import Attempt, QuestionVersion
attempt = Attempt.objects.reviews().filter(subject__person__username="{who}").latest("started_at")
versions = QuestionVersion.objects.in_bulk([pin.version for pin in attempt.pins])
answer = {{str(pin.slot): versions[pin.version].data for pin in attempt.pins}}
"""
# Answers how many reviews there are, whether one is open, and how many answers are on record.
KEPT = """
from assessments.models import Attempt
from courses.progress.models import Evidence
attempts = Attempt.objects.reviews().filter(subject__person__username="{who}")
today = max(attempt.started_at for attempt in attempts)
answered = Evidence.objects.filter(subject=attempts[0].subject, happened_at__gte=today)
answer = [len(attempts), any(attempt.is_open for attempt in attempts),
          answered.values("item_key").distinct().count()]
"""


class Reviewer:
    """Answers what is due, each rightly."""

    def __init__(self, page: Page, site: Site, who: str) -> None:
        self.page, self.site, self.who = page, site, who
        self.keys, self.say = Keyboard(page), words("lv")
        self.asked: dict[str, dict] = {}

    def begin(self) -> None:
        self.page.goto("/lv/my/review/")
        self.keys.follow(self.page.get_by_role("button", name=self.say("Start today’s review")))
        self.asked = self.site.ask(ASKED.format(who=self.who))

    def come_back(self) -> None:
        self.page.goto("/lv/my/review/")
        self.keys.follow(self.page.get_by_role("button", name=self.say("Continue")))

    def answer(self) -> str:
        """Answer the question shown; its number, with the explanation before one."""
        found = re.search(r"/attempts/[0-9a-f-]+/(\d+)/$", self.page.url)
        assert found, self.page.url
        data = self.asked[found[1]]
        answerer = Answerer(self.page, "lv")
        answerer.answer(data, right_of(data, "lv"))
        answerer.send()
        expect(self.page.get_by_text(data["explanation"]["lv"][:40])).to_be_visible()
        return found[1]

    def go_on(self, text: str = "Next question") -> None:
        self.keys.follow(self.page.get_by_role("link", name=self.say(text)))

    @property
    def kept(self) -> list:
        return self.site.ask(KEPT.format(who=self.who))


@pytest.fixture
def reviewer(site: Site, new_context: NewContext):
    def reviewer(name: str, *, scripts: bool) -> Reviewer:
        who = LEARNER % name
        assert site.ask(TOOK_THE_QUIZ.format(who=who)) == "finished"
        context = new_context(java_script_enabled=scripts, locale="lv-LV")
        session = site.ask(SESSIONS % [who])[who]
        context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
        return Reviewer(context.new_page(), site, who)

    return reviewer


def test_what_is_due_is_answered_to_its_end_by_keys(reviewer) -> None:
    ieva = reviewer("keys", scripts=True)
    ieva.begin()
    due = len(ieva.asked)
    assert due >= STOP_AFTER + 2
    seen = [ieva.answer()]
    shoot(ieva.page, "review.explained")
    ieva.come_back()
    for number in range(2, due + 1):
        seen.append(ieva.answer())
        ieva.go_on("Next question" if number < due else "See how it went")
    assert sorted(seen) == sorted(ieva.asked)
    expect(ieva.page.locator("#result")).to_be_focused()
    expect(ieva.page.locator("#result")).to_contain_text(str(due))
    shoot(ieva.page, "review.done")
    assert ieva.kept == [1, False, due]


def test_without_scripts_one_stops_and_the_rest_stays_due(reviewer) -> None:
    ieva = reviewer("plain", scripts=False)
    ieva.begin()
    due = len(ieva.asked)
    for _number in range(STOP_AFTER):
        ieva.answer()
        ieva.go_on()
    ieva.keys.follow(ieva.page.get_by_role("button", name=ieva.say("Stop here")))
    expect(ieva.page.locator("#result")).to_contain_text(str(STOP_AFTER))
    assert ieva.kept == [1, False, STOP_AFTER]
    ieva.page.goto("/lv/my/review/")
    again = ieva.page.get_by_role("button", name=ieva.say("Start today’s review"))
    expect(again).to_be_visible()
    ieva.begin()
    assert ieva.kept[:2] == [2, True]
    assert len(ieva.asked) >= due - STOP_AFTER

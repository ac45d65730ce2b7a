"""An open answer marked by keys alone, from the queue to what its writer reads."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewContext
from tests.e2e.addresses import SESSIONS
from tests.e2e.barriers import shoot
from tests.e2e.keyboard import Keyboard
from tests.e2e.site import Site
from theme.kinds import QUESTIONS

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-page")]

WRITER, MARKER = "marking.writer", "marking.marker"
WRITTEN = "He did not come again, and I was angry."
SAID = "Your own part is clear. Say next time what you felt first."
# An open answer handed in by somebody of a team of its own, whose lead is to mark it.
HANDED_IN = f"""
import uuid
from assessments import actions
from assessments.models import QuizPage
from courses.progress.models import Subject
from tests.assessments.factories import QuestionFactory, QuizFactory
from tests.people.factories import MembershipFactory, TeamFactory
from theme.kinds import QUESTIONS

team = TeamFactory(name="Marking")
writer = MembershipFactory(
    team=team, person__username="{WRITER}", person__language="en", person__last_name="Writer").person
marker = MembershipFactory(
    team=team, leading=True, person__username="{MARKER}", person__language="en").person
question = QuestionFactory(key="burnout/to-mark")
question.versions.create(number=2, data=QUESTIONS["open"] | {{"uuid": str(question.uuid)}})
quiz = QuizFactory(key="burnout/to-mark", questions=[question], title_en="In your own words")
page = QuizPage(title="Open", quiz=quiz, translation_key=uuid.uuid4(), live=True)
attempt = actions.start_attempt(Subject.objects.for_user(writer), page, uuid.uuid4())
given = actions.Given(1, {{"text": "{WRITTEN}"}}, actions.form_token(attempt, 1, 0))
actions.hand_in(attempt, [given])
answer = [str(writer), str(marker)]
"""


def test_the_queue_is_worked_by_keys_and_the_writer_reads_what_was_said(
    site: Site, new_context: NewContext
) -> None:
    writer, marker = site.ask(HANDED_IN)
    sessions = site.ask(SESSIONS % [WRITER, MARKER])

    def open_as(who: str) -> Page:
        context = new_context(locale="en-GB")
        context.add_cookies([{"name": "sessionid", "value": sessions[who], "url": site.url}])
        return context.new_page()

    page = open_as(MARKER)
    page.goto("/en/marking/")
    keys = Keyboard(page)
    shoot(page, "marking.queue")
    keys.follow(page.get_by_role("link", name=writer))
    expect(page.get_by_text(WRITTEN)).to_be_visible()
    send = page.get_by_role("button", name="Give these points")
    for criterion, points in zip(QUESTIONS["open"]["body"]["criteria"], ("2", "1"), strict=True):
        group = page.get_by_role("group", name=criterion["name"]["en"])
        keys.choose(group, points)
    keys.write(page.get_by_role("textbox", name="To the person"), SAID)
    shoot(page, "marking.filled")
    keys.follow(send)
    expect(page.get_by_text("Marked. The person is told.")).to_be_visible()
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()

    read = open_as(WRITER)
    read.goto("/en/my/messages/")
    keys = Keyboard(read)
    keys.follow(read.get_by_role("button", name="In your own words"))
    expect(read.get_by_text(WRITTEN)).to_be_visible()
    said = read.get_by_role("figure").filter(has_text=SAID)
    expect(said).to_contain_text(re.compile(rf"{re.escape(marker)} wrote on \d+ \w+ \d{{4}}"))
    below = read.get_by_text(WRITTEN).bounding_box()["y"]
    assert said.bounding_box()["y"] > below, "what was said stands below the answer"
    expect(read.locator("main")).to_contain_text("75 %")
    shoot(read, "marking.read")

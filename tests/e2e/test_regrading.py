"""An answer marked again by keys alone: choose, look who changes, say why, and the person reads it."""

import pytest
from playwright.sync_api import expect

from tests.browser import NewContext
from tests.e2e.addresses import SESSIONS
from tests.e2e.barriers import shoot
from tests.e2e.keyboard import Keyboard
from tests.e2e.site import Site
from tests.e2e.words import words

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-regrading")]

# A question that somebody answered wrongly, published anew with her answer as the right one.
CORRECTED = """
from django.contrib.auth.models import Permission
from django.urls import reverse
from assessments import actions
from assessments.models import Attempt, Question
from courses.people.models import User
grader, made = User.objects.get_or_create(username="solvita.vērtētāja")
grader.user_permissions.set(Permission.objects.filter(
    codename__in=["access_admin", "regrade_attempt", "mark_attempt"]))
grader.language = "lv"
grader.save()
answer = None
for attempt in Attempt.objects.at_quizzes().finished().with_log():
    for slot in actions.resume(attempt).slots:
        if answer is None and slot.kind == "single" and slot.answered and slot.fraction == 0:
            question = Question.objects.get(uuid=slot.data["uuid"])
            for option in question.options:
                option.value["right"] = option.value["key"] in slot.response["chosen"]
            question.save()
            answer = {
                "address": reverse("assessments_regrade", args=[question.pk]),
                "person": attempt.subject.person.username,
                "review": reverse("assessments:review", args=[attempt.pk]),
            }
"""


def test_an_answer_is_marked_again_by_keys(site: Site, new_context: NewContext):
    found = site.ask(CORRECTED)
    assert found
    people = ["solvita.vērtētāja", found["person"]]
    sessions = site.ask(SESSIONS % people)

    def open_as(who):
        context = new_context(viewport={"width": 1100, "height": 900})
        cookie = {"name": "sessionid", "value": sessions[who], "url": site.url}
        context.add_cookies([cookie])
        return context.new_page()

    say = words("lv")
    page = open_as(people[0])
    page.goto(found["address"])
    keys = Keyboard(page)
    shoot(page, "regrade-chosen")
    keys.follow(page.get_by_role("button", name=say("Preview"), exact=True))
    expect(page.get_by_role("heading", name=say("Who changes"))).to_be_visible()
    shoot(page, "regrade-preview")
    keys.write(page.locator("textarea[name=reason]"), "Likums mainījies.")
    keys.follow(page.locator("form[method=post] button.button").last)
    expect(page.get_by_role("cell", name="Likums mainījies.")).to_be_visible()
    shoot(page, "regrade-done")
    learner = open_as(people[1])
    learner.goto(found["review"])
    expect(learner.get_by_text("Likums mainījies.").first).to_be_visible()
    shoot(learner, "regrade-review")

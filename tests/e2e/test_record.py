"""The pages of one's record on a phone: with everything folded open nothing sticks out."""

import pytest

from tests.browser import NewContext
from tests.e2e.barriers import NARROW, OPEN, SETTLED, WIDE
from tests.e2e.people import sign_in
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-staff")]

# Answers of every certainty, and one that a quiz keeps back for good.
RECORD = """
import uuid
from django.utils import timezone
from assessments.models import Attempt, Quiz, QuizPage
from assessments.policy import Policy
from courses.people.models import User
from courses.progress.models import Competence, Evidence, Subject
person = User.objects.create(username="with-a-record", language="lv", first_name="Zane")
person.set_password("tilts demo 2026")
person.save()
subject = Subject.objects.for_user(person)
page, now = QuizPage.objects.filter(quiz__key="burnout/quiz").first(), timezone.now()
silent = Policy(shown=dict.fromkeys(["during", "after", "later", "closed"], frozenset()))
attempt = Attempt.objects.create(
    subject=subject, quiz=page.quiz, page_key=page.translation_key, number=1, token=uuid.uuid4(),
    pinned={"policy": silent.as_json(), "slots": []}, status="finished", finished_at=now,
    mark=1, max_mark=1, passed=True,
)
for number in range(18):
    Evidence.objects.create(
        subject=subject, competence=Competence.objects.get(key="self-care"), score=number % 2,
        item_key=f"question/{number}", happened_at=now, certainty=1 + number % 3,
        origin=f"attempt/{attempt.pk}/1/self-care" if not number else f"with-a-record/{number}",
    )
answer = person.pk
"""


def test_nothing_of_a_record_sticks_out_on_a_phone(site: Site, new_context: NewContext) -> None:
    site.ask(RECORD)
    page = new_context(viewport=NARROW).new_page()
    sign_in(page, "with-a-record")
    for language in ("lv", "en"):
        for address, seen in (
            ("my/over-time/", "figure.chart .chart-band"),
            ("my/profile/self-care/", "table .held"),
        ):
            page.goto(f"/{language}/{address}")
            page.evaluate(OPEN)
            page.evaluate(SETTLED)
            page.locator(f"main {seen}").first.wait_for(state="attached")
            assert page.evaluate(WIDE) == [], f"{language}/{address}"
            # A table that scrolls inside itself can be reached by keyboard.
            loose = page.locator("main table:not([tabindex='0'] table)")
            assert loose.count() == 0, f"{language}/{address}"

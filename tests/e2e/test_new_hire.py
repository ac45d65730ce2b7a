"""A new hire's whole road: from the printed invitation to a certificate that anyone can verify."""

import io
import re

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewContext
from tests.e2e.answers import fill_in_somehow
from tests.e2e.barriers import shoot
from tests.e2e.keyboard import Keyboard
from tests.e2e.kinds import Answerer, right_of
from tests.e2e.people import invited, sign_in
from tests.e2e.site import Site
from tests.e2e.words import words

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-learner")]

ASKED = """
from assessments.models import Attempt, QuestionVersion
attempt = Attempt.objects.get(pk="{pk}")
versions = QuestionVersion.objects.in_bulk([pin.version for pin in attempt.pins])
answer = {{str(pin.slot): versions[pin.version].data for pin in attempt.pins}}
"""
NEW_PASSWORD = "klusa upe zem tilta 7"


class NewHire:
    """Walks the site by keyboard, in one language, with or without scripts."""

    def __init__(self, page: Page, site: Site, language: str) -> None:
        self.page, self.site, self.language = page, site, language
        self.keys = Keyboard(page)
        self.say = words(language)

    def button(self, text: str, **options: bool):
        return self.page.get_by_role("button", name=self.say(text), **options)

    def come_in(self, address: str) -> None:
        self.page.goto(address)
        for field in self.page.locator("main input[type=password]").all():
            self.keys.write(field, NEW_PASSWORD)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        expect(self.page).to_have_url(re.compile(rf"/{self.language}/my/$"))

    def read_lessons(self) -> None:
        """From the start page through the lessons of what is due first, each marked as read."""
        self.keys.follow(self.page.locator("main a.button").first)
        for number in range(4):
            expect(self.page.locator("article.lesson-body")).to_be_visible()
            shoot(self.page, f"{self.language}-lesson-{number}")
            if number == 0:
                self.check_oneself()
            self.keys.follow(self.button("Mark as read and go on"))

    def check_oneself(self) -> None:
        """A quick self-check: wrong first, feedback at once, nothing of it before."""
        form = self.page.locator("form[action*='/check/']").first
        first = form.locator("input[type=radio]").first.get_attribute("value") or ""
        self.keys.choose(form, first)
        self.keys.press(form.locator("button"))
        expect(
            self.page.locator("[data-self-check] .explanation, .self-check .explanation").first
        ).to_be_visible()

    def play(self) -> None:
        """A scenario from its first scene to an ending and its debrief."""
        self.keys.follow(self.button("Start the conversation"))
        turns = 0
        while "/debrief/" not in self.page.url:
            choices = self.page.locator("form.choices button")  # where the text goes on, just one
            expect(choices.first).to_be_visible()
            if turns == 2:
                self.leave_and_come_back()
            self.keys.follow(choices.nth(turns % choices.count()))
            turns += 1
            assert turns < 60
        assert turns >= 8
        expect(self.page.locator("h1")).to_be_visible()
        shoot(self.page, f"{self.language}-debrief")

    def leave_and_come_back(self) -> None:
        here = self.page.url
        said = self.page.locator(".scene").inner_text()
        self.page.goto(f"/{self.language}/my/")
        self.page.goto(here)
        assert self.page.locator(".scene").inner_text() == said

    def answer_all(self, leave_after: int) -> None:
        """The whole quiz, rightly; after some answers she leaves and is led back to her place."""
        self.keys.follow(self.button("Start the quiz"))
        pk = re.search(r"attempts/([0-9a-f-]+)/", self.page.url)[1]
        asked = self.site.ask(ASKED.format(pk=pk))
        answerer = Answerer(self.page, self.language)
        for number in range(1, len(asked) + 1):
            if number == leave_after:
                self.page.goto(f"/{self.language}/my/")
                self.keys.follow(self.page.locator("main a.button").first)
            expect(self.page).to_have_url(re.compile(rf"/{number}/$|attempts/{pk}/$"))
            data = asked[str(number)]
            answerer.answer(data, right_of(data, self.language))
            answerer.send()
            self.pass_explanation()
        self.keys.follow(self.button("Finish and see the result"))

    def pass_explanation(self) -> None:
        """Where an answer is explained at once, go on from the explanation."""
        onward = self.page.locator("nav.actions a.button.large")
        if not self.page.locator("form.question").count() and onward.count():
            self.keys.follow(onward)

    def download(self) -> pypdf.PdfReader:
        self.page.goto(f"/{self.language}/my/certificates/")
        link = self.page.locator("a[href*='/pdf/']").first
        self.keys.reach(link)
        address = link.get_attribute("href")
        answer = self.page.request.get(address)
        assert answer.ok
        assert answer.headers["content-type"] == "application/pdf"
        return pypdf.PdfReader(io.BytesIO(answer.body()))


@pytest.mark.parametrize(
    ("language", "scripts", "first", "last"),
    [
        ("lv", True, "Zane", "Šķēle"),
        ("en", True, "Ģirts", "Ūdris"),
        ("lv", False, "Žanna", "Ņikitina"),
    ],
    ids=["lv", "en", "lv-without-scripts"],
)
def test_a_new_hire_walks_from_the_invitation_to_a_verified_certificate(
    site: Site, new_context: NewContext, language: str, scripts: bool, first: str, last: str
) -> None:
    address, username = invited(site, first, last, language)
    context = new_context(java_script_enabled=scripts)
    page = context.new_page()
    hire = NewHire(page, site, language)
    hire.come_in(address)
    course = hire.page.locator("main")
    expect(
        course.get_by_text(
            {"lv": "Izdegšanas novēršana", "en": "Preventing burnout"}[language]
        ).first
    ).to_be_visible()
    expect(course.get_by_text(re.compile("202[67]")).first).to_be_visible()  # by when
    shoot(page, f"{language}-start")

    hire.read_lessons()
    # Of the two stories one is about a municipality: it is not asked of somebody in a prison.
    hire.play()
    page.goto(f"/{language}/my/")
    hire.keys.follow(page.locator("main a.button").first)
    hire.answer_all(leave_after=4)
    expect(page.locator("h1")).to_be_visible()
    shoot(page, f"{language}-review")
    expect(page.locator("main")).to_contain_text("100")

    page.goto(f"/{language}/my/profile/")
    shoot(page, f"{language}-profile")
    hire.keys.follow(page.locator("main a[href*='/profile/self-care/']").first)
    expect(page.locator("main table:visible").first).to_be_visible()
    assert page.locator("main tbody tr").count() >= 10
    shoot(page, f"{language}-evidence")

    paper = hire.download()
    text = paper.pages[0].extract_text()
    assert f"{first} {last}" in text
    links = [
        note.get_object()["/A"]["/URI"]
        for note in paper.pages[0].get("/Annots", [])
        if "/A" in note.get_object()
    ]
    assert links, "the certificate carries no link to its verification"
    anybody = new_context(locale="en-GB").new_page()
    anybody.goto(links[0])
    expect(anybody.locator("main")).to_contain_text(f"{first} {last}")
    shoot(anybody, f"{language}-verify")

    page.goto(f"/{language}/my/history/")
    expect(page.locator("main")).to_contain_text(
        {"lv": "Izdegšanas novēršana", "en": "Preventing burnout"}[language]
    )


def test_the_invitation_opens_once(site: Site, new_context: NewContext, watch) -> None:
    address, username = invited(site, "Arta", "Ķirse", "lv")
    page = new_context().new_page()
    NewHire(page, site, "lv").come_in(address)
    watch.allow("status of 410")
    watch.allow("status of 404")
    other = new_context().new_page()
    other.goto(address)
    assert other.locator("input[type=password]").count() == 0
    expect(other.locator("h1")).to_be_visible()
    signed_in = new_context().new_page()
    sign_in(signed_in, username, password=NEW_PASSWORD)
    expect(signed_in).to_have_url(re.compile("/lv/my/$"))


def test_an_answer_survives_the_death_of_the_server(site: Site, new_context: NewContext) -> None:
    page = new_context().new_page()
    sign_in(page, "peteris.abols")
    page.goto("/lv/izdegsanas-noversana/parbaude/")
    keys = Keyboard(page)
    keys.follow(page.locator("section.next-step button"))
    answered = int(page.locator(".progress progress").get_attribute("value") or "0")
    fill_in_somehow(page)
    keys.follow(page.locator("form.question button.large"))
    site.kill()
    site.start()
    page.goto("/lv/izdegsanas-noversana/parbaude/")
    keys.follow(page.locator("section.next-step button"))
    expect(page.locator(".progress progress")).to_have_attribute("value", str(answered + 1))

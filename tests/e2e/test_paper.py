"""What people print: whole, without the site around it, and saying whose record it is."""

import io

import pypdf
import pytest
from playwright.sync_api import Page

from tests.browser import NewContext
from tests.e2e.moments import answer, begin_review, go_on, stop_review, then
from tests.e2e.people import sign_in
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-everything")]

PLACES = """
from django.urls import reverse
from django.utils import translation
from assessments.models import Attempt
from courses.models import LessonPage
from scenarios.models import ScenarioRun, Sheet
translation.activate("lv")
hers = {"subject__person__username": "anna.eglite", "finished_at__isnull": False}
lesson = LessonPage.objects.live().filter(locale__language_code="lv").order_by("path").first()
run = ScenarioRun.objects.filter(**hers).first()
answer = {
    "lesson": lesson.url,
    "debrief": reverse("scenarios:debrief", args=[run.pk]),
    "review": reverse("assessments:review", args=[Attempt.objects.at_quizzes().filter(**hers).first().pk]),
    "sheet": reverse("scenarios:sheet", args=[Sheet.objects.get(person__username="anna.eglite").run_id]),
    "profile": reverse("courses:profile"),
    "competence": reverse("courses:competence", args=["self-care"]),
    "history": reverse("courses:history"),
}
"""


@pytest.fixture
def anna(site: Site, new_context: NewContext) -> Page:
    page = new_context(color_scheme="dark").new_page()
    sign_in(page, "anna.eglite")
    return page


@pytest.fixture(scope="module")
def places(site: Site) -> dict[str, str]:
    return site.ask(PLACES)


def printed(page: Page, address: str) -> list[str]:
    """The text of each sheet of A4 that comes out of the printer."""
    page.goto(address)
    page.evaluate("() => document.fonts.ready.then(() => true)")
    paper = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
    return [" ".join(sheet.extract_text().split()) for sheet in paper.pages]


def test_pages_are_printed_whole_and_without_the_site(anna: Page, places: dict[str, str]) -> None:
    records = {"debrief", "sheet", "review", "profile", "competence", "history", "reviewed"}
    anna.goto(places["competence"])
    then(begin_review, answer, go_on, stop_review)(anna)
    for name, address in (places | {"reviewed": anna.url}).items():
        sheets = printed(anna, address)
        assert all(sheets), f"{name}: an empty sheet"
        text = " ".join(sheets)
        for around in ("Manas mācības", "Piekļūstamība", "Automātiski", "Tālāk", "Pieslēgties"):
            assert around not in text, f"{name} prints {around}"
        # Whose record it is, and of which day, stands on the first sheet; texts to learn name nobody.
        assert ("Anna Eglīte" in sheets[0]) == (name in records), name
        assert ("izdrukāts" in sheets[0]) == (name in records), name


def test_what_is_folded_is_printed_unfolded(anna: Page, places: dict[str, str]) -> None:
    anna.goto(places["lesson"])
    words = anna.locator(".figure details .reveal-body").first.text_content() or ""
    assert " ".join(words.split())[:60] in " ".join(printed(anna, places["lesson"]))


def test_paper_is_white_whatever_the_scheme(anna: Page, places: dict[str, str]) -> None:
    anna.goto(places["lesson"])
    anna.emulate_media(media="print", color_scheme="dark")
    ink, paper = anna.evaluate(
        "() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; }"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")


def test_pictures_leave_room_for_the_text_around_them(anna: Page, places: dict[str, str]) -> None:
    """A lesson is at most five sheets, and none but the last is left half empty."""
    sheets = printed(anna, places["lesson"])
    assert len(sheets) <= 5
    assert all(len(sheet) > 300 for sheet in sheets[:-1]), [len(sheet) for sheet in sheets]


def test_a_sheet_for_supervision_is_printed_with_its_words_and_room_to_write(
    anna: Page, places: dict[str, str]
) -> None:
    """Comments stand under their turns, no turn is torn in two, and there is room to write."""
    sheets = printed(anna, places["sheet"])
    text = " ".join(sheets)
    for words in (
        "Te es padevos",
        "Labi pamanīts",
        "Kā pateikt nē",
        "patstāvīgi",
        "Par ko vienojāmies",
    ):
        assert words in text
    assert "Vērtēta saruna" in sheets[0]
    for around in ("Komentēt 1. soli", "Tavs komentārs", "Saglabāt", "Kopīgota kopš"):
        assert around not in text
    anna.emulate_media(media="print")
    turns = anna.locator(".sheet-turn")
    assert turns.count() > 10
    assert turns.evaluate_all(
        "turns => turns.every(turn => getComputedStyle(turn).breakInside === 'avoid')"
    )
    assert anna.locator(".write-lines:visible").count() > 5
    assert anna.locator("textarea:visible, button:visible").count() == 0


@pytest.mark.parametrize("name", ["debrief", "sheet"])
@pytest.mark.parametrize("width", [320, 718])  # a narrow screen's; A4 between its margins
def test_nothing_is_cut_off_at_the_right(
    anna: Page, places: dict[str, str], name: str, width: int
) -> None:
    anna.set_viewport_size({"width": width, "height": 900})
    anna.goto(places[name])
    anna.evaluate(
        "() => document.querySelectorAll('details').forEach(each => { each.open = true; })"
    )
    anna.emulate_media(media="print")
    wide = anna.locator("main *:visible").evaluate_all(
        "(found, width) => found.filter(each => each.getBoundingClientRect().right > width + 1)"
        ".map(each => each.className || each.tagName)",
        width,
    )
    assert wide == []

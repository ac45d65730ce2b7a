"""An editor's road: draft, preview, review, publication, and the other language brought up to date."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewContext, Watch
from tests.e2e.barriers import shoot
from tests.e2e.keyboard import Keyboard
from tests.e2e.people import sign_in
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-staff")]

STATE = """
from courses.models import LessonPage
lv = LessonPage.objects.get(key="{key}", locale__language_code="lv")
en = LessonPage.objects.get(key="{key}", locale__language_code="en")
answer = {{"lv": lv.pk, "en": en.pk, "live": lv.summary, "live_en": en.summary,
          "outdated": en.is_out_of_date, "url": lv.url, "url_en": en.url}}
"""
ATTEMPTS = """
from assessments.models import Attempt
from courses.progress.models import Activity, Evidence
answer = [
    [[str(a.pk), str(a.pins), str(a.finished_at)] for a in Attempt.objects.filter(finished_at__isnull=False, subject__person__username="anna.eglite").order_by("pk")],
    [str(row.pk) for row in Evidence.objects.filter(subject__person__username="anna.eglite").order_by("pk")],
]
"""


def edit_summary(page: Page, pk: int, text: str) -> None:
    page.goto(f"/admin/pages/{pk}/edit/")
    keys = Keyboard(page)
    field = page.locator("textarea[name=summary], input[name=summary]")
    field.wait_for()
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    assert keys.page is page


def do(page: Page, name: str) -> None:
    """An action of Wagtail's bar at the foot of the editor, unfolded when it is folded away."""
    button = page.locator(f"button[name='{name}'], button[value='{name}']").first
    if not button.is_visible():
        page.locator(
            "footer .w-dropdown-button button[aria-expanded], footer [data-w-dropdown-target='toggle']"
        ).first.click()
    with page.expect_navigation():
        button.click()


def approve(page: Page) -> None:
    """The moderator's yes, which publishes the page."""
    yes = page.locator(
        "button[data-workflow-action-name='approve']:not([data-workflow-action-modal-url])"
    )
    if not yes.first.is_visible():
        page.locator("footer [data-w-dropdown-target='toggle']").first.click()
    with page.expect_navigation():
        yes.first.click()


@pytest.mark.parametrize(
    ("key", "admin_language"), [("three-strains", "lv"), ("supervision", "en")], ids=["lv", "en"]
)
def test_a_change_goes_from_draft_to_learners_and_the_translation_follows(
    site: Site, new_context: NewContext, watch: Watch, key: str, admin_language: str
) -> None:
    # The editor saves by itself while one types. Where that reaches the server after the page was
    # sent by hand, Wagtail refuses it as older than what there is, and the browser notes it.
    watch.allow("status of 400")
    before = site.ask(STATE.format(key=key))
    record = site.ask(ATTEMPTS)
    new_text = (
        f"Labots kopsavilkums nodarbībai {key}, ar garumzīmēm un mīkstinājumiem: ģērbtuve, ķirsis."
    )

    context = new_context(locale={"lv": "lv-LV", "en": "en-GB"}[admin_language])
    editor = context.new_page()
    sign_in(editor, "elina.priede", admin_language)
    edit_summary(editor, before["lv"], new_text)
    with editor.expect_navigation():
        editor.keyboard.press("Control+s")
    shoot(editor, f"{admin_language}-admin-draft")
    assert site.ask(STATE.format(key=key))["live"] == before["live"]

    preview = context.new_page()
    preview.goto(f"/admin/pages/{before['lv']}/view_draft/")
    expect(preview.locator(".lede")).to_have_text(new_text)
    preview.close()

    editor.goto(f"/admin/pages/{before['lv']}/edit/")
    assert editor.locator("button[name='action-publish']").count() == 0
    do(editor, "action-submit")
    assert site.ask(STATE.format(key=key))["live"] == before["live"]

    moderator = new_context().new_page()
    sign_in(moderator, "mara.zarina")
    moderator.goto(f"/admin/pages/{before['lv']}/edit/")
    shoot(moderator, f"{admin_language}-admin-review")
    approve(moderator)
    now = site.ask(STATE.format(key=key))
    assert now["live"] == new_text
    assert now["outdated"]

    learner = new_context().new_page()
    sign_in(learner, "inese.ozolina")
    learner.goto(now["url"])
    expect(learner.locator(".lede")).to_have_text(new_text)
    learner.goto(now["url_en"])
    shoot(learner, f"{admin_language}-outdated-english")
    expect(learner.locator("main")).to_contain_text("Latvian")

    english = f"A summary of the lesson {key} that follows the Latvian."
    edit_summary(moderator, before["en"], english)
    do(moderator, "action-publish")
    moderator.goto(f"/admin/content/up-to-date/{before['en']}/")
    shoot(moderator, f"{admin_language}-admin-side-by-side")
    with moderator.expect_navigation():
        moderator.locator("main form[method=post] button").first.click()
    after = site.ask(STATE.format(key=key))
    assert after["live_en"] == english
    assert not after["outdated"]
    learner.goto(now["url_en"])
    expect(learner.locator(".lede")).to_have_text(english)
    assert site.ask(ATTEMPTS) == record


def test_an_editor_reaches_no_record(site: Site, new_context: NewContext, watch: Watch) -> None:
    page = new_context().new_page()
    sign_in(page, "elina.priede")
    watch.allow("status of 404")
    watch.allow("status of 403")
    answer = page.goto("/lv/team/")
    assert "Līga Bērziņa" not in page.content()
    assert answer is not None
    page.goto("/admin/")
    expect(page.locator("body")).to_contain_text(re.compile("Elīna"))

"""A lead's road: sees her team, assigns, sees who has not started and who is late, opens a person."""

import datetime
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import NewContext, Watch
from tests.e2e.barriers import shoot
from tests.e2e.keyboard import Keyboard
from tests.e2e.people import invited, sign_in
from tests.e2e.site import Site
from tests.e2e.words import words

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-staff")]

ENROLMENT = """
from courses.models import Enrolment, CoursePage
key = CoursePage.objects.filter(key="burnout").first().translation_key
answer = {row.subject.person.username: str(row.due_on) for row in Enrolment.objects.filter(
    target_key=key, subject__person__isnull=False).select_related("subject__person")}
"""
BURNOUT = re.compile("Izdegšanas novēršana|Preventing burnout")
PK = 'from courses.people.models import User\nanswer = User.objects.get(username="{}").pk'


@pytest.mark.parametrize("language", ["lv", "en"])
def test_a_lead_assigns_and_sees_who_needs_her(
    site: Site, new_context: NewContext, watch: Watch, language: str
) -> None:
    _address, username = invited(site, "Rūta", f"Ābele {language}", language)
    say = words(language)
    page = new_context().new_page()
    keys = Keyboard(page)
    sign_in(page, "ilze.kalnina", language)
    # Whatever the language of the sign-in page, she comes to her own: to English by its link.
    expect(page.locator("html")).to_have_attribute("lang", "lv")
    if language == "en":
        keys.follow(page.locator("header a[hreflang=en]"))
        expect(page.locator("html")).to_have_attribute("lang", "en")
    keys.follow(page.get_by_role("navigation").locator("a[href$='/team/']").first)
    shoot(page, f"{language}-team-week")
    keys.follow(page.locator("nav.tabs a[href$='/modules/']"))
    grid = page.locator("table.heat")
    expect(grid).to_be_visible()
    shoot(page, f"{language}-team")
    not_begun = grid.locator("tbody tr", has_text="Jānis Liepa").locator(".state-none")
    expect(not_begun).to_have_count(5)  # of the modules of his path
    assert "Dace Krūmiņa" not in page.content()  # another team's

    due = datetime.date.today() + datetime.timedelta(days=30)
    assign_to(keys, say, f"Rūta Ābele {language}", due)
    assert site.ask(ENROLMENT)[username] == due.isoformat()

    whole = datetime.date.today() + datetime.timedelta(days=33)
    assign_to(keys, say, "Resocializācijas daļa", whole)
    dates = site.ask(ENROLMENT)
    assert dates[username] == dates["janis.liepa"] == whole.isoformat()
    assert dates["dace.krumina"] != whole.isoformat()

    page.goto(f"/{language}/team/")
    keys.follow(page.locator("nav.tabs a[href$='/modules/']"))
    person = page.locator("table.heat tbody th a", has_text="Līga Bērziņa").first
    keys.follow(person)
    expect(page.locator("h1")).to_have_text("Līga Bērziņa")
    expect(page.locator("main")).to_contain_text(
        {"lv": "Izdegšanas novēršana", "en": "Preventing burnout"}[language]
    )
    shoot(page, f"{language}-person")

    watch.allow("status of 404")
    stranger = site.ask(PK.format("dace.krumina"))
    answer = page.goto(f"/{language}/people/{stranger}/")
    assert answer is not None
    assert answer.status == 404


def assign_to(keys: Keyboard, say: Callable[[str], str], whom: str, due: datetime.date) -> None:
    """From the team page through the form and its confirmation."""
    page = keys.page
    keys.follow(page.locator("main a.button[href*='/assign/']").first)
    module = page.locator("select[name=target] option[value^='module:']").filter(has_text=BURNOUT)
    choose(keys, "target", module.get_attribute("value") or "")
    option = page.locator("select[name=whom] option").filter(has_text=whom).first
    choose(keys, "whom", option.get_attribute("value") or "")
    # A date field is typed in the browser's own order; what matters here is that it is reached.
    keys.reach(page.locator("input[name=due_on]"))
    page.locator("input[name=due_on]").fill(due.isoformat())
    keys.follow(page.get_by_role("button", name=say("See who gets it")))
    expect(page.locator("main")).to_contain_text(whom)
    keys.follow(page.get_by_role("button", name=say("Assign"), exact=True))
    expect(page.locator("[class*=tone-good], .messages")).to_be_visible()


def choose(keys: Keyboard, name: str, value: str) -> None:
    """Pick an entry of a list with the arrow keys."""
    field = keys.page.locator(f"select[name={name}]")
    keys.reach(field)
    keys.page.keyboard.press("Home")
    for _press in range(field.locator("option").count() + 1):
        if field.input_value() == value:
            return
        keys.page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} cannot be chosen in {name}")


def test_the_other_lead_sees_who_is_late(site: Site, new_context: NewContext) -> None:
    page = new_context().new_page()
    sign_in(page, "andris.ozols")
    page.goto("/lv/team/")
    expect(page.locator("#help")).to_contain_text("Rita Medne")
    page.locator("nav.tabs a[href$='/modules/']").click()
    row = page.locator("table.heat tbody tr", has_text="Rita Medne")
    expect(row.locator(".state-overdue")).to_be_visible()
    assert "Līga Bērziņa" not in page.content()


def test_a_lead_invites_a_person_on_paper(site: Site, new_context: NewContext) -> None:
    page = new_context().new_page()
    sign_in(page, "ilze.kalnina")
    page.goto("/lv/team/")
    Keyboard(page).follow(page.locator("main a[href*='/people/invite/']").first)
    page.fill("input[name=first_name]", "Vizma")
    page.fill("input[name=last_name]", "Ķauķe")
    page.check("input[name=way][value=paper]")
    shoot(page, "lv-invite")
    page.locator("main form button.button").first.click()
    page.wait_for_load_state()
    assert re.search(r"/people/\d+/invitation/", page.url), page.locator("main").inner_text()

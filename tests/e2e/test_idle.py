"""A form left half-written in a tab: never sent by a script, kept when she is away."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewContext, Watch
from tests.e2e.people import sign_in
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-idle")]
FORM = "/lv/administration/teams/new/"
# A session of hers in which nothing has happened for longer than is allowed.
AWAY = """
import time
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from courses.people.models import User
known = Session.objects.get(session_key="{key}").get_decoded()
session = SessionStore()
session.update(known | {{"seen": int(time.time()) - 31 * 60}})
session.create()
answer = session.session_key
"""
TEAMS = """
from courses.people.models import KeptForm, Team
answer = [
    list(Team.objects.filter(name__startswith="Droš").values_list("name", flat=True)),
    [form.fields["name"] for form in KeptForm.objects.filter(person__username="juris.lacis")],
]
"""


@pytest.fixture
def draft(new_context: NewContext) -> Page:
    """The page with a form that could be sent, and is not finished."""
    page = new_context().new_page()
    page.clock.install()
    sign_in(page, "juris.lacis")
    page.goto(FORM)
    page.locator("[name=name]").fill("Droš")
    page.locator("[name=parent]").select_option(index=1)
    return page


def test_it_stays_where_it_is_while_she_works_in_another_tab(site: Site, draft: Page) -> None:
    with draft.expect_response("**/left/") as answered:
        draft.clock.fast_forward("31:00")
    assert answered.value.status == 200
    draft.clock.run_for(3000)
    expect(draft.locator("[name=name]")).to_have_value("Droš")
    expect(draft.locator("#idle")).not_to_be_visible()
    assert draft.url.endswith(FORM)
    assert site.ask(TEAMS) == [[], []]


def test_it_is_kept_and_she_is_signed_out_where_she_is_away(
    site: Site, draft: Page, watch: Watch
) -> None:
    watch.allow("status of 403")
    context = draft.context
    cookie = next(each for each in context.cookies() if each["name"] == "sessionid")
    away = site.ask(AWAY.format(key=cookie["value"]))
    context.add_cookies([{"name": "sessionid", "value": away, "url": site.url}])
    with draft.expect_navigation(url="**/account/login/**"):
        draft.clock.fast_forward("31:00")
    expect(draft.locator("body")).not_to_contain_text("Droš")
    assert site.ask(TEAMS) == [[], [["Droš"]]]


def test_without_a_way_to_the_server_nothing_stays_on_the_screen(draft: Page, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    draft.context.set_offline(True)
    draft.clock.fast_forward("31:00")
    expect(draft.locator("[name=name]")).to_be_hidden()
    draft.context.set_offline(False)
    with draft.expect_response("**/left/"):
        draft.clock.run_for(8000)
    expect(draft.locator("[name=name]")).to_have_value("Droš")
    expect(draft.locator("[name=name]")).to_be_visible()

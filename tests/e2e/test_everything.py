"""Every page model, block and address, in both languages, light and dark: no barrier, no report.

The list is generated; a model, block or address that stands in no list fails the test.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from content.blocks import body_blocks
from content.models import BasePage
from tests.e2e.conftest import NewContext, Watch, shoot
from tests.e2e.people import invited, sign_in
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-everything")]

# What an address is for when it shows no page of its own, and why.
NO_PAGE = {
    "healthz": "a probe",
    "readyz": "a probe",
    "csp_report": "takes reports",
    "left": "POST only",
    "media": "files",
    "wagtaildocs_serve": "files",
    "wagtaildocs_authenticate_with_password": "Wagtail's; no private documents",
    "wagtailcore_authenticate_with_password": "Wagtail's; asked only by pages under a password",
    "wagtailcore_login": "sends on to account_login",
    "wagtail_serve": "every page of the tree; see PAGES",
    "assessments:start": "POST only",
    "content:self_check": "POST only",
    "courses:mark_read": "POST only",
    "scenarios:choose": "POST only",
    "scenarios:start": "POST only",
    "people:sheet": "POST only: the code it shows is made anew each time",
    "people:stay": "POST only",
    "people:account": "POST only",
    "people:read_messages": "POST only",
    "people:invite_again": "POST only",
    "people:withdraw": "POST only",
    "people:open_message": "sends on",
    "theme:colour_scheme": "POST only",
    "certificates:download": "a PDF",
    "mfa_download_recovery_codes": "a text file",
    "mfa_login_webauthn": "JSON for passkeys",
    "account_email": "sends on to people:settings",
    "account_signup": "closed; nobody signs up",
    "account_set_password": "only for accounts without a password, which come in by invitation",
    "account_confirm_email": "addresses are confirmed at people:confirm_email",
    "account_confirm_login_code": "codes by mail are off",
    "account_email_verification_sent": "no address is verified by allauth",
    "account_inactive": "sign-in says the same on its own page",
    "account_reset_password_from_key_done": "shown after a POST; see test_people",
    "mfa_reauthenticate_webauthn": "only with a passkey at hand",
    "mfa_authenticate": "only between password and code; see tests/people",
    "mfa_deactivate_totp": "only with an app set up; see tests/people",
    "mfa_edit_webauthn": "only with a passkey at hand",
    "mfa_remove_webauthn": "only with a passkey at hand",
    "mfa_generate_recovery_codes": "only with an app set up; see tests/people",
    "mfa_view_recovery_codes": "only with an app set up; see tests/people",
}
ADDRESSES = """
from django.urls import reverse
from django.utils import translation, timezone
from assessments.models import Attempt
from certificates.models import Award
from courses.models import Path
from courses.people.models import Membership, Team, User, Message
from courses.people.views import *
from scenarios.models import ScenarioRun
import uuid
user = lambda name: User.objects.get(username=name)
team = Team.objects.get(name="Resocializācijas daļa")
invitee = User.objects.filter(invitations__isnull=False, invitations__used_at__isnull=True).first()
open_attempt = Attempt.objects.filter(subject__person=user("peteris.abols"), finished_at__isnull=True).get()
done = Attempt.objects.filter(subject__person=user("anna.eglite"), finished_at__isnull=False).first()
run = ScenarioRun.objects.filter(subject__person=user("sanita.vitola"), finished_at__isnull=True).first()
over = ScenarioRun.objects.filter(subject__person=user("anna.eglite"), finished_at__isnull=False).first()
award = Award.objects.filter(subject__person=user("anna.eglite")).first()
A, L, R = "anna.eglite", "ilze.kalnina", "juris.lacis"
place = Membership.objects.get(person=user(A), role="learner")
wanted = {{
    "account_login": ("-", []), "account_logout": (A, []), "account_reset_password": ("-", []),
    "account_reset_password_done": ("-", []),
    "account_reset_password_from_key": ("-", ["1", "wrong-key"]),
    "account_change_password": (A, []), "account_reauthenticate": (A, []),
    "mfa_index": (A, []), "mfa_activate_totp": (A, []), "mfa_list_webauthn": (A, []),
    "mfa_add_webauthn": (A, []), "mfa_reauthenticate": (A, []),
    "assessments:attempt": ("peteris.abols", [open_attempt.pk]),
    "assessments:question": ("peteris.abols", [open_attempt.pk, 1]),
    "assessments:finish": ("peteris.abols", [open_attempt.pk]),
    "assessments:review": (A, [done.pk]),
    "scenarios:run": ("sanita.vitola", [run.pk]), "scenarios:debrief": (A, [over.pk]),
    "certificates:list": (A, []), "certificates:check": ("-", []),
    "certificates:verify": ("-", [award.number]),
    "courses:home_dashboard": (A, []), "courses:profile": (A, []),
    "courses:competence": (A, ["self-care"]), "courses:history": (A, []),
    "courses:paths": (A, []), "courses:path": (A, [Path.objects.first().key]),
    "courses:team": (L, []), "courses:team_detail": (L, [team.pk]),
    "courses:assign": (L, []), "courses:assign_team": (L, [team.pk]),
    "courses:person": (L, [user(A).pk]),
    "courses:person_competence": (L, [user(A).pk, "self-care"]),
    "people:invitation": ("-", []), "people:accept": ("-", ["{code}"]),
    "people:invite": (L, []), "people:invited": (L, [invitee.pk]),
    "people:people": (R, []), "people:person": (R, [user(A).pk]),
    "people:change_person": (R, [user(A).pk]), "people:add_place": (R, [user(A).pk]),
    "people:change_place": (R, [place.pk]), "people:teams": (R, []), "people:new_team": (R, []),
    "people:change_team": (R, [team.pk]), "people:access_log": (R, []),
    "people:settings": (A, []), "people:change_email": (A, []),
    "people:confirm_email": (A, ["wrong-token"]), "people:messages": (A, []), "people:kept": (A, []),
}}
answer = []
for language in ("lv", "en"):
    with translation.override(language):
        for name, (who, args) in wanted.items():
            answer.append([name, who, reverse(name, args=args)])
"""
PAGES = """
from content.models import BasePage
from wagtail.models import Page
pages = [page for page in Page.objects.live().specific() if isinstance(page, BasePage)]
answer = [[type(page).__name__, page.url, [
    block.block_type for name in ("body", "about") if hasattr(page, name) for block in getattr(page, name)
]] for page in pages]
"""


def names(resolver: URLResolver, prefix: str = "") -> set[str]:
    """Names of all addresses of the site, without Wagtail's admin."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if str(entry.pattern).startswith("admin"):
                continue
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            found |= names(entry, space)
        elif isinstance(entry, URLPattern) and entry.name:
            found.add(prefix + entry.name)
    return found


def page_models() -> set[str]:
    found, queue = set(), [BasePage]
    while queue:
        model = queue.pop()
        queue += model.__subclasses__()
        if not model._meta.abstract:
            found.add(model.__name__)
    return found


def scan(page: Page) -> list[str]:
    """What axe finds wrong, a line each."""
    found = Axe().run(page)
    return [
        f"{page.url}: {each['id']}: {node['html'][:120]}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


@pytest.fixture(scope="module")
def addresses(site: Site) -> list[tuple[str, str, str]]:
    address, _username = invited(site, "Baiba", "Sūna", "lv")
    code = address.rstrip("/").rsplit("/", 1)[1]
    return [tuple(each) for each in site.ask(ADDRESSES.format(code=code))]


@pytest.fixture(scope="module")
def pages(site: Site) -> list[tuple[str, str, list[str]]]:
    return [tuple(each) for each in site.ask(PAGES)]


def test_every_address_is_listed(addresses) -> None:
    listed = {name for name, _who, _address in addresses}
    assert names(get_resolver()) - listed - NO_PAGE.keys() == set()
    assert NO_PAGE.keys() - names(get_resolver()) == set()


def test_every_page_model_and_block_is_on_a_page(pages) -> None:
    assert page_models() - {model for model, _url, _blocks in pages} == set()
    used = {block for _model, _url, blocks in pages for block in blocks}
    assert set(body_blocks().child_blocks) - used == set()


# Until they have passed whole once, these two run by `make test-slow` only.
@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier(
    site: Site, new_context: NewContext, watch: Watch, addresses, pages, scheme: str
) -> None:
    watch.allow("status of 404")  # wrong keys and tokens have designed pages, with their status
    watch.allow("status of 410")
    watch.allow("status of 400")
    wanted = [(who, address) for _name, who, address in addresses]
    wanted += [("anna.eglite", url) for _model, url, _blocks in pages]
    wanted += [
        ("-", url)
        for model, url, _blocks in pages
        if model in {"HomePage", "CoursePage", "InfoPage"}
    ]
    wanted += [("-", "/lv/nav-tadas-lapas/"), ("-", "/en/no-such-page/")]
    problems: list[str] = []
    for who in sorted({who for who, _address in wanted}):
        page = new_context(color_scheme=scheme).new_page()
        if who != "-":
            sign_in(page, who)
        for number, address in enumerate(sorted({a for w, a in wanted if w == who})):
            answer = page.goto(address)
            assert answer is not None
            assert answer.status < 500, address
            problems += scan(page)
            shoot(page, f"{scheme}-{who}-{number:02}")
        page.context.close()
    assert problems == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [320])
def test_no_page_scrolls_sideways_on_a_narrow_screen(
    site: Site, new_context: NewContext, watch: Watch, addresses, pages, width: int
) -> None:
    """320 CSS pixels are also what 1280 become at 400 % zoom."""
    watch.allow("status of 4")
    wanted = [(who, address) for _name, who, address in addresses]
    wanted += [("anna.eglite", url) for _model, url, _blocks in pages]
    wide: list[str] = []
    for who in sorted({who for who, _address in wanted}):
        page = new_context(viewport={"width": width, "height": 640}).new_page()
        if who != "-":
            sign_in(page, who)
        for number, address in enumerate(sorted({a for w, a in wanted if w == who})):
            page.goto(address)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                wide.append(f"{address}: {over} px too wide")
            shoot(page, f"narrow-{who}-{number:02}")
        page.context.close()
    assert wide == []

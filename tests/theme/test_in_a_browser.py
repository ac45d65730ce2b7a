"""Wagtail's admin and the second step in a browser: they work, and no policy is broken."""

import struct
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import NewContext, Watch
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-admin")]

PASSWORD = "a long enough secret"
PERSON = """
from courses.people.models import User
person, _ = User.objects.get_or_create(
    username="{name}", defaults={{"language": "en", "is_superuser": {root}, "first_name": "Root"}}
)
person.set_password("a long enough secret")
person.save()
answer = person.pk
"""
SNIPPETS = """
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models
answer = []
for model in get_snippet_models():
    names = model.snippet_viewset
    answer.append(reverse(names.get_url_name("list")))
    first = model.objects.order_by("pk").first()
    if first:
        answer.append(reverse(names.get_url_name("edit"), args=[first.pk]))
"""
PAGES = """
from wagtail.models import Page
answer, seen = [], set()
for page in Page.objects.filter(depth__gt=1).order_by("path"):
    kind = page.specific_class
    if kind not in seen:
        seen.add(kind)
        answer.append(page.pk)
"""
LISTS = [
    "/admin/",
    "/admin/pages/",
    "/admin/images/",
    "/admin/documents/",
    "/admin/users/",
    "/admin/users/new/",
    "/admin/teams/",
    "/admin/teams/new/",
    "/admin/memberships/",
    "/admin/memberships/new/",
    "/admin/access-log/",
    "/admin/groups/",
    "/admin/workflows/list/",
    "/admin/collections/",
    "/admin/redirects/",
    "/admin/account/",
    "/admin/reports/site-history/",
    "/admin/reports/locked/",
    "/admin/reports/aging-pages/",
    "/admin/reports/page-types-usage/",
    "/admin/reports/workflow/",
    "/admin/reports/workflow_tasks/",
]


def sign_in(page: Page, name: str, base: str = "") -> None:
    page.goto(f"{base}/en/account/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/my/")


def picture(path: Path) -> Path:
    """A picture of one blue row after another, 64 by 48, as a PNG file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = (b"\x00" + b"\x30\x60\x90" * 64) * 48
    head = struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    return path


@pytest.fixture
def root(site: Site, new_context: NewContext) -> Page:
    site.ask(PERSON.format(name="root", root=True))
    page = new_context(locale="en-GB").new_page()
    page.set_default_timeout(60_000)  # the form of a whole story takes its time
    sign_in(page, "root")
    return page


def quiet(page: Page) -> None:
    """Until the scripts of a page of the admin have had their say."""
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("address", ["/lv/", "/admin/"])
def test_a_broken_policy_is_noticed(root: Page, watch: Watch, address: str) -> None:
    """The watch itself: what a page must not do reaches it, from the browser and the server."""
    root.goto(address)
    root.evaluate(
        "() => document.body.append("
        "Object.assign(new Image(), {src: 'https://elsewhere.example/x.png', alt: ''}))"
    )
    found: list[str] = []
    for _try in range(50):
        found += watch.gather()
        if any("content policy: img-src" in line for line in found):
            break
        root.wait_for_timeout(100)
    assert any(line.startswith("console error") for line in found), found
    assert any("content policy: img-src blocked https:elsewhere" in line for line in found), found


def test_the_lists_of_the_admin(root: Page) -> None:
    for address in LISTS:
        response = root.goto(address)
        assert response is not None
        assert response.status == 200, address
        quiet(root)


def test_every_kind_of_page_is_edited_with_its_preview(root: Page, site: Site) -> None:
    for pk in site.ask(PAGES):
        root.goto(f"/admin/pages/{pk}/edit/")
        quiet(root)
        toggle = root.get_by_role("button", name="Toggle preview")
        if toggle.get_attribute("aria-expanded") != "true":  # the editor remembers it
            toggle.click()
        frame = root.frame_locator("iframe[title='Preview']").first
        expect(frame.locator("h1").first).to_be_visible(timeout=30_000)
        quiet(root)


def test_every_kind_of_snippet_is_listed_and_edited(root: Page, site: Site) -> None:
    for address in site.ask(SNIPPETS):
        root.goto(address)
        quiet(root)


def test_pictures_are_uploaded_and_cropped(root: Page, tmp_path: Path) -> None:
    file = picture(tmp_path / "blue.png")
    root.goto("/admin/images/multiple/add/")
    root.set_input_files("input[type=file]", file)
    expect(root.locator("[name$=title]").first).to_be_visible()
    root.goto("/admin/images/")
    quiet(root)
    root.locator("main a[href^='/admin/images/']").filter(has_text="blue").first.click()
    quiet(root)
    shown = root.locator(".focal-point-chooser img").first
    assert shown.evaluate("image => image.complete && image.naturalWidth > 0")


# The second step


@pytest.fixture
def learner(site: Site) -> str:
    site.ask(PERSON.format(name="learner-with-keys", root=False))
    return "learner-with-keys"


def confirm(page: Page, address: str) -> None:
    """Go there, giving the password once more if it is asked."""
    page.goto(address)
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "reauthenticate" not in url)


def test_the_picture_of_an_authenticator_app_is_drawn(page: Page, learner: str) -> None:
    sign_in(page, learner)
    confirm(page, "/en/account/2fa/totp/activate/")
    drawn = page.locator("img[src^='data:image/svg+xml']")
    assert drawn.evaluate("image => image.complete && image.naturalWidth > 0")


def with_a_key(context: BrowserContext, page: Page) -> None:
    """A fingerprint reader that always says yes."""
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_signs_in(
    new_context: NewContext,
    site: Site,
    watch: Watch,
    learner: str,
) -> None:
    local = site.url.replace("127.0.0.1", "localhost")  # a key belongs to a name, not a number
    watch.host = watch.host.replace("127.0.0.1", "localhost")
    context = new_context()
    page = context.new_page()
    with_a_key(context, page)
    sign_in(page, learner, local)
    confirm(page, f"{local}/en/account/2fa/webauthn/add/")
    page.fill("[name=name]", "My phone")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")
    context.clear_cookies()
    page.goto(f"{local}/en/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/my/")

"""The browser, and what it must never see: a console error, a policy report, a foreign host."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.e2e.site import Site, running_site

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The headless shell is the same engine without the browser's own windows, and half the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
MISSING = """
No Chromium was found, so the browser tests cannot run.
Install one (Debian: apt-get install -y --no-install-recommends chromium-headless-shell), or say
where it is:
CHROMIUM=/path/to/chromium make test
"""


def chromium() -> str:
    for found in (os.environ.get("CHROMIUM"), *map(shutil.which, NAMES)):
        if found:
            return found
    pytest.exit(MISSING, returncode=3)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    """One freshly loaded site for the tests of a worker; each test brings people of its own."""
    with running_site(f"tilts_e2e_{worker_id}", tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    yield browser
    browser.close()


class Watch:
    """Notes everything a page does that it must not, and every report that reaches the server."""

    def __init__(self, site: Site) -> None:
        self.host = site.host
        self.complaints: list[str] = []
        self.allowed: list[str] = []
        self.log = site.folder / "server.log"
        self.read_to = self.log.stat().st_size

    def follow(self, page: Page) -> None:
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(f"error in a script: {error}"))
        page.on("request", lambda request: self._request(request.url))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not any(part in text for part in self.allowed):
            self.complaints.append(f"console {kind}: {text}")

    def _request(self, url: str) -> None:
        if "/csp-report/" in url:
            self.complaints.append(f"the policy was broken: {url}")
        if url.startswith("http") and self.host not in url:
            self.complaints.append(f"asked another host: {url}")

    def allow(self, text: str) -> None:
        """A console message that the test itself causes, such as the browser's note on a 404."""
        self.allowed.append(text)

    def gather(self) -> list[str]:
        """What was noted since the last time, with what the server said meanwhile; then forgotten."""
        with self.log.open("rb") as file:
            file.seek(self.read_to)
            lines = file.read().decode().splitlines()
            self.read_to = file.tell()
        found = self.complaints + [line for line in lines if "content policy:" in line]
        self.complaints = []
        return [*found, "The server said:", *lines[-60:]] if found else []


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    watch = Watch(site)
    yield watch
    found = watch.gather()
    assert not found, "\n".join(found)


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, site: Site, watch: Watch) -> Iterator[NewContext]:
    """Makes a browser of its own for a person, watched; arguments as Playwright's new_context."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=site.url, **({"locale": "lv-LV"} | options))
        context.on("page", watch.follow)
        context.set_default_timeout(30_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: NewContext) -> Page:
    return new_context().new_page()

"""Every page model, block, address and letter, in both languages: no barrier, no report.

The lists are generated; a model, block or address that stands in none fails the test. Each page
is looked at in every way it can look: light, dark, 320 pixels wide. Of lessons, quizzes and stories
as few as show every kind of block are looked at; the others, and the English pages, have the same
templates and colours, so that looking at them too is left to `make test-slow`.
"""

import re
from collections import defaultdict

import pytest
from django.urls import get_resolver
from playwright.sync_api import Page

from content.blocks import body_blocks
from tests import database
from tests.browser import NewContext, Watch
from tests.e2e.addresses import (
    ADDRESSES,
    ALONE,
    INVITED,
    KEEPER,
    NO_PAGE,
    PAGES,
    PEOPLE,
    PLAYER,
    REFUSED,
    RENDERED,
    SESSIONS,
    names,
    page_models,
)
from tests.e2e.barriers import WIDTH, Barriers, equip
from tests.e2e.moments import PLACES, moments
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-everything")]
# What axe sees does not hang on the database, and looking takes minutes; the roads run on both.
looks = pytest.mark.skipif(
    database.server() is not None, reason="pages are looked at once, on SQLite"
)

in_each_language = pytest.mark.parametrize(
    "language", ["lv", pytest.param("en", marks=pytest.mark.slow)]
)

Listed = tuple[str, str, list[str]]  # a page's model, its address, kinds of its blocks

OPEN_MODELS = {"HomePage", "CoursePage", "InfoPage"}  # shown to nobody in particular, too


@pytest.fixture(scope="module")
def addresses(site: Site) -> list[tuple[str, str, str]]:
    given = {"code": site.ask(PEOPLE), "keeper": KEEPER, "alone": ALONE, "invited": INVITED}
    return [tuple(each) for each in site.ask(ADDRESSES % given)]


@pytest.fixture(scope="module")
def pages(site: Site) -> list[Listed]:
    return [tuple(each) for each in site.ask(PAGES)]


@pytest.fixture
def browsers(site: Site, new_context: NewContext, addresses):
    """A page for each person, signed in; "-" is nobody."""
    people = {who for _name, who, _address in addresses} | {PLAYER}
    sessions = site.ask(SESSIONS % sorted(people - {"-"}))
    opened: dict[str, Page] = {}

    def browser(who: str) -> Page:
        if who not in opened:
            context = new_context(viewport=WIDTH, reduced_motion="reduce", color_scheme="light")
            equip(context)
            if who != "-":
                cookie = {"name": "sessionid", "value": sessions[who], "url": site.url}
                context.add_cookies([cookie])
            opened[who] = context.new_page()
        return opened[who]

    return browser


def telling(pages: list[Listed]) -> list[Listed]:
    """Of all modules as few pages as show every model with every kind of block it has, fullest first.

    The others are made of the same: `test_no_other_page_has_a_barrier` looks at them.
    """
    kept: list[Listed] = []
    seen: set[tuple[str, str, str]] = set()
    for page in sorted(pages, key=lambda page: -len(set(page[2]))):
        model, url, blocks = page
        shown = {(url[:4], model, block) for block in ("", *blocks)}
        if shown - seen:
            seen |= shown
            kept.append(page)
    return kept


def serve(page: Page, text: str) -> None:
    """Show HTML as if it came from the site."""
    page.route("**/rendered/", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto("/rendered/")
    page.unroute("**/rendered/")


def opened(letter: str) -> str:
    """A letter as a program for mail shows it: in the main part of its own page."""
    body = re.sub(r"(<body[^>]*>)(.*)(</body>)", r"\1<main>\2</main>\3", letter, flags=re.S)
    return body.replace("</head>", '<link rel="icon" href="/static/theme/favicon.svg"></head>')


def test_every_address_is_listed(addresses) -> None:
    listed = {name for name, _who, _address in addresses}
    assert names(get_resolver()) - listed - NO_PAGE.keys() == set()
    assert NO_PAGE.keys() - names(get_resolver()) == set()
    assert NO_PAGE.keys() & listed == set()


def test_every_page_model_and_block_is_on_a_page(pages) -> None:
    assert page_models() - {model for model, _url, _blocks in pages} == set()
    used = {block for _model, _url, blocks in pages for block in blocks}
    assert set(body_blocks().child_blocks) - used == set()


@looks
@in_each_language
def test_no_page_has_a_barrier(browsers, watch: Watch, addresses, pages, language: str) -> None:
    watch.allow("status of 4")  # wrong keys and tokens have designed pages, with their status
    wanted = [(who, address, name) for name, who, address in addresses]
    pages = telling(pages)
    wanted += [("anna.eglite", url, model) for model, url, _blocks in pages]
    wanted += [("-", url, model) for model, url, _blocks in pages if model in OPEN_MODELS]
    wanted += [("-", "/lv/nav-tadas-lapas/", "404"), ("anna.eglite", "/en/no-such-page/", "404")]
    wanted = [each for each in wanted if each[1].startswith(f"/{language}/")]
    barriers = Barriers()
    shown: dict[str, set[str]] = defaultdict(set)
    for who, address, name in wanted:
        page = browsers(who)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == REFUSED.get(name, 200), address
        shown[name].add(re.sub(r"\?.*", "", page.url))
        barriers.look(page, f"{who}{address}", twin=language != "lv")
    assert not barriers.found, "\n".join(barriers.found)
    # Somebody sent to the sign-in page has not seen the page she asked for.
    away = {name for name, urls in shown.items() if any("/account/login/" in url for url in urls)}
    assert away == {"account_login"}


@looks
@pytest.mark.slow
@pytest.mark.parametrize("language", ["lv", "en"])
def test_no_other_page_has_a_barrier(browsers, pages, language: str) -> None:
    """Every lesson, story and quiz of every module."""
    barriers = Barriers()
    first = telling(pages)
    for each in pages:
        _model, url, _blocks = each
        if each not in first and url.startswith(f"/{language}/"):
            page = browsers("anna.eglite")
            answer = page.goto(url)
            assert answer is not None
            assert answer.ok, url
            barriers.look(page, url, twin=language != "lv")
    assert not barriers.found, "\n".join(barriers.found)


@looks
@in_each_language
def test_no_moment_has_a_barrier(browsers, site: Site, watch: Watch, language: str) -> None:
    watch.allow("status of 4")
    barriers = Barriers()
    place = site.ask(PLACES)[language]
    for moment in moments(place, PLAYER, KEEPER):
        page = browsers(moment.who)
        page.goto(moment.address)
        moment.act(page)
        barriers.look(page, moment.name, twin=language != "lv")
    assert not barriers.found, "\n".join(barriers.found)


@looks
@in_each_language
def test_no_letter_and_no_broken_page_has_a_barrier(browsers, site: Site, language: str) -> None:
    """What no address shows: errors of the server, letters, and the sheet of components."""
    barriers = Barriers()
    page = browsers("-")
    for name, text in site.ask(RENDERED)[language].items():
        serve(page, opened(text) if name.endswith(".html") else text)
        barriers.look(page, name, twin=language != "lv")
    assert not barriers.found, "\n".join(barriers.found)

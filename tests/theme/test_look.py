"""The look keeps its promises: contrast, weight, components that render, pages for bad moments."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views import defaults
from django.views.csrf import csrf_failure
from fontTools.ttLib import TTFont

from theme import scheme, sheet
from theme.icons import ICONS

THEME = Path(scheme.__file__).parent
STATIC = THEME / "static" / "theme"
TEMPLATES = THEME / "templates"
CSS = (STATIC / "site.css").read_text()
LATVIAN = "AĀBCČDEĒFGĢHIĪJKĶLĻMNŅOPRSŠTUŪVZŽaābcčdeēfgģhiījkķlļmnņoprsštuūvzž„”“–…·"

FIELDS = ("soft", "accent-soft", "warm-soft", "good-soft", "bad-soft")
WORDS = [
    *((ink, field) for ink in ("ink", "muted", "accent") for field in ("paper", "sheet", *FIELDS)),
    *((tone, f"{tone}-soft") for tone in ("warm", "good", "bad")),
    *((tone, field) for tone in ("warm", "good", "bad") for field in ("paper", "sheet", "soft")),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("paper", "bad"),
]
EDGES = [
    *(("edge", field) for field in ("paper", "sheet", "soft", "accent-soft")),
    *((f"{tone}-fill", field) for tone in ("warm", "good") for field in ("paper", "sheet")),
    ("accent", "line"),
]


def colours(selector: str) -> dict[str, str]:
    block = CSS[CSS.index(selector + " {") :].split("}")[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("selector", [":root", ":root:not(.light)", ":root.dark"])
def test_words_and_edges_stand_out_in_both_schemes(selector):
    found = colours(selector)
    weak = [(a, b) for a, b in WORDS if contrast(found[a], found[b]) < 4.5]
    weak += [(a, b) for a, b in EDGES if contrast(found[a], found[b]) < 3]
    assert not weak


def test_chosen_and_automatic_dark_are_the_same():
    assert colours(":root:not(.light)") == colours(":root.dark")


@pytest.mark.parametrize(("name", "limit"), [("site.css", 12_288), ("site.js", 4_096)])
def test_styles_and_scripts_stay_small(name, limit):
    assert len(gzip.compress((STATIC / name).read_bytes())) <= limit


def test_all_web_fonts_together_stay_under_42_kilobytes():
    assert sum(font.stat().st_size for font in (STATIC / "fonts").glob("*.woff2")) <= 42 * 1024


@pytest.mark.parametrize("font", sorted((STATIC / "fonts").glob("*.[tw]*f*")), ids=lambda f: f.name)
def test_every_font_has_latvian_letters_and_its_licence(font):
    assert set(map(ord, LATVIAN)) <= set(TTFont(font).getBestCmap())
    family = font.stem.split("-")[0].lower()
    assert "SIL OPEN FONT LICENSE" in (font.parent / f"{family}-OFL.txt").read_text()


def test_nothing_is_asked_of_another_host():
    assert not re.search(r"url\(\s*[\"']?(https?:|//|data:)|@import", CSS)


def test_templates_carry_no_inline_style_or_handler():
    bad = re.compile(r"""\s(style|on[a-z]+)=["']|javascript:|<style(?![^>]*>\s*body)""")
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group()}"
        for path in TEMPLATES.rglob("*.html")
        if not path.is_relative_to(TEMPLATES / "email")
        for match in bad.finditer(path.read_text())
    ]
    assert not found


@pytest.mark.parametrize(
    "name", [str(p.relative_to(TEMPLATES)) for p in sorted(TEMPLATES.rglob("*")) if p.is_file()]
)
def test_every_template_can_be_read(name):
    get_template(name)


class Outline(HTMLParser):
    """Which classes and ids a page has, and the levels of its headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.levels: list[int] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_sheet_shows_every_component(language):
    request = RequestFactory().get(f"/{language}/components/")
    with translation.override(language):
        page = sheet.components(request).content.decode()
    outline = Outline(page)
    assert outline.levels.count(1) == 1
    assert len(outline.ids) == len(set(outline.ids))
    shown = (TEMPLATES / "sheet.html").read_text() + (TEMPLATES / "base.html").read_text()
    by_tag = {"callout", "card", "section", "reveal", "dialog", "table_region"}
    parts = {path.stem for path in (TEMPLATES / "components").glob("*.html")} - by_tag
    told = "".join(p.read_text() for p in (TEMPLATES / "components").glob("*.html")) + "".join(
        p.read_text() for p in TEMPLATES.glob("[45]*.html")
    )
    told += (TEMPLATES / "account" / "login.html").read_text() + shown
    assert not {part for part in parts if f"components/{part}.html" not in told}


def test_an_icon_is_decoration_until_it_is_named():
    plain = Template("{% load theme %}{% icon 'alert' %}").render(Context())
    named = Template("{% load theme %}{% icon 'alert' label=word %}").render(
        Context({"word": "<b>"})
    )
    assert 'aria-hidden="true"' in plain
    assert "visually-hidden" not in plain
    assert "&lt;b&gt;</span>" in named


def verdict(text, state="right", **around):
    page = Template("{% load theme %}{% kept 'components/verdict.html' state=state text=text %}")
    return page.render(Context({"text": text, "state": state} | around))


def test_a_kept_template_says_what_it_is_given_each_time():
    assert "<span>2 of 3</span>" in verdict("2 of 3")
    assert "<span>1 of 3</span>" in verdict("1 of 3")
    assert "is-wrong" in verdict("1 of 3", state="wrong")
    assert verdict("2 of 3") == verdict("2 of 3", request="somebody else's")


def test_a_kept_template_speaks_the_readers_language():
    with translation.override("en"):
        assert "Not right" in verdict("", "wrong")
    with translation.override("lv"):
        assert "Not right" not in verdict("", "wrong")


def test_a_kept_template_escapes_what_is_not_safe_whoever_asked_first():
    assert "<b>so</b>" in verdict(mark_safe("<b>so</b>"))
    assert "&lt;b&gt;so&lt;/b&gt;" in verdict("<b>so</b>")
    assert "<b>so</b>" in verdict(mark_safe("<b>so</b>"))


def test_icons_are_drawn_without_colours_of_their_own():
    assert not [n for n, drawn in ICONS.items() if re.search(r"style=|#[0-9a-f]{3}", drawn)]


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(0, 0, 0), (1, 3, 33), (3, 3, 100), (9, 3, 100), (None, 5, 0)]
)
def test_shares_for_drawing_stay_between_nothing_and_all(part, whole, share):
    text = Template("{% load theme %}{{ part|percent_of:whole }}")
    assert text.render(Context({"part": part, "whole": whole})) == str(share)


def test_wrapping_components_escape_what_they_are_given():
    page = Template(
        "{% load theme %}{% callout title=bad id='x' %}<p>{{ bad }}</p>{% endcallout %}"
    ).render(Context({"bad": "<script>"}))
    assert "<script>" not in page
    assert "<p>&lt;script&gt;</p>" in page


@pytest.mark.parametrize(("given", "kept"), [("dark", "dark"), ("light", "light"), ("x", "")])
def test_the_scheme_is_read_from_the_cookie_only_if_it_is_one(given, kept):
    request = RequestFactory().get("/")
    request.COOKIES[scheme.COOKIE] = given
    assert scheme.of(request) == kept


@pytest.mark.parametrize(
    ("back", "to"),
    [("/lv/my/", "/lv/my/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("", "/")],
)
def test_choosing_a_scheme_leads_back_and_nowhere_else(client, back, to):
    response = client.post("/lv/scheme/", {"scheme": "dark", "next": back})
    assert (response.status_code, response["Location"]) == (302, to)
    assert response.cookies[scheme.COOKIE].value == "dark"


def test_choosing_automatic_forgets_the_choice(client):
    client.cookies[scheme.COOKIE] = "dark"
    response = client.post("/lv/scheme/", {"scheme": "", "next": "/"})
    assert response.cookies[scheme.COOKIE]["max-age"] == 0


def test_a_scheme_is_not_chosen_by_a_link(client, db):
    assert client.get("/lv/scheme/").status_code == 405


@pytest.mark.parametrize(("view", "code"), [("server_error", 500), ("bad_request", 400)])
def test_bare_error_pages_speak_both_languages_and_ask_no_database(view, code):
    request = RequestFactory().get("/")
    make = getattr(defaults, view)
    response = make(request) if code == 500 else make(request, Exception())
    page = response.content.decode()
    assert response.status_code == code
    assert 'lang="lv"' in page
    assert 'lang="en"' in page
    assert "theme/site.css" in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["lv", "en"])
def test_other_error_pages_have_one_heading_and_a_way_on(rf, language):
    request = rf.get("/nowhere/")
    with translation.override(language):
        answers = [
            defaults.page_not_found(request, Http404()),
            defaults.permission_denied(request, PermissionDenied()),
            csrf_failure(request),
        ]
        pages = [answer.content.decode() for answer in answers]
        pages.append(render_to_string("429.html", request=request))
    for page in pages:
        assert Outline(page).levels == [1]
        assert f'class="button" href="/{language}/"' in page


LETTERS = sorted(
    str(p.relative_to(TEMPLATES)).removesuffix("_subject.txt")
    for p in TEMPLATES.rglob("email/*_subject.txt")
)


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_has_a_subject_and_two_bodies(letter):
    address = "https://tilts.example/lv/x/?a=1&b=2"
    given = dict.fromkeys(("password_reset_url", "activate_url"), address)
    with translation.override("en"):
        subject = render_to_string(f"{letter}_subject.txt", given).strip()
        plain = render_to_string(f"{letter}_message.txt", given)
        html = render_to_string(f"{letter}_message.html", given)
    assert subject
    assert "\n" not in subject
    assert "&amp;" not in plain
    assert subject in html
    assert " style=" not in html

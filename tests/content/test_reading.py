"""Pages as they are read: terms in place, links, figures, checks; few queries."""

import json
import re
import uuid

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, Page, PageViewRestriction

from content.blocks import body_blocks
from content.models import Applies, Figure, GlossaryTerm, InfoPage
from content.packs import stream
from content.packs.document import Block
from content.packs.html import PAPER
from content.reading import Answer, Reading
from tests.content.test_packs import page

pytestmark = pytest.mark.django_db


def shown(client, address="/lv/aid/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_term_is_explained_where_it_stands(loaded, client):
    html = shown(client)
    assert (
        '<button type="button" class="term" popovertarget="term-burnout">izdegšanu</button>' in html
    )
    assert re.search(
        r'<span class="popover" id="term-burnout" popover.*Spēku izsīkums\..*Darba likums', html
    )
    assert "Exhaustion." in shown(client, "/en/aid/")


def test_ids_are_unique_on_a_page(loaded, client):
    found = page()
    found.body.append(("text", '<p><a linktype="term" key="burnout">vēl</a></p>'))
    found.save_revision().publish()
    ids = re.findall(r'\bid="([^"]+)"', shown(client))
    assert len(ids) == len(set(ids))
    assert {"term-burnout", "term-burnout-2"} <= set(ids)


def test_links_lead_to_pages_of_the_readers_language(loaded, client):
    assert 'href="/lv/more/"' in shown(client)
    english = page("aid", "en")
    # As after copying for translation: the English page still names the Latvian one.
    english.body[0].value.source = re.sub(
        r'id="\d+"', f'id="{page("more", "lv").pk}"', english.body[0].value.source
    )
    english.save_revision().publish()
    assert 'href="/en/more/"' in shown(client, "/en/aid/")


def test_a_link_to_a_page_that_is_gone_leaves_its_words(loaded, client):
    InfoPage.objects.filter(key="more").update(live=False)
    html = shown(client)
    assert 'href="/lv/more/"' not in html
    assert "lasi arī tālāk." in html


def test_a_term_that_is_gone_leaves_its_word(loaded, client):
    GlossaryTerm.objects.all().delete()
    assert "Par izdegšanu raksta" in shown(client)


def test_a_figure_is_drawn_inline_and_told_in_words(loaded, client):
    html = shown(client)
    assert (
        '<svg viewBox="0 0 720 200" class="drawing" role="img" aria-labelledby="strains-drawing-title"'
        in html
    )
    assert 'aria-describedby="strains-words"' in html
    assert '<tspan x="36" dy="0">darba</tspan><tspan x="36" dy="1.15em">stress</tspan>' in html
    assert 'id="strains-words"><p>Viena josla.</p>' in html
    assert "comment" not in html


def test_a_figure_that_is_gone_leaves_its_words(loaded, client):
    Figure.objects.all().delete()
    html = shown(client)
    assert '<svg viewBox="0 0 720 200"' not in html
    assert "Viena josla." in html


def test_a_page_costs_the_same_however_much_it_names(loaded):
    def queries() -> int:
        """Statements of drawing the body as it comes from the database."""
        found = page()
        context = {"page": found, "reading": Reading(found)}
        with CaptureQueriesContext(connection) as statements:
            html = found.body.render_as_block(context)
        assert "term-burnout" in html
        return len(statements)

    queries()  # the first one learns where the site is
    few = queries()
    assert few <= 7
    add(page(), Block("quote", "law", {"source": "labour-law"}, "Vārdi."))
    add(page(), Block("sources", "src", {}, '[[items]]\nsource = "labour-law"'))
    assert queries() == few
    found = page()
    raw = found.body.stream_block.get_prep_value(found.body)
    found.body = found.body.stream_block.to_python(
        raw + [item | {"id": f"{item['id']}-{number}"} for number in range(6) for item in raw]
    )
    found.save_revision().publish()
    assert queries() == few


def test_the_page_has_nothing_inline_and_nothing_foreign(loaded, client):
    html = shown(client)
    assert "style=" not in html
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert not re.search(r"\son[a-z]+=", html)
    assert not re.search(r'(?:src|srcset)="(?:https?:)?//', html)


def test_headings_are_in_order(loaded, client):
    article = re.search(r"<article.*</article>", shown(client), re.DOTALL)
    levels = [int(level) for level in re.findall(r"<h(\d)", article[0])]
    assert levels[0] == 2
    assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:], strict=False))


# Every block --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", body_blocks().child_blocks)
def test_every_block_has_a_description_and_a_preview(name, loaded, admin_client):
    block = body_blocks().child_blocks[name]
    assert block.get_description()
    assert block.is_previewable
    value = block.get_preview_value()
    html = block.get_preview_template(value)
    assert html == "content/blocks/preview.html"
    address = reverse("wagtailadmin_block_preview")
    response = admin_client.get(address, {"id": block.definition_prefix})
    assert response.status_code == 200
    assert "lesson-body" in response.content.decode()


def test_a_table_has_a_caption_and_scopes(loaded, client):
    body = 'caption = "Kas palīdz"\nheader = ["A", "B"]\nrows = [["**x**", "y"]]'
    add(page(), Block("table", "facts", {}, body))
    html = shown(client)
    assert '<table class="data" aria-labelledby="facts-caption">' in html
    assert '<th scope="col">A</th>' in html
    assert '<th scope="row"><b>x</b></th>' in html


def test_the_private_check_is_a_list_with_a_key_for_paper(loaded, client):
    body = (
        'title = "T"\nintro = "Tikai tev."\nscale = ["nē", "jā"]\n[[statements]]\nkey = "s"\ntext = "Es"\n'
        '[[results]]\nfrom = 0\ntext = "Labi"\n'
    )
    add(page(), Block("private-check", "me", {}, body))
    html = re.search(r'<section[^>]*id="me".*?</section>', shown(client), re.DOTALL)[0]
    assert "<form" not in html
    assert "<input" not in html
    assert 'data-points="1"' in html
    assert 'data-from="0"' in html


def test_sources_say_when_they_were_checked(loaded, client):
    add(
        page("aid", "en"),
        Block("sources", "src", {}, '[[items]]\nsource = "labour-law"\npages = "3"'),
    )
    html = shown(client, "/en/aid/")
    assert "<cite>Labour Law</cite>" in html
    assert ", p. 3." in html
    assert "Checked" in html


def add(found: InfoPage, block: Block) -> None:
    raw = found.body.stream_block.get_prep_value(found.body)
    found.body = found.body.stream_block.to_python(raw + stream.to_stream([block], PAPER))
    found.save_revision().publish()


# Quick checks -------------------------------------------------------------------------------


def check(found: Page, block: str = "first") -> str:
    return reverse("content:self_check", args=[found.pk, block])


def test_right_answers_are_not_in_the_page_before_an_answer(loaded, client):
    html = shown(client)
    for secret in ("Tieši tā", "Tā tikai ilgāk", "Pauze ļauj", "is-right", "True"):
        assert secret not in html


def test_an_answer_without_scripts_leads_back_to_the_question(loaded, client):
    response = client.post(check(page()), {"answer": "faster"})
    assert (response.status_code, response["Location"]) == (
        302,
        "/lv/aid/?check=first&answer=faster#first",
    )
    html = shown(client, response["Location"])
    assert "Tā tikai ilgāk" in html
    assert "Pauze ļauj <b>pamanīt</b>" in html
    assert "is-wrong is-chosen" in html
    assert "is-missed" in html


def test_an_answer_with_the_script_is_the_block_alone(loaded, client):
    response = client.post(check(page()), {"answer": "stop"}, headers={"X-Requested-With": "fetch"})
    html = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in html
    assert "is-right is-chosen" in html
    assert 'id="first"' in html


def test_no_answer_or_an_unknown_one_tells_nothing(loaded, client):
    for answer in ({}, {"answer": "zzz"}):
        response = client.post(check(page()), answer, headers={"X-Requested-With": "fetch"})
        assert response.status_code == 422
        assert "Tieši tā" not in response.content.decode()
        assert client.post(check(page()), answer)["Location"] == "/lv/aid/#first"
    assert "Tieši tā" not in shown(client, "/lv/aid/?check=first&answer=zzz")
    assert "Tieši tā" not in shown(client, "/lv/aid/?check=other&answer=stop")


def test_checks_that_are_not_there(loaded, client):
    found = page()
    assert client.post(check(found, "intro")).status_code == 404
    assert client.post(check(found, "nothing")).status_code == 404
    assert client.get(check(found)).status_code == 405
    InfoPage.objects.filter(pk=found.pk).update(live=False)
    assert client.post(check(found), {"answer": "stop"}).status_code == 404


def test_a_lessons_check_is_for_signed_in_people(loaded, client, learner_client):
    lesson = a_lesson(page())
    assert client.post(check(lesson), {"answer": "stop"}).status_code == 404
    assert learner_client.post(check(lesson), {"answer": "stop"}).status_code == 302


def test_a_restricted_pages_check_is_restricted(loaded, client, learner_client):
    from wagtail.models import PageViewRestriction

    found = page()
    PageViewRestriction.objects.create(page=found, restriction_type=PageViewRestriction.LOGIN)
    assert client.post(check(found), {"answer": "stop"}).status_code == 404
    assert learner_client.post(check(found), {"answer": "stop"}).status_code == 302


def a_lesson(like: InfoPage) -> Page:
    course = apps.get_model("courses", "CoursePage")(title="Modulis", slug="modulis")
    home = like.get_parent().specific
    home.add_child(instance=course)
    lesson = apps.get_model("courses", "LessonPage")(
        title="Nodarbība", slug="nodarbiba", body=like.body
    )
    course.add_child(instance=lesson)
    return lesson


def test_an_answer_is_not_kept(loaded, client):
    client.post(check(page()), {"answer": "stop"})
    assert "sessionid" not in client.cookies
    assert "Tieši tā" not in shown(client)


# A reading by itself ------------------------------------------------------------------------


def test_reading_without_a_page():
    locale = Locale.objects.get_or_create(language_code="lv")[0]
    reading = Reading(Page(locale=locale), raw=[], answer=Answer("a", "b"))
    assert reading.html(
        '<p><a linktype="term" key="x">a</a> <a href="https://x.lv/?a=1&amp;b=2">b</a></p>'
    ) == ('<p>a <a href="https://x.lv/?a=1&amp;b=2" rel="noopener noreferrer">b</a></p>')
    assert reading.line("<p>a</p><p>b</p>") == "a<br>b"
    assert reading.html('<p><embed embedtype="image" id="1"/>x</p>') == "<p>x</p>"
    assert reading.citation("x") is None
    assert json.dumps(reading.chosen("a")) == '"b"'


@pytest.mark.parametrize(
    ("before", "level"),
    [([], 2), (["<p>x</p>"], 2), (["<h2>x</h2>"], 3), (["<h2>x</h2>", "<p>y</p>"], 3)],
)
def test_the_title_of_a_block_skips_no_level(before, level):
    raw = [{"type": "text", "value": text, "id": str(n)} for n, text in enumerate(before)]
    raw.append({"type": "steps", "value": {"title": "x", "items": []}, "id": "steps"})
    assert Reading(Page(), raw=raw).level("steps") == level


def test_blocks_are_titled_below_the_headings_of_the_text(loaded, client):
    found = page()
    body = [("checklist", {"title": "Pirms", "items": ["x"]}), ("text", "<h2>Tad</h2>")]
    found.body = [*body, ("checklist", {"title": "Pēc", "items": ["x"]})]
    found.save_revision().publish()
    titles = re.findall(r"<(h\d)[^>]*>(Pirms|Tad|Pēc)</h", shown(client))
    assert titles == [("h2", "Pirms"), ("h2", "Tad"), ("h3", "Pēc")]


def test_a_reader_gets_the_page_in_her_language_or_in_the_other(loaded, rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    latvian, english = page("aid", "lv"), page("aid", "en")
    key = latvian.translation_key
    with translation.override("en"):
        assert InfoPage.for_reader(key, request) == english
        english.unpublish()
        assert InfoPage.for_reader(key, request) == latvian
    with translation.override("lv"):
        assert InfoPage.for_reader(key, request) == latvian
        PageViewRestriction.objects.create(page=latvian, restriction_type="login")
        assert InfoPage.for_reader(key, request) is None
        assert InfoPage.for_reader(uuid.uuid4(), request) is None


@pytest.mark.parametrize(
    ("said", "applies"),
    [
        (["prison", "municipal"], Applies.BOTH),
        (["municipal", "prison"], Applies.BOTH),
        (["prison"], Applies.PRISON),
        (["municipal"], Applies.MUNICIPAL),
        ([], Applies.BOTH),
    ],
)
def test_settings_as_packs_say_them(said, applies):
    assert Applies.of(said) == applies
    assert sorted(applies.settings) == sorted(said) or not said
    assert Applies.of(applies.settings) == applies


def test_the_contents_lead_to_the_headings_of_the_page(loaded, client):
    found = page()
    found.body = [
        ("text", "<h2>Kas ir <b>kas</b> &amp; kur</h2><p>x</p><h3>Sīkāk</h3>"),
        ("text", "<h2>Kas ir kas, kur</h2><h2>…</h2>"),
    ]
    contents = Reading(found).contents
    assert [each["title"] for each in contents] == ["Kas ir kas & kur", "Kas ir kas, kur", "…"]
    found.save_revision().publish()
    html = shown(client)
    drawn = re.findall(r'<h2 id="(s[^"]*)"', html)
    assert (
        drawn
        == [each["id"] for each in contents]
        == ["s-kas-ir-kas-kur", "s-kas-ir-kas-kur-2", "s"]
    )
    for each in contents:
        assert f'<a href="#{each["id"]}">' in html

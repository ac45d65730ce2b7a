"""The book as a page and as a PDF: who may have it, what stands in it, and how it is made."""

import datetime
import io

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from content import paper
from courses.progress.models import Evidence
from scenarios import tasks
from scenarios.models import Story
from tests.conftest import signed_in
from tests.people.factories import MembershipFactory, UserFactory
from tests.scenarios.factories import (
    full,
    make_page,
    make_run,
    make_story,
    publish,
    rewrite,
    sample,
)

pytestmark = pytest.mark.django_db
LETTERS = "āčēģīķļņšūž"


@pytest.fixture(autouse=True)
def _empty_shelf():
    """Storage in memory outlives a test."""
    cache.clear()
    if default_storage.exists("books"):
        for folder in default_storage.listdir("books")[0]:
            for name in default_storage.listdir(f"books/{folder}")[1]:
                default_storage.delete(f"books/{folder}/{name}")


@pytest.fixture
def page():
    data = sample()
    data["intro"]["lv"] = f"Tu stāvi pie durvīm. {LETTERS}"
    return make_page(make_story(data))


@pytest.fixture
def lead(team):
    return MembershipFactory(team=team, leading=True).person


def address(story, name="book", language="en"):
    with translation.override(language):
        return reverse(f"scenarios:{name}", args=[story.uuid])


def read_pdf(response):
    return PdfReader(io.BytesIO(b"".join(response.streaming_content)))


def test_a_lead_reads_the_book(page, lead, django_assert_max_num_queries):
    client = signed_in(lead)
    client.get(address(page.story))
    with django_assert_max_num_queries(15):
        response = client.get(address(page.story))
    text = " ".join(response.content.decode().split())
    assert response.status_code == 200
    for part in (
        "How to use this book",
        "Only if trust (en) is 5 or more.",
        "trust (en) +2",
        "Go to 2",
        "why greet (en)",
        "When line 120 is filled",
    ):
        assert part in text, part
    assert "hidden (en)" not in text  # nothing depends on it


@pytest.mark.parametrize("name", ["book", "book_pdf"])
def test_who_has_read_the_book_decides_for_practice(page, lead, name):
    assert signed_in(lead).get(address(page.story, name)).status_code == 200
    make_run(lead, page, "greet", "confide")
    seen = dict(Evidence.objects.values_list("item_key", "seen_at"))
    assert set(seen) == {f"story/{page.story.uuid}/{scene}" for scene in ("door", "kitchen")}
    assert all(seen.values())


def test_who_may_have_the_book(page, lead, team, editor):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    may = [lead, editor, UserFactory(is_superuser=True)]
    may_not = [
        MembershipFactory(team=team).person,
        MembershipFactory(team=team, role="auditor").person,
        MembershipFactory(team=team, role="administrator").person,
        MembershipFactory(team=team, leading=True, ends_on=yesterday).person,
        UserFactory(),
    ]
    for name in ("book", "book_pdf"):
        assert [signed_in(each).get(address(page.story, name)).status_code for each in may] == [200] * 3  # fmt: skip
        assert {signed_in(each).get(address(page.story, name)).status_code for each in may_not} == {404}  # fmt: skip


def test_a_lead_has_the_books_of_what_is_offered(page, lead, editor):
    loose = make_story(sample() | {"key": "loose"})
    assert signed_in(lead).get(address(loose)).status_code == 404
    assert signed_in(editor).get(address(loose)).status_code == 200
    draft = make_story(sample() | {"key": "draft"}, published=False)
    assert signed_in(editor).get(address(draft)).status_code == 404
    Story.objects.filter(pk=page.story.pk).update(archived=True)
    assert signed_in(lead).get(address(page.story)).status_code == 404


def test_the_page_of_a_scenario_leads_a_lead_to_its_book(page, lead, learner_client):
    book = address(page.story, language="lv")
    assert book in signed_in(lead).get(page.url).content.decode()
    assert book not in learner_client.get(page.url).content.decode()


def test_the_form_of_a_story_leads_to_its_book(editor):
    story = make_story()
    client = signed_in(editor)
    edit = reverse("wagtailsnippets_scenarios_story:edit", args=[story.pk])
    assert f"/stories/{story.uuid}/book/" in client.get(edit).content.decode()
    draft = make_story(sample() | {"key": "draft"}, published=False)
    edit = reverse("wagtailsnippets_scenarios_story:edit", args=[draft.pk])
    assert "/book/" not in client.get(edit).content.decode()


def test_the_pdf_can_be_read_by_people_and_machines(page, lead):
    response = signed_in(lead).get(address(page.story, "book_pdf", "lv"))
    assert response["Content-Type"] == "application/pdf"
    assert "tilts-door-lv.pdf" in response["Content-Disposition"]
    reader = read_pdf(response)
    text = " ".join(" ".join(sheet.extract_text().split()) for sheet in reader.pages)
    assert LETTERS in text
    assert "why greet (lv)" in text
    catalog = reader.trailer["/Root"]
    assert (catalog["/Lang"], catalog["/MarkInfo"]["/Marked"]) == ("lv", True)
    assert b"pdfuaid" in catalog["/Metadata"].get_data()
    fonts = {
        str(font.get_object()["/BaseFont"])
        for sheet in reader.pages
        for font in sheet["/Resources"]["/Font"].values()
    }
    assert all("Paper" in font for font in fonts)
    assert len(reader.pages) < 8


def test_a_book_is_made_once_and_anew_for_a_new_version(page, lead):
    client = signed_in(lead)
    client.get(address(page.story, "book_pdf"))
    folder = f"books/{page.story.pk}"
    (first,) = default_storage.listdir(folder)[1]
    made = default_storage.get_modified_time(f"{folder}/{first}")
    client.get(address(page.story, "book_pdf"))
    assert default_storage.get_modified_time(f"{folder}/{first}") == made
    client.get(address(page.story, "book_pdf", "lv"))
    assert len(default_storage.listdir(folder)[1]) == 2
    story = Story.objects.get(pk=page.story.pk)
    rewrite(story, {"title_en": "Another door"})
    publish(story)
    client.get(address(page.story, "book_pdf"))
    names = default_storage.listdir(folder)[1]
    assert len(names) == 2
    assert first not in names


def test_while_it_is_being_made_the_page_looks_again(page, lead, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    client = signed_in(lead)
    for _time in range(2):
        response = client.get(address(page.story, "book_pdf"))
        assert response.status_code == 202
        assert response["Refresh"] == "3"
    from django_tasks import default_task_backend

    assert len(default_task_backend.results) == 1
    version = page.story.latest_version()
    tasks.make_book.call(version.pk, "en")
    tasks.make_book.call(0, "en")
    assert client.get(address(page.story, "book_pdf")).status_code == 200


def test_a_story_that_says_everything_becomes_a_book(editor):
    story = make_story(full())
    response = signed_in(editor).get(address(story))
    text = " ".join(response.content.decode().split())
    for part in (
        "Picture: A bed and a window. (en)",
        "Only once: not if 1a is on your record.",
        "Only if nothing else is open to you here.",
        "days (en) −15",
        "When line 30 is filled",
    ):
        assert part in text, part
    assert read_pdf(signed_in(editor).get(address(story, "book_pdf"))).pages


def test_text_is_text_and_never_markup(editor):
    data = sample()
    data["scenes"][0]["text"]["en"] = '<img src="https://example.org/x.png"> & co'
    reader = read_pdf(signed_in(editor).get(address(make_story(data), "book_pdf")))
    text = " ".join(" ".join(sheet.extract_text().split()) for sheet in reader.pages)
    assert '<img src="https://example.org/x.png"> & co' in text


def test_every_file_a_book_is_made_of_is_there():
    files = paper.FONTS | {"paper:book.css": (tasks.PAPER, "text/css")}
    assert all(paper.OwnFiles(files).fetch(name).read() for name in files)

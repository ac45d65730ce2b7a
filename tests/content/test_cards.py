"""Memory cards: named in a block, listed, and each a page that can be printed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.models import Source
from content.packs import stream
from content.packs.document import Block, Document, compose
from content.packs.links import SitePaths
from tests.courses.factories import CourseFactory, LessonFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db

RULES = {
    "type": "steps",
    "id": "rules",
    "value": {
        "title": "Kā runāt",
        "card": "Trīs noteikumi",
        "items": [{"type": "item", "id": "1", "value": "<p>Runā lēni.</p>"}],
    },
}
PLAIN = {"type": "text", "id": "plain", "value": "<p>Teksts.</p>"}
SOURCES = {
    "type": "sources",
    "id": "sources",
    "value": {
        "items": [
            {
                "type": "item",
                "id": "1",
                "value": {
                    "source": "handbook",
                    "section": "2.3",
                    "pages": "60–61",
                    "note": "",
                },
            }
        ]
    },
}


@pytest.fixture
def lesson():
    Source.objects.create(
        key="handbook", title_lv="Rokasgrāmata", title_en="Handbook", checked_on="2026-11-26"
    )
    module = CourseFactory(title="Saruna")
    return LessonFactory(title="Kā runāt", parent=module, body=[PLAIN, RULES, SOURCES])


@pytest.fixture
def reader(client):
    client.force_login(UserFactory())
    return client


def address(lesson, block="rules"):
    return reverse("content:card", args=[lesson.translation_key, block])


def test_a_card_shows_its_block_alone_and_where_the_facts_come_from(lesson, reader):
    reader.get(address(lesson))
    with CaptureQueriesContext(connection) as asked:
        page = reader.get(address(lesson)).content.decode()
    assert "<h1>Trīs noteikumi</h1>" in page
    assert "Runā lēni." in page
    assert "Teksts." not in page
    assert "Rokasgrāmata" in page
    assert "60.–61. lpp." in page
    assert "Pārbaudīts" in page
    assert f'href="{lesson.url}#rules"' in page
    assert len(asked) == 6


def test_blocks_with_one_title_are_one_card(lesson, reader):
    more = {**RULES, "id": "more", "value": {**RULES["value"], "title": "Kā klausīties"}}
    lesson.body = [*lesson.body.raw_data, more]
    lesson.save_revision().publish()
    for block in ("rules", "more"):
        page = reader.get(address(lesson, block)).content.decode()
        assert page.index("Kā runāt</h2>") < page.index("Kā klausīties</h2>")
    assert reader.get(reverse("courses:cards")).content.decode().count("Trīs noteikumi") == 1


def test_what_is_no_card_has_no_page(lesson, reader):
    assert reader.get(address(lesson, "plain")).status_code == 404
    assert reader.get(address(lesson, "none")).status_code == 404
    lesson.unpublish()
    assert reader.get(address(lesson)).status_code == 404


def test_cards_are_for_people_who_are_signed_in(lesson, client):
    for url in (address(lesson), reverse("courses:cards")):
        answer = client.get(url)
        assert answer.status_code == 302
        assert "/account/login/" in answer["Location"]


def test_cards_are_listed_by_module_in_the_lesson_and_with_the_module(lesson, reader):
    for url in (reverse("courses:cards"), lesson.url, lesson.get_parent().url):
        page = reader.get(url).content.decode()
        assert f'href="{address(lesson)}"' in page, url
        assert "Trīs noteikumi" in page


def test_a_list_costs_the_same_however_many_there_are(lesson, reader):
    url = reverse("courses:cards")
    reader.get(url)
    with CaptureQueriesContext(connection) as few:
        reader.get(url)
    for number in range(3):
        LessonFactory(title=f"Vēl {number}", parent=lesson.get_parent(), body=[RULES])
    reader.get(url)
    with CaptureQueriesContext(connection) as many:
        page = reader.get(url).content.decode()
    assert page.count("Trīs noteikumi") == 4
    assert len(many) == len(few) <= 6


def test_without_cards_the_list_says_so(reader):
    CourseFactory()
    assert "Atmiņas kartīšu vēl nav" in reader.get(reverse("courses:cards")).content.decode()


@pytest.mark.parametrize(
    "block",
    [
        Block("steps", "a", {"title": "T", "card": "Kartīte"}, "1. Viens."),
        Block("checklist", "a", {"title": "T", "card": "Kartīte"}, "- Viens."),
        Block("callout", "a", {"tone": "note", "title": "T", "card": "Kartīte"}, "Viens."),
        Block(
            "compare", "a", {"title": "T", "card": "Kartīte"}, "### do\n\n- A\n\n### avoid\n\n- B"
        ),
        Block(
            "table",
            "a",
            {"card": "Kartīte"},
            'caption = "C"\nheader = ["A", "B"]\nrows = [["1", "2"]]',
        ),
    ],
    ids=lambda block: block.kind,
)
def test_a_pack_says_which_blocks_are_cards(block):
    raw = stream.to_stream([block], SitePaths())
    assert raw[0]["value"]["card"] == "Kartīte"
    (written,) = stream.from_stream(raw, SitePaths())
    assert written.attrs["card"] == "Kartīte"
    assert 'card="Kartīte"' in compose(Document({}, [written]))
    raw[0]["value"]["card"] = ""
    (plain,) = stream.from_stream(raw, SitePaths())
    assert "card" not in plain.attrs


def test_what_is_a_card_in_one_language_is_one_in_the_other():
    latvian = Block("steps", "a", {"title": "T", "card": "Kartīte"}, "1. Viens.")
    english = Block("steps", "a", {"title": "T"}, "1. One.")
    assert len(list(stream.check_translation([latvian], [english], "f"))) == 1
    english.attrs["card"] = "Card"
    assert list(stream.check_translation([latvian], [english], "f")) == []

"""What editors may save: rules of blocks, cleaned rich text, records with their keys."""

import pytest
from django.core import checks
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.blocks import StructBlockValidationError
from wagtail.rich_text import RichText

from content import blocks
from content.keys import item_uuid
from content.models import Figure, GlossaryTerm, Source
from tests.content import small
from tests.content.test_packs import page


def cleaned(block, value):
    return block.clean(block.normalize(value))


OPTION = {"text": "a", "feedback": "<p>b</p>"}


@pytest.mark.parametrize(
    ("block", "value"),
    [
        (
            blocks.SelfCheckBlock(),
            {"prompt": "p", "explanation": "<p>e</p>", "options": [OPTION | {"right": True}] * 2},
        ),
        (
            blocks.SelfCheckBlock(),
            {"prompt": "p", "explanation": "<p>e</p>", "options": [OPTION | {"right": False}] * 2},
        ),
        (
            blocks.TableBlock(),
            {
                "caption": "<p>c</p>",
                "header": ["a", "b"],
                "rows": [["<p>x</p>", "<p>y</p>", "<p>z</p>"]],
            },
        ),
        (
            blocks.PrivateCheckBlock(),
            {
                "title": "t",
                "intro": "<p>i</p>",
                "scale": ["a", "b"],
                "statements": ["s"],
                "results": [{"at_least": 3, "text": "<p>r</p>"}],
            },
        ),
    ],
)
def test_what_a_block_refuses(block, value):
    with pytest.raises(StructBlockValidationError):
        cleaned(block, value)


def test_rich_text_is_cleaned_from_the_form_and_before_the_database():
    block = blocks.TextBlock()
    dirty = '<p onclick="x">a <a href="javascript:x">b</a><script>c</script></p>'
    assert block.get_prep_value(RichText(dirty)) == "<p>a <a>b</a>c</p>"
    assert "onclick" not in block.value_from_form(dirty).source


def test_rich_text_offers_few_features():
    assert blocks.TextBlock().features == [
        "h2",
        "h3",
        "bold",
        "italic",
        "ol",
        "ul",
        "link",
        "term",
        "source",
    ]
    assert "h2" not in blocks.ProseBlock().features
    assert "ul" not in blocks.LineBlock().features


def test_the_editor_keeps_terms_sources_and_pages(db):
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    stored = (
        '<p>a <a linktype="term" key="burnout">b</a> <a linktype="source" key="law">c</a> '
        '<a linktype="page" id="1">d</a></p>'
    )
    converter = ContentstateConverter(features=blocks.HEADED)
    html = converter.to_database_format(converter.from_database_format(stored))
    from content.packs.html import PAPER, from_html

    assert from_html(html, PAPER) == from_html(stored, PAPER)


@pytest.mark.django_db
def test_a_saved_page_in_the_admin_says_the_same(loaded, admin_client):
    """The edit view's own form data, sent back as it came, changes nothing a pack would see."""
    from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

    from content.packs.links import SitePaths
    from content.packs.plain import plain_fields

    found = page()
    before = plain_fields(found, ["title", "summary", "body"], SitePaths())
    raw = found.body.stream_block.get_prep_value(found.body)
    text = found.body.stream_block.child_blocks["text"]
    body = streamfield([("text", rich_text(raw[0]["value"], features=text.features))])
    body["0"]["id"] = raw[0]["id"]
    data = nested_form_data(
        {
            "title": found.title,
            "slug": found.slug,
            "summary": found.summary,
            "applies": found.applies,
            "body": body,
            "action-publish": "1",
        }
    )
    response = admin_client.post(reverse("wagtailadmin_pages:edit", args=[found.pk]), data)
    assert response.status_code == 302
    after = plain_fields(page(), ["title", "summary", "body"], SitePaths())
    assert after["body"] == before["body"][:1]
    assert after["title"] == before["title"]


@pytest.mark.django_db
def test_a_term_made_in_the_admin_gets_a_key(loaded, admin_client):
    data = {
        "term_lv": "supervīzija",
        "term_en": "Supervision",
        "definition_lv": "a",
        "definition_en": "b",
        "source": "",
        "action-publish": "1",
    }
    for key in ("supervision", "supervision-2"):
        response = admin_client.post(
            reverse(GlossaryTerm.snippet_viewset.get_url_name("add")), data
        )
        assert response.status_code == 302
        term = GlossaryTerm.objects.get(key=key)
        assert term.uuid == item_uuid("term", key)
        assert term.live


@pytest.mark.django_db
def test_a_figure_is_checked_and_keeps_its_key(loaded):
    figure = Figure(
        key="pages/other", svg="<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
    )
    with pytest.raises(ValidationError) as error:
        figure.full_clean()
    assert "svg" in error.value.message_dict
    figure = Figure.objects.get()
    figure.key = "pages/renamed"
    with pytest.raises(ValidationError) as error:
        figure.full_clean()
    assert "key" in error.value.message_dict
    Figure(key="pages/fine", svg=small.SVG).full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize("model", [GlossaryTerm, Source, Figure])
def test_records_have_lists_editors_and_previews(model, loaded, admin_client):
    found = model.objects.get()
    names = model.snippet_viewset
    assert admin_client.get(reverse(names.get_url_name("list"))).status_code == 200
    assert admin_client.get(reverse(names.get_url_name("edit"), args=[found.pk])).status_code == 200
    preview = found.make_preview_request()
    assert preview.status_code == 200


@pytest.mark.django_db
def test_the_chooser_tells_the_editor_the_key(loaded, admin_client):
    term = GlossaryTerm.objects.get()
    address = reverse("wagtailsnippetchoosers_content_glossaryterm:chosen", args=[term.pk])
    result = admin_client.get(address).json()["result"]
    assert (result["key"], result["title"]) == ("burnout", str(term))


@pytest.mark.indexed
@pytest.mark.django_db
def test_where_a_term_is_used_is_known(loaded):
    from wagtail.models import ReferenceIndex

    usage = ReferenceIndex.get_grouped_references_to(GlossaryTerm.objects.get())
    assert {found.specific.key for found, _references in usage} == {"aid", "more"}


def a_term(**names: str) -> GlossaryTerm:
    return GlossaryTerm.objects.create(definition_lv="a", definition_en="b", **names)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("english", "latvian", "key"),
    [
        ("Care", "Aprūpe", "care"),
        ("", "Ētikas kodekss", "etikas-kodekss"),
        ("One two three four five six seven", "x", "one-two-three-four-five-six"),
        ("A" * 59 + " b", "x", "a" * 59),  # no hyphen is left at the end
        ("Пробация", "", "term"),
    ],
)
def test_a_key_is_made_of_the_first_words(english, latvian, key):
    term = a_term(term_en=english, term_lv=latvian)
    assert term.key == key
    term.full_clean(exclude=["term_en", "term_lv"])
    again = a_term(term_en=english, term_lv=latvian)
    assert again.key == f"{key}-2"
    GlossaryTerm.objects.filter(pk=term.pk).delete()
    assert a_term(term_en=english, term_lv=latvian).key == key


def test_a_record_whose_key_nobody_types_must_be_named_by_something(monkeypatch):
    assert not any(error.id == "content.E001" for error in checks.run_checks())
    monkeypatch.setattr(GlossaryTerm, "named_by", "")
    assert [error.obj for error in checks.run_checks() if error.id == "content.E001"] == [
        GlossaryTerm
    ]
    monkeypatch.setattr(Figure, "named_by", "")  # its keys are typed
    assert not any(error.id == "content.E001" for error in Figure.check())

"""Translations and the Latvian pages they were made from."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from content.models import InfoPage
from content.packs import runner
from tests.content import small
from tests.content.test_packs import edit, page

pytestmark = pytest.mark.django_db


def test_a_loaded_translation_is_up_to_date(loaded):
    assert page("aid", "en").made_from == page("aid", "lv").text_hash
    assert not InfoPage.objects.out_of_date().exists()


def test_a_changed_latvian_page_puts_its_translation_out_of_date(loaded):
    edit("aid", "lv", summary="Jauns.")
    english = page("aid", "en")
    assert english.is_out_of_date
    assert list(InfoPage.objects.out_of_date()) == [english]
    assert not page("more", "en").is_out_of_date
    assert (
        "out of date" in english.get_admin_display_title()
        or "novec" in english.get_admin_display_title()
    )


def test_a_draft_or_a_save_without_a_change_does_not(loaded):
    edit("aid", "lv", summary="Jauns.", publish=False)
    edit("more", "lv")
    assert not InfoPage.objects.out_of_date().exists()


def test_publishing_an_older_draft_of_the_translation_keeps_the_mark(loaded):
    edit("aid", "en", summary="Draft.", publish=False)
    edit("aid", "lv", summary="Jauns.")
    page("aid", "en").get_latest_revision().publish()
    assert page("aid", "en").is_out_of_date


def test_what_the_latvian_page_said_before_needs_no_new_translation(loaded):
    before = page("aid", "lv").summary
    edit("aid", "lv", summary="Jauns.")
    edit("aid", "lv", summary=before)
    assert not page("aid", "en").is_out_of_date


def test_a_copy_for_translation_knows_what_it_was_made_from(loaded):
    found = page("aid", "lv")
    page("aid", "en").delete()
    copy = found.copy_for_translation(Locale.objects.get(language_code="en"))
    copy = InfoPage.objects.get(pk=copy.pk)
    assert copy.made_from == found.text_hash
    assert copy.translation_key == found.translation_key
    assert [block.id for block in copy.body] == [block.id for block in found.body]
    copy.save_revision().publish()
    assert not InfoPage.objects.get(pk=copy.pk).is_out_of_date
    edit("aid", "lv", summary="Jauns.")
    assert InfoPage.objects.get(pk=copy.pk).is_out_of_date


def test_a_pack_that_changes_latvian_only_leaves_the_mark_and_dumps_it(loaded, tmp_path):
    small.changed(loaded, "pages/aid.lv.md", "īsumā", "citādi")
    runner.load(loaded)
    assert page("aid", "en").is_out_of_date
    text = runner.dump(tmp_path / "out")["pages/aid.en.md"]
    assert f'made_from = "{page("aid", "en").made_from}"' in text
    assert "made_from" not in (tmp_path / "out" / "pages/more.en.md").read_text("utf-8")


def test_a_pack_that_changes_both_is_up_to_date(loaded):
    for language in ("lv", "en"):
        small.changed(loaded, f"pages/aid.{language}.md", "īsumā", "citādi")
    runner.load(loaded)
    assert not page("aid", "en").is_out_of_date


def test_a_page_made_in_the_admin_gets_a_key_and_the_uuid_a_pack_would_give(loaded):
    from content.keys import item_uuid

    parent = page().get_parent().specific
    made = parent.add_child(instance=InfoPage(title="Jauna", slug="jauna"))
    assert made.key == "jauna"
    assert made.translation_key == item_uuid("info", "jauna")
    copy = made.copy(update_attrs={"slug": "kopija", "title": "Kopija"})
    assert copy.key == "kopija"
    assert copy.translation_key != made.translation_key


# What editors see -------------------------------------------------------------------------


def test_the_editor_shows_the_mark_and_the_way_out(loaded, admin_client):
    english = page("aid", "en")
    address = reverse("wagtailadmin_pages:edit", args=[english.pk])
    way_out = reverse("content_up_to_date", args=[english.pk])
    assert way_out not in admin_client.get(address).content.decode()
    edit("aid", "lv", summary="Jauns.")
    assert way_out in admin_client.get(address).content.decode()
    side_by_side = admin_client.get(way_out).content.decode()
    assert "Jauns." in side_by_side
    assert page("aid", "en").is_out_of_date, "looking changes nothing"
    assert admin_client.post(way_out).status_code == 302
    assert not page("aid", "en").is_out_of_date


def test_the_list_and_the_report_show_it(loaded, admin_client):
    edit("aid", "lv", summary="Jauns.")
    english = page("aid", "en")
    report = admin_client.get(reverse("content_out_of_date")).content.decode()
    assert english.title in report
    assert page("more", "en").title not in report
    explorer = reverse("wagtailadmin_explore", args=[english.get_parent().pk])
    assert english.get_admin_display_title() in admin_client.get(explorer).content.decode()
    assert report.count(english.title) >= 1
    assert admin_client.get(f"{reverse('content_out_of_date')}?export=csv").status_code == 200


def test_only_who_may_publish_says_so(loaded, learner_client):
    edit("aid", "lv", summary="Jauns.")
    way_out = reverse("content_up_to_date", args=[page("aid", "en").pk])
    assert learner_client.post(way_out).status_code in (302, 403)
    assert page("aid", "en").is_out_of_date


def test_a_latvian_page_has_nothing_to_be_up_to_date_with(loaded, admin_client):
    way_out = reverse("content_up_to_date", args=[page("aid", "lv").pk])
    assert admin_client.post(way_out).status_code in (302, 403)


def test_learners_see_a_plain_note(loaded, client):
    assert "callout tone-note" not in client.get("/en/aid/").content.decode()
    edit("aid", "lv", summary="Jauns.")
    assert "The Latvian page has changed" in client.get("/en/aid/").content.decode()


def test_what_the_latvian_page_archives_is_archived_in_both_languages(loaded):
    edit("aid", "lv", archived=True)
    assert page("aid", "en").archived
    assert not page("more", "en").archived
    edit("aid", "lv", archived=False)
    assert not page("aid", "en").archived


@pytest.mark.parametrize("archived", [True, False])
def test_a_translation_neither_archives_nor_brings_back(loaded, archived):
    edit("aid", "en", summary="A draft from before.", publish=False, archived=not archived)
    edit("aid", "lv", archived=archived)
    page("aid", "en").get_latest_revision().publish()
    english = page("aid", "en")
    assert english.summary == "A draft from before."
    assert english.archived == archived


def test_only_the_latvian_page_has_the_switch(loaded, admin_client):
    for language in ("lv", "en"):
        address = reverse("wagtailadmin_pages:edit", args=[page("aid", language).pk])
        has = 'name="archived"' in admin_client.get(address).content.decode()
        assert has == (language == "lv")

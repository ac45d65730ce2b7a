"""While many records are saved in one go, each is indexed once, and that at the end."""

import pytest
from django.core.management import call_command
from django.db import transaction
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from content.models import Figure, GlossaryTerm, Source
from content.once import indexed_once

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]
INDEXED = "modelsearch.tasks.insert_or_update_object_task state=SUCCESSFUL"


def term(**given):
    names = {"term_lv": "izdegšana", "term_en": "burnout", "key": "burnout"}
    return GlossaryTerm.objects.create(**names | given)


def indexed(caplog):
    return sum(INDEXED in line.getMessage() for line in caplog.records)


@pytest.fixture
def heard(caplog):
    caplog.set_level("INFO", logger="django_tasks")
    return caplog


def test_a_record_saved_often_is_indexed_once_as_it_was_last(heard):
    with indexed_once():
        found = term()
        for word in ("noguris", "izsmelts"):
            found.term_lv = word
            found.save()
        assert indexed(heard) == 0
    assert indexed(heard) == 1
    (match,) = get_search_backend().autocomplete("izsmelts", GlossaryTerm)
    assert match == found


def test_outside_each_save_is_indexed_at_once(heard):
    found = term()
    found.save()
    assert indexed(heard) == 2


def test_blocks_inside_wait_for_the_outermost(heard):
    with indexed_once():
        with indexed_once():
            term()
        assert indexed(heard) == 0
    assert indexed(heard) == 1


def test_where_the_block_fails_nothing_is_indexed(heard):
    def fail():
        with transaction.atomic(), indexed_once():
            term()
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert indexed(heard) == 0
    term(key="other")
    assert indexed(heard) == 1


def test_a_pack_indexes_each_record_once(heard, pack):
    call_command("load_pack", str(pack))
    terms, sources = GlossaryTerm.objects.count(), Source.objects.count()
    figures, pages = Figure.objects.count(), Page.objects.filter(depth__gt=1).count()
    assert terms
    assert indexed(heard) == terms + sources + figures + pages

"""What is remembered between requests, and when it is forgotten."""

import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from wagtail.models import Page, PageViewRestriction

from content import cache as remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
def serving():
    request_started.send(sender=None)
    yield
    request_finished.send(sender=None)


def test_a_request_is_served_from_one_generation(serving):
    first = remembered.generation()
    cache.set(remembered.KEY, first + 1, None)  # another process publishes
    assert remembered.generation() == first


def test_the_generation_comes_along_with_what_a_request_asks_first(serving):
    first = remembered.generation()
    request_started.send(sender=None)  # the next request
    cache.set("session", {"user": 7}, 60)
    assert remembered.get_with_generation("session") == {"user": 7}
    cache.set(remembered.KEY, first + 1, None)
    assert remembered.get_with_generation("nothing") is None
    assert remembered.generation() == first
    request_started.send(sender=None)
    cache.delete(remembered.KEY)  # nobody has made one yet
    assert remembered.get_with_generation("session") == {"user": 7}
    assert remembered.generation() not in (None, first, first + 1)


def test_outside_of_a_request_the_number_is_asked_each_time():
    first = remembered.generation()
    cache.set(remembered.KEY, first + 1, None)
    assert remembered.generation() == first + 1


def test_what_a_request_publishes_it_sees(serving, django_capture_on_commit_callbacks):
    first = remembered.generation()
    with django_capture_on_commit_callbacks(execute=True):
        remembered.bump()
        assert remembered.generation() == first
    assert remembered.generation() != first


def test_restrictions_where_there_are_some_are_asked_on_every_hit(
    loaded, django_assert_num_queries
):
    from content.models import InfoPage

    found = InfoPage.objects.filter(locale__language_code="lv").first()
    made = PageViewRestriction.objects.create(page=found.get_parent(), restriction_type="login")
    assert list(found.get_view_restrictions()) == [made]
    with django_assert_num_queries(1):
        assert list(found.get_view_restrictions()) == [made]
    PageViewRestriction.objects.filter(pk=made.pk).delete()
    assert list(found.get_view_restrictions()) == []


def test_an_alias_is_restricted_as_its_source(loaded, django_capture_on_commit_callbacks):
    from content.models import InfoPage

    found = InfoPage.objects.filter(locale__language_code="lv").first()
    made = PageViewRestriction.objects.create(page=found, restriction_type="login")
    with django_capture_on_commit_callbacks(execute=True):
        alias = found.create_alias(parent=found.get_parent(), update_slug="alias")
    assert list(Page.objects.get(pk=alias.pk).specific.get_view_restrictions()) == [made]

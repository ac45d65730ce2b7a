"""What pages are given around their own content, and what it costs."""

import datetime

import pytest
from django.contrib.auth import get_backends
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation

from content.models import InfoPage
from courses.people.models import Message
from tests.courses.factories import CourseFactory
from tests.people.factories import MembershipFactory, UserFactory
from theme.context import navigation, site


@pytest.fixture
def request_of(db):
    def make(person, path="/lv/my/"):
        request = RequestFactory().get(path)
        request.user = person
        return request

    return make


def nav_of(request):
    with translation.override("lv"):
        return navigation(request)


def test_one_statement_for_a_person(request_of, learner, django_assert_num_queries):
    nav_of(request_of(learner))  # the pages about the site are remembered from here on
    with django_assert_num_queries(1):
        nav = nav_of(request_of(learner))
    assert (nav["user"], nav["leads"], nav["edits"], nav["messages"]) == (learner, False, False, 0)


def test_none_for_whom_a_session_brought_back(learner, django_assert_num_queries):
    Message.objects.create(recipient=learner, key="a", kind="assigned")
    request = RequestFactory().get("/lv/my/")
    request.user = get_backends()[0].get_user(learner.pk)
    nav_of(request)
    with django_assert_num_queries(0):
        assert nav_of(request)["messages"] == 1


def test_a_new_part_shows_on_the_next_page(
    request_of, learner, team, editor, django_capture_on_commit_callbacks
):
    assert not nav_of(request_of(learner))["leads"]
    with django_capture_on_commit_callbacks(execute=True):
        leading = MembershipFactory(person=learner, team=team, leading=True)
    assert nav_of(request_of(learner))["leads"]
    with django_capture_on_commit_callbacks(execute=True):
        leading.delete()
    assert not nav_of(request_of(learner))["leads"]
    assert nav_of(request_of(editor))["edits"]
    with django_capture_on_commit_callbacks(execute=True):
        editor.groups.clear()
    assert not nav_of(request_of(editor))["edits"]


def test_none_for_anonymous_readers(request_of, django_assert_num_queries):
    nav_of(request_of(AnonymousUser()))
    with django_assert_num_queries(0):
        context = site(request_of(AnonymousUser()))
        assert "user" not in context["nav"]
        assert context["nav"]["home"].startswith("/")
        assert context["idle"] is None


def test_none_when_no_template_asks(request_of, learner, django_assert_num_queries):
    with django_assert_num_queries(0):
        site(request_of(learner))


def test_once_a_request(request_of, learner, django_assert_num_queries):
    nav_of(request_of(learner))
    request = request_of(learner)
    with django_assert_num_queries(1), translation.override("lv"):
        for _template in range(3):
            assert site(request)["nav"]["messages"] == 0


def test_leads_editors_and_messages(request_of, lead, editor, learner):
    assert nav_of(request_of(lead))["leads"]
    assert nav_of(request_of(editor))["edits"]
    Message.objects.create(recipient=learner, key="a", kind="assigned")
    Message.objects.create(recipient=UserFactory(), key="b", kind="assigned")
    assert nav_of(request_of(learner))["messages"] == 1


def test_whoever_led_once_leads_no_more(request_of, team):
    former = MembershipFactory(team=team, leading=True, ends_on=datetime.date(2026, 2, 1)).person
    assert not nav_of(request_of(former))["leads"]


def test_wagtails_admin_is_given_nothing(request_of, editor):
    assert site(request_of(editor, "/admin/pages/")) == {}


def test_this_page_in_the_other_language(learner_client):
    response = learner_client.get("/lv/my/messages/?page=2")
    found = {each["language"]: each for each in response.context["translations"]}
    assert found["lv"]["current"]
    assert found["en"]["url"] == "/en/my/messages/?page=2"
    assert not found["en"]["current"]


def test_a_page_that_is_not_there_leads_to_the_other_start(learner_client):
    response = learner_client.get("/lv/nav-tadas-lapas/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "/en/nav-tadas-lapas/" not in page


def test_pages_know_their_section_and_the_idle_time(learner_client, settings):
    context = learner_client.get("/lv/my/messages/").context
    assert context["section"] == "messages"
    assert context["idle"] == {
        "seconds": settings.TILTS_IDLE_MINUTES * 60,
        "warn": 120,
        "url": "/lv/stay/",
        "left": "/left/",
    }


def test_help_and_privacy_are_no_modules(client, db):
    course = CourseFactory(title="Module")
    home = course.get_parent()
    home.add_child(instance=InfoPage(title="Help", slug="help", key="help", locale=home.locale))
    assert client.get("/lv/help/").context["section"] == ""
    assert client.get("/lv/module/").context["section"] == "modules"

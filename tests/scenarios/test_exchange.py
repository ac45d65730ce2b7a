"""Stories in from files of Twine, by the pages of the admin."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision
from wagtail.users.models import UserProfile

from scenarios.models import Story, StoryVersion
from tests.conftest import signed_in
from tests.people.factories import UserFactory
from tests.scenarios.factories import make_story
from tests.scenarios.test_formats import HARLOWE, SUGARCUBE

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(editor):
    UserProfile.objects.create(user=editor, preferred_language="en")
    return signed_in(editor)


def look(client, text, name="door.twee", **given):
    data = {"module": "burnout", "language": "en", "file": SimpleUploadedFile(name, text.encode())}
    return client.post(reverse("scenarios_import"), data | given)


def token_of(response):
    return re.search(r'name="token" value="(\w+)"', response.content.decode())[1]


def save(client, token):
    return client.post(reverse("scenarios_import"), {"token": token})


def test_a_file_is_looked_at_before_anything_is_saved(writer, django_assert_max_num_queries):
    assert writer.get(reverse("scenarios_import")).status_code == 200
    with django_assert_max_num_queries(25):
        response = look(writer, SUGARCUBE)
    page = response.content.decode()
    assert response.status_code == 200
    assert Story.objects.count() == 0
    for part in (
        "1 draft would be made",
        "The door",
        "SugarCube",
        "&lt;&lt;audio",
        "Save as drafts",
    ):
        assert part in page, part


def test_what_was_looked_at_is_saved_as_a_draft_and_nothing_is_published(writer, editor):
    response = save(writer, token_of(look(writer, SUGARCUBE)))
    story = Story.objects.get()
    assert (story.module, story.key, story.live) == ("burnout", "the-door", False)
    assert (story.title_en, story.title_lv) == ("The door", "")
    assert StoryVersion.objects.count() == 0
    assert Revision.objects.get().user == editor
    assert len(story.data()["scenes"]) == 3
    edit = reverse("wagtailsnippets_scenarios_story:edit", args=[story.pk])
    assert edit in response.content.decode()
    page = writer.get(edit)
    assert page.status_code == 200
    assert "the text is missing in this language" in page.content.decode()


def test_saved_twice_it_is_there_once(writer):
    token = token_of(look(writer, SUGARCUBE))
    save(writer, token)
    again = save(writer, token)
    assert again.status_code == 422
    assert "Choose it again" in again.content.decode()
    assert Story.objects.count() == 1


def test_somebody_elses_file_cannot_be_saved(writer):
    token = token_of(look(writer, SUGARCUBE))
    other = signed_in(UserFactory(is_superuser=True, is_staff=True))
    for wrong in (token, "", "x" * 500, "ā:*"):
        assert save(other, wrong).status_code == 422
    assert Story.objects.count() == 0


def test_keys_that_are_taken_are_not_taken_over(writer):
    ours = make_story()
    Story.objects.filter(pk=ours.pk).update(key="the-door")
    save(writer, token_of(look(writer, HARLOWE)))
    assert set(Story.objects.values_list("key", flat=True)) == {"the-door", "the-door-2"}


@pytest.mark.parametrize(
    ("name", "text", "given", "reason"),
    [
        ("a.html", "<p>hello</p>", {}, "no story of Twine 2"),
        ("a.twee", "hello", {}, "no passage"),
        ("a.twee", ":: A\nx", {"module": "No Key"}, "a to z"),
        ("a.twee", ":: A\nx", {"language": "fr"}, "fr"),
        ("a.twee", "", {}, "empty"),
    ],
)
def test_what_cannot_be_read_says_why(writer, name, text, given, reason):
    response = look(writer, text, name, **given)
    assert response.status_code == 422
    assert reason in response.content.decode()


def test_only_who_may_add_stories_imports(learner_client):
    assert learner_client.get(reverse("scenarios_import")).status_code in {302, 403}
    plain = Client()
    plain.force_login(UserFactory(in_groups=[]))
    assert look(plain, SUGARCUBE).status_code in {302, 403}
    assert Story.objects.count() == 0


def test_the_list_leads_in(writer):
    page = writer.get(reverse("wagtailsnippets_scenarios_story:list")).content.decode()
    assert reverse("scenarios_import") in page

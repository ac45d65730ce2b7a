"""How a story is played, as editors see it: from runs that people really had."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scenarios.actions import rewind, take_choice, try_again, ways_again
from scenarios.data import whole
from scenarios.models import ScenarioRun, Story, Turn
from scenarios.statistics import Count
from scenarios.story_reports import gathered
from tests.people.factories import UserFactory
from tests.scenarios.factories import make_page, make_run, make_story, publish, rewrite, sample

pytestmark = pytest.mark.django_db
LATER = datetime.timedelta(days=30)


@pytest.fixture
def page():
    return make_page()


@pytest.fixture
def editor_client(editor):
    client = Client(headers={"accept-language": "en"})
    client.force_login(editor)
    return client


def play(page, number, *choices, mode="assessed"):
    return [make_run(UserFactory(), page, *choices, mode=mode) for _person in range(number)]


def counted(page, mode="assessed", now=None):
    return gathered(page.story.latest_version(), mode, now or timezone.now())


def shown(client, page, **query):
    response = client.get(reverse("scenarios_figures", args=[page.story_id]), query)
    assert response.status_code == 200
    return response.content.decode()


def row(html, key):
    """The cells beside a key, as texts."""
    found = re.search(rf"<code>{key}</code>.*?</tr>", html, re.DOTALL)[0]
    cells = re.findall(r"<td.*?</td>", found, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_people_and_times_are_counted_apart(page):
    (first, *_others) = play(page, 3, "greet", "confide")
    make_run(first.subject.person, page, "push", "leave")
    make_run(first.subject.person, page, "greet", "leave", mode="practice")
    cells = counted(page).cells
    assert cells["begun",] == cells["finished",] == cells["scene", "door"] == Count(3, 4)
    assert cells["choice", "door", "greet"] == cells["ending", "agreed"] == Count(3, 3)
    assert cells["choice", "door", "push"] == cells["ending", "parted"] == Count(1, 1)
    assert counted(page, "practice").cells["choice", "door", "greet"] == Count(1, 1)


def test_what_was_taken_back_was_taken(page):
    (run,) = play(page, 1, "push", mode="practice")
    run = rewind(run, 0, 2, uuid.uuid4())
    make_run(run.subject.person, page, "push", mode="practice")
    assert counted(page, "practice").cells["choice", "door", "push"] == Count(1, 2)


def test_what_a_run_begins_with_is_counted_once_where_it_was_chosen(page):
    (done,) = play(page, 1, "push", "ask", "back", "leave", mode="practice")
    keeps = ways_again(done)[-1]
    run = try_again(done, page, keeps, uuid.uuid4())
    cells = counted(page, "practice", now=timezone.now() + LATER).cells
    assert (cells["begun",], cells["finished",]) == (Count(1, 2), Count(1, 1))
    assert cells["choice", "door", "push"] == Count(1, 1)
    assert not [
        cell for cell in cells if cell[0] == "stop"
    ]  # she chose nothing and stopped nowhere
    take_choice(run, "push", 1, uuid.uuid4())
    cells = counted(page, "practice", now=timezone.now() + LATER).cells
    assert cells["choice", "door", "push"] == Count(1, 2)
    assert cells["stop", "kitchen"] == Count(1, 1)


def test_where_people_stop_is_where_they_stood_long_ago(page):
    play(page, 2)
    play(page, 3, "greet", "ask")
    play(page, 1, "greet", "confide")
    cells = counted(page).cells
    assert (cells["stopped",], cells["under-way",]) == (Count(), Count(5, 5))
    cells = counted(page, now=timezone.now() + LATER).cells
    assert (cells["stopped",], cells["under-way",]) == (Count(5, 5), Count())
    assert (cells["stop", "door"], cells["stop", "window"]) == (Count(2, 2), Count(3, 3))


def test_the_time_is_told_of_enough_people_who_were_quick(page):
    play(page, 5, "greet")
    Turn.objects.update(milliseconds=7400)
    Turn.objects.filter(pk=Turn.objects.first().pk).update(milliseconds=60 * 60 * 1000)
    assert counted(page).seconds == {}
    play(page, 1, "push")
    Turn.objects.filter(milliseconds=None).update(milliseconds=9000)
    assert counted(page).seconds == {"door": {7: 4, 9: 1}}


def test_statements_do_not_grow_with_runs(page, editor_client):
    play(page, 5, "greet", "confide")
    numbers = []
    for _more in range(2):
        shown(editor_client, page)
        with CaptureQueriesContext(connection) as taken:
            counted(page)
        assert (
            len([each for each in taken if "scenarios_turn" in each["sql"] or "run" in each["sql"]])
            == 6
        )
        with CaptureQueriesContext(connection) as taken:
            shown(editor_client, page)
        numbers.append(len(taken))
        play(page, 6, "push", "ask", "back", "leave")
        play(page, 3, "push")
    assert numbers[0] == numbers[1]
    assert numbers[0] <= 20


def test_the_page_tells_what_it_may(page, editor_client):
    play(page, 12, "greet", "confide")
    play(page, 6, "push", "leave")
    html = shown(editor_client, page)
    assert row(html, "door")[:2] == ["18", "18"]
    assert row(html, "greet") == ["12", "12", "", ""]
    assert row(html, "ask") == ["nobody", "", "", ""]
    assert row(html, "agreed") == ["12", "12"]
    play(page, 2, "push", "ask", "wait")
    html = shown(editor_client, page)
    assert row(html, "ask")[0] == row(html, "wait")[0] == row(html, "window")[0] == "kept back"
    assert row(html, "leave")[0] == "kept back"  # of all who were in the kitchen it would tell
    assert (row(html, "kitchen")[0], row(html, "parted")[0]) == ("20", "8")
    assert row(html, "greet")[0] == "12"
    assert ">2<" not in html
    assert "begun this version" in shown(editor_client, page, mode="practice")


def test_each_version_has_its_own(page, editor_client):
    play(page, 6, "greet", "confide")
    data = sample()
    data["scenes"][0]["choices"][0]["text"]["en"] = "say hello"
    rewrite(page.story, Story.fields_of(whole(data)))
    publish(page.story)
    assert "Fewer than 5 people" in shown(editor_client, page)
    first = shown(editor_client, page, version=1)
    assert "say greet (en)" in first or "say greet (lv)" in first
    assert row(first, "greet")[0] == "6"


@pytest.mark.parametrize("query", [{"version": "9"}, {"version": "x"}, {"mode": "all"}])
def test_what_is_not_there_is_not_found(page, editor_client, query):
    address = reverse("scenarios_figures", args=[page.story_id])
    assert editor_client.get(address, query, follow=True).status_code == 404


def test_a_story_never_published_has_none(editor_client):
    story = make_story(published=False)
    response = editor_client.get(reverse("scenarios_figures", args=[story.pk]))
    assert "has not been published" in response.content.decode()


def test_only_who_works_on_stories_sees_it_and_the_way_there(page, learner_client, editor_client):
    address = reverse("scenarios_figures", args=[page.story_id])
    assert learner_client.get(address).status_code in {302, 403}
    names = Story.snippet_viewset.get_url_name
    assert address in editor_client.get(reverse(names("list"))).content.decode()
    edit = editor_client.get(reverse(names("edit"), args=[page.story_id]))
    assert address in edit.content.decode()
    assert not ScenarioRun.objects.exists()

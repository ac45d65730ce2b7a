"""Playing in the browser: pages, refusals, two tabs, two languages, and what is held back."""

import datetime
import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.progress.models import Evidence, FeedbackSeen
from scenarios.models import ScenarioPage, ScenarioRun, Turn
from tests.scenarios.factories import make_page, make_run, make_story

pytestmark = pytest.mark.django_db
AHEAD = re.compile(r"confide|window|agreed|parted|score|guard|trust &gt;|why (greet|push)")


@pytest.fixture
def page():
    return make_page()


def address(name, *args):
    return reverse(f"scenarios:{name}", args=args)


def text(response):
    return response.content.decode()


def main(response):
    """The page without its frame."""
    return re.search(r"<main.*</main>", text(response), re.DOTALL)[0]


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', text(response))[1]


def answer(client, run, place, response=None, **more):
    """Posts the choice that stands in this place of the present scene."""
    shown = response or client.get(address("run", run.pk))
    data = {name: hidden(shown, name) for name in ("turn", "token")} | {"choice": place} | more
    return client.post(address("choose", run.pk), data)


def test_anonymous_readers_are_sent_to_sign_in(client, page):
    response = client.get(page.get_url())
    assert response.status_code == 302
    assert "login" in response.url
    assert page.get_url().strip("/") in response.url.replace("%2F", "/")
    assert client.get(address("run", uuid.uuid4())).status_code == 302
    assert client.post(address("start", page.translation_key)).status_code == 302


def test_from_the_page_to_the_debrief(learner_client, page):
    english = page.get_translations().get()
    response = learner_client.get(english.get_url())
    assert "You stand at a door. (en)" in text(response)
    token = hidden(response, "token")
    started = learner_client.post(address("start", page.translation_key), {"token": token})
    run = ScenarioRun.objects.get()
    assert started.url == address("run", run.pk)

    scene = learner_client.get(started.url)
    assert "scene door (en)" in text(scene)
    moved = answer(learner_client, run, 1, scene)
    assert moved.url == address("run", run.pk) + "#scene"
    scene = learner_client.get(moved.url)
    assert "say greet (en)" in text(scene)
    assert "Turn 2" in text(scene)
    ended = answer(learner_client, run, 2, scene)
    assert ended.url == address("debrief", run.pk)
    debrief = text(learner_client.get(ended.url))
    assert "end agreed (en)" in debrief
    assert "why greet (en)" in debrief
    assert "say push (en)" in debrief  # open, not taken
    assert "scene window" not in debrief  # where it would have led
    assert "say ask (en)" in debrief
    assert learner_client.get(address("run", run.pk)).url == ended.url
    assert "end agreed (en)" in text(learner_client.get(english.get_url()))


def test_nothing_ahead_reaches_the_browser(learner, learner_client, page):
    run = make_run(learner, page)
    first = learner_client.get(address("run", run.pk))
    assert not AHEAD.findall(main(first))
    assert "hidden" not in re.sub(r'type="hidden"|visually-hidden|aria-hidden', "", main(first))
    answer(learner_client, run, 2, first)
    second = learner_client.get(address("run", run.pk))
    assert not AHEAD.findall(main(second))
    assert re.findall(r'name="choice" value="(\d)"', text(second)) == ["1", "2"]


def test_a_page_does_not_tell_the_story(learner_client, page):
    shown = main(learner_client.get(page.get_url()))
    assert not re.findall(r"scene (door|kitchen|window)|say |end agreed", shown)


@pytest.mark.parametrize("name", ["run", "debrief"])
def test_a_colleagues_run_is_not_found(learner, stranger_client, lead_client, page, name):
    run = make_run(learner, page, "greet", "confide")
    for client in (stranger_client, lead_client):
        assert client.get(address(name, run.pk)).status_code == 404
    assert stranger_client.post(address("choose", run.pk), {}).status_code == 404


def test_the_same_post_twice_leaves_one_turn(learner, learner_client, page):
    run = make_run(learner, page)
    shown = learner_client.get(address("run", run.pk))
    for _again in range(2):
        response = answer(learner_client, run, 1, shown)
        assert response.status_code == 302
    assert Turn.objects.count() == 1
    assert "already moved on" not in text(learner_client.get(response.url))


def test_two_tabs_leave_one_turn_and_show_the_scene_that_moved_on(learner, learner_client, page):
    run = make_run(learner, page)
    tab, other = (learner_client.get(address("run", run.pk)) for _tab in range(2))
    answer(learner_client, run, 1, tab)
    response = answer(learner_client, run, 2, other)
    assert list(Turn.objects.values_list("choice", flat=True)) == ["greet"]
    shown = text(learner_client.get(response.url))
    assert "already moved on" in shown
    assert "scene kitchen (en)" in shown


def test_a_tab_left_open_until_the_end_leads_to_the_debrief(learner, learner_client, page):
    run = make_run(learner, page)
    stale = learner_client.get(address("run", run.pk))
    answer(learner_client, run, 1)
    answer(learner_client, run, 3)
    assert answer(learner_client, run, 1, stale).url == address("debrief", run.pk)
    assert Turn.objects.count() == 2


@pytest.mark.parametrize(
    "data",
    [
        {"choice": ""},
        {"choice": "9"},
        {"choice": "-1"},
        {"choice": "greet"},
        {"choice": "1", "token": "no token"},
        {"choice": "1", "turn": "<script>"},
        {"choice": "1", "turn": "9" * 30},
        {"choice": "9" * 5000},
    ],
)
def test_bad_input_shows_the_scene_again(learner, learner_client, page, data):
    run = make_run(learner, page)
    good = {"choice": "1", "turn": "1", "token": str(uuid.uuid4())}
    response = learner_client.post(address("choose", run.pk), good | data)
    assert response.status_code == 422
    assert 'role="alert"' in text(response)
    assert "scene door (en)" in text(response)
    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    ("told", "kept"), [("1234", 1234), ("", None), ("-5", None), ("x", None), ("9" * 20, None)]
)
def test_a_clock_that_talks_nonsense_loses_no_choice(learner, learner_client, page, told, kept):
    run = make_run(learner, page)
    answer(learner_client, run, 1, milliseconds=told)
    assert Turn.objects.get().milliseconds == kept


def test_the_language_can_be_switched_in_the_middle(learner, learner_client, page):
    run = make_run(learner, page, "greet")
    assert "scene kitchen (en)" in text(learner_client.get(f"/en/runs/{run.pk}/"))
    latvian = text(learner_client.get(f"/lv/runs/{run.pk}/"))
    assert "scene kitchen (lv)" in latvian
    assert "say greet (lv)" in latvian
    assert f"/en/runs/{run.pk}/" in latvian
    with translation.override("lv"):
        response = learner_client.post(
            address("choose", run.pk), {"choice": 2, "turn": 2, "token": uuid.uuid4()}
        )
    assert response.url == f"/lv/runs/{run.pk}/debrief/"
    assert "end agreed (en)" in text(learner_client.get(f"/en/runs/{run.pk}/debrief/"))


def test_a_run_is_resumed_from_either_language(learner, learner_client, page):
    run = make_run(learner, page, "greet")
    with translation.override("lv"):
        assert str(run.pk) in text(learner_client.get(page.get_url()))
    english = page.get_translations().get()
    assert str(run.pk) in text(learner_client.get(english.get_url()))
    for key in (page.translation_key,):
        response = learner_client.post(address("start", key), {"token": uuid.uuid4()})
        assert response.url == address("run", run.pk)
    assert ScenarioRun.objects.count() == 1


def test_remarks_wait_for_the_end(learner, learner_client, page):
    run = make_run(learner, page, "greet", "ask")
    assert "why " not in main(learner_client.get(address("run", run.pk)))
    assert learner_client.get(address("debrief", run.pk)).url == address("run", run.pk)


def test_an_archived_scenario_says_so_and_lets_a_run_go_on(learner, learner_client, page):
    run = make_run(learner, page)
    ScenarioPage.objects.update(archived=True)
    english = page.get_translations().get().get_url()
    shown = text(learner_client.get(english))
    assert "is archived" in shown
    assert str(run.pk) in shown
    answer(learner_client, run, 1)
    answer(learner_client, run, 3)
    assert 'name="token"' not in main(learner_client.get(english))
    response = learner_client.post(
        address("start", page.translation_key), {"token": uuid.uuid4()}, follow=True
    )
    assert "cannot be started" in text(response)


def test_a_scenario_of_an_archived_module_says_so(learner_client, page):
    module = page.get_parent().specific
    module.archived = True
    module.save_revision().publish()
    shown = text(learner_client.get(page.get_translations().get().get_url()))
    assert "This module is archived" in shown


def test_an_unknown_page_and_a_get_of_start(learner_client, page):
    assert learner_client.post(address("start", uuid.uuid4())).status_code == 404
    assert learner_client.get(address("start", page.translation_key)).status_code == 405
    response = learner_client.post(address("start", page.translation_key), {"token": "x"})
    assert response.status_code == 302
    assert not ScenarioRun.objects.exists()


def test_pages_of_a_run_are_not_kept_by_the_browser(learner, learner_client, page):
    run = make_run(learner, page)
    assert "no-store" in learner_client.get(address("run", run.pk))["Cache-Control"]


def statements(queries):
    skip = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in queries if not query["sql"].startswith(skip)]


def test_one_turn_costs_at_most_twelve_statements(learner, learner_client, page):
    run = make_run(learner, page, "greet")
    shown = learner_client.get(address("run", run.pk))  # warm
    with CaptureQueriesContext(connection) as taken:
        moved = answer(learner_client, run, 1, shown)
        learner_client.get(moved.url)
    assert len(statements(taken)) <= 12, "\n".join(statements(taken))


def test_the_debrief_and_the_page_cost_the_same_after_many_runs(learner, learner_client, page):
    counts = []
    for _more in range(2):
        for _run in range(3):
            run = make_run(learner, page, "greet", "ask", "back", "confide")
        for url in (address("debrief", run.pk), page.get_url()):
            learner_client.get(url)
            with CaptureQueriesContext(connection) as taken:
                learner_client.get(url)
            counts.append(len(statements(taken)))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


def test_finishing_writes_evidence_once(learner, learner_client, page):
    run = make_run(learner, page)
    answer(learner_client, run, 1)
    shown = learner_client.get(address("run", run.pk))
    for _again in range(2):
        answer(learner_client, run, 2, shown)
    assert Evidence.objects.count() == 2


def test_a_story_not_published_yet(learner_client):
    page = make_page(make_story(published=False))
    assert "not open yet" in text(learner_client.get(page.get_translations().get().get_url()))


def test_reading_the_debrief_again_later_makes_deciding_anew_practice(
    learner, learner_client, page
):
    run = make_run(learner, page, "greet", "ask", "back", "confide")
    learner_client.get(address("debrief", run.pk))
    assert not FeedbackSeen.objects.exists()  # the first showing, which the evidence has
    later = run.finished_at + datetime.timedelta(minutes=20)
    with time_machine.travel(later, tick=False):
        assert learner_client.get(address("debrief", run.pk)).status_code == 200
    seen = dict(FeedbackSeen.objects.values_list("item_key", "at"))
    assert set(Evidence.objects.values_list("item_key", flat=True)) <= set(seen)
    assert set(seen.values()) == {later}

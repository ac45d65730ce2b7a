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

from content.models import Figure
from courses.progress.models import Evidence, FeedbackSeen
from scenarios.forms import ChoiceForm
from scenarios.forms import shown as mark_of
from scenarios.models import ScenarioPage, ScenarioRun, Turn
from tests.scenarios.factories import full, make_figure, make_page, make_run, make_story

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
    names = ("turn", "token", "shown")
    data = {name: hidden(shown, name) for name in names} | {"choice": place} | more
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


def test_the_server_measures_how_long_a_choice_took(learner, learner_client, page):
    run = make_run(learner, page)
    with time_machine.travel("2026-03-02 10:00:00Z", tick=False) as clock:
        shown = learner_client.get(address("run", run.pk))
        clock.shift(4.2)
        answer(learner_client, run, 1, shown)
    assert Turn.objects.get().milliseconds == 4200


@pytest.mark.parametrize(
    ("after", "milliseconds"), [(0, 0), (1.5, 1500), (-3, 0), (90 * 86400, 30 * 86400 * 1000)]
)
def test_what_a_choice_took_is_never_below_zero_and_at_most_a_month(
    learner, page, after, milliseconds
):
    run, now = make_run(learner, page), datetime.datetime(2026, 3, 2, 10, tzinfo=datetime.UTC)
    data = {"token": uuid.uuid4(), "turn": 1, "choice": 1, "shown": mark_of(run, now)}
    form = ChoiceForm(data)
    assert form.is_valid()
    assert form.since_shown(run, now + datetime.timedelta(seconds=after)) == milliseconds
    later = ChoiceForm(data | {"turn": 2})
    assert later.is_valid()
    assert later.since_shown(run, now) is None  # the mark of another turn


@pytest.mark.parametrize("told", ["", "x", "1 2 3:x", "9" * 5000, "\x00", None])
def test_a_mark_that_is_not_the_servers_own_loses_no_choice(learner, learner_client, page, told):
    run = make_run(learner, page)
    other = make_run(learner, page, mode="practice")
    mark = hidden(learner_client.get(address("run", other.pk)), "shown")
    answer(learner_client, run, 1, shown=mark if told is None else told)
    assert Turn.objects.get().milliseconds is None


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


def back(client, run, keeps, response=None):
    shown = response or client.get(address("run", run.pk))
    data = {name: hidden(shown, name) for name in ("turn", "token", "shown")} | {"keeps": keeps}
    return client.post(address("rewind", run.pk), data)


def test_the_mode_is_chosen_at_the_start_and_always_visible(learner, learner_client, page):
    english = page.get_translations().get()
    shown = text(learner_client.get(english.get_url()))
    assert re.findall(r'name="mode" value="(\w+)"', shown) == ["assessed", "practice"]
    for mode, words in (("practice", "Practice"), ("assessed", "Counts for your profile")):
        data = {"token": uuid.uuid4(), "mode": mode}
        started = learner_client.post(address("start", page.translation_key), data)
        run = ScenarioRun.objects.get(mode=mode)
        assert started.url == address("run", run.pk)
        assert words in main(learner_client.get(started.url))
    shown = main(learner_client.get(english.get_url()))
    assert not re.findall(r'name="mode"', shown)
    for run in ScenarioRun.objects.all():
        assert address("run", run.pk) in shown
        answer(learner_client, run, 1)
        answer(learner_client, run, 2)
        words = "Practice" if run.mode == "practice" else "Counts for your profile"
        assert words in main(learner_client.get(address("debrief", run.pk)))


def test_an_unknown_mode_begins_nothing(learner_client, page):
    data = {"token": uuid.uuid4(), "mode": "examination"}
    assert learner_client.post(address("start", page.translation_key), data).status_code == 302
    assert not ScenarioRun.objects.exists()


def test_in_practice_the_coach_speaks_at_once_and_one_may_go_back(learner, learner_client, page):
    run = make_run(learner, page, "push", mode="practice")
    shown = learner_client.get(address("run", run.pk))
    assert "why push (en)" in main(shown)
    assert 'aria-describedby="scene-coach scene-text"' in main(shown)
    assert not re.findall("why (ask|leave|greet)|agreed|parted", main(shown))
    assert "Back to turn 1: scene door (en)" in main(shown)
    response = back(learner_client, run, 0, shown)
    assert response.url == address("run", run.pk) + "#scene"
    again = main(learner_client.get(response.url))
    assert "scene door (en)" in again
    assert "why push" not in again
    assert "Turn 1" in again
    assert "Back to turn" not in again
    answer(learner_client, run, 1)
    answer(learner_client, run, 2)
    debrief = text(learner_client.get(address("debrief", run.pk)))
    assert "end agreed (en)" in debrief
    assert "does not change your competence profile" in debrief
    assert "say push (en)" in debrief  # open then, on the road as it stands
    assert "Went back 1 time." in debrief


def test_going_back_twice_with_one_form_is_going_back_once(learner, learner_client, page):
    run = make_run(learner, page, "push", "ask", mode="practice")
    shown = learner_client.get(address("run", run.pk))
    for _again in range(2):
        assert back(learner_client, run, 0, shown).status_code == 302
    assert [turn.kind for turn in run.turns.all()] == ["choice", "choice", "rewind"]
    stale = answer(learner_client, run, 1, shown)  # the tab of before
    assert "already moved on" not in text(learner_client.get(stale.url))  # the same token: done
    assert run.turns.count() == 3


@pytest.mark.parametrize(
    ("mode", "keeps"),
    [("assessed", 0), ("practice", 1), ("practice", 9), ("practice", -1), ("practice", "x")],
)
def test_there_is_no_way_back_where_none_was_offered(learner, learner_client, page, mode, keeps):
    run = make_run(learner, page, "push", "ask", mode=mode)
    shown = learner_client.get(address("run", run.pk))
    if mode == "assessed":
        assert "rewind" not in main(shown)
    response = back(learner_client, run, keeps, shown)
    assert response.status_code == 422
    assert "There is no way back to there." in text(response)
    assert run.turns.count() == 2


def test_only_ones_own_run_is_rewound(learner, stranger_client, page):
    run = make_run(learner, page, "push", mode="practice")
    assert stranger_client.post(address("rewind", run.pk), {}).status_code == 404
    finished = make_run(learner, page, "greet", "confide")
    assert stranger_client.post(address("rewind", finished.pk), {}).status_code == 404


def test_a_finished_run_is_not_rewound(learner, learner_client, page):
    run = make_run(learner, page, "greet", mode="practice")
    stale = learner_client.get(address("run", run.pk))
    answer(learner_client, run, 2)
    assert back(learner_client, run, 0, stale).url == address("debrief", run.pk)
    assert run.turns.count() == 2


def test_where_the_text_goes_on_one_button_says_so(learner, learner_client):
    make_figure()
    run = make_run(learner, make_page(make_story(full())), "press")
    shown = main(learner_client.get(address("run", run.pk)))
    assert re.findall(r'name="choice" value="(\d)"', shown) == ["1"]
    assert "Continue" in shown
    answer(learner_client, run, 1)
    talk = main(learner_client.get(address("run", run.pk)))
    assert talk.count("say press (en)") == 1
    assert "Continue" not in talk
    assert "just-said" not in talk


def test_a_scene_shows_its_picture_with_its_description(learner, learner_client):
    make_figure()
    page = make_page(make_story(full()))
    run = make_run(learner, page)
    shown = main(learner_client.get(address("run", run.pk)))
    assert '<title id="scene-picture-title">A bed and a window. (en)</title>' in shown
    Figure.objects.all().delete()
    assert (
        "<svg"
        not in re.search(
            "<article.*</article>", main(learner_client.get(address("run", run.pk))), re.DOTALL
        )[0]
    )


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


@pytest.mark.parametrize("mode", ["assessed", "practice"])
def test_one_turn_costs_at_most_twelve_statements(learner, learner_client, page, mode):
    run = make_run(learner, page, "greet", "ask", mode=mode)
    answer(learner_client, run, 1)  # warm
    shown = learner_client.get(address("run", run.pk))
    with CaptureQueriesContext(connection) as taken:
        moved = answer(learner_client, run, 1, shown)
        learner_client.get(moved.url)
    assert Turn.objects.count() == 4
    assert len(statements(taken)) <= 12, "\n".join(statements(taken))


def test_going_back_costs_at_most_twelve_statements(learner, learner_client, page):
    run = make_run(learner, page, "greet", "ask", mode="practice")
    shown = learner_client.get(address("run", run.pk))
    with CaptureQueriesContext(connection) as taken:
        learner_client.get(back(learner_client, run, 0, shown).url)
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

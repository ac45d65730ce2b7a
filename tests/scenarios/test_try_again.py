"""From a finished practice back to a checkpoint: another run, that begins with the same road."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.progress.models import Activity, Evidence
from scenarios.actions import NotPlayable, rewind, take_choice, try_again, ways_again
from scenarios.data import whole
from scenarios.engine import NoWayBack, offered
from scenarios.models import ScenarioPage, ScenarioRun, Story
from tests.people.factories import UserFactory
from tests.scenarios.factories import make_page, make_run, make_story, publish, rewrite, sample
from tests.scenarios.sound import hub, ladder

pytestmark = pytest.mark.django_db


def checkpoints():
    data = sample()
    data["scenes"][1]["checkpoint"] = True
    return data


@pytest.fixture
def page():
    return make_page(make_story(checkpoints()))


def fresh(run):
    return ScenarioRun.objects.pinned().get(pk=run.pk)


def again(run, page, keeps):
    return try_again(run, page, keeps, uuid.uuid4())


def go(run, *choices):
    for key in choices:
        run = take_choice(fresh(run), key, run.next_turn, uuid.uuid4())
    return run


def test_it_begins_with_the_road_up_to_there_and_leaves_the_finished_run(learner, page):
    done = make_run(learner, page, "push", "ask", "back", "leave", mode="practice")
    assert ways_again(done) == [0, 1, 3]
    run = again(done, page, 1)
    assert (run.mode, run.continues, run.given, run.version) == (
        *("practice", done, ["push"], done.version),
    )
    assert fresh(run).states == done.states[:2]
    assert (run.state.scene, run.state.turns, run.next_turn) == ("kitchen", 1, 1)
    assert fresh(done).turns.count() == 4
    run = go(run, "leave")
    assert (run.ending, fresh(done).ending) == ("parted", "parted")
    assert [turn and turn.number for turn in run.on_road] == [None, 1]


def test_what_was_decided_before_does_not_speak_twice(learner, page):
    done = make_run(learner, page, "greet", "leave", mode="practice")
    assert Evidence.objects.count() == 1  # leaving says nothing of a competence
    run = again(done, page, 1)
    go(run, "confide")
    assert Evidence.objects.count() == 1  # the coach has spoken in the kitchen
    run = go(again(done, page, 0), "push", "ask", "wait")
    assert run.is_over
    assert Evidence.objects.count() == 1
    assert Activity.objects.filter(verb="started").count() == 3


def test_the_same_form_twice_is_one_run_and_open_practice_goes_on(learner, page):
    done = make_run(learner, page, "greet", "leave", mode="practice")
    token = uuid.uuid4()
    run = try_again(done, page, 1, token)
    assert try_again(done, page, 1, token) == run
    assert again(done, page, 0) == run
    assert ScenarioRun.objects.count() == 2


def test_it_goes_back_behind_what_was_given_too(learner, page):
    run = again(make_run(learner, page, "push", "leave", mode="practice"), page, 1)
    run = rewind(go(run, "ask"), 0, 2, uuid.uuid4())
    assert (run.state.scene, run.state.turns, run.state.values["trust"]) == ("door", 0, 3)
    run = go(run, "greet", "confide")
    assert run.ending == "agreed"
    assert [turn.number for turn in run.on_road] == [3, 4]


def test_it_keeps_the_version_of_the_run_it_continues(learner, page):
    done = make_run(learner, page, "push", "leave", mode="practice")
    data = checkpoints()
    data["scenes"][0]["choices"][1]["to"] = "window"
    rewrite(page.story, Story.fields_of(whole(data)))
    publish(page.story)
    page = ScenarioPage.objects.get(pk=page.pk)
    assert again(done, page, 1).state.scene == "kitchen"


@pytest.mark.parametrize("keeps", [-1, 2, 4, 9])
def test_only_checkpoints_of_its_road(learner, page, keeps):
    done = make_run(learner, page, "push", "ask", "back", "leave", mode="practice")
    with pytest.raises(NoWayBack):
        again(done, page, keeps)


def test_neither_what_counts_nor_what_is_open_nor_what_is_archived(learner, page):
    with pytest.raises(NoWayBack):
        again(make_run(learner, page, "greet", "leave"), page, 0)
    with pytest.raises(NoWayBack):
        again(make_run(UserFactory(), page, "greet", mode="practice"), page, 0)
    done = make_run(learner, page, "greet", "leave", mode="practice")
    page.archived = True
    with pytest.raises(NotPlayable):
        again(done, page, 0)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_going_back_and_repeating_equals_the_first_time(db, data):
    story = data.draw(st.sampled_from([ladder(4, coded=True), hub(3), checkpoints()]))
    page = make_page(make_story(story | {"key": f"s{uuid.uuid4().hex[:12]}"}), english=False)
    run = make_run(UserFactory(), page, mode="practice")
    while not run.is_over:
        choices = offered(run.story, run.state)
        run = go(run, data.draw(st.sampled_from(choices)).key)
    for _more in range(2):
        keeps = data.draw(st.sampled_from(ways_again(run)))
        evidence = Evidence.objects.count()
        other = again(run, page, keeps)
        other = go(other, *(choice for _scene, choice in run.state.road[keeps:]))
        assert fresh(other).states == fresh(run).states
        assert (other.ending, other.is_over) == (run.ending, True)
        assert len(other.on_road) == other.state.turns
        assert Evidence.objects.count() == evidence
        run = other


# In the browser -----------------------------------------------------------------------------


def post(client, run, keeps, token=None):
    data = {"keeps": keeps, "token": token or uuid.uuid4()}
    return client.post(reverse("scenarios:again", args=[run.pk]), data)


def debrief(client, run):
    with translation.override("en"):
        return client.get(reverse("scenarios:debrief", args=[run.pk])).content.decode()


def test_the_debrief_of_practice_leads_back(learner, learner_client, page):
    done = make_run(learner, page, "push", "ask", "back", "leave", mode="practice")
    shown = debrief(learner_client, done)
    assert "Go back to a checkpoint and try another way" in shown
    assert "Back to turn 4: scene kitchen (en)" in shown
    moved = post(learner_client, done, 1)
    run = ScenarioRun.objects.open().get()
    assert moved.url.endswith(f"/runs/{run.pk}/#scene")
    with translation.override("en"):
        scene = learner_client.get(run.get_absolute_url()).content.decode()
    assert "say push (en)" in scene
    assert "Turn 2" in scene
    shown = debrief(learner_client, done)
    assert "You have practice open already" in shown
    assert 'name="keeps"' not in shown
    answered = post(learner_client, done, 0)
    assert answered.url == moved.url
    go(run, "leave")
    shown = debrief(learner_client, run)
    assert "1 turn at the beginning is of an earlier practice." in shown
    assert 'id="turn-given-1"' in shown
    assert 'id="turn-1"' in shown
    assert reverse("scenarios:debrief", args=[done.pk]) in shown


def test_what_counts_offers_no_way_back(learner, learner_client, page):
    done = make_run(learner, page, "push", "leave")
    assert "Go back to a checkpoint" not in debrief(learner_client, done)
    assert post(learner_client, done, 0).url == reverse("scenarios:debrief", args=[done.pk])
    assert ScenarioRun.objects.count() == 1


@pytest.mark.parametrize("keeps", ["", "x", "-1", "7", "9" * 40])
def test_nonsense_begins_nothing(learner, learner_client, page, keeps):
    done = make_run(learner, page, "push", "leave", mode="practice")
    assert post(learner_client, done, keeps).url == reverse("scenarios:debrief", args=[done.pk])
    assert ScenarioRun.objects.count() == 1


def test_only_ones_own(learner, stranger_client, page):
    done = make_run(learner, page, "push", "leave", mode="practice")
    assert post(stranger_client, done, 0).status_code == 404


def test_the_debrief_of_what_continues_costs_one_more(learner, learner_client, page):
    counts = []
    done = make_run(learner, page, "push", "leave", mode="practice")
    for keeps in (0, 1, 1, 1):
        debrief(learner_client, done)
        with CaptureQueriesContext(connection) as taken:
            debrief(learner_client, done)
        counts.append(len(taken))
        done = go(again(done, page, keeps), *(("push", "leave") if not keeps else ("leave",)))
    first, nothing_given, *others = counts
    assert nothing_given == first <= 12
    assert others == [first + 1, first + 1]

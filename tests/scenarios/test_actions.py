"""Beginning a run, taking choices, and what the record is told at the end."""

import uuid
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.progress.models import Activity, Evidence, FeedbackSeen, Subject
from scenarios.actions import NotPlayable, may_rewind, rewind, start_run, take_choice
from scenarios.data import whole
from scenarios.engine import ChoiceNotOffered, NoWayBack, Road, offered
from scenarios.models import Mode, ScenarioRun, Story, StoryVersion, Turn
from tests.people.factories import UserFactory
from tests.scenarios.factories import make_page, make_run, make_story, publish, rewrite, sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return make_page()


def fresh(run):
    return ScenarioRun.objects.pinned().get(pk=run.pk)


def test_a_run_is_begun_once_and_resumed(learner, page):
    subject = Subject.objects.for_user(learner)
    token = uuid.uuid4()
    run = start_run(subject, page, token)
    assert start_run(subject, page, token) == run
    assert start_run(subject, page, uuid.uuid4()) == run
    assert ScenarioRun.objects.count() == 1
    assert [a.verb for a in Activity.objects.all()] == ["started"]
    assert Activity.objects.get().object_key == page.translation_key


def test_the_form_of_a_finished_run_leads_back_to_it(learner, page):
    subject = Subject.objects.for_user(learner)
    token = uuid.uuid4()
    run = start_run(subject, page, token)
    for key in ("greet", "confide"):
        run = take_choice(run, key, run.next_turn, uuid.uuid4())
    assert start_run(subject, page, token) == run
    assert start_run(subject, page, uuid.uuid4()) != run


def test_the_same_token_of_two_people_is_two_runs(learner, stranger, page):
    token = uuid.uuid4()
    first = start_run(Subject.objects.for_user(learner), page, token)
    assert start_run(Subject.objects.for_user(stranger), page, token) != first


@pytest.mark.parametrize(
    "what", ["page archived", "story archived", "story not live", "page not live"]
)
def test_what_is_closed_cannot_be_begun_but_goes_on(learner, stranger, page, what):
    begun = make_run(learner, page)
    item = page if what.startswith("page") else page.story
    setattr(item, *(("archived", True) if what.endswith("archived") else ("live", False)))
    item.save()
    page.refresh_from_db()
    with pytest.raises(NotPlayable):
        start_run(Subject.objects.for_user(stranger), page, uuid.uuid4())
    assert start_run(begun.subject, page, uuid.uuid4()) == begun
    assert take_choice(begun, "greet", 1, uuid.uuid4()).state.scene == "kitchen"


def test_a_story_never_published_cannot_be_begun(learner):
    page = make_page(make_story(published=False))
    with pytest.raises(NotPlayable):
        start_run(Subject.objects.for_user(learner), page, uuid.uuid4())


def test_a_turn_is_kept_as_it_was_taken(learner, page):
    run = make_run(learner, page)
    token = uuid.uuid4()
    take_choice(run, "greet", 1, token, 4200)
    turn = Turn.objects.get()
    assert (turn.number, turn.scene, turn.choice, turn.token) == (1, "door", "greet", token)
    assert turn.state_after == {"scene": "kitchen", "values": {"trust": 5, "hidden": 3}}
    assert turn.milliseconds == 4200


def test_the_same_post_twice_and_a_second_tab_leave_one_turn(learner, page):
    run = make_run(learner, page)
    token = uuid.uuid4()
    for _again in range(2):
        assert take_choice(run, "greet", 1, token).state.scene == "kitchen"
    assert take_choice(run, "push", 1, uuid.uuid4()).state.scene == "kitchen"
    assert take_choice(run, "ask", 2, token).state.scene == "kitchen"
    assert list(Turn.objects.values_list("choice", flat=True)) == ["greet"]


def test_a_choice_that_is_not_open_leaves_nothing(learner, page):
    run = make_run(learner, page, "push")
    with pytest.raises(ChoiceNotOffered):
        take_choice(run, "confide", 2, uuid.uuid4())
    assert fresh(run).next_turn == 2


def test_nothing_is_added_to_a_finished_run(learner, page):
    run = make_run(learner, page, "greet", "confide")
    assert run.is_over
    assert take_choice(run, "greet", 3, uuid.uuid4()).next_turn == 3


def test_an_ending_tells_the_record(learner, page):
    run = make_run(learner, page, "push", "ask", "back", "leave")
    finished = Activity.objects.get(verb="finished")
    assert (finished.object_kind, finished.object_key) == ("scenario", page.translation_key)
    assert finished.object_version == run.version.hash
    assert (run.ending, run.reached.outcome) == ("parted", "mixed")
    rows = list(Evidence.objects.order_by("happened_at"))
    key = f"story/{page.story.uuid}"
    assert [(row.item_key, float(row.score)) for row in rows] == [
        (f"{key}/door", 0.0),
        (f"{key}/kitchen", 0.5),
    ]
    assert all(row.assessed and row.activity == finished for row in rows)
    assert all(row.guess == pytest.approx(Fraction(1, 2)) for row in rows)
    assert {row.item_version for row in rows} == {run.version.hash}
    assert {row.feedback_at for row in rows} == {run.finished_at}


def test_in_a_practice_run_the_coach_has_spoken_at_each_turn(learner, page):
    run = make_run(learner, page, "push", "ask", "back", "leave", mode="practice")
    rows = Evidence.objects.all()
    assert {(row.assessed, row.feedback_at) for row in rows} == {(False, None)}
    assert {row.activity.verb for row in rows} == {"started"}
    seen = FeedbackSeen.objects.values_list("item_key", flat=True)
    assert set(seen) == {f"story/{page.story.uuid}/{name}" for name in ("door", "kitchen")}
    assert fresh(run).is_over
    assert not Activity.objects.filter(verb="finished").exists()  # finishes no part of a module


def test_what_the_coach_said_of_an_abandoned_practice_is_known(learner, page):
    make_run(learner, page, "push", mode="practice")
    assert FeedbackSeen.objects.get().item_key == f"story/{page.story.uuid}/door"
    make_run(learner, page, "greet", "confide")
    door = Evidence.objects.get(item_key__endswith="/door")
    assert (door.assessed, door.seen_at) == (True, FeedbackSeen.objects.get().at)


def go_back(run, keeps):
    return rewind(run, keeps, run.next_turn, uuid.uuid4())


def test_going_back_is_a_turn_and_leaves_what_was_chosen_on_record(learner, page):
    run = go_back(make_run(learner, page, "push", "ask", mode="practice"), 0)
    turn = run.taken[-1]
    assert (turn.kind, turn.scene, turn.choice, turn.back_to) == ("rewind", "window", "", 0)
    assert turn.state_after == {"scene": "door", "values": {"trust": 3, "hidden": 3}}
    assert (run.state.scene, run.state.turns, run.next_turn) == ("door", 0, 4)
    for key in ("greet", "confide"):
        run = take_choice(fresh(run), key, run.next_turn, uuid.uuid4())
    assert run.is_over
    assert list(run.turns.values_list("choice", flat=True)) == [
        *("push", "ask", "", "greet", "confide")
    ]
    assert [turn.number for turn in run.on_road] == [4, 5]
    # The first decision of each scene speaks: what came after it came after the coach.
    rows = [(row.item_key.rpartition("/")[2], float(row.score)) for row in Evidence.objects.all()]
    assert sorted(rows) == [("door", 0.0), ("kitchen", 0.5)]


def test_no_run_that_counts_goes_back(learner, page):
    run = make_run(learner, page, "push", "ask")
    with pytest.raises(NoWayBack):
        go_back(run, 0)
    assert fresh(run).next_turn == 3


def test_the_same_way_back_twice_and_a_second_tab_leave_one_turn(learner, page):
    run = make_run(learner, page, "push", "ask", mode="practice")
    token = uuid.uuid4()
    for _again in range(2):
        assert rewind(run, 0, 3, token).state.scene == "door"
    assert take_choice(run, "back", 3, uuid.uuid4()).state.scene == "door"
    assert Turn.objects.count() == 3


def test_a_turn_is_a_choice_or_a_way_back(learner, page):
    run = make_run(learner, page, "push", mode="practice")
    common = {"run": run, "number": 9, "scene": "door", "state_after": {}, "token": uuid.uuid4()}
    for odd in ({"choice": ""}, {"choice": "push", "back_to": 0}, {"kind": "rewind"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Turn.objects.create(**common, **odd)


def test_nothing_is_evidence_before_the_end(learner, page):
    make_run(learner, page, "greet", "ask")
    assert not Evidence.objects.exists()
    assert not Activity.objects.filter(verb="finished").exists()


def test_a_run_keeps_the_version_it_began_with(learner, page):
    run = make_run(learner, page, "greet")
    data = sample()
    data["scenes"][1]["choices"] = data["scenes"][1]["choices"][2:]
    data["scenes"] = data["scenes"][:2]
    data["endings"] = data["endings"][1:]
    rewrite(page.story, Story.fields_of(whole(data)))
    publish(page.story)
    assert StoryVersion.objects.count() == 2
    assert take_choice(fresh(run), "confide", 2, uuid.uuid4()).ending == "agreed"
    again = start_run(run.subject, page, uuid.uuid4())
    assert again.version.number == 2
    with pytest.raises(TypeError):
        again.version.save()


def test_publishing_the_same_again_makes_no_version():
    story = make_story()
    publish(story)
    assert StoryVersion.objects.count() == 1


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(0, 9), min_size=12, max_size=12), st.sampled_from(Mode))
def test_the_record_replays_to_what_was_played(page, picks, mode):
    """Each turn read afresh: saving and resuming equals playing on, with ways back too."""
    run = make_run(UserFactory(), page, mode=mode)
    for pick in picks:
        if run.is_over:
            break
        run = fresh(run)
        if pick > 7 and may_rewind(run):
            run = go_back(run, run.road.checkpoints[-1])
            continue
        choices = offered(run.story, run.state)
        run = take_choice(run, choices[pick % len(choices)].key, run.next_turn, uuid.uuid4())
    again = fresh(run)
    road = Road(again.story)
    for turn in again.taken:
        assert road.go(turn.move).as_json() == turn.state_after
    assert again.state == run.state == road.state
    assert len(again.on_road) == again.state.turns

"""Beginning a run, taking choices, and what the record is told at the end."""

import uuid
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.progress.models import Activity, Evidence, Subject
from scenarios.actions import NotPlayable, start_run, take_choice
from scenarios.data import whole
from scenarios.engine import ChoiceNotOffered, offered
from scenarios.models import ScenarioRun, Story, StoryVersion, Turn
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
    make_run(learner, page, "push", "ask", "back", "leave", mode="practice")
    rows = Evidence.objects.all()
    assert {(row.assessed, row.feedback_at) for row in rows} == {(False, None)}


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
@given(st.lists(st.integers(0, 9), min_size=12, max_size=12))
def test_the_record_replays_to_what_was_played(page, picks):
    """Each turn read afresh: saving and resuming equals playing on."""
    run = make_run(UserFactory(), page)
    for pick in picks:
        if run.is_over:
            break
        run = fresh(run)
        choices = offered(run.story, run.state)
        run = take_choice(run, choices[pick % len(choices)].key, run.next_turn, uuid.uuid4())
    again = fresh(run)
    assert [state.as_json() for state in again.states[1:]] == [t.state_after for t in again.taken]
    assert again.state == run.state

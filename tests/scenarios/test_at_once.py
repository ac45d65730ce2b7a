"""Two requests at the very same time, on the database that allows them."""

import uuid

from courses.progress.models import Activity, Subject
from scenarios.actions import rewind, start_run, take_choice
from scenarios.models import ScenarioRun, Turn
from tests.at_once import ON_POSTGRESQL, at_once
from tests.people.factories import UserFactory
from tests.scenarios.factories import make_page, make_run

pytestmark = ON_POSTGRESQL


def test_two_tabs_at_once_leave_one_turn():
    run = make_run(UserFactory(), make_page())
    outcomes = at_once(
        *[lambda key=key: take_choice(run, key, 1, uuid.uuid4()) for key in ("greet", "push") * 3]
    )
    assert set(outcomes) == {run}
    assert Turn.objects.filter(run=run).count() == 1


def test_two_clicks_at_once_begin_one_run():
    subject, page = Subject.objects.for_user(UserFactory()), make_page()
    outcomes = at_once(*[lambda: start_run(subject, page, uuid.uuid4()) for _click in range(6)])
    assert set(outcomes) == {ScenarioRun.objects.get()}
    assert Activity.objects.filter(verb="started").count() == 1


def test_the_last_choice_twice_at_once_is_one_ending():
    run = make_run(UserFactory(), make_page(), "greet")
    token = uuid.uuid4()
    outcomes = at_once(*[lambda: take_choice(run, "confide", 2, token) for _click in range(4)])
    assert set(outcomes) == {run}
    assert ScenarioRun.objects.get(pk=run.pk).is_over
    assert Activity.objects.filter(verb="finished").count() == 1


def test_a_way_back_and_a_choice_at_once_leave_one_turn():
    run = make_run(UserFactory(), make_page(), "greet", mode="practice")
    outcomes = at_once(
        *[lambda: rewind(run, 0, 2, uuid.uuid4()), lambda: take_choice(run, "ask", 2, uuid.uuid4())]
        * 3
    )
    assert set(outcomes) == {run}
    assert Turn.objects.filter(run=run).count() == 2

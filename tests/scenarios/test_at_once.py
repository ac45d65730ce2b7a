"""Two requests at the very same time, on the database that allows them."""

import threading
import uuid

import pytest
from django.db import connection, connections

from courses.progress.models import Activity, Subject
from scenarios.actions import start_run, take_choice
from scenarios.models import ScenarioRun, Turn
from tests.people.factories import UserFactory
from tests.scenarios.factories import make_page, make_run

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="an in-memory database has one connection"
    ),
]


def at_once(*calls):
    """Runs the calls in threads that set off together; returns what they raised."""
    ready, raised = threading.Barrier(len(calls)), []

    def run(call):
        try:
            ready.wait()
            call()
        except Exception as error:  # noqa: BLE001
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_two_tabs_at_once_leave_one_turn():
    run = make_run(UserFactory(), make_page())
    raised = at_once(
        *[lambda key=key: take_choice(run, key, 1, uuid.uuid4()) for key in ("greet", "push") * 3]
    )
    assert raised == []
    assert Turn.objects.filter(run=run).count() == 1


def test_two_clicks_at_once_begin_one_run():
    subject, page = Subject.objects.for_user(UserFactory()), make_page()
    raised = at_once(*[lambda: start_run(subject, page, uuid.uuid4()) for _click in range(6)])
    assert raised == []
    assert ScenarioRun.objects.count() == 1
    assert Activity.objects.filter(verb="started").count() == 1


def test_the_last_choice_twice_at_once_is_one_ending():
    run = make_run(UserFactory(), make_page(), "greet")
    token = uuid.uuid4()
    assert at_once(*[lambda: take_choice(run, "confide", 2, token) for _click in range(4)]) == []
    assert ScenarioRun.objects.get(pk=run.pk).is_over
    assert Activity.objects.filter(verb="finished").count() == 1

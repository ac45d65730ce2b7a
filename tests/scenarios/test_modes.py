"""How an assignment has scenarios played: what is shown, begun, and told to the record."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from courses.actions import assign
from courses.models import Assignment, CoursePage, Enrolment
from courses.people.models import Message
from courses.progress.models import Activity, Evidence, Subject
from scenarios.actions import start_run
from scenarios.models import ScenarioRun
from scenarios.modes import asked_mode
from tests.courses.factories import LessonFactory, PathFactory
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.scenarios.factories import make_page, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    made = make_page()
    LessonFactory(parent=CoursePage.objects.get(locale__language_code="lv"))
    return made


@pytest.fixture
def course(page):
    return CoursePage.objects.get(locale__language_code="lv")


@pytest.fixture
def give(lead, learner, course):
    def give(mode, target=None, whom=None, by=None):
        return assign(
            by or lead, target or course, whom or learner, None, uuid.uuid4(), scenario_mode=mode
        )

    return give


def asked(learner, page):
    return asked_mode(learner.pk, page.translation_key, timezone.localdate())


def shown(client, page):
    found = client.get(page.get_translations().get().get_url()).content.decode()
    return re.search(r"<main.*</main>", found, re.DOTALL)[0]


def finished():
    return Activity.objects.filter(verb="finished", object_kind="scenario").count()


@pytest.mark.parametrize("mode", ["", "practice", "assessed"])
def test_it_comes_from_the_module_the_path_or_the_team(give, learner, team, course, page, mode):
    assert asked(learner, page) == ""
    given = [
        give(mode),
        give(mode, PathFactory(modules=[course])),
        give(mode, whom=team),
    ]
    for only in given:
        Assignment.objects.exclude(pk=only.pk).update(ended_at=timezone.now())
        Assignment.objects.filter(pk=only.pk).update(ended_at=None)
        Enrolment.objects.update(assignment=None)
        assert asked(learner, page) == mode
    Assignment.objects.update(ended_at=timezone.now())
    assert asked(learner, page) == ""


def test_the_stricter_of_several_wins_whichever_came_last(give, learner, team, course, page):
    give("assessed")
    give("practice", PathFactory(modules=[course]))
    give("", whom=team)
    assert asked(learner, page) == "assessed"


def test_a_team_above_asks_too_and_another_team_does_not(lead, team, give, course, page):
    below = MembershipFactory(team=TeamFactory(parent=team)).person
    give("practice", whom=team)
    assert asked(below, page) == "practice"
    assert asked(UserFactory(), page) == ""
    assert asked_mode(None, page.translation_key, timezone.localdate()) == ""
    assert asked_mode(below.pk, uuid.uuid4(), timezone.localdate()) == ""


def test_who_left_the_team_keeps_what_her_place_was_given_with(give, learner, team, page):
    give("practice", whom=team)
    learner.memberships.update(ends_on=timezone.localdate() - datetime.timedelta(days=1))
    assert asked(learner, page) == "practice"
    Enrolment.objects.update(ended_at=timezone.now())
    assert asked(learner, page) == ""


def test_it_is_asked_once_whatever_the_number(give, learner, course, page, team):
    for _more in range(3):
        give("practice", PathFactory(modules=[course]))
        give("practice", whom=team)
    asked(learner, page)
    with CaptureQueriesContext(connection) as taken:
        asked(learner, page)
    assert len(taken) == 1


def test_asked_to_count_the_page_says_so_and_practice_finishes_nothing(
    give, learner, learner_client, page
):
    give("assessed")
    told = shown(learner_client, page)
    assert "Your lead asks for a conversation that counts" in told
    assert re.findall(r'name="mode" value="(\w+)"', told) == ["assessed", "practice"]
    assert "does not finish this part" in told
    make_run(learner, page, "greet", "confide", mode="practice")
    assert finished() == 0
    make_run(learner, page, "greet", "confide", mode="assessed")
    assert finished() == 1


def test_asked_for_practice_a_finished_practice_finishes_the_part(
    give, learner, learner_client, page
):
    give("practice")
    told = shown(learner_client, page)
    assert "Your lead asks for practice" in told
    assert re.findall(r'name="mode" value="(\w+)"', told) == ["practice", "assessed"]
    run = make_run(learner, page, "greet", mode="practice")
    with translation.override("en"):
        said = learner_client.get(run.get_absolute_url()).content.decode()
        assert "Practice that finishes this part" in said
        assert "Practice that finishes this part" in shown(learner_client, page)
        run = make_run(learner, page, "confide", mode="practice")
        assert (
            "Practice that finishes" in learner_client.get(run.get_absolute_url()).content.decode()
        )
    assert finished() == 1
    assert not Evidence.objects.filter(assessed=True).exists()
    assert {row.activity.verb for row in Evidence.objects.all()} == {"started"}
    assert "practice, finishes the part" in shown(learner_client, page)


def test_without_a_mode_a_run_begins_as_it_was_assigned(give, learner, page):
    subject = Subject.objects.for_user(learner)
    assert start_run(subject, page, uuid.uuid4()).mode == "assessed"
    give("practice")
    assert start_run(subject, page, uuid.uuid4()).mode == "practice"


def test_what_was_said_at_the_beginning_holds(give, learner, page):
    """A stricter assignment in the middle takes nothing back, a milder one is taken at once."""
    give("practice")
    run = make_run(learner, page, "greet", mode="practice")
    give("assessed")
    make_run(learner, page, "confide", mode="practice")
    assert finished() == 1
    assert asked(learner, page) == "assessed"
    run = make_run(learner, page, "greet", mode="practice")
    assert run.asked == "assessed"
    Assignment.objects.filter(scenario_mode="assessed").update(ended_at=timezone.now())
    run = make_run(learner, page, "confide", mode="practice")
    assert (run.asked, run.finishes, finished()) == ("practice", True, 2)


def test_a_lead_chooses_it_and_the_learner_is_told(lead_client, learner, course):
    data = {
        "target": f"module:{course.translation_key}",
        "whom": f"person:{learner.pk}",
        "scenario_mode": "practice",
        "token": uuid.uuid4(),
    }
    url = reverse("courses:assign")
    assert "practice is enough" in lead_client.post(url, data).content.decode()
    lead_client.post(url, data | {"confirm": "yes"})
    assert Assignment.objects.get().scenario_mode == "practice"
    assert Message.objects.get().context["scenario_mode"] == "practice"
    refused = lead_client.post(url, data | {"scenario_mode": "examination"})
    assert refused.status_code == 422


def test_the_modes_of_runs_stand_in_the_leads_list(lead_client, learner, page):
    for mode in ("practice", "assessed"):
        make_run(learner, page, "greet", "confide", mode=mode)
    said = lead_client.get(reverse("courses:person", args=[learner.pk])).content.decode()
    assert len(re.findall(r'<td data-label="Mode">practice</td>', said)) == 1
    assert len(re.findall(r'<td data-label="Mode">counts for the profile</td>', said)) == 1
    assert ScenarioRun.objects.count() == 2

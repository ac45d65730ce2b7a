"""A module that begins with conversations to play, while its lessons are being written."""

import datetime
import uuid

import pytest

from courses import actions
from courses.forms import AssignForm
from courses.models import CoursePage
from courses.outline import outline
from courses.progress.models import Requirement, Standing
from tests.courses.factories import LessonFactory, PathFactory
from tests.scenarios.factories import make_page, make_run

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 26)


@pytest.fixture
def page():
    return make_page()


@pytest.fixture
def course(page):
    return CoursePage.objects.get(locale__language_code="lv")


def text(response):
    return response.content.decode()


def test_it_asks_for_nothing_and_nobody_is_done_with_it(learner, page, course):
    assert actions.update_requirement(course, TODAY) is None
    make_run(learner, page, "greet", "confide")
    assert not Requirement.objects.filter(key=course.translation_key).exists()
    assert not Standing.objects.filter(kind=Standing.Kind.REQUIREMENT).exists()


def test_with_the_first_lesson_it_asks_for_all_of_it(course):
    LessonFactory(parent=course)
    made = actions.update_requirement(course, TODAY)
    assert (made.version, [part["kind"] for part in made.parts]) == (1, ["scenario", "lesson"])
    assert not outline("lv").modules[course.translation_key].is_being_written


def test_one_that_has_asked_for_more_before_goes_on_asking(course):
    lesson = LessonFactory(parent=course)
    actions.update_requirement(course, TODAY)
    lesson.unpublish()
    made = actions.update_requirement(course, TODAY)
    assert (made.version, [part["kind"] for part in made.parts]) == (2, ["scenario"])


def test_it_is_not_assigned(lead, learner, course):
    with pytest.raises(actions.NothingToLearn):
        actions.assign(lead, course, learner, None, uuid.uuid4(), today=TODAY)
    form = AssignForm(known=outline("lv"), teams=[], people=[learner], today=TODAY)
    assert f"module:{course.translation_key}" not in str(form["target"])
    LessonFactory(parent=course)
    form = AssignForm(known=outline("lv"), teams=[], people=[learner], today=TODAY)
    assert f"module:{course.translation_key}" in str(form["target"])


def test_its_page_says_so_to_who_plays(learner, learner_client, page, course):
    shown = text(learner_client.get(course.get_url()))
    assert "nodarbības vēl top" in shown
    assert page.get_url() in shown
    assert "bridge" in shown
    LessonFactory(parent=course)
    assert "nodarbības vēl top" not in text(learner_client.get(course.get_url()))


def test_a_path_on_which_it_is_coming_leads_to_its_conversations(learner, learner_client, course):
    coming = [
        {"key": key, "title": {"lv": title, "en": title}}
        for key, title in ((course.key, "Izdegšana"), ("other", "Cits"))
    ]
    path = PathFactory(modules=[], coming=coming)
    shown = text(learner_client.get(f"/lv/paths/{path.key}/"))
    assert shown.count("sarunas jau tagad") == 1
    assert f'href="{course.get_url()}"' in shown

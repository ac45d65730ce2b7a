"""The outline: languages, order, what is not published, and how often the database is asked."""

import pytest
from django.db import connection
from django.test import utils
from wagtail.models import PageViewRestriction

from courses.outline import outline, read
from tests.courses.factories import CourseFactory, LessonFactory, PathFactory
from tests.progress.factories import CompetenceFactory

pytestmark = pytest.mark.django_db


def queries(work):
    with utils.CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def test_parts_stand_in_tree_order_with_their_own_language():
    course = CourseFactory(title="Izdegšana")
    first = LessonFactory(title="Pirmā", parent=course)
    second = LessonFactory(title="Otrā", parent=course)
    english = CourseFactory(title="Burnout", language="en", translates=course)
    LessonFactory(title="First", parent=english, language="en", translates=first)

    module = read("en").modules[course.translation_key]
    assert module.title == "Burnout"
    # What is not translated stands in Latvian, in its place.
    assert [part.title for part in module.parts] == ["First", "Otrā"]
    assert module.parts[0].url.startswith("/en/")
    assert [part.key for part in module.parts] == [first.translation_key, second.translation_key]


def test_archived_and_unpublished_parts_are_known_but_not_open():
    course = CourseFactory()
    kept = LessonFactory(parent=course)
    LessonFactory(parent=course, archived=True)
    hidden = LessonFactory(parent=course)
    hidden.unpublish()

    module = outline("lv").modules[course.translation_key]
    assert [part.key for part in module.open_parts] == [kept.translation_key]
    assert len(module.parts) == 3


def test_modules_stand_by_their_order_then_title():
    CourseFactory(title="Second", order=20)
    CourseFactory(title="First", order=10)
    assert [module.title for module in outline("lv").open_modules] == ["First", "Second"]


def test_a_private_module_says_so():
    course = CourseFactory()
    PageViewRestriction.objects.create(page=course, restriction_type="login")
    assert outline("lv").modules[course.translation_key].private


def test_publishing_is_seen_at_once():
    course = CourseFactory(title="Before")
    assert outline("lv").modules[course.translation_key].title == "Before"
    course.title = "After"
    course.save_revision().publish()
    assert outline("lv").modules[course.translation_key].title == "After"


def test_reading_it_takes_as_many_queries_for_one_module_as_for_many():
    CompetenceFactory()
    first = CourseFactory()
    LessonFactory(parent=first)
    PathFactory(modules=[first])
    read("lv")  # Wagtail remembers where its sites begin
    few = queries(lambda: read("lv"))
    for _ in range(5):
        course = CourseFactory()
        for _ in range(4):
            LessonFactory(parent=course)
    PathFactory(modules=[course])
    assert queries(lambda: read("lv")) == few


def test_it_is_remembered():
    CourseFactory()
    outline("lv")
    assert queries(lambda: outline("lv")) == 0

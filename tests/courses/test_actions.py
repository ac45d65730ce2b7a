"""Assigning, enrolling, reading, and what modules ask for from one day to the next."""

import datetime
import uuid

import pytest
from django.core import mail

from courses import actions
from courses.models import Aim, Assignment, Enrolment
from courses.outline import outline
from courses.people.digests import send_digests
from courses.people.models import Message
from courses.progress.models import Activity, Requirement, Standing, Subject
from courses.progress.projection import differences, status_on
from courses.roads import Record, next_part
from tests.courses.factories import (
    AssignmentFactory,
    CourseFactory,
    LessonFactory,
    PathFactory,
    require,
)
from tests.people.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db
DUE = datetime.date(2026, 12, 6)


@pytest.fixture
def course():
    page = CourseFactory(title="Izdegšanas novēršana")
    LessonFactory(parent=page)
    LessonFactory(parent=page)
    require(page)
    return page


def lessons(course):
    return [page.specific for page in course.get_children()]


def test_a_whole_team_gets_a_module_and_everybody_is_told(lead, learner, team, course, today):
    colleague = MembershipFactory(team=team).person
    made = actions.assign(lead, course, team, DUE, uuid.uuid4(), note="Lūdzu", today=today)

    placed = Enrolment.objects.filter(target_key=course.translation_key)
    assert {each.subject.person for each in placed} == {learner, colleague}
    assert all(each.due_on == DUE and each.assignment == made for each in placed)
    assert set(Message.objects.values_list("recipient", flat=True)) == {learner.pk, colleague.pk}
    send_digests.call()
    assert len(mail.outbox) == 2
    assert "Izdegšanas novēršana" in mail.outbox[0].subject


def test_people_of_departments_below_are_in_the_team(lead, team, course, today):
    below = MembershipFactory(team=TeamFactory(parent=team)).person
    actions.assign(lead, course, team, None, uuid.uuid4(), today=today)
    assert Enrolment.objects.filter(subject__person=below).exists()


def test_the_same_form_twice_assigns_once(lead, learner, team, course, today):
    token = uuid.uuid4()
    first = actions.assign(lead, course, team, DUE, token, today=today)
    assert actions.assign(lead, course, team, DUE, token, today=today) == first
    assert Assignment.objects.count() == Enrolment.objects.count() == Message.objects.count() == 1


def test_nobody_assigns_to_a_team_or_person_she_does_not_lead(lead, stranger, course, today):
    for whom in (stranger, TeamFactory(), lead):
        with pytest.raises(actions.NotYours):
            actions.assign(lead, course, whom, None, uuid.uuid4(), today=today)
    assert not Assignment.objects.exists()


def test_a_learner_assigns_nothing(learner, team, course, today):
    with pytest.raises(actions.NotYours):
        actions.assign(learner, course, team, None, uuid.uuid4(), today=today)


def test_what_is_archived_cannot_be_assigned(lead, learner, today):
    course = CourseFactory(archived=True)
    with pytest.raises(actions.NothingToLearn):
        actions.assign(lead, course, learner, None, uuid.uuid4(), today=today)
    with pytest.raises(actions.NothingToLearn):
        actions.assign(lead, Aim("path", uuid.uuid4()), learner, None, uuid.uuid4(), today=today)


def test_a_path_brings_its_modules(lead, learner, course, today):
    path = PathFactory(modules=[course])
    actions.assign(lead, path, learner, DUE, uuid.uuid4(), today=today)
    assert set(Enrolment.objects.values_list("target_kind", "target_key")) == {
        ("path", path.uuid),
        ("module", course.translation_key),
    }


def test_a_second_assignment_moves_the_day_and_keeps_the_place(lead, learner, course, today):
    subject = Subject.objects.for_user(learner)
    first = actions.enrol(subject, course, DUE, today=today)
    later = DUE + datetime.timedelta(days=30)
    actions.assign(lead, course, learner, later, uuid.uuid4(), today=today)
    first.refresh_from_db()
    assert (first.due_on, first.requirement_version) == (later, 1)
    assert Enrolment.objects.count() == 1


def test_whoever_has_finished_keeps_her_place_as_it_was(lead, learner, course, today):
    for lesson in lessons(course):
        actions.mark_read(learner, lesson, today)
    subject = Subject.objects.for_user(learner)
    place = actions.enrol(subject, course, DUE, today=today)
    actions.assign(lead, course, learner, DUE.replace(year=2027), uuid.uuid4(), today=today)
    place.refresh_from_db()
    assert place.due_on == DUE
    assert not Message.objects.exists()
    assert not Enrolment.objects.open(today).exists()


def test_open_and_overdue(learner, course, today):
    subject = Subject.objects.for_user(learner)
    actions.enrol(subject, course, today, today=today)
    assert Enrolment.objects.open(today).count() == 1
    assert not Enrolment.objects.overdue(today).exists()
    assert Enrolment.objects.overdue(today + datetime.timedelta(days=1)).count() == 1


def test_leads_see_assignments_of_their_own_teams(lead, learner, team, stranger, today):
    mine = AssignmentFactory(team=team)
    hers = AssignmentFactory(team=None, person=learner)
    AssignmentFactory()
    AssignmentFactory(team=None, person=stranger)
    assert set(Assignment.objects.visible_to(lead, today)) == {mine, hers}
    assert not Assignment.objects.visible_to(learner, today).exists()


def test_who_joins_a_team_later_gets_what_the_team_was_assigned(lead, learner, team, course, today):
    actions.assign(lead, course, team, today, uuid.uuid4(), today=today)
    newcomer = MembershipFactory(team=TeamFactory(parent=team)).person
    place = Enrolment.objects.get(subject__person=newcomer)
    # Nobody is late on her first day.
    assert place.due_on is None


def test_reading_a_lesson_twice_in_a_day_is_reading_it_once(learner, course, today):
    first, second = lessons(course)
    actions.mark_read(learner, first, today)
    actions.mark_read(learner, first, today)
    assert Activity.objects.filter(object_key=first.translation_key).count() == 1
    standing = Standing.objects.get(key=course.translation_key)
    assert (standing.state, standing.done, standing.total) == ("started", 1, 2)
    actions.mark_read(learner, second, today)
    standing.refresh_from_db()
    assert standing.state == "met"
    assert differences(today) == []


def test_an_english_lesson_read_counts_for_the_latvian_module(learner, course, today):
    english = CourseFactory(language="en", translates=course)
    for lesson in lessons(course):
        page = LessonFactory(parent=english, language="en", translates=lesson)
        actions.mark_read(learner, page, today)
    assert Standing.objects.get(key=course.translation_key).state == "met"


def test_she_goes_on_with_the_first_lesson_not_read(learner, course, today):
    subject = Subject.objects.for_user(learner)
    module = outline("lv").modules[course.translation_key]
    actions.mark_read(learner, lessons(course)[0], today)
    assert next_part(subject, module, today).part.key == lessons(course)[1].translation_key
    actions.mark_read(learner, lessons(course)[1], today)
    assert next_part(subject, module, today) is None


# Requirements ---------------------------------------------------------------------------


def test_the_same_parts_make_no_new_version(course, today):
    assert actions.update_requirement(course, today) is None
    assert Requirement.objects.count() == 1


def test_a_lesson_added_later_is_new_and_uncompletes_nobody(learner, course, today):
    for lesson in lessons(course):
        actions.mark_read(learner, lesson, today)
    added = LessonFactory(parent=course)
    version = actions.update_requirement(course, today + datetime.timedelta(days=1))
    assert (version.version, len(version.parts)) == (2, 3)

    later = today + datetime.timedelta(days=2)
    subject = Subject.objects.for_user(learner)
    road = Record(subject, outline("lv"), later).road(outline("lv").modules[course.translation_key])
    assert road.is_met
    assert [part.key for part in road.new] == [added.translation_key]
    assert status_on(subject.pk, course.translation_key, later).state == "met"


def test_who_was_enrolled_before_goes_on_by_the_version_of_that_day(learner, course, today):
    subject = Subject.objects.for_user(learner)
    place = actions.enrol(subject, course, DUE, today=today)
    assert place.requirement_version == 1
    LessonFactory(parent=course)
    actions.update_requirement(course, today)
    old = lessons(course)[:2]
    for lesson in old:
        actions.mark_read(learner, lesson, today)
    assert Standing.objects.get(key=course.translation_key).state == "met"


def test_publishing_and_archiving_a_part_changes_the_requirement(
    course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        added = LessonFactory(parent=course)
        added.save_revision().publish()
    assert len(Requirement.objects.latest("version").parts) == 3

    with django_capture_on_commit_callbacks(execute=True):
        added.archived = True
        added.save_revision().publish()
    assert len(Requirement.objects.latest("version").parts) == 2

    with django_capture_on_commit_callbacks(execute=True):
        lessons(course)[0].unpublish()
    assert len(Requirement.objects.latest("version").parts) == 1
    assert Requirement.objects.latest("version").version == 4


def test_an_english_part_asks_for_nothing_more(course, django_capture_on_commit_callbacks):
    english = CourseFactory(language="en", translates=course)
    with django_capture_on_commit_callbacks(execute=True):
        LessonFactory(parent=english, language="en").save_revision().publish()
    assert Requirement.objects.count() == 1

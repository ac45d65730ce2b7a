"""Two requests of leads, learners and editors at the very same time."""

import uuid

from django.utils import timezone

from courses.actions import assign, mark_read, update_requirement
from courses.models import Assignment, Enrolment
from courses.people.models import Message
from courses.progress.models import Activity, Requirement, Subject
from tests.at_once import ON_POSTGRESQL, at_once
from tests.courses.factories import CourseFactory, LessonFactory
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory

pytestmark = ON_POSTGRESQL


def test_a_person_is_one_subject():
    person = UserFactory()
    outcomes = at_once(*[lambda: Subject.objects.for_user(person)] * 6)
    assert set(outcomes) == {Subject.objects.get(person=person)}


def test_a_lesson_is_read_once():
    person, lesson = UserFactory(), LessonFactory()
    outcomes = at_once(*[lambda: mark_read(person, lesson)] * 5)
    assert outcomes == [None] * 5
    assert Activity.objects.filter(verb="read").count() == 1


def test_the_same_form_assigns_once():
    team = TeamFactory()
    lead = MembershipFactory(team=team, leading=True).person
    MembershipFactory.create_batch(3, team=team)
    module = LessonFactory().get_parent().specific
    update_requirement(module, timezone.localdate())
    token = uuid.uuid4()
    outcomes = at_once(*[lambda: assign(lead, module, team, None, token)] * 4)
    assert set(outcomes) == {Assignment.objects.get()}
    assert Enrolment.objects.count() == Message.objects.count() == 3


def test_two_leads_of_a_team_assign_at_once():
    team = TeamFactory()
    leads = [MembershipFactory(team=team, leading=True).person for _each in range(3)]
    MembershipFactory.create_batch(3, team=team)
    module = LessonFactory().get_parent().specific
    update_requirement(module, timezone.localdate())
    outcomes = at_once(
        *[lambda lead=lead: assign(lead, module, team, None, uuid.uuid4()) for lead in leads]
    )
    assert set(outcomes) == set(Assignment.objects.all())
    assert Enrolment.objects.count() == 3


def test_parts_published_at_once_make_one_version():
    module = CourseFactory()
    LessonFactory(parent=module)
    Requirement.objects.all().delete()
    outcomes = at_once(*[lambda: update_requirement(module, timezone.localdate())] * 4)
    assert [each for each in outcomes if isinstance(each, Exception)] == []
    assert Requirement.objects.get(key=module.translation_key).version == 1

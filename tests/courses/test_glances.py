"""What lists say of a person follows whatever is written, by whichever door."""

import datetime

import pytest
from django.utils import timezone

from courses import actions, glances
from courses.models import Enrolment, Glance
from courses.needs import FAILED, MISSED, OVERDUE, STALLED
from courses.people.models import Membership, User
from courses.progress.actions import NewActivity, record
from courses.progress.models import Standing, Subject
from tests.courses.factories import CourseFactory, LessonFactory, require
from tests.people.factories import MembershipFactory, UserFactory
from tests.progress.factories import CompetenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    page = CourseFactory(title="Burnout", key="burnout")
    LessonFactory(parent=page)
    require(page)
    return page


def glance(person):
    glances.fresh()
    return Glance.objects.get(pk=person.pk)


def kinds(person, day):
    return [need.kind for need in glance(person).all_needs if need.from_on <= day]


def test_whoever_gets_a_place_has_one_however_she_was_made(team):
    people = User.objects.bulk_create(User(username=f"many{n}") for n in range(3))
    Membership.objects.bulk_create(
        Membership(person=each, team=team, setting="prison", starts_on=datetime.date(2026, 1, 1))
        for each in people
    )
    assert Glance.objects.filter(pk__in=[each.pk for each in people], is_stale=True).count() == 3
    assert glances.fresh() == 3
    assert glances.fresh() == 0


def test_a_name_and_a_closed_account_are_followed(learner):
    before = glance(learner).name_key
    User.objects.filter(pk=learner.pk).update(last_name="Aa", is_active=False)
    after = glance(learner)
    assert bytes(after.name_key) < bytes(before)
    assert not after.is_active


def test_places_and_their_days_are_followed(learner, course, today):
    subject = Subject.objects.for_user(learner)
    actions.enrol(subject, course, today + datetime.timedelta(days=30))
    found = glance(learner)
    assert (found.asked, found.unbegun, found.finished) == (1, 1, 0)
    assert kinds(learner, today) == []
    Enrolment.objects.filter(subject=subject).update(due_on=today - datetime.timedelta(days=1))
    assert kinds(learner, today) == [OVERDUE]
    actions.mark_read(learner, course.get_children()[0].specific, today)
    found = glance(learner)
    assert (found.unbegun, found.finished, found.help_from) == (0, 1, None)
    assert found.acted_on == today


def test_quiet_begins_with_the_place_and_ends_with_an_act(learner, course, today):
    subject = Subject.objects.for_user(learner)
    actions.enrol(subject, course)
    long_ago = timezone.now() - datetime.timedelta(days=20)
    Enrolment.objects.filter(subject=subject).update(enrolled_at=long_ago)
    assert kinds(learner, today) == [STALLED]
    record(subject, activities=[NewActivity("read", "lesson", course.translation_key, "", "x")])
    assert kinds(learner, today) == []


def test_failed_tries_are_counted_from_the_record(learner, today):
    from tests.assessments.factories import quiz_page

    page = quiz_page()
    subject, start = Subject.objects.for_user(learner), timezone.now() - datetime.timedelta(days=9)

    def tried(number, *verbs):
        at = start + datetime.timedelta(days=number)
        record(
            subject,
            activities=[
                NewActivity(verb, "quiz", page.translation_key, "", f"{number}/{verb}", at)
                for verb in verbs
            ],
        )

    for number in range(4):
        assert FAILED not in kinds(learner, today)
        tried(number, "finished")
    assert kinds(learner, today) == [FAILED]
    tried(5, "finished", "passed")
    assert kinds(learner, today) == []


def test_a_critical_miss_comes_with_the_standing(learner, today):
    competence = CompetenceFactory()
    subject = Subject.objects.for_user(learner)
    Standing.objects.create(
        subject=subject, kind="competence", key=competence.uuid, state="0", missed_on=today
    )
    assert kinds(learner, today) == [MISSED]
    Standing.objects.filter(subject=subject).update(missed_on=None)
    assert kinds(learner, today) == []


def test_names_stand_in_latvian_order(team):
    for last in ("Zaķis", "Cīrule", "Čakste", "Āboliņš", "Abele"):
        MembershipFactory(team=team, person=UserFactory(last_name=last))
    glances.fresh()
    names = list(
        Glance.objects.in_team(team, timezone.localdate()).values_list(
            "person__last_name", flat=True
        )
    )
    assert names == ["Abele", "Āboliņš", "Cīrule", "Čakste", "Zaķis"]

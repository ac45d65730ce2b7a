"""Lists cost a constant number of statements: counted for 10 people and for 1,000."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test import utils
from django.urls import reverse
from django.utils import timezone

from courses import actions
from courses.models import Enrolment, Glance
from courses.people.models import Membership, User
from courses.progress.models import Activity, Standing, Subject
from tests.courses.factories import CourseFactory, LessonFactory, PathFactory, require
from tests.people.factories import MembershipFactory, TeamFactory
from tests.progress.factories import CompetenceFactory

pytestmark = pytest.mark.django_db
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@pytest.fixture
def courses():
    pages = []
    for number in range(3):
        page = CourseFactory(key=f"module-{number}")
        for _ in range(4):
            LessonFactory(parent=page)
        require(page)
        pages.append(page)
    return pages


def statements(client, url):
    """How many statements a page takes once it is warm."""
    assert client.get(url).status_code == 200
    with utils.CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    found = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in found if not sql.startswith(NOT_COUNTED)]


def people(team, courses, number):
    """Many learners with a place and a standing on every module, made at once."""
    today = timezone.localdate()
    users = User.objects.bulk_create(
        User(username=f"many{uuid.uuid4()}", first_name="Anna", last_name=f"B{n}")
        for n in range(number)
    )
    Membership.objects.bulk_create(
        Membership(person=user, team=team, setting="prison", starts_on=today) for user in users
    )
    subjects = Subject.objects.bulk_create(Subject(person=user) for user in users)
    for course in courses:
        Enrolment.objects.bulk_create(
            Enrolment(
                subject=subject,
                target_kind="module",
                target_key=course.translation_key,
                due_on=today,
            )
            for subject in subjects
        )
        Standing.objects.bulk_create(
            Standing(
                subject=subject,
                kind="requirement",
                key=course.translation_key,
                state="started",
                done=1,
                total=4,
            )
            for subject in subjects
        )


@pytest.mark.parametrize(
    ("name", "number"),
    [("team_detail", 8), ("team_help", 5), ("team_modules", 9), ("team_competences", 8)],
)
def test_the_pages_of_a_team(lead_client, team, courses, name, number):
    url = reverse(f"courses:{name}", args=[team.pk])
    people(team, courses, 10)
    few = statements(lead_client, url)
    people(team, courses, 990)
    many = statements(lead_client, url)
    assert Glance.objects.count() == 1001
    assert len(many) == len(few) == number, many


def test_the_list_of_teams(lead_client, lead, courses):
    def another() -> None:
        place = MembershipFactory(person=lead, leading=True)
        people(TeamFactory(parent=place.team), courses, 3)

    another()
    few = statements(lead_client, reverse("courses:team"))
    for _ in range(5):
        another()
    assert len(statements(lead_client, reverse("courses:team"))) == len(few)


def test_the_start_page(learner, learner_client, courses):
    """Five, however many modules, activities and other people there are."""
    CompetenceFactory()
    subject = Subject.objects.for_user(learner)
    path = PathFactory(modules=courses[:1])
    actions.enrol(subject, path)
    actions.mark_read(learner, courses[0].get_children()[0].specific)
    url = reverse("courses:home_dashboard")
    few = statements(learner_client, url)

    PathFactory(modules=courses)
    for course in courses:
        actions.enrol(subject, course)
    key = courses[1].get_children()[0].translation_key
    Activity.objects.bulk_create(
        Activity(
            subject=subject,
            verb="read",
            object_kind="lesson",
            object_key=key,
            origin=f"many/{number}",
            happened_at=timezone.now() - datetime.timedelta(hours=number),
        )
        for number in range(500)
    )
    people(learner.memberships.get().team, courses, 1000)
    many = statements(learner_client, url)
    assert len(many) == len(few) == 5, many


@pytest.mark.parametrize(("name", "number"), [("profile", 2), ("history", 4), ("paths", 4)])
def test_other_pages_of_a_learner(learner, learner_client, courses, name, number):
    lessons = [child.specific for course in courses for child in course.get_children()]
    actions.mark_read(learner, lessons[0])
    url = reverse(f"courses:{name}")
    few = statements(learner_client, url)
    for lesson in lessons:
        actions.mark_read(learner, lesson)
    assert len(statements(learner_client, url)) == len(few) == number


def test_a_lesson(learner_client, courses):
    """A reader's second page: the first one fills what is remembered."""
    url = courses[0].get_children()[0].get_url()
    assert len(statements(learner_client, url)) == 4


def test_the_overview(client, learner_client, courses):
    url = courses[0].get_url()
    assert len(statements(learner_client, url)) == 5

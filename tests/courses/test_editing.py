"""Pages of courses in Wagtail's admin: forms, previews, and what may stand where."""

import pytest
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from assessments.models import QuizPage
from courses.models import CoursePage, HomePage, LessonPage
from scenarios.models import ScenarioPage
from tests.courses.factories import CourseFactory, LessonFactory, home
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def test_forms_open_for_every_kind_of_page(admin_client):
    lesson = LessonFactory()
    for page in (lesson, lesson.get_parent(), home()):
        response = admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        assert response.status_code == 200
    for model, parent in ((LessonPage, lesson.get_parent()), (CoursePage, home())):
        url = reverse("wagtailadmin_pages:add", args=["courses", model._meta.model_name, parent.pk])
        assert admin_client.get(url).status_code == 200


def test_what_may_stand_where():
    assert set(CoursePage.allowed_subpage_models()) == {LessonPage, QuizPage, ScenarioPage}
    assert LessonPage.allowed_subpage_models() == []
    assert HomePage.allowed_parent_page_models() == [Page]


def test_an_overview_can_be_previewed_before_it_is_saved(admin_client):
    url = reverse("wagtailadmin_pages:preview_on_add", args=["courses", "coursepage", home().pk])
    data = {"title": "New", "slug": "new", "minutes": 10, "order": 1, "applies": "both"}
    data |= {f"about-{name}": 0 for name in ("count", "TOTAL_FORMS")}
    admin_client.post(url, data)
    response = admin_client.get(url)
    assert response.status_code == 200
    assert "New" in response.content.decode()


def test_a_draft_is_previewed_with_its_own_text(admin_client):
    lesson = LessonFactory(title="Before")
    lesson.title = "Draft of mine"
    lesson.save_revision()
    url = reverse("wagtailadmin_pages:view_draft", args=[lesson.pk])
    response = admin_client.get(url)
    assert response.status_code == 200
    assert "Draft of mine" in response.content.decode()


def test_a_page_is_closed_by_people_and_groups_not_by_a_password(admin_client):
    page = CourseFactory()
    form = admin_client.get(f"/admin/pages/{page.pk}/privacy/").json()["html"]
    assert 'value="login"' in form
    assert 'value="groups"' in form
    assert 'value="password"' not in form
    sent = {"restriction_type": "password", "password": "passed on", "groups": []}
    admin_client.post(f"/admin/pages/{page.pk}/privacy/", sent)
    assert not PageViewRestriction.objects.exists()

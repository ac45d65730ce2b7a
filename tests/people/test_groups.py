"""What editors, practitioners and moderators may do, and what not."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Page, Workflow
from wagtail.permissions import policy_registry

from courses.people.groups import EDITOR, MODERATOR, PRACTITIONER, ensure
from courses.people.models import REFUSED, AuditEntry, Membership, Team, User
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory


@pytest.fixture
def groups(db):
    return ensure()


def test_calling_it_again_changes_nothing(groups):
    def counts():
        return (
            Group.objects.count(),
            GroupPagePermission.objects.count(),
            Workflow.objects.count(),
            [group.permissions.count() for group in Group.objects.order_by("name")],
        )

    before = counts()
    ensure()
    assert counts() == before
    assert set(Group.objects.values_list("name", flat=True)) == {EDITOR, MODERATOR, PRACTITIONER}


def test_editors_write_and_moderators_publish(groups, editor, moderator):
    root = Page.objects.get(depth=1)
    assert root.permissions_for_user(editor).can_edit() is False  # nobody edits the root
    page = Page.objects.filter(depth=2).first() or root.add_child(title="x", slug="x")
    assert page.permissions_for_user(editor).can_edit()
    assert not page.permissions_for_user(editor).can_publish()
    assert page.permissions_for_user(editor).can_submit_for_moderation()
    assert page.permissions_for_user(moderator).can_publish()


def test_practitioners_come_in_and_change_nothing(groups, client):
    practitioner = UserFactory(in_groups=[PRACTITIONER])
    client.force_login(practitioner)
    assert client.get("/admin/").status_code == 200
    page = Page.objects.filter(depth=2).first() or Page.objects.get(depth=1)
    assert not page.permissions_for_user(practitioner).can_edit()


@pytest.mark.parametrize("name", [EDITOR, PRACTITIONER, MODERATOR])
@pytest.mark.parametrize("model", [User, Team, Membership, AuditEntry])
def test_none_of_them_sees_people(groups, name, model):
    person = UserFactory(in_groups=[name])
    policy = policy_registry.get_by_type(model)
    assert not policy.user_has_any_permission(person, {"add", "change", "delete", "view"})


@pytest.mark.parametrize("page", ["users/", "teams/", "memberships/", "access-log/"])
def test_the_lists_of_people_are_closed_to_them(editor_client, page):
    response = editor_client.get(f"/admin/{page}")
    assert response.status_code in (302, 404)


# For superusers


@pytest.fixture
def root_client(client, db):
    client.force_login(UserFactory(username="root", is_superuser=True))
    return client


@pytest.mark.parametrize("page", ["users/", "teams/", "memberships/", "access-log/"])
def test_superusers_see_them(root_client, page):
    MembershipFactory()
    response = root_client.get(f"/admin/{page}")
    assert response.status_code == 200


def test_a_person_without_an_address_is_made(root_client):
    data = {"username": "Valija", "first_name": "Valija", "last_name": "Krūze", "language": "lv"}
    response = root_client.post("/admin/users/new/", data | {"email": "", "is_active": "on"})
    assert response.status_code == 302, response.context["form"].errors
    person = User.objects.get(username="valija")
    assert person.email is None
    assert not person.has_usable_password()


def test_teams_stand_in_a_tree(root_client):
    above, elsewhere = TeamFactory(name="Institution"), TeamFactory(name="Other")
    data = {"name": "Department", "kind": "department", "setting": "prison"}
    root_client.post("/admin/teams/new/", data | {"parent": above.pk})
    team = Team.objects.get(name="Department")
    assert team.get_parent() == above
    root_client.post(f"/admin/teams/edit/{team.pk}/", data | {"parent": elsewhere.pk})
    assert Team.objects.get(name="Department").get_parent() == elsewhere
    root_client.post(f"/admin/teams/edit/{team.pk}/", data | {"parent": ""})
    assert Team.objects.get(name="Department").is_root()


def test_a_team_is_no_part_of_itself(root_client):
    above = TeamFactory(name="Institution")
    below = TeamFactory(name="Department", parent=above)
    data = {"name": "Institution", "kind": "institution", "setting": "prison"}
    response = root_client.post(f"/admin/teams/edit/{above.pk}/", data | {"parent": below.pk})
    assert response.status_code == 200
    assert "parent" in response.context["form"].errors


@pytest.mark.parametrize("page", ["new/", "edit/{}/", "delete/{}/"])
def test_nobody_changes_the_access_log(root_client, page):
    from courses.people.audit import log

    entry = log(None, "looked")
    address = "/admin/access-log/" + page.format(entry.pk)
    assert root_client.post(address, {}).status_code in (302, 403)
    assert AuditEntry.objects.filter(pk=entry.pk).exists()
    assert AuditEntry.objects.exclude(action=REFUSED).count() == 1


def test_no_pictures_from_gravatar_and_no_news(settings):
    assert settings.WAGTAIL_GRAVATAR_PROVIDER_URL is None
    assert settings.WAGTAIL_ENABLE_UPDATE_CHECK is False
    assert settings.WAGTAIL_ENABLE_WHATS_NEW_BANNER is False

"""What a lead sees of her teams, and what nobody else does."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import actions
from courses.models import Assignment, Enrolment
from courses.people.models import REFUSED, AuditEntry, Message
from courses.progress.models import Subject
from courses.teams import Counts
from tests.courses.factories import CourseFactory, LessonFactory, PathFactory, require
from tests.people.factories import MembershipFactory, TeamFactory
from tests.progress.factories import CompetenceFactory, EvidenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    return timezone.localdate()


@pytest.fixture
def course():
    page = CourseFactory(title="Burnout", key="burnout")
    LessonFactory(parent=page)
    require(page)
    return page


def text(response):
    return " ".join(response.content.decode().split())


def grid(client, team, /, **query):
    return client.get(reverse("courses:team_modules", args=[team.pk]), query)


def cells(response):
    return {
        line.first_name: [cell.state for cell in cells] for line, cells in response.context["rows"]
    }


# Who may see what -----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["learner_client", "stranger_client", "editor_client"])
def test_teams_are_for_those_who_lead_them(request, who, team, learner, course):
    CompetenceFactory(key="self-care")
    client = request.getfixturevalue(who)
    for url in (
        reverse("courses:team"),
        reverse("courses:team_detail", args=[team.pk]),
        reverse("courses:team_help", args=[team.pk]),
        reverse("courses:team_modules", args=[team.pk]),
        reverse("courses:team_competences", args=[team.pk]),
        reverse("courses:remind", args=[team.pk]),
        reverse("courses:assign"),
        reverse("courses:assign_team", args=[team.pk]),
        reverse("courses:person", args=[learner.pk]),
        reverse("courses:person_competence", args=[learner.pk, "self-care"]),
    ):
        assert client.get(url).status_code == 404
    assert not AuditEntry.objects.exclude(action=REFUSED).exists()


def test_signed_out_people_are_sent_to_sign_in(client, team):
    assert client.get(reverse("courses:team_detail", args=[team.pk])).status_code == 302


def test_a_lead_finds_nobody_outside_her_teams(lead_client, lead, stranger):
    other = stranger.memberships.get().team
    for url in (
        reverse("courses:person", args=[stranger.pk]),
        reverse("courses:person", args=[lead.pk]),
        reverse("courses:person_competence", args=[stranger.pk, "self-care"]),
        reverse("courses:team_detail", args=[other.pk]),
        reverse("courses:assign_team", args=[other.pk]),
    ):
        assert lead_client.get(url).status_code == 404


def test_a_lead_of_a_department_does_not_see_the_institution(lead_client, team, day):
    above = TeamFactory()
    team.refresh_from_db()
    team.move(above, pos="last-child")
    beside = MembershipFactory(team=TeamFactory(parent=above)).person
    assert lead_client.get(reverse("courses:person", args=[beside.pk])).status_code == 404
    assert grid(lead_client, above).status_code == 404


# The grid -------------------------------------------------------------------------------


def test_one_team_is_shown_at_once_with_those_below_several_as_a_list(lead_client, lead, team):
    TeamFactory(parent=team, name="Nakts maiņa")
    response = lead_client.get(reverse("courses:team"), follow=True)
    assert response.redirect_chain == [(reverse("courses:team_detail", args=[team.pk]), 302)]
    assert "Nakts maiņa" in text(response)
    MembershipFactory(team=TeamFactory(name="Otra"), person=lead, role="lead")
    response = lead_client.get(reverse("courses:team"))
    assert [each.name for each, _counts in response.context["rows"]] == [team.name, "Otra"]


def test_people_by_modules(lead_client, lead, team, learner, course, day):
    done, late, new = (
        MembershipFactory(team=team, person__first_name=name).person
        for name in ("Done", "Late", "New")
    )
    for person, due in ((done, 5), (late, -1), (new, 30)):
        subject = Subject.objects.for_user(person)
        actions.enrol(subject, course, day + datetime.timedelta(days=due))
    actions.mark_read(done, course.get_children()[0].specific, day)

    response = grid(lead_client, team)
    assert cells(response) == {
        "Done": ["met"],
        "Late": ["overdue"],
        "New": ["none"],
        "Līga": [""],
    }
    figures = lead_client.get(reverse("courses:team_detail", args=[team.pk])).context["counts"]
    assert figures == Counts(people=4, help=1, overdue=1, unbegun=2, finished=1)


def test_the_grid_can_be_filtered_and_sorted(lead_client, team, learner, course, day):
    late = MembershipFactory(team=team, person__first_name="Late", person__last_name="Ž").person
    below = TeamFactory(parent=team)
    far = MembershipFactory(team=below, person__first_name="Far", person__last_name="A").person
    actions.enrol(Subject.objects.for_user(late), course, day - datetime.timedelta(days=1))
    actions.enrol(Subject.objects.for_user(far), course)

    assert set(cells(grid(lead_client, team, state="overdue"))) == {"Late"}
    assert set(cells(grid(lead_client, team, state="none"))) == {"Late", "Far"}
    assert set(cells(grid(lead_client, team, state="met"))) == set()
    assert set(cells(grid(lead_client, team, team=below.pk))) == {"Far"}
    assert next(iter(cells(grid(lead_client, team)))) == "Far"
    assert next(iter(cells(grid(lead_client, team, sort="-name")))) == "Late"
    assert next(iter(cells(grid(lead_client, team, sort="burnout")))) == "Late"
    assert list(cells(grid(lead_client, team, sort="help")))[0] == "Late"
    assert set(cells(grid(lead_client, team, name="late z"))) == {"Late"}
    assert set(cells(grid(lead_client, team, need="overdue"))) == {"Late"}
    assert set(cells(grid(lead_client, team, setting="municipal"))) == set()


def test_nonsense_in_the_address_is_left_out(lead_client, team, learner, course):
    actions.enrol(Subject.objects.for_user(learner), course)
    query = {"state": "<b>", "sort": "x", "team": "9e9", "column": "'", "page": "-7", "need": "1"}
    assert grid(lead_client, team, **query).status_code == 200


def test_an_archived_module_is_no_column(lead_client, team, learner, course):
    actions.enrol(Subject.objects.for_user(learner), course)
    course.archived = True
    course.save_revision().publish()
    response = grid(lead_client, team)
    assert response.context["columns"] == []
    assert response.context["archived"] == ["Burnout"]
    page = text(lead_client.get(f"/en/team/{team.pk}/modules/"))
    assert "A module is archived" in page
    assert "Nothing is assigned to this team now" in page


def test_former_members_and_closed_accounts_are_not_shown(lead_client, team, learner, course, day):
    MembershipFactory(
        team=team, person__first_name="Former", ends_on=day - datetime.timedelta(days=1)
    )
    MembershipFactory(team=team, person__first_name="Closed", person__is_active=False)
    actions.enrol(Subject.objects.for_user(learner), course)
    assert set(cells(grid(lead_client, team))) == {"Līga"}


def test_empty_teams_and_nothing_assigned_say_so(lead_client, team):
    assert "Nobody is in this team yet" in text(lead_client.get(f"/en/team/{team.pk}/"))
    MembershipFactory(team=team)
    for page in ("", "modules/"):
        found = text(lead_client.get(f"/en/team/{team.pk}/{page}"))
        assert "Nothing is assigned to this team yet" in found


# A person -------------------------------------------------------------------------------


def test_opening_a_record_is_logged_and_shows_it(lead_client, lead, learner, course, day):
    actions.mark_read(learner, course.get_children()[0].specific, day)
    response = lead_client.get(f"/en/people/{learner.pk}/")
    assert response.status_code == 200
    assert "Burnout" in text(response)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.about, entry.action) == (lead, learner, "viewed_record")


def test_opening_the_evidence_is_logged(lead_client, lead, learner):
    competence = CompetenceFactory(key="self-care")
    EvidenceFactory(subject=Subject.objects.for_user(learner), competence=competence)
    response = lead_client.get(f"/en/people/{learner.pk}/competences/self-care/")
    assert len(response.context["lines"]) == 1
    entry = AuditEntry.objects.get()
    assert (entry.about, entry.action, entry.object_key) == (
        learner,
        "viewed_competence",
        "self-care",
    )
    assert lead_client.get(f"/en/people/{learner.pk}/competences/no/").status_code == 404
    assert AuditEntry.objects.exclude(action=REFUSED).count() == 1


# Assigning ------------------------------------------------------------------------------


def filled(course, whom, **other):
    return {
        "target": f"module:{course.translation_key}",
        "whom": whom,
        "due_on": (timezone.localdate() + datetime.timedelta(days=14)).isoformat(),
        "note": "Please",
        "token": str(uuid.uuid4()),
    } | other


def test_who_gets_it_is_shown_before_anything_is_done(lead_client, team, learner, course):
    data = filled(course, f"team:{team.pk}")
    response = lead_client.post("/en/assign/", data)
    assert response.status_code == 200
    assert str(learner) in text(response)
    assert "1 person gets it" in text(response)
    assert not Assignment.objects.exists()

    response = lead_client.post("/en/assign/", data | {"confirm": "yes"})
    assert response["Location"] == f"/en/team/{team.pk}/"
    assert Enrolment.objects.count() == Message.objects.count() == 1
    # The same form again, from a second tab.
    lead_client.post("/en/assign/", data | {"confirm": "yes"})
    assert Assignment.objects.count() == 1


def test_one_person_gets_a_path(lead_client, team, learner, course):
    path = PathFactory(modules=[course])
    data = filled(course, f"person:{learner.pk}", target=f"path:{path.uuid}", due_on="")
    response = lead_client.post(f"/en/assign/{team.pk}/", data)
    assert response.context["path_modules"] == ["Burnout"]
    response = lead_client.post(f"/en/assign/{team.pk}/", data | {"confirm": "yes"})
    assert response["Location"] == f"/en/people/{learner.pk}/"
    assert Enrolment.objects.count() == 2


def test_changing_ones_mind_keeps_what_was_filled_in(lead_client, team, learner, course):
    data = filled(course, f"team:{team.pk}", change="yes", confirm="yes")
    response = lead_client.post("/en/assign/", data)
    assert response.status_code == 200
    assert response.context["form"]["note"].value() == "Please"
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("target", ""),
        ("target", f"module:{uuid.UUID(int=1)}"),
        ("target", "lesson:1"),
        ("whom", ""),
        ("whom", "team:0"),
        ("whom", "person:1 or 1=1"),
        ("due_on", "2020-01-01"),
        ("due_on", "9999-01-01"),
        ("due_on", "31 February"),
        ("note", "x" * 1001),
        ("token", "again"),
    ],
)
def test_bad_input_is_shown_again(lead_client, team, learner, course, field, value):
    data = filled(course, f"team:{team.pk}", confirm="yes") | {field: value}
    response = lead_client.post("/en/assign/", data)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Assignment.objects.exists()


def test_nobody_outside_the_team_can_be_chosen(lead_client, stranger, course):
    other = stranger.memberships.get().team
    for whom in (f"person:{stranger.pk}", f"team:{other.pk}"):
        response = lead_client.post("/en/assign/", filled(course, whom, confirm="yes"))
        assert response.status_code == 422


def test_links_to_the_form_choose_already(lead_client, team, learner, course):
    form = lead_client.get(f"/en/assign/?person={learner.pk}&module=burnout").context["form"]
    assert form["whom"].initial == f"person:{learner.pk}"
    assert form["target"].initial == f"module:{course.translation_key}"
    assert lead_client.get(f"/en/assign/{team.pk}/").context["form"]["whom"].initial == (
        f"team:{team.pk}"
    )


# Her start page -------------------------------------------------------------------------


def start(client):
    return client.get(reverse("courses:home_dashboard"))


def test_a_leads_start_page_names_who_may_need_her_first(lead_client, lead, team, course, day):
    def late(name, due_on):
        person = MembershipFactory(team=team, person__first_name=name, person__last_name="X").person
        actions.enrol(Subject.objects.for_user(person), course, due_on)
        return person

    late("Soon", day + datetime.timedelta(days=3))
    longest = late("Longest", day - datetime.timedelta(days=30))
    later = late("Later", day - datetime.timedelta(days=2))
    found = start(lead_client).context["led"]["concerns"]
    assert [each.pk for each in found] == [longest.pk, later.pk]
    assert [[need.kind for need in each.needs] for each in found] == [["overdue"], ["overdue"]]
    page = text(start(lead_client))
    address = reverse("courses:team_modules", args=[team.pk])
    assert f'href="{address}?state=overdue"' in page
    assert f'href="{address}?state=none"' in page
    assert reverse("courses:person", args=[longest.pk]) in page
    assert "Nothing is assigned to you yet" not in page


def test_a_start_page_names_five_and_counts_the_others(lead_client, team, course, day):
    for _ in range(7):
        person = MembershipFactory(team=team).person
        actions.enrol(Subject.objects.for_user(person), course, day - datetime.timedelta(days=1))
    led = start(lead_client).context["led"]
    assert (len(led["concerns"]), led["more"]) == (5, 2)


def test_who_leads_nobody_sees_no_team_on_the_start_page(learner_client, learner, course):
    page = text(start(learner_client))
    assert 'id="led"' not in page
    assert 'id="work"' not in page


def test_editors_and_administrators_find_their_work_on_the_start_page(client, editor, team):
    client.force_login(editor)
    page = text(start(client))
    assert reverse("wagtailadmin_home") in page
    assert reverse("people:people") not in page.split("<main")[1]
    client.force_login(MembershipFactory(team=team, role="administrator").person)
    page = text(start(client)).split("<main")[1]
    assert reverse("people:people") in page
    assert reverse("wagtailadmin_home") not in page


def test_a_cell_tells_how_much_is_done(lead_client, team, learner, course):
    course = CourseFactory(key="other")
    LessonFactory.create_batch(2, parent=course)
    require(course)
    actions.mark_read(learner, course.get_children()[0].specific)
    found = grid(lead_client, team)
    cell = next(cells[0] for line, cells in found.context["rows"] if line.pk == learner.pk)
    assert (cell.done, cell.total) == (1, 2)
    assert '<rect width="50"' in text(found)

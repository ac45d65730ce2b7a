"""What administrators may do with people and teams, what auditors may read, and where it ends."""

import datetime
import uuid

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.people import audit, invitations
from courses.people.models import AuditEntry, Membership, Role, Team, User
from tests.conftest import signed_in
from tests.people.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db
HOME = "/en/administration/"


@pytest.fixture
def day():
    return timezone.localdate()


@pytest.fixture
def prison():
    return TeamFactory(name="Daugavas cietums")


@pytest.fixture
def unit(prison):
    return TeamFactory(name="Resocializācijas daļa", parent=prison)


@pytest.fixture
def town():
    return TeamFactory(name="Liepkalni", setting="municipal")


@pytest.fixture
def administrator(prison):
    return MembershipFactory(
        team=prison, role=Role.ADMINISTRATOR, person__first_name="Juris"
    ).person


@pytest.fixture
def auditor(prison):
    return MembershipFactory(team=prison, role=Role.AUDITOR, person__first_name="Vita").person


@pytest.fixture
def worker(unit):
    return MembershipFactory(team=unit, person__first_name="Līga").person


@pytest.fixture
def outsider(town):
    return MembershipFactory(team=town, person__first_name="Dace").person


@pytest.fixture
def runs(administrator):
    return signed_in(administrator)


@pytest.fixture
def reads(auditor):
    return signed_in(auditor)


def url(name, *args):
    return reverse(f"people:{name}", args=args).replace("/lv/", "/en/")


def names(client, query=""):
    return [
        person.first_name for person, _places, _state in client.get(HOME + query).context["rows"]
    ]


def place_of(person):
    return person.memberships.get()


# Who is seen -----------------------------------------------------------------------------


def test_she_sees_the_people_of_her_institution_and_nobody_elses(runs, worker, outsider, auditor):
    assert sorted(names(runs)) == ["Juris", "Līga", "Vita"]
    page = runs.get(HOME).content.decode()
    assert "Resocializācijas daļa" in page
    assert "Dace" not in page
    assert "Liepkalni" not in page


def test_places_in_another_institution_are_not_shown(runs, worker, town):
    MembershipFactory(person=worker, team=town, role=Role.LEAD)
    for address in (HOME, url("person", worker.pk)):
        page = runs.get(address).content.decode()
        assert "Resocializācijas daļa" in page
        assert "Liepkalni" not in page


@pytest.mark.parametrize("who", ["learner", "lead", "editor"])
def test_for_others_there_is_no_administration(request, who):
    client = signed_in(request.getfixturevalue(who))
    for address in (HOME, url("teams"), url("new_team"), url("access_log")):
        assert client.get(address).status_code == 404
    assert f'href="{HOME}"' not in client.get("/en/my/").content.decode()


def test_the_signed_out_are_asked_to_sign_in(client):
    assert "/account/login/" in client.get(HOME)["Location"]


def test_yesterdays_administrator_sees_nothing(runs, administrator, day):
    place = place_of(administrator)
    place.ends_on = day - datetime.timedelta(days=1)
    place.save()
    assert runs.get(HOME).status_code == 404


def test_the_way_there_stands_in_the_navigation(runs, reads):
    for client in (runs, reads):
        assert f'href="{HOME}"' in client.get("/en/my/").content.decode()


def test_rights_reach_down_and_not_up(unit, worker, prison):
    """The administrator of a department is nobody to the institution above it."""
    above = MembershipFactory(team=prison, person__first_name="Augšā").person
    inside = MembershipFactory(
        team=unit, role=Role.ADMINISTRATOR, person__first_name="Iekšā"
    ).person
    client = signed_in(inside)
    assert sorted(names(client)) == ["Iekšā", "Līga"]
    assert client.get(url("person", above.pk)).status_code == 404
    assert client.get(url("change_team", prison.pk)).status_code == 404


def test_who_left_the_institution_for_another_is_seen_no_more(runs, worker, town, day):
    """She stays with the last institution until another one takes her."""
    Membership.objects.filter(person=worker).update(ends_on=day - datetime.timedelta(days=40))
    assert "Līga" in names(runs)
    assert "no longer in a team" in runs.get(HOME).content.decode()
    MembershipFactory(person=worker, team=town, starts_on=day + datetime.timedelta(days=3))
    assert "Līga" not in names(runs)
    assert runs.get(url("person", worker.pk)).status_code == 404


def test_who_left_both_stays_with_the_last(runs, worker, town, day):
    yesterday = day - datetime.timedelta(days=1)
    Membership.objects.filter(person=worker).update(ends_on=yesterday - datetime.timedelta(days=9))
    MembershipFactory(person=worker, team=town, ends_on=yesterday)
    assert "Līga" not in names(runs)


def test_who_is_to_come_is_seen_already(runs, unit, day):
    MembershipFactory(
        team=unit, person__first_name="Rīt", starts_on=day + datetime.timedelta(days=9)
    )
    assert "Rīt" in names(runs)


# Finding ---------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["?q=liga", "?q=L%C4%AAGA", "?q=berz%20lig"])
def test_people_are_found_however_one_types(runs, worker, said):
    User.objects.filter(pk=worker.pk).update(last_name="Bērziņa")
    assert names(runs, said) == ["Līga"]


def test_filters_by_team_role_and_account(runs, worker, unit, auditor):
    assert names(runs, f"?team={unit.pk}") == ["Līga"]
    assert names(runs, "?role=auditor") == ["Vita"]
    User.objects.filter(pk=worker.pk).update(is_active=False)
    assert names(runs, "?state=closed") == ["Līga"]
    auditor.set_unusable_password()
    auditor.save()
    assert names(runs, "?state=waiting") == ["Vita"]
    assert names(runs, "?state=here") == ["Juris"]
    assert "Nobody was found" in runs.get(HOME + "?q=nobody").content.decode()


def test_a_filter_of_another_institutions_team_is_left_out(runs, worker, outsider, town):
    assert "Līga" in names(runs, f"?team={town.pk}&role=nonsense&state=x&page=9999")


def test_a_role_elsewhere_is_not_told_by_the_filter(runs, worker, town):
    MembershipFactory(person=worker, team=town, role=Role.LEAD)
    assert names(runs, "?role=lead") == []


def statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["people", "teams", "access_log"])
def test_lists_cost_the_same_for_few_and_for_many(runs, administrator, unit, worker, name):
    audit.log(administrator, "viewed_record", about=worker)
    audit.log(administrator, "made_team", object_kind="team", object_key=unit.pk)
    few = statements(runs, url(name))
    for _ in range(30):
        member = MembershipFactory(team=TeamFactory(parent=unit)).person
        audit.log(member, "viewed_record", about=member)
        audit.log(administrator, "made_team", object_kind="team", object_key=unit.pk)
    assert statements(runs, url(name)) == few


# Changing a person -----------------------------------------------------------------------


def changed(person, **fields):
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email or "",
        "language": person.language,
    } | fields


def test_she_corrects_a_name(runs, administrator, worker):
    response = runs.post(url("change_person", worker.pk), changed(worker, last_name="Liepa"))
    assert response["Location"] == url("person", worker.pk)
    worker.refresh_from_db()
    assert worker.last_name == "Liepa"
    entry = AuditEntry.objects.get(action="changed_person")
    assert (entry.actor, entry.about, entry.detail) == (
        administrator,
        worker,
        {"fields": ["last_name"]},
    )


def test_an_old_address_is_told_of_the_new_one(runs, worker, django_capture_on_commit_callbacks):
    User.objects.filter(pk=worker.pk).update(email="old@example.org")
    worker.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        runs.post(url("change_person", worker.pk), changed(worker, email="New@example.org"))
    worker.refresh_from_db()
    assert worker.email == "new@example.org"
    assert [letter.to for letter in mail.outbox] == [["old@example.org"]]


def test_an_invitation_sent_to_a_wrong_address_stops_working(runs, administrator, unit, day):
    invitation = invitations.invite(
        invitations.Invitee("Jana", "Kļava", "wrong@example.org", "lv", unit, day),
        by=administrator,
        printed=False,
        token=uuid.uuid4(),
    )
    code = invitations.new_code(invitation)
    person = invitation.person
    runs.post(url("change_person", person.pk), changed(person, email="right@example.org"))
    runs.logout()
    assert runs.get(invitations.address(code, "en")).status_code == 410


def test_an_address_is_somebodys_once(runs, worker, outsider):
    User.objects.filter(pk=outsider.pk).update(email="taken@example.org")
    response = runs.post(
        url("change_person", worker.pk), changed(worker, email="TAKEN@example.org")
    )
    assert response.status_code == 422
    assert "has an account already" in response.content.decode()


def test_nothing_changed_is_nothing_logged(runs, worker):
    runs.post(url("change_person", worker.pk), changed(worker))
    assert not AuditEntry.objects.exists()


def test_a_closed_account_is_signed_out_and_opens_again(runs, worker):
    theirs = signed_in(worker)
    assert theirs.get("/en/my/").status_code == 200
    runs.post(url("account", worker.pk), {"account": "close"})
    assert "/account/login/" in theirs.get("/en/my/")["Location"]
    runs.post(url("account", worker.pk), {"account": "open"})
    worker.refresh_from_db()
    assert worker.is_active
    actions = list(AuditEntry.objects.order_by("at").values_list("action", flat=True))
    assert actions == ["closed_account", "opened_account"]


def person_addresses(person):
    return [
        url("person", person.pk),
        url("change_person", person.pk),
        url("add_place", person.pk),
        url("change_place", place_of(person).pk),
    ]


def test_another_institutions_people_are_not_found(runs, outsider):
    for address in person_addresses(outsider):
        assert runs.get(address).status_code == 404
        assert runs.post(address, changed(outsider)).status_code in (404, 405)
    assert runs.post(url("account", outsider.pk), {"account": "close"}).status_code == 404
    assert runs.get(f"/en/people/{outsider.pk}/invitation/").status_code == 404
    outsider.refresh_from_db()
    assert outsider.is_active


def test_nobody_is_taken_over_who_may_do_more_than_she(runs, worker, town, editor, unit):
    """Whoever changes an address can sign in under it."""
    MembershipFactory(person=worker, team=town, role=Role.LEAD)
    MembershipFactory(person=editor, team=unit)
    root = MembershipFactory(team=unit, person__is_superuser=True).person
    for person in (worker, editor, root):
        assert runs.get(url("person", person.pk)).status_code == 200
        assert runs.get(url("change_person", person.pk)).status_code == 404
        assert runs.post(url("account", person.pk), {"account": "close"}).status_code == 404
        again = f"/en/people/{person.pk}/invitation/again/"
        assert runs.post(again, {"way": "paper", "token": uuid.uuid4()}).status_code == 404
    assert "also works outside your teams" in runs.get(url("person", worker.pk)).content.decode()


def test_a_department_cannot_take_over_its_institutions_administrator(administrator, unit):
    MembershipFactory(person=administrator, team=unit)
    inside = MembershipFactory(team=unit, role=Role.ADMINISTRATOR).person
    client = signed_in(inside)
    assert client.get(url("change_person", administrator.pk)).status_code == 404
    assert client.get(f"/en/people/{administrator.pk}/invitation/").status_code == 404


def test_she_does_not_administer_herself(runs, administrator):
    page = runs.get(url("person", administrator.pk)).content.decode()
    assert "This is you." in page
    for address in person_addresses(administrator)[1:]:
        assert runs.get(address).status_code == 404
    assert runs.post(url("account", administrator.pk), {"account": "close"}).status_code == 404


# Places in teams -------------------------------------------------------------------------


def placed(team, day, **fields):
    return {
        "team": team.pk,
        "role": Role.LEAD,
        "setting": "",
        "starts_on": day.isoformat(),
        "ends_on": "",
    } | fields


def test_she_gives_a_role(runs, administrator, worker, unit, day):
    response = runs.post(url("add_place", worker.pk), placed(unit, day))
    assert response["Location"] == url("person", worker.pk)
    place = worker.memberships.get(role=Role.LEAD)
    assert (place.team, place.starts_on, place.ends_on) == (unit, day, None)
    assert place.setting == unit.setting
    entry = AuditEntry.objects.get(action="gave_place")
    assert (entry.actor, entry.about, entry.object_key) == (administrator, worker, str(unit.pk))
    assert entry.detail["role"] == "lead"


def test_the_same_place_twice_is_refused(runs, worker, unit, day):
    runs.post(url("add_place", worker.pk), placed(unit, day))
    again = runs.post(url("add_place", worker.pk), placed(unit, day))
    assert again.status_code == 422
    assert "on these days already" in again.content.decode()
    before = day - datetime.timedelta(days=30)
    earlier = placed(unit, before, ends_on=(day - datetime.timedelta(days=1)).isoformat())
    assert runs.post(url("add_place", worker.pk), earlier).status_code == 302


def test_no_place_is_given_in_another_institution(runs, worker, town, day):
    response = runs.post(url("add_place", worker.pk), placed(town, day))
    assert response.status_code == 422
    assert not worker.memberships.filter(team=town).exists()
    assert "Liepkalni" not in response.content.decode()


def test_nor_in_a_team_she_only_audits(runs, administrator, worker, town, day):
    MembershipFactory(person=administrator, team=town, role=Role.AUDITOR)
    assert runs.post(url("add_place", worker.pk), placed(town, day)).status_code == 422
    assert runs.get(url("change_team", town.pk)).status_code == 404


def test_a_place_ends_and_may_be_prolonged(runs, worker, day):
    place = place_of(worker)
    address = url("change_place", place.pk)
    form = runs.get(address).context["form"]
    assert list(form.fields) == ["setting", "ends_on"]
    response = runs.post(address, {"setting": "municipal", "ends_on": day.isoformat()})
    assert response["Location"] == url("person", worker.pk)
    place.refresh_from_db()
    assert (place.ends_on, place.setting) == (day, "municipal")
    runs.post(address, {"setting": "municipal", "ends_on": ""})
    place.refresh_from_db()
    assert place.ends_on is None
    early = runs.post(address, {"setting": "prison", "ends_on": "2020-01-01"})
    assert early.status_code == 422
    assert "before the first" in early.content.decode()


def test_what_somebody_has_worked_in_is_not_taken_back(runs, worker, day):
    place = place_of(worker)
    runs.post(url("change_place", place.pk), {"remove": "1", "setting": "prison", "ends_on": ""})
    assert Membership.objects.filter(pk=place.pk).exists()
    assert "Given by mistake?" not in runs.get(url("change_place", place.pk)).content.decode()


def test_what_began_today_is(runs, worker, unit, day):
    runs.post(url("add_place", worker.pk), placed(unit, day))
    place = worker.memberships.get(role=Role.LEAD)
    assert "Given by mistake?" in runs.get(url("change_place", place.pk)).content.decode()
    response = runs.post(url("change_place", place.pk), {"remove": "1"})
    assert response["Location"] == url("person", worker.pk)
    assert not Membership.objects.filter(pk=place.pk).exists()
    assert AuditEntry.objects.filter(action="removed_place", about=worker).exists()


def test_a_place_that_was_the_last_link_leads_back_to_the_list(runs, unit, town, day):
    person = MembershipFactory(team=town, person__first_name="Dace").person
    place = MembershipFactory(person=person, team=unit)
    yesterday = (day - datetime.timedelta(days=1)).isoformat()
    response = runs.post(url("change_place", place.pk), {"setting": "", "ends_on": yesterday})
    assert response["Location"] == HOME


# Teams -----------------------------------------------------------------------------------


def team_form(name, parent=None, **fields):
    data = {"name": name, "kind": "department", "setting": "prison"} | fields
    return data | ({"parent": parent.pk} if parent else {})


def test_she_makes_a_team_below_hers(runs, administrator, prison, town):
    response = runs.post(url("new_team"), team_form("Drošības daļa", prison))
    assert response["Location"] == url("teams")
    made = Team.objects.get(name="Drošības daļa")
    assert made.get_parent() == prison
    entry = AuditEntry.objects.get(action="made_team")
    assert (entry.actor, entry.object_key) == (administrator, str(made.pk))


@pytest.mark.parametrize("elsewhere", [None, "town"])
def test_and_never_beside_or_elsewhere(request, runs, elsewhere):
    parent = request.getfixturevalue(elsewhere) if elsewhere else None
    assert runs.post(url("new_team"), team_form("New", parent)).status_code == 422
    assert not Team.objects.filter(name="New").exists()


def test_her_uppermost_team_stays_in_its_place(runs, prison, town):
    form = runs.get(url("change_team", prison.pk)).context["form"]
    assert "parent" not in form.fields
    runs.post(url("change_team", prison.pk), team_form("Daugavas cietums II", town))
    prison.refresh_from_db()
    assert (prison.name, prison.get_parent()) == ("Daugavas cietums II", None)


def test_a_team_moves_within_hers_only(runs, prison, unit, town):
    other = TeamFactory(name="Cita daļa", parent=prison)
    assert runs.post(url("change_team", unit.pk), team_form(unit.name, town)).status_code == 422
    runs.post(url("change_team", unit.pk), team_form(unit.name, other))
    assert Team.objects.get(pk=unit.pk).get_parent() == other


def test_another_institutions_team_is_not_found(runs, town):
    assert runs.get(url("change_team", town.pk)).status_code == 404
    assert runs.post(url("change_team", town.pk), team_form("Mine")).status_code == 404
    shown = [team for team, _depth, _number, _own in runs.get(url("teams")).context["rows"]]
    assert town not in shown


# Access log ------------------------------------------------------------------------------


def test_the_log_tells_of_her_people_only(runs, worker, outsider, administrator):
    audit.log(administrator, "viewed_record", about=worker)
    audit.log(administrator, "viewed_record", about=outsider)
    page = runs.get(url("access_log"))
    assert [entry["about"] for entry in page.context["entries"]] == [worker]
    assert "opened the progress" in page.content.decode()


def test_who_acted_from_another_institution_is_not_named(runs, worker, outsider):
    audit.log(outsider, "viewed_record", about=worker)
    audit.log(None, "viewed_record", about=worker)
    for address in (url("access_log"), url("person", worker.pk)):
        page = runs.get(address).content.decode()
        assert "Somebody from outside your teams" in page
        assert "The system" in page
        assert "Dace" not in page


def test_the_log_is_filtered_by_what_was_done(runs, administrator, worker, town):
    audit.log(administrator, "viewed_record", about=worker)
    audit.log(administrator, "invited", about=worker)
    audit.log(administrator, "made_team", object_kind="team", object_key=town.pk)
    shown = runs.get(url("access_log") + "?action=invited").context["entries"]
    assert [str(entry["action"]) for entry in shown] == ["invited"]
    assert len(runs.get(url("access_log") + "?action=x").context["entries"]) == 2


def test_every_action_of_the_code_has_words():
    import re
    from pathlib import Path

    root = Path(audit.__file__).parents[2]
    said = set()
    for app in ("courses", "assessments", "scenarios", "certificates", "theme", "content"):
        for path in (root / app).rglob("*.py"):
            text = path.read_text("utf-8")
            said |= set(re.findall(r"audit\.log\(\s*[\w.]+,\s*\"(\w+)\"", text))
    assert len(said) > 8
    assert said <= set(audit.WORDS)


# Auditors read ---------------------------------------------------------------------------


def test_an_auditor_sees_and_changes_nothing(reads, worker, unit, prison, administrator):
    audit.log(administrator, "viewed_record", about=worker)
    for address in (HOME, url("teams"), url("access_log"), url("person", worker.pk)):
        page = reads.get(address)
        assert page.status_code == 200
        said = page.content.decode()
        for word in ("Invite a person", "New team", "Change name", "Close the account", ">Change<"):
            assert word not in said
    assert "Līga" in names(reads)


def test_whatever_an_auditor_sends_is_not_found(reads, worker, unit, day):
    before = (User.objects.count(), Membership.objects.count(), Team.objects.count())
    for address, data in (
        (url("change_person", worker.pk), changed(worker, last_name="X")),
        (url("account", worker.pk), {"account": "close"}),
        (url("add_place", worker.pk), placed(unit, day)),
        (url("change_place", place_of(worker).pk), {"remove": "1"}),
        (url("change_team", unit.pk), team_form("X")),
        (url("new_team"), team_form("X", unit)),
    ):
        assert reads.post(address, data).status_code == 404, address
    assert reads.post("/en/people/invite/", {}).status_code == 403
    assert reads.get(f"/en/people/{worker.pk}/").status_code == 404  # her learning
    assert before == (User.objects.count(), Membership.objects.count(), Team.objects.count())
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"was_refused"}


def test_an_auditor_of_one_institution_reads_nothing_of_another(reads, outsider):
    assert "Dace" not in names(reads)
    assert reads.get(url("person", outsider.pk)).status_code == 404


# Second step -----------------------------------------------------------------------------


def test_where_staff_needs_a_second_step_so_does_administering(runs, worker, settings):
    settings.TILTS_STAFF_SECOND_FACTOR = True
    for address in (HOME, url("person", worker.pk)):
        assert runs.get(address)["Location"] == "/en/account/2fa/"
    assert runs.post(url("account", worker.pk), {"account": "close"}).status_code == 302
    worker.refresh_from_db()
    assert worker.is_active


def test_administering_shows_no_learning(runs, worker):
    assert runs.get(f"/en/people/{worker.pk}/").status_code == 404


def test_a_person_of_many_years_stays_readable(runs, worker, unit):
    for year in range(2010, 2020):
        MembershipFactory(
            person=worker,
            team=unit,
            starts_on=datetime.date(year, 1, 1),
            ends_on=datetime.date(year, 12, 31),
        )
    places = runs.get(url("person", worker.pk)).context["places"]
    assert len(places) == 11
    assert [line["is_over"] for line in places].count(True) == 10

"""Moving to another team, and leading in somebody's place: who sees what on which day."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from assessments.models import Attempt
from courses.people import administration, substitutes
from courses.people.files import actions as files
from courses.people.models import AuditEntry, Membership, Message, Role, Team, User
from courses.progress.models import Subject
from scenarios import sheets
from scenarios.models import Sheet
from tests.conftest import signed_in
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.scenarios.factories import make_page, make_run
from tests.theme.matrix import handed_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


def url(name, *args):
    return reverse(name, args=args).replace("/lv/", "/en/")


@pytest.fixture
def prison():
    return TeamFactory(name="Daugavas cietums")


@pytest.fixture
def old(prison):
    return TeamFactory(name="Vecā daļa", parent=prison)


@pytest.fixture
def new(prison):
    return TeamFactory(name="Jaunā daļa", parent=prison, setting="municipal")


@pytest.fixture
def worker(old):
    return MembershipFactory(team=old, person__first_name="Uldis").person


@pytest.fixture
def old_lead(old):
    return MembershipFactory(team=old, leading=True, person__first_name="Vija").person


@pytest.fixture
def new_lead(new):
    return MembershipFactory(team=new, leading=True, person__first_name="Jana").person


@pytest.fixture
def administrator(prison):
    return MembershipFactory(team=prison, role=Role.ADMINISTRATOR).person


@pytest.fixture
def runs(administrator):
    return signed_in(administrator)


def moved(runs, worker, team, first, **fields):
    place = worker.memberships.order_by("pk").first()
    data = {"place": place.pk, "team": team.pk, "starts_on": first.isoformat(), "setting": ""}
    return runs.post(url("people:transfer", worker.pk), data | fields)


def sees(lead, worker, day):
    """Whether her record is open to a lead on a day, by whichever way."""
    answers = {
        User.objects.learners_of(lead, day).filter(pk=worker.pk).exists(),
        User.objects.leads_of(worker, day).filter(pk=lead.pk).exists(),
        Sheet.objects.shared_with(lead, day).filter(person=worker).exists(),
        Attempt.objects.markable_by(lead, day).filter(subject__person=worker).exists(),
        lead in sheets.leads_of(worker, day),
    }
    assert len(answers) == 1
    return answers.pop()


@pytest.fixture
def shared(worker, old_lead):
    handed_in(worker)
    sheet = sheets.write(make_run(worker, make_page(), "push", "leave"), worker, ("Why?", ""), {})
    sheets.share(sheet, TODAY)
    return sheet


def test_from_her_first_day_the_new_lead_sees_the_record_and_the_old_one_no_longer(
    runs, worker, old, new, old_lead, new_lead, shared
):
    first = TODAY + 10 * DAY
    assert moved(runs, worker, new, first).status_code == 302
    for day, seen_by in (
        (first - DAY, (True, False)),
        (first, (False, True)),
        (first + DAY, (False, True)),
    ):
        assert (sees(old_lead, worker, day), sees(new_lead, worker, day)) == seen_by
    before, after = worker.memberships.order_by("starts_on")
    assert (before.ends_on, after.starts_on, after.setting) == (first - DAY, first, "municipal")
    logged = AuditEntry.objects.filter(about=worker).values_list("action", flat=True)
    assert {"changed_place", "transferred"} <= set(logged)


def test_on_the_pages_too(runs, worker, old, new, old_lead, new_lead, shared):
    assert moved(runs, worker, new, TODAY).status_code == 302
    pages = [
        url("courses:person", worker.pk),
        url("scenarios:shared_sheet", shared.pk),
    ]
    for address in pages:
        assert signed_in(old_lead).get(address).status_code == 404
        assert signed_in(new_lead).get(address).status_code == 200
    assert (
        "Uldis" not in signed_in(old_lead).get(url("courses:team_detail", old.pk)).content.decode()
    )
    assert "Uldis" in signed_in(new_lead).get(url("courses:team_detail", new.pk)).content.decode()


def test_other_places_stay_and_a_last_day_goes_along(runs, worker, old, new, prison):
    other = MembershipFactory(person=worker, team=prison, role=Role.LEAD)
    Membership.objects.filter(team=old, person=worker).update(ends_on=TODAY + 100 * DAY)
    moved(runs, worker, new, TODAY)
    assert worker.memberships.get(team=new).ends_on == TODAY + 100 * DAY
    other.refresh_from_db()
    assert other.ends_on is None


@pytest.mark.parametrize("why", ["same team", "not yet there", "gone by then", "elsewhere"])
def test_what_cannot_be_is_refused(runs, worker, old, new, why):
    place = worker.memberships.get()
    team, first = new, TODAY
    if why == "same team":
        team = old
    elif why == "not yet there":
        first = place.starts_on
    elif why == "gone by then":
        Membership.objects.update(ends_on=TODAY + DAY)
        first = TODAY + 3 * DAY
    else:
        team = TeamFactory(name="Liepkalni")
    response = moved(runs, worker, team, first)
    assert response.status_code == 422
    assert worker.memberships.count() == 1
    assert "Liepkalni" not in response.content.decode()


# Substitutes -----------------------------------------------------------------------------


@pytest.fixture
def colleague(new):
    """Who leads another team of the same institution."""
    return MembershipFactory(team=new, leading=True, person__first_name="Krišs").person


def appointed(client, place, person, first, last):
    data = {"person": person.pk, "starts_on": first.isoformat(), "ends_on": last.isoformat()}
    return client.post(url("people:substitute", place.pk), data)


def test_a_substitute_sees_what_the_lead_sees_and_only_then(
    worker, old, old_lead, colleague, shared
):
    place = old_lead.memberships.get()
    first, last = TODAY + DAY, TODAY + 3 * DAY
    assert appointed(signed_in(old_lead), place, colleague, first, last).status_code == 302
    made = Membership.objects.get(substitute_for=place)
    for day in (first - DAY, first, last, last + DAY):
        during = first <= day <= last
        assert sees(colleague, worker, day) == during
        theirs = set(Team.objects.led_by(colleague, day))
        assert (set(Team.objects.led_by(old_lead, day)) <= theirs) == during
    assert sees(old_lead, worker, first)
    told = Message.objects.filter(kind__startswith="st").values_list("recipient", "kind")
    assert set(told) == {(colleague.pk, "standing_in"), (old_lead.pk, "stood_in_for")}
    entry = AuditEntry.objects.get(action="appointed_substitute")
    assert (entry.actor, entry.about) == (old_lead, colleague)
    assert made.team == old


def test_both_get_a_letter_in_their_language(
    old_lead, colleague, django_capture_on_commit_callbacks
):
    User.objects.filter(pk=colleague.pk).update(language="en")
    with django_capture_on_commit_callbacks(execute=True):
        place = old_lead.memberships.get()
        appointed(signed_in(old_lead), place, colleague, TODAY, TODAY)
    english = next(letter for letter in mail.outbox if letter.to == [colleague.email])
    assert english.subject == f"You stand in for {old_lead} in Vecā daļa"
    assert len(mail.outbox) == 2


def test_what_the_lead_is_told_meanwhile_the_substitute_is_told_too(worker, old_lead, colleague):
    substitutes.appoint(old_lead.memberships.get(), colleague, TODAY, TODAY, by=old_lead)
    sheet = sheets.write(make_run(worker, make_page(), "push", "leave"), worker, ("Why?", ""), {})
    assert set(sheets.share(sheet, TODAY)) == {old_lead, colleague}


def test_it_ends_with_the_place_of_the_lead_and_by_a_button(worker, old_lead, colleague):
    place = old_lead.memberships.get()
    made = substitutes.appoint(place, colleague, TODAY, TODAY + 9 * DAY, by=old_lead)
    Membership.objects.filter(pk=place.pk).update(ends_on=TODAY + DAY)
    assert User.objects.learners_of(colleague, TODAY + DAY).filter(pk=worker.pk).exists()
    assert not User.objects.learners_of(colleague, TODAY + 2 * DAY).filter(pk=worker.pk).exists()
    Membership.objects.filter(pk=made.pk).update(starts_on=TODAY - DAY)
    signed_in(old_lead).post(url("people:end_substitute", made.pk))
    made.refresh_from_db()
    assert made.ends_on == TODAY - DAY
    assert not User.objects.learners_of(colleague, TODAY).filter(pk=worker.pk).exists()


def test_a_closed_account_leads_nobody_and_her_substitute_goes_on(
    worker, old_lead, colleague, administrator, new_lead
):
    substitutes.appoint(old_lead.memberships.get(), colleague, TODAY, TODAY, by=old_lead)
    administration.close_account(old_lead, by=administrator)
    assert list(User.objects.leads_of(worker, TODAY)) == [colleague]
    administration.close_account(worker, by=administrator)
    assert not User.objects.learners_of(colleague, TODAY).filter(pk=worker.pk).exists()


def test_who_may_be_appointed_by_whom(old_lead, new_lead, worker, administrator, prison, new):
    place = old_lead.memberships.get()
    outsider = MembershipFactory(team=TeamFactory(), leading=True).person
    beside = MembershipFactory(team=new).person
    by_lead = set(substitutes.candidates(place, old_lead, TODAY))
    assert by_lead == {new_lead, worker}
    by_administrator = set(substitutes.candidates(place, administrator, TODAY))
    assert by_administrator == {new_lead, worker, beside, administrator}
    for person in (outsider, old_lead, beside):
        assert appointed(signed_in(old_lead), place, person, TODAY, TODAY).status_code == 422


def test_a_substitute_appoints_nobody_and_no_day_is_beyond_the_leads_own(
    old_lead, colleague, worker
):
    place = old_lead.memberships.get()
    Membership.objects.filter(pk=place.pk).update(ends_on=TODAY + DAY)
    client = signed_in(old_lead)
    for first, last in ((TODAY - DAY, TODAY), (TODAY, TODAY + 2 * DAY), (TODAY + DAY, TODAY)):
        assert appointed(client, place, colleague, first, last).status_code == 422
    made = substitutes.appoint(place, colleague, TODAY, TODAY, by=old_lead)
    for pk in (place.pk, made.pk):
        assert signed_in(colleague).get(url("people:substitute", pk)).status_code == 404
    assert appointed(client, place, colleague, TODAY, TODAY).status_code == 422


# Refusals --------------------------------------------------------------------------------


def refusals(person):
    return AuditEntry.objects.filter(action="was_refused", actor=person)


def test_a_lead_who_lost_the_role_meanwhile_is_refused_and_it_is_noted(
    worker, old, old_lead, administrator
):
    client, address = signed_in(old_lead), url("courses:person", worker.pk)
    assert client.get(address).status_code == 200
    Membership.objects.filter(person=old_lead).update(ends_on=TODAY - DAY)
    for page in (address, url("courses:team_detail", old.pk), url("courses:assign")):
        assert client.get(page).status_code == 404
        assert client.get(page).status_code == 404
    assert list(refusals(old_lead).order_by("at").values_list("object_key", flat=True)) == [
        address,
        url("courses:team_detail", old.pk),
        url("courses:assign"),
    ]
    page = signed_in(administrator).get(url("people:access_log")).content.decode()
    assert "asked for a page that is not theirs" in page
    assert address in page


def test_forged_keys_are_noted_and_nobody_fills_the_log(worker):
    client = signed_in(worker)
    for number in range(40):
        assert client.get(url("courses:person", 900_000 + number)).status_code == 404
    assert refusals(worker).count() == 30
    assert refusals(worker).filter(detail__last=True).count() == 1
    assert Subject.objects.filter(person=worker).count() <= 1


def test_the_admin_is_a_page_of_another_role_too(worker, editor):
    signed_in(worker).get("/admin/", follow=True)
    assert refusals(worker).count() == 1
    signed_in(editor).get("/admin/memberships/")
    assert refusals(editor).get().object_key == "/admin/memberships/"


def test_what_anybody_may_mistype_is_not_noted(worker, client):
    for address in ("/en/no-such-page/", "/en/invitation/ABCD/", "/en/my/account/email/x/"):
        signed_in(worker).get(address)
    client.get(url("courses:person", worker.pk))
    assert not AuditEntry.objects.filter(action="was_refused").exists()


def test_a_place_that_ends_by_a_file_ends_the_substitution(
    administrator, old_lead, colleague, worker
):
    substitutes.appoint(old_lead.memberships.get(), colleague, TODAY, TODAY + 9 * DAY, by=old_lead)
    head = "User name;First name;Last name;Team;Role;Last day"
    row = f"{old_lead.username};;;Vecā daļa;Lead;{TODAY:%d.%m.%Y}"
    file = files.look(administrator, "x", f"{head}\n{row}\n".encode(), TODAY)
    files.carry_out(file, TODAY)
    assert not User.objects.learners_of(colleague, TODAY + DAY).exists()


def test_the_erased_are_not_named_in_messages(old_lead, colleague):
    boss = UserFactory(is_superuser=True)
    substitutes.appoint(old_lead.memberships.get(), colleague, TODAY, TODAY, by=boss)
    name = str(old_lead)
    old_lead.delete()
    assert name not in str(Message.objects.get(kind="standing_in").context)
    assert not Membership.objects.filter(substitute_for__isnull=False).exists()

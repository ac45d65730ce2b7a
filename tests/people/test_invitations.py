"""Who may invite whom, how the invited come in, and what stops working when."""

import datetime
import re
import uuid

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from courses.people import invitations
from courses.people.models import AuditEntry, Invitation, Membership, Role, User
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory

PASSWORD = "a brand new long secret"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def led(client, team, lead):
    """A client signed in as the lead, who reads English."""
    client.force_login(lead)
    return client


def filled(team, **changes):
    return {
        "first_name": "Jānis",
        "last_name": "Ozoliņš",
        "team": team.pk,
        "setting": "",
        "starts_on": "2026-11-22",
        "language": "en",
        "way": "mail",
        "email": "Janis@Example.org",
        "token": str(uuid.uuid4()),
    } | changes


def send(client, data, capture):
    with capture(execute=True):
        return client.post("/en/people/invite/", data)


def link_in(letter):
    return re.search(r"http://127\.0\.0\.1:8000(/en/invitation/[^\s]+)", letter.body)[1]


@pytest.fixture
def invited(led, team, django_capture_on_commit_callbacks):
    """Jānis, invited by e-mail; his link."""
    send(led, filled(team), django_capture_on_commit_callbacks)
    led.logout()
    return User.objects.get(email="janis@example.org"), link_in(mail.outbox[0])


def test_a_lead_invites_by_mail(led, team, lead, django_capture_on_commit_callbacks):
    response = send(led, filled(team), django_capture_on_commit_callbacks)
    person = User.objects.get(email="janis@example.org")
    assert response["Location"] == f"/en/people/{person.pk}/invitation/"
    assert not person.has_usable_password()
    assert person.username == "janis.ozolins"
    membership = person.memberships.get()
    assert (membership.team, membership.role) == (team, Role.LEARNER)
    assert membership.setting == team.setting
    assert mail.outbox[0].to == ["janis@example.org"]
    entry = AuditEntry.objects.get(action="invited")
    assert (entry.actor, entry.about) == (lead, person)


def test_only_the_hash_of_a_code_is_kept(invited):
    person, link = invited
    code = link.rstrip("/").rsplit("/", 1)[1]
    invitation = person.invitations.get()
    assert invitation.code_hash == invitations.digest(code)
    plain = invitations.normal(code)
    for field in Invitation._meta.concrete_fields:
        assert plain not in invitations.normal(str(getattr(invitation, field.attname)))
    assert code not in str(person.messages.get().context)


def test_a_code_has_enough_chance_and_no_look_alikes():
    import math

    signs = invitations.GROUPS * invitations.GROUP
    assert signs * math.log2(len(invitations.ALPHABET)) >= 128
    assert not set("01ILOSZBGU5") - set("5") & set(invitations.ALPHABET)
    assert len(set(invitations.ALPHABET)) == len(invitations.ALPHABET)


def test_she_accepts_chooses_a_password_and_is_in(client, invited, lead, team):
    person, link = invited
    page = client.get(link).content.decode()
    assert "Jānis Ozoliņš" in page
    assert str(lead) in page
    assert team.name in page
    response = client.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    assert response["Location"] == "/en/my/"
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert int(client.session["_auth_user_id"]) == person.pk
    assert person.invitations.get().used_at
    assert not person.messages.filter(read_at=None).exists()


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("short", "short", "too short"),
        ("password1234", "password1234", "too common"),
        ("4815162342108", "4815162342108", "entirely numeric"),
        (PASSWORD, "another long secret", "not the same"),
        ("", "", "required"),
    ],
)
def test_a_poor_password_is_refused_and_nothing_used_up(client, invited, first, second, said):
    person, link = invited
    response = client.post(link, {"password1": first, "password2": second})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert person.invitations.get().used_at is None


def test_a_used_invitation_says_what_to_do(client, invited):
    _person, link = invited
    client.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    client.logout()
    response = client.get(link)
    assert response.status_code == 410
    assert "used already" in response.content.decode()
    response = client.post(link, {"password1": "x" * 20, "password2": "x" * 20})
    assert response.status_code == 410


def test_an_expired_one_too(client, invited):
    person, link = invited
    person.invitations.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    response = client.get(link)
    assert response.status_code == 410
    assert "has expired" in response.content.decode()


def test_a_wrong_one_too(client, db):
    response = client.get("/en/invitation/no-such-code/")
    assert response.status_code == 404
    assert "There is no such invitation" in response.content.decode()


def test_an_over_long_or_scripted_code_is_just_wrong(client, db):
    response = client.get("/en/invitation/" + "A" * 3000 + "/")
    assert response.status_code == 404
    response = client.post("/en/invitation/", {"code": "<script>alert(1)</script>"})
    assert response.status_code == 422
    assert "<script>alert" not in response.content.decode()
    assert client.post("/en/invitation/", {"code": "A" * 500}).status_code == 422


def test_an_account_that_was_closed_stays_closed(client, invited):
    person, link = invited
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(link).status_code == 410


def test_inviting_again_ends_the_first(client, invited, lead, django_capture_on_commit_callbacks):
    person, link = invited
    client.force_login(lead)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            f"/en/people/{person.pk}/invitation/again/", {"way": "mail", "token": uuid.uuid4()}
        )
    client.logout()
    newer = link_in(mail.outbox[1])
    assert newer != link
    response = client.get(link)
    assert response.status_code == 410
    assert "was withdrawn" in response.content.decode()
    assert client.get(newer).status_code == 200


def test_withdrawing_closes_it(client, invited, lead):
    person, link = invited
    client.force_login(lead)
    client.post(f"/en/people/{person.pk}/invitation/withdraw/")
    client.logout()
    assert client.get(link).status_code == 410


def test_a_withdrawn_invitation_is_not_mailed_late(led, team, lead, db):
    """Its task may run minutes later."""
    led.post("/en/people/invite/", filled(team))
    person = User.objects.get(email="janis@example.org")
    led.post(f"/en/people/{person.pk}/invitation/withdraw/")
    from courses.people.messages import deliver

    assert deliver.call(person.messages.get().pk) is False
    assert mail.outbox == []


def test_the_same_form_twice_makes_one_person(led, team, django_capture_on_commit_callbacks):
    data = filled(team, way="paper", email="")
    first = send(led, data, django_capture_on_commit_callbacks)
    second = send(led, data, django_capture_on_commit_callbacks)
    assert first["Location"] == second["Location"]
    assert User.objects.filter(first_name="Jānis").count() == 1


def test_the_same_form_twice_by_mail_sends_one(led, team, django_capture_on_commit_callbacks):
    data = filled(team)
    send(led, data, django_capture_on_commit_callbacks)
    second = send(led, data, django_capture_on_commit_callbacks)
    assert second.status_code == 302
    assert len(mail.outbox) == 1


def test_an_address_that_is_taken_is_said(led, team):
    UserFactory(email="janis@example.org")
    response = led.post("/en/people/invite/", filled(team))
    assert response.status_code == 422
    assert "has an account already" in response.content.decode()


def test_by_mail_needs_an_address(led, team):
    response = led.post("/en/people/invite/", filled(team, email=""))
    assert response.status_code == 422
    assert "needs an e-mail address" in response.content.decode()


def test_user_names_are_plain_and_free(db):
    UserFactory(username="janis.ozolins")
    assert invitations.free_username("Jānis", "Ozoliņš") == "janis.ozolins2"
    assert invitations.free_username("Anna Marija", "Žagata") == "anna-marija.zagata"
    assert invitations.free_username("Юлия", "Ёлкина") == "person"


# On paper


@pytest.fixture
def on_paper(led, team, django_capture_on_commit_callbacks):
    send(led, filled(team, way="paper", email=""), django_capture_on_commit_callbacks)
    return User.objects.get(first_name="Jānis")


def sheet_of(client, person):
    page = client.post(f"/en/people/{person.pk}/invitation/sheet/").content.decode()
    return "".join(re.findall(r"<span>([0-9A-Z]{4})</span>", page)), page


def test_the_sheet_has_what_one_needs(led, on_paper):
    code, page = sheet_of(led, on_paper)
    assert len(code) == 28
    assert "http://127.0.0.1:8000/en/invitation/" in page
    assert on_paper.username in page
    assert "Valid until" in page
    assert "<svg" in page
    assert "style=" not in page
    assert mail.outbox == []


def test_the_code_is_typed_in_any_manner(led, on_paper):
    code, _page = sheet_of(led, on_paper)
    led.logout()
    typed = " ".join(code[start : start + 4].lower() for start in range(0, 28, 4))
    response = led.post("/en/invitation/", {"code": f" {typed} "})
    assert response["Location"] == f"/en/invitation/{code}/"
    response = led.post(response["Location"], {"password1": PASSWORD, "password2": PASSWORD})
    assert response["Location"] == "/en/my/"


def test_the_sheet_is_shown_once(led, on_paper):
    code, _page = sheet_of(led, on_paper)
    page = led.get(f"/en/people/{on_paper.pk}/invitation/").content.decode()
    assert code[:4] not in page
    assert led.get(f"/en/people/{on_paper.pk}/invitation/sheet/").status_code == 405
    newer, _page = sheet_of(led, on_paper)
    assert newer != code
    assert led.get(f"/en/invitation/{code}/").status_code == 404
    assert led.get(f"/en/invitation/{newer}/").status_code == 200


def test_a_forgotten_password_without_mail_is_a_new_sheet(led, on_paper, lead):
    code, _page = sheet_of(led, on_paper)
    led.post(f"/en/invitation/{code}/", {"password1": PASSWORD, "password2": PASSWORD})
    led.force_login(lead)
    led.post(f"/en/people/{on_paper.pk}/invitation/again/", {"way": "paper", "token": uuid.uuid4()})
    again, _page = sheet_of(led, on_paper)
    other = "yet another long secret"
    led.logout()
    led.post(f"/en/invitation/{again}/", {"password1": other, "password2": other})
    on_paper.refresh_from_db()
    assert on_paper.check_password(other)


def test_whoever_has_mail_and_a_password_is_left_alone(led, lead, learner):
    response = led.post(
        f"/en/people/{learner.pk}/invitation/again/", {"way": "paper", "token": uuid.uuid4()}
    )
    assert response.status_code == 302
    assert not learner.invitations.exists()


# Limits


def test_wrong_codes_are_limited(client, db):
    for _wrong in range(30):
        assert client.post("/en/invitation/", {"code": "AAAA"}).status_code == 422
    response = client.post("/en/invitation/", {"code": "AAAA"})
    assert response.status_code == 429
    assert client.get("/en/invitation/AAAA/").status_code == 429


def test_right_codes_are_not(client, invited):
    _person, link = invited
    for _time in range(40):
        assert client.get(link).status_code == 200


def test_wrong_codes_of_one_keep_nobody_else_of_her_prison_out(client, invited):
    _person, link = invited
    for _wrong in range(31):
        client.post("/en/invitation/", {"code": "AAAA"})
    assert client.post("/en/invitation/", {"code": "AAAA"}).status_code == 429
    code = link.rstrip("/").rsplit("/", 1)[1]
    typed = client.post("/en/invitation/", {"code": code})
    assert typed["Location"] == f"/en/invitation/{invitations.normal(code)}/"
    assert client.get(typed["Location"]).status_code == 200
    response = client.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    assert response["Location"] == "/en/my/"


# Who may


def test_a_learner_invites_nobody(learner_client):
    assert learner_client.get("/en/people/invite/").status_code == 403
    assert learner_client.post("/en/people/invite/", {}).status_code == 403


def test_anonymous_readers_are_sent_to_sign_in(client, db):
    assert "/account/login/" in client.get("/en/people/invite/")["Location"]


def test_a_lead_invites_to_her_own_teams_only(led, team):
    elsewhere = TeamFactory()
    below = TeamFactory(parent=team)
    assert led.post("/en/people/invite/", filled(elsewhere)).status_code == 422
    assert led.post("/en/people/invite/", filled(below)).status_code == 302


def test_a_lead_gives_no_roles(led, team):
    led.post("/en/people/invite/", filled(team, role=Role.ADMINISTRATOR))
    assert Membership.objects.get(person__first_name="Jānis").role == Role.LEARNER


def test_an_administrator_invites_leads(client, team):
    administrator = MembershipFactory(team=team, role=Role.ADMINISTRATOR).person
    client.force_login(administrator)
    client.post("/en/people/invite/", filled(team, role=Role.LEAD))
    assert Membership.objects.get(person__first_name="Jānis").role == Role.LEAD


def test_an_administrator_of_one_team_gives_no_roles_in_one_she_leads(client, team):
    administrator = MembershipFactory(team=TeamFactory(), role=Role.ADMINISTRATOR).person
    MembershipFactory(person=administrator, team=team, role=Role.LEAD)
    client.force_login(administrator)
    response = client.post("/en/people/invite/", filled(team, role=Role.LEAD))
    assert response.status_code == 422


@pytest.mark.parametrize("page", ["", "again/", "withdraw/", "sheet/"])
def test_people_of_other_teams_are_not_found(led, page):
    stranger = MembershipFactory().person
    address = f"/en/people/{stranger.pk}/invitation/{page}"
    response = led.post(address) if page else led.get(address)
    assert response.status_code == 404


def test_a_lead_cannot_take_over_other_leads_editors_or_superusers(lead, team, today):
    colleague = MembershipFactory(team=team, leading=True).person
    MembershipFactory(team=team, person=colleague)
    root = MembershipFactory(team=team, person__is_superuser=True).person
    learner = MembershipFactory(team=team).person
    mine = set(User.objects.invitable_by(lead, today))
    assert learner in mine
    assert not mine & {colleague, root, lead}


def test_an_editor_among_the_learners_is_left_alone(lead, team, editor, today):
    MembershipFactory(team=team, person=editor)
    assert editor not in User.objects.invitable_by(lead, today)


def test_the_list_of_the_waiting(led, team, on_paper, django_assert_max_num_queries):
    assert "Jānis Ozoliņš" in led.get("/en/people/invite/").content.decode()
    for _one in range(12):
        invitations.invite(
            invitations.Invitee("Anna", "Liepa", "", "lv", team, datetime.date(2026, 11, 22)),
            by=on_paper,
            printed=True,
            token=uuid.uuid4(),
        )
    with django_assert_max_num_queries(16):
        led.get("/en/people/invite/")

"""A person's own account page: language, address, and who else may not."""

import pytest
from django.core import mail
from django.core.cache import cache

from courses.people.mail import email_of_token
from courses.people.models import Role
from tests.people.factories import MembershipFactory, UserFactory

PASSWORD = "a long enough secret"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def person(db):
    return UserFactory(username="anna", email="anna@example.org", language="en")


@pytest.fixture
def signed(client, person):
    client.force_login(person)
    return client


def test_the_language_is_changed_and_shown_at_once(signed, person):
    response = signed.post("/en/my/account/", {"language": "lv"})
    assert response["Location"] == "/lv/my/account/"
    person.refresh_from_db()
    assert person.language == "lv"


@pytest.mark.parametrize("page", ["account/", "account/email/", "messages/"])
def test_these_pages_are_for_signed_in_people(client, db, page):
    assert "/account/login/" in client.get(f"/en/my/{page}")["Location"]


def ask(client, email="new@example.org", password=PASSWORD):
    return client.post("/en/my/account/email/", {"email": email, "password": password})


def link():
    return mail.outbox[0].body.split("http://127.0.0.1:8000")[1].split()[0]


def test_a_new_address_is_hers_when_its_link_is_opened(signed, person):
    ask(signed, "New@Example.org")
    assert mail.outbox[0].to == ["new@example.org"]
    person.refresh_from_db()
    assert person.email == "anna@example.org"
    assert "new@example.org" in signed.get(link()).content.decode()
    signed.post(link())
    person.refresh_from_db()
    assert person.email == "new@example.org"
    assert mail.outbox[1].to == ["anna@example.org"]


def test_the_link_works_once(signed, person):
    ask(signed)
    signed.post(link())
    assert signed.post(link()).status_code == 410


def test_the_link_is_nobody_elses(signed, client, person):
    ask(signed)
    client.force_login(UserFactory())
    assert client.post(link()).status_code == 410


def test_a_forged_or_old_link(signed, person, monkeypatch):
    ask(signed)
    assert signed.get("/en/my/account/email/abc:def:ghi/").status_code == 410
    token = link().rstrip("/").rsplit("/", 1)[1]
    assert email_of_token(token, person) == "new@example.org"
    monkeypatch.setattr("courses.people.mail.EMAIL_SECONDS", -1)
    assert email_of_token(token, person) is None


def test_an_address_that_somebody_has_is_not_told_and_not_taken(signed, person):
    UserFactory(email="taken@example.org")
    response = ask(signed, "taken@example.org")
    assert response.status_code == 302
    assert mail.outbox == []


def test_taken_between_asking_and_opening(signed, person):
    ask(signed)
    UserFactory(email="new@example.org")
    assert signed.post(link()).status_code == 410
    person.refresh_from_db()
    assert person.email == "anna@example.org"


def test_it_needs_the_password_and_guessing_is_limited(signed):
    for _wrong in range(5):
        assert ask(signed, password="wrong").status_code == 422
    assert ask(signed).status_code == 422
    assert mail.outbox == []


def test_allauths_own_page_for_addresses_is_not_used(signed):
    assert signed.get("/en/account/email/")["Location"] == "/en/my/account/"
    signed.post("/en/account/email/", {"action_add": "", "email": "x@example.org"})
    from allauth.account.models import EmailAddress

    assert not EmailAddress.objects.exists()


def test_addresses_and_names_are_kept_in_small_letters(db):
    person = UserFactory(username="Anna.B", email="Anna@Example.ORG")
    person.refresh_from_db()
    assert (person.username, person.email) == ("anna.b", "anna@example.org")


def test_several_people_have_no_address(db):
    assert UserFactory(email="").email is None
    assert UserFactory(email=None).email is None


def test_whoever_may_invite_finds_the_way_there(client, learner, team):
    client.force_login(learner)
    assert "/people/invite/" not in client.get("/en/my/account/").content.decode()
    client.force_login(MembershipFactory(team=team, role=Role.ADMINISTRATOR).person)
    assert "/en/people/invite/" in client.get("/en/my/account/").content.decode()

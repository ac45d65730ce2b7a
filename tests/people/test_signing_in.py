"""The door: by e-mail or user name, limited for each account, the same one for the admin."""

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.people.factories import UserFactory

PASSWORD = "a long enough secret"
LOGIN = "/en/account/login/"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def person(db):
    return UserFactory(username="anna.liepa", email="anna@example.org", language="en")


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


@pytest.mark.parametrize(
    "login", ["anna.liepa", "Anna.Liepa", "anna@example.org", "ANNA@Example.org"]
)
def test_by_user_name_or_address_whatever_the_case(client, person, login):
    response = sign_in(client, login)
    assert response["Location"] == "/en/my/"
    assert int(client.session["_auth_user_id"]) == person.pk


def test_after_signing_in_the_pages_are_in_her_language(client, db):
    UserFactory(username="janis", language="lv")
    assert sign_in(client, "janis")["Location"] == "/lv/my/"


def test_on_to_the_page_she_wanted_and_never_to_another_site(client, person):
    wanted = client.post(
        f"{LOGIN}?next=/en/my/account/",
        {"login": "anna.liepa", "password": PASSWORD, "next": "/en/my/account/"},
    )
    assert wanted["Location"] == "/en/my/account/"
    client.logout()
    away = client.post(
        LOGIN, {"login": "anna.liepa", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert away["Location"] == "/en/my/"


def test_the_session_key_changes_at_sign_in(client, person):
    client.get(LOGIN)
    session = client.session
    session["before"] = "yes"
    session.save()
    before = session.session_key
    sign_in(client, "anna.liepa")
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "key", ["\0" * 12, "abcdefgh\0", "é" * 12, "x" * 5_000, "../../etc/pw", ""]
)
def test_a_cookie_that_is_none_of_ours_is_nobody(client, person, settings, key):
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    response = client.get("/en/my/account/")
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]
    assert sign_in(client, "anna.liepa")["Location"] == "/en/my/"
    assert client.get("/en/my/account/").status_code == 200


def test_a_wrong_password_says_the_same_as_a_wrong_name(client, person):
    wrong = sign_in(client, "anna.liepa", "not the password")
    nobody = sign_in(client, "nobody.here", "not the password")
    assert wrong.status_code == nobody.status_code == 422
    said = "not correct"
    assert said in wrong.content.decode()
    assert said in nobody.content.decode()


def test_the_sixth_wrong_try_in_five_minutes_is_refused(client, person):
    for _wrong in range(5):
        assert sign_in(client, "anna.liepa", "wrong").status_code == 422
    response = sign_in(client, "anna.liepa", "wrong")
    assert response.status_code == 429
    assert "<main" in response.content.decode()
    assert "<h1" in response.content.decode()


def test_then_even_the_right_password_waits(client, person):
    for _wrong in range(5):
        sign_in(client, "anna.liepa", "wrong")
    assert sign_in(client, "anna.liepa").status_code == 429


def test_name_and_address_are_one_account(client, person):
    for _wrong in range(3):
        sign_in(client, "anna.liepa", "wrong")
    for _wrong in range(2):
        sign_in(client, "anna@example.org", "wrong")
    assert sign_in(client, "ANNA.liepa", "wrong").status_code == 429


def test_another_address_does_not_help_whoever_guesses(client, person):
    for number in range(5):
        sign_in(client, "anna.liepa", "wrong", REMOTE_ADDR=f"192.0.2.{number}")
    assert sign_in(client, "anna.liepa", "wrong", REMOTE_ADDR="192.0.2.99").status_code == 429


def test_one_accounts_limit_is_nobody_elses(client, person):
    UserFactory(username="janis")
    for _wrong in range(6):
        sign_in(client, "anna.liepa", "wrong")
    assert sign_in(client, "janis").status_code == 302


def test_names_nobody_has_are_limited_too(client, db):
    for _wrong in range(5):
        sign_in(client, "nobody.here", "wrong")
    assert sign_in(client, "nobody.here", "wrong").status_code == 429


def test_two_hundred_people_of_one_prison_sign_in_at_once(db):
    """One network address; all within the two minutes that this test takes far less than."""
    people = UserFactory.create_batch(200)
    for person in people:
        assert sign_in(Client(), person.username, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_an_address_has_600_tries_a_minute(client, person, settings):
    assert settings.ACCOUNT_RATE_LIMITS["login"] == "600/m/ip"
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "3/m/ip"}
    for number in range(3):
        sign_in(client, f"nobody{number}", "wrong")
    assert sign_in(client, "anna.liepa").status_code == 429


def test_behind_a_proxy_the_readers_address_counts(client, person, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    proxied = {"REMOTE_ADDR": "10.0.0.1"}
    sign_in(client, "a", "wrong", HTTP_X_FORWARDED_FOR="192.0.2.1", **proxied)
    other = sign_in(client, "b", "wrong", HTTP_X_FORWARDED_FOR="192.0.2.2", **proxied)
    assert other.status_code == 422
    # What a client writes in front of what the proxy adds changes nothing.
    forged = sign_in(
        client, "c", "wrong", HTTP_X_FORWARDED_FOR="198.51.100.9, 192.0.2.1", **proxied
    )
    assert forged.status_code == 429


def test_nobody_signs_up(client, db):
    response = client.get("/en/account/signup/")
    assert "<form" not in response.content.decode().split("<main")[1].split("</main")[0]
    data = {"username": "eve", "email": "eve@example.org", "password1": PASSWORD}
    client.post("/en/account/signup/", data | {"password2": PASSWORD})
    from courses.people.models import User

    assert not User.objects.filter(username="eve").exists()


# Other doors


@pytest.mark.parametrize("door", ["/admin/login/", "/admin/", "/en/_util/login/"])
def test_every_door_leads_to_the_same_one(client, db, door):
    response = client.get(door, follow=True)
    assert response.redirect_chain[-1][0].startswith(("/lv/account/login/", "/en/account/login/"))


def test_wagtails_login_takes_no_password(client, person):
    response = client.post("/admin/login/", {"username": "anna.liepa", "password": PASSWORD})
    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


def test_wagtails_reset_is_everybodys(client, db):
    response = client.get("/admin/password_reset/")
    assert response["Location"].endswith("/account/password/reset/")


def test_a_learner_at_the_editors_door_is_told_so(learner_client):
    assert learner_client.get("/admin/", follow=True).status_code == 403


def test_an_editor_goes_on_to_the_admin(client, editor):
    response = client.post(
        LOGIN, {"login": editor.username, "password": PASSWORD, "next": "/admin/"}
    )
    assert response["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


# Forgotten and changed passwords


def ask_for_reset(client, email, capture):
    with capture(execute=True):
        return client.post("/en/account/password/reset/", {"email": email})


def test_a_forgotten_password(client, person, django_capture_on_commit_callbacks):
    ask_for_reset(client, "Anna@example.org", django_capture_on_commit_callbacks)
    [letter] = mail.outbox
    assert letter.to == ["anna@example.org"]
    path = letter.body.split("http://127.0.0.1:8000")[1].split()[0]
    assert path.startswith("/en/")
    page = client.get(path, follow=True)
    form = page.redirect_chain[-1][0]
    other = "a completely new secret"
    response = client.post(form, {"password1": other, "password2": other})
    assert response.status_code == 302
    person.refresh_from_db()
    assert person.check_password(other)
    assert client.get(path).status_code in (200, 302)
    again = client.get(path, follow=True).content.decode()
    assert 'name="password1"' not in again


def test_after_a_reset_the_wrong_tries_are_forgotten(
    client, person, django_capture_on_commit_callbacks
):
    for _wrong in range(6):
        sign_in(client, "anna.liepa", "wrong")
    ask_for_reset(client, "anna@example.org", django_capture_on_commit_callbacks)
    path = mail.outbox[0].body.split("http://127.0.0.1:8000")[1].split()[0]
    form = client.get(path, follow=True).redirect_chain[-1][0]
    other = "a completely new secret"
    client.post(form, {"password1": other, "password2": other})
    assert sign_in(client, "anna.liepa", other).status_code == 302


def test_an_unknown_address_looks_the_same_and_gets_nothing(
    client, person, django_capture_on_commit_callbacks
):
    known = ask_for_reset(client, "anna@example.org", django_capture_on_commit_callbacks)
    unknown = ask_for_reset(client, "nobody@example.org", django_capture_on_commit_callbacks)
    assert known["Location"] == unknown["Location"]
    assert known.status_code == unknown.status_code
    assert [letter.to for letter in mail.outbox] == [["anna@example.org"]]


def test_no_link_stands_in_the_tasks_table(
    client, person, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    ask_for_reset(client, "anna@example.org", django_capture_on_commit_callbacks)
    from django_tasks_db.models import DBTaskResult

    task = DBTaskResult.objects.get()
    assert task.args_kwargs == {"args": [person.pk], "kwargs": {}}


def test_a_password_is_changed_only_with_the_old_one(client, person):
    client.force_login(person)
    other = "a completely new secret"
    data = {"oldpassword": "wrong", "password1": other, "password2": other}
    client.post("/en/account/password/change/", data)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    client.post("/en/account/password/change/", data | {"oldpassword": PASSWORD})
    person.refresh_from_db()
    assert person.check_password(other)


# A second step


@pytest.fixture
def staff(db):
    person = UserFactory(username="staff", language="en")
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return person


def with_totp(person):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code_now(secret):
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_staff_without_a_second_step_set_one_up_first(client, staff, settings):
    client.force_login(staff)
    assert client.get("/admin/").status_code == 200
    settings.TILTS_STAFF_SECOND_FACTOR = True
    response = client.get("/admin/")
    assert response["Location"].endswith("/account/2fa/")
    with_totp(staff)
    assert client.get("/admin/").status_code == 200


def test_learners_are_not_asked(learner_client, settings):
    settings.TILTS_STAFF_SECOND_FACTOR = True
    assert learner_client.get("/en/my/account/").status_code == 200


def test_with_a_second_step_the_password_alone_opens_nothing(client, staff):
    secret = with_totp(staff)
    response = sign_in(client, "staff")
    assert response["Location"].endswith("/account/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/", follow=True).redirect_chain
    response = client.post(response["Location"], {"code": code_now(secret)})
    assert response.status_code == 302
    assert int(client.session["_auth_user_id"]) == staff.pk


def test_wrong_codes_of_the_second_step_are_limited(client, staff):
    with_totp(staff)
    address = sign_in(client, "staff")["Location"]
    answers = [client.post(address, {"code": "000000"}) for _try in range(8)]
    assert "Too many" in answers[-1].content.decode() or answers[-1].status_code == 429


def test_an_invitation_does_not_go_round_the_second_step(client, staff, team, lead):
    import uuid

    from courses.people import invitations

    with_totp(staff)
    invitation = invitations.invite_again(
        staff, team=team, by=lead, printed=True, token=uuid.uuid4()
    )
    code = invitations.new_code(invitation)
    other = "a completely new secret"
    response = client.post(f"/en/invitation/{code}/", {"password1": other, "password2": other})
    assert response["Location"].endswith("/account/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "page", ["", "totp/activate/", "webauthn/", "webauthn/add/", "recovery-codes/"]
)
def test_the_pages_of_the_second_step_open(client, person, page):
    if page == "recovery-codes/":
        with_totp(person)
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        RecoveryCodes.activate(person)
    sign_in(client, "anna.liepa")
    response = client.get(f"/en/account/2fa/{page}", follow=True)
    assert response.status_code == 200
    assert "<h1" in response.content.decode()

"""Nobody there: signed out, and what was being sent is kept for her alone."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from courses.people.middleware import SEEN
from courses.people.models import KeptForm, Role
from tests.courses.factories import LessonFactory
from tests.people.factories import MembershipFactory, UserFactory

PASSWORD = "a long enough secret"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def person(db):
    return UserFactory(username="anna", language="en")


@pytest.fixture
def signed(client, person):
    client.force_login(person)
    client.get("/en/my/account/")
    return client


def leave(client, minutes=31):
    session = client.session
    session[SEEN] -= minutes * 60
    session.save()


def sign_in(client, login="anna"):
    return client.post("/en/account/login/", {"login": login, "password": PASSWORD})


def test_half_an_hour_is_the_measure(signed, settings):
    assert settings.TILTS_IDLE_MINUTES == 30
    leave(signed, 29)
    assert signed.get("/en/my/account/").status_code == 200
    leave(signed, 31)
    response = signed.get("/en/my/account/")
    assert response["Location"].startswith("/en/account/login/?next=")
    assert "_auth_user_id" not in signed.session
    assert "nothing had happened here" in signed.get(response["Location"]).content.decode()


def test_open_pages_are_then_read_without_a_name(signed):
    leave(signed)
    response = signed.get("/en/invitation/")
    assert response.status_code == 200
    assert not response.context["user"].is_authenticated


def test_the_stamp_is_written_at_most_once_a_minute(signed, django_assert_num_queries):
    stamped = signed.session[SEEN]
    signed.get("/en/my/account/")
    assert signed.session[SEEN] == stamped
    leave(signed, 2)
    signed.get("/en/my/account/")
    assert signed.session[SEEN] >= stamped


def test_an_open_tab_alone_does_not_keep_her_signed_in(signed):
    leave(signed, 2)
    stamped = signed.session[SEEN]
    signed.post("/csp-report/", "{}", content_type="application/json")
    assert signed.session[SEEN] == stamped


def test_she_says_that_she_is_there(signed):
    leave(signed, 29)
    stamped = signed.session[SEEN]
    assert signed.post(reverse("people:stay")).status_code == 204
    assert signed.session[SEEN] > stamped
    assert signed.get(reverse("people:stay")).status_code == 405


def test_too_late_to_say_so(signed):
    leave(signed)
    stamped = signed.session[SEEN]
    assert signed.post(reverse("people:stay")).status_code == 403
    assert signed.session[SEEN] == stamped
    assert not KeptForm.objects.exists()


def test_a_script_that_notices_her_first_loses_nothing(signed):
    leave(signed)
    signed.post(reverse("people:stay"))
    signed.post("/en/my/account/", {"note": "Two days of notes"})
    assert KeptForm.objects.get().fields == {"note": ["Two days of notes"]}
    assert "_auth_user_id" not in signed.session


def hand_over(client, **fields):
    """What the script of an open page does when nothing has happened in it."""
    return client.post(
        reverse("left"), fields, HTTP_REFERER="http://testserver/en/my/account/?tab=1"
    )


def test_a_draft_in_a_tab_is_never_sent_while_she_works_elsewhere(signed, person):
    """Wagtail's admin, say, of which the tab knows nothing."""
    leave(signed, 20)
    stamped = signed.session[SEEN]
    response = hand_over(signed, _action="/en/my/account/", language="lv")
    assert response.status_code == 200
    assert 1199 <= response.json()["idle"] <= 1202
    assert signed.session[SEEN] == stamped  # a script asking is nobody being there
    assert "_auth_user_id" in signed.session
    person.refresh_from_db()
    assert person.language == "en"
    assert not KeptForm.objects.exists()


def test_and_kept_where_she_is_away(signed, person):
    leave(signed)
    response = hand_over(signed, _action="/en/my/account/?a=b", language="lv", password="x")
    assert response.status_code == 403
    assert "_auth_user_id" not in signed.session
    person.refresh_from_db()
    assert person.language == "en"
    form = KeptForm.objects.get(person=person)
    assert (form.path, form.page) == ("/en/my/account/?a=b", "/en/my/account/?tab=1")
    assert form.fields == {"language": ["lv"]}
    assert sign_in(signed)["Location"] == "/en/kept/"


@pytest.mark.parametrize(
    "action",
    [
        "https://elsewhere.example/en/my/account/",
        "//elsewhere.example/en/my/account/",
        "/admin/pages/add/",
        "/left/",
        "/en/stay/",
        "/en/account/password/change/",
        "/no-such-thing.php",
        "javascript:alert(1)",
        "/en/my/account/?" + "x" * 500,
        "http://[broken",
        "",
    ],
)
def test_a_draft_for_another_place_is_not_kept(signed, action):
    leave(signed)
    assert hand_over(signed, _action=action, note="words").status_code == 403
    assert not KeptForm.objects.exists()


def test_a_tab_without_a_draft_leaves_nothing_behind(signed):
    leave(signed)
    assert hand_over(signed, _action="/en/my/account/").status_code == 403
    assert not KeptForm.objects.exists()
    assert hand_over(signed, _action="/en/my/account/", note="late").status_code == 403
    assert not KeptForm.objects.exists()
    assert signed.get(reverse("left")).status_code == 405


def test_another_site_hands_over_nothing(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    client.get("/en/my/account/")
    leave(client)
    assert hand_over(client, _action="/en/my/account/", note="words").status_code == 403
    assert not KeptForm.objects.exists()


def test_somebody_unknown_cannot_stay(client, db):
    assert client.post(reverse("people:stay")).status_code == 403


@pytest.fixture
def kept(signed, person):
    leave(signed)
    response = signed.post(
        "/en/my/account/?a=b",
        {
            "language": "lv",
            "note": "Two days of notes",
            "password1": PASSWORD,
            "csrfmiddlewaretoken": "x",
            "many": ["1", "2"],
        },
        HTTP_REFERER="http://testserver/en/my/account/",
    )
    return response, KeptForm.objects.get(person=person)


def test_what_she_sent_too_late_is_kept_not_done(signed, person, kept):
    response, form = kept
    assert response["Location"] == "/en/account/login/?next=/en/my/account/"
    person.refresh_from_db()
    assert person.language == "en"
    assert form.path == "/en/my/account/?a=b"
    assert form.fields == {"language": ["lv"], "note": ["Two days of notes"], "many": ["1", "2"]}
    assert "is kept" in signed.get(response["Location"]).content.decode()


def test_after_signing_in_she_is_shown_it_and_sends_it(signed, person, kept):
    _response, form = kept
    assert sign_in(signed)["Location"] == "/en/kept/"
    page = signed.get("/en/kept/").content.decode()
    assert "Two days of notes" in page
    assert 'action="/en/my/account/?a=b"' in page
    assert '<input type="hidden" name="many" value="2">' in page
    signed.post("/en/my/account/?a=b", {"language": "lv", "_kept": form.pk})
    person.refresh_from_db()
    assert person.language == "lv"
    assert not KeptForm.objects.exists()


def test_a_form_that_was_refused_stays_kept(signed, kept):
    _response, form = kept
    sign_in(signed)
    assert signed.post("/en/my/account/", {"language": "xx", "_kept": form.pk}).status_code == 422
    assert KeptForm.objects.exists()


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 30, "²", "-1", "1e3", "x", "\0"])
def test_a_number_of_no_form_breaks_nothing(signed, kept, number):
    sign_in(signed)
    assert signed.post("/en/my/account/", {"language": "en", "_kept": number}).status_code == 302
    assert signed.post("/en/kept/", {"form": number}).status_code == 404
    assert KeptForm.objects.exists()


def test_she_throws_it_away(signed, kept):
    _response, form = kept
    sign_in(signed)
    signed.post("/en/kept/", {"form": form.pk})
    assert not KeptForm.objects.exists()
    assert "Nothing is waiting" in signed.get("/en/kept/").content.decode()


def test_the_next_person_at_the_machine_sees_nothing_of_it(signed, kept, db):
    _response, form = kept
    UserFactory(username="janis", language="en")
    assert sign_in(signed, "janis")["Location"] == "/en/my/"
    assert "Two days" not in signed.get("/en/kept/").content.decode()
    assert signed.post("/en/kept/", {"form": form.pk}).status_code == 404
    signed.post("/en/my/account/", {"language": "en", "_kept": form.pk})
    assert KeptForm.objects.filter(pk=form.pk).exists()


def test_after_a_week_it_is_gone(signed, person, kept):
    import datetime

    from django.utils import timezone

    _response, form = kept
    KeptForm.objects.update(kept_at=timezone.now() - datetime.timedelta(days=8))
    sign_in(signed)
    assert "Nothing is waiting" in signed.get("/en/kept/").content.decode()


def test_too_long_a_form_and_files_are_not_kept(signed):
    from django.core.files.uploadedfile import SimpleUploadedFile

    leave(signed)
    signed.post("/en/my/account/", {"note": "x" * 70_000})
    assert not KeptForm.objects.exists()
    sign_in(signed)
    signed.get("/en/my/account/")
    leave(signed)
    signed.post(
        "/en/my/account/", {"note": "words", "file": SimpleUploadedFile("a.txt", b"secret")}
    )
    assert KeptForm.objects.get().fields == {"note": ["words"]}


@pytest.mark.parametrize(
    "address",
    ["/en/account/password/change/", "/admin/pages/add/", "/no-such-thing.php", "/en/scheme/"],
)
def test_nothing_of_these_is_kept(signed, address):
    leave(signed)
    signed.post(address, {"oldpassword": "x", "note": "words"})
    assert not KeptForm.objects.exists()
    assert "_auth_user_id" not in signed.session


def test_without_the_forms_token_nothing_is_kept(person):
    """Another site cannot leave something for her to send."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    client.get("/en/my/account/")
    leave(client)
    assert client.post("/en/my/account/", {"note": "words"}).status_code == 403
    assert not KeptForm.objects.exists()
    assert "_auth_user_id" not in client.session


def test_no_browser_keeps_what_a_signed_in_person_saw(signed, team, person):
    """Otherwise "back" shows it to whoever comes to the machine next."""
    MembershipFactory(team=team, person=person, role=Role.LEAD)
    learner = MembershipFactory(team=team).person
    lesson = LessonFactory()
    for path in (
        *("/en/my/", "/en/my/history/", "/en/my/profile/", "/en/my/certificates/", "/en/kept/"),
        *(f"/en/team/{team.pk}/", f"/en/people/{learner.pk}/", "/en/assign/", "/en/no-such-page/"),
        *(lesson.get_url(), lesson.get_parent().get_url(), "/en/invitation/"),
    ):
        response = signed.get(path)
        assert response.status_code in {200, 404}, path
        assert "no-store" in response["Cache-Control"], path
    signed.logout()
    assert "no-store" not in signed.get(lesson.get_parent().get_url()).get("Cache-Control", "")


def test_signing_out_by_hand(signed):
    response = signed.post("/en/account/logout/")
    assert response.status_code == 302
    assert "_auth_user_id" not in signed.session


def test_anonymous_readers_get_no_session(client, db):
    client.get("/en/invitation/")
    assert "sessionid" not in client.cookies

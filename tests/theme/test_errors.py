"""What people see when something went wrong: a page of ours, in words, in their language."""

import uuid

import pytest
from django.core.cache import cache
from django.test import Client

from courses.people.models import User

SAID = {
    "lv": {404: "Šādas lapas nav", 403: "Šī lapa tev nav pieejama", 405: "Šeit nav, ko atvērt"},
    "en": {
        404: "There is no such page",
        403: "This page is not open to you",
        405: "There is nothing to open here",
    },
}


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def designed(response):
    """The text of a page that is ours: one heading, our style, a way on."""
    page = response.content.decode()
    assert "theme/site.css" in page
    assert 'class="button' in page
    return page


@pytest.mark.parametrize("language", ["lv", "en"])
def test_no_such_page_not_open_and_nothing_to_open(learner_client, language):
    for code, path in (
        (404, "/no-such-page/"),
        (403, "/people/invite/"),
        (405, "/my/messages/read/"),
        (405, "/quizzes/6042d9f8-06ce-4f82-aa51-66b2c786c3ea/start/"),
    ):
        response = learner_client.get(f"/{language}{path}")
        assert response.status_code == code
        page = designed(response)
        assert SAID[language][code] in page
        assert page.count("<h1") == 1
        assert f'<html lang="{language}"' in page
    assert response["Allow"] == "POST"


def test_what_a_script_asks_wrongly_is_answered_to_a_script(learner_client):
    response = learner_client.put("/en/my/messages/read/")
    assert (response.status_code, response.content) == (405, b"")


@pytest.mark.parametrize(
    "sent",
    [
        {"code": "x" * 3_000_000},
        {f"field{number}": "x" for number in range(20_001)},
    ],
)
def test_too_much_at_once(client, db, sent):
    response = client.post("/en/invitation/", sent)
    assert response.status_code == 413
    page = designed(response)
    assert "This is more than we can take at once" in page
    assert 'lang="lv"' in page
    assert "xxx" not in page


def test_a_request_that_makes_no_sense(client, db):
    response = client.get("/en/invitation/", HTTP_HOST="evil.example")
    assert response.status_code == 400
    page = designed(response)
    assert "We could not understand this request" in page
    assert "evil" not in page


@pytest.mark.parametrize("language", ["lv", "en"])
def test_a_form_without_its_token(learner, language):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    response = client.post(f"/{language}/my/account/", {"language": "en"})
    assert response.status_code == 403
    page = designed(response)
    said = {"lv": "Lapa bija atvērta pārāk ilgi", "en": "The page stood open for too long"}
    assert said[language] in page


@pytest.mark.parametrize("language", ["lv", "en"])
def test_too_many_tries(client, db, language):
    for _try in range(6):
        data = {"login": "nobody.here", "password": "wrong"}
        response = client.post(f"/{language}/account/login/", data)
    assert response.status_code == 429
    said = {"lv": "Pārāk daudz mēģinājumu", "en": "Too many attempts"}
    assert said[language] in designed(response)


def test_something_broke(client, db, monkeypatch):
    def broken(*_given, **_named):
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("certificates.views.tidy", broken)
    client.raise_request_exception = False
    response = client.get("/en/verify/K7QM/")
    assert response.status_code == 500
    page = designed(response)
    assert "Something broke on our side" in page
    assert "secret" not in page


# A form of somebody who is no longer signed in


@pytest.mark.parametrize(
    ("referer", "after"),
    [
        ("http://testserver/en/my/account/?a=1", "/en/my/account/%3Fa%3D1"),
        ("http://evil.example/en/my/account/", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_back_to_the_page_of_the_form(client, db, referer, after):
    extra = {"HTTP_REFERER": referer} if referer else {}
    response = client.post(f"/en/quizzes/{uuid.uuid4()}/start/", {}, **extra)
    assert response.status_code == 302
    assert response["Location"] == f"/en/account/login/?next={after}"


def test_a_page_asked_for_is_where_signing_in_leads(client, db):
    response = client.get("/en/my/account/")
    assert response["Location"] == "/en/account/login/?next=/en/my/account/"
    assert not User.objects.exists()

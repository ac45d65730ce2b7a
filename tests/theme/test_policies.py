"""Headers: strict everywhere, looser in the editor, and reports that name nobody."""

import json
import logging

import pytest
from django.urls import reverse

from tests.people.factories import UserFactory


def policy(response):
    directives = response["Content-Security-Policy"].split("; ")
    return {name: values for name, _space, values in (each.partition(" ") for each in directives)}


@pytest.fixture
def root_client(client, db):
    client.force_login(UserFactory(is_superuser=True))
    return client


def test_pages_are_strict(client, db):
    found = policy(client.get("/en/invitation/"))
    assert found["default-src"] == "'none'"
    assert found["script-src"] == found["style-src"] == found["img-src"] == "'self'"
    assert found["frame-ancestors"] == "'none'"
    assert found["base-uri"] == found["object-src"] == "'none'"
    assert found["report-uri"] == "/csp-report/"


def test_nothing_inline_and_no_nonce_anywhere_on_pages(client, db):
    text = client.get("/en/account/login/")["Content-Security-Policy"]
    assert "unsafe" not in text
    assert "nonce" not in text
    assert "data:" not in text
    assert "http" not in text


def test_pages_that_are_not_found_are_strict_too(client, db):
    assert policy(client.get("/en/no-such-page/"))["script-src"] == "'self'"


def test_the_other_headers(client, db):
    response = client.get("/en/invitation/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "microphone=()" in response["Permissions-Policy"]


def test_the_editor_has_its_own(root_client):
    response = root_client.get("/admin/")
    found = policy(response)
    assert found["default-src"] == "'none'"
    assert found["script-src"] == found["style-src"] == "'self'"
    assert "'unsafe-inline'" in found["style-src-elem"]
    assert "'unsafe-inline'" not in found["script-src-attr"]
    assert "'unsafe-eval'" not in response["Content-Security-Policy"]
    assert "http" not in response["Content-Security-Policy"]
    assert found["frame-ancestors"] == "'self'"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_data_pictures_only_where_the_qr_code_is(client, db):
    from django.core.cache import cache

    cache.clear()
    UserFactory(username="anna")
    client.post("/en/account/login/", {"login": "anna", "password": "a long enough secret"})
    address = reverse("mfa_activate_totp")
    again = client.get(address)["Location"]
    client.post(again, {"password": "a long enough secret", "next": address})
    response = client.get(address)
    assert response.request["PATH_INFO"].endswith("/totp/activate/")
    assert policy(response)["img-src"] == "'self' data:"
    assert policy(client.get(reverse("mfa_index")))["img-src"] == "'self'"


def test_a_preview_is_strict_and_may_stand_in_the_editors_frame(root_client):
    from wagtail.models import Page

    from content.models import InfoPage

    root = Page.objects.get(depth=1)
    page = root.add_child(instance=InfoPage(title="About", slug="about-us", key="about"))
    address = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    response = root_client.get(address)
    assert response.status_code == 200
    found = policy(response)
    assert found["script-src"] == "'self'"
    assert found["frame-ancestors"] == "'self'"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


# Reports


REPORT = {
    "csp-report": {
        "document-uri": "https://tilts.example.org/en/invitation/ABCD-EFGH/?email=anna@example.org",
        "blocked-uri": "https://evil.example/x.js?u=anna",
        "effective-directive": "script-src-elem",
        "violated-directive": "script-src-elem",
        "script-sample": "Anna said",
    }
}


def send(client, body, kind="application/csp-report"):
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post("/csp-report/", text, content_type=kind)


def test_a_report_is_logged_without_a_name(client, caplog):
    caplog.set_level(logging.WARNING, "tilts.policy")
    assert send(client, REPORT).status_code == 204
    [record] = caplog.records
    line = record.getMessage()
    assert "script-src-elem" in line
    assert "evil.example/x.js" in line
    for secret in ("anna", "Anna", "?", "example.org/en/invitation/ABCD-EFGH/?"):
        assert secret not in line


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("not json", 400),
        ("[]", 400),
        ('{"csp-report": "x"}', 400),
        ('{"csp-report": {}}', 400),
        ('{"csp-report": null}', 400),
        ("", 400),
        (json.dumps(REPORT | {"filling": "x" * 20_000}), 413),
        ("[" * 15_000, 400),
    ],
)
def test_nonsense_and_long_reports_are_refused(client, caplog, body, status):
    assert send(client, body).status_code == status
    assert not [record for record in caplog.records if record.name == "tilts.policy"]


def test_a_report_makes_no_new_lines_in_the_log(client, caplog):
    send(client, {"csp-report": {"effective-directive": "img-src\n\nFAKE", "blocked-uri": "a\nb"}})
    assert "\n" not in caplog.records[0].getMessage()


@pytest.mark.parametrize("address", ["http://[", "http://[::1", "https://a]b/", 5, ["x"], "\ud800"])
def test_an_address_that_is_none_breaks_nothing(client, caplog, address):
    named = {"effective-directive": "img-src", "blocked-uri": address, "document-uri": address}
    assert send(client, {"csp-report": named}).status_code == 204
    [record] = [each for each in caplog.records if each.name == "tilts.policy"]
    assert "img-src" in record.getMessage()


def test_reports_are_posted(client, db):
    assert client.get("/csp-report/").status_code == 405

"""Open pages come from memory, whole and never stale; what is made for one person is compressed."""

import gzip

import pytest
from django.http import FileResponse, HttpResponse
from django.test import Client

from tests.content.test_packs import page
from tests.people.factories import UserFactory
from theme.middleware import Compression

pytestmark = pytest.mark.django_db
AID = "/lv/aid/"
PACKED = {"HTTP_ACCEPT_ENCODING": "br, gzip"}


@pytest.fixture
def reader(loaded):
    return Client()


@pytest.fixture
def person(loaded):
    client = Client()
    client.force_login(UserFactory())
    return client


def test_the_second_reader_asks_the_database_nothing(reader, django_assert_num_queries):
    first = reader.get(AID)
    with django_assert_num_queries(0):
        second = reader.get(AID)
    assert second.status_code == 200
    assert second.content == first.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert second["Cache-Control"] == "no-cache"


def test_it_is_sent_compressed_to_whoever_can_read_that(reader):
    plain, packed = reader.get(AID), reader.get(AID, **PACKED)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2


def test_whoever_has_it_is_told_so_until_it_changes(reader, django_capture_on_commit_callbacks):
    tag = reader.get(AID)["ETag"]
    again = reader.get(AID, headers={"if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    found = page()
    found.title = "Pirmā palīdzība sev"
    with django_capture_on_commit_callbacks(execute=True):
        found.save_revision().publish()
    after = reader.get(AID, headers={"if-none-match": tag})
    assert after.status_code == 200
    assert "Pirmā palīdzība sev" in after.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        found.unpublish()
    assert reader.get(AID).status_code == 404


def test_a_restriction_shows_at_once(reader, django_capture_on_commit_callbacks):
    from wagtail.models import PageViewRestriction

    assert reader.get(AID).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(page=page(), restriction_type="login")
    assert reader.get(AID).status_code == 302


@pytest.mark.parametrize("how", ["session", "query", "cookie"])
def test_only_plain_readers_are_answered_from_memory(reader, person, how):
    assert reader.get(AID)["Cache-Control"] == "no-cache"
    client = person if how == "session" else reader
    if how == "cookie":
        client.cookies["anything"] = "else"
    response = client.get(AID, {"a": "b"} if how == "query" else None)
    assert response.status_code == 200
    assert "ETag" not in response


def test_each_colour_scheme_is_kept_apart(reader):
    light = reader.get(AID).content
    reader.cookies["scheme"] = "dark"
    assert reader.get(AID).content != light


def test_what_is_made_for_one_person_is_compressed_with_a_length_that_tells_nothing(person):
    plain = person.get(AID).content
    sent = [person.get(AID, **PACKED) for _time in range(8)]
    assert {response["Content-Encoding"] for response in sent} == {"gzip"}
    assert "Accept-Encoding" in sent[0]["Vary"]
    # Django adds up to a hundred bytes by chance, against BREACH.
    assert len({len(response.content) for response in sent}) > 1
    assert max(len(response.content) for response in sent) < len(plain) / 2


@pytest.mark.parametrize(
    "file", [HttpResponse(b"%PDF" * 200, content_type="application/pdf"), FileResponse(b"ab" * 200)]
)
def test_files_leave_as_they_are(rf, file):
    sent = Compression(lambda _request: file)(rf.get("/", **PACKED))
    assert "Content-Encoding" not in sent

"""Pictures come from the site itself; nothing else of the store does."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


@pytest.fixture
def store():
    def put(name):
        default_storage.save(name, ContentFile(b"content"))

    return put


def test_a_picture(client, store):
    store("images/prison.width-800.png")
    response = client.get("/media/images/prison.width-800.png")
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"content"
    assert response["Content-Type"] == "image/png"
    assert "immutable" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "documents/secret.pdf",
        "documents/secret.png",
        "images/page.html",
        "images/drawing.svg",
        "images/none.png",
        "images/../documents/secret.png",
        "secret.png",
    ],
)
def test_nothing_else(client, db, store, name):
    store("documents/secret.pdf")
    store("documents/secret.png")
    store("images/page.html")
    store("images/drawing.svg")
    assert client.get(f"/media/{name}").status_code in (400, 404)

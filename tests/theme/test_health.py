"""What the load balancer asks."""

import pytest
from django.core.cache import cache
from django.db import connection

from theme import health


@pytest.fixture(autouse=True)
def _not_yet_known():
    health._migrated = False
    yield
    health._migrated = False


def test_alive_asks_nobody(client, django_assert_num_queries):
    response = client.get("/healthz", HTTP_HOST="10.0.0.7")
    assert (response.status_code, response.content) == (200, b"alive\n")


def test_alive_touches_no_database(client):
    """Without the `db` mark any statement would fail this test."""
    assert client.get("/healthz").status_code == 200
    assert "Set-Cookie" not in client.get("/healthz")


def test_ready(client, db):
    response = client.get("/readyz", HTTP_HOST="10.0.0.7")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "cache": "ok", "migrations": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_they_are_not_sent_to_https(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_migration_that_is_not_applied(client, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'people'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["migrations"] == "failed"
    assert response.json()["database"] == "ok"


def test_a_cache_that_does_not_answer(client, db, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "theme.rediscache.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    try:
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {"database": "ok", "cache": "failed", "migrations": "ok"}
    finally:
        cache.close()


def test_a_database_that_does_not_answer(client, db, tmp_path):
    import subprocess
    import sys

    script = (
        "import django; django.setup();"
        "from django.test import Client;"
        "r = Client().get('/readyz'); print(r.status_code, r.json())"
    )
    import os

    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "theme.settings.test",
            "DATABASE_URL": f"sqlite:///{tmp_path}/no/such/folder/x.sqlite3",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "503" in done.stdout, done.stderr
    assert "'database': 'failed'" in done.stdout
    assert "'cache': 'ok'" in done.stdout


def test_only_reading(client):
    assert client.post("/healthz").status_code == 405

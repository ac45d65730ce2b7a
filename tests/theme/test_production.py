"""Production starts only with everything it needs, and says what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "k3J9-vXq7pLw2ZsB8dTn5RfG1hYc6MaUe4oKiQzWxVtSrNbPjD",
    "DATABASE_URL": "postgres://tilts:pw@127.0.0.1:5432/tilts",
    "CACHE_URL": "redis://127.0.0.1:6379/0",
    "ALLOWED_HOSTS": "tilts.example.org",
    "PUBLIC_URL": "https://tilts.example.org",
    "EMAIL_URL": "smtp+tls://post:pw@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Tilts <tilts@example.org>",
    "TRUSTED_PROXIES": "1",
    "MEDIA_BUCKET": "tilts",
    "MEDIA_ENDPOINT_URL": "https://s3.example.org",
    "MEDIA_ACCESS_KEY": "tilts",
    "MEDIA_SECRET_KEY": "q8Wn4Zt7Lk2Vb6Rx",
}
PLAIN = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}


def start(command, values):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=PLAIN | {"DJANGO_SETTINGS_MODULE": "theme.settings.production"} | values,
        capture_output=True,
        text=True,
        check=False,
    )


def load(values):
    """The settings module alone: quick, and it is what refuses."""
    return start(["-c", "import theme.settings.production"], values)


def test_django_finds_nothing_to_warn_of():
    done = start(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], GOOD)
    assert done.returncode == 0, done.stderr
    assert "0 silenced" in done.stdout + done.stderr


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_variable_is_named(name):
    done = load({key: value for key, value in GOOD.items() if key != name})
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
    assert f"{name} is missing" in done.stderr


def test_all_that_is_missing_is_named_at_once():
    done = load({})
    for name in GOOD:
        assert f"{name} is missing" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "development-only", "is a known value"),
        ("SECRET_KEY", "django-insecure-" + "x7Kq" * 20, "is a known value"),
        ("SECRET_KEY", "k3J9vXq7pLw2", "is too short"),
        ("SECRET_KEY", "a" * 60, "is too short"),
        ("DATABASE_URL", "sqlite:////tmp/tilts.sqlite3", "is not the address of a PostgreSQL"),
        ("CACHE_URL", "locmem://", "is not the address of a Redis"),
        ("EMAIL_URL", "consolemail://", "is not the address of an SMTP server"),
        ("EMAIL_URL", "filemail:///tmp", "is not the address of an SMTP server"),
        ("ALLOWED_HOSTS", "*", "has a wildcard"),
        ("ALLOWED_HOSTS", "tilts.example.org,.example.org", "has a wildcard"),
        ("ALLOWED_HOSTS", "tilts.example.org,localhost", "has a host of development, localhost"),
        ("ALLOWED_HOSTS", "tilts.example.org,127.0.0.1", "has a host of development, 127.0.0.1"),
        ("ALLOWED_HOSTS", "tilts.example.org,[::1]", "has a host of development, [::1]"),
        ("ALLOWED_HOSTS", "tilts.example.org,testserver", "has a host of development, testserver"),
        ("DEFAULT_FROM_EMAIL", "webmaster@localhost", "is not an address people can answer"),
        ("DEFAULT_FROM_EMAIL", "Tilts", "is not an address people can answer"),
        ("DATABASE_URL", "postgres://[", "is not the address of a PostgreSQL"),
        ("CACHE_URL", "redis://", "is not the address of a Redis"),
        ("EMAIL_URL", "smtp://:25", "is not the address of an SMTP server"),
        ("MEDIA_ENDPOINT_URL", "https://", "is not an http address"),
        ("PUBLIC_URL", "https://[", "is not an https address"),
        ("PUBLIC_URL", "https://tilts.example.org/?a=b", "has a path"),
        ("PUBLIC_URL", "http://tilts.example.org", "is not an https address"),
        ("PUBLIC_URL", "https://other.example.org", "is not among ALLOWED_HOSTS"),
        ("PUBLIC_URL", "https://tilts.example.org/learn", "has a path"),
        ("TRUSTED_PROXIES", "0", "is not a whole number from 1 up"),
        ("TRUSTED_PROXIES", "two", "is not a whole number from 1 up"),
        ("MEDIA_SECRET_KEY", "minioadmin", "is a known value"),
        ("DEBUG", "1", "is on"),
    ],
)
def test_a_development_default_is_refused(name, value, said):
    done = load(GOOD | {name: value})
    assert done.returncode != 0
    assert f"{name} {said}" in done.stderr


def test_the_demo_organisation_is_refused():
    """Before anything is asked of the database: its accounts have a published password."""
    done = start(["manage.py", "demo"], GOOD)
    assert done.returncode != 0
    assert "development only" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_refused_is_not_printed():
    done = load(GOOD | {"SECRET_KEY": "hunter2-hunter2"})
    assert "hunter2" not in done.stderr


PRINT = """
import django, json
from django.conf import settings
django.setup()
from django.core.cache import caches
from django.core.files.storage import storages
print(json.dumps({
    "debug": settings.DEBUG,
    "engine": settings.DATABASES["default"]["ENGINE"],
    "kept": settings.DATABASES["default"]["CONN_MAX_AGE"],
    "cache": type(caches["default"]).__name__,
    "backend": settings.TASKS["default"]["BACKEND"],
    "mail": [settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS],
    "session": settings.SESSION_COOKIE_NAME,
    "csrf": settings.CSRF_COOKIE_NAME,
    "proxies": settings.ALLAUTH_TRUSTED_PROXY_COUNT,
    "second": settings.TILTS_STAFF_SECOND_FACTOR,
    "picture": storages["default"].url("images/a b.png"),
    "static": type(storages["staticfiles"]).__name__,
    "hsts": settings.SECURE_HSTS_SECONDS,
}))
"""


def test_what_production_runs_on():
    import json

    done = start(["-c", PRINT], GOOD)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["debug"] is False
    assert found["engine"].endswith("postgresql")
    assert found["kept"] > 0
    assert found["cache"] == "RedisCache"
    assert found["backend"] == "content.once.Queued"
    assert found["mail"] == [
        "django.core.mail.backends.smtp.EmailBackend",
        "mail.example.org",
        587,
        True,
    ]
    assert found["session"] == "__Host-session"
    assert found["csrf"] == "__Host-csrftoken"
    assert found["proxies"] == 1
    assert found["second"] is True
    assert found["picture"] == "https://tilts.example.org/media/images/a%20b.png"
    assert found["static"] == "CompressedManifestStaticFilesStorage"
    assert found["hsts"] == 365 * 24 * 60 * 60

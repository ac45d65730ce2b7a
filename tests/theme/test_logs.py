"""Log lines say what happened, never to whom."""

import io
import logging
import logging.config
import subprocess
import sys
from pathlib import Path
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction

from courses.people.mail import send_password_reset
from tests.people.factories import UserFactory
from theme.logs import NoPeople, without_people

ROOT = Path(__file__).resolve().parents[2]
KIND = "StreamHandler"


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("mail to anna.liepa@example.org failed", "mail to [e-mail] failed"),
        ("Anna+x@sub.example.co.uk", "[e-mail]"),
        ("Forbidden from 192.0.2.17", "Forbidden from [address]"),
        ("Not Found: /en/my/?q=Anna", "Not Found: /en/my/?[query]"),
        ("GET /lv/invitation/ACDE-FHJK-MNPQ/", "GET /lv/invitation/[token]/"),
        ("/en/account/password/reset/key/1a-c2b-9f8/", "/en/account/password/reset/key/[token]/"),
        ("/en/my/account/email/WzEs:1x:abc/ 200", "/en/my/account/email/[token]/ 200"),
        ("from 2001:db8:85a3::8a2e:370:7334 came", "from [address] came"),
        ("Not Found: /lv/verify/K7QM-2XF9-HD3W-8TRC/", "Not Found: /lv/verify/[token]/"),
        (
            'duplicate key value violates "people_user_username_key"\n'
            "DETAIL:  Key (username)=(anna.liepa) already exists.",
            'duplicate key value violates "people_user_username_key"\nDETAIL: [struck out]',
        ),
        (
            "null value in column\nDETAIL:  Failing row contains (3, Anna, Liepa\nsecond line).\n"
            "CONTEXT:  unnamed portal parameter $1 = 'Anna'\n\nThe above exception was",
            "null value in column\nDETAIL: [struck out]\nCONTEXT: [struck out]\n\n"
            "The above exception was",
        ),
        ("at 12:30:45 on 2026-11-22", "at 12:30:45 on 2026-11-22"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_what_points_to_a_person_is_struck_out(line, clean):
    assert without_people(line) == clean


@pytest.fixture
def log():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(NoPeople())
    logger = logging.getLogger("tests.no_people")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


def test_arguments_are_looked_at_too(log):
    logger, stream = log
    logger.warning("mail to %s: %s", "anna@example.org", "192.0.2.1")
    assert stream.getvalue() == "mail to [e-mail]: [address]\n"


def test_a_percent_sign_in_the_line_breaks_nothing(log):
    logger, stream = log
    logger.warning("100 %% of %s", "/x?a=b")
    assert stream.getvalue() == "100 % of /x?[query]\n"


def test_tracebacks_are_looked_at_too(log):
    logger, stream = log
    try:
        raise ValueError("duplicate key (anna@example.org)")
    except ValueError:
        logger.exception("failed")
    assert "anna@" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()


@pytest.fixture
def console(settings):
    """What the site's own logging writes, into a text."""
    stream = io.StringIO()
    logging.config.dictConfig(settings.LOGGING)
    [handler] = [each for each in logging.getLogger().handlers if type(each).__name__ == KIND]
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


def test_what_the_database_says_of_a_row_is_struck_out(console, db):
    taken = {"username": UserFactory(username="skaidrite.kimene").username}
    try:
        with transaction.atomic():
            UserFactory(**taken)
    except IntegrityError:
        logging.getLogger("tilts").exception("could not save")
    said = console.getvalue()
    assert "IntegrityError" in said
    assert "could not save" in said
    assert "skaidrite" not in said


def test_a_letter_that_cannot_be_sent_names_nobody(console, db, settings):
    settings.EMAIL_BACKEND = "tests.theme.test_logs.Refusing"
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    person = UserFactory(username="skaidrite.kimene", email="skaidrite@kimene.example")
    send_password_reset.enqueue(person.pk)
    said = console.getvalue()
    assert "SMTPRecipientsRefused" in said
    assert "kimene" not in said


def test_a_page_that_breaks_names_nobody(console, db, client, monkeypatch):
    def broken(*_given, **_named):
        raise ValueError("no such user: skaidrite@kimene.example")

    monkeypatch.setattr("certificates.views.tidy", broken)
    client.raise_request_exception = False
    answer = client.get(
        "/lv/verify/K7QM-2XF9-HD3W-8TRC/?email=skaidrite@kimene.example", REMOTE_ADDR="192.0.2.7"
    )
    assert answer.status_code == 500
    said = console.getvalue()
    assert "ValueError" in said
    assert not [word for word in ("kimene", "192.0.2.7", "K7QM") if word in said]


class Refusing(BaseEmailBackend):
    """A mail server that refuses everybody."""

    def send_messages(self, letters):
        raise SMTPRecipientsRefused(
            {address: (550, b"no " + address.encode()) for each in letters for address in each.to}
        )


def test_gunicorn_names_nobody(tmp_path):
    """Its own log lines too: an address it refuses, a request it cannot read."""
    script = (
        "import logging, sys; from gunicorn.config import Config; from gunicorn.glogging import Logger\n"
        "import runpy; found = runpy.run_path('theme/gunicorn.py'); config = Config()\n"
        "[config.set(n, v) for n, v in found.items() if n in config.settings]\n"
        "log = Logger(config)\n"
        "log.warning('Invalid request from ip=192.0.2.7: x')\n"
        "try: raise ValueError('anna@example.org')\n"
        "except ValueError: log.exception('Error handling request %s', '/lv/invitation/ACDE-FHJK/')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said = done.stdout + done.stderr
    assert "Invalid request from ip=[address]" in said
    assert "Error handling request" in said
    assert not [word for word in ("192.0.2.7", "ACDE", "anna") if word in said]
    assert said.count("Invalid request") == 1


def test_the_console_of_every_installation_has_the_filter(settings):
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["no_people"]

"""Log lines say what happened, never to whom."""

import io
import logging

import pytest

from theme.logs import NoPeople, without_people


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


def test_the_console_of_every_installation_has_the_filter(settings):
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["no_people"]

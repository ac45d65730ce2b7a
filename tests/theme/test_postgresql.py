"""The site's own PostgreSQL backend: it notices a dead connection, and prepares statements."""

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="it is PostgreSQL's backend"),
]


@pytest.fixture
def own():
    """A connection of the test's own; it closes what is left of it."""
    made = connection.copy()
    made.ensure_connection()
    yield made
    made.close()


def backend_of(found):
    with found.cursor() as cursor:
        return cursor.execute("SELECT pg_backend_pid()").fetchone()[0]


def test_a_connection_that_lives_is_usable_without_being_asked(own):
    pid = backend_of(own)
    assert own.is_usable()
    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid])
        assert cursor.fetchone() == ("SELECT pg_backend_pid()",)


def test_a_connection_that_the_server_ended_is_not_usable(own):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend_of(own)])
    assert not own.is_usable()


def test_a_closed_connection_is_not_usable(own):
    own.connection.close()
    assert not own.is_usable()
    own.close()
    assert not own.is_usable()


def test_a_statement_is_prepared_when_a_connection_sees_it_again(own):
    def prepared():
        with own.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            return [row[0] for row in cursor.fetchall()]

    assert prepared() == []
    for value in (3, 4, 5):
        with own.prepared_cursor() as cursor:
            assert cursor.execute("SELECT %s::int + 1", [value]).fetchone() == (value + 1,)
    assert prepared() == ["SELECT $1::int + 1"]

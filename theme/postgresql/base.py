"""Django's PostgreSQL, with a health check that asks nothing and a cursor that prepares."""

import select
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

PREPARE_AFTER = 1  # the second time a connection sees a statement, it is prepared


class _JSONText(Loader):
    """JSON in the binary format as a text, as Django takes it: behind a byte for the version."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        return bytes(data)[1:].decode()


class Operations(DatabaseOperations):
    """Django's, for cursors of both kinds."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """What was asked; with the places of its values where the server put them in."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    """`ENGINE = "theme.postgresql"`."""

    ops_class = Operations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        # Django's own cursors bind on this side and never prepare: this is for `prepared_cursor`.
        connection = super().get_new_connection(conn_params)
        connection.prepare_threshold = PREPARE_AFTER
        connection.adapters.register_loader("jsonb", _JSONText)
        return connection

    def is_usable(self) -> bool:
        """Whether the connection can be used; only one that looks odd is asked.

        A server that ended the connection has said so, and there is something to read. Nothing
        else is to be read between two requests.
        """
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection, select.POLLIN)
        return super().is_usable() if waiting.poll(0) else True

    def prepared_cursor(self) -> Any:
        """A cursor for statements of constant text, which PostgreSQL plans once a connection.

        Values are bound by the server, so each must have a type where the statement gives none.
        """
        self.ensure_connection()
        with self.wrap_database_errors:
            binding: Any = base.ServerBindingCursor
            cursor = binding(self.connection)
            cursor.format = Format.BINARY  # moments above all are read faster
            return self._prepare_cursor(cursor)  # type: ignore[attr-defined]

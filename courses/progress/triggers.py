"""What makes the two logs append-only in the database itself, on SQLite and on PostgreSQL.

UPDATE is always refused; DELETE unless a purge is open in the same transaction (see
`models.Purge.door`); TRUNCATE, on PostgreSQL, always.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

LOGS = ("progress_activity", "progress_evidence")
REFUSAL = "is append-only: correct it with a new row, remove from it through a purge"
OPEN_DOOR = "SELECT 1 FROM progress_purge WHERE door_id IS NOT NULL"

POSTGRESQL_CREATE = [
    f"""
    CREATE OR REPLACE FUNCTION tilts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND EXISTS ({OPEN_DOOR}) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '% {REFUSAL}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    """
]
for log in LOGS:
    POSTGRESQL_CREATE += [
        f"CREATE TRIGGER {log}_append_only BEFORE UPDATE OR DELETE ON {log}"
        " FOR EACH ROW EXECUTE FUNCTION tilts_append_only();",
        f"CREATE TRIGGER {log}_never_truncated BEFORE TRUNCATE ON {log}"
        " FOR EACH STATEMENT EXECUTE FUNCTION tilts_append_only();",
    ]
POSTGRESQL_DROP = [
    statement
    for log in LOGS
    for statement in (
        f"DROP TRIGGER IF EXISTS {log}_append_only ON {log};",
        f"DROP TRIGGER IF EXISTS {log}_never_truncated ON {log};",
    )
] + ["DROP FUNCTION IF EXISTS tilts_append_only();"]

SQLITE_CREATE = [
    statement
    for log in LOGS
    for statement in (
        f"CREATE TRIGGER {log}_never_updated BEFORE UPDATE ON {log}"
        f" BEGIN SELECT RAISE(ABORT, '{log} {REFUSAL}'); END;",
        f"CREATE TRIGGER {log}_append_only BEFORE DELETE ON {log}"
        f" WHEN NOT EXISTS ({OPEN_DOOR})"
        f" BEGIN SELECT RAISE(ABORT, '{log} {REFUSAL}'); END;",
    )
]
SQLITE_DROP = [
    statement
    for log in LOGS
    for statement in (
        f"DROP TRIGGER IF EXISTS {log}_never_updated;",
        f"DROP TRIGGER IF EXISTS {log}_append_only;",
    )
]


def _run(connection: BaseDatabaseWrapper, postgresql: list[str], sqlite: list[str]) -> None:
    statements = postgresql if connection.vendor == "postgresql" else sqlite
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def create(connection: BaseDatabaseWrapper) -> None:
    """Put the refusals in place."""
    _run(connection, POSTGRESQL_CREATE, SQLITE_CREATE)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the refusals away: for migrations backwards, and for tests around a flush."""
    _run(connection, POSTGRESQL_DROP, SQLITE_DROP)

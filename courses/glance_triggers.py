"""What has a person's `Glance` made anew: triggers on the tables that it is worked out from.

However a row is written, one by one, many at once or by an import, the database itself notes whose
glance is stale. Nothing is refused and nothing computed here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper


class Watch(NamedTuple):
    """A table whose changes matter: whose they are, and which of them count."""

    table: str
    person: str  # SQL of the person's number, where {row} is NEW or OLD
    insert: str = "TRUE"  # conditions; empty where the event does not matter
    update: str = "TRUE"
    delete: str = "TRUE"
    extra: str = ""  # what must hold of the glance itself


SUBJECT = "(SELECT person_id FROM progress_subject WHERE id = {row}.subject_id)"


def _differs(*columns: str) -> str:
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)


# What is remembered of a team rests on whose places they are and from when to when.
PLACE = _differs("person_id", "role", "team_id", "setting", "starts_on", "ends_on")
WATCHED = (
    Watch(
        "progress_standing",
        SUBJECT,
        insert="NEW.kind = 'requirement' OR NEW.missed_on IS NOT NULL",
        update=_differs("state", "changes_on", "missed_on"),
    ),
    Watch("courses_enrolment", SUBJECT),
    # Of what she does only the day counts, and how a quiz ended. By universal time the day may be
    # the one before: three hours are more than Latvia is ahead.
    Watch(
        "progress_activity",
        SUBJECT,
        update="",
        delete="",
        extra="(acted_on IS NULL OR acted_on < {day} OR {quiz})",
    ),
    Watch("people_leave", "{row}.person_id"),
    Watch("people_membership", "{row}.person_id", update=PLACE),
    Watch(
        "people_user",
        "{row}.id",
        insert="",
        update=_differs("first_name", "last_name", "username", "is_active")
        + " OR OLD.last_login IS NULL AND NEW.last_login IS NOT NULL",
        delete="",
    ),
)
QUIZ = "NEW.object_kind = 'quiz' AND NEW.verb IN ('finished', 'passed')"
DAYS = {
    "postgresql": "CAST(NEW.happened_at AT TIME ZONE 'UTC' + INTERVAL '3 hours' AS DATE)",
    "sqlite": "date(NEW.happened_at, '+3 hours')",
}


def _events(watch: Watch) -> Iterator[tuple[str, str, str]]:
    for event, when in (
        ("INSERT", watch.insert),
        ("UPDATE", watch.update),
        ("DELETE", watch.delete),
    ):
        if when:
            yield event, when, "OLD" if event == "DELETE" else "NEW"


def _action(watch: Watch, row: str, vendor: str) -> str:
    person = watch.person.format(row=row)
    if watch.table == "people_membership" and row == "NEW":
        # Nobody is missing from a list, whoever made her.
        return (
            "INSERT INTO courses_glance (person_id, is_stale, is_active, name_key, plain_name,"  # noqa: S608
            " asked, unbegun, finished, needs)"
            f" VALUES ({person}, TRUE, TRUE, '', '', 0, 0, 0, '[]')"
            " ON CONFLICT (person_id) DO UPDATE SET is_stale = TRUE;"
        )
    extra = watch.extra.format(day=DAYS[vendor], quiz=QUIZ)
    return (
        f"UPDATE courses_glance SET is_stale = TRUE WHERE person_id = {person}"  # noqa: S608
        f"{' AND ' + extra if extra else ''};"
    )


def _name(watch: Watch, event: str) -> str:
    return f"glance_{watch.table}_{event.lower()}"


def statements(vendor: str) -> Iterator[str]:
    """SQL that puts the triggers in place, those of before taken away."""
    for watch in WATCHED:
        for event, when, row in _events(watch):
            name, action = _name(watch, event), _action(watch, row, vendor)
            yield _drop(vendor, watch, event)
            if vendor == "postgresql":
                yield (
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
                    f" BEGIN {action} RETURN NULL; END $$;"
                )
                yield (
                    f"CREATE TRIGGER {name} AFTER {event} ON {watch.table} FOR EACH ROW"
                    f" WHEN ({when}) EXECUTE FUNCTION {name}();"
                )
            else:
                yield (
                    f"CREATE TRIGGER {name} AFTER {event} ON {watch.table}"
                    f" WHEN ({when.replace('IS DISTINCT FROM', 'IS NOT')}) BEGIN {action} END;"
                )


def _drop(vendor: str, watch: Watch, event: str) -> str:
    on = f" ON {watch.table}" if vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {_name(watch, event)}{on};"


def missing(connection: BaseDatabaseWrapper) -> bool:
    """Whether a trigger is not there: at first, or where SQLite made a table anew to change it."""
    wanted = {_name(watch, event) for watch in WATCHED for event, _when, _row in _events(watch)}
    asked = (
        "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'glance_%'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'glance_%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return not wanted <= {name for (name,) in cursor.fetchall()}


def create(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place."""
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)

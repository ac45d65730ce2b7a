"""`python -m tests.bench.people`: a file of 10,000 people in 300 teams, on PostgreSQL.

Prints what it takes to look at the file, to import it with invitations, and to look at it and import
it once more when nothing is new; exits 1 where the import takes longer than a minute. The database
is the benchmark's own and is made anew.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

import django

from tests.bench import server

ADDRESS = server.DATABASE + "_people"
os.environ.update(server.ENVIRONMENT | {"DATABASE_URL": ADDRESS})

PEOPLE, TEAMS, SECONDS = 10_000, 300, 60.0
HEAD = "E-mail address;First name;Last name;Language;Team;Role;First day"
Outcome = TypeVar("Outcome")


def make_database() -> None:
    import psycopg

    base, name = ADDRESS.rsplit("/", 1)
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')


class Counting:
    """How many statements were asked."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.number += 1
        return execute(*args)


def measured(what: str, step: Callable[[], Outcome]) -> tuple[Outcome, float]:
    """The outcome and the seconds of a step; a line about it is printed."""
    from django.db import connection

    counting, began = Counting(), time.perf_counter()
    with connection.execute_wrapper(counting):
        outcome = step()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:28} {seconds:7.1f} s {counting.number:6} statements {peak:6.0f} MB at most")
    return outcome, seconds


def content() -> bytes:
    rows = [
        f"p{n}@example.org;Vārds{n};Uzvārds{n};{'en' if n % 9 == 0 else 'lv'};"
        f"Iestāde / Daļa {n % (TEAMS - 1)};{'Lead' if n % 40 == 0 else 'Learner'};1.12.2026"
        for n in range(PEOPLE)
    ]
    return "\r\n".join([HEAD, *rows]).encode("utf-8-sig")


def main() -> int:
    make_database()
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from courses.people.files import actions
    from courses.people.models import Membership, PeopleFile, Team, User
    from tests.people.factories import MembershipFactory, TeamFactory

    call_command("migrate", verbosity=0)
    top = TeamFactory(name="Iestāde")
    for n in range(TEAMS - 1):
        TeamFactory(name=f"Daļa {n}", parent=Team.objects.get(pk=top.pk))
    administrator = MembershipFactory(team=top, role="administrator").person
    today, sent = timezone.localdate(), content()

    def look() -> PeopleFile:
        return actions.look(administrator, "people.csv", sent, today, invites=True)

    file, looked = measured("looked at", look)
    _file, imported = measured("imported, all invited", lambda: actions.carry_out(file, today))
    again, _seconds = measured("looked at again", look)
    measured("imported again", lambda: actions.carry_out(again, today))
    whole = User.objects.count() == PEOPLE + 1 == Membership.objects.count()
    same = {line["state"] for line in again.lines} == {"same"}
    print(f"{PEOPLE} people in {TEAMS} teams: {looked + imported:.1f} s, at most {SECONDS:.0f}")
    return 0 if whole and same and looked + imported <= SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())

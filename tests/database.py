"""Test databases as copies of one that was migrated once: a file, or PostgreSQL's own template.

Migrating takes most of a minute, copying no time. The template is named after everything that
shapes it, so a changed migration makes a new one.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "var"


def fingerprint() -> str:
    """Of the locked packages, the migrations and what they call."""
    hashed = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    shaping = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("courses/*/migrations/*.py")]
    shaping += [ROOT / "courses/progress/triggers.py", ROOT / "courses/people/groups.py"]
    shaping += [ROOT / "courses/glance_triggers.py"]
    for path in sorted(shaping):
        hashed.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return hashed.hexdigest()[:16]


@contextmanager
def locked(name: str) -> Iterator[None]:
    """One process at a time makes a template; the others wait for it."""
    VAR.mkdir(exist_ok=True)
    with (VAR / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate(address: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "theme.settings.test"},
        check=True,
    )


def server() -> str | None:
    """Address of the PostgreSQL server the tests run on, without a database; None for SQLite."""
    address = os.environ.get("DATABASE_URL", "")
    return address.rsplit("/", 1)[0] if address.startswith("postgres") else None


def template_file() -> Path:
    """The migrated SQLite file that others are copies of; made where it is not there."""
    template = VAR / f"template-{fingerprint()}.sqlite3"
    with locked("template"):
        if not template.exists():
            for old in VAR.glob("template-*.sqlite3*"):
                old.unlink()
            made = template.with_suffix(".making")
            made.unlink(missing_ok=True)
            migrate(f"sqlite:///{made}")
            made.rename(template)
    return template


def new_file(path: Path) -> str:
    """A migrated SQLite file at a path; answers its address."""
    shutil.copyfile(template_file(), path)
    return f"sqlite:///{path}"


@contextmanager
def template_database() -> Iterator["psycopg.Connection[tuple[str]]"]:
    """A connection that may make databases, while the migrated one is there to be copied."""
    import psycopg

    template = template_name()
    with psycopg.connect(f"{server()}/postgres", autocommit=True) as connection:
        # The server's own lock, as another checkout may be making its template on it now.
        connection.execute("SELECT pg_advisory_lock(hashtext('tilts_template'))")
        known = "SELECT datname FROM pg_database WHERE datname LIKE 'tilts\\_template\\_%'"
        there = {row[0] for row in connection.execute(known)}
        if template not in there:
            for old in there:
                connection.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            making = "tilts_making"
            connection.execute(f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{making}"')
            migrate(f"{server()}/{making}")
            connection.execute(f'ALTER DATABASE "{making}" RENAME TO "{template}"')
        yield connection


def template_name() -> str:
    return f"tilts_template_{fingerprint()}"


def new_database(name: str) -> str:
    """A migrated PostgreSQL database of that name, the old one of that name dropped."""
    with template_database() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template_name()}"')
    return f"{server()}/{name}"


def drop_database(name: str) -> None:
    import psycopg

    with psycopg.connect(f"{server()}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def main() -> None:
    """`python -m tests.database`: makes the template ahead of the tests."""
    if server():
        with template_database():
            pass
    else:
        template_file()


if __name__ == "__main__":
    main()

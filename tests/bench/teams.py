"""`python -m tests.bench.teams`: what a lead's pages cost with 100 and with 10,000 people.

Each organisation has a PostgreSQL database and a process of its own, with production settings; both
are asked in turn, so that what else the machine does falls on both alike. A figure is the whole
request inside the process, by Django's test client. Prints each beside its target and exits 1 when
one is missed. `--keep` uses the databases of the last run.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from typing import Any

import django

from tests.bench import server

EMPTY, *SIZES = 0, 100, 10_000
ROUNDS = 40
STATEMENTS, MILLISECONDS, GROWTH, KILOBYTES = 10, 100, 1.3, 120
PAGES = {
    "organisation overview": "/lv/team/{top}/",
    "needs-help list": "/lv/team/{top}/help/",
    "upper lead: modules": "/lv/team/{top}/modules/",
    "upper lead: competences": "/lv/team/{top}/competences/",
    "one team: week": "/lv/team/{department}/",
    "one team: modules": "/lv/team/{department}/modules/",
    "start page of the lead": "/lv/my/",
}
# What a click more asks for: no longer than the others, but how it grows is only told.
DEEPER = {
    "modules, the last page": "/lv/team/{top}/modules/?page=9999",
    "modules, by one of them": "/lv/team/{top}/modules/?sort=-module-3",
    "modules, in progress": "/lv/team/{top}/modules/?state=started",
    "modules, due soon in one": "/lv/team/{top}/modules/?state=due&column=module-3",
    "modules, found by name": "/lv/team/{top}/modules/?name=cakste12",
    "competences, by one": "/lv/team/{top}/competences/?sort=-competence-1",
    "needs help, one setting": "/lv/team/{top}/help/?setting=municipal&need=missed",
}
COUNTED_OUT = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def address(size: int) -> str:
    return server.DATABASE.rsplit("/", 1)[0] + f"/tilts_teams_{size}"


def environment(size: int) -> dict[str, str]:
    return os.environ | server.ENVIRONMENT | {"DATABASE_URL": address(size)}


def new_database(size: int, template: int | None = None) -> None:
    """An empty database in place of the one there was, or a copy of another."""
    import psycopg

    name, copied = (address(each or 0).rsplit("/", 1)[1] for each in (size, template))
    with psycopg.connect(
        server.DATABASE.rsplit("/", 1)[0] + "/postgres", autocommit=True
    ) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        copy = f' TEMPLATE "{copied}"' if template is not None else ""
        connection.execute(f'CREATE DATABASE "{name}"{copy}')


def migrate() -> None:
    """A migrated database without people, of which the others are copies."""
    new_database(EMPTY)
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=server.ROOT, env=environment(EMPTY), check=True)


# One organisation --------------------------------------------------------------------------


def make(size: int) -> None:
    """In a process of its own: the organisation in its database, and where its pages are."""
    django.setup()
    from courses import glances
    from tests.bench import organisation

    begun = time.perf_counter()
    place = organisation.make(size)
    organisation.settle()
    made = time.perf_counter() - begun
    begun = time.perf_counter()
    number = glances.fresh()
    organisation.settle()
    took = time.perf_counter() - begun
    print(f"{size} people made in {made:.1f} s, {number} glances in {took:.1f} s", file=sys.stderr)
    print(json.dumps(vars(place)))


def serve(lead: int) -> None:
    """In a process of its own: answers each address that is asked with what its page cost."""
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from courses.people.models import User

    browser = Client(HTTP_HOST="127.0.0.1", HTTP_X_FORWARDED_PROTO="https")
    browser.force_login(User.objects.get(pk=lead))
    for line in sys.stdin:
        path, wants_statements = json.loads(line)
        if wants_statements:
            for _time in range(3):
                answer = browser.get(path)
                assert answer.status_code == 200, (path, answer.status_code)
            with CaptureQueriesContext(connection) as seen:
                browser.get(path)
            sent = [q for q in seen if not q["sql"].upper().startswith(COUNTED_OUT)]
            if os.environ.get("BENCH_SQL"):
                for query in sent:
                    print(query["time"], query["sql"][:3000], file=sys.stderr)
            told: dict[str, Any] = {"statements": len(sent), "bytes": len(answer.content)}
        else:
            begun = time.perf_counter()
            browser.get(path)
            told = {"ms": (time.perf_counter() - begun) * 1000}
        print(json.dumps(told), flush=True)


class Organisation:
    """A process that serves one organisation."""

    def __init__(self, size: int, fresh: bool) -> None:
        self.size = size
        self.kept = server.ROOT / "var" / f"bench-teams-{size}.json"
        if fresh or not self.kept.exists():
            self._make()
        self.place = json.loads(self.kept.read_text())
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.teams", "--serve", str(self.place["lead"])],
            cwd=server.ROOT,
            env=environment(size),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _make(self) -> None:
        new_database(self.size, EMPTY)
        made = subprocess.run(
            [sys.executable, "-m", "tests.bench.teams", "--make", str(self.size)],
            cwd=server.ROOT,
            env=environment(self.size),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.kept.write_text(made.stdout)

    def ask(self, page: str, statements: bool = False) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        print(
            json.dumps([page.format(**self.place), statements]),
            file=self.process.stdin,
            flush=True,
        )
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(20)


# Both --------------------------------------------------------------------------------------


def times(few: Organisation, many: Organisation, page: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each, asked in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    for _round in range(ROUNDS):
        found[0].append(few.ask(page)["ms"])
        found[1].append(many.ask(page)["ms"])
    return sorted(found[0]), sorted(found[1])


def measured(few: Organisation, many: Organisation, name: str, page: str, grows: bool) -> list[str]:
    """One page: prints its figures and answers what missed its target."""
    small, large = few.ask(page, statements=True), many.ask(page, statements=True)
    quick, slow = times(few, many, page)
    before, after = statistics.median(quick), statistics.median(slow)
    p95 = slow[int(len(slow) * 0.95)]
    kilobytes = large["bytes"] / 1024
    missed = []
    if large["statements"] > STATEMENTS or grows and large["statements"] > small["statements"]:
        missed.append("statements")
    if after > MILLISECONDS:
        missed.append("milliseconds")
    if grows and after > GROWTH * before:
        missed.append("growth")
    if kilobytes > KILOBYTES:
        missed.append("kilobytes")
    verdict = f"MISSED {', '.join(missed)}" if missed else "ok"
    print(
        f"{name:26} {small['statements']:3} {large['statements']:3}   {before:6.1f} {after:6.1f}"
        f" {p95:6.1f}  x{after / before:4.2f}  {small['bytes'] / 1024:6.1f} {kilobytes:6.1f}  {verdict}",
        flush=True,
    )
    return [f"{name}: {each}" for each in missed]


def main() -> int:
    if fresh := "--keep" not in sys.argv:
        server.manage("collectstatic", "--noinput", "--clear", "--verbosity", "0")
        migrate()
    few, many = (Organisation(size, fresh) for size in SIZES)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {ROUNDS} rounds in turn;")
    print(
        f"targets: {STATEMENTS} statements, {MILLISECONDS} ms (median), x{GROWTH}, {KILOBYTES} KB"
    )
    print(f"{'':26} statements  ms: 100  10,000    p95        KB: 100 10,000")
    missed = []
    try:
        for name, page in PAGES.items():
            missed += measured(few, many, name, page, grows=True)
        for name, page in DEEPER.items():
            missed += measured(few, many, name, page, grows=False)
    finally:
        few.end()
        many.end()
    if missed:
        print(f"Missed: {'; '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    if "--make" in sys.argv:
        make(int(sys.argv[sys.argv.index("--make") + 1]))
    elif "--serve" in sys.argv:
        serve(int(sys.argv[sys.argv.index("--serve") + 1]))
    else:
        sys.exit(main())

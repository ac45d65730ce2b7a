"""A whole site of its own for browser tests: a freshly loaded database and a server on a port."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import database

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Site:
    """`url` of the server; `manage` runs a command on its database, `ask` a Python expression."""

    url: str
    environment: dict[str, str]
    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    oracle: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(words)}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def ask(self, code: str) -> Any:
        """What `answer` is after the code ran in the site's own Django, through JSON."""
        if self.oracle is None:
            self.oracle = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.oracle"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=(self.folder / "oracle.log").open("ab"),
                text=True,
            )
        assert self.oracle.stdin
        assert self.oracle.stdout
        self.oracle.stdin.write(json.dumps(code) + "\n")
        self.oracle.stdin.flush()
        said = self.oracle.stdout.readline()
        if not said:
            raise RuntimeError((self.folder / "oracle.log").read_text())
        told = json.loads(said)
        if "failed" in told:
            raise RuntimeError(told["failed"])
        return told["answer"]

    def start(self) -> None:
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "--bind",
                self.host,
                "--workers",
                "1",
                "--threads",
                "8",
                "--worker-class",
                "gthread",
                "--log-level",
                "warning",
                "theme.wsgi:application",
            ],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
        )
        for _try in range(150):
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2)
                return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "server.log").read_text())

    def end(self) -> None:
        self.kill()
        if self.oracle:
            self.oracle.communicate()

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        if self.process:
            subprocess.run(["pkill", "-KILL", "-P", str(self.process.pid)], check=False)
            self.process.kill()
            self.process.wait()


def make_database(name: str, folder: Path) -> str:
    """The address of a migrated, empty database: a file, or PostgreSQL's where the tests run."""
    if database.server():
        return database.new_database(name)
    return database.new_file(folder / "site.sqlite3")


# What the server remembers is told of changes by a cache of its own process here: a quiz that may be
# tried out is so before the server starts.
OFFERED = """
from assessments.models import Quiz
quiz = Quiz.objects.get(key="burnout/quiz")
quiz.try_out = True
quiz.save()
answer = quiz.pk
"""


@contextlib.contextmanager
def running_site(name: str, folder: Path) -> Iterator[Site]:
    """Migrated, with the pack and the demo organisation, served until the block ends."""
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.e2e.settings",
        "DATABASE_URL": make_database(name, folder),
        "TILTS_VAR": str(folder),
        "TILTS_PORT": str(port),
    }
    site = Site(f"http://127.0.0.1:{port}", environment, folder)
    site.manage("demo")
    site.ask(OFFERED)
    site.start()
    try:
        yield site
    finally:
        site.end()

"""A site under gunicorn on PostgreSQL and Redis, as in production, for as long as a benchmark runs."""

import contextlib
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORT = int(os.environ.get("BENCH_PORT", "8765"))
HOST = f"127.0.0.1:{PORT}"
DATABASE = os.environ.get("BENCH_DATABASE_URL", "postgres://root@127.0.0.1:5432/tilts_bench")
ENVIRONMENT = {
    "SECRET_KEY": secrets.token_urlsafe(60),  # one for the server and for who makes sessions
    "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
    "DATABASE_URL": DATABASE,
    "CACHE_URL": os.environ.get("BENCH_CACHE_URL", "redis://127.0.0.1:6379/9"),
}


def environment() -> dict[str, str]:
    return os.environ | ENVIRONMENT


def manage(*words: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )


def make_database() -> None:
    """A fresh database of the benchmark's own, with the pack and the demo organisation."""
    import psycopg

    name = DATABASE.rsplit("/", 1)[1]
    with psycopg.connect(DATABASE.rsplit("/", 1)[0] + "/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    manage("migrate", "--verbosity", "0")
    manage("demo")
    manage("collectstatic", "--noinput", "--clear", "--verbosity", "0")


@contextlib.contextmanager
def gunicorn(workers: int = 4) -> Iterator[subprocess.Popen[bytes]]:
    """The server, ready to answer; ended with the block."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "theme/gunicorn.py",
            "--bind",
            HOST,
            "--workers",
            str(workers),
            "theme.wsgi:application",
        ],
        cwd=ROOT,
        env=environment(),
    )
    try:
        for _try in range(100):
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"http://{HOST}/healthz", timeout=2)
                break
            time.sleep(0.2)
        else:
            raise RuntimeError("gunicorn did not come up")
        yield process
    finally:
        process.terminate()
        process.wait(20)


def pss(master: int) -> float:
    """Proportional set size of a process and its children, in MB."""
    children = subprocess.run(
        ["pgrep", "-P", str(master)], capture_output=True, text=True, check=False
    ).stdout.split()
    total = 0
    for pid in [str(master), *children]:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024

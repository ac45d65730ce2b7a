"""`python -m tests.bench.attempts`: whole attempts at a quiz, on PostgreSQL under gunicorn.

A cycle is what a person does without scripts: open the quiz's page, start, look at the questions,
send all ten answers and finish, read the review. Five requests, each over a connection of its own;
people are signed in beforehand. Prints each figure beside its target and exits 1 when one is short.
`--keep` uses the database of the last run.
"""

import gzip
import itertools
import os
import platform
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import django

from tests.bench import client, records, server

os.environ.update(server.ENVIRONMENT)

SECONDS = 6
PEOPLE = 256
RATE, P95, GROWTH = 40, 400, 1.2
CSRF = "b" * 32
TOKENS = re.compile(rb'name="(q\d+-token)" value="([^"]+)"')
OPTIONS = re.compile(rb'name="(q\d+-choice)" value="([^"]+)"')
Step = tuple[str, float]


@dataclass
class Answer:
    """What came back for one request."""

    status: int
    location: str
    body: bytes


class Person:
    """Somebody signed in who takes a quiz."""

    def __init__(self, cookie: str) -> None:
        self.cookie = f"{cookie}; __Host-csrftoken={CSRF}; django_language=lv"

    def get(self, path: str) -> Answer:
        return self._ask(client.raw(path, self.cookie))

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        body = urlencode([("csrfmiddlewaretoken", CSRF), *fields]).encode()
        head = client.raw(
            path,
            self.cookie,
            "POST",
            Content_Type="application/x-www-form-urlencoded",
            Content_Length=str(len(body)),
            Origin=f"https://{server.HOST}",
        )
        return self._ask(head + body)

    @staticmethod
    def _ask(request: bytes) -> Answer:
        whole = client.whole(request)
        head, _, body = whole.partition(b"\r\n\r\n")
        location = re.search(rb"(?im)^Location: (\S+)", head)
        if re.search(rb"(?im)^Content-Encoding: gzip", head):
            body = gzip.decompress(body)
        return Answer(int(head[9:12]), location[1].decode() if location else "", body)


class Short(Exception):
    """A cycle went another way than it should."""


def answers_of(page: bytes) -> list[tuple[str, str]]:
    """The tokens of a page of questions, and the first option of each."""
    first: dict[bytes, bytes] = {}
    for name, value in OPTIONS.findall(page):
        first.setdefault(name, value)
    fields = [*TOKENS.findall(page), *first.items()]
    return [(name.decode(), value.decode()) for name, value in fields]


def cycle(person: Person, address: str, start: str) -> list[Step]:
    """One attempt from the quiz's page to the review; milliseconds of each request."""
    steps: list[Step] = []

    def timed(name: str, status: int, ask: Callable[[], Answer]) -> Answer:
        begun = time.perf_counter()
        answer = ask()
        steps.append((name, (time.perf_counter() - begun) * 1000))
        if answer.status != status:
            raise Short(f"{name}: {answer.status}")
        return answer

    timed("open", 200, lambda: person.get(address))
    token = [("token", str(uuid4()))]
    attempt = timed("start", 302, lambda: person.post(start, token)).location
    fields = answers_of(timed("look", 200, lambda: person.get(attempt)).body)
    if len(fields) != 20:
        raise Short(f"look: {len(fields)} fields")
    review = timed("finish", 302, lambda: person.post(f"{attempt}finish/", fields)).location
    if review != f"{attempt}review/":
        raise Short(f"finish: on to {review}")
    timed("review", 200, lambda: person.get(review))
    return steps


@dataclass(frozen=True)
class Run:
    """What a number of people at once saw."""

    at_once: int
    seconds: float
    cycles: list[list[Step]]
    failures: list[str]

    @property
    def rate(self) -> float:
        return len(self.cycles) / self.seconds

    @property
    def times(self) -> list[float]:
        return sorted(sum(took for _name, took in steps) for steps in self.cycles)

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return self.times[int(len(self.times) * 0.95)]

    @property
    def each(self) -> str:
        names = [name for name, _took in self.cycles[0]]
        medians = [
            statistics.median(steps[at][1] for steps in self.cycles) for at in range(len(names))
        ]
        return ", ".join(f"{name} {took:.0f}" for name, took in zip(names, medians, strict=True))


def run(people: list[Person], at_once: int, quiz: tuple[str, str], seconds: float) -> Run:
    """`at_once` threads go through cycles for some seconds, each cycle by the next person."""
    turn = itertools.cycle(people)
    lock = threading.Lock()
    cycles: list[list[Step]] = []
    failures: list[str] = []
    begun = time.perf_counter()

    def go() -> None:
        while time.perf_counter() - begun < seconds:
            with lock:
                person = next(turn)
            try:
                cycles.append(cycle(person, *quiz))
            except (Short, OSError) as short:
                failures.append(str(short))

    threads = [threading.Thread(target=go) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Run(at_once, time.perf_counter() - begun, cycles, failures)


class Table:
    """Figures beside their targets, as they come."""

    def __init__(self) -> None:
        self.short: list[str] = []
        self.row("", "measured", "target", "")

    def row(self, what: str, figure: str, target: str, verdict: str) -> None:
        print(f"{what:42} {figure:>14}   {target:16} {verdict}".rstrip(), flush=True)

    def line(self, what: str, figure: str, target: str = "", good: bool = True) -> None:
        self.row(what, figure, target, ("ok" if good else "SHORT") if target else "")
        if not good:
            self.short.append(what)

    def of(self, found: Run, what: str, *, rate: int = 0, p95: int = 0) -> None:
        """A run's lines; what it is to reach is told, cycles a second and milliseconds."""
        name = f"{what}, {found.at_once} at once"
        asked = f"≥ {rate}/s" if rate else ""
        self.line(f"{name}: cycles", f"{found.rate:.1f}/s", asked, found.rate >= rate)
        self.line(f"{name}: median", f"{found.median:.0f} ms")
        asked = f"≤ {p95} ms" if p95 else ""
        self.line(f"{name}: p95", f"{found.p95:.0f} ms", asked, not p95 or found.p95 <= p95)
        self.line(f"{name}: failed", str(len(found.failures)), "none", not found.failures)
        for told in sorted(set(found.failures)):
            print(f"    {told}")
        print(f"    median ms of each request: {found.each}", flush=True)


# What is to be refused ------------------------------------------------------------------------


def wrong_doings(people: "list[tuple[Person, Any]]", quiz: tuple[str, str]) -> Callable[[], None]:
    """Three people who try what is not allowed, one after the other, as long as it is asked for."""
    (forger, *_), (repeater, *_), (latecomer, late) = people

    def forge() -> None:
        attempt = forger.post(quiz[1], [("token", str(uuid4()))]).location
        fields = answers_of(forger.get(attempt).body)
        tokens = [pair for pair in fields if pair[0].endswith("-token")]
        marks = [("mark", "10"), ("passed", "true"), ("q1-mark", "1"), ("q1-fraction", "1")]
        forger.post(f"{attempt}finish/", [*tokens, *marks, ("q1-choice", "right"), ("score", "1")])
        forger.post(f"{attempt}finish/", tokens)
        forger.post(attempt.replace("/attempts/", "/marking/") + "1/", [*marks, ("comment", "!")])

    def repeat() -> None:
        attempt = repeater.post(quiz[1], [("token", str(uuid4()))]).location
        fields = answers_of(repeater.get(attempt).body)
        repeater.post(f"{attempt}finish/", fields)
        others = [(name, "b" if name.endswith("-choice") else value) for name, value in fields]
        for again in (fields, others):
            repeater.post(f"{attempt}finish/", again)
            repeater.post(f"{attempt}save/", again)

    def late_ones() -> None:
        attempt = next(late, None)
        if attempt is not None:
            fields = [(f"q{slot}-token", token) for slot, token in attempt.tokens]
            fields += [(f"q{slot}-choice", attempt.right[slot]) for slot, _token in attempt.tokens]
            latecomer.post(f"/lv/attempts/{attempt.pk}/finish/", fields)

    def all_of_it() -> None:
        forge()
        repeat()
        late_ones()

    return all_of_it


def during(act: Callable[[], None], work: Callable[[], Run]) -> tuple[Run, int, list[str]]:
    """A run while something is done over and over; how often, and what went wrong with doing it."""
    over = threading.Event()
    done, wrong = [0], []

    def go() -> None:
        while not over.is_set():
            try:
                act()
                done[0] += 1
            except (OSError, ValueError, LookupError, AttributeError) as error:
                wrong.append(repr(error))
                return

    thread = threading.Thread(target=go)
    thread.start()
    found = work()
    over.set()
    thread.join()
    return found, done[0], wrong


def main() -> int:
    if "--keep" not in sys.argv:
        server.make_database()
    django.setup()
    from django.db import connection
    from django.utils import translation

    translation.activate("lv")
    made = records.make(PEOPLE, fresh="--keep" not in sys.argv)
    quiz = (urlsplit(made.page.url).path, f"/lv/quizzes/{made.page.translation_key}/start/")
    people = [Person(records.cookie_of(user)) for user in made.people]
    version = connection.cursor().execute("SHOW server_version").fetchone()[0]
    print(f"Python {platform.python_version()}, PostgreSQL {version}, {os.cpu_count()} cores")
    print("4 sync workers of gunicorn, preloaded; client, PostgreSQL and Redis on the machine")
    print(f"Ten questions to choose in on one page, without scripts; {PEOPLE} people in turn,")
    print("signed in beforehand; five requests a cycle, a connection each; no password checked")
    table = Table()
    few, few_each = made.attempts()
    with server.gunicorn():
        run(people, 4, quiz, 2)
        before = {n: run(people, n, quiz, SECONDS) for n in (1, 8)}
        made.multiply()
        many, many_each = made.attempts()
        connection.close()
        run(people, 4, quiz, 1)
        after = {n: run(people, n, quiz, SECONDS) for n in (1, 8)}
        act = wrong_doings(
            [(Person(records.cookie_of(user)), made.late_of(user)) for user in made.crooks], quiz
        )
        crowd, tried, wrong = during(act, lambda: run(people, 32, quiz, SECONDS))
    table.line("attempts on record at first", f"{few}", "")
    table.line("  of each who takes the quiz", f"{few_each:.0f}", "")
    table.of(before[1], "few on record")
    table.of(before[8], "few on record", rate=RATE, p95=P95)
    table.line("attempts on record then", f"{many}", "")
    table.line("  of each who takes the quiz", f"{many_each:.0f}", "")
    table.of(after[1], "many on record")
    # With ten times as many it may take as much longer as the growth below allows.
    table.of(after[8], "many on record", p95=P95)
    for at_once in (1, 8):
        grown = after[at_once].median / before[at_once].median
        table.line(
            f"median of a cycle, {at_once} at once: grows",
            f"{grown:.2f} times",
            f"≤ {GROWTH} times",
            grown <= GROWTH,
        )
    table.of(crowd, "many on record")
    table.line("meanwhile, wrong-doings tried", f"{tried}", "some", tried > 0 and not wrong)
    for told in wrong:
        print(f"    {told}")
    for what, count, amiss in made.verdicts():
        table.line(what, f"{amiss} of {count}", "none", count > 0 and not amiss)
    if table.short:
        print(f"Short: {'; '.join(table.short)}")
    return 1 if table.short else 0


if __name__ == "__main__":
    sys.exit(main())

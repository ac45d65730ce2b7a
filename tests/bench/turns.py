"""`python -m tests.bench.turns`: whole conversations, on PostgreSQL under gunicorn.

A road is what a player does without scripts: open the scenario's page, start, send a choice and
look at the scene that follows, on to an ending; in practice she goes back once on the way. Each
request goes over a connection of its own; people are signed in beforehand. Prints each figure
beside its target and exits 1 when one is short. `--keep` uses the database of the last run, and
`--seconds=2` measures for so long.
"""

import itertools
import os
import platform
import random
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import django

from tests.bench import server
from tests.bench.attempts import Answer, Person, Short, Table

os.environ.update(server.ENVIRONMENT)

SECONDS = 10.0
PEOPLE = 128
P95, STATEMENTS = 400, 12
SCENES = 300  # of the large story
LONGEST = 40  # turns of one road, after which it is left and another one begun
HIDDEN = re.compile(rb'name="(turn|token|shown)" value="([^"]*)"')
CHOICES = re.compile(rb'name="choice" value="(\d+)"')
BACK = re.compile(rb'name="keeps" value="(\d+)"')


@dataclass
class Seen:
    """What players saw: milliseconds of each turn with the scene that follows, and of the rest."""

    turns: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)  # the last turn, with the debrief
    failures: list[str] = field(default_factory=list)


def fields_of(page: bytes) -> list[tuple[str, str]]:
    """What the form of the present scene sends along, each name once."""
    return list({name.decode(): value.decode() for name, value in HIDDEN.findall(page)}.items())


def asked(answer: Answer, status: int, what: str) -> Answer:
    if answer.status != status:
        raise Short(f"{what}: {answer.status}")
    return answer


def play(
    person: Person,
    chance: random.Random,
    page: tuple[str, str],
    mode: str,
    seen: Seen,
    until: float,
) -> None:
    """One run to its end, or until it is long enough or the time is up; the next start goes on."""

    def timed(into: list[float], act: Callable[[], Answer]) -> Answer:
        begun = time.perf_counter()
        answer = act()
        into.append((time.perf_counter() - begun) * 1000)
        return answer

    def begin() -> Answer:
        asked(person.get(page[0]), 200, "open")
        sent = [("token", str(uuid4())), ("mode", mode)]
        run = asked(person.post(page[1], sent), 302, "start").location
        scene = asked(person.get(run), 200, "scene")
        scene.location = run
        return scene

    scene = timed(seen.starts, begin)
    run, went_back = scene.location, False
    for _turn in range(LONGEST):
        if time.perf_counter() > until:
            return
        fields = fields_of(scene.body)
        ways = BACK.findall(scene.body)
        if ways and not went_back and chance.random() < 0.2:
            went_back = True
            move, address = ("keeps", ways[0].decode()), f"{run}rewind/"
        else:
            places = CHOICES.findall(scene.body)
            if len(fields) != 3 or not places:
                raise Short(f"a scene of {len(fields)} fields and {len(places)} choices")
            move, address = ("choice", chance.choice(places).decode()), f"{run}choose/"

        def go(address: str = address, sent: Any = (*fields, move)) -> Answer:
            onwards = asked(person.post(address, list(sent)), 302, "choose").location
            found = asked(person.get(onwards.partition("#")[0]), 200, "scene")
            found.location = onwards
            return found

        took: list[float] = []
        scene = timed(took, go)
        if scene.location.endswith("/debrief/"):
            seen.ends += took
            return
        seen.turns += took


@dataclass(frozen=True)
class Load:
    """What a number of players at once saw in some seconds."""

    at_once: int
    seconds: float
    seen: Seen

    @property
    def rate(self) -> float:
        return (len(self.seen.turns) + len(self.seen.ends)) / self.seconds


def load(
    people: list[Person], at_once: int, page: tuple[str, str], mode: str, seconds: float
) -> Load:
    """`at_once` threads play run after run, each by the next person."""
    turn, lock = itertools.cycle(people), threading.Lock()
    chance, seen = random.Random(1), Seen()  # noqa: S311
    begun = time.perf_counter()

    def go() -> None:
        while time.perf_counter() - begun < seconds:
            with lock:
                person = next(turn)
            try:
                play(person, chance, page, mode, seen, begun + seconds)
            except (Short, OSError) as short:
                seen.failures.append(str(short))

    threads = [threading.Thread(target=go) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(at_once, time.perf_counter() - begun, seen)


def tell(table: Table, what: str, found: Load) -> None:
    name = f"{what}, {found.at_once} at once"
    turns = sorted(found.seen.turns) or [0.0]
    table.line(f"{name}: turns", f"{found.rate:.1f}/s", "some", bool(found.seen.turns))
    table.line(f"{name}: median", f"{statistics.median(turns):.0f} ms")
    p95 = turns[int(len(turns) * 0.95)]
    is_asked = found.at_once <= 8
    table.line(
        f"{name}: p95",
        f"{p95:.0f} ms",
        f"≤ {P95} ms" if is_asked else "",
        not is_asked or p95 <= P95,
    )
    table.line(f"{name}: failed", str(len(found.seen.failures)), "none", not found.seen.failures)
    for told in sorted(set(found.seen.failures)):
        print(f"    {told}")
    for title, times in (("start", found.seen.starts), ("end and debrief", found.seen.ends)):
        if times:
            print(
                f"    {title}: {len(times)}, median {statistics.median(times):.0f} ms", flush=True
            )


def twice(people: list[Person], page: tuple[str, str], mode: str) -> int:
    """How many turns there are too many where each player's first choice is sent twice at once."""
    from scenarios.models import ScenarioRun

    amiss = 0
    for person in people:
        sent = [("token", str(uuid4())), ("mode", mode)]
        run = asked(person.post(page[1], sent), 302, "start").location
        scene = asked(person.get(run), 200, "scene")
        choice = ("choice", CHOICES.findall(scene.body)[0].decode())
        body = [*fields_of(scene.body), choice]
        threads = [
            threading.Thread(target=person.post, args=(f"{run}choose/", body)) for _ in range(2)
        ]
        pk = run.rstrip("/").rpartition("/")[2]
        before = ScenarioRun.objects.get(pk=pk).turns.count()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        amiss += ScenarioRun.objects.get(pk=pk).turns.count() != before + 1
    return amiss


def cost(user: Any, page: Any, mode: str) -> tuple[int, float]:
    """Of one turn in the middle of a run, sending and looking: statements, milliseconds of CPU.

    In this process, without a server; medians of twenty turns.
    """
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"x-forwarded-proto": "https"}, SERVER_NAME="127.0.0.1")
    client.force_login(user)
    statements, times = [], []
    started = client.post(
        f"/lv/scenarios/{page.translation_key}/start/", {"token": uuid4(), "mode": mode}
    )
    chance = random.Random(2)  # noqa: S311
    run = started["Location"]
    scene = client.get(run)
    for _turn in range(25):
        places = CHOICES.findall(scene.content)
        if not places:
            break
        data = dict(fields_of(scene.content)) | {"choice": chance.choice(places).decode()}
        begun = time.process_time()
        with CaptureQueriesContext(connection) as taken:
            moved = client.post(f"{run}choose/", data)
            if moved["Location"].endswith("/debrief/"):
                break
            scene = client.get(moved["Location"])
        times.append((time.process_time() - begun) * 1000)
        skip = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
        statements.append(sum(not each["sql"].startswith(skip) for each in taken))
    return max(statements[2:] or statements), statistics.median(times)


def make(number: int) -> tuple[list[Any], list[Any]]:
    """People of the benchmark, and the pages to play: one of the pack, one of a large story."""
    from courses.models import CoursePage
    from courses.people.models import Role, Team, User
    from scenarios.data import whole
    from scenarios.models import ScenarioPage, Story
    from tests.scenarios.factories import rewrite
    from tests.scenarios.sound import large

    team = Team.objects.order_by("path").last()
    people = []
    for name in (f"player-{place}" for place in range(number)):
        user, new = User.objects.get_or_create(username=name, defaults={"last_name": name})
        if new:
            user.set_unusable_password()
            user.save()
            user.memberships.create(
                team=team, role=Role.LEARNER, setting="prison", starts_on="2026-01-01"
            )
        people.append(user)
    module = CoursePage.objects.get(locale__language_code="lv", key="burnout")
    small = ScenarioPage.objects.child_of(module).live().order_by("path").first()
    found = ScenarioPage.objects.filter(key="bench-large", locale=module.locale).first()
    if found is None:
        story = Story(module="burnout", live=True)
        rewrite(story, Story.fields_of(whole(large(SCENES) | {"key": "bench-large"})))
        story.save()
        story.make_version()
        found = module.add_child(
            instance=ScenarioPage(
                title="Liels stāsts",
                slug="bench-large",
                key="bench-large",
                story=story,
                locale=module.locale,
            )
        )
    return people, [small, found]


def main() -> int:
    seconds = next((float(word[10:]) for word in sys.argv if word[:10] == "--seconds="), SECONDS)
    if "--keep" not in sys.argv:
        server.make_database()
    django.setup()
    from django.db import connection
    from django.utils import translation

    from tests.bench import records

    translation.activate("lv")
    users, pages = make(PEOPLE)
    records.settle()
    people = [Person(records.cookie_of(user)) for user in users]
    addresses = [
        (urlsplit(page.url).path, f"/lv/scenarios/{page.translation_key}/start/") for page in pages
    ]
    version = connection.cursor().execute("SHOW server_version").fetchone()[0]
    print(f"Python {platform.python_version()}, PostgreSQL {version}, {os.cpu_count()} cores")
    print("4 sync workers of gunicorn, preloaded; client, PostgreSQL and Redis on the machine")
    print("A turn is a choice sent and the scene that follows, a connection each, without scripts")
    table = Table()
    names = ("story of the pack", f"story of {SCENES} scenes")
    for page, name in zip(pages, names, strict=True):
        for mode in ("assessed", "practice"):
            statements, cpu = cost(users[0], page, mode)
            table.line(
                f"{name}, {mode}: statements of a turn",
                str(statements),
                f"≤ {STATEMENTS}",
                statements <= STATEMENTS,
            )
            table.line(f"{name}, {mode}: CPU of a turn", f"{cpu:.1f} ms")
    with server.gunicorn():
        for address, name in zip(addresses, names, strict=True):
            load(people, 4, address, "assessed", min(seconds, 2))
            for mode in ("assessed", "practice"):
                for at_once in (1, 8, 32):
                    found = load(people, at_once, address, mode, seconds)
                    tell(table, f"{name}, {mode}", found)
        doubled = people[:20]
        amiss = sum(twice(doubled, addresses[1], mode) for mode in ("assessed", "practice"))
    table.line("a choice sent twice that left two turns", f"{amiss} of 40", "none", not amiss)
    if table.short:
        print(f"Short: {'; '.join(table.short)}")
    return 1 if table.short else 0


if __name__ == "__main__":
    sys.exit(main())

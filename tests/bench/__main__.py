"""`python -m tests.bench`: what the main pages cost, on PostgreSQL and Redis under gunicorn.

Prints each figure beside its target and exits 1 when one is missed. The client runs on the same
machine as the server, PostgreSQL and Redis.
"""

import gzip
import os
import platform
import re
import sys
import urllib.parse
from collections.abc import Callable
from importlib import import_module

import django

from tests.bench import client, server

os.environ.update(server.ENVIRONMENT)


class Report:
    """Prints figures as they come and remembers the ones that miss their target."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def line(self, what: str, figure: object, target: str = "", good: bool = True) -> None:
        mark = "" if not target else "  ok" if good else "  MISSED"
        print(f"{what:34} {figure}{f'   target {target}' if target else ''}{mark}", flush=True)
        if not good:
            self.missed.append(what)


def sessions(number: int) -> list[str]:
    """Cookies of people signed in, each a learner of the demo in turn."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from courses.people.models import Role, User

    store = import_module(settings.SESSION_ENGINE).SessionStore
    people = list(User.objects.filter(memberships__role=Role.LEARNER, is_active=True).distinct())
    people = [person for person in people if person.has_usable_password()]
    cookies = []
    for place in range(number):
        person = people[place % len(people)]
        session = store()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    return cookies


def statements(path: str, person: object) -> int:
    """SQL of one request after warm-up, without BEGIN, COMMIT and SAVEPOINT."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    browser = Client(HTTP_HOST="127.0.0.1", HTTP_X_FORWARDED_PROTO="https")
    if person:
        browser.force_login(person)
    for _time in range(3):
        assert browser.get(path).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert browser.get(path).status_code == 200
    skipped = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return sum(not query["sql"].upper().startswith(skipped) for query in seen)


def first_visit(path: str, cookie: str) -> dict[str, int]:
    """Bytes over the wire by kind for the page and everything it asks for at once."""
    import urllib.request

    sizes: dict[str, int] = {}

    def fetch(address: str, kind: str) -> bytes:
        request = urllib.request.Request(
            f"http://{server.HOST}{address}",
            headers={
                "Cookie": cookie,
                "Accept-Encoding": "br, gzip",
                "X-Forwarded-Proto": "https",
            },
        )
        with urllib.request.urlopen(request) as answer:
            body: bytes = answer.read()
            sizes[f"{kind} {address.rsplit('/', 1)[-1] or address}"] = len(body)
            if answer.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            elif answer.headers.get("Content-Encoding") == "br":
                import brotli

                body = brotli.decompress(body)
            return body

    html = fetch(path, "html").decode()
    tags = re.findall(r"<(?:script|link|img)\b[^>]*>", html)
    wanted = []
    for tag in tags:
        relation = re.search(r'rel="([^"]+)"', tag)
        if relation and relation[1] not in {"stylesheet", "preload", "icon", "modulepreload"}:
            continue
        address = re.search(r'(?:src|href)="([^"]+)"', tag)
        if address and address[1].startswith("/"):
            wanted.append(address[1])
    seen = set()
    queue = list(dict.fromkeys(wanted))
    while queue:
        address = queue.pop(0)
        if address in seen:
            continue
        seen.add(address)
        kind = address.rsplit(".", 1)[-1]
        body = fetch(address, kind)
        if kind == "css":
            queue += [
                urllib.parse.urljoin(address, found)
                for found in re.findall(r'url\(["\']?([^)"\']+)["\']?\)', body.decode())
                if not found.startswith(("data:", "#"))
            ]
        if kind == "js":
            queue += [
                urllib.parse.urljoin(address, found)
                for found in re.findall(r'(?:from|import)\s*["\'](\.[^"\']+)["\']', body.decode())
            ]
    return sizes


def main() -> int:
    fresh = "--keep" not in sys.argv
    if fresh:
        server.make_database()
    django.setup()
    from django.db import connection
    from django.utils import translation

    from courses.models import CoursePage, LessonPage
    from courses.people.models import User

    translation.activate("lv")
    version = connection.cursor().execute("SHOW server_version").fetchone()[0]
    print(f"Python {platform.python_version()}, PostgreSQL {version}, {os.cpu_count()} cores,")
    print("4 sync workers of gunicorn, preloaded; client, PostgreSQL and Redis on the machine")
    report = Report()
    lesson = LessonPage.objects.filter(locale__language_code="lv", live=True).order_by("path")[0]
    course = CoursePage.objects.get(locale__language_code="lv", key="burnout")
    learner = User.objects.get(username="liga.berzina")
    pages = {"lesson": lesson.url, "dashboard": "/lv/my/", "overview": course.url}
    pages = {name: urllib.parse.urlsplit(url).path for name, url in pages.items()}
    for name, target in (("lesson", 12), ("dashboard", 12)):
        count = statements(pages[name], learner)
        report.line(f"{name}: SQL statements", count, f"at most {target}", count <= target)
    cookies = sessions(32)
    connection.close()
    with server.gunicorn() as process:
        sizes = first_visit(pages["lesson"], cookies[0])
        total, scripts = (
            sum(sizes.values()),
            sum(size for name, size in sizes.items() if name.startswith("js")),
        )
        for name, size in sizes.items():
            report.line(f"  {name}", f"{size} bytes")
        report.line("lesson: first visit", f"{total / 1024:.1f} KB", "80 KB", total <= 80 * 1024)
        report.line("lesson: requests", len(sizes), "8", len(sizes) <= 8)
        report.line("lesson: scripts", f"{scripts / 1024:.1f} KB", "25 KB", scripts <= 25 * 1024)

        def rate(
            name: str,
            path: str,
            readers: int,
            least: float,
            signed_in: bool = True,
            good: Callable[[client.Load], bool] = lambda found: True,
            **headers: str,
        ) -> client.Load:
            asked = [client.raw(path, cookie if signed_in else "", **headers) for cookie in cookies]
            wanted = b" 304 " if headers else b" 200 "
            client.load(asked, readers, 1, wanted)
            found = client.load(asked, readers, 5, wanted)
            enough = found.rate >= least and not found.failures and good(found)
            report.line(
                name, found, f"{least:.0f}/s" if least else "p95 at most 3 x median", enough
            )
            return found

        def even(found: client.Load) -> bool:
            return found.p95 <= 3 * found.median

        rate("lesson", pages["lesson"], 8, 125)
        rate("dashboard", pages["dashboard"], 8, 100)
        rate("overview from the cache", pages["overview"], 8, 1000, signed_in=False)
        rate("lesson at 32", pages["lesson"], 32, 0, good=even)
        rate("dashboard at 32", pages["dashboard"], 32, 0, good=even)
        memory = server.pss(process.pid)
        report.line("gunicorn, five processes, PSS", f"{memory:.0f} MB", "350 MB", memory <= 350)
    if report.missed:
        print(f"Missed: {', '.join(report.missed)}")
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())

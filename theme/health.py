"""What the machines around the site ask: is it alive, is it ready, and policy reports."""

import json
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from theme.logs import without_people

log = logging.getLogger("tilts.policy")

MOST_REPORT_BYTES = 16_000


@require_GET
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_GET
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Database, cache and migrations, each `ok` or `failed`; 503 if any failed."""
    parts = {name: "ok" if check() else "failed" for name, check in CHECKS.items()}
    status = 200 if set(parts.values()) == {"ok"} else 503
    return JsonResponse(parts, status=status)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache() -> bool:
    try:
        cache.set("readyz", "ok", 10)
        return cache.get("readyz") == "ok"
    except Exception:  # noqa: BLE001  # each cache backend fails in its own way
        return False


_migrated = False


def _migrations() -> bool:
    """Whether all are applied; once true it stays so for this process."""
    global _migrated
    if not _migrated:
        try:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError:
            return False
    return _migrated


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "cache": _cache,
    "migrations": _migrations,
}


class Probes:
    """Answers the two probes before anything else may refuse or redirect them.

    A load balancer asks by http and by number, without our host name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = PROBES.get(request.path_info)
        return view(request) if view else self.get_response(request)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": alive, "/readyz": ready}


@csrf_exempt
@require_POST
def policy_report(request: HttpRequest) -> HttpResponse:
    """A browser's report that something broke the content policy: what, where, not who."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > MOST_REPORT_BYTES:
        return HttpResponse(status=413)
    try:
        body = json.loads(request.read(MOST_REPORT_BYTES))
        report = body["csp-report"]
        directive = str(report.get("effective-directive") or report["violated-directive"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return HttpResponse(status=400)
    log.warning(
        "content policy: %s blocked %s on %s",
        _plain(directive.split(" ")[0]),
        _place(report.get("blocked-uri")),
        without_people(_place(report.get("document-uri"))),
    )
    return HttpResponse(status=204)


def _place(address: object) -> str:
    """Scheme, host and path, without the query and whatever else may point to a person."""
    try:
        parts = urlsplit(_plain(str(address or "")))
    except ValueError:
        return "[no address]"
    return f"{parts.scheme}:{parts.netloc}{parts.path}" if parts.scheme else parts.path


def _plain(text: str) -> str:
    """One short line, whatever the reporter sent."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:200]

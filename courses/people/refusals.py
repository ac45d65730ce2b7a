"""Attempts at what is somebody else's, noted in the access log; so many an hour at most."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from courses.people import audit
from courses.people.models import REFUSED, User

SECONDS = 60 * 60
MOST = 30  # entries about one person in that time; the same address is noted once
OURS = ("people:", "courses:", "assessments:", "scenarios:", "certificates:")
# Their addresses carry what opens something, or are asked for by mistake.
NOT_NOTED = ("people:accept", "people:confirm_email", "people:kept", "people:stay")
DOOR = "/admin/login/"


class Refusals:
    """Notes what a signed-in person was refused: another's record, or a page of another role."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "_may_be_refused", False) and _is_refusal(request, response):
            assert isinstance(request.user, User)  # noqa: S101
            note(request.user, request.path_info, request.method or "")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """A form that was refused for its token has not come this far."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        ours = name.startswith(OURS) and name not in NOT_NOTED
        admin = request.path_info.startswith("/admin/")
        request._may_be_refused = (ours or admin) and request.user.is_authenticated  # type: ignore[attr-defined]


def _is_refusal(request: HttpRequest, response: HttpResponse) -> bool:
    if request.path_info == DOOR or not request.path_info.startswith("/admin/"):
        return response.status_code in (403, 404)
    # Wagtail sends whoever may not see a page back to its first one.
    home = reverse("wagtailadmin_home")
    return response.status_code == 302 and response["Location"] == home


def note(person: User, path: str, method: str) -> None:
    """Write that a person was refused an address, unless that was noted enough."""
    digest = hashlib.sha256(f"{method} {path}".encode()).hexdigest()
    if not cache.add(f"refused/{person.pk}/{digest}", 1, SECONDS):
        return
    cache.add(f"refused/{person.pk}", 0, SECONDS)
    try:
        number = cache.incr(f"refused/{person.pk}")
    except ValueError:  # it ran out a moment ago
        number = 1
    if number > MOST:
        return
    detail = {"method": method} | ({"last": True} if number == MOST else {})
    audit.log(person, REFUSED, object_kind="address", object_key=path[:100], detail=detail)

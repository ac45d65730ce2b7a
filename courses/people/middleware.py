"""What every request of a signed-in person goes through."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from courses.people import kept, second_step
from courses.people.models import User

Next = Callable[[HttpRequest], HttpResponse]

SEEN = "seen"  # session: when the person last did something, in seconds
STAMP_SECONDS = 60  # the stamp is written at most this often
# Asked by scripts of an open page, whether or not anybody sits there.
NOBODY_THERE = ("/admin/editing-sessions/", "/csp-report/", "/left/")


def stamp(request: HttpRequest) -> None:
    request.session[SEEN] = int(time.time())


def idle_seconds(request: HttpRequest) -> float:
    """How long ago the person last did something, in whichever tab."""
    now = time.time()
    return now - float(request.session.get(SEEN, now))


class IdleLogout:
    """Signs out a person who left a shared machine, and keeps what she was sending."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Looking at the session key first spares anonymous readers a session.
        if "_auth_user_id" not in request.session or not request.user.is_authenticated:
            return self.get_response(request)
        idle = idle_seconds(request)
        if idle >= settings.TILTS_IDLE_MINUTES * 60:
            if request.method == "POST":
                request._idle = True  # type: ignore[attr-defined]  # after the CSRF check, below
            else:
                self.sign_out(request)
        elif not request.path_info.startswith(NOBODY_THERE) and (
            idle >= STAMP_SECONDS or SEEN not in request.session
        ):
            stamp(request)
        response = self.get_response(request)
        if getattr(request, "_idle", False):
            self.sign_out(request)
        elif request.method == "POST" and request.POST.get(kept.FIELD):
            kept.sent(request, response)
        if not response.has_header("Cache-Control"):
            # On a shared machine the next person's "back" must not bring her pages up again.
            patch_cache_control(response, no_store=True, private=True)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Late POSTs end here: kept, signed out, and on to the login page."""
        if not getattr(request, "_idle", False):
            return None
        del request._idle  # type: ignore[attr-defined]
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name == "people:stay":
            # A script noticed her a moment before the form that she is sending: that ends it.
            return HttpResponse(status=403)
        assert isinstance(request.user, User)  # noqa: S101
        page = page_of(request)
        path = request.POST.get(kept.ACTION, "/") if name == "left" else ""
        form = kept.keep(request, request.user, page, path)
        self.sign_out(request)
        if form is not None:
            messages.info(
                request,
                _("What you were sending is kept. Sign in, and you can send it from there."),
            )
        return HttpResponse(status=403) if name == "left" else redirect_to_login(page)

    def sign_out(self, request: HttpRequest) -> None:
        request.__dict__.pop("_idle", None)
        logout(request)
        messages.info(
            request, _("You were signed out, because nothing had happened here for a while.")
        )


def page_of(request: HttpRequest) -> str:
    """The page the form stood on, to go back to."""
    page = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    )
    if not safe:
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


class BackToTheForm:
    """Whoever sent a form without being signed in any more comes back to the page it stood on.

    Views send her to sign in and then on to where the form was sent; there is nothing to see.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302:
            asked = redirect_to_login(request.get_full_path())
            if response["Location"] == asked["Location"]:
                return redirect_to_login(page_of(request))
        return response


class StaffSecondFactor:
    """Sends staff without a second factor to set one up, where the site asks for it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            assert isinstance(request.user, User)  # noqa: S101
            if second_step.missing(request.user):
                return second_step.set_up_first(request)
        return self.get_response(request)

"""What wraps every response: the policies. The page cache stands in `theme.pagecache`."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

Next = Callable[[HttpRequest], HttpResponse]

ADMIN = "/admin/"
OUTSIDE = "frame-ancestors 'none'"
INSIDE = "frame-ancestors 'self'"


class PermissionsPolicy:
    """Says which browser features the site never asks for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response


class Compression(GZipMiddleware):
    """Sends pages and data made for one person compressed, with Django's guard against BREACH.

    Open pages leave as they are: the page cache compresses them once for all. Files do, too; most
    are compressed in themselves.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        text = response.get("Content-Type", "").startswith(("text/html", "application/json"))
        if response.streaming or not text or getattr(response, "is_public", False):
            return response
        return super().process_response(request, response)


class ContentPolicy(CSPMiddleware):
    """The strict policy everywhere, the editor's own under /admin/.

    A preview of a page has been through here as the page itself, so it comes with the strict
    policy; what changes is that the editor may show it in a frame.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not request.path_info.startswith(ADMIN):
            return super().process_response(request, response)
        if response.has_header(HEADER):
            response[HEADER] = response[HEADER].replace(OUTSIDE, INSIDE)
        response = super().process_response(request, response)
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(ADMIN):
            parts.replace = {**settings.ADMIN_CONTENT_POLICY, **(parts.replace or {})}
        elif match := request.resolver_match:
            parts.update = settings.PAGE_CONTENT_POLICIES.get(match.view_name, parts.update)
        return parts

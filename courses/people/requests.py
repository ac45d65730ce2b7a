"""The request as views see it after login."""

from django.http import HttpRequest

from courses.people.models import User


class UserRequest(HttpRequest):
    """A request of a signed-in person: for annotations behind `login_required`."""

    user: User

"""Whether a person must set up a second step of signing in before she goes on."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from courses.people.models import User

STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def missing(person: User) -> bool:
    """Where the site asks staff for a second step: whether this person has none."""
    return settings.TILTS_STAFF_SECOND_FACTOR and not is_mfa_enabled(person, types=STEPS)


def set_up_first(request: HttpRequest) -> HttpResponse:
    """To where a second step is set up, with a word on why."""
    messages.warning(
        request,
        _("This part of the site needs a second step when you sign in. Please set one up first."),
    )
    return redirect("mfa_index")

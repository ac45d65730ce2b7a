"""Signing in: allauth's pages with a designed answer to too many tries, and no other door."""

from typing import Any

from allauth.account.views import LoginView
from allauth.core import ratelimit
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


class SignIn(LoginView):
    """allauth's, except that the sixth wrong try in five minutes is a 429."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        if form.has_error("__all__", "too_many_login_attempts"):
            return ratelimit.respond_429(self.request)
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response


def admin_login(request: HttpRequest) -> HttpResponse:
    """Wagtail's login: the same page as everybody's, so limits and second factor hold there."""
    if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
    return to_sign_in(request, reverse("wagtailadmin_home"))


def to_sign_in(request: HttpRequest, otherwise: str = "/") -> HttpResponse:
    """Another door of Wagtail's: on to everybody's, with where to go after it."""
    after = request.GET.get("next") or otherwise
    return redirect(f"{reverse('account_login')}?{urlencode({'next': after})}")


def to_reset(request: HttpRequest, **_path: Any) -> HttpResponse:
    """Wagtail's password reset: everybody's."""
    return redirect("account_reset_password")

"""How allauth behaves here: people are invited, nobody signs up, one limit for each account."""

from functools import partial
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import translation

from courses.people.mail import send_password_reset
from courses.people.middleware import stamp
from courses.people.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One key for each account, whether its e-mail address or its user name is tried."""
        login = (credentials.get("email") or credentials.get("username") or "").strip().lower()
        found = User.objects.filter(Q(username=login) | Q(email=login)).values_list("pk", flat=True)
        account = found.first()
        return f"login:{login}" if account is None else f"account:{account}"

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """By a task: it takes as long for an address nobody has, and no link is stored."""
        transaction.on_commit(partial(send_password_reset.enqueue, user.pk))

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        ratelimit.clear(self.request, action="login_failed", key=f"account:{user.pk}")

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        stamp(request)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """On to where she wanted; by way of what was kept for her, if anything was."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.kept_forms.exists():
            return redirect("people:kept")
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Her start page, in her own language."""
        language = getattr(request.user, "language", settings.LANGUAGE_CODE)
        with translation.override(language):
            return resolve_url(settings.LOGIN_REDIRECT_URL)

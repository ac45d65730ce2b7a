"""Mails that are no messages: they carry a one-time link, made while they are sent.

Task arguments stand in the database until they are swept, so no link or token is among them; the
person's number always comes first, so that what is about her is found when she is erased.
"""

import re
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from courses.people.models import User

# How the three templates of a mail are called: ours, and allauth's.
OURS = (".subject.txt", ".txt", ".html")
ALLAUTHS = ("_subject.txt", "_message.txt", "_message.html")
EMAIL_SALT = "people.email"
EMAIL_SECONDS = 3 * 24 * 60 * 60


def letter(
    template: str,
    to: str,
    language: str,
    context: dict[str, Any],
    parts: tuple[str, str, str] = OURS,
) -> EmailMultiAlternatives:
    """A mail in the language, from the template's subject, text and HTML."""
    context = {"language": language, "site_url": settings.PUBLIC_URL} | context
    with translation.override(language):
        subject, text, html = [render_to_string(template + part, context) for part in parts]
    body = re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"
    mail = EmailMultiAlternatives(" ".join(subject.split()), body, to=[to])
    mail.attach_alternative(html, "text/html")
    return mail


@task()
def send_password_reset(person_pk: int) -> bool:
    """The link for a new password; False if the person has no address or account any more."""
    person = User.objects.filter(pk=person_pk, is_active=True, email__isnull=False).first()
    if person is None:
        return False
    with translation.override(person.language):
        path = reverse(
            "account_reset_password_from_key",
            kwargs={
                "uidb36": user_pk_to_url_str(person),
                "key": _reset_token(person),
            },
        )
    context = {"user": person, "password_reset_url": settings.PUBLIC_URL + path}
    letter(
        "account/email/password_reset_key",
        person.email or "",
        person.language,
        context,
        ALLAUTHS,
    ).send()
    return True


def _reset_token(person: User) -> str:
    from allauth.account import app_settings

    generator = app_settings.PASSWORD_RESET_TOKEN_GENERATOR or default_token_generator
    return str((generator() if isinstance(generator, type) else generator).make_token(person))


@task()
def send_email_change(person_pk: int, email: str) -> bool:
    """The link that makes `email` the person's address; False if somebody else has it."""
    person = User.objects.filter(pk=person_pk, is_active=True).first()
    if person is None or User.objects.filter(email=email).exists():
        return False
    token = signing.dumps([person.pk, person.email, email], salt=EMAIL_SALT)
    with translation.override(person.language):
        context = {
            "person": person,
            "action_url": settings.PUBLIC_URL + reverse("people:confirm_email", args=[token]),
            "action_label": _("Use this address"),
        }
    letter("people/mail/email_change", email, person.language, context).send()
    return True


@task()
def send_email_changed(person_pk: int, old: str, language: str) -> bool:
    """Tells the old address that it is no longer the one of the account."""
    letter("people/mail/email_changed", old, language, {}).send()
    return True


def email_of_token(token: str, person: User) -> str | None:
    """The address a link stands for; None if it is not this person's, changed, or older than 3 days."""
    try:
        pk, old, new = signing.loads(token, salt=EMAIL_SALT, max_age=EMAIL_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return str(new) if (pk, old) == (person.pk, person.email) else None

"""Forms a person was sending when her session had timed out, for her alone to send later."""

import datetime
import json

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from courses.people.models import KeptForm, User

DAYS = 7
MOST_BYTES = 64_000
FIELD = "_kept"  # names the kept form a POST was made from
ACTION = "_action"  # in a draft handed over by a page: the address its form is for
NOT_KEPT = ("csrfmiddlewaretoken", "password", "secret", "code", "credential")
NOT_FROM = ("//", "/admin/", "/csp-report/")
NOT_OF = ("people:stay", "left", "people:accept", "people:invitation", "theme:colour_scheme")


def keep(request: HttpRequest, person: User, page: str, path: str = "") -> KeptForm | None:
    """Keep what the request sends, without files, passwords and tokens; None if it is not ours.

    `page` is where the form stood, `path` what it was for, where that is not this request.
    """
    path = path or request.get_full_path()
    if not _is_kept(path):
        return None
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name != ACTION and not any(word in name.lower() for word in NOT_KEPT)
    }
    if not fields or len(json.dumps(fields)) > MOST_BYTES:
        return None
    return KeptForm.objects.create(person=person, path=path, page=page[:500], fields=fields)


def of(person: User) -> list[KeptForm]:
    """What is kept for a person, newest first; older things are thrown away."""
    oldest = timezone.now() - datetime.timedelta(days=DAYS)
    person.kept_forms.filter(kept_at__lt=oldest).delete()
    return list(person.kept_forms.all())


def sent(request: HttpRequest, response: HttpResponse) -> None:
    """Forget the form that was sent on, once the page it was for has taken it."""
    form = number(request.POST.get(FIELD))
    if form and response.status_code < 400 and request.user.is_authenticated:
        KeptForm.objects.filter(person=request.user.pk, pk=form).delete()


def number(text: str | None) -> int:
    """The primary key somebody sent; 0, which nothing has, for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def texts(form: KeptForm) -> list[str]:
    """What she had written, by which she knows what it was; keys and choices are left out."""
    values = [value.strip() for values in form.fields.values() for value in values]
    return [value for value in values if " " in value]


def _is_kept(path: str) -> bool:
    """Whether an address below the site's root takes forms that are kept."""
    if not path.startswith("/") or path.startswith(NOT_FROM) or len(path) > 500:
        return False
    below = path.partition("?")[0]
    try:
        # An address of the site holds in its own language only.
        with translation.override(translation.get_language_from_path(below)):
            match = resolve(below)
    except Resolver404:
        return False
    allauth = match.func.__module__.startswith("allauth.")
    return not allauth and match.view_name not in NOT_OF

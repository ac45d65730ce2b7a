"""What editors choose from inside blocks: records named by their key, in lists made when shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.utils.translation import gettext_lazy as _

TONES = [
    ("outcomes", _("What one will be able to do")),
    ("remember", _("Remember")),
    ("note", _("Note")),
    ("warning", _("Warning")),
]


Made = Callable[[], list[tuple[str, Any]]]

_asked: ContextVar[dict[Made, list[tuple[str, Any]]] | None] = ContextVar("asked", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """While a form is read, its hundreds of blocks share the lists they choose from."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def shared(make: Made) -> Made:
    """A list of choices that is made anew each time, but once while `asked_once`."""

    @wraps(make)
    def choices() -> list[tuple[str, Any]]:
        made = _asked.get()
        if made is None:
            return make()
        if make not in made:
            made[make] = make()
        return made[make]

    return choices


@shared
def figures() -> list[tuple[str, Any]]:
    from content.models import Figure

    return [
        (key, key) for key in Figure.objects.filter(archived=False).values_list("key", flat=True)
    ]


def sources() -> list[tuple[str, Any]]:
    from content.bilingual import pick
    from content.models import Source

    return [(source.key, pick(source, "title")) for source in Source.objects.filter(archived=False)]

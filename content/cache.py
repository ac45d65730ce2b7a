"""What may be remembered between requests, and for how long: until something is published.

Everything remembered belongs to a generation, a number in the shared cache. Publishing,
unpublishing, moving, deleting or restricting a page makes a new one on commit, so what was
remembered before is never asked for again. Each process keeps its own copies and asks the shared
cache for one number a request.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from asgiref.local import Local
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import transaction

KEY = "tilts:generation"
Value = TypeVar("Value")

_serving = Local()  # `number`: the generation the request at hand is served from, None until asked


def generation() -> int:
    """The number in force; read once for a request, so that it is served from one generation."""
    kept = getattr(_serving, "number", None)
    if kept is not None:
        return cast(int, kept)
    number = cache.get(KEY)
    if number is None:
        cache.add(KEY, _new(), None)
        number = cache.get(KEY) or 0
    if hasattr(_serving, "number"):
        _serving.number = number
    return cast(int, number)


def get_with_generation(key: str) -> Any:
    """The value under a key of the shared cache, or None; the generation comes in the same answer."""
    found = cache.get_many([KEY, key])
    if getattr(_serving, "number", 0) is None:  # a request is served, and has not asked yet
        _serving.number = found.get(KEY)
    return found.get(key)


def bump(**_signal: Any) -> None:
    """Begin a new generation when the transaction commits; a receiver of many signals."""
    transaction.on_commit(_begin)


def bump_twice(**_signal: Any) -> None:
    """A new generation at once, for whoever makes the change, and another when it commits.

    Until the commit others read the old state, so the second one is needed too.
    """
    _begin()
    bump()


def _new() -> int:
    """A number that was never in force: by chance, as clocks may stand still or go back."""
    return secrets.randbits(63)


def _begin() -> None:
    cache.set(KEY, _new(), None)
    if hasattr(_serving, "number"):
        _serving.number = None


def _request_started(**_signal: Any) -> None:
    _serving.number = None


def _request_finished(**_signal: Any) -> None:
    if hasattr(_serving, "number"):
        del _serving.number


class Memory:
    """The last `size` values of one process, each under a generation and a key."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        return None

    def put(self, key: Hashable, value: Any) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self.size:
                self._values.popitem(last=False)


_memory = Memory(2000)


def remember(key: Hashable, make: Callable[[], Value], memory: Memory = _memory) -> Value:
    """The value under this key in the present generation, made when it is not there.

    `make` must not depend on the person unless the key names her, and not return None. What is
    remembered is shared by requests: treat it as read-only.
    """
    number = generation()
    value = memory.get((number, key))
    if value is None:
        value = make()
        memory.put((number, key), value)
    return cast(Value, value)


def watch() -> None:
    """Begin a new generation whenever what readers see changes; called once, from `ready()`."""
    from django.db.models.signals import post_delete, post_save
    from wagtail.models import Locale, Page, PageViewRestriction, Site
    from wagtail.signals import (
        page_published,
        page_slug_changed,
        page_unpublished,
        post_page_move,
        published,
        unpublished,
    )

    request_started.connect(_request_started, dispatch_uid="generation")
    request_finished.connect(_request_finished, dispatch_uid="generation")
    for signal in (
        page_published,
        page_unpublished,
        page_slug_changed,
        post_page_move,
        published,
        unpublished,
    ):
        signal.connect(bump, dispatch_uid="generation")
    for model in (PageViewRestriction, Site, Locale):
        for signal in (post_save, post_delete):
            signal.connect(bump_twice, sender=model, dispatch_uid=f"generation {model.__name__}")

    def page_deleted(sender: type[Any], **signal: Any) -> None:
        if issubclass(sender, Page):
            bump()

    post_delete.connect(page_deleted, weak=False, dispatch_uid="generation page deleted")

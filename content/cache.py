"""What may be remembered between requests, and for how long: until something is published.

Everything remembered belongs to a generation, a number in the shared cache. Publishing,
unpublishing, moving, deleting or restricting a page makes a new one on commit, so what was
remembered before is never asked for again. Each process keeps its own copies and asks the shared
cache for one number a request.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

KEY = "tilts:generation"
Value = TypeVar("Value")


def generation(request: HttpRequest | None = None) -> int:
    """The number in force; read once for a request, so that it is served from one generation."""
    kept = getattr(request, "_generation", None)
    if kept is not None:
        return cast(int, kept)
    number = cache.get(KEY)
    if number is None:
        cache.add(KEY, time.time_ns(), None)
        number = cache.get(KEY) or 0
    if request is not None:
        request._generation = number  # type: ignore[attr-defined]
    return cast(int, number)


def bump(**_signal: Any) -> None:
    """Begin a new generation when the transaction commits; a receiver of many signals."""
    transaction.on_commit(lambda: cache.set(KEY, time.time_ns(), None))


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


def remember(key: Hashable, make: Callable[[], Value], request: HttpRequest | None = None) -> Value:
    """The value under this key in the present generation, made when it is not there.

    `make` must not depend on the person, and not return None. What is remembered is shared by
    requests: treat it as read-only.
    """
    number = generation(request)
    value = _memory.get((number, key))
    if value is None:
        value = make()
        _memory.put((number, key), value)
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
        post_save.connect(bump, sender=model, dispatch_uid=f"generation {model.__name__}")
        post_delete.connect(bump, sender=model, dispatch_uid=f"generation {model.__name__}")

    def page_deleted(sender: type[Any], **signal: Any) -> None:
        if issubclass(sender, Page):
            bump()

    post_delete.connect(page_deleted, weak=False, dispatch_uid="generation page deleted")

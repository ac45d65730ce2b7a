"""What the record must ask of apps above it, filled in `AppConfig.ready()`."""

import datetime
from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from courses.progress.rules import Pin

Pins = dict[tuple[UUID, UUID], Pin]
PinProvider = Callable[[Collection[UUID]], Iterable[tuple[UUID, UUID, Pin]]]
# Given a subject's id, a requirement's key and today.
MetCallback = Callable[[UUID, UUID, datetime.date], object]

_pins: list[PinProvider] = []
_met: list[MetCallback] = []


def register_pins(provider: PinProvider) -> None:
    """Add a provider of (subject id, requirement key, how she was enrolled)."""
    if provider not in _pins:
        _pins.append(provider)


def pins(subjects: Collection[UUID]) -> Pins:
    """{(subject id, requirement key): how she was enrolled} for these subjects."""
    return {(subject, key): pin for provider in _pins for subject, key, pin in provider(subjects)}


def register_met(callback: MetCallback) -> None:
    """Have `callback` called when a requirement becomes met, or is met anew after it expired.

    It runs in the transaction that writes `Standing`, which already says so, and may be called
    again for what it was told before: when the projection is rebuilt from nothing.
    """
    if callback not in _met:
        _met.append(callback)


def tell_met(subject: UUID, key: UUID, today: datetime.date) -> None:
    """Tell every callback that a subject has newly met a requirement."""
    for callback in _met:
        callback(subject, key, today)

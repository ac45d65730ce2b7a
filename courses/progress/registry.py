"""What the record must ask of apps above it, filled in `AppConfig.ready()`."""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

Pins = dict[tuple[UUID, UUID], int]
PinProvider = Callable[[Collection[UUID]], Iterable[tuple[UUID, UUID, int]]]

_pins: list[PinProvider] = []


def register_pins(provider: PinProvider) -> None:
    """Add a provider of (subject id, requirement key, version in force when enrolled)."""
    if provider not in _pins:
        _pins.append(provider)


def pins(subjects: Collection[UUID]) -> Pins:
    """{(subject id, requirement key): version} for these subjects."""
    return {
        (subject, key): number for provider in _pins for subject, key, number in provider(subjects)
    }

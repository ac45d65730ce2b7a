"""Parts of dashboards that come from apps above: each registers a provider by place.

Places: "dashboard" (a learner's start), "module" (below a module's parts), "profile", "person"
(a lead looking at a learner).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Panel:
    """A template and what it is given; lower `order` stands first."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order: int = 50


Provider = Callable[[dict[str, Any]], Iterable[Panel]]

_providers: dict[str, list[Provider]] = {}


def register(place: str, provider: Provider) -> None:
    """Add a provider; it is called with the page's context each time the place is shown."""
    providers = _providers.setdefault(place, [])
    if provider not in providers:
        providers.append(provider)


def panels(place: str, context: dict[str, Any]) -> list[Panel]:
    """All panels of a place, in order."""
    found = [panel for provider in _providers.get(place, []) for panel in provider(context)]
    return sorted(found, key=lambda panel: panel.order)

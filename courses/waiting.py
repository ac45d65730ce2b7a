"""What waits for a lead's answer: apps register a provider each, and the team page shows them first."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from courses.people.models import User


@dataclass(frozen=True)
class Waiting:
    """Something to be answered: how many, in words, and where."""

    number: int
    text: str
    url: str
    icon: str = "pencil"


Provider = Callable[[User, datetime.date], Iterable[Waiting]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider, which may ask one statement; called in `AppConfig.ready()`."""
    if provider not in _providers:
        _providers.append(provider)


def waiting_for(user: User, today: datetime.date) -> list[Waiting]:
    """What waits for this person; what there is none of is left out."""
    found = [each for provider in _providers for each in provider(user, today)]
    return [each for each in found if each.number]

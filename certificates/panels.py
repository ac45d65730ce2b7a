"""Certificates on a learner's start page and below a module's parts."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from certificates.cards import card_of
from certificates.models import Award
from courses.panels import Panel
from courses.roads import Road

NEWEST = 2  # certificates on the start page; the list has them all


def dashboard(context: dict[str, Any]) -> Iterable[Panel]:
    """The newest certificates; nothing before the first one. One query."""
    person = context["request"].user
    newest = list(Award.objects.of(person)[: NEWEST + 1])
    if newest:
        cards = [card_of(award, context["today"]) for award in newest[:NEWEST]]
        more = len(newest) > NEWEST
        yield Panel("certificates/panels/dashboard.html", {"cards": cards, "more": more}, 40)


def module(context: dict[str, Any]) -> Iterable[Panel]:
    """The certificate of a module that is done; asked for only then. One query."""
    road: Road = context["road"]
    if road.since is None:
        return
    mine = Award.objects.of(context["request"].user).filter(requirement_key=road.module.key)
    if newest := mine.first():
        card = card_of(newest, timezone.localdate())
        yield Panel("certificates/panels/module.html", {"card": card}, 40)

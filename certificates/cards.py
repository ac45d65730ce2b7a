"""A certificate as its owner sees it in lists and panels: the values of `certificates/card.html`."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import translation

from certificates.models import Award
from content.bilingual import LANGUAGES, current


@dataclass(frozen=True)
class Card:
    """A certificate with where it leads."""

    award: Award
    state: str  # valid, expired, revoked
    download_url: str  # empty when there is no paper to be had
    other_url: str  # the paper in the other language
    other_language: str
    verify_url: str


def card_of(award: Award, today: datetime.date) -> Card:
    """What its owner sees of a certificate on a day. The name must be joined: no query here."""
    state = award.state_on(today)
    other = next(language for language in LANGUAGES if language != current())
    is_printed = hasattr(award, "holder") and state != Award.State.REVOKED
    with translation.override(other):
        other_url = reverse("certificates:download", args=[award.pk])
    return Card(
        award=award,
        state=state,
        download_url=reverse("certificates:download", args=[award.pk]) if is_printed else "",
        other_url=other_url if is_printed else "",
        other_language=other,
        verify_url=reverse("certificates:verify", args=[award.number]),
    )

"""Why somebody needs help, in words: the same reasons for her lead and, more kindly, for herself."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courses.needs import FAILED, MISSED, OVERDUE, QUIET, STALLED, Need
from courses.outline import Outline

NAMES: dict[str, str | Promise] = {
    MISSED: _("Safety-critical answer"),
    OVERDUE: _("Overdue"),
    FAILED: _("Four tries or more"),
    STALLED: _("Two weeks of quiet"),
}
ICONS = {MISSED: "flag", OVERDUE: "alert", FAILED: "refresh", STALLED: "clock"}


class Said(NamedTuple):
    """A need as a page shows it."""

    kind: str
    name: str | Promise
    icon: str
    text: str


def say(found: Iterable[Need], known: Outline, *, own: bool = False) -> list[Said]:
    """Needs in words; `own` where she reads it herself. What is no longer there is left out."""
    told = []
    for need in found:
        if text := _text(need, known, own=own):
            told.append(Said(need.kind, NAMES[need.kind], ICONS[need.kind], text))
    return told


def _text(need: Need, known: Outline, *, own: bool) -> str:
    title = _title(need, known)
    if need.kind != STALLED and not title:
        return ""
    day = need.from_on
    if need.kind == OVERDUE:
        day -= datetime.timedelta(days=1)
    elif need.kind == STALLED:
        day -= QUIET
    values = {"title": title, "day": date_format(day, "DATE_FORMAT"), "number": need.number}
    if need.kind == FAILED:
        return _failed(need.number, own=own) % values
    return str((OWN if own else ABOUT)[need.kind]) % values


ABOUT: dict[str, str | Promise] = {
    MISSED: _(
        "A safety-critical answer in “%(title)s” was wrong on %(day)s and is not made good yet."
    ),
    OVERDUE: _("“%(title)s” was due on %(day)s."),
    STALLED: _("Something is open, and nothing was done since %(day)s."),
}
OWN: dict[str, str | Promise] = {
    MISSED: _(
        "A safety question in “%(title)s” went wrong on %(day)s. Read what was explained, and answer "
        "it again in a review or in the quiz."
    ),
    OVERDUE: _(
        "“%(title)s” was due on %(day)s. Go on when you can; if you need more time, agree a new day "
        "with your lead."
    ),
    STALLED: _("You were last here on %(day)s. A small step is enough to go on."),
}


def _failed(number: int, *, own: bool) -> str:
    if own:
        return ngettext(
            "“%(title)s” did not work out in %(number)d try. Talk it over with your lead: "
            "a second look often helps.",
            "“%(title)s” did not work out in %(number)d tries. Talk it over with your lead: "
            "a second look often helps.",
            number,
        )
    return ngettext(
        "“%(title)s” was not passed in %(number)d try.",
        "“%(title)s” was not passed in %(number)d tries.",
        number,
    )


def _title(need: Need, known: Outline) -> str:
    if need.key is None:
        return ""
    if need.kind == MISSED:
        ability = known.abilities.get(need.key)
        return ability.title if ability else ""
    if need.kind == FAILED:
        found = known.part(need.key)
        return found[1].title if found else ""
    return known.title(need.key)

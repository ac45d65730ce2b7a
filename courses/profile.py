"""The competence profile: a line for each competence, levels in words."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from courses.outline import Ability
from courses.people.models import User
from courses.progress.models import Standing

LEVEL_NAMES: tuple[str | Promise, ...] = (
    gettext_lazy("not shown"),
    gettext_lazy("aware"),
    gettext_lazy("with support"),
    gettext_lazy("independent"),
    gettext_lazy("guides others"),
)


@dataclass(frozen=True)
class Row:
    """One line of the profile chart; level None means that nothing was shown yet."""

    name: str
    url: str
    level: int | None
    text: str
    note: str
    target: int | None = None


def rows(
    standings: dict[UUID, Standing],
    abilities: Sequence[Ability],
    today: datetime.date,
    *,
    person: User | None = None,
) -> list[Row]:
    """The profile in the order of the competences; `person` is whose profile a lead looks at."""
    return [_row(ability, standings.get(ability.key), today, person) for ability in abilities]


def _row(
    ability: Ability, standing: Standing | None, today: datetime.date, person: User | None
) -> Row:
    level = int(standing.state_on(today)) if standing else None
    if person:
        url = reverse("courses:person_competence", args=[person.pk, ability.name])
    else:
        url = reverse("courses:competence", args=[ability.name])
    more = max(0, standing.total - standing.done) if standing else 0
    is_open = level == 0 and more > 0  # too little to say a level by
    return Row(
        name=ability.title,
        url=url,
        level=level,
        text=str(level_name(level, is_open)) if level is not None else "",
        note=more_questions(more) if is_open else "",
    )


def level_name(level: int, is_open: bool = False) -> str | Promise:
    """The word for a level; `is_open` says that there is too little to say one by."""
    return gettext_lazy("not enough shown yet") if is_open else LEVEL_NAMES[level]


def more_questions(number: int) -> str:
    """How much is missing before a first level can be reached."""
    return ngettext(
        "%(number)d more question or decision until the first level",
        "%(number)d more questions or decisions until the first level",
        number,
    ) % {"number": number}

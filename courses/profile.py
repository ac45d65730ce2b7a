"""The competence profile: levels in words, what the next one asks for, the evidence behind."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.links import links
from courses.outline import Ability, Outline
from courses.people.models import User
from courses.progress.models import Evidence, Standing, Subject
from courses.progress.projection import levels_on
from courses.progress.rules import Level, Rule

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


def next_level(level: Level) -> list[dict[str, Any]]:
    """What the level above asks for, each as {text, is_met}."""
    return [
        {"text": text, "is_met": rule.is_met}
        for rule in level.rules
        if rule.level == level.level + 1 and (text := say_rule(rule))
    ]


def say_rule(rule: Rule) -> str:
    """One thing a level asks for, in words."""
    need, have = int(rule.need), int(rule.have)
    if rule.name == "items":
        return ngettext(
            "%(need)d different question or decision answered (so far %(have)d)",
            "%(need)d different questions or decisions answered (so far %(have)d)",
            need,
        ) % {"need": need, "have": have}
    if rule.name == "strength":
        return _("Answers that show it with %(need)d %% certainty (so far %(have)d %%)") % {
            "need": round(rule.need * 100),
            "have": int(rule.have * 100),
        }
    if rule.name == "no_critical_miss":
        return _("No safety-critical answer left wrong")
    if rule.name == "days_apart":
        return ngettext(
            "Shown again after at least %(need)d day (so far %(have)d)",
            "Shown again after at least %(need)d days (so far %(have)d)",
            need,
        ) % {"need": need, "have": have}
    if rule.name == "practice":
        return ngettext(
            "%(need)d decision in a scenario, or practice that a lead observed (so far %(have)d)",
            "%(need)d decisions in scenarios, or practice that a lead observed (so far %(have)d)",
            need,
        ) % {"need": need, "have": have}
    if rule.name == "observed":
        return _("Practice that a lead observed and found exemplary")
    return ""


def level_today(subject: Subject, ability: Ability, today: datetime.date) -> Level | None:
    """The level with what it rests on; None where nothing was shown."""
    answer = levels_on(subject.pk, today).get(ability.key)
    return answer.level if answer else None


SOURCES: dict[str, str | Promise] = {
    "quiz": gettext_lazy("Question in “%(title)s”"),
    "scenario": gettext_lazy("Decision in “%(title)s”"),
    "lesson": gettext_lazy("Lesson “%(title)s”"),
}
KINDS: dict[str, str | Promise] = {
    Evidence.Kind.OBSERVATION: gettext_lazy("Practice observed by a lead"),
    Evidence.Kind.SELF: gettext_lazy("Self-assessment"),
    Evidence.Kind.PRIOR: gettext_lazy("Learned before"),
}


def evidence_lines(
    viewer: User, found: Sequence[Evidence], known: Outline, level: Level | None
) -> list[dict[str, Any]]:
    """Rows of the evidence table: day, source in words and address, score, whether it counts."""
    counted = {item.id for item, _points in level.counted} if level else set()
    addresses = links(viewer, found)
    parts = known.parts()
    return [
        {
            "day": timezone.localtime(row.happened_at).date(),
            "source": _source(row, parts),
            "url": addresses.get(row.pk, "") or _page(row, parts),
            "percent": round(row.score * 100),
            "weight": row.weight.normalize(),
            "version": row.item_version[:7],
            "critical": row.critical,
            "is_voided": bool(row.voided_by.all()),
            "voids": row.voids_id is not None,
            "counts": row.pk in counted,
            "setting": row.setting,
        }
        for row in found
    ]


def _source(row: Evidence, parts: dict[UUID, Any]) -> str:
    if row.kind in KINDS:
        return str(KINDS[row.kind])
    about = parts.get(row.activity.object_key) if row.activity else None
    if about:
        _module, part = about
        return SOURCES.get(part.kind, SOURCES["quiz"]) % {"title": part.title}
    return _("Decision in a scenario") if row.item_key.startswith("story/") else _("Question")


def _page(row: Evidence, parts: dict[UUID, Any]) -> str:
    about = parts.get(row.activity.object_key) if row.activity else None
    return about[1].url if about else ""

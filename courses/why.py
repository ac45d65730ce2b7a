"""Why this level: one page for the learner and her lead, about today or any past day.

Everything on it follows from the rows as they were known by the end of that day: what each answer
earned, each rule met or not, what would raise the level, what is still in memory.
"""

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import pictures
from courses.holding import Held, held
from courses.links import links
from courses.links import number as number_of
from courses.outline import Ability, Outline
from courses.people.models import User
from courses.profile import LEVEL_NAMES, level_name, more_questions
from courses.progress import certainty, memory, rules
from courses.progress.memory import Memory
from courses.progress.models import Competence, Evidence, Policy, Subject
from courses.progress.projection import (
    LevelAnswer,
    Rulebook,
    items_of,
    known_by,
    level_answer,
    levels_over,
)
from courses.progress.rules import Item, Level, Rule

TYPICAL_GUESS = 0.25  # of a question with four options: for saying how many answers are missing


@dataclass(frozen=True)
class Grounds:
    """All that a level of one person rests on, on one day."""

    competence: Competence
    day: datetime.date
    rows: Sequence[Evidence]  # known by that day, newest first
    items: Sequence[Item]
    answer: LevelAnswer
    policy: Policy | None
    numbers: Mapping[str, float]
    fates: Mapping[UUID, str]
    remembered: Sequence[Memory]
    history: Sequence[tuple[datetime.date, int | None]]
    held: Mapping[UUID, Held]  # rows whose result is not shown now, whatever day is looked at

    @property
    def level(self) -> Level:
        return self.answer.level

    @property
    def keeps_back(self) -> bool:
        """Whether a total would tell a result that is not shown: it is the rest of a sum."""
        return any(item.id in self.held for item, _value in self.level.counted)

    @property
    def untold_critical(self) -> bool:
        """Whether a safety-critical answer is held: that none is left wrong would tell of it."""
        return any(item.critical and item.id in self.held for item in self.items)

    @property
    def freshness(self) -> float | None:
        return memory.freshness(self.remembered, self.day)

    @property
    def drops_on(self) -> datetime.date | None:
        return memory.drops_on(self.remembered, self.day)


def grounds(
    subject: Subject, competence: Competence, day: datetime.date, book: Rulebook | None = None
) -> Grounds:
    """Read once: the rows in one query, the policies in another, what is held in a third."""
    book = book or Rulebook.of_levels()
    rows = list(
        Evidence.objects.filter(subject=subject, competence=competence)
        .select_related("activity", "actor__person", "note")
        .order_by("-happened_at", "-recorded_at", "pk")
    )
    return ground(rows, competence, day, book)


def ground(
    rows: Sequence[Evidence], competence: Competence, day: datetime.date, book: Rulebook
) -> Grounds:
    """The same from rows that were read.

    What is remembered leaves out what is held: it would tell who was right. The level does not; it
    is the same for everybody who asks.
    """
    known = known_by(rows, day)
    kept = held(known)
    items = items_of(known)
    numbers = book.numbers(competence.key, day)
    critical = competence.critical
    return Grounds(
        competence=competence,
        day=day,
        rows=known,
        items=items,
        answer=level_answer(competence, items, book, day),
        policy=book.policy(Policy.Kind.LEVEL, competence.key, day),
        numbers=numbers,
        fates=rules.fates(items, numbers, day, critical=critical),
        remembered=memory.of_competence(
            [item for item in items if item.id not in kept], numbers, day, critical=critical
        ),
        history=levels_over(rows, competence, book, pictures.month_ends(day)),
        held=kept,
    )


# The page -------------------------------------------------------------------------------


def context(found: Grounds, ability: Ability) -> dict[str, Any]:
    """What the page says besides its table of evidence."""
    level = found.level
    shown = level.level if found.rows else None
    more = level.items_to_next if not level.level else 0
    is_open = bool(more) and shown is not None
    policy = found.policy
    start = math.log(found.numbers["prior"] / (1 - found.numbers["prior"]))
    earned = sum(value for _item, value in level.counted)
    return {
        "ability": ability,
        "day": found.day,
        "level": shown,
        "level_name": level_name(shown, is_open) if shown is not None else _("nothing shown yet"),
        "level_text": ability.levels[shown]
        if shown is not None and shown < len(ability.levels) and not is_open
        else "",
        "note": more_questions(more) if is_open else "",
        "policy": policy,
        "policy_is_own": bool(policy and policy.scope),
        "by_prior": level.by_prior,
        "misses": [_miss(miss) for miss in level.misses if miss.item.id not in found.held],
        "changes_on": found.answer.changes_on,
        "changes_to": LEVEL_NAMES[int(found.answer.next_level or 0)],
        "change_number": found.answer.next_level,
        "next_number": shown + 1 if shown is not None and shown < 4 else None,
        "raises": raises(found) if shown is not None and shown < 4 else [],
        "steps": _steps(found, ability, shown),
        "counted": len(level.counted),
        "keeps_back": found.keeps_back,
        "start_points": signed(start),
        "earned_points": signed(earned),
        "all_points": signed(start + earned),
        "strength": int(level.strength * 100),
        "prior_percent": round(found.numbers["prior"] * 100),
        "practice_hours": int(found.numbers["practice_hours"]),
        "window_months": int(
            found.numbers["critical_window_months" if ability.critical else "window_months"]
        ),
        "freshness": freshness(found),
        "history": pictures.level_picture(found.history),
        "history_rows": history_words(found.history),
    }


def freshness(found: Grounds) -> dict[str, Any] | None:
    """What is still in memory, until when, and the curve of it; None where nothing is."""
    share = found.freshness
    if share is None:
        return None
    drops = found.drops_on
    return {
        "percent": int(share * 100),
        "items": len(found.remembered),
        "drops_on": drops,
        "is_stale": drops is not None and drops <= found.day,
        "threshold": round(memory.FRESH * 100),
        "forecast": pictures.forecast(
            lambda day: memory.freshness(found.remembered, day) or 0,
            found.day,
            drops,
            memory.FRESH,
        ),
    }


def _miss(miss: rules.Miss) -> dict[str, Any]:
    return {
        "day": miss.item.day,
        "opens_on": miss.opens_on,
        "needs_same": miss.needs_same,
        "needs_other": miss.needs_other,
    }


def _steps(found: Grounds, ability: Ability, shown: int | None) -> list[dict[str, Any]]:
    """Each level with its words and each of its rules, met or not."""
    level = found.level
    steps = []
    for number, name in enumerate(LEVEL_NAMES):
        own = [rule for rule in level.rules if rule.level == number]
        lines = [
            {
                "text": text,
                "is_met": rule.is_met,
                "is_held": rule.name == "strength"
                and _is_untold(found, number)
                or rule.name == "no_critical_miss"
                and found.untold_critical,
            }
            for rule in own
            if (text := say_rule(rule, keeps_back=found.keeps_back))
        ]
        if below := {2: 1, 3: 2, 4: 2}.get(number):
            text = _("All that level %(number)d asks for") % {"number": below}
            line = {
                "text": text,
                "is_met": _meets(level, below),
                "is_held": _is_untold(found, below),
            }
            lines.insert(0, line)
        steps.append(
            {
                "number": number,
                "name": name,
                "text": ability.levels[number] if number < len(ability.levels) else "",
                "rules": lines,
                "is_now": number == shown,
            }
        )
    return steps


def _is_untold(found: Grounds, number: int) -> bool:
    """Whether it is kept back if the answers suffice for a level: the level reached says so itself."""
    level = found.level
    return found.keeps_back and (number > level.level or level.by_prior)


def _meets(level: Level, number: int) -> bool:
    own = all(rule.is_met for rule in level.rules if rule.level == number)
    return own and (number == 1 or _meets(level, 1))


def say_rule(rule: Rule, *, keeps_back: bool = False) -> str:
    """One thing a level asks for, in words; `keeps_back`: not how far the answers show it."""
    need, have = int(rule.need), int(rule.have)
    if rule.name == "items":
        return ngettext(
            "%(need)d different question or decision answered (so far %(have)d)",
            "%(need)d different questions or decisions answered (so far %(have)d)",
            need,
        ) % {"need": need, "have": have}
    if rule.name == "strength" and keeps_back:
        return _("Answers that show it with %(need)d %% certainty") % {
            "need": round(rule.need * 100)
        }
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
            "%(need)d decision in one scenario in the last 12 months, or practice that a lead "
            "observed and rated 3 or 4 (so far %(have)d)",
            "%(need)d decisions in one scenario in the last 12 months, or practice that a lead "
            "observed and rated 3 or 4 (so far %(have)d)",
            need,
        ) % {"need": need, "have": have}
    if rule.name == "observed":
        return _("Practice that a lead observed in the last 24 months and rated 4")
    return ""


def raises(found: Grounds) -> list[str]:
    """What would raise the level, each as a step somebody can take."""
    level = found.level
    wanted = level.level + 1
    open_rules = [
        rule
        for rule in level.rules
        if rule.level <= wanted
        and (not rule.is_met or rule.name == "strength" and _is_untold(found, rule.level))
    ]
    if all(miss.item.id in found.held for miss in level.misses):
        open_rules = [rule for rule in open_rules if rule.name != "no_critical_miss"]
    steps = [text for rule in open_rules if (text := _raise(rule, found))]
    observed = next(rule for rule in level.rules if rule.name == "observed")
    if wanted == 3 and not observed.is_met:
        steps.append(_("Or straight to level 4: practice that your lead observes and rates 4"))
    return list(dict.fromkeys(steps))


def _raise(rule: Rule, found: Grounds) -> str:
    level = found.level
    if rule.name == "items":
        number = math.ceil(rule.need - rule.have)
        return ngettext(
            "%(number)d more question or decision that was not answered before",
            "%(number)d more questions or decisions that were not answered before",
            number,
        ) % {"number": number}
    if rule.name == "strength" and found.keeps_back:
        return _("More right answers, unless those whose result is not shown yet suffice")
    if rule.name == "strength":
        one = rules.points(
            Item(UUID(int=0), "measurement", "", NEVER, 1, guess=TYPICAL_GUESS), found.numbers
        )
        lacking = _odds(rule.need) - _odds(level.strength)
        number = math.ceil(lacking / one)
        return ngettext(
            "About %(number)d more right answer (a question with four options counted)",
            "About %(number)d more right answers (questions with four options counted)",
            number,
        ) % {"number": number}
    if rule.name == "no_critical_miss":
        return _("The safety-critical answer put right, and another one with it")
    if rule.name == "days_apart":
        shown = [item.day for item in found.items if found.fates[item.id] in {"counts", "later"}]
        first = min(shown, default=found.day)
        day = max(first + datetime.timedelta(days=int(rule.need)), found.day)
        return _("An answer on %(day)s or later: it is to be shown on days apart") % {
            "day": date_format(day, "SHORT_DATE_FORMAT")
        }
    if rule.name == "practice":
        return _("A scenario with two decisions about this, or an observation rated 3 or 4")
    return _("Practice that your lead observes and rates 4")


NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def _odds(share: float) -> float:
    return math.log(share / (1 - share))


def signed(value: float) -> str:
    """A number of points with its sign, in the reader's notation."""
    value = round(value, 2)
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return sign + str(number_format(abs(value), 2))


# Over time ------------------------------------------------------------------------------


def over_time(subject: Subject, known: Outline, day: datetime.date, *, own: bool) -> dict[str, Any]:
    """Every competence with evidence: its level by months, and until when it is remembered.

    Three queries, however much there is. How sure she was is for the person's own eyes. What is
    held moves the level and nothing else.
    """
    book = Rulebook.of_levels()
    rows = list(
        Evidence.objects.filter(subject=subject).select_related("competence", "activity").order_by()
    )
    kept = held(rows)
    told = [row for row in rows if row.pk not in kept]
    by_competence: dict[Competence, list[Evidence]] = defaultdict(list)
    for row in rows:
        by_competence[row.competence].append(row)
    order = list(known.abilities)
    shown: list[dict[str, Any]] = []
    for competence, some in by_competence.items():
        if competence.uuid not in known.abilities:
            continue  # archived
        history = levels_over(some, competence, book, pictures.month_ends(day))
        numbers = book.numbers(competence.key, day)
        remembered = memory.of_competence(
            items_of(row for row in some if row.pk not in kept),
            numbers,
            day,
            critical=competence.critical,
        )
        share = memory.freshness(remembered, day)
        drops = memory.drops_on(remembered, day)
        shown.append(
            {
                "ability": known.abilities[competence.uuid],
                "picture": pictures.level_picture(history),
                "rows": history_words(history),
                "percent": None if share is None else int(share * 100),
                "drops_on": drops,
                "is_stale": drops is not None and drops <= day,
            }
        )
    shown.sort(key=lambda each: order.index(each["ability"].key))
    fading = sorted(
        (each for each in shown if each["percent"] is not None),
        key=lambda each: (each["drops_on"] or datetime.date.max, each["percent"]),
    )
    sure = certainty.of_items(items_of(told)) if own else []
    return {
        "shown": shown,
        "fading": fading,
        "threshold": round(memory.FRESH * 100),
        "calibration": pictures.calibration(sure, CERTAINTY)
        if any(row.count for row in sure)
        else None,
    }


def history_words(
    history: Iterable[tuple[datetime.date, int | None]],
) -> list[tuple[datetime.date, str | Promise, int | None]]:
    """The table behind the picture: day, the level's word, its number."""
    return [
        (day, LEVEL_NAMES[number] if number is not None else "", number) for day, number in history
    ]


# The evidence ---------------------------------------------------------------------------

SOURCES: dict[str, str | Promise] = {
    "quiz": gettext_lazy("Question in “%(title)s”"),
    "scenario": gettext_lazy("Decision in “%(title)s”"),
    "lesson": gettext_lazy("Lesson “%(title)s”"),
}
NUMBERED: dict[str, str | Promise] = {
    "quiz": gettext_lazy("Question %(number)s in “%(title)s”"),
    "scenario": gettext_lazy("Turn %(number)s in “%(title)s”"),
}
KINDS: dict[str, str | Promise] = {
    Evidence.Kind.OBSERVATION: gettext_lazy("Practice observed by a lead"),
    Evidence.Kind.SELF: gettext_lazy("Self-assessment"),
    Evidence.Kind.PRIOR: gettext_lazy("Learned before"),
    Evidence.Kind.VOID: gettext_lazy("Taken back"),
}
CERTAINTY: dict[int, str | Promise] = {
    1: gettext_lazy("a guess"),
    2: gettext_lazy("fairly sure"),
    3: gettext_lazy("sure"),
}


def lines(
    viewer: User, found: Grounds, rows: Sequence[Evidence], known: Outline, *, own: bool
) -> list[dict[str, Any]]:
    """Rows of the evidence table. How sure she was is for the person's own eyes."""
    points = {item.id: value for item, value in found.level.counted if item.id not in found.held}
    addresses = links(viewer, rows)
    parts = known.parts()
    return [
        {
            **said(row),
            "row": row,
            "source": _source(row, parts),
            "url": addresses.get(row.pk, "") or _page(row, parts),
            "certainty": CERTAINTY.get(row.certainty or 0, "") if own else "",
            **_kept_back(row, found),
            "points": signed(points[row.pk]) if row.pk in points else "",
            "weight": row.weight.normalize(),
            "version": row.item_version[:7],
            # Which of two in other words is the critical one hangs on which was right.
            "critical": row.critical and row.pk not in found.held,
            "fate": found.fates[row.pk],
            "counts": _counts(row, found),
            "is_voided": found.fates[row.pk] == "voided",
            "voids": row.voids_id is not None and row.kind != Evidence.Kind.VOID,
        }
        for row in rows
    ]


def _kept_back(row: Evidence, found: Grounds) -> dict[str, Any]:
    kept = found.held.get(row.pk)
    return {"held": kept, "result": ""} if kept else {"held": None}


def said(row: Evidence) -> dict[str, Any]:
    """What a lead put on record: day, rating, who, the words beside it."""
    return {
        "day": timezone.localtime(row.happened_at).date(),
        "result": _result(row),
        "by": _by(row),
        "note": row.note.text if hasattr(row, "note") else "",
    }


def _result(row: Evidence) -> str:
    if row.kind == Evidence.Kind.OBSERVATION:
        return _("%(rating)d of 4") % {"rating": rating_of(row)}
    if row.kind in {Evidence.Kind.PRIOR, Evidence.Kind.VOID}:
        return ""
    return f"{int(row.score * 100)} %"


def rating_of(row: Evidence) -> int:
    """How an observation was rated, 1 to 4."""
    return round(float(row.score) * 4)


def _by(row: Evidence) -> str:
    if row.actor is None:
        return ""
    return str(row.actor.person or _("Somebody whose account is closed"))


def _counts(row: Evidence, found: Grounds) -> str:
    """Why the row counts or does not, where a word is not enough."""
    fate = found.fates[row.pk]
    months = rules.window_opens(found.numbers, found.day, critical=found.competence.critical)
    day = timezone.localtime(row.happened_at).date()
    if fate == "practice":
        return _("Practice: within %(hours)d hours of its explanation") % {
            "hours": int(found.numbers["practice_hours"])
        }
    if fate == "old":
        key = "critical_window_months" if found.competence.critical else "window_months"
        return _("Older than %(months)d months") % {"months": int(found.numbers[key])}
    if fate == "observation":
        year = rules.add_months(found.day, -int(found.numbers["practice_months"]))
        years = rules.add_months(found.day, -int(found.numbers["observation_months"]))
        if rating_of(row) >= 4 and day > years:
            return _("Counts for level 4")
        if rating_of(row) >= 3 and day > year:
            return _("Counts for level 3")
        return _("Is no ground for a level") if rating_of(row) < 3 else _("Too long ago to count")
    if fate == "prior":
        if found.competence.critical:
            return _("Never counts where safety is at stake")
        return _("Bears level 2 at most") if day > months else _("Too long ago to count")
    words: dict[str, str | Promise] = {
        "later": _("A later answer counts"),
        "exercise": _("A run for practice"),
        "self": _("A view of oneself, no evidence"),
        "ahead": _("Lies ahead"),
    }
    return str(words.get(fate, ""))


def _source(row: Evidence, parts: Mapping[UUID, Any]) -> str:
    if row.kind in KINDS:
        return str(KINDS[row.kind])
    about = parts.get(row.activity.object_key) if row.activity else None
    if about:
        _module, part = about
        if part.kind in NUMBERED and (place := number_of(row)):
            return str(NUMBERED[part.kind] % {"number": place, "title": part.title})
        return str(SOURCES.get(part.kind, SOURCES["quiz"]) % {"title": part.title})
    if row.activity and row.activity.object_kind == "review":
        return _("Question in a review")
    return _("Decision in a scenario") if row.item_key.startswith("story/") else _("Question")


def _page(row: Evidence, parts: Mapping[UUID, Any]) -> str:
    about = parts.get(row.activity.object_key) if row.activity else None
    return about[1].url if about else ""

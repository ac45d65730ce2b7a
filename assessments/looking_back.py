"""What a person's finished attempts say all together: certainty, and progress by category.

Everything follows from attempts and their steps, read once: two statements whatever their number.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from assessments import actions, known, replay
from assessments.models import Attempt, Topic
from assessments.policy import Shown
from assessments.replay import Standpoint
from assessments.results import Slot
from content.bilingual import pick, say
from content.cache import remember
from courses.holding import held
from courses.outline import Part, outline
from courses.progress import certainty
from courses.progress.models import Evidence, Subject
from courses.progress.projection import items_of


@dataclass(frozen=True)
class Answered:
    """A question that was answered in an attempt that is over, the latest time it was."""

    slot: Slot
    attempt: Attempt
    at: datetime.datetime
    shown: Shown  # what may be shown of it now

    @property
    def item_key(self) -> str:
        return actions.item_key(self.slot)


def answered(subject: Subject, now: datetime.datetime) -> list[Answered]:
    """Every scored question she answered, by its latest answer, the latest first."""
    latest: dict[str, Answered] = {}
    for stand in stands(subject):
        shown = stand.policy.shows(now, stand.finished_at)
        for slot in stand.slots:
            if not slot.answered or not slot.is_scored or slot.fraction is None:
                continue
            at = slot.answered_at or stand.finished_at
            assert at is not None  # noqa: S101
            found = Answered(slot, stand.attempt, at, shown)
            before = latest.get(found.item_key)
            if before is None or before.at <= found.at:
                latest[found.item_key] = found
    return sorted(latest.values(), key=lambda each: each.at, reverse=True)


def stands(subject: Subject) -> Iterable[Standpoint]:
    """Her handed-in attempts with all that follows from them; one statement, and their versions."""
    attempts = list(
        Attempt.objects.filter(subject=subject).handed_in().with_log().order_by("started_at")
    )
    logs = [attempt.log_of_steps() for attempt in attempts]
    # All versions at once, not attempt by attempt.
    known.versions(
        pk
        for attempt, log in zip(attempts, logs, strict=True)
        for pk in replay.needed(attempt, log)
    )
    for attempt, log in zip(attempts, logs, strict=True):
        yield actions.resume(attempt, log)


# Certainty ------------------------------------------------------------------------------


@dataclass(frozen=True)
class SureAndWrong:
    """An answer she was sure of and that was not right."""

    answer: Answered
    reread: Part | None
    next_review: datetime.date | None = None

    @property
    def stem(self) -> str:
        return self.answer.slot.stem


def sure_and_wrong(
    answers: Sequence[Answered], due: Mapping[str, datetime.date]
) -> list[SureAndWrong]:
    """What she was sure of and wrong about, as far as she may know that by now.

    `due` says when an item comes up in her review.
    """
    known_parts = outline()
    found = []
    for answer in answers:
        slot = answer.slot
        if slot.certainty != certainty.SURE or (slot.fraction or 0) >= 1:
            continue
        if not answer.shown.correctness:
            continue
        key = slot.data["reread"]
        place = known_parts.part(UUID(key)) if key else None
        part = place[1] if place and place[1].url else None
        found.append(SureAndWrong(answer, part, due.get(answer.item_key)))
    return found


def calibration(subject: Subject) -> list[certainty.Row]:
    """How right she was at each certainty, by her record as far as she may know it; two statements."""
    kinds = [Evidence.Kind.MEASUREMENT, Evidence.Kind.VOID]
    rows = list(Evidence.objects.filter(subject=subject, kind__in=kinds).select_related("activity"))
    kept = held(rows)
    return certainty.of_items(items_of(row for row in rows if row.pk not in kept))


# Categories -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Category:
    """How far a person is with the questions of a topic: answered, and how right."""

    title: str
    is_part: bool
    asked: int  # questions that can be asked
    answered: int
    earned: Fraction

    @property
    def percent(self) -> int | None:
        return int(self.earned * 100 / self.answered) if self.answered else None


NONE = ""


def categories(answers: Sequence[Answered]) -> list[Category]:
    """Her progress in every topic, sub-topics below the one they are part of.

    Only answers whose result she may know count. Questions without a topic come last.
    """
    topics = _topics()
    mine: dict[str, list[Fraction]] = {}
    for answer in answers:
        if answer.shown.result:
            earned = answer.slot.fraction or Fraction()
            for key in _topics_of(answer.slot.data.get("topics", ())):
                mine.setdefault(key, []).append(earned)
    bank = _in_bank()
    rows = []
    for key, title, is_part in topics:
        parts = mine.get(key, [])
        if parts or bank.get(key):
            rows.append(
                Category(
                    say(title),
                    is_part,
                    max(bank.get(key, 0), len(parts)),
                    len(parts),
                    sum(parts, Fraction()),
                )
            )
    return rows


def _topics_of(keys: Iterable[str]) -> set[str]:
    above = known.topics()
    found = {key for key in keys if key in above}
    return found | {above[key] for key in found if above[key]} or {NONE}


def _topics() -> list[tuple[str, dict[str, str], bool]]:
    """(key, name, whether it is part of another), in order; remembered."""

    def read() -> list[tuple[str, dict[str, str], bool]]:
        rows = list(Topic.objects.filter(archived=False).order_by("name_lv"))
        found: list[tuple[str, dict[str, str], bool]] = []
        for top in (row for row in rows if row.parent_id is None):
            found.append((top.key, _name(top), False))
            found += [(row.key, _name(row), True) for row in rows if row.parent_id == top.pk]
        return found

    return remember("topics in order", read)


def _name(topic: Topic) -> dict[str, str]:
    return {code: pick(topic, "name", code) for code in ("lv", "en")}


def _in_bank() -> dict[str, int]:
    """How many scored questions of published quizzes each topic has; remembered."""

    def read() -> dict[str, int]:
        counts: dict[str, int] = {}
        for topics in known.topics_of_questions():
            for key in _topics_of(topics):
                counts[key] = counts.get(key, 0) + 1
        return counts

    return remember("questions by topic", read)

"""What the pages of a quiz show around its questions: module, rules, earlier attempts, result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from assessments.actions import Standpoint
from assessments.models import Attempt, Quiz, QuizPage
from assessments.results import Slot
from content.bilingual import pick
from content.models import Source
from courses.outline import Part, outline
from courses.people.models import User
from courses.reading import after, record_of
from courses.reading import front as modules_crumb


@dataclass(frozen=True)
class Chances:
    """How many attempts a person has made and may still make."""

    used: int
    allowed: int  # 0: no limit

    @property
    def left(self) -> int | None:
        """None when there is no limit."""
        return max(0, self.allowed - self.used) if self.allowed else None

    @property
    def is_over(self) -> bool:
        return self.left == 0


def front(page: QuizPage, attempts: Sequence[Attempt]) -> dict[str, Any]:
    """What the page of a quiz says before one starts."""
    quiz = page.quiz
    open_attempt = next((attempt for attempt in attempts if attempt.is_open), None)
    chances = Chances(len(attempts), quiz.attempts_allowed)
    asked = quiz.asked_count()
    is_open = page.live and quiz.live and not page.archived and not quiz.archived and asked > 0
    return {
        "quiz": quiz,
        "intro": pick(quiz, "intro"),
        "asked": asked,
        "chances": chances,
        "open_attempt": open_attempt,
        "finished": [attempt for attempt in attempts if not attempt.is_open],
        "passed": any(attempt.passed for attempt in attempts),
        "is_open": is_open,
        "can_start": is_open and not open_attempt and not chances.is_over,
        "explains_each": quiz.feedback == Quiz.Feedback.EACH,
    }


def around(attempt: Attempt) -> dict[str, Any]:
    """The module and the page an attempt belongs to; from the cached outline."""
    known = outline()
    found = known.part(attempt.page_key)
    module, part = found if found else (None, None)
    title = part.title if part else pick(attempt.quiz, "title")
    url = part.url if part else ""
    crumbs = [modules_crumb()]
    if module:
        crumbs.append({"title": module.title, "url": module.url})
    crumbs.append({"title": title, "url": url})
    return {"module": module, "quiz_title": title, "quiz_url": url, "crumbs": crumbs}


def ahead(user: User, attempt: Attempt) -> dict[str, Any] | None:
    """Where a person goes on in the module after this quiz, and whether all of it is done."""
    known = outline()
    found = known.part(attempt.page_key)
    if found is None:
        return None
    road = record_of(user, known, timezone.localdate(), places=False).road(found[0])
    return {"url": after(attempt.page_key, road), "is_met": road.is_met}


@dataclass(frozen=True)
class Explained:
    """A question in the review, and where to read about it again."""

    slot: Slot
    reread: Part | None
    source: Source | None

    @property
    def section(self) -> str:
        return str(self.slot.data["source"]["section"])

    @property
    def pages(self) -> str:
        return str(self.slot.data["source"]["pages"])


def explained(slots: Sequence[Slot]) -> list[Explained]:
    """The questions with what is said about each once it may be explained."""
    sources = sources_of(slots)
    return [
        Explained(slot, _lesson(slot), sources.get(slot.data["source"]["key"])) for slot in slots
    ]


def result(stand: Standpoint) -> dict[str, Any]:
    """The result of a finished attempt: in a word, in marks, and question by question."""
    attempt, total = stand.attempt, stand.total
    items = explained(stand.slots)
    scored = [item for item in items if item.slot.is_scored]
    rereads = {
        item.reread.key: item.reread
        for item in scored
        if item.slot.state != "right" and item.reread
    }
    quiz = attempt.quiz
    made = list(Attempt.objects.filter(subject=attempt.subject, quiz=quiz).values_list("status"))
    chances = Chances(len(made), quiz.attempts_allowed)
    found = outline().part(attempt.page_key)
    is_offered = bool(found and found[1].is_open) and quiz.live and not quiz.archived
    is_open = (Attempt.Status.OPEN,) in made
    again = is_offered and (is_open or not chances.is_over)
    return {
        "attempt": attempt,
        "total": total,
        "items": items,
        "right": sum(item.slot.state == "right" for item in scored),
        "partly": sum(item.slot.state == "partly" for item in scored),
        "scored": len(scored),
        "unscored": len(items) - len(scored),
        "said": pick(attempt.quiz, "passed" if total.passed else "failed"),
        "rereads": list(rereads.values()),
        "chances": chances,
        "again": again,
    }


def _lesson(slot: Slot) -> Part | None:
    key = slot.data["reread"]
    found = outline().part(UUID(key)) if key else None
    return found[1] if found and found[1].url else None


def sources_of(slots: Iterable[Slot]) -> dict[str, Source]:
    """The sources that questions name, by key, in one query."""
    keys = {slot.data["source"]["key"] for slot in slots} - {""}
    return {source.key: source for source in Source.objects.filter(key__in=keys)} if keys else {}

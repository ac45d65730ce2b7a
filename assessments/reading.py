"""What the pages of a quiz show around its questions: module, rules, earlier attempts, result."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments import actions, known, reviews
from assessments.actions import past_of
from assessments.models import Attempt, QuizPage
from assessments.policy import Refusal, Shown
from assessments.replay import Standpoint, form_token
from assessments.results import Comment, Slot
from content.bilingual import pick
from content.cache import remember
from content.models import Source
from courses.holding import Held
from courses.outline import Part, outline
from courses.progress import reviews as asked_again
from courses.progress.models import Subject
from courses.reading import acts_in
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


@dataclass(frozen=True)
class Line:
    """An attempt that is over, in a list; `held` where its quiz keeps the marks back."""

    attempt: Attempt
    held: Held | None


def line(attempt: Attempt, now: datetime.datetime) -> Line:
    """What may be said of an attempt at a moment, by the rules it began with."""
    policy, finished_at = attempt.policy, attempt.finished_at
    if policy.shows(now, finished_at).marks:
        return Line(attempt, None)
    return Line(attempt, Held(policy.shown_from(now, finished_at, ["marks"])))


LATEST = 3  # attempts that the page of a quiz lists unless all are asked for


def front(page: QuizPage, attempts: Sequence[Attempt], *, every: bool = False) -> dict[str, Any]:
    """What the page of a quiz says before one starts; of the attempts it lists the latest."""
    quiz, now = page.quiz, timezone.now()
    policy = quiz.policy
    open_attempt = next((attempt for attempt in attempts if attempt.is_open), None)
    chances = Chances(len(attempts), quiz.attempts_allowed)
    asked = actions.asked_count(quiz)
    is_open = page.live and quiz.live and not page.archived and not quiz.archived and asked > 0
    past = [past_of(attempt) for attempt in attempts]
    refusal = policy.refusal(past, now)
    result = policy.result(past)
    finished = [attempt for attempt in attempts if not attempt.is_open]
    listed = finished if every else finished[-LATEST:]
    return {
        "quiz": quiz,
        "policy": policy,
        "intro": pick(quiz, "intro"),
        "asked": asked,
        "chances": chances,
        "open_attempt": open_attempt,
        "finished": [line(attempt, now) for attempt in listed],
        "finished_count": len(finished),
        "passed": result.passed,
        "result": result,
        "is_open": is_open,
        "refusal": refusal,
        "refusal_said": why_not(refusal) if refusal else "",
        "can_start": is_open and not open_attempt and refusal is None,
        "explains_each": policy.explains_each,
        "to_full_mastery": max(0, policy.mastery_passes - result.in_a_row),
    }


def why_not(refusal: Refusal) -> str:
    """In words, why a new attempt may not begin now."""
    until = moment(refusal.until)
    match refusal.reason:
        case "before":
            return _("This quiz opens on %(moment)s.") % {"moment": until}
        case "closed":
            return _("This quiz is closed.")
        case "wait":
            return _("The next attempt can begin on %(moment)s.") % {"moment": until}
        case "demonstration":
            return _("You are asked to show this again, from %(moment)s on.") % {"moment": until}
    return _("All attempts at this quiz are used.")


def moment(at: datetime.datetime | None) -> str:
    """A moment in the reader's own words and time, or nothing."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""


@dataclass(frozen=True)
class Addresses:
    """Where the pages of an attempt are; those of a try-out go by the key of the quiz page."""

    key: UUID
    is_try: bool = False

    @classmethod
    def of(cls, attempt: Attempt) -> "Addresses":
        """An attempt without a person is a visitor's try-out."""
        if attempt.subject_id is None:
            return cls(attempt.page_key, True)
        return cls(attempt.pk)

    def _named(self, name: str, *args: int) -> str:
        return reverse(f"assessments:{'try_' if self.is_try else ''}{name}", args=[self.key, *args])

    def question(self, number: int) -> str:
        return self._named("question", number)

    @property
    def attempt(self) -> str:
        return self._named("attempt")

    @property
    def save(self) -> str:
        return self._named("save")

    @property
    def review(self) -> str:
        return self._named("review")

    @property
    def finish(self) -> str:
        return self._named("finish")


def around(attempt: Attempt) -> dict[str, Any]:
    """The module and the page an attempt belongs to; from the cached outline."""
    if not attempt.is_review:
        return around_key(*attempt.place)
    ability = next((one for one in outline().abilities.values() if one.name == attempt.about), None)
    title = _("Review")
    crumbs = [{"title": _("My competences"), "url": reverse("courses:profile")}]
    if ability:
        title = _("Refresher: %(title)s") % {"title": ability.title}
        address = reverse("courses:competence", args=[ability.name])
        crumbs.append({"title": ability.title, "url": address})
    else:
        crumbs.append({"title": _("Review today"), "url": reverse("courses:review")})
    crumbs.append({"title": title, "url": ""})
    return {"module": None, "quiz_title": title, "quiz_url": "", "crumbs": crumbs}


def around_key(key: UUID, quiz: int) -> dict[str, Any]:
    found = outline().part(key)
    module, part = found if found else (None, None)
    title = part.title if part else pick(known.quiz(quiz), "title")
    url = part.url if part else ""
    crumbs = [modules_crumb()]
    if module:
        crumbs.append({"title": module.title, "url": module.url})
    crumbs.append({"title": title, "url": url})
    return {"module": module, "quiz_title": title, "quiz_url": url, "crumbs": crumbs}


def ahead(subject: Subject, key: UUID) -> dict[str, Any] | None:
    """Where a person goes on in the module after this quiz, and whether all of it is done.

    One statement: what of the module's parts is on her record.
    """
    found = outline().part(key)
    if found is None:
        return None
    module, part = found
    acts = acts_in(subject, module)
    parts = list(module.open_parts)
    at = parts.index(part) if part in parts else len(parts) - 1
    for each in (*parts[at + 1 :], *parts[:at]):
        if each.verb not in acts.get(each.key, ()) and each.url:
            return {"url": each.url, "is_met": False}
    return {"url": module.url, "is_met": part.verb in acts.get(part.key, ())}


# Questions ------------------------------------------------------------------------------


def fields_of(stand: Standpoint, slot: Slot) -> dict[str, Any]:
    """What a question's form needs beside the question itself."""
    return {
        "slot": slot,
        "token": form_token(stand.attempt, slot.number, slot.answers),
        "asks_certainty": stand.policy.certainty
        and (not stand.attempt.is_review or reviews.asks_certainty(slot)),
    }


def on_a_page(slot: Slot) -> Slot:
    """The question as one of several on a page: its fields have names of their own."""
    return replace(slot, prefix=f"q{slot.number}-")


@dataclass(frozen=True)
class Clock:
    """The time of an attempt, as the page tells it."""

    until: datetime.datetime
    now: datetime.datetime
    warn: int  # seconds before the end
    more: int  # minutes that asking adds; 0 where none is to be had

    @property
    def seconds(self) -> int:
        return max(0, int((self.until - self.now).total_seconds()))


def clock(stand: Standpoint, now: datetime.datetime | None = None) -> Clock | None:
    """The clock of an open attempt with a deadline; a review has nothing to hurry for."""
    if stand.deadline is None or not stand.is_open or stand.attempt.is_review:
        return None
    now = now or timezone.now()
    policy = stand.policy
    later = policy.extended(stand.deadline, stand.extensions, now)
    more = max(1, round((later - stand.deadline).total_seconds() / 60)) if later else 0
    return Clock(stand.deadline, now, int(policy.warning.total_seconds()), more)


# What is explained ----------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What a person wrote about an answer; no name where she is on record without one."""

    name: str
    text: str
    at: datetime.datetime


@dataclass(frozen=True)
class Explained:
    """A question in the review, and where to read about it again."""

    slot: Slot
    reread: Part | None
    source: Source | None
    shown: Shown
    point: str = ""  # of a safety-critical point: its state
    twin_of: int | None = None
    said: Sequence[Said] = ()  # the earliest first

    @property
    def has_notes(self) -> bool:
        """Whether anything happened to the question beside its answer."""
        slot = self.slot
        return bool(self.twin_of or slot.regraded_at or slot.correction or slot.late or self.said)

    @property
    def section(self) -> str:
        return str(self.slot.data["source"]["section"])

    @property
    def pages(self) -> str:
        return str(self.slot.data["source"]["pages"])


ALL = Shown(True, True, True, True, True)


def explained(
    slots: Sequence[Slot], shown: Shown = ALL, stand: Standpoint | None = None
) -> list[Explained]:
    """The questions with what may be said about each."""
    sources, names = sources_of(slots), _names(slots)
    items = []
    for slot in slots:
        point = stand.point(slot.number) if stand else None
        items.append(
            Explained(
                slot,
                _lesson(slot),
                sources.get(slot.data["source"]["key"]),
                shown,
                point.state if point else "",
                slot.pin.twin_of,
                [Said(names.get(each.author, ""), each.text, each.at) for each in _written(slot)],
            )
        )
    return items


def _written(slot: Slot) -> list[Comment]:
    """What people wrote about an answer; what came with a mark, once all marks are there."""
    marks = slot.marks if slot.by_hand is not None else ()
    with_marks = [Comment(mark.marker, mark.comment, mark.at) for mark in marks if mark.comment]
    return sorted([*with_marks, *slot.comments], key=lambda each: each.at)


def _names(slots: Sequence[Slot]) -> dict[UUID | None, str]:
    """Who wrote about these answers, by subject: one query, and none where nobody did."""
    authors = {each.author for slot in slots for each in _written(slot) if each.author}
    if not authors:
        return {}
    rows = Subject.objects.filter(pk__in=authors).select_related("person")
    return {row.pk: str(row.person) for row in rows if row.person}


def result(stand: Standpoint, made: int, is_open: bool) -> dict[str, Any]:
    """The result of a handed-in attempt: in a word, in marks, and question by question.

    `made` is how many attempts there are, `is_open` whether one of them is.
    """
    attempt, now = stand.attempt, timezone.now()
    page_key, quiz_id = attempt.place
    quiz = known.quiz(quiz_id)
    chances = Chances(made, quiz.attempts_allowed)
    found = outline().part(page_key)
    is_offered = bool(found and found[1].is_open) and quiz.live and not quiz.archived
    # Of this attempt alone: what others say about waiting stands on the quiz's own page.
    refusal = quiz.policy.refusal([stand.past], now) if stand.past.finished_at else None
    wait = refusal if refusal and refusal.reason != "used" else None
    again = is_offered and (is_open or not chances.is_over and wait is None)
    return judged(stand) | {
        "missed": [point for point in stand.points if point.state == "missed"],
        "recovered": [point for point in stand.points if point.state == "recovered"],
        "demonstrate": stand.finished_at + datetime.timedelta(days=stand.policy.miss_days)
        if stand.missed and stand.finished_at
        else None,
        "chances": chances,
        "wait": wait,
        "again": again,
    }


def judged(stand: Standpoint) -> dict[str, Any]:
    """The same without what only somebody's attempts have."""
    shown = stand.policy.shows(timezone.now(), stand.finished_at)
    items = explained([_as_marked(slot) for slot in stand.slots], shown, stand)
    scored = [item for item in items if item.slot.is_scored and item.slot.max_mark]
    rereads = {
        item.reread.key: item.reread
        for item in items
        if item.slot.is_scored and item.slot.state in ("wrong", "partly") and item.reread
    }
    quiz, passed = known.quiz(stand.attempt.place[1]), stand.passed
    return {
        "attempt": stand.attempt,
        "stand": stand,
        "policy": stand.policy,
        "total": stand.total,
        "status": stand.status,
        "result_passed": passed,
        "shown": shown,
        "items": items if shown.response or shown.anything else [],
        "right": sum(item.slot.state == "right" for item in scored),
        "partly": sum(item.slot.state == "partly" for item in scored),
        "waiting": sum(item.slot.waits for item in items),
        "scored": len(scored),
        "unscored": len([item for item in items if not item.slot.is_scored]),
        "said": "" if passed is None else pick(quiz, "passed" if passed else "failed"),
        "rereads": list(rereads.values()) if shown.correctness else [],
    }


def reviewed(stand: Standpoint, now: datetime.datetime) -> dict[str, Any]:
    """What a review that is over showed, and when the next one is; seven statements at most."""
    answered = [_as_marked(slot) for slot in stand.slots if slot.answered]
    items = explained(answered, ALL, stand)
    again = [item for item in items if item.slot.state in ("wrong", "partly")]
    rereads = {item.reread.key: item.reread for item in again if item.reread}
    subject, today = stand.attempt.subject, timezone.localdate(now)
    return {
        "items": items,
        "answered": len(items),
        "skipped": len(stand.slots) - len(items),
        "right": len(items) - len(again),
        "rereads": list(rereads.values()),
        "missed": [point for point in stand.points if point.state == "missed"],
        "recovered": [point for point in stand.points if point.state == "recovered"],
        "today": asked_again.today_of(subject, now),
        "tomorrow": today + datetime.timedelta(days=1),
        "minutes": reviews.minutes_spent(subject, today),
    }


def _as_marked(slot: Slot) -> Slot:
    """A question that was marked again is explained as its new version has it."""
    if slot.marked_by is None:
        return slot
    return replace(slot, data=slot.marked_by, version_hash=slot.marked_by_hash)


def _lesson(slot: Slot) -> Part | None:
    key = slot.data["reread"]
    found = outline().part(UUID(key)) if key else None
    return found[1] if found and found[1].url else None


def sources_of(slots: Iterable[Slot]) -> dict[str, Source]:
    """The sources that questions name, by key; remembered until one is published."""
    keys = frozenset(slot.data["source"]["key"] for slot in slots) - {""}
    if not keys:
        return {}
    return remember(
        ("sources of questions", keys),
        lambda: {source.key: source for source in Source.objects.filter(key__in=keys)},
    )

"""What people do with a quiz, one transaction each: start, answer, finish."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from assessments import grading
from assessments.models import Answer, Attempt, Pin, QuestionVersion, Quiz, QuizPage
from assessments.results import Slot, slots_of, total_of
from content.versions import digest
from courses.progress.actions import NewActivity, NewEvidence, record
from courses.progress.models import Subject

CHANCE = random.SystemRandom()


class Refused(Exception):
    """The step is not possible now; the class says why."""


class NotOffered(Refused):
    """The quiz is not published, is archived, or has no question to score."""


class NoAttemptsLeft(Refused):
    """All attempts that the quiz allows are used."""


class AttemptOver(Refused):
    """The attempt is finished; nothing is added to it."""


class AlreadyExplained(Refused):
    """The question was answered and explained; the answer stands."""


class AnsweredElsewhere(Refused):
    """Another tab saved an answer since this form was shown; that answer is kept."""


# Starting -------------------------------------------------------------------------------


@transaction.atomic
def start_attempt(
    subject: Subject, page: QuizPage, token: UUID, chance: random.Random = CHANCE
) -> Attempt:
    """The attempt to go on with: the open one if there is one, else a new one.

    The same token gives the same attempt, also after it was finished. Raises `NotOffered` or
    `NoAttemptsLeft`.
    """
    # One start at a time for each person, so that two clicks do not open two attempts.
    Subject.objects.select_for_update().get(pk=subject.pk)
    before = list(Attempt.objects.filter(subject=subject, quiz=page.quiz).defer("pinned"))
    for attempt in before:
        if attempt.is_open or attempt.token == token:
            return attempt
    quiz = page.quiz
    if not (page.live and quiz.live) or page.archived or quiz.archived:
        raise NotOffered
    if quiz.attempts_allowed and len(before) >= quiz.attempts_allowed:
        raise NoAttemptsLeft
    versions = draw(quiz, chance)
    if not any(not version.data["needs_review"] for version in versions):
        raise NotOffered
    now = timezone.now()
    attempt = Attempt.objects.create(
        subject=subject,
        quiz=quiz,
        page_key=page.translation_key,
        number=1 + max((attempt.number for attempt in before), default=0),
        token=token,
        started_at=now,
        pinned={
            "pass_mark": quiz.pass_mark,
            "feedback": quiz.feedback,
            "slots": [
                _pin(number, version, quiz.shuffle, chance).as_json()
                for number, version in enumerate(versions, start=1)
            ],
        },
    )
    record(subject, activities=[_activity(attempt, "started")], today=timezone.localdate(now))
    return attempt


def draw(quiz: Quiz, chance: random.Random) -> list[QuestionVersion]:
    """The versions a new attempt asks, in the order it asks them."""
    newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number")
    versions: list[QuestionVersion] = list(
        QuestionVersion.objects.filter(
            pk=Subquery(newest.values("pk")[:1]),
            question__live=True,
            question__archived=False,
            question__places__quiz=quiz,
        )
        .annotate(place=F("question__places__sort_order"))
        .order_by("place", "pk")
    )
    if quiz.draw and quiz.draw < len(versions):
        drawn = set(chance.sample(range(len(versions)), quiz.draw))
        versions = [version for place, version in enumerate(versions) if place in drawn]
    if quiz.shuffle:
        chance.shuffle(versions)
    return versions


def _pin(number: int, version: QuestionVersion, shuffle: bool, chance: random.Random) -> Pin:
    options = grading.shuffled_keys(version.data)
    if version.data["kind"] == "true-false":
        options.sort(reverse=True)  # true, then false, whatever the order in the pack
    elif shuffle or grading.must_shuffle(version.data):
        chance.shuffle(options)
    return Pin(number, version.pk, tuple(options), Fraction(1))


# Answering ------------------------------------------------------------------------------


def form_token(attempt: Attempt, slot: int, answers: int) -> UUID:
    """The token of a form for a slot that was saved `answers` times.

    It follows from the state of the slot: a form sent twice and two tabs showing the same state
    send the same token, and only the first of them is the next answer.
    """
    return uuid5(attempt.pk, f"{slot}/{answers + 1}")


@transaction.atomic
def answer(attempt: Attempt, slot: int, response: Mapping[str, Any], token: UUID) -> Answer:
    """Save an answer; it counts until a later one is saved.

    The answer that counts already, sent again, changes nothing. Raises `AnsweredElsewhere` when
    the token is of a state that is past, `AlreadyExplained`, `AttemptOver`.
    """
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if not attempt.is_open:
        raise AttemptOver
    latest = attempt.answers.filter(slot=slot).order_by("-number").first()
    if latest and latest.response == response:
        return latest
    if latest and attempt.explains_each:
        raise AlreadyExplained
    saved = latest.number if latest else 0
    if token != form_token(attempt, slot, saved):
        raise AnsweredElsewhere
    return attempt.answers.create(
        slot=slot,
        number=saved + 1,
        version_id=attempt.pins[slot - 1].version,
        response=response,
        token=token,
    )


# Finishing ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standpoint:
    """An attempt with everything that follows from it."""

    attempt: Attempt
    slots: Sequence[Slot]

    @property
    def total(self) -> grading.Total:
        return total_of(self.attempt, self.slots)

    @property
    def answered_count(self) -> int:
        return len(self.slots) - len(self.unanswered)

    @property
    def unanswered(self) -> list[Slot]:
        return [slot for slot in self.slots if not slot.answered]


def resume(attempt: Attempt) -> Standpoint:
    """Where an attempt stands: two queries, whatever the number of questions."""
    versions = QuestionVersion.objects.in_bulk([pin.version for pin in attempt.pins])
    return Standpoint(attempt, slots_of(attempt, versions, attempt.answers.all()))


@transaction.atomic
def finish(attempt: Attempt) -> Attempt:
    """Score the attempt and put it on record; finishing twice is finishing once."""
    attempt = Attempt.objects.select_for_update().select_related("subject").get(pk=attempt.pk)
    if not attempt.is_open:
        return attempt
    stand = resume(attempt)
    total = stand.total
    attempt.status = Attempt.Status.FINISHED
    attempt.finished_at = timezone.now()
    attempt.mark, attempt.max_mark = _decimal(total.mark), _decimal(total.max_mark)
    attempt.passed = total.passed
    attempt.save(update_fields=["status", "finished_at", "mark", "max_mark", "passed"])
    verbs = ["finished", "passed"] if total.passed else ["finished"]
    record(
        attempt.subject,
        activities=[_activity(attempt, verb) for verb in verbs],
        evidence=[each for slot in stand.slots for each in _evidence(attempt, slot)],
        today=timezone.localdate(attempt.finished_at),
    )
    return attempt


def _activity(attempt: Attempt, verb: str) -> NewActivity:
    at = attempt.started_at if verb == "started" else attempt.finished_at
    return NewActivity(
        verb=verb,
        kind="quiz",
        key=attempt.page_key,
        version=digest([slot["version"] for slot in attempt.pinned["slots"]]),
        origin=f"attempt/{attempt.pk}/{verb}",
        happened_at=at,
    )


def _evidence(attempt: Attempt, slot: Slot) -> list[NewEvidence]:
    """What the answer says about each competence; an unscored or open question says nothing."""
    score = slot.fraction
    if score is None or not slot.is_scored:
        return []
    applies = slot.data["applies"]
    return [
        NewEvidence(
            competence_key=given["key"],
            item_key=f"question/{slot.data['uuid']}",
            item_version=slot.version_hash,
            origin=f"attempt/{attempt.pk}/{slot.number}/{given['key']}",
            score=score,
            weight=Decimal(given["weight"]),
            guess=grading.guess(slot.question),
            critical=slot.data["critical"],
            setting="" if applies == "both" else applies,
            happened_at=attempt.finished_at,
            activity_origin=f"attempt/{attempt.pk}/finished",
        )
        for given in slot.data["competences"]
    ]


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.00001"))

"""What people do with a quiz, one transaction each: start, save, ask for time, finish.

Every act appends steps to the attempt's log and brings the attempt's columns up to date. The
server's clock decides: whoever looks at an attempt whose time is up finds it closed.
"""

import datetime
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments import draws, grading, known
from assessments.models import (
    Accommodation,
    Attempt,
    AttemptQuerySet,
    Pin,
    QuestionVersion,
    Quiz,
    QuizPage,
    Step,
)
from assessments.policy import USUAL, Past, Policy, Refusal
from assessments.replay import (
    COLUMNS,
    Standpoint,
    form_token,
    needed,
    points_of,
    replay,
    with_answer,
)
from assessments.results import Slot
from content.versions import digest
from courses.people.prepared import Inserted, Prepared, Updated
from courses.progress import reviews
from courses.progress.actions import NewActivity, NewEvidence, record, saw_feedback
from courses.progress.models import Subject
from courses.rulebook import rulebook

__all__ = ["Standpoint", "form_token"]

CHANCE = random.SystemRandom()
Moment = datetime.datetime
Kind = Step.Kind

# What came of an answer that was sent.
SAVED, SAME, ELSEWHERE, STANDS, LATE, OVER = [
    "saved",
    "same",
    "elsewhere",
    "stands",
    "late",
    "over",
]
LATE_HOURS = 24  # for so long after the end what arrives is kept
LATE_EACH = 1  # late answers kept for each question
CHUNK = 500  # rows read at once where there may be many


class Refused(Exception):
    """The step is not possible now; the class says why."""


class NotOffered(Refused):
    """The quiz is not published, is archived, or has no question to score."""


class NoAttemptsLeft(Refused):
    """All attempts that the quiz allows are used."""


class NotNow(Refused):
    """The quiz is not open yet or no longer, or the next attempt has to wait."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.reason)


class AttemptOver(Refused):
    """The attempt is finished; nothing is added to it."""


class TooLate(Refused):
    """The time was up; the answer is kept and does not count."""


class AlreadyExplained(Refused):
    """The question was answered and explained; the answer stands."""


class AnsweredElsewhere(Refused):
    """Another tab saved an answer since this form was shown; that answer is kept."""


# Starting -------------------------------------------------------------------------------


def start_attempt(
    subject: Subject, page: QuizPage, token: UUID, chance: random.Random = CHANCE
) -> Attempt:
    """The attempt to go on with: the open one if there is one, else a new one.

    The same token gives the same attempt, also after it was finished. Raises `NotOffered`,
    `NoAttemptsLeft` or `NotNow`.
    """
    try:
        return _start(subject, page, token, chance)
    except IntegrityError:
        # Another request of hers began one in the meantime: its number or its token was taken.
        return _start(subject, page, token, chance)


@transaction.atomic
def _start(subject: Subject, page: QuizPage, token: UUID, chance: random.Random) -> Attempt:
    quiz, now = page.quiz, timezone.now()
    rules = known.rules(quiz)
    back = max((rule.unseen_in_last for rule in rules), default=0)
    before = list(attempts_at(subject, quiz, with_pins=back > 0))
    for attempt in before:
        if attempt.token == token or attempt.is_open and close_if_over(attempt, now).is_open:
            return attempt
    if any(attempt.is_open for attempt in before):
        before = list(attempts_at(subject, quiz, with_pins=back > 0))  # one has just run out
    if not (page.live and quiz.live) or page.archived or quiz.archived:
        raise NotOffered
    policy = quiz.policy
    refusal = policy.refusal([past_of(attempt) for attempt in before], now)
    if refusal and refusal.reason == "used":
        raise NoAttemptsLeft
    if refusal:
        raise NotNow(refusal)
    items = draw(quiz, chance, _seen(before, back))
    if not any(item.is_scored for item in items):
        raise NotOffered
    deadline = policy.deadline(now, _allowance(subject) if policy.time_limit else USUAL)
    attempt = Attempt(
        subject=subject,
        quiz=quiz,
        page_key=page.translation_key,
        by_hand=any(item.kind in grading.BY_HAND for item in items),
        number=1 + max((attempt.number for attempt in before), default=0),
        token=token,
        started_at=now,
        deadline=deadline,
        pinned=pinned(policy, deadline, items, quiz.shuffle, chance),
    )
    INSERT_ATTEMPTS([attempt])
    # On one page the record learns of it with the first answer, which may come with the last.
    if not policy.one_page:
        record(
            subject,
            activities=[activity_of(attempt, "started")],
            today=timezone.localdate(now),
            book=rulebook(),
        )
    return attempt


def pinned(
    policy: Policy,
    deadline: Moment | None,
    items: Sequence[draws.Item],
    shuffle: bool,
    chance: random.Random,
) -> dict[str, Any]:
    """What an attempt keeps of the rules and the questions it begins with."""
    versions = known.versions(item.version for item in items)
    return {
        "policy": policy.as_json(),
        "deadline": deadline.isoformat() if deadline else None,
        "slots": [
            pin_of(number, versions[item.version], shuffle, chance).as_json()
            for number, item in enumerate(items, start=1)
        ],
    }


def attempts_at(subject: Subject, quiz: Quiz, *, with_pins: bool = False) -> Iterable[Attempt]:
    """A person's attempts at a quiz, the first one first; one statement."""
    return (ALL_AT_QUIZ if with_pins else AT_QUIZ).all(subject.pk, quiz.pk)


def _at_quiz(subject: UUID, quiz: int) -> AttemptQuerySet:
    return Attempt.objects.filter(subject=subject, quiz=quiz).order_by("number")


ALL_AT_QUIZ = Prepared(_at_quiz, UUID(int=1), -1)
AT_QUIZ = Prepared(lambda subject, quiz: _at_quiz(subject, quiz).defer("pinned"), UUID(int=1), -1)


@lru_cache(1000)
def _percent(mark: Decimal | None, most: Decimal | None) -> Fraction:
    """Exactly; an attempt without anything to earn is worth nothing."""
    return Fraction(mark or 0) * 100 / Fraction(most) if most else Fraction()


def past_of(attempt: Attempt) -> Past:
    """An attempt as its row has it, for what the next one may be and what all amount to."""
    percent = _percent(attempt.mark, attempt.max_mark) if attempt.is_marked else None
    return Past(
        attempt.number,
        attempt.is_open,
        attempt.finished_at,
        attempt.passed,
        percent,
        attempt.missed,
    )


def _allowance(subject: Subject) -> Any:
    found = Accommodation.objects.filter(subject=subject).first()
    return found.allowance if found else USUAL


def _seen(before: Sequence[Attempt], back: int) -> list[frozenset[str]]:
    """What the last attempts asked, the latest first."""
    last = sorted(before, key=lambda attempt: attempt.number)[::-1][:back] if back else []
    asked = [[pin.version for pin in attempt.pins] for attempt in last]
    versions = known.versions(pk for pks in asked for pk in pks)
    return [frozenset(versions[pk].data["uuid"] for pk in pks) for pks in asked]


def draw(
    quiz: Quiz,
    chance: random.Random,
    seen: Sequence[frozenset[str]] = (),
    *,
    pool: Sequence[draws.Item] | None = None,
) -> list[draws.Item]:
    """The questions a new attempt asks, in the order it asks them; of a `pool`, if not of all."""
    pool = known.pool(quiz) if pool is None else pool
    items = draws.drawn(pool, known.rules(quiz), quiz.draw, seen, chance)
    if quiz.shuffle:
        chance.shuffle(items)
    return items


def asked_count(quiz: Quiz) -> int:
    """How many questions a new attempt has."""
    return len(
        draws.drawn(
            known.pool(quiz),
            known.rules(quiz),
            quiz.draw,
            (),
            random.Random(0),  # noqa: S311
        )
    )


def pin_of(
    number: int,
    version: QuestionVersion,
    shuffle: bool,
    chance: random.Random,
    twin_of: int | None = None,
) -> Pin:
    """What an attempt keeps of a question it asks. A twin adds no marks of its own."""
    options = grading.shuffled_keys(version.data)
    if version.data["kind"] == "true-false":
        options.sort(reverse=True)  # true, then false, whatever the order in the pack
    elif shuffle or grading.must_shuffle(version.data):
        chance.shuffle(options)
    most = Fraction(0 if twin_of else 1)
    return Pin(number, version.pk, tuple(options), most, twin_of)


# Standing -------------------------------------------------------------------------------


def resume(attempt: Attempt, steps: Iterable[Step] | None = None) -> Standpoint:
    """Where an attempt stands: a statement for its steps unless it came with them, and one for
    versions that this process has not met."""
    log = attempt.log_of_steps() if steps is None else list(steps)
    return replay(attempt, log, known.versions(needed(attempt, log)))


def locked(attempts: "Any", **which: Any) -> Attempt:
    """The one attempt among these, with its subject, both locked; inside a transaction.

    Raises `Attempt.DoesNotExist`.
    """
    return to_lock(attempts).get(**which)


def to_lock(attempts: "Any") -> Any:
    """These attempts, to be locked when they are read: each with its subject, which is too."""
    # The record asks for the subject's lock: this way it comes in the one statement.
    return attempts.select_for_update(of=("self", "subject")).select_related("subject")


def close_if_over(attempt: Attempt, now: Moment | None = None) -> Attempt:
    """The attempt, closed if its time is up. What it costs when it is not: nothing."""
    now = now or timezone.now()
    # An attempt read without its pins is asked for them only when its deadline has passed.
    if not attempt.is_open or attempt.deadline is None or now <= attempt.deadline:
        return attempt
    if not attempt.policy.is_over(attempt.deadline, now):
        return attempt
    with transaction.atomic():
        log = Log(locked(Attempt.objects.all(), pk=attempt.pk), now)
        log.write()
        return log.attempt


INSERT_ATTEMPTS = Inserted(Attempt)
INSERT_STEPS = Inserted(Step)
UPDATE_ATTEMPT = Updated(Attempt, COLUMNS)


class Log:
    """An attempt being written to: its steps as they are, and those that this act adds.

    Made for a locked attempt. If the time is up it begins with closing it.
    """

    def __init__(
        self, attempt: Attempt, now: Moment | None = None, stand: Standpoint | None = None
    ) -> None:
        self.attempt = attempt
        self.now = now or timezone.now()
        self.stand = stand or resume(attempt)
        self.steps = list(self.stand.steps)
        self.new: list[Step] = []
        self.was_open = self.stand.is_open
        self.tokens = {step.token: step for step in self.steps}
        if self.was_open and self.stand.policy.is_over(self.stand.deadline, self.now):
            closing = self.stand.policy.closing(self.stand.deadline)
            self.add(
                Kind.TIMED_OUT,
                at=closing,
                token=uuid5(attempt.pk, "timed-out"),
                data={"counts": self.stand.policy.overdue != "abandon"},
            )

    @property
    def is_over(self) -> bool:
        return not self.stand.is_open

    def add(self, kind: str, *, at: Moment | None = None, **given: Any) -> Step:
        step = Step(
            attempt=self.attempt,
            number=len(self.steps) + 1,
            kind=kind,
            at=at or self.now,
            **given,
        )
        self.steps.append(step)
        self.new.append(step)
        self.tokens[step.token] = step
        if kind == Kind.SAVED:
            self.stand = with_answer(self.stand, step)
        else:
            self.stand = resume(self.attempt, self.steps)
        return step

    def saves(self, slot: int) -> list[Step]:
        return [step for step in self.steps if step.kind == Kind.SAVED and step.slot == slot]

    def write(self) -> Standpoint:
        """Put the steps in the database, the columns right, and the ending on record."""
        if self.new:
            INSERT_STEPS(self.new)
        ended = self.was_open and self.is_over
        if any(step.kind != Kind.SAVED for step in self.new):
            project(self.attempt, self.stand)
        if ended:
            _record_ending(self.stand, self.now)
        elif self._begins():
            record(
                self.attempt.subject,
                activities=[activity_of(self.attempt, "started")],
                today=timezone.localdate(self.now),
                locked=True,
                book=rulebook(),
            )
        return self.stand

    def _begins(self) -> bool:
        """Whether these are the first answers on a page that has all questions."""
        saved = [step for step in self.steps if step.kind == Kind.SAVED]
        return (
            self.stand.policy.one_page
            and bool(saved)
            and saved[0] in self.new
            and not saved[0].is_late
        )


@contextmanager
def _opened(attempt: Attempt, stand: Standpoint | None) -> Iterator[Log]:
    """The attempt to write to: in its caller's transaction, which has locked it and knows its
    `stand`, or in one of its own."""
    if stand is not None:
        yield Log(attempt, stand=stand)
        return
    with transaction.atomic():
        yield Log(locked(Attempt.objects.all(), pk=attempt.pk))


def project(attempt: Attempt, stand: Standpoint) -> None:
    """Bring the attempt's columns up to what its steps amount to."""
    columns = stand.columns
    if any(getattr(attempt, name) != value for name, value in columns.items()):
        for name, value in columns.items():
            setattr(attempt, name, value)
        UPDATE_ATTEMPT(attempt)


# Answering ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """An answer as it was sent.

    `token` names this save, so that it can be sent twice; `base` is the form token of the state it
    was made from, where a script has named the save itself.
    """

    slot: int
    response: Mapping[str, Any]
    token: UUID
    base: UUID | None = None
    certainty: int | None = None


@dataclass(frozen=True)
class Outcome:
    """Where an attempt stands after an act, and what came of each answer sent, by slot."""

    stand: Standpoint
    answers: Mapping[int, str]
    asked: int = 0  # questions that were added: the same in other words


def save(attempt: Attempt, given: Sequence[Given], *, stand: Standpoint | None = None) -> Outcome:
    """Save answers; each counts until a later one is saved.

    `stand` is where the attempt stands, from a caller whose transaction has locked it.
    """
    with _opened(attempt, stand) as log:
        return _save_in(log, given)


def _save_in(log: Log, given: Sequence[Given]) -> Outcome:
    attempt = log.attempt
    before = log.stand
    answers = {each.slot: take(log, each) for each in given}
    asked = 0
    if log.stand.policy.explains_each and not log.is_over:
        asked = _ask_twins(log, log.stand.points)
        _note_explained(before, log)
        # Nobody hands in a review: it ends with its last answer.
        if attempt.is_review and not log.stand.unanswered:
            log.add(Kind.FINISHED, token=uuid5(attempt.pk, "finished"))
    return Outcome(log.write(), answers, asked)


def _note_explained(before: Standpoint, log: Log) -> None:
    """What is explained with this act was seen, though the record learns of it with the ending."""
    known_before = {slot.number for slot in before.slots if before.is_explained(slot)}
    shown = [
        item_key(slot)
        for slot in log.stand.slots
        if slot.is_scored and log.stand.is_explained(slot) and slot.number not in known_before
    ]
    saw_feedback(log.attempt.subject, shown, log.now)


def take(log: Log, given: Given) -> str:
    """Add an answer to the log if it can still be given; says what came of it."""
    slot = log.stand.slot(given.slot)
    if slot is None:
        return OVER
    if known_step := log.tokens.get(given.token):
        return SAME if _is_told_again(log, known_step, given) else ELSEWHERE
    if log.is_over:
        return _take_late(log, slot, given)
    if (
        slot.answered
        and slot.response == given.response
        and (slot.certainty == given.certainty or given.certainty is None)
    ):
        return SAME
    if log.stand.stands(slot):
        return STANDS
    if (given.base or given.token) != form_token(log.attempt, slot.number, slot.answers):
        return ELSEWHERE
    _save(log, slot, given)
    return SAVED


def _take_late(log: Log, slot: Slot, given: Given) -> str:
    """What comes when the time is up is kept beside the rest, once for each question."""
    stand = log.stand
    if not stand.timed_out or stand.finished_at is None:
        return OVER
    if slot.response == given.response or slot.late == given.response:
        return SAME
    late = sum(step.is_late for step in log.saves(slot.number))
    ended = log.now - stand.finished_at
    if late >= LATE_EACH or ended > datetime.timedelta(hours=LATE_HOURS):
        return OVER
    _save(log, slot, given, {"late": True})
    return LATE


def _save(log: Log, slot: Slot, given: Given, data: dict[str, Any] | None = None) -> None:
    log.add(
        Kind.SAVED,
        slot=slot.number,
        version_id=slot.pin.version,
        response=dict(given.response),
        certainty=given.certainty if log.stand.policy.certainty else None,
        token=given.token,
        data=data or {},
    )


def _is_told_again(log: Log, step: Step, given: Given) -> bool:
    """Whether a token that is in the log comes with the same answer once more.

    A script may tell an answer again after later ones; a form sent again is of a state that is
    past unless its answer is the one that counts.
    """
    if (step.slot, step.response) != (given.slot, given.response):
        return False
    return given.base is not None or step is log.saves(given.slot)[-1]


def answer(
    attempt: Attempt,
    slot: int,
    response: Mapping[str, Any],
    token: UUID,
    certainty: int | None = None,
) -> Step:
    """Save one answer and return the step that counts.

    The answer that counts already, sent again, changes nothing. Raises `AnsweredElsewhere` when
    the token is of a state that is past, `AlreadyExplained`, `TooLate`, `AttemptOver`.
    """
    outcome = save(attempt, [Given(slot, response, token, certainty=certainty)])
    refusals = {
        ELSEWHERE: AnsweredElsewhere,
        STANDS: AlreadyExplained,
        LATE: TooLate,
        OVER: AttemptOver,
    }
    if refusal := refusals.get(outcome.answers[slot]):
        raise refusal
    return [step for step in outcome.stand.steps if step.slot == slot][-1]


# Twins ----------------------------------------------------------------------------------


def _ask_twins(log: Log, points: Iterable[Any], chance: random.Random = CHANCE) -> int:
    """Ask the same in other words where a safety-critical answer was wrong; returns how many."""
    asked = 0
    bank = known.points()
    for point in points:
        if not point.wants_twin:
            continue
        uuids = [str(slot.data["uuid"]) for slot in log.stand.slots]
        item = next(
            (each for each in _of_point(bank, point.slot) if each.uuid == point.slot.data["uuid"]),
            None,
        )
        twin = draws.twin_of(item, bank, uuids, chance) if item else None
        if twin is None:
            continue
        version = known.versions([twin.version])[twin.version]
        number = len(log.stand.slots) + 1
        pin = pin_of(number, version, True, chance, twin_of=point.slot.number)
        log.add(
            Kind.ASKED,
            slot=number,
            version_id=version.pk,
            token=uuid5(log.attempt.pk, f"asked/{point.slot.number}"),
            data={"pin": pin.as_json()},
        )
        asked += 1
    return asked


def _of_point(bank: Mapping[str, Sequence[draws.Item]], slot: Slot) -> Sequence[draws.Item]:
    for items in bank.values():
        if any(item.uuid == slot.data["uuid"] for item in items):
            return items
    return ()


# Finishing ------------------------------------------------------------------------------


def hand_in(
    attempt: Attempt, given: Sequence[Given] = (), *, stand: Standpoint | None = None
) -> Outcome:
    """Save what is sent and finish; where a safety-critical answer was wrong, first ask a twin.

    `asked` says how many questions were added: then the attempt is still open. Handing in twice
    is handing in once. `stand` as for `save`.
    """
    with _opened(attempt, stand) as log:
        return _hand_in(log, given)


def _hand_in(log: Log, given: Sequence[Given]) -> Outcome:
    answers = {each.slot: take(log, each) for each in given}
    asked = 0
    if not log.is_over:
        may_skip = log.attempt.is_review
        asked = _ask_twins(log, points_of(log.stand.slots, True, may_skip=may_skip))
        if not asked:
            log.add(Kind.FINISHED, token=uuid5(log.attempt.pk, "finished"))
    return Outcome(log.write(), answers, asked)


def finish(attempt: Attempt) -> Attempt:
    """Hand the attempt in as it is; returns it, open still where a twin is to be answered first."""
    return hand_in(attempt).stand.attempt


def _record_ending(stand: Standpoint, now: Moment) -> None:
    """Put a handed-in attempt on the person's record; one that does not count leaves no trace, nor
    does a review in which nothing was answered."""
    attempt = stand.attempt
    if not stand.counts:
        return
    if attempt.is_review and not stand.answered_count:
        reviews.forget([attempt.subject_id])
        return
    verbs = ["started", "finished"] if stand.policy.one_page else ["finished"]
    if passes(stand):
        verbs.append("passed")
    record(
        attempt.subject,
        activities=[activity_of(attempt, verb) for verb in verbs],
        evidence=[each for slot in stand.slots for each in evidence_of(stand, slot)],
        today=timezone.localdate(now),
        locked=True,
        book=rulebook(),
    )


def passes(stand: Standpoint, before: Sequence[Past] | None = None) -> bool:
    """Whether the quiz is passed with this attempt: by it alone, or by what all amount to.

    `before` are the person's other attempts, if they were read.
    """
    policy = stand.policy
    if stand.attempt.is_review:
        return False
    if policy.grade == "highest" and not policy.mastery_of:
        return bool(stand.passed)
    if stand.passed is None:
        return False
    if before is not None:
        return policy.result([*before, stand.past]).passed
    others = Attempt.objects.filter(subject=stand.attempt.subject_id, quiz=stand.attempt.quiz_id)
    rows = [past_of(each) for each in others.exclude(pk=stand.attempt.pk).defer("pinned")]
    return policy.result([*rows, stand.past]).passed


def activity_of(attempt: Attempt, verb: str) -> NewActivity:
    at = attempt.started_at if verb == "started" else attempt.finished_at
    return NewActivity(
        verb=verb,
        kind="quiz" if attempt.page_key else reviews.KIND,
        # A review is on no page: it is a thing of its own.
        key=attempt.page_key or attempt.pk,
        version=digest([slot["version"] for slot in attempt.pinned["slots"]]),
        origin=f"attempt/{attempt.pk}/{verb}",
        happened_at=at,
    )


def evidence_of(stand: Standpoint, slot: Slot) -> list[NewEvidence]:
    """What the answer says about each competence; an unscored or open question says nothing.

    A safety-critical point is missed once, by its first question; where one of two was right, the
    record knows it by the twin.
    """
    score = slot.fraction
    if score is None or not slot.is_scored or not slot.answered:
        return []
    attempt, key = stand.attempt, slot.key
    applies = key["applies"]
    answered = slot.answered_at or stand.finished_at
    return [
        NewEvidence(
            competence_key=given["key"],
            item_key=item_key(slot),
            item_version=slot.key_hash,
            origin=f"attempt/{attempt.pk}/{slot.number}/{given['key']}",
            score=score,
            weight=Decimal(given["weight"]),
            guess=grading.guess(grading.question_of(key)),
            critical=_is_critical_evidence(stand, slot),
            setting="" if applies == "both" else applies,
            happened_at=answered,
            feedback_at=_explained_at(stand, slot),
            twin=_other_of_point(stand, slot),
            certainty=slot.certainty,
            activity_origin=f"attempt/{attempt.pk}/finished",
        )
        for given in key["competences"]
    ]


def item_key(slot: Slot) -> str:
    """How the record names a question."""
    return f"question/{slot.data['uuid']}"


def _explained_at(stand: Standpoint, slot: Slot) -> Moment | None:
    """When the answer's feedback was first shown; None where that was at once."""
    if slot.is_by_hand:
        return max((mark.at for mark in slot.marks), default=stand.finished_at)
    if not stand.policy.explains_each:
        return stand.finished_at
    point = stand.point(slot.number)
    if point is None or point.twin is None:
        return None
    times = [each.answered_at for each in (point.slot, point.twin) if each.answered_at]
    return max(times, default=None)


def _other_of_point(stand: Standpoint, slot: Slot) -> str:
    point = stand.point(slot.number)
    if point is None or point.twin is None:
        return ""
    return item_key(point.twin if slot.number == point.slot.number else point.slot)


def _is_critical_evidence(stand: Standpoint, slot: Slot) -> bool:
    point = stand.point(slot.number)
    if point is None:
        return False
    if point.twin is not None and slot.number == point.twin.number:
        return slot.fraction == 1
    # Wrong once, with no time left to ask in other words, is no miss.
    return point.state != "alone" or not _has_twin(slot)


def _has_twin(slot: Slot) -> bool:
    return len(_of_point(known.points(), slot)) > 1


# More time ------------------------------------------------------------------------------


def extend(
    attempt: Attempt, token: UUID | None = None, *, stand: Standpoint | None = None
) -> Standpoint:
    """Give more time to somebody who asks for it, if her quiz gives any; the same token is once."""
    with _opened(attempt, stand) as log:
        token = token or uuid4()
        if log.is_over or token in log.tokens:
            return log.write()
        later = log.stand.policy.extended(log.stand.deadline, log.stand.extensions, log.now)
        if later:
            log.add(Kind.EXTENDED, token=token, data={"deadline": later.isoformat()})
        return log.write()


@transaction.atomic
def accommodate(subject: Subject, allowance: Any, by: Any) -> Accommodation:
    """Give a person more time in quizzes with a limit, also in the attempt she is making."""
    found, _made = Accommodation.objects.update_or_create(
        subject=subject,
        defaults={
            "factor": allowance.factor,
            "unlimited": allowance.unlimited,
            "set_by": by,
            "set_at": timezone.now(),
        },
    )
    giver = Subject.objects.for_user(by)
    # A review's end is no limit: it is when one that was left goes on record.
    running = Attempt.objects.at_quizzes().filter(subject=subject, deadline__isnull=False).open()
    for pk in list(running.values_list("pk", flat=True)):
        log = Log(locked(Attempt.objects.all(), pk=pk))
        policy: Policy = log.stand.policy
        until = policy.deadline(log.attempt.started_at, allowance)
        # What she was given by asking is hers on top; a deadline never comes nearer.
        if until and log.stand.extensions:
            until += policy.extension * log.stand.extensions
        if not log.is_over and (until is None or log.stand.deadline and until > log.stand.deadline):
            log.add(
                Kind.EXTENDED,
                data={"deadline": until.isoformat() if until else None},
                actor=giver,
            )
        log.write()
    return found


def close_overdue(now: Moment | None = None) -> int:
    """Close every attempt whose time is up, as whoever looks at it would; returns how many.

    One at a time, and each in a transaction of its own, so that it can be stopped and goes on.
    """
    now = now or timezone.now()
    closed = 0
    overdue = Attempt.objects.open().filter(deadline__lt=now).order_by("deadline")
    for pk in overdue.values_list("pk", flat=True).iterator(chunk_size=CHUNK):
        attempt = Attempt.objects.select_related("subject").get(pk=pk)
        closed += not close_if_over(attempt, now).is_open
    return closed

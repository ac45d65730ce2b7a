"""An attempt replayed from its steps: where it stands, and what it amounts to.

`replay` is a pure function of the pins, the steps and the versions they name. Whatever the lists
show of an attempt is a projection of what it answers (see `actions.project`).
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from assessments import grading
from assessments.models import Attempt, Pin, QuestionVersion, Step
from assessments.policy import Past, Policy
from assessments.results import Comment, Correction, HandMark, Slot

Moment = datetime.datetime
Kind = Step.Kind


# Of an attempt's row, what its steps amount to.
COLUMNS = ("status", "deadline", "finished_at", "mark", "max_mark", "passed", "missed")


@dataclass(frozen=True)
class Point:
    """A safety-critical question and, where it was asked, its twin.

    `state`: right; open (not answered so far, or waiting for a person); recovered (wrong, and the
    twin right); missed (both wrong, or the twin left out); alone (wrong, and there was no twin or
    no time for it).
    """

    slot: Slot
    twin: Slot | None
    state: str

    @property
    def wants_twin(self) -> bool:
        """Whether the same is to be asked in other words before anything is explained."""
        return self.state == "alone"


@dataclass(frozen=True)
class Standpoint:
    """An attempt with everything that follows from it."""

    attempt: Attempt
    policy: Policy
    slots: Sequence[Slot]
    steps: Sequence[Step]
    deadline: Moment | None
    extensions: int  # taken by herself
    finished_at: Moment | None
    timed_out: bool
    counts: bool  # False: not finished in time, where that is asked for
    kept_pass: bool  # it was passed before marks were changed: that stands
    points: Sequence[Point]

    @cached_property
    def total(self) -> grading.Total:
        return grading.total(
            ((slot.mark, slot.max_mark) for slot in self.slots), self.policy.pass_mark
        )

    @property
    def is_open(self) -> bool:
        return self.finished_at is None

    @cached_property
    def status(self) -> str:
        if self.is_open:
            return Attempt.Status.OPEN
        if not self.counts:
            return Attempt.Status.ABANDONED
        if any(slot.waits for slot in self.slots):
            return Attempt.Status.MARKING
        return Attempt.Status.FINISHED

    @cached_property
    def missed(self) -> bool:
        """Whether a safety-critical point was not shown: that fails, whatever the score."""
        return self.counts and any(point.state == "missed" for point in self.points)

    @cached_property
    def passed(self) -> bool | None:
        """None while it is open or has still to be marked; a review is never passed or failed."""
        if self.is_open or self.attempt.is_review:
            return None
        if not self.counts:
            return False
        if any(slot.waits for slot in self.slots):
            return None
        return self.kept_pass or (self.total.passed and not self.missed)

    @property
    def answered_count(self) -> int:
        return len(self.slots) - len(self.unanswered)

    @cached_property
    def unanswered(self) -> list[Slot]:
        return [slot for slot in self.slots if not slot.answered]

    @property
    def late(self) -> list[Slot]:
        """Questions with an answer that came when the time was up."""
        return [slot for slot in self.slots if slot.late is not None]

    def slot(self, number: int) -> Slot | None:
        return self.slots[number - 1] if 1 <= number <= len(self.slots) else None

    def point(self, slot: int) -> Point | None:
        """The safety-critical point that a question belongs to, as the first or the second."""
        for point in self.points:
            if slot in (point.slot.number, point.twin.number if point.twin else None):
                return point
        return None

    def stands(self, slot: Slot) -> bool:
        """Whether the answer can be changed no longer: it is explained, or asked in other words."""
        if not slot.answered:
            return False
        if self.policy.explains_each:
            return True
        return any(each.pin.twin_of == slot.number for each in self.slots)

    def is_explained(self, slot: Slot) -> bool:
        """Whether an open attempt may show what is right: not before the twin is answered."""
        if not (self.policy.explains_each and slot.answered):
            return False
        point = self.point(slot.number)
        return point is None or point.twin is None or point.twin.answered

    def next_slot(self, after: int = 0) -> int | None:
        """The next question without an answer; from the first one again behind the last."""
        numbers = [slot.number for slot in self.unanswered]
        ahead = [number for number in numbers if number > after]
        return ahead[0] if ahead else numbers[0] if numbers and after else None

    @property
    def past(self) -> Past:
        """This attempt as the next one looks back at it."""
        total = self.total
        exact = Fraction(total.mark * 100, total.max_mark) if total.max_mark else Fraction()
        is_marked = self.status == Attempt.Status.FINISHED
        return Past(
            self.attempt.number,
            self.is_open,
            self.finished_at,
            self.passed,
            exact if is_marked else None,
            self.missed,
        )

    @property
    def columns(self) -> dict[str, Any]:
        """What the attempt's row repeats of it for lists: a value for each of `COLUMNS`."""
        total = self.total
        has_mark = self.status == Attempt.Status.FINISHED and not self.attempt.is_review
        return {
            "status": str(self.status),
            "deadline": self.deadline,
            "finished_at": self.finished_at,
            "mark": decimal(total.mark) if has_mark else None,
            "max_mark": decimal(total.max_mark) if has_mark else None,
            "passed": self.passed,
            "missed": self.missed,
        }


def replay(
    attempt: Attempt, steps: Iterable[Step], versions: Mapping[int, QuestionVersion]
) -> Standpoint:
    """Where an attempt stands after these steps; `versions` by primary key.

    Of the attempt only what it was pinned to is looked at.
    """
    policy = attempt.policy
    kept = attempt.pinned.get("deadline")
    stand = _Standing(datetime.datetime.fromisoformat(kept) if kept else None)
    for pin in attempt.pins:
        stand.ask(pin, versions)
    done = sorted(steps, key=lambda step: step.number)
    for step in done:
        stand.take(step, versions)
    slots = [_settled(slot, policy) for slot in stand.slots]
    ended_by_choice = _by_choice(attempt, stand.finished_at, stand.timed_out)
    return Standpoint(
        attempt=attempt,
        policy=policy,
        slots=slots,
        steps=done,
        deadline=stand.deadline,
        extensions=stand.extensions,
        finished_at=stand.finished_at,
        timed_out=stand.timed_out,
        counts=stand.counts,
        kept_pass=stand.kept_pass,
        points=points_of(slots, ended_by_choice, may_skip=attempt.is_review),
    )


def with_answer(stand: Standpoint, step: Step) -> Standpoint:
    """Where the attempt stands after one more answer, as `replay` of all steps has it."""
    assert step.slot is not None  # noqa: S101
    slots = list(stand.slots)
    slots[step.slot - 1] = _changed(slots[step.slot - 1], step, {})
    ended_by_choice = _by_choice(stand.attempt, stand.finished_at, stand.timed_out)
    return replace(
        stand,
        slots=slots,
        steps=[*stand.steps, step],
        points=points_of(slots, ended_by_choice, may_skip=stand.attempt.is_review),
    )


def _by_choice(attempt: Attempt, finished_at: Moment | None, timed_out: bool) -> bool:
    """A review has no time that could run out: whoever leaves it has chosen to."""
    return finished_at is not None and (attempt.is_review or not timed_out)


def needed(attempt: Attempt, steps: Iterable[Step]) -> set[int]:
    """The primary keys of the versions that `replay` will look at."""
    later = [step.data.get("pin", {}).get("version") for step in steps if step.kind == Kind.ASKED]
    again = [step.data.get("version") for step in steps if step.kind == Kind.REGRADED]
    return {pin.version for pin in attempt.pins} | {pk for pk in (*later, *again) if pk}


class _Standing:
    """What the steps have made of the attempt so far."""

    def __init__(self, deadline: Moment | None) -> None:
        self.slots: list[Slot] = []
        self.deadline = deadline
        self.extensions = 0
        self.finished_at: Moment | None = None
        self.timed_out = False
        self.counts = True
        self.kept_pass = False

    def ask(self, pin: Pin, versions: Mapping[int, QuestionVersion]) -> None:
        version = versions[pin.version]
        self.slots.append(Slot(pin, version.data, version.hash))

    def take(self, step: Step, versions: Mapping[int, QuestionVersion]) -> None:
        match step.kind:
            case Kind.ASKED:
                self.ask(Pin.from_json(len(self.slots) + 1, step.data["pin"]), versions)
            case Kind.EXTENDED:
                until = step.data["deadline"]
                self.deadline = datetime.datetime.fromisoformat(until) if until else None
                self.extensions += step.actor_id is None
            case Kind.FINISHED | Kind.TIMED_OUT:
                self.finished_at = step.at
                self.timed_out = step.kind == Kind.TIMED_OUT
                self.counts = step.data.get("counts", True)
            case _ if step.slot:
                self.slots[step.slot - 1] = _changed(self.slots[step.slot - 1], step, versions)
                self.kept_pass = self.kept_pass or bool(step.data.get("was_passed"))


def _changed(slot: Slot, step: Step, versions: Mapping[int, QuestionVersion]) -> Slot:
    match step.kind:
        case Kind.SAVED if step.is_late:
            return replace(slot, answers=slot.answers + 1, late=step.response)
        case Kind.SAVED:
            return replace(
                slot,
                answers=slot.answers + 1,
                response=step.response,
                certainty=step.certainty,
                answered_at=step.at,
            )
        case Kind.MARKED:
            given = HandMark(
                step.actor_id,
                step.data["points"],
                Fraction(step.data["fraction"]),
                step.data.get("comment", ""),
                step.at,
            )
            marks = {mark.marker: mark for mark in slot.marks} | {given.marker: given}
            return replace(slot, marks=tuple(marks.values()))
        case Kind.COMMENTED:
            said = Comment(step.actor_id, step.data["comment"], step.at)
            return replace(slot, comments=(*slot.comments, said))
        case Kind.CORRECTED:
            earned, reason = step.data["fraction"], step.data["reason"]
            correction = Correction(Fraction(earned), reason, step.at) if earned else None
            return replace(slot, correction=correction)
        case Kind.REGRADED:
            version = versions[step.data["version"]]
            return replace(
                slot,
                marked_by=version.data,
                marked_by_hash=version.hash,
                regraded_at=step.at,
                regraded_why=step.data.get("reason", ""),
            )
    return slot


def _settled(slot: Slot, policy: Policy) -> Slot:
    if not slot.marks:
        return slot
    return replace(slot, by_hand=settled(policy.marking, [mark.fraction for mark in slot.marks]))


def settled(how: str, marks: Sequence[Fraction]) -> Fraction | None:
    """What the marks of one, two or three people amount to; None while one more is needed.

    `how`: one; average of two; third, who decides where the first two differ.
    """
    if how == "one":
        return marks[-1] if marks else None
    if len(marks) < 2:
        return None
    if how == "average":
        return (marks[0] + marks[1]) / 2
    if marks[0] == marks[1]:
        return marks[0]
    return marks[2] if len(marks) > 2 else None


def points_of(
    slots: Sequence[Slot], ended_by_choice: bool, *, may_skip: bool = False
) -> list[Point]:
    """The safety-critical points among the questions.

    `ended_by_choice`: she has handed them in. `may_skip`: what she has not answered is no miss.
    """
    twins = {slot.pin.twin_of: slot for slot in slots if slot.pin.twin_of}
    found = []
    for slot in slots:
        if slot.is_critical and slot.pin.twin_of is None:
            twin = twins.get(slot.number)
            is_over = ended_by_choice and (slot.answered or not may_skip)
            found.append(Point(slot, twin, _state(slot, twin, is_over)))
    return found


def _state(slot: Slot, twin: Slot | None, is_over: bool) -> str:
    if slot.fraction == 1:
        return "right"
    if slot.waits or not slot.answered and twin is None and not is_over:
        return "open"
    if twin is None:
        return "alone"
    if twin.fraction == 1:
        return "recovered"
    if twin.answered or is_over:
        return "missed"
    return "alone"


def form_token(attempt: Attempt, slot: int, answers: int) -> UUID:
    """The token of a form for a slot that was saved `answers` times.

    It follows from the state of the slot: a form sent twice and two tabs showing the same state
    send the same token, and only the first of them is the next answer.
    """
    return uuid5(attempt.pk, f"{slot}/{answers + 1}")


def decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.00001"))

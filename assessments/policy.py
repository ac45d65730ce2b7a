"""The rules of a quiz as they were when an attempt began: values, and what follows from them.

No ORM, request or clock here: the moment comes in as `now`. An attempt keeps its policy as JSON, so
that an edit of the quiz leaves a learner's goalposts in place.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

Moment = datetime.datetime

# What may be shown of a question, and the phases in which it is.
ASPECTS = ("response", "correctness", "marks", "right", "feedback")
PHASES = ("during", "after", "later", "closed")
EVERYTHING = frozenset(ASPECTS)
RESULT = ("correctness", "marks")  # what says how an answer was judged
JUST_AFTER = datetime.timedelta(hours=1)

# WCAG 2.2.1: a warning at least 20 seconds before the end, more time by one simple action, and
# that at least ten times.
MOST_EXTENSIONS = 10
SHORTEST_EXTENSION = datetime.timedelta(minutes=1)
SHORTEST_WARNING = datetime.timedelta(seconds=20)
LONGEST_WARNING = datetime.timedelta(minutes=2)


@dataclass(frozen=True)
class Shown:
    """What may be shown of an answered question now."""

    response: bool
    correctness: bool
    marks: bool
    right: bool
    feedback: bool

    @classmethod
    def of(cls, aspects: frozenset[str]) -> "Shown":
        return cls(**{aspect: aspect in aspects for aspect in ASPECTS})

    @property
    def everything(self) -> bool:
        return all((self.response, self.correctness, self.marks, self.right, self.feedback))

    @property
    def anything(self) -> bool:
        """Whether anything is said beyond what she answered herself."""
        return any((self.correctness, self.marks, self.right, self.feedback))

    @property
    def result(self) -> bool:
        """Whether it may be known how the answer was judged; feedback alone does not say so."""
        return all(getattr(self, aspect) for aspect in RESULT)


@dataclass(frozen=True)
class Allowance:
    """The time a person is given: a factor of the usual one, or no limit at all."""

    factor: Decimal = Decimal(1)
    unlimited: bool = False


USUAL = Allowance()


@dataclass(frozen=True)
class Past:
    """One attempt made before, as far as it bears on the next one and on the result."""

    number: int
    is_open: bool
    finished_at: Moment | None = None
    passed: bool | None = None
    percent: Fraction | None = None  # exact; None while a person has still to mark it
    missed: bool = False  # a safety-critical point was not shown


@dataclass(frozen=True)
class Refusal:
    """Why no new attempt may begin: before, closed, used, wait or demonstration; until when."""

    reason: str
    until: Moment | None = None


@dataclass(frozen=True)
class Result:
    """What a person's attempts at a quiz amount to, by its grade method."""

    percent: Fraction | None
    passed: bool
    in_a_row: int = 0  # passed of the last `mastery_of`, where mastery is asked for


def _shown() -> Mapping[str, frozenset[str]]:
    return {"during": frozenset(), "after": EVERYTHING, "later": EVERYTHING, "closed": EVERYTHING}


@dataclass(frozen=True)
class Policy:
    """The rules of a quiz. Times are in the units their names say; 0 means none."""

    pass_mark: int = 80  # percent
    opens: Moment | None = None
    closes: Moment | None = None
    time_limit: int = 0  # minutes
    overdue: str = "submit"  # submit, grace or abandon
    grace: int = 0  # minutes, where overdue is grace
    extensions: bool = True
    attempts: int = 0
    wait_second: int = 0  # hours before the second attempt
    wait_later: int = 0  # hours before the third and later ones
    grade: str = "highest"  # highest, average, first or last
    mastery_passes: int = 0  # m of the last n attempts
    mastery_of: int = 0
    shown: Mapping[str, frozenset[str]] = field(default_factory=_shown)
    one_page: bool = False
    certainty: bool = False
    marking: str = "one"  # one, average (of two) or third (decides where two differ)
    miss_days: int = 7  # until a missed safety-critical point is to be shown anew

    # As JSON ----------------------------------------------------------------------------

    def as_json(self) -> dict[str, Any]:
        """What an attempt keeps."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        data["opens"] = self.opens.isoformat() if self.opens else None
        data["closes"] = self.closes.isoformat() if self.closes else None
        data["shown"] = {
            phase: [aspect for aspect in ASPECTS if aspect in self.shown[phase]] for phase in PHASES
        }
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Policy":
        """The policy that an attempt has kept; what it does not say is as it was by default."""
        given = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        for name in ("opens", "closes"):
            if given.get(name):
                given[name] = datetime.datetime.fromisoformat(given[name])
        if "shown" in given:
            kept = given["shown"]
            given["shown"] = {phase: frozenset(kept.get(phase, ())) for phase in PHASES}
        return cls(**given)

    # What is shown ----------------------------------------------------------------------

    @property
    def explains_each(self) -> bool:
        """Whether an answer is judged at once, and stands from then on."""
        return Shown.of(self.shown["during"]).anything

    def phase(self, now: Moment, finished_at: Moment | None) -> str:
        """during, after (within the hour), later, or closed once the quiz is."""
        if finished_at is None:
            return "during"
        if self.closes and now >= self.closes:
            return "closed"
        return "after" if now < finished_at + JUST_AFTER else "later"

    def shows(self, now: Moment, finished_at: Moment | None) -> Shown:
        return Shown.of(self.shown[self.phase(now, finished_at)])

    def shown_from(
        self, now: Moment, finished_at: Moment | None, aspects: Collection[str] = RESULT
    ) -> Moment | None:
        """From when on, now at the earliest, all these aspects of an answer are shown.

        None where they never are, or nobody knows yet when: while the attempt goes on.
        """
        if finished_at is None:
            return now if self.shown["during"].issuperset(aspects) else None
        turns = [now, finished_at + JUST_AFTER, *([self.closes] if self.closes else [])]
        for moment in sorted(turn for turn in turns if turn >= now):
            if self.shown[self.phase(moment, finished_at)].issuperset(aspects):
                return moment
        return None

    # Time -------------------------------------------------------------------------------

    def deadline(self, started: Moment, allowance: Allowance = USUAL) -> Moment | None:
        """When the time of an attempt is up, None for never; nobody has longer than the quiz."""
        ends = None
        if self.time_limit and not allowance.unlimited:
            ends = started + self.limit * float(allowance.factor)
        if self.closes:
            ends = min(ends, self.closes) if ends else self.closes
        return ends

    @property
    def limit(self) -> datetime.timedelta:
        return datetime.timedelta(minutes=self.time_limit)

    def closing(self, deadline: Moment | None) -> Moment | None:
        """Until when what arrives counts: the deadline, and the grace after it."""
        if deadline is None or self.overdue != "grace":
            return deadline
        return deadline + datetime.timedelta(minutes=self.grace)

    def is_over(self, deadline: Moment | None, now: Moment) -> bool:
        """Whether the time is up; what arrives at the very moment still counts."""
        closing = self.closing(deadline)
        return closing is not None and now > closing

    @property
    def extension(self) -> datetime.timedelta:
        """How much one request for more time adds: a tenth of the limit, a minute at least."""
        return max(self.limit / 10, SHORTEST_EXTENSION)

    @property
    def warning(self) -> datetime.timedelta:
        """How long before the end people are warned."""
        return max(SHORTEST_WARNING, min(self.limit / 5, LONGEST_WARNING))

    def extended(self, deadline: Moment | None, made: int, now: Moment) -> Moment | None:
        """The new deadline for somebody who asks for more time, None where there is none to give.

        `made` is how often she was given some. The last moment to ask is the deadline's end.
        """
        if deadline is None or not self.time_limit or not self.extensions:
            return None
        if made >= MOST_EXTENSIONS or self.is_over(deadline, now):
            return None
        later = max(deadline, now) + self.extension
        if self.closes:
            later = min(later, self.closes)
        return later if later > deadline else None

    # The next attempt -------------------------------------------------------------------

    def refusal(self, past: Sequence[Past], now: Moment) -> Refusal | None:
        """Why a new attempt may not begin now; None when it may. Open ones are gone on with."""
        if self.opens and now < self.opens:
            return Refusal("before", self.opens)
        if self.closes and now >= self.closes:
            return Refusal("closed")
        if self.attempts and len(past) >= self.attempts:
            return Refusal("used")
        done = [each for each in past if each.finished_at]
        if not done:
            return None
        last = max(done, key=lambda each: each.number)
        assert last.finished_at is not None  # noqa: S101
        hours = self.wait_second if len(past) == 1 else self.wait_later
        until = last.finished_at + datetime.timedelta(hours=hours)
        again = last.finished_at + datetime.timedelta(days=self.miss_days if last.missed else 0)
        if now < again and again >= until:
            return Refusal("demonstration", again)
        return Refusal("wait", until) if now < until else None

    # The result -------------------------------------------------------------------------

    def result(self, past: Sequence[Past]) -> Result:
        """What the attempts amount to. A missed safety-critical point never passes."""
        done = sorted(
            (each for each in past if each.percent is not None), key=lambda each: each.number
        )
        if self.mastery_of:
            done = done[-self.mastery_of :]
            passes = sum(bool(each.passed) for each in done)
            return Result(_best(done), passes >= max(1, self.mastery_passes), passes)
        if not done:
            return Result(None, False)
        match self.grade:
            case "first":
                chosen = done[:1]
            case "last":
                chosen = done[-1:]
            case "average":
                chosen = done
            case _:
                return Result(_best(done), any(each.passed for each in done))
        percent = sum(_percents(chosen), Fraction()) / len(chosen)
        return Result(percent, percent >= self.pass_mark and not chosen[-1].missed)


def _percents(past: Sequence[Past]) -> list[Fraction]:
    return [each.percent for each in past if each.percent is not None]


def _best(past: Sequence[Past]) -> Fraction | None:
    return max(_percents(past), default=None)

"""Practice indicators of a coded conversation, after MITI 4.2.1; values in, values out.

The behaviours counted, the ratios and the thresholds *fair* and *good* are those of the Motivational
Interviewing Treatment Integrity code 4.2.1 (PMC9461167, table 3; its thresholds are the opinion of
experts). A coder of MITI hears a recording and rates four globals as a whole; here each choice has
its codes beforehand, so that nothing of this is a MITI coding. The globals are stood in for by
proxies, each a number from 1 to 5:

    balance(for, against) = (for - against) / (for + against + 1)      -1 to 1, one act never decides
    shift(variable)       = what it rose, of all it could have risen, or fell, of all it could
                            have fallen, over the whole run            -1 to 1
    proxy                 = 3 + 2 * the mean of what there is to take from below

    cultivating change talk  balance(adherent + CR, non-adherent), shift(change talk)
    softening sustain talk   balance(emphasising autonomy + SR + CR, non-adherent), -shift(sustain talk)
    partnership              balance(adherent, non-adherent)
    empathy                  balance(SR + 2 * CR, Q / 2 + non-adherent)

    technical  = (cultivating change talk + softening sustain talk) / 2
    relational = (partnership + empathy) / 2

SR and CR are simple and complex reflections, Q questions; adherent are seeking collaboration,
affirming and emphasising autonomy, non-adherent confronting and persuading without permission.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

from django.utils.translation import gettext_lazy as _

from scenarios.conversations import ADHERENT, CODES, NON_ADHERENT, REFLECTIONS, Named
from scenarios.engine import State, Story

Band = Literal["good", "fair", "below", ""]
Form = Literal["number", "share", "count"]

NAMES: Named = {
    "reflections-to-questions": _("reflections to each question"),
    "complex-reflections": _("share of complex reflections"),
    "technical": _("technical side, 1 to 5"),
    "relational": _("relational side, 1 to 5"),
    "adherent": _("in the spirit of motivational interviewing"),
    "non-adherent": _("against its spirit"),
}

START = 3  # of every global
REACH = 2  # up to 5, down to 1


@dataclass(frozen=True)
class Indicator:
    """One measure with its thresholds; no value where nothing defines it."""

    key: str
    value: Fraction | None
    form: Form = "number"
    fair: Fraction | None = None
    good: Fraction | None = None

    @property
    def band(self) -> Band:
        """What was reached; empty where there is no value or no threshold."""
        if self.value is None or self.fair is None or self.good is None:
            return ""
        if self.value >= self.good:
            return "good"
        return "fair" if self.value >= self.fair else "below"

    @property
    def shown(self) -> float | int | None:
        return None if self.value is None else self.display(self.value)

    def display(self, value: Fraction) -> float | int:
        """A value as a percentage, a count, or with one decimal.

        Cut, not rounded, so that none reads as a threshold that it does not reach.
        """
        if self.form == "number":
            return floor(value * 10) / 10
        return floor(value * 100) if self.form == "share" else int(value)


def counts(story: Story, state: State) -> Counter[str]:
    """How often each behaviour was heard on the road of a run."""
    found: Counter[str] = Counter()
    for scene, key in state.road:
        if choice := story.scenes[scene].choice(key):
            found.update(code for code in choice.codes if code in CODES)
    return found


def shift(story: Story, states: Sequence[State], kind: str) -> Fraction | None:
    """How far the client's variable of a kind went, -1 to 1; None where no variable has it.

    Where several do, the mean of them.
    """
    moves = []
    for item in story.variables.values():
        if item.kind == kind:
            first, last = states[0].values[item.key], states[-1].values[item.key]
            room = item.high - first if last > first else first - item.low
            moves.append(Fraction(last - first, room) if last != first else Fraction(0))
    return _mean(moves)


def indicators(story: Story, states: Sequence[State]) -> tuple[Indicator, ...]:
    """The indicators of a run, given all its states from the first on."""
    return measured(
        counts(story, states[-1]),
        shift(story, states, "change-talk"),
        shift(story, states, "sustain-talk"),
    )


def measured(
    heard: Mapping[str, int], change: Fraction | None = None, sustain: Fraction | None = None
) -> tuple[Indicator, ...]:
    """The indicators of these counts of behaviours and shifts of the client's talk.

    Of a conversation without one coded behaviour nothing but the counts is known.
    """
    found = Counter(heard)
    simple, complex_, questions = (
        found[code] for code in ("simple-reflection", "complex-reflection", "question")
    )
    reflections = sum(found[code] for code in REFLECTIONS)
    adherent = sum(found[code] for code in ADHERENT)
    against = sum(found[code] for code in NON_ADHERENT)
    technical = relational = None
    if sum(found.values()):
        evoking = _balance(adherent + complex_, against)
        softening = _balance(found["emphasize-autonomy"] + reflections, against)
        technical = _global(
            _proxy(evoking, change), _proxy(softening, None if sustain is None else -sustain)
        )
        relational = _global(
            _proxy(_balance(adherent, against)),
            _proxy(_balance(simple + 2 * complex_, Fraction(questions, 2) + against)),
        )
    return (
        Indicator(
            "reflections-to-questions",
            Fraction(reflections, questions) if questions else None,
            "number",
            Fraction(1),
            Fraction(2),
        ),
        Indicator(
            "complex-reflections",
            Fraction(complex_, reflections) if reflections else None,
            "share",
            Fraction(2, 5),
            Fraction(1, 2),
        ),
        Indicator("technical", technical, "number", Fraction(3), Fraction(4)),
        Indicator("relational", relational, "number", Fraction(7, 2), Fraction(4)),
        Indicator("adherent", Fraction(adherent), "count"),
        Indicator("non-adherent", Fraction(against), "count"),
    )


def _balance(pro: int | Fraction, contra: int | Fraction) -> Fraction:
    return Fraction(pro - contra) / (pro + contra + 1)


def _mean(values: Iterable[Fraction]) -> Fraction | None:
    known = list(values)
    return sum(known, Fraction(0)) / len(known) if known else None


def _proxy(*signs: Fraction | None) -> Fraction:
    return START + REACH * (_mean(sign for sign in signs if sign is not None) or Fraction(0))


def _global(one: Fraction, other: Fraction) -> Fraction:
    return (one + other) / 2

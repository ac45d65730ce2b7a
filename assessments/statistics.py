"""What answers say about questions: classical item statistics as pure functions.

Facility is the mean score, discrimination the correlation of an item with the rest of the attempt
(corrected item-total correlation), both as in classical test theory. With few answers they are
noise: at 24 answers the standard error of a facility of .5 is .10, and a correlation below .40
cannot be told from none. So nothing is said below `LEAST` answers, and errors stand beside figures.
"""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

LEAST = 20
# Flags, from LEAST answers up.
TOO_HARD = 0.30
TOO_EASY = 0.95
WEAK = 0.20
UNCHOSEN = 0.05


@dataclass(frozen=True)
class Given:
    """One person's answer to one question in one attempt; `score` 0..1, `seconds` if known.

    `chosen` names what can be counted in it: options, or pairs such as "left=right".
    """

    attempt: Hashable
    question: str
    score: float
    chosen: tuple[str, ...] = ()
    seconds: float | None = None
    certainty: int | None = None  # 1 guess, 2 fairly, 3 sure


@dataclass(frozen=True)
class OptionCount:
    """How many chose an option: of all, and of the third that did best and worst otherwise."""

    key: str
    count: int
    share: float
    best: int
    worst: int


@dataclass(frozen=True)
class Certainty:
    """Of the answers given with one certainty: how many, and how many of them were right."""

    level: int
    count: int
    right: float


@dataclass(frozen=True)
class Item:
    """What is known about one question; figures are None below `LEAST` answers."""

    question: str
    count: int
    facility: float | None = None
    facility_error: float | None = None
    discrimination: float | None = None
    discrimination_error: float | None = None
    seconds: float | None = None  # median
    options: tuple[OptionCount, ...] = ()
    certainty: tuple[Certainty, ...] = ()
    flags: tuple[str, ...] = field(default=())

    @property
    def is_known(self) -> bool:
        return self.facility is not None


def items(
    answers: Iterable[Given], options: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Item]:
    """Statistics of every question answered.

    `options` names the options of questions that have some, so that those nobody chose are
    counted too. Give one attempt a person: repeated ones are not independent.
    """
    by_question: dict[str, list[Given]] = defaultdict(list)
    by_attempt: dict[Hashable, list[Given]] = defaultdict(list)
    for answer in answers:
        by_question[answer.question].append(answer)
        by_attempt[answer.attempt].append(answer)
    totals = {
        attempt: (sum(each.score for each in given), len(given))
        for attempt, given in by_attempt.items()
    }
    return {
        question: _item(question, given, totals, (options or {}).get(question, ()))
        for question, given in by_question.items()
    }


def _item(
    question: str,
    given: Sequence[Given],
    totals: Mapping[Hashable, tuple[float, int]],
    options: Sequence[str],
) -> Item:
    count = len(given)
    if count < LEAST:
        return Item(question, count)
    scores = [answer.score for answer in given]
    facility = statistics.fmean(scores)
    error = statistics.stdev(scores) / math.sqrt(count)
    rests = [_rest(answer, *totals[answer.attempt]) for answer in given]
    pairs = [(score, rest) for score, rest in zip(scores, rests, strict=True) if rest is not None]
    r = correlation(pairs) if len(pairs) >= LEAST else None
    counted = _options(given, rests, options)
    times = [answer.seconds for answer in given if answer.seconds is not None]
    return Item(
        question,
        count,
        facility,
        error,
        r,
        None if r is None else (1 - r * r) / math.sqrt(len(pairs) - 1),
        statistics.median(times) if times else None,
        counted,
        _certainty(given),
        tuple(_flags(facility, r, counted)),
    )


def _rest(answer: Given, total: float, number: int) -> float | None:
    """How well the other questions of the attempt were answered, 0 to 1."""
    return (total - answer.score) / (number - 1) if number > 1 else None


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's r, or None where one side does not vary."""
    try:
        return statistics.correlation(*zip(*pairs, strict=True))
    except statistics.StatisticsError:
        return None


def _options(
    given: Sequence[Given], rests: Sequence[float | None], options: Sequence[str]
) -> tuple[OptionCount, ...]:
    counts = Counter(key for answer in given for key in answer.chosen)
    ranked = [
        answer
        for _rest, answer in sorted(
            ((rest, answer) for rest, answer in zip(rests, given, strict=True) if rest is not None),
            key=lambda pair: pair[0],
        )
    ]
    third = len(ranked) // 3
    worst = Counter(key for answer in ranked[:third] for key in answer.chosen)
    best = Counter(key for answer in ranked[len(ranked) - third :] for key in answer.chosen)
    return tuple(
        OptionCount(key, counts[key], counts[key] / len(given), best[key], worst[key])
        for key in dict.fromkeys([*options, *sorted(counts)])
    )


def _certainty(given: Sequence[Given]) -> tuple[Certainty, ...]:
    by_level: dict[int, list[float]] = defaultdict(list)
    for answer in given:
        if answer.certainty is not None:
            by_level[answer.certainty].append(answer.score)
    return tuple(
        Certainty(level, len(scores), statistics.fmean(scores))
        for level, scores in sorted(by_level.items())
    )


def _flags(
    facility: float, discrimination: float | None, options: Sequence[OptionCount]
) -> Iterable[str]:
    """too-hard, too-easy, weak, negative, unchosen: what an editor should look at."""
    if facility < TOO_HARD:
        yield "too-hard"
    if facility > TOO_EASY:
        yield "too-easy"
    if discrimination is not None and discrimination < 0:
        yield "negative"
    elif discrimination is not None and discrimination < WEAK:
        yield "weak"
    if any(option.share < UNCHOSEN for option in options):
        yield "unchosen"

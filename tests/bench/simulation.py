"""`python -m tests.bench.simulation`: can the levels be trusted? 1,000 invented workers say.

Each worker knows a share of the matter: whether she knows an item is drawn from a Rasch model, not
from the model that scores her. Known items are answered right but for slips, others by guessing.
The strength of level policy 1 is then held against what she really knows, beside percent correct,
the last score and Bayesian knowledge tracing. The same seed gives the same figures.
"""

import datetime
import math
import random
import statistics
import sys
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from courses.progress.memory import GRADES, RETENTION, replay
from courses.progress.rules import LEVEL_RULES, Item, Level, level, level_days, next_change

SEED = 20261122
WORKERS = 1000
BANK = 200  # items in the matter; difficulty by a standard normal
ABILITY = (0.5, 1.5)  # mean and deviation of the workers
SLIP = 0.05
# Half of the items are choices among four, half can hardly be guessed (typed, ordered, matched).
GUESSES = (0.25, 0.1)
SCENES = (2, 6)  # which of the answers are decisions of one scenario
AT = (3, 6, 10, 16)  # answers
MASTERS = 0.7  # who knows so much of the matter is taken to have mastered it
START = datetime.date(2026, 1, 5)

# What the issue expects after 10 answers: (who, share that reaches level 3).
EXPECTED = {"weak": 0.03, "strong": 0.56}


# Knowledge tracing, for comparison only ----------------------------------------------------

KNOWN, LEARNS, GUESS_AT_MOST, SLIPS, MASTERY = 0.3, 0.1, 0.3, 0.1, 0.95


def bkt(answers: Iterable[bool], guess: float) -> list[float]:
    """The chance of having learned it after each answer (Corbett and Anderson)."""
    chance, guess, found = KNOWN, min(guess, GUESS_AT_MOST), []
    for right in answers:
        if_known, if_not = (1 - SLIPS, guess) if right else (SLIPS, 1 - guess)
        seen = chance * if_known / (chance * if_known + (1 - chance) * if_not)
        chance = seen + (1 - seen) * LEARNS
        found.append(chance)
    return found


# Workers ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Worker:
    """What somebody truly knows, 0 to 1, and her answers in order."""

    knows: float
    answers: tuple[Item, ...]

    @property
    def group(self) -> str:
        if 0.4 <= self.knows <= 0.6:
            return "weak"
        return "strong" if self.knows >= 0.8 else ""

    def level(self, number: int) -> Level:
        return level(self.answers[:number], LEVEL_RULES, day_of(number - 1))


def day_of(place: int) -> datetime.date:
    """An answer every other day, so that days apart are no hindrance."""
    return START + datetime.timedelta(days=2 * place)


def workers(number: int = WORKERS, seed: int = SEED) -> list[Worker]:
    chance = random.Random(seed)  # noqa: S311  (the same workers every time)
    bank = [chance.gauss(0, 1) for _item in range(BANK)]
    return [worker(chance, bank) for _worker in range(number)]


def worker(chance: random.Random, bank: Sequence[float]) -> Worker:
    ability = chance.gauss(*ABILITY)
    knows = [1 / (1 + math.exp(difficulty - ability)) for difficulty in bank]
    answers = []
    for place, item in enumerate(chance.sample(range(len(bank)), max(AT))):
        guess = GUESSES[place % len(GUESSES)]
        is_known = chance.random() < knows[item]
        right = chance.random() < (1 - SLIP if is_known else guess)
        day = day_of(place)
        answers.append(
            Item(
                id=uuid.UUID(int=place + 1),
                kind="measurement",
                item_key=f"story/a/{item}" if place in SCENES else f"question/{item}",
                at=datetime.datetime.combine(day, datetime.time(12), datetime.UTC),
                day=day,
                score=float(right),
                guess=guess,
            )
        )
    return Worker(statistics.fmean(knows), tuple(answers))


# How well a figure fits --------------------------------------------------------------------


def by_strength(answers: Sequence[Item]) -> float:
    return level(answers, LEVEL_RULES, answers[-1].day).strength


def by_percent(answers: Sequence[Item]) -> float:
    return statistics.fmean(item.score for item in answers)


def by_last(answers: Sequence[Item]) -> float:
    return answers[-1].score


def by_bkt(answers: Sequence[Item]) -> float:
    guess = statistics.fmean(item.guess for item in answers)
    return bkt((item.score >= 1 for item in answers), guess)[-1]


OURS = "strength (policy 1)"
FIGURES: dict[str, Callable[[Sequence[Item]], float]] = {
    OURS: by_strength,
    "percent correct": by_percent,
    "last score": by_last,
    "knowledge tracing": by_bkt,
}


def brier(pairs: Sequence[tuple[float, bool]]) -> float:
    """The mean square of how far a chance is from what is so; less is better."""
    return statistics.fmean((chance - is_so) ** 2 for chance, is_so in pairs)


def calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """By how much chances and shares differ in each tenth, weighed by how many are in it."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for chance, is_so in pairs:
        groups.setdefault(min(bins - 1, int(chance * bins)), []).append((chance, is_so))
    return sum(
        len(group)
        / len(pairs)
        * abs(
            statistics.fmean(chance for chance, _is_so in group)
            - statistics.fmean(is_so for _chance, is_so in group)
        )
        for group in groups.values()
    )


def fits(people: Sequence[Worker], number: int, share: float) -> dict[str, tuple[float, float]]:
    """Brier and calibration error of each figure, for who knows this share of the matter or more."""
    found = {}
    for name, figure in FIGURES.items():
        pairs = [(figure(each.answers[:number]), each.knows >= share) for each in people]
        found[name] = brier(pairs), calibration_error(pairs)
    return found


# Levels ------------------------------------------------------------------------------------


def reached(people: Sequence[Worker], group: str, number: int) -> tuple[float, float]:
    """The share of a group at level 3 after so many answers, and its standard error."""
    levels = [each.level(number).level >= 3 for each in people if each.group == group]
    share = statistics.fmean(levels)
    return share, math.sqrt(max(share * (1 - share), 1 / len(levels)) / len(levels))


def days_stood(person: Worker, number: int) -> int:
    """For how many days a level stands with nothing new."""
    answers, today = person.answers[:number], day_of(number - 1)
    days = level_days(answers, LEVEL_RULES, critical=False)
    change = next_change(lambda day: str(level(answers, LEVEL_RULES, day).level), today, days)
    return (change[0] - today).days if change else 0


def days_faded(right: int = 5, guess: float = 0.25) -> float:
    """After how many days knowledge tracing, faded by FSRS, is below its own mastery again."""
    chance = bkt([True] * right, guess)[-1]
    stability = replay([(START, GRADES[None])], RETENTION).stability or 0
    w20 = 0.1542
    factor = 0.9 ** (-1 / w20) - 1
    return stability * ((MASTERY / chance) ** (-1 / w20) - 1) / factor


# The report --------------------------------------------------------------------------------


def main() -> int:
    people = workers()
    missed = False
    print(f"{len(people)} workers, seed {SEED}: Rasch, slips {SLIP:.0%}, guessing {GUESSES}")
    masters = statistics.fmean(each.knows >= MASTERS for each in people)
    print(f"of them {masters:.0%} know {MASTERS:.0%} or more of the matter\n")

    print(f"How well each figure says who knows {MASTERS:.0%} or more (Brier, calibration error)")
    for number in AT:
        print(f"  after {number} answers")
        scores = fits(people, number, MASTERS)
        for name, (error, calibration) in scores.items():
            print(f"    {name:22} {error:.3f}  {calibration:.3f}")
    # Strength weighs somebody who knows nine of ten against somebody who knows half: it is no
    # estimate of the share, which percent correct tells better further down.
    for share in (0.6, MASTERS, 0.8):
        scores = fits(people, 10, share)
        best = min(scores, key=lambda name: scores[name])
        figures = ", ".join(f"{name} {error:.3f}" for name, (error, _cal) in scores.items())
        print(f"  who knows {share:.0%} or more, after 10 answers: {best} is best ({figures})")
        missed |= share == MASTERS and best != OURS

    print("\nLevel 3 (two of the answers are decisions of a scenario, days lie apart)")
    for number in AT:
        false, false_error = reached(people, "weak", number)
        right, right_error = reached(people, "strong", number)
        print(
            f"  after {number:2} answers: false {false:5.1%} ± {false_error:.1%} of those who know"
            f" 40 to 60 %, missed {1 - right:5.1%} ± {right_error:.1%} of those who know 80 % or more"
        )
        if number == 10:
            for group, share, error in (
                ("weak", false, false_error),
                ("strong", right, right_error),
            ):
                is_near = abs(share - EXPECTED[group]) <= 2 * error
                mark = "ok" if is_near else "MISSED"
                print(f"     {group}: {share:.1%} reach it, expected {EXPECTED[group]:.0%}  {mark}")
                missed |= not is_near

    stood = [days_stood(each, 10) for each in people if each.level(10).level == 3]
    print(
        f"\nDays level 3 stands with nothing new: {min(stood)} at least, "
        f"{statistics.median(stood):.0f} in the middle, {max(stood)} at most ({len(stood)} workers)"
    )
    faded = days_faded()
    print(f"Knowledge tracing faded by FSRS would be below its {MASTERY} after {faded:.1f} days")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

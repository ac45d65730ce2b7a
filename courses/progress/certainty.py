"""How certain people are of their answers, and how often they are right when they are.

Certainty is 1 (a guess), 2 (fairly) or 3 (sure). Its marks are those of Gardner-Medwin's scheme as
Moodle has it; they are reported beside the result and never change it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from courses.progress.rules import Item, standing_rows

GUESS, FAIRLY, SURE = LEVELS = (1, 2, 3)
RIGHT = {GUESS: 1, FAIRLY: 2, SURE: 3}
WRONG = {GUESS: 0, FAIRLY: -2, SURE: -6}
# Between which shares of right answers each level earns most: below 2/3, up to 4/5, above.
BEST = {
    GUESS: (Fraction(0), Fraction(2, 3)),
    FAIRLY: (Fraction(2, 3), Fraction(4, 5)),
    SURE: (Fraction(4, 5), Fraction(1)),
}
ENOUGH = 5  # answers at a level before anything is said about it
MOST_PARTS = 100  # into which the mark of an answer is divided


def marks(earned: Fraction, certainty: int) -> Fraction:
    """The certainty-based marks of an answer that earned this part of its mark.

    What is right in part earns that part of the right answer's marks; only what earned nothing is
    wrong.
    """
    return RIGHT[certainty] * earned if earned > 0 else Fraction(WRONG[certainty])


@dataclass(frozen=True)
class Row:
    """One level: how many answers were given at it, and what came of them."""

    level: int
    count: int
    right: Fraction  # the sum of what they earned
    marks: Fraction

    @property
    def share(self) -> Fraction | None:
        return self.right / self.count if self.count else None

    @property
    def percent(self) -> int | None:
        share = self.share
        return None if share is None else int(share * 100)

    @property
    def marks_number(self) -> float:
        """For display, to one place."""
        return round(float(self.marks), 1)

    @property
    def expected(self) -> tuple[int, int]:
        """The percents right between which this level is the one that earns most."""
        low, high = BEST[self.level]
        return round(low * 100), round(high * 100)

    @property
    def verdict(self) -> str:
        """few, fits, over (surer than right) or under (righter than sure)."""
        share = self.share
        if share is None or self.count < ENOUGH:
            return "few"
        low, high = BEST[self.level]
        return "over" if share < low else "under" if share > high else "fits"


def calibration(answers: Iterable[tuple[Fraction, int]]) -> list[Row]:
    """A row for each level, of answers as (what it earned, certainty)."""
    given = list(answers)
    rows = []
    for level in LEVELS:
        earned = [part for part, certainty in given if certainty == level]
        rows.append(
            Row(
                level,
                len(earned),
                sum(earned, Fraction()),
                sum((marks(part, level) for part in earned), Fraction()),
            )
        )
    return rows


def of_items(items: Iterable[Item]) -> list[Row]:
    """The same of the record: each answer that stands once, however many competences it is about.

    The record keeps five places of what was earned; the fraction is the one nearby that was meant.
    """
    given = {
        (row.item_key, row.at): (Fraction(row.score).limit_denominator(MOST_PARTS), row.certainty)
        for row in standing_rows(items)
        if row.certainty and row.kind == "measurement"
    }
    return calibration(given.values())

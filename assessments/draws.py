"""Which questions an attempt asks: plain values in, plain values out; chance is handed in.

Of questions that ask the same in other words a draw takes one, safety-critical or not.
A safety-critical question stands for a point: all questions that are linked to it as twins ask the
same in other words. A draw takes at most one question of a point and at most two points, so that
twins are left to ask, and so that a slip does not fail people who are able.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST_POINTS = 2
ITEMS_OF_A_POINT = 3  # as many as a point needs, so that it can be asked anew in other words


@dataclass(frozen=True)
class Item:
    """A question that can be asked, in its newest version."""

    uuid: str
    version: int
    place: int  # in the quiz
    kind: str
    critical: bool
    difficulty: int
    topics: frozenset[str]
    competences: frozenset[str]
    is_scored: bool
    twin: str  # its own, or ""
    point: str  # what it stands for, where it is safety-critical
    same: str  # shared with those that ask the same in other words; "" where none do


@dataclass(frozen=True)
class Rule:
    """So many questions of one sort; None and "" mean any."""

    number: int
    topic: str = ""
    competence: str = ""
    critical: bool | None = None
    difficulty: int | None = None
    unseen_in_last: int = 0  # attempts

    def takes(self, item: Item) -> bool:
        return (
            (not self.topic or self.topic in item.topics)
            and (not self.competence or self.competence in item.competences)
            and (self.critical is None or self.critical == item.critical)
            and (self.difficulty is None or self.difficulty == item.difficulty)
        )


class _Taken:
    """What was drawn so far, within the bounds on safety-critical questions."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.points: set[str] = set()
        self.asked: set[str] = set()

    def take(self, items: Iterable[Item], number: int | None) -> None:
        """As many of the items as may still be taken, `number` at most."""
        before = len(self.items)
        for item in items:
            if number is not None and len(self.items) - before >= number:
                return
            if item in self.items or item.same in self.asked:
                continue
            if item.critical:
                if item.point in self.points or len(self.points) >= MOST_POINTS:
                    continue
                self.points.add(item.point)
            self.items.append(item)
            self.asked |= {item.same} - {""}


def drawn(
    items: Sequence[Item],
    rules: Sequence[Rule],
    number: int,
    seen: Sequence[frozenset[str]],
    chance: random.Random,
) -> list[Item]:
    """The questions of a new attempt, in the order of the bank.

    First what the rules ask for, then at random up to `number`; without rules and number, all.
    `seen` are the UUIDs asked in earlier attempts, the latest attempt first: a rule that wants
    unseen ones takes, where too few are left, those seen longest ago.
    """
    taken = _Taken()
    for rule in rules:
        wanted = [item for item in items if rule.takes(item)]
        chance.shuffle(wanted)
        wanted.sort(key=lambda item: _since(item, seen[: rule.unseen_in_last]))
        taken.take(wanted, rule.number)
    if number or not rules:
        rest = list(items)
        chance.shuffle(rest)
        taken.take(rest, max(0, number - len(taken.items)) if number else None)
    return sorted(taken.items, key=lambda item: item.place)


def _since(item: Item, seen: Sequence[frozenset[str]]) -> int:
    """Smaller the longer ago it was seen; smallest for what was not."""
    for ago, uuids in enumerate(seen):
        if item.uuid in uuids:
            return len(seen) - ago
    return 0


def twin_of(
    item: Item, points: Mapping[str, Sequence[Item]], asked: Iterable[str], chance: random.Random
) -> Item | None:
    """The question to ask after a wrong answer to a safety-critical one: its own twin, or another
    of the point; None where all of them were asked already."""
    gone = set(asked)
    left = [each for each in points.get(item.point, ()) if each.uuid not in gone]
    own = [each for each in left if each.uuid == item.twin]
    return own[0] if own else chance.choice(left) if left else None


def points_of(links: Mapping[str, str]) -> dict[str, str]:
    """{question: its point}, where `links` leads from each to its twin, or to "".

    Questions linked in either direction, directly or through others, are one point; it is named
    by the first of them.
    """
    near: dict[str, set[str]] = {uuid: set() for uuid in links}
    for uuid, twin in links.items():
        if twin in near:
            near[uuid].add(twin)
            near[twin].add(uuid)
    found: dict[str, str] = {}
    for uuid in sorted(links):
        waiting = [uuid]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found[each] = uuid
                waiting += near[each]
    return found

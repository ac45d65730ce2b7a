"""How high the published content lets each competence rise: what an editor still has to write.

Questions and decisions belong to apps above: each registers a source in `AppConfig.ready()`.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import uuid4

from django.utils import timezone

from content.models import Applies
from courses.people.models import Setting
from courses.progress import rules
from courses.progress.models import Competence
from courses.progress.projection import Rulebook


class Measure(NamedTuple):
    """One thing that can be answered or decided, and what its best answer says."""

    competence: str  # a key
    item_key: str  # as the record names it
    kind: str  # of question; "decision" in a story
    applies: str  # of `Applies`
    guess: float = 0.0
    weight: float = 1.0
    best: float = 1.0  # the highest score to be had, 0 to 1
    critical: bool = False

    @property
    def story(self) -> str:
        """The story a decision is in; empty for a question."""
        kind, _slash, rest = self.item_key.partition("/")
        return rest.partition("/")[0] if kind == "story" else ""


Source = Callable[[], Iterable[Measure]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Have what this source offers counted too; called in `AppConfig.ready()`."""
    _sources.append(source)


@dataclass(frozen=True)
class Reach:
    """What is on offer for one competence in one setting, and the level it leads to."""

    competence: str
    setting: str
    items: int  # scored questions
    kinds: int  # kinds of those
    critical: int  # safety-critical questions and decisions
    decisions: int
    stories: int  # with decisions
    level: int  # with everything answered at its best; level 4 asks for an observation besides


def reach(
    measures: Iterable[Measure],
    competence: str,
    setting: str,
    numbers: dict[str, float],
    today: datetime.date,
    *,
    critical: bool = False,
) -> Reach:
    """What these measures let somebody in a setting show of a competence, by the level rules."""
    open_to = (Applies.BOTH, setting)
    of_it = [each for each in measures if each.competence == competence]
    found = {each.item_key: each for each in of_it if each.applies in open_to}
    questions = [each for each in found.values() if not each.story]
    decisions = [each for each in found.values() if each.story]
    return Reach(
        competence,
        setting,
        items=len(questions),
        kinds=len({each.kind for each in questions}),
        critical=sum(each.critical for each in found.values()),
        decisions=len(decisions),
        stories=len({each.story for each in decisions}),
        level=rules.level(
            _at_best(list(found.values()), numbers, today), numbers, today, critical=critical
        ).level,
    )


def _at_best(
    measures: list[Measure], numbers: dict[str, float], today: datetime.date
) -> Iterator[rules.Item]:
    """The record of somebody who gave every best answer, the first of them days ago."""
    earlier = today - datetime.timedelta(days=int(numbers["level_3_days_apart"]))
    for place, each in enumerate(measures):
        day = today if place else earlier
        yield rules.Item(
            id=uuid4(),
            kind="measurement",
            item_key=each.item_key,
            at=timezone.make_aware(datetime.datetime.combine(day, datetime.time(12))),
            day=day,
            score=each.best,
            weight=each.weight,
            guess=each.guess,
            critical=each.critical,
        )


def reaches(today: datetime.date) -> list[Reach]:
    """Every competence in each setting, as the site has it; those nobody asks about are left out."""
    measures = [each for source in _sources for each in source()]
    asked = {each.competence for each in measures}
    book = Rulebook.of_levels()
    return [
        reach(
            measures,
            competence.key,
            setting,
            book.numbers(competence.key, today),
            today,
            critical=competence.critical,
        )
        for competence in Competence.objects.filter(archived=False, key__in=asked)
        for setting in Setting.values
    ]


def table() -> Iterator[str]:
    """The same as lines of text, in English as all checks speak it."""
    yield "Highest level that can be reached by what is published (4 needs an observation besides):"
    yield _line(
        "competence", "setting", "items", "kinds", "critical", "decisions", "stories", "level"
    )
    for each in reaches(timezone.localdate()):
        yield _line(
            *(each.competence, each.setting, each.items, each.kinds),
            *(each.critical, each.decisions, each.stories, each.level),
        )


def _line(competence: str, setting: str, *numbers: int | str) -> str:
    return f"  {competence:<16}{setting:<11}" + "".join(f"{number:>10}" for number in numbers)

"""The rules of a quiz as quiz.toml has them: what is not written is as it is by default."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.models import DrawRule, Quiz, Topic
from assessments.models.quizzes import everything
from assessments.packs.topics import known_topics
from assessments.policy import ASPECTS, PHASES
from content.packs.registry import Pack
from courses.packs.checking import Row, known_competences
from courses.progress.models import Competence


def _number(low: int, high: int) -> Callable[[Row, str], None]:
    return lambda row, name: row.number(name, low, high)


def _one_of(values: Any) -> Callable[[Row, str], None]:
    return lambda row, name: row.one_of(name, list(values))


def _truth(row: Row, name: str) -> None:
    if not isinstance(row.data[name], bool):
        row.fail("is true or false", name)


def _moment(row: Row, name: str) -> None:
    value = row.data[name]
    if not isinstance(value, datetime.datetime) or value.tzinfo is None:
        row.fail("is a moment with its time zone, such as 2026-05-04T09:00:00+03:00", name)


@dataclass(frozen=True)
class Plain:
    """A rule that is one value: its default, and what it may be."""

    default: Any
    check: Callable[[Row, str], None]


PLAIN: dict[str, Plain] = {
    "opens": Plain(None, _moment),
    "closes": Plain(None, _moment),
    "time_limit": Plain(0, _number(0, 1440)),
    "overdue": Plain("submit", _one_of(Quiz.Overdue.values)),
    "grace": Plain(0, _number(0, 120)),
    "extensions": Plain(True, _truth),
    "wait_second": Plain(0, _number(0, 10_000)),
    "wait_later": Plain(0, _number(0, 10_000)),
    "grade": Plain("highest", _one_of(Quiz.Grade.values)),
    "mastery_passes": Plain(0, _number(0, 100)),
    "mastery_of": Plain(0, _number(0, 100)),
    "miss_days": Plain(7, _number(0, 365)),
    "marking": Plain("one", _one_of(Quiz.Marking.values)),
    "presentation": Plain("each", _one_of(Quiz.Presentation.values)),
    "certainty": Plain(False, _truth),
    "try_out": Plain(False, _truth),
}
NOTHING = "nothing"  # an empty list is not written
NAMES = (*PLAIN, "shown", "draws")
SHOWN: dict[str, list[str]] = {"during": []} | {phase: everything() for phase in PHASES[1:]}
DRAW: dict[str, Any] = {
    "number": 1,
    "topic": "",
    "competence": "",
    "critical": "",
    "difficulty": None,
    "unseen_in_last": 0,
}

# Checking -------------------------------------------------------------------------------


def check(pack: Pack, row: Row) -> None:
    """Every problem of a quiz's rules; fields that contradict each other included."""
    for name, plain in PLAIN.items():
        if name in row.data:
            plain.check(row, name)
    if "shown" in row.data:
        shown = Row(row.data["shown"], row.file, "shown", row.problems)
        shown.only(*PHASES)
        for phase in shown.data:
            if phase in PHASES:
                shown.keys(phase, {*ASPECTS, NOTHING})
    for draw in row.rows("draws", required=False):
        draw.only(*DRAW)
        draw.number("number", 1, 1000)
        for name, low, high in (("difficulty", 1, 3), ("unseen_in_last", 0, 100)):
            if name in draw.data:
                draw.number(name, low, high)
        for name, known in (
            ("topic", known_topics(pack)),
            ("competence", known_competences(pack)),
            ("critical", {"yes", "no"}),
        ):
            value = draw.data.get(name, "")
            if value != "" and (not isinstance(value, str) or value not in known):
                draw.fail(f"there is no {value!r}", name)
    _contradictions(row)


def _contradictions(row: Row) -> None:
    data = row.data
    opens, closes = data.get("opens"), data.get("closes")
    ends = [end for end in (opens, closes) if isinstance(end, datetime.datetime) and end.tzinfo]
    if len(ends) == 2 and ends[1] <= ends[0]:
        row.fail("it closes before it opens", "closes")
    if data.get("overdue") == "grace" and not data.get("grace"):
        row.fail("says how many minutes are granted", "grace")
    passes, of = data.get("mastery_passes", 0), data.get("mastery_of", 0)
    if type(passes) is int and type(of) is int and (passes > of or bool(of) != bool(passes)):
        row.fail("so many attempts of so many are to pass", "mastery_passes")


# Loading --------------------------------------------------------------------------------


def fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a quiz that its rules set."""
    shown = row.get("shown") or {}
    found: dict[str, Any] = {name: row.get(name, plain.default) for name, plain in PLAIN.items()}
    for phase in PHASES:
        if phase != "during" or phase in shown:
            found[f"shown_{phase}"] = _in_order(shown.get(phase, SHOWN[phase]))
    return found | {
        "draw_rules": [_draw(each, place) for place, each in enumerate(row.get("draws", []))]
    }


def _draw(row: Mapping[str, Any], place: int) -> DrawRule:
    whole = {**DRAW, **row}
    return DrawRule(
        number=whole["number"],
        topic=Topic.objects.filter(key=whole["topic"]).first(),
        competence=Competence.objects.filter(key=whole["competence"]).first(),
        critical=whole["critical"],
        difficulty=whole["difficulty"],
        unseen_in_last=whole["unseen_in_last"],
        sort_order=place,
    )


def _in_order(aspects: list[str]) -> list[str]:
    return [aspect for aspect in ASPECTS if aspect in aspects]


# Dumping --------------------------------------------------------------------------------


def written(quiz: Quiz) -> dict[str, Any]:
    """The rules of a quiz as quiz.toml has them."""
    row: dict[str, Any] = {name: getattr(quiz, name) for name in PLAIN}
    row["shown"] = {phase: getattr(quiz, f"shown_{phase}") for phase in PHASES}
    row["draws"] = [
        {
            "number": rule.number,
            "topic": rule.topic.key if rule.topic else "",
            "competence": rule.competence.key if rule.competence else "",
            "critical": str(rule.critical),
            "difficulty": rule.difficulty,
            "unseen_in_last": rule.unseen_in_last,
        }
        for rule in quiz.draw_rules.all()
    ]
    if quiz.shown_during == everything():
        row["shown"].pop("during")  # said by `feedback`
    return canonical(row)


def canonical(row: Mapping[str, Any]) -> dict[str, Any]:
    """The rules without what is so by default; moments in UTC, lists in their order."""
    found: dict[str, Any] = {}
    for name, plain in PLAIN.items():
        value = row.get(name, plain.default)
        if isinstance(value, datetime.datetime):
            value = value.astimezone(datetime.UTC)
        if value != plain.default:
            found[name] = value if isinstance(value, bool | int | datetime.datetime) else str(value)
    shown = {
        phase: _in_order(aspects) or [NOTHING]
        for phase, aspects in (row.get("shown") or {}).items()
        if _in_order(aspects) != SHOWN[phase]
    }
    if shown:
        found["shown"] = shown
    draws = [
        {name: value for name, value in (DRAW | draw).items() if value not in ("", None, 0)}
        for draw in row.get("draws") or []
    ]
    if draws:
        found["draws"] = draws
    return found

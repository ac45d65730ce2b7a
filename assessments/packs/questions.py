"""Questions in a pack: the [[questions]] of modules/<module>/quiz.toml, from a pack and back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid5

from assessments.checks import KINDS, option_problems
from assessments.models import CompetenceWeight, Question
from content.keys import item_uuid
from content.models import Applies, Source
from content.packs.known import known
from content.packs.registry import Pack, Report
from content.packs.snippets import save_snippet
from courses.models import LessonPage
from courses.packs.checking import Row, is_among, known_competences
from courses.progress.models import Competence

LONGEST = {"stem": 2000, "explanation": 4000, "text": 1000, "feedback": 1000}

# Checking -------------------------------------------------------------------------------


def check_question(pack: Pack, row: Row) -> None:
    row.only(
        *("key", "kind", "stem", "explanation", "options", "competences", "difficulty"),
        *("critical", "needs_review", "settings", "source", "reread"),
    )
    row.key()
    for name in ("stem", "explanation"):
        row.text(name, longest=LONGEST[name])
    if "difficulty" in row.data:
        row.number("difficulty", 1, 3)
    for name in ("critical", "needs_review"):
        if not isinstance(row.data.get(name, False), bool):
            row.fail("is true or false", name)
    row.keys("settings", {"prison", "municipal"})
    _check_competences(pack, row)
    _check_places(pack, row)
    options = row.rows("options")
    for option in options:
        option.only("key", "right", "text", "feedback", "misconception")
        option.key()
        if not isinstance(option.data.get("right"), bool):
            option.fail("is true or false", "right")
        option.text("feedback", longest=LONGEST["feedback"])
        statement = row.data.get("kind") == "true-false"
        option.text("text", required=not statement, longest=LONGEST["text"])
        belief = option.data.get("misconception", "")
        if not isinstance(belief, str) or len(belief) > 80:
            option.fail("is a short text of at most 80 characters", "misconception")
    row.one_of("kind", list(KINDS))
    if row.data.get("kind") in KINDS:
        for where, reason in option_problems(row.data["kind"], _given(options)):
            row.fail(reason, where)


def _check_competences(pack: Pack, row: Row) -> None:
    given = row.rows("competences")
    there = known_competences(pack)
    for each in given:
        each.only("key", "weight")
        if not is_among(there, each.data.get("key")):
            each.fail(f"there is no competence {each.data.get('key')!r}", "key")
        weight = each.data.get("weight")
        if type(weight) not in (int, float) or not 0.05 <= float(weight or 0) <= 2:
            each.fail("is a number from 0.05 to 2", "weight")


def _check_places(pack: Pack, row: Row) -> None:
    names = known(pack)
    if "source" in row.data:
        source = Row(row.data["source"], row.file, f"{row.where}.source", row.problems)
        source.only("source", "section", "pages")
        if not is_among(names.sources, source.data.get("source")):
            source.fail(f"there is no source {source.data.get('source')!r}", "source")
        for name, longest in (("section", 80), ("pages", 40)):
            text = source.data.get(name, "")
            if not isinstance(text, str) or len(text) > longest:
                source.fail(f"is a text of at most {longest} characters", name)
    if "reread" in row.data and not is_among(names.pages, row.data["reread"]):
        row.fail(f"there is no lesson {row.data['reread']!r}", "reread")


def _given(options: list[Row]) -> list[Mapping[str, Any]]:
    """What `option_problems` looks at, of options that may lack anything."""
    return [
        {"key": str(option.data.get("key")), "right": option.data.get("right") is True}
        for option in options
    ]


# Loading --------------------------------------------------------------------------------


def load_question(pack: Pack, report: Report, module: str, row: Mapping[str, Any]) -> Question:
    path = f"{module}/{row['key']}"
    source, reread = row.get("source", {}), row.get("reread")
    lesson = item_uuid("page", reread, pack.uuid) if reread else None
    competences = {found.key: found for found in Competence.objects.all()}
    question: Question = save_snippet(
        report,
        model=Question,
        path=path,
        uuid=item_uuid("question", path, pack.uuid),
        fields={
            "key": path,
            "module": module,
            "kind": row["kind"],
            "stem_lv": row["stem"]["lv"],
            "stem_en": row["stem"]["en"],
            "explanation_lv": row["explanation"]["lv"],
            "explanation_en": row["explanation"]["en"],
            "options": [_stored(pack, path, option) for option in row["options"]],
            "difficulty": row.get("difficulty", 2),
            "critical": row.get("critical", False),
            "needs_review": row.get("needs_review", False),
            "applies": Applies.of(row["settings"]),
            "source": Source.objects.filter(key=source.get("source", "")).first(),
            "source_section": source.get("section", ""),
            "source_pages": source.get("pages", ""),
            "reread": LessonPage.objects.filter(translation_key=lesson)
            .order_by("-locale__language_code")
            .first(),
            "competence_weights": [
                CompetenceWeight(
                    competence=competences[given["key"]],
                    weight=Decimal(str(given["weight"])),
                    sort_order=number,
                )
                for number, given in enumerate(row["competences"])
            ],
        },
    )
    return question


def _stored(pack: Pack, path: str, option: Mapping[str, Any]) -> dict[str, Any]:
    """An option as the StreamField keeps it."""
    text, feedback = option.get("text") or {}, option["feedback"]
    return {
        "type": "option",
        "id": str(uuid5(item_uuid("question", path, pack.uuid), option["key"])),
        "value": {
            "key": option["key"],
            "right": option["right"],
            "text_lv": text.get("lv", ""),
            "text_en": text.get("en", ""),
            "feedback_lv": feedback["lv"],
            "feedback_en": feedback["en"],
            "misconception": option.get("misconception", ""),
        },
    }


# Dumping --------------------------------------------------------------------------------


def written(question: Question, paths: Mapping[int, str]) -> dict[str, Any]:
    """A question as quiz.toml has it."""
    data = question.as_data()
    return {
        "key": question.key.split("/")[1],
        "kind": question.kind,
        "difficulty": question.difficulty,
        "critical": question.critical,
        "needs_review": question.needs_review,
        "settings": Applies(question.applies).settings,
        "competences": [
            {"key": given["key"], "weight": float(given["weight"])} for given in data["competences"]
        ],
        "source": {
            "source": data["source"]["key"],
            "section": data["source"]["section"],
            "pages": data["source"]["pages"],
        },
        "reread": paths.get(question.reread_id or 0, ""),
        "stem": data["stem"],
        "explanation": data["explanation"],
        "options": data["options"],
    }

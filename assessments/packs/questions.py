"""Questions in a pack: the [[questions]] of a module's quizzes, from a pack and back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from assessments.checks import count_problems, named, part_problems, sense_problems
from assessments.models import CompetenceWeight, Question, Topic
from assessments.models.bodies import fields_of
from assessments.packs.topics import known_topics
from assessments.parts import (
    KINDS,
    PARTS,
    Figure,
    Flag,
    Key,
    Name,
    Part,
    Rows,
    Some,
    Text,
    Whole,
    Words,
    blank,
)
from content.bilingual import LANGUAGES
from content.keys import item_uuid
from content.models import Applies, Source
from content.packs.known import known
from content.packs.registry import Pack, Problem, Report
from content.packs.snippets import save_snippet
from courses.models import LessonPage
from courses.packs.checking import Row, is_among, known_competences
from courses.progress.models import Competence

FILES = "modules/*/quiz*.toml"  # quiz.toml, and quiz-<key>.toml of each further one
COMMON = (
    *("key", "kind", "stem", "explanation", "competences", "difficulty", "critical"),
    *("needs_review", "settings", "source", "reread", "twin", "topics"),
)
LONGEST = {"stem": 2000, "explanation": 4000}

# Checking -------------------------------------------------------------------------------


def check_question(pack: Pack, row: Row) -> None:
    kind = row.data.get("kind")
    row.only(*COMMON, *PARTS.get(str(kind), {name: None for own in PARTS.values() for name in own}))
    row.key()
    row.one_of("kind", list(KINDS))
    for name, longest in LONGEST.items():
        row.text(name, longest=longest)
    if "difficulty" in row.data:
        row.number("difficulty", 1, 3)
    for name in ("critical", "needs_review"):
        if not isinstance(row.data.get(name, False), bool):
            row.fail("is true or false", name)
    row.keys("settings", {"prison", "municipal"})
    row.keys("topics", known_topics(pack), required=False)
    _check_competences(pack, row)
    _check_places(pack, row)
    _check_twin(pack, row)
    if kind in KINDS:
        written = read_parts(row, PARTS[str(kind)])
        for where, reason in sense_problems(str(kind), written):
            row.fail(reason, named(where, row.data))


def _check_competences(pack: Pack, row: Row) -> None:
    # What is never scored shows no competence.
    given = row.rows("competences", required=row.data.get("kind") != "estimate")
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


def _check_twin(pack: Pack, row: Row) -> None:
    """A twin is another question of the pack; of two twins one names the other."""
    if "twin" not in row.data:
        return
    there = _questions(pack)
    own = _path(_module(row.file), row.data.get("key"))
    path = _twin(own, row.data)
    if path not in there:
        row.fail(f"there is no question {row.data['twin']!r}", "twin")
    elif own in _line(there, path):
        row.fail("a question is not its own twin, nor that of a question that names it", "twin")
    elif bool(there[path].get("critical")) != bool(row.data.get("critical")):
        row.fail("is safety-critical, or not, as the question it is the twin of", "twin")


def _line(there: Mapping[str, Mapping[str, Any]], path: str) -> list[str]:
    """The question at a path, its twin, the twin of that, and so on."""
    found: list[str] = []
    while path in there and path not in found:
        found.append(path)
        path = _twin(path, there[path])
    return found


def _twin(own: str, row: Mapping[str, Any]) -> str:
    """The path of the twin that a question names, "" for none."""
    return _path(own.split("/")[0], row["twin"]) if "twin" in row else ""


def _questions(pack: Pack) -> dict[str, Mapping[str, Any]]:
    """Every question of the pack by its path; what has no key is a problem found elsewhere."""
    if "questions" not in pack.memo:
        pack.memo["questions"] = {
            _path(_module(file), row["key"]): row
            for file in pack.matching(FILES)
            for row in _rows(pack.tables.get(file, {}).get("questions"))
        }
    found: dict[str, Mapping[str, Any]] = pack.memo["questions"]
    return found


def _rows(value: Any) -> Iterator[Mapping[str, Any]]:
    for row in value if isinstance(value, list) else ():
        if isinstance(row, Mapping) and isinstance(row.get("key"), str):
            yield row


def _module(file: str) -> str:
    return PurePosixPath(file).parent.name


def _path(module: str, name: Any) -> str:
    """The path of a question named in a module: by its key, or with that of another module."""
    return name if isinstance(name, str) and "/" in name else f"{module}/{name}"


# What a kind is made of -----------------------------------------------------------------


def read_parts(row: Row, parts: Mapping[str, Part]) -> dict[str, Any]:
    """The parts of a table of a pack, each of the right type; what is not is a problem, and blank."""
    return {name: _read(row, name, part) for name, part in parts.items()}


def _read(row: Row, name: str, part: Part) -> Any:
    value = row.data.get(name)
    match part:
        case Text():
            row.text(name, required=part.required, longest=part.longest)
            given = value if isinstance(value, Mapping) else {}
            return {code: text for code, text in given.items() if isinstance(text, str)}
        case Key():
            return row.key() or str(value or "")
        case Name():
            if not isinstance(value, str | None) or len(value or "") > part.longest:
                row.fail(f"is a short text of at most {part.longest} characters", name)
                return ""
            return value or ""
        case Flag():
            if not isinstance(value, bool):
                row.fail("is true or false", name)
            return value is True
        case Rows():
            return _read_rows(row, name, part)
    if isinstance(part, Words):
        value = _read_words(row, name, value)
    elif isinstance(part, Figure) and type(value) in (int, float):
        value = Decimal(str(value))
    elif value is None:
        value = blank(part)
    elif not _fits(part, value):
        row.fail(FITTING[type(part)], name)
        return blank(part)
    for where, reason in part_problems({name: part}, {name: value}):
        row.fail(reason, named(where, row.data))
    return value


FITTING: dict[type[Any], str] = {
    Figure: "is a number",
    Whole: "is a whole number",
    Some: "is a list of words",
}


def _fits(part: Part, value: Any) -> bool:
    match part:
        case Whole():
            return type(value) is int
        case Some():
            return isinstance(value, list) and all(isinstance(word, str) for word in value)
    return False


def _read_words(row: Row, name: str, value: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, words in value.items() if isinstance(value, Mapping) else ():
        if code not in LANGUAGES:
            row.fail("is not one of the languages", f"{name}.{code}")
        elif not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            row.fail("is a list of words", f"{name}.{code}")
        else:
            found[code] = [word for word in words if word]
    if value is not None and not isinstance(value, Mapping):
        row.fail("needs .lv and .en", name)
    return found


def _read_rows(row: Row, name: str, part: Rows) -> list[dict[str, Any]]:
    found = []
    for each in row.rows(name, required=part.least > 0):
        form = ""
        if part.by:
            each.one_of(part.by, list(part.forms))
            form = str(each.data.get(part.by))
            form = form if form in part.forms else next(iter(part.forms))
        parts = part.of(form)
        each.only(*parts, *([part.by] if part.by else []))
        whole = {other: blank(inner) for other, inner in part.parts.items()}
        found.append(whole | read_parts(each, parts) | ({part.by: form} if part.by else {}))
    if found:
        for where, reason in count_problems(part, found, (name,)):
            row.fail(reason, named(where, row.data))
    return found


# Loading --------------------------------------------------------------------------------


def load_questions(pack: Pack, report: Report) -> dict[str, Question]:
    """Every question of the pack by its path. What is named as a twin comes before what names it."""
    found: dict[str, Question] = {}
    rows, there = _questions(pack), There()
    for path in sorted(rows, key=lambda path: len(_line(rows, path))):
        twin = found.get(_twin(path, rows[path]))
        found[path] = _load_question(pack, report, path, rows[path], twin, there)
    return found


@dataclass(frozen=True)
class There:
    """What questions name, read once for all of them."""

    competences: dict[str, Competence] = field(
        default_factory=lambda: {each.key: each for each in Competence.objects.all()}
    )
    sources: dict[str, Source] = field(
        default_factory=lambda: {each.key: each for each in Source.objects.all()}
    )
    topics: dict[str, Topic] = field(
        default_factory=lambda: {each.key: each for each in Topic.objects.all()}
    )
    lessons: dict[UUID, LessonPage] = field(
        default_factory=lambda: {
            page.translation_key: page
            for page in LessonPage.objects.order_by("locale__language_code")
        }
    )


def _load_question(
    pack: Pack,
    report: Report,
    path: str,
    row: Mapping[str, Any],
    twin: Question | None,
    there: There,
) -> Question:
    source, reread = row.get("source", {}), row.get("reread")
    lesson = item_uuid("page", reread, pack.uuid) if reread else None
    uuid = item_uuid("question", path, pack.uuid)
    problems: list[Problem] = []  # there are none: the pack was checked
    written = read_parts(Row(row, "", "", problems), PARTS[row["kind"]])
    question: Question = save_snippet(
        report,
        model=Question,
        path=path,
        uuid=uuid,
        fields={
            "key": path,
            "module": path.split("/")[0],
            "kind": row["kind"],
            "stem_lv": row["stem"]["lv"],
            "stem_en": row["stem"]["en"],
            "explanation_lv": row["explanation"]["lv"],
            "explanation_en": row["explanation"]["en"],
            "difficulty": row.get("difficulty", 2),
            "critical": row.get("critical", False),
            "needs_review": row.get("needs_review", False),
            "applies": Applies.of(row["settings"]),
            "source": there.sources.get(source.get("source", "")),
            "source_section": source.get("section", ""),
            "source_pages": source.get("pages", ""),
            "reread": there.lessons.get(lesson) if lesson else None,
            "competence_weights": [
                CompetenceWeight(
                    competence=there.competences[given["key"]],
                    weight=Decimal(str(given["weight"])),
                    sort_order=number,
                )
                for number, given in enumerate(row.get("competences", []))
            ],
            "topics": [there.topics[key] for key in sorted(row.get("topics", []))],
            "twin": twin,
        }
        | fields_of(row["kind"], written, uuid),
    )
    return question


# Dumping --------------------------------------------------------------------------------


def written(question: Question, paths: Mapping[int, str]) -> dict[str, Any]:
    """A question as quiz.toml has it."""
    module, key = question.key.split("/")
    data = question.as_data()
    return {
        "key": key,
        "kind": question.kind,
        "difficulty": question.difficulty,
        "critical": question.critical,
        "needs_review": question.needs_review,
        "settings": Applies(question.applies).settings,
        "competences": [
            {"key": given["key"], "weight": float(given["weight"])} for given in data["competences"]
        ],
        "topics": data.get("topics", []),
        "twin": question.twin.key.removeprefix(f"{module}/") if question.twin else "",
        "source": {
            "source": data["source"]["key"],
            "section": data["source"]["section"],
            "pages": data["source"]["pages"],
        },
        "reread": paths.get(question.reread_id or 0, ""),
    } | plain_numbers(question.written())


def plain_numbers(value: Any) -> Any:
    """Decimal numbers as TOML writes them: 300, 0.5."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {name: plain_numbers(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain_numbers(part) for part in value]
    return value


def canonical(row: Mapping[str, Any]) -> dict[str, Any]:
    """A question of a pack with everything in the order in which it is written back."""
    kind = row["kind"]
    problems: list[Problem] = []
    whole = dict(row) | plain_numbers(read_parts(Row(row, "", "", problems), PARTS[kind]))
    whole["settings"] = Applies.of(row["settings"]).settings
    whole["topics"] = sorted(row.get("topics", []))
    for name, part in PARTS[kind].items():
        if isinstance(part, Some):
            whole[name] = [word for word in part.of if word in whole[name]]
    return whole

"""Quizzes and their questions: modules/<module>/quiz.toml, from a pack and back."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid5

from django.utils import translation

from assessments.checks import KINDS, option_problems
from assessments.models import CompetenceWeight, Question, Quiz, QuizPage, QuizQuestion
from content.bilingual import LANGUAGES, both
from content.keys import item_uuid
from content.models import Applies, Source
from content.packs.known import known
from content.packs.links import locale_of, page_paths
from content.packs.pages import archive_missing, save_page
from content.packs.registry import Pack, Problem, Report
from content.packs.snippets import archive_missing_snippets, save_snippet
from content.packs.tables import dump_toml
from courses.models import CoursePage, LessonPage
from courses.outline import outdate
from courses.packs.checking import Row, known_competences
from courses.packs.modules import SETTINGS
from courses.progress.models import Competence

FILES = "modules/*/quiz.toml"
LONGEST = {"stem": 2000, "explanation": 4000, "text": 1000, "feedback": 1000}
SAID = ("title", "intro", "passed", "failed")


class Quizzes:
    """modules/<module>/quiz.toml: the quiz, its questions, and its page in each language."""

    order = 50

    # Checking ---------------------------------------------------------------------------

    def check(self, pack: Pack) -> Iterator[Problem]:
        problems: list[Problem] = []
        with translation.override("en"):
            for file in pack.matching(FILES):
                self._check_quiz(pack, file, problems)
        yield from problems

    def _check_quiz(self, pack: Pack, file: str, problems: list[Problem]) -> None:
        row = Row(pack.tables.get(file), file, "", problems)
        row.only(
            *("key", "slug", "title", "intro", "pass_mark", "draw", "attempts", "minutes"),
            *("passed", "failed", "shuffle", "feedback", "questions"),
        )
        row.key()
        row.text("title", longest=200)
        row.text("slug", longest=200)
        row.slugs("slug")
        row.text("intro", required=False, longest=4000)
        row.text("passed", required=False, longest=2000)
        row.text("failed", required=False, longest=2000)
        row.number("pass_mark", 1, 100)
        row.number("minutes", 1, 600)
        for name in ("draw", "attempts"):
            if name in row.data:
                row.number(name, 0, 1000)
        if not isinstance(row.data.get("shuffle", True), bool):
            row.fail("is true or false", "shuffle")
        if "feedback" in row.data:
            row.one_of("feedback", list(Quiz.Feedback.values))
        questions = row.rows("questions")
        for question in questions:
            self._check_question(pack, question)
        draw = row.data.get("draw", 0)
        if type(draw) is int and draw > len(questions):
            row.fail(f"there are only {len(questions)} questions to draw from", "draw")
        if questions and all(each.data.get("needs_review") is True for each in questions):
            row.fail("every question needs review, so there is nothing to score", "questions")

    def _check_question(self, pack: Pack, row: Row) -> None:
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
        self._check_competences(pack, row)
        self._check_places(pack, row)
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

    def _check_competences(self, pack: Pack, row: Row) -> None:
        given = row.rows("competences")
        there = known_competences(pack)
        for each in given:
            each.only("key", "weight")
            if each.data.get("key") not in there:
                each.fail(f"there is no competence {each.data.get('key')!r}", "key")
            weight = each.data.get("weight")
            if type(weight) not in (int, float) or not 0.05 <= float(weight or 0) <= 2:
                each.fail("is a number from 0.05 to 2", "weight")

    def _check_places(self, pack: Pack, row: Row) -> None:
        names = known(pack)
        if "source" in row.data:
            source = Row(row.data["source"], row.file, f"{row.where}.source", row.problems)
            source.only("source", "section", "pages")
            if source.data.get("source") not in names.sources:
                source.fail(f"there is no source {source.data.get('source')!r}", "source")
            for name, longest in (("section", 80), ("pages", 40)):
                text = source.data.get(name, "")
                if not isinstance(text, str) or len(text) > longest:
                    source.fail(f"is a text of at most {longest} characters", name)
        if "reread" in row.data and row.data["reread"] not in names.pages:
            row.fail(f"there is no lesson {row.data['reread']!r}", "reread")

    # Loading ----------------------------------------------------------------------------

    def load(self, pack: Pack, report: Report) -> None:
        questions: set[UUID] = set()
        quizzes: set[UUID] = set()
        pages: set[str] = set()
        for file in pack.matching(FILES):
            row, module = pack.tables[file], PurePosixPath(file).parent.name
            asked = [self._load_question(pack, report, module, each) for each in row["questions"]]
            questions |= {question.uuid for question in asked}
            quiz = self._load_quiz(pack, report, module, row, asked)
            quizzes.add(quiz.uuid)
            pages.add(quiz.key)
            for code in LANGUAGES:
                self._load_page(pack, report, module, row, quiz, code)
        archive_missing_snippets(report, Question, questions)
        archive_missing_snippets(report, Quiz, quizzes)
        archive_missing(report, QuizPage, pages)
        outdate()

    def _load_question(
        self, pack: Pack, report: Report, module: str, row: Mapping[str, Any]
    ) -> Question:
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
                "applies": _applies(row["settings"]),
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

    def _load_quiz(
        self,
        pack: Pack,
        report: Report,
        module: str,
        row: Mapping[str, Any],
        asked: list[Question],
    ) -> Quiz:
        path = f"{module}/{row['key']}"
        texts = {
            f"{name}_{code}": (row.get(name) or {}).get(code, "")
            for name in SAID
            for code in LANGUAGES
        }
        quiz: Quiz = save_snippet(
            report,
            model=Quiz,
            path=path,
            uuid=item_uuid("quiz", path, pack.uuid),
            fields=texts
            | {
                "key": path,
                "module": module,
                "pass_mark": row["pass_mark"],
                "draw": row.get("draw", 0),
                "attempts_allowed": row.get("attempts", 0),
                "shuffle": row.get("shuffle", True),
                "feedback": row.get("feedback", Quiz.Feedback.END.value),
                "places": [
                    QuizQuestion(question=question, sort_order=number)
                    for number, question in enumerate(asked)
                ],
            },
        )
        return quiz

    def _load_page(
        self,
        pack: Pack,
        report: Report,
        module: str,
        row: Mapping[str, Any],
        quiz: Quiz,
        code: str,
    ) -> None:
        around = pack.tables.get(f"modules/{module}/module.toml", {})
        parent = CoursePage.objects.get(
            translation_key=item_uuid("page", module, pack.uuid), locale__language_code=code
        )
        save_page(
            report,
            model=QuizPage,
            path=quiz.key,
            locale=locale_of(code),
            parent=parent,
            title=row["title"][code],
            slug=row["slug"][code],
            fields={"quiz": quiz, "minutes": row["minutes"]},
            translation_key=item_uuid("page", quiz.key, pack.uuid),
            order=len(around.get("lessons", [])) + len(around.get("scenarios", [])),
        )

    # Dumping ----------------------------------------------------------------------------

    def dump(self, pack: Pack) -> dict[str, str]:
        paths = page_paths()
        files = {}
        quizzes = Quiz.objects.filter(archived=False).prefetch_related(
            "places__question__competence_weights__competence", "places__question__source"
        )
        for quiz in quizzes:
            pages = {
                page.locale.language_code: page
                for page in QuizPage.objects.filter(quiz=quiz).select_related("locale")
                if page.translation_key == item_uuid("page", quiz.key, pack.uuid)
            }
            if set(pages) != set(LANGUAGES):
                continue
            module, key = quiz.key.split("/")
            places = [place for place in quiz.places.all() if not place.question.archived]
            row = {
                "key": key,
                "slug": {code: pages[code].slug for code in LANGUAGES},
                "pass_mark": quiz.pass_mark,
                "draw": quiz.draw,
                "attempts": quiz.attempts_allowed,
                "minutes": pages["lv"].minutes,
                "questions": [_written(place.question, paths) for place in places],
            }
            row |= {name: _both(quiz, name) for name in SAID}
            if not quiz.shuffle:
                row["shuffle"] = False
            if quiz.feedback != Quiz.Feedback.END:
                row["feedback"] = quiz.feedback
            files[f"modules/{module}/quiz.toml"] = dump_toml(row)
        return files


def _given(options: list[Row]) -> list[Mapping[str, Any]]:
    """What `option_problems` looks at, of options that may lack anything."""
    return [
        {"key": str(option.data.get("key")), "right": option.data.get("right") is True}
        for option in options
    ]


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


def _written(question: Question, paths: Mapping[int, str]) -> dict[str, Any]:
    """A question as quiz.toml has it."""
    data = question.as_data()
    return {
        "key": question.key.split("/")[1],
        "kind": question.kind,
        "difficulty": question.difficulty,
        "critical": question.critical,
        "needs_review": question.needs_review,
        "settings": SETTINGS[Applies(question.applies)],
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


def _both(record: Any, name: str) -> dict[str, str]:
    return both(getattr(record, f"{name}_lv"), getattr(record, f"{name}_en"))


def _applies(settings: list[str]) -> str:
    return next((a for a, some in SETTINGS.items() if set(some) == set(settings)), Applies.BOTH)

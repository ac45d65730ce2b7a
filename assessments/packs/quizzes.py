"""Quizzes and their questions, from a pack and back: modules/<module>/quiz.toml, quiz-<key>.toml."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.utils import translation

from assessments.models import Question, Quiz, QuizPage, QuizQuestion
from assessments.models.quizzes import everything
from assessments.packs import rules
from assessments.packs.questions import (
    FILES,
    canonical,
    check_question,
    load_questions,
    written,
)
from content.bilingual import LANGUAGES, both
from content.keys import item_uuid
from content.packs.links import locale_of, page_paths
from content.packs.pages import archive_missing, save_page
from content.packs.registry import Pack, Problem, Report
from content.packs.snippets import archive_missing_snippets, save_snippet
from content.packs.tables import dump_toml
from courses.models import CoursePage
from courses.outline import outdate
from courses.packs.checking import Row

MAIN = "quiz"  # the key of a module's quiz; others are named by their files
EACH = "each"  # answers are explained at once
SAID = ("title", "intro", "passed", "failed")


class Quizzes:
    """A quiz's file: the quiz, its questions, and its page in each language."""

    order = 50

    # Checking ---------------------------------------------------------------------------

    def check(self, pack: Pack) -> Iterator[Problem]:
        problems: list[Problem] = []
        asked: dict[str, str] = {}  # where each question of a module stands
        with translation.override("en"):
            for file in pack.matching(FILES):
                self._check_quiz(pack, file, asked, problems)
        yield from problems

    def _check_quiz(
        self, pack: Pack, file: str, asked: dict[str, str], problems: list[Problem]
    ) -> None:
        row = Row(pack.tables.get(file), file, "", problems)
        row.only(
            *("key", "slug", "title", "intro", "pass_mark", "draw", "attempts", "minutes"),
            *("passed", "failed", "shuffle", "feedback", "beside", "questions", *rules.NAMES),
        )
        _check_key(pack, row)
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
        for name in ("shuffle", "beside"):
            if not isinstance(row.data.get(name, False), bool):
                row.fail("is true or false", name)
        if "feedback" in row.data:
            row.one_of("feedback", ["end", EACH])
        rules.check(pack, row)
        questions = row.rows("questions")
        for question in questions:
            check_question(pack, question)
            path = f"{PurePosixPath(file).parent}/{question.data.get('key')}"
            if asked.setdefault(path, file) != file:
                question.fail(f"stands in {PurePosixPath(asked[path]).name} too", "key")
        draw = row.data.get("draw", 0)
        if type(draw) is int and draw > len(questions):
            row.fail(f"there are only {len(questions)} questions to draw from", "draw")
        if questions and all(each.data.get("needs_review") is True for each in questions):
            row.fail("every question needs review, so there is nothing to score", "questions")

    # Loading ----------------------------------------------------------------------------

    def load(self, pack: Pack, report: Report) -> None:
        questions = load_questions(pack, report)
        quizzes: set[UUID] = set()
        pages: set[str] = set()
        for file in pack.matching(FILES):
            row, module = pack.tables[file], PurePosixPath(file).parent.name
            asked = [questions[f"{module}/{each['key']}"] for each in row["questions"]]
            quiz = self._load_quiz(pack, report, module, row, asked)
            quizzes.add(quiz.uuid)
            pages.add(quiz.key)
            for code in LANGUAGES:
                self._load_page(pack, report, module, row, quiz, code)
        archive_missing_snippets(report, Question, {each.uuid for each in questions.values()})
        archive_missing_snippets(report, Quiz, quizzes)
        archive_missing(report, QuizPage, pages)
        outdate()

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
                "shown_during": everything() if row.get("feedback") == EACH else [],
                **rules.fields(row),
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
            fields={
                "quiz": quiz,
                "minutes": row["minutes"],
                "is_beside": row.get("beside", False),
            },
            translation_key=item_uuid("page", quiz.key, pack.uuid),
            order=len(around.get("lessons", []))
            + len(around.get("scenarios", []))
            + [MAIN, *_listed(around)].index(row["key"]),
        )

    # Dumping ----------------------------------------------------------------------------

    def dump(self, pack: Pack) -> dict[str, str]:
        paths = page_paths()
        files = {}
        quizzes = Quiz.objects.filter(archived=False).prefetch_related(
            "places__question__competence_weights__competence",
            "places__question__source",
            "places__question__topics",
            "places__question__twin",
            "places__question__twin_of",
            "draw_rules__competence",
            "draw_rules__topic",
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
                "questions": [written(place.question, paths) for place in places],
            }
            row |= {name: _both(quiz, name) for name in SAID}
            if not quiz.shuffle:
                row["shuffle"] = False
            if quiz.shown_during == everything():
                row["feedback"] = EACH
            if pages["lv"].is_beside:
                row["beside"] = True
            row |= rules.written(quiz)
            name = MAIN if key == MAIN else f"quiz-{key}"
            files[f"modules/{module}/{name}.toml"] = dump_toml(row)
        return files

    def canonical(self, pack: Pack) -> dict[str, str]:
        return {
            file: dump_toml(
                {
                    name: value
                    for name, value in pack.tables[file].items()
                    if name not in rules.NAMES and (name, value) != ("beside", False)
                }
                | rules.canonical(pack.tables[file])
                | {"questions": [canonical(row) for row in pack.tables[file]["questions"]]}
            )
            for file in pack.matching(FILES)
        }


def _check_key(pack: Pack, row: Row) -> None:
    """A quiz has the key that its file names, and the module lists the further ones."""
    path = PurePosixPath(row.file)
    key = path.stem.removeprefix(f"{MAIN}-")
    if row.key() not in ("", key):
        row.fail(f"is not the file's name, {key}", "key")
    module = str(path.parent / "module.toml")
    if key != MAIN and key not in _listed(pack.tables.get(module, {})):
        row.fail(f"{module} does not list the quiz {key!r}")


def _listed(module: Mapping[str, Any]) -> list[str]:
    value = module.get("quizzes")
    return value if isinstance(value, list) else []


def _both(record: Any, name: str) -> dict[str, str]:
    return both(getattr(record, f"{name}_lv"), getattr(record, f"{name}_en"))

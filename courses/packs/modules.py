"""Modules and their lessons: modules/<key>/module.toml and the Markdown beside it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from wagtail.models import Page

from content.bilingual import LANGUAGES
from content.keys import item_uuid
from content.models import Applies, BasePage
from content.packs import stream
from content.packs.document import Block, Document, compose, parse
from content.packs.links import SiteLinks, locale_of
from content.packs.pages import archive_missing, home, save_page
from content.packs.registry import Pack, PackError, Problem, Report
from content.packs.tables import dump_toml
from courses.models import CoursePage, LessonPage
from courses.outline import outdate
from courses.packs.checking import SLUG, Row, known_competences
from courses.progress.models import Competence

# What a module lists besides its lessons, and the file of each.
PARTS = (
    ("scenarios", "scenario-{}.toml"),
    ("quiz", "quiz.toml"),
    ("quizzes", "quiz-{}.toml"),
)
LESSON_FILE = re.compile(r"(\d\d)-([a-z0-9-]+)\.(lv|en)\.md")


class Modules:
    """modules/<key>/module.toml and the lessons beside it."""

    order = 40

    def check(self, pack: Pack) -> Iterator[Problem]:
        problems: list[Problem] = []
        known = known_competences(pack)
        for file in pack.matching("modules/*/module.toml"):
            self._check_module(pack, file, known, problems)
        yield from problems

    def _check_module(
        self, pack: Pack, file: str, known: set[str], problems: list[Problem]
    ) -> None:
        folder = PurePosixPath(file).parent
        row = Row(pack.tables.get(file), file, "", problems)
        row.only(
            *("key", "order", "minutes", "settings", "competences", "title", "slug", "summary"),
            *("about", "lessons", "scenarios", "quiz", "quizzes"),
        )
        if row.key() not in ("", folder.name):
            row.fail(f"is not the folder's name, {folder.name}", "key")
        row.number("order", 0, 30_000)
        row.number("minutes", 1, 2000)
        row.keys("settings", {"prison", "municipal"})
        row.keys("competences", known)
        row.text("title", longest=200)
        row.text("slug", longest=200)
        row.slugs("slug")
        row.text("summary", longest=500)
        row.text("about", longest=10_000)
        for code in LANGUAGES:
            about = row.data.get("about")
            text = about.get(code) if isinstance(about, Mapping) else None
            if isinstance(text, str) and text:
                block = Block("text", "about", {}, text)
                problems += stream.check_blocks([block], pack, file)
        lessons = row.keys("lessons", required=False)  # none while they are being written
        taken = set(lessons)
        for name, of_file in PARTS:
            value = row.data.get(name, [])
            if value == "":
                continue
            keys = [value] if isinstance(value, str) else row.keys(name, required=False)
            for key in keys:
                named = of_file.format(key)
                if f"{folder}/{named}" not in pack.files:
                    row.fail(f"there is no {named}", name)
                if key in taken:
                    row.fail(f"another part of the module has the key {key!r}", name)
            taken.update(keys)
        files = _lesson_files(pack, folder)
        for key in lessons:
            for code in LANGUAGES:
                if (key, code) not in files:
                    row.fail(f"there is no lesson {key!r} in {code}", "lessons")
        for (key, _code), path in files.items():
            if key not in lessons:
                problems.append(Problem(path, "file", f"{file} does not list the lesson {key!r}"))
        read = {
            place: _check_lesson(pack, path, place[0], known, problems)
            for place, path in files.items()
        }
        for key in lessons:
            source, other = read.get((key, "lv")), read.get((key, "en"))
            if source and other:
                path = files[key, "en"]
                problems += stream.check_translation(source.blocks, other.blocks, path)

    def load(self, pack: Pack, report: Report) -> None:
        modules: set[str] = set()
        lessons: set[str] = set()
        for file in pack.matching("modules/*/module.toml"):
            row = pack.tables[file]
            modules.add(row["key"])
            for code in LANGUAGES:
                course = self._load_module(pack, report, file, row, code)
                for number, key in enumerate(row["lessons"]):
                    lessons.add(f"{row['key']}/{key}")
                    self._load_lesson(pack, report, file, course, key, number, code)
        archive_missing(report, LessonPage, lessons)
        archive_missing(report, CoursePage, modules)
        outdate()

    def _load_module(
        self, pack: Pack, report: Report, file: str, row: Mapping[str, Any], code: str
    ) -> CoursePage:
        locale = locale_of(code)
        about = [Block("text", "about", {}, row["about"][code])]
        page: CoursePage = save_page(
            report,
            model=CoursePage,
            path=row["key"],
            locale=locale,
            parent=home(code),
            title=row["title"][code],
            slug=row["slug"][code],
            fields={
                "summary": row["summary"][code],
                "applies": Applies.of(row["settings"]),
                "minutes": row["minutes"],
                "order": row["order"],
                "about": stream.to_stream(about, SiteLinks(pack, locale), file),
                "competences": list(Competence.objects.filter(key__in=row["competences"])),
            },
            translation_key=item_uuid("page", row["key"], pack.uuid),
        )
        return page

    def _load_lesson(
        self,
        pack: Pack,
        report: Report,
        file: str,
        course: CoursePage,
        key: str,
        number: int,
        code: str,
    ) -> None:
        path = f"{course.key}/{key}"
        found = _lesson_files(pack, PurePosixPath(file).parent)[key, code]
        document = parse(pack.files[found], found)
        front, locale = document.front, locale_of(code)
        save_page(
            report,
            model=LessonPage,
            path=path,
            locale=locale,
            parent=course,
            title=front["title"],
            slug=front["slug"],
            fields={
                "summary": front["summary"],
                "applies": Applies.of(front["settings"]),
                "minutes": front["minutes"],
                "body": stream.to_stream(document.blocks, SiteLinks(pack, locale), found),
                "competences": list(Competence.objects.filter(key__in=front["competences"])),
            },
            translation_key=item_uuid("page", path, pack.uuid),
            order=number,
        )

    def canonical(self, pack: Pack) -> dict[str, str]:
        """As `dump` writes them: competences stand in their own order, whatever the text says."""
        rows = pack.tables.get("competences.toml", {}).get("competences", [])
        order = {row["key"]: place for place, row in enumerate(rows)}

        def sorted_out(table: Mapping[str, Any]) -> dict[str, Any]:
            keys = sorted(table["competences"], key=lambda key: order.get(key, len(order)))
            return {**table, "competences": keys}

        files: dict[str, str] = {}
        for file in pack.matching("modules/*/module.toml"):
            files[file] = dump_toml(sorted_out(pack.tables[file]))
            for path in _lesson_files(pack, PurePosixPath(file).parent).values():
                found = parse(pack.files[path], path)
                blocks = stream.canonical(found.blocks, path)
                files[path] = compose(Document(sorted_out(found.front), blocks))
        return files

    def dump(self, pack: Pack) -> dict[str, str]:
        files: dict[str, str] = {}
        links = {code: SiteLinks(pack, locale_of(code)) for code in LANGUAGES}
        for key, pages in _translated(CoursePage.objects.filter(archived=False), pack, "").items():
            parts = _parts(pages["lv"])
            main = pages["lv"]
            row: dict[str, Any] = {
                "key": key,
                "order": main.order,
                "minutes": main.minutes,
                "settings": Applies(main.applies).settings,
                "competences": _competence_keys(main),
                "title": {code: page.title for code, page in pages.items()},
                "slug": {code: page.slug for code, page in pages.items()},
                "summary": {code: page.summary for code, page in pages.items()},
                "about": {code: _about(page, links[code]) for code, page in pages.items()},
                "lessons": [part.key for part in parts if part.activity_kind == "lesson"],
                "scenarios": [part.key for part in parts if part.activity_kind == "scenario"],
            }
            quizzes = [part.key for part in parts if _is_quiz_of(part, pack, key)]
            row["quiz"] = "quiz" if "quiz" in quizzes else ""
            row["quizzes"] = [name for name in quizzes if name != "quiz"]
            files[f"modules/{key}/module.toml"] = dump_toml(row)
            lessons = LessonPage.objects.filter(archived=False)
            for code, course in pages.items():
                for page in lessons.child_of(course):
                    if page.key in row["lessons"]:
                        number = row["lessons"].index(page.key) + 1
                        name = f"modules/{key}/{number:02}-{page.key}.{code}.md"
                        files[name] = _lesson_text(page, links[code], name)
        return files


def _lesson_files(pack: Pack, folder: PurePosixPath) -> dict[tuple[str, str], str]:
    """{(key, language): path} of the lessons in a module's folder."""
    found = {}
    for path in pack.files:
        name = LESSON_FILE.fullmatch(PurePosixPath(path).name)
        if name and PurePosixPath(path).parent == folder:
            found[name[2], name[3]] = path
    return found


def _check_lesson(
    pack: Pack, path: str, key: str, known: set[str], problems: list[Problem]
) -> Document | None:
    try:
        document = parse(pack.files[path], path)
    except PackError as error:
        problems += error.problems
        return None
    row = Row(document.front, path, "", problems)
    row.only("key", "title", "slug", "summary", "minutes", "settings", "competences")
    if row.key() not in ("", key):
        row.fail(f"is not the file's name, {key}", "key")
    for name, longest in (("title", 200), ("slug", 200), ("summary", 500)):
        text = document.front.get(name)
        if not isinstance(text, str) or not text:
            row.fail("is missing", name)
        elif len(text) > longest:
            row.fail(f"is longer than {longest} characters", name)
    slug = document.front.get("slug")
    if isinstance(slug, str) and slug and not SLUG.fullmatch(slug):
        row.fail("may hold only a to z, 0 to 9 and single hyphens", "slug")
    row.number("minutes", 1, 200)
    row.keys("settings", {"prison", "municipal"})
    row.keys("competences", known)
    if not document.blocks:
        row.fail("the lesson is empty", "body")
    problems += stream.check_blocks(document.blocks, pack, path)
    return document


def _translated(pages: Any, pack: Pack, above: str) -> dict[str, dict[str, Any]]:
    """{key: {language: page}} of the pages that come from this pack, in order."""
    found: dict[str, dict[str, Any]] = {}
    for page in pages.select_related("locale").order_by("order", "path"):
        if page.translation_key == item_uuid("page", above + page.key, pack.uuid):
            found.setdefault(page.key, {})[page.locale.language_code] = page
    return {
        key: {code: some[code] for code in LANGUAGES if code in some}
        for key, some in found.items()
        if "lv" in some
    }


def _parts(course: CoursePage) -> list[BasePage]:
    pages = [page.specific for page in Page.objects.child_of(course).order_by("path")]
    return [page for page in pages if hasattr(page, "activity_kind") and not page.archived]


def _is_quiz_of(part: BasePage, pack: Pack, module: str) -> bool:
    """Whether a part is a quiz that the pack brought, not one that an editor made."""
    uuid = item_uuid("page", f"{module}/{part.key}", pack.uuid)
    return part.activity_kind == "quiz" and part.translation_key == uuid


def _competence_keys(page: CoursePage | LessonPage) -> list[str]:
    return [each.key for each in page.competences.all()]


def _about(page: CoursePage, links: SiteLinks) -> str:
    blocks = stream.from_stream(list(page.about.raw_data), links)
    return "\n\n".join(block.body for block in blocks)


def _lesson_text(page: LessonPage, links: SiteLinks, file: str) -> str:
    front = {
        "key": page.key,
        "title": page.title,
        "slug": page.slug,
        "summary": page.summary,
        "minutes": page.minutes,
        "settings": Applies(page.applies).settings,
        "competences": _competence_keys(page),
    }
    blocks = stream.from_stream(list(page.body.raw_data), links, file)
    return compose(Document(front, blocks))

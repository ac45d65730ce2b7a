"""Stories in packs: modules/<module>/scenario-<key>.toml, with the page that offers each."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from django.utils import translation

from content.bilingual import LANGUAGES
from content.keys import item_uuid
from content.models import Applies
from content.packs.kinds import figure_key
from content.packs.known import LESSON
from content.packs.known import known as known_names
from content.packs.links import locale_of
from content.packs.pages import archive_missing, save_page
from content.packs.registry import Pack, Problem, Report
from content.packs.snippets import archive_missing_snippets, save_snippet
from content.packs.tables import dump_toml
from courses.models import CoursePage
from courses.packs.checking import Row, is_among, known_competences
from scenarios.data import short, whole
from scenarios.lint import lint
from scenarios.models import ScenarioPage, Story
from scenarios.structure import PASSAGE, PATH

FILES = "modules/*/scenario-*.toml"
SCENARIO_FILE = "modules/%s/scenario-%s.toml"
OF_PAGE = ("slug", "minutes", "settings")  # what a story's file says about its page


class Stories:
    """Reads, checks and writes the scenario files of a pack."""

    order = 60

    def check(self, pack: Pack) -> Iterator[Problem]:
        problems: list[Problem] = []
        known = known_competences(pack)
        for file in pack.matching(FILES):
            row = Row(pack.tables.get(file), file, "", problems)
            self._check_page(pack, file, row)
            data = story_in(row.data, file)
            self._check_names(pack, data, row)
            # Publishing asks the same, in this language; what is wrong is said in English, as all
            # that is said about packs.
            if not any(finding.is_error for finding in lint(data, known)):
                continue
            with translation.override("en"):
                found = lint(data, known)
            for finding in found:
                if finding.is_error:
                    row.fail(_told(finding.reason, finding.road), finding.place)
        yield from problems

    def _check_page(self, pack: Pack, file: str, row: Row) -> None:
        path = PurePosixPath(file)
        key = path.stem.removeprefix("scenario-")
        if row.data.get("key") != key:
            row.fail(f"is not the file's name, {key}", "key")
        row.text("summary", longest=500)
        row.text("slug", longest=200)
        row.slugs("slug")
        row.number("minutes", 1, 200)
        row.keys("settings", {"prison", "municipal"})
        module = pack.tables.get(str(path.parent / "module.toml"), {})
        if key not in _listed(module):
            row.fail(f"{path.parent}/module.toml does not list the scenario {key!r}")

    def _check_names(self, pack: Pack, data: Mapping[str, Any], row: Row) -> None:
        """That the figures, lessons and scenarios a story names stand in the pack."""
        names = known_names(pack)
        for scene in _tables(data.get("scenes")):
            picture = scene.get("picture")
            if isinstance(picture, str) and PATH.fullmatch(picture) and picture not in names.labels:
                row.fail(f"there is no figure {picture!r}", f"scenes.{scene.get('key')}.picture")
            for choice in _tables(scene.get("choices")):
                passage = choice.get("passage")
                if isinstance(passage, str) and PASSAGE.fullmatch(passage):
                    where = f"scenes.{scene.get('key')}.choices.{choice.get('key')}.passage"
                    _check_passage(pack, passage, row, where)
        following = data.get("next_scenarios")
        for path in following if isinstance(following, list) else ():
            if is_among(names.pages, path) and SCENARIO_FILE % tuple(path.split("/")) in pack.files:
                continue
            row.fail(f"there is no scenario {path!r}", "next_scenarios")

    def load(self, pack: Pack, report: Report) -> None:
        paths: set[str] = set()
        for file in pack.matching(FILES):
            row = pack.tables[file]
            folder = PurePosixPath(file).parent
            paths.add(f"{folder.name}/{row['key']}")
            self._load_story(pack, report, folder.name, pack.tables[f"{folder}/module.toml"], row)
        archive_missing(report, ScenarioPage, paths)
        # What editors wrote is of no pack; what is of another pack has another uuid.
        theirs = [
            story.uuid
            for story in Story.objects.exclude(pack_hash="").only("uuid", "module", "key")
            if story.uuid != item_uuid("story", story.path, pack.uuid)
        ]
        ours = [item_uuid("story", path, pack.uuid) for path in paths]
        archive_missing_snippets(report, Story, [*ours, *theirs])

    def _load_story(
        self,
        pack: Pack,
        report: Report,
        module: str,
        around: Mapping[str, Any],
        row: Mapping[str, Any],
    ) -> None:
        path = f"{module}/{row['key']}"
        data = whole(story_in(row, SCENARIO_FILE % (module, row["key"])))
        story = save_snippet(
            report,
            model=Story,
            path=path,
            uuid=item_uuid("story", path, pack.uuid),
            fields=Story.fields_of(data) | {"module": module},
        )
        place = len(around.get("lessons", ())) + _listed(around).index(row["key"])
        for code in LANGUAGES:
            save_page(
                report,
                model=ScenarioPage,
                path=path,
                locale=locale_of(code),
                parent=_module_page(pack, module, code),
                title=row["title"][code],
                slug=row["slug"][code],
                fields={
                    "summary": row["summary"][code],
                    "applies": Applies.of(row["settings"]),
                    "minutes": row["minutes"],
                    "story": story,
                },
                translation_key=item_uuid("page", path, pack.uuid),
                order=place,
            )

    def dump(self, pack: Pack) -> dict[str, str]:
        pages = ScenarioPage.objects.filter(archived=False).select_related("story", "locale")
        found: dict[str, tuple[Story, dict[str, ScenarioPage]]] = {}
        for page in pages.order_by("path"):
            path = page.story.path if page.story else ""
            if path and page.translation_key == item_uuid("page", path, pack.uuid):
                _story, languages = found.setdefault(path, (page.story, {}))
                languages[page.locale.language_code] = page
        files = {}
        for story, languages in found.values():
            main = languages.get("lv") or next(iter(languages.values()))
            file = SCENARIO_FILE % (story.module, story.key)
            row = _told_in(short(story.data()), file) | {
                "slug": {code: languages[code].slug for code in LANGUAGES if code in languages},
                "minutes": main.minutes,
                "settings": Applies(main.applies).settings,
            }
            files[file] = dump_toml(row)
        return files

    def canonical(self, pack: Pack) -> dict[str, str]:
        """The files as `dump` writes them: defaults of a story written out or left out alike."""
        files = {}
        for file in pack.matching(FILES):
            row = pack.tables[file]
            of_page = {name: row[name] for name in OF_PAGE}
            of_page["settings"] = Applies.of(row["settings"]).settings
            files[file] = dump_toml(_told_in(short(whole(story_in(row, file))), file) | of_page)
        return files


def story_in(row: Mapping[str, Any], file: str) -> dict[str, Any]:
    """The story in a file's table, its pictures by the keys of figures."""
    data = {name: value for name, value in row.items() if name not in OF_PAGE}
    return _pictures(data, lambda picture: figure_key(picture, file))


def _told_in(data: dict[str, Any], file: str) -> dict[str, Any]:
    """As a file says it: pictures of the same module by the name of their file, as in lessons."""

    def name(key: str) -> str:
        own = f"{key.rpartition('/')[2]}.svg"
        return own if figure_key(own, file) == key else key

    return _pictures(data, name)


def _pictures(data: dict[str, Any], name: Callable[[str], str]) -> dict[str, Any]:
    scenes = data.get("scenes")
    if not isinstance(scenes, list):
        return data
    return data | {
        "scenes": [
            scene | {"picture": name(scene["picture"])}
            if isinstance(scene, dict)
            and isinstance(scene.get("picture"), str)
            and scene["picture"]
            else scene
            for scene in scenes
        ]
    }


def _told(reason: str, road: tuple[str, ...]) -> str:
    return f"{reason} (after {', '.join(road)})" if road else reason


def _tables(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _check_passage(pack: Pack, passage: str, row: Row, where: str) -> None:
    """That a lesson is there, and the block in both of its languages."""
    lesson, _sign, block = passage.partition("#")
    module, name = lesson.split("/")
    files = [
        file
        for file in pack.matching(f"modules/{module}/*-{name}.*.md")
        if (found := LESSON.fullmatch(file)) and found[2] == name
    ]
    if not files:
        row.fail(f"there is no lesson {lesson!r}", where)
    elif block and not all(
        re.search(rf"^:::.*[{{ \t]#{block}[}} \t]", pack.files[file], re.MULTILINE)
        for file in files
    ):
        row.fail(f"the lesson {lesson!r} has no block {block!r}", where)


def _listed(module: Mapping[str, Any]) -> list[str]:
    value = module.get("scenarios")
    return value if isinstance(value, list) else []


def _module_page(pack: Pack, module: str, code: str) -> CoursePage:
    key = item_uuid("page", module, pack.uuid)
    page: CoursePage = CoursePage.objects.get(translation_key=key, locale=locale_of(code))
    return page

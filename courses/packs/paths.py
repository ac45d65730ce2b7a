"""Paths, and what modules and paths ask for, in dated versions."""

import datetime
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from content.bilingual import LANGUAGES, both
from content.keys import item_uuid
from content.packs.registry import Pack, Problem, Report
from content.packs.tables import dump_toml
from courses.actions import put_in_force, update_requirement
from courses.models import CoursePage, Path
from courses.outline import outdate
from courses.packs.checking import Row
from courses.packs.competences import archive, save_record
from courses.people.models import Setting
from courses.progress.models import Requirement


class ModuleRequirements:
    """What each module asks for: no text of its own, it follows from the parts."""

    order = 70

    def check(self, pack: Pack) -> Iterator[Problem]:
        return iter(())

    def load(self, pack: Pack, report: Report) -> None:
        today = timezone.localdate()
        for file in pack.matching("modules/*/module.toml"):
            key = pack.tables[file]["key"]
            _arrange(pack, report, pack.tables[file])
            course = CoursePage.objects.filter(
                translation_key=item_uuid("page", key, pack.uuid)
            ).first()
            if course and (
                made := update_requirement(course, today, since=_first_asked(pack, key))
            ):
                report.created.append(f"requirement {key}, version {made.version}")
        outdate()  # parts that vanished were archived without a signal

    def dump(self, pack: Pack) -> dict[str, str]:
        return {}


def _arrange(pack: Pack, report: Report, row: Mapping[str, Any]) -> None:
    """Where parts of a module were made now, put all of them in the order module.toml lists.

    Each kind of part is loaded by its own handler, so none of them sees the whole row. Otherwise
    the order in the tree stays as it is: editors may change it.
    """
    if not any(f" {row['key']}/" in name for name in report.created):
        return
    names = [
        *row["lessons"],
        *row.get("scenarios", []),
        row.get("quiz", ""),
        *row.get("quizzes", []),
    ]
    places = {
        item_uuid("page", f"{row['key']}/{name}", pack.uuid): place
        for place, name in enumerate(names)
    }
    courses = CoursePage.objects.filter(translation_key=item_uuid("page", row["key"], pack.uuid))
    for course in courses:
        now = list(Page.objects.child_of(course).order_by("path"))
        wanted = sorted(now, key=lambda page: places.get(page.translation_key, len(places)))
        same = next(
            (n for n, pair in enumerate(zip(now, wanted, strict=True)) if pair[0] != pair[1]), None
        )
        for page in wanted[same:] if same is not None else ():
            Page.objects.get(pk=page.pk).move(Page.objects.get(pk=course.pk), pos="last-child")


def _first_asked(pack: Pack, module: str) -> datetime.date | None:
    """For a module that has no requirement yet: since when a path of this pack asks for it."""
    key = item_uuid("page", module, pack.uuid)
    if Requirement.objects.filter(key=key).exists():
        return None
    days = [
        version["effective_from"]
        for path in pack.tables.get(Paths.file, {}).get("paths", [])
        for version in path["versions"]
        if module in version["modules"]
    ]
    return min([*days, timezone.localdate()])


class Paths:
    """paths.toml; versions once in force are never edited."""

    order = 80
    file = "paths.toml"

    def check(self, pack: Pack) -> Iterator[Problem]:
        if self.file not in pack.tables:
            return
        problems: list[Problem] = []
        modules = {PurePosixPath(f).parent.name for f in pack.matching("modules/*/module.toml")}
        top = Row(pack.tables[self.file], self.file, "", problems)
        top.only("paths")
        for row in top.rows("paths"):
            row.only("key", "title", "summary", "setting", "versions", "coming")
            row.key()
            row.text("title", longest=200)
            row.text("summary", longest=2000)
            row.one_of("setting", list(Setting.values))
            for each in row.rows("coming", required=False):
                each.only("key", "title")
                each.key()
                each.text("title", longest=200)
            self._check_versions(pack, row, modules)
        yield from problems

    def _check_versions(self, pack: Pack, row: Row, modules: set[str]) -> None:
        days = []
        for number, version in enumerate(row.rows("versions"), 1):
            version.only("version", "effective_from", "modules")
            if version.data.get("version") != number:
                version.fail(f"versions count from 1: this is version {number}", "version")
            day = version.data.get("effective_from")
            if type(day) is not datetime.date:
                version.fail("is a date such as 2026-09-01", "effective_from")
            else:
                days.append(day)
            keys = version.keys("modules", modules)
            old = Requirement.objects.filter(
                key=item_uuid("path", str(row.data.get("key")), pack.uuid), version=number
            ).first()
            if old and (old.parts != _asks(pack, keys) or old.effective_from != day):
                version.fail("is in force already and cannot be changed; add a version")
        if days != sorted(days):
            row.fail("begin one after the other", "versions")

    def load(self, pack: Pack, report: Report) -> None:
        if self.file not in pack.tables:
            return
        today = timezone.localdate()
        kept = set()
        for place, row in enumerate(pack.tables[self.file]["paths"]):
            uuid = item_uuid("path", row["key"], pack.uuid)
            kept.add(uuid)
            fields = {
                "key": row["key"],
                "setting": row["setting"],
                "coming": row.get("coming", []),
                "order": place,
                "archived": False,
                **{f"title_{code}": row["title"][code] for code in LANGUAGES},
                **{f"summary_{code}": row["summary"][code] for code in LANGUAGES},
            }
            save_record(report, Path, f"path {row['key']}", uuid, fields)
            for version in row["versions"]:
                number = version["version"]
                if Requirement.objects.filter(key=uuid, version=number).exists():
                    continue
                parts = _asks(pack, version["modules"])
                since = version["effective_from"]
                put_in_force(Requirement.Kind.PATH, uuid, number, parts, since, today)
                report.created.append(f"requirement {row['key']}, version {number}")
        for gone in Path.objects.filter(archived=False).exclude(uuid__in=kept):
            if gone.uuid == item_uuid("path", gone.key, pack.uuid):
                archive(report, gone, f"path {gone.key}")

    def dump(self, pack: Pack) -> dict[str, str]:
        names = {
            str(key): name for key, name in CoursePage.objects.values_list("translation_key", "key")
        }
        rows = []
        for path in Path.objects.filter(archived=False):
            if path.uuid != item_uuid("path", path.key, pack.uuid):
                continue
            versions = Requirement.objects.filter(key=path.uuid).order_by("version")
            rows.append(
                {
                    "key": path.key,
                    "setting": path.setting,
                    "title": both(path.title_lv, path.title_en),
                    "summary": both(path.summary_lv, path.summary_en),
                    "versions": [
                        {
                            "version": version.version,
                            "effective_from": version.effective_from,
                            "modules": [names[part["key"]] for part in version.parts],
                        }
                        for version in versions
                    ],
                    "coming": path.coming,
                }
            )
        return {self.file: dump_toml({"paths": rows})} if rows else {}


def _asks(pack: Pack, modules: list[str]) -> list[dict[str, str]]:
    return [
        {"verb": "met", "kind": "module", "key": str(item_uuid("page", module, pack.uuid))}
        for module in modules
    ]

"""Competences of a pack; they and paths are records without an editor, so nothing conflicts."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from content.bilingual import LANGUAGES, both
from content.keys import item_uuid
from content.packs.registry import Pack, Problem, Report
from content.packs.tables import dump_toml
from courses.models import Path
from courses.packs.checking import Row
from courses.progress.models import Competence


class Competences:
    """competences.toml."""

    order = 30
    file = "competences.toml"

    def check(self, pack: Pack) -> Iterator[Problem]:
        if self.file not in pack.tables:
            return
        problems: list[Problem] = []
        top = Row(pack.tables[self.file], self.file, "", problems)
        top.only("competences")
        places = []
        for row in top.rows("competences"):
            row.only("key", "order", "critical", "name", "description", "indicators", "levels")
            row.key()
            row.number("order", 0, 30_000)
            row.text("name", longest=200)
            row.text("description", longest=2000)
            if not isinstance(row.data.get("critical", False), bool):
                row.fail("is true or false", "critical")
            for indicator in row.rows("indicators"):
                indicator.only("key", "text")
                indicator.key()
                indicator.text("text")
            levels = row.rows("levels")
            for level in levels:
                level.only("level", "text")
                level.text("text")
            if [level.data.get("level") for level in levels] != [0, 1, 2, 3, 4]:
                row.fail("are the five from 0 to 4, in this order", "levels")
            places.append(row.data.get("order", 0))
        if not problems and places != sorted(places, key=int):
            top.fail("stand from the lowest order up", "competences")
        yield from problems

    def load(self, pack: Pack, report: Report) -> None:
        if self.file not in pack.tables:
            return
        kept = set()
        for row in pack.tables[self.file]["competences"]:
            uuid = item_uuid("competence", row["key"], pack.uuid)
            kept.add(uuid)
            fields = {
                "key": row["key"],
                "order": row["order"],
                "critical": row.get("critical", False),
                "indicators": row["indicators"],
                "levels": row["levels"],
                "archived": False,
                **{f"name_{code}": row["name"][code] for code in LANGUAGES},
                **{f"description_{code}": row["description"][code] for code in LANGUAGES},
            }
            save_record(report, Competence, f"competence {row['key']}", uuid, fields)
        # Only those of this pack: a UUID says from which pack it comes.
        for gone in Competence.objects.filter(archived=False).exclude(uuid__in=kept):
            if gone.uuid == item_uuid("competence", gone.key, pack.uuid):
                archive(report, gone, f"competence {gone.key}")

    def dump(self, pack: Pack) -> dict[str, str]:
        rows = [
            {
                "key": each.key,
                "order": each.order,
                "critical": each.critical,
                "name": both(each.name_lv, each.name_en),
                "description": both(each.description_lv, each.description_en),
                "indicators": each.indicators,
                "levels": each.levels,
            }
            for each in Competence.objects.filter(archived=False).order_by("order", "key")
            if each.uuid == item_uuid("competence", each.key, pack.uuid)
        ]
        return {self.file: dump_toml({"competences": rows})} if rows else {}


def save_record(
    report: Report,
    model: type[Competence] | type[Path],
    name: str,
    uuid: UUID,
    fields: dict[str, Any],
) -> None:
    """Make a record or bring it up to date; these have no editor, so there is no conflict."""
    record = model.objects.filter(uuid=uuid).first()
    if record is None:
        model.objects.create(uuid=uuid, **fields)
        report.created.append(name)
    elif changed := [field for field, value in fields.items() if getattr(record, field) != value]:
        for field in changed:
            setattr(record, field, fields[field])
        record.save(update_fields=changed)
        report.updated.append(name)
    else:
        report.unchanged.append(name)


def archive(report: Report, record: Competence | Path, name: str) -> None:
    record.archived = True
    record.save(update_fields=["archived"])
    report.archived.append(name)

"""topics.toml: what questions are about, from a pack and back."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from assessments.models import Topic
from content.bilingual import both
from content.keys import item_uuid
from content.packs.registry import Pack, Problem, Report
from content.packs.snippets import archive_missing_snippets, save_snippet
from content.packs.tables import dump_toml
from courses.packs.checking import Row

FILE = "topics.toml"


class Topics:
    """topics.toml: categories, and under each what it has of parts."""

    order = 45  # before questions, which name them

    def check(self, pack: Pack) -> Iterator[Problem]:
        if FILE not in pack.tables:
            return
        problems: list[Problem] = []
        top = Row(pack.tables[FILE], FILE, "", problems)
        top.only("topics")
        rows = top.rows("topics")
        keyed = [(row.data.get("key"), row.data.get("parent")) for row in rows]
        parents = {key: parent for key, parent in keyed if isinstance(key, str)}
        for row in rows:
            row.only("key", "name", "parent")
            row.key()
            row.text("name", longest=200)
            parent = row.data.get("parent")
            if parent is not None and (not isinstance(parent, str) or parent not in parents):
                row.fail(f"there is no topic {parent!r}", "parent")
            elif parent is not None and parents[parent] is not None:
                row.fail("is a part itself", "parent")
        if not problems and list(parents) != sorted(parents, key=str):
            top.fail("stand in the order of their keys", "topics")
        yield from problems

    def load(self, pack: Pack, report: Report) -> None:
        rows = pack.tables.get(FILE, {}).get("topics", [])
        kept: set[UUID] = set()
        found: dict[str, Topic] = {}
        for row in sorted(rows, key=lambda row: "parent" in row):
            uuid = item_uuid("topic", row["key"], pack.uuid)
            kept.add(uuid)
            found[row["key"]] = save_snippet(
                report,
                model=Topic,
                path=row["key"],
                uuid=uuid,
                fields={
                    "key": row["key"],
                    "name_lv": row["name"]["lv"],
                    "name_en": row["name"]["en"],
                    "parent": found.get(row.get("parent", "")),
                },
            )
        archive_missing_snippets(report, Topic, kept)

    def dump(self, pack: Pack) -> dict[str, str]:
        topics = Topic.objects.filter(archived=False, live=True).select_related("parent")
        rows = [
            {
                "key": topic.key,
                "name": both(topic.name_lv, topic.name_en),
                "parent": topic.parent.key if topic.parent else "",
            }
            for topic in topics
            if topic.uuid == item_uuid("topic", topic.key, pack.uuid)
        ]
        return {FILE: dump_toml({"topics": rows})} if rows else {}


def known_topics(pack: Pack) -> set[str]:
    """The topics that a pack's questions may name: its own, or those of the site."""
    rows = pack.tables.get(FILE, {}).get("topics", [])
    own = {str(row.get("key")) for row in rows if isinstance(row, Mapping)}
    return own or _of_site()


def _of_site() -> set[str]:
    keys: Any = Topic.objects.filter(archived=False).values_list("key", flat=True)
    return set(keys)

"""What `content` itself reads and writes of a pack: sources, terms, figures, information pages."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from content import svg
from content.keys import item_uuid
from content.packs import document, known, registry, stream, tables
from content.packs.document import KEY, KEY_RULE, Document
from content.packs.links import SiteLinks, SitePaths, locale_of
from content.packs.registry import Pack, PackError, Problem, Report

LANGUAGES = ("lv", "en")
PAGE_FRONT = {"key", "title", "slug", "summary", "made_from", "order"}


def check_rows(
    pack: Pack, file: str, name: str, texts: Mapping[str, int], others: tuple[str, ...] = ()
) -> Iterator[Problem]:
    """Problems of a list of keyed tables: no key, a key twice, a missing or unknown value.

    `texts` must be given in both languages, at most so many signs; `others` are allowed.
    """
    table = pack.tables.get(file, {})
    for other in set(table) - {name}:
        yield Problem(file, other, f"there is no {other!r} here, only [[{name}]]")
    rows = table.get(name, [])
    if not isinstance(rows, list):
        yield Problem(file, name, f"write [[{name}]]")
        return
    seen = set()
    for number, row in enumerate(rows, 1):
        key = row.get("key") if isinstance(row, dict) else None
        if not isinstance(key, str) or not KEY.fullmatch(key):
            yield Problem(file, f"{name} {number}", f"the key must be {KEY_RULE}")
            continue
        where = f"{name}.{key}"
        if key in seen:
            yield Problem(file, where, "this key stands twice")
        seen.add(key)
        for text, longest in texts.items():
            yield from check_both(row.get(text), file, f"{where}.{text}", longest)
        for other in set(row) - {"key", *texts, *others}:
            yield Problem(file, f"{where}.{other}", "there is no such value")


def check_both(value: Any, file: str, where: str, longest: int) -> Iterator[Problem]:
    """Whether a value is a text in both languages, and in no other."""
    for language in LANGUAGES:
        text = value.get(language) if isinstance(value, dict) else None
        if not isinstance(text, str) or not text:
            yield Problem(file, f"{where}.{language}", "the text is missing")
        elif len(text) > longest:
            yield Problem(file, f"{where}.{language}", f"is longer than {longest} signs")
    for other in set(value) - set(LANGUAGES) if isinstance(value, dict) else ():
        yield Problem(file, f"{where}.{other}", "is not one of the languages")


class Sources:
    order = 10
    file = "sources.toml"
    dates = ("checked_on", "review_by")

    def check(self, pack: Pack) -> Iterator[Problem]:
        from content.models import Source

        yield from check_rows(
            pack, self.file, "sources", {"title": 300}, ("kind", "address", "owner", *self.dates)
        )
        for row in _rows(pack, self.file, "sources"):
            where = f"sources.{row['key']}"
            if row.get("kind") not in Source.Kind.values:
                kinds = ", ".join(Source.Kind.values)
                yield Problem(self.file, f"{where}.kind", f"it may be {kinds}")
            if "owner" in row:
                yield from check_both(row["owner"], self.file, f"{where}.owner", 200)
            address = row.get("address", "")
            if not isinstance(address, str) or (
                address and not address.startswith(("https://", "http://"))
            ):
                yield Problem(self.file, f"{where}.address", "an address begins with https://")
            elif len(address) > 500:
                yield Problem(self.file, f"{where}.address", "is longer than 500 signs")
            for name in self.dates:
                if name in row and type(row[name]) is not datetime.date:
                    yield Problem(self.file, f"{where}.{name}", "write a date such as 2026-11-22")

    def load(self, pack: Pack, report: Report) -> None:
        from content.models import Source
        from content.packs.snippets import archive_missing_snippets, save_snippet

        kept = []
        for row in _rows(pack, self.file, "sources"):
            uuid = item_uuid("source", row["key"], pack.uuid)
            kept.append(uuid)
            fields = {name: row.get(name) for name in self.dates}
            fields |= {"key": row["key"], "kind": row["kind"], "address": row.get("address", "")}
            fields |= _sides(row, "title") | _sides(row, "owner")
            save_snippet(report, model=Source, path=row["key"], uuid=uuid, fields=fields)
        archive_missing_snippets(report, Source, kept)

    def dump(self, pack: Pack) -> dict[str, str]:
        from content.models import Source

        rows = [
            {
                "key": source.key,
                "kind": source.kind,
                "title": _texts(source, "title"),
                "address": source.address,
                "checked_on": source.checked_on,
                "review_by": source.review_by,
                "owner": _texts(source, "owner"),
            }
            for source in _of_pack(Source, pack)
        ]
        return _written(self.file, "sources", rows)

    def canonical(self, pack: Pack) -> dict[str, str]:
        return _written(self.file, "sources", _sorted(pack, self.file, "sources"))


class Terms:
    order = 20
    file = "glossary.toml"

    def check(self, pack: Pack) -> Iterator[Problem]:
        texts = {"term": 200, "definition": 1000}
        yield from check_rows(pack, self.file, "terms", texts, ("source",))
        sources = known.known(pack).sources
        for row in _rows(pack, self.file, "terms"):
            source = row.get("source", "")
            if source != "" and not (isinstance(source, str) and source in sources):
                where = f"terms.{row['key']}.source"
                yield Problem(self.file, where, f"there is no source {source!r} in the pack")

    def load(self, pack: Pack, report: Report) -> None:
        from content.models import GlossaryTerm, Source
        from content.packs.snippets import archive_missing_snippets, save_snippet

        sources = {source.uuid: source for source in Source.objects.all()}
        kept = []
        for row in _rows(pack, self.file, "terms"):
            uuid = item_uuid("term", row["key"], pack.uuid)
            kept.append(uuid)
            source = row.get("source", "")
            fields: dict[str, Any] = {"key": row["key"]}
            fields["source"] = (
                sources.get(item_uuid("source", source, pack.uuid)) if source else None
            )
            fields |= _sides(row, "term") | _sides(row, "definition")
            save_snippet(report, model=GlossaryTerm, path=row["key"], uuid=uuid, fields=fields)
        archive_missing_snippets(report, GlossaryTerm, kept)

    def dump(self, pack: Pack) -> dict[str, str]:
        from content.models import GlossaryTerm

        rows = [
            {
                "key": term.key,
                "term": _texts(term, "term"),
                "definition": _texts(term, "definition"),
                "source": term.source.key if term.source else "",
            }
            for term in _of_pack(GlossaryTerm, pack).select_related("source")
        ]
        return _written(self.file, "terms", rows)

    def canonical(self, pack: Pack) -> dict[str, str]:
        return _written(self.file, "terms", _sorted(pack, self.file, "terms"))


class Figures:
    order = 25

    def check(self, pack: Pack) -> Iterator[Problem]:
        for path in self._paths(pack):
            name = known.figure_path(path)
            if not all(KEY.fullmatch(part) for part in name.split("/")):
                yield Problem(path, "file name", KEY_RULE)
            try:
                svg.parse(pack.files[path])
            except svg.BadSvg as error:
                yield Problem(path, "drawing", str(error))

    def load(self, pack: Pack, report: Report) -> None:
        from content.models import Figure
        from content.packs.snippets import archive_missing_snippets, save_snippet

        kept = []
        for path in self._paths(pack):
            key = known.figure_path(path)
            uuid = item_uuid("figure", key, pack.uuid)
            kept.append(uuid)
            fields = {"key": key, "svg": pack.files[path]}
            save_snippet(report, model=Figure, path=key, uuid=uuid, fields=fields)
        archive_missing_snippets(report, Figure, kept)

    def dump(self, pack: Pack) -> dict[str, str]:
        from content.models import Figure

        found = {}
        for figure in _of_pack(Figure, pack):
            folder, name = figure.key.split("/")
            above = "pages" if folder == "pages" else f"modules/{folder}"
            found[f"{above}/figures/{name}.svg"] = as_file(figure.svg)
        return found

    def canonical(self, pack: Pack) -> dict[str, str]:
        return {path: as_file(pack.files[path]) for path in self._paths(pack)}

    def _paths(self, pack: Pack) -> list[str]:
        return [path for path in sorted(pack.files) if path.endswith(".svg")]


class InfoPages:
    order = 28  # after terms and figures: saving a page notes which of them it uses

    def check(self, pack: Pack) -> Iterator[Problem]:
        modules = {path.split("/")[1] for path in pack.files if path.startswith("modules/")}
        for key, files in self._pages(pack).items():
            if key in modules:
                yield Problem(files["lv"], "key", f"{key!r} is a module's key already")
            yield from check_pages(pack, key, files, PAGE_FRONT)

    def load(self, pack: Pack, report: Report) -> None:
        from content.models import InfoPage
        from content.packs.pages import archive_missing, home, save_page

        pages = self._pages(pack)
        for key, files in pages.items():
            for language in LANGUAGES:
                file = files[language]
                found = document.parse(pack.files[file], file)
                locale = locale_of(language)
                links = SiteLinks(pack, locale)
                save_page(
                    report,
                    model=InfoPage,
                    path=key,
                    locale=locale,
                    parent=home(language),
                    title=found.front["title"],
                    slug=found.front.get("slug") or key,
                    fields={
                        "summary": found.front.get("summary", ""),
                        "body": stream.to_stream(found.blocks, links, file),
                    },
                    translation_key=item_uuid("info", key, pack.uuid),
                    made_from=found.front.get("made_from", ""),
                )
        archive_missing(report, InfoPage, set(pages))

    def dump(self, pack: Pack) -> dict[str, str]:
        from content.models import InfoPage
        from content.packs.pages import made_from_of

        paths, found = SitePaths(), {}
        for page in InfoPage.objects.filter(archived=False, live=True).select_related("locale"):
            key = page.key or page.slug
            if page.translation_key != item_uuid("info", key, pack.uuid):
                continue
            file = f"pages/{key}.{page.locale.language_code}.md"
            front = {
                "key": key,
                "title": page.title,
                "slug": page.slug,
                "summary": page.summary,
                "made_from": made_from_of(page),
            }
            raw = page.body.stream_block.get_prep_value(page.body)
            found[file] = document.compose(Document(front, stream.from_stream(raw, paths, file)))
        return found

    def _pages(self, pack: Pack) -> dict[str, dict[str, str]]:
        return translated(pack, "pages/*.md")


def translated(pack: Pack, pattern: str) -> dict[str, dict[str, str]]:
    """Files of a pack by name without language: {"help": {"lv": "pages/help.lv.md", …}}."""
    found: dict[str, dict[str, str]] = {}
    for path in pack.matching(pattern):
        stem, language, _ending = path.rsplit("/", 1)[-1].rsplit(".", 2)
        found.setdefault(stem, {})[language] = path
    return found


def check_pages(
    pack: Pack, key: str, files: dict[str, str], allowed: set[str]
) -> Iterator[Problem]:
    """Problems of a page in its languages: both there, front matter, blocks, equal ids and kinds.

    `key` is what the front matter must say; `allowed` are the names it may hold.
    """
    documents = {}
    for language in LANGUAGES:
        file = files.get(language)
        if file is None:
            there = next(iter(files.values()))
            yield Problem(there, language, f"the page is missing in this language ({language})")
            continue
        try:
            found = documents[language] = document.parse(pack.files[file], file)
        except PackError as error:
            yield from error.problems
            continue
        yield from _check_front(found.front, key, file, allowed)
        yield from stream.check_blocks(found.blocks, pack, file)
    if len(documents) == len(LANGUAGES):
        source, translation = (documents[language].blocks for language in LANGUAGES)
        yield from stream.check_translation(source, translation, files["en"])


def _check_front(
    front: dict[str, Any], key: str, file: str, allowed: set[str]
) -> Iterator[Problem]:
    if front.get("key") != key:
        yield Problem(file, "key", f"must be {key!r}, as in the file's name")
    if not isinstance(front.get("title"), str) or not front["title"]:
        yield Problem(file, "title", "the title is missing")
    for name, longest in (("title", 200), ("slug", 200), ("summary", 500), ("made_from", 64)):
        text = front.get(name, "")
        if not isinstance(text, str):
            yield Problem(file, name, "must be a text")
        elif len(text) > longest:
            yield Problem(file, name, f"is longer than {longest} signs")
    slug = front.get("slug", key)
    if isinstance(slug, str) and not KEY.fullmatch(slug):
        yield Problem(file, "slug", KEY_RULE)
    for name in sorted(set(front) - allowed):
        yield Problem(file, name, "the front matter has no such value")


def as_file(text: str) -> str:
    """A text as a file: one line break at the end."""
    return text.replace("\r\n", "\n").strip() + "\n"


def _rows(pack: Pack, file: str, name: str) -> list[dict[str, Any]]:
    """The keyed rows of a table; rows without a key are problems found before."""
    rows = pack.tables.get(file, {}).get(name, [])
    if not isinstance(rows, list):
        return []
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("key"), str)]


def _sorted(pack: Pack, file: str, name: str) -> list[dict[str, Any]]:
    return sorted(_rows(pack, file, name), key=lambda row: str(row["key"]))


def _sides(row: dict[str, Any], name: str) -> dict[str, str]:
    texts = row.get(name) or {}
    return {f"{name}_{language}": texts.get(language, "") for language in LANGUAGES}


def _texts(record: Any, name: str) -> dict[str, str]:
    return {language: getattr(record, f"{name}_{language}") for language in LANGUAGES}


def _of_pack(model: type[Any], pack: Pack) -> Any:
    """The live records of a pack, in the order of their keys."""
    own = [
        uuid
        for uuid, key in model.objects.values_list("uuid", "key")
        if uuid == item_uuid(model.pack_kind, key, pack.uuid)
    ]
    return model.objects.filter(uuid__in=own, archived=False, live=True).order_by("key")


def _written(file: str, name: str, rows: list[dict[str, Any]]) -> dict[str, str]:
    return {file: tables.dump_toml({name: rows})} if rows else {}


def register_all() -> None:
    """Called once, when the app is ready."""
    for kind, handler in (
        ("sources", Sources()),
        ("information pages", InfoPages()),
        ("terms", Terms()),
        ("figures", Figures()),
    ):
        registry.register(kind, handler)

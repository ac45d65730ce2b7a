"""Packs between disk and site: read, check, load, dump, compare."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from content.once import indexed_once
from content.packs import document, pages, stream, tables
from content.packs.document import Document
from content.packs.handlers import as_file
from content.packs.registry import Pack, PackError, Problem, Report, handlers, waiting

MAX_FILE = 1_000_000  # bytes
MAX_TOTAL = 30_000_000
MAX_FILES = 5_000
NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"
ABOUT = ("uuid", "key", "title", "languages", "version", "licence", "source")
KNOWN = re.compile(
    rf"(?:pack|competences|glossary|sources|paths|topics)\.toml"
    rf"|pages/{NAME}\.(?:lv|en)\.md"
    rf"|pages/figures/{NAME}\.svg"
    rf"|modules/{NAME}/(?:module|quiz(?:-{NAME})?|scenario-{NAME})\.toml"
    rf"|modules/{NAME}/\d+-{NAME}\.(?:lv|en)\.md"
    rf"|modules/{NAME}/figures/{NAME}\.svg"
)
PAPERS = {"README.md", "LICENSE", "LICENSE.txt", "LICENCE.txt"}  # of the pack, not content


def read(folder: Path) -> Pack:
    """The pack in a folder. PackError lists unreadable, unknown and too large files."""
    folder = Path(folder)
    if not (folder / "pack.toml").is_file():
        raise PackError([Problem("pack.toml", "file", f"there is none in {folder}")])
    files: dict[str, str] = {}
    found: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    total = 0
    for path in _walk(folder, problems):
        name = path.relative_to(folder).as_posix()
        if name in PAPERS:
            continue
        if not KNOWN.fullmatch(name):
            problems.append(Problem(name, "file", "a pack has no such file"))
            continue
        size = path.stat().st_size
        total += size
        if size > MAX_FILE or total > MAX_TOTAL or len(files) >= MAX_FILES:
            problems.append(
                Problem(
                    name,
                    "file",
                    f"too large: at most {MAX_FILE:,} bytes a file, {MAX_TOTAL:,} bytes and "
                    f"{MAX_FILES:,} files in all",
                )
            )
            if total > MAX_TOTAL or len(files) >= MAX_FILES:
                break
            continue
        try:
            files[name] = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            problems.append(Problem(name, f"line {line}", "not UTF-8"))
            continue
        if "\x00" in files[name]:
            problems.append(Problem(name, "file", "a zero byte stands in the text"))
        elif name.endswith(".toml"):
            try:
                found[name] = tables.parse(files[name], name)
            except PackError as error:
                problems += error.problems
    about = found.get("pack.toml", {})
    uuid = _uuid(about)
    if "pack.toml" in found:
        problems += _about_problems(about, uuid)
    if problems or uuid is None:
        raise PackError(problems)
    return Pack(uuid=uuid, key=about["key"], files=files, tables=found)


def _about_problems(about: dict[str, Any], uuid: UUID | None) -> Iterator[Problem]:
    """What is wrong with pack.toml."""

    def wrong(where: str, reason: str) -> Problem:
        return Problem("pack.toml", where, reason)

    if uuid is None:
        yield wrong("uuid", "must be a UUID")
    key = about.get("key")
    if not isinstance(key, str) or not document.KEY.fullmatch(key):
        yield wrong("key", document.KEY_RULE if key else "the key is missing")
    if about.get("languages") not in (["lv", "en"], ["en", "lv"]):
        yield wrong("languages", 'must be ["lv", "en"]')
    for name, value in about.items():
        if name not in ABOUT:
            yield wrong(name, "there is no such value")
        elif name == "title" and not _is_title(value):
            yield wrong(name, "needs .lv and .en, and both are texts")
        elif name not in ("title", "languages") and not isinstance(value, str):
            yield wrong(name, "must be a text")


def _is_title(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"lv", "en"}
        and all(isinstance(text, str) and text for text in value.values())
    )


def _walk(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """The pack's files; hidden ones are passed over, links are refused."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in name.split("/")):
            continue
        if path.is_symlink():
            problems.append(Problem(name, "file", "links are not followed"))
        elif path.is_file():
            yield path


def _uuid(about: dict[str, Any]) -> UUID | None:
    try:
        return UUID(about["uuid"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def check(pack: Pack) -> list[Problem]:
    """Every problem that any handler finds, in the order of files."""
    problems = [problem for handler in handlers() for problem in handler.check(pack)]
    return sorted(set(problems), key=lambda problem: (problem.file, _place(problem.where)))


def _place(where: str) -> tuple[int, str]:
    line = re.match(r"line (\d+)", where)
    return (int(line[1]) if line else 0, where)


def load(folder: Path) -> Report:
    """Load the pack in a folder, all or nothing. PackError lists every problem."""
    return load_pack(read(folder))


def load_pack(pack: Pack) -> Report:
    from content.models import LoadedPack

    problems = check(pack)
    if problems:
        raise PackError(problems)
    report = Report(pack=pack)
    with transaction.atomic(), indexed_once():
        for language in ("lv", "en"):
            pages.home(language)
        for handler in handlers():
            handler.load(pack, report)
        pages.settle(report)
        LoadedPack.objects.update_or_create(
            uuid=pack.uuid, defaults={"key": pack.key, "data": _about(pack)}
        )
    return report


def _about(pack: Pack) -> dict[str, Any]:
    about: dict[str, Any] = tables.tidy(pack.tables["pack.toml"])
    return about


def dump(folder: Path, key: str = "") -> dict[str, str]:
    """Write the pack as the site has it now into a folder; its text by path.

    The folder is new, empty, or holds this pack; files of it that are no more are removed.
    """
    from content.models import LoadedPack

    loaded = LoadedPack.objects.filter(**({"key": key} if key else {})).order_by("pk").first()
    if loaded is None:
        raise PackError([Problem("pack.toml", "key", "no such pack was loaded")])
    folder = Path(folder)
    old: set[str] = set()
    if folder.exists() and any(folder.iterdir()):
        if _uuid_in(folder) != loaded.uuid:
            raise PackError([Problem(str(folder), "folder", "is not empty and holds another pack")])
        names = (path.relative_to(folder).as_posix() for path in _walk(folder, []))
        old = {name for name in names if KNOWN.fullmatch(name)}
    files = dumped(Pack(uuid=loaded.uuid, key=loaded.key), loaded.data)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    for name in old - set(files):
        (folder / name).unlink()
    return files


def dumped(pack: Pack, about: dict[str, Any]) -> dict[str, str]:
    """The files of a pack as the site has it, in canonical form."""
    files = {"pack.toml": tables.dump_toml(about)}
    for handler in handlers():
        files |= handler.dump(pack)
    return dict(sorted(files.items()))


def _uuid_in(folder: Path) -> UUID | None:
    try:
        return _uuid(tables.parse((folder / "pack.toml").read_text("utf-8"), "pack.toml"))
    except (OSError, UnicodeDecodeError, PackError):
        return None


def canonical(folder: Path) -> dict[str, str]:
    """The files of a pack as `dump` would write them: parsed and written again."""
    pack = read(folder)
    files = {name: _rewritten(name, text, pack) for name, text in pack.files.items()}
    for handler in handlers():
        if hasattr(handler, "canonical"):
            files |= handler.canonical(pack)
    return dict(sorted(files.items()))


def _rewritten(name: str, text: str, pack: Pack) -> str:
    if name.endswith(".toml"):
        return tables.dump_toml(pack.tables[name])
    if name.endswith(".md"):
        found = document.parse(text, name)
        return document.compose(Document(found.front, stream.canonical(found.blocks, name)))
    return as_file(text)


def to_review(pack: Pack) -> list[Problem]:
    """Items of a pack that wait for an expert: `needs_review = true`, or what they wait for."""
    return [
        Problem(file, ".".join(place), waiting(what))
        for file, table in sorted(pack.tables.items())
        for place, what in _flagged(table, ())
    ]


def _flagged(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        if what := value.get("needs_review"):
            yield place, what
        for key, part in value.items():
            yield from _flagged(part, (*place, key))
    elif isinstance(value, list):
        for number, part in enumerate(value, 1):
            name = part.get("key", str(number)) if isinstance(part, dict) else str(number)
            yield from _flagged(part, (*place, str(name)))

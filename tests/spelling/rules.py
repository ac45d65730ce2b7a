"""Which words of the pack and of the interface are unknown, and which signs are not set right."""

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import content
from content.packs import document, runner, tables
from content.packs.registry import PackError
from content.words import texts_in
from theme import catalogue

PACK = Path(content.__file__).parent / "packs" / "tilts"
LISTS = Path(__file__).parents[1] / "words"
CATALOGUE = "catalogue"
DICTIONARIES = {"lv": "lv_LV", "en": "en_GB"}
# Of tables: names of things, and parts of addresses.
NO_WORDS = {"key", "slug", "source", "section", "pages"}
MARKUP = re.compile(r"\[(?=[^\]\[]*\]\()|(?<!\[)\]\([^)]*\)|<[^>]*>|\*\*|^### (?:do|avoid)$", re.M)
NOT_TEXT = re.compile(
    r"\[\[[\w-]+\]\]"  # a gap
    r"|%\(\w+\)\w|%[sd]|\{\{?[^{}]*\}\}?"  # what is filled in
    r"|https?://\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:lv|com|org|eu|toml|md|json)\b\S*"
    r"|\w+\('[^']*'\)"  # a part of a guard
)
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
# The dictionary has “organise” and “organize”; the World Health Organization spells itself.
AMERICAN = re.compile(
    r"(?!Organization|(?:cap)?siz|seiz|prize)[^\W\d_]+[iy]z(?:e[drs]?|ing|ations?)", re.I
)
STRAIGHT = re.compile(r"\w'\w|(?<!\w)'\w")
SIGNS = {
    "lv": ((re.compile(r"[\"“‘]"), "quotation marks are „ and ”"),),
    "en": ((re.compile(r"[\"„]"), "quotation marks are “ and ”"),),
}
ALWAYS = (
    (STRAIGHT, "an apostrophe is ’"),
    (re.compile(r"(?<=\w) -{1,2} (?=\w)"), "a dash is –"),
    (re.compile(r"(?<![\d-])\d+-\d+(?![\d-])"), "a range is written with –"),
    (re.compile(r"\.\.\."), "an ellipsis is …"),
    (re.compile(r"(?<=\S)  +(?=\S)"), "two spaces"),
    (re.compile(r"\w +[,;:?!](?!\w)|\w \.(?!\w)"), "a space before a sign"),
)


class Text(NamedTuple):
    """A text and where it stands."""

    place: str
    language: str
    text: str


def missing() -> str:
    """What Hunspell needs to answer and has not; nothing where it answers."""
    if not shutil.which("hunspell"):
        return "Hunspell is not installed."
    answer = subprocess.run(["hunspell", "-D"], input="", capture_output=True, text=True)
    lacking = [name for name in DICTIONARIES.values() if f"/{name}\n" not in answer.stderr]
    return f"Hunspell has no dictionary {', '.join(lacking)}." if lacking else ""


def texts() -> Iterator[Text]:
    """Every text of the pack and of the interface."""
    yield from in_pack(PACK)
    yield from in_catalogue()


def in_pack(folder: Path) -> Iterator[Text]:
    pack = runner.read(folder)
    for name, table in pack.tables.items():
        for place, language, value in bilingual(table):
            yield from (Text(f"{name}: {place}", language, text) for text in texts_in(value))
    for name, raw in pack.files.items():
        if name.endswith(".md") and name != "README.md":
            language = name.rsplit(".", 2)[1]
            for place, value in in_document(document.parse(raw, name)):
                yield from (Text(f"{name}: {place}", language, text) for text in texts_in(value))


def bilingual(value: Any, place: str = "") -> Iterator[tuple[str, str, Any]]:
    """What a table says in Latvian and in English; all else in it are names and numbers."""
    if isinstance(value, dict) and value and set(value) <= set(DICTIONARIES):
        yield from ((place, language, said) for language, said in value.items())
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in NO_WORDS:
                yield from bilingual(part, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for number, part in enumerate(value, 1):
            key = part.get("key", number) if isinstance(part, dict) else number
            yield from bilingual(part, f"{place}.{key}")


def in_document(page: document.Document) -> Iterator[tuple[str, Any]]:
    """The texts of a page: of its head, and of each block with the block's id."""
    yield "head", [page.front.get(name, "") for name in ("title", "summary")]
    for block in page.blocks:
        yield f"#{block.id}", [block.attrs.get("title", ""), block.attrs.get("by", "")]
        try:
            yield f"#{block.id}", _said(tables.parse(block.body, ""))
        except PackError:  # it is written as Markdown
            yield f"#{block.id}", block.body


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _said(part) for name, part in value.items() if name not in NO_WORDS}
    return [_said(part) for part in value] if isinstance(value, list) else value


def in_catalogue() -> Iterator[Text]:
    for message in catalogue.read():
        if not message.id:  # the head of the file
            continue
        for language, said in (("en", message.id), ("lv", message.string)):
            for text in texts_in(list(said) if isinstance(said, tuple | list) else said):
                yield Text(f"{CATALOGUE}: {message.id!r:.60}", language, text)


def plain(text: str) -> str:
    """The text without markup, with a sign in place of what is no word of it."""
    return NOT_TEXT.sub("0", unescape(MARKUP.sub("", text)))


def words(text: str, language: str) -> Iterator[str]:
    """The words of a text; of an English one without the ending of a possessive."""
    for found in WORD.findall(plain(text)):
        word = found.replace("’", "'")
        word = word.removesuffix("'s") if language == "en" else word
        if len(word) > 1:
            yield word


def listed(language: str) -> list[str]:
    """The lines of the project's list."""
    return (LISTS / f"{language}.txt").read_text(encoding="utf-8").splitlines()


def rejected(asked: Iterable[str], language: str, *, with_list: bool = True) -> set[str]:
    """Which words neither the dictionary nor the project's list knows.

    Hunspell takes a line of the list like `kopvīzija/konstitūcija` as a word that is inflected as
    the other one; so an unknown ending of a known word is rejected too.
    """
    command = ["hunspell", "-i", "UTF-8", "-d", DICTIONARIES[language], "-l"]
    if with_list:
        command += ["-p", str(LISTS / f"{language}.txt")]
    answer = subprocess.run(
        command, input="\n".join(sorted(asked)), capture_output=True, check=True, text=True
    )
    return set(answer.stdout.split())


def misspelled(every: Iterable[Text]) -> dict[tuple[str, str], list[str]]:
    """Where each unknown word of a language stands.

    Titles of books and names of keys stand in Latvian texts as in the English beside them: such
    words are English. Names of people stand in English texts as the Latvian dictionary has them.
    """
    places: dict[str, dict[str, list[str]]] = {code: defaultdict(list) for code in DICTIONARIES}
    for each in every:
        for word in words(each.text, each.language):
            places[each.language][word].append(each.place)
    wrong = {code: rejected(found, code) for code, found in places.items()}
    foreign = wrong["lv"] & set(places["en"])
    wrong["lv"] -= {word for word in foreign if set(places["lv"][word]) <= set(places["en"][word])}
    capital = {word for word in wrong["en"] if word.istitle()}
    small = rejected((word.lower() for word in capital), "lv")
    wrong["en"] |= {word for word in places["en"] if AMERICAN.fullmatch(word)}
    wrong["en"] -= {word for word in capital - rejected(capital, "lv") if word.lower() in small}
    return {(code, word): places[code][word] for code in wrong for word in sorted(wrong[code])}


def bad_signs(every: Iterable[Text]) -> Iterator[str]:
    """Quotation marks, dashes and spaces that are not as printers set them."""
    for each in every:
        text = plain(each.text)
        for pattern, reason in (*SIGNS[each.language], *ALWAYS):
            if pattern is STRAIGHT and each.place.startswith(CATALOGUE):
                continue  # migrations keep what models say
            for found in pattern.finditer(text):
                around = text[max(0, found.start() - 20) : found.end() + 20].replace("\n", " ")
                yield f"{each.place} ({each.language}): {reason}: …{around}…"

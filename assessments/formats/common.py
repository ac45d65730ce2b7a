"""What all formats share: notes, texts in two languages as HTML, and what Moodle has no field for."""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from content.bilingual import LANGUAGES

Data = Mapping[str, Any]
Texts = dict[str, str]

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Parts of a question that other systems have no field for travel as tags of this form.
TAG = "tilts:"
# Moodle cuts tags at 50 signs, its database at 255; longer ones travel in parts:
# "tilts:+<which>.<part>.<parts>=<some signs>|", where the bar keeps a space at the end.
LONGEST_TAG = 50
PART = re.compile(rf"{TAG}\+(\d+)\.(\d+)\.(\d+)=(.*)\|", re.DOTALL)
GAP = re.compile(r"\[\[([a-z0-9][a-z0-9-]*)\]\]")


class BadFile(Exception):
    """The file as a whole cannot be read; the message says why, for people."""

    def __init__(self, reason: str | Promise) -> None:
        self.reason = reason
        super().__init__(str(reason))


@dataclass(frozen=True)
class Note:
    """Something that was not carried over: where it stands, and what it is."""

    place: str  # "question 3 (client-dies)", "line 17"
    text: str


@dataclass(frozen=True)
class Found:
    """One question of a file, as the data of a version without a uuid."""

    place: str
    data: dict[str, Any]


@dataclass
class Read:
    """What a file holds."""

    questions: list[Found] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def note(self, place: str, text: str) -> None:
        self.notes.append(Note(place, text))


@dataclass
class Written:
    """A file's text, and what it could not say."""

    text: str = ""
    notes: list[Note] = field(default_factory=list)


def texts(lv: str = "", en: str = "") -> Texts:
    return {"lv": lv, "en": en}


def in_language(text: str, language: str) -> Texts:
    return texts() | {language: text}


def blank(kind: str) -> dict[str, Any]:
    """The data of a question about which nothing is known but its kind."""
    return {
        "key": "",
        "kind": kind,
        "stem": texts(),
        "explanation": texts(),
        "options": [],
        "competences": [],
        "difficulty": 2,
        "critical": False,
        "needs_review": False,
        "applies": "both",
        "source": {"key": "", "section": "", "pages": ""},
        "reread": "",
        "twin": "",
        "topics": [],
    }


# Texts ----------------------------------------------------------------------------------


def as_html(said: Mapping[str, str]) -> str:
    """Texts in both languages as HTML, the way Moodle's multi-language filter reads them."""
    return "".join(
        f'<span lang="{code}" class="multilang">{html.escape(said[code], quote=False)}</span>'
        for code in LANGUAGES
        if said.get(code)
    ).replace("\n", "<br>")


def from_html(markup: str, language: str) -> tuple[Texts, set[str]]:
    """The texts in HTML, and the names of elements that a plain text loses.

    Text outside of any multi-language span is in `language`.
    """
    reader = _Plain(language)
    reader.feed(markup)
    reader.close()
    said = {code: _tidy("".join(parts)) for code, parts in reader.parts.items()}
    return texts(**said), reader.lost


class _Plain(HTMLParser):
    """HTML as plain text in each language."""

    BREAKS = {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}
    PLAIN = {"span", "b", "strong", "i", "em", "u", "small", "font", "a", "td", "th", "tbody"}
    SILENT = {"script", "style", "head", "title"}

    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.default = language
        self.open: list[tuple[str, str]] = []  # (element, language inside it)
        self.parts: dict[str, list[str]] = {code: [] for code in LANGUAGES}
        self.lost: set[str] = set()
        self.hidden = 0

    def _say(self, text: str) -> None:
        if self.hidden:
            return
        language = self.open[-1][1] if self.open else self.default
        if language in self.parts:
            self.parts[language].append(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inside = self.open[-1][1] if self.open else self.default
        if tag == "span" and "multilang" in (given.get("class") or ""):
            inside = (given.get("lang") or "")[:2]
            if inside not in self.parts:
                self.lost.add(f"lang={inside}")
        if tag in {"br", "hr"}:
            self._say("\n")
            return
        if tag in {"img", "audio", "video", "object", "iframe", "embed", "input", "source"}:
            self.lost.add(tag)
            return
        if tag in self.SILENT:
            self.hidden += 1
        elif tag in self.BREAKS:
            self._say("\n")
            if tag in {"ul", "ol", "table"}:
                self.lost.add(tag)
        elif tag not in self.PLAIN:
            self.lost.add(tag)
        if tag == "a":
            self.lost.add(tag)
        self.open.append((tag, inside))

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _language in self.open):
            return
        while self.open:
            name, _language = self.open.pop()
            if name in self.SILENT:
                self.hidden -= 1
            if name in self.BREAKS:
                self._say("\n")
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        self._say(data.replace("\xa0", " "))


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def lost_note(lost: set[str]) -> str:
    return _("Plain text was kept; this was left out: %(names)s.") % {
        "names": ", ".join(sorted(lost))
    }


# What travels as tags -------------------------------------------------------------------


def tags_of(data: Data) -> list[str]:
    """What a question says beside its texts, as tags; what is as in a blank one is left out."""
    tags = [f"competence={given['key']}:{given['weight']}" for given in data["competences"]]
    tags += [f"topic={topic}" for topic in data.get("topics", ())]
    plain = blank(data["kind"])
    for name in ("difficulty", "applies", "reread", "twin"):
        value = data.get(name, plain[name])
        if value != plain[name]:
            tags.append(f"{name}={value}")
    tags += [name for name in ("critical", "needs_review") if data.get(name)]
    if any(data["source"].values()):
        tags.append(
            "source=" + json.dumps([data["source"][part] for part in ("key", "section", "pages")])
        )
    return [f"{TAG}{tag}" for tag in tags]


def in_parts(tags: Iterable[str], longest: int = LONGEST_TAG) -> list[str]:
    """The tags, those that are too long for other systems in parts; see `joined`."""
    found = []
    for which, tag in enumerate(tags, start=1):
        if len(tag) <= longest:
            found.append(tag)
            continue
        # Room for the numbers too, which are below a thousand.
        room = longest - len(f"{TAG}+{which}.999.999=|")
        parts = [tag[place : place + room] for place in range(0, len(tag), room)]
        found += [
            f"{TAG}+{which}.{number}.{len(parts)}={part}|"
            for number, part in enumerate(parts, start=1)
        ]
    return found


def joined(tags: Sequence[str]) -> list[str]:
    """The tags with those in parts whole again, in whatever order they came.

    What lacks a part stays in parts, which nobody understands and which is noted.
    """
    parts: dict[str, dict[int, str]] = {}
    counts: dict[str, int] = {}
    for tag in tags:
        if part := PART.fullmatch(tag):
            which, number, count, text = part.groups()
            parts.setdefault(which, {})[int(number)] = text
            counts[which] = int(count)
    whole = {
        which: "".join(texts[number] for number in sorted(texts))
        for which, texts in parts.items()
        if sorted(texts) == list(range(1, counts[which] + 1))
    }
    found = []
    for tag in tags:
        part = PART.fullmatch(tag)
        if part is None or part[1] not in whole:
            found.append(tag)
        elif whole[part[1]]:
            found.append(whole[part[1]])
            whole[part[1]] = ""  # once, where its first part stands
    return found


def told(kind: str, tags: Sequence[str], place: str, found: Read) -> dict[str, Any]:
    """The parts of a question's data that its tags tell; a tag of ours that is broken is noted."""
    data: dict[str, Any] = {"competences": [], "topics": []}
    for tag in tags:
        name, equals, value = tag.removeprefix(TAG).partition("=")
        if not tag.startswith(TAG):
            found.note(place, _("The tag “%(tag)s” was left out.") % {"tag": tag})
            continue
        try:
            data |= _one_told(name, value, data)
        except (ValueError, KeyError, InvalidOperation):
            found.note(place, _("The tag “%(tag)s” was not understood.") % {"tag": tag})
    return data


def _one_told(name: str, value: str, data: Data) -> dict[str, Any]:
    match name:
        case "competence":
            key, _colon, weight = value.rpartition(":")
            if not key or not 0 < Decimal(weight) <= 2:
                raise ValueError(value)
            return {"competences": [*data["competences"], {"key": key, "weight": weight}]}
        case "topic":
            return {"topics": [*data["topics"], value]}
        case "difficulty":
            if value not in {"1", "2", "3"}:
                raise ValueError(value)
            return {"difficulty": int(value)}
        case "applies":
            if value not in {"prison", "municipal", "both"}:
                raise ValueError(value)
            return {"applies": value}
        case "reread" | "twin":
            return {name: value}
        case "critical" | "needs_review":
            return {name: True}
        case "source":
            key, section, pages = json.loads(value)
            return {"source": {"key": str(key), "section": str(section), "pages": str(pages)}}
        case "keys" | "beliefs" | "english" | "fold" | "unit" | "stem":
            return {}  # of a kind; see `kind_tag`
    raise KeyError(name)


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def kind_tag(tags: Sequence[str], name: str) -> Any:
    """The value of a tag that holds JSON, or None; a broken one is as good as none."""
    for tag in tags:
        if tag.startswith(f"{TAG}{name}="):
            try:
                return json.loads(tag.partition("=")[2])
            except ValueError:
                return None
    return None


def option_tags(options: Sequence[Data]) -> list[str]:
    """Keys other than a, b, c …, and the misconceptions behind options, in their order."""
    tags = []
    keys = [option["key"] for option in options]
    if keys != list(LETTERS[: len(keys)]):
        tags.append(f"{TAG}keys={json.dumps(keys)}")
    beliefs = [option.get("misconception", "") for option in options]
    if any(beliefs):
        tags.append(f"{TAG}beliefs={as_json(beliefs)}")
    return tags


def named_options(options: list[dict[str, Any]], tags: Sequence[str]) -> list[dict[str, Any]]:
    """Options with their keys and misconceptions as the tags tell, else a, b, c … and none."""
    keys = kind_tag(tags, "keys")
    if not _is_list_of(keys, len(options)) or len(set(keys)) != len(options):
        keys = [LETTERS[place % 26] * (1 + place // 26) for place in range(len(options))]
    beliefs = kind_tag(tags, "beliefs")
    if not _is_list_of(beliefs, len(options)):
        beliefs = [""] * len(options)
    return [
        {"key": key} | option | {"misconception": belief}
        for key, option, belief in zip(keys, options, beliefs, strict=True)
    ]


def _is_list_of(value: Any, length: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == length
        and all(isinstance(each, str) for each in value)
    )


# Words accepted in either language ------------------------------------------------------


def word_tags(rows: Sequence[Data], fold: Sequence[str] | None) -> list[str]:
    """Which of the words are English, and what is folded when they are compared."""
    english = sorted({word for row in rows for word in row["en"]})
    latvian = {word for row in rows for word in row["lv"]}
    tags = []
    if english:
        shared = [word for word in english if word in latvian]
        tags.append(f"{TAG}english={as_json([english, shared])}")
    if fold is not None:
        tags.append(f"{TAG}fold={json.dumps(sorted(fold))}")
    return tags


def sorted_words(words: Sequence[str], tags: Sequence[str], language: str) -> dict[str, list[str]]:
    """Words by language, as the tags tell; without them all are in `language`."""
    told_words = kind_tag(tags, "english")
    if not (
        isinstance(told_words, list)
        and len(told_words) == 2
        and all(isinstance(part, list) for part in told_words)
    ):
        return {"lv": [], "en": []} | {language: list(words)}
    english, shared = told_words
    return {
        "lv": [word for word in words if word not in english or word in shared],
        "en": [word for word in words if word in english],
    }


def folding_told(tags: Sequence[str]) -> list[str] | None:
    fold = kind_tag(tags, "fold")
    known = {"case", "diacritics", "punctuation"}
    return [each for each in fold if each in known] if isinstance(fold, list) else None


def one_criterion() -> list[dict[str, Any]]:
    """A rubric for open answers that came without one."""
    steps = (
        (0, "Neatbild uz jautājumu", "Does not answer the question"),
        (1, "Atbild daļēji", "Answers in part"),
        (2, "Atbild pilnībā", "Answers in full"),
    )
    return [
        {
            "key": "answer",
            "name": texts("Atbilde", "Answer"),
            "levels": [{"points": points, "text": texts(lv, en)} for points, lv, en in steps],
        }
    ]


def open_body() -> dict[str, Any]:
    return {
        "criteria": one_criterion(),
        "longest": 5000,
        "example": texts(),
        "hint": texts(),
    }


# Numbers --------------------------------------------------------------------------------


def percent(share: str | Decimal) -> str:
    """A share of the mark, 0 to 1, as Moodle writes it: 100, 33.33333."""
    return f"{(Decimal(share) * 100).quantize(Decimal('0.00001')).normalize():f}"


def share_of(percent_text: str) -> Decimal:
    """A share of the mark from Moodle's percentage; raises `ValueError`."""
    try:
        value = Decimal(percent_text.strip().rstrip("%")) / 100
    except InvalidOperation:
        raise ValueError(percent_text) from None
    if not value.is_finite():
        raise ValueError(percent_text)
    return value


def plain_number(text: str) -> str:
    """A number in its shortest plain form; raises `ValueError`."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return f"{number.normalize():f}" if number else "0"


def gaps_in(text: str) -> Iterator[str]:
    """The keys of the gaps a cloze's text names, in their order."""
    for found in GAP.finditer(text):
        yield found[1]

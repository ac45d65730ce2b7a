"""TOML as packs write it: one canonical text for one value.

Bilingual values are dotted keys (`title.lv = "…"`), lists of tables are `[[…]]`, long texts are
multi-line strings. Keys stand in a fixed order (but for `labels`, whose order is the author's),
empty values and the defaults below are left out, and every text is stripped, so that reading and
writing again gives the same bytes.
"""

import datetime
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from content.packs.registry import PackError, Problem

# What stands first in a table, in this order; other keys follow alphabetically.
ORDER = (  # noqa: SIM905  (a list of 80 lines reads worse)
    "uuid key number version level kind languages licence order title name term slug summary "
    "about intro caption prompt definition description label minutes pass_mark draw attempts "
    "speaker mood setting settings difficulty critical needs_review from stem text left mode right "
    "words share points value tolerance unit within year said_by accepted exact longest score weight "
    "competences topics source section pages note start min max max_turns "
    "end_of_turns conversation stage checkpoint picture picture_alt shown reread twin "
    "effective_from next_scenarios modules lessons scenarios quiz quizzes to next guard once fallback effects codes "
    "technique fits passage outcome feedback right_feedback other "
    "misconception remark hint explanation example passed failed address checked_on review_by owner "
    "made_from scale header rows variables statements options choices pairs extra items groups gaps "
    "near wrong criteria scenes endings indicators levels results"
).split()
RANK = {name: number for number, name in enumerate(ORDER)}
# A value equal to its default is not written; who reads it uses `.get(key, default)`.
DEFAULTS: dict[str, Any] = {
    "critical": False,
    "needs_review": False,
    "draw": 0,
    "attempts": 0,
    "share": 1,
    "tolerance": 0,
    "within": 10,
    "longest": 5000,
}
FRACTIONS = {"weight", "score"}  # written as 1.0, whether read as 1 or 1.0
LANGUAGES = {"lv", "en"}
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
ZERO = re.compile(r"\\u0000|\\U00000000")
LINE = re.compile(r"\(at line (\d+), column \d+\)")
ESCAPES = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}


def parse(text: str, file: str, first_line: int = 1) -> dict[str, Any]:
    """The values of a TOML text, every string stripped; PackError names the line in `file`."""
    try:
        table: dict[str, Any] = trimmed(tomllib.loads(text))
        if zero := ZERO.search(text):  # as itself it is no TOML; as \u0000 no database takes it
            line = first_line + text.count("\n", 0, zero.start())
            if any("\x00" in said for said in _texts(table)):
                raise PackError([Problem(file, f"line {line}", "a zero byte stands in the text")])
        return table
    except tomllib.TOMLDecodeError as error:
        place = LINE.search(str(error))
        reason = LINE.sub("", str(error)).removesuffix("(at end of document)").strip()
        line = first_line + (int(place[1]) - 1 if place else text.count("\n"))
        raise PackError([Problem(file, f"line {line}", f"TOML: {reason}")]) from error
    except RecursionError as error:
        raise PackError([Problem(file, f"line {first_line}", "TOML: nested too deep")]) from error


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield key
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def trimmed(value: Any) -> Any:
    """The value with every string in it stripped and its line ends made `\\n`."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, Mapping):
        return {key: trimmed(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [trimmed(part) for part in value]
    return value


def dump_toml(data: Mapping[str, Any]) -> str:
    """The canonical TOML text of a table, ending in a line break; "" for an empty one."""
    lines: list[str] = []
    _table(lines, tidy(data), ())
    return "\n".join(lines).strip("\n") + "\n" if lines else ""


def tidy(value: Any) -> Any:
    """The value without what is not written: empty texts, lists and tables, None, defaults."""
    if isinstance(value, Mapping):
        tidied = {str(key): tidy(part) for key, part in value.items()}
        return {
            key: float(part) if key in FRACTIONS and isinstance(part, int) else part
            for key, part in tidied.items()
            if not (part is None or part == "" or part == [] or part == {})
            and not (key in DEFAULTS and part == DEFAULTS[key])
        }
    if isinstance(value, list | tuple):
        return [tidy(part) for part in value]
    return trimmed(value)


def _table(lines: list[str], table: Mapping[str, Any], path: tuple[str, ...]) -> None:
    keys = list(table) if path[-1:] == ("labels",) else sorted(table, key=_rank)
    inner = [key for key in keys if _is_table(key, table[key])]
    lists = [key for key in keys if _is_table_list(table[key])]
    for key in keys:
        if key in inner or key in lists:
            continue
        value = table[key]
        if _is_bilingual(value):
            lines += [
                f"{_key(key)}.{code} = {_value(value[code])}"
                for code in ("lv", "en")
                if code in value
            ]
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    for key in inner:
        lines += ["", f"[{_path((*path, key))}]"]
        _table(lines, table[key], (*path, key))
    for key in lists:
        for row in table[key]:
            lines += ["", f"[[{_path((*path, key))}]]"]
            _table(lines, row, (*path, key))


def _rank(key: str) -> tuple[int, str]:
    return RANK.get(key, len(RANK)), key


def _is_bilingual(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= LANGUAGES
        and all(isinstance(text, str) or _is_words(text) for text in value.values())
    )


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _is_table(key: str, value: Any) -> bool:
    return isinstance(value, dict) and not _is_bilingual(value) and key != "source"


def _is_table_list(value: Any) -> bool:
    """A list of tables, but for the short pairs of a competence and its weight."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(row, dict) for row in value)
        and not all(set(row) <= {"key", "weight"} for row in value)
    )


def _path(parts: tuple[str, ...]) -> str:
    return ".".join(_key(part) for part in parts)


def _key(name: str) -> str:
    return name if BARE_KEY.fullmatch(name) else _string(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"A pack has no place for {value}.")
        return repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        keys = sorted(value, key=_rank)
        return (
            "{ " + ", ".join(f"{_key(key)} = {_inline(value[key])}" for key in keys) + " }"
            if keys
            else "{}"
        )
    if isinstance(value, list):
        flat = "[" + ", ".join(_inline(part) for part in value) + "]"
        if len(flat) <= 88 and not any(isinstance(part, list) for part in value):
            return flat
        return "[\n" + "".join(f"    {_inline(part)},\n" for part in value) + "]"
    raise TypeError(f"A pack cannot hold {type(value).__name__}.")


def _inline(value: Any) -> str:
    """A value on one line: what stands inside arrays and inline tables."""
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return "[" + ", ".join(_inline(part) for part in value) + "]"
    return _value(value)


def _text(text: str) -> str:
    """A text of several lines as a multi-line string, where that says the same."""
    plain = (
        '"""' not in text
        and not text.endswith('"')
        and not re.search(r"^:::\s*$", text, re.MULTILINE)
    )
    if "\n" not in text or not plain:
        return _string(text)
    body = "".join(character if character in '\n\t"' else _escaped(character) for character in text)
    return f'"""\n{body}\n"""'


def _string(text: str) -> str:
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in ESCAPES:
        return ESCAPES[character]
    if ord(character) < 32 or ord(character) == 127:
        return f"\\u{ord(character):04x}"
    return character

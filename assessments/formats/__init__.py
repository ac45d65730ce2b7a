"""Questions from and for other systems: Moodle XML, GIFT and tables (CSV).

Each format is a module with `read(text, language) -> Read` and `write(questions) -> Written`, pure
functions between text and the data of versions. What a reader does not understand, and what a
writer cannot say in its format, is a `Note` with its place; everything else is carried over.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.formats import gift, moodle, tables
from assessments.formats.common import BadFile, Note, Read, Written

__all__ = ["FORMATS", "BadFile", "Format", "Note", "Read", "Written", "format_of"]

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Format:
    """One format: its name for people, its file's ending, and its two directions."""

    name: str | Promise
    ending: str
    content_type: str
    read: Callable[[str, str], Read]
    write: Callable[[Sequence[Data]], Written]


FORMATS: dict[str, Format] = {
    "moodle": Format(_("Moodle XML"), "xml", "application/xml", moodle.read, moodle.write),
    "gift": Format(_("GIFT (Moodle text)"), "gift.txt", "text/plain", gift.read, gift.write),
    "csv": Format(_("Table (CSV)"), "csv", "text/csv", tables.read, tables.write),
}


def format_of(name: str, text: str) -> str:
    """Which format a file is in, by its beginning and its name; `BadFile` where it is none."""
    start = text.lstrip("\ufeff \t\r\n")[:2000]
    if start.startswith("<"):
        return "moodle"
    if tables.is_table(start):
        return "csv"
    if name.lower().endswith((".gift", ".txt")) or "{" in start or start.startswith(("::", "//")):
        return "gift"
    raise BadFile(_("This is neither Moodle XML nor GIFT nor a table of ours."))

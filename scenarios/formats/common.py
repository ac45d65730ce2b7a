"""What both notations of Twine share: a tale of passages, notes, and the one error."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

MOST_PASSAGES = 1500
LONGEST = 40_000  # characters of a passage
# Kept for marks of our own, see `bodies`; nobody writes them.
OURS = re.compile("[\ue000-\ue001]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class BadFile(Exception):
    """The file as a whole cannot be read; the message says why, for people."""

    def __init__(self, reason: str | Promise) -> None:
        self.reason = reason
        super().__init__(str(reason))


@dataclass(frozen=True)
class Note:
    """Something that was not carried over, or guessed: the passage, its line in the file, and what."""

    passage: str
    line: int  # from 1; 0 where it is about the story as a whole
    text: str


@dataclass(frozen=True)
class Passage:
    name: str
    text: str
    tags: tuple[str, ...] = ()
    line: int = 1  # of the file, where the text begins


@dataclass
class Tale:
    """A story as Twine has it."""

    title: str = ""
    format: str = ""
    start: str = ""  # the name of a passage, empty where the file names none
    passages: list[Passage] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def note(self, text: str, passage: str = "", line: int = 0) -> None:
        self.notes.append(Note(passage, line, text))

    def add(self, name: str, text: str, tags: Sequence[str], line: int) -> None:
        """One more passage. Raises `BadFile` beyond `MOST_PASSAGES`."""
        if len(self.passages) >= MOST_PASSAGES:
            raise BadFile(
                _("The file holds more than %(most)d passages.") % {"most": MOST_PASSAGES}
            )
        if len(text) > LONGEST:
            self.note(_("The passage was cut: it is longer than %(most)d characters.")
                      % {"most": LONGEST}, name, line)  # fmt: skip
            text = text[:LONGEST]
        self.passages.append(Passage(name, text, tuple(tags), line))


def clean(text: str) -> str:
    """Text without characters that are no text, lines ended as in files."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return OURS.sub("", CONTROL.sub("", text))


def format_name(told: object) -> str:
    """What a file says of its story format, as far as it is a name."""
    return re.sub(r"[^\w .-]", "", told)[:40] if isinstance(told, str) else ""

"""The columns of a file of people: how they are headed, and what may stand in them."""

import datetime
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import resources
from import_export.fields import Field
from import_export.widgets import Widget

from courses.people.files.reading import Cell, FileRefused, Row
from courses.people.models import Role, Setting, User
from courses.people.names import plain

LANGUAGES = tuple(User.Language.values)
HEADINGS: dict[str, Promise] = {
    "username": gettext_lazy("User name"),
    "email": gettext_lazy("E-mail address"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "language": gettext_lazy("Language"),
    "team": gettext_lazy("Team"),
    "role": gettext_lazy("Role"),
    "setting": gettext_lazy("Setting"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Last day"),
}
# What a file must have: whom each row is about.
NEEDED = ("first_name", "last_name")
CHOICES: dict[str, Any] = {"language": User.Language, "role": Role, "setting": Setting}
EARLIEST, LATEST = datetime.date(1970, 1, 1), datetime.date(2100, 12, 31)


@dataclass
class Given:
    """What a row says; an empty text, or None for a day, where it says nothing."""

    row: int  # as a spreadsheet numbers it
    username: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    language: str = ""
    team: str = ""
    role: str = ""
    setting: str = ""
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    errors: dict[str, str] = field(default_factory=dict)  # column: what is wrong

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Text(Widget):
    """One line of text without signs that cannot be seen."""

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest

    def clean(self, value: Any, row: Any = None, **_given: Any) -> str:
        text = " ".join(str(value if value is not None else "").split())
        if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs") for sign in text):
            raise ValueError(_("There is a sign in it that cannot be seen."))
        if len(text) > self.longest:
            raise ValueError(_("This is longer than %(number)d signs.") % {"number": self.longest})
        return text


class Email(Text):
    def clean(self, value: Any, row: Any = None, **given: Any) -> str:
        email = super().clean(value, row, **given).lower()
        if email:
            try:
                validate_email(email)
            except ValidationError as error:
                raise ValueError(unusable()) from error
        return email


class Choice(Widget):
    """One of a few words, in whichever language."""

    def __init__(self, choices: Any) -> None:
        super().__init__()
        self.choices = choices
        self.known: dict[str, str] = {}

    def clean(self, value: Any, row: Any = None, **_given: Any) -> str:
        text = plain(" ".join(str(value or "").split()))
        if not text:
            return ""
        known = self.known or self._read()
        if text not in known:
            words = ", ".join(str(label) for label in self.choices.labels)
            raise ValueError(
                _("“%(text)s” is not known. Possible are: %(words)s.")
                % {"text": str(value)[:60], "words": words}
            )
        return known[text]

    def _read(self) -> dict[str, str]:
        for value in self.choices.values:
            self.known[plain(value)] = value
            for language in LANGUAGES:
                with translation.override(language):
                    self.known[plain(str(self.choices(value).label))] = value
        return self.known


class Day(Widget):
    """A day as Excel keeps it, as Latvians write it, or as ISO 8601 has it."""

    LOCAL = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\.?")
    ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")

    def clean(self, value: Any, row: Any = None, **_given: Any) -> datetime.date | None:
        if isinstance(value, datetime.date):
            day = value
        elif not (text := str(value or "").strip()):
            return None
        else:
            day = self._read(text)
        if not EARLIEST <= day <= LATEST:
            raise ValueError(_("This day is too far away to be right."))
        return day

    def _read(self, text: str) -> datetime.date:
        try:
            if found := self.LOCAL.fullmatch(text):
                day, month, year = map(int, found.groups())
                return datetime.date(year, month, day)
            if found := self.ISO.fullmatch(text):
                return datetime.date(*map(int, found.groups()))
        except ValueError:
            pass
        raise ValueError(
            _("“%(text)s” is no day. Write it as 31.12.2026 or 2026-12-31.") % {"text": text[:30]}
        )


class Rows(resources.Resource):
    """A file's rows: each column is read by its widget, and says what is wrong with it."""

    username = Field("username", "username", Text(150))
    email = Field("email", "email", Email(254))
    first_name = Field("first_name", "first_name", Text(150))
    last_name = Field("last_name", "last_name", Text(150))
    language = Field("language", "language", Choice(User.Language))
    team = Field("team", "team", Text(500))
    role = Field("role", "role", Choice(Role))
    setting = Field("setting", "setting", Choice(Setting))
    starts_on = Field("starts_on", "starts_on", Day())
    ends_on = Field("ends_on", "ends_on", Day())

    def read(self, number: int, cells: Mapping[str, Cell]) -> Given:
        """What a row says, with the errors of its columns."""
        given = Given(number)
        try:
            self.import_instance(given, cells)
        except ValidationError as error:
            given.errors = {name: texts[0] for name, texts in error.message_dict.items()}
        given.username = given.username.lower()
        return given


def unusable() -> str:
    """Of an address that is written wrong as of one that somebody elsewhere has: neither is told."""
    return _(
        "This address cannot be used. Is it written right? If it is, ask those who run the whole "
        "site to add the person to your team."
    )


def read(rows: Sequence[Row]) -> list[Given]:
    """What the rows below the headings say; empty ones are left out. Raises `FileRefused`."""
    columns = _columns(rows[0])
    reader = Rows()
    return [
        reader.read(
            number, {name: row[place] for name, place in columns.items() if place < len(row)}
        )
        for number, row in enumerate(rows[1:], 2)
        if any(str(cell).strip() for cell in row)
    ]


def _columns(headings: Row) -> dict[str, int]:
    """Which column stands where; headings may be in either language, or the columns' own keys."""
    known = {name: name for name in HEADINGS}
    for language in LANGUAGES:
        with translation.override(language):
            known |= {_heading(str(title)): name for name, title in HEADINGS.items()}
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = known.get(_heading(str(heading)))
        if name in found:
            raise FileRefused(
                _("The heading “%(heading)s” stands twice.") % {"heading": str(heading)[:60]}
            )
        if name:
            found[name] = place
        elif str(heading).strip():
            raise FileRefused(
                _("The heading “%(heading)s” is not known. Known are: %(known)s.")
                % {
                    "heading": str(heading)[:60],
                    "known": ", ".join(str(title) for title in HEADINGS.values()),
                }
            )
    missing = [str(HEADINGS[name]) for name in NEEDED if name not in found]
    if missing and not {"username", "email"} & found.keys():
        raise FileRefused(
            _("These headings are missing: %(headings)s.") % {"headings": ", ".join(missing)}
        )
    return found


def _heading(text: str) -> str:
    return plain(" ".join(text.split()))

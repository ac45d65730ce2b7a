"""What a certificate says in words, in the language that is active."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.models import Award
from certificates.qr import verification_address
from content.bilingual import say
from courses.models import Target
from courses.profile import LEVEL_NAMES

HIGHEST = len(LEVEL_NAMES) - 1
DATES = {"lv": r"Y. \g\a\d\a j. F", "en": "j F Y"}  # in full, whatever lists on the site use
ROOMY, FULL = 4, 9  # competences with a drawing of the level, and at all, on one sheet


@dataclass(frozen=True)
class Shown:
    """A competence and the level shown on the day of the award."""

    name: str
    level: int
    level_name: str

    @property
    def steps(self) -> list[bool]:
        """One for each level from 1 up: reached or not."""
        return [step <= self.level for step in range(1, HIGHEST + 1)]


class Wording:
    """The sentences of one certificate in one language; made while that language is active."""

    def __init__(self, award: Award, language: str) -> None:
        self.language = language
        self.name = award.holder.name
        self.title = say({"lv": award.title_lv, "en": award.title_en}, language)
        self.is_path = award.kind == Target.PATH
        self.address = verification_address(award, language)
        facts: dict[str, Any] = award.facts
        self.amount = ", ".join(parts(facts["parts"]))
        self.time = duration(facts["minutes"]) if facts["minutes"] else ""
        self.modules = [say(titles, language) for titles in facts["modules"]]
        highest_first = sorted(facts["competences"], key=lambda each: -each["level"])
        self.competences = [
            Shown(say(each["name"], language), each["level"], str(LEVEL_NAMES[each["level"]]))
            for each in highest_first[:FULL]
        ]
        self.more = len(highest_first) - len(self.competences)
        self.is_crowded = len(self.competences) > ROOMY
        self.awarded_on = self._day(award.awarded_on)
        self.valid_until = self._day(award.valid_until) if award.valid_until else ""

    @property
    def short_address(self) -> str:
        """The address without what nobody types."""
        return self.address.removeprefix("https://").removeprefix("http://").removesuffix("/")

    @property
    def size(self) -> str:
        """How the name and title are set: "long" and "longest" where they need room."""
        if len(self.name) > 50 or len(self.title) > 130:
            return "longest"
        return "long" if len(self.name) > 26 or len(self.title) > 70 else ""

    def _day(self, day: datetime.date) -> str:
        return formats.date_format(day, DATES[self.language])


def parts(counts: dict[str, int]) -> list[str]:
    """“4 lessons”, “2 scenarios”, “1 quiz”: what the requirement asked for."""
    numbers = {
        "module": ngettext("%(number)d module", "%(number)d modules", counts.get("module", 0)),
        "lesson": ngettext("%(number)d lesson", "%(number)d lessons", counts.get("lesson", 0)),
        "scenario": ngettext(
            "%(number)d scenario", "%(number)d scenarios", counts.get("scenario", 0)
        ),
        "quiz": ngettext("%(number)d quiz", "%(number)d quizzes", counts.get("quiz", 0)),
    }
    return [text % {"number": counts[kind]} for kind, text in numbers.items() if counts.get(kind)]


def duration(minutes: int) -> str:
    """How much learning it is: “45 min”, “2 h”, “1 h 30 min”."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}

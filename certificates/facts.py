"""What a certificate says was done, read once at the award and pinned as plain JSON."""

import datetime
from collections import Counter
from typing import Any
from uuid import UUID

from content.bilingual import LANGUAGES, both
from content.versions import digest
from courses.models import Target
from courses.outline import Module, Outline, outline
from courses.progress.models import Requirement
from courses.progress.projection import Rulebook, levels_on
from courses.progress.registry import pins
from courses.progress.rules import Pin, applying

Facts = dict[str, Any]


def facts_of(requirement: Requirement, subject: UUID, day: datetime.date) -> Facts:
    """What meeting a requirement on a day amounted to, in the setting she was enrolled for.

    {"parts": {kind: number}, "minutes": all together, "modules": [{lv, en}] of a path,
    "competences": [{"key", "name": {lv, en}, "level": 1 to 4}] as shown by that day}.
    """
    known = {language: outline(language) for language in LANGUAGES}
    modules = _modules(requirement, known["lv"])
    wanted = dict.fromkeys(key for module in modules for key in module.competences)
    shown = levels_on(subject, day, as_known_then=False)
    competences = [
        {
            "key": known["lv"].abilities[key].name,
            "name": both(*(known[language].abilities[key].title for language in LANGUAGES)),
            "level": shown[key].level.level,
        }
        for key in wanted
        if key in shown and shown[key].level.level
    ]
    is_path = requirement.kind == Target.PATH
    setting = pins([subject]).get((subject, requirement.key), Pin()).setting
    version = next(
        version
        for version in Rulebook.read().requirements[requirement.key]
        if version.number == requirement.version
    )
    return {
        "parts": dict(Counter(part.kind for part in applying(version.parts, setting))),
        "minutes": sum(_minutes(module, setting) for module in modules),
        "modules": [titles(module.key) for module in modules] if is_path else [],
        "competences": competences,
    }


def titles(key: UUID) -> dict[str, str]:
    """What a module or path is called in both languages; empty where it was deleted."""
    return both(*(outline(language).title(key) for language in LANGUAGES))


def digest_of(title: dict[str, str], awarded_on: datetime.date, facts: Facts) -> str:
    """SHA-256 of everything a certificate says but the name, as 64 hex digits."""
    return digest({"title": title, "awarded_on": awarded_on.isoformat(), "facts": facts})


def _minutes(module: Module, setting: str) -> int:
    """How long a module takes without what applies to another setting."""
    asked = applying(module.open_parts, setting)
    return module.minutes - sum(part.minutes for part in module.open_parts if part not in asked)


def _modules(requirement: Requirement, known: Outline) -> list[Module]:
    keys = (
        [UUID(part["key"]) for part in requirement.parts if part["kind"] == Target.MODULE]
        if requirement.kind == Target.PATH
        else [requirement.key]
    )
    return [known.modules[key] for key in keys if key in known.modules]

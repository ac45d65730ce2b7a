"""One record, two languages: which text the page in front of the reader shows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

LANGUAGES = ("lv", "en")


def current() -> str:
    """The active language if it is one of ours, else Latvian."""
    language = (get_language() or "lv").split("-")[0]
    return language if language in LANGUAGES else "lv"


def both(lv: str, en: str) -> dict[str, str]:
    return {"lv": lv, "en": en}


def say(texts: Mapping[str, str] | None, language: str | None = None) -> str:
    """The text in the language, or in the other one where it is missing."""
    if not texts:
        return ""
    language = language or current()
    return texts.get(language) or next((text for text in texts.values() if text), "")


def pick(record: Any, name: str, language: str | None = None) -> str:
    """`record.<name>_lv` or `record.<name>_en`, whichever the language asks for."""
    return say({code: getattr(record, f"{name}_{code}") for code in LANGUAGES}, language)

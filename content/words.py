"""Finding words in whatever form they were written: inflected, in capitals, without diacritics.

A text is kept as the stems of its words; a query is compared stem by stem with their beginnings.
The same on every database, as nothing but `LIKE` is asked of it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.db.models import Q
from LatvianStemmer import stem

WORD = re.compile(r"[^\W_]+")


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value made of tables and lists, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)


def stems(text: str) -> set[str]:
    """The stems of a text's words, without diacritics.

    Each word has one by its proper spelling and, where that differs, one by the spelling without
    diacritics: so `izdegšanas` and `izdegsanu` meet.
    """
    found: set[str] = set()
    for word in WORD.findall(unicodedata.normalize("NFC", text).casefold()):
        found |= _stems(word)
    return found


# Texts repeat their words: some thousand make up most of a site.
@lru_cache(maxsize=8192)
def _stems(word: str) -> frozenset[str]:
    return frozenset({_plain(stem(word)), stem(_plain(word))})


def _plain(word: str) -> str:
    return "".join(
        sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign)
    )


def indexed(*texts: str) -> str:
    """What a record keeps of its texts to be found by: its stems, each after a space."""
    return "".join(f" {each}" for each in sorted(stems(" ".join(texts))))


def matches(field: str, query: str) -> Q:
    """Records in which every word of a query is found, at least by the beginning of its stem."""
    whole = Q()
    for word in WORD.findall(unicodedata.normalize("NFC", query).casefold()):
        any_stem = Q()
        for each in sorted(_stems(word)):
            any_stem |= Q(**{f"{field}__contains": f" {each}"})
        whole &= any_stem
    return whole

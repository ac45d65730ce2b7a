"""Names in Latvian order, and found however they are typed."""

import unicodedata
from typing import Protocol


class Named(Protocol):
    first_name: str
    last_name: str


def by_name(person: Named) -> tuple[tuple[str, ...], ...]:
    """A sort key: last name, then first."""
    return collate(person.last_name), collate(person.first_name)


def collate(text: str) -> tuple[str, ...]:
    """A sort key in Latvian order: long vowels beside short ones, č after c, ģ after g, ….

    Databases differ in this, and some sort Ā after Z.
    """
    key: list[str] = []
    for sign in unicodedata.normalize("NFD", text.casefold()):
        if sign == "\u0304":  # macron
            continue
        if unicodedata.combining(sign) and key:
            key[-1] += "~"
        else:
            key.append(sign)
    return tuple(key)


def plain(text: str) -> str:
    """Small letters without their marks, so that "berzina" finds Bērziņa."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))

"""What rich text may hold: an allowlist that everything loaded or saved passes through.

Wagtail's own attributes stay: `linktype` and `id` of internal links, `embedtype` of embeds, and
`key` of glossary terms and sources.
"""

import re
from functools import cache

from bleach.sanitizer import Cleaner

TAGS = {"p", "h2", "h3", "b", "strong", "i", "em", "ol", "ul", "li", "br", "a", "embed"}
LINK_TYPES = {"page", "term", "source"}
EMBED_ATTRIBUTES = {"embedtype", "id", "alt", "format", "url"}
ADDRESS = re.compile(r"(?:https?://[^\s/]|mailto:[^\s]+@|#[\w-]+$)", re.IGNORECASE)
VOID = re.compile(r'<(br|embed)\b((?:[^>"/]|"[^"]*"|/(?!>))*?)\s*/?>')
IDENTIFIER = re.compile(r"[a-z0-9]+(?:[/-][a-z0-9]+)*")


def is_safe_address(address: str) -> bool:
    """Whether a link may lead there: http, https, mailto, or a place on the same page."""
    return bool(ADDRESS.match(address)) and not any(
        ord(sign) < 33 or sign in '"<>\\' for sign in address
    )


def clean(html: str) -> str:
    """The HTML with only allowed elements and attributes; the words of others stay."""
    if not html:
        return ""
    cleaned = _cleaner().clean(html)
    # Wagtail finds embeds by their XHTML spelling; bleach writes HTML.
    return VOID.sub(r"<\1\2/>", cleaned)


def _allowed(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        if name == "href":
            return is_safe_address(value)
        if name == "linktype":
            return value in LINK_TYPES
        return name in ("id", "key") and bool(IDENTIFIER.fullmatch(value))
    if tag == "embed":
        if name == "url":
            return value.startswith("https://") and is_safe_address(value)
        return name in EMBED_ATTRIBUTES
    return False


@cache
def _cleaner() -> Cleaner:
    return Cleaner(
        tags=TAGS, attributes=_allowed, protocols={"http", "https", "mailto"}, strip=True
    )

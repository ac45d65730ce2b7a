"""Pieces of pages that many pages say alike: rendered once, and remembered by what they say."""

from collections.abc import Hashable
from typing import cast

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from content.cache import Memory

_fragments = Memory(20_000)  # each some hundred bytes


def fragment(template_name: str, language: str | None = None, /, **values: Hashable) -> SafeString:
    """What the template says of these values alone, in the active language.

    It follows from the values, so whoever is shown it again has the same ones: nothing of a
    person, a request or an answer comes along. Values are plain: texts, numbers, named tuples of
    them. `language` is the active one, where the caller knows it.
    """
    # A text that is safe and one that is not are equal and rendered differently, as are 1 and True.
    key = (
        template_name,
        language or get_language(),
        tuple(values.items()),
        tuple(map(type, values.values())),
    )
    found = None if settings.DEBUG else _fragments.get(key)  # templates change while one works
    if found is None:
        found = get_template(template_name).render(values)
        _fragments.put(key, found)
    return cast(SafeString, found)

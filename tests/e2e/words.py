"""What buttons and headings are called in each language, from the site's own catalogue."""

from collections.abc import Callable

from django.utils import translation


def words(language: str) -> Callable[[str], str]:
    """A function from the English source string to the text in the language."""

    def say(text: str) -> str:
        with translation.override(language):
            return translation.gettext(text)

    return say

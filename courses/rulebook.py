"""The requirements and policies in force, remembered until one of them changes."""

from content.cache import remember
from courses.progress.models import Competence
from courses.progress.projection import Rulebook


def rulebook() -> Rulebook:
    """Every requirement, policy and competence, for `record(book=...)`; treat it as read-only."""
    return remember("rulebook", _read)


def _read() -> Rulebook:
    book = Rulebook.read()
    book.competences = Competence.objects.in_bulk()
    return book

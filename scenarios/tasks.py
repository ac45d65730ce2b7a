"""Work for the task worker: making books, with a library web processes never load."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django_tasks import task

from scenarios.book import book
from scenarios.models import StoryVersion
from scenarios.printed import context

PAPER = Path(__file__).resolve().parent / "paper" / "book.css"
LAYOUT = "1"  # another number makes all books anew


def book_path(version: StoryVersion, language: str) -> str:
    """Where the book of a version is kept: storage may be reachable, so its name is a secret."""
    told = f"{version.hash}/{language}/{LAYOUT}"
    name = salted_hmac("scenarios.book", told, algorithm="sha256").hexdigest()
    return f"books/{version.story_id}/{language}-{name}.pdf"


@task()
def make_book(pk: int, language: str) -> None:
    """Make the book of a version, unless it is there; those of earlier versions go."""
    version = StoryVersion.objects.select_related("story").filter(pk=pk).first()
    if version is None or default_storage.exists(path := book_path(version, language)):
        return
    from content import paper  # some 50 MB, wanted only in the worker

    with translation.override(language):
        told = context(book(version.parsed)) | {"language": language, "version": version}
        markup = render_to_string("scenarios/book_paper.html", told)
    files = paper.FONTS | {"paper:book.css": (PAPER, "text/css")}
    content = paper.pdf(markup, files, None, f"{version.hash}{language}{LAYOUT}")
    folder, _slash, name = path.rpartition("/")
    if default_storage.exists(folder):
        for old in default_storage.listdir(folder)[1]:
            if old.startswith(f"{language}-"):
                default_storage.delete(f"{folder}/{old}")
    default_storage.save(path, ContentFile(content))

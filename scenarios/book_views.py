"""The book of a story, for places without a screen: to read, to print, and as a PDF.

It shows what lies ahead and what the coach will say, so it is for those who write stories and
those who lead a team, who print it; a learner does not find it. Whoever has read it decides for
practice for a while, as after a debrief.
"""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.bilingual import current
from courses.people.requests import UserRequest
from scenarios.actions import read_book
from scenarios.book import book
from scenarios.models import Story, StoryVersion
from scenarios.printed import context
from scenarios.tasks import book_path, make_book

SECONDS = 3  # until the page of a book that is being made looks again
PATIENCE = 120  # seconds after which one that did not come is asked for again


def _version(request: UserRequest, uuid: UUID) -> StoryVersion:
    """The latest version of a story whose book this person may have."""
    stories = Story.objects.with_book_for(request.user, timezone.localdate())
    version = get_object_or_404(stories, uuid=uuid).latest_version()
    if version is None:
        raise Http404
    return version


@never_cache
@login_required
@require_safe
def read(request: UserRequest, uuid: UUID) -> HttpResponse:
    version = _version(request, uuid)
    read_book(request.user, version)
    told = context(book(version.parsed)) | {"version": version, "uuid": uuid}
    return render(request, "scenarios/book.html", told)


@never_cache
@login_required
@require_safe
def download(request: UserRequest, uuid: UUID) -> HttpResponse | FileResponse:
    """The PDF in the language of the address; made in the background when it is first asked for."""
    version, language = _version(request, uuid), current()
    path = book_path(version, language)
    if not default_storage.exists(path) and cache.add(f"making:{path}", True, PATIENCE):
        make_book.enqueue(version.pk, language)
    if not default_storage.exists(path):
        told = {"uuid": uuid}
        status = HTTPStatus.ACCEPTED
        response = render(request, "scenarios/book_preparing.html", told, status=status)
        response["Refresh"] = str(SECONDS)
        return response
    read_book(request.user, version)
    served = FileResponse(
        default_storage.open(path),
        as_attachment=True,
        filename=f"tilts-{version.parsed.key}-{language}.pdf",
        content_type="application/pdf",
    )
    served["X-Content-Type-Options"] = "nosniff"
    return served

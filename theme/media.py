"""Pictures from the media store, served by the site: nothing is fetched from another host."""

import mimetypes

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

# Documents are not among them: Wagtail serves those, and asks who may read.
PICTURES = ("images/", "original_images/")
KINDS = ("image/gif", "image/jpeg", "image/png", "image/webp")


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture or one of its renditions; their names change when they do."""
    kind, _encoding = mimetypes.guess_type(name)
    if not name.startswith(PICTURES) or ".." in name.split("/") or kind not in KINDS:
        raise Http404
    try:
        file = default_storage.open(name)
    except (OSError, ValueError) as missing:
        raise Http404 from missing
    response = FileResponse(file, content_type=kind)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response

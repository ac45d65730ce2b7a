"""Quick checks, answered here, not scored, not kept; and memory cards."""

from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.models import Page

from content.cards import card_context
from content.models import BasePage
from content.reading import Answer, Reading


# No token: the answer changes nothing on the server, and pages with a check may be cached.
@csrf_exempt
@require_POST
def self_check(request: HttpRequest, page_pk: int, block: str) -> HttpResponse:
    """Say whether an answer is right: back to the page, or the block alone for the script.

    The script asks with `X-Requested-With: fetch`.
    """
    page = get_object_or_404(Page.objects.live(), pk=page_pk).specific
    if not isinstance(page, BasePage) or not page.may_be_read(request):
        raise Http404
    found = _block(page, block)
    option = request.POST.get("answer", "")
    known = option in {str(item.id) for item in found.value["options"].bound_blocks}
    if request.headers.get("X-Requested-With") == "fetch":
        answer = Answer(block, option) if known else None
        context = {
            "page": page,
            "reading": Reading(page, request, answer),
            "value": found.value,
            "id": block,
            "unanswered": not known,
        }
        status = HTTPStatus.OK if known else HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "content/blocks/self_check.html", context, status=status)
    query = f"?{urlencode({'check': block, 'answer': option})}" if known else ""
    return redirect(f"{page.get_url(request)}{query}#{block}")


@login_required
@require_safe
def card(request: HttpRequest, key: UUID, block: str) -> HttpResponse:
    """A block of a page by itself, to print and carry."""
    found = get_list_or_404(Page.objects.live().only("content_type"), translation_key=key)
    kind = found[0].specific_class
    page = kind.for_reader(key, request) if kind and issubclass(kind, BasePage) else None
    if page is None:
        raise Http404
    return render(request, "content/card.html", card_context(page, block, request))


def _block(page: Page, block: str) -> StreamValue.StreamChild:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for child in getattr(page, field.name):
                if child.id == block and child.block_type == "self_check":
                    return child
    raise Http404

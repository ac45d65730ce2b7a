"""The editor's views of translations: which are out of date, and saying that one no longer is."""

from itertools import zip_longest
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.views.reports import PageReportView
from wagtail.log_actions import log
from wagtail.models import Page

from content.checks import raw_streams
from content.models import BasePage
from content.packs import stream
from content.packs.links import SitePaths, page_models
from content.translation import mark_up_to_date, source_of

UP_TO_DATE = "content.up_to_date"


class OutOfDateReport(PageReportView):
    """Translations whose Latvian page has changed since, oldest change first."""

    index_url_name = "content_out_of_date"
    index_results_url_name = "content_out_of_date_results"
    page_title = gettext_lazy("Translations out of date")
    header_icon = "globe"
    any_permission_required = ("change", "publish")

    def get_queryset(self) -> QuerySet[Page]:
        ids = [
            pk
            for model in page_models()
            for pk in model.objects.out_of_date().values_list("pk", flat=True)
        ]
        found: QuerySet[Page] = (
            Page.objects.filter(pk__in=ids).order_by("last_published_at").specific()
        )
        return found

    def get_filename(self) -> str:
        return "translations-out-of-date"


def up_to_date(request: HttpRequest, pk: int) -> HttpResponse:
    """Show both texts side by side; POST says that the translation is up to date."""
    page = get_object_or_404(Page, pk=pk).specific
    if not isinstance(page, BasePage) or not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    source = source_of(page)
    if source is None:
        raise PermissionDenied
    if request.method == "POST":
        mark_up_to_date(page)
        log(instance=page, action=UP_TO_DATE, user=cast(Any, request.user))
        messages.success(request, _("“%(title)s” is up to date.") % {"title": page.title})
        return redirect("wagtailadmin_pages:edit", page.pk)
    context = {"page": page, "source": source, "rows": _side_by_side(source, page)}
    return render(request, "content/admin/up_to_date.html", context)


def _side_by_side(source: BasePage, translation: BasePage) -> list[dict[str, str]]:
    """Title, summary and every block of the two live pages."""
    rows = [
        {"name": _("Title"), "source": source.title, "translation": translation.title},
        {"name": _("Summary"), "source": source.summary, "translation": translation.summary},
    ]
    links = SitePaths()
    theirs = raw_streams(translation)
    for field, raw in raw_streams(source).items():
        pairs = zip_longest(
            stream.from_stream(raw, links), stream.from_stream(theirs.get(field, []), links)
        )
        for ours, other in pairs:
            name = f"{(ours or other).kind}, {(ours or other).id}"
            rows.append({"name": name, "source": _words(ours), "translation": _words(other)})
    return rows


def _words(block: Any) -> str:
    return "" if block is None else "\n".join([block.attrs.get("title", ""), block.body]).strip()

"""Pages of the admin where editors bring stories in from files of Twine."""

from typing import Any, cast

from django import forms
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.permissions import policy_registry

from content.bilingual import LANGUAGES
from courses.people.models import User
from scenarios import exchange
from scenarios.exchange import Loaded
from scenarios.formats import BadFile, Draft
from scenarios.models import Story
from scenarios.structure import structure

Context = dict[str, Any]
KEPT = 60 * 60  # seconds that a file which was looked at is kept for whoever sent it


class ImportForm(forms.Form):
    """A file of Twine, and what it does not say of itself."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Twee 3 source, or the HTML that Twine 2 publishes or archives; at most 4 MB, in UTF-8."
        ),
    )
    module = forms.CharField(
        label=_("Module"),
        max_length=80,
        help_text=_("The key of the module it is for: a to z, 0 to 9 and hyphens."),
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("a to z, 0 to 9, hyphens"))],
    )
    language = forms.ChoiceField(
        label=_("Language of its texts"),
        choices=[("lv", _("Latvian")), ("en", _("English"))],
        initial=LANGUAGES[0],
        widget=forms.RadioSelect,
        help_text=_("The other language stays empty, and the check of the story says so."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """A file is looked at, and what would become of it is shown; then, asked again, it is saved."""
    if not policy_registry.get_by_type(Story).user_has_permission(request.user, "add"):
        raise PermissionDenied
    if request.method == "POST" and "token" in request.POST:
        return _save(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > exchange.MOST_BYTES:
                raise BadFile(exchange.too_large())
            content = upload.read()
            found = exchange.read(content, form.cleaned_data["language"])
        except BadFile as error:
            form.add_error("file", str(error.reason))
        else:
            token = get_random_string(32)
            kept = {
                "content": content,
                "name": upload.name,
                "language": form.cleaned_data["language"],
                "module": form.cleaned_data["module"],
            }
            cache.set(_kept_as(request, token), kept, KEPT)
            context = _around() | {
                "stories": [_told(draft) for draft in found],
                "file_name": upload.name,
                "token": token,
            }
            return render(request, "scenarios/admin/imported.html", context)
    return _asked(request, form)


def _save(request: HttpRequest) -> HttpResponse:
    name = _kept_as(request, request.POST["token"][:32])
    kept = cache.get(name)
    if kept is None or not cache.delete(name):  # sent twice, it is saved once
        form = ImportForm()
        context = {"gone": _("The file is no longer at hand. Choose it again.")}
        return _asked(request, form, context)
    found = exchange.read(kept["content"], kept["language"])
    loaded: Loaded = exchange.load(found, kept["module"], cast(User, request.user))
    edit = Story.snippet_viewset.get_url_name("edit")
    context = _around() | {
        "stories": [
            _told(draft) | {"story": story, "url": reverse(edit, args=[story.pk])}
            for story, draft in loaded.made
        ],
        "file_name": kept["name"],
        "is_saved": True,
    }
    return render(request, "scenarios/admin/imported.html", context)


def _asked(request: HttpRequest, form: ImportForm, more: Context | None = None) -> HttpResponse:
    status = 422 if form.errors or more else 200
    context = _around() | {"form": form} | (more or {})
    return render(request, "scenarios/admin/import.html", context, status=status)


def _kept_as(request: HttpRequest, token: str) -> str:
    """The name of a kept file; only whoever sent it can ask for it."""
    token = token if token.isascii() and token.isalnum() else "-"
    return f"story-import:{request.user.pk}:{token}"


def _told(draft: Draft) -> Context:
    """What a page says of a draft: how much of it there is, and what the check will ask for."""
    data = draft.data
    choices = [choice for scene in data["scenes"] for choice in scene["choices"]]
    return {
        "title": next((text for text in data["title"].values() if text), data["key"]),
        "format": draft.format,
        "scenes": len(data["scenes"]),
        "choices": len(choices),
        "endings": len(data["endings"]),
        "variables": len(data["variables"]),
        "guards": sum(1 for choice in choices if choice["guard"]),
        "errors": sum(1 for finding in structure(data) if finding.is_error),
        "notes": draft.notes,
    }


def _around() -> Context:
    title = _("Import stories")
    return {
        "page_title": title,
        "header_icon": "comment",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse(Story.snippet_viewset.get_url_name("list")), "label": _("Stories")},
            {"url": "", "label": title},
        ],
    }


urlpatterns = [path("stories/import/", bring_in, name="scenarios_import")]

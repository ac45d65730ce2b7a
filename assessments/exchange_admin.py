"""Pages of the admin where editors bring questions in from files and take them out."""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from assessments import exchange
from assessments.bank_admin import FoundByWords, narrowed
from assessments.formats import FORMATS, BadFile
from assessments.models import Question
from content.bilingual import LANGUAGES
from courses.people.models import User

Context = dict[str, Any]


class ImportForm(forms.Form):
    """A file with questions, and what it does not say of itself."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Moodle XML, GIFT or a table (CSV) as it is exported here; at most 2 MB."),
    )
    module = forms.CharField(
        label=_("Module"),
        max_length=80,
        help_text=_("The key of the module they are for: a to z, 0 to 9 and hyphens."),
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("a to z, 0 to 9, hyphens"))],
    )
    language = forms.ChoiceField(
        label=_("Language of texts that name none"),
        choices=[("lv", _("Latvian")), ("en", _("English"))],
        initial=LANGUAGES[0],
        widget=forms.RadioSelect,
    )


def _may(request: HttpRequest, *actions: str) -> None:
    policy = policy_registry.get_by_type(Question)
    if not policy.user_has_any_permission(request.user, actions):
        raise PermissionDenied


def _around(title: Any) -> Context:
    return {
        "page_title": title,
        "header_icon": "help",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {
                "url": reverse(Question.snippet_viewset.get_url_name("list")),
                "label": _("Questions"),
            },
            {"url": "", "label": title},
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """A form for a file; what was made of it and what was not stands on the answer."""
    _may(request, "add")
    context = _around(_("Import questions"))
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > exchange.MOST_BYTES:
                raise BadFile(
                    _("The file is larger than %(most)d MB.") % {"most": exchange.MOST_BYTES >> 20}
                )
            found = exchange.read(upload.name, upload.read(), form.cleaned_data["language"])
            loaded = exchange.load(found, form.cleaned_data["module"], cast(User, request.user))
        except BadFile as error:
            form.add_error("file", str(error.reason))
        else:
            edit = Question.snippet_viewset.get_url_name("edit")
            made = [
                {"question": question, "url": reverse(edit, args=[question.pk])}
                for question in loaded.made
            ]
            context |= {"loaded": loaded, "made": made, "file_name": upload.name}
            return render(request, "assessments/admin/imported.html", context)
    status = 422 if form.errors else 200
    return render(request, "assessments/admin/import.html", context | {"form": form}, status=status)


@require_safe
def take_out(request: HttpRequest) -> HttpResponse:
    """For each format: how many questions it can carry, what it cannot say, and the file."""
    _may(request, "change", "add", "publish")
    questions = _chosen(request)
    query = request.GET.copy()
    query.pop("format", None)
    formats = []
    for name, form in FORMATS.items():
        written = exchange.written(questions, name)
        query["format"] = name
        formats.append(
            {
                "name": form.name,
                "notes": written.notes,
                "url": f"{reverse('assessments_export_file')}?{query.urlencode()}",
            }
        )
    context = _around(_("Export questions")) | {"count": len(questions), "formats": formats}
    return render(request, "assessments/admin/export.html", context)


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The file itself."""
    _may(request, "change", "add", "publish")
    name = request.GET.get("format", "")
    if name not in FORMATS:
        raise Http404
    form = FORMATS[name]
    written = exchange.written(_chosen(request), name)
    response = HttpResponse(written.text, content_type=f"{form.content_type}; charset=utf-8")
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="tilts-{day}.{form.ending}"'
    return response


def _chosen(request: HttpRequest) -> list[Question]:
    """The questions of the list as it was filtered."""
    bank = Question.objects.select_related("source", "reread", "twin").prefetch_related(
        "competence_weights__competence", "topics", "twin_of"
    )
    return list(narrowed(bank, request.GET, request))


class QuestionIndexView(FoundByWords):
    """The bank's list, with the ways in and out."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons: list[Button] = super().header_more_buttons
        query = self.request.GET.urlencode()
        out = reverse("assessments_export") + (f"?{query}" if query else "")
        return [
            *buttons,
            Button(_("Import"), reverse("assessments_import"), icon_name="upload", priority=40),
            Button(_("Export"), out, icon_name="download", priority=50),
        ]


urlpatterns = [
    path("questions/import/", bring_in, name="assessments_import"),
    path("questions/export/", take_out, name="assessments_export"),
    path("questions/export/file/", file, name="assessments_export_file"),
]

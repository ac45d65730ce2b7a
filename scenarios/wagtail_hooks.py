"""Stories in the admin: the list, the form with the linter's findings, publishing held back."""

from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, Panel, TabbedInterface
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, WorkflowActionView

from scenarios import exchange_admin, story_reports
from scenarios.drawing import draw
from scenarios.forms_admin import StoryForm
from scenarios.forms_play import played
from scenarios.models import Story
from scenarios.structure import StoryInvalid


def _sides(name: str) -> FieldRowPanel:
    """A text in both languages, side by side."""
    return FieldRowPanel([FieldPanel(f"{name}_lv"), FieldPanel(f"{name}_en")])


def checked(story: Story) -> dict[str, Any]:
    """What the linter says of a story, errors first, and its map."""
    findings = story.findings()
    levels: dict[str, str] = {}
    for finding in findings:  # errors come first, so that the worst stays
        if len(finding.where) > 1 and finding.where[0] in ("scenes", "endings"):
            levels.setdefault(finding.where[1], finding.level)
    return {
        "is_begun": True,
        "errors": [finding for finding in findings if finding.is_error],
        "warnings": [finding for finding in findings if not finding.is_error],
        "map": draw(story.data(), levels),
    }


def in_form(request: HttpRequest) -> Story | None:
    """The story as the form in the browser has it, unsaved; None where the form cannot be read."""
    if not permission_policy.user_has_any_permission(request.user, ["add", "change"]):
        raise PermissionDenied
    form_class = StoryViewSet().get_edit_handler().get_form_class()
    form = form_class(request.POST, request.FILES, instance=Story(), for_user=request.user)
    form.defer_required_fields()
    for field in form.fields.values():  # what is missing is the check's to say
        field.required = False
    try:
        is_whole = form.is_valid()
    except (KeyError, ValueError):  # the blocks of a stream do not hang together
        is_whole = False
    return form.instance if is_whole else None


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """The check and the map of the story in the form; nothing is saved."""
    story = in_form(request)
    if story is None:
        return HttpResponse(status=422)
    return render(request, "scenarios/admin/check.html", checked(story))


@require_POST
def play(request: HttpRequest) -> HttpResponse:
    """The story in the form played from any scene with any values; nothing is saved."""
    story = in_form(request)
    if story is None:
        return HttpResponse(status=422)
    return render(request, "scenarios/admin/play.html", played(story, request.POST))


@hooks.register("register_admin_urls")
def beside_the_form() -> list[URLPattern]:
    return [
        path("stories/check/", check, name="scenarios_check"),
        path("stories/play/", play, name="scenarios_play"),
        *exchange_admin.urlpatterns,
        *story_reports.urlpatterns,
    ]


@hooks.register("register_snippet_listing_buttons")
def figures_button(snippet: Any, user: Any, next_url: str | None = None) -> list[Button]:
    """From the list to how a story is played."""
    if not isinstance(snippet, Story):
        return []
    address = reverse("scenarios_figures", args=[snippet.pk])
    return [Button(_("How it is played"), address, icon_name="order", priority=45)]


class FindingsPanel(Panel):
    """What the linter says of the story in the form, errors first, and its map."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "scenarios/admin/check_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            is_begun = bool(self.instance and (self.instance.pk or self.form.is_bound))
            context |= checked(self.instance) if is_begun else {"is_begun": False}
            if self.instance and self.instance.pk and self.instance.latest_version():
                context["book"] = reverse("scenarios:book", args=[self.instance.uuid])
            return context | {"story": self.instance}


class StoryFilter(WagtailFilterSet):
    """Narrows the list to a module, to what is live, to what is archived."""

    module = django_filters.ChoiceFilter(label=_("Module"), choices=lambda: _modules())

    class Meta:
        model = Story
        fields = ["module", "live", "archived"]


def _modules() -> list[tuple[str, str]]:
    used = Story.objects.order_by("module").values_list("module", flat=True).distinct()
    return [(module, module) for module in used if module]


class StoryWorkflowActionView(WorkflowActionView):
    """Approving publishes: a story that became unsound meanwhile goes back to the form."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                response: HttpResponse = super().post(request, *args, **kwargs)
                return response
        except StoryInvalid as invalid:
            count = len(invalid.findings)
            messages.error(
                request,
                ngettext(
                    "The story was not published: it has %(count)d error.",
                    "The story was not published: it has %(count)d errors.",
                    count,
                )
                % {"count": count},
            )
            address = self.get_edit_url() if hasattr(self, "get_edit_url") else self.redirect_url
            if request.headers.get("x-requested-with") == "XMLHttpRequest":
                answer: HttpResponse = self.render_modal_json(
                    request, {"step": "success", "redirect": address}
                )
                return answer
            return redirect(address)


class StoryIndexView(IndexView):
    """The list of stories, with the way in for files."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        way_in = Button(_("Import"), reverse("scenarios_import"), icon_name="upload", priority=40)
        return [*super().header_more_buttons, way_in]


class StoryViewSet(SnippetViewSet):
    model = Story
    index_view_class = StoryIndexView
    icon = "comment"
    menu_label = _("Stories")
    menu_name = "stories"
    menu_order = 220
    add_to_admin_menu = True
    list_display = [
        "__str__",
        "module",
        Column("scene_count", label=_("Scenes")),
        Column("version", label=_("Version"), sort_key="version"),
        LiveStatusTagColumn(),
    ]
    list_per_page = 50
    filterset_class = StoryFilter
    search_backend_name = None  # the list is short: the database finds in it
    search_fields = ["title_lv", "title_en", "key"]
    copy_view_enabled = False
    workflow_action_view_class = StoryWorkflowActionView
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FindingsPanel(heading=pgettext_lazy("of a story", "Check")),
                    FieldPanel("start"),
                    FieldPanel("scenes"),
                ],
                heading=_("Scenes"),
            ),
            ObjectList(
                [
                    FieldPanel("variables"),
                    FieldRowPanel([FieldPanel("max_turns"), FieldPanel("end_of_turns")]),
                ],
                heading=_("Variables"),
            ),
            ObjectList([FieldPanel("endings")], heading=_("Endings")),
            ObjectList(
                [
                    _sides("title"),
                    _sides("summary"),
                    _sides("intro"),
                    FieldPanel("competences"),
                    FieldRowPanel([FieldPanel("conversation"), FieldPanel("stage")]),
                    FieldPanel("next_scenarios"),
                    FieldRowPanel([FieldPanel("module"), FieldPanel("key")]),
                    FieldPanel("archived"),
                ],
                heading=_("About the story"),
            ),
        ],
        base_form_class=StoryForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        return Story.objects.annotate(version=Max("versions__number"))


register_snippet(StoryViewSet)
permission_policy = ModelPermissionPolicy(Story)


@hooks.register("insert_editor_js")
def checked_as_it_is_edited() -> SafeString:
    return format_html_join(
        "",
        '<script type="module" src="{}"></script>',
        [[static(f"scenarios/{name}.js")] for name in ("admin", "targets", "play")],
    )


@hooks.register("insert_global_admin_css")
def both_languages_side_by_side() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("scenarios/admin.css"))

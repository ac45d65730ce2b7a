"""Stories in the admin: the list, the form with the linter's findings, publishing held back."""

from typing import Any

import django_filters
from django.contrib import messages
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, Panel, TabbedInterface
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, WorkflowActionView

from scenarios.forms_admin import StoryForm
from scenarios.models import Story
from scenarios.structure import StoryInvalid


def _sides(name: str) -> FieldRowPanel:
    """A text in both languages, side by side."""
    return FieldRowPanel([FieldPanel(f"{name}_lv"), FieldPanel(f"{name}_en")])


class FindingsPanel(Panel):
    """What the linter says of the story in the form, errors first."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "scenarios/admin/findings.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            is_begun = bool(self.instance and (self.instance.pk or self.form.is_bound))
            findings = self.instance.findings() if is_begun else []
            return context | {
                "is_begun": is_begun,
                "errors": [finding for finding in findings if finding.is_error],
                "warnings": [finding for finding in findings if not finding.is_error],
            }


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


class StoryViewSet(SnippetViewSet):
    model = Story
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
                [FindingsPanel(heading=_("Check")), FieldPanel("start"), FieldPanel("scenes")],
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


@hooks.register("insert_global_admin_css")
def both_languages_side_by_side() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("scenarios/admin.css"))

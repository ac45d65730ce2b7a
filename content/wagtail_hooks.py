"""What `content` adds to Wagtail's admin."""

from typing import Any

from django.templatetags.static import static
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import UpdatedAtColumn
from wagtail.log_actions import LogActionRegistry
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import (
    SnippetChooserViewSet,
    SnippetChosenView,
)
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from content import admin_views, rich_text
from content.models import Figure, GlossaryTerm, PackRecord, Source


class KeyChosenView(SnippetChosenView):
    """Tells the rich text editor the key as well, and the words to insert."""

    def get_chosen_response_data(self, item: PackRecord) -> dict[str, Any]:
        data: dict[str, Any] = super().get_chosen_response_data(item)
        return data | {"key": item.key, "title": str(item)}


class KeyChooserViewSet(SnippetChooserViewSet):
    chosen_view_class = KeyChosenView


class TermViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "tag"
    menu_label = _("Glossary")
    list_display = ["term_lv", "term_en", "source", UpdatedAtColumn()]
    list_filter = ["archived"]
    list_per_page = 100
    ordering = ["term_lv"]
    chooser_viewset_class = KeyChooserViewSet
    copy_view_enabled = False
    panels = [
        FieldRowPanel([FieldPanel("term_lv"), FieldPanel("term_en")]),
        FieldPanel("definition_lv"),
        FieldPanel("definition_en"),
        FieldPanel("source"),
        FieldPanel("archived"),
        FieldPanel("key", read_only=True),
    ]


class SourceViewSet(SnippetViewSet):
    model = Source
    icon = "openquote"
    menu_label = _("Sources")
    list_display = ["title_lv", "kind", "checked_on", "review_by", UpdatedAtColumn()]
    list_filter = ["kind", "archived", "review_by"]
    list_per_page = 100
    ordering = ["review_by"]
    chooser_viewset_class = KeyChooserViewSet
    copy_view_enabled = False
    panels = [
        FieldPanel("title_lv"),
        FieldPanel("title_en"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("address")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("checked_on"), FieldPanel("review_by")]),
                FieldRowPanel([FieldPanel("owner_lv"), FieldPanel("owner_en")]),
            ],
            heading=_("Kept true"),
        ),
        FieldPanel("archived"),
        FieldPanel("key", read_only=True),
    ]


class FigureViewSet(SnippetViewSet):
    model = Figure
    icon = "image"
    menu_label = _("Figures")
    list_display = ["key", UpdatedAtColumn()]
    list_filter = ["archived"]
    list_per_page = 100
    ordering = ["key"]
    copy_view_enabled = False
    panels = [FieldPanel("key"), FieldPanel("svg"), FieldPanel("archived")]


class ReferenceGroup(SnippetViewSetGroup):
    items = (TermViewSet, SourceViewSet, FigureViewSet)
    menu_label = _("Reference")
    menu_icon = "openquote"
    menu_order = 250


register_snippet(ReferenceGroup)


@hooks.register("register_rich_text_features")
def links(features: FeatureRegistry) -> None:
    rich_text.register(features)


@hooks.register("insert_editor_js")
def sent_after_saving() -> SafeString:
    return format_html(
        '<script type="module" src="{}"></script>', static("content/admin/saving.js")
    )


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    report = admin_views.OutOfDateReport
    return [
        path("content/up-to-date/<int:pk>/", admin_views.up_to_date, name="content_up_to_date"),
        path("reports/out-of-date/", report.as_view(), name="content_out_of_date"),
        path(
            "reports/out-of-date/results/",
            report.as_view(results_only=True),
            name="content_out_of_date_results",
        ),
    ]


@hooks.register("register_reports_menu_item")
def report_item() -> MenuItem:
    return MenuItem(
        _("Translations out of date"),
        reverse("content_out_of_date"),
        name="out-of-date",
        icon_name="globe",
        order=650,
    )


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        admin_views.UP_TO_DATE,
        _("Translation is up to date"),
        _("Said that the translation is up to date"),
    )

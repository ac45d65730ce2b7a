"""Quizzes in the admin: the editor with their rules, and the list."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from assessments.models import Quiz
from content.bilingual import LANGUAGES


def sides(name: str) -> FieldRowPanel:
    """A text in both languages, side by side."""
    return FieldRowPanel([FieldPanel(f"{name}_lv"), FieldPanel(f"{name}_en")])


class QuizForm(WagtailAdminModelForm):
    """A quiz in the editor."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.is_deferred_validation:
            return cleaned
        for name in ("intro", "passed", "failed"):
            said = [bool(cleaned.get(f"{name}_{language}")) for language in LANGUAGES]
            if any(said) and not all(said):
                empty = LANGUAGES[said.index(False)]
                self.add_error(f"{name}_{empty}", _("The text is missing in this language."))
        return cleaned


class QuizViewSet(SnippetViewSet):
    model = Quiz
    icon = "tasks"
    menu_label = _("Quizzes")
    list_display = [
        "__str__",
        "module",
        Column("asked", label=_("Questions")),
        Column("pass_mark", label=_("Pass mark, percent"), sort_key="pass_mark"),
        Column("state", label=_("Status"), sort_key="live"),
    ]
    list_filter = ["module", "live", "archived"]
    copy_view_enabled = False
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    sides("title"),
                    sides("intro"),
                    InlinePanel(
                        "places",
                        [FieldPanel("question")],
                        heading=_("Questions in order"),
                        label=_("Question"),
                        min_num=1,
                    ),
                ],
                heading=_("Questions"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("attempts_allowed")]),
                    FieldRowPanel([FieldPanel("draw"), FieldPanel("feedback")]),
                    FieldPanel("shuffle"),
                    MultiFieldPanel(
                        [sides("passed"), sides("failed")],
                        heading=_("What people read at the end"),
                    ),
                ],
                heading=_("Rules"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("module"), FieldPanel("key", read_only=True)]),
                    FieldPanel("archived"),
                ],
                heading=_("Place in the bank"),
            ),
        ],
        base_form_class=QuizForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quiz]:
        return Quiz.objects.annotate(asked=Count("places"))

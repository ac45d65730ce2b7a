"""The question bank in the admin, and the menu it shares with the quizzes."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Count, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    Panel,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from assessments import exchange_admin, item_reports, regrade_admin, regrading
from assessments.bank_admin import (
    ACTIONS,
    QuestionChooserViewSet,
    QuestionFilter,
    TopicViewSet,
    UsedPanel,
)
from assessments.forms_admin import QuestionForm
from assessments.models import Question
from assessments.quiz_admin import QuizViewSet, sides, tell_warnings


def _of(kinds: str, heading: Any, panels: list[Panel]) -> MultiFieldPanel:
    """What only questions of these kinds have; `admin.js` shows the panel of the chosen kind."""
    return MultiFieldPanel(panels, heading=heading, attrs={"data-kinds": kinds})


KIND_PANELS = [
    _of("single multiple true-false", _("Options"), [FieldPanel("options")]),
    _of(
        "matching",
        _("Match pairs"),
        [
            FieldPanel("pairs", help_text=_("Each with its right side; they are shown mixed.")),
            FieldPanel("extra"),
        ],
    ),
    _of("ordering", _("Put in order"), [FieldPanel("items")]),
    _of("grouping", _("Sort into groups"), [FieldPanel("groups")]),
    _of(
        "cloze",
        _("Fill gaps in a text"),
        [
            HelpPanel(
                content=_(
                    "Where a gap is, write its key in two square brackets, as in [[when]]; "
                    "each language has every gap once, in whatever order it needs."
                )
            ),
            sides("text"),
            FieldPanel("gaps"),
        ],
    ),
    _of(
        "number estimate",
        _("A number"),
        [FieldRowPanel([FieldPanel("value"), FieldPanel("unit_lv"), FieldPanel("unit_en")])],
    ),
    _of("number", _("Right and nearly right"), [FieldPanel("tolerance"), FieldPanel("near")]),
    _of(
        "estimate",
        _("The real figure"),
        [FieldRowPanel([FieldPanel("year"), FieldPanel("within")]), sides("said_by")],
    ),
    _of("short-text", _("A few words"), [FieldPanel("accepted"), FieldPanel("wrong")]),
    _of("number short-text estimate open", _("Hint"), [sides("hint")]),
    _of("cloze short-text", _("How words are compared"), [FieldPanel("exact")]),
    _of("number estimate", _("What is said when the number is known"), [sides("feedback")]),
    _of("number short-text", _("What is said of any other answer"), [sides("other")]),
    _of(
        "open",
        _("Own words"),
        [
            FieldPanel("longest"),
            FieldPanel("criteria"),
            sides("example"),
        ],
    ),
]


class QuestionViewSet(SnippetViewSet):
    model = Question
    index_view_class = exchange_admin.QuestionIndexView
    chooser_viewset_class = QuestionChooserViewSet
    icon = "help"
    menu_label = _("Questions")
    list_display = [
        "__str__",
        "module",
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        Column("review", label=_("Needs review"), sort_key="needs_review"),
        Column("used", label=_("Quizzes"), sort_key="used"),
        Column("state", label=_("Status"), sort_key="live"),
    ]
    list_per_page = 50
    filterset_class = QuestionFilter
    copy_view_enabled = False
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("kind", attrs={"data-kind-chosen": ""}),
                    sides("stem"),
                    *KIND_PANELS,
                    sides("explanation"),
                ],
                heading=_("Question"),
            ),
            ObjectList(
                [
                    InlinePanel(
                        "competence_weights",
                        [FieldRowPanel([FieldPanel("competence"), FieldPanel("weight")])],
                        heading=_("What an answer shows"),
                        label=_("Competence"),
                    ),
                    MultiFieldPanel(
                        [
                            FieldRowPanel([FieldPanel("difficulty"), FieldPanel("applies")]),
                            FieldPanel("critical"),
                            FieldPanel("twin"),
                            FieldPanel("needs_review"),
                        ],
                        heading=_("Use"),
                    ),
                    FieldPanel("topics", widget=CheckboxSelectMultiple),
                    MultiFieldPanel(
                        [
                            FieldRowPanel(
                                [
                                    FieldPanel("source"),
                                    FieldPanel("source_section"),
                                    FieldPanel("source_pages"),
                                ]
                            ),
                            PageChooserPanel("reread", "courses.LessonPage"),
                        ],
                        heading=_("Where it is from"),
                    ),
                ],
                heading=_("Competences and source"),
            ),
            ObjectList(
                [
                    HelpPanel(
                        content=_(
                            "Publishing keeps a version of the question. Attempts begun earlier "
                            "keep the version they began with."
                        )
                    ),
                    FieldRowPanel([FieldPanel("module"), FieldPanel("key", read_only=True)]),
                    FieldPanel("archived"),
                    UsedPanel(heading=_("Where it is used")),
                    regrade_admin.RegradePanel(heading=_("Mark again")),
                ],
                heading=_("Place in the bank"),
            ),
        ],
        base_form_class=QuestionForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return Question.objects.annotate(used=Count("places", distinct=True))


class QuizzesGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, QuizViewSet, TopicViewSet)
    menu_icon = "tasks"
    menu_label = _("Quizzes")
    menu_name = "quizzes"
    menu_order = 210


register_snippet(QuizzesGroup)

for action in ACTIONS:
    hooks.register("register_bulk_action", action)


@hooks.register("register_admin_urls")
def exchange_urls() -> list[URLPattern]:
    return [
        *exchange_admin.urlpatterns,
        *item_reports.urlpatterns,
        *regrade_admin.urlpatterns,
    ]


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """What a group may be given beside the bank itself: marking everybody, and marking again."""
    return Permission.objects.filter(
        content_type__app_label="assessments", codename__in=["mark_attempt", "regrade_attempt"]
    )


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    @actions.register_action(regrading.LOG_ACTION)
    class RegradeFormatter(LogFormatter):
        label = _("Mark again")

        def format_message(self, log_entry: Any) -> str:
            return _now("Marked %(attempts)d attempts again by version %(to)d: %(reason)s") % {
                "attempts": log_entry.data["attempts"],
                "to": log_entry.data["to"],
                "reason": log_entry.data["reason"],
            }


class ItemsMenuItem(MenuItem):
    """Item statistics, for whoever works on the bank."""

    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(Question)
        return bool(policy.user_has_any_permission(request.user, ["add", "change", "publish"]))


@hooks.register("register_reports_menu_item")
def items_menu_item() -> MenuItem:
    return ItemsMenuItem(
        _("Item statistics"), reverse_lazy("assessments_items"), icon_name="order", order=900
    )


@hooks.register("insert_editor_js")
def kind_chosen() -> SafeString:
    return format_html('<script src="{}"></script>', static("assessments/admin.js"))


@hooks.register("insert_global_admin_css")
def option_layout() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("assessments/admin.css"))


for hook in ("after_create_snippet", "after_edit_snippet"):
    hooks.register(hook, tell_warnings)

"""Quizzes in the admin: the editor with their rules, and the list."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from assessments import known
from assessments.draws import ITEMS_OF_A_POINT, MOST_POINTS
from assessments.models import Quiz
from assessments.regrade_admin import RegradePanel
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
        for name, reason in rule_problems(cleaned):
            if name in self.fields:
                self.add_error(name, reason)
        return cleaned


def rule_problems(rules: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What contradicts itself in the rules of a quiz: (field, reason)."""
    opens, closes = rules.get("opens"), rules.get("closes")
    if opens and closes and closes <= opens:
        yield "closes", _now("It closes before it opens.")
    if rules.get("overdue") == Quiz.Overdue.GRACE and not rules.get("grace"):
        yield "grace", _now("Say how many minutes are granted.")
    passes, of = rules.get("mastery_passes") or 0, rules.get("mastery_of") or 0
    if passes > of:
        yield "mastery_of", _now("More attempts are to pass than are looked at.")
    if of and not passes:
        yield "mastery_passes", _now("Say how many of them are to pass.")
    allowed = rules.get("attempts_allowed") or 0
    if allowed and of > allowed:
        yield "mastery_of", _now("There are fewer attempts than that.")


def warnings(quiz: Quiz) -> Iterator[str]:
    """What an editor should know of a quiz that is published all the same."""
    pool = known.pool(quiz)
    points = known.points()
    critical = {item.point for item in pool if item.critical}
    thin = [point for point in critical if len(points.get(point, ())) < ITEMS_OF_A_POINT]
    if thin:
        yield ngettext(
            "%(count)d safety-critical point has fewer than %(items)d questions: write more of "
            "them and link them as twins, so that a slip can be asked about in other words.",
            "%(count)d safety-critical points have fewer than %(items)d questions: write more of "
            "them and link them as twins, so that a slip can be asked about in other words.",
            len(thin),
        ) % {"count": len(thin), "items": ITEMS_OF_A_POINT}
    if len(critical) > MOST_POINTS:
        yield _now(
            "The quiz has %(count)d safety-critical points. An attempt asks at most %(most)d of "
            "them, drawn at random."
        ) % {"count": len(critical), "most": MOST_POINTS}
    for rule in known.rules(quiz):
        fitting = sum(rule.takes(item) for item in pool)
        if fitting < rule.number:
            yield _now("A draw rule asks for %(number)d questions, and %(fitting)d fit it.") % {
                "number": rule.number,
                "fitting": fitting,
            }


def tell_warnings(request: HttpRequest, quiz: Any) -> None:
    """After a quiz was saved in the admin: what to look at. A hook of Wagtail's."""
    if isinstance(quiz, Quiz) and quiz.live:
        for said in warnings(quiz):
            messages.warning(request, said)


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
                    FieldRowPanel([FieldPanel("draw"), FieldPanel("shuffle")]),
                    InlinePanel(
                        "draw_rules",
                        [
                            FieldRowPanel([FieldPanel("number"), FieldPanel("unseen_in_last")]),
                            FieldRowPanel([FieldPanel("topic"), FieldPanel("competence")]),
                            FieldRowPanel([FieldPanel("critical"), FieldPanel("difficulty")]),
                        ],
                        heading=_("Draw rules"),
                        label=_("Draw rule"),
                        help_text=_(
                            "What they ask for is drawn first; what is missing to the number of "
                            "questions drawn is then drawn from the rest."
                        ),
                    ),
                ],
                heading=_("Questions"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("grade")]),
                    FieldRowPanel([FieldPanel("mastery_passes"), FieldPanel("mastery_of")]),
                    FieldPanel("attempts_allowed"),
                    FieldRowPanel([FieldPanel("wait_second"), FieldPanel("wait_later")]),
                    FieldRowPanel([FieldPanel("miss_days"), FieldPanel("marking")]),
                    MultiFieldPanel(
                        [sides("passed"), sides("failed")],
                        heading=_("What people read at the end"),
                    ),
                ],
                heading=_("Attempts and result"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
                    FieldPanel("time_limit"),
                    FieldRowPanel([FieldPanel("overdue"), FieldPanel("grace")]),
                    FieldPanel("extensions"),
                ],
                heading=_("Time"),
            ),
            ObjectList(
                [
                    FieldPanel("presentation"),
                    FieldPanel("certainty"),
                    FieldPanel("try_out"),
                    MultiFieldPanel(
                        [
                            FieldPanel("shown_during"),
                            FieldPanel("shown_after"),
                            FieldPanel("shown_later"),
                            FieldPanel("shown_closed"),
                        ],
                        heading=_("What people see of each question"),
                    ),
                ],
                heading=_("Presentation"),
            ),
            ObjectList(
                [
                    HelpPanel(
                        content=_(
                            "An attempt keeps the rules it began with. What you change here holds "
                            "from the next attempt on."
                        )
                    ),
                    FieldRowPanel([FieldPanel("module"), FieldPanel("key", read_only=True)]),
                    FieldPanel("archived"),
                    RegradePanel(heading=_("Mark again")),
                ],
                heading=_("Place in the bank"),
            ),
        ],
        base_form_class=QuizForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quiz]:
        return Quiz.objects.annotate(asked=Count("places"))

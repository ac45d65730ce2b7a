"""Finding one's way in the question bank: filters, search, acts on many at once, where used."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import django_filters
from django import forms
from django.contrib.admin.utils import quote
from django.db.models import Count, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.panels import Panel
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views.chooser import (
    BaseSnippetChooseView,
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
)
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from assessments.models import Kind, Question, Quiz, Step, Topic
from content.models import Applies
from courses.people.models import User
from courses.progress.models import Competence

# Filters and search ---------------------------------------------------------------------


def modules() -> list[tuple[str, str]]:
    used = Question.objects.order_by("module").values_list("module", flat=True).distinct()
    return [(module, module) for module in used if module]


def quizzes() -> list[tuple[int, str]]:
    return [(quiz.pk, str(quiz)) for quiz in Quiz.objects.filter(archived=False)]


class QuestionFilter(WagtailFilterSet):
    """Narrows the bank to what an editor is working on."""

    module = django_filters.ChoiceFilter(label=_("Module"), choices=modules)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    competence = django_filters.ModelChoiceFilter(
        label=_("Competence"),
        queryset=Competence.objects.filter(archived=False),
        method="of_competence",
    )
    topic = django_filters.ModelChoiceFilter(
        label=_("Topic"), queryset=Topic.objects.filter(archived=False), method="of_topic"
    )
    quiz = django_filters.ChoiceFilter(
        label=_("Asked in"), choices=quizzes, field_name="places__quiz"
    )
    applies = django_filters.ChoiceFilter(label=_("Setting"), choices=Applies.choices)

    class Meta:
        model = Question
        fields = [
            *("module", "kind", "competence", "topic", "quiz", "applies", "difficulty"),
            *("needs_review", "critical", "live", "archived"),
        ]

    def of_competence(self, questions: Any, name: str, value: Competence) -> Any:
        return questions.showing(value)

    def of_topic(self, questions: Any, name: str, value: Topic) -> Any:
        return questions.about(value)


def narrowed(bank: Any, query: QueryDict, request: HttpRequest) -> Any:
    """The questions that the list shows with this query in its address."""
    return QuestionFilter(query, queryset=bank, request=request).qs.found(query.get("q", ""))


class FoundByWords(IndexView):
    """A list whose search finds inflected words, and leaves order and filters as they are."""

    def search_queryset(self, queryset: Any) -> Any:
        return queryset.found(self.search_query) if self.is_searching else queryset


class ChooserFilterForm(BaseFilterForm):
    """What narrows the list of questions to choose from."""

    q = forms.CharField(
        label=_("Words"), required=False, widget=forms.TextInput(attrs={"placeholder": _("Words")})
    )
    module = forms.ChoiceField(label=_("Module"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    topic = forms.ModelChoiceField(
        label=_("Topic"), required=False, queryset=Topic.objects.filter(archived=False)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("module", modules()), ("kind", Kind.choices)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared above)
            field.choices = [("", _("all")), *choices]
        for name in ("module", "kind", "topic"):
            self.fields[name].widget.attrs["data-chooser-modal-search-filter"] = True

    def filter(self, objects: Any) -> Any:
        given = self.cleaned_data
        for name in ("module", "kind"):
            if given[name]:
                objects = objects.filter(**{name: given[name]})
        if given["topic"]:
            objects = objects.about(given["topic"])
        if given["q"]:
            objects = objects.found(given["q"])
        self.is_searching = any(given.values())
        self.search_query = given["q"]
        return objects


class QuestionChoosing(BaseSnippetChooseView):
    """Questions to put into a quiz or to name as a twin."""

    filter_form_class = ChooserFilterForm

    def get_object_list(self) -> QuerySet[Question]:
        return Question.objects.filter(archived=False)

    @property
    def columns(self) -> list[Any]:
        return [
            self.title_column,
            Column("get_kind_display", label=_("Kind")),
            Column("module", label=_("Module")),
            Column("state", label=_("Status")),
        ]


class QuestionChooseView(QuestionChoosing, ChooseView):
    pass


class QuestionChooseResultsView(QuestionChoosing, ChooseResultsView):
    pass


class QuestionChooserViewSet(SnippetChooserViewSet):
    choose_view_class = QuestionChooseView
    choose_results_view_class = QuestionChooseResultsView


# Topics ---------------------------------------------------------------------------------


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    list_display = [
        "__str__",
        Column("parent", label=_("Part of"), sort_key="parent__key"),
        Column("asked", label=_("Questions"), sort_key="asked"),
        LiveStatusTagColumn(),
    ]
    list_filter = ["parent", "archived"]
    copy_view_enabled = False

    def get_queryset(self, request: Any) -> QuerySet[Topic]:
        return Topic.objects.select_related("parent").annotate(asked=Count("questions"))


# Acts on many ---------------------------------------------------------------------------


def change(question: Question, make: Callable[[Question], None], user: User) -> None:
    """Change a question as an editor would: what is live and what waits as a draft, each.

    A live question is published anew, which keeps a version; attempts made before keep theirs.
    """
    draft = None
    if question.has_unpublished_changes:
        draft = question.get_latest_revision_as_object()
    make(question)
    if question.live:
        question.save_revision(user=user, log_action=True, clean=False).publish(user=user)
    else:
        # Lists read the row; editors go on from the draft.
        question.save()
    if draft is not None or not question.live:
        draft = draft or question.get_latest_revision_as_object()
        make(draft)
        draft.save_revision(user=user, log_action=True, clean=False)


class OnQuestions(SnippetBulkAction):
    """An act on the questions chosen in the list, after a page that asks how."""

    template_name = "assessments/admin/bulk.html"
    models = [Question]
    action_priority = 20
    question: Any = ""  # what the page asks
    button: Any = ""

    def check_perm(self, snippet: Question) -> bool:
        """Whoever may not publish changes only what is not live."""
        allowed = self.permission_policy.user_has_permission_for_instance
        return bool(
            allowed(self.request.user, "change", snippet)
            and (not snippet.live or allowed(self.request.user, "publish", snippet))
        )

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Sequence[int]:
        """All that the list shows as it is filtered, not all there are."""
        query = QueryDict(urlsplit(self.next_url).query)
        return list(
            narrowed(Question.objects.all(), query, self.request).values_list("pk", flat=True)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "header_icon": "help",
            "action": self.display_name,
            "asks": self.question,
            "button": self.button,
        }

    @classmethod
    def execute_action(cls, objects: Sequence[Question], **kwargs: Any) -> tuple[int, int]:
        action = kwargs["self"]
        for question in objects:
            change(question, action.make, action.request.user)
        return len(objects), 0

    def make(self, question: Question) -> None:
        raise NotImplementedError

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(count)d question was changed.",
            "%(count)d questions were changed.",
            num_parent_objects,
        ) % {"count": num_parent_objects}


class TopicForm(forms.Form):
    topic = forms.ModelChoiceField(label=_("Topic"), queryset=Topic.objects.filter(archived=False))
    how = forms.ChoiceField(
        label=_("What to do"),
        choices=[("add", _("They are about it")), ("remove", _("They are not about it"))],
        initial="add",
        widget=forms.RadioSelect,
    )


class SetTopic(OnQuestions):
    display_name = _("Topic")
    action_type = "topic"
    aria_label = _("Add a topic to the chosen questions, or take it away")
    question = _("Which topic are these questions about, or not?")
    button = _("Change topics")
    form_class = TopicForm

    def make(self, question: Question) -> None:
        topic = self.cleaned_form.cleaned_data["topic"]
        others = [each for each in question.topics.all() if each != topic]
        is_added = self.cleaned_form.cleaned_data["how"] == "add"
        question.topics = [*others, topic] if is_added else others


class ReviewForm(forms.Form):
    needs_review = forms.TypedChoiceField(
        label=_("Expert review"),
        choices=[
            ("yes", _("They need an expert’s review and are not scored until then")),
            ("no", _("An expert has confirmed them: they are scored")),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )


class SetReview(OnQuestions):
    display_name = _("Expert review")
    action_type = "review"
    aria_label = _("Say whether the chosen questions need an expert’s review")
    question = _("Do these questions need an expert’s review?")
    button = _("Change review")
    form_class = ReviewForm

    def make(self, question: Question) -> None:
        question.needs_review = self.cleaned_form.cleaned_data["needs_review"]


class ArchiveForm(forms.Form):
    archived = forms.TypedChoiceField(
        label=_("Archive"),
        choices=[
            ("yes", _("Archive them: no new attempt asks them")),
            ("no", _("Bring them back from the archive")),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )


class SetArchived(OnQuestions):
    display_name = _("Archive")
    action_type = "archive"
    aria_label = _("Archive the chosen questions, or bring them back")
    question = _("Archive these questions? What was answered stays on record.")
    button = _("Change archive")
    form_class = ArchiveForm

    def make(self, question: Question) -> None:
        question.archived = self.cleaned_form.cleaned_data["archived"]


ACTIONS = (SetTopic, SetReview, SetArchived)

# Where used -----------------------------------------------------------------------------


class UsedPanel(Panel):
    """Where a question is asked, who asks the same, and how many attempts had which version."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "assessments/admin/used.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | (used(self.instance) if self.instance.pk else {})


def used(question: Question) -> dict[str, Any]:
    """Quizzes, twins and versions of a question; four queries, whatever their number."""
    answers = (
        Step.objects.filter(version__question=question, kind=Step.Kind.SAVED)
        .order_by()
        .values("version")
        .annotate(attempts=Count("attempt", distinct=True))
    )
    attempts = {row["version"]: row["attempts"] for row in answers}
    twins = [*question.twin_of.all(), *([question.twin] if question.twin else [])]
    return {
        "is_saved": True,
        "quizzes": [(quiz, _edit(quiz)) for quiz in Quiz.objects.filter(places__question=question)],
        "twins": [(twin, _edit(twin)) for twin in twins],
        "versions": [
            (version, attempts.get(version.pk, 0))
            for version in question.versions.defer("data").order_by("-number")
        ],
    }


def _edit(record: Question | Quiz) -> str:
    viewset: Any = record.snippet_viewset
    return reverse(viewset.get_url_name("edit"), args=[quote(record.pk)])

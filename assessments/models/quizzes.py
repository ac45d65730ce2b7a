"""Quizzes: questions in an order, the rules by which they are asked, and the pages they stand on."""

from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable
from wagtail.search import index

from assessments.models.bank import BankItem, Question
from content.bilingual import pick
from content.models import BasePage


class Quiz(BankItem):
    """Questions in an order, and the rules by which they are asked."""

    class Feedback(models.TextChoices):
        END = "end", _("at the end")
        EACH = "each", _("after each question")

    pack_kind = "quiz"
    named_by = "title"

    title_lv = models.CharField(_("title (Latvian)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    intro_lv = models.TextField(_("introduction (Latvian)"), blank=True, max_length=4000)
    intro_en = models.TextField(_("introduction (English)"), blank=True, max_length=4000)
    passed_lv = models.TextField(_("text when passed (Latvian)"), blank=True, max_length=2000)
    passed_en = models.TextField(_("text when passed (English)"), blank=True, max_length=2000)
    failed_lv = models.TextField(_("text when not passed (Latvian)"), blank=True, max_length=2000)
    failed_en = models.TextField(_("text when not passed (English)"), blank=True, max_length=2000)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark, percent"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts allowed"), default=0, help_text=_("0: as many as people like.")
    )
    draw = models.PositiveSmallIntegerField(
        _("questions drawn"),
        default=0,
        help_text=_("How many questions an attempt is given, drawn at random. 0: all of them."),
    )
    shuffle = models.BooleanField(
        _("shuffle questions and options"),
        default=True,
        help_text=_("True and false always stand in this order."),
    )
    feedback = models.CharField(
        _("answers are explained"), max_length=10, choices=Feedback, default=Feedback.END
    )

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="quiz")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="quiz",
        for_concrete_model=False,
    )

    search_fields = [
        index.SearchField("title_lv"),
        index.SearchField("title_en"),
        index.AutocompleteField("title_lv"),
        index.AutocompleteField("title_en"),
        index.FilterField("module"),
        index.FilterField("live"),
        index.FilterField("archived"),
    ]

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["module", "pk"]

    def __str__(self) -> str:
        return pick(self, "title") or self.key

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("lv", _("In Latvian")), ("en", _("In English"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from assessments.previews import preview_quiz

        return preview_quiz(request, self, mode_name)

    def asked_count(self) -> int:
        """How many questions a new attempt has."""
        asked = self.places.filter(question__live=True, question__archived=False).count()
        return min(asked, self.draw) if self.draw else asked


class QuizQuestion(Orderable):
    """A question's place in a quiz."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="places")
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="places", verbose_name=_("question")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint("quiz", "question", name="one_place_in_a_quiz"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}: {self.question_id}"


class QuizPage(BasePage):
    """Where a quiz stands in a module, in one language; it names the quiz and adds no rules."""

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="pages", verbose_name=_("quiz"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)

    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    activity_kind = "quiz"
    done_verb = "passed"

    class Meta:
        verbose_name = _("quiz page")
        verbose_name_plural = _("quiz pages")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from assessments.views import quiz_page

        return quiz_page(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from assessments.previews import preview_page

        return preview_page(request, self)

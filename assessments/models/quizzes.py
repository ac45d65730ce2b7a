"""Quizzes: questions in an order, the rules by which they are asked, and the pages they stand on."""

from typing import Any

from django import forms
from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable
from wagtail.search import index

from assessments import policy
from assessments.models.bank import BankItem, Question
from assessments.models.topics import Topic
from content.bilingual import pick
from content.models import BasePage
from courses.progress.models import Competence

ASPECTS = {
    "response": _("their own answer"),
    "correctness": _("whether it was right"),
    "marks": _("the marks"),
    "right": _("what is right"),
    "feedback": _("feedback and explanation"),
}


class AspectsField(models.JSONField):
    """Which of `policy.ASPECTS` are shown, as a list in their order."""

    def formfield(self, **kwargs: Any) -> Any:
        return forms.MultipleChoiceField(
            choices=list(ASPECTS.items()),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            label=self.verbose_name,
            help_text=self.help_text,
        )


def nothing() -> list[str]:
    return []


def everything() -> list[str]:
    return list(policy.ASPECTS)


class Quiz(BankItem):
    """Questions in an order, and the rules by which they are asked."""

    class Overdue(models.TextChoices):
        SUBMIT = "submit", _("what is saved is handed in")
        GRACE = "grace", _("a few minutes more are granted, then it is handed in")
        ABANDON = "abandon", _("it does not count unless it was finished in time")

    class Grade(models.TextChoices):
        HIGHEST = "highest", _("the best attempt")
        AVERAGE = "average", _("the average of all")
        FIRST = "first", _("the first attempt")
        LAST = "last", _("the last attempt")

    class Presentation(models.TextChoices):
        ONE_AT_A_TIME = "each", _("one question at a time")
        ONE_PAGE = "page", _("all questions on one page")

    class Marking(models.TextChoices):
        ONE = "one", _("one person marks")
        AVERAGE = "average", _("two mark without seeing each other's marks, the average counts")
        THIRD = "third", _("two mark without seeing each other's marks, a third decides")

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

    # Which questions --------------------------------------------------------------------

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

    # Time -------------------------------------------------------------------------------

    opens = models.DateTimeField(_("opens"), null=True, blank=True)
    closes = models.DateTimeField(_("closes"), null=True, blank=True)
    time_limit = models.PositiveSmallIntegerField(
        _("time limit, minutes"),
        default=0,
        validators=[MaxValueValidator(1440)],
        help_text=_("0: none. People may be given more time by their lead."),
    )
    overdue = models.CharField(
        _("when the time is up"), max_length=10, choices=Overdue, default=Overdue.SUBMIT
    )
    grace = models.PositiveSmallIntegerField(
        _("minutes granted"), default=0, validators=[MaxValueValidator(120)]
    )
    extensions = models.BooleanField(
        _("people may ask for more time"),
        default=True,
        help_text=_(
            "Before the time is up they are warned and can take a tenth more, up to ten times. "
            "Accessibility asks for this unless the limit itself is what is tested."
        ),
    )

    # Attempts and result ----------------------------------------------------------------

    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark, percent"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts allowed"), default=0, help_text=_("0: as many as people like.")
    )
    wait_second = models.PositiveSmallIntegerField(_("hours before the second attempt"), default=0)
    wait_later = models.PositiveSmallIntegerField(_("hours before each later attempt"), default=0)
    grade = models.CharField(_("what counts"), max_length=10, choices=Grade, default=Grade.HIGHEST)
    mastery_passes = models.PositiveSmallIntegerField(
        _("attempts to pass"),
        default=0,
        help_text=_("Mastery: so many of the last attempts. 0: one that passes is enough."),
    )
    mastery_of = models.PositiveSmallIntegerField(_("of the last"), default=0)
    miss_days = models.PositiveSmallIntegerField(
        _("days until a missed safety-critical point is shown anew"),
        default=7,
        validators=[MaxValueValidator(365)],
    )
    marking = models.CharField(
        _("open answers"), max_length=10, choices=Marking, default=Marking.ONE
    )

    # How it looks -----------------------------------------------------------------------

    presentation = models.CharField(
        _("presentation"), max_length=10, choices=Presentation, default=Presentation.ONE_AT_A_TIME
    )
    certainty = models.BooleanField(
        _("ask how certain people are"),
        default=False,
        help_text=_("Shown to them as calibration. It never changes the result."),
    )
    try_out = models.BooleanField(
        _("visitors may try this out"),
        default=False,
        help_text=_(
            "Without signing in, wherever they may see the page of the module. Nothing of it is "
            "kept or goes on record. Whoever tries it out learns what its questions are."
        ),
    )
    shown_during = AspectsField(
        _("after each answer"),
        default=nothing,
        blank=True,
        help_text=_("If anything but their own answer is shown, the answer stands from then on."),
    )
    shown_after = AspectsField(_("just after the attempt"), default=everything, blank=True)
    shown_later = AspectsField(_("later"), default=everything, blank=True)
    shown_closed = AspectsField(_("once the quiz is closed"), default=everything, blank=True)

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

    @property
    def policy(self) -> policy.Policy:
        """The rules as they stand now; an attempt pins them when it begins."""
        return policy.Policy(
            pass_mark=self.pass_mark,
            opens=self.opens,
            closes=self.closes,
            time_limit=self.time_limit,
            overdue=str(self.overdue),
            grace=self.grace,
            extensions=self.extensions,
            attempts=self.attempts_allowed,
            wait_second=self.wait_second,
            wait_later=self.wait_later,
            grade=str(self.grade),
            mastery_passes=self.mastery_passes,
            mastery_of=self.mastery_of,
            shown={
                phase: frozenset(getattr(self, f"shown_{phase}") or ()) for phase in policy.PHASES
            },
            one_page=self.presentation == self.Presentation.ONE_PAGE,
            certainty=self.certainty,
            marking=str(self.marking),
            miss_days=self.miss_days,
        )


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


class DrawRule(Orderable):
    """So many questions of one sort: "3 on confidentiality, none seen in the last attempt"."""

    class Critical(models.TextChoices):
        ANY = "", _("any")
        YES = "yes", _("only safety-critical")
        NO = "no", _("none safety-critical")

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="draw_rules")
    number = models.PositiveSmallIntegerField(
        _("how many"), default=1, validators=[MinValueValidator(1)]
    )
    topic = models.ForeignKey(
        Topic,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("topic"),
        help_text=_("Its sub-topics are meant too."),
    )
    competence = models.ForeignKey(
        Competence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("competence"),
    )
    critical = models.CharField(
        _("safety-critical"), max_length=3, choices=Critical, default=Critical.ANY, blank=True
    )
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
    )
    unseen_in_last = models.PositiveSmallIntegerField(
        _("not seen in the last attempts"),
        default=0,
        help_text=_("So many attempts back; where too few are left, those seen longest ago."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("draw rule")
        verbose_name_plural = _("draw rules")

    def __str__(self) -> str:
        return f"{self.quiz_id}: {self.number}"


class QuizPage(BasePage):
    """Where a quiz stands in a module, in one language; it names the quiz and adds no rules."""

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="pages", verbose_name=_("quiz"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)
    is_beside = models.BooleanField(
        _("in addition to the module"),
        default=False,
        help_text=_("The module is done without it; answers count as evidence all the same."),
    )

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

    def is_tried_by(self, request: HttpRequest) -> bool:
        """Whether somebody who is not signed in may see this page, to try its quiz out."""
        is_offered = self.live and not self.archived and self.quiz.live and not self.quiz.archived
        return is_offered and self.quiz.try_out and self.accepts(request)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from assessments.previews import preview_page

        return preview_page(request, self)

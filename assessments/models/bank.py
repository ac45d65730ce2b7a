"""The question bank: questions, and the versions of them that attempts are pinned to."""

from decimal import Decimal
from typing import Any, Self

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import LockableMixin, Orderable, WorkflowMixin
from wagtail.search import index

from assessments.models.bodies import QuestionBody
from assessments.models.topics import Topic
from assessments.parts import CHOICES, body_of, option_of
from content.bilingual import both, pick
from content.models import KEY_IN_MODULE, Applies, PackRecord, Source
from content.versions import Version, digest
from content.words import indexed, matches, texts_in
from courses.progress.models import Competence


class Kind(models.TextChoices):
    SINGLE = "single", _("one right answer")
    MULTIPLE = "multiple", _("several right answers")
    TRUE_FALSE = "true-false", _("true or false")
    MATCHING = "matching", _("match pairs")
    ORDERING = "ordering", _("put in order")
    GROUPING = "grouping", _("sort into groups")
    CLOZE = "cloze", _("fill gaps in a text")
    NUMBER = "number", _("a number")
    SHORT_TEXT = "short-text", _("a few words")
    ESTIMATE = "estimate", _("guess a figure (not scored)")
    OPEN = "open", _("own words, marked by a person")


class BankItem(WorkflowMixin, PackRecord, LockableMixin, index.Indexed, ClusterableModel):
    """What questions and quizzes share: drafts and review, and a stable key within a module."""

    module = models.SlugField(
        _("module"), max_length=80, help_text=_("The key of the module it was written for.")
    )
    key = models.CharField(
        _("key"), max_length=170, unique=True, editable=False, validators=[KEY_IN_MODULE]
    )

    class Meta:
        abstract = True

    @property
    def state(self) -> Any:
        """A word for lists; Wagtail's own column asks the database once for each row."""
        if self.archived:
            return _("archived")
        if not self.live:
            return _("draft")
        return _("live, with a draft") if self.has_unpublished_changes else _("live")

    @property
    def key_prefix(self) -> str:
        return f"{self.module or 'bank'}/"


class QuestionQuerySet(models.QuerySet["Question"]):
    def asked(self) -> Self:
        """Published and not archived: what a new attempt may be given."""
        return self.filter(live=True, archived=False)

    def about(self, topic: Topic) -> Self:
        """Questions of a topic or of one of its parts."""
        found = Question.objects.filter(models.Q(topics=topic) | models.Q(topics__parent=topic))
        return self.filter(pk__in=found.values("pk"))

    def showing(self, competence: Competence) -> Self:
        """Questions whose answers say something of a competence."""
        return self.filter(
            pk__in=CompetenceWeight.objects.filter(competence=competence).values("question")
        )

    def found(self, query: str) -> Self:
        """Questions with these words in their texts, in either language and in any form."""
        return self.filter(matches("words", query))


class Question(QuestionBody, BankItem):
    """One question in both languages. Publishing keeps what it is now as a `QuestionVersion`."""

    pack_kind = "question"
    named_by = "stem"

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.SINGLE)
    stem_lv = models.TextField(_("question (Latvian)"), max_length=2000)
    stem_en = models.TextField(_("question (English)"), max_length=2000)
    explanation_lv = models.TextField(_("explanation (Latvian)"), max_length=4000)
    explanation_en = models.TextField(_("explanation (English)"), max_length=4000)
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text=_("1 easy, 2 middling, 3 hard: the author's own judgement."),
    )
    critical = models.BooleanField(_("safety-critical"), default=False)
    needs_review = models.BooleanField(
        _("needs expert review"),
        default=False,
        help_text=_("Asked and explained, but not scored until a practitioner has confirmed it."),
    )
    applies = models.CharField(_("setting"), max_length=20, choices=Applies, default=Applies.BOTH)
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("source"),
    )
    source_section = models.CharField(_("section of the source"), max_length=80, blank=True)
    source_pages = models.CharField(_("pages of the source"), max_length=40, blank=True)
    reread = models.ForeignKey(
        "courses.LessonPage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lesson to reread"),
        help_text=_("The page in either language; learners get it in theirs."),
    )

    topics = ParentalManyToManyField(
        Topic, blank=True, related_name="questions", verbose_name=_("topics")
    )
    # Kept on one of the two, and never in a circle; `other_twin` finds it from both.
    twin = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="twin_of",
        verbose_name=_("twin"),
        help_text=_(
            "The same matter in other words. A wrong answer to a safety-critical question brings "
            "its twin before anything is explained."
        ),
    )

    words = models.TextField(editable=False, blank=True, default="")  # to be found by

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="question")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="question",
        for_concrete_model=False,
    )

    objects = QuestionQuerySet.as_manager()
    search_fields = [
        index.SearchField("stem_lv"),
        index.SearchField("stem_en"),
        index.AutocompleteField("stem_lv"),
        index.AutocompleteField("stem_en"),
        index.AutocompleteField("key"),
        index.FilterField("module"),
        index.FilterField("live"),
        index.FilterField("archived"),
    ]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["module", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(twin=models.F("id")), name="question_is_not_its_own_twin"
            ),
        ]

    def __str__(self) -> str:
        return Truncator(pick(self, "stem") or self.key).words(14)

    @property
    def review(self) -> Any:
        """For lists: a word where something is to be done, else nothing."""
        return _("yes") if self.needs_review else ""

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("update_fields") is not None:
            super().save(*args, **kwargs)
            return
        before = Question.objects.filter(pk=self.pk).values_list("twin_id", flat=True)
        touched = {pk for pk in (*before, self.twin_id) if pk}
        self.words = indexed(self.key, *texts_in(self.written()))
        super().save(*args, **kwargs)
        if self.live:
            self.keep_version()
        # What this question names as its twin, or named before, may say so of this one.
        for other in Question.objects.filter(pk__in=touched, live=True):
            other.keep_version()

    def written(self) -> dict[str, Any]:
        """Everything the author wrote, as `assessments.checks` looks at it and packs have it."""
        return {
            "stem": both(self.stem_lv or "", self.stem_en or ""),
            "explanation": both(self.explanation_lv or "", self.explanation_en or ""),
        } | self.body_written()

    @property
    def other_twin(self) -> "Question | None":
        """The question that asks the same in other words, whichever of the two names the other.

        Three and more that ask the same name one of them; that one then answers to the first.
        """
        near = [self.twin] if self.twin else list(self.twin_of.all()) if self.pk else []
        return next((twin for twin in near if twin.live and not twin.archived), None)

    def as_options(self) -> dict[str, Any]:
        """What of a version people choose from: `kind`, `options`, `body`."""
        written = self.written()
        data: dict[str, Any] = {
            "kind": self.kind,
            "options": [option_of(row) for row in written.get("options", [])],
        }
        if self.kind not in CHOICES:
            data["body"] = body_of(self.kind, written, self.uuid)
        return data

    def keep_version(self) -> "QuestionVersion":
        """The version of what the question says now, made if it differs from the last one."""
        data = self.as_data()
        newest = self.versions.order_by("-number").first()
        if newest and newest.hash == digest(data):
            return newest
        return self.versions.create(data=data, number=newest.number + 1 if newest else 1)

    def as_data(self) -> dict[str, Any]:
        """Everything a version keeps, in both languages, as JSON values."""
        written, twin = self.written(), self.other_twin
        data = {
            "uuid": str(self.uuid),
            "key": self.key,
            "kind": self.kind,
            "stem": written["stem"],
            "explanation": written["explanation"],
            "options": [option_of(row) for row in written.get("options", [])],
            "competences": [
                {"key": given.competence.key, "weight": f"{given.weight.normalize():f}"}
                for given in self.competence_weights.all()
            ],
            "difficulty": self.difficulty,
            "critical": self.critical,
            "needs_review": self.needs_review,
            "applies": self.applies,
            "source": {
                "key": self.source.key if self.source else "",
                "section": self.source_section,
                "pages": self.source_pages,
            },
            "reread": str(self.reread.translation_key) if self.reread else "",
        }
        # What a question lacks is not named, so that it stays the version it is.
        if self.kind not in CHOICES:
            data["body"] = body_of(self.kind, written, self.uuid)
        if twin:
            data["twin"] = str(twin.uuid)
        if topics := sorted(topic.key for topic in self.topics.all()):
            data["topics"] = topics
        return data

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [
            ("lv", _("Question in Latvian")),
            ("en", _("Question in English")),
            ("lv-review", _("With feedback in Latvian")),
            ("en-review", _("With feedback in English")),
        ]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from assessments.previews import preview

        return preview(request, self, mode_name)


class CompetenceWeight(Orderable):
    """How much an answer to a question says about one competence."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="competence_weights")
    competence = models.ForeignKey(Competence, models.PROTECT, related_name="questions")
    weight = models.DecimalField(
        _("weight"),
        max_digits=4,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.05")), MaxValueValidator(Decimal(2))],
    )

    class Meta(Orderable.Meta):
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        constraints = [
            models.UniqueConstraint("question", "competence", name="one_weight_each_competence"),
        ]

    def __str__(self) -> str:
        return f"{self.competence.key} × {self.weight}"


class VersionQuerySet(models.QuerySet["QuestionVersion"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        raise ProtectedError("Attempts refer to versions; they are kept.", set(self[:1]))


class QuestionVersion(Version):
    """What a question was when it was published; attempts are pinned to it, so it is kept."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")

    objects = VersionQuerySet.as_manager()

    class Meta(Version.Meta):
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        constraints = [
            models.UniqueConstraint("question", "number", name="one_question_version_each_number"),
        ]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ProtectedError("Attempts refer to versions; they are kept.", {self})

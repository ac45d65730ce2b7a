"""Attempts at quizzes, and the answers given in them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.bank import QuestionVersion
from assessments.models.quizzes import Quiz
from courses.progress.models import Subject

if TYPE_CHECKING:
    from courses.people.models import User


@dataclass(frozen=True)
class Pin:
    """What an attempt asks at one place: which version, in which order, for how much."""

    slot: int  # 1, 2, …
    version: int
    options: tuple[str, ...]
    max_mark: Fraction

    def as_json(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "options": list(self.options),
            "max_mark": str(self.max_mark),
        }


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of(self, user: "User") -> Self:
        """A person's own attempts: nobody else opens them."""
        return self.filter(subject__person=user)

    def open(self) -> Self:
        return self.filter(status=Attempt.Status.OPEN)

    def finished(self) -> Self:
        return self.filter(status=Attempt.Status.FINISHED)


class Attempt(models.Model):
    """One go at a quiz, pinned to the questions, the order and the pass mark it began with.

    Its result follows from the pins and the answers; `mark`, `max_mark` and `passed` repeat it
    for lists, written when the attempt is finished.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("in progress")
        FINISHED = "finished", _("finished")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    page_key = models.UUIDField()  # translation_key of the page it was started on
    number = models.PositiveIntegerField()  # the person's 1st, 2nd, … at this quiz
    token = models.UUIDField()  # of the form that started it: sent twice is once
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    pinned = models.JSONField()  # {"pass_mark", "feedback", "slots": [Pin.as_json()]}
    started_at = models.DateTimeField(default=timezone.now)
    deadline = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    mark = models.DecimalField(max_digits=9, decimal_places=5, null=True, blank=True)
    max_mark = models.DecimalField(max_digits=9, decimal_places=5, null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["subject", "page_key"])]
        constraints = [
            models.UniqueConstraint("subject", "token", name="one_attempt_each_token"),
            models.UniqueConstraint("subject", "quiz", "number", name="one_attempt_each_number"),
            models.UniqueConstraint(
                "subject", "quiz", condition=Q(status="open"), name="one_open_attempt_each_quiz"
            ),
            models.CheckConstraint(
                condition=Q(status="open", finished_at__isnull=True)
                | Q(status="finished", finished_at__isnull=False),
                name="attempt_finished_at_with_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}, {self.number}: {self.status}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:attempt", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def pins(self) -> Sequence[Pin]:
        return [
            Pin(number, slot["version"], tuple(slot["options"]), Fraction(slot["max_mark"]))
            for number, slot in enumerate(self.pinned["slots"], start=1)
        ]

    @property
    def pass_mark(self) -> int:
        return int(self.pinned["pass_mark"])

    @property
    def explains_each(self) -> bool:
        """Whether an answer is explained at once, and stands from then on."""
        return bool(self.pinned["feedback"] == Quiz.Feedback.EACH)

    @property
    def percent(self) -> int:
        """The kept result for lists, cut off to whole percent."""
        return int(self.mark * 100 / self.max_mark) if self.mark and self.max_mark else 0


class Answer(models.Model):
    """One save of one answer. Rows are only added; the latest of a slot is the one that counts."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    slot = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()  # the slot's 1st, 2nd, … save
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="answers")
    response = models.JSONField()  # {"chosen": ["a"]}
    token = models.UUIDField()
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["attempt", "slot", "number"]
        constraints = [
            models.UniqueConstraint("attempt", "slot", "number", name="one_answer_each_number"),
            models.UniqueConstraint("attempt", "token", name="one_answer_each_token"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}, {self.slot}.{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An answer is never changed; a later one is added.")
        super().save(*args, **kwargs)

"""Attempts at quizzes, and the log of steps that each of them is."""

import datetime
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast, JSONArray
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.bank import Question, QuestionVersion
from assessments.models.quizzes import Quiz
from assessments.policy import Allowance, Policy
from courses.people.models import Role, User
from courses.people.prepared import Prepared
from courses.progress.models import Subject

# Who marks open answers: whoever leads or administers the person, and holders of this permission.
MARKERS = (Role.LEAD, Role.ADMINISTRATOR)
MARK = "assessments.mark_attempt"
REGRADE = "assessments.regrade_attempt"


_fraction = lru_cache(100)(Fraction)  # an attempt names the same few again and again


@dataclass(frozen=True)
class Pin:
    """What an attempt asks at one place: which version, in which order, for how much.

    `twin_of` is the place whose safety-critical question this one asks in other words.
    """

    slot: int  # 1, 2, …
    version: int
    options: tuple[str, ...]
    max_mark: Fraction
    twin_of: int | None = None

    def as_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "version": self.version,
            "options": list(self.options),
            "max_mark": str(self.max_mark),
        }
        return data if self.twin_of is None else data | {"twin_of": self.twin_of}

    @classmethod
    def from_json(cls, slot: int, data: dict[str, Any]) -> "Pin":
        return cls(
            slot,
            data["version"],
            tuple(data["options"]),
            _fraction(data["max_mark"]),
            data.get("twin_of"),
        )


class _Rows(models.Aggregate):
    """The rows of a group as one JSON list."""

    output_field = models.JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


class _AsJSON(models.Func):
    """A JSON column inside a JSON list: SQLite keeps it as a text."""

    output_field = models.JSONField()
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="JSON(%(expressions)s)", **context)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def with_log(self) -> Self:
        """Each with its steps, in the same statement: to look at, not to write to.

        Whoever writes locks first and reads the steps then, or she would miss the last ones.
        """
        columns = ["number", "kind", "slot", "version_id", "certainty", "token", "actor_id", "at"]
        row = JSONArray(
            *columns, _AsJSON("response"), _AsJSON("data"), output_field=models.JSONField()
        )
        steps = Step.objects.filter(attempt=OuterRef("pk")).order_by().values("attempt")
        return self.annotate(log=Subquery(steps.annotate(rows=_Rows(row)).values("rows")))

    def of(self, user: User) -> Self:
        """A person's own attempts: nobody else opens them."""
        return self.filter(subject__person=user)

    def markable_by(self, user: User, today: datetime.date) -> Self:
        """Handed-in attempts with answers that a person may see and mark: never her own.

        Holders of the permission see all of an attempt; leads and administrators the answers that
        are for a person to mark, of people within their reach.
        """
        handed_in = self.at_quizzes().handed_in().exclude(subject__person=user)
        if user.has_perm(MARK):
            return handed_in
        people = User.objects.reached_by(user, MARKERS, today, to_come=False)
        return handed_in.filter(subject__person__in=people, by_hand=True)

    def regradable_by(self, user: User, today: datetime.date) -> Self:
        """Handed-in attempts that a person may mark again by another version: never her own.

        It takes the permission; whoever may not mark everybody reaches the people of the teams
        and institutions that she leads or administers.
        """
        if not user.has_perm(REGRADE):
            return self.none()
        handed_in = self.handed_in().at_quizzes().exclude(subject__person=user)
        if user.has_perm(MARK):
            return handed_in
        return handed_in.filter(
            subject__person__in=User.objects.reached_by(user, MARKERS, today, to_come=False)
        )

    def having(self, versions: Collection[int]) -> Self:
        """Attempts that ask one of these versions, or were marked again by one."""
        asked = Q()
        for pk in versions:
            # Pins are a list in JSON, and the one way to look into it that both databases have.
            asked |= Q(pinned_text__contains=f'"version": {pk},')
        found = Step.objects.filter(attempt=OuterRef("pk"), version__in=versions)
        return self.annotate(pinned_text=Cast("pinned", models.TextField())).filter(
            asked | Exists(found)
        )

    def for_lists(self) -> Self:
        """Each with its policy and without the rest of what is pinned."""
        return self.defer("pinned").annotate(pinned_policy=F("pinned__policy"))

    def at_quizzes(self) -> Self:
        """Those that somebody makes at a quiz."""
        return self.filter(quiz__isnull=False)

    def reviews(self) -> Self:
        """Those in which something is asked again."""
        return self.filter(quiz__isnull=True)

    def open(self) -> Self:
        return self.filter(status=Attempt.Status.OPEN)

    def finished(self) -> Self:
        """Those with a result."""
        return self.filter(status=Attempt.Status.FINISHED)

    def handed_in(self) -> Self:
        """Those with a result, and those that wait for a person to mark them."""
        return self.filter(status__in=[Attempt.Status.FINISHED, Attempt.Status.MARKING])


class Attempt(models.Model):
    """One go at a quiz, pinned to the questions, the order and the policy it began with.

    Without a quiz it is a review: what was answered before and is asked again, in an order that
    was chosen for the person; it has no mark and is neither passed nor failed.

    What happened in it is the log of its `steps`. Everything below `started_at` follows from pins
    and steps (see `replay`) and is repeated here for lists, written with the step that changed it.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("in progress")
        MARKING = "marking", _("waiting for marking")
        FINISHED = "finished", _("finished")
        ABANDONED = "abandoned", _("not finished in time")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, models.PROTECT, null=True, blank=True, related_name="attempts")
    # translation_key of the page it was started on; a review is on none
    page_key = models.UUIDField(null=True, blank=True)
    number = models.PositiveIntegerField()  # the person's 1st, 2nd, … at this quiz, or review
    token = models.UUIDField()  # of the form that started it: sent twice is once
    pinned = models.JSONField()  # {"policy": Policy.as_json(), "slots": [Pin.as_json()], …}
    by_hand = models.BooleanField(default=False)  # whether it asks for answers that a person marks
    started_at = models.DateTimeField(default=timezone.now)

    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    deadline = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    mark = models.DecimalField(max_digits=9, decimal_places=5, null=True, blank=True)
    max_mark = models.DecimalField(max_digits=9, decimal_places=5, null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    missed = models.BooleanField(default=False)  # a safety-critical point was not shown

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at"]
        permissions = [
            ("mark_attempt", "Can mark the open answers of everybody"),
            ("regrade_attempt", "Can mark attempts again by a question's new version"),
        ]
        indexes = [
            models.Index(fields=["subject", "page_key"]),
            models.Index(fields=["deadline"], condition=Q(status="open"), name="attempts_running"),
            models.Index(
                fields=["finished_at"], condition=Q(status="marking"), name="attempts_to_mark"
            ),
        ]
        constraints = [
            models.UniqueConstraint("subject", "token", name="one_attempt_each_token"),
            models.UniqueConstraint("subject", "quiz", "number", name="one_attempt_each_number"),
            models.UniqueConstraint(
                "subject", "quiz", condition=Q(status="open"), name="one_open_attempt_each_quiz"
            ),
            models.UniqueConstraint(
                "subject", "number", condition=Q(quiz=None), name="one_review_each_number"
            ),
            models.UniqueConstraint(
                "subject", condition=Q(quiz=None, status="open"), name="one_open_review_each"
            ),
            models.CheckConstraint(
                condition=Q(quiz__isnull=True, page_key__isnull=True, passed__isnull=True)
                | Q(quiz__isnull=False, page_key__isnull=False),
                name="attempt_on_a_page_or_review",
            ),
            models.CheckConstraint(
                condition=Q(status="open", finished_at__isnull=True)
                | ~Q(status="open") & Q(finished_at__isnull=False),
                name="attempt_finished_at_with_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id or 'review'}, {self.number}: {self.status}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:attempt", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_review(self) -> bool:
        return self.quiz_id is None

    @property
    def place(self) -> tuple[uuid.UUID, int]:
        """The key of the page and the quiz it is at; raises `TypeError` for a review."""
        if self.page_key is None or self.quiz_id is None:
            raise TypeError("A review is at no quiz.")
        return self.page_key, self.quiz_id

    @property
    def about(self) -> str:
        """The key of the competence that a refresher is about, else nothing."""
        return str(self.pinned.get("about", ""))

    def log_of_steps(self) -> "list[Step]":
        """Its steps in order; no statement where it was read `with_log`."""
        if not hasattr(self, "log"):
            return STEPS.all(self.pk)
        # What was asked by a prepared statement comes as the database has it.
        rows = json.loads(self.log) if isinstance(self.log, str) else self.log
        return sorted((Step.of_row(self, row) for row in rows or ()), key=lambda s: s.number)

    @property
    def is_marked(self) -> bool:
        """Whether there is a result."""
        return self.status == self.Status.FINISHED

    @property
    def pins(self) -> Sequence[Pin]:
        """The questions it began with; a twin that was asked later is in the steps."""
        return [
            Pin.from_json(number, slot) for number, slot in enumerate(self.pinned["slots"], start=1)
        ]

    @property
    def policy(self) -> Policy:
        kept = self.pinned_policy if hasattr(self, "pinned_policy") else self.pinned["policy"]
        return Policy.from_json(kept)

    @property
    def pass_mark(self) -> int:
        return self.policy.pass_mark

    @property
    def explains_each(self) -> bool:
        """Whether an answer is explained at once, and stands from then on."""
        return self.policy.explains_each

    @property
    def percent(self) -> int:
        """The kept result for lists, cut off to whole percent."""
        return int(self.mark * 100 / self.max_mark) if self.mark and self.max_mark else 0


class Step(models.Model):
    """One thing that happened in an attempt. Rows are only added, in the order of `number`.

    `actor` is who did it where that was not the person herself: a marker, a lead who gave time.
    What a kind keeps in `data` stands beside it.
    """

    class Kind(models.TextChoices):
        SAVED = "saved", _("answer saved")  # late: true, where the time was up
        ASKED = "asked", _("asked in other words")  # pin of the twin
        EXTENDED = "extended", _("more time")  # deadline, or null for no limit any more
        FINISHED = "finished", _("finished")
        TIMED_OUT = "timed-out", _("time was up")  # counts: whether what was saved does
        MARKED = "marked", _("marked")  # points by criterion, comment
        COMMENTED = "commented", _("commented")  # comment
        CORRECTED = "corrected", _("mark changed")  # fraction, reason
        REGRADED = "regraded", _("marked again")  # version, reason

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()  # the attempt's 1st, 2nd, … step
    kind = models.CharField(max_length=20, choices=Kind)
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.ForeignKey(
        QuestionVersion, models.PROTECT, null=True, blank=True, related_name="steps"
    )
    response = models.JSONField(null=True, blank=True)  # as `grading.read` gives it
    certainty = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    data = models.JSONField(default=dict, blank=True)
    token = models.UUIDField(default=uuid.uuid4)  # of the form or the script that sent it
    actor = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="steps_taken"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["attempt", "number"]
        constraints = [
            models.UniqueConstraint("attempt", "number", name="one_step_each_number"),
            models.UniqueConstraint("attempt", "token", name="one_step_each_token"),
            models.CheckConstraint(
                condition=~Q(kind="saved")
                | Q(slot__isnull=False, version__isnull=False, response__isnull=False),
                name="saved_step_has_its_answer",
            ),
            models.CheckConstraint(
                condition=Q(certainty__isnull=True) | Q(certainty__in=[1, 2, 3]),
                name="step_certainty_1_to_3",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}, {self.number}: {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A step is never changed; a later one is added.")
        super().save(*args, **kwargs)

    @classmethod
    def of_row(cls, attempt: Attempt, row: list[Any]) -> "Step":
        """A step as `AttemptQuerySet.with_log` has it."""
        number, kind, slot, version, certainty, token, actor, at, response, data = row
        moment = datetime.datetime.fromisoformat(at)
        return cls(
            attempt=attempt,
            number=number,
            kind=kind,
            slot=slot,
            version_id=version,
            certainty=certainty,
            token=uuid.UUID(token),
            actor_id=uuid.UUID(actor) if actor else None,
            at=moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC),
            response=response,
            data=data,
        )

    @property
    def is_late(self) -> bool:
        """Whether the answer came when the time was up: kept, and not counted."""
        return bool(self.data.get("late"))


def _steps(attempt: uuid.UUID) -> models.QuerySet[Step]:
    return Step.objects.filter(attempt=attempt).order_by("number")


STEPS = Prepared(_steps, uuid.UUID(int=1))


class Regrade(models.Model):
    """That answers were marked again by another version of their question: who, when, why.

    `id` is the token of the form: sent twice is once. What it changed is in the attempts' steps.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="regrades")
    sources = models.JSONField()  # the numbers of the versions by which they were marked before
    target = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    quiz = models.ForeignKey(Quiz, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    passes = models.PositiveIntegerField(default=0)  # attempts that are passed since

    class Meta:
        verbose_name = _("marking again")
        verbose_name_plural = _("marking again")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.attempts}"


class Accommodation(models.Model):
    """More time for one person in every quiz with a limit. Private: hers, and whoever gives it."""

    subject = models.OneToOneField(Subject, models.CASCADE, related_name="accommodation")
    factor = models.DecimalField(
        _("time"),
        max_digits=3,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(4))],
        help_text=_("1 is the usual time, 1.5 half as much again."),
    )
    unlimited = models.BooleanField(_("no time limit"), default=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("more time")
        verbose_name_plural = _("more time")

    def __str__(self) -> str:
        return "∞" if self.unlimited else f"× {self.factor}"

    @property
    def allowance(self) -> Allowance:
        return Allowance(self.factor, self.unlimited)

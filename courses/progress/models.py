"""What was learned: two append-only logs, the rules in force, and the projection lists read."""

import datetime
import uuid
from typing import TYPE_CHECKING, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from courses.people.models import User


class SubjectManager(models.Manager["Subject"]):
    def for_user(self, user: "User") -> "Subject":
        """The person's row in the record, made on first use; it may have come with the person."""
        known = user._state.fields_cache.get("subject")
        if known is not None:
            return cast(Subject, known)
        subject, _made = self.get_or_create(person_id=user.pk)
        return subject


class Subject(models.Model):
    """Whom a record is about, without a name: erasing a person cuts `person`, not the evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="subject",
    )

    objects = SubjectManager()

    def __str__(self) -> str:
        return str(self.id)


class Competence(models.Model):
    """Something a social worker is able to do, shown by evidence at a level from 0 to 4."""

    uuid = models.UUIDField(unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=60, unique=True)
    name_lv = models.CharField(_("name (Latvian)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    description_lv = models.TextField(_("description (Latvian)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    indicators = models.JSONField(_("indicators"), default=list)  # [{key, text: {lv, en}}]
    levels = models.JSONField(_("levels"), default=list)  # [{level: 0..4, text: {lv, en}}]
    critical = models.BooleanField(_("safety-critical"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.key


class Activity(models.Model):
    """Append-only: something a person did. Database triggers refuse update and delete."""

    class Verb(models.TextChoices):
        READ = "read", _("read")
        STARTED = "started", _("started")
        FINISHED = "finished", _("finished")
        PASSED = "passed", _("passed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="activities")
    verb = models.CharField(max_length=20, choices=Verb)
    object_kind = models.CharField(max_length=20)  # lesson, quiz, scenario
    object_key = models.UUIDField()  # translation_key of the page
    object_version = models.CharField(max_length=64, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    origin = models.CharField(max_length=200, unique=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["happened_at", "recorded_at"]
        indexes = [models.Index(fields=["subject", "happened_at"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind} {self.object_key}"


class Evidence(models.Model):
    """Append-only: what one answer, decision or observation says about one competence.

    `score` is 0 to 1, `weight` how much the item says about the competence, `guess` the chance
    of earning the score without knowing. A correction is a new row that voids another; it keeps
    the moment of the row it corrects.
    """

    class Kind(models.TextChoices):
        MEASUREMENT = "measurement", _("measurement")
        OBSERVATION = "observation", _("observation")
        SELF = "self", _("self-assessment")
        PRIOR = "prior", _("prior learning")
        VOID = "void", _("withdrawal")  # says nothing of its own, only that another row is void

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="evidence")
    competence = models.ForeignKey(Competence, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.MEASUREMENT)
    item_key = models.CharField(max_length=120)  # "question/<uuid>", "story/<uuid>/<scene>"
    item_version = models.CharField(max_length=64, blank=True)
    origin = models.CharField(max_length=200, unique=True)
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    score = models.DecimalField(max_digits=6, decimal_places=5)
    weight = models.DecimalField(max_digits=5, decimal_places=3, default=1)
    guess = models.DecimalField(max_digits=6, decimal_places=5, default=0)
    critical = models.BooleanField(default=False)
    assessed = models.BooleanField(default=True)
    setting = models.CharField(max_length=20, blank=True)
    actor = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="evidence_given"
    )
    happened_at = models.DateTimeField()
    # When the answer's feedback was shown; empty where that was at once.
    feedback_at = models.DateTimeField(null=True, blank=True)
    # When she had last looked again at the item's feedback before this answer; see `FeedbackSeen`.
    seen_at = models.DateTimeField(null=True, blank=True)
    # The item asked beside a wrong critical one, in other words, before any feedback.
    twin = models.CharField(max_length=120, blank=True)
    certainty = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 guess, 2 fairly, 3 sure
    recorded_at = models.DateTimeField(default=timezone.now)
    voids = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="voided_by"
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["happened_at", "recorded_at"]
        indexes = [models.Index(fields=["subject", "competence", "happened_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="evidence_score_0_to_1"
            ),
            models.CheckConstraint(
                condition=Q(guess__gte=0, guess__lt=1), name="evidence_guess_0_to_1"
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="evidence_weight_positive"),
            models.CheckConstraint(
                condition=Q(feedback_at__isnull=True) | Q(feedback_at__gte=F("happened_at")),
                name="evidence_feedback_after_answer",
            ),
            models.CheckConstraint(
                condition=Q(certainty__isnull=True) | Q(certainty__gte=1, certainty__lte=3),
                name="evidence_certainty_1_to_3",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_key}: {self.score}"


class EvidenceNote(models.Model):
    """What a lead wrote beside her evidence: words about a person, which can be erased."""

    evidence = models.OneToOneField(Evidence, models.CASCADE, related_name="note")
    text = models.TextField(_("note"), max_length=4000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="evidence_notes"
    )
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("note on evidence")
        verbose_name_plural = _("notes on evidence")

    def __str__(self) -> str:
        return f"{self.evidence_id}"


class FeedbackSeen(models.Model):
    """A moment at which a person saw the feedback of an item, beside what her evidence says.

    The last one before an answer is copied to its evidence, as `seen_at`, and the latest says when
    the item is asked again; nothing else rests on it.
    """

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="feedback_seen")
    item_key = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("feedback seen")
        verbose_name_plural = _("feedback seen")
        constraints = [
            models.UniqueConstraint(
                "subject", "item_key", "at", name="one_feedback_seen_each_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_key}: {self.at:%Y-%m-%d %H:%M}"


class ReviewPauseQuerySet(models.QuerySet["ReviewPause"]):
    def on(self, day: datetime.date) -> Self:
        """Pauses in force on a day; both dates count in."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class ReviewPause(models.Model):
    """Days on which a person is asked no reviews, such as her holidays. Hers alone."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="review_pauses")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    objects = ReviewPauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause of reviews")
        verbose_name_plural = _("pauses of reviews")
        ordering = ["-ends_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="review_pause_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"


class Requirement(models.Model):
    """One dated version of what a module or a path asks for; versions are added, never edited."""

    class Kind(models.TextChoices):
        MODULE = "module", _("module")
        PATH = "path", _("path")

    kind = models.CharField(max_length=20, choices=Kind)
    key = models.UUIDField()  # translation_key of the module's page, or the path's uuid
    version = models.PositiveIntegerField()
    effective_from = models.DateField(_("in force from"))
    parts = models.JSONField()  # [{"verb", "kind", "key"}], all of them are asked for
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["key", "version"]
        constraints = [
            models.UniqueConstraint("key", "version", name="one_requirement_each_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}, {self.version}"


class Policy(models.Model):
    """One dated version of how a kind of answer is reached: levels, validity of certificates."""

    class Kind(models.TextChoices):
        LEVEL = "level", _("level")
        VALIDITY = "validity", _("validity")

    kind = models.CharField(max_length=20, choices=Kind)
    scope = models.CharField(max_length=100, blank=True)  # "" everywhere, else a competence's key
    version = models.PositiveIntegerField()
    effective_from = models.DateField(_("in force from"))
    rules = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["kind", "scope", "version"]
        constraints = [
            models.UniqueConstraint("kind", "scope", "version", name="one_policy_each_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.scope or '*'}, {self.version}"


class StandingQuerySet(models.QuerySet["Standing"]):
    def met(self, today: datetime.date) -> Self:
        return self.in_state(Standing.State.MET, today)

    def in_state(self, state: str, today: datetime.date) -> Self:
        """Rows whose state on this day is the one asked for."""
        return self.filter(
            (Q(changes_on__isnull=True) | Q(changes_on__gt=today)) & Q(state=state)
            | Q(changes_on__lte=today, next_state=state)
        )


class Standing(models.Model):
    """Where a person stands on a competence or a requirement: a projection of the logs.

    Written in the transaction that adds the evidence; `check_records` rebuilds and compares it.
    From `changes_on` the state is `next_state`.
    """

    class Kind(models.TextChoices):
        COMPETENCE = "competence", _("competence")
        REQUIREMENT = "requirement", _("requirement")

    class State(models.TextChoices):
        NONE = "none", _("not started")
        STARTED = "started", _("in progress")
        MET = "met", _("completed")
        EXPIRED = "expired", _("expired")
        LEVEL_0 = "0", _("not shown")
        LEVEL_1 = "1", _("aware")
        LEVEL_2 = "2", _("with support")
        LEVEL_3 = "3", _("independent")
        LEVEL_4 = "4", _("guides others")

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="standings")
    kind = models.CharField(max_length=20, choices=Kind)
    key = models.UUIDField()  # the competence's uuid, or the requirement's key
    policy = models.CharField(max_length=40, blank=True)  # which version said so
    state = models.CharField(max_length=20, choices=State)
    strength = models.FloatField(default=0)
    done = models.PositiveSmallIntegerField(default=0)  # parts done, or items that counted
    total = models.PositiveSmallIntegerField(default=0)
    since = models.DateField(null=True, blank=True)
    changes_on = models.DateField(null=True, blank=True)
    next_state = models.CharField(max_length=20, blank=True)
    # Of a competence: since when a wrong safety-critical answer waits to be made good.
    missed_on = models.DateField(null=True, blank=True)
    # The last change that was seen, for telling what is new; it follows from no log.
    moved_on = models.DateField(null=True, blank=True, db_index=True)
    moved_from = models.CharField(max_length=20, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [
            models.UniqueConstraint("subject", "kind", "key", name="one_standing_each"),
            models.CheckConstraint(
                condition=Q(changes_on__isnull=True, next_state="")
                | Q(changes_on__isnull=False) & ~Q(next_state=""),
                name="standing_change_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["kind", "key", "state"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.state}"

    def state_on(self, day: datetime.date) -> str:
        if self.changes_on and self.changes_on <= day:
            return self.next_state
        return self.state


class Purge(models.Model):
    """The one door through the logs' refusal to delete: who opened it, why, and what went."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="purges"
    )
    reason = models.TextField()
    # Names a row that never exists: the deferred foreign key lets no transaction commit while the
    # door stands open, so an open door is only ever seen by the transaction that opened it.
    door = models.ForeignKey("self", models.DO_NOTHING, null=True, editable=False, related_name="+")
    removed = models.JSONField(default=dict)  # {"activity": n, "evidence": n}
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("purge")
        verbose_name_plural = _("purges")
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="purge_has_a_reason"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="purge_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d}: {self.reason}"

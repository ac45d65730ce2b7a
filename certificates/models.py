"""Certificates: what was awarded, and beside it, erasable, to whom by name."""

import datetime
import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates import rules
from certificates.numbers import new_number
from content.bilingual import pick
from courses.people.models import User
from courses.progress.models import Requirement, Subject


class AwardQuerySet(models.QuerySet["Award"]):
    def of(self, person: User) -> Self:
        """A person's own certificates, each with its holder."""
        return self.filter(subject__person=person).select_related("holder")


class Award(models.Model):
    """A module or path that was completed: exists once its requirement is met, PDF or not.

    What it says is pinned at the award: title and `facts` (see `certificates.facts`) stay as they
    are when the module changes. There is one for each day on which a requirement was (again) met.
    """

    class State(models.TextChoices):
        NONE = rules.NONE, _("not awarded")
        VALID = rules.VALID, _("valid")
        EXPIRED = rules.EXPIRED, _("expired")
        REVOKED = rules.REVOKED, _("revoked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=19, unique=True, default=new_number)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="awards")
    kind = models.CharField(max_length=20, choices=Requirement.Kind)
    requirement_key = models.UUIDField()
    requirement_version = models.PositiveIntegerField()
    title_lv = models.CharField(_("title (Latvian)"), max_length=255)
    title_en = models.CharField(_("title (English)"), max_length=255)
    facts = models.JSONField()
    digest = models.CharField(max_length=64)  # of everything it says but the name
    awarded_on = models.DateField(_("awarded on"))  # the day the requirement was met
    valid_until = models.DateField(_("valid until"), null=True, blank=True)  # the last valid day
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_reason = models.TextField(_("reason"), blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-awarded_on", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                "subject", "requirement_key", "awarded_on", name="one_award_each_time_it_is_met"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("awarded_on")),
                name="award_is_valid_at_first",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revoked_reason=""),
                name="award_is_revoked_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"

    @property
    def title(self) -> str:
        return pick(self, "title")

    @property
    def revoked_on(self) -> datetime.date | None:
        return timezone.localdate(self.revoked_at) if self.revoked_at else None

    def state_on(self, day: datetime.date) -> str:
        return rules.state(self.awarded_on, self.valid_until, self.revoked_on, day)


class Holder(models.Model):
    """The name a certificate was made out to; erasing a person deletes this and the papers."""

    award = models.OneToOneField(Award, models.CASCADE, primary_key=True, related_name="holder")
    name = models.CharField(_("name"), max_length=310)

    class Meta:
        verbose_name = _("holder")
        verbose_name_plural = _("holders")

    def __str__(self) -> str:
        return self.name


def paper_path(_paper: "Paper", _filename: str) -> str:
    # Storage may be reachable from outside: the name of the file must be as good as a secret.
    return f"certificates/{uuid.uuid4().hex}.pdf"


class Paper(models.Model):
    """A certificate as a PDF in one language, made when somebody first asks for it."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="papers")
    language = models.CharField(max_length=2)
    file = models.FileField(upload_to=paper_path, blank=True)  # empty until it is made
    asked_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints = [
            models.UniqueConstraint("award", "language", name="one_paper_each_language"),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}, {self.language}"

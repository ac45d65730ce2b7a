"""What a lead asks for, and a person's place on it."""

import datetime
import uuid
from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.paths import Target
from courses.people.models import Membership, Role, Setting, Team, User
from courses.progress.models import Standing, Subject


class Play(models.TextChoices):
    """How the scenarios of what is assigned are to be played; with neither the learner chooses."""

    PRACTICE = "practice", _("practice is enough")
    ASSESSED = "assessed", _("they are to count")


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, lead: User, today: datetime.date) -> Self:
        """What a lead may see: assignments to her teams or to people in them."""
        return self.filter(
            Q(team__in=Team.objects.led_by(lead, today))
            | Q(person__in=User.objects.learners_of(lead, today))
        )

    def asked_of(
        self, person: int, module: uuid.UUID, paths: Collection[uuid.UUID], today: datetime.date
    ) -> Self:
        """What still asks a person for a module, by itself or by one of the paths given.

        By her own name, by that of a team she learns in or of one above it, or by her place.
        """
        teams = Membership.objects.on(today).filter(
            person=person, role=Role.LEARNER, team__path__startswith=OuterRef("team__path")
        )
        places = Enrolment.objects.filter(
            assignment=OuterRef("pk"),
            subject__person=person,
            target_key=module,
            ended_at=None,
        )
        return self.filter(
            Q(target_key__in=[module, *paths]) & (Q(person=person) | Exists(teams))
            | Exists(places),
            ended_at=None,
        )


class Assignment(models.Model):
    """A lead's decision that a person or a whole team takes a module or a path by a day."""

    target_kind = models.CharField(max_length=20, choices=Target)
    target_key = models.UUIDField()
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    person = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="assignments"
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=1000)
    scenario_mode = models.CharField(_("scenarios"), max_length=20, choices=Play, blank=True)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="assignments_made")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(unique=True)  # of the form that was sent: twice is once

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=True, person__isnull=False)
                | Q(team__isnull=False, person__isnull=True),
                name="assignment_is_to_a_team_or_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team or self.person}: {self.target_kind} {self.target_key}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def open(self, today: datetime.date) -> Self:
        met = Standing.objects.met(today).filter(
            subject=OuterRef("subject"), key=OuterRef("target_key")
        )
        return self.filter(~Exists(met), ended_at__isnull=True)

    def overdue(self, today: datetime.date) -> Self:
        return self.open(today).filter(due_on__lt=today)


class Enrolment(models.Model):
    """A person's place on a path or module in one cycle, shared by all translations."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="enrolments")
    target_kind = models.CharField(max_length=20, choices=Target)
    target_key = models.UUIDField()  # translation_key of the page, or the path's uuid
    cycle = models.PositiveSmallIntegerField(default=1)  # a renewal is a new one
    requirement_version = models.PositiveIntegerField(default=1)  # in force when she was enrolled
    # What applies to another setting is not asked of her; empty where everything is.
    setting = models.CharField(_("setting"), max_length=20, choices=Setting, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    assignment = models.ForeignKey(
        Assignment, models.SET_NULL, null=True, blank=True, related_name="enrolments"
    )
    enrolled_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = [F("due_on").asc(nulls_last=True), "enrolled_at"]
        indexes = [models.Index(fields=["target_key"])]
        constraints = [
            models.UniqueConstraint(
                "subject", "target_key", "cycle", name="one_enrolment_each_cycle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.target_key} ({self.cycle})"

"""What decides whether and when people are told: leave, letters they do not want, digests sent."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LeaveQuerySet(models.QuerySet["Leave"]):
    def on(self, day: datetime.date) -> Self:
        """Leave in force on a day; both dates count in."""
        return self.lasting(day).filter(starts_on__lte=day)

    def lasting(self, day: datetime.date) -> Self:
        """Leave in force on a day, and leave to come."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def over(self, day: datetime.date, since: datetime.date) -> Self:
        """Leave that ended before a day, but not before another."""
        return self.filter(ends_on__lt=day, ends_on__gte=since)


class Leave(models.Model):
    """Days on which a person is away: nothing is sent to her and nothing is asked. No reason."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="leaves", verbose_name=_("person")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    noted_at = models.DateTimeField(default=timezone.now)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="leave_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on or '…'}"


class Muted(models.Model):
    """A kind of message that a person does not want by e-mail; it still stands in the site."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted")
    kind = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint("person", "kind", name="muted_once"),
        ]

    def __str__(self) -> str:
        return self.kind


class Digest(models.Model):
    """The one letter a day that tells a person everything. Whoever adds the row sends it.

    Where a worker dies while sending, the row stays without `sent_at`: nobody can tell whether the
    letter went, and it is not sent a second time. What it said stands in the site.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests")
    day = models.DateField()
    claimed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint("person", "day", name="one_digest_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.day}"

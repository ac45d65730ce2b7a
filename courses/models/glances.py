"""What lists of people say of each, kept in one row so that ten thousand cost no more than ten."""

import datetime
import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.needs import Need
from courses.people.models import Membership, Role, Team, User


class GlanceQuerySet(models.QuerySet["Glance"]):
    def in_team(self, team: Team, today: datetime.date, *, setting: str = "") -> Self:
        """The learners of a team and of those below it on a day, closed accounts left out."""
        places = Membership.objects.on(today).filter(
            role=Role.LEARNER, team__path__startswith=team.path
        )
        if setting:
            places = places.filter(setting=setting)
        return self.filter(person__in=places.order_by().values("person"), is_active=True)

    def needing_help(self, today: datetime.date) -> Self:
        return self.filter(help_from__lte=today)


class Glance(models.Model):
    """A projection of a person's name, places, standings and acts; see `courses.glances`.

    What time alone changes is a day from which it holds, so a row stays right until something
    happens to her. Then triggers of the database say `is_stale`, and whoever reads makes it anew.
    """

    person = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="glance", verbose_name=_("person")
    )
    is_stale = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    name_key = models.BinaryField(max_length=600, default=b"")  # in Latvian order, byte by byte
    plain_name = models.CharField(max_length=500, default="", blank=True)  # to find it as typed
    asked = models.PositiveSmallIntegerField(default=0)  # modules she has a place on
    unbegun = models.PositiveSmallIntegerField(default=0)
    finished = models.PositiveSmallIntegerField(default=0)
    acted_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)  # of what is met and asked, the first
    needs = models.JSONField(default=list)  # [[kind, from, key, number]], see `courses.needs`
    missed_from = models.DateField(null=True, blank=True)
    overdue_from = models.DateField(null=True, blank=True)
    failed_from = models.DateField(null=True, blank=True)
    stalled_from = models.DateField(null=True, blank=True)
    help_from = models.DateField(null=True, blank=True)  # the first of these four

    objects = GlanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("glance")
        verbose_name_plural = _("glances")
        ordering = ["name_key", "person"]
        indexes = [
            models.Index("name_key", "person", name="glances_by_name"),
            models.Index("person", condition=Q(is_stale=True), name="glances_to_renew"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"

    @property
    def all_needs(self) -> list[Need]:
        """Why she needs help or will, each with the day from which it holds; worst first."""
        return [
            Need(kind, datetime.date.fromisoformat(day), uuid.UUID(key) if key else None, number)
            for kind, day, key, number in self.needs
        ]

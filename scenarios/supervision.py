"""The sheet that a person takes from a finished run to supervision, and what is written on it.

Words about a person, no evidence: they go with her. What she wrote for herself alone is elsewhere.
"""

import datetime
import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.people.models import User

if TYPE_CHECKING:
    from scenarios.models import ScenarioRun  # noqa: F401

LONGEST = 2000  # characters of a comment or a question


class SheetQuerySet(models.QuerySet["Sheet"]):
    def of(self, user: User) -> Self:
        """A person's own sheets."""
        return self.filter(person=user.pk)

    def shared_with(self, lead: User, today: datetime.date) -> Self:
        """What is shared now by the people whom a lead leads on this day."""
        learners = User.objects.learners_of(lead, today)
        return self.filter(shared_at__isnull=False, person__in=learners)

    def whole(self) -> Self:
        """With the run and its version, but not the version's data: that is kept parsed."""
        return self.select_related("person", "run__version", "run__subject").defer(
            "run__version__data"
        )


class Sheet(models.Model):
    """What a person brings to supervision from one run; her leads see it while it is shared."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.OneToOneField("scenarios.ScenarioRun", models.CASCADE, related_name="sheet")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="supervision_sheets"
    )
    first_question = models.TextField(_("first question"), blank=True, max_length=LONGEST)
    second_question = models.TextField(_("second question"), blank=True, max_length=LONGEST)
    shared_at = models.DateTimeField(_("shared"), null=True, blank=True)
    observations = models.ManyToManyField("progress.Evidence", related_name="+", blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision sheet")
        verbose_name_plural = _("supervision sheets")

    def __str__(self) -> str:
        return f"{self.run_id}"

    def get_absolute_url(self) -> str:
        """The page of those who lead the person."""
        return reverse("scenarios:shared_sheet", args=[self.pk])

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None

    @property
    def questions(self) -> tuple[str, str]:
        return self.first_question, self.second_question


class SheetComment(models.Model):
    """What its owner or one who leads her wrote beside a turn; nobody's once he is erased."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="sheet_comments"
    )
    turn = models.PositiveSmallIntegerField()  # its number on the road that was left standing
    text = models.TextField(_("text"), max_length=LONGEST)
    written_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("comment on a turn")
        verbose_name_plural = _("comments on turns")
        ordering = ["turn", "pk"]
        constraints = [
            models.UniqueConstraint("sheet", "author", "turn", name="one_comment_on_each_turn"),
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}, {self.turn}"

"""What learners take: modules and lessons, paths, and a person's place on them."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from content.bilingual import pick
from content.blocks import body_blocks
from content.models import BasePage
from courses.people.models import Membership, Role, Setting, Team, User
from courses.progress.models import Competence, Standing, Subject


class Target(models.TextChoices):
    MODULE = "module", _("module")
    PATH = "path", _("path")


@dataclass(frozen=True)
class Aim:
    """What is assigned or enrolled on: a module's translation key, or a path's UUID."""

    kind: str
    key: uuid.UUID


class HomePage(BasePage):
    """The front of the site in one language: what there is to learn."""

    open_to_all: ClassVar[bool] = True
    template = "courses/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CoursePage", "content.InfoPage"]
    max_count_per_parent = 2

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from courses import reading  # it looks pages up by these models

        return super().get_context(request, *args, **kwargs) | reading.home(self, request)


class CoursePage(BasePage):
    """A module: its lessons, scenarios and quiz; the overview is open to everybody."""

    about = StreamField(
        body_blocks(),
        verbose_name=_("about"),
        blank=True,
        help_text=_("What one will be able to do, and for whom the module is."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=60, help_text=_("Lessons, scenarios and quiz together.")
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Modules are listed from the lowest number up.")
    )
    competences = ParentalManyToManyField(
        Competence, verbose_name=_("competences"), blank=True, related_name="courses"
    )

    open_to_all: ClassVar[bool] = True
    template = "courses/course_page.html"
    parent_page_types = ["courses.HomePage"]
    subpage_types = ["courses.LessonPage", "assessments.QuizPage", "scenarios.ScenarioPage"]
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("about"),
        MultiFieldPanel(
            [
                FieldPanel("minutes"),
                FieldPanel("order"),
                FieldPanel("competences", widget=forms.CheckboxSelectMultiple),
            ],
            heading=_("About this module"),
        ),
    ]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    @property
    def aim(self) -> Aim:
        return Aim(Target.MODULE, self.translation_key)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from courses import reading  # it looks pages up by these models

        return super().get_context(request, *args, **kwargs) | reading.course(self, request)


class LessonPage(BasePage):
    """Eight to twelve minutes of reading, for signed-in people."""

    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=10, help_text=_("How long reading it with care takes.")
    )
    competences = ParentalManyToManyField(
        Competence, verbose_name=_("competences"), blank=True, related_name="lessons"
    )

    activity_kind: ClassVar[str] = "lesson"
    done_verb: ClassVar[str] = "read"
    template = "courses/lesson_page.html"
    parent_page_types = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("minutes"),
                FieldPanel("competences", widget=forms.CheckboxSelectMultiple),
            ],
            heading=_("About this lesson"),
        ),
    ]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from courses import reading  # it looks pages up by these models

        return super().get_context(request, *args, **kwargs) | reading.lesson(self, request)


class Path(models.Model):
    """An onboarding path. What it asks for stands in its dated `Requirement` versions."""

    uuid = models.UUIDField(unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=80, unique=True)
    title_lv = models.CharField(_("title (Latvian)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    summary_lv = models.TextField(_("summary (Latvian)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    setting = models.CharField(_("setting"), max_length=20, choices=Setting)
    coming = models.JSONField(_("coming"), default=list)  # [{key, title: {lv, en}}]
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        verbose_name = _("path")
        verbose_name_plural = _("paths")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self, "title")

    @property
    def summary(self) -> str:
        return pick(self, "summary")

    @property
    def aim(self) -> Aim:
        return Aim(Target.PATH, self.uuid)


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

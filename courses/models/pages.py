"""The pages learners take: the front, modules and their lessons."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from content.blocks import body_blocks
from content.models import BasePage
from courses.models.paths import Aim, Target
from courses.progress.models import Competence


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

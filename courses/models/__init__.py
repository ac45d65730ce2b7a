"""What learners take: modules and lessons, paths, and a person's place on them."""

from courses.models.assignments import (
    Assignment,
    AssignmentQuerySet,
    Enrolment,
    EnrolmentQuerySet,
    Play,
)
from courses.models.glances import Glance, GlanceQuerySet
from courses.models.pages import CoursePage, HomePage, LessonPage
from courses.models.paths import Aim, Path, Target

__all__ = [
    "Aim",
    "Assignment",
    "AssignmentQuerySet",
    "CoursePage",
    "Enrolment",
    "EnrolmentQuerySet",
    "Glance",
    "GlanceQuerySet",
    "HomePage",
    "LessonPage",
    "Path",
    "Play",
    "Target",
]

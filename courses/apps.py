from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from courses import signals
        from courses.actions import enrolment_pins
        from courses.progress.registry import register_pins

        register_pins(enrolment_pins)
        signals.connect()

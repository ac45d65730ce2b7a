from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from assessments import panels
        from courses import resume
        from courses.panels import register

        register("person", panels.person_panels)
        register("module", panels.module_panels)
        resume.register("quiz", panels.unfinished)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from content import checks
        from content.packs import registry as packs
        from courses import coverage, glances, reach, signals, telling
        from courses.actions import enrolment_pins
        from courses.packs.competences import Competences
        from courses.packs.modules import Modules
        from courses.packs.paths import ModuleRequirements, Paths
        from courses.people import messages
        from courses.progress.registry import register_pins

        packs.register("competences", Competences())
        packs.register("modules", Modules())
        packs.register("module requirements", ModuleRequirements())
        packs.register("paths", Paths())
        checks.tell(coverage.table)
        checks.tell(reach.table)
        register_pins(enrolment_pins)
        for kind, said in telling.KINDS.items():
            messages.register(kind, said)
        signals.connect()
        post_migrate.connect(glances.install, sender=self, dispatch_uid="glances")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    name = "courses.progress"
    label = "progress"
    verbose_name = _("Progress and competence")

    def ready(self) -> None:
        from django.db.models.signals import pre_delete

        from courses.people.models import User
        from courses.progress.erasing import erase

        pre_delete.connect(erase, sender=User, dispatch_uid="progress.erase")

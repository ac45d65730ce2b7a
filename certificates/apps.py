from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import pre_delete
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        from certificates import panels
        from certificates.actions import award, forget_person
        from courses.panels import register
        from courses.progress.registry import register_met

        register_met(award)
        register("dashboard", panels.dashboard)
        register("module", panels.module)
        pre_delete.connect(
            forget_person, sender=settings.AUTH_USER_MODEL, dispatch_uid="certificates.forget"
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "courses.people"
    label = "people"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        from django.db.models.signals import pre_delete
        from wagtail.permissions import register_permission_policy

        from courses.people import invitations, substitutes  # noqa: F401  # their kinds of messages
        from courses.people.erasing import erase
        from courses.people.models import AuditEntry, User
        from courses.people.policies import ForReading

        register_permission_policy(AuditEntry, ForReading(AuditEntry))
        pre_delete.connect(erase, sender=User, dispatch_uid="people.erase")


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's list of users, with our fields; stands in INSTALLED_APPS for `wagtail.users`."""

    user_viewset = "courses.people.viewsets.UserViewSet"

"""Signing in, and bringing the person back on every later request."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, Q

from courses.people.models import User


class PersonBackend(AuthenticationBackend):
    """Allauth's, bringing with a person what every page asks about her, in one statement."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session with `subject` and `unread` messages, or None."""
        people = User.objects.select_related("subject").annotate(
            unread=Count("messages", filter=Q(messages__read_at__isnull=True))
        )
        person = people.filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None

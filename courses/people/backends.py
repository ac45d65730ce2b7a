"""Signing in, and bringing the person back on every later request."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.people.models import Message, User
from courses.people.prepared import Prepared


def _person(pk: int) -> QuerySet[User]:
    unread = Message.objects.filter(recipient=OuterRef("pk"), read_at=None).order_by()
    number = unread.values("recipient").annotate(number=Count("pk")).values("number")
    return User.objects.filter(pk=pk).annotate(
        subject_key=F("subject__pk"), unread=Coalesce(Subquery(number), 0)
    )


PERSON = Prepared(_person, -1)


class PersonBackend(AuthenticationBackend):
    """Allauth's, bringing with a person what every page asks about her, in one statement."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session with `subject` and `unread` messages, or None."""
        person = PERSON.first(user_id)
        if person is None or not self.user_can_authenticate(person):
            return None
        if key := vars(person)["subject_key"]:
            subject: Any = User.subject.related.related_model
            key = subject._meta.pk.to_python(key)
            person.subject = subject.from_db(
                person._state.db, ["id", "person_id"], [key, person.pk]
            )
        return person

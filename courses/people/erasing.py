"""When a person is erased her name goes from all that stays; the record stays as nobody's.

Most of what is about her goes with her by its foreign key. Here is the rest; what apps above keep
by name they forget themselves, when she is about to be deleted.
"""

from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from courses.people import audit
from courses.people.messages import in_each_language
from courses.people.models import Membership, Message, User

# Under which a message names somebody; under the same with `_pk` stands who it is.
NAMES = ("by", "lead", "substitute")


def nobody() -> dict[str, str]:
    """What takes the place of a name, in both languages."""
    return in_each_language(lambda: _("Somebody whose account is closed"))


@transaction.atomic
def erase(instance: User, **_signal: Any) -> None:
    """Before a person is deleted, in whichever way."""
    _note(instance)
    _in_the_editors_log(instance)
    for name in NAMES:
        for message in Message.objects.filter(**{f"context__{name}_pk": instance.pk}):
            message.context[name] = nobody()
            message.save(update_fields=["context"])
    letters = list(instance.messages.values_list("pk", flat=True))
    DBTaskResult.objects.filter(
        Q(task_path__startswith="courses.people.mail.", args_kwargs__args__0=instance.pk)
        | Q(task_path="courses.people.digests.send_digest", args_kwargs__args__0=instance.pk)
        | Q(task_path="courses.people.messages.deliver", args_kwargs__args__0__in=letters)
    ).delete()
    for profile in UserProfile.objects.filter(user=instance).exclude(avatar=""):
        transaction.on_commit(partial(profile.avatar.storage.delete, profile.avatar.name))


def _note(person: User) -> None:
    """Who erased somebody, and in which team; whom, says a number that nobody has any more."""
    actor = get_active_log_context().user
    last = person.memberships.order_by("-starts_on", "-pk").first()
    audit.log(
        actor if isinstance(actor, User) and actor.pk != person.pk else None,
        "erased_person",
        object_kind="team" if last else "",
        object_key=last.team_id if last else "",
        detail={"person": person.pk},
    )


def _in_the_editors_log(person: User) -> None:
    """Wagtail's log keeps what things were called: people, and places in teams after them."""
    kinds = ContentType.objects.get_for_models(User, Membership, for_concrete_models=False)
    own = Q(content_type=kinds[User], object_id=str(person.pk))
    names = {*ModelLogEntry.objects.filter(own).values_list("label", flat=True), str(person)}
    places = [str(pk) for pk in person.memberships.values_list("pk", flat=True)]
    theirs = Q(object_id__in=places)
    for name in names:
        theirs |= Q(label__startswith=f"{name}: ")
    label = f"{User._meta.verbose_name} {person.pk}"
    ModelLogEntry.objects.filter(own | Q(theirs, content_type=kinds[Membership])).update(
        label=label
    )

"""What people are told: in the site and by e-mail, once for each key, in their language.

By e-mail in one digest a day (`digests`); what is urgent and single, as an invitation, at once.

A kind of message has templates `people/messages/<kind>.subject.txt` (one line: the mail's subject
and the title in the site), `<kind>.txt` and `<kind>.html` (the mail; they extend `email/base.*`).
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from courses.people.mail import letter
from courses.people.models import Message, User

# What headings the kinds stand under, in a digest and among a person's choices, in this order.
GROUPS: dict[str, str | Promise] = {
    "tasks": _("For you to do"),
    "answers": _("Decided about you"),
    "feedback": _("Written to you"),
    "team": _("Your team"),
}


@dataclass(frozen=True)
class Kind:
    """How messages of one kind look, when they are mailed, and whether one may do without.

    `fill` is called when the mail is about to be sent and gives context that is never stored, such
    as a one-time link; None means there is nothing to send any more. In a digest of several, `lines`
    of it stand below the message. `still` says which of these messages hold still, by primary key.
    `needed` is why nobody can switch the mail off; `at_once` is for what is urgent and single.
    """

    icon: str
    action: str | Promise
    fill: Callable[[Message], dict[str, Any] | None] | None = None
    name: str | Promise = ""
    group: str = "tasks"
    needed: str | Promise = ""
    at_once: bool = False
    still: Callable[[Sequence[Message]], Collection[int]] | None = None


MUST_BE_DONE = _("you have to know what is asked of you")
DECIDED = _("it is a decision about you")

KINDS: dict[str, Kind] = {
    "assigned": Kind(
        "calendar", _("Open it"), name=_("Something is assigned to you"), needed=MUST_BE_DONE
    ),
}


def register(kind: str, description: Kind) -> None:
    """Add a kind of message; apps call it in `AppConfig.ready()`."""
    KINDS[kind] = description


def in_each_language(make: Callable[[], str]) -> dict[str, str]:
    """A text as it is made in each language: a pair for the context of `tell`."""
    made = {}
    for language in User.Language.values:
        with translation.override(language):
            made[language] = make()
    return made


def address(name: str, *args: Any) -> dict[str, str]:
    """Where a message leads, in each language: `path` in the context of `tell`."""
    return in_each_language(partial(reverse, name, args=args))


def kinds_in_digests() -> list[str]:
    return [kind for kind, said in KINDS.items() if not said.at_once]


def tell(recipient: User, kind: str, key: str, context: Mapping[str, Any]) -> Message | None:
    """Tell a person something once; None if the key was used before.

    It stands in the site now, and by e-mail in her next digest; at once, if its kind is such.
    `context` is JSON. `path` in it is where the message leads: an address below the site's root,
    or one for each language (`{"lv": …, "en": …}`). Texts in both languages are such pairs too,
    days ISO strings under `due`. Kind "assigned": title, due (or None), path, by. A name under
    `by` is forgotten with the person whose number stands under `by_pk`.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind of message: {kind}")
    message, made = Message.objects.get_or_create(
        key=key, defaults={"recipient": recipient, "kind": kind, "context": dict(context)}
    )
    if not made:
        return None
    if KINDS[kind].at_once:
        transaction.on_commit(partial(deliver.enqueue, message.pk))
    return message


def tell_all(kind: str, told: Iterable[tuple[User, str, Mapping[str, Any]]]) -> int:
    """`tell` to many, each (recipient, key, context); for as many statements as to one.

    Returns how many were told; keys that were used before are left out.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind of message: {kind}")
    rows = {key: (recipient, context) for recipient, key, context in told}
    used = set(Message.objects.filter(key__in=rows).values_list("key", flat=True))
    made = Message.objects.bulk_create(
        [
            Message(key=key, recipient=recipient, kind=kind, context=dict(context))
            for key, (recipient, context) in rows.items()
            if key not in used
        ],
        ignore_conflicts=True,  # somebody may have said it a moment ago
    )
    if made and KINDS[kind].at_once:
        keys = [message.key for message in made]
        pks = list(Message.objects.filter(key__in=keys).values_list("pk", flat=True))
        transaction.on_commit(partial(deliver_all.enqueue, pks))
    return len(made)


def context_of(message: Message, language: str) -> dict[str, Any]:
    """The context for templates: pairs of texts resolved, `due` a date, `action_url` absolute."""
    context: dict[str, Any] = {
        name: _say(value, language) for name, value in message.context.items()
    }
    if context.get("due"):
        context["due"] = datetime.date.fromisoformat(context["due"])
    context |= {
        "person": message.recipient,
        "language": language,
        "site_url": settings.PUBLIC_URL,
        "action_url": settings.PUBLIC_URL + context["path"] if context.get("path") else "",
        "action_label": KINDS[message.kind].action,
    }
    return context


def subject_of(message: Message, language: str) -> str:
    """One line saying what the message is, in the language."""
    with translation.override(language):
        text = render_to_string(
            f"people/messages/{message.kind}.subject.txt", context_of(message, language)
        )
    return " ".join(text.split())


@task()
def deliver(message_pk: int) -> bool:
    """Send one message by e-mail; False if there was nothing to send or it went before."""
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(of=("self",))
            .select_related("recipient")
            .filter(pk=message_pk, mailed_at__isnull=True)
            .first()
        )
        if message is None or not message.recipient.email or not message.recipient.is_active:
            return False
        kind = KINDS[message.kind]
        extra = kind.fill(message) if kind.fill else {}
        if extra is None:
            return False
        language = message.recipient.language
        letter(
            f"people/messages/{message.kind}",
            message.recipient.email,
            language,
            context_of(message, language) | extra,
        ).send()
        message.mailed_at = timezone.now()
        message.save(update_fields=["mailed_at"])
    return True


@task()
def deliver_all(message_pks: list[int]) -> int:
    """Have many messages sent, each by a task of its own; returns how many."""
    for pk in message_pks:
        deliver.enqueue(pk)
    return len(message_pks)


def _say(value: Any, language: str) -> Any:
    """The text of a pair for the language, or the other one; anything else as it is."""
    if isinstance(value, dict) and set(value) <= {"lv", "en"}:
        return value.get(language) or next((text for text in value.values() if text), "")
    return value

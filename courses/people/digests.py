"""The one letter a day: everything a person was told since the last one.

The row of `Digest` is the right to send: whoever adds it for a person and a day sends, whatever
runs beside or again. On leave nothing is sent; the first digest afterwards says what came.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks import task
from django_tasks.base import Task

from courses.people.mail import letter
from courses.people.messages import GROUPS, KINDS, context_of, kinds_in_digests, subject_of
from courses.people.models import Message, User
from courses.people.notices import Digest, Leave, Muted

NEWS_DAYS = 7  # an older message is no news, except to somebody who was away
MOST_TRIES = 5
MOST_LINES = 40
AGAIN_AFTER = datetime.timedelta(hours=1)

Day = datetime.date


def moment_of(now: datetime.datetime) -> datetime.datetime:
    """When the next digests are due: the hour in the settings, today or tomorrow."""
    local = timezone.localtime(now)
    day = local.date()
    if local.hour >= settings.TILTS_DIGEST_HOUR:
        day += datetime.timedelta(days=1)
    hour = datetime.time(settings.TILTS_DIGEST_HOUR)
    return timezone.make_aware(datetime.datetime.combine(day, hour))


def waiting(day: Day) -> QuerySet[Message]:
    """What is to be mailed on a day: unread, unsent, wanted, and to people who are there."""
    oldest = day - datetime.timedelta(days=NEWS_DAYS)
    own = Leave.objects.filter(person=OuterRef("recipient"))
    came_meanwhile = own.over(day, oldest).filter(starts_on__lte=OuterRef("made_on"))
    mute = Muted.objects.filter(person=OuterRef("recipient"), kind=OuterRef("kind"))
    had = Digest.objects.filter(person=OuterRef("recipient"), day=day)
    needed = [kind for kind, said in KINDS.items() if said.needed]
    return (
        Message.objects.alias(made_on=TruncDate("made_at"))
        .filter(
            Q(made_on__gte=oldest) | Exists(came_meanwhile),
            ~Exists(mute) | Q(kind__in=needed),
            ~Exists(own.on(day)),
            ~Exists(had),
            kind__in=kinds_in_digests(),
            mailed_at__isnull=True,
            read_at__isnull=True,
            digest__isnull=True,
            recipient__is_active=True,
            recipient__email__isnull=False,
        )
        .order_by("made_at", "pk")
    )


def later(what: Task[Any, Any], moment: datetime.datetime) -> Task[Any, Any]:
    """The task at a moment; at once where the background cannot wait, as in development."""
    return what.using(run_after=moment) if what.get_backend().supports_defer else what


@task()
def send_digests(day: str = "") -> int:
    """Have everybody's digest sent, each by a task of its own; returns how many people."""
    day = day or timezone.localdate().isoformat()
    people = waiting(Day.fromisoformat(day)).order_by("recipient")
    pks = list(people.values_list("recipient", flat=True).distinct())
    for pk in pks:
        send_digest.enqueue(pk, day)
    return len(pks)


@task()
def send_digest(person_pk: int, day: str, attempt: int = 1) -> bool:
    """Send a person's digest of a day; False where nothing is to be sent, or it went before.

    A letter that the mail server refuses is tried again an hour later, some times a day; then
    tomorrow's digest says it.
    """
    person = User.objects.filter(pk=person_pk, is_active=True, email__isnull=False).first()
    if person is None:
        return False
    found = _claim(person, Day.fromisoformat(day))
    if found is None:
        return False
    digest, told = found
    try:
        _letter(person, digest, told).send()
    except Exception:
        digest.delete()  # its messages are free again
        if attempt < MOST_TRIES and send_digest.get_backend().supports_defer:
            again = later(send_digest, timezone.now() + AGAIN_AFTER)
            again.enqueue(person_pk, day, attempt + 1)
        raise
    now = timezone.now()
    with transaction.atomic():
        Digest.objects.filter(pk=digest.pk).update(sent_at=now)
        Message.objects.filter(digest=digest).update(mailed_at=now)
    return True


@dataclass(frozen=True)
class Told:
    """A message as a letter says it; `extra` is what only the letter carries."""

    message: Message
    extra: dict[str, Any]


def _claim(person: User, day: Day) -> tuple[Digest, list[Told]] | None:
    """The right to send, and what is sent by it; None where there is nothing, or no right."""
    with transaction.atomic():
        messages = list(waiting(day).filter(recipient=person).select_related("recipient"))
        told = _that_hold(messages)
        if not told:
            return None
        digest, is_mine = Digest.objects.get_or_create(person=person, day=day)
        if not is_mine:
            return None
        pks = [each.message.pk for each in told]
        Message.objects.filter(pk__in=pks).update(digest=digest)
    return digest, told


def _that_hold(messages: Sequence[Message]) -> list[Told]:
    """What is still true and has something to say; the rest is marked as read."""
    by_kind: dict[str, list[Message]] = {}
    for message in messages:
        by_kind.setdefault(message.kind, []).append(message)
    past: set[int] = set()
    for kind, found in by_kind.items():
        if still := KINDS[kind].still:
            past |= {message.pk for message in found} - set(still(found))
    told = []
    for message in messages:
        fill = KINDS[message.kind].fill
        extra = fill(message) if fill and message.pk not in past else {}
        if extra is None:
            past.add(message.pk)
        elif message.pk not in past:
            told.append(Told(message, extra))
    if past:
        Message.objects.filter(pk__in=past).update(read_at=timezone.now())
    return told


def _letter(person: User, digest: Digest, told: list[Told]) -> EmailMultiAlternatives:
    """A letter of its own for a single message, else one that lists them."""
    language = person.language
    with translation.override(language):
        choices = settings.PUBLIC_URL + reverse("people:notices")
        inbox = settings.PUBLIC_URL + reverse("people:messages")
    back = _came_back(person, digest.day)
    context: dict[str, Any] = {"person": person, "settings_url": choices}
    if len(told) == 1 and not back:
        [one] = told
        template = f"people/messages/{one.message.kind}"
        context |= context_of(one.message, language) | one.extra
    else:
        template = "people/digest"
        context |= {
            "groups": _groups(told[:MOST_LINES], language),
            "number": len(told),
            "more": len(told) - len(told[:MOST_LINES]),
            "back": back,
            "action_url": inbox,
        }
    mail = letter(template, person.email or "", language, context)
    # The same for each try, so that a mailbox can drop what comes a second time.
    host = settings.PUBLIC_URL.partition("//")[2].partition(":")[0]
    mail.extra_headers |= {
        "Message-ID": f"<digest.{person.pk}.{digest.day}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    return mail


def _groups(told: Sequence[Told], language: str) -> list[dict[str, Any]]:
    """What is listed, under the headings of the kinds."""
    found: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS}
    for each in told:
        said = context_of(each.message, language)
        found[KINDS[each.message.kind].group].append(
            {
                "title": subject_of(each.message, language),
                "url": said["action_url"],
                "label": said["action_label"],
                "note": said.get("note", ""),
                "by": said.get("by", ""),
                "lines": each.extra.get("lines", []),
            }
        )
    return [{"title": GROUPS[group], "items": items} for group, items in found.items() if items]


def _came_back(person: User, day: Day) -> Leave | None:
    """The leave she came back from, where no digest has been sent since."""
    lately = Leave.objects.over(day, day - datetime.timedelta(days=NEWS_DAYS))
    leave = lately.filter(person=person).order_by("ends_on").last()
    if leave is None:
        return None
    since = Digest.objects.filter(person=person, day__gt=leave.ends_on, day__lt=day)
    return None if since.exists() else leave

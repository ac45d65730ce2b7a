"""A lead reminds people of what is past its day: seen before it is sent, and not again for days."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from content.bilingual import LANGUAGES
from courses.models import Glance
from courses.needs import OVERDUE, STALLED, Need, on
from courses.outline import outline
from courses.people import audit
from courses.people.messages import address, in_each_language, tell_all
from courses.people.models import Message, User
from courses.people.notices import Leave

Day = datetime.date
KIND = "reminder"
PAUSE = datetime.timedelta(days=3)  # for each person and thing
ABOUT = (OVERDUE, STALLED)


@dataclass(frozen=True)
class Reminder:
    """What one person would be reminded of; nothing where all of it was said a short while ago."""

    person: User
    needs: tuple[Need, ...]
    left_out: tuple[Need, ...] = ()
    is_away: bool = False  # on leave: nothing is sent to her

    @property
    def has_come(self) -> bool:
        """Whoever has never signed in is invited again instead."""
        return self.person.last_login is not None

    @property
    def is_sent(self) -> bool:
        return bool(self.needs) and self.has_come and not self.is_away


def prepared(glances: Iterable[Glance], today: Day) -> list[Reminder]:
    """What these people would be reminded of; two statements beside reading them."""
    found = list(glances)
    said: dict[int, set[str]] = defaultdict(set)
    rows = Message.objects.filter(
        kind=KIND,
        recipient__in=[glance.pk for glance in found],
        made_at__gt=timezone.now() - PAUSE,
    )
    for person, context in rows.values_list("recipient", "context"):
        said[person] |= set(context.get("things", ()))
    on_leave = Leave.objects.on(today).filter(person__in=[glance.pk for glance in found])
    away = set(on_leave.values_list("person_id", flat=True))
    reminders = []
    for glance in found:
        needs = [need for need in on(glance.all_needs, today) if need.kind in ABOUT]
        reminders.append(
            Reminder(
                glance.person,
                tuple(need for need in needs if _thing(need) not in said[glance.pk]),
                tuple(need for need in needs if _thing(need) in said[glance.pk]),
                is_away=glance.pk in away,
            )
        )
    return [each for each in reminders if each.needs or each.left_out]


def _thing(need: Need) -> str:
    return f"{need.kind}/{need.key or ''}"


@transaction.atomic
def send(lead: User, reminders: Iterable[Reminder], today: Day) -> int:
    """Tell each of them, once; returns how many were told. Logged."""
    sent = [each for each in reminders if each.is_sent]
    known = {language: outline(language) for language in LANGUAGES}
    path = address("courses:home_dashboard")
    quoted = in_each_language(lambda: _("“%(title)s”"))
    told = []
    for each in sent:
        late = [need for need in each.needs if need.kind == OVERDUE and need.key]
        titles = {
            language: ", ".join(
                quoted[language] % {"title": known[language].title(need.key)}
                for need in late
                if need.key
            )
            for language in LANGUAGES
        }
        things = [_thing(need) for need in each.needs]
        same = hashlib.sha256(" ".join(things).encode()).hexdigest()[:16]
        told.append(
            (
                each.person,
                f"{KIND}/{each.person.pk}/{today:%Y-%m-%d}/{same}",
                {
                    "things": things,
                    "titles": titles,
                    "number": len(late),
                    "by": str(lead),
                    "by_pk": lead.pk,
                    "path": path,
                },
            )
        )
    count = tell_all(KIND, told)
    audit.log_all(
        lead, "reminded", [(each.person, each.person.pk) for each in sent], object_kind="person"
    )
    return count

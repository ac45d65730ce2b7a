"""A refresher is ready: said when a competence fades, once each time and once a week at most."""

import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from content.bilingual import both
from courses.people.messages import address, tell_all
from courses.people.models import Message, User
from courses.people.notices import Leave
from courses.progress.fading import Faded, faded
from courses.progress.models import Competence, ReviewPause

Day = datetime.date

WEEK = 7
BATCH = 500


def is_turn(subject: UUID, day: Day) -> bool:
    """Whether a person is looked at on this day: on one day of each week, by her number."""
    return subject.int % WEEK == day.weekday()


def offer(today: Day, batch: int = BATCH) -> int:
    """Say that a refresher is ready to whose turn it is and who is forgetting; returns how many.

    Nobody on leave or in a pause of reviews. In batches, each for the same number of statements.
    """
    away = Leave.objects.on(today).filter(person=OuterRef("pk"))
    paused = ReviewPause.objects.on(today).filter(subject__person=OuterRef("pk"))
    here = User.objects.filter(
        ~Exists(away), ~Exists(paused), is_active=True, subject__isnull=False
    ).select_related("subject")
    people = [person for person in here.order_by("pk") if is_turn(person.subject.pk, today)]
    return sum(
        _offer(people[start : start + batch], today) for start in range(0, len(people), batch)
    )


def _offer(people: list[User], today: Day) -> int:
    forgetting = faded([person.subject.pk for person in people], today)
    keys = [_key(each) for found in forgetting.values() for each in found]
    used = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
    told = []
    for person in people:
        new = [each for each in forgetting.get(person.subject.pk, ()) if _key(each) not in used]
        if new:
            told.append((person, _key(new[0]), _context(new[0].competence)))
    return tell_all("refresher", told)


def _key(each: Faded) -> str:
    return f"refresher/{each.subject}/{each.competence.pk}/{each.since}"


def _context(competence: Competence) -> dict[str, object]:
    return {
        "title": both(competence.name_lv, competence.name_en),
        "path": address("courses:competence", competence.key),
    }

"""What is due soon and what is late: said gently, a few times, and to nobody who is away.

A week before and the day before; on the day after, and twice more a week apart. Then it stands in
the site, and those who lead her hear of it. What is said rests on (place, day) alone, so a night
that was left out is made up for, and one that is done twice says nothing twice.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format

from content.bilingual import LANGUAGES, both
from courses.models import Enrolment
from courses.outline import outline, read
from courses.people.messages import address, tell_all
from courses.people.models import Membership, Message, Role, Team, User
from courses.people.names import by_name
from courses.people.notices import Leave

Day = datetime.date

BEFORE = (1, 7)  # days before the due day
WEEK = 7  # days between two reminders of what is late
MOST = 3  # reminders of what is late
MOST_NAMES = 20  # of people who are late, in one letter to a lead


# Rules ----------------------------------------------------------------------------------


def ahead(due: Day, known_on: Day, today: Day) -> int | None:
    """Which reminder before the due day is in turn: 7 or 1; None where none is.

    Nobody is reminded of what she was told in the same days.
    """
    left = (due - today).days
    for days in BEFORE:
        if 0 <= left <= days:
            return days if known_on < due - datetime.timedelta(days=days) else None
    return None


def behind(due: Day, back_on: Day | None, today: Day) -> int | None:
    """Which reminder after the due day is in turn, from 1 to 3; None before it and after these.

    Days on leave do not count: `back_on` is the last day of leave that ended after the due day.
    """
    late = (today - max(due, back_on or due)).days
    if late < 1:
        return None
    number = (late - 1) // WEEK + 1
    return number if number <= MOST else None


# Reading --------------------------------------------------------------------------------


def _places(today: Day) -> QuerySet[Enrolment]:
    """Open places with a due day of people who are here, without what a path brings along."""
    here = Leave.objects.on(today).filter(person=OuterRef("subject__person"))
    return (
        Enrolment.objects.open(today)
        .filter(
            ~Exists(here),
            Q(assignment=None) | Q(assignment__target_key=F("target_key")),
            subject__person__is_active=True,
            due_on__isnull=False,
        )
        .select_related("subject__person")
        .order_by("due_on", "pk")
    )


def _back_on(people: Collection[int], today: Day) -> dict[int, Day]:
    """The last day of each person's latest leave that is over."""
    oldest = today - datetime.timedelta(days=MOST * WEEK)
    over = Leave.objects.over(today, oldest).filter(person__in=people).order_by("ends_on")
    return {person: ends for person, ends in over.values_list("person_id", "ends_on") if ends}


def nearest_leads(today: Day) -> dict[int, set[int]]:
    """Who leads each learner at the lowest team that has a lead; one query."""
    leads: dict[str, set[int]] = defaultdict(set)
    learners: dict[int, set[str]] = defaultdict(set)
    rows = Membership.objects.on(today).filter(
        role__in=[Role.LEAD, Role.LEARNER], person__is_active=True
    )
    for person, role, path in rows.order_by().values_list("person_id", "role", "team__path"):
        if role == Role.LEAD:
            leads[path].add(person)
        else:
            learners[person].add(path)
    found: dict[int, set[int]] = {}
    for person, paths in learners.items():
        for path in paths:
            for length in range(len(path), 0, -Team.steplen):
                if above := leads.get(path[:length], set()) - {person}:
                    found.setdefault(person, set()).update(above)
                    break
    return found


# Saying ---------------------------------------------------------------------------------


def remind(today: Day) -> int:
    """Say what is due soon or late, to learners and to leads; returns how many messages.

    For any number of people the same number of statements.
    """
    places = list(_places(today).filter(due_on__lte=today + datetime.timedelta(days=max(BEFORE))))
    titles = _titles()
    return _to_learners(places, titles, today) + _to_leads(places, titles, today)


def _to_learners(
    places: Iterable[Enrolment], titles: Mapping[UUID, dict[str, str]], today: Day
) -> int:
    people = [_person(place) for place in places]
    back_on = _back_on([person.pk for person in people], today)
    soon, late = [], []
    for person, place in zip(people, places, strict=True):
        due, title = place.due_on, titles.get(place.target_key)
        if due is None or title is None:
            continue
        context = {
            "title": title,
            "due": due.isoformat(),
            "path": address("courses:home_dashboard"),
            "place": place.pk,
        }
        if days := ahead(due, timezone.localdate(place.enrolled_at), today):
            soon.append((person, f"due_soon/{place.pk}/{due}/{days}", context))
        elif number := behind(due, back_on.get(person.pk), today):
            late.append((person, f"overdue/{place.pk}/{due}/{number}", context))
    return tell_all("due_soon", soon) + tell_all("overdue", late)


def _to_leads(
    places: Iterable[Enrolment], titles: Mapping[UUID, dict[str, str]], today: Day
) -> int:
    """One message a week to each lead, about everybody who is late."""
    late = [
        place
        for place in places
        if place.due_on and place.due_on < today and place.target_key in titles
    ]
    if not late:
        return 0
    above = nearest_leads(today)
    of_lead: dict[int, list[Enrolment]] = defaultdict(list)
    for place in late:
        for lead in above.get(_person(place).pk, ()):
            of_lead[lead].append(place)
    year, week, _day = today.isocalendar()
    path = address("courses:team")
    return tell_all(
        "late_people",
        [
            (
                lead,
                f"late_people/{lead.pk}/{year}-{week}",
                {
                    "number": len({_person(place).pk for place in of_lead[lead.pk]}),
                    "places": [place.pk for place in of_lead[lead.pk]],
                    "path": path,
                },
            )
            for lead in User.objects.filter(pk__in=of_lead)
        ],
    )


def _titles() -> dict[UUID, dict[str, str]]:
    """What there is to learn, in both languages."""
    known = [read(language) for language in LANGUAGES]
    keys = [
        *(module.key for module in known[0].open_modules),
        *(route.key for route in known[0].open_routes),
    ]
    return {key: both(*(each.title(key) for each in known)) for key in keys}


def _person(place: Enrolment) -> User:
    person = place.subject.person
    assert person is not None  # noqa: S101 - `_places` asks for active people
    return person


# Before a letter goes ---------------------------------------------------------------------


def still_open(messages: Sequence[Message]) -> set[int]:
    """Those of these reminders whose place is open still, with the same due day."""
    places = [message.context["place"] for message in messages]
    today = timezone.localdate()
    due = dict(Enrolment.objects.open(today).filter(pk__in=places).values_list("pk", "due_on"))
    said = {message.pk: message.context for message in messages}
    latest: dict[int, int] = {message.context["place"]: message.pk for message in messages}
    return {
        pk
        for pk, context in said.items()
        if context["due"] == str(due.get(context["place"])) and latest[context["place"]] == pk
    }


def names_of_late(message: Message) -> dict[str, Any] | None:
    """Who of a lead's people is late still; never stored, and None where nobody is."""
    today = timezone.localdate()
    lead = message.recipient
    places = list(
        _places(today).filter(
            pk__in=message.context["places"],
            due_on__lt=today,
            subject__person__in=User.objects.learners_of(lead, today),
        )
    )
    if not places:
        return None
    by_person: dict[User, list[Enrolment]] = defaultdict(list)
    for place in places:
        by_person[_person(place)].append(place)
    with translation.override(lead.language):
        known = outline(lead.language)
        lines = [
            f"{person}: "
            + ", ".join(
                f"{known.title(place.target_key)} ({date_format(place.due_on, 'SHORT_DATE_FORMAT')})"
                for place in by_person[person]
                if place.due_on
            )
            for person in sorted(by_person, key=by_name)
        ]
    shown = lines[:MOST_NAMES]
    return {"lines": shown, "number": len(lines), "more": len(lines) - len(shown)}

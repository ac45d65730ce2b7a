"""From places, standings and acts to `Glance`: read for many people at once, worked out by rules."""

import datetime
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from courses import glance_triggers, needs
from courses.models import Enrolment, Glance, Target
from courses.needs import Away, Facts, Miss, Need, Place, Try
from courses.outline import Outline, outline
from courses.people.models import Membership, User
from courses.people.names import by_name, plain
from courses.people.notices import Leave
from courses.progress.models import Activity, Standing

Day = datetime.date
BATCH = 500
VERSION = "glances:version"
KEPT_SECONDS = 600
Value = TypeVar("Value")
FIELDS = [
    field.name for field in Glance._meta.concrete_fields if field.name not in {"person", "is_stale"}
]


def remembered(key: tuple[object, ...], make: Callable[[], Value]) -> Value:
    """A figure or list that rests on glances alone, worked out once until one of them is renewed.

    Whatever is said of a team changes only with somebody's glance, or with the day: `key` names it.
    """
    found = cache.get_or_set(VERSION, _new_version, None)
    name = "glances:" + hashlib.sha256(repr((found, key)).encode()).hexdigest()
    value = cache.get(name)
    if value is None:
        value = make()
        cache.set(name, value, KEPT_SECONDS)
    return value


def _new_version() -> str:
    return secrets.token_hex(8)


def fresh() -> int:
    """Make every stale glance anew; returns how many. One statement where nothing is stale.

    What another request is just changing stays stale for whoever reads next.
    """
    count = _fresh()
    if count:
        cache.set(VERSION, _new_version(), None)
    return count


def _fresh() -> int:
    count = 0
    while people := list(
        Glance.objects.filter(is_stale=True).values_list("pk", flat=True).order_by("pk")[:BATCH]
    ):
        made = _renew(people)
        count += made
        if not made:
            break
    return count


@transaction.atomic
def _renew(people: list[int]) -> int:
    skips = connection.features.has_select_for_update_skip_locked
    held = (
        Glance.objects.select_for_update(skip_locked=skips, of=("self",) if skips else ())
        .filter(pk__in=people, is_stale=True)
        .order_by("pk")
        .in_bulk()
    )
    known = outline()
    facts = facts_of(held, known)
    for person in User.objects.filter(pk__in=held):
        glance = held[person.pk]
        _describe(glance, person, facts[person.pk])
        glance.is_stale = False
    Glance.objects.bulk_create(
        held.values(),
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=[*FIELDS, "is_stale"],
    )
    return len(held)


def _describe(glance: Glance, person: User, read: "Read") -> None:
    found = needs.needs(read.facts)
    glance.is_active = person.is_active
    glance.name_key = sort_key(person)
    glance.plain_name = plain(f"{person.first_name} {person.last_name} {person.username}")
    glance.asked, glance.unbegun, glance.finished = read.asked, read.unbegun, read.finished
    glance.acted_on, glance.expires_on = read.facts.acted_on, read.expires_on
    glance.needs = [to_json(need) for need in found]
    days = {kind: needs.first_day(found, kind) for kind in needs.KINDS}
    for kind, day in days.items():
        setattr(glance, f"{kind}_from", day)
    glance.help_from = min((day for day in days.values() if day), default=None)


def sort_key(person: User) -> bytes:
    """The order of names as bytes, which every database compares alike."""
    return b"\0".join("\1".join(signs).encode() for signs in by_name(person))[:600]


def to_json(need: Need) -> list[Any]:
    key = str(need.key) if need.key else None
    return [need.kind, need.from_on.isoformat(), key, need.number]


class Read:
    """What was read about one person."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.tries: list[Try] = []
        self.misses: list[Miss] = []
        self.away: list[Away] = []
        self.acted_on: Day | None = None
        self.asked = self.unbegun = self.finished = 0
        self.expires_on: Day | None = None

    @property
    def facts(self) -> Facts:
        return Facts(self.places, self.tries, self.misses, self.away, self.acted_on)


def facts_of(people: Collection[int], known: Outline) -> dict[int, Read]:
    """What the rule looks at, of many people: five statements."""
    found: dict[int, Read] = defaultdict(Read)
    states: dict[tuple[int, UUID], tuple[str, Day | None]] = {}
    rows = Standing.objects.filter(subject__person__in=people).values_list(
        "subject__person", "kind", "key", "state", "changes_on", "next_state", "missed_on"
    )
    for person, kind, key, state, changes_on, next_state, missed_on in rows:
        if kind == Standing.Kind.COMPETENCE:
            if missed_on and key in known.abilities:
                found[person].misses.append(Miss(key, missed_on))
            continue
        runs_out = changes_on if next_state == Standing.State.EXPIRED else None
        states[person, key] = (
            state,
            runs_out or (Day.min if state == Standing.State.EXPIRED else None),
        )
    _places(found, people, known, states)
    leaves = Leave.objects.filter(person__in=people).values_list("person", "starts_on", "ends_on")
    for person, starts_on, ends_on in leaves:
        found[person].away.append(Away(starts_on, ends_on))
    quizzes = {key for key, (_module, part) in known.parts().items() if part.kind == "quiz"}
    tries = Activity.objects.filter(
        subject__person__in=people, object_kind="quiz", verb__in=["finished", "passed"]
    ).order_by("happened_at", "recorded_at", "verb")
    last: dict[tuple[int, UUID], tuple[datetime.datetime, int]] = {}
    for person, key, verb, at in tries.values_list(
        "subject__person", "object_key", "verb", "happened_at"
    ):
        if key not in quizzes:
            continue
        mine = found[person].tries
        if verb == Activity.Verb.PASSED and last.get((person, key), (None, 0))[0] == at:
            mine[last[person, key][1]] = Try(key, timezone.localdate(at), passed=True)
            continue
        mine.append(Try(key, timezone.localdate(at), verb == Activity.Verb.PASSED))
        last[person, key] = at, len(mine) - 1
    acts = Activity.objects.filter(subject__person__in=people).order_by().values("subject__person")
    for row in acts.annotate(last=Max("happened_at")):
        found[row["subject__person"]].acted_on = timezone.localdate(row["last"])
    return found


def _places(
    found: dict[int, Read],
    people: Collection[int],
    known: Outline,
    states: dict[tuple[int, UUID], tuple[str, Day | None]],
) -> None:
    """The places people have on modules that are open, and how far they are with each."""
    rows = (
        Enrolment.objects.filter(subject__person__in=people, ended_at=None)
        .exclude(target_kind=Target.PATH)
        .order_by("cycle")
        .values_list("subject__person", "target_kind", "target_key", "due_on", "enrolled_at")
    )
    latest = {(person, key): (kind, due, at) for person, kind, key, due, at in rows}
    for (person, key), (kind, due_on, at) in latest.items():
        module = known.modules.get(key)
        if kind == Target.MODULE and (module is None or not module.is_open):
            continue
        read = found[person]
        state, expires_on = states.get((person, key), (Standing.State.NONE, None))
        read.asked += 1
        if expires_on:
            read.expires_on = min(expires_on, read.expires_on or expires_on)
        if state == Standing.State.MET:
            read.finished += 1
        elif state != Standing.State.EXPIRED:
            read.unbegun += state == Standing.State.NONE
            read.places.append(Place(key, timezone.localdate(at), due_on))


def outdate(people: Iterable[int] | None = None) -> None:
    """Have glances made anew: of these people, or of everybody."""
    rows = Glance.objects.all()
    (rows if people is None else rows.filter(pk__in=list(people))).update(is_stale=True)


def install(**_signal: Any) -> None:
    """After migrating: the triggers, and a row for whoever has a place in a team."""
    table = Glance._meta.db_table
    if table not in connection.introspection.table_names():
        return  # migrated back to before it
    if not glance_triggers.missing(connection):
        return
    glance_triggers.create(connection)
    placed = Membership.objects.order_by().values_list("person", flat=True).distinct()
    Glance.objects.bulk_create(
        (Glance(person_id=pk) for pk in placed), ignore_conflicts=True, batch_size=500
    )
    outdate()

"""What changes a person's place in the courses: assigning, enrolling, reading, new requirements."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from content.bilingual import LANGUAGES, both
from courses.models import Aim, Assignment, CoursePage, Enrolment, LessonPage, Path, Target
from courses.outline import (
    Outline,
    is_beside,
    only_practice,
    outdate,
    outline,
    part_models,
    read,
    setting_of,
)
from courses.people.messages import address, tell
from courses.people.models import Membership, Role, Team, User
from courses.people.names import by_name
from courses.progress.actions import NewActivity, record
from courses.progress.models import Requirement, Standing, Subject
from courses.progress.projection import refresh
from courses.progress.rules import Pin

Aimed = Aim | CoursePage | Path


class NotYours(Exception):
    """Somebody assigns to a team or a person she does not lead."""


class NothingToLearn(Exception):
    """The module or path is archived, not published, or asks for nothing."""


def aim_of(target: Aimed) -> Aim:
    return target if isinstance(target, Aim) else target.aim


# Enrolling ------------------------------------------------------------------------------


def enrol(
    subject: Subject,
    target: Aimed,
    due: datetime.date | None = None,
    assignment: Assignment | None = None,
    *,
    today: datetime.date | None = None,
) -> Enrolment:
    """Give a person her place on a module or a path; on a path also on each of its modules.

    Whoever has a place keeps it, with the version of the requirement it began with; a due day
    that is given replaces the earlier one while the target is not met, and so does a setting.
    """
    aim = aim_of(target)
    enrol_all([subject], aim, due, assignment, today=today)
    return Enrolment.objects.filter(subject=subject, target_key=aim.key).latest("cycle")


@transaction.atomic
def enrol_all(
    subjects: Collection[Subject],
    target: Aimed,
    due: datetime.date | None = None,
    assignment: Assignment | None = None,
    *,
    today: datetime.date | None = None,
) -> None:
    """`enrol` for many people: a constant number of queries for each module."""
    today = today or timezone.localdate()
    aim = aim_of(target)
    aims = spread(aim, today)
    keys = [aim.key for aim in aims]
    pks = [subject.pk for subject in subjects]
    settings = _settings(aim, pks, today)
    versions = _versions_in_force(keys, today)
    met = set(
        Standing.objects.met(today)
        .filter(subject__in=pks, key__in=keys)
        .values_list("subject_id", "key")
    )
    known: dict[tuple[UUID, UUID], Enrolment] = {
        (row.subject_id, row.target_key): row
        for row in Enrolment.objects.select_for_update()
        .filter(subject__in=pks, target_key__in=keys)
        .order_by("cycle")
    }
    made, changed = [], []
    for pk in pks:
        setting = settings.get(pk, "")
        for aim in aims:
            place = known.get((pk, aim.key))
            if place is None:
                made.append(
                    Enrolment(
                        subject_id=pk,
                        target_kind=aim.kind,
                        target_key=aim.key,
                        requirement_version=versions.get(aim.key, 1),
                        setting=setting,
                        due_on=due,
                        assignment=assignment,
                    )
                )
            elif (pk, aim.key) not in met or place.ended_at:
                place.due_on = due or place.due_on
                place.assignment = assignment or place.assignment
                place.setting = setting or place.setting
                place.ended_at = None
                changed.append(place)
    Enrolment.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    fields = ["due_on", "assignment", "setting", "ended_at"]
    Enrolment.objects.bulk_update(changed, fields, batch_size=500)
    refresh(pks, today, requirements=keys)


def spread(aim: Aim, today: datetime.date) -> list[Aim]:
    """The target itself and, of a path, the modules it asks for today."""
    if aim.kind != Target.PATH:
        return [aim]
    versions = Requirement.objects.filter(key=aim.key, effective_from__lte=today)
    now = versions.order_by("effective_from", "version").last()
    parts = now.parts if now else []
    modules = [UUID(part["key"]) for part in parts if part["kind"] == Target.MODULE]
    return [aim, *(Aim(Target.MODULE, key) for key in modules)]


def _versions_in_force(keys: Iterable[UUID], today: datetime.date) -> dict[UUID, int]:
    rows = Requirement.objects.filter(key__in=list(keys), effective_from__lte=today)
    return dict(rows.order_by("effective_from", "version").values_list("key", "version"))


def _settings(aim: Aim, subjects: Collection[UUID], today: datetime.date) -> dict[UUID, str]:
    """For which setting each person takes a target: a path's own, or a module that of her work.

    Whoever works in both, or in none, takes the whole module.
    """
    if aim.kind == Target.PATH:
        path = Path.objects.filter(uuid=aim.key).first()
        return dict.fromkeys(subjects, path.setting if path else "")
    found: dict[UUID, set[str]] = defaultdict(set)
    members = Membership.objects.on(today).filter(
        role=Role.LEARNER, person__subject__in=list(subjects)
    )
    for subject, setting in members.order_by().values_list("person__subject", "setting"):
        found[subject].add(setting)
    return {subject: min(each) for subject, each in found.items() if len(each) == 1}


def enrolment_pins(subjects: Collection[UUID]) -> Iterable[tuple[UUID, UUID, Pin]]:
    """For the record: how each person was enrolled."""
    rows = Enrolment.objects.filter(subject__in=subjects).order_by("cycle")
    return (
        (subject, key, Pin(version, setting))
        for subject, key, version, setting in rows.values_list(
            "subject_id", "target_key", "requirement_version", "setting"
        )
    )


def subjects_of(people: Collection[User]) -> list[Subject]:
    """The rows of these people in the record, made where missing: three queries at most."""
    pks = [person.pk for person in people]
    known = set(Subject.objects.filter(person__in=pks).values_list("person_id", flat=True))
    missing = [Subject(person_id=pk) for pk in pks if pk not in known]
    Subject.objects.bulk_create(missing, ignore_conflicts=True)
    return list(Subject.objects.filter(person__in=pks))


# Assigning ------------------------------------------------------------------------------


def learners_in(team: Team, today: datetime.date) -> list[User]:
    """The learners of a team and the teams below it on a day, by name."""
    members = Membership.objects.on(today).filter(
        role=Role.LEARNER, team__path__startswith=team.path
    )
    found = User.objects.filter(is_active=True, pk__in=members.values("person"))
    return sorted(found, key=by_name)


@transaction.atomic
def assign(
    lead: User,
    target: Aimed,
    whom: Team | User,
    due: datetime.date | None,
    token: UUID,
    *,
    note: str = "",
    scenario_mode: str = "",
    today: datetime.date | None = None,
) -> Assignment:
    """A lead has a team or a person take a module or a path by a day; each learner is told.

    The same token again changes nothing and answers with the first assignment. Raises
    `NotYours` for whom she does not lead, `NothingToLearn` where nothing is there to be taken.
    """
    today = today or timezone.localdate()
    aim = aim_of(target)
    team, person = (whom, None) if isinstance(whom, Team) else (None, whom)
    if team and not Team.objects.led_by(lead, today).filter(pk=team.pk).exists():
        raise NotYours
    if person and not User.objects.learners_of(lead, today).filter(pk=person.pk).exists():
        raise NotYours
    known = read("lv")
    if not is_offered(known, aim):
        raise NothingToLearn
    assignment, is_new = Assignment.objects.get_or_create(
        token=token,
        defaults={
            "target_kind": aim.kind,
            "target_key": aim.key,
            "team": team,
            "person": person,
            "due_on": due,
            "note": note.strip(),
            "scenario_mode": scenario_mode,
            "made_by": lead,
        },
    )
    if not is_new:
        return assignment
    people = learners_in(team, today) if team else [person] if person else []
    people = [each for each in people if each.pk != lead.pk]
    enrol_all(subjects_of(people), aim, due, assignment, today=today)
    titles = both(*(read(language).title(aim.key) for language in LANGUAGES))
    start = address("courses:home_dashboard")
    placed = set(made_for(assignment).values_list("subject__person_id", flat=True))
    for learner in people:
        if learner.pk not in placed:
            continue  # she has finished it, and nothing changed for her
        tell(
            learner,
            "assigned",
            f"assigned/{assignment.pk}/{learner.pk}",
            {
                "title": titles,
                "due": due.isoformat() if due else None,
                "by": str(lead),
                "by_pk": lead.pk,
                "note": assignment.note,
                "scenario_mode": assignment.scenario_mode,
                "path": start,
            },
        )
    return assignment


def made_for(assignment: Assignment) -> QuerySet[Enrolment]:
    """The places on its target that an assignment gave or changed."""
    return Enrolment.objects.filter(assignment=assignment, target_key=assignment.target_key)


def is_offered(known: Outline, aim: Aim) -> bool:
    """Whether a module or path is there to be taken."""
    if aim.kind == Target.PATH:
        return aim.key in known.routes and not known.routes[aim.key].archived
    module = known.modules.get(aim.key)
    return module is not None and module.is_open and not module.is_being_written


def welcome(membership: Membership, today: datetime.date) -> None:
    """Give a new member of a team what the whole team was assigned and still has to take."""
    if membership.role != Role.LEARNER:
        return
    open_ones = Assignment.objects.filter(
        ended_at=None, team__in=[*membership.team.get_ancestors(), membership.team]
    ).order_by("made_at")
    known = outline("lv")
    for assignment in open_ones:
        aim = Aim(assignment.target_kind, assignment.target_key)
        if not is_offered(known, aim):
            continue
        # Nobody is late on her first day.
        due = assignment.due_on
        due = due if due and due > today else None
        subject = Subject.objects.for_user(membership.person)
        enrol(subject, aim, due, assignment, today=today)


def welcome_all(places: Collection[Membership], today: datetime.date) -> None:
    """`welcome` for many at once: the same statements for few and for many of a team."""
    places = [place for place in places if place.role == Role.LEARNER]
    known = outline("lv")
    asked = Assignment.objects.filter(ended_at=None, team__isnull=False).select_related("team")
    for assignment in asked.order_by("made_at") if places else ():
        team, aim = assignment.team, Aim(assignment.target_kind, assignment.target_key)
        people = {
            place.person_id: place.person
            for place in places
            if team and place.team.path.startswith(team.path)
        }
        if people and is_offered(known, aim):
            # Nobody is late on her first day.
            due = assignment.due_on
            due = due if due and due > today else None
            enrol_all(subjects_of(list(people.values())), aim, due, assignment, today=today)


# Reading --------------------------------------------------------------------------------


def mark_read(user: User, lesson: LessonPage, today: datetime.date | None = None) -> None:
    """Note that a person has read a lesson; telling it twice in a day is telling it once.

    It happened now, or at noon of `today` where that is another day.
    """
    now = timezone.localdate()
    today = today or now
    noon = timezone.make_aware(datetime.datetime.combine(today, datetime.time(12)))
    subject = Subject.objects.for_user(user)
    version = lesson.text_hash or str(lesson.live_revision_id or "")
    key = lesson.translation_key
    origin = f"read/{subject.pk}/{key}/{version}/{today:%Y-%m-%d}"
    record(
        subject,
        activities=[
            NewActivity(
                "read",
                lesson.activity_kind,
                key,
                version,
                origin,
                happened_at=None if today == now else noon,
            )
        ],
        today=today,
    )


# Requirements ---------------------------------------------------------------------------


def parts_of(course: CoursePage) -> list[dict[str, str]]:
    """What a module asks for now: its live parts that are not archived, in tree order.

    What is offered in addition is not asked for. A part that applies to one setting names it.
    """
    pages = [
        page
        for model in part_models()
        for page in model.objects.live()
        .child_of(course)
        .filter(archived=False)
        .defer_streamfields()
        if not is_beside(page)
    ]
    pages.sort(key=lambda page: page.path)
    return [
        {"verb": page.done_verb, "kind": page.activity_kind, "key": str(page.translation_key)}
        | ({"setting": setting} if (setting := setting_of(page)) else {})
        for page in pages
    ]


def main_version(course: CoursePage) -> CoursePage:
    """The Latvian page of a module, which says what is asked for; else the page itself."""
    pages = CoursePage.objects.filter(translation_key=course.translation_key)
    return pages.filter(locale__language_code=LANGUAGES[0]).first() or course


@transaction.atomic
def update_requirement(
    course: CoursePage, today: datetime.date, *, since: datetime.date | None = None
) -> Requirement | None:
    """Add a version of what a module asks for when its parts changed; None when they did not.

    The new version is in force from `since` (else `today`). Who has met an earlier version, or
    was enrolled under one, goes on by that one. A module that begins with conversations to
    practise asks for nothing until there is something to learn: nobody is done with it before.
    """
    # One at a time: parts published at the same moment must not number the same version.
    same = CoursePage.objects.filter(translation_key=course.translation_key).order_by("pk")
    list(same.select_for_update(of=("self",)).values_list("pk"))
    key = course.translation_key
    parts = parts_of(main_version(course))
    has_begun = Requirement.objects.filter(key=key).exists()
    if not has_begun and only_practice(part["kind"] for part in parts):
        return None
    return add_version(Requirement.Kind.MODULE, key, parts, today, since=since)


@transaction.atomic
def add_version(
    kind: str,
    key: UUID,
    parts: list[dict[str, str]],
    today: datetime.date,
    *,
    since: datetime.date | None = None,
) -> Requirement | None:
    """Add a version to a requirement unless the latest one asks for the same parts."""
    latest = Requirement.objects.filter(key=key).order_by("version").last()
    if latest.parts == parts if latest else not parts:
        return None
    number = latest.version + 1 if latest else 1
    return put_in_force(kind, key, number, parts, since or today, today)


@transaction.atomic
def put_in_force(
    kind: str,
    key: UUID,
    number: int,
    parts: list[dict[str, str]],
    since: datetime.date,
    today: datetime.date,
) -> Requirement:
    """Add a version of a requirement, and bring the standings that rest on it up to date."""
    version = Requirement.objects.create(
        kind=kind, key=key, version=number, effective_from=since, parts=parts
    )
    touched = Standing.objects.filter(kind=Standing.Kind.REQUIREMENT, key=key)
    subjects = set(touched.values_list("subject_id", flat=True))
    subjects |= set(Enrolment.objects.filter(target_key=key).values_list("subject_id", flat=True))
    refresh(subjects, today, requirements=[key])
    outdate()
    return version

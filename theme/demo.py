"""A small believable organisation with a history, lived through by the site's own actions.

Everybody and everything in it is invented. The past is real to the record: each step is taken at
its own moment, so every date, level and certificate follows from what was done.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from content.packs.runner import load
from courses.actions import assign
from courses.models import CoursePage, Play
from courses.models import Path as LearningPath
from courses.people import groups
from courses.people.invitations import Invitee, invite, new_code
from courses.people.models import Invitation, Membership, Role, Setting, Team, User
from theme.demo_lives import STAGES, judged, live, seen, supervised, walk, written
from theme.demo_steps import LV, Course, Learner, Moment, at, live_through, token

PACK = settings.BASE_DIR / "content" / "packs" / "tilts"
PASSWORD = "tilts demo 2026"  # noqa: S105  (development only; see `allowed`)
DAYS = 100  # how far back the organisation's history begins
MODULES = ("ethics", "change-stages", "motivational-interviewing", "client-groups", "burnout")


@dataclass(frozen=True)
class Person:
    """Somebody of the demo: `story` names what she has done so far."""

    username: str
    first_name: str
    last_name: str
    story: str = ""
    email: bool = True


PRISON_LEAD = Person("ilze.kalnina", "Ilze", "Kalniņa")
MUNICIPAL_LEAD = Person("andris.ozols", "Andris", "Ozols")
EDITOR = Person("elina.priede", "Elīna", "Priede")
MODERATOR = Person("mara.zarina", "Māra", "Zariņa")
PRISON_ADMINISTRATOR = Person("juris.lacis", "Juris", "Lācis")
MUNICIPAL_ADMINISTRATOR = Person("inga.rozite", "Inga", "Rozīte")
AUDITOR = Person("vita.krasta", "Vita", "Krasta")
PRISON = (
    Person("liga.berzina", "Līga", "Bērziņa", "reading"),
    Person("janis.liepa", "Jānis", "Liepa", "not_started"),
    Person("anna.eglite", "Anna", "Eglīte", "done"),
    Person("peteris.abols", "Pēteris", "Ābols", "in_the_quiz"),
    Person("sanita.vitola", "Sanita", "Vītola", "in_the_story"),
    Person("kaspars.grinbergs", "Kaspars", "Grīnbergs", "second_try"),
)
MUNICIPAL = (
    Person("dace.krumina", "Dace", "Krūmiņa", "done_long_ago"),
    Person("guntis.balodis", "Guntis", "Balodis", "failed"),
    Person("inese.ozolina", "Inese", "Ozoliņa", "reading"),
    Person("rita.medne", "Rita", "Medne", "not_started", email=False),
    Person("edgars.skuja", "Edgars", "Skuja", "played_only"),
)
NEW_HIRE = ("Laura", "Saulīte")


def allowed() -> None:
    """Raises ImproperlyConfigured anywhere but in development and tests."""
    if not (settings.DEBUG or getattr(settings, "TILTS_DEMO_ALLOWED", False)):
        raise ImproperlyConfigured(
            "The demo organisation has known passwords: it is made in development only."
        )


def make_person(person: Person) -> User:
    found = User.objects.filter(username=person.username).first()
    if found:
        return found
    return User.objects.create_user(
        person.username,
        email=f"{person.username}@example.org" if person.email else None,
        password=PASSWORD,
        first_name=person.first_name,
        last_name=person.last_name,
    )


def make() -> list[tuple[str, User]]:
    """The organisation, made once: (what she is, person) of everybody who can sign in.

    Raises ImproperlyConfigured outside development, PackError when the pack does not load.
    """
    allowed()
    is_new = not User.objects.filter(username=PRISON_LEAD.username).exists()
    if is_new:
        with at(DAYS):
            load(Path(PACK))
    else:
        load(Path(PACK))
    made_groups = groups.ensure()
    people = {
        person.username: make_person(person)
        for person in (
            PRISON_LEAD,
            MUNICIPAL_LEAD,
            EDITOR,
            MODERATOR,
            PRISON_ADMINISTRATOR,
            MUNICIPAL_ADMINISTRATOR,
            AUDITOR,
            *PRISON,
            *MUNICIPAL,
        )
    }
    people[EDITOR.username].groups.add(made_groups["editor"])
    people[MODERATOR.username].groups.add(made_groups["editor"], made_groups["moderator"])
    if is_new:
        _history(people)
    return [
        (role, people[person.username])
        for role, persons in (
            ("learner", (*PRISON, *MUNICIPAL)),
            ("lead", (PRISON_LEAD, MUNICIPAL_LEAD)),
            ("editor", (EDITOR,)),
            ("moderator", (MODERATOR,)),
            ("administrator", (PRISON_ADMINISTRATOR, MUNICIPAL_ADMINISTRATOR)),
            ("auditor", (AUDITOR,)),
        )
        for person in persons
    ]


def _history(people: dict[str, User]) -> None:
    begun = datetime.date.today() - datetime.timedelta(days=DAYS)
    prison = Team.add_root(name="Daugavas cietums", setting=Setting.PRISON)
    unit = prison.add_child(
        name="Resocializācijas daļa", kind=Team.Kind.DEPARTMENT, setting=Setting.PRISON
    )
    town = Team.add_root(name="Liepkalnu novada Sociālais dienests", setting=Setting.MUNICIPAL)
    adults = town.add_child(
        name="Pieaugušo atbalsta nodaļa", kind=Team.Kind.DEPARTMENT, setting=Setting.MUNICIPAL
    )
    for lead, team in ((PRISON_LEAD, unit), (MUNICIPAL_LEAD, adults)):
        _join(people[lead.username], team, begun, Role.LEAD)
    for administrator, team in ((PRISON_ADMINISTRATOR, prison), (MUNICIPAL_ADMINISTRATOR, town)):
        _join(people[administrator.username], team, begun, Role.ADMINISTRATOR)
        _join(people[AUDITOR.username], team, begun, Role.AUDITOR)
    courses = {key: Course(key) for key in MODULES}
    burnout = courses["burnout"]
    moments: list[Moment] = []
    for lead, team, persons, path in (
        (PRISON_LEAD, unit, PRISON, "onboarding-prison"),
        (MUNICIPAL_LEAD, adults, MUNICIPAL, "onboarding-municipal"),
    ):
        moments += _asked(people[lead.username], team, LearningPath.objects.get(key=path), burnout)
        for person in persons:
            learner = people[person.username]
            _join(learner, team, begun)
            for stage in STAGES.get(person.username, ()):
                moments += walk(Learner(learner, courses[stage.module]), team.setting, stage)
            moments += live(Learner(learner, burnout), person.story)
    ilze, anna = people[PRISON_LEAD.username], people["anna.eglite"]
    moments += [*judged(ilze, anna), *seen(people), *supervised(ilze, anna)]
    moments += written(people, ilze, burnout)
    live_through(moments)
    invite(
        Invitee(
            *NEW_HIRE,
            email="laura.saulite@example.org",
            language=LV,
            team=unit,
            starts_on=timezone.localdate(),
        ),
        by=people[PRISON_LEAD.username],
        printed=True,
        token=token("new hire"),
    )


def _asked(lead: User, team: Team, path: LearningPath, module: Course) -> Iterator[Moment]:
    """What a lead has her team take: the whole path, and one module of it sooner.

    The town's date for that has passed, the prison's is coming.
    """
    is_prison = team.setting == Setting.PRISON

    def ask(target: LearningPath | CoursePage, days: int, mode: str = "") -> None:
        due = timezone.localdate() + datetime.timedelta(days=days)
        once = token("path" if isinstance(target, LearningPath) else "module", team.name)
        assign(lead, target, team, due, once, scenario_mode=mode)

    mode = Play.ASSESSED if is_prison else Play.PRACTICE
    yield Moment(70, 9, 0, partial(ask, path, 120))
    yield Moment(40, 9, 0, partial(ask, module.page, 52 if is_prison else 35, mode))


def _join(person: User, team: Team, since: datetime.date, role: str = Role.LEARNER) -> None:
    Membership.objects.create(
        person=person, team=team, role=role, setting=team.setting, starts_on=since
    )


def new_hire_code() -> str | None:
    """A fresh code of the new hire's printed invitation while she has not used it."""
    invitation = Invitation.objects.filter(token=token("new hire")).usable(timezone.now()).first()
    return new_code(invitation) if invitation else None

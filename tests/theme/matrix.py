"""Who gets in at which address of the site, as plain data, and the world it is tried in.

Everything an address names is of Uldis, a learner of one team in an institution. Each letter is a
person who comes by: of his team, of the team above, of another institution, of none.
"""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from assessments.actions import answer, finish, form_token
from assessments.models import Attempt
from courses.people import invitations
from courses.people.groups import EDITOR, MODERATOR, PRACTITIONER, ensure
from courses.people.models import Membership, Message, PeopleFile, Role, Team, User
from courses.progress.models import Evidence, Subject
from scenarios import sheets
from tests.assessments.factories import QuizFactory, begun, quiz_page
from tests.assessments.kinds import asked
from tests.certificates.factories import AwardFactory
from tests.courses.factories import LessonFactory, PathFactory
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.progress.factories import CompetenceFactory, EvidenceFactory
from tests.scenarios.factories import make_page, make_run

YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)
TOMORROW = timezone.localdate() + datetime.timedelta(days=1)

WHO = {
    "v": "a visitor",
    "o": "he himself",
    "c": "a colleague of his team",
    "l": "who leads his team",
    "h": "who leads the team above",
    "s": "who stands in for his lead",
    "a": "who administers his institution",
    "u": "who audits it",
    "C": "a learner elsewhere",
    "L": "a lead elsewhere",
    "A": "an administrator elsewhere",
    "U": "an auditor elsewhere",
    "x": "who led his team until yesterday",
    "f": "who leads it from tomorrow on",
    "z": "who stood in until yesterday",
    "y": "who administered until yesterday",
    "n": "somebody of no team",
    "e": "an editor",
    "p": "a practitioner",
    "m": "a moderator",
    "r": "a superuser",
}
EVERYBODY = "".join(WHO)
SIGNED_IN = EVERYBODY.replace("v", "")
OWN = "o"
LEADS, LEADING = "lhs", "lhsL"  # his team, or any
RUNS, RUNNING = "a", "aA"  # his institution, or any
OVERSEE, OVERSEEING = "au", "auAU"
WRITERS = "epmr"
ROOT = "r"
NOBODY = ""


@dataclass
class World:
    """Uldis with something of every kind, and everybody who comes by."""

    owner: User
    team: Team
    open_attempt: Attempt
    done_attempt: Attempt
    to_mark: Attempt
    open_run: Any
    done_run: Any
    award: Any
    message: Message
    key: Authenticator
    observation: Evidence
    shared_sheet: Any
    file: PeopleFile
    story: uuid.UUID
    quiz: uuid.UUID
    lesson: uuid.UUID
    path: str
    people: dict[str, User]

    @property
    def substitution(self) -> Membership:
        return self.people["s"].memberships.get()

    @property
    def place(self) -> Membership:
        return self.owner.memberships.get()


class Row(NamedTuple):
    """Whom an address lets in by GET and by POST; None: it does not take that at all.

    `args`: what of his it names. Everybody else is answered with the `refused` status.
    """

    get: str | None
    post: str | None = None
    args: Callable[[World], list[Any]] | None = None
    refused: int = 404


def _owner(world: World) -> list[Any]:
    return [world.owner.pk]


def _competence(world: World) -> list[Any]:
    return [world.owner.pk, "self-care"]


def _open_attempt(world: World) -> list[Any]:
    return [world.open_attempt.pk]


def _open_run(world: World) -> list[Any]:
    return [world.open_run.pk]


def _done_run(world: World) -> list[Any]:
    return [world.done_run.pk]


def _answer(world: World) -> list[Any]:
    return [world.to_mark.pk, 1]


def _quiz(world: World) -> list[Any]:
    return [world.quiz]


TABLE: dict[str, Row] = {
    # For everybody.
    "healthz": Row(EVERYBODY),
    "readyz": Row(EVERYBODY),
    "csp_report": Row(None, EVERYBODY),
    "people:invitation": Row(EVERYBODY, EVERYBODY),
    "certificates:check": Row(EVERYBODY),
    "certificates:verify": Row(EVERYBODY, args=lambda w: [w.award.number]),
    "theme:colour_scheme": Row(None, EVERYBODY),
    # Without a try-out that was begun these lead back to where one begins it.
    "assessments:try_attempt": Row(EVERYBODY, EVERYBODY, _quiz),
    "assessments:try_start": Row(EVERYBODY, EVERYBODY, _quiz),
    "assessments:try_question": Row(EVERYBODY, EVERYBODY, lambda w: [w.quiz, 1]),
    "assessments:try_save": Row(EVERYBODY, EVERYBODY, _quiz),
    "assessments:try_finish": Row(EVERYBODY, EVERYBODY, _quiz),
    "assessments:try_result": Row(EVERYBODY, EVERYBODY, _quiz),
    # One's own, whoever one is.
    "left": Row(None, SIGNED_IN),
    "people:stay": Row(None, SIGNED_IN),
    "people:settings": Row(SIGNED_IN, SIGNED_IN),
    "people:change_email": Row(SIGNED_IN, SIGNED_IN),
    "people:confirm_email": Row(SIGNED_IN, SIGNED_IN, lambda w: ["no-key"]),
    "people:notices": Row(SIGNED_IN, SIGNED_IN),
    "people:leave": Row(SIGNED_IN, SIGNED_IN),
    "people:messages": Row(SIGNED_IN),
    "people:read_messages": Row(None, SIGNED_IN),
    "people:kept": Row(SIGNED_IN, NOBODY),  # no form is kept
    "courses:home_dashboard": Row(SIGNED_IN),
    "courses:profile": Row(SIGNED_IN),
    "courses:over_time": Row(SIGNED_IN),
    "courses:competence": Row(SIGNED_IN, args=lambda w: ["self-care"]),
    "courses:refresher": Row(None, SIGNED_IN, lambda w: ["self-care"]),
    "courses:review": Row(SIGNED_IN, SIGNED_IN),
    "courses:pause_reviews": Row(None, SIGNED_IN),
    "courses:history": Row(SIGNED_IN),
    "courses:paths": Row(SIGNED_IN),
    "courses:path": Row(SIGNED_IN, args=lambda w: [w.path]),
    "courses:cards": Row(SIGNED_IN),
    "courses:mark_read": Row(None, SIGNED_IN, lambda w: [w.lesson]),
    "assessments:sure": Row(SIGNED_IN),
    "assessments:categories": Row(SIGNED_IN),
    "assessments:start": Row(None, SIGNED_IN, _quiz),
    "scenarios:start": Row(None, SIGNED_IN, lambda w: [w.open_run.page_key]),
    "certificates:list": Row(SIGNED_IN),
    # His, and nobody else's.
    "assessments:attempt": Row(OWN, args=_open_attempt),
    "assessments:question": Row(OWN, OWN, lambda w: [w.open_attempt.pk, 1]),
    "assessments:save": Row(None, OWN, _open_attempt),
    "assessments:more_time": Row(None, OWN, _open_attempt),
    "assessments:finish": Row(OWN, OWN, _open_attempt),
    "assessments:review": Row(OWN, args=lambda w: [w.done_attempt.pk]),
    "scenarios:run": Row(OWN, args=_open_run),
    "scenarios:choose": Row(None, OWN, _open_run),
    "scenarios:rewind": Row(None, OWN, _open_run),
    "scenarios:again": Row(None, OWN, _done_run),
    "scenarios:debrief": Row(OWN, args=_done_run),
    "scenarios:reflect": Row(None, OWN, _done_run),
    "scenarios:sheet": Row(OWN, OWN, _done_run),
    "certificates:download": Row(OWN, args=lambda w: [w.award.pk]),
    "people:open_message": Row(None, OWN, lambda w: [w.message.pk]),
    # What those who lead him see and do.
    "courses:team": Row(LEADING),
    "courses:team_detail": Row(LEADS, args=lambda w: [w.team.pk]),
    "courses:team_help": Row(LEADS, args=lambda w: [w.team.pk]),
    "courses:team_modules": Row(LEADS, args=lambda w: [w.team.pk]),
    "courses:team_competences": Row(LEADS, args=lambda w: [w.team.pk]),
    "courses:remind": Row(LEADS, LEADS, args=lambda w: [w.team.pk]),
    "courses:assign": Row(LEADING, LEADING),
    "courses:assign_team": Row(LEADS, LEADS, lambda w: [w.team.pk]),
    "courses:person": Row(LEADS, args=_owner),
    "courses:person_competence": Row(LEADS, args=_competence),
    "courses:person_over_time": Row(LEADS, args=_owner),
    "courses:observe": Row(None, LEADS, _competence),
    "courses:credit": Row(None, LEADS, _competence),
    "courses:judgement": Row(LEADS, LEADS, lambda w: [w.owner.pk, w.observation.pk]),
    "scenarios:shared_sheet": Row(LEADS, LEADS, lambda w: [w.shared_sheet.pk]),
    "scenarios:book": Row(LEADING + WRITERS, args=lambda w: [w.story]),
    "scenarios:book_pdf": Row(LEADING + WRITERS, args=lambda w: [w.story]),
    # Those who lead him, and those who administer his team.
    "assessments:marking": Row(LEADING + RUNNING + ROOT),
    "assessments:marking_attempt": Row(LEADS + RUNS + ROOT, args=lambda w: [w.to_mark.pk]),
    "assessments:mark": Row(None, LEADS + RUNS + ROOT, _answer),
    "assessments:correct": Row(None, LEADS + RUNS + ROOT, _answer),
    "assessments:time": Row(LEADS + RUNS, LEADS + RUNS, _owner),
    "people:leave_of": Row(LEADS + RUNS, LEADS + RUNS, _owner),
    "people:invite": Row(LEADING + RUNNING + ROOT, LEADING + RUNNING + ROOT, refused=403),
    "people:invited": Row(LEADS + RUNS + ROOT, args=_owner),
    "people:invite_again": Row(None, LEADS + RUNS + ROOT, _owner),
    "people:withdraw": Row(None, LEADS + RUNS + ROOT, _owner),
    "people:sheet": Row(None, LEADS + RUNS + ROOT, _owner),
    # Those who administer his team, and where it is only read, those who audit it.
    "people:people": Row(OVERSEEING),
    "people:teams": Row(OVERSEEING),
    "people:access_log": Row(OVERSEEING),
    "people:person": Row(OVERSEE, args=_owner),
    "people:new_team": Row(RUNNING, RUNNING),
    "people:transfer": Row(RUNS, RUNS, _owner),
    # Of his lead's own place: she herself, and who administers it.
    "people:substitute": Row("l" + RUNS, "l" + RUNS, lambda w: [w.substitution.substitute_for_id]),
    "people:end_substitute": Row(None, "l" + RUNS, lambda w: [w.substitution.pk]),
    "people:send_file": Row(RUNNING, RUNNING),
    "people:file": Row(RUNS, RUNS, lambda w: [w.file.pk]),  # she sent it
    "people:file_template": Row(RUNNING, args=lambda w: ["csv"]),
    "people:export_people": Row(RUNNING, args=lambda w: ["xlsx"]),
    "people:change_team": Row(RUNS, RUNS, lambda w: [w.team.pk]),
    "people:change_person": Row(RUNS, RUNS, _owner),
    "people:account": Row(None, RUNS, _owner),
    "people:add_place": Row(RUNS, RUNS, _owner),
    "people:change_place": Row(RUNS, RUNS, lambda w: [w.place.pk]),
}

# What is tried by other tests, and why not here.
ELSEWHERE = {
    "media": "pictures of the pages",
    "wagtaildocs_serve": "documents of the pages; Wagtail asks who may read a collection",
    "wagtaildocs_authenticate_with_password": "a collection's password",
    "wagtailcore_authenticate_with_password": "a page's password",
    "wagtailcore_login": "sends on to account_login",
    "wagtail_serve": "pages; see tests/courses",
    "people:accept": "a code nobody can guess; see tests/people/test_invitations.py",
    "content:card": "a block of a page; see tests/content/test_cards.py",
    "content:self_check": "a question of a page; see tests/content/test_reading.py",
}
# allauth's pages: about the account of whoever is signed in, or on the way there.
ACCOUNT = ("account_", "mfa_")
# Those of them that name an object: his, and nobody else's.
KEYS = ("mfa_edit_webauthn", "mfa_remove_webauthn")

# Wagtail's admin: who opens it, and what of it nobody opens who works on texts.
ADMIN = "epmr"
RECORDS = ("users", "teams", "memberships", "access-log", "bulk/people")
ADMIN_OPEN = {"/admin/jsi18n/", "/admin/sprite/"}  # words and signs of its scripts


def make_world() -> World:
    ensure()
    institution = TeamFactory(name="Daugavas cietums")
    team = TeamFactory(name="Brasas daļa", parent=institution)
    owner = MembershipFactory(team=team, person__first_name="Uldis", person__email=None).person
    competence = CompetenceFactory(key="self-care")
    page = quiz_page()
    done = finish(begun(owner, page))
    story = make_page()
    over = make_run(owner, story, "push", "leave")
    subject = Subject.objects.for_user(owner)
    people = _people(institution, team)
    invitations.invite_again(owner, team=team, by=people["l"], printed=True, token=uuid.uuid4())
    sheet = sheets.write(over, owner, ("Who else could?", ""), {1: "Too quick."})
    sheets.share(sheet, timezone.localdate())
    return World(
        owner=owner,
        team=team,
        open_attempt=begun(owner, page),
        done_attempt=done,
        to_mark=handed_in(owner),
        open_run=make_run(owner, story),
        done_run=over,
        award=AwardFactory(subject=subject),
        message=Message.objects.create(
            recipient=owner, key="assigned/1", kind="assigned", context={}
        ),
        key=Authenticator.objects.create(
            user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": {}}
        ),
        observation=EvidenceFactory(
            subject=subject, competence=competence, kind="observation", score=0.75
        ),
        shared_sheet=sheet,
        file=PeopleFile.objects.create(
            person=people["a"],
            name="people.csv",
            content=b"First name,Last name,User name\nAnna,Liepa,a\n",
        ),
        story=story.story.uuid,
        quiz=page.translation_key,
        lesson=LessonFactory().translation_key,
        path=PathFactory().key,
        people={"o": owner} | people,
    )


def handed_in(person: User) -> Attempt:
    """An attempt whose one answer waits for somebody to mark it."""
    attempt = begun(person, quiz_page(QuizFactory(questions=[asked("open")])))
    answer(attempt, 1, {"text": "I would ask first."}, form_token(attempt, 1, 0))
    return finish(attempt)


def _people(institution: Team, team: Team) -> dict[str, User]:
    elsewhere = TeamFactory(name="Elsewhere")
    leads = MembershipFactory(team=team, leading=True)

    def place(where: Team, role: str = Role.LEARNER, **dates: Any) -> User:
        person: User = MembershipFactory(team=where, role=role, **dates).person
        return person

    return {
        "c": place(team),
        "l": leads.person,
        "h": place(institution, Role.LEAD),
        "s": place(team, Role.LEAD, ends_on=TOMORROW, substitute_for=leads),
        "a": place(institution, Role.ADMINISTRATOR),
        "u": place(institution, Role.AUDITOR),
        "C": place(elsewhere),
        "L": place(elsewhere, Role.LEAD),
        "A": place(elsewhere, Role.ADMINISTRATOR),
        "U": place(elsewhere, Role.AUDITOR),
        "x": place(team, Role.LEAD, ends_on=YESTERDAY),
        "f": place(team, Role.LEAD, starts_on=TOMORROW),
        "z": place(team, Role.LEAD, ends_on=YESTERDAY, substitute_for=leads),
        "y": place(institution, Role.ADMINISTRATOR, ends_on=YESTERDAY),
        "n": UserFactory(),
        "e": UserFactory(in_groups=[EDITOR]),
        "p": UserFactory(in_groups=[PRACTITIONER]),
        "m": UserFactory(in_groups=[EDITOR, MODERATOR]),
        "r": UserFactory(is_superuser=True),
    }


def names(resolver: URLResolver, space: str = "", inside: str = "") -> set[str]:
    """The name of every address of the site, Wagtail's admin aside."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        address = inside + str(entry.pattern)
        if address.startswith("admin"):
            continue
        if isinstance(entry, URLResolver):
            below = f"{space}{entry.namespace}:" if entry.namespace else space
            found |= names(entry, below, address)
        elif isinstance(entry, URLPattern) and entry.name:
            found.add(space + entry.name)
    return found

"""Nobody finds what is not hers: every address that names an object is tried by all others.

The list is checked against the site's addresses, so a new one that is missing here fails.
"""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from assessments.actions import answer, finish, form_token
from assessments.models import Attempt
from courses.people import invitations
from courses.people.groups import ensure
from courses.people.models import Message, Role, Team, User
from courses.progress.models import Evidence, Subject
from scenarios import sheets
from tests.assessments.factories import QuizFactory, begun
from tests.assessments.factories import quiz_page as make_quiz_page
from tests.assessments.kinds import asked
from tests.certificates.factories import AwardFactory
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.progress.factories import CompetenceFactory, EvidenceFactory
from tests.scenarios.factories import make_page, make_run

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


@dataclass
class World:
    """A person with something of every kind, and the team she is in."""

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


# What of hers an address names, and who opens it: she alone, those who lead her, those who
# administer her team.
OWN = {
    "assessments:attempt": lambda w: [w.open_attempt.pk],
    "assessments:question": lambda w: [w.open_attempt.pk, 1],
    "assessments:finish": lambda w: [w.open_attempt.pk],
    "assessments:review": lambda w: [w.done_attempt.pk],
    "assessments:save": lambda w: [w.open_attempt.pk],
    "assessments:more_time": lambda w: [w.open_attempt.pk],
    "scenarios:run": lambda w: [w.open_run.pk],
    "scenarios:choose": lambda w: [w.open_run.pk],
    "scenarios:rewind": lambda w: [w.open_run.pk],
    "scenarios:again": lambda w: [w.done_run.pk],
    "scenarios:debrief": lambda w: [w.done_run.pk],
    "scenarios:reflect": lambda w: [w.done_run.pk],
    "scenarios:sheet": lambda w: [w.done_run.pk],
    "certificates:download": lambda w: [w.award.pk],
    "people:open_message": lambda w: [w.message.pk],
    "mfa_edit_webauthn": lambda w: [w.key.pk],
    "mfa_remove_webauthn": lambda w: [w.key.pk],
}
LED = {
    "courses:person": lambda w: [w.owner.pk],
    "courses:person_competence": lambda w: [w.owner.pk, "self-care"],
    "courses:person_over_time": lambda w: [w.owner.pk],
    "courses:observe": lambda w: [w.owner.pk, "self-care"],
    "courses:credit": lambda w: [w.owner.pk, "self-care"],
    "courses:judgement": lambda w: [w.owner.pk, w.observation.pk],
    "courses:team_detail": lambda w: [w.team.pk],
    "courses:assign_team": lambda w: [w.team.pk],
    "scenarios:shared_sheet": lambda w: [w.shared_sheet.pk],
    "people:invited": lambda w: [w.owner.pk],
    "people:invite_again": lambda w: [w.owner.pk],
    "people:withdraw": lambda w: [w.owner.pk],
    "people:sheet": lambda w: [w.owner.pk],
}
RUN = {
    "people:person": lambda w: [w.owner.pk],
    "people:change_person": lambda w: [w.owner.pk],
    "people:account": lambda w: [w.owner.pk],
    "people:add_place": lambda w: [w.owner.pk],
    "people:change_place": lambda w: [w.owner.memberships.get().pk],
    "people:change_team": lambda w: [w.team.pk],
}
# What those who lead her and those who administer her team both may do.
MARKED = {
    "assessments:marking_attempt": lambda w: [w.to_mark.pk],
    "assessments:mark": lambda w: [w.to_mark.pk, 1],
    "assessments:correct": lambda w: [w.to_mark.pk, 1],
    "assessments:time": lambda w: [w.owner.pk],
}
NAMING = OWN | LED | RUN | MARKED
READ_BY_AUDITORS = {"people:person"}
INVITING = {"people:invited", "people:invite_again", "people:withdraw", "people:sheet"}
# What names nobody's own object, and why anybody may ask.
OPEN = {
    "media": "pictures of the pages",
    "wagtaildocs_serve": "documents of the pages; Wagtail asks who may read a collection",
    "wagtaildocs_authenticate_with_password": "a collection's password",
    "wagtailcore_authenticate_with_password": "a page's password",
    "wagtail_serve": "pages; see tests/courses",
    "account_confirm_email": "a key nobody can guess",
    "account_reset_password_from_key": "a key nobody can guess",
    "people:accept": "a code nobody can guess",
    "people:confirm_email": "a key for the person who asked; see tests/people/test_account.py",
    "content:card": "a block of a page; see tests/content/test_cards.py",
    "content:self_check": "a question of a page; see tests/content/test_reading.py",
    "courses:competence": "a competence; the evidence is one's own",
    "courses:refresher": "a competence; the questions are chosen by one's own record",
    "courses:path": "a path; the progress is one's own",
    "courses:mark_read": "a lesson",
    "assessments:start": "a quiz; the attempt is one's own",
    "assessments:try_attempt": "a quiz; the try-out is in one's session, see test_tries",
    "assessments:try_start": "a quiz; the try-out is in one's session, see test_tries",
    "assessments:try_question": "a quiz; the try-out is in one's session, see test_tries",
    "assessments:try_save": "a quiz; the try-out is in one's session, see test_tries",
    "assessments:try_finish": "a quiz; the try-out is in one's session, see test_tries",
    "assessments:try_result": "a quiz; the try-out is in one's session, see test_tries",
    "scenarios:start": "a story; the run is one's own",
    "scenarios:book": "a story, for who leads or writes; see tests/scenarios/test_book_pages.py",
    "scenarios:book_pdf": "a story, for who leads or writes; see tests/scenarios/test_book_pages.py",
    "certificates:verify": "public for whoever has the number",
}


def named(resolver: URLResolver, space: str = "", inside: str = "") -> set[tuple[str, str]]:
    """Name and address of everything that takes an argument, Wagtail's admin aside."""
    found: set[tuple[str, str]] = set()
    for entry in resolver.url_patterns:
        address = inside + str(entry.pattern)
        if isinstance(entry, URLResolver):
            below = f"{space}{entry.namespace}:" if entry.namespace else space
            found |= named(entry, below, address)
        elif isinstance(entry, URLPattern) and entry.name and ("<" in address or "(" in address):
            found.add((space + entry.name, address))
    return {(name, address) for name, address in found if not address.startswith("admin")}


def test_every_address_that_names_an_object_is_in_one_list():
    names = {name for name, _address in named(get_resolver())}
    assert names - NAMING.keys() - OPEN.keys() == set()
    assert (NAMING | OPEN).keys() - names == set()


@pytest.fixture
def world(team: Team) -> World:
    owner = MembershipFactory(team=team, person__first_name="Uldis", person__email=None).person
    competence = CompetenceFactory(key="self-care")
    page = make_quiz_page()
    done = finish(begun(owner, page))
    story = make_page()
    over = make_run(owner, story, "push", "leave")
    subject = Subject.objects.for_user(owner)
    lead = MembershipFactory(team=team, leading=True).person
    invitations.invite_again(owner, team=team, by=lead, printed=True, token=uuid.uuid4())
    sheet = sheets.write(over, owner, ("Who else could?", ""), {1: "Too quick."})
    sheets.share(sheet, timezone.localdate())
    made = Message.objects.create(recipient=owner, key="assigned/1", kind="assigned", context={})
    key = Authenticator.objects.create(
        user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": {}}
    )
    return World(
        owner=owner,
        team=team,
        open_attempt=begun(owner, page),
        done_attempt=done,
        to_mark=handed_in(owner),
        open_run=make_run(owner, story),
        done_run=over,
        award=AwardFactory(subject=subject),
        message=made,
        key=key,
        observation=EvidenceFactory(
            subject=subject, competence=competence, kind="observation", score=0.75
        ),
        shared_sheet=sheet,
    )


def handed_in(person: User) -> Attempt:
    """An attempt whose one answer waits for somebody to mark it."""
    attempt = begun(person, make_quiz_page(QuizFactory(questions=[asked("open")])))
    answer(attempt, 1, {"text": "I would ask first."}, form_token(attempt, 1, 0))
    return finish(attempt)


def as_(person: User) -> Client:
    """Signed in, with the password typed once more, as pages of the second step ask."""
    client = Client()
    client.force_login(person)
    again = client.post("/en/account/reauthenticate/", {"password": "a long enough secret"})
    assert again.status_code == 302
    return client


def others(world: World) -> dict[str, User]:
    """Everybody who has no business at her things, or none at some of them."""
    elsewhere = TeamFactory(name="Elsewhere")
    ensure()
    return {
        "a colleague": MembershipFactory(team=world.team).person,
        "a learner elsewhere": MembershipFactory(team=elsewhere).person,
        "a lead elsewhere": MembershipFactory(team=elsewhere, leading=True).person,
        "an administrator elsewhere": MembershipFactory(
            team=elsewhere, role=Role.ADMINISTRATOR
        ).person,
        "an editor": UserFactory(in_groups=["editor"]),
        "a moderator": UserFactory(in_groups=["editor", "moderator"]),
        "somebody of no team": UserFactory(),
        "whoever led her until yesterday": MembershipFactory(
            team=world.team, leading=True, ends_on=YESTERDAY
        ).person,
        "whoever ran her team until yesterday": MembershipFactory(
            team=world.team, role=Role.ADMINISTRATOR, ends_on=YESTERDAY
        ).person,
        "an auditor": MembershipFactory(team=world.team, role=Role.AUDITOR).person,
        "her lead": MembershipFactory(team=world.team, leading=True).person,
        "a superuser": UserFactory(is_superuser=True),
        "her administrator": run_by(world),
    }


def allowed(name: str) -> set[str]:
    """Who of them has some business at this address."""
    found = set()
    if name in READ_BY_AUDITORS:
        found |= {"an auditor"}
    if name in LED | MARKED:
        found |= {"her lead", "a superuser"}
    if name in RUN | MARKED or name in INVITING:
        found |= {"her administrator"}
    return found


def run_by(world: World) -> User:
    return MembershipFactory(team=world.team, role=Role.ADMINISTRATOR).person


def answers(client: Client, address: str) -> set[int]:
    return {client.get(address).status_code, client.post(address, {}).status_code}


@pytest.mark.parametrize("names", [OWN, LED, RUN, MARKED], ids=["own", "led", "run", "marked"])
def test_what_is_not_hers_is_not_found(world, names):
    """Nothing is done by what is refused, so that all of it is tried in one world."""
    addresses = {name: reverse(name, args=names[name](world)) for name in names}
    for who, person in others(world).items():
        client = as_(person)
        for name, address in addresses.items():
            if who not in allowed(name):
                found = answers(client, address)
                assert 404 in found, (who, name)
                assert found <= {404, 405}, (who, name)
    for address in addresses.values():
        for response in (Client().get(address), Client().post(address, {})):
            assert response.status_code in {302, 405}
            assert response.status_code == 405 or "/account/login/" in response["Location"]


@pytest.mark.parametrize("name", NAMING)
def test_it_is_there_for_those_whose_it_is(world, name):
    """Otherwise a 404 for all others would prove nothing."""
    address = reverse(name, args=NAMING[name](world))
    lead = MembershipFactory(team=world.team, leading=True).person
    whose = world.owner if name in OWN else lead if name in LED | MARKED else run_by(world)
    assert not answers(as_(whose), address) <= {404, 405}


# Wagtail's admin ------------------------------------------------------------------------

RECORDS = ("users", "teams", "memberships", "access-log")


def admin_addresses(resolver: URLResolver, space: str = "", inside: str = "") -> set[str]:
    """Addresses of the admin's own pages, each argument the number or word 1."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        address = inside + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if inside or str(entry.pattern).startswith("admin"):
                below = f"{space}{entry.namespace}:" if entry.namespace else space
                found |= admin_addresses(entry, below, address)
        elif isinstance(entry, URLPattern) and entry.name and address.startswith("admin"):
            count = entry.pattern.regex.groups
            try:
                found.add(reverse(space + entry.name, args=[1] * count))
            except Exception:  # noqa: BLE001, S112  # an argument of another kind
                continue
    return found


def test_nothing_of_the_admin_opens_to_learners_and_leads(lead, learner):
    addresses = admin_addresses(get_resolver())
    assert len(addresses) > 200
    for person in (lead, learner):
        client = Client()
        client.force_login(person)
        opened = {address for address in addresses if client.get(address).status_code == 200}
        # Words and signs of the admin's scripts, which say nothing about anybody.
        assert opened <= {"/admin/jsi18n/", "/admin/sprite/"}


def test_editors_open_no_record_of_people(editor, moderator, lead):
    wanted = [
        address
        for address in admin_addresses(get_resolver())
        if address.split("/")[2] in RECORDS or "/bulk/people/" in address
    ]
    assert len(wanted) > 20
    for person in (editor, moderator):
        client = Client()
        client.force_login(person)
        assert [address for address in wanted if client.get(address).status_code == 200] == []

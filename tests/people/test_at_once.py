"""Two requests about people at the very same time, on the database that allows them."""

import datetime
import uuid

from courses.people import invitations
from courses.people.models import Invitation, User
from tests.at_once import ON_POSTGRESQL, at_once
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory

pytestmark = ON_POSTGRESQL
FIRST, SECOND = "a first long secret", "a second long secret"


def invitee(team, email=""):
    return invitations.Invitee(
        first_name="Jānis",
        last_name="Ozoliņš",
        email=email,
        language="lv",
        team=team,
        starts_on=datetime.date(2026, 11, 22),
    )


def test_the_same_form_at_once_invites_one_person():
    team, lead, token = TeamFactory(), UserFactory(), uuid.uuid4()
    outcomes = at_once(
        *[lambda: invitations.invite(invitee(team), by=lead, printed=True, token=token)] * 5
    )
    assert set(outcomes) == {Invitation.objects.get()}
    assert User.objects.filter(last_name="Ozoliņš").count() == 1


def test_two_people_of_one_name_invited_at_once_get_a_user_name_each():
    team, lead = TeamFactory(), UserFactory()
    at_once(
        *[
            lambda: invitations.invite(invitee(team), by=lead, printed=True, token=uuid.uuid4())
            for _each in range(4)
        ]
    )
    names = User.objects.filter(last_name="Ozoliņš").values_list("username", flat=True)
    assert set(names) == {f"janis.ozolins{number}" for number in ("", 2, 3, 4)}


def test_another_invitation_at_once_is_one():
    person, lead, token = MembershipFactory().person, UserFactory(), uuid.uuid4()
    outcomes = at_once(
        *[lambda: invitations.invite_again(person, team=None, by=lead, printed=True, token=token)]
        * 4
    )
    assert set(outcomes) == {Invitation.objects.get()}


def test_an_invitation_is_used_once_whoever_is_quicker():
    person, lead = MembershipFactory().person, UserFactory()
    invitation = invitations.invite_again(
        person, team=None, by=lead, printed=True, token=uuid.uuid4()
    )
    at = {FIRST: None, SECOND: None}

    def accept(password):
        fresh = Invitation.objects.select_related("person").get(pk=invitation.pk)
        at[password] = invitations.accept(fresh, password)
        return at[password]

    assert sorted(at_once(*[lambda each=each: accept(each) for each in at])) == [False, True]
    person.refresh_from_db()
    winner = next(password for password, won in at.items() if won)
    assert person.check_password(winner)

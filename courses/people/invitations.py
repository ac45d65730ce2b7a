"""How people come in: a one-time code, by e-mail or on a printed sheet.

A code is 28 signs of an alphabet without look-alikes, 131 bits. Only its SHA-256 is kept: with
that much chance in it, a slow hash would guard nothing more.
"""

import datetime
import hashlib
import re
import secrets
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from courses.people import audit
from courses.people.messages import Kind, register, tell
from courses.people.models import Invitation, Membership, Message, Role, Setting, Team, User

ALPHABET = "23456789ACDEFHJKMNPQRTVWXY"  # no 0 O, 1 I L, 5 S, 2 Z, 8 B, 6 G, U V
GROUPS, GROUP = 7, 4
MOST_TRIES = 9


@dataclass(frozen=True)
class Invitee:
    """Who is invited, to which team, and as what; without an e-mail address only on paper."""

    first_name: str
    last_name: str
    email: str
    language: str
    team: Team
    starts_on: datetime.date
    role: str = Role.LEARNER
    setting: str = Setting.PRISON


def invite(invitee: Invitee, *, by: User, printed: bool, token: uuid.UUID) -> Invitation:
    """Make the person, her membership and her invitation; the same token again makes nothing."""
    return _once_more(partial(_invite, invitee, by=by, printed=printed, token=token))


def _once_more(make: Callable[[], Invitation]) -> Invitation:
    """What `make` makes; again, where at the same moment somebody else took its token or name."""
    for _time in range(MOST_TRIES):
        try:
            with transaction.atomic():
                return make()
        except IntegrityError:
            continue
    with transaction.atomic():
        return make()


def _invite(invitee: Invitee, *, by: User, printed: bool, token: uuid.UUID) -> Invitation:
    made = Invitation.objects.filter(token=token).select_related("person").first()
    if made is not None:
        return made
    person = User(
        username=free_username(invitee.first_name, invitee.last_name),
        first_name=invitee.first_name,
        last_name=invitee.last_name,
        email=invitee.email or None,
        language=invitee.language,
    )
    person.set_unusable_password()
    person.save()
    Membership.objects.create(
        person=person,
        team=invitee.team,
        role=invitee.role,
        setting=invitee.setting,
        starts_on=invitee.starts_on,
    )
    audit.log(
        by,
        "invited",
        about=person,
        object_kind="team",
        object_key=invitee.team.pk,
        detail={"role": str(invitee.role), "printed": printed},
    )
    return _open(person, invitee.team, by=by, printed=printed, token=token)


def invite_again(
    person: User, *, team: Team | None, by: User, printed: bool, token: uuid.UUID
) -> Invitation:
    """A new invitation; those before it stop working. The same token again makes nothing."""
    return _once_more(
        partial(_invite_again, person, team=team, by=by, printed=printed, token=token)
    )


def _invite_again(
    person: User, *, team: Team | None, by: User, printed: bool, token: uuid.UUID
) -> Invitation:
    made = Invitation.objects.filter(token=token).select_related("person").first()
    if made is not None:
        return made
    withdraw(person, by=by)
    audit.log(by, "invited_again", about=person, detail={"printed": printed})
    return _open(person, team, by=by, printed=printed, token=token)


def _open(
    person: User, team: Team | None, *, by: User, printed: bool, token: uuid.UUID
) -> Invitation:
    invitation = Invitation.objects.create(
        person=person,
        team=team,
        printed=printed,
        made_by=by,
        expires_at=timezone.now() + datetime.timedelta(days=settings.TILTS_INVITATION_DAYS),
        token=token,
    )
    context = {
        "invitation": invitation.pk,
        "team": str(team or ""),
        "by": str(by),
        "by_pk": by.pk,
    }
    if not printed:
        tell(person, "invitation", f"invitation/{invitation.pk}", context)
    return invitation


@transaction.atomic
def withdraw(person: User, *, by: User, printed: bool | None = None) -> int:
    """Close the person's open invitations, or only the printed or mailed; answers how many."""
    now = timezone.now()
    found = person.invitations.usable(now)
    if printed is not None:
        found = found.filter(printed=printed)
    closed = found.update(withdrawn_at=now)
    if closed:
        audit.log(by, "withdrew_invitation", about=person)
    return closed


@transaction.atomic
def new_code(invitation: Invitation) -> str:
    """A fresh code for the invitation, in groups; shown or mailed once, its hash kept.

    A code given out before stops working.
    """
    code = "".join(secrets.choice(ALPHABET) for _place in range(GROUPS * GROUP))
    invitation.code_hash = digest(code)
    invitation.save(update_fields=["code_hash"])
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def normal(text: str) -> str:
    """A code as typed, without spaces and hyphens, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def digest(text: str) -> str:
    """The hash a code is kept and looked up by."""
    return hashlib.sha256(normal(text).encode()).hexdigest()


def find(text: str) -> Invitation | None:
    """The invitation a code belongs to, whatever its state.

    Looked up by hash: what the index compares tells nothing about the code, and the last
    comparison takes the same time wherever the two differ.
    """
    wanted = digest(text)
    found = (
        Invitation.objects.filter(code_hash=wanted)
        .select_related("person", "team", "made_by")
        .first()
    )
    if found is None or not secrets.compare_digest(found.code_hash or "", wanted):
        return None
    return found


@transaction.atomic
def accept(invitation: Invitation, password: str) -> bool:
    """Set the password and use the invitation up; False if it stopped being open meanwhile."""
    validate_password(password, invitation.person)
    now = timezone.now()
    used = Invitation.objects.usable(now).filter(pk=invitation.pk).update(used_at=now)
    if not used:
        return False
    person = invitation.person
    person.set_password(password)
    person.save(update_fields=["password"])
    Message.objects.filter(recipient=person, kind="invitation", read_at__isnull=True).update(
        read_at=now
    )
    audit.log(person, "accepted_invitation", about=person)
    return True


def free_username(first_name: str, last_name: str) -> str:
    """`anna.berzina`, or with a number behind it where that is taken."""
    plain = _plain_name(first_name, last_name)
    return _free(plain, set(_taken(username__startswith=plain)))


class FreeNames:
    """User names for many new people, each one once."""

    def __init__(self) -> None:
        self.taken = set(_taken())

    def take(self, first_name: str, last_name: str) -> str:
        username = _free(_plain_name(first_name, last_name), self.taken)
        self.taken.add(username)
        return username


def _taken(**names: str) -> Iterable[str]:
    return User.objects.filter(**names).values_list("username", flat=True)


def _plain_name(first_name: str, last_name: str) -> str:
    name = f"{first_name}.{last_name}"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "-", plain).strip("-.")[:100] or "person"


def _free(plain: str, taken: set[str]) -> str:
    number = 1
    while (username := plain if number == 1 else f"{plain}{number}") in taken:
        number += 1
    return username


def address(code: str, language: str) -> str:
    """Where a code is accepted, without the site's address."""
    with translation.override(language):
        return reverse("people:accept", args=[code])


def _for_mail(message: Message) -> dict[str, Any] | None:
    """The link of an invitation mail: made while it is sent, so that it is stored nowhere."""
    invitation = (
        Invitation.objects.usable(timezone.now())
        .filter(pk=message.context.get("invitation"))
        .first()
    )
    if invitation is None:
        return None
    code = new_code(invitation)
    return {
        "action_url": settings.PUBLIC_URL + address(code, message.recipient.language),
        "until": timezone.localdate(invitation.expires_at),
    }


register("invitation", Kind("key", _("Accept the invitation"), _for_mail, at_once=True))

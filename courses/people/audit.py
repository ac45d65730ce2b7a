"""Who saw, changed or exported what, and about whom: one door to the audit log."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.people.models import AuditEntry, User

# What the access log calls each action; an action without words shows its name.
WORDS: dict[str, str | Promise] = {
    "viewed_record": _("opened the progress"),
    "viewed_attempt": _("opened an attempt at a quiz"),
    "changed_mark": _("changed a mark"),
    "previewed_regrade": _("looked at what marking again would change"),
    "regraded": _("marked an answer again by another version of the question"),
    "gave_time": _("changed the time in quizzes"),
    "viewed_competence": _("opened the evidence for a competence"),
    "viewed_sheet": _("opened a supervision sheet"),
    "shared_sheet": _("shared a supervision sheet"),
    "took_back_sheet": _("took a supervision sheet back"),
    "invited": _("invited"),
    "invited_again": _("invited again"),
    "printed_invitation": _("printed the invitation"),
    "withdrew_invitation": _("withdrew the invitation"),
    "accepted_invitation": _("accepted the invitation"),
    "changed_email": _("changed their own e-mail address"),
    "changed_person": _("changed name, address or language"),
    "closed_account": _("closed the account"),
    "opened_account": _("opened the account again"),
    "erased_person": _("erased a person"),
    "gave_place": _("gave a place in a team"),
    "changed_place": _("changed a place in a team"),
    "removed_place": _("took back a place in a team"),
    "noted_leave": _("noted leave"),
    "ended_leave": _("ended leave or took it back"),
    "checked_people_file": _("looked at what a file of people would change"),
    "imported_people": _("imported a file of people"),
    "exported_people": _("downloaded the people as a file"),
    "came_by_file": _("entered a person by a file"),
    "transferred": _("moved a person to another team"),
    "appointed_substitute": _("appointed a substitute"),
    "ended_substitute": _("ended a substitution"),
    "was_refused": _("asked for a page that is not theirs"),
    "made_team": _("made a team"),
    "changed_team": _("changed a team"),
    "observed": _("recorded an observation of practice"),
    "corrected_observation": _("corrected an observation of practice"),
    "credited": _("confirmed what was learned before"),
    "withdrew_evidence": _("withdrew an observation or a confirmation"),
    "reminded": _("sent a reminder"),
    "erased_note": _("erased a note about evidence"),
    "revoked_certificate": _("withdrew a certificate"),
}


def log_all(
    actor: User,
    action: str,
    about: Iterable[tuple[User | None, object]],
    *,
    object_kind: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """An entry for each (person, key of the object), in one statement."""
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                actor=actor,
                about=person,
                action=action,
                object_kind=object_kind,
                object_key=str(key),
                detail=detail or {},
            )
            for person, key in about
        ]
    )


def log(
    actor: User | None,
    action: str,
    *,
    about: User | None = None,
    object_kind: str = "",
    object_key: object = "",
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry. `action` is a verb phrase in snake case, such as `viewed_record`.

    `detail` is JSON and names no third person; `actor` is None where the system acted.
    """
    return AuditEntry.objects.create(
        actor=actor,
        about=about,
        action=action,
        object_kind=object_kind,
        object_key=str(object_key),
        detail=detail or {},
    )

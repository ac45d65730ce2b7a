"""Who saw, changed or exported what, and about whom: one door to the audit log."""

from typing import Any

from courses.people.models import AuditEntry, User


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

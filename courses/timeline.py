"""Rows of the record and of the audit log as lines of a timeline."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.links import links
from courses.outline import Outline
from courses.people.models import AuditEntry, User
from courses.progress import reviews
from courses.progress.models import Activity

SENTENCES: dict[tuple[str, str], str | Promise] = {
    ("read", "lesson"): gettext_lazy("Read the lesson “%(title)s”"),
    ("started", "quiz"): gettext_lazy("Began the quiz “%(title)s”"),
    ("finished", "quiz"): gettext_lazy("Finished the quiz “%(title)s”"),
    ("passed", "quiz"): gettext_lazy("Passed the quiz “%(title)s”"),
    ("started", "scenario"): gettext_lazy("Began the scenario “%(title)s”"),
    ("finished", "scenario"): gettext_lazy("Played the scenario “%(title)s” to an end"),
    ("started", reviews.KIND): gettext_lazy("Began a review"),
    ("finished", reviews.KIND): gettext_lazy("Reviewed what was learned before"),
}
ICONS = {"lesson": "lesson", "quiz": "quiz", "scenario": "scenario", reviews.KIND: "refresh"}

# What somebody may have opened about a person, and how she is told.
SEEN: dict[str, str | Promise] = {
    "viewed_record": gettext_lazy("%(name)s opened your progress"),
    "viewed_competence": gettext_lazy("%(name)s opened the evidence for “%(title)s”"),
    "viewed_attempt": gettext_lazy("%(name)s opened one of your attempts"),
    "viewed_sheet": gettext_lazy("%(name)s opened one of your supervision sheets"),
}


def items(viewer: User, rows: Sequence[Activity], known: Outline) -> list[dict[str, Any]]:
    """Activities as items of `components/timeline.html`, in the order given."""
    parts = known.parts()
    addresses = links(viewer, rows)
    lines = []
    for row in rows:
        module, part = parts.get(row.object_key, (None, None))
        sentence = SENTENCES.get((row.verb, row.object_kind), "%(title)s")
        title = part.title if part else _("something that is no longer there")
        lines.append(
            {
                "day": timezone.localtime(row.happened_at),
                "title": sentence % {"title": title},
                "text": module.title if module else "",
                "url": addresses.get(row.pk, "") or (part.url if part else ""),
                "icon": ICONS.get(row.object_kind, "dot"),
                "tone": "good" if row.verb == "passed" else "",
            }
        )
    return lines


def seen(entries: Sequence[AuditEntry], known: Outline) -> list[dict[str, Any]]:
    """Who opened a person's record and when, as items of a timeline."""
    titles = {ability.name: ability.title for ability in known.abilities.values()}
    return [
        {
            "day": timezone.localtime(entry.at),
            "title": SEEN[entry.action]
            % {
                "name": entry.actor or _("Somebody whose account is closed"),
                "title": titles.get(entry.object_key, entry.object_key),
            },
            "text": "",
            "url": "",
            "icon": "eye",
            "tone": "",
        }
        for entry in entries
    ]

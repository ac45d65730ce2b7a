"""What is being forgotten: competences whose items are recalled less than is fresh, by person."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from courses.progress import memory
from courses.progress.models import Competence, Evidence
from courses.progress.projection import Rulebook, items_of

Day = datetime.date


@dataclass(frozen=True)
class Faded:
    """A competence that a person recalls less than is fresh, and since which day."""

    subject: UUID
    competence: Competence
    freshness: float
    since: Day


def faded(subjects: Collection[UUID], today: Day) -> dict[UUID, list[Faded]]:
    """What each of these people is forgetting: safety-critical first, then the least recalled.

    Three queries for however many; by the record alone, so a past day is answered too.
    """
    book = Rulebook.of_levels()
    competences = {row.pk: row for row in Competence.objects.filter(archived=False)}
    rows: dict[tuple[UUID, int], list[Evidence]] = defaultdict(list)
    kinds = [Evidence.Kind.MEASUREMENT, Evidence.Kind.VOID]
    for row in Evidence.objects.filter(
        subject__in=list(subjects), competence__in=list(competences), kind__in=kinds
    ).order_by():
        rows[row.subject_id, row.competence_id].append(row)
    found: dict[UUID, list[Faded]] = defaultdict(list)
    for (subject, pk), evidence in rows.items():
        competence = competences[pk]
        remembered = memory.of_competence(
            [item for item in items_of(evidence) if item.day <= today],
            book.numbers(competence.key, today),
            today,
            critical=competence.critical,
        )
        share = memory.freshness(remembered, today)
        if share is None or share >= memory.FRESH:
            continue
        last = max(each.last_on for each in remembered)
        since = memory.drops_on(remembered, last) or today
        found[subject].append(Faded(subject, competence, share, since))
    for each in found.values():
        each.sort(key=lambda one: (not one.competence.critical, one.freshness, one.competence.key))
    return found

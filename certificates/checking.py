"""Whether the certificates that were issued are those that the record gives."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import product
from uuid import UUID

from certificates.facts import digest_of
from certificates.models import Award
from courses.progress import rules
from courses.progress.models import Activity, Policy, Standing
from courses.progress.projection import Rulebook, local_day
from courses.progress.registry import pins

BATCH = 200  # people whose activities are in memory at once

Pinned = dict[UUID, rules.Pin]


def differences() -> list[str]:
    """Where a certificate says other than the record did when it was issued, or is not there."""
    book = Rulebook.read()
    met = Standing.objects.filter(kind=Standing.Kind.REQUIREMENT, since__isnull=False)
    people = sorted(
        {
            *Award.objects.order_by().values_list("subject_id", flat=True),
            *met.order_by().values_list("subject_id", flat=True),
        }
    )
    found: list[str] = []
    for start in range(0, len(people), BATCH):
        found += _of(people[start : start + BATCH], book)
    return found


def _of(subjects: Collection[UUID], book: Rulebook) -> Iterator[str]:
    awards: dict[tuple[UUID, UUID], list[Award]] = defaultdict(list)
    for award in Award.objects.filter(subject__in=subjects).order_by("number"):
        awards[award.subject_id, award.requirement_key].append(award)
    acts: dict[UUID, list[tuple[rules.Act, datetime.datetime]]] = defaultdict(list)
    for subject, verb, key, at, recorded_at in (
        Activity.objects.filter(subject__in=subjects)
        .order_by()
        .values_list("subject_id", "verb", "object_key", "happened_at", "recorded_at")
    ):
        acts[subject].append((rules.Act(verb, key, local_day(at)), recorded_at))
    pinned: dict[UUID, Pinned] = defaultdict(dict)
    for (subject, key), pin in pins(subjects).items():
        pinned[subject][key] = pin
    for (subject, _key), mine in awards.items():
        for award in mine:
            known = [act for act, at in acts[subject] if at <= award.made_at]
            yield from _wrong(award, book, known, pinned[subject])
    met = Standing.objects.filter(
        kind=Standing.Kind.REQUIREMENT, since__isnull=False, subject__in=subjects
    ).order_by("subject", "key")
    for subject, key, since in met.values_list("subject_id", "key", "since"):
        if since and not any(award.awarded_on >= since for award in awards[subject, key]):
            yield f"{subject}, {key}: met on {since}, and there is no certificate of it"


def _wrong(award: Award, book: Rulebook, known: list[rules.Act], pinned: Pinned) -> Iterator[str]:
    """What is wrong with a certificate, by what was on record when it was made."""
    title = {"lv": award.title_lv, "en": award.title_en}
    if digest_of(title, award.awarded_on, award.facts) != award.digest:
        yield f"{award.number}: what it says is not what it was issued with (digest)"
    said = (award.requirement_version, award.awarded_on, award.valid_until)
    # It was told on one of these days; and who is enrolled later is asked by that from then on.
    days = (local_day(award.made_at), award.awarded_on)
    given = [_given(award, book, known, day, how) for day, how in product(days, (pinned, {}))]
    if said not in given:
        yield (
            f"{award.number}: it says version {said[0]} met on {said[1]}, valid until {said[2]}; "
            f"the record says version {given[0][0]} met on {given[0][1]}, valid until {given[0][2]}"
        )


def _given(
    award: Award, book: Rulebook, known: list[rules.Act], day: datetime.date, pinned: Pinned
) -> tuple[int, datetime.date | None, datetime.date | None]:
    """The version met, since when and the last valid day, as seen on a day."""
    key = award.requirement_key
    policy = book.policy(Policy.Kind.VALIDITY, str(key), day)
    status = rules.status(
        key,
        book.requirements,
        known,
        day,
        pinned=pinned,
        valid_months=policy.rules.get("months") if policy else None,
    )
    until = status.until - datetime.timedelta(days=1) if status.until else None
    return status.version, status.since, until

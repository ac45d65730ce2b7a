"""The one door to the record, and the one door out of it."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.db import models, transaction
from django.utils import timezone

from courses.people.prepared import Inserted, Prepared
from courses.progress import reviews
from courses.progress.models import (
    Activity,
    Competence,
    Evidence,
    FeedbackSeen,
    Purge,
    ReviewPause,
    Subject,
)
from courses.progress.projection import Rulebook, refresh

if TYPE_CHECKING:
    from courses.people.models import User

Number = Decimal | Fraction | float | int
INSERT_ACTIVITIES = Inserted(Activity, ignore_conflicts=True)
INSERT_EVIDENCE = Inserted(Evidence, ignore_conflicts=True)
FEEDBACK_DAYS = 400  # what was seen is known for so long
# For so long after the evidence's own moment a showing says nothing new: it is the same reading.
SAME_READING = datetime.timedelta(minutes=10)


@dataclass(frozen=True)
class NewActivity:
    """Something a subject did; `origin` names the act, so that telling it twice is once."""

    verb: str
    kind: str
    key: UUID
    version: str
    origin: str
    happened_at: datetime.datetime | None = None


@dataclass(frozen=True)
class NewEvidence:
    """What one item says about one competence; score and guess 0..1, weight above 0.

    `happened_at` is when it was answered, `feedback_at` when its feedback was shown, if later.
    A correction (`voids`) keeps both. `twin` is the item key of the differently worded question
    asked beside this one before any feedback; each of the two names the other. `certainty` is 1
    (guess), 2 (fairly) or 3 (sure).
    """

    competence_key: str
    item_key: str
    item_version: str
    origin: str
    score: Number
    weight: Number = 1
    guess: Number = 0
    critical: bool = False
    assessed: bool = True
    setting: str = ""
    kind: str = "measurement"
    happened_at: datetime.datetime | None = None
    feedback_at: datetime.datetime | None = None
    twin: str = ""
    certainty: int | None = None
    activity_origin: str | None = None
    voids: UUID | None = None
    actor: Subject | None = None


def _decimal(value: Number, places: str) -> Decimal:
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(str(value)).quantize(Decimal(places))


@dataclass(frozen=True)
class Told:
    """What is to be written about one subject."""

    subject: Subject
    activities: Sequence[NewActivity] = ()
    evidence: Sequence[NewEvidence] = ()


def record(
    subject: Subject,
    *,
    activities: Sequence[NewActivity] = (),
    evidence: Sequence[NewEvidence] = (),
    today: datetime.date | None = None,
    locked: bool = False,
    book: Rulebook | None = None,
) -> None:
    """Write what happened and bring `Standing` up to date, in one transaction.

    Rows whose `origin` is on record already are left as they are, so the same call twice writes
    once. Raises `Competence.DoesNotExist` for evidence about an unknown competence. `locked` says
    that the caller's transaction holds the subject's row already; `book` is the rulebook, if read.
    """
    record_all([Told(subject, activities, evidence)], today=today, locked=locked, book=book)


def record_all(
    told: Sequence[Told],
    *,
    today: datetime.date | None = None,
    locked: bool = False,
    book: Rulebook | None = None,
) -> None:
    """`record` of many subjects, each once, for as many statements as of one."""
    if locked:
        _record(told, today, book)
        return
    subjects = [each.subject.pk for each in told]
    with transaction.atomic():
        # One writer for each: two tabs finishing at once must not both project the old record.
        held = Subject.objects.select_for_update().filter(pk__in=subjects).order_by("pk")
        if len(held) != len(subjects):
            raise Subject.DoesNotExist
        _record(told, today, book)


def _record(told: Sequence[Told], today: datetime.date | None, book: Rulebook | None) -> None:
    today = today or timezone.localdate()
    now = timezone.now()
    subjects = [each.subject.pk for each in told]
    activities = [(each.subject, new) for each in told for new in each.activities]
    if activities:
        INSERT_ACTIVITIES(
            [
                Activity(
                    id=activity_id(new.origin),
                    subject=subject,
                    verb=new.verb,
                    object_kind=new.kind,
                    object_key=new.key,
                    object_version=new.version,
                    origin=new.origin,
                    happened_at=new.happened_at or now,
                    recorded_at=now,
                )
                for subject, new in activities
            ]
        )
    competences: dict[str, Competence] = {}
    evidence = [(each.subject, new) for each in told for new in each.evidence]
    if evidence:
        competences = competences_of((new for _subject, new in evidence), book)
        known = _activities(
            {new.activity_origin or "" for _subject, new in evidence},
            [new for _subject, new in activities],
        )
        seen = _seen(evidence, now)
        INSERT_EVIDENCE(
            [
                row_of(
                    subject,
                    new,
                    competences[new.competence_key],
                    now,
                    activity=known.get(new.activity_origin or ""),
                    seen_at=seen.get(new.origin),
                )
                for subject, new in evidence
            ]
        )
    refresh(
        subjects,
        today,
        competences=[found.uuid for found in competences.values()],
        objects={new.key for _subject, new in activities},
        book=book,
    )
    if evidence:
        reviews.forget(subjects)
        transaction.on_commit(lambda: reviews.forget(subjects))


def competences_of(
    evidence: Iterable[NewEvidence], book: Rulebook | None = None
) -> dict[str, Competence]:
    """The competences that evidence is about, by key. Raises `Competence.DoesNotExist`."""
    asked = {new.competence_key for new in evidence}
    remembered = book.competences if book else {}
    found = {row.key: row for row in remembered.values() if row.key in asked}
    if missing := asked - found.keys():
        found |= {row.key: row for row in Competence.objects.filter(key__in=missing)}
    if unknown := asked - found.keys():
        raise Competence.DoesNotExist(f"No such competence: {', '.join(sorted(unknown))}.")
    return found


def row_of(
    subject: Subject,
    new: NewEvidence,
    competence: Competence,
    now: datetime.datetime,
    *,
    activity: UUID | None = None,
    seen_at: datetime.datetime | None = None,
) -> Evidence:
    """The row that evidence becomes; not saved."""
    return Evidence(
        subject=subject,
        competence=competence,
        kind=new.kind,
        item_key=new.item_key,
        item_version=new.item_version,
        origin=new.origin,
        activity_id=activity,
        score=_decimal(new.score, "0.00001"),
        weight=_decimal(new.weight, "0.001"),
        guess=_decimal(new.guess, "0.00001"),
        critical=new.critical,
        assessed=new.assessed,
        setting=new.setting,
        actor=new.actor,
        happened_at=new.happened_at or now,
        feedback_at=new.feedback_at,
        seen_at=seen_at,
        twin=new.twin,
        certainty=new.certainty,
        recorded_at=now,
        voids_id=new.voids,
    )


def activity_id(origin: str) -> UUID:
    """The primary key of the activity that an origin names: the same however often it is told."""
    return uuid5(NAMESPACE_URL, f"tilts:activity/{origin}")


def _activities(origins: set[str], told: Sequence[NewActivity]) -> dict[str, UUID]:
    """Activities by the origins that evidence names; those told with it need not be looked for."""
    known = {new.origin: activity_id(new.origin) for new in told}
    if earlier := origins - known.keys() - {""}:
        rows = Activity.objects.filter(origin__in=earlier)
        known |= dict(rows.values_list("origin", "pk"))
    return known


def _seen_by(
    subjects: list[UUID], items: list[str]
) -> models.QuerySet[FeedbackSeen, tuple[UUID, str, datetime.datetime]]:
    rows = FeedbackSeen.objects.filter(subject__in=subjects, item_key__in=items)
    return rows.values_list("subject_id", "item_key", "at")


SEEN = Prepared(_seen_by, [UUID(int=1)], ["item/"])


def _seen(
    evidence: Sequence[tuple[Subject, NewEvidence]], now: datetime.datetime
) -> dict[str, datetime.datetime | None]:
    """When the feedback of its item was last seen before each answer, by the evidence's origin.

    What is corrected keeps the moment of the row it corrects.
    """
    answered = {
        (subject.pk, new.item_key)
        for subject, new in evidence
        if new.kind == "measurement" and not new.voids
    }
    shown: dict[tuple[UUID, str], list[datetime.datetime]] = {}
    if answered:
        subjects, items = ({each[place] for each in answered} for place in (0, 1))
        for subject_id, key, at in SEEN.all(subjects, items):
            shown.setdefault((subject_id, key), []).append(at)
    corrected = {new.voids for _subject, new in evidence if new.voids}
    kept: dict[UUID, datetime.datetime | None] = {}
    if corrected:
        kept = dict(Evidence.objects.filter(pk__in=corrected).values_list("pk", "seen_at"))
    found = {}
    for subject, new in evidence:
        given = new.happened_at or now
        before = (at for at in shown.get((subject.pk, new.item_key), ()) if at < given)
        found[new.origin] = kept.get(new.voids) if new.voids else max(before, default=None)
    return found


def saw_feedback(
    subject: Subject, items: Collection[str], at: datetime.datetime | None = None
) -> None:
    """Note that a person sees the feedback of these items, where no evidence of hers says so.

    Her next answers to them within the hours that the level policy says are practice. The first
    showing of an answer that is on record is the evidence's `feedback_at`; this is for looking at
    it again, and for what is explained before it is on record, or is never put there. One write.
    """
    if not items:
        return
    at = at or timezone.now()
    FeedbackSeen.objects.bulk_create(
        [FeedbackSeen(subject=subject, item_key=key, at=at) for key in sorted(set(items))],
        ignore_conflicts=True,
    )
    reviews.forget([subject.pk])


def forget_feedback(today: datetime.date) -> int:
    """Forget what was seen so long ago that no answer still to be recorded can rest on it."""
    oldest = today - datetime.timedelta(days=FEEDBACK_DAYS)
    forgotten, _of_each = FeedbackSeen.objects.filter(at__date__lt=oldest).delete()
    return forgotten


def pause_reviews(subject: Subject, starts_on: datetime.date, ends_on: datetime.date) -> None:
    """Have no reviews asked from one day to another; it takes the place of every other pause."""
    with transaction.atomic():
        ReviewPause.objects.filter(subject=subject).delete()
        ReviewPause.objects.create(subject=subject, starts_on=starts_on, ends_on=ends_on)
    reviews.forget([subject.pk])


def resume_reviews(subject: Subject) -> None:
    """End the pause, or take back one that was to come."""
    ReviewPause.objects.filter(subject=subject).delete()
    reviews.forget([subject.pk])


class OpenPurge:
    """Removes rows from the logs while its purge is open, and counts them."""

    def __init__(self, purge: Purge) -> None:
        self.purge = purge
        self.removed: dict[str, int] = {}
        self.subjects: set[UUID] = set()

    def remove(self, rows: "models.QuerySet[Activity] | models.QuerySet[Evidence]") -> int:
        """Delete these rows of a log; returns how many."""
        name = rows.model._meta.model_name or ""
        self.subjects |= set(rows.order_by().values_list("subject_id", flat=True).distinct())
        count, _by_model = rows.delete()
        self.removed[name] = self.removed.get(name, 0) + count
        return count


@contextmanager
def purge(actor: "User", reason: str, today: datetime.date | None = None) -> Iterator[OpenPurge]:
    """Open the door for deleting from the logs; it closes with the block, in one transaction.

    Who, why and how many rows stay on record. Raises `ValueError` for an empty reason.
    """
    if not reason.strip():
        raise ValueError("A purge states its reason.")
    with transaction.atomic():
        entry = Purge.objects.create(actor=actor, reason=reason.strip(), door_id=uuid4())
        opened = OpenPurge(entry)
        yield opened
        entry.door = None
        entry.removed = opened.removed
        entry.closed_at = timezone.now()
        entry.save(update_fields=["door", "removed", "closed_at"])
        refresh(opened.subjects, today or timezone.localdate())

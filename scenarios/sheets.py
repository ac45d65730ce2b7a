"""What is done with a supervision sheet: written, shared, taken back, commented on."""

import datetime
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from courses import judgements
from courses.people import audit
from courses.people.messages import address, tell, tell_all
from courses.people.models import Message, User
from courses.people.names import by_name
from courses.progress.models import Competence, Evidence
from scenarios.models import ScenarioRun, Sheet
from scenarios.supervision import SheetQuerySet

SHARED, COMMENTED = "shared_sheet", "commented_sheet"  # kinds of messages
Comments = Mapping[int, str]  # by the number of the turn on the road that was left standing


class NobodyLeads(Exception):
    """There is nobody whom the sheet could be shared with."""


class NotShared(Exception):
    """The sheet is not shared with this person, or no longer."""


def leads_of(person: User, today: datetime.date) -> list[User]:
    """Who would see what a person shares, by name."""
    return sorted(User.objects.leads_of(person, today), key=by_name)


@transaction.atomic
def write(run: ScenarioRun, person: User, questions: Sequence[str], comments: Comments) -> Sheet:
    """Keep her two questions and her comments; what is empty now is erased."""
    # One writer at a time for a run, so that two clicks make one sheet.
    ScenarioRun.objects.select_for_update().get(pk=run.pk)
    first, second = (text.strip() for text in questions)
    sheet, _made = Sheet.objects.update_or_create(
        run=run, person=person, defaults={"first_question": first, "second_question": second}
    )
    _comment(sheet, person, comments)
    return sheet


@transaction.atomic
def share(sheet: Sheet, today: datetime.date) -> list[User]:
    """Let those who lead her today see it, and tell them; shared already, nothing happens.

    Returns who is told. Raises `NobodyLeads`.
    """
    sheet = _held(sheet)
    if sheet.is_shared:
        return []
    leads = leads_of(sheet.person, today)
    if not leads:
        raise NobodyLeads
    sheet.shared_at = timezone.now()
    sheet.save(update_fields=["shared_at"])
    _log(sheet, sheet.person, "shared_sheet", leads=[lead.pk for lead in leads])
    told = {
        "by": str(sheet.person),
        "by_pk": sheet.person.pk,
        "title": sheet.run.story.title,
        "path": address("scenarios:shared_sheet", sheet.pk),
    }
    tell_all(SHARED, [(lead, f"{SHARED}/{sheet.pk}/{lead.pk}", told) for lead in leads])
    return leads


@transaction.atomic
def take_back(sheet: Sheet) -> None:
    """Nobody but she sees it any more, and nobody is told of it; what was said to her stays."""
    sheet = _held(sheet)
    if not sheet.is_shared:
        return
    sheet.shared_at = None
    sheet.save(update_fields=["shared_at"])
    _log(sheet, sheet.person, "took_back_sheet")
    Message.objects.filter(kind=SHARED, key__startswith=f"{SHARED}/{sheet.pk}/").delete()


@transaction.atomic
def comment(sheet: Sheet, lead: User, comments: Comments, today: datetime.date) -> None:
    """What a lead says beside turns; what is empty now is erased.

    The person is told once a day of what each says. Raises `NotShared`.
    """
    sheet = _held(sheet, Sheet.objects.shared_with(lead, today))
    if _comment(sheet, lead, comments):
        told = {
            "by": str(lead),
            "by_pk": lead.pk,
            "title": sheet.run.story.title,
            "path": address("scenarios:sheet", sheet.run_id),
        }
        tell(sheet.person, COMMENTED, f"{COMMENTED}/{sheet.pk}/{lead.pk}/{today}", told)


@transaction.atomic
def observe(
    sheet: Sheet,
    lead: User,
    competence: Competence,
    rating: int,
    watched_on: datetime.date,
    note: str,
    token: UUID,
    *,
    today: datetime.date,
) -> Evidence:
    """An observation as any other, that is named on the sheet too.

    As `judgements.observe`, and raises `NotShared`.
    """
    sheet = _held(sheet, Sheet.objects.shared_with(lead, today))
    row = judgements.observe(
        lead, sheet.person, competence, rating, watched_on, note, token, today=today
    )
    sheet.observations.add(row)
    return row


def _held(sheet: Sheet, among: SheetQuerySet | None = None) -> Sheet:
    """The sheet as it is now, with nobody else changing it meanwhile."""
    sheets = Sheet.objects.all() if among is None else among
    found = sheets.whole().select_for_update(of=("self",)).filter(pk=sheet.pk).first()
    if found is None:
        raise NotShared
    return found


def _comment(sheet: Sheet, author: User, comments: Comments) -> bool:
    """Bring an author's comments to what they say now; whether anything new is said."""
    known = {each.turn: each for each in sheet.comments.filter(author=author)}
    said = False
    for turn, given in comments.items():
        text, before = given.strip(), known.get(turn)
        if text == (before.text if before else ""):
            continue
        if text:
            said = True
            sheet.comments.update_or_create(
                author=author, turn=turn, defaults={"text": text, "written_at": timezone.now()}
            )
        elif before:
            before.delete()
    return said


def _log(sheet: Sheet, actor: User, action: str, **detail: object) -> None:
    audit.log(
        actor,
        action,
        about=sheet.person,
        object_kind="sheet",
        object_key=sheet.pk,
        detail=detail,
    )

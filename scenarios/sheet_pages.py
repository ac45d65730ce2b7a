"""What the two pages of a supervision sheet show, as plain values in the reader's language.

The conversation as it was held, and the words that were put beside it: no marks, nothing of what
the coach says, no thoughts that a person wrote for herself.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.forms import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from content.bilingual import pick, say
from courses.outline import Ability, outline
from courses.people.models import User
from courses.profile import level_name
from courses.progress.models import Evidence
from courses.reading import crumbs
from courses.why import rating_of
from scenarios import debrief, sheets
from scenarios.models import ScenarioRun, Sheet, SheetComment
from scenarios.presenter import SceneView, paragraphs, scene_view, surroundings
from scenarios.sheet_forms import CommentsForm, ObservedForm, SheetForm


@dataclass(frozen=True)
class Comment:
    """What somebody wrote beside a turn; one's own stands in a field, and is only printed so."""

    by: str
    day: datetime.datetime
    text: str
    mine: bool


@dataclass(frozen=True)
class SheetTurn:
    """A turn of the conversation, what was said of it, and where to say something."""

    number: int
    place: int | None  # its number on record, by which evidence leads to it
    scene: SceneView
    said: str
    comments: list[Comment]
    field: BoundField


@dataclass(frozen=True)
class Observed:
    """An observation that was recorded from the sheet."""

    title: str
    url: str
    rating: str
    by: str
    day: datetime.date
    note: str
    is_void: bool


def comments_of(sheet: Sheet | None) -> list[SheetComment]:
    if sheet is None:
        return []
    return list(sheet.comments.select_related("author").order_by("turn", "written_at", "pk"))


def written_by(comments: Iterable[SheetComment], author: User) -> dict[int, str]:
    return {each.turn: each.text for each in comments if each.author_id == author.pk}


def turns(
    run: ScenarioRun, comments: Iterable[SheetComment], form: CommentsForm, viewer: User
) -> list[SheetTurn]:
    """The conversation turn by turn, as its road was left standing."""
    said: dict[int, list[Comment]] = {}
    for each in comments:
        said.setdefault(each.turn, []).append(
            Comment(
                str(each.author or _("Somebody whose account is closed")),
                timezone.localtime(each.written_at),
                each.text,
                each.author_id == viewer.pk,
            )
        )
    steps = debrief.look_back(run.story, run.states)
    return [
        SheetTurn(
            number=step.number,
            place=turn.number if turn else None,
            scene=scene_view(step.scene),
            said="" if step.scene.is_gather else say(step.choice.text),
            comments=said.get(step.number, []),
            field=form[f"turn-{step.number}"],
        )
        for step, turn in zip(steps, run.on_road, strict=True)
    ]


def observed(sheet: Sheet | None, learner: User | None = None) -> list[Observed]:
    """What was recorded from a sheet; `learner` where it is a lead who looks. One query."""
    if sheet is None:
        return []
    rows = sheet.observations.select_related("competence", "actor__person", "note").annotate(
        is_void=Exists(Evidence.objects.filter(voids=OuterRef("pk")))
    )
    found = []
    for row in rows.order_by("recorded_at"):
        key, rating = row.competence.key, rating_of(row)
        person = row.actor.person if row.actor else None
        note = getattr(row, "note", None)
        found.append(
            Observed(
                title=pick(row.competence, "name"),
                url=reverse("courses:person_competence", args=[learner.pk, key])
                if learner
                else reverse("courses:competence", args=[key]),
                rating=f"{rating} · {level_name(rating)}",
                by=str(person or _("Somebody whose account is closed")),
                day=timezone.localdate(row.happened_at),
                note=note.text if note else "",
                is_void=row.is_void,
            )
        )
    return found


def _around(run: ScenarioRun) -> dict[str, Any]:
    """What stands above a sheet: which conversation, how it ended, whether it counts."""
    ending = run.reached
    return surroundings(run) | {
        "run": run,
        "counts": run.counts,
        "ending": ending,
        "ending_title": run.ending_title,
        "intro": paragraphs(say(run.story.intro)),
    }


def own_context(
    run: ScenarioRun, person: User, sheet: Sheet | None, form: SheetForm, today: datetime.date
) -> dict[str, Any]:
    """What its owner sees; `sheet` is None before she has written anything."""
    around = _around(run)
    comments = comments_of(sheet)
    address = run.get_absolute_url()
    around["crumbs"] += [
        {"title": _("Looking back"), "url": address},
        {"title": _("Supervision sheet"), "url": ""},
    ]
    return around | {
        "person": person,
        "sheet": sheet,
        "form": form,
        "leads": sheets.leads_of(person, today),
        "questions": sheet.questions if sheet else ("", ""),
        "turns": turns(run, comments, form, person),
        "observed": observed(sheet),
    }


def lead_context(
    sheet: Sheet,
    lead: User,
    form: CommentsForm,
    comments: Iterable[SheetComment],
    observing: Iterable[ObservedForm],
) -> dict[str, Any]:
    """What one who leads its owner sees, with a form for each competence she may observe."""
    run = sheet.run
    return _around(run) | {
        "person": sheet.person,
        "sheet": sheet,
        "form": form,
        "questions": [text for text in sheet.questions if text],
        "turns": turns(run, comments, form, lead),
        "observed": observed(sheet, sheet.person),
        "observing": list(observing),
        "crumbs": crumbs(
            (str(sheet.person), reverse("courses:person", args=[sheet.person.pk])),
            (_("Supervision sheet"), ""),
        ),
    }


def abilities(run: ScenarioRun) -> list[Ability]:
    """The competences that a story is about, in the order it names them."""
    known = {ability.name: ability for ability in outline().abilities.values()}
    return [known[key] for key in run.story.competences if key in known]

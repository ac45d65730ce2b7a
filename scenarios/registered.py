"""What `courses` asks of scenarios through its registries: unfinished runs, parts of its pages."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from content.bilingual import say
from courses.coverage import Taught, sections_of_lessons
from courses.links import Row, named, place
from courses.outline import outline
from courses.panels import Panel
from courses.people.models import User
from courses.progress.models import Subject
from courses.reach import Measure
from courses.resume import Place
from courses.waiting import Waiting
from scenarios import passages
from scenarios.actions import item_key
from scenarios.data import marks
from scenarios.engine import Story as Played
from scenarios.models import ScenarioPage, ScenarioRun, Sheet, Story, Turn, TurnKind

LISTED = 8  # runs in a panel, latest first


def unfinished(subject: Subject, keys: Collection[UUID]) -> Mapping[UUID, Place]:
    """Open runs among these pages, and where each stands; one query."""
    backs = Turn.objects.filter(run=OuterRef("pk"), kind=TurnKind.REWIND).order_by("-number")
    runs = (
        ScenarioRun.objects.open()
        .filter(subject=subject, page_key__in=keys)
        .annotate(
            last=Max("turns__taken_at"),
            on_record=Coalesce(Max("turns__number"), 0),
            # What was kept when she last went back, and how much of the record is before that.
            kept=Subquery(backs.values("back_to")[:1]),
            before=Coalesce(Subquery(backs.values("number")[:1]), 0),
        )
        .order_by("started_at")
    )
    found = {}
    for run in runs:
        kept = len(run.given) if run.kept is None else run.kept
        told = _("turn %(number)d") if run.counts else _("practice, turn %(number)d")
        found[run.page_key] = Place(
            url=reverse("scenarios:run", args=[run.pk]),
            since=run.last or run.started_at,
            text=told % {"number": kept + run.on_record - run.before + 1},
        )
    return found


def findings() -> Iterator[tuple[str, str, bool]]:
    """What the linter says of the stories that are live, in English, and where they lead nowhere."""
    for story in Story.objects.filter(live=True, archived=False):
        name = f"story {story.path or story.key}"
        with translation.override("en"):
            found = story.findings()
        for finding in found:
            after = f" (after {', '.join(finding.road)})" if finding.road else ""
            yield f"{name} {finding.place}", finding.reason + after, finding.is_error
    yield from passages.missing()


def waiting() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Choices, scenes and endings of live stories that a practitioner has yet to confirm."""
    for story in Story.objects.filter(live=True, archived=False):
        for where, mark in marks(story.data()):
            yield f"story {story.path or story.key}, {'.'.join(where)}", mark


def measures() -> Iterator[Measure]:
    """What the best choice of every decision in a published scenario says, for `courses.reach`."""
    for page, story, played in _played():
        for scene in played.scenes.values():
            scored = [choice for choice in scene.choices if choice.score is not None]
            if len(scene.choices) < 2 or not scored:
                continue
            best = max(scored, key=lambda choice: choice.score or 0)
            for competence, weight in best.competences:
                yield Measure(
                    competence,
                    item_key(story.uuid, scene.key),
                    "decision",
                    page.applies,
                    guess=1 / len(scene.choices),
                    weight=weight,
                    best=best.score or 0.0,
                    critical=any(choice.critical for choice in scored),
                )


def taught() -> Iterator[Taught]:
    """The sections of the handbook in the lessons that published scenarios send back to."""
    sections = sections_of_lessons()
    for _page, story, played in _played():
        for scene in played.scenes.values():
            for choice in scene.choices:
                lesson = choice.passage.partition("#")[0]
                for section in sections.get(lesson, ()):
                    yield Taught(section, "scenario", story.path)


def _played() -> Iterator[tuple[ScenarioPage, Story, Played]]:
    """Every published scenario with its story as a new run is given it."""
    pages = ScenarioPage.objects.live().filter(
        archived=False, story__live=True, story__archived=False, locale__language_code="lv"
    )
    for page in pages.select_related("story"):
        story = page.story
        version = story.latest_version() if story else None
        if story and version:
            yield page, story, version.parsed


def debriefs(viewer: User, rows: Sequence[Row]) -> Mapping[UUID, str]:
    """Where rows about scenarios can be looked at: the debrief by whose runs they are, one query.

    For a lead it is the sheet, of those runs that are shared with her; one query more.
    """
    origins = named("run", rows)
    wanted = {key for key, _rest in origins.values()}
    runs = ScenarioRun.objects.of(viewer).only("pk", "finished_at").in_bulk(wanted)
    found = {}
    if others := wanted - runs.keys():
        shared = Sheet.objects.shared_with(viewer, timezone.localdate()).filter(run__in=others)
        sheets = {sheet.run_id: sheet.get_absolute_url() for sheet in shared.only("pk", "run_id")}
        for row, (key, rest) in origins.items():
            if address := sheets.get(key):
                turn = place(rest)
                found[row] = f"{address}#turn-{turn}" if turn else address
    for row, (key, rest) in origins.items():
        if run := runs.get(key):
            turn = place(rest)
            address = run.get_absolute_url()
            found[row] = f"{address}#turn-{turn}" if run.is_over and turn else address
    return found


def on_person(context: dict[str, Any]) -> Iterable[Panel]:
    """For a lead: which conversations a person has finished and how they ended; not what she said,
    except on the sheets that she shares."""
    subject = context.get("subject")
    if subject is None:
        return
    runs = list(ScenarioRun.objects.filter(subject=subject).finished().pinned()[:LISTED])
    if runs:
        titles = {key: part.title for key, (_module, part) in outline().parts().items()}
        shared = Sheet.objects.shared_with(context["request"].user, context["today"])
        mine = shared.filter(person=context["person"]).whole().order_by("-shared_at")[:LISTED]
        if sheets := [{"sheet": row, "title": say(row.run.story.title)} for row in mine]:
            yield Panel("scenarios/sheets_panel.html", {"sheets": sheets}, order=58)
        yield Panel(
            "scenarios/panel.html",
            {
                "title": _("Scenarios played"),
                "id": "scenario-runs",
                "runs": [{"run": run, "title": titles.get(run.page_key)} for run in runs],
                "links": False,
            },
            order=60,
        )


def on_module(context: dict[str, Any]) -> Iterable[Panel]:
    """For a learner: the conversations of this module that she has finished."""
    subject, road = context.get("subject"), context.get("road")
    if subject is None or road is None:
        return
    parts = {part.key: part.title for part in road.module.parts if part.kind == "scenario"}
    if not parts:
        return
    runs = list(
        ScenarioRun.objects.filter(subject=subject, page_key__in=parts).finished().pinned()[:LISTED]
    )
    if runs:
        yield Panel(
            "scenarios/panel.html",
            {
                "title": _("Conversations you have had"),
                "id": "scenario-runs",
                "runs": [{"run": run, "title": parts[run.page_key]} for run in runs],
                "links": True,
            },
            order=60,
        )


def sheets_waiting(user: User, today: datetime.date) -> Iterable[Waiting]:
    """For a lead's week: sheets shared with her on which she has said nothing yet; one query."""
    sheets = Sheet.objects.shared_with(user, today).exclude(comments__author=user)
    for sheet in sheets.whole().order_by("shared_at")[:LISTED]:
        text = _("%(name)s shares a supervision sheet: “%(title)s”") % {
            "name": sheet.person,
            "title": say(sheet.run.story.title),
        }
        yield Waiting(1, text, sheet.get_absolute_url(), "people")

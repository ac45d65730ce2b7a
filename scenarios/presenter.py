"""What the pages of a scenario show, as plain values in the reader's language.

A learner's page is made from the road so far alone: no key, target, score, remark or scene that
lies ahead is in what a template is given.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from content import svg
from content.bilingual import pick, say
from content.keys import item_uuid
from content.models import Figure
from courses.models import LessonPage
from courses.outline import Module, Part, outline
from courses.people.models import User
from courses.progress.models import Competence
from courses.reading import front, part_context
from scenarios import actions, debrief, engine, miti
from scenarios.conversations import CODES, STAGES, TECHNIQUES
from scenarios.curves import Curve, curve
from scenarios.forms import ReflectionForm, shown
from scenarios.models import (
    Mode,
    Reflection,
    ScenarioPage,
    ScenarioRun,
    Sheet,
    Story,
    Turn,
    TurnKind,
)
from scenarios.modes import asked_mode
from scenarios.roads import Stop, road_map
from scenarios.structure import StoryInvalid

EARLIER = 10  # finished runs listed on the scenario's page
AGAIN = 4  # checkpoints that a finished practice leads back to, beside its start
REREAD = 2  # lessons a debrief sends back to


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; a single line break is no more than a space."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


@dataclass(frozen=True)
class SceneView:
    """A scene as it is heard: an empty speaker is the narrator."""

    speaker: str
    mood: str
    paragraphs: list[str]


@dataclass(frozen=True)
class Exchange:
    """What was heard, and what the learner said or did then; nothing where the text went on."""

    scene: SceneView
    said: str


@dataclass(frozen=True)
class Meter:
    label: str
    value: int
    low: int
    high: int
    was: int | None


@dataclass(frozen=True)
class Option:
    """A choice as the browser gets it: its place in the list and its text."""

    place: int
    text: str


def scene_view(scene: engine.Scene) -> SceneView:
    return SceneView(say(scene.speaker), scene.mood, paragraphs(say(scene.text)))


def picture(scene: engine.Scene) -> SafeString | None:
    """The scene's drawing, named by its description; nothing where it is gone."""
    if not scene.picture:
        return None
    figure = Figure.objects.filter(key=scene.picture, live=True).first()
    if figure is None:
        return None
    return svg.draw(figure.svg, id="scene-picture", title=say(scene.picture_alt), texts={})


def options(story: engine.Story, state: engine.State) -> list[Option]:
    choices = engine.offered(story, state)
    return [Option(place, say(choice.text)) for place, choice in enumerate(choices, start=1)]


def meters(
    story: engine.Story, state: engine.State, before: engine.State | None = None
) -> list[Meter]:
    return [
        Meter(
            say(item.label),
            state.values[item.key],
            item.low,
            item.high,
            before.values[item.key] if before else None,
        )
        for item in story.shown
    ]


def talk(story: engine.Story, state: engine.State) -> list[Exchange]:
    """What was said so far, oldest first."""
    found = []
    for scene_key, choice_key in state.road:
        scene = story.scenes[scene_key]
        choice = scene.choice(choice_key)
        said = say(choice.text) if choice and not scene.is_gather else ""
        found.append(Exchange(scene_view(scene), said))
    return found


# Pages ----------------------------------------------------------------------------------


def surroundings(run: ScenarioRun) -> dict[str, Any]:
    """The module, page and next part of a run, in the reader's language; None where gone."""
    found = outline().part(run.page_key)
    module, part = found if found else (None, None)
    title = say(run.story.title)
    crumbs = []
    if module and part:
        crumbs = [
            front(),
            {"title": module.title, "url": module.url},
            {"title": part.title, "url": part.url},
        ]
    parts = list(module.open_parts) if module else []
    at = parts.index(part) + 1 if part in parts else len(parts)
    return {
        "module": module,
        "part": part,
        "next": parts[at] if at < len(parts) else None,
        "title": title,
        "crumbs": crumbs,
    }


@dataclass(frozen=True)
class WayBack:
    """A checkpoint one may go back to: how many turns it keeps, and what was heard there."""

    keeps: int
    turn: int
    heard: str


def ways_back(run: ScenarioRun) -> list[WayBack]:
    """In practice the nearest checkpoint, and the start where that is another."""
    if not actions.may_rewind(run):
        return []
    found = run.road.checkpoints
    return [way_back(run, keeps) for keeps in dict.fromkeys((found[-1], found[0]))]


def way_back(run: ScenarioRun, keeps: int) -> WayBack:
    return WayBack(keeps, keeps + 1, _beginning(run.story.scenes[run.states[keeps].scene]))


def ways_again(run: ScenarioRun) -> list[WayBack]:
    """From a finished practice: to the start, and to the latest checkpoints of its road."""
    found = actions.ways_again(run)
    return [way_back(run, keeps) for keeps in dict.fromkeys((*found[:1], *found[-AGAIN:]))]


def _beginning(scene: engine.Scene) -> str:
    text = " ".join(say(scene.text).split())
    return Truncator(text).words(8, truncate=" …")


def spoken_of(run: ScenarioRun) -> engine.Choice | None:
    """In practice, the choice just taken, of which the coach speaks; at a way back nothing."""
    if run.mode != Mode.PRACTICE or not run.taken or run.taken[-1].back_to is not None:
        return None
    scene, key = run.state.road[-1]
    return run.story.scenes[scene].choice(key)


def run_context(run: ScenarioRun) -> dict[str, Any]:
    """What the page of the present scene shows."""
    story, state = run.story, run.state
    scene = story.scenes[state.scene]
    before = run.states[-2] if len(run.states) > 1 else None
    said = talk(story, state)
    choice = spoken_of(run)
    return surroundings(run) | {
        "run": run,
        "turn": state.turns + 1,
        "number": run.next_turn,
        "token": uuid4(),
        "shown": shown(run, timezone.now()),
        "coach": paragraphs(say(choice.remark)) if choice else [],
        "coach_waits": say(choice.needs_review) if choice else "",
        "ways_back": ways_back(run),
        "counts": run.mode == Mode.ASSESSED,
        "intro": paragraphs(say(story.intro)),
        "scene": scene_view(scene),
        "picture": picture(scene),
        "goes_on": scene.is_gather,
        "options": options(story, state),
        "meters": meters(story, state, before),
        "talk": said,
        "just_said": said[-1].said if said else "",
    }


def preview(story: Story) -> dict[str, Any]:
    """The first scene of a draft, for an editor; `findings` where it cannot be played."""
    try:
        parsed = engine.parse_story(story.data())
    except StoryInvalid as invalid:
        return {"title": pick(story, "title"), "findings": invalid.findings}
    state = engine.begin(parsed)
    scene = parsed.scenes[state.scene]
    return {
        "title": say(parsed.title),
        "intro": paragraphs(say(parsed.intro)),
        "scene": scene_view(scene),
        "picture": picture(scene),
        "goes_on": scene.is_gather,
        "options": options(parsed, state),
        "meters": meters(parsed, state),
        "turn": 1,
        "counts": True,
    }


def page_context(page: ScenarioPage, user: Any) -> dict[str, Any]:
    """What the page that offers a scenario shows: the situation, the open run, earlier ones."""
    story = page.story
    version = story.latest_version() if story and story.live and not story.archived else None
    is_open = bool(version and page.live and not page.archived)
    runs: list[ScenarioRun] = []
    if isinstance(user, User):
        runs = list(ScenarioRun.objects.of(user).filter(page_key=page.translation_key).pinned())
    finished = [run for run in runs if run.is_over]
    around = part_context(page, user) if isinstance(user, User) else {}
    asked = asked_mode(user.pk, page.translation_key, timezone.localdate())
    modes = sorted(Mode, key=lambda mode: mode != (asked or Mode.ASSESSED))
    return around | {
        "story": version.parsed if version else None,
        "intro": paragraphs(say(version.parsed.intro)) if version else [],
        "can_start": is_open,
        "open_runs": [run for run in runs if not run.is_over],
        "asked": asked,
        "modes": [
            mode for mode in modes if mode not in {run.mode for run in runs if not run.is_over}
        ],
        "finished": [{"run": run, "title": page.title} for run in finished[:EARLIER]],
        "endings": endings_met(finished),
        "token": uuid4(),
    }


@dataclass(frozen=True)
class EndingsMet:
    """How many of a story's endings a person has reached."""

    met: int
    total: int


def endings_met(finished: Iterable[ScenarioRun]) -> EndingsMet | None:
    """Counted in the story of the latest finished run, of those that choices lead to.

    None before the first.
    """
    runs = list(finished)
    if not runs:
        return None
    known = runs[0].story.chosen_endings
    return EndingsMet(len(known & {run.ending for run in runs}), len(known))


# Debrief --------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChangeView:
    label: str
    before: int
    after: int


@dataclass(frozen=True)
class StepView:
    """One turn looked back on, in words."""

    number: int
    place: str  # number of the turn on record, by which evidence leads to it
    is_given: bool  # taken in another run, that this one continues
    scene: SceneView
    said: str
    remark: list[str]
    waits: str  # what a practitioner has yet to confirm
    reread: "Reread | None"
    strength: str
    changes: list[ChangeView]
    open: list[str]


@dataclass(frozen=True)
class Reread:
    """A lesson, or one block of it, to read again."""

    title: str
    url: str


Parts = Mapping[UUID, tuple[Module, Part]]


def reread(passage: str, parts: Parts) -> Reread | None:
    """What a choice sends back to; nothing where the lesson is not open."""
    lesson, _sign, block = passage.partition("#")
    found = parts.get(item_uuid("page", lesson)) if lesson else None
    if found is None or not found[1].is_open:
        return None
    return Reread(found[1].title, f"{found[1].url}#{block}" if block else found[1].url)


@dataclass(frozen=True)
class StageView:
    """How a person's techniques fitted one stage, in words."""

    name: str
    fit: str
    fitted: int
    moves: int
    fitting: list[str]
    others: list[str]


FIT_RUNS = 30  # latest assessed runs by which fit with stages is shown


def stage_views(runs: Iterable[ScenarioRun]) -> list[StageView]:
    """Fit with the six stages over the latest of these runs that are assessed; one query."""
    counted = {run.pk: run.story for run in runs if run.counts and run.story.conversation}
    counted = dict(list(counted.items())[:FIT_RUNS])
    # An assessed run has no way back: its turns are its road.
    turns = Turn.objects.filter(run__in=counted).order_by("run__started_at", "run", "number")
    moves = []
    for pk, scene_key, choice_key in turns.values_list("run", "scene", "choice"):
        scene = counted[pk].scenes[scene_key]
        if choice := scene.choice(choice_key):
            moves.append((scene, choice))
    return [
        StageView(
            str(STAGES[item.stage]),
            item.fit,
            item.fitted,
            item.moves,
            [str(TECHNIQUES.get(key, key)) for key in item.fitting],
            [str(TECHNIQUES.get(key, key)) for key in item.others],
        )
        for item in debrief.stage_fit(moves)
    ]


def next_story(
    run: ScenarioRun, module: Module | None, parts: Parts, finished: Collection[UUID]
) -> Part | None:
    """The scenario worth playing next, that is open and not this one.

    The first that the story names and she has not finished, else one of the module that she has
    not, else the first that is named.
    """

    def playable(part: Part) -> bool:
        return part.kind == "scenario" and part.is_open and part.key != run.page_key

    keys = [item_uuid("page", path) for path in run.story.next_scenarios]
    named = [parts[key][1] for key in keys if key in parts]
    beside = list(module.parts) if module else []
    fresh = [part for part in (*named, *beside) if part.key not in finished]
    return next((part for part in (*fresh, *named) if playable(part)), None)


@dataclass(frozen=True)
class TallyView:
    name: str
    key: str
    decisions: int
    percent: int


@dataclass(frozen=True)
class CurveView:
    """A curve with its name, and its values turn by turn."""

    label: str
    low: int
    high: int
    drawn: Curve


@dataclass(frozen=True)
class LeftOpen:
    """A choice not taken; where it leads is empty while that is not told."""

    text: str
    to: str


@dataclass(frozen=True)
class RoadRow:
    """One turn of the map in words."""

    number: int
    speaker: str
    heard: str
    said: str
    again: int | None
    open: list[LeftOpen]


def road_rows(
    story: engine.Story, steps: Sequence[debrief.Step], stops: Sequence[Stop], *, tells: bool
) -> list[RoadRow]:
    """The map in words; where choices lead only where it `tells`."""

    def leads(choice: engine.Choice) -> str:
        if not tells:
            return ""
        ending = story.endings.get(choice.to)
        return say(ending.title) if ending else _beginning(story.scenes[choice.to])

    return [
        RoadRow(
            step.number,
            say(step.scene.speaker),
            _beginning(step.scene),
            "" if step.scene.is_gather else say(step.choice.text),
            stop.again,
            [LeftOpen(say(choice.text), leads(choice)) for choice in step.open],
        )
        for step, stop in zip(steps, stops, strict=True)
    ]


@dataclass(frozen=True)
class IndicatorView:
    """A practice indicator beside its thresholds, as texts; a dash where there is none."""

    name: str
    value: str
    fair: str
    good: str
    band: str


def indicator_views(indicators: Iterable[miti.Indicator]) -> list[IndicatorView]:
    def said(item: miti.Indicator, value: Fraction | None) -> str:
        if value is None:
            return "–"
        text = number_format(item.display(value), 1 if item.form == "number" else 0)
        return f"{text} %" if item.form == "share" else text

    return [
        IndicatorView(
            str(miti.NAMES[item.key]),
            said(item, item.value),
            said(item, item.fair),
            said(item, item.good),
            item.band,
        )
        for item in indicators
    ]


def debrief_context(run: ScenarioRun, user: User) -> dict[str, Any]:
    """Everything the debrief of a finished run shows."""
    story = run.story
    steps = debrief.look_back(story, run.states)
    numbers = [turn.number if turn else None for turn in run.on_road]
    tallies = debrief.by_competence(steps)
    helped, cost = debrief.helped_most(steps), debrief.cost_most(steps)
    around = surroundings(run)
    runs = list(ScenarioRun.objects.of(user).pinned())
    finished = [other for other in runs if other.is_over]
    earlier = [other for other in finished if other.page_key == run.page_key]
    parts = outline().parts()
    tells = story.chosen_endings <= {other.ending for other in earlier}
    road = road_map(steps)
    ending = run.reached
    curves = [
        CurveView(say(item.label), item.low, item.high, curve(item, run.states))
        for item in story.shown
    ]
    return around | {
        "run": run,
        "counts": run.mode == Mode.ASSESSED,
        "ending": ending,
        "ending_title": say(ending.title) if ending else "",
        "ending_text": paragraphs(say(ending.text)) if ending else [],
        "ending_waits": say(ending.needs_review) if ending else "",
        "steps": [step_view(step, numbers, parts) for step in steps],
        "map": road,
        "map_rows": road_rows(story, steps, road.stops, tells=tells),
        "tells": tells,
        "helped": step_view(helped, numbers, parts) if helped else None,
        "cost": step_view(cost, numbers, parts) if cost and cost != helped else None,
        "curves": curves,
        "curve_rows": [
            {"turn": turn, "values": [item.drawn.values[turn] for item in curves]}
            for turn in range(len(run.states))
        ],
        "indicators": indicator_views(miti.indicators(story, run.states))
        if story.conversation
        else [],
        "heard": [
            (CODES[code], times) for code, times in miti.counts(story, run.state).most_common()
        ],
        "stages": stage_views(finished) if story.conversation else [],
        "next_story": next_story(
            run, around["module"], parts, {other.page_key for other in finished}
        ),
        "tallies": tally_views(tallies),
        "endings": endings_met(earlier),
        "lessons": lessons(around["module"], tallies),
        "sheet": Sheet.objects.of(user).filter(run=run).first(),
        "thoughts": ReflectionForm(written=Reflection.objects.of(user).filter(run=run)),
        "went_back": sum(turn.kind == TurnKind.REWIND for turn in run.taken),
        "again": bool(around["part"] and around["part"].is_open),
        "ways_again": ways_again(run),
        "open_practice": next(
            (
                other
                for other in runs
                if not other.is_over
                and other.mode == Mode.PRACTICE
                and other.page_key == run.page_key
            ),
            None,
        ),
        "token": uuid4(),
        "minutes": spent(run),
    }


def step_view(step: debrief.Step, numbers: Sequence[int | None], parts: Parts) -> StepView:
    """`numbers` are those of the turns on record, step by step; None where it is of another run."""
    number = numbers[step.number - 1]
    return StepView(
        number=step.number,
        place=f"given-{step.number}" if number is None else str(number),
        is_given=number is None,
        scene=scene_view(step.scene),
        said="" if step.scene.is_gather else say(step.choice.text),
        remark=paragraphs(say(step.choice.remark)),
        waits=say(step.choice.needs_review),
        reread=reread(step.choice.passage, parts),
        strength=step.strength,
        changes=[
            ChangeView(say(change.variable.label), change.before, change.after)
            for change in step.changes
        ],
        open=[say(choice.text) for choice in step.open],
    )


def tally_views(tallies: Iterable[debrief.Tally]) -> list[TallyView]:
    found = list(tallies)
    names = {
        competence.key: pick(competence, "name")
        for competence in Competence.objects.filter(key__in=[item.competence for item in found])
    }
    return [
        TallyView(
            names.get(item.competence, item.competence),
            item.competence,
            item.decisions,
            round(item.share * 100),
        )
        for item in found
    ]


def lessons(module: Module | None, tallies: Iterable[debrief.Tally]) -> list[Part]:
    """The module's lessons on what was lost most, at most `REREAD`, the most fitting first.

    A lesson weighs what was lost on its competences, shared among all it teaches.
    """
    if module is None:
        return []
    parts = {part.key: part for part in module.open_parts if part.kind == "lesson"}
    lost = {item.competence: (1 - item.share) * item.decisions for item in tallies}
    taught: dict[UUID, list[str]] = {}
    for key, competence in LessonPage.objects.filter(
        translation_key__in=parts, locale__language_code="lv", competences__isnull=False
    ).values_list("translation_key", "competences__key"):
        taught.setdefault(key, []).append(competence)
    weights = {
        key: sum(lost.get(competence, 0) for competence in found) / len(found)
        for key, found in taught.items()
    }
    order = list(parts)
    fitting = sorted(
        (key for key, weight in weights.items() if weight > 0),
        key=lambda key: (-weights[key], order.index(key)),
    )
    return [parts[key] for key in fitting[:REREAD]]


def spent(run: ScenarioRun) -> int | None:
    """Minutes from start to end, at least one; None for a run that was left and resumed later."""
    if run.finished_at is None or run.finished_at - run.started_at > datetime.timedelta(hours=2):
        return None
    return max(1, round((run.finished_at - run.started_at).total_seconds() / 60))

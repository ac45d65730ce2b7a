"""What a learner does with a scenario: begin a run, take a choice, go back. Each is one transaction."""

import datetime
from collections.abc import Iterator, Mapping
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from courses.people.models import Setting, User
from courses.progress.actions import SAME_READING, NewActivity, NewEvidence, record, saw_feedback
from courses.progress.models import Subject
from scenarios.engine import Back, NoWayBack, Road, State, is_over, offered
from scenarios.models import (
    Mode,
    Reflection,
    ScenarioPage,
    ScenarioRun,
    Story,
    StoryVersion,
    Turn,
    TurnKind,
)
from scenarios.modes import asked_mode

MOST_TURNS = 1000  # on record in one run; after that there is no going back


class NotPlayable(Exception):
    """The scenario is not published, or is archived; runs already begun go on."""


@transaction.atomic
def start_run(subject: Subject, page: ScenarioPage, token: UUID, mode: str = "") -> ScenarioRun:
    """The run to go on with: the open one if there is one, else a new one.

    Without a mode it is as it was assigned, else assessed. The same token gives the same run, also
    after it was finished. Raises `NotPlayable`.
    """
    asked = asked_mode(subject.person_id, page.translation_key, timezone.localdate())
    mode = mode or asked or Mode.ASSESSED
    if known := _known(subject, page, token, mode):
        return known
    version = page.story.latest_version() if page.story and is_playable(page) else None
    if version is None:
        raise NotPlayable
    return _begin(
        ScenarioRun(
            subject=subject,
            version=version,
            page_key=page.translation_key,
            mode=mode,
            asked=asked,
            token=token,
        )
    )


def is_playable(page: ScenarioPage) -> bool:
    """Whether a run may be begun: its page and story are live, and neither is archived."""
    story: Story | None = page.story
    if story is None or story.archived or page.archived:
        return False
    return page.live and story.live


def _known(subject: Subject, page: ScenarioPage, token: UUID, mode: str) -> ScenarioRun | None:
    """The run that this form began before, or the one of its mode that is open."""
    # One start at a time for each person, so that two clicks do not open two runs.
    Subject.objects.select_for_update().get(pk=subject.pk)
    runs = ScenarioRun.objects.filter(subject=subject, page_key=page.translation_key).pinned()
    return runs.filter(token=token).first() or runs.open().filter(mode=mode).first()


def _begin(run: ScenarioRun) -> ScenarioRun:
    run.started_at = timezone.now()
    run.save(force_insert=True)
    today = timezone.localdate(run.started_at)
    record(run.subject, activities=[_activity(run, "started")], today=today)
    return run


@transaction.atomic
def try_again(run: ScenarioRun, page: ScenarioPage, keeps: int, token: UUID) -> ScenarioRun:
    """From a finished practice back to a checkpoint, as a new practice that begins with its road.

    The finished run stays as it is; the new one is pinned to the same version. Where practice is
    open already, that is the run to go on with. The same token gives the same run. Raises
    `NoWayBack` where there is none, `NotPlayable`.
    """
    if keeps not in ways_again(run):
        raise NoWayBack(keeps)
    if known := _known(run.subject, page, token, Mode.PRACTICE):
        return known
    if not is_playable(page):
        raise NotPlayable
    return _begin(
        ScenarioRun(
            subject=run.subject,
            version=run.version,
            page_key=run.page_key,
            mode=Mode.PRACTICE,
            asked=asked_mode(run.subject.person_id, run.page_key, timezone.localdate()),
            token=token,
            continues=run,
            given=[choice for _scene, choice in run.state.road[:keeps]],
        )
    )


def ways_again(run: ScenarioRun) -> list[int]:
    """How many turns of a finished practice one may keep and go on from, the fewest first."""
    return run.road.passed if run.is_over and run.mode == Mode.PRACTICE else []


@transaction.atomic
def take_choice(
    run: ScenarioRun, choice: str, turn: int, token: UUID, milliseconds: int | None = None
) -> ScenarioRun:
    """Append the turn; the same token again, or a second tab, changes nothing.

    Returns the run as it stands. Raises `engine.ChoiceNotOffered`.
    """
    return _move(run, choice, turn, token, milliseconds)


@transaction.atomic
def rewind(
    run: ScenarioRun, keeps: int, turn: int, token: UUID, milliseconds: int | None = None
) -> ScenarioRun:
    """In practice, go back to the checkpoint after so many turns of the road; as `take_choice`.

    It is a turn of its own, and what was chosen stays on record. Raises `engine.NoWayBack`.
    """
    return _move(run, Back(keeps), turn, token, milliseconds)


def _move(
    run: ScenarioRun, move: str | Back, number: int, token: UUID, milliseconds: int | None
) -> ScenarioRun:
    run = ScenarioRun.objects.select_for_update(of=("self",)).pinned().get(pk=run.pk)
    if run.is_over or number != run.next_turn or any(past.token == token for past in run.taken):
        return run
    before = run.state
    if isinstance(move, Back) and not may_rewind(run):
        raise NoWayBack(move.keeps)
    state = run.road.go(move)
    turn = Turn.objects.create(
        run=run,
        number=number,
        kind=TurnKind.REWIND if isinstance(move, Back) else TurnKind.CHOICE,
        scene=before.scene,
        choice="" if isinstance(move, Back) else move,
        back_to=move.keeps if isinstance(move, Back) else None,
        state_after=state.as_json(),
        token=token,
        milliseconds=milliseconds,
    )
    run.taken.append(turn)
    if run.mode == Mode.PRACTICE and isinstance(move, str):
        _spoke(run, before, move)
    if is_over(run.story, state):
        _finish(run)
    return run


def may_rewind(run: ScenarioRun) -> bool:
    """Whether the run has a way back: in practice, while its record is not too long."""
    return run.mode == Mode.PRACTICE and len(run.taken) < MOST_TURNS and bool(run.road.checkpoints)


def _spoke(run: ScenarioRun, before: State, key: str) -> None:
    """In practice the coach speaks at once: deciding the same anew is practice from now on."""
    choice = run.story.scenes[before.scene].choice(key)
    if choice is not None and choice.is_judged:
        saw_feedback(run.subject, {item_key(_story_uuid(run), before.scene)})


def _finish(run: ScenarioRun) -> None:
    """Close the run and tell the record that it ended, and what its decisions show.

    Practice finishes a part of a module only where that was, or is, assigned.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    run.finished_at, run.ending = now, run.state.scene
    if not run.finishes:
        run.asked = asked_mode(run.subject.person_id, run.page_key, today)
    run.save(update_fields=["finished_at", "ending", "asked"])
    evidence = list(evidence_of(run))
    if run.finishes or evidence:
        record(
            run.subject,
            activities=[_activity(run, "finished")] if run.finishes else [],
            evidence=evidence,
            today=today,
        )


def _activity(run: ScenarioRun, verb: str) -> NewActivity:
    return NewActivity(
        verb=verb,
        kind="scenario",
        key=run.page_key,
        version=run.version.hash,
        origin=f"run/{run.pk}/{verb}",
        happened_at=run.started_at if verb == "started" else run.finished_at,
    )


def look_back(run: ScenarioRun, now: datetime.datetime | None = None) -> None:
    """Note that the debrief of a finished run is read again, so that deciding anew is practice.

    What is read within `SAME_READING` of the end is the first showing, which the evidence has.
    """
    now = now or timezone.now()
    if run.finished_at and now - run.finished_at > SAME_READING:
        story_uuid = _story_uuid(run)
        scenes = {turn.scene for turn in run.taken if turn.kind == TurnKind.CHOICE}
        saw_feedback(run.subject, {item_key(story_uuid, scene) for scene in scenes}, now)


def read_book(person: User, version: StoryVersion) -> None:
    """Note that a person has all that the coach would say before her: deciding is practice then."""
    scenes = version.parsed.scenes.values()
    told = [one.key for one in scenes if any(choice.is_judged for choice in one.choices)]
    uuid = version.story.uuid
    saw_feedback(Subject.objects.for_user(person), {item_key(uuid, scene) for scene in told})


@transaction.atomic
def reflect(run: ScenarioRun, person: User, texts: Mapping[str, str]) -> None:
    """Keep what a person writes for herself, by question; what is empty now is erased."""
    for question, text in texts.items():
        if said := text.strip():
            Reflection.objects.update_or_create(
                run=run,
                person=person,
                question=question,
                defaults={"text": said, "written_at": timezone.now()},
            )
        else:
            Reflection.objects.filter(run=run, person=person, question=question).delete()


def _story_uuid(run: ScenarioRun) -> UUID:
    return Story.objects.values_list("uuid", flat=True).get(versions=run.version_id)


def item_key(story: UUID, scene: str) -> str:
    """How the record names a decision."""
    return f"story/{story}/{scene}"


def evidence_of(run: ScenarioRun) -> Iterator[NewEvidence]:
    """What each scored decision of a run says about each of its competences.

    A scene with one open choice asks for no decision and says nothing. The chance of earning the
    score without knowing is taken as one in the number of choices that were open. In practice only
    the first decision in a scene speaks, taken back or not: after it the coach has spoken. So it is
    in a run that continues another one.
    """
    story_uuid = _story_uuid(run)
    page = ScenarioPage.objects.filter(translation_key=run.page_key).first()
    setting = page.applies if page and page.applies in Setting.values else ""
    counts = run.mode == Mode.ASSESSED
    decided = _decided_before(run) if run.continues_id else set()
    for turn, state in decisions(run):
        choices = offered(run.story, state)
        choice = next(item for item in choices if item.key == turn.choice)
        if not choice.is_judged or len(choices) < 2 or not counts and turn.scene in decided:
            continue
        decided.add(turn.scene)
        if choice.score is None:
            continue
        for competence, weight in choice.competences:
            yield NewEvidence(
                competence_key=competence,
                item_key=item_key(story_uuid, turn.scene),
                item_version=run.version.hash,
                origin=f"run/{run.pk}/{turn.number}/{competence}",
                score=choice.score,
                weight=weight,
                guess=Fraction(1, len(choices)),
                critical=choice.critical,
                assessed=counts,
                setting=setting,
                happened_at=turn.taken_at,
                # Of a run that counts the coach speaks in the debrief, of practice at each turn.
                feedback_at=run.finished_at if counts else None,
                activity_origin=f"run/{run.pk}/{'finished' if counts else 'started'}",
            )


def _decided_before(run: ScenarioRun) -> set[str]:
    """The scenes in which she has decided in earlier practice of the same version."""
    earlier = ScenarioRun.objects.filter(
        subject=run.subject_id,
        version=run.version_id,
        mode=Mode.PRACTICE,
        started_at__lt=run.started_at,
    )
    turns = Turn.objects.filter(run__in=earlier, kind=TurnKind.CHOICE).order_by()
    return set(turns.values_list("scene", flat=True).distinct())


def decisions(run: ScenarioRun) -> Iterator[tuple[Turn, State]]:
    """Every choice on record with the state it was made in, those taken back included."""
    road = Road(run.story, run.given)
    for turn in run.taken:
        if turn.back_to is None:
            yield turn, road.state
        road.go(turn.move)

"""What can happen in a story: walks every state that can be reached, and says what is wrong.

Errors block publishing and loading; warnings do not. Used by the pack check, the editor and
`check_content`.
"""

import gc
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from content.bilingual import LANGUAGES
from scenarios.conversations import NON_ADHERENT
from scenarios.data import whole
from scenarios.engine import Choice, Story, build
from scenarios.reading import onwards
from scenarios.structure import Finding, Where, structure
from scenarios.walking import MAX_STATES, Walk, explore, road

__all__ = ["explore", "lint", "reachability"]

LONG_TRAP = 3  # turns that are still to be played when no good ending is left
PATTERN = 4  # decisions from which on "always" says something
NUMBER = re.compile(r"\d+")


def lint(
    data: Mapping[str, Any],
    competences: Collection[str] | None = None,
    max_states: int = MAX_STATES,
) -> list[Finding]:
    """Everything wrong with a story, errors first; `competences` are the keys that exist."""
    findings = structure(data, competences)
    if not any(finding.is_error for finding in findings):
        findings += _walked(
            json.dumps(whole(data), sort_keys=True), max_states, get_language() or ""
        )
    return sorted(findings, key=lambda finding: not finding.is_error)


@lru_cache(maxsize=32)
def _walked(text: str, max_states: int, language: str) -> tuple[Finding, ...]:
    """What a walk through sound data finds, in the active language.

    Remembered: a form asks twice, a check for each level, a pack before it loads and at publishing.
    """
    data = json.loads(text)
    story = build(data)
    with _without_collecting():
        return (
            *_languages(data),
            *_half_marked(data),
            *_patterns(story),
            *reachability(story, max_states),
        )


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A walk makes hundreds of thousands of tuples and no cycles: looking for those takes half of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def reachability(story: Story, max_states: int = MAX_STATES) -> list[Finding]:
    """What is wrong with the roads through a story whose shape is sound."""
    walk = explore(story, max_states)
    found = [*_dead_ends(walk), *_unreached(story, walk)]
    if not walk.is_whole:
        return [*found, _unproven(story, walk)]
    return [
        *found,
        *_guards(story, walk),
        *_loops(story, walk),
        *_traps(story, walk),
        *_consistent(story, walk),
        *_decisions(story, walk),
    ]


def _unproven(story: Story, walk: Walk) -> Finding:
    """That there were too many states, and how many choices were not met open among those walked."""
    unmet = sum(
        (scene.key, choice.key) not in walk.taken
        for scene in story.scenes.values()
        for choice in scene.choices
    )
    reason = ngettext(
        "not proven within bounds: there are more than %(states)d states, and among those walked "
        "%(count)d choice was never open",
        "not proven within bounds: there are more than %(states)d states, and among those walked "
        "%(count)d choices were never open",
        unmet,
    )
    return Finding(("scenes",), reason % {"states": len(walk.came), "count": unmet}, "warning")


def _dead_ends(walk: Walk) -> Iterator[Finding]:
    told: set[str] = set()
    for spot in walk.stuck:
        if spot[0] not in told:
            told.add(spot[0])
            yield Finding(
                ("scenes", spot[0], "choices"),
                _("in some states none of the choices is open"),
                road=walk.road(spot),
            )


def _unreached(story: Story, walk: Walk) -> Iterator[Finding]:
    """Scenes, choices and endings that no road leads to."""
    # What an unfinished walk did not reach may still be reachable.
    linked = onwards(story)[story.start]
    linked |= {choice.to for scene in linked for choice in story.scenes[scene].choices}
    for key, scene in story.scenes.items():
        first = walk.first(key)
        if first is None:
            level = "error" if walk.is_whole or key not in linked else "warning"
            yield Finding(("scenes", key), _("no road leads to this scene"), level)
            continue
        for choice in scene.choices:
            if (key, choice.key) in walk.taken or not walk.is_whole:
                continue
            where: Where = ("scenes", key, "choices", choice.key)
            if walk.held.get((key, choice.key)) == {False}:
                where, reason = (*where, "guard"), _("never true: this choice is never open")
            elif choice.fallback:
                reason = _("never needed: something else is always open")
            else:
                reason = _("this choice is never open")
            yield Finding(where, reason, "warning", walk.road(first))
    for key in story.endings:
        if walk.first(key) is None and key != story.end_of_turns:
            level = "error" if walk.is_whole or key not in linked else "warning"
            yield Finding(("endings", key), _("no road leads to this ending"), level)


def _guards(story: Story, walk: Walk) -> Iterator[Finding]:
    """Guards that keep nothing out."""
    for (scene, choice), found in walk.held.items():
        if found == {True}:
            first = walk.first(scene)
            yield Finding(
                ("scenes", scene, "choices", choice, "guard"),
                _("never false: it keeps nobody out"),
                "warning",
                walk.road(first) if first else (),
            )


def _loops(story: Story, walk: Walk) -> Iterator[Finding]:
    """Loops without an exit: spots from which neither an ending nor a dead end can be reached."""
    ends = [spot for spot in walk.came if spot[0] in story.endings]
    saved = walk.distances([*ends, *walk.stuck])
    told: set[str] = set()
    for spot in walk.came:  # in the order they were reached, so the first has a shortest road
        if spot not in saved and spot[0] not in told:
            told.add(spot[0])
            yield Finding(
                ("scenes", spot[0]),
                _("from here the conversation can go on for ever: no ending can be reached"),
                road=walk.road(spot),
            )


def _traps(story: Story, walk: Walk) -> Iterator[Finding]:
    """Choices after which no good ending is left, though much is still to be played, unwarned.

    A choice that is critical, or scored at half or less, warns. Found are traps that a road without
    any such choice falls into.
    """
    ends = [spot for spot in walk.came if spot[0] in story.endings]
    good = walk.distances(spot for spot in ends if story.endings[spot[0]].outcome == "good")
    if not good:
        yield Finding(("endings",), _("no good ending can be reached"), "warning")
        return
    left = walk.distances(ends)
    told: set[tuple[str, str]] = set()
    came = walk.by_way_of(_those(story, lambda choice: not _warns(choice)), story.max_turns)
    for spot, step in came.items():
        if step is None or spot in good or step[0] not in good or left.get(spot, 0) < LONG_TRAP:
            continue
        scene, key = step[0][0], step[1]
        if (scene, key) not in told:
            told.add((scene, key))
            yield Finding(
                ("scenes", scene, "choices", key),
                _("a trap: from here no good ending is left, and nothing on the way warned of it"),
                "warning",
                road(came, spot),
            )


def _warns(choice: Choice) -> bool:
    return choice.critical or choice.score is not None and choice.score <= 0.5


def _those(story: Story, passes: Callable[[Choice], bool]) -> set[tuple[str, str]]:
    """The choices that pass, as scene and key."""
    return {
        (scene.key, choice.key)
        for scene in story.scenes.values()
        for choice in scene.choices
        if passes(choice)
    }


def _consistent(story: Story, walk: Walk) -> Iterator[Finding]:
    """A coded conversation ends well for one who neither persuades nor confronts."""
    if not story.conversation:
        return
    came = walk.by_way_of(
        _those(story, lambda choice: not NON_ADHERENT & set(choice.codes)), story.max_turns
    )
    reached = {story.endings[spot[0]].outcome for spot in came if spot[0] in story.endings}
    if "good" not in reached:
        yield Finding(
            ("conversation",),
            _("no road without persuading and confronting leads to a good ending"),
        )


def _decisions(story: Story, walk: Walk) -> Iterator[Finding]:
    """Scored choices that are no decisions, as nothing else can be chosen."""
    for key, scene in story.scenes.items():
        first = walk.first(key)
        if len(scene.choices) == 1 and scene.choices[0].score is not None:
            yield Finding(
                ("scenes", key, "choices", scene.choices[0].key, "score"),
                _("the only choice of a scene is no decision: its score counts for nothing"),
                "warning",
                walk.road(first) if first else (),
            )


def _half_marked(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Decisions whose best choice waits for a practitioner while a poorer one counts."""
    for scene in data["scenes"]:
        scored = [choice for choice in scene["choices"] if choice["score"] is not None]
        best = max((choice["score"] for choice in scored), default=0)
        counted = [choice["score"] for choice in scored if not choice.get("needs_review")]
        if counted and max(counted) < best and not scene.get("needs_review"):
            yield Finding(
                ("scenes", scene["key"]),
                _("the best choice needs expert review, yet poorer ones count: mark the scene"),
                "warning",
            )


# What a glance at all choices gives away ----------------------------------------------------


def _patterns(story: Story) -> Iterator[Finding]:
    """Where the best choice is always the first, or always the longest, it can be picked unread."""
    told: Counter[str] = Counter()
    decisions = 0
    for scene in story.scenes.values():
        scored = [choice for choice in scene.choices if choice.score is not None]
        best = max((choice.score or 0 for choice in scored), default=0)
        right = [choice for choice in scored if choice.score == best]
        if len(scored) < 2 or len(right) > 1:
            continue
        decisions += 1
        others = [choice for choice in scene.choices if choice is not right[0]]
        if scene.choices[0] is right[0]:
            told["first"] += 1
        for code in LANGUAGES:
            if len(right[0].text[code]) > max(len(choice.text[code]) for choice in others):
                told[code] += 1
    if decisions < PATTERN:
        return
    if told["first"] == decisions:
        yield Finding(("scenes",), _("the best choice is always the first"), "warning")
    for code in LANGUAGES:
        if told[code] == decisions:
            reason = _("the best choice is always the longest (%(language)s)") % {"language": code}
            yield Finding(("scenes",), reason, "warning")


def _languages(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Texts whose languages differ in their paragraphs, or in the numbers they write in digits."""
    for where, texts in _texts(data):
        paragraphs = {len(re.split(r"\n\s*\n", texts.get(code, "").strip())) for code in LANGUAGES}
        if len(paragraphs) > 1:
            yield Finding(where, _("the languages differ in the number of paragraphs"), "warning")
        numbers = [sorted(NUMBER.findall(texts.get(code, ""))) for code in LANGUAGES]
        if all(numbers) and numbers[0] != numbers[1]:
            yield Finding(where, _("the languages differ in their numbers"), "warning")


def _texts(data: Mapping[str, Any]) -> Iterator[tuple[Where, Mapping[str, str]]]:
    for name in ("title", "summary", "intro"):
        yield (name,), data.get(name) or {}
    told = {"scenes": ("text", "picture_alt"), "endings": ("title", "text")}
    for kind, names in told.items():
        for item in data[kind]:
            for name in (*names, "needs_review"):
                yield (kind, item["key"], name), item.get(name) or {}
            for choice in item.get("choices") or ():
                for name in ("text", "remark", "needs_review"):
                    where = (kind, item["key"], "choices", choice["key"], name)
                    yield where, choice.get(name) or {}

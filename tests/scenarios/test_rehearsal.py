"""Trying a story out from any scene with any values, whole or half written."""

import copy

import pytest

from scenarios.data import whole
from scenarios.engine import OUT_OF_TURNS, build, is_over, offered, replay
from scenarios.rehearsal import UNWRITTEN, before, playable, rehearse
from tests.scenarios.factories import sample, scene, story_of
from tests.scenarios.sound import MADE


def data_of(story):
    found, hindrances = playable(whole(story))
    assert hindrances == []
    return found


def play(story, scene="door", values=None, road=(), moves=()):
    return rehearse(data_of(story), scene, values or {"trust": 3}, road, moves)


@pytest.mark.parametrize("name", MADE)
def test_from_the_start_it_is_the_story_itself(name):
    data = data_of(MADE[name])
    story = build(data)
    moves = []
    while not is_over(story, (state := replay(story, moves)[-1])) and len(moves) < 40:
        moves.append(offered(story, state)[-1].key)
    start = {key: item.start for key, item in story.variables.items()}
    found = rehearse(data, story.start, start, (), moves)
    assert list(found.states) == replay(story, moves)
    assert [turn.choice.key for turn in found.taken] == moves


def test_it_begins_at_any_scene_with_any_values():
    found = play(sample(), "kitchen", {"trust": 9})
    assert found.scene.key == "kitchen"
    assert found.state.values == {"trust": 9}
    assert "confide" in {choice.key for choice in found.open}
    low = play(sample(), "kitchen", {"trust": 0})
    assert "confide" not in {choice.key for choice in low.open}
    held = {item.choice.key: item for item in low.closed}
    assert held["confide"].why == "guard"
    assert "trust" in held["confide"].guard


def test_each_turn_says_what_it_changed():
    found = play(sample(), moves=["greet"])
    (turn,) = found.taken
    assert [(item.key, item.before, item.after) for item in turn.changes] == [("trust", 3, 5)]


def story_with_a_past():
    return story_of(
        [
            scene(
                "cell",
                {"key": "once", "text": {"lv": "a", "en": "a"}, "to": "cell", "once": True},
                {
                    "key": "seen",
                    "text": {"lv": "b", "en": "b"},
                    "to": "end",
                    "guard": "seen('yard') and chose('yard/stay')",
                },
                {"key": "else", "text": {"lv": "c", "en": "c"}, "to": "yard", "fallback": True},
            ),
            scene("yard", {"key": "stay", "text": {"lv": "d", "en": "d"}, "to": "cell"}),
        ]
    )


def test_what_came_before_is_read_by_guards():
    story = story_with_a_past()
    plain = play(story, "cell", {})
    assert [choice.key for choice in plain.open] == ["once"]
    assert [(item.choice.key, item.why) for item in plain.closed] == [
        ("seen", "guard"),
        ("else", "fallback"),
    ]
    road, unknown = before(build(data_of(story)), ["yard/stay", "cell/once", "attic", "yard/jump"])
    assert unknown == ["attic", "yard/jump"]
    found = play(story, "cell", {}, road)
    assert [choice.key for choice in found.open] == ["seen"]
    assert ("once", "once") in [(item.choice.key, item.why) for item in found.closed]
    assert found.state.turns == 2


def test_a_road_that_is_open_no_more_ends_before_what_changed():
    found = play(sample(), moves=["greet", "fly", "greet"])
    assert found.moves == ("greet",)
    assert found.refused == "fly"
    assert len(found.states) == 2


@pytest.mark.parametrize(
    ("told", "ending"), [("", OUT_OF_TURNS), ("parted", "parted"), ("nowhere", OUT_OF_TURNS)]
)
def test_a_conversation_that_runs_out_of_turns_ends_as_it_will(told, ending):
    story = sample() | {"max_turns": 2, "end_of_turns": told}
    found = play(story, moves=["push", "ask", "back"])
    assert (found.state.scene, found.moves) == (ending, ("push", "ask"))
    assert found.ending.key == ending
    assert found.refused == ""  # it is over: nothing has changed meanwhile
    assert (found.open, found.closed) == ((), [])
    found = play(story, "kitchen", road=[("door", "push")], moves=["ask"])
    assert found.state.scene == ending  # what came before is a turn


def test_loose_ends_are_played_up_to_where_nothing_is_written():
    story = sample()
    story["scenes"][0]["choices"][0]["to"] = "attic"
    story["scenes"][1]["text"]["en"] = ""
    story["scenes"].append(scene("loft"))
    story["start"] = ""
    given = whole(story)
    kept = copy.deepcopy(given)
    data, hindrances = playable(given)
    assert hindrances == []
    assert given == kept
    first = story["scenes"][0]["choices"][0]["key"]
    found = rehearse(data, "door", {"trust": 3}, (), [first])
    assert found.state.scene == UNWRITTEN
    assert found.scene is None
    assert rehearse(data, "loft", {"trust": 3}, (), [">"]).state.scene == UNWRITTEN


@pytest.mark.parametrize(
    ("place", "spoil"),
    [
        ("scenes.door.choices.greet.guard", lambda one: one.update(guard="trust >> 5")),
        ("scenes.door.choices.greet.effects", lambda one: one.update(effects=["luck + 1"])),
    ],
)
def test_what_the_engine_cannot_read_is_named(place, spoil):
    story = whole(sample())
    spoil(story["scenes"][0]["choices"][0])
    _data, hindrances = playable(story)
    assert [finding.place for finding in hindrances] == [place]


def test_a_form_without_scenes_is_named():
    _data, hindrances = playable(whole(sample()) | {"scenes": [], "start": ""})
    assert "scenes" in [finding.place for finding in hindrances]

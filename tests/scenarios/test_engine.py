"""Walking through a story."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.engine import (
    OUT_OF_TURNS,
    ChoiceNotOffered,
    begin,
    is_over,
    offered,
    parse_story,
    replay,
    step,
)
from scenarios.lint import explore, lint
from scenarios.structure import StoryInvalid
from tests.scenarios.factories import choice, sample, scene, story_of, variable


@pytest.fixture
def story():
    return parse_story(sample())


def keys(choices):
    return [item.key for item in choices]


@pytest.mark.parametrize(
    ("road", "scene_key", "trust", "open_now"),
    [
        ("", "door", 3, ["greet", "push"]),
        ("greet", "kitchen", 5, ["ask", "confide", "leave"]),
        ("push", "kitchen", 1, ["ask", "leave"]),
        ("greet ask", "window", 5, ["back", "wait"]),
        ("greet ask back confide", "agreed", 5, []),
        ("push leave", "parted", 1, []),
    ],
)
def test_where_a_road_leads(story, road, scene_key, trust, open_now):
    state = replay(story, road.split())[-1]
    assert (state.scene, state.values["trust"]) == (scene_key, trust)
    assert keys(offered(story, state)) == open_now
    assert is_over(story, state) is (not open_now)


@pytest.mark.parametrize("key", ["", "confide", "no-such", "door/greet"])
def test_a_choice_that_is_not_open_is_refused(story, key):
    state = replay(story, ["push"])[-1]
    with pytest.raises(ChoiceNotOffered):
        step(story, state, key)


def test_nothing_follows_an_ending(story):
    over = replay(story, ["greet", "confide"])[-1]
    with pytest.raises(ChoiceNotOffered):
        step(story, over, "greet")


@pytest.mark.parametrize(
    ("effects", "value"),
    [
        (["trust + 9"], 10),
        (["trust - 9"], 0),
        (["trust = 50"], 10),
        (["trust + 9", "trust - 1"], 9),
        (["trust - 9", "trust + 1"], 1),
        ([], 3),
    ],
)
def test_values_stay_within_their_bounds_after_each_effect(effects, value):
    data = story_of(
        [scene("a", choice("go", "end", effects=effects))], variables=[variable("trust")]
    )
    story = parse_story(data)
    assert step(story, begin(story), "go").values == {"trust": value}


def test_a_step_leaves_the_state_it_came_from_alone(story):
    first = begin(story)
    step(story, first, "greet")
    assert first == begin(story)


def test_a_story_that_does_not_end_is_ended():
    data = story_of([scene("a", choice("again", "a"), choice("go", "end"))], max_turns=3)
    story = parse_story(data)
    states = replay(story, ["again"] * 3)
    assert states[-2].scene == "a"
    assert states[-1].scene == OUT_OF_TURNS
    assert is_over(story, states[-1])
    assert replay(story, ["again", "again", "go"])[-1].scene == "end"


def test_memory_of_scenes_and_choices():
    data = story_of(
        [
            scene("a", choice("left", "b"), choice("right", "b")),
            scene(
                "b",
                choice("from-left", "end", guard="chose('a/left') and seen('a')"),
                choice("from-right", "end", guard="chose('a/right')"),
                choice("new", "end", guard="not seen('c')"),
            ),
            scene("c", choice("go", "end")),
        ]
    )
    with pytest.raises(AssertionError):
        assert not lint(data)  # nobody gets to c: the linter says so, the engine plays on
    story = parse_story(data)
    assert keys(offered(story, replay(story, ["left"])[-1])) == ["from-left", "new"]
    assert keys(offered(story, replay(story, ["right"])[-1])) == ["from-right", "new"]


def test_an_unsound_story_is_not_parsed():
    data = sample()
    data["scenes"][0]["choices"][0]["to"] = "nowhere"
    with pytest.raises(StoryInvalid) as caught:
        parse_story(data)
    assert "nowhere" in str(caught.value)


# Properties -----------------------------------------------------------------------------


@st.composite
def stories(draw):
    """Stories whose shape is sound: any targets, guards, effects and loops."""
    count = draw(st.integers(1, 6))
    names = [f"s{number}" for number in range(count)]
    targets = st.sampled_from([*names, "good-end", "other-end"])
    guards = st.sampled_from(
        ["", "trust >= 5", "trust < 3", "seen('s0') and trust > 1", "not chose('s0/c0')", "x == 0"]
    )
    effects = st.lists(
        st.sampled_from(["trust + 2", "trust - 3", "x = 1", "trust = 4"]), max_size=2
    )
    scenes = []
    for name in names:
        choices = [
            choice(f"c{number}", draw(targets), guard=draw(guards), effects=draw(effects))
            for number in range(draw(st.integers(1, 4)))
        ]
        scenes.append(scene(name, *choices))
    data = story_of(scenes, variables=[variable("trust"), variable("x", 0, 0, 1)])
    return (
        data
        if data["endings"]
        else data | {"endings": [story_of([scene("a", choice("b", "c"))])["endings"][0]]}
    )


@settings(max_examples=150, deadline=None)
@given(stories(), st.data())
def test_random_walkers_end_and_replay_equals_the_walk(data, choices):
    """Where the linter finds no error, some choice is always open until an ending."""
    if any(finding.is_error for finding in lint(data)):
        return
    story = parse_story(data | {"max_turns": 30})
    state, road = begin(story), []
    while not is_over(story, state):
        open_now = offered(story, state)
        assert open_now, "no choice, and no ending"
        road.append(choices.draw(st.sampled_from(keys(open_now))))
        state = step(story, state, road[-1])
        assert all(
            story.variables[key].clamp(value) == value for key, value in state.values.items()
        )
        assert len(road) <= 30
    assert replay(story, road)[-1] == state
    half = replay(story, road[: len(road) // 2])[-1]
    for key in road[len(road) // 2 :]:
        half = step(story, half, key)
    assert half == state


@settings(max_examples=150, deadline=None)
@given(stories())
def test_what_the_linter_walks_is_what_can_be_played(data):
    """A brute-force walk of the engine meets the same scenes and the same dead ends."""
    story = parse_story(data)
    walk = explore(story)
    reached, stuck, ahead, known = set(), set(), [begin(story)], set()
    while ahead:
        state = ahead.pop()
        spot = (state.scene, tuple(state.values.items()), state.seen, state.chosen)
        if spot in known or len(known) > 3000:
            continue
        known.add(spot)
        reached.add(state.scene)
        open_now = offered(story, state)
        if not open_now and not is_over(story, state):
            stuck.add(state.scene)
        ahead += [step(story, state, item.key) for item in open_now if state.turns < 60]
    if len(known) <= 3000:
        assert {spot[0] for spot in walk.came} - {OUT_OF_TURNS} == reached - {OUT_OF_TURNS}
        assert {spot[0] for spot in walk.stuck} == stuck
    for spot in walk.came:
        states = replay(story, [key.split("/")[1] for key in walk.road(spot)])
        assert states[-1].scene == spot[0]

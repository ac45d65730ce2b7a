"""Walking through a story."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.engine import (
    GO_ON,
    OUT_OF_TURNS,
    Back,
    ChoiceNotOffered,
    NoWayBack,
    Road,
    begin,
    build,
    is_over,
    offered,
    parse_story,
    replay,
    step,
)
from scenarios.lint import explore, lint
from scenarios.structure import StoryInvalid
from tests.scenarios.factories import choice, ending, full, sample, scene, story_of, variable


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


def test_a_scene_does_what_it_does_each_time_it_is_entered():
    story = parse_story(full())
    assert begin(story).values["days"] == 165
    state = replay(story, ["press", GO_ON, "again"])[-1]
    assert (state.scene, state.values["days"], state.values["trust"]) == ("cell", 150, 2)


def test_where_nothing_is_chosen_the_text_goes_on():
    story = parse_story(full())
    state = replay(story, ["press"])[-1]
    assert story.scenes["pause"].is_gather
    assert keys(offered(story, state)) == [GO_ON]
    assert step(story, state, GO_ON).scene == "rest"
    assert not story.scenes["rest"].is_gather


def test_a_choice_to_be_taken_once_is_not_offered_again():
    story = parse_story(full())
    assert keys(offered(story, begin(story))) == ["reflect", "press"]
    again = replay(story, ["reflect", GO_ON, "again"])[-1]
    assert again.visits["cell"] == 2
    assert keys(offered(story, again)) == ["press", "agree"]
    third = replay(story, ["press", GO_ON, "again", "press", GO_ON, "again"])[-1]
    assert keys(offered(story, third)) == ["reflect", "press"]  # trust has gone


def test_a_fallback_is_offered_where_nothing_else_is():
    story = parse_story(full())
    assert keys(offered(story, replay(story, ["press", GO_ON])[-1])) == ["again"]
    late = replay(story, ["press", GO_ON, "again"] * 2 + ["press", GO_ON])[-1]
    assert late.turns == 8
    assert keys(offered(story, late)) == ["leave"]


def test_effects_reckon_with_what_there_is_and_stay_within_bounds():
    story = parse_story(full())
    assert replay(story, ["reflect"])[-1].values["trust"] == 4  # 3 + 3 * 2 - 5
    data = story_of(
        [
            scene("a", choice("b", "b", effects=["x = turns + visits('a') * 5"])),
            scene("b", choice("c", "end"), effects=["x = x + turns * 2", "x = x * x - 1000000"]),
        ],
        variables=[variable("x", 0, -100, 60)],
    )
    story = parse_story(data)
    assert step(story, begin(story), "b").values["x"] == -100
    data["scenes"][1]["effects"].pop()
    story = parse_story(data)
    assert step(story, begin(story), "b").values["x"] == 7


def test_a_story_may_name_the_ending_of_what_never_ends():
    data = full() | {"max_turns": 2}
    story = parse_story(data)
    assert replay(story, ["press", GO_ON])[-1].scene == "out-of-time"
    assert OUT_OF_TURNS not in story.endings


def test_what_was_published_before_stories_could_say_more_still_reads():
    """A version made by the first form of the data, with a variable that is a word now."""
    data = sample()
    data["variables"].append(variable("turns", 4))
    data["scenes"][0]["choices"][0] |= {"guard": "turns == 4", "effects": ["turns + 1"]}
    story = build(data)
    assert (story.end_of_turns, story.conversation) == (OUT_OF_TURNS, False)
    assert step(story, begin(story), "greet").values["turns"] == 5
    assert keys(offered(story, begin(story))) == ["greet", "push"]


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


GUARDS = [
    "", "", "trust >= 5", "trust < 3", "seen('s0') and trust > 1", "not chose('s0/c0')", "x == 0",
    "visits('s0') < 3", "visits('s0') == 2 or trust == x + 3", "turns > 2", "turns * 2 < trust",
    "count >= 2", "drop <= 1",
]  # fmt: skip
EFFECTS = ["trust + 2", "trust - 3", "x = 1", "trust = 4", "trust = x * 2 + visits('s0')",
           "count + 1", "drop - 1", "x = turns - 1", "trust = count"]  # fmt: skip


@st.composite
def stories(draw, most_turns=30):
    """Stories whose shape is sound: any targets, guards, effects, gathers and loops."""
    count = draw(st.integers(1, 5))
    names = [f"s{number}" for number in range(count)]
    targets = st.sampled_from([*names, "good-end", "other-end"])
    effects = st.lists(st.sampled_from(EFFECTS), max_size=2)
    scenes = []
    for name in names:
        choices = [
            choice(
                f"c{number}",
                draw(targets),
                guard=draw(st.sampled_from(GUARDS)),
                effects=draw(effects),
                once=draw(st.booleans()),
                fallback=draw(st.sampled_from([False, False, False, True])),
            )
            for number in range(draw(st.integers(1, 3)))
        ]
        entering = draw(st.lists(st.sampled_from(EFFECTS), max_size=1))
        if name != "s0" and draw(st.integers(0, 3)) == 0:
            scenes.append(scene(name, next=draw(targets), effects=entering))
        else:
            scenes.append(scene(name, *choices, effects=entering))
    variables = [
        variable("trust"),
        variable("x", 0, 0, 1),
        variable("count", 0, 0, 9),
        variable("drop", 9, 0, 9),
    ]
    data = story_of(scenes, variables=variables, max_turns=draw(st.integers(1, most_turns)))
    return data if data["endings"] else data | {"endings": [ending("good-end")]}


def played(data, choose):
    """A run to its end, `choose` taking one of the keys that are open."""
    story = parse_story(data)
    state, road = begin(story), []
    while not is_over(story, state):
        open_now = offered(story, state)
        assert open_now, "no choice, and no ending"
        road.append(choose(keys(open_now)))
        state = step(story, state, road[-1])
        assert all(
            story.variables[key].clamp(value) == value for key, value in state.values.items()
        )
    return story, state, road


@settings(max_examples=200, deadline=None)
@given(stories(), st.data())
def test_random_walkers_end_and_replay_equals_the_walk(data, choices):
    """Where the linter finds no error, some choice is always open until an ending."""
    if any(finding.is_error for finding in lint(data)):
        return
    story, state, road = played(data, lambda keys: choices.draw(st.sampled_from(keys)))
    assert len(road) <= 30
    assert replay(story, road)[-1] == state
    half = replay(story, road[: len(road) // 2])[-1]
    for key in road[len(road) // 2 :]:
        half = step(story, half, key)
    assert half == state


@settings(max_examples=200, deadline=None)
@given(stories(), st.data())
def test_going_back_and_taking_the_same_road_equals_the_first_time(data, choices):
    story = parse_story(data)
    road = Road(story)
    for _move in range(12):
        ways = [*road.checkpoints] if choices.draw(st.integers(0, 3)) == 0 else []
        open_now = keys(offered(story, road.state))
        if ways:
            before, keeps = [*road.states], choices.draw(st.sampled_from(ways))
            again = [choice for _scene, choice in road.state.road[keeps:]]
            road.go(Back(keeps))
            assert road.states == before[: keeps + 1]
            for key in again:
                road.go(key)
            assert road.states == before
        elif open_now:
            road.go(choices.draw(st.sampled_from(open_now)))
    assert road.states == replay(story, [choice for _scene, choice in road.state.road])


def test_one_goes_back_to_checkpoints_of_the_road_and_to_the_start():
    data = sample()
    data["scenes"][1]["checkpoint"] = True
    road = Road(parse_story(data), ["push", "ask", "back"])
    assert road.checkpoints == [0, 1]  # where it stands is no way back
    for nowhere in (2, 3, 9, -1):
        with pytest.raises(NoWayBack):
            road.go(Back(nowhere))
    with pytest.raises(ChoiceNotOffered):
        road.go("confide")
    assert len(road.states) == 4
    road.go(Back(1))
    assert (road.state.scene, road.state.turns, road.state.visits["kitchen"]) == ("kitchen", 1, 1)
    assert road.checkpoints == [0]
    road.go("leave")
    assert road.checkpoints == []
    assert Road(parse_story(data)).checkpoints == []


@settings(max_examples=300, deadline=None)
@given(stories(7))
def test_what_the_linter_walks_is_what_can_be_played(data):
    """A brute-force walk of the engine meets the same scenes, choices and dead ends."""
    story = parse_story(data)
    walk = explore(story)
    reached, stuck, taken, ahead, known = set(), set(), set(), [begin(story)], set()
    while ahead and len(known) < 3000:
        state = ahead.pop()
        spot = (state.scene, *state.values.values(), *sorted(state.visits.items()), state.chosen)
        if (spot, state.turns) in known:
            continue
        known.add((spot, state.turns))
        reached.add(state.scene)
        open_now = offered(story, state)
        if not open_now and not is_over(story, state):
            stuck.add(state.scene)
        taken |= {(state.scene, item.key) for item in open_now}
        ahead += [step(story, state, item.key) for item in open_now]
    if not ahead:
        assert {spot[0] for spot in walk.came} - {OUT_OF_TURNS} == reached - {OUT_OF_TURNS}
        assert {spot[0] for spot in walk.stuck} == stuck
        assert set(walk.taken) == taken
    for spot in walk.came:
        states = replay(story, [key.split("/")[1] for key in walk.road(spot)])
        assert states[-1].scene == spot[0]

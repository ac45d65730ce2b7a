"""The map of a road: every turn and every choice not taken has its place in the picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.debrief import look_back
from scenarios.engine import parse_story, replay
from scenarios.roads import WIDTH, road_map
from tests.scenarios.factories import choice, sample, scene, story_of


def map_of(road, data=None):
    story = parse_story(data or sample())
    return road_map(look_back(story, replay(story, road.split())))


def test_turns_stand_in_order_with_what_was_left_at_each():
    drawn = map_of("greet ask back leave")
    assert [(stop.number, len(stop.twigs), stop.again) for stop in drawn.stops] == [
        (1, 1, None),
        (2, 2, None),
        (3, 1, None),
        (4, 2, 2),
    ]
    assert drawn.left_open == 6
    assert [stop.strength for stop in drawn.stops] == ["strong", "fair", "plain", "plain"]


def test_rows_wind():
    circle = story_of([scene("a", choice("on", "a"), choice("off", "end"))])
    drawn = map_of(" ".join(["on"] * 11 + ["off"]), circle)
    xs = [stop.x for stop in drawn.stops]
    assert xs[:5] == xs[9:4:-1] == [40, 100, 160, 220, 280]
    assert xs[10:] == [40, 100]
    assert [stop.y for stop in drawn.stops] == [52] * 5 + [128] * 5 + [204] * 2
    assert (drawn.x, drawn.y) == (160, 204)
    assert drawn.line.count("C") == 2


def test_the_line_goes_through_all_turns_and_round_the_ends_of_rows():
    circle = story_of([scene("a", choice("on", "a"), choice("off", "end"))])
    drawn = map_of(" ".join(["on"] * 10 + ["off"]), circle)
    assert drawn.line == (
        "M40 52H100H160H220H280C312 52 312 128 280 128H220H160H100H40C8 128 8 204 40 204H100"
    )
    assert drawn.height == 232
    assert {stop.baseline - stop.y for stop in drawn.stops} == {5}


@pytest.mark.parametrize(
    ("others", "tips"),
    [
        (1, ["40.0"]),
        (2, ["30.0", "50.0"]),
        (3, ["26.7", "40.0", "53.3"]),
        (4, ["25.0", "35.0", "45.0", "55.0"]),
    ],
)
def test_twigs_fan_out_above_their_turn(others, tips):
    left = [choice(f"other-{number}", "end") for number in range(others)]
    (stop,) = map_of("off", story_of([scene("a", choice("off", "end"), *left)])).stops
    assert [twig.x for twig in stop.twigs] == tips
    assert [twig.path for twig in stop.twigs] == [f"M40 52L{tip} 22" for tip in tips]
    assert {twig.y for twig in stop.twigs} == {"22"}


@pytest.mark.parametrize("turns", [1, 4, 5, 6, 10, 40])
@given(others=st.integers(0, 8))
def test_everything_is_inside_the_picture(turns, others):
    data = story_of(
        [
            scene(
                "a",
                choice("on", "a"),
                choice("off", "end"),
                *(choice(f"other-{number}", "end") for number in range(others)),
            )
        ]
    )
    drawn = map_of(" ".join(["on"] * (turns - 1) + ["off"]), data)
    places = [(stop.x, stop.y) for stop in drawn.stops] + [(drawn.x, drawn.y)]
    assert len(set(places)) == turns + 1
    tips = [(float(twig.x), float(twig.y)) for stop in drawn.stops for twig in stop.twigs]
    assert len(set(tips)) == len(tips) == turns * (others + 1)
    for x, y in places:
        assert 20 <= x <= WIDTH - 20
        assert 20 <= y <= drawn.height - 20
    for x, y in tips:
        assert 5 <= x <= WIDTH - 5
        assert 5 <= y <= drawn.height

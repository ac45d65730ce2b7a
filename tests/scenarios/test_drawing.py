"""The map of a story: every scene and ending stands on it, apart from the others, sound or not."""

from hypothesis import given, settings

from scenarios.drawing import HEIGHT, WIDTH, draw
from tests.scenarios.factories import choice, ending, full, sample, scene
from tests.scenarios.sound import large
from tests.scenarios.test_engine import stories


def by_key(data, **more):
    return {box.key: box for box in draw(data, **more).boxes}


def test_scenes_stand_below_those_that_lead_to_them_and_endings_last():
    boxes = by_key(sample())
    assert boxes["door"].is_start
    assert boxes["door"].y < boxes["kitchen"].y < boxes["window"].y < boxes["agreed"].y
    assert boxes["agreed"].y == boxes["parted"].y
    assert (boxes["agreed"].kind, boxes["parted"].kind) == ("good", "mixed")
    assert boxes["kitchen"].leads == ("window", "agreed", "parted")
    assert not any(box.is_lost for box in boxes.values())


def test_a_way_back_is_told_from_a_way_on():
    lines = draw(sample()).lines
    assert [line.is_back for line in lines].count(True) == 1  # from the window to the kitchen


def test_what_the_text_goes_on_to_is_led_to():
    assert by_key(full())["pause"].leads == ("rest",)


def test_what_nothing_leads_to_is_seen():
    data = sample()
    data["scenes"].append(scene("attic", choice("down", "heaven")))
    data["endings"].append(ending("heaven"))
    boxes = by_key(data, levels={"attic": "error"})
    assert {key for key, box in boxes.items() if box.is_lost} == {"attic", "heaven"}
    assert (boxes["attic"].level, boxes["door"].level) == ("error", "")


def test_a_draft_may_be_unfinished():
    assert draw({"scenes": [], "endings": [], "start": ""}).boxes == ()
    data = sample()
    data["scenes"][0]["choices"][0]["to"] = "nowhere"
    data["scenes"].append({"key": "", "choices": None})
    data["endings"].append({"key": "x", "outcome": None})
    data["start"] = "attic"
    boxes = by_key(data)
    assert "nowhere" not in boxes
    assert boxes["door"].is_lost


def test_a_long_key_is_cut_to_fit():
    data = sample()
    data["endings"].append(ending("k" * 60))
    assert by_key(data)["k" * 60].label == "k" * 19 + "…"


@settings(max_examples=60, deadline=None)
@given(stories())
def test_no_two_boxes_lie_on_one_another_and_all_lie_on_the_map(data):
    drawn = draw(data)
    assert {box.key for box in drawn.boxes} == {
        item["key"] for item in (*data["scenes"], *data["endings"])
    }
    for box in drawn.boxes:
        assert 0 <= box.x <= drawn.width - WIDTH
        assert 0 <= box.y <= drawn.height - HEIGHT
    places = sorted((box.y, box.x) for box in drawn.boxes)
    for (y, x), (other_y, other_x) in zip(places, places[1:], strict=False):
        assert other_y >= y + HEIGHT or other_x >= x + WIDTH


def test_a_large_story_is_drawn():
    assert len(draw(large(300)).boxes) == 302

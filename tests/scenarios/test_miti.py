"""Practice indicators: ratios, thresholds, proxies, and what is undefined."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.conversations import ADHERENT, CODES, NON_ADHERENT
from scenarios.engine import parse_story, replay
from scenarios.miti import counts, indicators, measured, shift
from tests.scenarios.factories import choice, scene, story_of, variable

HEARD = st.dictionaries(st.sampled_from(sorted(CODES)), st.integers(0, 30))
SHIFT = st.none() | st.fractions(-1, 1)
SHORT = {
    "q": "question", "s": "simple-reflection", "c": "complex-reflection", "a": "affirm",
    "k": "seek-collaboration", "e": "emphasize-autonomy", "x": "confront", "p": "persuade",
    "g": "giving-information", "w": "persuade-with-permission",
}  # fmt: skip


def of(letters, change=None, sustain=None):
    heard = {SHORT[letter]: letters.count(letter) for letter in letters}
    return {item.key: item for item in measured(heard, change, sustain)}


@pytest.mark.parametrize(
    ("heard", "value", "band", "shown"),
    [
        ("", None, "", None),
        ("scs", None, "", None),  # no question
        ("q", 0, "below", 0),
        ("qqqss", Fraction(2, 3), "below", 0.6),
        ("qs", 1, "fair", 1),
        ("qc", 1, "fair", 1),
        ("qqqqqqqqqqssssscccccccccccccc", Fraction(19, 10), "fair", 1.9),
        ("qsc", 2, "good", 2),
    ],
)
def test_reflections_to_questions(heard, value, band, shown):
    item = of(heard)["reflections-to-questions"]
    assert (item.value, item.band, item.shown) == (value, band, shown)


@pytest.mark.parametrize(
    ("heard", "value", "band", "shown"),
    [
        ("qqax", None, "", None),
        ("s", 0, "below", 0),
        ("sssccg", Fraction(2, 5), "fair", 40),
        ("ssssssscccc", Fraction(4, 11), "below", 36),
        ("sc", Fraction(1, 2), "good", 50),
        ("c", 1, "good", 100),
    ],
)
def test_share_of_complex_reflections(heard, value, band, shown):
    item = of(heard)["complex-reflections"]
    assert (item.value, item.band, item.shown) == (value, band, shown)


@pytest.mark.parametrize(
    ("heard", "adherent", "against"),
    [("", 0, 0), ("qscgw", 0, 0), ("kae", 3, 0), ("xp", 0, 2), ("kkaexxxp", 4, 4)],
)
def test_what_is_in_the_spirit_and_what_against_it(heard, adherent, against):
    found = of(heard)
    assert (found["adherent"].shown, found["non-adherent"].shown) == (adherent, against)
    assert found["adherent"].band == found["non-adherent"].band == ""


@pytest.mark.parametrize(
    ("heard", "change", "sustain", "technical", "relational"),
    [
        ("", None, None, None, None),
        ("", 1, -1, None, None),  # nothing coded, so nothing known of the worker
        ("g", None, None, 3, 3),
        ("g", 1, -1, 4, 3),
        ("g", 1, None, Fraction(7, 2), 3),
        ("g", None, 1, Fraction(5, 2), 3),
        ("a", None, None, Fraction(7, 2), Fraction(7, 2)),
        ("e", None, None, 4, Fraction(7, 2)),
        ("s", None, None, Fraction(7, 2), Fraction(7, 2)),
        ("c", None, None, 4, Fraction(11, 3)),
        ("q", None, None, 3, Fraction(8, 3)),
        ("x", None, None, 2, 2),
        ("p", -1, 1, Fraction(3, 2), 2),
        ("ke", None, None, 3 + Fraction(2, 3) + Fraction(1, 2), 3 + Fraction(2, 3)),
    ],
)
def test_proxies_of_the_globals(heard, change, sustain, technical, relational):
    change, sustain = (None if it is None else Fraction(it) for it in (change, sustain))
    found = of(heard, change, sustain)
    assert found["technical"].value == technical
    assert found["relational"].value == relational


@pytest.mark.parametrize(
    ("key", "value", "band"),
    [
        ("technical", "2.99", "below"),
        ("technical", "3", "fair"),
        ("technical", "3.99", "fair"),
        ("technical", "4", "good"),
        ("relational", "3.49", "below"),
        ("relational", "3.5", "fair"),
        ("relational", "4", "good"),
    ],
)
def test_thresholds_of_the_globals(key, value, band):
    item = of("g")[key]
    assert type(item)(key, Fraction(value), item.form, item.fair, item.good).band == band


@given(HEARD, SHIFT, SHIFT)
def test_values_stay_within_what_they_mean(heard, change, sustain):
    found = {item.key: item for item in measured(heard, change, sustain)}
    for key in ("technical", "relational"):
        assert found[key].value is None or 1 <= found[key].value <= 5
        assert (found[key].value is None) == (sum(heard.values()) == 0)
    share = found["complex-reflections"].value
    assert share is None or 0 <= share <= 1
    for item in found.values():
        assert (item.shown is None) == (item.value is None)
        if item.value is not None and item.form == "number":
            cut = Fraction(str(item.shown))
            assert cut <= item.value < cut + Fraction(1, 10)


@given(
    HEARD, SHIFT, SHIFT, st.sampled_from(sorted(ADHERENT)), st.sampled_from(sorted(NON_ADHERENT))
)
def test_what_is_in_the_spirit_never_lowers_and_what_is_against_it_never_raises(
    heard, change, sustain, better, worse
):
    heard = heard | {"question": heard.get("question", 0) + 1}

    def sides(more):
        added = heard | {more: heard.get(more, 0) + 1}
        return [item.value for item in measured(added, change, sustain)][2:4]

    now = [item.value for item in measured(heard, change, sustain)][2:4]
    assert all(then >= here for then, here in zip(sides(better), now, strict=True))
    assert all(then <= here for then, here in zip(sides(worse), now, strict=True))


@given(HEARD, st.fractions(-1, 1), st.fractions(-1, 1))
def test_more_change_talk_and_less_sustain_talk_is_better(heard, one, other):
    low, high = sorted((one, other))
    heard = heard | {"affirm": 1}
    technical = [measured(heard, value, None)[2].value for value in (low, high)]
    assert technical[0] <= technical[1]
    technical = [measured(heard, None, value)[2].value for value in (low, high)]
    assert technical[0] >= technical[1]


def walked(road, start=4):
    story = parse_story(
        story_of(
            [
                scene(
                    "a",
                    choice("up", "a", effects=["change + 3"], codes=["affirm", "question"]),
                    choice("down", "a", effects=["change - 2"], codes=["confront"]),
                    choice("end", "end"),
                )
            ],
            conversation=True,
            variables=[variable("change", start) | {"kind": "change-talk"}, variable("trust")],
        )
    )
    return story, replay(story, road.split())


@pytest.mark.parametrize(
    ("road", "moved"),
    [
        ("end", 0),
        ("up end", Fraction(1, 2)),
        ("up up up end", 1),
        ("down end", Fraction(-1, 2)),
        ("down down down end", -1),
        ("up down end", Fraction(1, 6)),
    ],
)
def test_how_far_the_clients_talk_went(road, moved):
    story, states = walked(road)
    assert shift(story, states, "change-talk") == moved
    assert shift(story, states, "sustain-talk") is None


@pytest.mark.parametrize("start", [0, 10])
def test_at_a_bound_there_is_no_room_and_no_shift(start):
    story, states = walked("end", start)
    assert shift(story, states, "change-talk") == 0


def test_a_run_is_counted_by_the_codes_on_its_road():
    story, states = walked("up up down end")
    assert counts(story, states[-1]) == {"affirm": 2, "question": 2, "confront": 1}
    found = {item.key: item.value for item in indicators(story, states)}
    assert found["adherent"] == 2
    # evoking 1/4 and shift 4/6; softening -1/2; partnership 1/4; empathy -2/3
    assert found["technical"] == 3 + (Fraction(11, 12) + Fraction(-1)) / 2
    assert found["relational"] == 3 + Fraction(1, 4) + Fraction(-2, 3)

"""Looking back: what helped, what cost, what it shows, and the curves."""

import re

import pytest

from scenarios.conversations import STAGES
from scenarios.curves import BOTTOM, TOP, curve
from scenarios.debrief import by_competence, cost_most, helped_most, look_back, stage_fit
from scenarios.engine import Variable, parse_story, replay
from tests.scenarios.factories import both, choice, sample, scene, story_of


def steps_of(road, data=None):
    story = parse_story(data or sample())
    return look_back(story, replay(story, road.split()))


def test_each_turn_says_what_was_chosen_open_and_changed():
    first, second = steps_of("greet leave")
    assert (first.number, first.scene.key, first.choice.key) == (1, "door", "greet")
    assert [item.key for item in first.open] == ["push"]
    assert [(c.variable.key, c.before, c.after, c.by) for c in first.changes] == [
        ("trust", 3, 5, 2)
    ]
    assert [item.key for item in second.open] == ["ask", "confide"]
    assert second.changes == ()


def test_what_was_not_open_is_not_told():
    _first, second = steps_of("push leave")
    assert [item.key for item in second.open] == ["ask"]


@pytest.mark.parametrize(
    ("road", "strengths"),
    [
        ("greet confide", ["strong", "strong"]),
        ("push ask wait", ["weak", "fair", "plain"]),
        ("greet leave", ["strong", "plain"]),
    ],
)
def test_how_strong_each_move_was(road, strengths):
    assert [step.strength for step in steps_of(road)] == strengths


@pytest.mark.parametrize(
    ("road", "helped", "cost"),
    [
        ("greet confide", 1, None),
        ("push leave", None, 1),
        ("greet ask back leave", 1, 2),  # confiding was open, and worth more
        ("push ask back leave", 2, 1),  # nothing better was open the second time
    ],
)
def test_which_turns_stood_out(road, helped, cost):
    steps = steps_of(road)
    best, worst = helped_most(steps), cost_most(steps)
    assert (best.number if best else None) == helped
    assert (worst.number if worst else None) == cost


def test_what_hangs_on_a_decision_counts():
    heavy = [{"key": "alliance", "weight": 3.0}]
    light = [{"key": "alliance", "weight": 0.5}]
    data = story_of(
        [
            scene(
                "a",
                choice("well", "b", score=1.0, competences=light),
                choice("badly", "b", score=0.0, competences=light),
            ),
            scene(
                "b",
                choice("well", "end", score=0.6, competences=heavy),
                choice("badly", "end", score=0.0, competences=heavy),
            ),
        ]
    )
    assert helped_most(steps_of("well well", data)).number == 2
    assert cost_most(steps_of("badly badly", data)).number == 2
    tallies = by_competence(steps_of("well badly", data))
    assert [(tally.competence, tally.decisions) for tally in tallies] == [("alliance", 2)]
    assert tallies[0].share == pytest.approx(0.5 / 3.5)


def test_a_scene_without_another_choice_is_no_decision():
    data = story_of([scene("a", choice("go", "end", score=1.0))])
    steps = steps_of("go", data)
    assert not steps[0].is_decision
    assert by_competence(steps) == []


@pytest.mark.parametrize("values", [[3], [0, 10], [5, 5, 5], [0, 10, 0, 10, 3]])
def test_a_curve_stays_in_its_picture(values):
    story = parse_story(sample())
    states = [replay(story, [])[0]]
    states = [type(states[0])("door", {"trust": value, "hidden": 0}) for value in values]
    drawn = curve(Variable("trust", both("trust"), 3, 0, 10), states)
    assert (drawn.first, drawn.last, len(drawn.dots)) == (values[0], values[-1], len(values))
    for dot in drawn.dots:
        assert TOP <= float(dot.y) <= BOTTOM
        assert 0 <= float(dot.x) <= 320
    assert re.fullmatch(r"[0-9., ]+", drawn.line)
    assert drawn.dots[-1].is_last


def move(stage, technique, *fits):
    story = story_of(
        [scene("a", choice("say", "end", technique=technique, fits=list(fits)), stage=stage)],
        conversation=True,
    )
    only = parse_story(story).scenes["a"]
    return only, only.choices[0]


FITS = move("contemplation", "reflect", "contemplation")
ELSEWHERE = move("contemplation", "praise-steps", "action")
NOWHERE = move("contemplation", "lecture")


@pytest.mark.parametrize(
    ("moves", "fit", "fitted"),
    [
        ([], "unmet", 0),
        ([NOWHERE], "not-yet", 0),
        ([ELSEWHERE] * 3, "not-yet", 0),
        ([FITS], "partly", 1),
        ([FITS] * 2, "partly", 2),
        ([FITS] * 3, "shown", 3),
        ([FITS] * 3 + [NOWHERE], "shown", 3),
        ([FITS] * 4 + [NOWHERE, ELSEWHERE], "shown", 4),
        ([FITS] * 3 + [NOWHERE, ELSEWHERE], "partly", 3),
    ],
)
def test_fit_with_a_stage(moves, fit, fitted):
    found = {item.stage: item for item in stage_fit(moves)}
    assert list(found) == list(STAGES)
    here = found.pop("contemplation")
    assert (here.fit, here.fitted, here.moves) == (fit, fitted, len(moves))
    assert {item.fit for item in found.values()} == {"unmet"}


def test_techniques_are_named_once_in_the_order_used():
    here = stage_fit([NOWHERE, FITS, ELSEWHERE, FITS, NOWHERE])[1]
    assert (here.fitting, here.others) == (("reflect",), ("lecture", "praise-steps"))


def test_a_move_without_technique_or_stage_says_nothing():
    silent = [move("contemplation", ""), move("", "reflect", "contemplation")]
    assert all(item.fit == "unmet" for item in stage_fit(silent))

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


def scored(*scores, **more):
    """One scene whose choices are worth so much; None is worth nothing in particular."""
    return scene(
        "a",
        *(
            choice(f"c{number}", "end", **({} if score is None else {"score": score} | more))
            for number, score in enumerate(scores)
        ),
    )


def first(*scores, **more):
    """The turn at which the first of these was chosen."""
    (step,) = steps_of("c0", story_of([scored(*scores, **more)]))
    return step


@pytest.mark.parametrize(
    ("scores", "strength"),
    [
        ((0.8, 0.0), "strong"),
        ((0.79, 0.0), "fair"),
        ((0.4, 1.0), "fair"),
        ((0.39, 1.0), "weak"),
        ((0.0, 1.0), "weak"),
        ((None, 1.0), "plain"),
        ((1.0,), "plain"),  # there was nothing else to choose
    ],
)
def test_a_strength_begins_at_its_bound(scores, strength):
    assert first(*scores).strength == strength


@pytest.mark.parametrize(
    ("competences", "weight"),
    [([], 1.0), ([("alliance", 0.5)], 0.5), ([("alliance", 0.5), ("ethics", 1.5)], 2.0)],
)
def test_what_a_turn_gained_and_lost_is_weighed(competences, weight):
    bears_on = [{"key": key, "weight": share} for key, share in competences]
    step = first(0.5, 0.25, 0.75, None, competences=bears_on)
    assert step.weight == weight
    assert step.gained == 0.25 * weight
    assert step.lost == 0.25 * weight


def test_beside_choices_without_a_score_it_gained_its_own_and_lost_nothing():
    step = first(0.5, None)
    assert (step.gained, step.lost) == (0.5, -0.5)
    assert helped_most([step]) == step
    assert cost_most([step]) is None


def test_a_turn_as_good_as_the_others_neither_helped_nor_cost():
    step = first(0.5, 0.5)
    assert (helped_most([step]), cost_most([step])) == (None, None)


def test_what_asked_for_no_decision_does_not_end_the_tally():
    bears_on = [{"key": "alliance", "weight": 1.0}]
    data = story_of(
        [
            scene("a", choice("go", "b", score=1.0, competences=bears_on)),  # the only one
            scene("b", choice("say", "c"), choice("stay", "c", score=0.5, competences=bears_on)),
            scene(
                "c",
                choice("well", "end", score=1.0, competences=bears_on),
                choice("badly", "end", score=0.0, competences=bears_on),
            ),
        ]
    )
    assert by_competence(steps_of("go say", data)) == []
    (tally,) = by_competence(steps_of("go say well", data))
    assert (tally.competence, tally.decisions, tally.share) == ("alliance", 1, 1.0)

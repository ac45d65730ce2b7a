"""What the linter finds in faulty stories, and that it lets sound ones pass."""

import pytest

from scenarios.data import short, whole
from scenarios.lint import lint
from tests.scenarios.factories import (
    both,
    choice,
    ending,
    full,
    sample,
    scene,
    story_of,
    variable,
)

KNOWN = {"alliance"}


def errors(data):
    return [str(finding) for finding in lint(data, KNOWN) if finding.is_error]


def test_a_sound_story_passes():
    assert errors(sample()) == []


@pytest.mark.parametrize("story", [sample, full])
def test_the_whole_and_the_short_form_are_the_same_story(story):
    assert whole(short(whole(story()))) == whole(story())
    assert lint(whole(story()), KNOWN) == lint(story(), KNOWN)


def test_a_story_that_says_everything_passes():
    assert errors(full()) == []


def first_choice(data):
    return data["scenes"][0]["choices"][0]


FAULTS = {
    "a target that is missing": (
        lambda d: first_choice(d).update(to="attic"),
        "scenes.door.choices.greet.to: leads nowhere",
    ),
    "no target": (lambda d: first_choice(d).pop("to"), "scenes.door.choices.greet.to"),
    "an unknown variable": (
        lambda d: first_choice(d).update(guard="strength > 1"),
        "scenes.door.choices.greet.guard: column 1: there is no variable “strength”",
    ),
    "a minus without spaces": (
        lambda d: first_choice(d).update(guard="trust-1 > 1"),
        "put spaces around the minus",
    ),
    "a guard's syntax": (
        lambda d: first_choice(d).update(guard="trust >> 1"),
        "scenes.door.choices.greet.guard: column 8",
    ),
    "an unknown scene in a guard": (
        lambda d: first_choice(d).update(guard="trust > 1 or seen('attic')"),
        "column 19: there is no scene “attic”",
    ),
    "an unknown choice in a guard": (
        lambda d: first_choice(d).update(guard="chose('door/jump')"),
        "column 7: there is no choice “door/jump”",
    ),
    "an effect's syntax": (
        lambda d: first_choice(d).update(effects=["trust ** 2"]),
        "scenes.door.choices.greet.effects: “trust ** 2”: column 8",
    ),
    "an effect on nothing": (
        lambda d: first_choice(d).update(effects=["luck + 1"]),
        "there is no variable “luck”",
    ),
    "a sum of nothing known": (
        lambda d: first_choice(d).update(effects=["trust = luck + visits('attic')"]),
        "“trust = luck + visits('attic')”: column 9: there is no variable “luck”",
    ),
    "visits of an unknown scene": (
        lambda d: first_choice(d).update(guard="visits('attic') < 2"),
        "column 8: there is no scene “attic”",
    ),
    "a variable called turns": (
        lambda d: d["variables"][1].update(key="turns"),
        "variables.turns.key: guards could not name it",
    ),
    "a kind of variable nobody counts": (
        lambda d: d["variables"][0].update(kind="luck"),
        "variables.trust.kind: must be one of: trust, change-talk",
    ),
    "a code that MITI does not know": (
        lambda d: d.update(conversation=True) or first_choice(d).update(codes=["scold"]),
        "scenes.door.choices.greet.codes: must be one of: giving-information",
    ),
    "codes in what is no conversation": (
        lambda d: first_choice(d).update(codes=["question"]),
        "greet.codes: only a story that is a coded conversation",
    ),
    "a stage that is none": (
        lambda d: first_choice(d).update(fits=["done"], technique="reflect"),
        "greet.fits: must be one of: precontemplation",
    ),
    "a stage twice": (
        lambda d: first_choice(d).update(fits=["action", "action"], technique="reflect"),
        "greet.fits: names a stage twice",
    ),
    "stages of no technique": (
        lambda d: first_choice(d).update(fits=["action"]),
        "greet.technique: say which technique",
    ),
    "an unknown technique": (
        lambda d: first_choice(d).update(technique="hypnosis"),
        "greet.technique: must be one of: neutral-information",
    ),
    "a passage that is no path": (
        lambda d: first_choice(d).update(passage="three-strains"),
        "greet.passage: name a lesson as burnout/three-strains",
    ),
    "once that is no truth": (lambda d: first_choice(d).update(once="yes"), "greet.once: must be"),
    "a checkpoint that is no truth": (
        lambda d: d["scenes"][0].update(checkpoint=1),
        "scenes.door.checkpoint: must be true or false",
    ),
    "a picture without a description": (
        lambda d: d["scenes"][0].update(picture="burnout/door"),
        "scenes.door.picture_alt.lv: the text is missing",
    ),
    "a picture that is no path": (
        lambda d: d["scenes"][0].update(picture="door.png", picture_alt=both("A door.")),
        "scenes.door.picture: name a figure as",
    ),
    "a description of no picture": (
        lambda d: d["scenes"][0].update(picture_alt=both("A door.")),
        "scenes.door.picture_alt: describes a picture that is not there",
    ),
    "an effect on entering with a slip": (
        lambda d: d["scenes"][0].update(effects=["trust +"]),
        "scenes.door.effects: “trust +”: column 8",
    ),
    "choices where the text goes on": (
        lambda d: d["scenes"][0].update(next="kitchen"),
        "scenes.door.next: the text goes on by itself only",
    ),
    "a text that goes on to nowhere": (
        lambda d: d["scenes"][2].update(next="attic", choices=[]),
        "scenes.window.next: leads nowhere",
    ),
    "an ending of turns that is none": (
        lambda d: d.update(end_of_turns="kitchen"),
        "end_of_turns: there is no ending “kitchen”",
    ),
    "a stage of the story that is none": (lambda d: d.update(stage="late"), "stage: must be one"),
    "a next scenario that is no path": (
        lambda d: d.update(next_scenarios=["window"]),
        "next_scenarios: name each as burnout/flat-voice",
    ),
    "a scene twice": (
        lambda d: d["scenes"].append(scene("door", choice("a", "agreed"))),
        "scenes.door.key: stands here 2 times",
    ),
    "a choice twice": (
        lambda d: d["scenes"][0]["choices"].append(choice("greet", "kitchen")),
        "scenes.door.choices.greet.key: stands here 2 times",
    ),
    "a scene called as an ending": (
        lambda d: d["endings"].append(ending("door")),
        "endings.door.key: a scene has this key",
    ),
    "a missing language": (
        lambda d: d["scenes"][1]["text"].pop("en"),
        "scenes.kitchen.text.en: the text is missing",
    ),
    "a speaker in one language": (
        lambda d: d["scenes"][1].update(speaker={"lv": "Ilze", "en": ""}),
        "scenes.kitchen.speaker.en",
    ),
    "a third language": (
        lambda d: d["title"].update(de="Die Tür"),
        "title: must be a text in both languages",
    ),
    "a missing remark": (
        lambda d: first_choice(d).pop("remark"),
        "scenes.door.choices.greet.remark.lv",
    ),
    "an unknown competence": (
        lambda d: first_choice(d).update(competences=[{"key": "flying", "weight": 1.0}]),
        "there is no competence “flying”",
    ),
    "a competence twice": (
        lambda d: first_choice(d).update(competences=[{"key": "alliance", "weight": 1}] * 2),
        "names a competence twice",
    ),
    "a weight of nothing": (
        lambda d: first_choice(d).update(competences=[{"key": "alliance", "weight": 0}]),
        "competences.weight",
    ),
    "competences without a score": (
        lambda d: first_choice(d).pop("score"),
        "only a choice with a score",
    ),
    "a score above one": (lambda d: first_choice(d).update(score=1.5), "from 0 to 1"),
    "a start that is no scene": (lambda d: d.update(start="attic"), "start: there is no scene"),
    "bounds the wrong way round": (
        lambda d: d["variables"][0].update(min=10, max=0),
        "variables.trust.max",
    ),
    "a start out of bounds": (
        lambda d: d["variables"][0].update(start=11),
        "variables.trust.start",
    ),
    "a variable called and": (lambda d: d["variables"][1].update(key="and"), "variables.and.key"),
    "a mood nobody has": (lambda d: d["scenes"][0].update(mood="purple"), "scenes.door.mood"),
    "an outcome nobody has": (lambda d: d["endings"][0].update(outcome="epic"), "outcome"),
    "no endings": (lambda d: d.update(endings=[]), "endings: there are none"),
    "a scene without choices": (
        lambda d: d["scenes"][2].update(choices=[]),
        "scenes.window.choices: there are none",
    ),
    "a field with a slip": (lambda d: first_choice(d).update(gaurd="x"), "gaurd: no such field"),
    "an unreachable scene": (
        lambda d: d["scenes"].append(scene("attic", choice("down", "door"))),
        "scenes.attic: no road leads",
    ),
    "a scene behind a guard never true": (
        lambda d: d["scenes"][1]["choices"][0].update(guard="trust > 9"),
        "scenes.window: no road leads",
    ),
    "an unreachable ending": (
        lambda d: d["endings"].append(ending("heaven")),
        "endings.heaven: no road leads",
    ),
    "a dead end in some states": (
        lambda d: [c.update(guard="trust >= 5") for c in d["scenes"][1]["choices"]],
        "scenes.kitchen.choices: in some states none",
    ),
    "a loop without exit": (
        lambda d: (
            d["scenes"].append(scene("cell", choice("pace", "cell")))
            or first_choice(d).update(to="cell")
            or d["scenes"][0]["choices"][1].update(effects=["trust + 2"])
        ),
        "scenes.cell: from here the conversation can go on for ever",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(name):
    plant, told = FAULTS[name]
    data = sample()
    plant(data)
    assert any(told in error for error in errors(data)), errors(data)


def test_a_finding_shows_a_shortest_road_to_it():
    data = sample()
    for item in data["scenes"][1]["choices"]:
        item["guard"] = "trust >= 5"
    found = [finding for finding in lint(data) if finding.where == ("scenes", "kitchen", "choices")]
    assert [finding.road for finding in found] == [("door/push",)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["scenes"][1]["choices"][2].pop("remark"), "the coach says nothing"),
        (
            lambda d: d["scenes"][1]["choices"].append(choice("fly", "parted", guard="trust > 9")),
            "never open",
        ),
        (
            lambda d: d["scenes"][2].update(choices=[choice("wait", "parted", score=1.0)]),
            "no decision",
        ),
    ],
)
def test_a_warning_does_not_block(change, told):
    data = sample()
    change(data)
    assert errors(data) == []
    assert any(told in finding.reason for finding in lint(data, KNOWN))


def test_a_walk_that_is_cut_short_proves_nothing():
    counters = [variable(f"v{number}", 0, 0, 30) for number in range(4)]
    ticks = [choice(f"tick{number}", "a", effects=[f"v{number} + 1"]) for number in range(4)]
    guard = " and ".join(f"v{number} == 30" for number in range(4))
    data = story_of([scene("a", *ticks, choice("out", "end", guard=guard))], variables=counters)
    found = lint(data, max_states=200)
    assert not [finding for finding in found if finding.is_error]
    assert any("not proven" in finding.reason for finding in found)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"scenes": 3},
        {"scenes": [3], "variables": {"a": 1}, "endings": "x"},
        {"key": None, "title": "The door", "scenes": [{"key": ["x"], "choices": [None]}]},
        sample() | {"scenes": [scene("a", choice("b", ["c"], guard=4, effects="trust + 1"))]},
        sample() | {"competences": {"a": 1}, "max_turns": True},
        sample() | {"variables": [variable("a", low="x")], "title": {"lv": 4}},
        sample() | {"scenes": [scene("a", choice("b", "c", competences=[4], score="1"))]},
        sample() | {"scenes": [scene("a", next=["b"], effects={"a": 1}, picture=3, stage=[])]},
        sample() | {"scenes": [scene("a", choice("b", "c", codes=[["x"]], fits=3, passage=4))]},
        sample() | {"next_scenarios": [3], "end_of_turns": ["a"], "conversation": 1, "stage": {}},
    ],
)
def test_whatever_the_data_is_the_linter_answers(data):
    assert errors(data)


def test_texts_have_a_limit():
    data = sample() | {"intro": both("x" * 4001)}
    assert any("intro.lv: longer than" in error for error in errors(data))

"""What the linter finds in faulty stories, and that it lets sound ones pass."""

import pytest

from scenarios.data import short, whole
from scenarios.lint import lint
from tests.scenarios.factories import both, choice, ending, sample, scene, story_of, variable

KNOWN = {"alliance"}


def errors(data):
    return [str(finding) for finding in lint(data, KNOWN) if finding.is_error]


def test_a_sound_story_passes():
    assert errors(sample()) == []


def test_the_whole_and_the_short_form_are_the_same_story():
    assert whole(short(whole(sample()))) == whole(sample())
    assert lint(whole(sample()), KNOWN) == lint(sample(), KNOWN)


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
        "scenes.door.choices.greet.effects: “trust ** 2”: column 7",
    ),
    "an effect on nothing": (
        lambda d: first_choice(d).update(effects=["luck + 1"]),
        "there is no variable “luck”",
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
    ],
)
def test_whatever_the_data_is_the_linter_answers(data):
    assert errors(data)


def test_texts_have_a_limit():
    data = sample() | {"intro": both("x" * 4001)}
    assert any("intro.lv: longer than" in error for error in errors(data))

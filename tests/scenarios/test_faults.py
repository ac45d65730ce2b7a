"""Faults planted in sound stories are found, each with a road the engine replays; sound ones pass."""

import copy
import tomllib

import pytest
from django.conf import settings

from scenarios.conversations import NON_ADHERENT
from scenarios.engine import build, replay
from scenarios.lint import lint
from scenarios.packs import OF_PAGE
from scenarios.structure import structure
from tests.scenarios.factories import both, choice, ending, scene
from tests.scenarios.sound import MADE, large

PACK = settings.BASE_DIR / "content/packs/tilts"
REAL = sorted(PACK.glob("modules/*/scenario-*.toml"))


def real(path):
    """A story of the handbook, with pictures as keys of figures."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for item in data["scenes"]:
        if item.get("picture", "").endswith(".svg"):
            item["picture"] = f"{path.parent.name}/{item['picture'].removesuffix('.svg')}"
    return {name: value for name, value in data.items() if name not in OF_PAGE}


def keys_of(data):
    """Every competence the story names: whether they exist is not asked here."""
    return set(data.get("competences", ())) | {
        weight["key"]
        for item in data["scenes"]
        for option in item.get("choices", ())
        for weight in option.get("competences", ())
    }


def findings(data, known):
    return [(finding, f"{finding.level} {finding}") for finding in lint(data, known)]


def test_there_are_enough_sound_stories():
    assert len(MADE) + len(REAL) >= 25


@pytest.mark.parametrize("name", MADE)
def test_nothing_is_found_in_a_sound_story(name):
    assert [told for _finding, told in findings(MADE[name], keys_of(MADE[name]))] == []


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_nothing_is_found_in_the_stories_of_the_handbook(path):
    data = real(path)
    assert [told for _finding, told in findings(data, keys_of(data))] == []


# Planting: each changes a story where it can, and says where and what must be found ------------


def scenes(data, at_least=1):
    """The scenes where something is chosen among so many."""
    return [item for item in data["scenes"] if len(item.get("choices", ())) >= at_least]


def first(data):
    return scenes(data)[0]["choices"][0]


def scored(data):
    return [
        (item, option)
        for item in scenes(data)
        for option in item["choices"]
        if option.get("score") is not None
    ]


def set_first(**fields):
    def plant(data):
        first(data).update(fields)
        return True

    return plant


def missing_key(of, field):
    def plant(data):
        of(data).pop(field, None)
        return True

    return plant


def twice(name):
    def plant(data):
        data[name].append(copy.deepcopy(data[name][0]))
        return True

    return plant


def choice_twice(data):
    scenes(data)[0]["choices"].append(copy.deepcopy(first(data)))
    return True


def no_remark(data):
    for _item, option in scored(data)[:1]:
        option["remark"] = {}
        return True
    return False


def no_feedback(data):
    for item in scenes(data, 2):
        for option in item["choices"]:
            if option.get("score") is None:
                option["remark"] = {}
                return True
    return False


def unknown_competence(data):
    for _item, option in scored(data)[:1]:
        option["competences"] = [{"key": "flying", "weight": 1.0}]
        return True
    return False


def bounds_reversed(data):
    data["variables"][0].update(min=50, max=10)
    return True


def unreachable_scene(data):
    data["scenes"].append(scene("attic", choice("down", data["start"])))
    return True


def unreachable_ending(data):
    data["endings"].append(ending("heaven"))
    return True


def always_true(data):
    scenes(data)[0]["choices"].append(
        choice("extra", data["endings"][0]["key"], guard="turns >= 0")
    )
    return True


def never_true(data):
    scenes(data)[0]["choices"].append(choice("extra", data["endings"][0]["key"], guard="turns < 0"))
    return True


def needless_fallback(data):
    for item in scenes(data, 2):
        if any(
            not (option.get("guard") or option.get("once") or option.get("fallback"))
            for option in item["choices"]
        ):
            item["choices"].append(choice("extra", data["endings"][0]["key"], fallback=True))
            return True
    return False


def dead_end(data):
    """A door that is open to those only who have not been there."""
    data["scenes"].append(
        scene("porch", choice("ring", data["start"], guard="visits('porch') < 2"))
    )
    scenes(data)[0]["choices"].append(choice("step-out", "porch"))
    return True


def loop(data):
    data["scenes"].append(scene("pit", choice("pace", "hole")))
    data["scenes"].append(scene("hole", next="pit"))
    scenes(data)[0]["choices"].append(choice("fall", "pit"))
    return True


def trap(data):
    """Three more scenes, and none of them ends well."""
    poor = next(item["key"] for item in data["endings"] if item["outcome"] != "good")
    names = ["bog-1", "bog-2", "bog-3", poor]
    data["scenes"] += [
        scene(here, choice("on", there)) for here, there in zip(names, names[1:], strict=False)
    ]
    scenes(data)[0]["choices"].append(choice("shortcut", "bog-1"))
    return True


def nothing_good(data):
    for item in data["endings"]:
        if item["outcome"] == "good":
            item["outcome"] = "mixed"
    return True


def only_by_pressing(data):
    """Each choice that does not persuade or confront starts to."""
    if not data.get("conversation"):
        return False
    for item in scenes(data):
        for option in item["choices"]:
            if not NON_ADHERENT & set(option.get("codes", ())):
                option["codes"] = ["confront"]
    return True


def enough(data):
    return len([item for item in scenes(data, 2) if any(
        option.get("score") == 1.0 for option in item["choices"])]) >= 4  # fmt: skip


def best_first(data):
    if not enough(data):
        return False
    for item in scenes(data):
        item["choices"].sort(key=lambda option: -(option.get("score") or 0))
    return True


def best_longest(data):
    if not enough(data):
        return False
    for _item, option in scored(data):
        if option["score"] == 1.0:
            option["text"]["lv"] += " un vēl daudz kas, ko te var pateikt"
    return True


def paragraphs(data):
    data["scenes"][0]["text"]["en"] += "\n\nAnd more."
    return True


def numbers(data):
    data["endings"][0]["text"] = {"lv": "Pēc 15 dienām.", "en": "After 30 days."}
    return True


def lonely_score(data):
    lone = choice("nod", data["start"], score=1.0)
    data["scenes"].append(scene("nook", lone))
    scenes(data)[0]["choices"].append(choice("peek", "nook", once=True))
    return True


def shared_key(data):
    data["endings"].append(ending(data["start"]))
    return True


def uncoded(data):
    if data.get("conversation"):
        return False
    first(data)["codes"] = ["question"]
    return True


def nothing_coded(data):
    for item in scenes(data):
        for option in item["choices"]:
            option.pop("codes", None)
    data["conversation"] = True
    return True


def start_in_attic(data):
    data["start"] = "attic"
    return True


def scene_set(**fields):
    def plant(data):
        data["scenes"][0].update(fields)
        return True

    return plant


def speechless(data):
    del data["scenes"][-1]["text"]["en"]
    return True


def too_late(data):
    """The story is cut off before its good endings."""
    data["max_turns"] = 1
    return not any(
        option["to"] == item["key"]
        for option in scenes(data)[0]["choices"]
        for item in data["endings"]
        if item["outcome"] == "good"
    )


FAULTS = {
    "a target that is missing": (set_first(to="attic"), ".to: leads nowhere"),
    "no target": (missing_key(first, "to"), ".to: leads nowhere"),
    "an unknown variable in a guard": (set_first(guard="luck > 1"), "no variable “luck”"),
    "an unknown scene in a guard": (set_first(guard="seen('attic')"), "no scene “attic”"),
    "an unknown choice in a guard": (set_first(guard="chose('a/b')"), "no choice “a/b”"),
    "a guard's syntax": (set_first(guard="turns >> 1"), "column 8"),
    "a number for a guard": (set_first(guard="turns + 1"), "neither true nor false"),
    "an effect's syntax": (set_first(effects=["turns +* 1"]), "column 8"),
    "an effect on nothing": (set_first(effects=["luck + 1"]), "no variable “luck”"),
    "an effect on entering": (scene_set(effects=["luck = 1"]), "no variable “luck”"),
    "a scene twice": (twice("scenes"), "stands here 2 times"),
    "an ending twice": (twice("endings"), "stands here 2 times"),
    "a choice twice": (choice_twice, "stands here 2 times"),
    "a scene called as an ending": (shared_key, "a scene has this key"),
    "a text in one language": (speechless, "text.en: the text is missing"),
    "a scored choice without a remark": (no_remark, "remark.lv: the text is missing"),
    "a choice without feedback": (no_feedback, "warning", "the coach says nothing"),
    "an unknown competence": (unknown_competence, "no competence “flying”"),
    "a score above one": (set_first(score=1.5), "from 0 to 1"),
    "a start that is no scene": (start_in_attic, "start: there is no scene"),
    "bounds the wrong way round": (bounds_reversed, "must be above the smallest"),
    "a mood nobody has": (scene_set(mood="purple"), "mood: must be one of"),
    "a picture without a description": (
        scene_set(picture="burnout/door", picture_alt={}),
        "picture_alt.lv: the text is missing",
    ),
    "a field with a slip": (set_first(gaurd="turns > 1"), "gaurd: no such field"),
    "codes in what is no conversation": (uncoded, "only a story that is a coded conversation"),
    "a conversation without codes": (nothing_coded, "warning", "no choice has a code"),
    "a scene out of reach": (unreachable_scene, "scenes.attic: no road leads to this scene"),
    "an ending out of reach": (unreachable_ending, "endings.heaven: no road leads"),
    "an end before the good one": (too_late, "no road leads to this"),
    "a guard never true": (never_true, "warning", "extra.guard: never true"),
    "a guard never false": (always_true, "warning", "extra.guard: never false"),
    "a fallback never needed": (needless_fallback, "warning", "extra: never needed"),
    "a dead end": (dead_end, "scenes.porch.choices: in some states none"),
    "a loop without exit": (loop, "scenes.pit: from here the conversation can go on for ever"),
    "a trap": (trap, "warning", "choices.shortcut: a trap"),
    "nothing that ends well": (nothing_good, "warning", "no good ending can be reached"),
    "well only by pressing": (only_by_pressing, "conversation: no road without persuading"),
    "the best always first": (best_first, "warning", "the best choice is always the first"),
    "the best always longest": (best_longest, "warning", "always the longest (lv)"),
    "more paragraphs in one language": (paragraphs, "warning", "in the number of paragraphs"),
    "other numbers in one language": (numbers, "warning", "differ in their numbers"),
    "the score of no decision": (lonely_score, "warning", "its score counts for nothing"),
}


def test_there_are_enough_kinds_of_faults():
    assert len(FAULTS) >= 25


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_planted_in_any_sound_story_is_found(name):
    plant, *told = FAULTS[name]
    level = told.pop(0) if len(told) == 2 else "error"
    planted = 0
    for title, sound in MADE.items():
        data, known = copy.deepcopy(sound), keys_of(sound)
        if not plant(data):
            continue
        planted += 1
        found = findings(data, known)
        assert any(said.startswith(level) and told[0] in said for _finding, said in found), (
            title,
            [said for _finding, said in found],
        )
        check_roads(data, [finding for finding, _said in found])
    assert planted >= 3


def check_roads(data, found):
    """The engine walks every road a finding shows, to the scene it is about."""
    if any(finding.is_error for finding in structure(data)):
        assert not any(finding.road for finding in found)
        return
    story = build(data)
    for finding in found:
        if finding.where[:1] == ("scenes",) and len(finding.where) > 1 and finding.road:
            state = replay(story, [step.split("/")[1] for step in finding.road])[-1]
            chosen = "/".join((finding.where[1], *finding.where[3:4]))
            assert state.scene == finding.where[1] or finding.road[-1] == chosen


# Size ---------------------------------------------------------------------------------------


def test_a_story_too_large_to_be_proven_says_so_and_is_not_refused():
    data = large(120)
    found = lint(data, {"alliance"}, max_states=4000)
    assert [finding.level for finding in found] == ["warning"]
    assert "not proven within bounds" in found[0].reason


def test_in_a_story_too_large_to_be_proven_faults_are_still_found():
    data = large(120)
    data["scenes"].append(scene("attic", choice("down", "s3")))
    data["scenes"][90]["choices"].append(choice("out", "porch"))
    data["scenes"].append(scene("porch", choice("ring", "s91", guard="visits('porch') > 1")))
    data["scenes"][2]["text"] = both("Two.") | {"en": "Two.\n\nMore."}
    said = [told for _finding, told in findings(data, {"alliance"})]
    assert "error scenes.attic: no road leads to this scene" in said
    assert "error scenes.porch.choices: in some states none of the choices is open" in said
    assert "warning scenes.s2.text: the languages differ in the number of paragraphs" in said

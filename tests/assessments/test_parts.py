"""What every kind of question is made of: what is wrong with it, and what a version keeps."""

import copy
import json
import uuid

import pytest

from assessments import grading
from assessments.asking import values_of
from assessments.checks import named, question_problems
from assessments.parts import KINDS, body_of, option_of, written_of
from content.packs.tables import tidy
from tests.assessments.kinds import KINDS as GIVEN
from tests.assessments.kinds import t, written

UUID = uuid.UUID("6f0f8f0e-0c2b-4a53-9a62-7d3f7c1f9a11")


def changed(kind, path, value):
    """The good question of a kind with one place in it set, or taken away by `None`."""
    whole = copy.deepcopy(GIVEN[kind])
    *above, last = path
    place = whole
    for step in above:
        place = place[step]
    place[last] = value
    return written(kind, **whole)


def problems(kind, found):
    return [(named(where, found), reason) for where, reason in question_problems(kind, found)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_question_of_every_kind_has_no_problem(kind):
    assert problems(kind, written(kind)) == []


OPTION = GIVEN["single"]["options"][0]
PAIR = GIVEN["matching"]["pairs"][0]


@pytest.mark.parametrize(
    ("kind", "path", "value", "where", "reason"),
    [
        ("single", ["options"], GIVEN["single"]["options"][:1], "options", "At least 2 are needed"),
        ("single", ["options"], [], "options", "At least 2 are needed"),
        ("single", ["options"], GIVEN["single"]["options"] * 5, "options", "At most 12"),
        ("single", ["options", 0, "right"], False, "options", "No option is right"),
        ("single", ["options", 1, "right"], True, "options", "Only one option"),
        ("single", ["options", 1, "key"], "a", "options", "the key a"),
        ("single", ["options", 1, "key"], "B!", "options.B!.key", "small letters"),
        ("single", ["options", 1, "text"], {"lv": "x"}, "options.b.text.en", "missing"),
        ("single", ["options", 1, "text"], t("Option a"), "options.b.text.en", "says the same"),
        ("single", ["options", 1, "feedback"], {}, "options.b.feedback.lv", "missing"),
        ("multiple", ["options", 0, "text", "en"], "x" * 1001, "options.a.text.en", "1000 char"),
        ("true-false", ["options", 0, "key"], "yes", "options", "true and false"),
        (
            "true-false",
            ["options", 0, "feedback"],
            {"lv": "Nē"},
            "options.true.feedback.en",
            "miss",
        ),
        ("matching", ["pairs"], GIVEN["matching"]["pairs"][:2], "pairs", "At least 3"),
        ("matching", ["pairs", 0, "left"], {"en": "x"}, "pairs.1.left.lv", "missing"),
        ("matching", ["pairs", 1, "left"], PAIR["left"], "pairs.2.left.lv", "says the same"),
        ("matching", ["pairs", 2, "feedback"], {}, "pairs.3.feedback.lv", "missing"),
        (
            "matching",
            ["pairs", 2, "right_feedback"],
            {"en": "x"},
            "pairs.3.right_feedback.lv",
            "mis",
        ),
        (
            "matching",
            ["pairs", 1, "right"],
            {"lv": "Cits", "en": PAIR["right"]["en"]},
            "pairs.1.right.en",
            "something else in the other",
        ),
        ("matching", ["extra", 0, "text"], PAIR["right"], "extra.1.text.en", "this right side"),
        ("ordering", ["items"], GIVEN["ordering"]["items"][:2], "items", "At least 3"),
        ("ordering", ["items", 1, "text"], t("Look"), "items.2.text.lv", "says the same"),
        ("ordering", ["items", 1, "feedback"], {"lv": "x"}, "items.2.feedback.en", "missing"),
        ("grouping", ["groups"], GIVEN["grouping"]["groups"][:1], "groups", "At least 2"),
        ("grouping", ["groups", 0, "items"], [], "groups", "4 to 24"),
        ("grouping", ["groups", 1, "key"], "early", "groups", "the key early"),
        ("grouping", ["groups", 1, "text"], {}, "groups.late.text.lv", "missing"),
        (
            "grouping",
            ["groups", 1, "items", 0, "text"],
            t("Said early 1"),
            "groups.late.items.1.text.lv",
            "says the same",
        ),
        (
            "grouping",
            ["groups", 0, "items", 1, "feedback"],
            {},
            "groups.early.items.2.feedback.en",
            "missing",
        ),
        ("cloze", ["gaps"], [], "gaps", "At least 1 is needed"),
        ("cloze", ["text", "en"], "Pay [[what]].", "text.en", "The gap when stands once"),
        ("cloze", ["text", "lv"], "[[what]] [[when]] [[what]]", "text.lv", "The gap what stands"),
        ("cloze", ["text", "lv"], "[[what]] [[when]] [[why]]", "text.lv", "no gap why"),
        ("cloze", ["text", "en"], "", "text.en", "missing"),
        ("cloze", ["gaps", 0, "options", 0, "right"], False, "gaps.when.options", "No option"),
        ("cloze", ["gaps", 0, "options", 1, "right"], True, "gaps.when.options", "Only one"),
        ("cloze", ["gaps", 0, "options"], [], "gaps.when.options", "at least two options"),
        (
            "cloze",
            ["gaps", 1, "accepted"],
            {"lv": ["uzmanību"]},
            "gaps.what.accepted.en",
            "No word",
        ),
        (
            "cloze",
            ["gaps", 1, "accepted", "en"],
            ["..."],
            "gaps.what.accepted.en",
            "nothing is left",
        ),
        ("cloze", ["gaps", 1, "feedback"], {}, "gaps.what.feedback.lv", "missing"),
        ("cloze", ["gaps", 1, "key"], "when", "gaps", "the key when"),
        (
            "cloze",
            ["gaps", 1, "wrong", 0, "words", "en"],
            ["Attention!"],
            "gaps.what.wrong.1.words.en",
            "already",
        ),
        ("number", ["value"], None, "value", "number is missing"),
        ("number", ["value"], 1234567890123, "value", "at most 12 digits"),
        ("number", ["unit"], {"en": "hours"}, "unit.lv", "missing"),
        ("number", ["other"], {}, "other.lv", "missing"),
        ("number", ["near", 0, "value"], 13, "near.1.value", "right already"),
        ("number", ["near", 0, "feedback"], {}, "near.1.feedback.en", "missing"),
        ("short-text", ["accepted"], [], "accepted", "At least 1 is needed"),
        ("short-text", ["accepted", 0, "share"], 0.5, "accepted", "whole mark"),
        ("short-text", ["accepted", 0, "words"], {"lv": ["x"]}, "accepted.1.words.en", "No word"),
        ("short-text", ["wrong", 0, "words", "en"], ["Rescuer!"], "wrong.1.words.en", "already"),
        ("short-text", ["other"], {"lv": "x"}, "other.en", "missing"),
        ("estimate", ["value"], None, "value", "missing"),
        ("estimate", ["value"], 0, "within", "no percent"),
        ("estimate", ["year"], None, "year", "missing"),
        ("estimate", ["said_by"], {}, "said_by.lv", "missing"),
        ("estimate", ["unit"], {}, "unit.en", "missing"),
        ("open", ["criteria"], [], "criteria", "At least 1"),
        ("open", ["criteria", 1, "key"], "own-part", "criteria", "the key own-part"),
        ("open", ["criteria", 0, "levels"], [], "criteria.own-part.levels", "At least 2"),
        (
            "open",
            ["criteria", 0, "levels", 1, "points"],
            2,
            "criteria.own-part.levels",
            "same points",
        ),
        (
            "open",
            ["criteria", 0, "levels", 1, "points"],
            None,
            "criteria.own-part.levels.2.points",
            "m",
        ),
        ("open", ["example"], {"lv": "x"}, "example.en", "missing"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(kind, path, value, where, reason):
    found = problems(kind, changed(kind, path, value))
    assert any(place == where and reason in said for place, said in found), found


def test_an_unknown_kind_is_said_and_the_rest_looked_at():
    found = problems("essay", {"stem": {"lv": "Kas?"}, "explanation": {}})
    assert ("kind", "essay is no kind of question.") in found
    assert ("stem.en", "The text is missing in this language.") in found


def test_true_and_false_need_no_text_of_their_own():
    assert all(not option["text"] for option in written("true-false")["options"])
    assert problems("true-false", written("true-false")) == []


def test_several_items_may_share_a_right_side():
    whole = copy.deepcopy(GIVEN["matching"])
    whole["pairs"][1]["right"] = whole["pairs"][0]["right"]
    found = written("matching", **whole)
    assert problems("matching", found) == []
    body = body_of("matching", found, UUID)
    assert len(body["right"]) == 3
    assert len(set(body["pairs"].values())) == 2
    # With nothing else to choose from, there would be nothing to match.
    whole["pairs"][2]["right"], whole["extra"] = whole["pairs"][0]["right"], []
    assert "two different right sides" in str(problems("matching", written("matching", **whole)))


# What a version keeps ---------------------------------------------------------------------

NEW = [kind for kind in KINDS if kind not in ("single", "multiple", "true-false")]


@pytest.mark.parametrize("kind", NEW)
def test_the_body_of_every_kind_can_be_marked(kind):
    body = body_of(kind, written(kind), UUID)
    question = grading.question_of({"kind": kind, "options": [], "body": body})
    assert 0 <= grading.guess(question) < 1
    assert json.loads(json.dumps(body)) == body


@pytest.mark.parametrize("kind", KINDS)
def test_made_up_answers_earn_everything_or_nothing(kind):
    whole = written(kind)
    data = {"kind": kind, "options": [option_of(row) for row in whole.get("options", [])]}
    if kind in NEW:
        data["body"] = body_of(kind, whole, UUID)
    question = grading.question_of(data)
    best, worst = grading.best(question), grading.worst(question)
    for response in (best, worst):
        # It is what is kept of the form that would be sent.
        assert grading.read(question, values_of(response)) == response
    marks = [grading.fraction(question, response) for response in (best, worst)]
    assert marks == ([None, None] if kind in ("estimate", "open") else [1, 0])


@pytest.mark.parametrize("kind", NEW)
def test_the_body_of_an_unfinished_question_never_fails(kind):
    empty = dict.fromkeys(GIVEN[kind])
    assert body_of(kind, written(kind, **empty), UUID)


@pytest.mark.parametrize("kind", KINDS)
def test_a_version_is_what_an_author_could_have_written(kind):
    whole = written(kind)
    data = {"kind": kind, "stem": whole["stem"], "explanation": whole["explanation"]}
    if kind in NEW:
        data |= {"options": [], "body": body_of(kind, whole, UUID)}
    else:
        data["options"] = [option_of(row) for row in whole["options"]]
    back = written_of(data)
    assert problems(kind, back) == []
    if kind in NEW:
        assert body_of(kind, back, UUID) == data["body"]
    else:
        assert tidy(back) == tidy(whole)


@pytest.mark.parametrize("kind", KINDS)
def test_a_version_that_lacks_parts_is_a_draft(kind):
    assert problems(kind, written_of({"kind": kind, "stem": t("What?"), "body": {}}))


def test_a_version_of_a_matching_keeps_sides_and_pairs_apart():
    body = body_of("matching", written("matching"), UUID)
    texts = {side["key"]: side["text"]["en"] for name in ("left", "right") for side in body[name]}
    assert {(texts[left], texts[right]) for left, right in body["pairs"].items()} == {
        ("Voice one", "Strain one"),
        ("Voice two", "Strain two"),
        ("Voice three", "Strain three"),
    }
    assert {side["text"]["en"]: side["misconception"] for side in body["right"]} == {
        "Strain one": "belief-one",
        "Strain two": "belief-two",
        "Strain three": "belief-three",
        "Strain four": "spare",
    }
    assert len(texts) == 7


def test_a_version_of_an_ordering_names_the_order_by_keys():
    body = body_of("ordering", written("ordering"), UUID)
    texts = {item["key"]: item["text"]["en"] for item in body["items"]}
    assert [texts[key] for key in body["order"]] == ["Look", "Choose", "Write", "Begin again"]
    assert [item["key"] for item in body["items"]] == sorted(body["order"])


def test_a_version_of_a_grouping_says_where_each_item_belongs():
    body = body_of("grouping", written("grouping"), UUID)
    texts = {item["key"]: item["text"]["en"] for item in body["items"]}
    assert {texts[item]: group for item, group in body["belongs"].items()} == {
        "Said early 1": "early",
        "Said early 2": "early",
        "Said late 1": "late",
        "Said late 2": "late",
    }
    assert [group["key"] for group in body["groups"]] == ["early", "late"]


def test_words_for_another_group_stand_in_a_version_where_they_were_written():
    given = copy.deepcopy(GIVEN["grouping"])
    del given["groups"][1]["items"][0]["elsewhere"]
    body = body_of("grouping", written("grouping", **given), UUID)
    assert {item["text"]["en"]: item.get("elsewhere", {}).get("en") for item in body["items"]} == {
        "Said early 1": "Not there early 1",
        "Said early 2": "Not there early 2",
        "Said late 1": None,
        "Said late 2": "Not there late 2",
    }
    assert sum("elsewhere" in item for item in body["items"]) == 3
    assert {item["text"]["en"]: item.get("misconception") for item in body["items"]} == {
        "Said early 1": "belief-early",
        "Said early 2": None,
        "Said late 1": "belief-late",
        "Said late 2": None,
    }


def test_what_folds_is_what_need_not_be_exact():
    assert body_of("cloze", written("cloze"), UUID)["fold"] == ["case", "punctuation"]
    whole = body_of("short-text", written("short-text"), UUID)
    assert whole["fold"] == ["case", "diacritics", "punctuation"]
    assert [given["share"] for given in whole["accepted"]] == ["1", "0.5"]


def test_numbers_are_kept_exactly():
    body = body_of("number", written("number"), UUID)
    assert (body["value"], body["tolerance"], body["near"][0]["value"]) == ("12.5", "0.5", "20")
    body = body_of("estimate", written("estimate"), UUID)
    assert (body["value"], body["near"], body["year"]) == ("9696", "25", 2021)


def rearranged(kind):
    """Another right answer out of the very same texts."""
    whole = copy.deepcopy(GIVEN[kind])
    if kind == "matching":
        rights = [pair["right"] for pair in whole["pairs"]]
        for pair, right in zip(whole["pairs"], rights[1:] + rights[:1], strict=True):
            pair["right"] = right
    elif kind == "ordering":
        whole["items"] = whole["items"][2:] + whole["items"][:2]
    else:
        first, second = whole["groups"]
        first["items"], second["items"] = second["items"], first["items"]
    return written(kind, **whole)


SHOWN = {"matching": ("left", "right"), "ordering": ("items",), "grouping": ("groups", "items")}


@pytest.mark.parametrize("kind", SHOWN)
def test_what_is_shown_does_not_tell_what_is_right(kind):
    one, other = (body_of(kind, each, UUID) for each in (written(kind), rearranged(kind)))
    assert one != other
    for name in SHOWN[kind]:
        shown = [[(row["key"], row["text"]) for row in body[name]] for body in (one, other)]
        assert shown[0] == shown[1]
    data = {"kind": kind, "options": []}
    assert grading.shuffled_keys(data | {"body": one}) == grading.shuffled_keys(
        data | {"body": other}
    )


def test_keys_differ_between_questions_and_stay_with_the_english_words():
    def keys(uuid, **given):
        return {
            item["key"] for item in body_of("ordering", written("ordering", **given), uuid)["items"]
        }

    assert keys(UUID) & keys(uuid.uuid4()) == set()
    items = copy.deepcopy(GIVEN["ordering"]["items"])
    items[0]["text"]["lv"] = "Labots"
    assert keys(UUID, items=items) == keys(UUID)

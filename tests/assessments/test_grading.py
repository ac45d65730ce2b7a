"""What answers earn, for every kind of question: no database."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.grading import (
    KINDS,
    BadResponse,
    ChosenGap,
    Cloze,
    Estimate,
    Folding,
    Grouping,
    Matching,
    MultipleChoice,
    Number,
    Open,
    Ordering,
    ShortText,
    SingleChoice,
    TrueFalse,
    TypedGap,
    UnknownKind,
    by_rubric,
    folded,
    fraction,
    guess,
    must_shuffle,
    number_in,
    question_of,
    read,
    rising,
    shuffled_keys,
    total,
)

SINGLE = SingleChoice(("a", "b", "c", "d"), "c")
SEVERAL = MultipleChoice(("a", "b", "c", "d", "e"), frozenset("ab"))
STATEMENT = TrueFalse("false")
PAIRS = Matching(("la", "lb", "lc"), ("r1", "r2", "r3", "r4"), {"la": "r2", "lb": "r1", "lc": "r4"})
ORDER = Ordering(("a", "b", "c", "d", "e"))
STAGES = Grouping(
    ("s1", "s2", "s3"), ("early", "late"), {"s1": "early", "s2": "late", "s3": "late"}
)
GAPS = Cloze(
    {"g1": ChosenGap(("x", "y", "z"), "y"), "g2": TypedGap(("supervīzija", "supervision"))}
)
SUM = Number(Decimal("12.5"), Decimal("0.5"), ("€", "eiro"))
WORDS = ShortText(
    (("Izdegšana", Decimal(1)), ("burnout", Decimal(1)), ("nogurums", Decimal("0.5")))
)
FIGURE = Estimate(Decimal(24), ("%",))
OWN_WORDS = Open({"names": 2, "plans": 3}, longest=20)
ALL = [SINGLE, SEVERAL, STATEMENT, PAIRS, ORDER, STAGES, GAPS, SUM, WORDS, FIGURE, OWN_WORDS]


def chosen(keys):
    return {"chosen": sorted(keys)}


def values(**given):
    return {
        name.replace("_", "-"): [value] if isinstance(value, str) else list(value)
        for name, value in given.items()
    }


# Marks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "mark"), [("c", 1), ("a", 0), ("b", 0), ("d", 0), ("", 0)])
def test_one_option_is_right_or_not(keys, mark):
    assert fraction(SINGLE, chosen(keys)) == mark


@pytest.mark.parametrize(
    ("keys", "mark"),
    [
        ("", 0),
        ("a", "1/2"),
        ("b", "1/2"),
        ("ab", 1),
        ("abc", "1/2"),
        ("ac", 0),
        ("cd", 0),
        ("abcde", 0),
    ],
)
def test_options_that_are_not_right_cancel_ones_that_are(keys, mark):
    assert fraction(SEVERAL, chosen(keys)) == Fraction(mark)


@pytest.mark.parametrize(("key", "mark"), [("true", 0), ("false", 1)])
def test_a_statement_holds_or_not(key, mark):
    assert fraction(STATEMENT, {"chosen": [key]}) == mark


@pytest.mark.parametrize(
    ("pairs", "mark"),
    [
        ({"la": "r2", "lb": "r1", "lc": "r4"}, 1),
        ({"la": "r2", "lb": "r1", "lc": "r3"}, "2/3"),
        ({"la": "r2"}, "1/3"),
        ({"la": "r1", "lb": "r2", "lc": "r3"}, 0),
        ({"la": "r2", "lb": "r2", "lc": "r2"}, "1/3"),
    ],
)
def test_every_pair_earns_its_part(pairs, mark):
    assert fraction(PAIRS, {"pairs": pairs}) == Fraction(mark)


@pytest.mark.parametrize(
    ("order", "mark"),
    [
        ("abcde", 1),
        ("bacde", "3/4"),
        ("ebcda", "1/2"),
        ("bcdea", "3/4"),  # one item put last costs one step, though every place is another
        ("edcba", 0),
        ("abced", "3/4"),
        ("badce", "1/2"),
    ],
)
def test_an_order_earns_what_stands_in_order(order, mark):
    assert fraction(ORDER, {"order": list(order)}) == Fraction(mark)


@pytest.mark.parametrize(
    ("numbers", "length"), [([], 0), ([3], 1), ([2, 1], 1), ([0, 4, 1, 2], 3), ([1, 1, 1], 1)]
)
def test_the_longest_rising_run(numbers, length):
    assert rising(numbers) == length


@pytest.mark.parametrize(
    ("groups", "mark"),
    [
        ({"s1": "early", "s2": "late", "s3": "late"}, 1),
        ({"s1": "late", "s2": "late", "s3": "late"}, "2/3"),
        ({"s1": "early"}, "1/3"),
        ({"s1": "late", "s2": "early", "s3": "early"}, 0),
    ],
)
def test_every_item_in_its_group_earns(groups, mark):
    assert fraction(STAGES, {"groups": groups}) == Fraction(mark)


@pytest.mark.parametrize(
    ("gaps", "mark"),
    [
        ({"g1": "y", "g2": "Supervizija."}, 1),
        ({"g1": "y", "g2": "SUPERVISION"}, 1),
        ({"g1": "x", "g2": "supervision"}, "1/2"),
        ({"g1": "y"}, "1/2"),
        ({"g1": "z", "g2": "intervīzija"}, 0),
    ],
)
def test_every_gap_earns_its_part(gaps, mark):
    assert fraction(GAPS, {"gaps": gaps}) == Fraction(mark)


@pytest.mark.parametrize(
    ("number", "mark"),
    [("12.5", 1), ("12", 1), ("13", 1), ("13.0", 1), ("11.99", 0), ("13.01", 0), ("-12.5", 0)],
)
def test_a_number_is_right_up_to_its_tolerance(number, mark):
    assert fraction(SUM, {"number": number}) == mark


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("izdegšana", 1),
        ("Izdegsana!", 1),
        ("burn-out", 0),
        ("Burnout", 1),
        ("nogurums", "1/2"),
        ("stress", 0),
    ],
)
def test_short_text_earns_the_best_share_accepted(text, mark):
    assert fraction(WORDS, {"text": text}) == Fraction(mark)


@pytest.mark.parametrize(
    ("folding", "text", "same"),
    [
        (Folding(), "  Pašrūpe,  un ATPŪTA ", "pasrupe un atputa"),
        (Folding(case=False), "Pašrūpe", "Pasrupe"),
        (Folding(diacritics=False), "Pašrūpe", "pašrūpe"),
        (Folding(diacritics=False), "Pas\u030cru\u0304pe", "pašrūpe"),
        (Folding(punctuation=False), "ko-vadība?", "ko-vadiba?"),
        (Folding(), "ko-vadība/atbalsts", "ko vadiba atbalsts"),
        (Folding(), "...", ""),
    ],
)
def test_what_does_not_matter_is_folded_away(folding, text, same):
    assert folded(text, folding) == same


def test_words_accepted_twice_earn_the_better_share():
    words = ShortText((("burn out", Decimal("0.5")), ("Burn-out", Decimal(1)), ("x", Decimal(0))))
    assert fraction(words, {"text": "burn out"}) == 1


def test_an_estimate_and_an_open_answer_have_no_mark_of_their_own():
    assert fraction(FIGURE, {"number": "24"}) is None
    assert fraction(OWN_WORDS, {"text": "a"}) is None


@pytest.mark.parametrize(
    ("points", "mark"),
    [
        ({"names": 2, "plans": 3}, 1),
        ({"names": 0, "plans": 0}, 0),
        ({"names": 1, "plans": 2}, "3/5"),
    ],
)
def test_a_person_marks_by_every_criterion(points, mark):
    assert by_rubric(OWN_WORDS, points) == Fraction(mark)


@pytest.mark.parametrize(
    "points", [{"names": 1}, {"names": 1, "plans": 4}, {"names": -1, "plans": 0}, {"x": 1}]
)
def test_points_that_the_rubric_does_not_know_are_refused(points):
    with pytest.raises(ValueError, match="marked|points"):
        by_rubric(OWN_WORDS, points)


@pytest.mark.parametrize(
    ("question", "chance"),
    [
        (SINGLE, "1/4"),
        (SingleChoice(("a", "b"), "a"), "1/2"),
        (SEVERAL, "1/10"),
        (STATEMENT, "1/2"),
        (PAIRS, "1/10"),
        (ORDER, "1/10"),
        (STAGES, "1/10"),
        (GAPS, "1/10"),
        (Cloze({"g": ChosenGap(("x", "y", "z"), "y")}), "1/3"),
        (Cloze({"g": TypedGap(("x",))}), "1/10"),
        (SUM, "1/10"),
        (WORDS, "1/10"),
        (FIGURE, 0),
        (OWN_WORDS, 0),
    ],
)
def test_the_chance_of_guessing_follows_the_kind(question, chance):
    assert guess(question) == Fraction(chance)


# Responses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "given", "kept"),
    [
        (SEVERAL, values(choice=list("eae")), {"chosen": ["a", "e"]}),
        (SINGLE, values(choice="b"), {"chosen": ["b"]}),
        (PAIRS, values(pair_lb="r1", pair_la="r3"), {"pairs": {"la": "r3", "lb": "r1"}}),
        (PAIRS, values(pair_lb="r1", pair_la=""), {"pairs": {"lb": "r1"}}),
        (
            ORDER,
            values(place_a="5", place_b="4", place_c="3", place_d="2", place_e="1"),
            {"order": ["e", "d", "c", "b", "a"]},
        ),
        (STAGES, values(group_s2="late"), {"groups": {"s2": "late"}}),
        (
            STAGES,
            values(group_s2="late", group_s1="early"),
            {"groups": {"s1": "early", "s2": "late"}},
        ),
        (SEVERAL, values(choice=["a"] * 100), {"chosen": ["a"]}),
        (SUM, values(number="9" * 28), {"number": "9" * 28}),
        (WORDS, values(text="w" * 200), {"text": "w" * 200}),
        (GAPS, values(gap_g2="  a\n b ", gap_g1="x"), {"gaps": {"g1": "x", "g2": "a b"}}),
        (SUM, values(number="1 200,50 eiro"), {"number": "1200.5"}),
        (SUM, values(number="-0"), {"number": "0"}),
        (SUM, values(number="1000"), {"number": "1000"}),
        (FIGURE, values(number="30%"), {"number": "30"}),
        (WORDS, values(text="  a   b\x00 "), {"text": "a b"}),
        (OWN_WORDS, values(text="a\r\nb\n"), {"text": "a\nb"}),
        (OWN_WORDS, values(text="a\r\n" * 10), {"text": "\n".join("a" * 10)}),  # 20 signs
    ],
)
def test_a_response_is_kept_in_the_order_of_the_question(question, given, kept):
    response = read(question, given)
    assert response == kept
    assert [list(value) for value in response.values() if isinstance(value, dict)] == [
        list(value) for value in kept.values() if isinstance(value, dict)
    ]


@pytest.mark.parametrize(
    ("question", "given", "reason"),
    [
        *((question, {}, "nothing") for question in ALL),
        (SINGLE, values(choice="x"), "unknown"),
        (SEVERAL, values(choice=list("ax")), "unknown"),
        (STATEMENT, values(choice=["maybe"]), "unknown"),
        (SINGLE, values(choice=list("ab")), "several"),
        (STATEMENT, values(choice=["true", "false"]), "several"),
        (SEVERAL, values(choice=["a"] * 101), "long"),
        (SEVERAL, values(choice=["a" * 201]), "long"),
        (SEVERAL, values(choice=["a" * 200]), "unknown"),
        (WORDS, values(text="w" * 201), "long"),
        (PAIRS, values(pair_la="la"), "unknown"),
        (PAIRS, values(pair_la=["r1", "r2"]), "several"),
        (STAGES, values(group_s1="never"), "unknown"),
        (ORDER, values(place_a="1", place_b="2"), "places"),
        (
            ORDER,
            values(place_a="1", place_b="1", place_c="2", place_d="3", place_e="4"),
            "places",
        ),
        (ORDER, values(place_a="0"), "unknown"),
        (ORDER, values(place_a="first"), "unknown"),
        (GAPS, values(gap_g1="w"), "unknown"),
        (GAPS, values(gap_g2="w" * 201), "long"),
        (SUM, values(number="a dozen"), "number"),
        (SUM, values(number="NaN"), "number"),
        (SUM, values(number="1e9"), "number"),
        (SUM, values(number="9" * 29), "number"),
        (SUM, values(number="eiro"), "number"),
        (WORDS, values(text=["a", "b"]), "several"),
        (OWN_WORDS, values(text="a" * 21), "long"),
    ],
)
def test_what_a_question_cannot_take_is_refused(question, given, reason):
    with pytest.raises(BadResponse) as refused:
        read(question, given)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.50", "12.50"),
        ("1\u00a0200", "1200"),
        ("1'200,5", "1200.5"),
        ("\u22123", "-3"),
        ("+7", "7"),
        (",5", "0.5"),
        ("12 €", "12"),
        ("12 EIRO", "12"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, number):
    assert number_in(typed, ("€", "eiro")) == Decimal(number)


def test_of_units_the_longest_that_is_typed_is_taken_off_and_only_once():
    for units in (("h", "kWh"), ("kWh", "h")):
        assert number_in("5 kWh", units) == number_in("5h", units) == 5
        with pytest.raises(BadResponse):
            number_in("5 h kWh", units)


# Versions -------------------------------------------------------------------------------


def data(kind, keys, right):
    return {"kind": kind, "options": [{"key": key, "right": key in right} for key in keys]}


def body(kind, **given):
    return {"kind": kind, "options": [], "body": given}


def rows(*keys):
    return [{"key": key} for key in keys]


PAIRS_DATA = body(
    "matching",
    left=rows("la", "lb", "lc"),
    right=rows("r1", "r2", "r3", "r4"),
    pairs={"la": "r2", "lb": "r1", "lc": "r4"},
)
ORDER_DATA = body("ordering", items=rows(*"edcba"), order=list("abcde"))
STAGES_DATA = body(
    "grouping",
    items=rows("s1", "s2", "s3"),
    groups=rows("early", "late"),
    belongs={"s1": "early", "s2": "late", "s3": "late"},
)
GAPS_DATA = body(
    "cloze",
    gaps=[
        {"key": "g1", "mode": "choose"} | data("", "xyz", "y"),
        {"key": "g2", "mode": "type", "accepted": {"lv": ["supervīzija"], "en": ["supervision"]}},
    ],
)
SUM_DATA = body("number", value="12.5", tolerance="0.5", unit={"lv": "€", "en": "eiro"})
WORDS_DATA = body(
    "short-text",
    accepted=[
        {"lv": ["Izdegšana"], "en": ["burnout"]},
        {"lv": ["nogurums"], "en": [], "share": "0.5"},
    ],
)
OWN_WORDS_DATA = body(
    "open",
    criteria=[
        {"key": "names", "levels": [{"points": 0}, {"points": 2}]},
        {"key": "plans", "levels": [{"points": 0}, {"points": 1}, {"points": 3}]},
    ],
    longest=20,
)


@pytest.mark.parametrize(
    ("version", "question"),
    [
        (data("single", "abcd", "c"), SINGLE),
        (data("multiple", "abcde", "ab"), SEVERAL),
        (data("true-false", ["true", "false"], ["false"]), STATEMENT),
        (PAIRS_DATA, PAIRS),
        (ORDER_DATA, ORDER),
        (STAGES_DATA, STAGES),
        (GAPS_DATA, GAPS),
        (SUM_DATA, SUM),
        (WORDS_DATA, WORDS),
        (body("estimate", value=24, unit={"lv": "%", "en": "%"}), FIGURE),
        (OWN_WORDS_DATA, OWN_WORDS),
    ],
)
def test_a_question_is_made_of_a_versions_data(version, question):
    assert question_of(version) == question


def test_every_kind_is_tried():
    assert len(ALL) == len(KINDS)
    assert len({type(question) for question in ALL}) == len(KINDS)


def changed(version, **given):
    return version | {"body": version["body"] | given}


@pytest.mark.parametrize(
    "broken",
    [
        data("single", "abc", ""),
        data("single", "abc", "ab"),
        data("multiple", "abc", ""),
        data("true-false", ["true", "false"], ["true", "false"]),
        changed(PAIRS_DATA, pairs={"la": "r2", "lb": "r1"}),
        changed(PAIRS_DATA, pairs={"la": "r2", "lb": "r1", "lc": "r9"}),
        changed(ORDER_DATA, order=list("abcd")),
        changed(ORDER_DATA, items=rows("a"), order=["a"]),
        changed(STAGES_DATA, belongs={"s1": "early", "s2": "late"}),
        changed(STAGES_DATA, belongs={"s1": "early", "s2": "late", "s3": "never"}),
        changed(GAPS_DATA, gaps=[]),
        changed(GAPS_DATA, gaps=[{"key": "g", "mode": "choose"} | data("", "xy", "xy")]),
        changed(SUM_DATA, tolerance="-1"),
        changed(SUM_DATA, value="many"),
        changed(SUM_DATA, value="NaN"),
        changed(WORDS_DATA, accepted=[{"lv": ["a"], "en": [], "share": "0.5"}]),
        changed(OWN_WORDS_DATA, criteria=[]),
        changed(OWN_WORDS_DATA, criteria=[{"key": "a", "levels": [{"points": 0}]}]),
        changed(
            OWN_WORDS_DATA,
            criteria=[
                {"key": "a", "levels": [{"points": 0}]},
                {"key": "b", "levels": [{"points": 2}]},
            ],
        ),
    ],
)
def test_a_broken_question_is_not_scored(broken):
    with pytest.raises(ValueError, match="."):
        question_of(broken)


@pytest.mark.parametrize(
    ("version", "question"),
    [
        # Nothing is left over on the right, no group is empty, only the very number is right.
        (
            changed(PAIRS_DATA, right=rows("r1", "r2", "r4")),
            Matching(PAIRS.left, ("r1", "r2", "r4"), PAIRS.pairs),
        ),
        (
            changed(STAGES_DATA, groups=rows("early", "late", "never")),
            Grouping(STAGES.items, ("early", "late", "never"), STAGES.belongs),
        ),
        (changed(ORDER_DATA, items=rows("b", "a"), order=["a", "b"]), Ordering(("a", "b"))),
        (changed(SUM_DATA, tolerance="0"), Number(Decimal("12.5"), Decimal(0), ("€", "eiro"))),
        (
            body("open", criteria=OWN_WORDS_DATA["body"]["criteria"]),
            Open({"names": 2, "plans": 3}, longest=5000),
        ),
    ],
)
def test_the_least_a_question_needs(version, question):
    assert question_of(version) == question


def test_words_of_both_languages_count_once():
    version = changed(WORDS_DATA, accepted=[{"lv": ["a", "b"], "en": ["b"]}], fold=["case"])
    assert question_of(version) == ShortText(
        (("a", Decimal(1)), ("b", Decimal(1))), Folding(True, False, False)
    )


@pytest.mark.parametrize(
    ("version", "keys", "must"),
    [
        (data("single", "abcd", "c"), list("abcd"), False),
        (PAIRS_DATA, ["la", "lb", "lc", "r1", "r2", "r3", "r4"], True),
        (ORDER_DATA, list("edcba"), True),
        (STAGES_DATA, ["s1", "s2", "s3"], True),
        (GAPS_DATA, ["g1/x", "g1/y", "g1/z"], False),
        (SUM_DATA, [], False),
    ],
)
def test_what_an_attempt_shows_in_an_order_of_its_own(version, keys, must):
    assert shuffled_keys(version) == keys
    assert must_shuffle(version) == must


def test_a_kind_nobody_knows_is_said():
    with pytest.raises(UnknownKind):
        question_of(data("essay", "ab", "a"))
    with pytest.raises(UnknownKind):
        fraction("a text", {})
    with pytest.raises(UnknownKind):
        guess("a text")
    with pytest.raises(UnknownKind):
        read("a text", {})


@pytest.mark.parametrize(
    ("marks", "pass_mark", "passed", "percent"),
    [
        ([(1, 1), (1, 1), (0, 1)], 66, True, 66),
        ([(1, 1), (1, 1), (0, 1)], 67, False, 66),
        ([(Fraction(1, 3), 1), (Fraction(2, 3), 1)], 50, True, 50),
        ([(Fraction(799, 1000), 1)], 80, False, 79),
        ([(4, 5)], 80, True, 80),
        ([], 80, False, 0),
        ([(0, 0)], 80, False, 0),
        ([(0, 1)], 1, False, 0),
        ([(1, 1), (0, 0)], 100, True, 100),
    ],
)
def test_the_pass_mark_is_compared_exactly(marks, pass_mark, passed, percent):
    result = total([(Fraction(mark), Fraction(most)) for mark, most in marks], pass_mark)
    assert (result.passed, result.percent) == (passed, percent)


# Properties -----------------------------------------------------------------------------


def marked(keys):
    return {"chosen": sorted(keys)}


KEYS = st.lists(st.sampled_from("abcdefghijkl"), min_size=2, max_size=12, unique=True)


@st.composite
def answered(draw):
    keys = tuple(draw(KEYS))
    right = draw(st.frozensets(st.sampled_from(keys), min_size=1))
    chosen = draw(st.frozensets(st.sampled_from(keys), min_size=1))
    return MultipleChoice(keys, right), chosen, draw(st.permutations(keys))


@given(answered())
def test_marks_stay_in_bounds_and_are_whole_only_for_the_right_answer(case):
    question, chosen, _order = case
    mark = fraction(question, marked(chosen))
    assert 0 <= mark <= 1
    assert (mark == 1) == (chosen == question.right)
    assert 0 < guess(question) < 1


@given(answered())
def test_the_order_of_options_never_matters(case):
    question, chosen, order = case
    shuffled = MultipleChoice(tuple(order), question.right)
    assert fraction(shuffled, marked(chosen)) == fraction(question, marked(chosen))
    kept = read(question, {"choice": list(chosen)})
    assert sorted(kept["chosen"]) == sorted(read(shuffled, {"choice": list(chosen)})["chosen"])


@given(answered(), st.data())
def test_a_right_option_more_never_costs_and_a_wrong_one_never_earns(case, data):
    question, chosen, _order = case
    more = data.draw(st.sampled_from(question.options))
    before, after = fraction(question, marked(chosen)), fraction(question, marked(chosen | {more}))
    assert after >= before if more in question.right else after <= before


@given(st.permutations(range(8)), st.permutations(range(8)))
def test_an_order_is_whole_only_when_it_is_right_and_names_of_items_do_not_matter(order, names):
    question = Ordering(tuple(str(number) for number in range(8)))
    mark = fraction(question, {"order": [str(number) for number in order]})
    assert 0 <= mark <= 1
    assert (mark == 1) == (list(order) == list(range(8)))
    renamed = Ordering(tuple(f"x{names[number]}" for number in range(8)))
    assert fraction(renamed, {"order": [f"x{names[number]}" for number in order]}) == mark


@given(st.lists(st.sampled_from(["r1", "r2", "r3", "r4", ""]), min_size=3, max_size=3))
def test_a_pair_put_right_never_costs(picked):
    given = {left: right for left, right in zip(PAIRS.left, picked, strict=True) if right}
    before = fraction(PAIRS, {"pairs": given})
    assert 0 <= before <= 1
    for left in PAIRS.left:
        after = fraction(PAIRS, {"pairs": given | {left: PAIRS.pairs[left]}})
        assert after == before + Fraction(given.get(left) != PAIRS.pairs[left], 3)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text):
    try:
        kept = read(SUM, {"number": [text]})
    except BadResponse as refused:
        assert refused.reason in {"nothing", "number"}
    else:
        assert Decimal(kept["number"]).is_finite()
        assert read(SUM, {"number": [kept["number"]]}) == kept


@given(st.text(max_size=60), st.builds(Folding, st.booleans(), st.booleans(), st.booleans()))
def test_folding_twice_is_folding_once(text, folding):
    once = folded(text, folding)
    assert folded(once, folding) == once

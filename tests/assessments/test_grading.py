from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.grading import (
    BadResponse,
    MultipleChoice,
    SingleChoice,
    TrueFalse,
    UnknownKind,
    chosen_in,
    fraction,
    guess,
    question_of,
    response_of,
    total,
)

SINGLE = SingleChoice(("a", "b", "c", "d"), "c")
SEVERAL = MultipleChoice(("a", "b", "c", "d", "e"), frozenset("ab"))
STATEMENT = TrueFalse("false")


@pytest.mark.parametrize(("chosen", "mark"), [("c", 1), ("a", 0), ("b", 0), ("d", 0), ("", 0)])
def test_one_option_is_right_or_not(chosen, mark):
    assert fraction(SINGLE, frozenset(chosen)) == mark


@pytest.mark.parametrize(
    ("chosen", "mark"),
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
def test_options_that_are_not_right_cancel_ones_that_are(chosen, mark):
    assert fraction(SEVERAL, frozenset(chosen)) == Fraction(mark)


@pytest.mark.parametrize(("chosen", "mark"), [("true", 0), ("false", 1)])
def test_a_statement_holds_or_not(chosen, mark):
    assert fraction(STATEMENT, frozenset([chosen])) == mark


@pytest.mark.parametrize(
    ("question", "chance"),
    [
        (SINGLE, Fraction(1, 4)),
        (SingleChoice(("a", "b"), "a"), Fraction(1, 2)),
        (SEVERAL, Fraction(1, 10)),
        (STATEMENT, Fraction(1, 2)),
    ],
)
def test_the_chance_of_guessing_follows_the_kind(question, chance):
    assert guess(question) == chance


@pytest.mark.parametrize(
    ("question", "values", "reason"),
    [
        (SINGLE, [], "nothing"),
        (SEVERAL, [], "nothing"),
        (STATEMENT, [], "nothing"),
        (SINGLE, ["x"], "unknown"),
        (SEVERAL, ["a", "x"], "unknown"),
        (STATEMENT, ["maybe"], "unknown"),
        (SINGLE, ["a", "b"], "several"),
        (STATEMENT, ["true", "false"], "several"),
    ],
)
def test_what_a_question_cannot_take_is_refused(question, values, reason):
    with pytest.raises(BadResponse) as refused:
        response_of(question, values)
    assert refused.value.reason == reason


def test_a_response_is_kept_in_the_order_of_the_question():
    assert response_of(SEVERAL, ["e", "a", "e"]) == {"chosen": ["a", "e"]}
    assert chosen_in({"chosen": ["a", "e"]}) == {"a", "e"}


def data(kind, keys, right):
    return {"kind": kind, "options": [{"key": key, "right": key in right} for key in keys]}


def test_a_question_is_made_of_a_versions_data():
    assert question_of(data("single", "abcd", "c")) == SINGLE
    assert question_of(data("multiple", "abcde", "ab")) == SEVERAL
    assert question_of(data("true-false", ["true", "false"], ["false"])) == STATEMENT


@pytest.mark.parametrize(
    "broken",
    [
        data("single", "abc", ""),
        data("single", "abc", "ab"),
        data("multiple", "abc", ""),
        data("true-false", ["true", "false"], ["true", "false"]),
    ],
)
def test_a_broken_question_is_not_scored(broken):
    with pytest.raises(ValueError, match="right"):
        question_of(broken)


def test_a_kind_nobody_knows_is_said():
    with pytest.raises(UnknownKind):
        question_of(data("essay", "ab", "a"))
    with pytest.raises(UnknownKind):
        fraction("a text", frozenset())
    with pytest.raises(UnknownKind):
        guess("a text")
    with pytest.raises(UnknownKind):
        response_of("a text", [])


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
    mark = fraction(question, chosen)
    assert 0 <= mark <= 1
    assert (mark == 1) == (chosen == question.right)
    assert 0 < guess(question) < 1


@given(answered())
def test_the_order_of_options_never_matters(case):
    question, chosen, order = case
    shuffled = MultipleChoice(tuple(order), question.right)
    assert fraction(shuffled, chosen) == fraction(question, chosen)
    kept = response_of(question, chosen)
    assert chosen_in(kept) == chosen_in(response_of(shuffled, chosen))


@given(answered(), st.data())
def test_a_right_option_more_never_costs_and_a_wrong_one_never_earns(case, data):
    question, chosen, _order = case
    more = data.draw(st.sampled_from(question.options))
    before, after = fraction(question, chosen), fraction(question, chosen | {more})
    assert after >= before if more in question.right else after <= before

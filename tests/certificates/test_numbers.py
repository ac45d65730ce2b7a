"""Numbers that people can type, and slips that are noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.numbers import ALPHABET, new_number, tidy

NUMBER = "D4G7-JCUZ-ZZP9-6F2S"


def test_a_number_is_four_groups_of_signs_without_look_alikes():
    numbers = {new_number() for _each in range(200)}
    assert len(numbers) == 200
    for number in numbers:
        assert [len(group) for group in number.split("-")] == [4, 4, 4, 4]
        assert not set(number) & set("01ILO")
        assert tidy(number) == number


@pytest.mark.parametrize(
    "typed",
    [NUMBER.lower(), NUMBER.replace("-", ""), NUMBER.replace("-", " "), f"  {NUMBER}\n"],
)
def test_it_may_be_typed_as_one_likes(typed):
    assert tidy(typed) == NUMBER


@given(place=st.integers(0, 15), sign=st.sampled_from(ALPHABET))
def test_every_wrong_sign_is_noticed(place, sign):
    signs = list(NUMBER.replace("-", ""))
    is_same = signs[place] == sign
    signs[place] = sign
    assert bool(tidy("".join(signs))) == is_same


@given(first=st.integers(0, 15), second=st.integers(0, 15))
def test_every_two_signs_changed_over_are_noticed(first, second):
    signs = list(NUMBER.replace("-", ""))
    is_same = signs[first] == signs[second]
    signs[first], signs[second] = signs[second], signs[first]
    assert bool(tidy("".join(signs))) == is_same


@pytest.mark.parametrize(
    "typed",
    ["", "-", "K7QM", NUMBER[:-1], NUMBER + "A", "<script>", "\0" * 16, "ā" * 16, "2" * 10_000],
)
def test_anything_else_is_no_number(typed):
    assert tidy(typed) == ""


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(typed):
    assert tidy(typed) in {"", tidy(typed)}

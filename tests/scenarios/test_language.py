"""Guards and effects: what they mean, and that only their own error escapes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.language import (
    MAX_NUMBER,
    LanguageError,
    amount,
    holds,
    parse_effect,
    parse_guard,
    parts,
)

VALUES = {"trust": 4, "days-left": 2, "turns": 7, "visits": 0}


@pytest.mark.parametrize(
    ("guard", "true"),
    [
        ("trust >= 4", True),
        ("trust > 4", False),
        ("trust == 4 and days-left == 2", True),
        ("trust = = 4", None),
        ("trust != 4 or days-left < 3", True),
        ("not trust < 4", True),
        ("not (trust < 4 or days-left > 1)", False),
        ("not not trust == 4", True),
        ("trust - 1 == 3", True),
        ("trust + days-left * 2 == 8", True),
        ("(trust + days-left) * 2 == 12", True),
        ("-trust < 0", True),
        ("2 - -2 == trust", True),
        ("trust < 1 or trust > 3 and days-left == 2", True),
        ("(trust < 1 or trust > 3) and days-left == 3", False),
        ("seen('kitchen')", True),
        ('seen("attic")', False),
        ("chose('door/greet') and not chose('door/push')", True),
        ("  trust\n>=\t4 ", True),
        ("visits('kitchen') == 2", True),
        ("visits('attic') > 0 or visits('kitchen') * 2 < 4", False),
        ("turns == 7", True),
        ("turns > trust + days-left and turns < 8", True),
        ("visits > 0", False),
    ],
)
def test_what_a_guard_means(guard, true):
    if true is None:
        with pytest.raises(LanguageError):
            parse_guard(guard)
        return
    assert holds(parse_guard(guard), VALUES, {"kitchen": 2}, {"door/greet"}) is true


@pytest.mark.parametrize(
    ("guard", "column", "words"),
    [
        ("", 1, "empty"),
        ("trust", 1, "neither true nor false"),
        ("trust and seen('a')", 1, "neither true nor false"),
        ("seen('a') and trust", 15, "neither true nor false"),
        ("not trust", 5, "neither true nor false"),
        ("trust >=", 9, "too early"),
        ("trust = 4", 7, "“==”"),
        ("1 < trust < 4", 11, "“and”"),
        ("seen('a') + 1 == 2", 1, "a number"),
        ("(trust > 1", 11, "missing"),
        ("trust > 1)", 10, "not expected"),
        ("trust > 1 days-left > 2", 11, "not expected"),
        ("Trust > 1", 1, "no meaning"),
        ("trust & 1", 7, "no meaning"),
        ("trust > 1.5", 10, "no meaning"),
        ("seen(kitchen)", 6, "quotes"),
        ("seen('a/b')", 6, "seen('scene')"),
        ("chose('a')", 7, "chose('scene/choice')"),
        ("seen('A')", 6, "seen('scene')"),
        ("seen 'a'", 6, "missing"),
        ("visits(kitchen) > 1", 8, "quotes"),
        ("visits('a/b') > 1", 8, "visits('scene')"),
        ("visits('kitchen')", 1, "neither true nor false"),
        ("and > 1", 1, "expected"),
        ("trust > 1000001", 9, "up to"),
        ("trust > " + "9" * 400, 9, "up to"),
        ("(" * 21 + "trust > 1" + ")" * 21, 22, "deeper"),
        ("not " * 30 + "seen('a')", 85, "deeper"),
        ("-" * 60 + "1 > 0", 22, "deeper"),
        ("trust > 1 " + " " * 500, 501, "longer"),
        ("__import__('os')", 1, "no meaning"),
    ],
)
def test_an_error_tells_the_column(guard, column, words):
    with pytest.raises(LanguageError) as caught:
        parse_guard(guard)
    assert caught.value.column == column
    assert words in caught.value.reason


@pytest.mark.parametrize(
    ("text", "variable", "result"),
    [
        ("trust + 1", "trust", 5),
        ("trust - 2", "trust", 2),
        ("trust * 3", "trust", 12),
        ("trust-left = 3", "trust-left", 3),
        ("trust = -3", "trust", -3),
        (" trust+1 ", "trust", 5),
        ("trust + 1 + 1", "trust", 6),
        ("trust - -1", "trust", 5),
        ("trust + days-left * 2", "trust", 8),
        ("days-left = days-left * (trust - 1) - turns", "days-left", -1),
        ("trust = visits('kitchen')", "trust", 2),
        ("visits = 3", "visits", 3),
    ],
)
def test_what_an_effect_makes_of_a_variable(text, variable, result):
    effect = parse_effect(text)
    assert effect.variable == variable
    assert amount(effect.value, VALUES, {"kitchen": 2}) == result


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("1 + trust", 1),
        ("trust", 6),
        ("trust + ", 9),
        ("trust / 2", 7),
        ("trust == 2", 7),
        ("trust = = 2", 9),
        ("trust + 1 > 2", 11),
        ("trust = seen('a')", 9),
        ("trust = trust > 1", 15),
        ("trust + 1, days-left - 1", 10),
        ("not + 1", 1),
        ("seen('a') + 1", 1),
        ("trust = 1 days-left = 2", 11),
        ("trust + " + "(" * 21 + "1" + ")" * 21, 30),
    ],
)
def test_a_wrong_effect_tells_the_column(text, column):
    with pytest.raises(LanguageError) as caught:
        parse_effect(text)
    assert caught.value.column == column


def test_arithmetic_stays_within_bounds():
    sum_of = " + ".join(["trust"] * 60)
    guard = parse_guard(f"trust * {MAX_NUMBER} * {MAX_NUMBER} == {MAX_NUMBER}")
    assert holds(guard, VALUES)
    assert holds(parse_guard(f"{sum_of} == 240"), VALUES)
    assert holds(parse_guard(f"-trust * {MAX_NUMBER} * 9 == -{MAX_NUMBER}"), VALUES)


PIECES = st.sampled_from(  # one word each
    [
        "and",
        "or",
        "not",
        "seen",
        "chose",
        "visits",
        "turns",
        "trust",
        "days-left",
        "(",
        ")",
        "(",
        ")",
        "+",
        "-",
        "*",
        "<",
        "<=",
        "==",
        "!=",
        ">",
        ">=",
        "=",
        "1",
        "42",
        "'kitchen'",
        "'door/greet'",
        "'",
        '"',
        "é",
        "1_0",
        "`",
        "\x00",
        "0x1",
        "lambda",
    ]
)


@given(st.one_of(st.text(max_size=600), st.lists(PIECES, max_size=60).map(" ".join)))
def test_only_its_own_error_escapes(text):
    columns = []
    for parse in (parse_guard, parse_effect):
        try:
            parsed = parse(text)
        except LanguageError as error:
            columns.append(error.column)
            continue
        if parse is parse_guard:
            names = {part.key: 3 for part in parts(parsed) if hasattr(part, "key")}
            assert holds(parsed, names) in (True, False)
        else:
            names = {part.key: 3 for part in parts(parsed.value) if hasattr(part, "key")}
            assert abs(amount(parsed.value, names)) <= MAX_NUMBER
    assert all(1 <= column <= 601 for column in columns)


def numbers(depth):
    leaf = st.one_of(st.integers(0, 50).map(str), st.sampled_from(["trust", "days-left"]))
    if depth == 0:
        return leaf
    inner = numbers(depth - 1)
    return st.one_of(
        leaf,
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
    )


@given(numbers(4), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), numbers(4))
def test_numbers_mean_what_they_mean_in_python(left, sign, right):
    text = f"{left} {sign} {right}"
    if len(text) > 500:
        return
    guard = parse_guard(text)
    python = text.replace("days-left", "days_left")
    if max(abs(amount(guard.left, VALUES)), abs(amount(guard.right, VALUES))) < MAX_NUMBER:
        assert holds(guard, VALUES) is eval(python, {"trust": 4, "days_left": 2})  # noqa: S307

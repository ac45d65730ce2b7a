"""Whatever is thrown at the readers of texts, only their own errors come out."""

import copy
import datetime
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content import svg
from content.packs import document, runner
from content.packs.registry import Pack, PackError
from scenarios.language import LanguageError, parse_effect, parse_guard

pytestmark = pytest.mark.slow
long = settings(
    max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
words = st.sampled_from(
    ["trust", ">=", "<", "4", "and", "or", "not", "(", ")", "seen", "'kitchen'", "+", "-", "=", " "]
)
fences = st.sampled_from(
    [
        "+++", "\n", ":::", " text {#a}", " callout {#b tone=\"note\"}", "key = \"x\"", "- a", "## b",
        "**", "[c](term:d)", "\x00", "ā", "[[options]]", "{#", "}", "\"", "<script>",
    ]
)  # fmt: skip
elements = st.sampled_from(
    [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">", "</svg>", "<g>", "</g>",
        "<text data-label=\"a\"/>", "<script>", "onload=\"x\"", "<!DOCTYPE a [<!ENTITY b \"c\">]>",
        "&b;", "<image href=\"x\"/>", "style=\"fill:url(x)\"", "\x00", "<path d=\"M0 0\"/>",
    ]
)  # fmt: skip


@long
@given(st.one_of(st.text(max_size=80), st.lists(words, max_size=12).map(" ".join)))
def test_guards_and_effects(text: str) -> None:
    for parse in (parse_guard, parse_effect):
        try:
            parse(text)
        except LanguageError as error:
            assert str(error)


@long
@given(st.one_of(st.text(max_size=300), st.lists(fences, max_size=25).map("\n".join)))
def test_documents(text: str) -> None:
    try:
        found = document.parse(text, "lesson.lv.md")
    except PackError as error:
        assert error.problems
    else:
        assert document.parse(document.compose(found), "lesson.lv.md") == found


@long
@given(st.one_of(st.text(max_size=200), st.lists(elements, max_size=12).map("".join)))
def test_pictures(text: str) -> None:
    try:
        labels = svg.labels(text)
    except svg.BadSvg as error:
        assert str(error)
    else:
        drawn = svg.draw(text, id="i", title="t", texts=dict.fromkeys(labels, "x"))
        assert "script" not in drawn


# What may stand where something else belongs, in any table of a pack.
VALUES: list[Any] = [
    *(5, -1, 1.5, float("nan"), 10**30, True, "", "x", "Ā ž", "x" * 20_000, [], [1], ["x"], [[]]),
    *([{}], [{"key": []}], {}, {"lv": 1}, {"lv": "x"}, {"lv": [], "en": {}}, {"x": 1}),
    *(datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1), datetime.time(1, 2)),
]
TILTS = Path(__file__).resolve().parents[1] / "content" / "packs" / "tilts"


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a table, of lists only the first two."""
    if above:
        yield above
    parts = value.items() if isinstance(value, dict) else ()
    parts = list(enumerate(value))[:2] if isinstance(value, list) else parts
    for name, part in parts:
        yield from places(part, (*above, name))


@pytest.mark.django_db
def test_tables_of_a_pack() -> None:
    whole = runner.read(TILTS)
    tables = {file: table for file, table in whole.tables.items() if "scenario" not in file}
    every = [(file, place) for file, table in tables.items() for place in places(table)]
    chance = random.Random(1)  # noqa: S311
    for file, place in chance.sample(every, min(len(every), 400)):
        for value in [None, *chance.sample(VALUES, 3)]:
            table = copy.deepcopy(tables[file])
            inside: Any = table
            for name in place[:-1]:
                inside = inside[name]
            if value is None:
                del inside[place[-1]]
            else:
                inside[place[-1]] = value
            files = {name: text for name, text in whole.files.items() if "scenario" not in name}
            broken = Pack(whole.uuid, whole.key, files, {**tables, file: table})
            for problem in runner.check(broken):
                assert problem.file in whole.files, problem
                assert problem.where, problem
                assert problem.reason, problem

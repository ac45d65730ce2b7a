"""Whatever is thrown at the readers of texts, only their own errors come out."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content import svg
from content.packs import document
from content.packs.registry import PackError
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

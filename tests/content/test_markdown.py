"""The little Markdown: what it reads, what it refuses, and that nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.packs import markdown
from content.packs.html import PAPER, from_html, to_html
from content.packs.markdown import MarkdownError
from content.packs.runs import Link, Part, Run, tidied


def html(text: str) -> str:
    return to_html(markdown.read(text), PAPER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Viens.\n\nDivi.", "<p>Viens.</p><p>Divi.</p>"),
        ("pirmā\notrā", "<p>pirmā otrā</p>"),
        ("pirmā\\\notrā", "<p>pirmā<br/>otrā</p>"),
        ("## Virsraksts\n### Mazāks", "<h2>Virsraksts</h2><h3>Mazāks</h3>"),
        ("- a\n- b\n  tālāk", "<ul><li>a</li><li>b tālāk</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("- a\n\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("**Stop.**tagad", "<p><b>Stop.</b>tagad</p>"),
        ("*a **b** c*", "<p><i>a </i><b><i>b</i></b><i> c</i></p>"),
        ("2 * 3 = 6", "<p>2 * 3 = 6</p>"),
        (r"\*zvaigzne\* \< \[", "<p>*zvaigzne* &lt; [</p>"),
        ("[a](https://likumi.lv/x)", '<p><a href="https://likumi.lv/x">a</a></p>'),
        ("[a](term:burn-out)", '<p><a linktype="term" key="burn-out">a</a></p>'),
        ("[a](page:m/l)", '<p><a linktype="page" id="m/l">a</a></p>'),
        ("**[a](mailto:a@b.lv)**", '<p><a href="mailto:a@b.lv"><b>a</b></a></p>'),
        ("[nav saite] (te)", "<p>[nav saite] (te)</p>"),
        ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
    ],
)
def test_what_it_reads(text, expected):
    assert html(text) == expected
    assert from_html(expected, PAPER) == markdown.read(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("labi\n\n<b>HTML</b>", 2),
        ("<!-- x -->", 0),
        ("![attēls](https://x.lv/a.png)", 0),
        ("labi\n\n# par lielu", 2),
        ("#### par mazu", 0),
        ("| a | b |", 0),
        ("> citāts", 0),
        ("* a", 0),
        ("`kods`", 0),
        ("- a\n  - b", 1),
        ("- a\n\n  vēl rindkopa", 2),
        ("**nav beigu", 0),
        ("pirmā\n[a](javascript:alert(1))", 1),
        ("[a](javascript:alert%281%29)", 0),
        ("[a](data:text/html,x)", 0),
        ("[a](//evil.example)", 0),
        ("[a](/lv/)", 0),
        ("[a](page:../../etc)", 0),
        ("[a [b](term:c)](term:d)", 0),
        ("[a](https://x.lv/A_(b))", 0),
        ("*****a", 0),
    ],
)
def test_what_it_refuses_and_where(text, line):
    with pytest.raises(MarkdownError) as error:
        markdown.read(text)
    assert error.value.line == line


links = st.sampled_from(
    [
        None,
        None,
        Link("term", "a"),
        Link("page", "b/c"),
        Link("source", "d"),
        Link("url", "https://x.lv/?a=1&b=2"),
    ]
)
texts = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab *_[]()<>\\`!#-+.1:|~=&;\n\t\u00a0\"'"),
        st.characters(codec="utf-8"),
    ),
    max_size=8,
)
runs = st.lists(st.builds(Run, texts, st.booleans(), st.booleans(), links), max_size=5).map(tuple)
parts = st.lists(
    st.one_of(
        st.builds(Part, st.sampled_from(["p", "h2", "h3"]), st.tuples(runs)),
        st.builds(Part, st.sampled_from(["ul", "ol"]), st.lists(runs, max_size=3).map(tuple)),
    ),
    max_size=4,
)


@given(parts)
def test_whatever_is_written_reads_back_the_same(parts):
    tidy = tidied(parts)
    assert tidied(tidy) == tidy
    assert markdown.read(markdown.write(tidy)) == tidy
    for part in tidy:
        for item in part.items:
            assert markdown.read_inline(markdown.write_inline(item)) == item


@given(parts)
def test_stored_html_says_the_same(parts):
    tidy = tidied(parts)
    assert from_html(to_html(tidy, PAPER), PAPER) == tidy


@given(st.text(alphabet="*ab []()\\\n", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        tidy = markdown.read(text)
    except MarkdownError:
        return
    assert markdown.read(markdown.write(tidy)) == tidy


def test_hostile_lengths_take_no_time():
    markdown.read("[" * 20_000)
    with pytest.raises(MarkdownError):
        markdown.read("a" + "*" * 50_001)


def test_what_editors_paste_becomes_what_a_pack_can_hold():
    pasted = (
        '<p data-block-key="x">Viens</p><ul><li>a<ul><li>b</li></ul></li></ul>'
        '<h4>Maziņš</h4><p></p><p><strong>stiprs</strong> <em> slīps</em></p><embed embedtype="image" id="1"/>'
    )
    parts = from_html(pasted, PAPER)
    assert markdown.write(parts) == "Viens\n\n- a\n- b\n\nMaziņš\n\n**stiprs** *slīps*"

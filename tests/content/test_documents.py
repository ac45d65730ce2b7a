"""Pack texts: documents, tables, blocks; one canonical form, errors with their place."""

import datetime
import string
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.packs import document, stream, tables
from content.packs.document import Block, Document
from content.packs.html import PAPER
from content.packs.registry import PackError

FRONT = '+++\nkey = "x"\n+++\n'


def problems(text: str) -> list[str]:
    with pytest.raises(PackError) as error:
        stream.to_stream(document.parse(text, "a.md").blocks, PAPER, "a.md")
    return [str(problem) for problem in error.value.problems]


BLOCKS = {
    "text": "::: text {#a}\n## Virsraksts\n\nTeksts.\n:::",
    "callout": '::: callout {#a tone="note" title="„Virsraksts” \\"x\\""}\n- a\n- b\n:::',
    "steps": '::: steps {#a title="T"}\n1. **Īsi.** gari\n2. b\n:::',
    "compare": '::: compare {#a title="T"}\n### do\n\n- a\n\n### avoid\n\n- b\n:::',
    "example": '::: example {#a title="T" setting="prison"}\nTeksts.\n:::',
    "checklist": '::: checklist {#a title="T"}\n- a\n- b\n:::',
    "quote": '::: quote {#a source="s" by="Kāds"}\nVārdi.\n:::',
    "figure": '::: figure {#a src="b.svg"}\ntitle = "T"\ncaption = "C"\ndescription = "D"\n\n[labels]\nz = "1"\na = "2"\n:::',
    "table": '::: table {#a}\ncaption = "C"\nheader = ["A", "B"]\nrows = [\n    ["**a**", "b"],\n]\n:::',
    "self-check": (
        '::: self-check {#a}\nprompt = "P"\nexplanation = "E"\n\n[[options]]\nkey = "y"\ntext = "Jā"\n'
        'right = true\nfeedback = "Labi."\n\n[[options]]\nkey = "n"\ntext = "Nē"\nright = false\nfeedback = "Nu."\n:::'
    ),
    "private-check": (
        '::: private-check {#a}\ntitle = "T"\nintro = "I"\nscale = ["nē", "jā"]\n\n[[statements]]\nkey = "s"\n'
        'text = "S"\n\n[[results]]\nfrom = 0\ntext = "R"\n\n[[results]]\nfrom = 1\ntext = "Q"\n:::'
    ),
    "sources": '::: sources {#a}\n[[items]]\nsource = "s"\nsection = "1.2"\npages = "18–19"\nnote = "*N*"\n:::',
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_every_kind_is_written_as_it_was_read(kind):
    text = f"{FRONT}\n{BLOCKS[kind]}\n"
    found = document.parse(text, "a.md")
    assert [block.kind for block in found.blocks] == [kind]
    assert document.compose(Document(found.front, stream.canonical(found.blocks, "a.md"))) == text


def test_every_kind_has_a_block_and_the_other_way_round():
    from content.blocks import body_blocks

    assert set(BLOCKS) == set(stream.KINDS)
    assert {stream.pack_kind(name) for name in body_blocks().child_blocks} == set(stream.KINDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bez sākuma", "a.md: line 1: the page does not begin"),
        ("+++\nkey = 1", "a.md: line 1: the front matter is not closed"),
        ("+++\na = 1\nkey = \n+++\n", "a.md: line 3: TOML"),
        (f"{FRONT}\nteksts ārpus", "a.md: line 5: text outside a block"),
        (f"{FRONT}\n::: text {{#a}}\nx", "a.md: line 5: the block is not closed"),
        (
            f"{FRONT}\n::: text {{#a}}\nx\n::: text {{#b}}\ny\n:::",
            "the block opened on line 5 is not closed",
        ),
        (f"{FRONT}\n::: text\nx\n:::", "a.md: line 5: a block opens as"),
        (f"{FRONT}\n::: text {{}}\nx\n:::", "the block has no {#id}"),
        (f"{FRONT}\n::: text {{#A_b}}\nx\n:::", "the id 'A_b' is not"),
        (
            f"{FRONT}\n::: text {{#a}}\nx\n:::\n::: text {{#a}}\ny\n:::",
            "line 8: the id a is used on line 5",
        ),
        (f"{FRONT}\n::: text {{#a title=x}}\nx\n:::", "cannot read 'title=x'"),
        (f'{FRONT}\n::: callout {{#a tone="loud" title="t"}}\nx\n:::', "line 5, a: tone is 'loud'"),
        (f'{FRONT}\n::: callout {{#a tone="note"}}\nx\n:::', "line 5, a: title is missing"),
        (f'{FRONT}\n::: text {{#a by="x"}}\nx\n:::', "text has no attribute 'by'"),
        (f"{FRONT}\n::: poem {{#a}}\nx\n:::", "there is no block 'poem'"),
        (f"{FRONT}\n::: text {{#a}}\n:::", "line 5, a: the block is empty"),
        (f"{FRONT}\n::: text {{#a}}\nlabi\n\n<b>slikti</b>\n:::", "line 8, a: no HTML"),
        (f'{FRONT}\n::: example {{#a title="t"}}\n## v\n:::', "headings stand in text blocks"),
        (f'{FRONT}\n::: steps {{#a title="t"}}\nteksts\n:::', "the body is one list"),
        (f'{FRONT}\n::: compare {{#a title="t"}}\n### do\n- a\n:::', "the body is ### do"),
        (
            f'{FRONT}\n::: table {{#a}}\ncaption = "c"\nheader = ["a", "b"]\nrows = [["x"]]\n:::',
            "rows 1: 2 texts",
        ),
        (f'{FRONT}\n::: self-check {{#a}}\nprompt = "p"\n:::', "explanation must be a text"),
        (
            f'{FRONT}\n::: sources {{#a}}\n[[items]]\npages = 18\nsource = "s"\n:::',
            "pages must be a text",
        ),
        (f'{FRONT}\n::: figure {{#a src="b.svg"}}\ntitle = 1\n:::', "title must be a text"),
        (f'{FRONT}\n::: figure {{#a src="b.svg"}}\nx = [\n:::', "a.md: line "),
    ],
)
def test_what_is_wrong_and_where(text, expected):
    assert any(expected in problem for problem in problems(text)), problems(text)


def test_a_self_check_has_one_right_answer():
    text = FRONT + BLOCKS["self-check"].replace("right = false", "right = true")
    assert "one of them right" in problems(text)[0]


def test_translations_must_have_the_same_blocks_and_keys():
    ours = document.parse(
        FRONT + BLOCKS["text"] + "\n" + BLOCKS["steps"].replace("#a", "#b"), "a"
    ).blocks
    same = stream.check_translation(ours, ours, "a.en.md")
    assert list(same) == []
    (problem,) = stream.check_translation(ours, ours[::-1], "a.en.md")
    assert "has steps b where the Latvian text has text a" in str(problem)
    check = document.parse(FRONT + BLOCKS["self-check"], "a").blocks
    other = document.parse(
        FRONT + BLOCKS["self-check"].replace('key = "n"', 'key = "m"'), "a"
    ).blocks
    (problem,) = stream.check_translation(check, other, "a.en.md")
    assert "keys differ" in str(problem)


# One canonical text -----------------------------------------------------------------------

keys = st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=6)
words = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30
)  # a zero byte is refused: databases take none
scalars = st.one_of(
    words,
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(datetime.date(1900, 1, 1)),
    st.fixed_dictionaries({"lv": words, "en": words}),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(st.one_of(words, st.integers()), max_size=4),
        st.dictionaries(keys, inner, max_size=4),
        st.lists(st.dictionaries(keys, inner, max_size=3), max_size=3),
    ),
    max_leaves=12,
)


@given(st.dictionaries(keys, values, max_size=6))
def test_tables_read_back_and_are_written_the_same(data):
    text = tables.dump_toml(data)
    tomllib.loads(text)
    again = tables.parse(text, "x.toml")
    assert tables.tidy(again) == tables.tidy(data)
    assert tables.dump_toml(again) == text


@given(st.dictionaries(keys, values, max_size=5), st.randoms())
def test_the_order_of_keys_is_the_authors_no_longer(data, random):
    shuffled = list(data.items())
    random.shuffle(shuffled)
    assert tables.dump_toml(dict(shuffled)) == tables.dump_toml(data)


def test_how_a_table_looks():
    data = {
        "options": [{"text": {"lv": "Jā", "en": "Yes"}, "key": "y", "right": False}],
        "competences": [{"key": "self-care", "weight": 1}],
        "title": {"en": "T", "lv": "V"},
        "note": "",
        "critical": False,
        "checked_on": datetime.date(2026, 11, 22),
        "text": "viena\notra",
    }
    assert tables.dump_toml(data) == (
        'title.lv = "V"\ntitle.en = "T"\ntext = """\nviena\notra\n"""\n'
        'competences = [{ key = "self-care", weight = 1.0 }]\nchecked_on = 2026-11-22\n'
        '\n[[options]]\nkey = "y"\ntext.lv = "Jā"\ntext.en = "Yes"\nright = false\n'
    )


prose = words.filter(lambda text: bool(text.strip()))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents as editors' text could make them: any words in rich text, titles, TOML."""
    from content.packs import markdown
    from content.packs.runs import Part, Run, tidied

    blocks = []
    for number in range(draw(st.integers(0, 3))):
        words_of = [draw(prose) for _ in range(3)]
        parts = tidied([Part("p", ((Run(text, draw(st.booleans())),),)) for text in words_of])
        body = markdown.write(parts)
        if not body:
            continue
        title = " ".join(draw(prose).split()) or "t"
        if draw(st.booleans()):
            blocks.append(Block("callout", f"b-{number}", {"tone": "note", "title": title}, body))
        else:
            rows = [{"source": "s", "note": markdown.write_inline(part.items[0])} for part in parts]
            blocks.append(Block("sources", f"b-{number}", {}, tables.dump_toml({"items": rows})))
    return Document({"key": "x", "title": draw(prose)}, blocks)


@settings(max_examples=150)
@given(documents())
def test_a_document_survives_any_words(found):
    once = document.compose(Document(found.front, stream.canonical(found.blocks)))
    again = document.parse(once, "a.md")
    assert document.compose(Document(again.front, stream.canonical(again.blocks))) == once

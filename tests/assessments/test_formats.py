"""Questions to and from other systems: what the formats know comes back as it went."""

import copy

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assessments import grading
from assessments.formats import FORMATS, BadFile, common, format_of, gift, moodle, tables
from assessments.formats.common import blank, from_html
from content.bilingual import both

MOODLE_KNOWS = {
    "single", "multiple", "true-false", "matching", "ordering", "number", "short-text", "cloze"
}  # fmt: skip
GIFT_KNOWS = {"single", "multiple", "true-false", "matching", "number", "short-text"}

# Questions of every kind ----------------------------------------------------------------

TRICKY = "aAāčģšž0 <>&=~#{}:;\\[]%*'\"|/+-@,._→é"
line = st.text(TRICKY, min_size=1, max_size=10).map(lambda text: " ".join(text.split()))
said_line = st.builds(both, line.filter(bool), line.filter(bool))
some = st.one_of(st.just(both("", "")), said_line)
word = line.filter(lambda text: text and "|" not in text and "*" not in text and "'" not in text)
belief = st.one_of(st.just(""), st.from_regex(r"\A[a-z]{2,8}\Z"))
number = st.decimals(-500, 500, places=2).map(lambda value: f"{value.normalize():f}")
tolerance = st.decimals(0, 50, places=1).map(lambda value: f"{value.normalize():f}")
folds = st.lists(
    st.sampled_from(["case", "diacritics", "punctuation"]), unique=True, max_size=3
).map(sorted)
texts_apart = st.lists(said_line, min_size=3, max_size=5, unique_by=lambda said: said["lv"])


@st.composite
def heads(draw, kind):
    return blank(kind) | {
        "key": draw(st.from_regex(r"\A[a-z]{1,6}/[a-z]{1,9}\Z")),
        "stem": draw(said_line),
        "explanation": draw(some),
        "competences": draw(
            st.lists(
                st.builds(
                    lambda key, weight: {"key": key, "weight": weight},
                    st.sampled_from(["self-care", "ethics", "alliance"]),
                    st.sampled_from(["1", "0.5", "2"]),
                ),
                max_size=3,
                unique_by=lambda given: given["key"],
            )
        ),
        "difficulty": draw(st.sampled_from([1, 2, 3])),
        "critical": draw(st.booleans()),
        "needs_review": draw(st.booleans()),
        "applies": draw(st.sampled_from(["both", "prison", "municipal"])),
        "source": draw(
            st.sampled_from(
                [
                    {"key": "", "section": "", "pages": ""},
                    {"key": "handbook", "section": "1.2", "pages": "19-20"},
                ]
            )
        ),
        "topics": draw(st.lists(st.sampled_from(["rest", "load"]), unique=True)),
    }


@st.composite
def options(draw, right):
    said = draw(texts_apart)
    return [
        {
            "key": "abcdefg"[place],
            "right": place in right,
            "text": each,
            "feedback": draw(some),
            "misconception": draw(belief),
        }
        for place, each in enumerate(said)
    ]


@st.composite
def bodies(draw, kind):
    match kind:
        case "matching":
            left, right = draw(texts_apart), draw(texts_apart)
            names = [f"r{place}" for place in range(1, len(right) + 1)]
            pairs = {f"l{place}": draw(st.sampled_from(names)) for place in range(1, len(left) + 1)}
            return {
                "left": [
                    {"key": key, "text": said, "feedback": both("", "")}
                    for key, said in zip(pairs, left, strict=True)
                ],
                "right": [
                    {"key": key, "text": said, "feedback": both("", ""), "misconception": ""}
                    for key, said in zip(names, right, strict=True)
                ],
                "pairs": pairs,
            }
        case "ordering":
            said = draw(texts_apart)
            items = [
                {"key": f"i{place}", "text": each, "feedback": draw(some)}
                for place, each in enumerate(said, start=1)
            ]
            return {"items": items, "order": [item["key"] for item in items]}
        case "grouping":
            items = draw(texts_apart)
            return {
                "groups": [{"key": f"g{n}", "text": draw(said_line)} for n in (1, 2)],
                "items": [
                    {"key": f"i{place}", "text": said, "feedback": draw(some)}
                    | ({"elsewhere": draw(said_line)} if place % 2 else {})
                    for place, said in enumerate(items)
                ],
                "belongs": {
                    f"i{place}": draw(st.sampled_from(["g1", "g2"])) for place in range(len(items))
                },
            }
        case "cloze":
            return {
                "text": both("Vispirms [[a]], tad [[b]].", "First [[a]], then [[b]]."),
                "gaps": [
                    {"key": key, "mode": "choose", "options": draw(options({place}))}
                    for place, key in enumerate("ab")
                ],
                "fold": draw(folds),
            }
        case "number":
            near = {"value": draw(number), "tolerance": draw(tolerance), "feedback": draw(some)}
            return {
                "value": draw(number),
                "tolerance": draw(tolerance),
                "unit": draw(some),
                "feedback": draw(some),
                "other": draw(some),
                "near": [near | {"misconception": draw(belief)}],
            }
        case "short-text":
            words = draw(st.lists(word, min_size=4, max_size=4, unique=True))
            return {
                "accepted": [
                    {
                        "lv": words[:1],
                        "en": words[1:2],
                        "share": "1",
                        "feedback": draw(said_line),
                    },
                    {"lv": words[2:3], "en": [], "share": "0.5", "feedback": draw(some)},
                ],
                "wrong": [
                    {
                        "lv": words[3:4],
                        "en": words[3:4],
                        "feedback": draw(some),
                        "misconception": draw(belief),
                    }
                ],
                "other": draw(some),
                "fold": draw(folds),
            }
        case "estimate":
            return {
                "value": draw(number),
                "unit": draw(some),
                "year": 2021,
                "said_by": draw(some),
                "near": draw(tolerance),
                "feedback": draw(some),
            }
    return {
        "criteria": [
            {
                "key": "names",
                "name": draw(said_line),
                "levels": [{"points": points, "text": draw(said_line)} for points in (0, 1, 2)],
            }
        ],
        "longest": draw(st.sampled_from([500, 5000])),
        "hint": draw(some),
        "example": draw(some),
    }


@st.composite
def questions(draw, kind):
    data = draw(heads(kind))
    match kind:
        case "single":
            return data | {"options": draw(options({draw(st.integers(0, 2))}))}
        case "multiple":
            right = draw(st.sets(st.integers(0, 2), min_size=1))
            return data | {"options": draw(options(right))}
        case "true-false":
            right = draw(st.booleans())
            return data | {
                "options": [
                    {
                        "key": key,
                        "right": (key == "true") == right,
                        "text": both("", ""),
                        "feedback": draw(some),
                        "misconception": draw(belief),
                    }
                    for key in ("true", "false")
                ]
            }
    return data | {"body": draw(bodies(kind))}


def plain(data):
    """The same question whatever the keys of what may be named anew, and the order of words."""
    data = copy.deepcopy(data)
    body = data.get("body") or {}
    if data["kind"] == "matching":
        right = {row["key"]: row["text"]["lv"] for row in body["right"]}
        left = {row["key"]: row["text"]["lv"] for row in body["left"]}
        return data | {
            "body": {
                "pairs": {left[a]: right[b] for a, b in body["pairs"].items()},
                "right": sorted(right.values()),
            }
        }
    if data["kind"] == "ordering":
        items = {item["key"]: item for item in body["items"]}
        return data | {"body": [items[key] | {"key": ""} for key in body["order"]]}
    if data["kind"] == "cloze":
        for gap in body["gaps"]:
            for option in gap["options"]:
                option.update(key="", feedback="", misconception="")
        body["fold"] = ""
    if any((body.get("hint") or {"": ""}).values()) is False:
        body.pop("hint", None)
    return data


def known_to(formatted, kind):
    return {"moodle": MOODLE_KNOWS, "gift": GIFT_KNOWS, "csv": set(grading.KINDS)}[formatted] >= {
        kind
    }


CASES = [(name, kind) for name in FORMATS for kind in grading.KINDS if known_to(name, kind)]


@pytest.mark.hypothesis  # the plugin does not see what is given inside
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_what_is_written_reads_as_it_was(name, kind):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(questions(kind), min_size=1, max_size=2))
    def holds(given_questions):
        written = FORMATS[name].write(given_questions)
        assume(name != "gift" or not any("->" in note.text for note in written.notes))
        assert format_of("a file", written.text) == name
        found = FORMATS[name].read(written.text, "lv")
        assert found.notes == []
        assert [plain(each.data) for each in found.questions] == [
            plain(each) for each in given_questions
        ]
        for each in found.questions:
            grading.question_of(each.data)

    holds()


def test_what_is_longer_than_a_tag_of_moodles_comes_back_as_it_went():
    options = [
        {
            "key": f"option-{place}",
            "right": place == 0,
            "text": both(f"Atbilde {place}", f"Answer {place}"),
            "feedback": both("", ""),
            "misconception": "" if place == 0 else f"belief  number {place} " + "ļoti gara " * 9,
        }
        for place in range(6)
    ]
    question = blank("single") | {
        "key": "burnout/long",
        "stem": both("Kāpēc?", "Why?"),
        "options": options,
        "competences": [{"key": "c" * 60, "weight": "1"}, {"key": "d" * 60, "weight": "0.5"}],
    }
    written = FORMATS["moodle"].write([question])
    tags = [tag.text or "" for tag in fromstring(written.text).iterfind(".//tag/text")]
    assert len(tags) > 10
    assert max(map(len, tags)) <= common.LONGEST_TAG
    found = FORMATS["moodle"].read(written.text, "lv")
    assert found.notes == []
    assert plain(found.questions[0].data) == plain(question)


@given(st.lists(st.text(min_size=1, max_size=400), max_size=5), st.randoms())
def test_tags_in_parts_become_whole_in_whatever_order_they_come(texts, chance):
    tags = [f"{common.TAG}beliefs={text}" for text in texts]
    parts = common.in_parts(tags)
    assert all(len(part) <= common.LONGEST_TAG for part in parts)
    assert common.joined(parts) == tags
    chance.shuffle(parts)
    assert sorted(common.joined(parts)) == sorted(tags)


def test_a_tag_that_lacks_a_part_stays_in_parts():
    parts = common.in_parts([f"{common.TAG}beliefs={'x' * 200}"])
    assert common.joined(parts[1:]) == parts[1:]


# What other people's files hold ---------------------------------------------------------

MOODLE_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<!-- question: 0 -->
<question type="category"><category><text>$course$/top/Stress</text></category></question>
<question type="multichoice">
  <name><text>Signs</text></name>
  <questiontext format="html"><text><![CDATA[<p>Which <b>two</b> are signs?</p><p><img src="x.png"></p>]]></text></questiontext>
  <generalfeedback format="html"><text></text></generalfeedback>
  <defaultgrade>1.0000000</defaultgrade><hidden>0</hidden><idnumber>stress/signs</idnumber>
  <single>false</single>
  <answer fraction="50" format="html"><text><![CDATA[<p>Poor sleep</p>]]></text><feedback format="html"><text>Yes &amp; common.</text></feedback></answer>
  <answer fraction="50" format="html"><text>Cynicism</text><feedback format="html"><text></text></feedback></answer>
  <answer fraction="-100" format="html"><text>Joy</text><feedback format="html"><text></text></feedback></answer>
  <tags><tag><text>wellbeing</text></tag><tag><text>tilts:competence=self-care:1</text></tag><tag><text>tilts:difficulty=9</text></tag></tags>
</question>
<question type="shortanswer">
  <name><text>Word</text></name><questiontext format="html"><text>One word?</text></questiontext>
  <generalfeedback format="html"><text></text></generalfeedback><usecase>1</usecase>
  <answer fraction="100"><text>burnout</text><feedback format="html"><text></text></feedback></answer>
  <answer fraction="100"><text>burn*</text><feedback format="html"><text></text></feedback></answer>
  <answer fraction="0"><text>*</text><feedback format="html"><text>Not this.</text></feedback></answer>
</question>
<question type="multianswer">
  <name><text>Gaps</text></name>
  <questiontext format="html"><text><![CDATA[Talk in {1:MULTICHOICE:=supervision#Right~the corridor#No} within {2:NUMERICAL:=14:0} days of the {:SA:=event~%50%day}.]]></text></questiontext>
  <generalfeedback format="html"><text></text></generalfeedback>
</question>
<question type="essay"><name><text>Own words</text></name><questiontext format="html"><text>Describe.</text></questiontext><generalfeedback format="html"><text></text></generalfeedback></question>
<question type="ddimageortext"><name><text>Drag</text></name></question>
<question type="numerical"><name><text>Broken</text></name><questiontext format="html"><text>?</text></questiontext>
  <answer fraction="100"><text>many</text></answer></question>
</quiz>"""


def test_a_file_of_moodles_loads_what_is_known_and_lists_the_rest():
    found = moodle.read(MOODLE_FILE, "en")
    signs, word, gaps, own_words = (each.data for each in found.questions)
    assert (signs["kind"], signs["key"]) == ("multiple", "stress/signs")
    assert signs["stem"] == both("", "Which two are signs?")
    assert [option["right"] for option in signs["options"]] == [True, True, False]
    assert signs["options"][0]["feedback"]["en"] == "Yes & common."
    assert signs["competences"] == [{"key": "self-care", "weight": "1"}]
    assert word["body"]["accepted"][0]["en"] == ["burnout"]
    assert word["body"]["fold"] == ["punctuation"]
    assert word["body"]["other"]["en"] == "Not this."
    assert gaps["body"]["text"]["en"] == "Talk in [[g1]] within [[g2]] days of the [[g3]]."
    assert [gap["mode"] for gap in gaps["body"]["gaps"]] == ["choose", "type", "type"]
    assert gaps["body"]["gaps"][1]["accepted"]["en"] == ["14"]
    assert own_words["kind"] == "open"
    notes = [f"{note.place}: {note.text}" for note in found.notes]
    for part in (
        "question 1 (Signs): Plain text was kept; this was left out: img",
        "question 1 (Signs): The tag “wellbeing”",
        "question 1 (Signs): The tag “tilts:difficulty=9”",
        "question 2 (Word): “burn*” was left out",
        "question 4 (Own words): Check the criteria",
        "question 5 (Drag): Questions of Moodle’s type “ddimageortext”",
        "question 6 (Broken): “many” is no number",
    ):
        assert any(note.startswith(part) for note in notes), part
    assert len(notes) == 7


BOMB = """<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<quiz><question type="essay"><name><text>&b;</text></name></question></quiz>"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<quiz><question>", "broken in line 1"),
        (BOMB, "not allowed"),
        ("<html></html>", "no questions"),
    ],
)
def test_what_is_no_file_of_moodles_is_said(text, reason):
    with pytest.raises(BadFile, match=reason):
        moodle.read(text, "lv")


GIFT_FILE = r"""// a comment
$CATEGORY: Stress

::Sky::Who calls\: the lead or you? {
 =You#Right
 ~%50%The lead \{sometimes\}#Half
 ~Nobody
 ####Somebody has to.
}

// [id:stress/true] [tag:tilts:critical]
Rest is work too.{T#No, it is.#Yes.}

Rest after {#14:1} days.

How many? {#3..5}

Match. {
 =crisis -> now
 =plan -> later
 = -> never
}

Name it {=burnout =%50%tired =%0%lazy#Not a word we use.}

Two of three { ~%50%a ~%50%b ~%-100%c }

[html]<p>Own <i>words</i></p>{}

This is no question.

Unfinished {=a
"""


def test_gift_has_no_way_to_write_an_arrow_in_an_answer():
    def told(word):
        accepted = {"lv": ["tad"], "en": [word], "share": "1", "feedback": both("", "")}
        body = {"accepted": [accepted], "wrong": [], "other": both("", ""), "fold": []}
        return gift.write([blank("short-text") | {"stem": both("Kas?", "What?"), "body": body}])

    assert told("then").notes == []
    assert told("plan -> do").text == ""
    assert [note.text for note in told("plan -> do").notes] == [
        "GIFT takes an answer with -> for a pair; the question was left out."
    ]


def test_a_gift_file_loads_what_is_known_and_lists_the_rest():
    found = gift.read(GIFT_FILE, "en")
    kinds = [each.data["kind"] for each in found.questions]
    assert kinds == [
        "single", "true-false", "number", "number", "matching", "short-text", "multiple", "open"
    ]  # fmt: skip
    sky, rest, days, many, match, name, two, own = (each.data for each in found.questions)
    assert sky["stem"]["en"] == "Who calls: the lead or you?"
    assert sky["options"][1]["text"]["en"] == "The lead {sometimes}"
    assert [option["right"] for option in sky["options"]] == [True, False, False]
    assert sky["explanation"]["en"] == "Somebody has to."
    assert (rest["key"], rest["critical"]) == ("stress/true", True)
    assert [option["feedback"]["en"] for option in rest["options"]] == ["Yes.", "No, it is."]
    assert days["stem"]["en"] == "Rest after _____ days."
    assert (days["body"]["value"], days["body"]["tolerance"]) == ("14", "1")
    assert (many["body"]["value"], many["body"]["tolerance"]) == ("4", "1")
    assert len(match["body"]["right"]) == 3
    assert [row["share"] for row in name["body"]["accepted"]] == ["1", "0.5"]
    assert name["body"]["wrong"][0]["feedback"]["en"] == "Not a word we use."
    assert sum(option["right"] for option in two["options"]) == 2
    assert own["stem"]["en"] == "Own words"
    assert [note.place for note in found.notes][-2:] == ["line 30", "line 32"]


def test_a_file_without_a_question_is_said():
    with pytest.raises(BadFile):
        gift.read("// only a comment\n$CATEGORY: x\n", "lv")
    with pytest.raises(BadFile):
        tables.read("a,b\n1,2\n", "lv")
    with pytest.raises(BadFile):
        format_of("a.docx", "PK")


def test_a_table_lists_what_is_wrong_by_row():
    text = (
        "key;part;name;right;lv;en;feedback_lv;feedback_en;belief;value;tolerance;more\n"
        "a/b;question;single;;Vai?;Is it?;;;;;;\n"
        ";option;a;x;Jā;Yes;;;;;;\n"
        ";option;b;;'=1+1;No;;;;;;\n"
        ";banana;b;;;No;;;;;;\n"
        "a/c;question;essay;;Vai?;Is it?;;;;;;\n"
        "a/d;question;number;;Cik?;How many?;;;;;;\n"
        ";number;;;;;;;;many;;\n"
    )
    found = tables.read(text, "lv")
    assert [each.data["key"] for each in found.questions] == ["a/b"]
    assert found.questions[0].data["options"][1]["text"]["lv"] == "=1+1"
    assert [note.place for note in found.notes] == ["row 5", "row 6", "row 7"]


def test_a_spreadsheet_is_given_no_formula():
    question = blank("true-false") | {
        "key": "a/b",
        "stem": both("=HYPERLINK(1)", "@x"),
        "options": [
            {"key": key, "right": key == "true", "text": both("", ""), "feedback": both("-1", "+1"),
             "misconception": ""}
            for key in ("true", "false")
        ],
    }  # fmt: skip
    rows = tables.write([question]).text.split("\r\n")
    assert "'=HYPERLINK(1),'@x" in rows[1]
    assert "'-1,'+1" in rows[2]


@pytest.mark.parametrize(("name", "kind"), [
    ("moodle", "grouping"), ("moodle", "estimate"), ("gift", "ordering"), ("gift", "cloze"),
])  # fmt: skip
def test_a_kind_that_a_format_does_not_know_is_listed(name, kind):
    written = FORMATS[name].write([blank(kind) | {"key": "a/b", "body": {"gaps": []}}])
    if (name, kind) != ("moodle", "cloze"):
        assert [note.place for note in written.notes] == ["a/b"]


@pytest.mark.parametrize(
    ("markup", "said", "lost"),
    [
        ("plain", both("plain", ""), set()),
        ("<p>one</p><p>two<br>three</p>", both("one\n\ntwo\nthree", ""), set()),
        ("a <script>alert(1)</script>b", both("a b", ""), set()),
        (
            '<span lang="lv" class="multilang">Jā &amp; nē</span><span class="multilang" lang="en">Yes</span>',
            both("Jā & nē", "Yes"),
            set(),
        ),
        ('<span class="multilang" lang="ru">Да</span>x', both("x", ""), {"lang=ru"}),
        ("<ul><li>a</li><li>b</li></ul>", both("a\n\nb", ""), {"ul"}),
        ('<a href="x">y</a>', both("y", ""), {"a"}),
        ("<b>unclosed", both("unclosed", ""), set()),
    ],
)
def test_markup_becomes_plain_text(markup, said, lost):
    assert from_html(markup, "lv") == (said, lost)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_whatever_is_thrown_at_a_reader_only_its_own_error_comes_out(text):
    for form in FORMATS.values():
        try:
            found = form.read(text, "en")
        except BadFile as error:
            assert str(error)
        else:
            assert all(note.place for note in found.notes)

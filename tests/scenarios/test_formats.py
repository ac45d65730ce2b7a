"""Stories of Twine as data of ours: what is understood, what is listed, and that nothing else happens."""

import html
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.engine import begin, build, offered, step
from scenarios.exchange import MOST_BYTES, read
from scenarios.formats import BadFile
from scenarios.formats.expressions import Names, NotUnderstood, condition, written
from scenarios.language import parse_guard
from scenarios.models import Story
from scenarios.structure import structure

HEAD = """:: StoryTitle
The door

:: StoryData
{"ifid": "D674C58C-DEFA-4F70-B7A2-27742230C0FC", "format": "%s", "start": "At the door"}

"""
SUGARCUBE = (
    HEAD % "SugarCube"
    + """:: StoryInit
<<set $trust to 3>><<set $hasKey to false>>

:: At the door {"position": "100,100"}
Aivars stands at the //door//. You could [[greet him|Kitchen][$trust += 2]] first.

* [[Push past->Kitchen][$trust -= 2; $hasKey to true]]
[[Leave]]

:: Kitchen [indoors]
<<set $visits to 1>>The kettle boils.
<<if $trust gte 5 and not visited("Window")>>[[Confide|Agreed]]
<<elseif $hasKey>>[[Show the key|Agreed]]
<<else>>[[Wait|Window]]
<</if>>
<<link "Go home" "Leave">><<set $trust to 0>><</link>>
<<audio "kettle" play>>

:: Window
Rain. [[Kitchen<-Back]]

:: Agreed
You agree.

:: Leave
You leave. <script>alert(1)</script>

:: Style [stylesheet]
body { color: red }
"""
)
HARLOWE = (
    HEAD % "Harlowe"
    + """:: Setup [startup]
(set: $trust to 3, $hasKey to false)

:: At the door
''Aivars'' stands here.(if: $trust > 9)[ He smiles.]
(link: "Greet him")[(set: $trust to it + 2)(go-to: "Kitchen")]
(link-goto: "Leave", "Leave")

:: Kitchen
(put: $trust - 1 into $trust)(text-style: "italic")[The kettle boils.]
(if: $trust >= 5 and not ((history:) contains "Window"))[ [[Confide->Agreed]] ]
(else-if: $hasKey is true)[ [[Show the key->Agreed]] ]
(else:)[ [[Wait->Window]] ]

:: Window
(unless: $hasKey)[ [[Back->Kitchen]] ] (live: 2s)[tick] [[Leave]]

:: Agreed
You agree.

:: Leave
(click: "door")[You leave.]
"""
)


def one(text, language="en"):
    (found,) = read(text.encode(), language)
    return found


def scenes(draft):
    return {item["key"]: item for item in draft.data["scenes"]}


def told(draft, part):
    return [(note.passage, note.line) for note in draft.notes if part in note.text]


def playable(draft):
    """The story in the data once an editor has said what the file cannot: outcomes, a language."""

    def both(value):
        if isinstance(value, dict) and set(value) == {"lv", "en"}:
            return {code: value[code] or value["en"] for code in value}
        if isinstance(value, dict):
            return {name: both(item) for name, item in value.items()}
        return [both(item) for item in value] if isinstance(value, list) else value

    data = both(draft.data)
    for ending in data["endings"]:
        ending["outcome"] = ending["outcome"] or "mixed"
    assert [finding for finding in structure(data) if finding.is_error] == []
    return build(data)


def test_links_guards_and_effects_of_sugarcube_are_carried_over():
    draft = one(SUGARCUBE)
    data = draft.data
    assert (data["title"], data["key"], data["start"]) == (
        {"lv": "", "en": "The door"},
        "the-door",
        "at-the-door",
    )
    door, kitchen = scenes(draft)["at-the-door"], scenes(draft)["kitchen"]
    assert door["text"]["en"] == ("Aivars stands at the door. You could greet him first.")
    assert [(c["to"], c["text"]["en"], c["effects"]) for c in door["choices"]] == [
        ("kitchen", "greet him", ["trust + 2"]),
        ("kitchen", "Push past", ["trust - 2", "has-key = 1"]),
        ("leave", "Leave", []),
    ]
    assert kitchen["effects"] == ["visits-2 = 1"]
    confide, show, wait, home = kitchen["choices"]
    assert confide["guard"] == "trust >= 5 and not seen('window')"
    assert show["guard"] == "has-key != 0 and not (trust >= 5 and not seen('window'))"
    assert wait["guard"] == "not (trust >= 5 and not seen('window')) and not has-key != 0"
    assert (home["to"], home["effects"]) == ("leave", ["trust = 0"])
    assert {item["key"]: item["outcome"] for item in data["endings"]} == {"agreed": "", "leave": ""}


def test_what_is_not_understood_is_listed_with_passage_and_line():
    draft = one(SUGARCUBE)
    lines = SUGARCUBE.split("\n")
    assert told(draft, "<<audio") == [("Kitchen", 1 + lines.index('<<audio "kettle" play>>'))]
    assert told(draft, "<script>")[0][0] == "Leave"
    assert "alert" not in str(draft.data)
    assert told(draft, "stylesheet")[0][0] == "Style"
    assert told(draft, "tags were left out: indoors")
    assert told(draft, "say how good its outcome is")
    assert told(draft, "$trust is “trust”, from -10 to 10, at first 3")
    assert told(draft, "$hasKey is “has-key”, from 0 to 1, at first 0")


def test_a_story_that_came_in_can_be_played():
    story = playable(one(SUGARCUBE))
    state = step(story, begin(story), "greet-him")
    assert [choice.key for choice in offered(story, state)] == ["confide", "go-home"]
    state = step(story, begin(story), "push-past")
    assert [choice.key for choice in offered(story, state)] == ["show-the-key", "go-home"]


def test_links_guards_and_effects_of_harlowe_are_carried_over():
    draft = one(HARLOWE)
    door, kitchen, window = draft.data["scenes"]
    assert door["text"]["en"] == "Aivars stands here. He smiles."
    assert told(draft, "only on a condition (“$trust > 9”)")
    assert [(c["to"], c["text"]["en"], c["effects"]) for c in door["choices"]] == [
        ("kitchen", "Greet him", ["trust + 2"]),
        ("leave", "Leave", []),
    ]
    assert (kitchen["text"]["en"], kitchen["effects"]) == ("The kettle boils.", ["trust - 1"])
    assert [choice["guard"] for choice in kitchen["choices"]] == [
        "trust >= 5 and not seen('window')",
        "has-key == 1 and not (trust >= 5 and not seen('window'))",
        "not (trust >= 5 and not seen('window')) and not has-key == 1",
    ]
    assert window["choices"][0]["guard"] == "not has-key != 0"
    assert told(draft, "(text-style:")
    assert told(draft, "(live:")
    story = playable(draft)
    state = step(story, begin(story), "greet-him")
    assert state.values["trust"] == 4
    assert [choice.key for choice in offered(story, state)] == ["wait"]


def test_of_other_formats_links_and_text_are_carried_over():
    chapbook = one(
        HEAD % "Chapbook"
        + ":: At the door\ntrust: 3\n--\nYou have {trust}.\n\n[if trust > 2]\n> [[Go on]]\n\n:: Go on\nEnd"
    )
    (door,) = chapbook.data["scenes"]
    assert door["text"]["en"] == "You have ."
    assert [choice["to"] for choice in door["choices"]] == ["go-on"]
    assert told(chapbook, "trust: 3") == [("At the door", 8)]
    assert told(chapbook, "[if trust > 2]") == [("At the door", 12)]
    snowman = one(
        HEAD % "Snowman" + ":: At the door\n<% s.x = 1 %>Here.\n[[Go on]]\n\n:: Go on\nEnd"
    )
    assert snowman.data["scenes"][0]["text"]["en"] == "Here."
    assert told(snowman, "script")
    plain = one(HEAD % "Unheard" + ":: At the door\n**Here** <img src=x onerror=alert(1)>\n[[On]]\n:: On\nEnd")  # fmt: skip
    assert plain.data["scenes"][0]["text"]["en"] == "Here"
    assert told(plain, "<img")


def test_headings_are_read_with_their_escapes():
    draft = one(':: A \\[door\\] [a b] {"size":"1,1"}\n\\:: not a heading\n[[A\\b]]\n::\nlost\n')
    (door,) = draft.data["scenes"]
    assert door["key"] == "a-door"
    assert door["text"]["en"] == ":: not a heading"
    assert told(draft, "without a name")
    assert told(draft, "passage that is not there: “A\\b”")
    assert told(draft, "No passage is named as the first")


def test_the_html_of_a_published_story_says_the_same_as_its_source():
    passages = [part.split("\n", 1) for part in SUGARCUBE.split(":: ")[3:]]
    page = ["<!doctype html><script>var a = '<tw-storydata name=\"no\">';</script>",
            '<tw-storydata name="The door" startnode="7" format="SugarCube" hidden>',
            "<style>b {}</style><script>alert(1)</script>"]  # fmt: skip
    for number, (head, text) in enumerate(passages, start=6):
        name = head.split(" {")[0].split(" [")[0]
        tags = head.split("[")[1].rstrip("]") if "[" in head else ""
        page.append(
            f'<tw-passagedata pid="{number}" name="{name}" tags="{tags}">'
            f"{html.escape(text)}</tw-passagedata>"
        )
    draft = one("\n".join([*page, "</tw-storydata><p>after</p>"]))
    assert draft.data == one(SUGARCUBE).data
    assert told(draft, "script was left out")
    assert told(draft, "style sheet was left out")


def test_an_archive_holds_several_stories():
    tale = (
        '<tw-storydata name="{0}" startnode="1" format="Harlowe"><tw-passagedata pid="1" name="A">'
        "[[B]]</tw-passagedata><tw-passagedata pid=2 name=B>End</tw-passagedata></tw-storydata>"
    )
    found = read((tale.format("One") + tale.format("Two")).encode(), "lv")
    assert [draft.data["title"]["lv"] for draft in found] == ["One", "Two"]


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("$a is 3", "a == 3"),
        ("$a isnot 3 or $b < 2", "a != 3 or b < 2"),
        ("$a is not 3 && !($b lte 2)", "a != 3 and not b <= 2"),
        ("$a", "a != 0"),
        ("$a + 2 * ($b - 1) gt -1", "a + 2 * (b - 1) > -1"),
        ("$a - ($b - 1) == 0", "a - (b - 1) == 0"),
        ("visited() > 2", "visits('here') > 2"),
        ("visits is 1", "visits('here') == 1"),
        ('hasVisited("There") is false', "not seen('there')"),
        ('(visited: "There")', "seen('there')"),
        ("$a > 1 and ($b > 1 or $c)", "a > 1 and (b > 1 or c != 0)"),
    ],
)
def test_conditions(text, guard):
    assert written(condition(text, NAMES)) == guard
    parse_guard(guard)


@pytest.mark.parametrize(
    "text",
    ["", "$a is 'x'", "$a = 3", "$a is 1 or 2", "$a.b > 1", "$a[0]", "_a > 1", "random(1, 2)", "3",
     "true", "$a > 1.5", "visited('Nowhere')", "$a is in $b", "$a > 9999999", "(" * 60, "$a >"],
)  # fmt: skip
def test_conditions_that_are_none_of_ours(text):
    with pytest.raises(NotUnderstood):
        condition(text, NAMES)


NAMES = Names(lambda name: name.lstrip("$").lower(), {"There": "there", "Here": "here"}.get, "here")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no passage"),
        (b"hello", "no passage"),
        (b"<html><p>hello</p></html>", "no story of Twine 2"),
        (b"<tw-storydata name=a></tw-storydata>", "no story of Twine 2"),
        (":: A\nhello".encode("utf-16"), "UTF-16"),
        (":: A\nhello".encode("utf-16-le"), "UTF-16"),
        (b":: A\n\xff\xfe", "no text in UTF-8"),
        (b":: A\n" + b"x" * MOST_BYTES, "larger than 4 MB"),
        (b":: A\n" * 2000, "more than 1500 passages"),
        (
            b":: A\n" + b"".join(b"<<set $v%d to 1>>" % number for number in range(201)),
            "more than 200 variables",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, reason):
    with pytest.raises(BadFile, match=reason):
        read(content, "lv")


def test_what_nobody_could_play_is_cut_and_listed():
    draft = one(":: Start\n" + "[[On]]" * 61 + "\n:: On\nEnd")
    (scene,) = draft.data["scenes"]
    assert len(scene["choices"]) == 60
    assert told(draft, "more than 60 links")
    draft = one((HEAD % "SugarCube") + ":: At the door\n" + "$name\n" * 600)
    assert len(draft.notes) == 501
    assert draft.notes[-1].text == "And 101 more of the like."  # the last says it is an ending


def test_of_many_branches_those_that_no_guard_could_hold_are_open_to_all():
    branches = "".join(f"<<elseif $a is {number}>>[[b{number}|On]]" for number in range(1, 40))
    draft = one(f":: Start\n<<if $a is 0>>[[b0|On]]{branches}<</if>>\n:: On\nEnd")
    (scene,) = draft.data["scenes"]
    guards = [choice["guard"] for choice in scene["choices"]]
    assert guards[1] == "a == 1 and not a == 0"
    assert guards[-1] == ""
    assert told(draft, "too long to be carried over")


@pytest.mark.parametrize(
    "text",
    [
        "<<if $a gt 1>>" + "<<elseif $a gt 2>>[[a|P]]" * 1500,
        "(if: $a is 1)[x]" + "(else-if: $a is 2)[[[P]]]" * 1500,
        "[[a|P]]" * 5000,
    ],
)
def test_the_work_of_a_long_passage_grows_with_its_length(text):
    """About as many calls for each character, whether a passage is short or long."""

    def steps(text):
        count = 0

        def step(_frame, _event, _argument):
            nonlocal count
            count += 1

        sys.setprofile(step)
        try:
            one(f":: P\n{text}")
        finally:
            sys.setprofile(None)
        return count / len(text)

    assert steps(text) < 3 * steps(text[: len(text) // 8])


def test_a_byte_order_mark_is_no_text():
    assert one("\ufeff:: Start\n[[On]]\n:: On\nEnd").data["start"] == "start"


def test_keys_are_unique_and_have_a_meaning_where_names_have_none():
    draft = one(":: Дом\n[[!]][[!]]\n:: !\n[[home]][[Home]]\n:: home\nx\n:: Home\ny\n:: Home\nz")
    keys = [item["key"] for item in (*draft.data["scenes"], *draft.data["endings"])]
    assert keys == ["passage", "passage-2", "home", "home-2"]
    assert [choice["key"] for choice in draft.data["scenes"][0]["choices"]] == [
        "choice",
        "choice-2",
    ]
    assert told(draft, "two passages of this name")


def test_bounds_hold_what_a_variable_can_become():
    draft = one(
        ":: Start\n<<set $debt to -30>>[[A|B][$far = $debt * 2]][[C|B][$gold += 40]]"
        "<<if $gold > 120>>[[D|B]]<</if>>\n:: B\nEnd"
    )
    found = {item["key"]: (item["min"], item["max"]) for item in draft.data["variables"]}
    assert found == {"debt": (-30, 0), "far": (-1000, 1000), "gold": (0, 200)}


pieces = st.sampled_from(
    ["\n:: A", "\n:: B [tag]", "\n:: StoryData\n", '{"start": ["A"], "format": "\ud7ff"}', "[[", "]]",
     "->", "<-", "|", "][", "<<if $a gt 1>>", "<<else>>", "<<elseif visited('A')>>", "<</if>>",
     "<<set $a to 1>>", '<<link "x">>', "<</link>>", "<<", ">>", "(if: $a > 1)", "(else:)", "[", "]",
     "(link: 'x')", "(set: $a to it + 1)", "(go-to: 'B')", "(", ")", "$a", "<script>", "</script>",
     "<tw-storydata name='x' startnode=1 format=Harlowe>", "<tw-passagedata pid=1 name=A>",
     "</tw-passagedata>", "</tw-storydata>", "&#0;", "&#xD800;", "\x00", "\ue000", "0", "\ue001", "<!--",
     "/*", "//", "''", "{", "}", "<%", "--\n", "a: 1\n", "ā", " ", "\n"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(pieces, max_size=40).map("".join)),
       st.sampled_from(["SugarCube", "Harlowe", "Chapbook", "Snowman", ""]))  # fmt: skip
def test_whatever_stands_in_a_file_only_our_own_error_comes_out(text, name):
    prefix = "" if text.startswith("<") else (HEAD % name) + ":: At the door\n"
    try:
        found = read((prefix + text).encode("utf-8", "replace"), "en")
    except BadFile as error:
        assert str(error)
        return
    for draft in found:
        structure(draft.data)
        Story.fields_of(draft.data)
        said = str([draft.data, draft.notes, draft.format])
        said.encode()
        assert not {"\x00", "\ue000", "\ue001"} & set(said)
        for scene in draft.data["scenes"]:
            for choice in scene["choices"]:
                if choice["guard"]:
                    parse_guard(choice["guard"])

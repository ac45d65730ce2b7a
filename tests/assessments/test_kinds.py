"""How every kind is asked and explained: without a database, in both languages."""

import gzip
import re
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assessments import asking, grading, reading, telling
from assessments.forms import reason
from assessments.models import Pin
from assessments.results import Slot
from theme.kinds import QUESTIONS, RESPONSES

KINDS = list(QUESTIONS)
ANSWERED = [(kind, state, given) for kind in KINDS for state, given in RESPONSES[kind]]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def slot_of(kind, response=None, **given):
    data = QUESTIONS[kind]
    pin = Pin(1, 0, tuple(grading.shuffled_keys(data)), Fraction(1))
    return replace(Slot(pin, data, ""), response=response, **given)


def ask(slot, errors=()):
    return render_to_string("assessments/ask.html", {"slot": slot, "errors": errors, "still": True})


def tell(slot, told=None):
    [item] = reading.explained([slot])
    context = {"item": item, "told": told or slot.told, "heading": 2}
    return render_to_string("assessments/explained.html", context)


def words_of(page):
    """What is read out or seen, without marks and double spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", re.sub(r"<svg.*?</svg>", "", page)))


class Form(HTMLParser):
    """What the fields of a form would send, and what each is called."""

    def __init__(self, page):
        super().__init__()
        self.sent, self.names, self.ids, self.labelled, self.described = {}, set(), [], set(), set()
        self.select = self.area = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"])
        self.described |= set((given.get("aria-describedby") or "").split())
        if tag == "label" and "for" in given:
            self.labelled.add(given["for"])
        if "name" not in given and tag != "option":
            return
        if tag in ("input", "select", "textarea"):
            self.names.add(given["name"])
        if tag == "input" and given.get("type") in ("radio", "checkbox"):
            if "checked" in given:
                self.sent.setdefault(given["name"], []).append(given["value"])
        elif tag == "input":
            self.sent[given["name"]] = [given.get("value", "")]
        elif tag == "select":
            self.select = given["name"]
            self.sent[self.select] = [""]
        elif tag == "option" and "selected" in given:
            self.sent[self.select] = [given["value"]]
        elif tag == "textarea":
            self.area = given["name"]
            self.sent[self.area] = [""]

    def handle_data(self, data):
        if self.area:
            self.sent[self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None


def test_script_and_style_stay_small():
    static = Path(asking.__file__).parent / "static" / "assessments"
    for name, most in (("quiz.js", 3072), ("quiz.css", 4096)):
        assert len(gzip.compress((static / name).read_bytes())) <= most


# Asked ----------------------------------------------------------------------------------


def test_every_kind_is_here_with_an_answer_of_every_state():
    assert list(grading.KINDS) == KINDS
    for kind, state, response in ANSWERED:
        assert slot_of(kind, response).state == state, kind


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize(("kind", "state", "response"), ANSWERED)
def test_a_kept_answer_is_shown_again_and_sent_unchanged_is_the_same(
    kind, state, response, language
):
    slot = slot_of(kind, response)
    with translation.override(language):
        form = Form(ask(slot))
    assert grading.read(slot.question, form.sent) == response


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_name_that_is_read_out(kind):
    page = ask(slot_of(kind))
    form = Form(page)
    assert len(form.ids) == len(set(form.ids))
    assert form.described <= set(form.ids)
    # Radio buttons and checkboxes stand inside their labels.
    wrapped = len(re.findall(r"<label[^>]*><input", page))
    boxes = len(re.findall(r'type="(?:radio|checkbox)"', page))
    assert wrapped == boxes
    assert form.names - form.labelled == set() if not boxes else not form.labelled
    assert re.search(r"<fieldset[^>]*>\s*<legend><h1 class=\"stem\">", page)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_may_ask_the_same_kind_twice(kind):
    [one, other] = [Form(ask(slot_of(kind, prefix=prefix), ["?"])) for prefix in ("a-", "b-")]
    assert not set(one.ids) & set(other.ids)
    assert all(name.startswith("a-") for name in one.names)


@pytest.mark.parametrize("kind", KINDS)
def test_a_problem_is_tied_to_the_question_and_what_was_sent_stays(kind):
    sent = asking.values_of(RESPONSES[kind][0][1])
    page = ask(slot_of(kind, sent=sent), ["Not like this."])
    form = Form(page)
    assert {name: value for name, value in form.sent.items() if value != [""]} == sent
    assert "problem" in form.described
    assert "problem" in form.ids


@pytest.mark.parametrize(
    ("sent", "order", "amiss"),
    [
        ({}, ["0be2", "5f71", "a3c4", "e80d"], {"0be2", "5f71", "a3c4", "e80d"}),
        (
            {"0be2": "2", "a3c4": "1", "e80d": "2"},
            ["a3c4", "0be2", "e80d", "5f71"],
            {"0be2", "e80d", "5f71"},
        ),
        (
            {"0be2": "first", "a3c4": "1"},
            ["a3c4", "0be2", "5f71", "e80d"],
            {"0be2", "5f71", "e80d"},
        ),
    ],
)
def test_places_that_are_missing_or_taken_twice_are_marked(sent, order, amiss):
    values = {f"place-{item}": [place] for item, place in sent.items()}
    rows = slot_of("ordering", sent=values).asked.rows
    assert [row.key for row in rows] == order
    assert {row.key for row in rows if row.amiss} == amiss


@pytest.mark.parametrize("kind", KINDS)
@given(values=st.dictionaries(st.text(max_size=9), st.lists(st.text(max_size=9), max_size=3)))
def test_whatever_was_sent_the_question_is_asked_again(kind, values):
    known = {name: ["\x00<script>", "x"] for name in Form(ask(slot_of(kind))).names}
    page = ask(slot_of(kind, sent=values | known), ["?"])
    assert "<script>" not in page


@pytest.mark.parametrize("kind", ["matching", "ordering", "grouping", "cloze", "single"])
def test_the_order_is_the_one_that_was_pinned(kind):
    slot = slot_of(kind)
    turned = replace(slot, pin=replace(slot.pin, options=tuple(reversed(slot.pin.options))))

    def shown(each):
        return re.findall(r'(?:value|name)="([^"]+)"', ask(each))

    assert shown(slot) != shown(turned)
    assert sorted(shown(slot)) == sorted(shown(turned))


def test_a_cloze_keeps_signs_at_its_gaps_and_names_them_by_the_words_around():
    page = ask(slot_of("cloze"))
    assert re.search(r"</select>\s*<span>\.</span></span>", page)
    gap = slot_of("cloze").asked.paragraphs[1][1]
    assert (gap.number, gap.label) == (3, "Gap 3 of 4")
    assert gap.around == "at how a client’s case affects … , and learn"
    assert gap.hint == "one or two words"


def test_marks_of_gaps_that_do_not_exist_stay_text():
    data = deepcopy(QUESTIONS["cloze"])
    data["body"]["text"]["en"] = "One [[g1]] and [[other]]."
    [[one, gap, rest]] = replace(slot_of("cloze"), data=data).asked.paragraphs
    assert (one, gap.number, rest) == ("One ", 1, " and [[other]].")


def test_a_few_groups_are_buttons_and_many_a_list():
    data = deepcopy(QUESTIONS["grouping"])
    few = replace(slot_of("grouping"), data=data)
    assert few.asked.radios
    data["body"]["groups"] += [{"key": f"g{n}", "text": {"en": f"{n}"}} for n in range(2)]
    many = replace(slot_of("grouping"), data=data)
    assert not many.asked.radios
    form = Form(ask(many))
    assert form.names == form.labelled


@pytest.mark.parametrize(
    ("kind", "key", "said"),
    [
        ("single", "nothing", "Choose an answer first."),
        ("ordering", "nothing", "Give every item its place first."),
        ("open", "long", "All you wrote is still below"),
        ("cloze", "long", "longer than any answer"),
    ],
)
def test_what_is_amiss_is_said_in_the_words_of_the_kind(kind, key, said):
    assert said in str(reason(kind, key))


# What must not be seen before it is due ---------------------------------------------------


def _other(text):
    return {"lv": f"Cits {text}", "en": f"Other {text}"}


def otherwise(data):
    """The same question in which something else is right, and all that is said is different."""
    data = deepcopy(data) | {"explanation": _other("explanation")}
    body = data.get("body", {})
    match data["kind"]:
        case "single" | "multiple" | "true-false":
            for option in data["options"]:
                option |= {"right": not option["right"], "feedback": _other("feedback")}
            if data["kind"] == "single":
                for option in data["options"][2:]:
                    option["right"] = False
        case "matching":
            left, right = list(body["pairs"]), list(body["pairs"].values())
            body["pairs"] = dict(zip(left, right[1:] + right[:1], strict=True))
        case "ordering":
            body["order"] = body["order"][::-1]
        case "grouping":
            body["belongs"] = dict.fromkeys(body["belongs"], body["groups"][0]["key"])
        case "cloze":
            for gap in body["gaps"]:
                gap["feedback"] = _other("feedback")
                if gap["mode"] == "choose":
                    gap["options"][0]["right"], gap["options"][1]["right"] = (
                        gap["options"][1]["right"],
                        gap["options"][0]["right"],
                    )
                else:
                    gap["accepted"] = {"lv": ["cits un daudz garāks vārds"], "en": ["x"]}
            body["fold"] = []
        case "number":
            body |= {"value": "7", "tolerance": "0", "near": [], "feedback": _other("feedback")}
        case "short-text":
            body |= {"accepted": [{"lv": ["x"], "en": ["y"]}], "wrong": [], "other": _other("one")}
        case "estimate":
            body |= {"value": "7", "year": 1999, "said_by": _other("source"), "near": "50"}
        case "open":
            body["example"] = _other("example")
            for criterion in body["criteria"]:
                criterion["levels"] = [{"points": 9, "text": _other("level")}]
    for rows in ("left", "right", "items"):
        for row in body.get(rows, []):
            row |= {"feedback": _other("feedback"), "misconception": "another"}
    return data


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_right_changes_no_byte_of_the_question(kind):
    slot = slot_of(kind)
    other = replace(slot, data=otherwise(slot.data))
    grading.question_of(other.data)
    assert other.question != slot.question
    for kept in [None, *(response for _state, response in RESPONSES[kind])]:
        for sent in (None, {}, asking.values_of(kept)):
            one = replace(slot, response=kept, sent=sent)
            assert ask(one) == ask(replace(other, response=kept, sent=sent))


# Explained ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize(("kind", "state", "response"), ANSWERED)
def test_an_answer_is_explained_in_words(kind, state, response, language):
    slot = slot_of(kind, response)
    with translation.override(language):
        words = words_of(tell(slot))
        verdict = {"right": "Right", "partly": "Partly right", "wrong": "Not right"}
        assert translation.gettext(verdict.get(state, "Recorded")) in words
    assert slot.data["explanation"][language] in words
    other = {"lv": "en", "en": "lv"}[language]
    assert slot.data["explanation"][other] not in words


@pytest.mark.parametrize("kind", KINDS)
def test_without_an_answer_what_is_right_is_told_and_nothing_is_scolded(kind):
    words = words_of(tell(slot_of(kind)))
    assert "Not answered" in words
    assert "Not right" not in words
    assert "Your answer" not in words


def texts(parts):
    return [(part.state, part.answer, part.right, *part.feedback) for part in parts]


def test_a_wrong_pair_says_why_not_and_what_instead():
    told = slot_of("matching", RESPONSES["matching"][1][1]).told
    assert texts(told.parts)[1] == (
        "wrong",
        "Regular supervision",
        "Personal and professional boundaries merging",
        "Supervision takes time, but it does not feed burnout: it is support.",
        "The boundary can be restored calmly: say when you can be reached.",
    )
    assert told.summary == "2 of 4 are right"
    assert [part.state for part in told.parts] == ["right", "wrong", "right", "open"]
    assert told.parts[0].right == ""


def test_an_item_in_the_wrong_group_says_where_it_belongs():
    told = slot_of("grouping", RESPONSES["grouping"][1][1]).told
    assert texts(told.parts)[2][:3] == ("wrong", "Emotional", "Instrumental")
    assert told.summary == "1 of 3 is right"


def test_an_item_has_words_for_who_puts_it_into_another_group():
    elsewhere = "It is kind, but what is offered is work, not listening or facts."
    why = "Someone takes over part of the work: help with hands and time."
    right, partly, _wrong = (
        slot_of("grouping", response).told for _state, response in RESPONSES["grouping"]
    )
    assert partly.parts[2].feedback == [elsewhere, why]
    assert right.parts[2].feedback == [why]
    assert not partly.others


@pytest.mark.parametrize(
    ("given", "right", "kept"),
    [
        ("abcd", "abcd", "abcd"),
        ("bcda", "abcd", "bcd"),
        ("dcba", "abcd", ""),
        ("badc", "abcd", "bd"),
        ("", "abcd", ""),
    ],
)
def test_what_stands_in_order_is_the_longest_run(given, right, kept):
    assert telling.in_order(list(given), list(right)) == set(kept)


@given(st.permutations(range(7)))
def test_the_run_is_as_long_as_the_mark_says(order):
    kept = telling.in_order(list(map(str, order)), [str(n) for n in range(7)])
    assert max(1, len(kept)) == grading.rising(order)


def test_an_order_is_told_in_the_right_order_with_the_places_given():
    told = slot_of("ordering", RESPONSES["ordering"][1][1]).told
    assert [(each.state, each.place) for each in told.order] == [
        ("right", 2),
        ("right", 3),
        ("wrong", 1),
        ("right", 4),
    ]
    words = words_of(tell(slot_of("ordering", RESPONSES["ordering"][1][1])))
    assert "Out of order. You put this in place 1." in words
    assert "3 of 4 stand in order" in words


def test_a_cloze_is_read_as_it_was_filled_and_as_it_would_be_right():
    slot = slot_of("cloze", RESPONSES["cloze"][1][1])
    words = words_of(tell(slot))
    assert "Not right: tomorrow’s work Right: the present moment." in words
    assert "accept it without judging(Right)." in words
    assert texts(slot.told.parts) == [
        (
            "wrong",
            "tomorrow’s work",
            "the present moment",
            "Planning is useful, but it is other work.",
            "What is happening now.",
        ),
        (
            "right",
            "accept it without judging",
            "",
            "To accept does not mean to approve, only to let it be.",
        ),
        (
            "wrong",
            "klientu",
            "me, myself",
            "The focus is on what happens to the worker.",
        ),
        ("open", "", "work, professional", "Difficulties of the work are dealt with there."),
    ]


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("300", ("right", "300\u00a0minutes", "", "480 − 30 − 20 − 70 − 60 = 300.")),
        (
            "302",
            (
                "right",
                "302\u00a0minutes",
                "300\u00a0minutes (from 295 to 305 is right)",
                "480 − 30 − 20 − 70 − 60 = 300.",
            ),
        ),
        (
            "330",
            (
                "wrong",
                "330\u00a0minutes",
                "300\u00a0minutes (from 295 to 305 is right)",
                "Lunch has gone missing here. It is always kept, in the sum too.",
            ),
        ),
        (
            "331",
            (
                "wrong",
                "331\u00a0minutes",
                "300\u00a0minutes (from 295 to 305 is right)",
                "Begin with 480 minutes and take away all that is no conversation.",
            ),
        ),
    ],
)
def test_a_number_is_told_by_how_it_was_missed(number, part):
    assert texts(slot_of("number", {"number": number}).told.parts) == [part]


@pytest.mark.parametrize(
    ("text", "state", "right", "feedback"),
    [
        ("Rescuer!", "right", "", "The worker acts in the client’s place and feels irreplaceable."),
        ("palīgs", "partly", "rescuer role, rescuer", "Helping is good. Here"),
        ("ADVOCATE", "wrong", "rescuer role, rescuer", "An advocate stands up"),
        ("something", "wrong", "rescuer role, rescuer", "Think who is doing here"),
    ],
)
def test_words_are_told_by_what_is_known_of_them(text, state, right, feedback):
    [part] = slot_of("short-text", {"text": text}).told.parts
    assert (part.state, part.answer, part.right) == (state, text, right)
    assert part.feedback[0].startswith(feedback)
    assert len(part.feedback) == 1


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("9696", "Exactly"),
        ("10665", "close"),
        ("8727", "close"),
        ("8726", "higher than your guess"),
        ("10666", "lower than your guess"),
    ],
)
def test_a_guess_is_told_how_near_it_was(number, said):
    told = slot_of("estimate", {"number": number}).told
    assert said in told.text
    words = words_of(tell(slot_of("estimate", {"number": number})))
    assert "The real figure, 2021 9696 consultations" in words
    assert "Public report of the Prison Administration for 2021" in words
    assert not slot_of("estimate", {"number": number}).is_scored


numbers = st.decimals(-(10**9), 10**9, places=2)


@given(numbers, numbers)
def test_a_scale_holds_zero_and_every_figure(one, other):
    bars, ticks = telling.scale([("a", one), ("b", other)], "")
    assert len(ticks) == 3
    for bar, value in zip(bars, (one, other), strict=True):
        start, length = Decimal(bar.start), Decimal(bar.length)
        assert -1 <= start <= 101
        assert Decimal("0.4") <= length <= 101
        assert start + length <= Decimal("101.1")
        assert re.fullmatch(r"[\d.e-]+", bar.start + bar.length), value
    longer = Decimal(bars[0].length) > Decimal(bars[1].length)
    if longer:
        assert abs(one) > abs(other)


@pytest.mark.parametrize(
    ("value", "lv", "en"),
    [("300", "300", "300"), ("1200.50", "1200,5", "1200.5"), ("-3", "−3", "−3")],
)
def test_figures_are_written_as_the_language_does(value, lv, en):
    for language, said in (("lv", lv), ("en", en)):
        with translation.override(language):
            assert telling.figure(value) == said


def test_long_figures_are_parted():
    assert telling.figure("24000", "people") in ("24,000\u00a0people", "24\u00a0000\u00a0people")


def test_an_open_answer_is_told_with_its_rubric_and_an_example():
    slot = slot_of("open", RESPONSES["open"][0][1])
    before, after = words_of(ask(slot)), words_of(tell(slot))
    for criterion in slot.data["body"]["criteria"]:
        assert criterion["name"]["en"] in before
        assert criterion["levels"][-1]["text"]["en"] not in before
        assert criterion["levels"][-1]["text"]["en"] in after
    assert "For the third time" not in before
    assert "For the third time" in after
    assert "Klients atkal neatnāca" in after
    assert "You are told when it is marked" in after


def test_points_that_a_person_gave_are_shown_at_their_level():
    data, points = QUESTIONS["open"], {"no-traces": 2, "own-part": 1}
    told = telling.told(data, [], {"text": "x"}, points=points)
    assert [each.points for each in told.criteria] == [2, 1]
    page = tell(slot_of("open", {"text": "x"}), told)
    assert "2 of 2 points" in words_of(page)
    assert page.count('class="is-given"') == 2


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("single", "First talk with her"),
        ("matching", "Regular supervision"),
        ("cloze", "Gap 1: tomorrow’s work"),
        ("number", "Any other number"),
        ("short-text", "helper"),
    ],
)
def test_editors_see_what_every_answer_is_told(kind, said):
    slot = slot_of(kind)
    assert said in words_of(tell(slot, slot.told_all))
    assert "Your answer" not in words_of(tell(slot, slot.told_all))

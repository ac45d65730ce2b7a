"""The words of the pack and of the interface, and that the check of them is awake."""

import os
import warnings

import pytest

from tests.spelling import rules
from tests.spelling.rules import Text

# Where tests must not be passed over, as in `.ci/run`, a missing dictionary fails them.
MISSING = rules.missing()
REASON = f"SPELLING NOT CHECKED: {MISSING} On Debian: hunspell hunspell-lv hunspell-en-gb"
if MISSING:  # said at the end of every run, where a skip is one letter
    warnings.warn(pytest.PytestWarning(REASON), stacklevel=1)
needs_hunspell = pytest.mark.skipif(
    bool(MISSING) and os.environ.get("SPELLING") != "required",
    reason=REASON,
)
PLANTED = {
    "lv": """socialais darbinieks ieslodzijumā atbilstība izvertējums cietumsogs konfidencialitate
        pasnāvība probacijas atkarība uzticešanās supervīzjas supervīzijs kopvizija kopvīzijem
        atkritens pirmsnodomem motivejoša sarūna bāriņties apcietinājms pašvaldiba""",
    "en": """recieve behavior counsellling seperate confidentialty prisson organize resocialization
        relaspe judgemantal supervison wich adress color proffesional intervison""",
}
RIGHT = {
    "lv": """sociālais darbinieks ieslodzījumā atbilstība izvērtējums atkarība supervīzijai kopvīzijām
        atkritienā pirmsnodomiem Kristeram motivējoša""",
    "en": "receive behaviour counselling separate organise resocialisation Ilze’s Kristers’s lead’s",
}


@needs_hunspell
def test_every_word_is_known_and_every_sign_is_set_right():
    every = list(rules.texts())
    assert {each.language for each in every} == {"lv", "en"}
    assert len(every) > 20_000
    assert rules.misspelled(every) == {}
    assert list(rules.bad_signs(every)) == []


@needs_hunspell
@pytest.mark.parametrize("language", ["lv", "en"])
def test_slips_of_the_pen_are_found_and_right_words_are_not(language):
    planted = set(PLANTED[language].split())
    right = planted & set(RIGHT[language].split())
    found = rules.misspelled([Text("here", language, f"{PLANTED[language]} {RIGHT[language]}")])
    assert {word for _, word in found} == planted - right


def test_only_words_of_the_text_are_asked_for():
    text = "Lasi [par **kopvīziju**](term:intervision) 2. nodaļā: %(title)s, [[gap]], a@b.lv, tu’s."
    assert list(rules.words(text, "lv")) == ["Lasi", "par", "kopvīziju", "nodaļā", "tu's"]
    assert list(rules.words("Ilze’s don’t", "en")) == ["Ilze", "don't"]


def test_slugs_and_keys_are_no_texts():
    table = {
        "slug": {"lv": "tris-veidi", "en": "three-kinds"},
        "rows": [{"key": "a", "text": {"lv": "Jā", "en": "Yes"}}],
    }
    assert list(rules.bilingual(table)) == [
        ("rows.a.text", "lv", "Jā"),
        ("rows.a.text", "en", "Yes"),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("lv", "Viņš saka: “Jā.”"),
        ("lv", 'Viņš saka "jā".'),
        ("en", "He says „yes”."),
        ("en", "It isn't."),
        ("lv", "Saruna - īsa."),
        ("en", "Pages 19-20."),
        ("en", "Well..."),
        ("lv", "Divas  atstarpes."),
        ("lv", "Ko tu dari ?"),
    ],
)
def test_signs_that_are_not_as_printers_set_them_are_named(language, text):
    assert len(list(rules.bad_signs([Text("here", language, text)]))) >= 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("lv", "Viņš saka: „Jā… nē.” 19.–20. lpp., PS-145, 2026-01-05, plkst. 9.00–10.00"),
        ("en", "She says: “It’s 3 – or 4 – ‘maybe’.” Pages 19–20 https://a.lv/1-2?x=1"),
    ],
)
def test_signs_that_are_right_are_left_alone(language, text):
    assert list(rules.bad_signs([Text("here", language, text)])) == []


@needs_hunspell
@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_list_is_sorted_and_holds_nothing_the_dictionary_knows(language):
    lines = rules.listed(language)
    assert lines == sorted(set(lines))
    own = {line.split("/")[0] for line in lines}
    assert own == rules.rejected(own, language, with_list=False)
    models = {line.split("/")[1] for line in lines if "/" in line}
    assert rules.rejected(models, language, with_list=False) == set()

"""Sentences are found in what a page says, and long ones are told."""

import pytest

from content import readability


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>Viens. Divi! Vai trīs?</p>", ["Viens.", "Divi!", "Vai trīs?"]),
        ("<h2>Virsraksts bez punkta.</h2><p>Teksts.</p>", ["Teksts."]),
        ("<ul><li>bez punkta</li><li>Ar punktu.</li></ul>", ["Ar punktu."]),
        ("<p>Viņš teica: „Nāc šurp.” Tad aizgāja.</p>", ["Viņš teica: „Nāc šurp.", "Tad aizgāja."]),
        ("<p>Skat. 12. lappusi un tad runā.</p>", ["Skat. 12. lappusi un tad runā."]),
        ("label", []),
        ("<p>Rock &amp; roll.</p>", ["Rock & roll."]),
    ],
)
def test_sentences(text, found):
    assert readability.sentences(text) == found


def test_the_average_is_of_every_text_in_the_blocks():
    raw = {"body": [{"type": "text", "value": "<p>Viens divi trīs.</p>"}, {"a": ["Četri pieci."]}]}
    assert readability.average(raw) == 2.5
    assert readability.average({"body": []}) == 0.0

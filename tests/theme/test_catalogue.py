"""What is found for translators is what the site will ask for."""

import datetime

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import ngettext

from theme import catalogue

LETTERS = sorted(
    str(path.relative_to(folder)).removesuffix(".txt")
    for folder in (
        catalogue.ROOT / "theme" / "templates",
        catalogue.ROOT / "courses" / "people" / "templates",
    )
    for path in folder.rglob("*.txt")
    if "/email/" in str(path) or path.parent.name in ("mail", "messages")
)


@pytest.fixture
def found_in(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)

    def find(text: str) -> list[tuple[object, str | None]]:
        path = tmp_path / "page.html"
        path.write_text("{% load i18n %}" + text, encoding="utf-8")
        return [(message, context) for _, _, message, context in catalogue.in_template(path)]

    return find


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{% translate "Do" context "do and avoid" %}', ("Do", "do and avoid")),
        ('{% translate "Do" %}', ("Do", None)),
        (
            '{% blocktranslate context "tea" %}Pot{% endblocktranslate %}',
            ("Pot", "tea"),
        ),
        (
            "{% blocktranslate count n=2 %}One{% plural %}Many{% endblocktranslate %}",
            (("One", "Many"), None),
        ),
        ('{% if _("Now") %}{% endif %}', ("Now", None)),
    ],
)
def test_texts_are_found_with_their_context(found_in, text, found):
    assert found in found_in(text)


def test_everything_is_in_latvian():
    assert catalogue.problems() == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 nodarbību"),
        (1, "1 nodarbība"),
        (2, "2 nodarbības"),
        (11, "11 nodarbības"),
        (21, "21 nodarbība"),
        (111, "111 nodarbības"),
    ],
)
def test_numbers_take_the_right_one_of_three_forms(number, said):
    with translation.override("lv"):
        text = ngettext("%(number)d lesson", "%(number)d lessons", number)
    assert text % {"number": number} == said


@pytest.mark.parametrize(
    ("language", "style", "said"),
    [
        ("lv", "DATE_FORMAT", "2026. gada 2. novembris"),
        ("lv", "SHORT_DATE_FORMAT", "02.11.2026."),
        ("en", "DATE_FORMAT", "2 November 2026"),
        ("en", "SHORT_DATE_FORMAT", "2 Nov 2026"),
    ],
)
def test_days_are_written_as_people_write_them(language, style, said):
    with translation.override(language):
        assert date_format(datetime.date(2026, 11, 2), style) == said


@pytest.mark.parametrize(
    "letter", [name for name in LETTERS if name != "account/messages/logged_in"]
)
def test_letters_are_in_both_languages(letter):
    day = datetime.date(2026, 11, 2)
    given = {"person": "Anna", "by": "Ilze", "title": "X", "due": day, "until": day}
    said = {}
    for language in ("lv", "en"):
        with translation.override(language):
            said[language] = render_to_string(f"{letter}.txt", given | {"language": language})
    assert said["lv"].strip()
    latvian = {line.strip() for line in said["lv"].splitlines() if len(line.split()) > 2}
    english = {line.strip() for line in said["en"].splitlines() if len(line.split()) > 2}
    assert not latvian & english

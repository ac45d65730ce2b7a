"""What is found for translators is what the site will ask for."""

import pytest

from theme import catalogue


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

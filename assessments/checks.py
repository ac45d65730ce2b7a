"""What is wrong with a question or a quiz: the same rules for packs and for the editor."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from content.bilingual import LANGUAGES

KINDS = ("single", "multiple", "true-false")
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_OPTIONS = 12

Found = tuple[str, str]  # where ("options.b.feedback.en"), and why


def question_problems(data: Mapping[str, Any]) -> Iterator[Found]:
    """Every problem of a question, in the shape of a version's data."""
    yield from missing_languages(data, "stem")
    yield from missing_languages(data, "explanation")
    if data["kind"] not in KINDS:
        yield "kind", _("%(kind)s is no kind of question.") % {"kind": data["kind"]}
        return
    yield from option_problems(data["kind"], data["options"])
    for option in data["options"]:
        where = f"options.{option['key']}."
        if not KEY.fullmatch(str(option["key"])):
            yield (
                f"{where}key",
                _("A key is made of small letters a to z, digits and hyphens."),
            )
        if data["kind"] != "true-false":
            yield from missing_languages(option, "text", where)
        yield from missing_languages(option, "feedback", where)


def missing_languages(texts: Mapping[str, Any], name: str, where: str = "") -> Iterator[Found]:
    """A text that is missing in one of the languages."""
    said = texts.get(name) or {}
    for language in LANGUAGES:
        if not str(said.get(language) or "").strip():
            yield (
                f"{where}{name}.{language}",
                _("The text is missing in this language."),
            )


def option_problems(kind: str, options: list[Mapping[str, Any]]) -> Iterator[Found]:
    """What is wrong with the options as a whole: how many, which keys, which are right."""
    keys = [option["key"] for option in options]
    right = sum(bool(option["right"]) for option in options)
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield "options", _("Two options have the key %(key)s.") % {"key": key}
    if kind == "true-false":
        if sorted(keys) != ["false", "true"]:
            yield "options", _("A true-or-false question has two options: true and false.")
    elif len(options) < 2:
        yield "options", _("A question needs at least two options.")
    elif len(options) > MOST_OPTIONS:
        yield "options", _("A question has at most %(most)d options.") % {"most": MOST_OPTIONS}
    if right == 0:
        yield "options", _("No option is right.")
    elif right > 1 and kind != "multiple":
        yield "options", _("Only one option can be right in a question of this kind.")

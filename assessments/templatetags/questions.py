"""Questions as they are asked and explained.

Each kind has a template. Most questions are to choose in, a page may have fifty of them, and what
is said of one is said to everybody who is asked it: theirs are put together of kept pieces, which
says the same as their templates (`tests/assessments/test_pieces.py`).
"""

from collections.abc import Iterator
from typing import Any, cast

from django import template
from django.template.base import Template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from assessments.asking import Choices
from assessments.reading import Explained
from assessments.results import Slot
from content.bilingual import current
from content.fragments import fragment

register = template.Library()
FIELDS = "[fields]"  # where they stand in a frame


# The pieces of a question are the same wherever it stands on a page, but for the names of its
# fields. These are put in afterwards; a text cannot be taken for them, as its quotes are escaped.


@register.simple_tag(takes_context=True)
def ask(context: Context, slot: Slot, heading: int = 1, errors: Any = None) -> SafeString:
    """The question with its fields, the stem a heading of this level."""
    if slot.is_choice and not errors:
        return _joined(_pieces_asked(slot, cast(Choices, slot.asked), heading))
    values = {"slot": slot, "heading": heading, "errors": errors}
    return _rendered(context, slot.ask_template, values)


def _pieces_asked(slot: Slot, asked: Choices, heading: int) -> Iterator[str]:
    language = current()
    frame = fragment(
        "assessments/kinds/choice_frame.html",
        language,
        kind=slot.kind,
        stem=slot.stem,
        how=slot.how,
        prefix="-",
        level=heading,
        fields=FIELDS,
    ).replace('="-how"', f'="{slot.prefix}how"')
    before, _fields, after = frame.rpartition(FIELDS)
    yield before
    for choice in asked.choices:
        yield fragment(
            "assessments/kinds/option.html",
            language,
            several=asked.several,
            name="-",
            key=choice.key,
            text=choice.text,
            chosen=choice.chosen,
        ).replace(' name="-"', f' name="{asked.name}"')
    yield after


@register.simple_tag(takes_context=True)
def explain(context: Context, item: Explained, heading: int, number: int = 0) -> SafeString:
    """The question with what was answered, what is right and why."""
    slot = item.slot
    if slot.is_choice and slot.is_scored and slot.answered:
        return _joined(_pieces_explained(item, heading, number))
    values = {"item": item, "told": slot.told, "heading": heading, "number": number}
    return _rendered(context, "assessments/explained.html", values)


def _pieces_explained(item: Explained, heading: int, number: int) -> Iterator[str]:
    language, slot = current(), item.slot
    if number:
        yield fragment("assessments/question_number.html", language, number=number)
    yield fragment("assessments/told_stem.html", language, stem=slot.stem, heading=heading)
    yield fragment("components/verdict.html", language, state=slot.state)
    yield '<ul class="results">'
    for option in slot.told.options:
        yield "<li>"
        yield fragment(
            "components/answer_result.html",
            language,
            text=option.text,
            state=option.state,
            chosen=option.chosen,
            feedback=option.feedback,
        )
        yield "</li>"
    yield "</ul>"
    yield fragment(
        "assessments/why.html",
        language,
        explanation=slot.explanation,
        lesson=item.reread.title if item.reread else "",
        lesson_url=item.reread.url if item.reread else "",
        source=item.source.title if item.source else "",
        section=item.section,
        pages=item.pages,
    )


def _joined(pieces: Iterator[str]) -> SafeString:
    return mark_safe("".join(pieces))  # noqa: S308  (each was rendered by a template)


def _rendered(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    found = cast(Template, context.template).engine.get_template(name)
    return found.render(context.new(values))

"""What block templates ask the page's reading for."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Locale, Page

from content import passages, svg
from content.bilingual import current
from content.models import Figure
from content.reading import Reading

register = template.Library()


@register.simple_tag(takes_context=True)
def read_by(context: Context) -> Reading:
    """The `reading` of the page in the context; previews without a page get one of their own."""
    found = context.get("reading")
    if isinstance(found, Reading):
        return found
    page = context.get("page") or context.get("self")
    if not isinstance(page, Page):
        page = Page(locale=Locale.objects.filter(language_code=current()).first())
    return Reading(page, context.get("request"), raw=_preview(context))


def _preview(context: Context) -> list[dict[str, Any]] | None:
    """Raw data of the one block that an editor looks at in the block picker."""
    bound = context.get("bound_block")
    if bound is None:
        return None
    return [
        {
            "type": bound.block.name,
            "value": bound.block.get_prep_value(bound.value),
            "id": "preview",
        }
    ]


@register.simple_tag
def prose(reading: Reading, value: Any) -> SafeString:
    """Rich text with its paragraphs."""
    return reading.html(value)


@register.simple_tag
def line(reading: Reading, value: Any) -> SafeString:
    """Rich text of one paragraph, without the paragraph."""
    return reading.line(value)


@register.simple_tag
def level_of(reading: Reading, block: str | None) -> int:
    """The level of the heading over a block: 2, or 3 below a heading of the text."""
    return reading.level(block)


@register.simple_tag
def citation(reading: Reading, key: str | None) -> dict[str, Any] | None:
    return reading.citation(key)


@register.simple_tag
def passage(section: str, pages: str, end: str = "") -> str:
    """“, section 1.2, pp. 19–20”, to follow a title; ends with `end`, but never with two full stops."""
    said = "".join(f", {part}" for part in [passages.passage(section, pages)] if part)
    return said if said.endswith(end) else said + end


@register.simple_tag
def drawing(reading: Reading, value: Any, id: str, described_by: str = "") -> SafeString:
    return reading.drawing(value, id, described_by)


@register.simple_tag
def chosen(reading: Reading, block: str | None, options: Any) -> str:
    """The id of the option the reader chose just now, if it is one of the block's."""
    option = reading.chosen(block)
    return option if option in {str(item.id) for item in options.bound_blocks} else ""


@register.simple_tag
def bare_drawing(figure: Figure) -> SafeString:
    """A figure as editors see it: every place for words shows its key."""
    try:
        keys = svg.labels(figure.svg)
    except svg.BadSvg as error:
        return format_html("<p>{}</p>", str(error))
    return svg.draw(figure.svg, id="figure", title=figure.key, texts={key: key for key in keys})

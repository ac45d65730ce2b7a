"""Showing the text of a page, and what apps above contribute to one."""

from typing import Any, cast

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from content.bilingual import current
from content.cache import remember
from content.models import BasePage
from courses.panels import Panel

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: Context, shown: Panel) -> SafeString:
    """A panel's template, with its own context by name over the page's."""
    if context.template is None:
        return mark_safe("")
    found = context.template.engine.get_template(shown.template)
    with context.push(**shown.context):
        return found.render(context)


@register.simple_tag(takes_context=True)
def stream(context: Context, page: BasePage, name: str) -> SafeString:
    """A stream of a page as HTML, the same for every reader, remembered until something is
    published.

    A preview, and a page on which the reader has just answered a question, are drawn anew.
    """
    value: Any = getattr(page, name)

    def draw() -> str:
        return cast(str, value.render_as_block(context.flatten()))

    request, reading = context.get("request"), context.get("reading")
    is_own = getattr(request, "is_preview", False) or (reading and reading.answer)
    if is_own or not page.live or not page.text_hash:
        return mark_safe(draw())  # noqa: S308  (a template's own output)
    key = ("stream", page.pk, name, page.text_hash, page.is_out_of_date, current())
    return mark_safe(remember(key, draw))  # noqa: S308  (a template's own output)

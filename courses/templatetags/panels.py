"""Showing what apps above contribute to a page."""

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

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

"""The cells of a map of people: drawn without a template each, as there are hundreds on a page.

Every sign is drawn once, by `{% heat_signs %}`, and pointed at by each cell.
"""

import datetime
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from theme.icons import ICONS
from theme.templatetags.theme import STATES

register = template.Library()


def _steps(level: int) -> str:
    """Four steps, of which as many are filled as the level says."""
    drawn = []
    for step in range(4):
        filled = ' fill="currentColor"' if step < level else ""
        drawn.append(
            f'<path{filled} d="M{2 + 5.2 * step:g} {17 - 3 * step}h4v{4 + 3 * step}h-4z"/>'
        )
    return "".join(drawn)


@register.simple_tag
def heat_signs() -> SafeString:
    """The signs that cells point at; stands once on a page, before its maps."""
    symbols = {f"sign-{name}": ICONS[sign.icon] for name, sign in STATES.items()}
    symbols |= {f"level-{level}": _steps(level) for level in range(5)}
    symbols["sign-missed"] = ICONS["flag"]
    drawn = "".join(
        f'<symbol id="{key}" viewBox="0 0 24 24">{paths}</symbol>' for key, paths in symbols.items()
    )
    return mark_safe(  # noqa: S308  (our own drawings)
        f'<svg class="heat-signs" width="0" height="0" aria-hidden="true">{drawn}</svg>'
    )


def _sign(name: str) -> SafeString:
    return mark_safe(  # noqa: S308  (our own names)
        f'<svg class="icon" aria-hidden="true"><use href="#{name}"/></svg>'
    )


@register.simple_tag
def state_cell(cell: Any) -> SafeString:
    """A person on a module: its state as sign and word, and the day that matters. The whole td."""
    if not cell.state:
        return format_html(
            '<td class="heat-cell state-absent"><span aria-hidden="true">–</span>'
            '<span class="visually-hidden">{}</span></td>',
            _("Not assigned"),
        )
    parts = ""
    if cell.done and cell.done < cell.total:
        said = _("%(done)d of %(total)d") % {"done": cell.done, "total": cell.total}
        parts = format_html(
            ' <span class="num">{}</span><svg class="heat-bar" viewBox="0 0 100 4"'
            ' preserveAspectRatio="none" aria-hidden="true"><rect width="{}" height="4"/></svg>',
            said,
            round(100 * cell.done / cell.total),
        )
    return format_html(
        '<td class="heat-cell state-{}">{}<span>{}</span>{}{}</td>',
        cell.state,
        _sign(f"sign-{cell.state}"),
        STATES[cell.state].word,
        parts,
        _day(cell.day),
    )


@register.simple_tag
def level_cell(cell: Any, names: Any) -> SafeString:
    """A person's level in a competence as steps and number; `names` are the words for levels. The whole td."""
    if not cell.state:
        return format_html(
            '<td class="heat-cell state-absent"><span aria-hidden="true">–</span>'
            '<span class="visually-hidden">{}</span></td>',
            _("No evidence yet"),
        )
    missed = ""
    if cell.is_missed:
        missed = format_html(
            ' <span class="heat-missed">{}<span class="visually-hidden">{}</span></span>',
            _sign("sign-missed"),
            _("a safety-critical answer is not made good yet"),
        )
    return format_html(
        '<td class="heat-cell heat-level">{}<b class="num">{}</b>'
        '<span class="visually-hidden">{}</span>{}</td>',
        _sign(f"level-{cell.state}"),
        cell.state,
        names[int(cell.state)][1],
        missed,
    )


def _day(day: datetime.date | None) -> SafeString:
    if day is None:
        return mark_safe("")
    return format_html('<span class="small num">{}</span>', date_format(day, "SHORT_DATE_FORMAT"))

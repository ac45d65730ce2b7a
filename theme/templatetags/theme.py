"""The look's own tags: icons, components that wrap content, words for states."""

from collections.abc import Hashable
from functools import cache
from typing import Any, NamedTuple, cast

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput
from django.template.base import Template
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from content.cache import remember
from content.fragments import fragment
from content.models import InfoPage
from theme import scheme
from theme.icons import ICONS

register = template.Library()

Text = str | Promise


class Sign(NamedTuple):
    """How a state is told: a word, an icon and a tone, so never by colour alone."""

    word: Text
    icon: str
    tone: str


STATES: dict[str, Sign] = {
    "none": Sign(_("Not started"), "ring", "muted"),
    "started": Sign(_("Started"), "half", "accent"),
    "met": Sign(_("Done"), "check", "good"),
    "due": Sign(_("Due soon"), "clock", "warm"),
    "overdue": Sign(_("Overdue"), "alert", "bad"),
    "expired": Sign(_("Expired"), "hourglass", "warm"),
    "waiting": Sign(_("Waiting for the lead"), "eye", "accent"),
    "new": Sign(_("New since you finished"), "plus", "accent"),
}

ANSWERS: dict[str, Sign] = {
    "right": Sign(_("Right"), "check-circle", "good"),
    "partly": Sign(_("Partly right"), "half", "warm"),
    "wrong": Sign(_("Not right"), "cross-circle", "bad"),
    "missed": Sign(_("Right, not chosen"), "check", "warm"),
    "neutral": Sign(_("Recorded"), "dot", "muted"),
    "open": Sign(_("Not answered"), "ring", "muted"),
    "plain": Sign("", "ring", "muted"),
}

MOODS: dict[str, Text] = {
    "calm": pgettext_lazy("how someone speaks", "calmly"),
    "tense": pgettext_lazy("how someone speaks", "tensely"),
    "tired": pgettext_lazy("how someone speaks", "wearily"),
    "warm": pgettext_lazy("how someone speaks", "warmly"),
    "angry": pgettext_lazy("how someone speaks", "angrily"),
    "sad": pgettext_lazy("how someone speaks", "sadly"),
}

CALLOUT_ICONS = {
    "outcomes": "flag",
    "remember": "star",
    "note": "info",
    "warning": "alert",
    "good": "check-circle",
    "bad": "cross-circle",
}


@cache
def _drawn(name: str) -> SafeString:
    return mark_safe(  # noqa: S308  (our own drawings)
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f"{ICONS[name]}</svg>"
    )


@register.simple_tag
def icon(name: str, label: Text = "") -> SafeString:
    """An inline icon; with a label it is read out, without one it is decoration."""
    if not label:
        return _drawn(name)
    return format_html('{}<span class="visually-hidden">{}</span>', _drawn(name), label)


@register.simple_tag(takes_context=True)
def scheme_class(context: Context) -> str:
    """The class on `<html>`: `light`, `dark`, or nothing."""
    request = context.get("request")
    return scheme.of(request) if request else ""


@register.simple_tag
def kept(template_name: str, /, **values: Hashable) -> SafeString:
    """As `{% include … with … only %}`, and remembered: see `content.fragments.fragment`."""
    return fragment(template_name, **values)


# Name (see `theme.context.SECTIONS`), label, address by name, whom it is for.
MAIN = (
    ("home", _("My learning"), "courses:home_dashboard", "user"),
    ("modules", _("Modules"), "", ""),
    ("profile", _("My profile"), "courses:profile", "user"),
    ("certificates", _("Certificates"), "certificates:list", "user"),
    ("team", _("My team"), "courses:team", "leads"),
    ("people", _("People"), "people:people", "oversees"),
    ("editing", _("Editing"), "wagtailadmin_home", "edits"),
)
ACCOUNT = (
    ("history", _("My history"), "courses:history", "user"),
    ("account", _("My account"), "people:settings", "user"),
    ("security", _("Two-step sign-in"), "mfa_index", "user"),
)


class Item(NamedTuple):
    name: str
    label: str
    url: str


@cache
def _items(language: str, listed: tuple[Any, ...], roles: frozenset[str]) -> tuple[Item, ...]:
    return tuple(
        Item(name, str(label), reverse(address) if address else f"/{language}/")
        for name, label, address, role in listed
        if not role or role in roles
    )


@register.simple_tag
def site_nav(nav: dict[str, Any] | None) -> dict[str, tuple[Item, ...]]:
    """What the header links to for this reader; worked out once for each language and role."""
    roles = frozenset(
        role for role in ("user", "leads", "oversees", "edits") if nav and nav.get(role)
    )
    language = get_language() or settings.LANGUAGE_CODE
    return {"main": _items(language, MAIN, roles), "account": _items(language, ACCOUNT, roles)}


@cache
def _address(name: str, language: str | None) -> str:
    return reverse(name)


@register.simple_tag
def address(name: str) -> str:
    """As `{% url name %}`, for what every page links to: worked out once for each language."""
    return _address(name, get_language())


@register.simple_tag
def start_page() -> str:
    """The address of the site's start in the active language."""
    return f"/{get_language() or settings.LANGUAGE_CODE}/"


@register.simple_tag(takes_context=True)
def info_pages(context: Context) -> list[dict[str, str]]:
    """Help, privacy, accessibility: title and address of each, in the active language."""
    request = context.get("request")
    if request is None:
        return []
    language = get_language() or settings.LANGUAGE_CODE

    def look() -> list[dict[str, str]]:
        pages = InfoPage.objects.live().filter(locale__language_code=language).order_by("path")
        return [{"title": page.title, "url": page.get_url(request) or ""} for page in pages]

    return remember(("info pages", request.get_host(), language), look)


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file; error pages keep their look even without a manifest."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


def _sign(signs: dict[str, Sign], name: str, fallback: str) -> Sign:
    return signs.get(name) or signs[fallback]


@register.filter
def state_word(state: str) -> Text:
    return _sign(STATES, state, "none").word


@register.filter
def state_icon(state: str) -> SafeString:
    return _drawn(_sign(STATES, state, "none").icon)


@register.filter
def state_tone(state: str) -> str:
    return _sign(STATES, state, "none").tone


@register.simple_tag
def states() -> list[str]:
    """The states a team grid can show, in the order of its legend."""
    return ["none", "started", "met", "due", "overdue", "expired"]


@register.filter
def answer_word(state: str) -> Text:
    return _sign(ANSWERS, state, "neutral").word


@register.filter
def answer_icon(state: str) -> SafeString:
    return _drawn(_sign(ANSWERS, state, "neutral").icon)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def mood_word(mood: str) -> Text:
    return MOODS.get(mood, "")


@register.filter
def initial(name: str) -> str:
    return str(name)[:1].upper()


@register.filter
def percent_of(part: float | None, whole: float | None) -> int:
    """A whole percentage from 0 to 100, for drawing."""
    if not part or not whole:
        return 0
    return max(0, min(100, round(100 * float(part) / float(whole))))


@register.simple_tag
def share(value: float, low: float, high: float) -> int:
    """Where a value stands between two ends, as a whole percentage."""
    return percent_of(float(value) - float(low), float(high) - float(low))


@register.filter
def count_met(parts: list[Any]) -> int:
    """How many parts (dicts or objects with a `state`) are done."""
    return sum((p["state"] if isinstance(p, dict) else p.state) == "met" for p in parts)


def _wrapped(context: Context, name: str, **values: Any) -> SafeString:
    component = cast(Template, context.template).engine.get_template(f"components/{name}.html")
    return component.render(context.new(values))


@register.simple_block_tag(takes_context=True)
def callout(
    context: Context,
    content: str,
    tone: str = "note",
    title: Text = "",
    id: str = "",
    level: int = 0,
) -> SafeString:
    """A notice beside the text; tones: note, remember, outcomes, warning, good, bad.

    Its title is a heading only where a level is given, so that no page skips one.
    """
    values = {"tone": tone, "title": title, "id": id, "level": level, "body": content}
    return _wrapped(context, "callout", icon_name=CALLOUT_ICONS.get(tone, "info"), **values)


@register.simple_block_tag(takes_context=True)
def card(
    context: Context,
    content: str,
    title: Text = "",
    href: str = "",
    eyebrow: Text = "",
    level: int = 3,
) -> SafeString:
    """A thing in a grid; with `href` its title is the link and all of it the target."""
    values = {"title": title, "href": href, "eyebrow": eyebrow, "level": level, "body": content}
    return _wrapped(context, "card", **values)


@register.simple_block_tag(takes_context=True)
def section(context: Context, content: str, title: Text = "", id: str = "") -> SafeString:
    """A titled part of a page."""
    return _wrapped(context, "section", title=title, id=id, body=content)


@register.simple_block_tag(takes_context=True)
def reveal(context: Context, content: str, summary: Text = "", open: bool = False) -> SafeString:
    """Something one may unfold."""
    return _wrapped(context, "reveal", summary=summary, open=open, body=content)


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, id: str = "", title: Text = "") -> SafeString:
    """A native dialog; a button with `data-dialog="<id>"` opens it."""
    return _wrapped(context, "dialog", id=id, title=title, body=content)


@register.simple_block_tag(takes_context=True)
def table_region(
    context: Context, content: str, label: Text = "", labelledby: str = ""
) -> SafeString:
    """Lets a wide table scroll inside itself, by keyboard too."""
    return _wrapped(context, "table_region", label=label, labelledby=labelledby, body=content)

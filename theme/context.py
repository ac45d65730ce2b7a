"""What every template is given beside its view's own context."""

import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page

from content.cache import Memory, bump, remember
from content.models import InfoPage
from courses.people.models import OVERSEES, Membership, Role, User
from courses.people.prepared import Prepared

_people = Memory(20_000)
WARN_SECONDS = 120  # how long before signing out the page asks whether anybody is there

# Which item of the navigation a view belongs to. Pages of the tree and what one does in them are
# "modules", everything about the second step is "security".
SECTIONS = {
    "courses:home_dashboard": "home",
    "courses:profile": "profile",
    "courses:competence": "profile",
    "courses:over_time": "profile",
    "courses:review": "profile",
    "courses:pause_reviews": "profile",
    "courses:history": "history",
    "courses:paths": "paths",
    "courses:path": "paths",
    "courses:team": "team",
    "courses:team_detail": "team",
    "courses:team_help": "team",
    "courses:team_modules": "team",
    "courses:team_competences": "team",
    "courses:remind": "team",
    "courses:person": "team",
    "courses:person_competence": "team",
    "courses:person_over_time": "team",
    "courses:observe": "team",
    "courses:credit": "team",
    "courses:judgement": "team",
    "courses:assign": "team",
    "courses:assign_team": "team",
    "people:invite": "team",
    "people:invited": "team",
    "people:sheet": "team",
    "people:people": "people",
    "people:person": "people",
    "people:change_person": "people",
    "people:add_place": "people",
    "people:change_place": "people",
    "people:teams": "people",
    "people:new_team": "people",
    "people:change_team": "people",
    "people:access_log": "people",
    "people:messages": "messages",
    "people:settings": "account",
    "people:notices": "account",
    "people:leave": "account",
    "people:leave_of": "team",
    "people:change_email": "account",
    "people:confirm_email": "account",
    "account_change_password": "account",
    "account_login": "sign-in",
    "certificates:list": "certificates",
}


def site(request: HttpRequest) -> dict[str, Any]:
    """What the base template shows around every page; nothing for Wagtail's admin.

    `nav`: home, and for a person user, leads, oversees, edits, messages (number unread); made when
    a template first looks. `translations`: [{language, url, current}].
    `section`: the current item of the navigation. `idle`: {seconds, warn, url, left} of the idle logout.
    """
    if request.path_info.startswith("/admin/"):
        return {}
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {
        "nav": _once(request, "_nav", lambda: navigation(request)),
        "translations": _once(request, "_translations", lambda: translations(request)),
        "section": section(request),
        "idle": idle() if known else None,
    }


def _once(request: HttpRequest, name: str, make: Any) -> Any:
    """One lazy value a request, however many templates are rendered in it."""
    if not hasattr(request, name):
        setattr(request, name, SimpleLazyObject(make))
    return getattr(request, name)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """What the header offers: no statement for a person that `PersonBackend` brought."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    nav: dict[str, Any] = {"home": f"/{language}/"}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return nav
    today = timezone.localdate()
    leads, oversees, edits = remember(
        ("parts", user.pk, today), lambda: parts(user, today), _people
    )
    unread = getattr(user, "unread", None)
    return nav | {
        "user": user,
        "leads": leads,
        "oversees": oversees,
        "edits": edits or user.is_superuser,
        "messages": user.messages.filter(read_at=None).count() if unread is None else unread,
    }


def watch() -> None:
    """Forget what the header offers whenever somebody's part changes; called once, at the start."""
    for model in (Membership, Group, Permission):
        post_save.connect(bump, sender=model, dispatch_uid=f"header {model.__name__}")
        post_delete.connect(bump, sender=model, dispatch_uid=f"header {model.__name__}")
    for through in (User.groups.through, Group.permissions.through):
        m2m_changed.connect(bump, sender=through, dispatch_uid=f"header {through.__name__}")


def _parts(person: int, today: datetime.date) -> QuerySet[User, tuple[bool, bool, bool]]:
    roles = Membership.objects.on(today).filter(person=OuterRef("pk")).order_by()
    edits = Permission.objects.filter(
        group__user=OuterRef("pk"), codename="access_admin", content_type__app_label="wagtailadmin"
    )
    found = User.objects.filter(pk=person).order_by()
    return found.values_list(
        Exists(roles.filter(role=Role.LEAD)),
        Exists(roles.filter(role__in=OVERSEES)),
        Exists(edits.order_by()),
    )


PARTS = Prepared(_parts, -1, datetime.date(1900, 1, 1))


def parts(user: User, today: datetime.date) -> tuple[bool, bool, bool]:
    """Whether a person leads a team this day, oversees one, and may open Wagtail's admin.

    Only what the header offers rests on it: each view asks for itself who may see what.
    """
    return PARTS.first(user.pk, today) or (False, False, False)


def translations(request: HttpRequest) -> list[dict[str, Any]]:
    """This page in every language of the site; where one is missing, that language's start."""
    current = translation.get_language()
    pages = _page_addresses(request)
    return [
        {
            "language": code,
            "url": pages.get(code) or _view_address(request, code, current),
            "current": code == current,
        }
        for code, _name in settings.LANGUAGES
    ]


def _page_addresses(request: HttpRequest) -> dict[str, str]:
    route = getattr(request, "_wagtail_route_for_request", None)
    if route is None:
        return {}
    key = route[0].translation_key

    def addresses() -> dict[str, str]:
        pages = Page.objects.filter(translation_key=key, live=True).select_related("locale")
        return {page.locale.language_code: page.get_url(request) or "" for page in pages}

    return remember(("addresses", key, request.get_host()), addresses)


def _view_address(request: HttpRequest, code: str, current: str | None) -> str:
    path = request.get_full_path() if request.method == "GET" else request.path
    if code == current:
        return path
    match = request.resolver_match
    if match is None or match.url_name == "wagtail_serve":
        return f"/{code}/"
    # Addresses differ in the language they begin with, and in nothing else.
    here = f"/{current}/"
    return f"/{code}/{path.removeprefix(here)}" if path.startswith(here) else path


def section(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        return ""
    if match.url_name == "wagtail_serve":
        route = getattr(request, "_wagtail_route_for_request", None)
        return "" if route and isinstance(route[0], InfoPage) else "modules"
    if match.namespace in ("assessments", "scenarios"):
        return "modules"
    if match.view_name.startswith("mfa_"):
        return "security"
    return SECTIONS.get(match.view_name, "")


def idle() -> dict[str, Any] | None:
    """Seconds until signing out, seconds of warning before; addresses to stay and to leave."""
    addresses = _idle_addresses(translation.get_language())
    if addresses is None:
        return None
    return addresses | {"seconds": settings.TILTS_IDLE_MINUTES * 60, "warn": WARN_SECONDS}


@cache
def _idle_addresses(language: str | None) -> dict[str, Any] | None:
    try:
        return {"url": reverse("people:stay"), "left": reverse("left")}
    except NoReverseMatch:
        return None

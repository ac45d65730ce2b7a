"""What the pages of a module show: the front, the overview, a lesson and its neighbours."""

import datetime
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from content.bilingual import current
from content.cards import cards
from content.models import BasePage
from courses.models import CoursePage, HomePage, LessonPage
from courses.outline import Module, Outline, outline
from courses.panels import panels
from courses.people.models import User
from courses.people.prepared import Prepared
from courses.progress.models import Activity, Subject
from courses.roads import Record, Road

Crumb = dict[str, str]


def record_of(user: User, known: Outline, today: datetime.date, *, places: bool = True) -> Record:
    """A person's record against an outline."""
    return Record(Subject.objects.for_user(user), known, today, places=places)


def home(page: HomePage, request: HttpRequest) -> dict[str, Any]:
    """The modules and paths anybody may look at."""
    known = outline()
    today = timezone.localdate()
    modules = [module for module in known.open_modules if not module.private]
    titles = {module.key: module.title for module in modules}
    return {
        "modules": modules,
        "routes": [
            {
                "route": route,
                "modules": [titles[key] for key in route.modules_on(today) if key in titles],
            }
            for route in known.open_routes
        ],
        "abilities": list(known.abilities.values()),
    }


def course(page: CoursePage, request: HttpRequest) -> dict[str, Any]:
    """A module's parts and competences, and for signed-in people their progress."""
    known = outline()
    module = known.modules.get(page.translation_key) or _unsaved(page)
    context: dict[str, Any] = {
        "module": module,
        "parts": module.open_parts,
        "abilities": [known.abilities[key] for key in module.competences if key in known.abilities],
        "crumbs": [front(), {"title": page.title, "url": ""}],
    }
    user = request.user
    if user.is_authenticated:
        today = timezone.localdate()
        record = record_of(user, known, today)
        road = record.road(module)
        # Whoever finished or began an archived module still finds her way to what she did.
        context["road"] = road
        found = cards(current())
        context["cards"] = [card for part in module.open_parts for card in found.get(part.key, ())]
        context["panels"] = panels(
            "module",
            {"request": request, "page": page, "subject": record.subject, "road": road},
        )
    return context


def lesson(page: LessonPage, request: HttpRequest) -> dict[str, Any]:
    """A lesson's place in its module and whether it was read."""
    around = part_context(page, cast(User, request.user))
    road: Road | None = around["road"]
    onward = after(page.translation_key, road) if road else ""
    return around | {"read": around["state"] == "met", "onward": onward}


def part_context(
    page: BasePage, user: User, *, today: datetime.date | None = None
) -> dict[str, Any]:
    """The surroundings of any part of a module: crumbs, road, state, previous and next.

    Quiz and scenario pages use it as lessons do. Values: `module` (None outside a module),
    `crumbs`, `road` (a `Road`), `state` of this part, `previous` and `next` parts or None; `steps`
    of the module with this one as "current", and its `number` among them (None while archived).
    """
    found = outline().part(page.translation_key)
    if found is None:
        return _around(page, {}) | {"road": None, "state": "none"}
    day = today or timezone.localdate()
    road = record_of(user, outline(), day, places=False).road(found[0])
    states = {step.part.key: step.state for step in road.steps}
    state = states.get(page.translation_key, "none")
    return _around(page, states) | {"road": road, "state": state}


def place_context(page: BasePage, user: User | None) -> dict[str, Any]:
    """The same without road and state, for one statement: what of the module's parts she did.

    For somebody who is not signed in it costs none.
    """
    if user is None:
        return _around(page, {})
    found = outline().part(page.translation_key)
    subject = Subject.objects.for_user(user)
    acts = acts_in(subject, found[0]) if found else {}
    states = {
        part.key: "met" if part.verb in acts[part.key] else "started"
        for part in (found[0].parts if found else ())
        if part.key in acts
    }
    return _around(page, states)


def _acts(subject: UUID, keys: list[UUID]) -> QuerySet[Activity, tuple[UUID, str]]:
    rows = Activity.objects.filter(subject=subject, object_key__in=keys).order_by()
    return rows.values_list("object_key", "verb").distinct()


ACTS = Prepared(_acts, UUID(int=1), [UUID(int=2)])


def acts_in(subject: Subject, module: Module) -> dict[UUID, set[str]]:
    """What a person did with each part of a module; one statement."""
    acts: dict[UUID, set[str]] = {}
    if module.parts:
        for key, verb in ACTS.all(subject.pk, [part.key for part in module.parts]):
            acts.setdefault(key, set()).add(verb)
    return acts


def _around(page: BasePage, states: Mapping[UUID, str]) -> dict[str, Any]:
    found = outline().part(page.translation_key)
    if found is None:
        return {
            "module": None,
            "crumbs": [front(), {"title": page.title, "url": ""}],
            "previous": None,
            "next": None,
            "steps": [],
            "number": None,
        }
    module, part = found
    parts = list(module.open_parts)
    at = parts.index(part) if part in parts else None
    return {
        "module": module,
        "number": at + 1 if at is not None else None,
        "steps": [
            {
                "title": each.title,
                "url": each.url,
                "kind": each.kind,
                "state": "current" if each.key == part.key else states.get(each.key, "none"),
            }
            for each in parts
        ],
        "crumbs": [
            front(),
            {"title": module.title, "url": module.url},
            {"title": page.title, "url": ""},
        ],
        "previous": parts[at - 1] if at else None,
        "next": parts[at + 1] if at is not None and at + 1 < len(parts) else None,
    }


def front() -> Crumb:
    """The first crumb: the list of modules."""
    return {"title": gettext("Modules"), "url": f"/{current()}/"}


def after(key: UUID, road: Road) -> str:
    """Where to go after a part: the next one not done behind it, else the module's overview.

    What applies to another setting than hers is not on the way.
    """
    keys = [step.part.key for step in road.steps]
    if key in keys:
        at = keys.index(key)
        for step in (*road.steps[at + 1 :], *road.steps[:at]):
            is_hers = step.is_asked or step.part.is_beside
            if step.state != "met" and step.url and is_hers:
                return step.url
    return road.module.url


def _unsaved(page: CoursePage) -> Module:
    """A module that is only being written, for its preview."""
    return Module(
        key=page.translation_key,
        name=page.key,
        title=page.title,
        summary=page.summary,
        url="",
        minutes=page.minutes,
        order=page.order,
        applies=page.applies,
        archived=page.archived,
        private=False,
    )


def crumbs(*items: tuple[str, str]) -> list[Crumb]:
    """A breadcrumb from (title, address); the last one is the page itself, without address."""
    return [{"title": str(title), "url": url} for title, url in items]

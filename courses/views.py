"""A learner's own pages: start, paths, competence profile, history; and marking a lesson read."""

import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from content import cards as memory
from content.bilingual import current
from courses import actions, glances, need_words, timeline, why
from courses import profile as profiles
from courses.forms import DayForm
from courses.models import LessonPage
from courses.outline import Outline, Route, outline
from courses.panels import panels
from courses.people.models import AuditEntry, User
from courses.people.requests import UserRequest
from courses.progress import reviews
from courses.progress.models import Activity, Competence, Standing, Subject
from courses.reading import after, crumbs, record_of
from courses.roads import Record, Road
from courses.teams import Line, counts, needing_help, tops, with_names

PER_PAGE = 30
MOST_CONCERNS = 5  # people a lead's start page names


# Start ----------------------------------------------------------------------------------


@login_required
@require_safe
def home_dashboard(request: UserRequest) -> HttpResponse:
    """What is assigned and by when, where to continue, what is new."""
    today = timezone.localdate()
    known = outline()
    record = record_of(request.user, known, today)
    roads = record.roads()
    open_roads = sorted((road for road in roads if road.is_open and road.steps), key=_urgency)
    first = _continue_with(open_roads)
    abilities = _abilities_met(known, record, roads)
    context: dict[str, Any] = {
        "lede": _lede(roads, today),
        "first": first,
        "open_roads": [road for road in open_roads if road is not first],
        "met_roads": [road for road in roads if road.module.is_open and road.is_met],
        "new_roads": [road for road in roads if road.module.is_open and road.new],
        "archived_roads": [road for road in roads if road.module.archived],
        "routes": [_route_card(known.routes[key], record) for key in record.path_keys()],
        "has_nothing": not roads and not record.path_keys(),
        "profile": profiles.rows(
            _levels(record), [known.abilities[key] for key in abilities], today
        ),
        "has_cards": bool(memory.cards(current())),
        "review": reviews.summary_of(record.subject),
        "review_token": uuid4(),
        "today": today,
        # Asked for by leads' pages only; for others it costs nothing.
        "led": SimpleLazyObject(lambda: _led(request.user, known, today)),
    }
    context["panels"] = panels(
        "dashboard", {"request": request, "subject": record.subject, "today": today}
    )
    return render(request, "courses/dashboard.html", context)


def _led(user: User, known: Outline, today: datetime.date) -> dict[str, Any]:
    """How the teams of a lead are doing, and whom to help first."""
    teams = tops(user, today)
    if not teams:
        return {"teams": teams}
    glances.fresh()
    figures = counts(teams, user, today)
    found = needing_help(teams, user, today)[:MOST_CONCERNS]
    named = [Line(glance, today) for glance in with_names(found)]
    for line in named:
        line.said = need_words.say(line.needs, known)
    return {
        "teams": [(team, figures[team.pk]) for team in teams],
        "concerns": named,
        "more": max(0, sum(each.help for each in figures.values()) - len(named)),
    }


def _urgency(road: Road) -> tuple[bool, datetime.date, int]:
    return road.due_on is None, road.due_on or datetime.date.max, road.module.order


def _continue_with(roads: list[Road]) -> Road | None:
    """What she touched last among what is not finished, else what is due first."""
    begun = [road for road in roads if road.touched and road.next]
    if begun:
        return max(begun, key=lambda road: road.touched or datetime.datetime.min)
    return next((road for road in roads if road.next), None)


def _lede(roads: list[Road], today: datetime.date) -> str:
    asked = [road for road in roads if road.is_open and road.is_assigned]
    if not asked:
        finished = [road for road in roads if road.module.is_open and road.is_met]
        return _("You have finished all that was assigned to you.") if finished else ""
    late = sum(1 for road in asked if road.shown == "overdue")
    if late:
        return ngettext(
            "%(number)d module is past its day. Go on when you can; if you need more time, "
            "agree a new day with your lead.",
            "%(number)d modules are past their day. Go on when you can; if you need more time, "
            "agree a new day with your lead.",
            late,
        ) % {"number": late}
    return ngettext(
        "%(number)d module is waiting for you.",
        "%(number)d modules are waiting for you.",
        len(asked),
    ) % {"number": len(asked)}


def _levels(record: Record) -> dict[UUID, Standing]:
    return {
        key: row
        for (kind, key), row in record.standings.items()
        if kind == Standing.Kind.COMPETENCE
    }


def _abilities_met(known: Outline, record: Record, roads: list[Road]) -> list[UUID]:
    """Competences she has shown something of, or that her modules are about, in order."""
    wanted = set(_levels(record)) | {key for road in roads for key in road.module.competences}
    return [key for key in known.abilities if key in wanted]


# Paths ----------------------------------------------------------------------------------


def _route_card(route: Route, record: Record) -> dict[str, Any]:
    """A path for one person; an archived module on it is hers only as far as she took it."""
    roads = [
        road
        for road in _roads_on(route, record)
        if road.module.is_open or road.is_met or road.touched
    ]
    asked = [road for road in roads if road.module.is_open or road.is_met]
    enrolment = record.enrolments.get(route.key)
    state = record.state(route.key)
    if state == Standing.State.NONE and any(road.touched for road in roads):
        state = Standing.State.STARTED
    return {
        "route": route,
        "roads": roads,
        "done": sum(1 for road in asked if road.is_met),
        "total": len(asked),
        "due_on": enrolment.due_on if enrolment and any(r.is_open for r in asked) else None,
        "state": state,
    }


def _roads_on(route: Route, record: Record) -> list[Road]:
    known = record.outline.modules
    return [record.road(known[key]) for key in route.modules_on(record.today) if key in known]


@login_required
@require_safe
def paths(request: UserRequest) -> HttpResponse:
    """All paths, hers first."""
    record = record_of(request.user, outline(), timezone.localdate(), places=False)
    mine = set(record.path_keys())
    cards = [_route_card(route, record) for route in record.outline.open_routes]
    cards.sort(key=lambda card: card["route"].key not in mine)
    return render(
        request, "courses/paths.html", {"cards": cards, "mine": mine, "today": record.today}
    )


@login_required
@require_safe
def cards(request: UserRequest) -> HttpResponse:
    """Every memory card, by module and lesson."""
    known, found = outline(), memory.cards(current())
    modules = [
        (module, [card for part in module.open_parts for card in found.get(part.key, ())])
        for module in known.open_modules
        if not module.private
    ]
    context = {"modules": [(module, of_it) for module, of_it in modules if of_it]}
    return render(request, "courses/cards.html", context)


@login_required
@require_safe
def path(request: UserRequest, key: str) -> HttpResponse:
    """One path: its modules with her progress, and those announced."""
    record = record_of(request.user, outline(), timezone.localdate())
    route = next((r for r in record.outline.routes.values() if r.name == key), None)
    if route is None or (route.archived and route.key not in record.enrolments):
        raise Http404
    card = _route_card(route, record)
    ahead = next((road for road in card["roads"] if road.is_open and road.next), None)
    practice = {m.name: m.url for m in record.outline.open_modules if m.is_being_written}
    context = card | {
        "ahead": ahead,
        "coming": [
            {"title": title, "url": practice.get(name, "")}
            for title, name in zip(route.coming, route.coming_names, strict=True)
        ],
        "is_mine": route.key in record.enrolments,
        "today": record.today,
        "crumbs": crumbs((_("Paths"), reverse("courses:paths")), (route.title, "")),
    }
    return render(request, "courses/path.html", context)


# Reading --------------------------------------------------------------------------------


@login_required
@require_POST
def mark_read(request: UserRequest, key: UUID) -> HttpResponse:
    """Note a lesson as read, then go on to what comes next."""
    lesson = LessonPage.for_reader(key, request)
    if lesson is None:
        raise Http404
    today = timezone.localdate()
    actions.mark_read(request.user, lesson, today)
    known = outline()
    place = known.part(key)
    if place is None:
        return redirect(lesson.get_url(request))
    road = record_of(request.user, known, today, places=False).road(place[0])
    if road.is_met:
        messages.success(
            request, _("You have finished “%(module)s”.") % {"module": road.module.title}
        )
    return redirect(after(key, road))


# Competences ----------------------------------------------------------------------------


@login_required
@require_safe
def profile(request: UserRequest) -> HttpResponse:
    """The competences modules are about, and any she has shown; then those still coming."""
    today = timezone.localdate()
    known = outline()
    subject = Subject.objects.for_user(request.user)
    standings = {
        row.key: row
        for row in Standing.objects.filter(subject=subject, kind=Standing.Kind.COMPETENCE)
    }
    hers = known.taught | set(standings)
    context = {
        "rows": profiles.rows(
            standings, [each for key, each in known.abilities.items() if key in hers], today
        ),
        "coming": [each for key, each in known.abilities.items() if key not in hers],
        "level_names": list(enumerate(profiles.LEVEL_NAMES)),
        "panels": panels("profile", {"request": request, "subject": subject, "today": today}),
        "has_evidence": bool(standings),
    }
    return render(request, "courses/profile.html", context)


def why_page(
    request: UserRequest, subject: Subject, key: str, person: User | None = None
) -> dict[str, Any]:
    """Why somebody's level is what it is, today or on a past day; `person` is whom a lead looks at."""
    today = timezone.localdate()
    wanted = get_object_or_404(Competence, key=key, archived=False)
    form = DayForm(request.GET if "on" in request.GET else None, today=today)
    asked = form.cleaned_data["on"] if form.is_valid() else today
    known = outline()
    ability = known.abilities[wanted.uuid]
    found = why.grounds(subject, wanted, asked)
    page = Paginator(found.rows, PER_PAGE).get_page(request.GET.get("page"))
    own = person is None
    query = request.GET.copy()
    query.pop("page", None)
    return why.context(found, ability) | {
        "lines": why.lines(request.user, found, list(page.object_list), known, own=own),
        "page_obj": page,
        "query": query.urlencode(),
        "modules": [m for m in known.open_modules if ability.key in m.competences],
        "is_coming": ability.key not in known.taught and not found.rows,
        "form": form,
        "is_past": asked < today,
        "is_own": own,
        "can_refresh": own and asked == today and reviews.provider() is not None,
        "token": uuid4(),
        "person": person,
    }


@login_required
@require_safe
def competence(request: UserRequest, key: str) -> HttpResponse:
    """One of her competences, with all that the level rests on."""
    context = why_page(request, Subject.objects.for_user(request.user), key)
    context["crumbs"] = crumbs(
        (_("My competences"), reverse("courses:profile")), (context["ability"].title, "")
    )
    return render(request, "courses/competence.html", context)


@login_required
@require_safe
def over_time(request: UserRequest) -> HttpResponse:
    """How her competences changed, what she may forget next, how well she knows what she knows."""
    subject = Subject.objects.for_user(request.user)
    context = why.over_time(subject, outline(), timezone.localdate(), own=True)
    context["crumbs"] = crumbs(
        (_("My competences"), reverse("courses:profile")), (_("Over time"), "")
    )
    return render(request, "courses/over_time.html", context)


# History --------------------------------------------------------------------------------


@login_required
@require_safe
def history(request: UserRequest) -> HttpResponse:
    """Everything she did, newest first, and who has opened her record."""
    known = outline()
    subject = Subject.objects.for_user(request.user)
    # Of one moment "passed" comes after "finished", as the alphabet happens to have it.
    order = ("-happened_at", "-recorded_at", "-verb", "pk")
    rows = Activity.objects.filter(subject=subject).order_by(*order)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    seen = (
        AuditEntry.objects.filter(about=request.user, action__in=timeline.SEEN)
        .exclude(actor=request.user)
        .select_related("actor")[:20]
    )
    context = {
        "page_obj": page,
        "items": timeline.items(request.user, list(page.object_list), known),
        "seen": timeline.seen(list(seen), known) if page.number == 1 else [],
    }
    return render(request, "courses/history.html", context)

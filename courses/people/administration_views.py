"""For administrators and auditors: the people and teams they reach, and the access log.

Auditors read; what changes something starts from querysets that are empty for them.
"""

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.people import administration, second_step
from courses.people.audit import WORDS
from courses.people.files.known import whom_she_may_place
from courses.people.forms import OwnTeamForm, PersonForm, PlaceForm
from courses.people.models import OVERSEES, RUNS, AuditEntry, Membership, Role, Team, User
from courses.people.names import by_name, plain
from courses.people.requests import UserRequest

PER_PAGE = 50
LATELY = 20  # entries of the access log on a person's page

View = Callable[..., HttpResponse]


def overseer(view: View) -> View:
    """For who administers or audits a team on this day; a 404 for everybody else.

    Where the site asks staff for a second step of signing in, so does this.
    """

    @wraps(view)
    @login_required
    @never_cache
    def asked(request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        if not Team.objects.reached_by(request.user, OVERSEES, today).exists():
            raise Http404
        if second_step.missing(request.user):
            return second_step.set_up_first(request)
        return view(request, *args, today=today, **kwargs)

    return asked


def _teams(user: User, today: datetime.date) -> list[Team]:
    return list(Team.objects.reached_by(user, OVERSEES, today))


def _runs(user: User, today: datetime.date) -> bool:
    """Whether she administers any team, and not only audits."""
    return Membership.objects.on(today).filter(person=user, role__in=RUNS).exists()


# People ---------------------------------------------------------------------------------


STATES = ("here", "waiting", "closed")


def _state(person: User) -> str:
    if not person.is_active:
        return "closed"
    return "here" if person.has_usable_password() else "waiting"


@require_safe
@overseer
def people(request: UserRequest, today: datetime.date) -> HttpResponse:
    """Everybody in her teams, with what they are there."""
    teams = _teams(request.user, today)
    asked = _asked(request, teams)
    found = User.objects.reached_by(request.user, OVERSEES, today)
    if asked["team"] or asked["role"]:
        places = Membership.objects.lasting(today)
        if asked["team"]:
            places = places.filter(team__path__startswith=asked["team"].path)
        if asked["role"]:
            places = places.within_reach_of(request.user, OVERSEES, today)
            places = places.filter(role=asked["role"])
        found = found.filter(pk__in=places.values("person"))
    wanted = plain(asked["q"]).split()
    lines = [
        person
        for person in found
        if (not asked["state"] or _state(person) == asked["state"]) and _matches(person, wanted)
    ]
    page = Paginator(sorted(lines, key=by_name), PER_PAGE).get_page(request.GET.get("page"))
    places = (
        Membership.objects.lasting(today)
        .within_reach_of(request.user, OVERSEES, today)
        .filter(person__in=[person.pk for person in page])
        .select_related("team")
    )
    held: dict[int, list[Membership]] = {}
    for place in places:
        held.setdefault(place.person_id, []).append(place)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": [(person, held.get(person.pk, []), _state(person)) for person in page],
        "page_obj": page,
        "query": query.urlencode(),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "teams": teams,
        "roles": Role.choices,
        "states": STATES,
        "runs": _runs(request.user, today),
    }
    return render(request, "people/administration/people.html", context)


def _asked(request: HttpRequest, teams: list[Team]) -> dict[str, Any]:
    """The filter in the address; what makes no sense is left out."""
    role, state = request.GET.get("role", ""), request.GET.get("state", "")
    return {
        "q": request.GET.get("q", "").strip()[:100],
        "team": next((team for team in teams if str(team.pk) == request.GET.get("team")), None),
        "role": role if role in Role.values else "",
        "state": state if state in STATES else "",
    }


def _matches(person: User, words: list[str]) -> bool:
    said = plain(f"{person.first_name} {person.last_name} {person.username} {person.email or ''}")
    return all(word in said for word in words)


@require_safe
@overseer
def person(request: UserRequest, pk: int, today: datetime.date) -> HttpResponse:
    """One person: how she signs in, her places in the teams, who did what about her."""
    user = request.user
    found = get_object_or_404(User.objects.reached_by(user, OVERSEES, today), pk=pk)
    own = Membership.objects.run_by(user, today).filter(person=found)
    may_change_places = set(own.values_list("pk", flat=True))
    places = (
        Membership.objects.filter(person=found)
        .within_reach_of(user, OVERSEES, today)
        .select_related("team", "substitute_for__person")
        .order_by("-starts_on", "-pk")
    )
    entries = AuditEntry.objects.within_reach_of(user, today).filter(about=found)
    context = {
        "person": found,
        "state": _state(found),
        "places": [
            {
                "place": place,
                "is_over": _is_over(place, today),
                "may": place.pk in may_change_places,
                "may_be_stood_in_for": place.pk in may_change_places
                and place.role == Role.LEAD
                and not place.substitute_for_id
                and not _is_over(place, today),
            }
            for place in places
        ],
        "may_change": User.objects.run_by(user, today).filter(pk=pk).exists(),
        "may_invite": found.is_active
        and User.objects.invitable_by(user, today).filter(pk=pk).exists(),
        "may_place": whom_she_may_place(user, today).filter(pk=pk).exists(),
        "may_move": own.lasting(today).filter(substitute_for=None).exists(),
        "runs": _runs(user, today),
        "is_self": found == user,
        "entries": _entries(list(entries.select_related("actor")[:LATELY]), user, today),
        "crumbs": crumbs((str(found), "")),
    }
    return render(request, "people/administration/person.html", context)


def _is_over(place: Membership, today: datetime.date) -> bool:
    return place.ends_on is not None and place.ends_on < today


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page of an administrator, from all people on."""
    first = (_("People"), reverse("people:people"))
    return [{"title": title, "url": url} for title, url in (first, *more)]


def person_crumbs(found: User, title: str) -> list[dict[str, str]]:
    """The way to a page about one person."""
    return crumbs((str(found), reverse("people:person", args=[found.pk])), (title, ""))


def form_page(request: HttpRequest, form: BaseForm, **context: Any) -> HttpResponse:
    """A page that is one form; 422 where something in it is to be put right."""
    status = 422 if form.is_bound else 200
    context |= {"form": form}
    return render(request, "people/administration/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@overseer
def change_person(request: UserRequest, pk: int, today: datetime.date) -> HttpResponse:
    """Name, address and language."""
    found = get_object_or_404(User.objects.run_by(request.user, today), pk=pk)
    form = PersonForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        administration.change_person(found, form.changed_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("people:person", pk)
    # A name that was refused is not hers yet.
    shown = User.objects.get(pk=pk)
    title = _("Change name or address")
    return form_page(request, form, title=title, eyebrow=shown, crumbs=person_crumbs(shown, title))


@require_POST
@overseer
def account(request: UserRequest, pk: int, today: datetime.date) -> HttpResponse:
    """Close an account or open it again."""
    found = get_object_or_404(User.objects.run_by(request.user, today), pk=pk)
    if request.POST.get("account") == "open":
        administration.open_account(found, by=request.user)
        messages.success(request, _("The account is open again."))
    elif request.POST.get("account") == "close":
        administration.close_account(found, by=request.user)
        messages.success(request, _("The account is closed."))
    return redirect("people:person", pk)


# Places in teams ------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@overseer
def add_place(request: UserRequest, pk: int, today: datetime.date) -> HttpResponse:
    """Another role, or another team, for somebody in her teams."""
    found = get_object_or_404(whom_she_may_place(request.user, today), pk=pk)
    form = PlaceForm(
        request.POST or None,
        instance=Membership(person=found),
        teams=Team.objects.reached_by(request.user, RUNS, today),
        initial={"starts_on": today, "setting": ""},
    )
    if request.method == "POST" and form.is_valid():
        administration.save_place(form.save(commit=False), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("people:person", pk)
    title = _("Give a place in a team")
    return form_page(request, form, title=title, eyebrow=found, crumbs=person_crumbs(found, title))


@require_http_methods(["GET", "HEAD", "POST"])
@overseer
def change_place(request: UserRequest, pk: int, today: datetime.date) -> HttpResponse:
    """The last day of a place in a team; one that begins today or later can be taken back."""
    own = Membership.objects.run_by(request.user, today).select_related("person", "team")
    place = get_object_or_404(own, pk=pk)
    is_new = place.starts_on >= today
    if request.method == "POST" and is_new and "remove" in request.POST:
        administration.remove_place(place, by=request.user)
        messages.success(request, _("The place in the team is taken back."))
        return back_to(place.person, request.user, today)
    form = PlaceForm(request.POST or None, instance=place, teams=Team.objects.none())
    if request.method == "POST" and form.is_valid():
        administration.save_place(form.save(commit=False), by=request.user)
        messages.success(request, _("Saved."))
        return back_to(place.person, request.user, today)
    title = _("%(role)s in %(team)s") % {"role": place.get_role_display(), "team": place.team}
    return form_page(
        request,
        form,
        title=title,
        eyebrow=place.person,
        crumbs=person_crumbs(place.person, title),
        may_remove=is_new,
    )


def back_to(found: User, user: User, today: datetime.date) -> HttpResponse:
    """To the person; to all people, where with this place she has left the teams."""
    if User.objects.reached_by(user, OVERSEES, today).filter(pk=found.pk).exists():
        return redirect("people:person", found.pk)
    return redirect("people:people")


# Teams ----------------------------------------------------------------------------------


@require_safe
@overseer
def teams(request: UserRequest, today: datetime.date) -> HttpResponse:
    """The teams she reaches, as a tree, with how many people each has."""
    found = _teams(request.user, today)
    depth = min(team.depth for team in found)
    own = set(Team.objects.reached_by(request.user, RUNS, today).values_list("pk", flat=True))
    people = User.objects.filter(is_active=True)
    places = Membership.objects.on(today).filter(team__in=found, person__in=people)
    inside: dict[int, set[int]] = {}
    for team, member in places.values_list("team_id", "person_id"):
        inside.setdefault(team, set()).add(member)
    context = {
        "rows": [
            (team, team.depth - depth, len(inside.get(team.pk, ())), team.pk in own)
            for team in found
        ],
        "runs": bool(own),
    }
    return render(request, "people/administration/teams.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@overseer
def team(request: UserRequest, today: datetime.date, pk: int | None = None) -> HttpResponse:
    """A new team within hers, or the name and place of one of them."""
    own = Team.objects.reached_by(request.user, RUNS, today)
    if pk is None and not own.exists():
        raise Http404
    found = get_object_or_404(own, pk=pk) if pk else None
    form = OwnTeamForm(request.POST or None, instance=found, teams=own)
    if request.method == "POST" and form.is_valid():
        saved = administration.save_team(form, by=request.user)
        messages.success(request, _("“%(team)s” is saved.") % {"team": saved.name})
        return redirect("people:teams")
    title = Team.objects.get(pk=pk).name if pk else _("New team")
    trail = crumbs((_("Teams"), reverse("people:teams")), (title, ""))
    return form_page(request, form, title=title, crumbs=trail)


# Access log -----------------------------------------------------------------------------


@require_safe
@overseer
def access_log(request: UserRequest, today: datetime.date) -> HttpResponse:
    """Who saw, changed or printed what about the people and teams she reaches."""
    action = request.GET.get("action", "")
    entries = AuditEntry.objects.within_reach_of(request.user, today)
    if action in WORDS:
        entries = entries.filter(action=action)
    entries = entries.select_related("actor", "about").order_by("-at", "pk")
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "entries": _entries(list(page.object_list), request.user, today),
        "page_obj": page,
        "query": query.urlencode(),
        "actions": WORDS.items(),
        "action": action if action in WORDS else "",
    }
    return render(request, "people/administration/log.html", context)


def _entries(found: list[AuditEntry], user: User, today: datetime.date) -> list[dict[str, Any]]:
    """Entries in words; who acted is named only where she is of the reader's teams."""
    actors = {entry.actor_id for entry in found if entry.actor_id}
    known = set(
        User.objects.reached_by(user, OVERSEES, today)
        .filter(pk__in=actors)
        .values_list("pk", flat=True)
    )
    names = {
        str(team.pk): team.name
        for team in (_teams(user, today) if any(e.object_kind == "team" for e in found) else [])
    }
    return [
        {
            "at": entry.at,
            "actor": _actor(entry, known),
            "action": WORDS.get(entry.action, entry.action),
            "about": entry.about,
            "what": entry.object_key
            if entry.object_kind == "address"
            else names.get(entry.object_key, "")
            if entry.object_kind == "team"
            else "",
        }
        for entry in found
    ]


def _actor(entry: AuditEntry, known: set[int]) -> str:
    if entry.actor_id is None:
        return _("The system, or an account that was erased")
    return str(entry.actor) if entry.actor_id in known else _("Somebody from outside your teams")

"""How a story is played, for editors: counted in the database, told of groups of people alone."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count as Number
from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.permissions import policy_registry

from content.bilingual import say
from scenarios.engine import Story as Played
from scenarios.models import Mode, ScenarioRun, Story, StoryVersion, Turn, TurnKind
from scenarios.statistics import (
    BEGUN,
    FINISHED,
    LEAST,
    STOPPED,
    UNDER_WAY,
    Cell,
    Count,
    Figures,
    Play,
    figures,
)

STOPPED_DAYS = 14  # after so many without a turn a run has stopped
LONGEST = 15 * 60 * 1000  # milliseconds; whoever took longer was doing something else


def gathered(version: StoryVersion, mode: str, now: datetime.datetime) -> Play:
    """What was played of a version in a mode. Six statements, whatever the number of runs."""
    last = Turn.objects.filter(run=OuterRef("pk")).order_by("-number")
    runs = (
        ScenarioRun.objects.filter(version=version, mode=mode)
        .order_by()
        .annotate(
            last=Coalesce(
                Subquery(last.values("taken_at")[:1]), "started_at", output_field=DateTimeField()
            )
        )
    )
    is_open, is_old = Q(finished_at=None), Q(last__lt=now - datetime.timedelta(days=STOPPED_DAYS))
    wholes: dict[Cell, Q] = {
        BEGUN: Q(),
        FINISHED: ~is_open,
        STOPPED: is_open & is_old,
        UNDER_WAY: is_open & ~is_old,
    }
    totals = runs.aggregate(
        **{f"{name}_people": _people("subject", which) for (name,), which in wholes.items()},
        **{f"{name}_times": Number("pk", filter=which) for (name,), which in wholes.items()},
    )
    cells = {
        cell: Count(totals[f"{cell[0]}_people"], totals[f"{cell[0]}_times"]) for cell in wholes
    }
    turns = Turn.objects.filter(
        run__version=version, run__mode=mode, kind=TurnKind.CHOICE
    ).order_by()
    timed = Q(milliseconds__lte=LONGEST)
    for scene, choice, people, times in _counted(turns, "scene", "choice"):
        cells["choice", scene, choice] = Count(people, times)
    known = set()
    scenes = turns.values("scene").annotate(
        people=_people("run__subject"), times=Number("pk"), clocked=_people("run__subject", timed)
    )
    for scene, people, times, clocked in scenes.values_list("scene", "people", "times", "clocked"):
        cells["scene", scene] = Count(people, times)
        if clocked >= LEAST:
            known.add(scene)
    ended = runs.exclude(is_open).values("ending")
    for ending, people, times in ended.annotate(
        people=_people("subject"), times=Number("pk")
    ).values_list("ending", "people", "times"):
        cells["ending", ending] = Count(people, times)
    # Who went back to a checkpoint of an earlier run and chose nothing there stopped nowhere new.
    left = runs.filter(is_open & is_old).annotate(
        at=Subquery(last.values_list(KeyTextTransform("scene", "state_after"))[:1])
    )
    left = left.exclude(Q(at=None) & Q(continues__isnull=False))
    stops = left.values("at").annotate(people=_people("subject"), times=Number("pk"))
    for scene, people, times in stops.values_list("at", "people", "times"):
        cells["stop", scene or version.parsed.start] = Count(people, times)
    seconds: dict[str, dict[int, int]] = {}
    took = turns.filter(timed).annotate(second=F("milliseconds") / 1000).values("scene", "second")
    for scene, second, times in took.annotate(times=Number("pk")).values_list(
        "scene", "second", "times"
    ):
        if scene in known:
            seconds.setdefault(scene, {})[second] = times
    return Play(cells, seconds)


def _people(subject: str, which: Q | None = None) -> Number:
    return Number(subject, distinct=True, filter=which)


def _counted(turns: QuerySet[Turn], *by: str) -> Any:
    return (
        turns.values(*by)
        .annotate(people=_people("run__subject"), times=Number("pk"))
        .values_list(*by, "people", "times")
    )


def rows(story: Played, found: Figures) -> list[dict[str, Any]]:
    """Scenes with their words, in the order of the story."""
    return [
        {
            "row": row,
            "speaker": say(story.scenes[row.key].speaker),
            "text": say(story.scenes[row.key].text),
            "goes_on": story.scenes[row.key].is_gather,
            "choices": [
                {"text": say(choice.text), "row": told}
                for choice, told in zip(story.scenes[row.key].choices, row.choices, strict=True)
            ],
        }
        for row in found.scenes
    ]


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One version in one mode; `?version=` and `?mode=`, else the latest and what counts."""
    policy = policy_registry.get_by_type(Story)
    if not policy.user_has_any_permission(request.user, ["add", "change", "publish"]):
        raise PermissionDenied
    story = get_object_or_404(Story, pk=pk)
    versions = list(story.versions.order_by("-number").defer("data"))
    asked = request.GET.get("version") or (str(versions[0].number) if versions else "")
    version = next((each for each in versions if str(each.number) == asked), None)
    mode = request.GET.get("mode") or Mode.ASSESSED
    if (versions and version is None) or mode not in Mode.values:
        raise Http404
    title = _("How it is played: %(story)s") % {"story": story}
    context: dict[str, Any] = {
        "page_title": title,
        "header_icon": "comment",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse(Story.snippet_viewset.get_url_name("list")), "label": _("Stories")},
            {
                "url": reverse(Story.snippet_viewset.get_url_name("edit"), args=[pk]),
                "label": str(story),
            },
            {"url": "", "label": title},
        ],
        "story": story,
        "versions": versions,
        "version": version,
        "mode": mode,
        "modes": Mode.choices,
        "least": LEAST,
        "days": STOPPED_DAYS,
    }
    if version is not None:
        found = figures(version.parsed, gathered(version, mode, timezone.now()))
        endings = version.parsed.endings
        context |= {
            "figures": found,
            "scenes": rows(version.parsed, found),
            "endings": [
                {"title": say(endings[key].title), "key": key, "told": told}
                for key, told in found.endings
            ],
            "most": found.most,
        }
    return render(request, "scenarios/admin/figures.html", context)


urlpatterns = [path("stories/<int:pk>/figures/", report, name="scenarios_figures")]

"""Item statistics of the bank: answers gathered from finished attempts, and the pages for editors."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.permissions import policy_registry

from assessments import known
from assessments.models import Attempt, Question, Step
from assessments.replay import Standpoint, needed, replay
from assessments.results import Slot
from assessments.statistics import LEAST, Given, Item, items
from content.bilingual import say
from courses.progress.rules import add_months

MONTHS = 24  # answers older than this say little about the question as it is now
LONGEST_SECONDS = 15 * 60  # whoever took longer was doing something else
FEWEST = 5  # no group smaller than this is counted out loud

FLAGS = {
    "too-hard": gettext_lazy("Too hard: fewer than 30 % of the mark is earned."),
    "too-easy": gettext_lazy("Too easy: more than 95 % of the mark is earned."),
    "weak": gettext_lazy("Weak: whoever does well elsewhere hardly does better here."),
    "negative": gettext_lazy("Misleading: whoever does well elsewhere does worse here."),
    "unchosen": gettext_lazy("An option is chosen by fewer than 5 %."),
}


def gathered(today: datetime.date, question: Question | None = None) -> list[Given]:
    """Everybody's first finished attempt at each quiz of the last 24 months, answer by answer.

    With `question` only attempts at quizzes that have it. Three statements, whatever the number.
    """
    since = add_months(today, -MONTHS)
    attempts = Attempt.objects.at_quizzes().finished().filter(finished_at__date__gte=since)
    if question is not None:
        attempts = attempts.filter(quiz__places__question=question)
    first: dict[tuple[Any, int | None], Attempt] = {}
    for attempt in attempts.order_by("number"):
        first.setdefault((attempt.subject_id, attempt.quiz_id), attempt)
    steps: dict[Any, list[Step]] = {attempt.pk: [] for attempt in first.values()}
    for step in Step.objects.filter(attempt__in=attempts.order_by()).order_by("number"):
        if step.attempt_id in steps:
            steps[step.attempt_id].append(step)
    wanted: set[int] = set()
    for attempt in first.values():
        wanted |= needed(attempt, steps[attempt.pk])
    versions = known.versions(wanted)
    return [
        given
        for attempt in first.values()
        for given in _given(replay(attempt, steps[attempt.pk], versions))
    ]


def _given(stand: Standpoint) -> Iterable[Given]:
    seconds = _seconds(stand)
    for slot in stand.slots:
        if not slot.is_scored:
            continue
        yield Given(
            attempt=stand.attempt.pk,
            question=str(slot.data["uuid"]),
            score=float(slot.fraction or 0),
            chosen=chosen(slot),
            seconds=seconds.get(slot.number),
            certainty=slot.certainty,
        )


def _seconds(stand: Standpoint) -> dict[int, float]:
    """How long each question took: from the save before it, or the start, to its first save."""
    saved = [step for step in stand.steps if step.kind == Step.Kind.SAVED]
    moments = [stand.attempt.started_at, *(step.at for step in saved)]
    found: dict[int, float] = {}
    for step, (before, after) in zip(saved, pairwise(moments), strict=True):
        took = (after - before).total_seconds()
        if step.slot is not None and step.slot not in found and 0 < took <= LONGEST_SECONDS:
            found[step.slot] = took
    return found


def chosen(slot: Slot) -> tuple[str, ...]:
    """What can be counted in an answer; words that people wrote themselves are not."""
    response = slot.response or {}
    if "chosen" in response:
        return tuple(response["chosen"])
    for name in ("pairs", "groups"):
        if name in response:
            return tuple(f"{key}={value}" for key, value in response[name].items())
    if "gaps" in response:
        choosing = {gap["key"] for gap in slot.data["body"]["gaps"] if gap["mode"] == "choose"}
        return tuple(f"{key}={value}" for key, value in response["gaps"].items() if key in choosing)
    return ()


def option_texts(data: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """{what is counted: (what it says, whether it is right)} of a version's data."""
    body = data.get("body") or {}
    found = {option["key"]: (_option(option), bool(option["right"])) for option in data["options"]}
    match data["kind"]:
        case "matching":
            right = {row["key"]: say(row["text"]) for row in body["right"]}
            for row in body["left"]:
                for key, text in right.items():
                    is_right = body["pairs"].get(row["key"]) == key
                    found[f"{row['key']}={key}"] = (f"{say(row['text'])} → {text}", is_right)
        case "grouping":
            for item in body["items"]:
                for group in body["groups"]:
                    is_right = body["belongs"].get(item["key"]) == group["key"]
                    said = f"{say(item['text'])} → {say(group['text'])}"
                    found[f"{item['key']}={group['key']}"] = (said, is_right)
        case "cloze":
            for gap in body["gaps"]:
                for option in gap.get("options", ()):
                    key = f"{gap['key']}={option['key']}"
                    found[key] = (f"[{gap['key']}] {say(option['text'])}", bool(option["right"]))
    return found


def beliefs(data: Mapping[str, Any]) -> dict[str, str]:
    """{what is counted: the misconception behind it} of a version's data, where one was named."""
    body = data.get("body") or {}
    found = {option["key"]: option for option in data["options"]}
    match data["kind"]:
        case "matching":
            found |= {
                f"{left['key']}={right['key']}": right
                for left in body["left"]
                for right in body["right"]
                if body["pairs"].get(left["key"]) != right["key"]
            }
        case "grouping":
            found |= {
                f"{item['key']}={group['key']}": item
                for item in body["items"]
                for group in body["groups"]
                if body["belongs"].get(item["key"]) != group["key"]
            }
        case "cloze":
            found |= {
                f"{gap['key']}={option['key']}": option
                for gap in body["gaps"]
                for option in gap.get("options", ())
            }
    return {key: row["misconception"] for key, row in found.items() if row.get("misconception")}


def _option(option: Mapping[str, Any]) -> str:
    names = {"true": _("True"), "false": _("False")}
    return say(option["text"]) or names.get(option["key"], option["key"])


@dataclass(frozen=True)
class Row:
    """A question with what is known about it, for the list."""

    question: Question
    item: Item

    @property
    def count(self) -> str:
        """How many people answered; a handful is not counted out loud."""
        if self.item.count < FEWEST:
            return _("fewer than %(number)d") % {"number": FEWEST}
        return str(self.item.count)

    @property
    def flags(self) -> list[str]:
        return [str(FLAGS[flag]) for flag in self.item.flags]

    @property
    def url(self) -> str:
        return reverse("assessments_item", args=[self.question.pk])


def rows(today: datetime.date) -> list[Row]:
    """Every question that people have answered, those to mend first."""
    answers = gathered(today)
    asked = {answer.question for answer in answers}
    questions = list(Question.objects.filter(uuid__in=asked))
    options = {
        str(question.uuid): list(option_texts(question.as_options())) for question in questions
    }
    found = items(answers, options)
    rows = [Row(question, found[str(question.uuid)]) for question in questions]
    return sorted(rows, key=lambda row: (-len(row.item.flags), -row.item.count, row.question.key))


# Pages ----------------------------------------------------------------------------------


def _may(request: HttpRequest) -> None:
    policy = policy_registry.get_by_type(Question)
    if not policy.user_has_any_permission(request.user, ["add", "change", "publish"]):
        raise PermissionDenied


def _around(*crumbs: tuple[str, Any]) -> dict[str, Any]:
    path = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        *({"url": url, "label": label} for url, label in crumbs),
    ]
    return {"page_title": crumbs[-1][1], "header_icon": "order", "breadcrumbs_items": path}


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """What answers say about each question; `?mend=1` shows those with something to look at."""
    _may(request)
    found = rows(timezone.localdate())
    mend = [row for row in found if row.flags]
    only = bool(request.GET.get("mend"))
    context = _around(("", _("Item statistics"))) | {
        "rows": mend if only else found,
        "only": only,
        "mend": len(mend),
        "least": LEAST,
        "months": MONTHS,
    }
    return render(request, "assessments/admin/items.html", context)


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: figures with their errors, options, certainty."""
    _may(request)
    question = get_object_or_404(Question, pk=pk)
    data = question.as_options()
    said, believed = option_texts(data), beliefs(data)
    answers = gathered(timezone.localdate(), question)
    uuid = str(question.uuid)
    found = items(answers, {uuid: list(said)}).get(uuid) or Item(uuid, 0)
    row = Row(question, found)
    options = [
        {
            "count": each,
            "text": said[each.key][0],
            "right": said[each.key][1],
            "belief": believed.get(each.key, ""),
        }
        for each in found.options
        if each.key in said
    ]
    context = _around((reverse("assessments_items"), _("Item statistics")), ("", str(question))) | {
        "row": row,
        "item": found,
        "options": options,
        "least": LEAST,
        "months": MONTHS,
    }
    return render(request, "assessments/admin/item.html", context)


urlpatterns = [
    path("questions/statistics/", report, name="assessments_items"),
    path("questions/statistics/<int:pk>/", item, name="assessments_item"),
]

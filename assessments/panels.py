"""What quizzes add to other pages: attempts to see, where one left off, what is kept back."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from functools import cache as once
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import reading
from assessments.models import Attempt, Step
from courses.holding import Held
from courses.links import Row, named, place
from courses.outline import outline
from courses.panels import Panel
from courses.people.models import User
from courses.people.prepared import Prepared
from courses.progress.models import Evidence, Subject
from courses.resume import Place
from courses.waiting import Waiting

BEGUN: Prepared[Any] = Prepared(
    lambda subject: (
        Attempt.objects.filter(subject=subject)
        .at_quizzes()
        .open()
        .annotate(
            answered=Count("steps__slot", filter=Q(steps__kind=Step.Kind.SAVED), distinct=True)
        )
        .order_by("started_at")
    ),
    UUID(int=1),
)


def unfinished(subject: Subject, keys: Collection[UUID]) -> dict[UUID, Place]:
    """Open attempts at the quizzes with these keys; one query."""
    found = {}
    for attempt in BEGUN.all(subject.pk):
        if attempt.page_key not in keys:
            continue
        total = len(attempt.pinned["slots"])
        said = _("%(done)d of %(total)d questions answered") % {
            "done": attempt.answered,
            "total": total,
        }
        found[attempt.place[0]] = Place(
            reverse("assessments:attempt", args=[attempt.pk]), attempt.started_at, said
        )
    return found


def reviews(viewer: User, rows: Sequence[Row]) -> dict[UUID, str]:
    """Where rows about quizzes can be looked at, for whose attempts they are; one query.

    Attempts are their owner's alone: for a lead there are none among these.
    """
    origins = named("attempt", rows)
    wanted = {key for key, _rest in origins.values()}
    own = Attempt.objects.of(viewer).filter(pk__in=wanted)
    known = {pk: rest for pk, *rest in own.values_list("pk", "status", "quiz")}
    found = {}
    for row, (key, rest) in origins.items():
        if key not in known:
            continue
        (status, quiz), slot = known[key], place(rest)
        if status == Attempt.Status.OPEN:
            found[row] = reverse("assessments:attempt", args=[key])
        elif slot and quiz is None:
            # Of a review each question has its own page.
            found[row] = reverse("assessments:question", args=[key, slot])
        else:
            review = reverse("assessments:review", args=[key])
            found[row] = f"{review}#question-{slot}" if slot else review
    return found


def held(rows: Sequence[Evidence]) -> dict[UUID, Held]:
    """Answers whose result is kept back now by the rules that their attempt began with; one query."""
    origins = named("attempt", rows)
    wanted = {key for key, _rest in origins.values()}
    if not wanted:
        return {}
    now = timezone.now()
    kept = {}
    for attempt in Attempt.objects.at_quizzes().filter(pk__in=wanted).for_lists():
        if not attempt.policy.shows(now, attempt.finished_at).result:
            kept[attempt.pk] = Held(attempt.policy.shown_from(now, attempt.finished_at))
    return {row: kept[key] for row, (key, _rest) in origins.items() if key in kept}


def person_panels(context: dict[str, Any]) -> Iterable[Panel]:
    """A person's attempts and results, without her answers; `context` has `subject`."""
    yield from _panel(context, links=False)
    if person := context.get("person"):
        yield Panel("assessments/time_panel.html", {"person": person}, order=60)


def profile_panels(context: dict[str, Any]) -> Iterable[Panel]:
    """The ways to what one's own attempts say all together."""
    yield Panel("assessments/own_panel.html", {}, order=70)


def module_panels(context: dict[str, Any]) -> Iterable[Panel]:
    """The reader's own attempts at the quizzes of the module she looks at."""
    road = context.get("road")
    if road is not None:
        yield from _panel(context, links=True, keys={part.key for part in road.module.parts})


def _panel(
    context: dict[str, Any], *, links: bool, keys: set[UUID] | None = None
) -> Iterable[Panel]:
    subject = context.get("subject")
    if subject is None:
        return
    attempts = Attempt.objects.at_quizzes().filter(subject=subject).for_lists()
    attempts = attempts.order_by("started_at")
    if keys is not None:
        attempts = attempts.filter(page_key__in=keys)
    parts, now = outline().parts(), timezone.now()
    quizzes: dict[UUID, dict[str, Any]] = {}
    for attempt in attempts:
        key, _quiz = attempt.place
        if key not in quizzes:
            module, part = parts.get(key, (None, None))
            quizzes[key] = {
                "title": part.title if part else _("A quiz that was removed"),
                "module": module.title if module else "",
                "finished": [],
                "open": None,
            }
        shown = quizzes[key]
        if attempt.is_open:
            shown["open"] = attempt
        else:
            shown["finished"].append(reading.line(attempt, now))
    if quizzes:
        yield Panel(
            "assessments/panel.html", {"quizzes": list(quizzes.values()), "links": links}, order=40
        )


def dashboard_panels(context: dict[str, Any]) -> Iterable[Panel]:
    """For whoever leads or administers a team: how much waits to be marked.

    Counted when the template looks, which it does for these people only.
    """
    request, today = context.get("request"), context.get("today")
    if request is None or today is None:
        return
    # A function, as the template counts in words: it needs a number there and nothing like one.
    waiting = once(lambda: waiting_for(request.user, today))
    yield Panel("assessments/marking/panel.html", {"waiting": waiting}, order=20)


def waiting_for(user: User, today: datetime.date) -> int:
    """How many attempts wait for somebody to mark whom this person might be; one statement."""
    attempts = Attempt.objects.markable_by(user, today)
    return attempts.filter(status=Attempt.Status.MARKING).count()


def waiting(user: User, today: datetime.date) -> Iterable[Waiting]:
    """For the page of a team: how much of what her people wrote waits for a mark."""
    number = waiting_for(user, today)
    text = ngettext(
        "%(number)d attempt at a quiz waits to be marked",
        "%(number)d attempts at quizzes wait to be marked",
        number,
    ) % {"number": number}
    yield Waiting(number, text, reverse("assessments:marking"))

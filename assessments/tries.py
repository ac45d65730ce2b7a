"""A quiz tried out by a visitor: an attempt like any other, whose steps her session keeps.

Nothing of it is in the attempts, on a record or anywhere but in the session. The steps are those of
`actions`, and where they lead `replay` says; only what is written is written elsewhere. Open answers
are left out, as nobody would read them. No twin is asked: the result says what one is for.
"""

import datetime
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest
from django.utils import timezone

from assessments import actions, draws, grading, known
from assessments.models import Attempt, Quiz, QuizPage, Step
from assessments.policy import Policy
from assessments.replay import Standpoint

KEY = "tries"  # in the session: {key of the quiz page: what is kept of the try-out}
MOST_TRIES = 3  # in a session; the oldest goes
MOST_BYTES = 48_000  # of the steps of one


class Full(actions.Refused):
    """The try-out has as many steps as a session keeps of one; it can only be finished."""


def is_offered(page: QuizPage, request: HttpRequest) -> bool:
    """Whether somebody who is not signed in may try the quiz of this page out now."""
    quiz = page.quiz
    return (
        page.is_tried_by(request)
        and quiz.policy.refusal([], timezone.now()) is None
        and any(item.is_scored for item in _drawn(quiz, random.Random(0)))  # noqa: S311
    )


def asked_count(quiz: Quiz) -> int:
    """How many questions a try-out has."""
    return len(_drawn(quiz, random.Random(0)))  # noqa: S311


def _drawn(quiz: Quiz, chance: random.Random) -> list[draws.Item]:
    pool = [item for item in known.pool(quiz) if item.kind not in grading.BY_HAND]
    return actions.draw(quiz, chance, pool=pool)


def policy_of(quiz: Quiz) -> Policy:
    """The quiz's own rules without what only means something on a record."""
    return replace(quiz.policy, opens=None, closes=None, time_limit=0, certainty=False)


# What the session keeps -----------------------------------------------------------------


def start(
    request: HttpRequest, page: QuizPage, token: UUID, chance: random.Random = actions.CHANCE
) -> None:
    """Begin anew, in place of an earlier try-out; the same token again changes nothing."""
    kept = request.session.get(KEY, {})
    key = str(page.translation_key)
    if key in kept and kept[key]["token"] == str(token):
        return
    quiz = page.quiz
    items = _drawn(quiz, chance)
    others = [(name, each) for name, each in kept.items() if name != key][1 - MOST_TRIES :]
    request.session[KEY] = dict(others) | {
        key: {
            "id": str(uuid4()),
            "token": str(token),
            "quiz": quiz.pk,
            "at": timezone.now().isoformat(),
            "pinned": actions.pinned(policy_of(quiz), None, items, quiz.shuffle, chance),
            "steps": [],
        }
    }


def stand_of(request: HttpRequest, page: QuizPage) -> Standpoint | None:
    """Where her try-out of this quiz stands; None where she has begun none."""
    kept = request.session.get(KEY, {}).get(str(page.translation_key))
    if kept is None or kept["quiz"] != page.quiz_id:
        return None
    attempt = Attempt(
        pk=UUID(kept["id"]),
        quiz_id=page.quiz_id,
        page_key=page.translation_key,
        number=1,
        pinned=kept["pinned"],
        started_at=datetime.datetime.fromisoformat(kept["at"]),
    )
    return actions.resume(attempt, [Step.of_row(attempt, row) for row in kept["steps"]])


def forget_at_sign_in(sender: Any, request: HttpRequest, **given: Any) -> None:
    """Whoever signs in leaves what was tried out behind: it may not even have been her."""
    if hasattr(request, "session"):
        request.session.pop(KEY, None)


class Log(actions.Log):
    """A try-out being written to. Raises `Full` where the session keeps no more of it."""

    def __init__(self, request: HttpRequest, stand: Standpoint) -> None:
        self.session = request.session
        super().__init__(stand.attempt, stand=stand)

    def write(self) -> Standpoint:
        if self.new:
            rows = [_row(step) for step in self.steps]
            if not self.is_over and len(json.dumps(rows)) > MOST_BYTES:
                raise Full
            kept = self.session[KEY]
            kept[str(self.attempt.page_key)]["steps"] = rows
            self.session[KEY] = kept
        return self.stand


def _row(step: Step) -> list[Any]:
    """A step as `Step.of_row` reads it."""
    return [
        *(step.number, str(step.kind), step.slot, step.version_id, None, str(step.token), None),
        *(step.at.isoformat(), step.response, step.data),
    ]


# What is done with it -------------------------------------------------------------------


def save(
    request: HttpRequest, stand: Standpoint, given: Sequence[actions.Given]
) -> actions.Outcome:
    """Keep answers; each counts until a later one is given."""
    log = Log(request, stand)
    answers = {each.slot: actions.take(log, each) for each in given}
    return actions.Outcome(log.write(), answers)


def finish(
    request: HttpRequest, stand: Standpoint, given: Sequence[actions.Given] = ()
) -> actions.Outcome:
    """Keep what is sent, and finish; finishing twice is finishing once."""
    log = Log(request, stand)
    answers = {each.slot: actions.take(log, each) for each in given}
    if not log.is_over:
        log.add(Step.Kind.FINISHED, token=uuid5(log.attempt.pk, "finished"))
    return actions.Outcome(log.write(), answers)

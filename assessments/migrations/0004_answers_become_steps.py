"""Each answer becomes a step of its attempt's log, each attempt keeps its policy, and back."""

import uuid
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ASPECTS = ["response", "correctness", "marks", "right", "feedback"]
AT_THE_END = {"during": [], "after": ASPECTS, "later": ASPECTS, "closed": ASPECTS}


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Attempt = apps.get_model("assessments", "Attempt")
    Answer = apps.get_model("assessments", "Answer")
    Step = apps.get_model("assessments", "Step")
    Quiz = apps.get_model("assessments", "Quiz")
    Quiz.objects.filter(feedback="each").update(shown_during=ASPECTS)
    for attempt in Attempt.objects.order_by("pk").iterator(chunk_size=500):
        pinned: dict[str, Any] = dict(attempt.pinned)
        each = pinned.pop("feedback", "end") == "each"
        pinned["policy"] = {
            "pass_mark": pinned.pop("pass_mark"),
            "shown": AT_THE_END | {"during": ASPECTS if each else []},
        }
        pinned["deadline"] = attempt.deadline.isoformat() if attempt.deadline else None
        attempt.pinned = pinned
        attempt.save(update_fields=["pinned"])
        answers = Answer.objects.filter(attempt=attempt).order_by("given_at", "pk")
        steps = [
            Step(
                attempt=attempt,
                number=number,
                kind="saved",
                slot=answer.slot,
                version_id=answer.version_id,
                response=answer.response,
                token=answer.token,
                at=answer.given_at,
            )
            for number, answer in enumerate(answers, start=1)
        ]
        if attempt.finished_at:
            steps.append(
                Step(
                    attempt=attempt,
                    number=len(steps) + 1,
                    kind="finished",
                    token=uuid.uuid5(attempt.pk, "finished"),
                    at=attempt.finished_at,
                )
            )
        Step.objects.bulk_create(steps)


def backwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What only steps can hold (marks, twins, more time) is left behind with them."""
    Attempt = apps.get_model("assessments", "Attempt")
    Answer = apps.get_model("assessments", "Answer")
    Step = apps.get_model("assessments", "Step")
    Quiz = apps.get_model("assessments", "Quiz")
    for quiz in Quiz.objects.all():
        quiz.feedback = "each" if set(quiz.shown_during) - {"response"} else "end"
        quiz.save(update_fields=["feedback"])
    for attempt in Attempt.objects.order_by("pk").iterator(chunk_size=500):
        pinned: dict[str, Any] = dict(attempt.pinned)
        policy = pinned.pop("policy")
        pinned.pop("deadline", None)
        pinned["pass_mark"] = policy["pass_mark"]
        during = set(policy.get("shown", AT_THE_END).get("during", ()))
        pinned["feedback"] = "each" if during - {"response"} else "end"
        attempt.pinned = pinned
        if attempt.status != "open":
            attempt.status = "finished"
        attempt.save(update_fields=["pinned", "status"])
        number: dict[int, int] = {}
        answers = []
        for step in Step.objects.filter(attempt=attempt, kind="saved").order_by("number"):
            if step.data.get("late"):
                continue
            number[step.slot] = number.get(step.slot, 0) + 1
            answers.append(
                Answer(
                    attempt=attempt,
                    slot=step.slot,
                    number=number[step.slot],
                    version_id=step.version_id,
                    response=step.response,
                    token=step.token,
                    given_at=step.at,
                )
            )
        Answer.objects.bulk_create(answers)
        Step.objects.filter(attempt=attempt).delete()


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_steps_and_policies")]

    operations = [migrations.RunPython(forwards, backwards)]

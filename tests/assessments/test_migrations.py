"""Answers became steps: nothing is lost on the way there, or on the way back."""

import uuid
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from assessments.models import Question
from tests.assessments.factories import QuestionFactory, begun, option
from tests.assessments.kinds import asked
from tests.people.factories import UserFactory

BEFORE = [("assessments", "0003_steps_and_policies")]
AFTER = [("assessments", "0005_no_answers_beside_the_steps")]


def migrated(to):
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_answers_become_steps_and_steps_answers():
    attempt = begun(UserFactory())
    pins = [(pin.version, pin.options) for pin in attempt.pins]
    leaves = list(MigrationExecutor(connection).loader.graph.leaf_nodes())
    try:
        old = migrated(BEFORE)
        Attempt, Answer, Quiz = (
            old.get_model("assessments", name) for name in ("Attempt", "Answer", "Quiz")
        )
        Quiz.objects.update(feedback="each")
        row = Attempt.objects.get()
        row.pinned = {"pass_mark": 70, "feedback": "each", "slots": row.pinned["slots"]}
        row.status, row.finished_at = "finished", row.started_at
        row.save()
        tokens = [uuid.uuid4() for _ in range(3)]
        given = [(1, 1, "b"), (2, 1, "c"), (1, 2, "a")]
        for token, (slot, number, chosen) in zip(tokens, given, strict=True):
            Answer.objects.create(
                attempt=row,
                slot=slot,
                number=number,
                version_id=pins[slot - 1][0],
                response={"chosen": [chosen]},
                token=token,
            )

        new = migrated(AFTER)
        kept = new.get_model("assessments", "Attempt").objects.get()
        assert kept.pinned["policy"]["pass_mark"] == 70
        assert "right" in kept.pinned["policy"]["shown"]["during"]
        assert "right" in new.get_model("assessments", "Quiz").objects.get().shown_during
        steps = new.get_model("assessments", "Step").objects.order_by("number")
        assert [(step.kind, step.slot, step.token) for step in steps][:3] == [
            ("saved", slot, token)
            for token, (slot, _number, _chosen) in zip(tokens, given, strict=True)
        ]
        assert steps[3].kind == "finished"
        assert steps[3].at == kept.finished_at

        back = migrated(BEFORE)
        answers = back.get_model("assessments", "Answer").objects.order_by("given_at", "pk")
        assert [
            (answer.slot, answer.number, answer.response["chosen"][0], answer.token)
            for answer in answers
        ] == [(*each, token) for each, token in zip(given, tokens, strict=True)]
        row = back.get_model("assessments", "Attempt").objects.get()
        assert (row.pinned["pass_mark"], row.pinned["feedback"]) == (70, "each")
        assert back.get_model("assessments", "Quiz").objects.get().feedback == "each"
    finally:
        migrated(leaves)


@pytest.mark.django_db
def test_questions_of_before_are_found_by_their_words():
    fill = import_module("assessments.migrations.0010_words_of_earlier_questions").fill
    question = QuestionFactory(
        stem_lv="Ko nozīmē izdegšana?",
        options=[option("a", True, text_lv="Nogurums"), option("b", text_lv="Atvaļinājums")],
    )
    kept = question.words
    matched = asked("matching")
    Question.objects.update(words="")
    assert not Question.objects.found("izdegšanas")
    fill(apps, None)
    for words in ("izdegšanas", "nogurumu", "atvalinajums", question.key.split("/")[1]):
        assert question in Question.objects.found(words)
    assert matched in Question.objects.found("Strain four")
    assert set(kept.split()) <= set(Question.objects.get(pk=question.pk).words.split())
    # Whoever has words keeps them.
    Question.objects.update(words=" mine")
    fill(apps, None)
    assert set(Question.objects.values_list("words", flat=True)) == {" mine"}

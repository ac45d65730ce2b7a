"""The pack this site is made for."""

import logging
from pathlib import Path

import pytest

import content
from assessments.parts import KINDS
from content.packs import runner

TILTS = Path(content.__file__).parent / "packs" / "tilts"


@pytest.mark.django_db
def test_it_has_no_problems():
    assert runner.check(runner.read(TILTS)) == []


@pytest.mark.indexed
@pytest.mark.django_db
def test_it_loads_without_complaint_dumps_and_loads_again(tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        runner.load(TILTS)
    assert [line.getMessage() for line in caplog.records if line.levelno > logging.INFO] == []
    # What failed in the background would be a line of this logger: it must have been heard.
    assert any(line.name == "django_tasks" for line in caplog.records)
    assert runner.dump(tmp_path / "out") == runner.canonical(TILTS)
    report = runner.load(TILTS)
    assert (report.created, report.updated, report.archived, report.conflicts) == ([], [], [], [])


def quizzes():
    pack = runner.read(TILTS)
    return {name: pack.tables[name] for name in pack.matching("modules/*/quiz*.toml")}


def test_the_introduction_of_a_quiz_says_how_many_questions_are_asked():
    for quiz in quizzes().values():
        asked = quiz.get("draw") or len(quiz["questions"])
        assert asked <= len(quiz["questions"])
        for language in ("lv", "en"):
            assert quiz["intro"][language].startswith(f"{asked} ")


def test_the_quizzes_on_burnout_use_every_kind_and_a_person_marks_one_of_its_own():
    questions = quizzes()["modules/burnout/quiz.toml"]["questions"]
    assert {question["kind"] for question in questions} == set(KINDS) - {"open"}
    own = quizzes()["modules/burnout/quiz-own-part.toml"]
    assert [question["kind"] for question in own["questions"]] == ["open"]
    assert own["beside"], "nobody waits for a mark to be done with the module"
    # Nobody waits in vain: enough of them are scored for any draw.
    assert sum(not question.get("needs_review") for question in questions) >= 20
    twins = {question["key"]: question["twin"] for question in questions if "twin" in question}
    assert len(twins) == 2


def test_every_statement_in_a_wrong_group_has_words_and_a_belief_behind_it():
    rows = [row for quiz in quizzes().values() for row in quiz["questions"]]
    items = [
        item
        for row in rows
        if row["kind"] == "grouping"
        for group in row["groups"]
        for item in group["items"]
    ]
    assert len(items) >= 17
    for item in items:
        assert all(item["elsewhere"][code] for code in ("lv", "en"))
        assert item["misconception"]


def test_every_topic_has_questions_and_every_question_a_topic():
    topics = runner.read(TILTS).tables["topics.toml"]["topics"]
    named = [
        topic for quiz in quizzes().values() for row in quiz["questions"] for topic in row["topics"]
    ]
    above = {topic["parent"] for topic in topics if "parent" in topic}
    assert {topic["key"] for topic in topics} == set(named) | above

"""How far the content lets a level rise, and which sections of the handbook it teaches."""

import datetime
import uuid

import pytest

from content import checks
from content.models import Source
from courses import coverage
from courses.progress.rules import LEVEL_RULES
from courses.reach import Measure, reach, reaches
from scenarios.models import Story
from tests.assessments.factories import QuestionFactory, QuizFactory, lesson_page, quiz_page
from tests.progress.factories import CompetenceFactory
from tests.scenarios.factories import choice, make_page, make_story, scene, story_of

TODAY = datetime.date(2026, 11, 26)


def questions(number, **given):
    return [
        Measure("ethics", f"question/{uuid.uuid4()}", "single", "both", guess=0.25, **given)
        for _number in range(number)
    ]


def decisions(number, story="one", **given):
    return [
        Measure("ethics", f"story/{story}/scene-{place}", "decision", "both", guess=0.3, **given)
        for place in range(number)
    ]


def of_ethics(measures, setting="prison", **given):
    return reach(measures, "ethics", setting, LEVEL_RULES, TODAY, **given)


def test_level_3_takes_eight_items_and_two_decisions_in_one_story():
    assert of_ethics(questions(8)).level == 2
    assert of_ethics([*questions(6), *decisions(2)]).level == 3
    assert of_ethics([*questions(6), *decisions(1), *decisions(1, "two")]).level == 2
    assert of_ethics([*questions(2), *decisions(1)]).level == 1
    assert of_ethics([]).level == 0


def test_a_decision_without_a_best_choice_holds_the_level_down():
    poor = decisions(4, best=0.2)
    assert of_ethics([*questions(4), *poor]).level < of_ethics([*questions(4), *decisions(4)]).level


def test_what_is_for_the_other_setting_does_not_count():
    inside = [each._replace(applies="prison") for each in questions(8)]
    both = [*inside, *decisions(2)]
    assert of_ethics(both, "prison").level == 3
    outside = of_ethics(both, "municipal")
    assert (outside.items, outside.decisions, outside.level) == (0, 2, 0)


def test_it_counts_items_kinds_stories_and_critical_ones():
    found = of_ethics(
        [
            *questions(2),
            *questions(1, critical=True),
            questions(1)[0]._replace(kind="ordering"),
            *decisions(2, critical=True),
            *decisions(1, "two"),
            questions(1)[0]._replace(competence="alliance"),
        ]
    )
    assert (found.items, found.kinds, found.critical) == (4, 2, 3)
    assert (found.decisions, found.stories) == (3, 2)


@pytest.fixture
def course():
    CompetenceFactory(key="alliance")
    handbook = Source.objects.create(key="handbook", title_lv="Rokasgrāmata", title_en="Handbook")
    asked = [
        *QuestionFactory.create_batch(3, source=handbook, source_section="1.2; 1.3"),
        QuestionFactory(competences=(("alliance", 1),)),
        QuestionFactory(needs_review=True, source=handbook, source_section="9.9"),
    ]
    for question in asked:
        question.save_revision().publish()
    quiz_page(QuizFactory(questions=asked))
    lesson_page(
        body=[
            {
                "type": "sources",
                "id": "sources",
                "value": {
                    "items": [
                        {"type": "item", "id": "1", "value": cited("handbook", "1.2")},
                        {"type": "item", "id": "2", "value": cited("handbook", "Pielikums Nr. 1")},
                        {"type": "item", "id": "3", "value": cited("law", "5")},
                    ]
                },
            }
        ]
    )
    said = {"score": 1.0, "competences": [{"key": "alliance", "weight": 1.0}], "critical": True}
    story = story_of(
        [
            scene(
                "a",
                choice("x", "b", passage="burnout/lesson", **said),
                choice("y", "b", score=0.0, competences=said["competences"]),
            ),
            scene("b", choice("only", "good", **said)),
        ]
    )
    make_page(make_story(story))


def cited(source, section):
    return {"source": source, "section": section, "pages": "", "note": ""}


@pytest.mark.django_db
def test_questions_and_decisions_of_the_site_are_counted(course):
    found = {(each.competence, each.setting): each for each in reaches(TODAY)}
    alliance = found["alliance", "prison"]
    # The scene with one choice asks for no decision, the question to be reviewed for no answer.
    assert (alliance.items, alliance.decisions, alliance.critical) == (1, 1, 1)
    assert found["self-care", "municipal"].items == 3
    Story.objects.update(archived=True)
    assert {(e.competence, e.setting): e for e in reaches(TODAY)}[
        "alliance", "prison"
    ].decisions == 0


@pytest.mark.django_db
def test_sections_are_listed_with_what_teaches_them(course):
    found = coverage.coverage()
    assert list(found) == ["1.2", "1.3", "Pielikums Nr. 1"]
    assert found["1.2"]["lesson"] == {"burnout/lesson"}
    assert len(found["1.2"]["question"]) == 3
    assert len(found["1.3"]["question"]) == 3
    assert found["1.2"]["scenario"] == {f"burnout/{Story.objects.get().key}"}
    assert "scenario" not in found["1.3"]


@pytest.mark.django_db
def test_check_content_prints_both(course):
    said = list(checks.site_tables())
    assert any(
        line.split() == ["1.2", "1", "lessons", "3", "questions", "1", "scenarios"] for line in said
    )
    assert any(line.split()[:3] == ["self-care", "municipal", "3"] for line in said)

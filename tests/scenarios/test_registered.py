"""What other apps' pages show of scenarios."""

import datetime
import json
import uuid

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from content.checks import site_notes, site_problems
from content.keys import item_uuid
from courses.outline import outline
from courses.panels import panels
from courses.progress.models import Subject
from courses.reading import record_of
from courses.resume import unfinished
from scenarios import passages
from scenarios.actions import rewind, take_choice, try_again
from scenarios.models import Story
from tests.courses.factories import LessonFactory
from tests.scenarios.factories import full, make_figure, make_page, make_run, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return make_page()


def test_an_open_run_is_where_a_person_goes_on(learner, page, django_assert_num_queries):
    run = make_run(learner, page, "greet")
    parts = [("scenario", page.translation_key), ("scenario", uuid.uuid4())]
    with django_assert_num_queries(1):
        found = unfinished(run.subject, parts)
    place = found[page.translation_key]
    assert place.url == reverse("scenarios:run", args=[run.pk])
    assert place.text == "turn 2"
    assert place.since == run.taken[-1].taken_at
    assert len(found) == 1


def test_where_one_went_back_the_turn_is_that_of_the_page(learner, page):
    done = make_run(learner, page, "push", "leave", mode="practice")
    run = try_again(done, page, 0, uuid.uuid4())

    def told():
        (place,) = unfinished(run.subject, [("scenario", page.translation_key)]).values()
        return place.text

    assert told() == "practice, turn 1"
    run = take_choice(run, "push", 1, uuid.uuid4())
    run = take_choice(run, "ask", 2, uuid.uuid4())
    assert told() == "practice, turn 3"
    run = rewind(run, 0, 3, uuid.uuid4())
    assert (told(), run.state.turns) == ("practice, turn 1", 0)
    run = take_choice(run, "greet", 4, uuid.uuid4())
    assert (told(), run.state.turns) == ("practice, turn 2", 1)


def test_a_finished_run_and_a_colleagues_are_not(learner, stranger, page):
    make_run(learner, page, "greet", "confide")
    make_run(stranger, page)
    subject = Subject.objects.for_user(learner)
    assert unfinished(subject, [("scenario", page.translation_key)]) == {}


def test_a_lead_sees_how_it_ended_and_not_what_was_said(learner, lead_client, page):
    run = make_run(learner, page, "greet", "confide")
    shown = lead_client.get(reverse("courses:person", args=[learner.pk])).content.decode()
    assert "end agreed (en)" in shown
    assert "say greet" not in shown
    assert str(run.pk) not in shown


def test_the_check_of_the_site_asks_the_linter(page):
    assert [told for told in site_problems() if "story" in str(told)] == []
    Story.objects.update(start="attic")  # as no form and no pack would have it
    told = [str(problem) for problem in site_problems()]
    assert "site: story burnout/door start: there is no scene “attic”" in told
    Story.objects.update(start="door", intro_en="One.\n\nTwo.")
    notes = [str(note) for note in site_notes(datetime.date(2026, 3, 2))]
    assert any("story burnout/door intro: the languages differ" in note for note in notes)
    Story.objects.update(archived=True)
    assert not any("burnout/door" in str(note) for note in site_notes(datetime.date(2026, 3, 2)))


def test_nobody_sees_a_panel_of_nothing(learner, page):
    make_run(learner, page, "greet")
    subject = Subject.objects.for_user(learner)
    assert panels("person", {"subject": subject}) == []
    assert panels("person", {"subject": None}) == []


def test_a_learner_finds_her_conversations_below_the_module(learner, page, rf, today):
    run = make_run(learner, page, "greet", "confide")
    known = outline("en")
    module, _part = known.part(page.translation_key)
    road = record_of(learner, known, today).road(module)
    (panel,) = [
        panel
        for panel in panels("module", {"subject": run.subject, "road": road})
        if panel.template.startswith("scenarios/")
    ]
    html = render_to_string(panel.template, panel.context)
    assert "end agreed (en)" in html
    assert reverse("scenarios:debrief", args=[run.pk]) in html


def test_the_check_of_the_site_looks_where_choices_send_back_to(django_assert_num_queries):
    make_figure()
    make_story(full())
    assert [(reason, is_error) for _where, reason, is_error in passages.missing()] == [
        ("leads to a lesson that is not there: 'burnout/three-strains'", True)
    ]
    key = item_uuid("page", "burnout/three-strains")
    block = {"type": "text", "value": "<p>Three.</p>", "id": "three-strains"}
    lesson = LessonFactory(translation_key=key, body=json.dumps([block]))
    english = LessonFactory(
        language="en", translates=lesson, body=json.dumps([block | {"id": "three-strains-more"}])
    )
    with django_assert_num_queries(2):
        told = list(passages.missing())
    assert told == [
        (
            "story burnout/door cell/reflect",
            "leads to a block that is not in 'burnout/three-strains': 'three-strains'",
            True,
        )
    ]
    assert any("three-strains" in str(problem) for problem in site_problems())
    english.delete()
    assert list(passages.missing()) == []

"""What a finished conversation's page shows beyond the turns."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from content.keys import item_uuid
from courses.models import LessonPage
from scenarios.models import Reflection, ScenarioPage, ScenarioRun
from tests.people.factories import UserFactory
from tests.scenarios.factories import full, make_figure, make_page, make_run, make_story

pytestmark = pytest.mark.django_db
WELL = ("reflect", ">", "again", "agree")
BADLY = ("press", ">", "again", "press", ">", "again", "press", ">", "leave")


@pytest.fixture
def talk_page():
    make_figure()
    return make_page(make_story(full()))


def shown(client, run, language="en"):
    with translation.override(language):
        return client.get(reverse("scenarios:debrief", args=[run.pk])).content.decode()


def rows(html, id):
    """The cells of a section's table, as texts."""
    section = re.search(rf'<section class="section" id="{id}".*?</table>', html, re.DOTALL)[0]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]
        for row in re.findall(r"<tr>.*?</tr>", section, re.DOTALL)
        if (cells := re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.DOTALL))
    ]


def test_a_conversation_has_practice_indicators(learner, learner_client, talk_page):
    html = shown(learner_client, make_run(learner, talk_page, *WELL))
    assert "Practice indicator, not MITI coding" in html
    assert rows(html, "indicators")[1:] == [
        ["reflections to each question", "1.0", "1.0", "2.0", "fair"],
        ["share of complex reflections", "100 %", "40 %", "50 %", "good"],
        ["technical side, 1 to 5", "4.1", "3.0", "4.0", "good"],
        ["relational side, 1 to 5", "3.9", "3.5", "4.0", "fair"],
        ["in the spirit of motivational interviewing", "1", "–", "–", "–"],
        ["against its spirit", "0", "–", "–", "–"],
    ]


def test_what_nothing_defines_is_a_dash(learner, learner_client, talk_page):
    html = shown(learner_client, make_run(learner, talk_page, *BADLY))
    assert [row[1] for row in rows(html, "indicators")[1:3]] == ["–", "–"]
    latvian = shown(learner_client, make_run(learner, talk_page, *WELL), "lv")
    assert "Prakses rādītājs, nevis MITI kodējums" in latvian
    assert rows(latvian, "indicators")[1][1] == "1,0"


def test_what_is_not_coded_has_none(learner, learner_client):
    html = shown(learner_client, make_run(learner, make_page(), "greet", "confide"))
    assert "indicator" not in html


def test_the_map_says_what_was_left_and_where_it_leads_only_after_all_endings(
    learner, learner_client
):
    page = make_page()
    run = make_run(learner, page, "greet", "ask", "back", "confide")
    html = shown(learner_client, run)
    assert "Where they lead is told once you have met every ending." in html
    assert rows(html, "map")[1:] == [
        ["1", "Aivars (en): scene door (en)", "say greet (en)", "say push (en)"],
        ["2", "Aivars (en): scene kitchen (en)", "say ask (en)", "say confide (en) say leave (en)"],
        ["3", "scene window (en)", "say back (en)", "say wait (en)"],
        [
            "4",
            "Aivars (en): scene kitchen (en) (as at turn 2)",
            "say confide (en)",
            "say ask (en) say leave (en)",
        ],
    ]
    assert "end parted" not in html
    make_run(learner, page, "push", "leave")
    html = shown(learner_client, run)
    assert "You have met every ending" in html
    assert rows(html, "map")[2][3] == (
        "say confide (en) → end agreed (en) say leave (en) → end parted (en)"
    )


def test_endings_that_somebody_else_met_tell_nothing(learner, learner_client):
    page = make_page()
    run = make_run(learner, page, "greet", "confide")
    make_run(UserFactory(), page, "push", "leave")
    assert "end parted" not in shown(learner_client, run)


def beside(page, model, key, title, **more):
    """Another part of the module, in both languages, with the UUID a pack gives it."""
    module = page.get_parent()
    part = module.add_child(
        instance=model(
            title=title,
            slug=key,
            key=key,
            translation_key=item_uuid("page", f"burnout/{key}"),
            locale=page.locale,
            **more,
        )
    )
    copied = part.copy_for_translation(page.get_translations().get().locale)
    copied.title = f"{title} (en)"
    copied.save_revision().publish()
    return model.objects.get(pk=part.pk)


def test_the_turn_that_helped_sends_back_to_its_lesson(learner, learner_client, talk_page):
    run = make_run(learner, talk_page, *WELL)
    assert "To reread:" not in shown(learner_client, run)
    lesson = beside(talk_page, LessonPage, "three-strains", "Trīs slodzes")
    english = lesson.get_translations().get()
    html = shown(learner_client, run)
    link = f'<a href="{english.get_url()}#three-strains">Trīs slodzes (en)</a>'
    stood_out = re.search(r'id="stood-out".*?id="map"', html, re.DOTALL)[0]
    assert "What helped most" in stood_out
    assert "why reflect (en)" in stood_out
    assert link in stood_out
    assert html.count(link) == 2  # and at its turn
    english.unpublish()
    lesson.unpublish()
    assert "To reread:" not in shown(learner_client, run)


def test_fit_with_stages_is_of_her_own_assessed_runs(learner, learner_client, talk_page):
    run = make_run(learner, talk_page, *WELL)
    make_run(learner, talk_page, *BADLY, mode="practice")
    make_run(UserFactory(), talk_page, *BADLY)
    table = rows(shown(learner_client, run), "stages")
    assert table[1] == ["precontemplation", "not met yet", "–", "–"]
    assert table[2] == ["contemplation", "in part 1 of 1", "reflecting", "–"]
    assert len(table) == 7
    make_run(learner, talk_page, *BADLY)
    table = rows(shown(learner_client, run), "stages")
    assert table[2] == ["contemplation", "in part 1 of 4", "reflecting", "persuading"]


def test_the_next_story_is_one_named_else_one_beside_it(learner, learner_client, talk_page):
    def offered():
        found = re.search(r'<p id="next-story">.*?>([^<]*)</a>', shown(learner_client, run))
        return found[1] if found else None

    run = make_run(learner, talk_page, *WELL)
    assert offered() is None
    other = beside(talk_page, ScenarioPage, "other", "Cita", story=talk_page.story)
    assert offered() == "Cita (en)"
    window = beside(talk_page, ScenarioPage, "window", "Logs", story=talk_page.story)
    assert offered() == "Logs (en)"
    make_run(learner, window, *WELL)
    assert offered() == "Cita (en)"
    make_run(learner, other, *WELL)
    assert offered() == "Logs (en)"  # all are finished: what is named is worth another time


def test_a_conversations_debrief_costs_the_same_after_many_runs(learner, learner_client, talk_page):
    beside(talk_page, LessonPage, "three-strains", "Trīs slodzes")
    counts = []
    for _more in range(2):
        for _run in range(3):
            run = make_run(learner, talk_page, *WELL)
        shown(learner_client, run)
        with CaptureQueriesContext(connection) as taken:
            shown(learner_client, run)
        counts.append(len([row for row in taken if "SAVEPOINT" not in row["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] <= 13


def keep(client, run, **texts):
    return client.post(reverse("scenarios:reflect", args=[run.pk]), texts)


def test_thoughts_are_kept_only_where_something_is_written(learner, learner_client):
    run = make_run(learner, make_page(), "greet", "confide")
    shown(learner_client, run)
    assert not Reflection.objects.exists()
    assert keep(learner_client, run, moment="  The door. ", work=" ").status_code == 302
    keep(learner_client, run, moment="The <door>.", otherwise="Ask.")
    assert set(Reflection.objects.values_list("question", "text", "person")) == {
        ("moment", "The <door>.", learner.pk),
        ("otherwise", "Ask.", learner.pk),
    }
    assert "The &lt;door&gt;.</textarea>" in shown(learner_client, run)
    keep(learner_client, run, moment="", otherwise="Ask.")
    assert Reflection.objects.get().question == "otherwise"


def test_too_long_a_thought_is_shown_again_and_not_kept(learner, learner_client):
    run = make_run(learner, make_page(), "greet", "confide")
    response = keep(learner_client, run, moment="a" * 4001)
    assert response.status_code == 422
    assert "a" * 4001 in response.content.decode()
    assert not Reflection.objects.exists()


def test_nobody_else_reads_or_writes_thoughts(learner, learner_client, lead, lead_client):
    page = make_page()
    run = make_run(learner, page, "greet", "confide")
    keep(learner_client, run, moment="Between me and me.")
    assert keep(lead_client, run, moment="Mine").status_code == 404
    assert lead_client.get(reverse("scenarios:debrief", args=[run.pk])).status_code == 404
    assert not Reflection.objects.of(lead).exists()
    person = lead_client.get(reverse("courses:person", args=[learner.pk]))
    assert person.status_code == 200
    assert "Between me" not in person.content.decode()
    assert Reflection.objects.get().text == "Between me and me."


def test_thoughts_wait_for_the_end_of_the_run(learner, learner_client):
    run = make_run(learner, make_page(), "greet")
    assert keep(learner_client, run, moment="Early").url == reverse("scenarios:run", args=[run.pk])
    assert not Reflection.objects.exists()


def test_thoughts_go_with_the_person_and_the_run_stays(learner, learner_client):
    run = make_run(learner, make_page(), "greet", "confide")
    keep(learner_client, run, moment="The door.")
    learner.delete()
    assert not Reflection.objects.exists()
    assert ScenarioRun.objects.filter(pk=run.pk).exists()


def test_an_ending_to_which_only_time_leads_is_none_to_be_met(learner, learner_client, talk_page):
    run = make_run(learner, talk_page, *WELL)
    html = shown(learner_client, run)
    assert "Endings you have met: 1 of 2." in html  # of three: nobody chooses to run out of time
    assert "Where they lead is told once you have met every ending." in html
    make_run(learner, talk_page, "press", ">", *("again", "press", ">") * 2, "leave")
    html = shown(learner_client, run)
    assert "Endings you have met: 2 of 2." in html
    assert "You have met every ending" in html

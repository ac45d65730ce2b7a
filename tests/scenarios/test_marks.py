"""What a practitioner has yet to confirm: said to whoever plays, listed, and evidence of nothing."""

import uuid

import pytest
from django.urls import reverse

from content import checks
from content.packs import runner
from content.packs.tables import dump_toml, parse
from content.versions import digest
from courses.progress.models import Evidence, FeedbackSeen
from scenarios.actions import rewind, take_choice
from scenarios.data import marks, short, whole
from scenarios.debrief import by_competence, cost_most, helped_most, look_back
from scenarios.engine import build, replay
from scenarios.lint import lint
from scenarios.models import Story
from scenarios.packs import Stories
from scenarios.registered import measures
from tests.scenarios.factories import both, make_page, make_run, make_story, sample
from tests.scenarios.test_packs import FILE, pack_of, row

LINE = "A practitioner has yet to confirm this; it is not scored."


def marked(*places):
    """The sample story with marks on "scene", "scene/choice" or an ending."""
    data = sample()
    items = {item["key"]: item for item in (*data["scenes"], *data["endings"])}
    items |= {
        f"{scene['key']}/{choice['key']}": choice
        for scene in data["scenes"]
        for choice in scene["choices"]
    }
    for place in places:
        items[place]["needs_review"] = both(f"is {place} so?")
    return data


def test_a_story_without_marks_is_the_same_data_as_before():
    empty = sample()
    for item in (*empty["scenes"], *empty["scenes"][0]["choices"], *empty["endings"]):
        item["needs_review"] = {"lv": " ", "en": ""}
    assert "needs_review" not in dump_toml(whole(sample()))
    assert digest(whole(empty)) == digest(whole(sample()))


def test_a_mark_is_kept_with_the_score_and_stands_in_files():
    data = marked("door/greet", "kitchen", "parted")
    assert short(whole(short(whole(data)))) == short(whole(data))
    greet = whole(data)["scenes"][0]["choices"][0]
    assert (greet["score"], greet["competences"][0]["key"]) == (1.0, "alliance")
    assert whole(parse(dump_toml(short(whole(data))), FILE)) == whole(data)
    assert [where for where, _mark in marks(data)] == [
        ("scenes", "door", "choices", "greet"),
        ("scenes", "kitchen"),
        ("endings", "parted"),
    ]


def test_a_marked_choice_has_no_score_and_a_marked_scene_none_in_it():
    story = build(marked("door/greet", "kitchen/leave", "kitchen", "agreed"))
    greet, push = story.scenes["door"].choices
    assert (greet.score, greet.competences, greet.critical) == (None, (), False)
    assert (push.score, push.needs_review) == (0.0, None)
    assert [choice.score for choice in story.scenes["kitchen"].choices] == [None] * 3
    said = [choice.needs_review["en"] for choice in story.scenes["kitchen"].choices]
    assert said == ["is kitchen so? (en)"] * 2 + ["is kitchen/leave so? (en)"]
    assert story.endings["agreed"].needs_review
    assert not story.endings["parted"].needs_review


def test_a_debrief_neither_praises_nor_blames_it():
    story = build(marked("kitchen"))
    steps = look_back(story, replay(story, ["push", "ask", "back", "leave"]))
    assert [step.strength for step in steps] == ["weak", "plain", "plain", "plain"]
    assert cost_most(steps).number == 1
    assert helped_most(steps) is None
    assert [(tally.competence, tally.decisions) for tally in by_competence(steps)] == [
        ("alliance", 1)
    ]


@pytest.mark.parametrize(
    ("place", "mark", "told"),
    [
        ("scenes.door.choices.greet", {"lv": "Vai tā?"}, "needs_review.en: the text is missing"),
        ("scenes.door", True, "needs_review: must be a text in both languages"),
        ("endings.parted", {"en": "Is it?"}, "needs_review.lv: the text is missing"),
    ],
)
def test_a_mark_says_what_waits_in_both_languages(place, mark, told):
    data = sample()
    item = data
    for name in place.split("."):
        item = next(one for one in item if one["key"] == name) if type(item) is list else item[name]
    item["needs_review"] = mark
    assert f"{place}.{told}" in "\n".join(str(each) for each in lint(data))


def test_a_best_choice_that_waits_while_poorer_ones_count_is_unfair():
    def told(*places):
        return [each.place for each in lint(marked(*places)) if "poorer ones" in each.reason]

    assert told("door/greet") == ["scenes.door"]
    assert told("door/push") == told("door/greet", "door/push") == told("door") == []


@pytest.mark.django_db
def test_only_what_is_confirmed_is_evidence_and_counted(learner):
    page = make_page(make_story(marked("kitchen")))
    run = make_run(learner, page, "greet", "confide")
    assert run.is_over
    (row_,) = Evidence.objects.all()
    assert row_.item_key.endswith("/door")
    assert [each.item_key.rpartition("/")[2] for each in measures()] == ["door"]


@pytest.mark.django_db
def test_what_the_coach_said_of_a_marked_choice_is_known(learner):
    """In practice: neither the next decision in the scene nor a later run is a first one."""
    page = make_page(make_story(marked("door/greet")))
    run = make_run(learner, page, "greet", mode="practice")
    assert FeedbackSeen.objects.get().item_key.endswith("/door")
    run = rewind(run, 0, run.next_turn, uuid.uuid4())
    for key in ("push", "leave"):
        run = take_choice(run, key, run.next_turn, uuid.uuid4())
    assert run.is_over
    assert not Evidence.objects.exists()


@pytest.mark.django_db
def test_a_mark_goes_through_the_editor_and_back():
    data = marked("door/greet", "kitchen", "parted")
    story = Story.objects.get(pk=make_story(data).pk)
    assert story.data() == whole(data)
    assert make_story(sample()).data() == whole(sample())


@pytest.mark.django_db
def test_whoever_plays_is_told_what_waits(learner, learner_client):
    page = make_page(make_story(marked("door/greet", "parted")))
    practice = make_run(learner, page, "greet", mode="practice")
    shown = learner_client.get(reverse("scenarios:run", args=[practice.pk])).content.decode()
    assert LINE in shown
    assert "is door/greet so? (en)" in shown
    counted = make_run(learner, page, "greet")
    shown = learner_client.get(reverse("scenarios:run", args=[counted.pk])).content.decode()
    assert LINE not in shown
    counted = make_run(learner, page, "leave")
    shown = learner_client.get(reverse("scenarios:debrief", args=[counted.pk])).content.decode()
    assert shown.count(LINE) == 2
    assert "is parted so? (en)" in shown


@pytest.mark.django_db
def test_the_list_for_a_practitioner_says_what_to_confirm():
    make_story(marked("door/greet", "parted"))
    where = f"story burnout/{Story.objects.get().key}"
    assert [str(each) for each in checks.site_to_review()] == [
        f"site: {where}, scenes.door.choices.greet: needs expert review: is door/greet so? (en)",
        f"site: {where}, endings.parted: needs expert review: is parted so? (en)",
    ]
    Story.objects.update(archived=True)
    assert checks.site_to_review() == []


@pytest.mark.django_db
def test_a_pack_lists_them_too_and_is_sound():
    pack = pack_of(row(**marked("kitchen/ask")))
    assert [str(each) for each in Stories().check(pack)] == []
    assert [str(each) for each in runner.to_review(pack)] == [
        f"{FILE}: scenes.kitchen.choices.ask: needs expert review: is kitchen/ask so? (en)"
    ]

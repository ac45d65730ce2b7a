"""Writing stories in the admin: drafts may be unsound, what is published may not."""

import pytest
from django.urls import reverse
from wagtail.models import Workflow, WorkflowContentType
from wagtail.test.utils.form_data import nested_form_data, streamfield
from wagtail.users.models import UserProfile

from scenarios.data import whole
from scenarios.models import Story, StoryVersion
from scenarios.structure import StoryInvalid
from tests.conftest import signed_in
from tests.people.factories import UserFactory
from tests.scenarios.factories import full, make_figure, make_story, sample
from tests.scenarios.sound import large

pytestmark = pytest.mark.django_db


def in_english(person):
    """A client of somebody who has the admin in English, as the tests have."""
    UserProfile.objects.create(user=person, preferred_language="en")
    return signed_in(person)


@pytest.fixture
def client():
    return in_english(UserFactory(is_superuser=True, is_staff=True))


def listed(items):
    """A ListBlock as a form sends it."""
    found = {"count": len(items)}
    for number, item in enumerate(items):
        found[str(number)] = {"deleted": "", "order": number, "value": item}
    return found


def form_of(data, **more):
    """What the editor's browser sends for a story."""
    scenes = [
        (
            "scene",
            {
                "key": item["key"],
                "speaker": {"lv": "", "en": ""} | item.get("speaker", {}),
                "mood": item["mood"],
                "text": item["text"],
                "choices": listed(
                    [
                        {
                            "key": choice["key"],
                            "text": choice["text"],
                            "to": choice["to"],
                            "guard": choice.get("guard", ""),
                            "effects": "\r\n".join(choice.get("effects", [])),
                            "remark": choice["remark"],
                            "score": choice.get("score", ""),
                            "competences": listed(choice.get("competences", [])),
                            "codes": listed(choice.get("codes", [])),
                            "technique": choice.get("technique", ""),
                            "fits": tuple(choice.get("fits", [])),  # as several values
                            "passage": choice.get("passage", ""),
                        }
                        | {
                            name: "on"
                            for name in ("once", "fallback", "critical")
                            if choice.get(name)
                        }
                        for choice in item.get("choices", [])
                    ]
                ),
                "picture": item.get("picture", ""),
                "picture_alt": item.get("picture_alt", {"lv": "", "en": ""}),
                "stage": item.get("stage", ""),
                "effects": "\r\n".join(item.get("effects", [])),
                "next": item.get("next", ""),
            }
            | ({"checkpoint": "on"} if item.get("checkpoint") else {}),
        )
        for item in data["scenes"]
    ]
    variables = [
        ("variable", item | ({"shown": "on"} if item["shown"] else {"shown": ""}))
        for item in data["variables"]
    ]
    for _kind, item in variables:
        if not item["shown"]:
            del item["shown"]
    fields = {
        f"{name}_{code}": data[name][code]
        for name in ("title", "summary", "intro")
        for code in ("lv", "en")
    }
    form = nested_form_data(
        fields
        | {
            "key": data["key"],
            "module": "burnout",
            "start": data["start"],
            "max_turns": str(data.get("max_turns", 120)),
            "variables": streamfield(variables),
            "scenes": streamfield(scenes),
            "endings": streamfield([("ending", item) for item in data["endings"]]),
        }
        | more
    )
    return form | {
        "competences": data["competences"],
        "next_scenarios": data.get("next_scenarios", []),
        "end_of_turns": data.get("end_of_turns", ""),
        "stage": data.get("stage", ""),
        "conversation": "on" if data.get("conversation") else "",
    }


def edit(story):
    return reverse(Story.snippet_viewset.get_url_name("edit"), args=[story.pk])


def text(response):
    return response.content.decode()


def broken():
    data = sample()
    data["scenes"][0]["choices"][1]["to"] = "attic"
    data["scenes"][1]["choices"][1]["guard"] = "trust >> 5"
    return data


def test_the_form_says_what_the_story_says(client):
    """Saving what was loaded changes nothing: the round trip through the editor is whole."""
    story = make_story()
    before = story.data()
    response = client.post(edit(story), form_of(sample(), **{"action-publish": "1"}))
    assert response.status_code == 302, text(response)
    story.refresh_from_db()
    assert story.data() == before
    assert StoryVersion.objects.count() == 1


def test_all_that_a_story_can_say_comes_through_the_form(client):
    make_figure()
    story = make_story(full())
    make_story(sample() | {"key": "window"})
    before = story.data()
    assert before == whole(full())
    response = client.post(edit(story), form_of(full(), **{"action-publish": "1"}))
    assert response.status_code == 302, text(response)
    story.refresh_from_db()
    assert story.data() == before
    assert StoryVersion.objects.filter(story=story).count() == 1


def test_a_story_is_written_published_and_changed(client):
    make_story(published=False).delete()  # leaves the competence
    add = reverse(Story.snippet_viewset.get_url_name("add"))
    assert client.get(add).status_code == 200
    response = client.post(add, form_of(sample(), **{"action-publish": "1"}))
    assert response.status_code == 302, text(response)
    story = Story.objects.get()
    assert story.live
    assert story.latest_version().number == 1
    data = sample()
    data["scenes"][0]["text"]["lv"] = "Durvis ir atvērtas."
    client.post(edit(story), form_of(data, **{"action-publish": "1"}))
    assert [version.number for version in story.versions.all()] == [1, 2]
    assert story.versions.last().data["scenes"][0]["text"]["lv"] == "Durvis ir atvērtas."


def test_an_unsound_story_is_saved_as_a_draft_and_its_faults_are_shown(client):
    story = make_story()
    response = client.post(edit(story), form_of(broken()))
    assert response.status_code == 302, text(response)
    story.refresh_from_db()
    assert story.has_unpublished_changes
    assert StoryVersion.objects.count() == 1
    shown = text(client.get(edit(story)))
    assert "scenes.door.choices.push.to" in shown
    assert "has-errors" in shown


def test_an_unfinished_story_is_saved_as_a_draft(client):
    story = make_story()
    data = sample() | {"endings": [], "variables": [], "start": ""}
    data["scenes"] = [data["scenes"][0] | {"key": "", "choices": []}]
    response = client.post(edit(story), form_of(data))
    assert response.status_code == 302, text(response)
    assert client.get(edit(story)).status_code == 200


def test_an_unsound_story_is_not_published_and_the_fields_are_named(client):
    story = make_story()
    response = client.post(edit(story), form_of(broken(), **{"action-publish": "1"}))
    assert response.status_code == 200
    form = response.context["form"]
    error = form.errors.as_data()["scenes"][0]
    choices = error.block_errors[0].block_errors["choices"]
    assert "leads nowhere" in choices.block_errors[1].block_errors["to"].messages[0]
    guard = error.block_errors[1].block_errors["choices"].block_errors[1].block_errors["guard"]
    assert "column 8" in guard.messages[0]
    assert "has-errors" in text(response)
    assert StoryVersion.objects.count() == 1


def test_a_dead_end_names_the_scene_and_the_road(client):
    story = make_story()
    data = sample()
    for choice in data["scenes"][1]["choices"]:
        choice["guard"] = "trust >= 5"
    response = client.post(edit(story), form_of(data, **{"action-publish": "1"}))
    error = response.context["form"].errors.as_data()["scenes"][0]
    told = error.block_errors[1].block_errors["choices"].non_block_errors[0]
    assert "door/push" in str(told)


def test_publishing_by_any_other_door_is_refused_too():
    story = make_story()
    story.start = "attic"
    with pytest.raises(StoryInvalid):
        story.save_revision().publish()
    assert Story.objects.get(pk=story.pk).start == "door"


def test_a_moderator_cannot_approve_what_became_unsound(editor, moderator):
    story = make_story()
    writer, judge = in_english(editor), in_english(moderator)
    assert WorkflowContentType.objects.filter(
        workflow=Workflow.objects.get(active=True, name="Review before publishing")
    ).exists()
    data = sample()
    data["title"]["lv"] = "Citas durvis"
    response = writer.post(edit(story), form_of(data, **{"action-submit": "1"}))
    assert response.status_code == 302, text(response)
    story = Story.objects.get(pk=story.pk)
    task = story.current_workflow_task_state
    assert task is not None
    # A draft saved over it meanwhile takes its place in the review.
    judge.post(edit(story), form_of(broken()))
    story = Story.objects.get(pk=story.pk)
    task = story.current_workflow_task_state
    approve = reverse(
        Story.snippet_viewset.get_url_name("workflow_action"),
        args=[story.pk, "approve", task.pk],
    )
    response = judge.post(approve, {"comment": ""}, follow=True)
    assert "not published" in text(response)
    story = Story.objects.get(pk=story.pk)
    assert story.title_lv == sample()["title"]["lv"]
    assert story.current_workflow_task_state is not None
    # Mended and approved, it is published.
    judge.post(edit(story), form_of(data))
    task = Story.objects.get(pk=story.pk).current_workflow_task_state
    judge.post(
        approve.replace(f"/{approve.rstrip('/').split('/')[-1]}/", f"/{task.pk}/"), {"comment": ""}
    )
    assert Story.objects.get(pk=story.pk).title_lv == "Citas durvis"
    assert StoryVersion.objects.count() == 2


def test_an_editor_may_submit_and_not_publish(editor):
    story = make_story()
    data = sample()
    data["title"]["lv"] = "Citas durvis"
    signed_in(editor).post(edit(story), form_of(data, **{"action-publish": "1"}))
    assert Story.objects.get(pk=story.pk).title_lv == sample()["title"]["lv"]


@pytest.mark.parametrize("mode", ["lv", "en"])
def test_the_preview_is_the_first_scene_as_a_learner_meets_it(client, mode):
    story = make_story()
    address = reverse(Story.snippet_viewset.get_url_name("preview_on_edit"), args=[story.pk])
    response = client.post(address, form_of(sample()))
    assert response.json()["is_valid"], response.json()
    shown = text(client.get(address, {"mode": mode}))
    assert f"scene door ({mode})" in shown
    assert f"say greet ({mode})" in shown
    assert "confide" not in shown


def test_the_preview_of_an_unsound_draft_says_what_is_wrong(client):
    story = make_story()
    address = reverse(Story.snippet_viewset.get_url_name("preview_on_edit"), args=[story.pk])
    client.post(address, form_of(broken()))
    assert "scenes.door.choices.push.to" in text(client.get(address, {"mode": "lv"}))


def test_the_list_and_its_filters(client):
    story = make_story()
    address = reverse(Story.snippet_viewset.get_url_name("list"))
    assert story.title_en in text(client.get(address))
    assert story.title_en in text(client.get(address, {"q": "door"}))
    assert story.title_en in text(client.get(address, {"module": "burnout"}))
    assert story.title_en not in text(client.get(address, {"archived": "true"}))


def test_the_check_and_the_map_are_drawn_anew_from_the_form(client):
    make_story(published=False)
    count = Story.objects.count()
    address = reverse("scenarios_check")
    shown = text(client.post(address, form_of(sample())))
    assert "The check finds nothing wrong" in shown
    assert shown.count("<rect") == 5
    shown = text(client.post(address, form_of(broken())))
    assert "scenes.door.choices.push.to" in shown
    assert "has-error" in shown
    unfinished = sample() | {"endings": [], "start": ""}
    assert client.post(address, form_of(unfinished)).status_code == 200
    # Before it has a key or a title it is checked, and played, all the same.
    unnamed = form_of(sample()) | {"key": "", "title_lv": "", "title_en": "", "max_turns": ""}
    shown = client.post(address, unnamed)
    assert shown.status_code == 200
    assert "<code>title.lv</code>" in text(shown)
    assert client.post(address, {}).status_code == 422
    assert client.get(address).status_code == 405
    assert Story.objects.count() == count
    assert not StoryVersion.objects.exists()


def test_only_who_writes_stories_has_them_checked(learner_client, editor):
    make_story(published=False)
    address = reverse("scenarios_check")
    assert learner_client.post(address, form_of(sample())).status_code in (302, 403)
    assert in_english(editor).post(address, form_of(sample())).status_code == 200


def test_the_form_shows_the_map(client):
    shown = text(client.get(edit(make_story())))
    assert 'data-story-check="/admin/stories/check/"' in shown
    assert shown.count("<rect") >= 5


def playing(client, data, sent):
    """What the play panel shows for a story in the form; nothing of it is kept."""
    before = Story.objects.count(), StoryVersion.objects.count()
    response = client.post(reverse("scenarios_play"), form_of(data) | sent)
    assert (Story.objects.count(), StoryVersion.objects.count()) == before
    return response


def test_the_play_panel_offers_the_scenes_and_the_values_of_the_form(client):
    make_story(published=False)
    response = playing(client, sample(), {})
    form = response.context["form"]
    assert [key for key, _label in form.fields["scene"].choices] == ["door", "kitchen", "window"]
    assert form["value-trust"].initial == 3
    assert "tilts-play-now" not in text(response)
    # Saving the story leaves the panel's fields out: they belong to a form of their own.
    assert text(response).count('name="play-') == text(response).count('form="story-play"')


def test_a_story_is_played_from_the_form_and_back(client):
    make_story(published=False)
    begin = {"play-scene": "door", "play-value-trust": "", "play-language": "en"}
    shown = text(playing(client, sample(), begin | {"play-do": "begin"}))
    assert "scene door (en)" in shown
    assert "choose:push" in shown
    step = begin | {"play-on": "1", "play-do": "choose:push"}
    shown = text(playing(client, sample(), step))
    assert "why push (en)" in shown
    assert "3 → 1" in shown
    assert "scene kitchen (en)" in shown
    assert "trust &gt;= 5" in shown  # what keeps a choice closed
    shown = text(playing(client, sample(), begin | {"play-move": ["push"], "play-do": "back"}))
    assert "scene door (en)" in shown
    assert "<p>scene kitchen" not in shown
    changed = sample()
    changed["scenes"][1]["text"]["en"] = "Another kitchen."
    again = begin | {"play-on": "1", "play-move": ["push"]}
    assert "Another kitchen." in text(playing(client, changed, again))


def test_what_cannot_be_played_is_said(client):
    make_story(published=False)
    shown = text(playing(client, broken(), {"play-scene": "door", "play-do": "begin"}))
    assert "scenes.kitchen.choices.confide.guard" in shown
    values = {"play-scene": "door", "play-do": "begin", "play-value-trust": "99"}
    response = playing(client, sample(), values)
    assert "value-trust" in response.context["form"].errors
    response = playing(client, sample(), values | {"play-value-trust": "1", "play-road": "attic"})
    assert "road" in response.context["form"].errors
    response = playing(client, sample(), {"play-scene": "attic", "play-do": "begin"})
    assert "scene" in response.context["form"].errors
    assert client.post(reverse("scenarios_play"), {}).status_code == 422
    assert client.get(reverse("scenarios_play")).status_code == 405


def test_only_who_writes_stories_plays_them_from_the_form(learner_client, editor):
    make_story(published=False)
    address = reverse("scenarios_play")
    assert learner_client.post(address, form_of(sample())).status_code in (302, 403)
    assert in_english(editor).post(address, form_of(sample())).status_code == 200


def test_eighty_scenes_of_four_choices_are_saved_in_the_form(client, django_assert_max_num_queries):
    data = large(80)
    story = make_story(data, published=False)
    with django_assert_max_num_queries(100):  # as many as for three scenes, not one for each block
        response = client.post(edit(story), form_of(data))
    assert response.status_code == 302, text(response)
    story = Story.objects.get(pk=story.pk)
    assert story.get_latest_revision_as_object().data() == whole(data)


def test_a_larger_story_than_a_form_can_send_is_refused_and_nothing_is_lost(client):
    story = make_story()
    before = story.data()
    form = form_of(large(250))
    for address in (edit(story), reverse("scenarios_check"), reverse("scenarios_play")):
        response = client.post(address, form)
        assert response.status_code == 413
        assert "<h1" in text(response)
    assert Story.objects.get(pk=story.pk).get_latest_revision_as_object().data() == before


def test_the_drawing_of_a_scene_is_seen_where_it_is_played(client):
    make_figure()
    make_story(sample() | {"key": "window"})
    shown = text(
        playing(client, full(), {"play-scene": "cell", "play-language": "lv", "play-do": "begin"})
    )
    assert "A bed and a window. (lv)" in shown
    assert "tilts-picture" in shown

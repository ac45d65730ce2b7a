"""The question bank in the admin: lists, the editor's checks, previews, where used."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Question, Quiz, QuizPage
from tests.assessments.factories import (
    QuestionFactory,
    QuizFactory,
    locale,
    module_page,
    quiz_page,
)
from tests.people.factories import UserFactory
from tests.progress.factories import CompetenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def url(name, *args, model="question"):
    return reverse(f"wagtailsnippets_assessments_{model}:{name}", args=args)


def said(response):
    assert response.status_code == 200, response
    return response.content.decode()


@pytest.mark.indexed
def test_the_bank_is_listed_and_filtered(admin):
    QuestionFactory(stem_en="On boundaries?", competences=[("alliance", 1)])
    QuestionFactory(stem_en="On ethics?", module="ethics", key="ethics/one", several=True)
    whole = said(admin.get(url("list")))
    assert "On boundaries?" in whole
    assert "On ethics?" in whole
    alliance = CompetenceFactory(key="alliance")
    for query in ({"module": "burnout"}, {"kind": "single"}, {"competence": alliance.pk}):
        narrowed = said(admin.get(url("list_results"), query))
        assert "On boundaries?" in narrowed
        assert "On ethics?" not in narrowed
    assert "On ethics?" in said(admin.get(url("list_results"), {"q": "ethics"}))


def test_a_list_costs_the_same_for_any_length(admin, django_assert_max_num_queries):
    QuestionFactory.create_batch(3)
    admin.get(url("list"))
    QuestionFactory.create_batch(30)
    with django_assert_max_num_queries(30):
        admin.get(url("list"))


def form(**given):
    """What the editor's form sends for a whole question."""
    sent = {
        "kind": "single",
        "module": "burnout",
        "stem_lv": "Kas tas ir?",
        "stem_en": "What is it then?",
        "explanation_lv": "Tāpēc.",
        "explanation_en": "Because.",
        "difficulty": 2,
        "applies": "both",
        "options-count": 2,
        "competence_weights-TOTAL_FORMS": 1,
        "competence_weights-INITIAL_FORMS": 0,
        "competence_weights-MIN_NUM_FORMS": 1,
        "competence_weights-MAX_NUM_FORMS": 1000,
        "competence_weights-0-competence": CompetenceFactory(key="self-care").pk,
        "competence_weights-0-weight": 1,
        "competence_weights-0-ORDER": 1,
    }
    for number, right in enumerate([True, False]):
        sent |= {
            f"options-{number}-deleted": "",
            f"options-{number}-order": number,
            f"options-{number}-type": "option",
            f"options-{number}-id": "",
            f"options-{number}-value-key": "",
            f"options-{number}-value-text_lv": f"Atbilde {number}",
            f"options-{number}-value-text_en": f"Answer {number}",
            f"options-{number}-value-feedback_lv": "Lūk.",
            f"options-{number}-value-feedback_en": "See.",
            f"options-{number}-value-misconception": "",
        }
        if right:
            sent[f"options-{number}-value-right"] = "on"
    return {name: value for name, value in (sent | given).items() if value is not None}


def test_the_editor_opens(admin):
    page = said(admin.get(url("add")))
    assert "stem_lv" in page
    assert "stem_en" in page
    question = QuestionFactory()
    assert question.stem_en in said(admin.get(url("edit", question.pk)))


def test_publishing_gives_key_letters_and_a_version(admin):
    response = admin.post(url("add"), form() | {"action-publish": "yes"})
    assert response.status_code == 302, said(response)
    question = Question.objects.get()
    assert question.key == "burnout/what-is-it-then"
    assert question.live
    assert [block.value["key"] for block in question.options] == ["a", "b"]
    assert question.versions.get().data["competences"] == [{"key": "self-care", "weight": "1"}]


def test_a_second_question_of_the_same_words_gets_its_own_key(admin):
    for _ in range(2):
        assert admin.post(url("add"), form()).status_code == 302
    assert set(Question.objects.values_list("key", flat=True)) == {
        "burnout/what-is-it-then",
        "burnout/what-is-it-then-2",
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"options-0-value-right": None}, "No option is right"),
        ({"options-1-value-right": "on"}, "Only one option"),
        ({"options-1-value-text_en": ""}, "b.text.en"),
        ({"options-count": 0}, "at least two options"),
        ({"kind": "multiple", "options-0-value-key": "b", "options-1-value-key": "b"}, "the key b"),
    ],
)
def test_what_cannot_be_scored_is_not_published_but_kept_as_a_draft(admin, change, message):
    response = admin.post(url("add"), form(**change) | {"action-publish": "yes"})
    assert message in said(response)
    assert not Question.objects.exists()
    assert admin.post(url("add"), form(**change)).status_code == 302
    question = Question.objects.get()
    assert not question.live
    assert not question.versions.exists()


def test_true_and_false_get_their_keys(admin):
    admin.post(url("add"), form(kind="true-false") | {"action-publish": "yes"})
    [first, second] = Question.objects.get().options
    assert (first.value["key"], second.value["key"]) == ("true", "false")


def test_a_question_is_previewed_as_learners_see_it():
    question = QuestionFactory()
    for mode in ("lv", "en"):
        page = said(question.make_preview_request(preview_mode=mode))
        assert getattr(question, f"stem_{mode}") in page
        assert page.count('type="radio"') == 4
        assert "Skaidrojums" not in page
        assert "Feedback" not in page
    review = said(question.make_preview_request(preview_mode="en-review"))
    for key in "abcd":
        assert f"Feedback {key}" in review


def test_an_unfinished_draft_is_previewed_too():
    question = Question(kind="single", module="burnout", stem_lv="Kas?")
    for mode in ("lv", "en", "lv-review", "en-review"):
        assert said(question.make_preview_request(preview_mode=mode))


def test_a_quiz_and_its_page_are_previewed():
    page = quiz_page()
    for mode in ("lv", "en"):
        shown = said(page.quiz.make_preview_request(preview_mode=mode))
        assert shown.count('type="radio"') == 12
    assert page.title in said(page.make_preview_request())


@pytest.mark.indexed
def test_the_editor_says_where_a_question_is_used(admin):
    quiz = QuizFactory(title_en="Burnout check")
    question = quiz.places.first().question
    assert "Burnout check" in said(admin.get(url("usage", question.pk)))


@pytest.mark.indexed
def test_a_question_in_use_is_not_deleted(admin):
    question = QuizFactory().places.first().question
    admin.post(url("delete", question.pk))
    assert Question.objects.filter(pk=question.pk).exists()


def test_a_quiz_is_edited_with_its_questions(admin):
    quiz = QuizFactory()
    assert quiz.title_en in said(admin.get(url("edit", quiz.pk, model="quiz")))
    assert quiz.title_en in said(admin.get(url("list", model="quiz")))


def test_editors_write_and_moderators_publish(editor_client, moderator):
    question = QuestionFactory()
    assert editor_client.get(url("edit", question.pk)).status_code == 200
    editor_client.post(url("edit", question.pk), form(stem_en="Mine?") | {"action-publish": "yes"})
    question.refresh_from_db()
    assert question.stem_en != "Mine?"
    other = Client()
    other.force_login(moderator)
    assert said(other.get(url("edit", question.pk)))
    assert moderator.has_perm("assessments.publish_question")


def test_a_quiz_page_is_translated_with_the_same_quiz():
    page = quiz_page()
    module_page("en")
    copied = page.copy_for_translation(locale("en"))
    assert (copied.quiz, copied.translation_key) == (page.quiz, page.translation_key)
    assert QuizPage.objects.count() == 2
    assert Quiz.objects.count() == 1

"""The question bank in the admin: lists, the editor's checks, previews, where used."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from assessments import grading
from assessments.models import Question, Quiz, QuizPage
from assessments.models.bodies import STREAMS, fields_of
from assessments.parts import KINDS, PARTS
from content.packs.tables import tidy
from tests.assessments.factories import (
    QuestionFactory,
    QuizFactory,
    locale,
    module_page,
    quiz_page,
)
from tests.assessments.kinds import asked, option, t, written
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
        **dict.fromkeys((f"{name}-count" for name in STREAMS if name != "options"), 0),
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
        ({"options-1-value-text_en": ""}, "The text is missing in this language"),
        ({"options-count": 0}, "At least 2 are needed here"),
        ({"stem_en": ""}, "This field is required"),
        ({"competence_weights-TOTAL_FORMS": 0}, "Name at least one competence"),
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


def posted(name, value):
    """Raw data of a stream, or of what is in it, as the editor's form sends it."""
    if isinstance(value, dict):
        return {
            key: sent
            for part in value
            for key, sent in posted(f"{name}-{part}", value[part]).items()
        }
    if not isinstance(value, list):
        return {} if value is None or value is False else {name: "on" if value is True else value}
    sent = {f"{name}-count": len(value)}
    for number, block in enumerate(value):
        own = f"{name}-{number}"
        sent |= {f"{own}-deleted": "", f"{own}-order": number, f"{own}-id": block["id"]}
        sent |= {f"{own}-type": block["type"]} | posted(f"{own}-value", block["value"])
    return sent


def kind_form(kind, **given):
    """What the editor's form sends for a whole question of a kind; parts of it may be changed."""
    whole = written(kind, **given)
    sent = {"kind": kind, "options-count": 0} | dict.fromkeys(
        (f"{name}-count" for name in STREAMS), 0
    )
    for name, value in fields_of(kind, whole, uuid.uuid4()).items():
        if name in STREAMS:
            sent |= posted(name, value)
        else:
            sent[name] = value
    for name in ("stem", "explanation"):
        sent |= {f"{name}_{code}": whole[name].get(code, "") for code in ("lv", "en")}
    options = {name: None for name in form() if name.startswith("options")}
    return form(**options | sent)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_and_published(admin, kind):
    response = admin.post(url("add"), kind_form(kind) | {"action-publish": "yes"})
    assert response.status_code == 302, errors_in(response)
    question = Question.objects.get()
    assert tidy(question.written()) == tidy(written(kind))
    data = question.versions.get().data
    assert grading.question_of(data)
    # It is opened and saved again, and nothing changed.
    assert said(admin.get(url("edit", question.pk)))
    again = kind_form(kind) | same_competences(question) | {"action-publish": "yes"}
    assert admin.post(url("edit", question.pk), again).status_code == 302
    assert question.versions.count() == 1


def same_competences(question):
    """What the form sends for the competences that a question has already."""
    given = question.competence_weights.first()
    return {"competence_weights-INITIAL_FORMS": 1, "competence_weights-0-id": given.pk}


def test_a_competence_is_named_once(admin):
    sent = form() | {"competence_weights-TOTAL_FORMS": 2}
    sent |= {
        name.replace("-0-", "-1-"): value for name, value in sent.items() if "weights-0" in name
    }
    assert "A competence is named twice" in said(admin.post(url("add"), sent))
    assert not Question.objects.exists()


def errors_in(response):
    form = response.context["form"]
    return {name: error.as_data() for name, error in form.errors.items()}


def flat(error):
    """Every reason inside an error of a stream, after its place."""
    for name, inner in getattr(error, "block_errors", {}).items():
        for where, reason in flat(inner):
            yield (name, *where), reason
    for inner in getattr(error, "non_block_errors", None) or ():
        yield (), str(inner)
    if not hasattr(error, "block_errors"):
        yield from (((), message) for message in error.messages)


@pytest.mark.parametrize(
    ("kind", "change", "place"),
    [
        ("single", {"options": [option("a", True)]}, ("options",)),
        ("matching", {"pairs": []}, ("pairs",)),
        ("matching", {"extra": [{"text": t("x")}]}, ("extra", 0, "feedback_lv")),
        ("ordering", {"items": []}, ("items",)),
        (
            "grouping",
            {
                "groups": [
                    {"key": key, "text": t(key), "items": [{"text": t("x")}] * 2} for key in "ab"
                ]
            },
            ("groups", 1, "items", 0, "text_lv"),
        ),
        ("cloze", {"text": {"lv": "[[what]]", "en": "[[what]] [[when]]"}}, ("text_lv",)),
        (
            "cloze",
            {"gaps": [{"key": "what", "mode": "choose", "options": [option("a", False)] * 2}]},
            ("gaps", 0, "options", 1, "text_lv"),
        ),
        (
            "cloze",
            {"gaps": [{"key": "what", "mode": "type", "feedback": t("x")}]},
            ("gaps", 0, "accepted_lv"),
        ),
        ("number", {"value": None}, ("value",)),
        ("number", {"other": {"lv": "x"}}, ("other_en",)),
        ("number", {"near": [{"value": 12, "feedback": t("x")}]}, ("near", 0, "value")),
        ("short-text", {"accepted": [{"words": {"lv": ["x"]}}]}, ("accepted", 0, "words_en")),
        ("estimate", {"said_by": {}}, ("said_by_lv",)),
        ("estimate", {"year": None}, ("year",)),
        (
            "open",
            {"criteria": [{"key": "a", "name": t("A"), "levels": [{"points": 1, "text": t("x")}]}]},
            ("criteria", 0, "levels"),
        ),
    ],
)
def test_what_a_kind_lacks_is_said_at_its_field(admin, kind, change, place):
    sent = kind_form(kind, **change)
    response = admin.post(url("add"), sent | {"action-publish": "yes"})
    assert said(response)
    field, *inside = place
    [error] = response.context["form"].errors[field].as_data()[:1]
    assert tuple(inside) in [where for where, _reason in flat(error)], list(flat(error))
    # As a draft it is kept.
    assert admin.post(url("add"), sent).status_code == 302
    assert tidy(Question.objects.get().written()) == tidy(written(kind, **change))


def test_rows_without_a_key_get_letters(admin):
    groups = [
        {
            "key": "",
            "text": t(f"Group {number}"),
            "items": [{"text": t(f"{number}{at}"), "feedback": t("x")} for at in "ab"],
        }
        for number in "12"
    ]
    admin.post(url("add"), kind_form("grouping", groups=groups) | {"action-publish": "yes"})
    assert [group["key"] for group in Question.objects.get().written()["groups"]] == ["a", "b"]


def test_twins_are_named_in_one_direction(admin):
    one, other, third = QuestionFactory.create_batch(3)
    for question, twin, reason in (
        (one, other, None),
        (other, third, None),
        (third, one, "names this question as its twin already"),
        (other, one, "names this question as its twin already"),
        (third, third, "not its own twin"),
        (third, None, None),
    ):
        sent = form(twin=twin.pk if twin else "") | same_competences(question)
        response = admin.post(url("edit", question.pk), sent | {"action-publish": "yes"})
        if reason is None:
            assert response.status_code == 302, errors_in(response)
        else:
            assert reason in str(response.context["form"].errors["twin"])
    assert [Question.objects.get(pk=each.pk).twin for each in (one, other)] == [other, third]


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


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_previewed_with_and_without_what_is_right(kind):
    question = asked(kind)
    data = question.as_data()
    for language, other in (("lv", "en"), ("en", "lv")):
        page = said(question.make_preview_request(preview_mode=language))
        assert getattr(question, f"stem_{language}") in page
        assert "<form" in page
        review = said(question.make_preview_request(preview_mode=f"{language}-review"))
        told = set(feedback_in(data, language))
        assert told
        for text in told:
            assert text in review
        # Nothing that is said afterwards stands on the page before, in either language.
        for text in {*told, *feedback_in(data, other)}:
            assert text not in page


def feedback_in(data, language):
    """Every text of a question that explains, in one language."""
    for name, value in data.items():
        if name in ("feedback", "explanation", "example", "other"):
            if value[language]:
                yield f">{value[language]}<" if name == "feedback" else value[language]
        elif isinstance(value, dict):
            yield from feedback_in(value, language)
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    yield from feedback_in(each, language)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unfinished_draft_is_previewed_with_what_it_lacks(kind):
    question = Question(kind=kind, module="burnout", stem_lv="Kas?")
    for mode in ("lv", "en", "lv-review", "en-review"):
        page = said(question.make_preview_request(preview_mode=mode))
        assert "<code>stem.en</code>" in page
        assert f"<code>{next(iter(PARTS[kind]))}" in page


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

"""The question bank in the admin: lists, the editor's checks, previews, where used."""

import uuid
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from assessments import actions, grading
from assessments.bank_admin import used
from assessments.models import Question, Quiz, QuizPage, Topic
from assessments.models.bodies import STREAMS, fields_of
from assessments.parts import KINDS, PARTS
from content.packs.tables import tidy
from courses.progress.models import Competence
from tests.assessments.factories import (
    QuestionFactory,
    QuizFactory,
    TopicFactory,
    begun,
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
def listed(admin, **query):
    """The questions that the list shows, by key."""
    response = admin.get(url("list_results"), query)
    assert response.status_code == 200
    return {question.key.split("/")[1] for question in response.context["object_list"]}


@pytest.fixture
def bank():
    """Three questions unlike each other in everything a list can be narrowed by."""
    habits = TopicFactory(key="habits", parent=TopicFactory(key="self-care"))
    one = QuestionFactory(
        key="burnout/one",
        stem_lv="Kas veicina izdegšanu?",
        stem_en="On boundaries?",
        competences=[("alliance", 1), ("ethics", 1)],
        topics=[habits],
        critical=True,
        applies="prison",
        difficulty=3,
    )
    asked("ordering", "two", needs_review=True, module="ethics")
    QuestionFactory(key="burnout/three", live=False, archived=True, topics=[TopicFactory()])
    QuizFactory(questions=[one])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"one", "two", "three"}),
        ({"module": "ethics"}, {"two"}),
        ({"kind": "ordering"}, {"two"}),
        ({"critical": "true"}, {"one"}),
        ({"needs_review": "true"}, {"two"}),
        ({"needs_review": "false"}, {"one", "three"}),
        ({"applies": "prison"}, {"one"}),
        ({"difficulty": 3}, {"one"}),
        ({"live": "false"}, {"three"}),
        ({"archived": "false"}, {"one", "two"}),
        ({"q": "izdegšana"}, {"one"}),
        ({"q": "izdegsanas veicinat"}, set()),
        ({"q": "boundary"}, set()),
        ({"q": "boundar"}, {"one"}),
        ({"q": "begin again"}, {"two"}),
        ({"q": "burnout one"}, {"one"}),
        ({"q": "%"}, {"one", "two", "three"}),
        ({"q": "izdegšana", "kind": "ordering"}, set()),
    ],
)
def test_the_bank_is_narrowed_and_searched(admin, bank, query, found):
    assert listed(admin, **query) == found


def test_the_bank_is_narrowed_by_what_it_names(admin, bank):
    def pk(model, **named):
        return model.objects.get(**named).pk

    assert listed(admin, competence=pk(Competence, key="alliance")) == {"one"}
    assert listed(admin, competence=pk(Competence, key="self-care")) == {"two", "three"}
    # A topic has what its parts have.
    assert listed(admin, topic=pk(Topic, key="habits")) == {"one"}
    assert listed(admin, topic=pk(Topic, key="self-care")) == {"one"}
    assert listed(admin, quiz=Quiz.objects.get().pk) == {"one"}
    page = said(admin.get(url("list"), {"quiz": Quiz.objects.get().pk, "ordering": "used"}))
    assert "On boundaries?" in page


def test_a_list_costs_the_same_for_any_length(admin):
    def cost(**query):
        with CaptureQueriesContext(connection) as made:
            assert admin.get(url("list"), query).status_code == 200
        return len(made)

    def fill(count):
        topics = [TopicFactory()]
        made = QuestionFactory.create_batch(
            count, topics=topics, competences=[("self-care", 1), ("ethics", 1)]
        )
        QuizFactory(questions=made)

    fill(3)
    admin.get(url("list"))
    queries = [{}, {"q": "Question"}, {"topic": Topic.objects.first().pk, "ordering": "-used"}]
    before = [cost(**query) for query in queries]
    fill(30)
    assert [cost(**query) for query in queries] == before
    assert max(before) <= 24


# Acts on many -----------------------------------------------------------------------------


def bulk(client, action, sent, *questions, **query):
    """Answer what the page of an act on many asks."""
    ids = "&".join(f"id={question.pk}" for question in questions) or "id=all"
    back = f"{url('list')}?{urlencode(query)}"
    address = reverse("wagtail_bulk_action", args=["assessments", "question", action])
    address = f"{address}?{ids}&{urlencode({'next': back})}"
    assert client.get(address).status_code == 200
    response = client.post(address, sent)
    assert (response.status_code, response.url) == (302, back), said(response)


def fresh(question):
    return Question.objects.get(pk=question.pk)


def test_a_topic_is_added_to_many_and_taken_away(admin):
    kept, topic = TopicFactory(), TopicFactory()
    one, other = QuestionFactory(topics=[kept]), QuestionFactory()
    bulk(admin, "topic", {"topic": topic.pk, "how": "add"}, one, other)
    assert set(fresh(one).topics.all()) == {kept, topic}
    assert fresh(one).versions.last().data["topics"] == sorted([kept.key, topic.key])
    assert fresh(other).versions.count() == 2
    bulk(admin, "topic", {"topic": topic.pk, "how": "remove"}, one)
    assert list(fresh(one).topics.all()) == [kept]
    assert list(fresh(other).topics.all()) == [topic]


def test_review_and_archive_are_set_for_many_and_logged(admin):
    question, draft = QuestionFactory(), QuestionFactory(live=False)
    bulk(admin, "review", {"needs_review": "yes"}, question, draft)
    bulk(admin, "archive", {"archived": "yes"}, question, draft)
    for each in (fresh(question), fresh(draft)):
        assert (each.needs_review, each.archived) == (True, True)
        latest = each.get_latest_revision_as_object()
        assert (latest.needs_review, latest.archived) == (True, True)
    assert fresh(question).versions.last().data["needs_review"]
    assert not fresh(draft).live
    assert not fresh(draft).versions.exists()
    logged = ModelLogEntry.objects.filter(object_id=str(question.pk)).values_list("action")
    assert logged.filter(action="wagtail.publish").count() == 2
    bulk(admin, "archive", {"archived": "no"}, question)
    bulk(admin, "review", {"needs_review": "no"}, question)
    assert (fresh(question).needs_review, fresh(question).archived) == (False, False)


def test_a_draft_that_waits_is_changed_and_stays_a_draft(admin):
    question = QuestionFactory(stem_en="Live words?")
    question.stem_en = "Words to come?"
    question.save_revision()
    bulk(admin, "review", {"needs_review": "yes"}, question)
    question = fresh(question)
    assert (question.stem_en, question.needs_review) == ("Live words?", True)
    assert question.has_unpublished_changes
    draft = question.get_latest_revision_as_object()
    assert (draft.stem_en, draft.needs_review) == ("Words to come?", True)


def test_all_that_a_list_shows_are_meant_and_no_others(admin):
    one, other = QuestionFactory(stem_en="Habits?"), asked("ordering")
    bulk(admin, "review", {"needs_review": "yes"}, kind="ordering")
    assert (fresh(one).needs_review, fresh(other).needs_review) == (False, True)
    bulk(admin, "archive", {"archived": "yes"}, q="habit")
    assert (fresh(one).archived, fresh(other).archived) == (True, False)


def test_who_may_not_publish_changes_only_drafts(editor_client):
    live, draft = QuestionFactory(), QuestionFactory(live=False)
    bulk(editor_client, "archive", {"archived": "yes"}, live, draft)
    assert (fresh(live).archived, fresh(draft).archived) == (False, True)


def test_an_act_without_an_answer_is_asked_again(admin):
    question = QuestionFactory()
    address = reverse("wagtail_bulk_action", args=["assessments", "question", "topic"])
    assert "This field is required" in said(admin.post(f"{address}?id={question.pk}", {}))


def answered(attempt, slot, response):
    """Save an answer as the page would."""
    saved = attempt.steps.filter(slot=slot).count()
    actions.answer(attempt, slot, response, actions.form_token(attempt, slot, saved))


# Where used, choosing, topics ---------------------------------------------------------------


def test_the_editor_says_where_a_question_is_used_and_by_how_many_attempts(admin, learner):
    quiz = QuizFactory(title_en="Burnout check")
    question = quiz.places.first().question
    twin = QuestionFactory(stem_en="The same anew?", twin=question)
    page = said(admin.get(url("edit", question.pk)))
    assert "Burnout check" in page
    assert "The same anew?" in page
    assert used(question)["versions"][0][1] == 0
    attempt = begun(learner, quiz_page(quiz))
    answered(attempt, 1, {"chosen": ["a"]})
    answered(attempt, 1, {"chosen": ["b"]})
    [(_newest, now), (_first, before)] = used(question)["versions"]
    assert (now, before) == (1, 0)  # one attempt, however often it was answered
    assert [each for each, _address in used(twin)["twins"]] == [question]
    assert "No quiz asks it yet" in said(admin.get(url("edit", twin.pk)))


def test_questions_are_chosen_from_what_is_not_archived(admin, bank):
    viewset = Question.snippet_viewset.chooser_viewset

    def offered(**query):
        page = said(admin.get(reverse(viewset.get_url_name("choose_results")), query))
        return {
            question.key.split("/")[1]
            for question in Question.objects.all()
            if f"/{question.pk}/" in page
        }

    assert offered() == {"one", "two"}
    assert offered(q="izdegsanas") == {"one"}
    assert offered(kind="ordering") == {"two"}
    assert offered(module="ethics", kind="single") == set()
    assert offered(topic=Topic.objects.get(key="self-care").pk) == {"one"}
    assert said(admin.get(reverse(viewset.get_url_name("choose"))))


def test_topics_are_listed_and_made(admin):
    above = TopicFactory(name_en="Self-care")
    QuestionFactory(topics=[above])
    sent = {"name_lv": "Paradumi", "name_en": "Habits", "parent": above.pk}
    response = admin.post(url("add", model="topic"), sent | {"action-publish": "yes"})
    assert response.status_code == 302
    assert Topic.objects.get(key="habits").parent == above
    page = said(admin.get(url("list", model="topic")))
    assert "Habits" in page
    assert "Self-care" in page


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


def test_a_number_is_shown_as_it_was_written(admin):
    question = QuestionFactory(kind="number", value=Decimal(300), tolerance=Decimal("0.5"))
    shown = said(admin.get(url("edit", question.pk)))
    assert 'value="300"' in shown
    assert 'value="0.5"' in shown
    assert "300.000000" not in shown


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

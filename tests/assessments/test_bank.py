"""Questions in the bank: versions, drafts, and what is wrong with one."""

import pytest

from assessments.checks import question_problems
from assessments.models import Question, QuestionVersion
from tests.assessments.factories import QuestionFactory, QuizFactory

pytestmark = pytest.mark.django_db


def test_publishing_makes_a_version_and_the_same_content_none():
    question = QuestionFactory()
    assert question.versions.get().number == 1
    question.save_revision().publish()
    assert question.versions.count() == 1
    question.explanation_en = "Something else"
    question.save_revision().publish()
    assert list(question.versions.values_list("number", flat=True)) == [1, 2]


def test_a_draft_makes_no_version_and_changes_nothing_live():
    question = QuestionFactory()
    question.stem_en = "A draft"
    question.save_revision()
    assert question.versions.count() == 1
    assert Question.objects.get().stem_en != "A draft"


def test_a_question_that_was_never_published_has_no_version():
    QuestionFactory(live=False)
    assert not QuestionVersion.objects.exists()


def test_a_version_keeps_both_languages_and_everything_about_scoring():
    question = QuestionFactory(competences=[("ethics", "0.50")], source_section="1.2")
    data = question.versions.get().data
    assert data["stem"] == {"lv": question.stem_lv, "en": question.stem_en}
    assert data["competences"] == [{"key": "ethics", "weight": "0.5"}]
    assert data["options"][0] == {
        "key": "a",
        "right": True,
        "text": {"lv": "Atbilde a", "en": "Answer a"},
        "feedback": {"lv": "Skaidrojums a", "en": "Feedback a"},
        "misconception": "",
    }
    assert data["source"] == {"key": "", "section": "1.2", "pages": ""}


def test_a_revision_does_not_carry_identity_or_the_packs_mark():
    question = QuestionFactory()
    question.save_revision()
    Question.objects.update(pack_hash="f" * 64)
    Question.objects.get().latest_revision.publish()
    question.refresh_from_db()
    assert question.pack_hash == "f" * 64


GOOD = {
    "kind": "single",
    "stem": {"lv": "Kas?", "en": "What?"},
    "explanation": {"lv": "Tā.", "en": "So."},
    "options": [
        {
            "key": key,
            "right": key == "a",
            "text": {"lv": key, "en": key},
            "feedback": {"lv": key, "en": key},
        }
        for key in "abc"
    ],
}


def changed(**given):
    return GOOD | given


def with_options(*changes):
    return changed(options=[{**GOOD["options"][number], **each} for number, each in changes])


def test_a_good_question_has_no_problem():
    assert list(question_problems(GOOD)) == []


@pytest.mark.parametrize(
    ("data", "where", "reason"),
    [
        (changed(kind="essay"), "kind", "essay"),
        (changed(stem={"lv": "Kas?"}), "stem.en", "missing"),
        (changed(stem={"lv": " ", "en": "What?"}), "stem.lv", "missing"),
        (changed(explanation={}), "explanation.lv", "missing"),
        (changed(options=GOOD["options"][:1]), "options", "two options"),
        (changed(options=[]), "options", "two options"),
        (changed(options=GOOD["options"] * 5), "options", "at most 12"),
        (with_options((1, {}), (2, {})), "options", "No option is right"),
        (with_options((0, {}), (1, {"right": True})), "options", "Only one"),
        (with_options((0, {}), (1, {"key": "a"})), "options", "Two options"),
        (with_options((0, {}), (1, {"key": "B!"})), "options.B!.key", "small letters"),
        (with_options((0, {}), (1, {"text": {"lv": "x"}})), "options.b.text.en", "missing"),
        (with_options((0, {}), (1, {"feedback": {}})), "options.b.feedback.lv", "missing"),
        (changed(kind="true-false"), "options", "true and false"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_with_its_place(data, where, reason):
    found = list(question_problems(data))
    assert any(place == where and reason in said for place, said in found), found


def test_true_and_false_need_no_text_of_their_own():
    said = {"feedback": {"lv": "x", "en": "x"}, "text": {"lv": "", "en": ""}}
    data = changed(
        kind="true-false",
        options=[{"key": "true", "right": True, **said}, {"key": "false", "right": False, **said}],
    )
    assert list(question_problems(data)) == []


def test_several_may_be_right_where_several_may_be_chosen():
    data = with_options((0, {}), (1, {"right": True})) | {"kind": "multiple"}
    assert list(question_problems(data)) == []


@pytest.mark.django_db
def test_a_key_stands_in_its_module():
    first = QuestionFactory(key="", module="burnout", stem_en="What helps?")
    second = QuestionFactory(key="", module="burnout", stem_en="What helps?")
    other = QuestionFactory(key="", module="", stem_en="", stem_lv="Kas palīdz?")
    keys = [question.key for question in (first, second, other)]
    assert keys == ["burnout/what-helps", "burnout/what-helps-2", "bank/kas-palidz"]
    assert QuizFactory(key="", title_en="", title_lv="").key == "burnout/quiz"

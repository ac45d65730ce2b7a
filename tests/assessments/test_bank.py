"""Questions in the bank: versions, drafts, kinds, twins and topics."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from assessments import grading
from assessments.models import Question, QuestionVersion, Topic
from assessments.parts import CHOICES, KINDS, body_of
from content.packs.tables import tidy
from tests.assessments.factories import QuestionFactory, QuizFactory, TopicFactory
from tests.assessments.kinds import asked, written

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


def test_a_key_stands_in_its_module():
    first = QuestionFactory(key="", module="burnout", stem_en="What helps?")
    second = QuestionFactory(key="", module="burnout", stem_en="What helps?")
    other = QuestionFactory(key="", module="", stem_en="", stem_lv="Kas palīdz?")
    keys = [question.key for question in (first, second, other)]
    assert keys == ["burnout/what-helps", "burnout/what-helps-2", "bank/kas-palidz"]
    assert QuizFactory(key="", title_en="", title_lv="").key == "burnout/quiz"


# Kinds, twins, topics -------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_kept_as_it_was_written(kind):
    question = Question.objects.get(pk=asked(kind).pk)
    assert tidy(question.written()) == tidy(written(kind))
    data = question.versions.get().data
    assert data["kind"] == kind
    assert grading.question_of(data)
    if kind in CHOICES:
        assert "body" not in data
    else:
        assert data["options"] == []
        assert data["body"] == body_of(kind, written(kind), question.uuid)
    assert not data.keys() & {"twin", "topics"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_survives_a_revision(kind):
    question = asked(kind)
    question.explanation_en = "In other words"
    question.save_revision().publish()
    question = Question.objects.get(pk=question.pk)
    explanation = {"lv": question.explanation_lv, "en": "In other words"}
    assert tidy(question.written()) == tidy(written(kind) | {"explanation": explanation})
    assert question.versions.count() == 2


def test_another_kind_leaves_what_was_written_but_does_not_use_it():
    question = asked("ordering")
    question.kind, question.text_lv, question.text_en = "cloze", "[[a]]", "[[a]]"
    question.save()
    data = question.versions.last().data
    assert data["body"]["text"] == {"lv": "[[a]]", "en": "[[a]]"}
    assert "items" not in data["body"]


def twin_of(question):
    return Question.objects.get(pk=question.pk).versions.last().data.get("twin", "")


def test_twins_name_each_other_whichever_of_them_keeps_it():
    one, other = QuestionFactory(critical=True), QuestionFactory(critical=True)
    one.twin = other
    one.save_revision().publish()
    assert (twin_of(one), twin_of(other)) == (str(other.uuid), str(one.uuid))
    one = Question.objects.get(pk=one.pk)
    one.twin = None
    one.save_revision().publish()
    assert [twin_of(each) for each in (one, other)] == ["", ""]


def test_three_that_ask_the_same_name_one_of_them():
    whole = QuestionFactory()
    first, second = QuestionFactory(twin=whole), QuestionFactory(twin=whole)
    assert [twin_of(each) for each in (whole, first, second)] == [
        str(first.uuid),
        str(whole.uuid),
        str(whole.uuid),
    ]


def test_a_twin_nobody_can_be_asked_is_not_named():
    one = QuestionFactory()
    QuestionFactory(twin=one, live=False)
    assert twin_of(one) == ""


def test_a_question_is_not_its_own_twin():
    question = QuestionFactory()
    with pytest.raises(IntegrityError):
        Question.objects.filter(pk=question.pk).update(twin=question)


def test_topics_are_named_in_the_order_of_their_keys():
    topics = [TopicFactory(key=key) for key in ("strain", "habits")]
    question = QuestionFactory(topics=topics)
    assert question.versions.get().data["topics"] == ["habits", "strain"]


def test_topics_have_two_levels():
    above = TopicFactory()
    part = TopicFactory(parent=above)
    part.full_clean()
    for topic in (Topic(key="x", name_lv="x", name_en="x", parent=part), above):
        topic.parent = part
        with pytest.raises(ValidationError) as refused:
            topic.full_clean()
        assert "parent" in refused.value.message_dict

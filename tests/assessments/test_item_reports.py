"""Item statistics as editors see them, from attempts that people really made."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import actions, item_reports
from assessments.models import Attempt
from courses.progress.models import Subject
from tests.assessments.factories import QuestionFactory, QuizFactory, quiz_page
from tests.assessments.kinds import asked
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return quiz_page(QuizFactory())


def attempt(page, keys, person=None):
    """A finished attempt; a key for each question, "" for one left out."""
    subject = Subject.objects.for_user(person or UserFactory())
    begun = actions.start_attempt(subject, page, uuid.uuid4())
    for slot, key in enumerate(keys, start=1):
        if key:
            actions.answer(begun, slot, {"chosen": [key]}, actions.form_token(begun, slot, 0))
    actions.finish(begun)
    return begun


@pytest.fixture
def many(page):
    for number in range(20):
        attempt(page, ["a" if number < 5 else "b", "a" if number < 10 else "", "a"])
    return page


@pytest.fixture
def bank_client(editor):
    client = Client(headers={"accept-language": "en"})
    client.force_login(editor)
    return client


def test_figures_come_from_first_attempts(many):
    again = Attempt.objects.order_by("started_at").last().subject.person
    attempt(many, "aaa", again)  # a second attempt of the same person
    found = item_reports.rows(timezone.localdate())
    by_place = {row.question.pk: row.item for row in found}
    first, second, third = (place.question for place in many.quiz.places.all())
    assert by_place[first.pk].count == 20
    assert by_place[first.pk].facility == 0.25
    assert by_place[second.pk].facility == 0.5  # left out is not right
    assert by_place[third.pk].facility == 1
    assert by_place[first.pk].discrimination > 0.4
    counts = {option.key: option.count for option in by_place[first.pk].options}
    assert counts == {"a": 5, "b": 15, "c": 0, "d": 0}
    assert found[0].question == first  # too hard, and options nobody chose
    assert by_place[first.pk].flags == ("too-hard", "unchosen")


def test_open_attempts_and_strangers_quizzes_do_not_count(page):
    subject = Subject.objects.for_user(UserFactory())
    begun = actions.start_attempt(subject, page, uuid.uuid4())
    actions.answer(begun, 1, {"chosen": ["a"]}, actions.form_token(begun, 1, 0))
    assert item_reports.gathered(timezone.localdate()) == []
    attempt(page, "aaa")
    other = QuestionFactory()
    assert item_reports.gathered(timezone.localdate(), other) == []


def test_a_few_are_not_counted_out_loud(page, bank_client):
    for _number in range(4):
        attempt(page, "aab")
    said = bank_client.get(reverse("assessments_items")).content.decode()
    assert "fewer than 5" in said
    assert "too few to say" in said


def test_the_list_and_the_page_of_a_question(many, bank_client):
    first = many.quiz.places.first().question
    said = bank_client.get(reverse("assessments_items"), {"mend": 1}).content.decode()
    assert "Too hard" in said
    assert "0.25 ± 0.10" in said
    assert reverse("assessments_item", args=[first.pk]) in said
    said = bank_client.get(reverse("assessments_item", args=[first.pk])).content.decode()
    assert "Atbilde b" in said or "Answer b" in said
    assert "15 (75 %)" in said


def test_nobody_answered_yet(bank_client):
    assert "nothing to say" in bank_client.get(reverse("assessments_items")).content.decode()


@pytest.mark.parametrize("name", ["assessments_items", "assessments_item"])
def test_only_who_works_on_the_bank_sees_it(name, learner_client):
    args = [QuestionFactory().pk] if name == "assessments_item" else []
    assert learner_client.get(reverse(name, args=args)).status_code in {302, 403}


def test_statements_do_not_grow_with_attempts(page, django_assert_num_queries):
    today = timezone.localdate()
    attempt(page, "aaa")
    item_reports.rows(today)
    for _number in range(6):
        attempt(page, "abc")
    with django_assert_num_queries(3):
        item_reports.rows(today)


@pytest.mark.parametrize("kind", ["matching", "grouping", "cloze", "true-false", "number"])
def test_what_can_be_counted_has_its_words(kind):
    question = asked(kind)
    said = item_reports.option_texts(question.as_options())
    right = [text for text, is_right in said.values() if is_right]
    assert bool(said) == (kind != "number")
    assert bool(right) == bool(said)
    assert all(text for text, _right in said.values())


@pytest.mark.parametrize("kind", ["single", "matching", "grouping", "cloze", "number"])
def test_what_people_believe_stands_behind_what_is_wrong_alone(kind):
    data = asked(kind).as_options()
    said, beliefs = item_reports.option_texts(data), item_reports.beliefs(data)
    assert bool(beliefs) == (kind != "number")
    assert [said[key][0] for key in beliefs if said[key][1]] == []
    if kind == "grouping":
        assert {said[key][0]: belief for key, belief in beliefs.items()} == {
            "Said early 1 → Group late": "belief-early",
            "Said late 1 → Group early": "belief-late",
        }

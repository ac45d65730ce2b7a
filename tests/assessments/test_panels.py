"""What quizzes add to other pages."""

import pytest

from assessments import actions
from assessments.panels import module_panels, person_panels, unfinished
from courses.outline import outdate
from courses.panels import panels
from courses.progress.models import Subject
from courses.resume import unfinished as anything_unfinished
from tests.assessments.factories import QuizFactory, begun, quiz_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    made = quiz_page()
    outdate()
    return made


def answered(attempt, slot):
    token = actions.form_token(attempt, slot, 0)
    return actions.answer(attempt, slot, {"chosen": ["a"]}, token)


def test_an_open_attempt_says_where_it_was_left(learner, page):
    attempt = begun(learner, page)
    answered(attempt, 1)
    answered(attempt, 3)
    found = anything_unfinished(attempt.subject, [("quiz", page.translation_key)])
    place = found[page.translation_key]
    assert place.url == attempt.get_absolute_url()
    assert place.text == "2 of 3 questions answered"
    actions.finish(attempt)
    assert not anything_unfinished(attempt.subject, [("quiz", page.translation_key)])


def test_finding_what_is_unfinished_is_one_query(learner, django_assert_num_queries):
    pages = [quiz_page(QuizFactory()) for _ in range(4)]
    for each in pages:
        begun(learner, each)
    subject = Subject.objects.for_user(learner)
    with django_assert_num_queries(1):
        assert len(unfinished(subject, [each.translation_key for each in pages])) == 4


def test_another_persons_attempt_is_not_ones_own(learner, lead, page):
    begun(lead, page)
    assert not unfinished(Subject.objects.for_user(learner), [page.translation_key])


def test_a_lead_sees_results_and_no_answers(learner, lead_client, page):
    attempt = begun(learner, page)
    answered(attempt, 1)
    actions.finish(attempt)
    begun(learner, page)
    said = lead_client.get(f"/en/people/{learner.pk}/").content.decode()
    assert "33 %" in said
    assert "Not passed yet" in said
    assert str(attempt.pk) not in said


def test_ones_own_attempts_stand_below_the_module(learner, learner_client, page):
    attempt = actions.finish(begun(learner, page))
    said = learner_client.get(page.get_parent().url).content.decode()
    assert f"attempts/{attempt.pk}/review/" in said


def test_panels_cost_the_same_for_any_number_of_attempts(learner, page, django_assert_num_queries):
    subject = Subject.objects.for_user(learner)
    for _ in range(5):
        actions.finish(begun(learner, page))
    assert len(panels("person", {"subject": subject})) >= 1
    with django_assert_num_queries(1):
        assert len(list(person_panels({"subject": subject}))) == 1


def test_nobody_and_nothing_have_no_panel(learner):
    assert list(person_panels({"subject": Subject.objects.for_user(learner)})) == []
    assert list(person_panels({})) == []
    assert list(module_panels({})) == []

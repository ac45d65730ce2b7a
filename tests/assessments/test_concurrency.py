"""Two requests at the same moment, on a database that runs them at once."""

import datetime
import uuid

from assessments import actions, reviews
from assessments.models import Attempt, Step
from courses.progress.models import Activity, Evidence, Subject
from tests.assessments.factories import QuestionFactory, begun, quiz_page
from tests.at_once import ON_POSTGRESQL, at_once
from tests.people.factories import UserFactory

pytestmark = ON_POSTGRESQL


def test_two_clicks_start_one_attempt():
    page, subject = quiz_page(), Subject.objects.for_user(UserFactory())
    outcomes = at_once(
        *(lambda: actions.start_attempt(subject, page, uuid.uuid4()) for _ in range(4))
    )
    assert len(set(outcomes)) == 1
    assert Attempt.objects.count() == 1
    assert Activity.objects.filter(verb="started").count() == 1


def test_two_tabs_leave_one_answer():
    attempt = begun(UserFactory())
    token = actions.form_token(attempt, 1, 0)
    outcomes = at_once(
        *(lambda key=key: actions.answer(attempt, 1, {"chosen": [key]}, token) for key in "abcd")
    )
    kept = Step.objects.get()
    refused = [each for each in outcomes if isinstance(each, actions.AnsweredElsewhere)]
    assert len(refused) == 3
    assert kept in outcomes


def test_the_same_post_at_once_leaves_one_answer():
    attempt = begun(UserFactory())
    token = actions.form_token(attempt, 1, 0)
    outcomes = at_once(*[lambda: actions.answer(attempt, 1, {"chosen": ["a"]}, token)] * 4)
    assert set(outcomes) == {Step.objects.get()}


def test_finishing_at_once_is_finishing_once_and_no_answer_slips_in_after():
    attempt = begun(UserFactory())
    actions.answer(attempt, 1, {"chosen": ["a"]}, actions.form_token(attempt, 1, 0))
    token = actions.form_token(attempt, 2, 0)
    at_once(
        lambda: actions.finish(attempt),
        lambda: actions.finish(attempt),
        lambda: actions.answer(attempt, 2, {"chosen": ["a"]}, token),
    )
    finished = Attempt.objects.get()
    assert Activity.objects.filter(verb="finished").count() == 1
    # Either the answer came first and was scored, or it was refused: never kept and not scored.
    saved = Step.objects.filter(kind="saved").count()
    assert finished.mark == saved == Evidence.objects.count()


def test_two_clicks_begin_one_review_and_two_tabs_leave_one_answer():
    subject = Subject.objects.for_user(UserFactory())
    keys = [f"question/{each.uuid}" for each in QuestionFactory.create_batch(2)]
    begun_ones = at_once(*[lambda: reviews.start(subject, keys, uuid.uuid4())] * 4)
    (attempt,) = set(begun_ones)
    assert Attempt.objects.count() == 1
    actions.answer(attempt, 1, {"chosen": ["a"]}, actions.form_token(attempt, 1, 0))
    token = actions.form_token(attempt, 2, 0)
    at_once(
        *(lambda key=key: actions.answer(attempt, 2, {"chosen": [key]}, token) for key in "abcd")
    )
    assert Step.objects.filter(kind="saved", slot=2).count() == 1
    assert Activity.objects.filter(verb="finished").count() == 1
    assert Evidence.objects.count() == 2


def test_a_review_that_is_left_goes_on_record_once():
    subject = Subject.objects.for_user(UserFactory())
    keys = [f"question/{each.uuid}" for each in QuestionFactory.create_batch(2)]
    attempt = reviews.start(subject, keys, uuid.uuid4())
    actions.answer(attempt, 1, {"chosen": ["a"]}, actions.form_token(attempt, 1, 0))
    tomorrow = attempt.deadline + datetime.timedelta(hours=1)
    at_once(*[lambda: actions.close_overdue(tomorrow)] * 4)
    assert Evidence.objects.count() == 1
    assert Activity.objects.filter(verb="finished").count() == 1

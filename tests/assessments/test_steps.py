"""The log of an attempt: what is kept of every way through it, and that all else follows from it."""

import datetime
import uuid
from fractions import Fraction

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import actions, known
from assessments.actions import Given
from assessments.models import Attempt, DrawRule, Step
from assessments.policy import Allowance
from assessments.replay import needed, replay
from courses.outline import outdate
from courses.progress.models import Activity, Evidence
from tests.assessments.factories import QuestionFactory, QuizFactory, begun, quiz_page

pytestmark = pytest.mark.django_db


def attempt_at(learner, **rules):
    page = quiz_page(QuizFactory(**rules))
    outdate()
    return begun(learner, page)


def give(attempt, slot, chosen, **given):
    """Save as the form of the present state would."""
    saved = attempt.steps.filter(slot=slot, kind="saved").count()
    token = given.pop("token", None) or actions.form_token(attempt, slot, saved)
    sent = Given(slot, {"chosen": [chosen]}, token, **given)
    return actions.save(attempt, [sent]).answers[slot]


def again(attempt):
    """The attempt replayed from the database, and its row."""
    row = Attempt.objects.get(pk=attempt.pk)
    steps = list(row.steps.all())
    return replay(row, steps, known.versions(needed(row, steps))), row


def agrees(attempt):
    stand, row = again(attempt)
    assert {name: getattr(row, name) for name in stand.columns} == stand.columns
    logged = Attempt.objects.with_log().get(pk=attempt.pk)
    assert [
        (s.number, s.kind, s.slot, s.version_id, s.response, s.certainty, s.data, s.token, s.at)
        for s in logged.log_of_steps()
    ] == [
        (s.number, s.kind, s.slot, s.version_id, s.response, s.certainty, s.data, s.token, s.at)
        for s in row.steps.all()
    ]
    return stand


# Any way through ------------------------------------------------------------------------

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("form"), st.integers(1, 3), st.sampled_from("abcd"), st.integers(0, 2)),
        st.tuples(st.just("script"), st.integers(1, 3), st.sampled_from("abcd"), st.integers(0, 1)),
        st.tuples(st.just("again"), st.integers(0, 5)),
        st.tuples(st.just("wait"), st.integers(1, 12)),
        st.tuples(st.just("more")),
        st.tuples(st.just("finish")),
    ),
    max_size=14,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS, overdue=st.sampled_from(["submit", "grace", "abandon"]), each=st.booleans())
def test_no_way_through_loses_an_answer_and_all_follows_from_the_log(learner, acts, overdue, each):
    """Forms fresh or old, a script's saves told twice, more time, the end by clock or by choice."""
    with transaction.atomic():
        with time_machine.travel(
            datetime.datetime(2026, 5, 4, 9, tzinfo=datetime.UTC), tick=False
        ) as clock:
            attempt = attempt_at(
                learner, time_limit=20, overdue=overdue, grace=3, certainty=True, explained=each
            )
            sent, accepted, log = [], [], []
            for act, *what in acts:
                clock.shift(datetime.timedelta(seconds=1))
                if act == "form" or act == "script":
                    slot, key, age = what
                    saved = attempt.steps.filter(slot=slot, kind="saved").count()
                    state = actions.form_token(attempt, slot, max(0, saved - age))
                    token, base = (uuid.uuid4(), state) if act == "script" else (state, None)
                    sent.append(Given(slot, {"chosen": [key]}, token, base, certainty=2))
                    came = actions.save(attempt, sent[-1:]).answers[slot]
                    if came in (actions.SAVED, actions.LATE):
                        accepted.append((slot, key, came))
                elif act == "again" and sent:
                    before = attempt.steps.count()
                    actions.save(attempt, [sent[what[0] % len(sent)]])
                    # Told twice is kept once; only the clock may have added its own step.
                    added = attempt.steps.count() - before
                    assert added <= (1 if attempt.steps.filter(kind="timed-out").exists() else 0)
                elif act == "wait":
                    clock.shift(datetime.timedelta(minutes=what[0]))
                elif act == "more":
                    actions.extend(attempt)
                elif act == "finish":
                    actions.finish(attempt)
                rows = list(
                    attempt.steps.values_list("number", "kind", "slot", "response", "token")
                )
                assert rows[: len(log)] == log  # what is in the log stays as it is
                log = rows
            stand = agrees(attempt)
            kept = [
                (step.slot, step.response["chosen"][0], actions.LATE if step.is_late else "saved")
                for step in stand.steps
                if step.kind == "saved"
            ]
            assert kept == accepted
            for slot in stand.slots:
                mine = [
                    key for number, key, came in kept if number == slot.number and came == "saved"
                ]
                assert slot.response == ({"chosen": mine[-1:]} if mine else None)
            assert stand.total.mark == sum(slot.fraction == 1 for slot in stand.slots)
        transaction.set_rollback(True)


def test_steps_are_added_and_never_changed(learner):
    attempt = attempt_at(learner)
    give(attempt, 1, "b")
    step = attempt.steps.get()
    step.response = {"chosen": ["a"]}
    with pytest.raises(TypeError):
        step.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(attempt=attempt, number=2, kind="saved", slot=1)


# Forms and scripts ----------------------------------------------------------------------


def test_a_scripts_save_told_again_after_a_later_one_is_still_the_same(learner):
    attempt = attempt_at(learner, presentation="page")
    first, second = uuid.uuid4(), uuid.uuid4()
    base = actions.form_token(attempt, 1, 0)
    assert give(attempt, 1, "b", token=first, base=base) == "saved"
    assert give(attempt, 1, "c", token=second, base=actions.form_token(attempt, 1, 1)) == "saved"
    assert give(attempt, 1, "b", token=first, base=base) == "same"
    assert give(attempt, 1, "a", token=first, base=base) == "elsewhere"  # a token used anew
    assert attempt.steps.count() == 2


def test_a_script_in_another_tab_is_told_that_it_is_behind(learner):
    attempt = attempt_at(learner, presentation="page")
    base = actions.form_token(attempt, 1, 0)
    give(attempt, 1, "b", token=uuid.uuid4(), base=base)
    assert give(attempt, 1, "c", token=uuid.uuid4(), base=base) == "elsewhere"
    assert attempt.steps.get().response == {"chosen": ["b"]}


def test_how_certain_she_was_is_kept_with_the_answer(learner):
    attempt = attempt_at(learner, certainty=True)
    give(attempt, 1, "b", certainty=3)
    assert give(attempt, 1, "b", certainty=3) == "same"
    assert give(attempt, 1, "b", certainty=1) == "saved"
    assert [step.certainty for step in attempt.steps.all()] == [3, 1]
    actions.finish(attempt)
    assert Evidence.objects.get().certainty == 1


def test_certainty_is_not_kept_where_it_is_not_asked(learner):
    attempt = attempt_at(learner)
    give(attempt, 1, "b", certainty=3)
    assert attempt.steps.get().certainty is None


# The clock ------------------------------------------------------------------------------


@pytest.fixture
def clock():
    with time_machine.travel(
        datetime.datetime(2026, 5, 4, 9, tzinfo=datetime.UTC), tick=False
    ) as now:
        yield now


def test_at_the_very_moment_it_counts_and_a_second_later_it_is_kept_and_does_not(learner, clock):
    attempt = attempt_at(learner, time_limit=20)
    clock.shift(datetime.timedelta(minutes=20))
    assert give(attempt, 1, "a") == "saved"
    clock.shift(datetime.timedelta(seconds=1))
    assert give(attempt, 2, "a") == "late"
    stand = agrees(attempt)
    assert (stand.status, stand.total.mark) == ("finished", 1)
    assert stand.finished_at == attempt.started_at + datetime.timedelta(minutes=20)
    assert stand.slots[1].late == {"chosen": ["a"]}
    assert stand.slots[1].response is None
    assert Evidence.objects.count() == 1


def test_what_comes_late_is_kept_once_for_each_question_and_for_a_day(learner, clock):
    attempt = attempt_at(learner, time_limit=20)
    clock.shift(datetime.timedelta(minutes=21))
    assert give(attempt, 1, "a") == "late"
    assert give(attempt, 1, "a") == "same"
    assert give(attempt, 1, "b") == "over"
    clock.shift(datetime.timedelta(days=1))
    assert give(attempt, 2, "b") == "over"


def test_grace_counts_and_then_it_is_handed_in(learner, clock):
    attempt = attempt_at(learner, time_limit=20, overdue="grace", grace=2)
    clock.shift(datetime.timedelta(minutes=22))
    assert give(attempt, 1, "a") == "saved"
    clock.shift(datetime.timedelta(seconds=1))
    assert give(attempt, 2, "a") == "late"
    assert agrees(attempt).total.mark == 1


def test_what_is_not_finished_in_time_may_not_count_and_leaves_no_trace(learner, clock):
    attempt = attempt_at(learner, time_limit=20, overdue="abandon")
    give(attempt, 1, "a")
    clock.shift(datetime.timedelta(minutes=21))
    closed = actions.close_if_over(Attempt.objects.get())
    assert (closed.status, closed.passed, closed.mark) == ("abandoned", False, None)
    agrees(attempt)
    assert not Evidence.objects.exists()
    assert set(Activity.objects.values_list("verb", flat=True)) == {"started"}


def test_a_finish_after_the_time_is_the_clocks_not_hers(learner, clock):
    attempt = attempt_at(learner, time_limit=20, overdue="abandon")
    clock.shift(datetime.timedelta(minutes=20, seconds=1))
    outcome = actions.hand_in(
        attempt, [Given(1, {"chosen": ["a"]}, actions.form_token(attempt, 1, 0))]
    )
    assert outcome.stand.status == "abandoned"
    assert [step.kind for step in outcome.stand.steps] == ["timed-out", "saved"]
    assert outcome.answers == {1: "late"}


def test_more_time_is_given_ten_times_and_told_twice_once(learner, clock):
    attempt = attempt_at(learner, time_limit=10)
    token = uuid.uuid4()
    for _ in range(2):
        stand = actions.extend(attempt, token)
    assert stand.deadline == attempt.started_at + datetime.timedelta(minutes=11)
    for _ in range(15):
        stand = actions.extend(attempt)
    assert (stand.extensions, stand.deadline - attempt.started_at) == (
        10,
        datetime.timedelta(minutes=20),
    )
    clock.shift(datetime.timedelta(minutes=20))
    assert give(attempt, 1, "a") == "saved"
    clock.shift(datetime.timedelta(seconds=1))
    assert actions.extend(attempt).timed_out
    agrees(attempt)


def test_nobody_looks_and_the_time_is_up_all_the_same(learner, lead, clock):
    page = quiz_page(QuizFactory(time_limit=20))
    attempt, other = begun(learner, page), begun(lead, page)
    give(attempt, 1, "a")
    clock.shift(datetime.timedelta(minutes=19))
    assert actions.close_overdue() == 0
    actions.extend(other)
    clock.shift(datetime.timedelta(minutes=2))
    assert actions.close_overdue() == 1
    assert actions.close_overdue() == 0
    attempt.refresh_from_db()
    assert (attempt.status, attempt.finished_at) == (
        "finished",
        attempt.started_at + datetime.timedelta(minutes=20),
    )


def test_a_new_start_finds_the_old_attempt_closed(learner, clock):
    page = quiz_page(QuizFactory(time_limit=20))
    first = begun(learner, page)
    clock.shift(datetime.timedelta(minutes=21))
    second = begun(learner, page)
    assert (second.number, Attempt.objects.open().get()) == (2, second)
    assert Attempt.objects.get(pk=first.pk).status == "finished"


def test_more_time_for_one_person_also_in_the_attempt_she_is_making(learner, lead, clock):
    attempt = attempt_at(learner, time_limit=20)
    actions.accommodate(attempt.subject, Allowance(factor=2), lead)
    stand = agrees(attempt)
    assert stand.deadline == attempt.started_at + datetime.timedelta(minutes=40)
    assert stand.extensions == 0  # hers to take are left to her
    actions.accommodate(attempt.subject, Allowance(factor=1), lead)
    assert agrees(attempt).deadline == attempt.started_at + datetime.timedelta(minutes=40)
    actions.accommodate(attempt.subject, Allowance(unlimited=True), lead)
    assert agrees(attempt).deadline is None
    actions.finish(attempt)
    assert begun(learner, attempt.quiz.pages.get()).deadline is None


# What safety depends on -----------------------------------------------------------------


@pytest.fixture
def point():
    """A safety-critical question with two more that ask the same."""
    first = QuestionFactory(critical=True)
    others = [QuestionFactory(critical=True, twin=first) for _ in range(2)]
    return first, others


def critical_attempt(learner, point, **rules):
    first, _others = point
    questions = [first, *QuestionFactory.create_batch(3)]
    return attempt_at(learner, questions=questions, **rules)


def all_right_but_the_first(attempt):
    give(attempt, 1, "b")
    for slot in (2, 3, 4):
        give(attempt, slot, "a")


def test_a_wrong_answer_brings_the_same_in_other_words_before_any_result(learner, point):
    attempt = critical_attempt(learner, point)
    all_right_but_the_first(attempt)
    outcome = actions.hand_in(attempt)
    assert (outcome.asked, outcome.stand.status) == (1, "open")
    twin = outcome.stand.slots[4]
    assert twin.data["uuid"] in {str(other.uuid) for other in point[1]}
    assert (twin.pin.twin_of, twin.max_mark) == (1, 0)
    assert give(attempt, 1, "a") == "stands"  # the first answer is what it was
    agrees(attempt)


def test_one_of_two_is_kept_and_the_attempt_passes(learner, point):
    attempt = critical_attempt(learner, point)
    all_right_but_the_first(attempt)
    actions.finish(attempt)
    assert give(attempt, 5, "a") == "saved"
    finished = actions.finish(attempt)
    assert (finished.passed, finished.missed, finished.percent) == (True, False, 75)
    stand = agrees(attempt)
    assert [each.state for each in stand.points] == ["recovered"]
    first = Evidence.objects.get(item_key=f"question/{point[0].uuid}")
    twin = Evidence.objects.exclude(pk=first.pk).get(critical=True)
    assert (first.score, twin.score) == (0, 1)
    assert (first.twin, twin.twin) == (twin.item_key, first.item_key)


def test_both_wrong_fails_whatever_the_score_and_opens_one_miss(learner, point):
    attempt = critical_attempt(learner, point)
    all_right_but_the_first(attempt)
    actions.finish(attempt)
    give(attempt, 5, "b")
    finished = actions.finish(attempt)
    assert (finished.passed, finished.missed, finished.percent) == (False, True, 75)
    misses = Evidence.objects.filter(critical=True, score__lt=1)
    assert [row.item_key for row in misses] == [f"question/{point[0].uuid}"]
    with pytest.raises(actions.NotNow) as early:
        begun(learner, attempt.quiz.pages.get())
    assert early.value.refusal.reason == "demonstration"
    assert early.value.refusal.until == finished.finished_at + datetime.timedelta(days=7)


def test_leaving_it_out_is_no_way_round(learner, point):
    attempt = critical_attempt(learner, point)
    for slot in (2, 3, 4):
        give(attempt, slot, "a")
    assert actions.hand_in(attempt).asked == 1  # left out counts as not shown
    finished = actions.finish(attempt)
    assert (finished.status, finished.passed, finished.missed) == ("finished", False, True)


def test_wrong_once_with_no_time_left_for_the_other_is_no_miss(learner, point, clock):
    attempt = critical_attempt(learner, point, time_limit=20)
    all_right_but_the_first(attempt)
    clock.shift(datetime.timedelta(minutes=21))
    closed = actions.close_if_over(Attempt.objects.get())
    assert (closed.passed, closed.missed) == (True, False)
    assert not Evidence.objects.filter(critical=True).exists()


def test_a_question_without_a_twin_fails_no_attempt_and_says_what_it_says(learner):
    questions = [QuestionFactory(critical=True), *QuestionFactory.create_batch(3)]
    attempt = attempt_at(learner, questions=questions)
    all_right_but_the_first(attempt)
    finished = actions.finish(attempt)
    assert (finished.passed, finished.missed) == (True, False)
    assert Evidence.objects.get(critical=True).score == 0


def test_where_each_answer_is_explained_the_twin_comes_first(learner, point):
    attempt = critical_attempt(learner, point, explained=True)
    give(attempt, 1, "b")
    stand, _row = again(attempt)
    assert len(stand.slots) == 5
    assert not stand.is_explained(stand.slots[0])
    give(attempt, 5, "a")
    stand, _row = again(attempt)
    assert stand.is_explained(stand.slots[0])
    assert stand.is_explained(stand.slots[4])
    give(attempt, 2, "a")
    stand, _row = again(attempt)
    assert stand.is_explained(stand.slots[1])


def test_twins_are_kept_for_asking_even_where_the_quiz_has_them_all(learner, point):
    first, others = point
    quiz = QuizFactory(questions=[first, *others, *QuestionFactory.create_batch(2)])
    outdate()
    attempt = begun(learner, quiz_page(quiz))
    assert len(attempt.pins) == 3
    assert actions.asked_count(quiz) == 3


# More than one attempt ------------------------------------------------------------------


def made(learner, page, *rights):
    """An attempt with so many of four answers right."""
    attempt = begun(learner, page)
    for slot in range(1, 5):
        give(attempt, slot, "a" if slot <= rights[0] else "b")
    return actions.finish(attempt)


def verbs(page):
    rows = Activity.objects.filter(object_key=page.translation_key, verb="passed")
    return rows.count()


def test_the_quiz_is_passed_by_the_average(learner):
    quiz = QuizFactory(questions=QuestionFactory.create_batch(4), grade="average", pass_mark=60)
    page = quiz_page(quiz)
    assert made(learner, page, 1).passed is False
    assert made(learner, page, 3).passed is True  # the attempt; on average it is 50 %
    assert verbs(page) == 0
    made(learner, page, 4)
    assert verbs(page) == 1


def test_the_quiz_is_passed_by_two_of_the_last_three(learner):
    rules = {"mastery_passes": 2, "mastery_of": 3, "pass_mark": 75}
    page = quiz_page(QuizFactory(questions=QuestionFactory.create_batch(4), **rules))
    for right, passed in ((4, 0), (1, 0), (1, 0), (4, 0), (3, 1)):
        made(learner, page, right)
        assert verbs(page) == passed


def test_what_was_seen_last_time_is_not_drawn_again(learner):
    quiz = QuizFactory(questions=QuestionFactory.create_batch(6))
    DrawRule.objects.create(quiz=quiz, number=3, unseen_in_last=1)
    page = quiz_page(quiz)
    first = actions.finish(begun(learner, page))
    second = begun(learner, page)
    assert len(second.pins) == 3
    assert {pin.version for pin in first.pins}.isdisjoint(pin.version for pin in second.pins)


def test_a_quiz_opens_and_closes(learner, clock):
    opens = timezone.now() + datetime.timedelta(hours=1)
    page = quiz_page(QuizFactory(opens=opens, closes=opens + datetime.timedelta(hours=2)))
    with pytest.raises(actions.NotNow):
        begun(learner, page)
    clock.shift(datetime.timedelta(hours=1))
    attempt = begun(learner, page)
    assert attempt.deadline == page.quiz.closes
    clock.shift(datetime.timedelta(hours=2, seconds=1))
    assert give(attempt, 1, "a") == "late"
    with pytest.raises(actions.NotNow):
        begun(learner, page)


def test_an_attempt_keeps_the_rules_it_began_with(learner):
    attempt = attempt_at(learner, time_limit=30, certainty=True)
    quiz = attempt.quiz
    quiz.time_limit, quiz.certainty, quiz.pass_mark = 1, False, 100
    quiz.save_revision().publish()
    stand, _row = again(attempt)
    assert (stand.policy.time_limit, stand.policy.certainty, stand.policy.pass_mark) == (
        30,
        True,
        60,
    )


def test_marks_of_an_attempt_stay_exact(learner):
    attempt = attempt_at(learner, questions=QuestionFactory.create_batch(3, several=True))
    for slot in (1, 2, 3):
        give(attempt, slot, "a")
    assert again(attempt)[0].total.mark == Fraction(1)

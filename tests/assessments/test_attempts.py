"""Actions: what is kept, what is refused, what goes on record."""

import random
import uuid
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import actions, known
from assessments.models import Attempt, Question, QuestionVersion, Step
from content.packs.pages import put_away
from courses.outline import outdate
from courses.progress.models import Activity, Evidence, Subject
from tests.assessments.factories import (
    QuestionFactory,
    QuizFactory,
    begun,
    options,
    quiz_page,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(learner):
    return begun(learner)


def give(attempt, slot, *chosen, token=None):
    """Answer as the form of the present state would."""
    saved = attempt.steps.filter(slot=slot, kind="saved").count()
    return actions.answer(
        attempt,
        slot,
        {"chosen": list(chosen)},
        token or actions.form_token(attempt, slot, saved),
    )


def verbs():
    return sorted(Activity.objects.filter(object_kind="quiz").values_list("verb", flat=True))


# Starting -------------------------------------------------------------------------------


def test_an_attempt_is_pinned_to_versions_order_and_pass_mark(learner):
    page = quiz_page(QuizFactory(pass_mark=70))
    attempt = begun(learner, page)
    assert attempt.pass_mark == 70
    assert [pin.slot for pin in attempt.pins] == [1, 2, 3]
    assert all(pin.options == ("a", "b", "c", "d") and pin.max_mark == 1 for pin in attempt.pins)
    asked = QuestionVersion.objects.in_bulk([pin.version for pin in attempt.pins])
    placed = [place.question for place in page.quiz.places.all()]
    assert [asked[pin.version].question for pin in attempt.pins] == placed
    assert attempt.page_key == page.translation_key
    assert verbs() == ["started"]


def test_the_same_token_starts_one_attempt(learner):
    page, subject, token = quiz_page(), Subject.objects.for_user(learner), uuid.uuid4()
    first = actions.start_attempt(subject, page, token)
    assert actions.start_attempt(subject, page, token) == first
    actions.finish(first)
    assert actions.start_attempt(subject, page, token) == first
    assert Attempt.objects.count() == 1


def test_an_open_attempt_is_resumed_instead_of_opening_a_second(learner):
    page = quiz_page()
    first = begun(learner, page)
    assert begun(learner, page) == first
    actions.finish(first)
    second = begun(learner, page)
    assert (second.number, Attempt.objects.count()) == (2, 2)


def test_a_limit_of_attempts_holds(learner, lead):
    page = quiz_page(QuizFactory(attempts_allowed=2))
    actions.finish(begun(learner, page))
    actions.finish(begun(learner, page))
    with pytest.raises(actions.NoAttemptsLeft):
        begun(learner, page)
    assert begun(lead, page).number == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda page: setattr(page, "archived", True),
        lambda page: setattr(page, "live", False),
        lambda page: setattr(page.quiz, "archived", True),
        lambda page: setattr(page.quiz, "live", False),
        lambda page: [put_away(question) for question in Question.objects.all()],
        lambda page: [question.unpublish() for question in Question.objects.all()],
    ],
)
def test_what_is_not_published_is_not_offered(learner, change):
    page = quiz_page()
    change(page)
    outdate()
    with pytest.raises(actions.NotOffered):
        begun(learner, page)


def test_a_quiz_without_a_scored_question_is_not_offered(learner):
    page = quiz_page(QuizFactory(questions=[QuestionFactory(needs_review=True)]))
    with pytest.raises(actions.NotOffered):
        begun(learner, page)


def test_at_most_n_questions_are_drawn_in_the_order_of_the_bank(learner):
    quiz = QuizFactory(questions=QuestionFactory.create_batch(8), draw=3)
    attempt = begun(learner, quiz_page(quiz))
    order = list(quiz.places.values_list("question", flat=True))
    asked = QuestionVersion.objects.in_bulk([pin.version for pin in attempt.pins])
    drawn = [order.index(asked[pin.version].question_id) for pin in attempt.pins]
    assert len(drawn) == 3
    assert drawn == sorted(drawn)


@pytest.mark.parametrize("critical", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_of_two_twins_an_attempt_asks_one_whether_they_are_critical_or_not(learner, critical, seed):
    twin = QuestionFactory(critical=critical)
    first = QuestionFactory(critical=critical, twin=twin)
    page = quiz_page(QuizFactory(questions=[first, twin, QuestionFactory()]))
    subject, chance = Subject.objects.for_user(learner), random.Random(seed)  # noqa: S311
    attempt = actions.start_attempt(subject, page, uuid.uuid4(), chance)
    asked = QuestionVersion.objects.in_bulk([pin.version for pin in attempt.pins])
    assert len({version.question_id for version in asked.values()} & {first.pk, twin.pk}) == 1
    assert len(attempt.pins) == 2


def test_more_than_there_are_draws_all(learner):
    quiz = QuizFactory(draw=10)
    assert len(begun(learner, quiz_page(quiz)).pins) == 3
    assert actions.asked_count(quiz) == 3


def test_shuffling_is_pinned_and_leaves_true_before_false():
    questions = [QuestionFactory(), QuestionFactory(statement=True), QuestionFactory(several=True)]
    quiz = QuizFactory(questions=questions, shuffle=True)
    seen, statements = set(), set()
    for seed in range(60):
        chance = random.Random(seed)  # noqa: S311
        items = actions.draw(quiz, chance)
        versions = known.versions(item.version for item in items)
        pins = [
            actions.pin_of(number, versions[item.version], True, chance)
            for number, item in enumerate(items, 1)
        ]
        seen.add(tuple(pin.version for pin in pins))
        statements |= {pin.options for pin in pins if len(pin.options) == 2}
    assert len(seen) == 6
    assert statements == {("true", "false")}


@pytest.mark.parametrize("seed", range(5))
def test_shuffling_never_changes_the_result(learner, seed):
    quiz = QuizFactory(questions=[QuestionFactory(several=True) for _ in range(3)], shuffle=True)
    subject = Subject.objects.for_user(learner)
    chance = random.Random(seed)  # noqa: S311
    attempt = actions.start_attempt(subject, quiz_page(quiz), uuid.uuid4(), chance)
    for slot in (1, 2, 3):
        give(attempt, slot, "a", "c")
    finished = actions.finish(attempt)
    assert (finished.mark, finished.max_mark) == (Decimal("2.00000"), Decimal("3.00000"))


# Answering ------------------------------------------------------------------------------


def test_each_save_is_a_row_and_the_latest_counts(attempt):
    give(attempt, 1, "b")
    give(attempt, 1, "a")
    assert list(attempt.steps.values_list("number", "response__chosen")) == [
        (1, ["b"]),
        (2, ["a"]),
    ]
    [slot, *_rest] = actions.resume(attempt).slots
    assert (slot.response, slot.answers, slot.state) == ({"chosen": ["a"]}, 2, "right")


def test_the_same_form_sent_twice_leaves_one_answer(attempt):
    token = actions.form_token(attempt, 1, 0)
    first = give(attempt, 1, "b", token=token)
    assert give(attempt, 1, "b", token=token) == first
    assert Step.objects.count() == 1


def test_a_second_tab_leaves_the_answer_of_the_first(attempt):
    token = actions.form_token(attempt, 1, 0)
    give(attempt, 1, "b", token=token)
    with pytest.raises(actions.AnsweredElsewhere):
        give(attempt, 1, "a", token=token)
    assert Step.objects.get().response == {"chosen": ["b"]}


def test_an_old_form_does_not_bring_an_old_answer_back(attempt):
    old = actions.form_token(attempt, 1, 0)
    give(attempt, 1, "b", token=old)
    give(attempt, 1, "a")
    with pytest.raises(actions.AnsweredElsewhere):
        give(attempt, 1, "b", token=old)


def test_a_token_of_another_question_or_nobody_is_refused(attempt):
    for token in (actions.form_token(attempt, 2, 0), uuid.uuid4()):
        with pytest.raises(actions.AnsweredElsewhere):
            give(attempt, 1, "a", token=token)


def test_saving_what_is_saved_adds_nothing(attempt):
    give(attempt, 1, "a")
    give(attempt, 1, "a")
    assert Step.objects.count() == 1


def test_nothing_is_added_after_finishing(attempt):
    actions.finish(attempt)
    with pytest.raises(actions.AttemptOver):
        give(attempt, 1, "a")


def test_an_explained_answer_stands(learner):
    attempt = begun(learner, quiz_page(QuizFactory(explained=True)))
    give(attempt, 1, "b")
    with pytest.raises(actions.AlreadyExplained):
        give(attempt, 1, "a")
    assert give(attempt, 1, "b").number == 1  # the same again is no change


def test_answers_and_versions_are_never_changed(attempt):
    answer = give(attempt, 1, "a")
    answer.response = {"chosen": ["b"]}
    with pytest.raises(TypeError):
        answer.save()
    version = answer.version
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(ProtectedError):
        version.delete()
    with pytest.raises(ProtectedError):
        QuestionVersion.objects.all().delete()
    with pytest.raises(ProtectedError):
        version.question.delete()


# Finishing ------------------------------------------------------------------------------


def test_a_passed_attempt_goes_on_record(attempt):
    for slot in (1, 2):
        give(attempt, slot, "a")
    give(attempt, 3, "b")
    finished = actions.finish(attempt)
    assert (finished.passed, finished.percent) == (True, 66)
    assert finished.finished_at
    assert verbs() == ["finished", "passed", "started"]
    rows = Evidence.objects.order_by("-score")
    assert [row.score for row in rows] == [1, 1, 0]
    first = rows[0]
    version = QuestionVersion.objects.get(hash=first.item_version)
    assert first.item_key == f"question/{version.question.uuid}"
    assert (first.guess, first.weight, first.critical) == (Decimal("0.25"), 1, False)
    assert first.activity.verb == "finished"


def test_a_failed_attempt_is_finished_and_not_passed(attempt):
    give(attempt, 1, "a")
    finished = actions.finish(attempt)
    assert finished.passed is False
    assert verbs() == ["finished", "started"]


def test_a_question_without_an_answer_earns_nothing_and_says_nothing(attempt):
    give(attempt, 1, "a")
    finished = actions.finish(attempt)
    assert (finished.mark, finished.max_mark) == (1, 3)
    assert Evidence.objects.count() == 1


def test_finishing_twice_is_finishing_once(attempt):
    give(attempt, 1, "a")
    first = actions.finish(attempt)
    assert actions.finish(attempt).finished_at == first.finished_at
    assert verbs() == ["finished", "started"]
    assert Evidence.objects.count() == 1


def test_a_question_that_needs_review_gives_no_marks_and_no_evidence(learner):
    questions = [QuestionFactory(), QuestionFactory(needs_review=True)]
    attempt = begun(learner, quiz_page(QuizFactory(questions=questions)))
    give(attempt, 1, "a")
    give(attempt, 2, "b")
    finished = actions.finish(attempt)
    assert (finished.mark, finished.max_mark, finished.passed) == (1, 1, True)
    assert Evidence.objects.count() == 1


def test_each_competence_of_a_question_gets_its_evidence(learner):
    question = QuestionFactory(
        several=True,
        competences=[("ethics", 1), ("self-care", "0.5")],
        critical=True,
        applies="prison",
    )
    attempt = begun(learner, quiz_page(QuizFactory(questions=[question])))
    give(attempt, 1, "a", "c")
    actions.finish(attempt)
    rows = {row.competence.key: row for row in Evidence.objects.all()}
    assert {key: row.weight for key, row in rows.items()} == {
        "ethics": 1,
        "self-care": Decimal("0.5"),
    }
    for row in rows.values():
        assert row.score == Decimal("0.66667")
        assert (row.guess, row.critical, row.setting) == (Decimal("0.1"), True, "prison")


def test_the_kept_result_is_what_follows_from_pins_and_answers(attempt):
    give(attempt, 1, "a")
    give(attempt, 2, "c")
    finished = actions.finish(attempt)
    total = actions.resume(Attempt.objects.get()).total
    assert (finished.mark, finished.max_mark) == (total.mark, total.max_mark)
    assert finished.passed == total.passed


def test_publishing_a_question_leaves_attempts_untouched(attempt):
    give(attempt, 1, "a")
    question = Question.objects.order_by("pk").first()
    before = question.versions.get()
    question.options = options("abcd", "b")
    question.stem_lv = "Cits jautājums?"
    question.save_revision().publish()
    assert [version.number for version in question.versions.all()] == [1, 2]
    finished = actions.finish(attempt)
    slot = actions.resume(finished).slots[0]
    assert (slot.state, slot.version_hash) == ("right", before.hash)
    assert slot.data["stem"]["lv"] == before.data["stem"]["lv"]


def test_the_pass_mark_of_a_running_attempt_stays(attempt):
    give(attempt, 1, "a")
    give(attempt, 2, "a")
    quiz = attempt.quiz
    quiz.pass_mark = 100
    quiz.save_revision().publish()
    assert actions.finish(attempt).passed


# Any way through ------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from("abcd"), st.integers(0, 2)), max_size=12
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_no_way_through_an_attempt_loses_or_doubles_an_answer(learner, steps):
    """Each step answers a slot from a form that is fresh (0) or one or two saves old."""
    with transaction.atomic():
        attempt = begun(learner)
        saved = {1: [], 2: [], 3: []}
        for slot, key, age in steps:
            shown = max(0, len(saved[slot]) - age)
            token = actions.form_token(attempt, slot, shown)
            try:
                actions.answer(attempt, slot, {"chosen": [key]}, token)
            except actions.AnsweredElsewhere:
                assert shown < len(saved[slot])
                continue
            if saved[slot][-1:] != [key]:
                assert shown == len(saved[slot])
                saved[slot].append(key)
        for slot, keys in saved.items():
            rows = attempt.steps.filter(slot=slot).values_list("response__chosen", flat=True)
            assert [row[0] for row in rows] == keys
        counted = actions.finish(attempt).mark
        assert counted == sum(keys[-1:] == ["a"] for keys in saved.values())
        transaction.set_rollback(True)

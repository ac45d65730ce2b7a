"""Asking again: a review is begun, answered, left, resumed, and put on record."""

import datetime
import uuid
from fractions import Fraction

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from assessments import actions, grading, reviews
from assessments.actions import form_token
from assessments.models import Attempt, Step
from assessments.policy import EVERYTHING, PHASES
from courses.progress import reviews as asked_again
from courses.progress.models import Activity, Evidence, FeedbackSeen, Standing, Subject
from courses.progress.projection import differences, levels_on
from tests.assessments.factories import (
    QuestionFactory,
    QuizFactory,
    begun,
    lesson_page,
    options,
    quiz_page,
)
from tests.assessments.kinds import asked as question_of
from tests.assessments.test_costs import Counted
from tests.people.factories import UserFactory
from tests.progress.factories import CompetenceFactory, EvidenceFactory

pytestmark = pytest.mark.django_db
ASKS = reviews.Questions()


@pytest.fixture
def subject(learner):
    return Subject.objects.for_user(learner)


def key(question):
    return f"question/{question.uuid}"


def review(subject, *questions, token=None, **given):
    return reviews.start(subject, [key(each) for each in questions], token or uuid.uuid4(), **given)


def give(attempt, slot, chosen="a", certainty=None):
    """Answer a question as its form would."""
    stand = actions.resume(attempt)
    token = form_token(attempt, slot, stand.slots[slot - 1].answers)
    given = actions.Given(slot, {"chosen": [chosen]}, token, certainty=certainty)
    return actions.save(attempt, [given]).stand


def twins(**given):
    """Three wordings of one safety-critical question; "a" is right in each."""
    first = QuestionFactory(critical=True, **given)
    second = QuestionFactory(critical=True, twin=first, **given)
    return first, second, QuestionFactory(critical=True, twin=second, **given)


def later(**passed):
    return time_machine.travel(timezone.now() + datetime.timedelta(**passed), tick=True)


# What can be asked -----------------------------------------------------------------------


def test_published_scored_questions_are_askable_by_what_they_take():
    one, both = QuestionFactory(), question_of("matching")
    found = {each.item_key: each.seconds for each in ASKS.askable([key(one), key(both)])}
    assert found == {key(one): 40, key(both): 75}
    assert set(reviews.SECONDS) == set(grading.KINDS) - grading.UNSCORED - grading.BY_HAND


@pytest.mark.parametrize(
    "given", [{"live": False}, {"archived": True}, {"needs_review": True}], ids=str
)
def test_what_is_unpublished_archived_or_doubtful_is_not_asked(subject, given):
    question, other = QuestionFactory(**given), QuestionFactory()
    assert list(ASKS.askable([key(question)])) == []
    assert review(subject, question) is None
    assert [
        slot.data["uuid"] for slot in actions.resume(review(subject, question, other)).slots
    ] == [str(other.uuid)]


@pytest.mark.parametrize("kind", ["open", "estimate"])
def test_what_has_no_mark_of_its_own_is_not_asked(kind):
    assert list(ASKS.askable([key(question_of(kind))])) == []


@pytest.mark.parametrize("unknown", ["question/nonsense", "story/x/y", "", "question/"])
def test_what_is_no_question_is_not_asked(unknown):
    assert list(ASKS.askable([unknown])) == []


def test_a_refresher_asks_what_stands_in_a_published_quiz():
    placed, loose = QuestionFactory(), QuestionFactory()
    other = QuestionFactory(competences=[("ethics", 1)])
    quiz = QuizFactory(questions=[placed, other])
    assert [each.item_key for each in ASKS.of_competence("self-care")] == [key(placed)]
    quiz.archived = True
    quiz.save()
    assert list(ASKS.of_competence("self-care")) == []
    assert [each.item_key for each in ASKS.askable([key(loose), key(placed)])] == [
        key(loose),
        key(placed),
    ]


HOLDS = {
    "shows nothing": {f"shown_{phase}": [] for phase in PHASES},
    "shows it once it is closed": {
        "shown_after": [],
        "shown_later": [],
        "closes": timezone.now() + datetime.timedelta(days=9),
    },
    "shows only marks": {"shown_after": ["marks"], "shown_later": ["marks"]},
    "opens next week": {"opens": timezone.now() + datetime.timedelta(days=7)},
}


@pytest.mark.parametrize("holds", list(HOLDS))
def test_what_a_quiz_keeps_to_itself_is_not_explained_in_a_review(holds):
    question = QuestionFactory()
    quiz = QuizFactory(questions=[question], **HOLDS[holds])
    assert list(ASKS.askable([key(question)])) == []
    assert list(ASKS.of_competence("self-care")) == []
    quiz.live = False
    quiz.save()
    assert list(ASKS.askable([key(question)]))


def test_once_the_quiz_is_closed_and_shows_it_so_may_a_review():
    question = QuestionFactory()
    QuizFactory(questions=[question], **HOLDS["shows it once it is closed"])
    with later(days=10):
        assert list(ASKS.askable([key(question)]))


def test_what_asks_the_same_in_other_words_has_the_same_point():
    first, second, third = twins()
    alone = QuestionFactory()
    points = {
        each.item_key: each.point
        for each in ASKS.askable([key(each) for each in (first, second, third, alone)])
    }
    assert points[key(first)] == points[key(second)] == points[key(third)] != ""
    assert points[key(alone)] == ""


# Beginning -------------------------------------------------------------------------------


def test_items_are_asked_in_the_order_given(subject):
    made = QuestionFactory.create_batch(4)
    attempt = review(subject, made[2], made[0], made[3])
    asked = [slot.data["uuid"] for slot in actions.resume(attempt).slots]
    assert asked == [str(made[place].uuid) for place in (2, 0, 3)]
    assert attempt.is_review
    assert (attempt.quiz, attempt.page_key, attempt.number) == (None, None, 1)
    (begun_one,) = Activity.objects.all()
    assert (begun_one.verb, begun_one.object_kind) == ("started", asked_again.KIND)
    assert attempt.policy.shown == dict.fromkeys(PHASES, EVERYTHING)


def test_the_same_token_is_one_review_also_when_it_is_over(subject):
    question, token = QuestionFactory(), uuid.uuid4()
    first = review(subject, question, token=token)
    assert review(subject, question, token=token) == first
    give(first, 1)
    assert review(subject, question, token=token) == first
    assert Attempt.objects.count() == 1


def test_while_one_is_open_no_other_begins(subject):
    one, other = QuestionFactory.create_batch(2)
    first = review(subject, one)
    assert review(subject, other, about="self-care") == first
    assert ASKS.start(subject, [key(other)], uuid.uuid4()) == first.get_absolute_url()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(subject=subject, number=2, token=uuid.uuid4(), pinned={})


def test_where_nothing_can_be_asked_any_more_the_page_of_reviews_says_so(subject):
    assert ASKS.start(subject, ["question/gone"], uuid.uuid4()) == reverse("courses:review")
    assert not Attempt.objects.exists()


def test_a_review_is_no_attempt_at_a_quiz(learner, subject):
    attempt = review(subject, QuestionFactory())
    assert not Attempt.objects.at_quizzes().exists()
    with pytest.raises(TypeError):
        _ = attempt.place
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(page_key=uuid.uuid4())


def test_more_time_for_a_person_leaves_the_end_of_a_review_where_it_is(subject):
    attempt = review(subject, QuestionFactory())
    actions.accommodate(subject, actions.USUAL, UserFactory())
    assert Attempt.objects.get().deadline == attempt.deadline


# Answering -------------------------------------------------------------------------------


def test_the_last_answer_ends_it_and_puts_all_on_record(subject):
    first = QuestionFactory()
    second = QuestionFactory(competences=[("self-care", "0.5"), ("ethics", 1)])
    attempt = review(subject, first, second)
    give(attempt, 1, "b", certainty=3)
    assert not Evidence.objects.exists()
    stand = give(attempt, 2, "a", certainty=1)
    assert not stand.is_open
    kept = Attempt.objects.get()
    assert (kept.status, kept.mark, kept.max_mark, kept.passed) == ("finished", None, None, None)
    rows = {
        row.origin.removeprefix(f"attempt/{attempt.pk}/"): row for row in Evidence.objects.all()
    }
    assert {name: (row.score, row.weight, row.certainty) for name, row in rows.items()} == {
        "1/self-care": (0, 1, 3),
        "2/self-care": (1, Fraction("0.5"), 1),
        "2/ethics": (1, 1, 1),
    }
    for row in rows.values():
        assert row.guess == Fraction(1, 4)
        assert row.activity.object_kind == asked_again.KIND
        assert row.activity.object_key == attempt.pk
        assert row.assessed
        assert row.seen_at is None
    assert rows["1/self-care"].item_version == first.versions.get().hash
    assert set(Activity.objects.values_list("verb", flat=True)) == {"started", "finished"}
    assert Standing.objects.filter(subject=subject).exists()
    assert differences(timezone.localdate()) == []


def test_a_review_counts_for_the_level_as_a_quiz_does(subject):
    made = QuestionFactory.create_batch(5)
    attempt = review(subject, *made)
    for slot in range(1, 6):
        give(attempt, slot)
    (answer,) = levels_on(subject.pk, timezone.localdate()).values()
    assert (answer.level.level, len(answer.level.counted)) == (2, 5)


def test_an_answer_given_twice_is_one_and_stands(subject):
    attempt = review(subject, *QuestionFactory.create_batch(2))
    token = form_token(attempt, 1, 0)
    first = actions.answer(attempt, 1, {"chosen": ["b"]}, token)
    assert actions.answer(attempt, 1, {"chosen": ["b"]}, token) == first
    with pytest.raises(actions.AnsweredElsewhere):
        actions.answer(attempt, 1, {"chosen": ["a"]}, token)
    with pytest.raises(actions.AlreadyExplained):
        actions.answer(attempt, 1, {"chosen": ["a"]}, form_token(attempt, 1, 1))
    assert Step.objects.filter(kind="saved").count() == 1


def test_nothing_is_added_to_one_that_is_over(subject):
    attempt = review(subject, QuestionFactory())
    give(attempt, 1)
    with pytest.raises(actions.AttemptOver):
        actions.answer(attempt, 1, {"chosen": ["b"]}, form_token(attempt, 1, 1))


def test_an_answer_to_what_is_explained_in_an_open_review_is_practice_elsewhere(subject):
    """Though the review goes on record only later, or is never gone on with."""
    question = QuestionFactory()
    attempt = review(subject, question, QuestionFactory())
    give(attempt, 1, "b")
    assert FeedbackSeen.objects.get().item_key == key(question)
    with later(hours=3):
        quiz = begun(subject.person, quiz_page(QuizFactory(questions=[question])))
        actions.answer(quiz, 1, {"chosen": ["a"]}, form_token(quiz, 1, 0))
        actions.finish(quiz)
        today = timezone.localdate()  # three hours later may be the next day
    row = Evidence.objects.get()
    assert row.seen_at is not None
    assert not levels_on(subject.pk, today)[row.competence.uuid].level.counted


# Leaving ---------------------------------------------------------------------------------


def test_one_that_is_left_is_gone_on_with_within_a_day(subject):
    attempt = review(subject, *QuestionFactory.create_batch(3))
    give(attempt, 1)
    with later(hours=23):
        begun_one = ASKS.unfinished(subject)
        assert (begun_one.url, begun_one.number) == (attempt.get_absolute_url(), 2)
        assert begun_one.minutes == 2
    assert not Evidence.objects.exists()


def test_after_a_day_what_was_answered_is_put_on_record_by_whoever_looks(subject):
    attempt = review(subject, *QuestionFactory.create_batch(3))
    give(attempt, 2)
    with later(hours=25):
        assert asked_again.today_of(subject).unfinished is None
        (row,) = Evidence.objects.all()
        assert row.origin == f"attempt/{attempt.pk}/2/self-care"
        assert row.happened_at < timezone.now() - datetime.timedelta(hours=24)
        assert review(subject, QuestionFactory()) != attempt


def test_one_in_which_nothing_was_answered_leaves_no_more_than_that_it_was_begun(subject):
    review(subject, QuestionFactory())
    with later(hours=25):
        assert actions.close_overdue() == 1
    assert not Evidence.objects.exists()
    assert [row.verb for row in Activity.objects.all()] == ["started"]


def test_whoever_stops_keeps_her_answers_and_the_rest_stays_due(subject):
    made = QuestionFactory.create_batch(3)
    attempt = review(subject, *made)
    give(attempt, 1)
    assert actions.finish(attempt).status == "finished"
    assert Evidence.objects.count() == 1
    assert not Attempt.objects.get().missed


# Where safety depends on it --------------------------------------------------------------


def test_a_wrong_critical_answer_brings_its_twin_before_any_feedback(subject):
    first, *_others = twins()
    attempt = review(subject, first, QuestionFactory())
    stand = give(attempt, 1, "b")
    assert (len(stand.slots), stand.slots[2].pin.twin_of) == (3, 1)
    assert not stand.is_explained(stand.slots[0])
    assert reviews.next_slot(stand) == 3
    assert not FeedbackSeen.objects.exists()
    stand = give(attempt, 3, "a")
    assert all(stand.is_explained(stand.slots[place]) for place in (0, 2))
    assert FeedbackSeen.objects.count() == 2
    give(attempt, 2)
    today = timezone.localdate()
    assert not levels_on(subject.pk, today).popitem()[1].level.misses


def test_both_wrong_opens_a_critical_miss(subject):
    first, *_others = twins()
    attempt = review(subject, first)
    give(attempt, 1, "b")
    give(attempt, 2, "b")
    assert Attempt.objects.get().missed
    (answer,) = levels_on(subject.pk, timezone.localdate()).values()
    (miss,) = answer.level.misses
    assert miss.item.item_key == key(first)


@pytest.mark.parametrize("how", ["stopped", "left"])
def test_a_twin_left_out_is_a_miss_but_a_question_that_was_not_reached_is_none(subject, how):
    first, *_others = twins()
    never, *_more = twins(competences=[("ethics", 1)])
    attempt = review(subject, first, never)
    give(attempt, 1, "b")
    if how == "stopped":
        actions.finish(attempt)
    else:
        with later(hours=25):
            actions.close_overdue()
    answers = levels_on(subject.pk, timezone.localdate() + datetime.timedelta(days=2))
    (answer,) = answers.values()
    assert [miss.item.item_key for miss in answer.level.misses] == [key(first)]
    states = [point.state for point in actions.resume(Attempt.objects.get()).points]
    assert states == ["missed", "open"]


def test_what_comes_after_a_review_was_left_changes_nothing_it_showed(subject):
    first, *_others = twins()
    attempt = review(subject, first, QuestionFactory())
    give(attempt, 1, "b")
    with later(hours=25):
        actions.close_overdue()
        stand = give(Attempt.objects.get(), 2)
    assert stand.steps[-1].is_late
    assert [point.state for point in stand.points] == ["missed"]
    assert Attempt.objects.get().missed


# The pages -------------------------------------------------------------------------------


def address(attempt, slot):
    return reverse("assessments:question", args=[attempt.pk, slot])


def post(client, attempt, slot, chosen="a", **given):
    answers = actions.resume(Attempt.objects.get(pk=attempt.pk)).slots[slot - 1].answers
    fields = {"choice": chosen, "token": form_token(attempt, slot, answers)} | given
    return client.post(address(attempt, slot), fields)


def test_a_review_from_its_page_to_its_end(learner_client, subject):
    CompetenceFactory(key="self-care")
    lesson = lesson_page()
    made = [
        QuestionFactory(reread=lesson),
        QuestionFactory(options=options("abcd", "c")),
    ]
    at = timezone.now() - datetime.timedelta(days=30)
    for question in made:
        EvidenceFactory(
            subject=subject,
            competence=CompetenceFactory(key="self-care"),
            item_key=key(question),
            happened_at=at,
        )
    page = reverse("courses:review")
    token = learner_client.get(page).context["token"]
    response = learner_client.post(page, {"token": token}, follow=True)
    attempt = Attempt.objects.get()
    assert response.redirect_chain[-1][0] == address(attempt, 1)
    text = response.content.decode()
    assert "Explanation of all" not in text
    assert 'name="certainty"' in text
    right = [slot.data["uuid"] for slot in actions.resume(attempt).slots]
    wrong_one = right.index(str(made[0].uuid)) + 1
    for slot in (1, 2):
        chosen = "b" if slot == wrong_one else "c"
        response = post(learner_client, attempt, slot, chosen, certainty="3")
        assert response["Location"] == address(attempt, slot)
        shown = learner_client.get(address(attempt, slot))
        assert "Explanation of all" in shown.content.decode()
        assert shown.context["next_url"] == (
            address(attempt, 2) if slot == 1 else reverse("assessments:review", args=[attempt.pk])
        )
    end = learner_client.get(shown.context["next_url"])
    text = end.content.decode()
    assert "2 questions reviewed, 1 fully right" in text
    assert lesson.url in text
    assert end.context["today"].chosen.next_on or end.context["today"].chosen.waiting
    assert Evidence.objects.filter(activity__object_kind="review").count() == 2
    assert "Next review" in text
    for name in ("attempt", "finish"):
        gone = learner_client.get(reverse(f"assessments:{name}", args=[attempt.pk]))
        assert gone["Location"] == reverse("assessments:review", args=[attempt.pk])


def test_the_last_answer_sent_twice_shows_its_explanation_twice(learner_client, subject):
    attempt = review(subject, QuestionFactory())
    fields = {"choice": "b", "token": form_token(attempt, 1, 0)}
    for _time in range(2):
        response = learner_client.post(address(attempt, 1), fields)
        assert response["Location"] == address(attempt, 1)
    assert Evidence.objects.count() == 1
    other = learner_client.post(address(attempt, 1), fields | {"choice": "a"}, follow=True)
    assert "This review is over" in other.content.decode()
    assert Evidence.objects.get().score == 0


def test_a_twin_is_asked_next_and_said_so(learner_client, subject):
    first, *_others = twins()
    attempt = review(subject, first, QuestionFactory())
    response = post(learner_client, attempt, 1, "b")
    assert response["Location"] == address(attempt, 3)
    shown = learner_client.get(address(attempt, 1)).content.decode()
    assert "Explanation of all" not in shown
    resumed = learner_client.get(attempt.get_absolute_url())
    assert resumed["Location"] == address(attempt, 3)


def test_stopping_leads_to_the_end(learner_client, subject):
    attempt = review(subject, *QuestionFactory.create_batch(2))
    post(learner_client, attempt, 1)
    stop = reverse("assessments:finish", args=[attempt.pk])
    end = learner_client.post(stop, follow=True)
    assert "1 question was left out" in end.content.decode()
    assert learner_client.post(stop)["Location"] == reverse("assessments:review", args=[attempt.pk])
    # What was not answered is explained nowhere.
    assert learner_client.get(address(attempt, 2)).status_code == 302


def test_a_review_is_asked_in_the_language_of_the_page(learner_client, subject):
    attempt = review(subject, QuestionFactory(stem_lv="Kas jādara?", stem_en="What is to be done?"))
    for code, stem in (("lv", "Kas jādara?"), ("en", "What is to be done?")):
        with translation.override(code):
            assert stem in learner_client.get(address(attempt, 1)).content.decode()


def test_another_persons_review_is_not_found(learner_client):
    attempt = review(Subject.objects.for_user(UserFactory()), QuestionFactory())
    for name, args in (
        ("attempt", []),
        ("question", [1]),
        ("finish", []),
        ("review", []),
        ("save", []),
        ("more_time", []),
    ):
        where = reverse(f"assessments:{name}", args=[attempt.pk, *args])
        assert learner_client.post(where).status_code in (404, 405)
        if name not in ("save", "more_time"):
            assert learner_client.get(where).status_code == 404
    assert not Step.objects.exists()


def test_one_left_for_a_day_says_so_and_keeps_what_is_sent(learner_client, subject):
    attempt = review(subject, *QuestionFactory.create_batch(2))
    with later(hours=25):
        learner_client.force_login(subject.person)
        response = post(learner_client, attempt, 1)
        said = learner_client.get(response["Location"]).content.decode()
    assert "This review is over" in said
    assert Step.objects.filter(kind="saved").count() == 1


@pytest.mark.parametrize("kind", sorted(set(grading.KINDS) - grading.UNSCORED - grading.BY_HAND))
def test_every_kind_that_has_a_mark_can_be_reviewed(learner_client, subject, kind):
    attempt = review(subject, question_of(kind))
    shown = learner_client.get(address(attempt, 1))
    assert shown.status_code == 200
    assert shown.context["asks_certainty"] == (kind not in reviews.MANY_PARTS)
    question = actions.resume(attempt).slots[0].question
    actions.answer(attempt, 1, grading.worst(question), form_token(attempt, 1, 0))
    assert learner_client.get(address(attempt, 1)).context["explained"]
    assert learner_client.get(attempt.get_absolute_url(), follow=True).status_code == 200


def test_a_refresher_says_what_it_is_about(learner_client, subject):
    CompetenceFactory(key="self-care", name_en="Self-care")
    QuizFactory(questions=QuestionFactory.create_batch(7))
    where = reverse("courses:refresher", args=["self-care"])
    response = learner_client.post(where, {"token": uuid.uuid4()}, follow=True)
    assert "Refresher: Self-care" in response.content.decode()
    assert (Attempt.objects.get().about, len(Attempt.objects.get().pins)) == ("self-care", 5)
    again = learner_client.post(where, {"token": uuid.uuid4()}, follow=True)
    assert "You have begun a review" in again.content.decode()
    assert Attempt.objects.count() == 1


def test_rows_of_a_review_lead_to_the_question_and_its_acts_have_words(learner_client, subject):
    attempt = review(subject, QuestionFactory())
    give(attempt, 1)
    shown = learner_client.get(reverse("courses:competence", args=["self-care"])).content.decode()
    assert address(attempt, 1) in shown
    assert "Question in a review" in shown
    told = learner_client.get(reverse("courses:history")).content.decode()
    assert "Reviewed what was learned before" in told
    assert learner_client.get(reverse("courses:profile")).status_code == 200


def test_minutes_are_counted_from_answer_to_answer(subject):
    with time_machine.travel(timezone.now().replace(hour=8, minute=0), tick=False) as clock:
        attempt = review(subject, *QuestionFactory.create_batch(3))
        clock.shift(datetime.timedelta(seconds=90))
        give(attempt, 1)
        clock.shift(datetime.timedelta(hours=2))  # something else was done: three minutes at most
        give(attempt, 2)
        today = timezone.localdate()
        assert reviews.minutes_spent(subject, today) == 4
        assert reviews.minutes_spent(subject, today - datetime.timedelta(days=1)) == 0
        assert reviews.minutes_spent(Subject.objects.for_user(UserFactory()), today) == 0


# What it costs ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [4, 12])
def test_what_a_review_costs(learner_client, subject, size):
    """The same for few questions and many, with much on record or little."""
    competence = CompetenceFactory(key="self-care")
    for _number in range(size * 3):
        EvidenceFactory(subject=subject, competence=competence)
    done = review(subject, *QuestionFactory.create_batch(size))
    for slot in range(1, size + 1):
        post(learner_client, done, slot)
    attempt = review(subject, *QuestionFactory.create_batch(size))
    learner_client.get(address(attempt, 1))
    with Counted() as shown:
        learner_client.get(address(attempt, 1))
    fields = {"choice": "b", "certainty": "2", "token": form_token(attempt, 1, 0)}
    with Counted() as saved:
        learner_client.post(address(attempt, 1), fields)
    with Counted() as explained:
        learner_client.get(address(attempt, 1))
    for slot in range(2, size):
        post(learner_client, attempt, slot)
    last = {"choice": "b", "token": form_token(attempt, size, 0)}
    with Counted() as ended:
        learner_client.post(address(attempt, size), last)
    end = reverse("assessments:review", args=[attempt.pk])
    learner_client.get(end)
    with Counted() as read:
        learner_client.get(end)
    with Counted() as asked:
        learner_client.get(reverse("courses:review"))
    numbers = {
        "shown": shown.numbers,
        "saved": saved.numbers,
        "explained": explained.numbers,
        "ended": ended.numbers,
        "read": read.numbers,
        "asked": asked.numbers,
    }
    assert numbers == {
        "shown": (2, 0),
        "saved": (5, 2),
        "explained": (2, 0),
        "ended": (12, 6),
        "read": (9, 0),
        "asked": (8, 0),
    }


@pytest.mark.parametrize("size", [3, 10])
def test_what_beginning_a_review_costs(subject, size):
    made = QuestionFactory.create_batch(size)
    review(subject, made[0])
    actions.finish(Attempt.objects.get())
    with Counted() as counted:
        review(subject, *made)
    assert counted.numbers == (6, 2)

"""Which items are asked again on a day, and in what order; and what is read of the record for it."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from courses.people.models import User
from courses.people.notices import Leave
from courses.progress import reviews
from courses.progress.actions import NewEvidence, pause_reviews, record, resume_reviews
from courses.progress.memory import Memory
from courses.progress.models import FeedbackSeen, ReviewPause
from courses.progress.reviews import Askable, Summary, Unfinished, choose, choose_refresher
from tests.progress.factories import (
    ActivityFactory,
    CompetenceFactory,
    EvidenceFactory,
    SubjectFactory,
)

DAY = datetime.date(2026, 11, 22)
NOW = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)


def memory(key, overdue=0, *, critical=False, ready=-1.0, stability=10.0, last=20):
    """An item due so many days ago; `ready` in hours from now."""
    return Memory(
        key,
        critical,
        stability,
        5.0,
        DAY - datetime.timedelta(last),
        DAY - datetime.timedelta(overdue),
        NOW + datetime.timedelta(hours=ready),
    )


def chosen(*memories, seconds=60, only=None, **kwargs):
    remembered = {each.item_key: each for each in memories}
    keys = remembered if only is None else only
    askable = {key: Askable(key, seconds) for key in keys}
    return choose(remembered, askable, NOW, DAY, **kwargs)


def keys(found):
    return [item.item_key for item in found.items]


# Today's choice --------------------------------------------------------------------------


def test_critical_ones_come_first_then_those_longest_overdue():
    found = chosen(
        memory("a", 1), memory("b", 9), memory("c", 0, critical=True), memory("d", 4, critical=True)
    )
    assert keys(found) == ["d", "c", "b", "a"]
    assert [item.critical for item in found.items] == [True, True, False, False]


def test_of_those_due_on_one_day_the_most_forgotten_comes_first():
    found = chosen(memory("a", stability=20), memory("b", stability=2), memory("c", stability=5))
    assert keys(found) == ["b", "c", "a"]


@pytest.mark.parametrize(("overdue", "expected"), [(1, ["a"]), (0, ["a"]), (-1, [])])
def test_an_item_is_asked_from_its_day_on(overdue, expected):
    assert keys(chosen(memory("a", overdue))) == expected


@pytest.mark.parametrize(("ready", "expected"), [(-0.1, ["a"]), (0, ["a"]), (0.1, [])])
def test_an_item_whose_feedback_was_just_seen_waits(ready, expected):
    found = chosen(memory("a", ready=ready))
    assert keys(found) == expected
    assert found.waiting == 1 - len(expected)


def test_what_cannot_be_asked_any_more_is_left_out():
    found = chosen(memory("a"), memory("b"), memory("c", -3), only=["b"])
    assert (keys(found), found.waiting, found.next_on) == (["b"], 0, None)


def test_ten_minutes_a_day_at_most():
    found = chosen(*(memory(f"{n:02}", 20 - n) for n in range(14)))
    assert keys(found) == [f"{n:02}" for n in range(10)]
    assert (found.seconds, found.minutes, found.waiting) == (600, 10, 4)


@pytest.mark.parametrize(("spent", "number"), [(0, 5), (300, 5), (301, 4), (599, 0), (900, 0)])
def test_what_was_reviewed_today_is_part_of_the_ten_minutes(spent, number):
    assert len(chosen(*(memory(f"{n}") for n in range(5)), spent=spent).items) == number


def test_a_long_item_lets_shorter_ones_pass_and_has_its_turn_another_day():
    remembered = {key: memory(key, overdue) for key, overdue in (("a", 9), ("b", 8), ("c", 7))}
    askable = {"a": Askable("a", 400), "b": Askable("b", 300), "c": Askable("c", 200)}
    assert keys(choose(remembered, askable, NOW, DAY)) == ["a", "c"]


def test_what_takes_longer_than_the_whole_time_is_asked_alone():
    remembered = {"a": memory("a", 9), "b": memory("b")}
    askable = {"a": Askable("a", 900), "b": Askable("b", 30)}
    assert keys(choose(remembered, askable, NOW, DAY)) == ["a"]
    assert keys(choose(remembered, askable, NOW, DAY, spent=30)) == ["b"]


def test_what_asks_the_same_in_other_words_is_asked_another_day():
    """The feedback of one would give the other away."""
    remembered = {key: memory(key, overdue) for key, overdue in (("a", 9), ("b", 8), ("c", 7))}
    askable = {"a": Askable("a", 30, point="p"), "b": Askable("b", 30, point="p")}
    askable["c"] = Askable("c", 30)
    found = choose(remembered, askable, NOW, DAY)
    assert (keys(found), found.waiting) == (["a", "c"], 1)
    assert keys(choose_refresher(remembered, askable, NOW, DAY)) == ["a", "c"]


def test_where_nothing_is_due_it_says_when_something_will_be():
    found = chosen(memory("a", -5), memory("b", -3), memory("c", -9))
    assert (found.items, found.next_on) == ((), DAY + datetime.timedelta(3))
    assert chosen(memory("a", -5), memory("b", 1)).next_on is None
    assert chosen().next_on is None


@pytest.mark.parametrize(("seconds", "minutes"), [(20, 1), (60, 1), (61, 2), (600, 10)])
def test_minutes_are_rounded_up(seconds, minutes):
    assert chosen(memory("a"), seconds=seconds).minutes == minutes


# A refresher -----------------------------------------------------------------------------


def refresher(remembered, askable, **kwargs):
    return choose_refresher(
        {each.item_key: each for each in remembered},
        {each.item_key: each for each in askable},
        NOW,
        DAY,
        **kwargs,
    )


def test_a_refresher_is_the_five_items_recalled_least():
    known = [memory(f"{n}", stability=n + 1) for n in range(8)]
    found = refresher(known, [Askable(f"{n}", 40) for n in range(8)])
    assert keys(found) == ["0", "1", "2", "3", "4"]


def test_items_never_answered_fill_it_up():
    found = refresher([memory("k")], [Askable(key, 40) for key in "abk"])
    assert keys(found) == ["k", "a", "b"]


def test_a_refresher_asks_two_critical_ones_at_most():
    known = [memory(f"{n}", critical=True) for n in range(3)]
    askable = [Askable(f"{n}", 40) for n in range(3)]
    askable += [Askable("new", 40, critical=True), Askable("plain", 40)]
    found = refresher(known, askable)
    assert keys(found) == ["0", "1", "plain"]
    assert [item.critical for item in found.items] == [True, True, False]
    assert keys(refresher([], askable[3:])) == ["new", "plain"]


def test_a_refresher_leaves_out_what_would_be_practice():
    found = refresher([memory("a", ready=3), memory("b")], [Askable("a", 40), Askable("b", 40)])
    assert keys(found) == ["b"]


def test_a_refresher_does_not_wait_for_the_day_it_is_due():
    assert keys(refresher([memory("a", -30)], [Askable("a", 40)])) == ["a"]


due_days = st.integers(-5, 5)
some = st.lists(
    st.tuples(due_days, st.booleans(), st.floats(-30, 30), st.integers(5, 700)), max_size=20
)


@given(some, st.integers(0, 700), st.randoms())
def test_the_choice_is_the_same_in_any_order_and_keeps_to_the_time(rows, spent, random):
    remembered, askable = {}, {}
    for number, (overdue, critical, ready, seconds) in enumerate(rows):
        key = f"{number:02}"
        remembered[key] = memory(key, overdue, critical=critical, ready=ready)
        askable[key] = Askable(key, seconds)
    shuffled = list(remembered)
    random.shuffle(shuffled)
    found = choose(remembered, askable, NOW, DAY, spent=spent)
    again = choose({key: remembered[key] for key in shuffled}, askable, NOW, DAY, spent=spent)
    assert found == again
    assert found.seconds + spent <= 600 or len(found.items) <= (0 if spent else 1)
    for item in found.items:
        assert remembered[item.item_key].due_on <= DAY
        assert remembered[item.item_key].ready_at <= NOW
    critical = [item.critical for item in found.items]
    assert critical == sorted(critical, reverse=True)


# The record ------------------------------------------------------------------------------


class Asks:
    """Asks every question but those in `retired`, half a minute each."""

    def __init__(self):
        self.retired = set()
        self.begun = ""
        self.started = []

    def askable(self, items):
        return [Askable(key, 30) for key in items if key not in self.retired]

    def of_competence(self, competence_key):
        return [Askable(f"question/{competence_key}/{number}", 30) for number in range(3)]

    def start(self, subject, items, token, *, about=""):
        self.started.append((subject, list(items), token))
        return f"/asked/{token}/"

    def unfinished(self, subject):
        return Unfinished(self.begun, 3, 2) if self.begun else None


@pytest.fixture
def asks(monkeypatch):
    monkeypatch.setattr(reviews, "_provider", [])
    provider = Asks()
    reviews.register(provider)
    return provider


@pytest.fixture
def subject(db):
    return SubjectFactory()


@pytest.fixture
def competence(db):
    return CompetenceFactory(key="self-care")


def answered(subject, competence, key="question/a", days_ago=3, **kwargs):
    at = timezone.now() - datetime.timedelta(days=days_ago)
    return EvidenceFactory(
        subject=subject, competence=competence, item_key=key, happened_at=at, **kwargs
    )


def test_who_has_answered_nothing_has_nothing_to_review(subject, asks):
    today = reviews.today_of(subject)
    assert (today.chosen.items, today.has_begun) == ((), False)


def test_what_is_due_is_asked_and_counted_by_competence(subject, competence, asks):
    other = CompetenceFactory(key="ethics")
    answered(subject, competence)
    answered(subject, other)  # the same question says something about both
    answered(subject, competence, "question/b")
    answered(subject, competence, "question/new", days_ago=0)
    answered(SubjectFactory(), competence, "question/hers")
    today = reviews.today_of(subject)
    assert keys(today.chosen) == ["question/a", "question/b"]
    assert today.by_competence == ((competence.uuid, 2), (other.uuid, 1))
    assert today.has_begun


def test_the_line_about_it_speaks_of_what_was_begun(subject, competence, asks):
    answered(subject, competence)
    asks.begun = "/asked/before/"
    assert reviews.today_of(subject).unfinished.url == "/asked/before/"
    assert reviews.summary_of(subject) == Summary(3, 2, True)


def test_without_anybody_to_ask_nothing_is_asked(subject, competence, monkeypatch):
    monkeypatch.setattr(reviews, "_provider", [])
    answered(subject, competence)
    assert reviews.today_of(subject).chosen.items == ()
    assert reviews.refresher_of(subject, competence.key).items == ()


def test_what_was_retired_is_not_asked(subject, competence, asks):
    answered(subject, competence)
    asks.retired = {"question/a"}
    assert reviews.today_of(subject).chosen.items == ()


def test_items_of_a_critical_competence_are_critical(subject, asks):
    answered(subject, CompetenceFactory(key="crisis", critical=True), days_ago=1)
    (item,) = reviews.today_of(subject).chosen.items
    assert item.critical


def test_feedback_looked_at_again_makes_an_item_wait(subject, competence, asks):
    answered(subject, competence)
    FeedbackSeen.objects.create(subject=subject, item_key="question/a", at=timezone.now())
    assert reviews.today_of(subject).chosen.waiting == 1


def test_a_withdrawn_answer_is_not_remembered(subject, competence, asks):
    row = answered(subject, competence)
    answered(subject, competence, kind="void", voids=row)
    assert not reviews.today_of(subject).has_begun


def test_what_was_reviewed_today_takes_from_the_time(subject, competence, asks):
    for number in range(30):
        answered(subject, competence, f"question/{number}")
    assert len(reviews.today_of(subject).chosen.items) == 20
    done = ActivityFactory(subject=subject, verb="finished", object_kind="review")
    for number in range(4):
        answered(subject, competence, f"question/{number}", days_ago=0, activity=done)
    found = reviews.today_of(subject).chosen
    assert len(found.items) == 16
    assert found.waiting == 10


def test_nothing_is_asked_in_a_pause(subject, competence, asks, today):
    answered(subject, competence)
    pause_reviews(subject, today - datetime.timedelta(3), today)
    found = reviews.today_of(subject)
    assert (found.chosen.items, found.paused_until) == ((), today)
    pause_reviews(subject, today + datetime.timedelta(3), today + datetime.timedelta(9))
    assert ReviewPause.objects.count() == 1
    assert reviews.today_of(subject).chosen.items
    pause_reviews(subject, today, today)
    resume_reviews(subject)
    assert reviews.today_of(subject).chosen.items


def test_nothing_is_asked_on_leave(subject, competence, asks, today):
    answered(subject, competence)
    leave = Leave.objects.create(person=subject.person, starts_on=today, ends_on=None)
    found = reviews.today_of(subject)
    assert (found.chosen.items, found.on_leave, found.paused_until) == ((), True, None)
    leave.delete()
    assert reviews.today_of(subject).chosen.items


def test_a_pause_is_only_ones_own(subject, competence, asks, today):
    answered(subject, competence)
    pause_reviews(SubjectFactory(), today, today)
    assert reviews.today_of(subject).paused_until is None


def test_a_refresher_is_about_one_competence(subject, competence, asks):
    answered(subject, competence, "question/self-care/1")
    answered(subject, competence, "question/elsewhere/1")
    found = reviews.refresher_of(subject, "self-care")
    assert keys(found) == ["question/self-care/1", "question/self-care/0", "question/self-care/2"]


@pytest.mark.parametrize("number", [2, 40])
def test_it_costs_the_same_for_few_answers_and_for_many(
    subject, competence, asks, number, django_assert_num_queries
):
    for place in range(number):
        answered(subject, competence, f"question/{place}")
    with django_assert_num_queries(5):
        reviews.today_of(subject)


def test_the_line_about_it_is_remembered_until_the_record_changes(
    subject, competence, asks, django_assert_num_queries
):
    answered(subject, competence)
    assert reviews.summary_of(subject) == Summary(1, 1)
    with django_assert_num_queries(0):
        reviews.summary_of(subject)
    now = timezone.now()
    new = NewEvidence("self-care", "question/a", "v1", "x/1", 1, guess=Decimal("0.25"))
    record(subject, evidence=[new], today=timezone.localdate(now))
    assert reviews.summary_of(subject).number == 0


def test_what_is_ones_own_business_goes_when_a_person_is_erased(subject, competence, today):
    pause_reviews(subject, today, today)
    FeedbackSeen.objects.create(subject=subject, item_key="question/a", at=timezone.now())
    User.objects.get(pk=subject.person_id).delete()
    assert not ReviewPause.objects.exists()
    assert not FeedbackSeen.objects.exists()

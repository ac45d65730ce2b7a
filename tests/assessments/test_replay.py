"""What follows from the log of an attempt: logs made up step by step, no database."""

import datetime
import itertools
import uuid
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Attempt, Pin, QuestionVersion, Step
from assessments.policy import EVERYTHING, Past, Policy
from assessments.replay import (
    decimal,
    form_token,
    needed,
    points_of,
    replay,
    settled,
)
from assessments.results import Correction, HandMark, Slot

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
LEAD, COLLEAGUE = uuid.UUID(int=1), uuid.UUID(int=2)


def minute(number):
    return NOON + datetime.timedelta(minutes=number)


# Versions -------------------------------------------------------------------------------


def choice(right, **given):
    options = [{"key": key, "right": key in right} for key in "abcd"]
    return {"kind": "single", "options": options, "critical": False, "needs_review": False} | given


RIGHT_A, RIGHT_B, CRITICAL, TWIN, OPEN, UNSURE, CRITICAL_OPEN = range(1, 8)
OPEN_DATA = choice("", kind="open") | {
    "body": {"criteria": [{"key": "care", "levels": [{"points": 0}, {"points": 4}]}]}
}
DATA = {
    RIGHT_A: choice("a"),
    RIGHT_B: choice("b"),
    CRITICAL: choice("a", critical=True),
    TWIN: choice("a", critical=True),
    OPEN: OPEN_DATA,
    UNSURE: choice("a", needs_review=True),
    CRITICAL_OPEN: OPEN_DATA | {"critical": True},
}
VERSIONS = {
    key: QuestionVersion(pk=key, number=1, hash=f"hash {key}", data=data)
    for key, data in DATA.items()
}
EXPLAINS = {"shown": dict.fromkeys(("during", "after", "later", "closed"), EVERYTHING)}


def pin(slot, version, max_mark=1, twin_of=None):
    return Pin(slot, version, tuple("abcd"), Fraction(max_mark), twin_of)


def begun(*versions, deadline=None, marks=None, **policy):
    """An attempt at these questions, worth one point each unless said otherwise."""
    marks = marks or [1] * len(versions)
    return Attempt(
        quiz_id=1,
        page_key=uuid.UUID(int=1),
        id=uuid.UUID(int=99),
        number=3,
        pinned={
            "policy": Policy(**policy).as_json(),
            "slots": [
                pin(number, version, mark).as_json()
                for number, (version, mark) in enumerate(zip(versions, marks, strict=True), start=1)
            ],
            "deadline": deadline.isoformat() if deadline else None,
        },
    )


# Steps ----------------------------------------------------------------------------------


def step(kind, slot=None, *, by=None, response=None, certainty=None, **data):
    return Step(
        kind=kind, slot=slot, actor_id=by, response=response, certainty=certainty, data=data
    )


def saved(slot, key="a", certainty=None, **data):
    return step("saved", slot, response={"chosen": [key]}, certainty=certainty, **data)


def wrote(slot):
    return step("saved", slot, response={"text": "I would ask first."})


def asked(version, of, max_mark=0):
    return step("asked", pin=pin(0, version, max_mark, of).as_json())


def marked(slot, by, fraction, points=4, **data):
    return step("marked", slot, by=by, fraction=fraction, points={"care": points}, **data)


def finished():
    return step("finished")


def at(attempt, *steps):
    """Where the attempt stands after these steps, one each minute."""
    for number, each in enumerate(steps, start=1):
        each.number, each.at = number, minute(number)
    return replay(attempt, steps, VERSIONS)


# Answers --------------------------------------------------------------------------------


def test_of_the_answers_to_a_question_the_last_one_counts():
    stand = at(begun(RIGHT_A, RIGHT_B), saved(1, "b", 3), saved(1, "a", 2), saved(2, "a"))
    first, second = stand.slots
    assert (first.response, first.certainty, first.answers) == ({"chosen": ["a"]}, 2, 2)
    assert (first.answered_at, first.late) == (minute(2), None)
    assert (second.response, second.certainty, second.answers) == ({"chosen": ["a"]}, None, 1)
    assert (stand.total.mark, stand.total.max_mark) == (1, 2)
    assert (first.data, first.version_hash) == (DATA[RIGHT_A], "hash 1")


def test_what_came_late_is_kept_beside_and_does_not_count():
    stand = at(begun(RIGHT_A, RIGHT_A), saved(1, "b", 1), saved(1, "a", 3, late=True))
    (late,) = stand.late
    assert (late.number, late.late) == (1, {"chosen": ["a"]})
    assert (late.response, late.certainty, late.answers) == ({"chosen": ["b"]}, 1, 2)
    assert (late.answered_at, stand.total.mark) == (minute(1), 0)


@given(st.permutations(range(4)))
def test_steps_are_taken_by_their_number_in_whatever_order_they_are_read(order):
    steps = [saved(1, "b"), saved(2, "b"), saved(1, "a"), finished()]
    expected = at(begun(RIGHT_A, RIGHT_B), *steps)
    stand = replay(begun(RIGHT_A, RIGHT_B), [steps[number] for number in order], VERSIONS)
    assert stand.columns == expected.columns
    assert (stand.total.mark, [each.number for each in stand.steps]) == (2, [1, 2, 3, 4])


def test_a_question_is_worth_what_it_was_pinned_to():
    stand = at(begun(RIGHT_A, RIGHT_B, marks=["1/2", 3]), saved(1, "a"), saved(2, "c"))
    assert (stand.total.mark, stand.total.max_mark) == (Fraction(1, 2), Fraction(7, 2))


def test_what_has_no_answer_yet():
    stand = at(begun(RIGHT_A, RIGHT_A, RIGHT_A), saved(2))
    assert [slot.number for slot in stand.unanswered] == [1, 3]
    assert stand.answered_count == 1
    assert stand.late == []


@pytest.mark.parametrize(
    ("answered", "after", "number"),
    [
        ([], 0, 1),
        ([1], 0, 2),
        ([1], 1, 2),
        ([2], 1, 3),
        ([], 2, 3),
        ([], 3, 1),  # from the first again behind the last
        ([3], 2, 1),
        ([1, 2, 3], 0, None),
        ([1, 2, 3], 2, None),
    ],
)
def test_the_next_question_is_the_next_without_an_answer(answered, after, number):
    stand = at(begun(RIGHT_A, RIGHT_A, RIGHT_A), *(saved(slot) for slot in answered))
    assert stand.next_slot(after) == number
    if not after:
        assert stand.next_slot() == number


@pytest.mark.parametrize(("number", "found"), [(0, None), (1, 1), (2, 2), (3, None), (-1, None)])
def test_a_question_is_found_by_its_number(number, found):
    slot = at(begun(RIGHT_A, RIGHT_B)).slot(number)
    assert (slot and slot.number) == found


# Time -----------------------------------------------------------------------------------


def test_the_deadline_is_the_one_it_began_with():
    fresh = at(begun(RIGHT_A))
    assert (fresh.deadline, fresh.timed_out, fresh.counts) == (None, False, True)
    stand = at(begun(RIGHT_A, deadline=minute(30)))
    assert (stand.deadline, stand.extensions) == (minute(30), 0)


def test_time_she_asked_for_is_counted_and_time_she_was_given_is_not():
    def more(until, by=None):
        return step("extended", by=by, deadline=until and until.isoformat())

    attempt = begun(RIGHT_A, deadline=minute(30))
    stand = at(attempt, more(minute(33)), more(minute(60), LEAD), more(minute(63)))
    assert (stand.deadline, stand.extensions) == (minute(63), 2)
    assert at(attempt, more(minute(33)), more(None, LEAD)).deadline is None


def test_a_finished_attempt():
    stand = at(begun(RIGHT_A), saved(1), finished())
    assert (stand.status, stand.finished_at, stand.is_open) == ("finished", minute(2), False)
    assert (stand.timed_out, stand.counts, stand.passed) == (False, True, True)


@pytest.mark.parametrize(
    ("data", "status", "passed"),
    [
        ({}, "finished", True),
        ({"counts": True}, "finished", True),
        ({"counts": False}, "abandoned", False),
    ],
)
def test_an_attempt_whose_time_was_up_counts_unless_it_is_given_up(data, status, passed):
    stand = at(begun(RIGHT_A), saved(1), step("timed-out", **data))
    assert (stand.status, stand.passed, stand.timed_out) == (status, passed, True)
    assert stand.finished_at == minute(2)
    assert stand.columns["mark"] == (1 if passed else None)


# What it amounts to ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("versions", "steps", "status", "passed"),
    [
        ([RIGHT_A], [], "open", None),
        ([RIGHT_A], [saved(1)], "open", None),
        ([RIGHT_A], [saved(1), finished()], "finished", True),
        ([RIGHT_A], [saved(1, "b"), finished()], "finished", False),
        ([RIGHT_A], [finished()], "finished", False),
        ([OPEN], [wrote(1)], "open", None),
        ([OPEN], [wrote(1), finished()], "marking", None),
        ([RIGHT_A, OPEN], [saved(1), wrote(2), finished()], "marking", None),
        ([RIGHT_A, OPEN], [saved(1), finished()], "finished", False),
        ([OPEN], [wrote(1), finished(), marked(1, LEAD, "1")], "finished", True),
        ([OPEN], [wrote(1), finished(), marked(1, LEAD, "3/4", 3)], "finished", False),
    ],
)
def test_status_and_pass_follow_from_the_steps(versions, steps, status, passed):
    stand = at(begun(*versions), *steps)
    assert (stand.status, stand.passed) == (status, passed)
    assert stand.is_open is (status == "open")


def test_a_pass_that_was_given_stands_when_marks_are_changed():
    steps = [saved(1), finished()]
    changed = step("regraded", 1, version=RIGHT_B, was_passed=True)
    assert at(begun(RIGHT_A), *steps, changed).passed is True
    later = step("corrected", 1, fraction="0", reason="", was_passed=False)
    stand = at(begun(RIGHT_A), *steps, changed, later)
    assert (stand.passed, stand.kept_pass, stand.total.mark) == (True, True, 0)
    fresh = step("regraded", 1, version=RIGHT_B, was_passed=False)
    stand = at(begun(RIGHT_A), *steps, fresh)
    assert (stand.passed, stand.kept_pass) == (False, False)
    assert at(begun(RIGHT_A), *steps, step("regraded", 1, version=RIGHT_B)).passed is False


def test_how_the_next_attempt_looks_back_at_it():
    attempt = begun(RIGHT_A, RIGHT_A, RIGHT_A)
    assert at(attempt, saved(1)).past == Past(3, True)
    done = at(attempt, saved(1), saved(2), finished())
    assert done.past == Past(3, False, minute(3), False, Fraction(200, 3))
    waiting = at(begun(RIGHT_A, OPEN), saved(1), wrote(2), finished())
    assert waiting.past == Past(3, False, minute(3))
    assert at(begun(UNSURE), saved(1), finished()).past.percent == 0
    missed = at(begun(CRITICAL), saved(1, "b"), asked(TWIN, 1), saved(2, "b"), finished())
    assert missed.past == Past(3, False, minute(4), False, Fraction(0), True)


def test_what_lists_repeat_of_it():
    attempt = begun(RIGHT_A, RIGHT_A, RIGHT_A, deadline=minute(30), marks=[1, 1, "1/3"])
    nothing = dict.fromkeys(["finished_at", "mark", "max_mark", "passed"])
    expected = {"status": "open", "deadline": minute(30), "missed": False} | nothing
    assert at(attempt, saved(1)).columns == expected
    assert at(attempt, saved(1), saved(3), finished()).columns == {
        "status": "finished",
        "deadline": minute(30),
        "finished_at": minute(3),
        "mark": Decimal("1.33333"),
        "max_mark": Decimal("2.33333"),
        "passed": False,
        "missed": False,
    }
    waiting = at(begun(RIGHT_A, OPEN), saved(1), wrote(2), finished()).columns
    assert waiting == nothing | {
        "status": "marking",
        "deadline": None,
        "finished_at": minute(3),
        "missed": False,
    }


@pytest.mark.parametrize(
    ("value", "kept"), [("1/3", "0.33333"), ("2/3", "0.66667"), ("7", "7.00000"), ("0", "0.00000")]
)
def test_marks_are_kept_to_five_places(value, kept):
    assert str(decimal(Fraction(value))) == kept


# Marks by people ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "marks", "amounts"),
    [
        ("one", [], None),
        ("one", ["1/2"], "1/2"),
        ("one", ["1/2", "1"], "1"),
        ("average", [], None),
        ("average", ["1/2"], None),
        ("average", ["1/2", "1"], "3/4"),
        ("third", ["1/2"], None),
        ("third", ["1/2", "1/2"], "1/2"),
        ("third", ["1/2", "1"], None),
        ("third", ["1/2", "1", "3/4"], "3/4"),
        ("third", ["1/2", "1", "3/4", "0"], "3/4"),
    ],
)
def test_what_marks_amount_to(how, marks, amounts):
    expected = None if amounts is None else Fraction(amounts)
    assert settled(how, [Fraction(mark) for mark in marks]) == expected


def test_a_mark_says_who_gave_it_and_of_each_the_latest_counts():
    stand = at(
        begun(OPEN, marking="average"),
        wrote(1),
        finished(),
        marked(1, LEAD, "1/4", 1, comment="Go on."),
        marked(1, COLLEAGUE, "1/2", 2),
        marked(1, LEAD, "3/4", 3),
    )
    (slot,) = stand.slots
    assert slot.marks == (
        HandMark(LEAD, {"care": 3}, Fraction(3, 4), "", minute(5)),
        HandMark(COLLEAGUE, {"care": 2}, Fraction(1, 2), "", minute(4)),
    )
    assert (slot.by_hand, stand.total.mark) == (Fraction(5, 8), Fraction(5, 8))


def test_one_of_two_marks_waits_for_the_other():
    steps = [wrote(1), finished(), marked(1, LEAD, "1", comment="Good.")]
    stand = at(begun(OPEN, marking="average"), *steps)
    assert (stand.status, stand.slots[0].by_hand) == ("marking", None)
    assert stand.slots[0].marks[0].comment == "Good."


def test_comments_are_added_and_change_no_mark():
    stand = at(
        begun(RIGHT_A, RIGHT_B),
        saved(1),
        finished(),
        step("commented", 1, comment="One"),
        step("commented", 1, comment="Two"),
    )
    assert [[said.text for said in slot.comments] for slot in stand.slots] == [["One", "Two"], []]
    assert stand.total.mark == 1


def test_a_mark_that_was_changed_can_be_changed_back():
    steps = [saved(1, "b"), finished(), step("corrected", 1, fraction="1/2", reason="Unclear")]
    stand = at(begun(RIGHT_A), *steps)
    assert stand.slots[0].correction == Correction(Fraction(1, 2), "Unclear", minute(3))
    assert stand.total.mark == Fraction(1, 2)
    stand = at(begun(RIGHT_A), *steps, step("corrected", 1, fraction=None, reason=""))
    assert (stand.slots[0].correction, stand.total.mark) == (None, 0)


def test_an_answer_is_marked_again_by_another_version():
    again = step("regraded", 2, version=RIGHT_B, reason="Mistake")
    stand = at(begun(RIGHT_A, RIGHT_A), saved(1, "b"), saved(2, "b"), finished(), again)
    first, second = stand.slots
    assert (first.fraction, first.regraded_at, first.marked_by) == (0, None, None)
    assert (second.fraction, second.regraded_at) == (1, minute(4))
    assert (second.marked_by, second.marked_by_hash) == (DATA[RIGHT_B], "hash 2")
    assert (second.data, second.version_hash) == (DATA[RIGHT_A], "hash 1")


def test_the_versions_it_needs_are_those_asked_at_first_later_and_marked_by():
    attempt = begun(RIGHT_A, CRITICAL)
    steps = [saved(2, "b"), asked(TWIN, 2), finished(), step("regraded", 1, version=RIGHT_B)]
    assert needed(attempt, []) == {RIGHT_A, CRITICAL}
    assert needed(attempt, steps) == {RIGHT_A, CRITICAL, TWIN, RIGHT_B}
    assert needed(attempt, [step("extended", version=OPEN, deadline=None)]) == {RIGHT_A, CRITICAL}


# Safety-critical points -----------------------------------------------------------------


def slot_of(number, version, answer, twin_of=None):
    response = None if answer is None else {"chosen": [answer], "text": answer}
    return Slot(pin(number, version, 1, twin_of), DATA[version], "", response=response)


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize(
    ("answer", "twin", "while_open", "handed_in"),
    [
        # "-": there is no twin; None: not answered; "a" is right
        ("a", "-", "right", "right"),
        ("a", "b", "right", "right"),
        (None, "-", "open", "alone"),
        ("b", "-", "alone", "alone"),
        ("b", None, "alone", "missed"),
        ("b", "a", "recovered", "recovered"),
        ("b", "b", "missed", "missed"),
        (None, None, "alone", "missed"),
        (None, "a", "recovered", "recovered"),
        (None, "b", "missed", "missed"),
    ],
)
def test_one_of_two_is_kept_and_both_wrong_or_left_out_are_a_miss(
    answer, twin, while_open, handed_in, ended
):
    slots = [slot_of(1, RIGHT_A, "a"), slot_of(2, CRITICAL, answer)]
    slots += [] if twin == "-" else [slot_of(3, TWIN, twin, twin_of=2)]
    (point,) = points_of(slots, ended)
    assert point.slot.number == 2
    assert (point.twin and point.twin.number) == (None if twin == "-" else 3)
    assert point.state == (handed_in if ended else while_open)
    assert point.wants_twin is (point.state == "alone")


def test_a_point_that_a_person_has_still_to_mark_is_open():
    for twin, ended in itertools.product([[], [slot_of(2, TWIN, "b", 1)]], [True, False]):
        (point,) = points_of([slot_of(1, CRITICAL_OPEN, "words"), *twin], ended)
        assert point.state == "open"


def test_what_is_not_scored_or_not_critical_is_no_point():
    unsure = DATA[UNSURE] | {"critical": True}
    slots = [slot_of(1, RIGHT_A, "b"), Slot(pin(2, UNSURE), unsure, "", response={"chosen": "b"})]
    assert points_of(slots, True) == []


TWICE = [saved(1, "b"), saved(2), asked(TWIN, 1)]


def test_a_twin_comes_behind_and_earns_nothing_of_its_own():
    stand = at(begun(CRITICAL, RIGHT_A), saved(1, "b"), saved(2), asked(TWIN, 1), saved(3))
    assert [slot.number for slot in stand.slots] == [1, 2, 3]
    assert (stand.slots[2].pin.twin_of, stand.total.max_mark) == (1, 2)
    assert [point.state for point in stand.points] == ["recovered"]


@pytest.mark.parametrize(
    ("twin", "end", "missed", "passed"),
    [
        ("a", finished(), False, True),
        ("b", finished(), True, False),
        (None, finished(), True, False),
        (None, step("timed-out"), False, True),  # no time for it: no miss
        ("b", step("timed-out"), True, False),
        ("b", step("timed-out", counts=False), False, False),
    ],
)
def test_a_missed_point_fails_whatever_the_score(twin, end, missed, passed):
    others = [RIGHT_A] * 4
    steps = [saved(1, "b"), *(saved(slot) for slot in range(2, 6)), asked(TWIN, 1)]
    steps += [saved(6, twin)] if twin else []
    stand = at(begun(CRITICAL, *others), *steps, end)
    assert (stand.missed, stand.passed) == (missed, passed)
    assert stand.total.passed
    assert stand.columns["missed"] is stand.past.missed is missed


def test_one_missed_point_of_two_is_enough():
    steps = [saved(1, "b"), saved(2), asked(TWIN, 1), saved(3, "b"), finished()]
    assert at(begun(CRITICAL, CRITICAL, pass_mark=50), *steps).missed


def test_the_point_of_a_question_is_found_by_either_of_the_two():
    stand = at(begun(RIGHT_A, CRITICAL, CRITICAL), saved(2, "b"), asked(TWIN, 2))
    first, second = stand.points
    assert (stand.point(2), stand.point(4)) == (first, first)
    assert stand.point(3) == second
    assert stand.point(1) is None


# What stands and what is explained ------------------------------------------------------


def test_an_answer_can_be_changed_until_it_is_explained_or_asked_in_other_words():
    stand = at(begun(CRITICAL, RIGHT_A), saved(1, "b"))
    assert not any(stand.stands(slot) for slot in stand.slots)
    stand = at(begun(CRITICAL, RIGHT_A), *TWICE)
    assert [stand.stands(slot) for slot in stand.slots] == [True, False, False]
    stand = at(begun(CRITICAL, RIGHT_A, **EXPLAINS), saved(2, "b"))
    assert [stand.stands(slot) for slot in stand.slots] == [False, True]


@pytest.mark.parametrize(
    ("policy", "steps", "explained"),
    [
        ({}, [saved(1, "b"), saved(2)], [False, False]),
        (EXPLAINS, [], [False, False]),
        (EXPLAINS, [saved(2)], [False, True]),
        (EXPLAINS, [saved(1, "b")], [True, False]),  # there is no twin to ask
        (EXPLAINS, [*TWICE], [False, True, False]),
        (EXPLAINS, [*TWICE, saved(3, "b")], [True, True, True]),
    ],
)
def test_what_is_right_is_told_when_the_twin_is_answered(policy, steps, explained):
    stand = at(begun(CRITICAL, RIGHT_A, **policy), *steps)
    assert [stand.is_explained(slot) for slot in stand.slots] == explained


# Tokens ---------------------------------------------------------------------------------


def test_a_form_has_the_token_of_the_state_it_shows():
    attempt, other = begun(RIGHT_A), Attempt(id=uuid.UUID(int=98), quiz_id=1)
    assert form_token(attempt, 1, 0) == form_token(begun(RIGHT_A), 1, 0)
    assert form_token(attempt, 1, 0) == uuid.uuid5(attempt.pk, "1/1")
    tokens = {
        form_token(each, slot, answers)
        for each in (attempt, other)
        for slot in (1, 2, 11)
        for answers in (0, 1, 10)
    }
    assert len(tokens) == 18

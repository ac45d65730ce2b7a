"""Level policy 1, clause by clause: many small cases, no database."""

import datetime
import itertools
import math
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.progress.rules import (
    LEVEL_RULES,
    Item,
    Level,
    Rule,
    add_months,
    fates,
    known,
    leaves,
    level,
    level_days,
    level_of,
    next_change,
    points,
    practice,
    standing_rows,
)

DAY = datetime.date(2026, 11, 22)
NOON = datetime.time(12)
_ids = itertools.count(1)


def moment(days_ago=0.0, hours=0.0):
    """So many days and hours before noon of the day asked about."""
    noon = datetime.datetime.combine(DAY, NOON, datetime.UTC)
    return noon - datetime.timedelta(days=days_ago, hours=hours)


def item(key, score=1.0, days_ago=0, hours_ago=0, **kwargs):
    at = kwargs.pop("at", moment(days_ago, hours_ago))
    defaults = {"id": uuid.UUID(int=next(_ids)), "kind": "measurement", "guess": 0.25}
    row = Item(item_key=key, at=at, day=at.date(), score=score, **(defaults | kwargs))
    if row.feedback_at:
        row = row._replace(feedback_day=row.feedback_at.date())
    return row


def questions(number, **kwargs):
    return [item(f"question/{n}", **kwargs) for n in range(number)]


def answer(items, day=DAY, **kwargs):
    return level(items, LEVEL_RULES, day, **kwargs)


def level_of_rows(items, day=DAY, **kwargs):
    return answer(items, day, **kwargs).level


def fate_of(row, items, **kwargs):
    return fates(items, LEVEL_RULES, DAY, **kwargs)[row.id]


# Counted: kinds -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kwargs", "fate"),
    [
        ({}, "counts"),
        ({"score": 0}, "counts"),
        ({"score": 0.4}, "counts"),
        ({"assessed": False}, "exercise"),
        ({"kind": "observation"}, "observation"),
        ({"kind": "self"}, "self"),
        ({"kind": "prior"}, "prior"),
        ({"kind": "void"}, "void"),
        ({"days_ago": -1}, "ahead"),
    ],
)
def test_what_counts_is_a_scored_item_or_a_decision_of_an_assessed_run(kwargs, fate):
    row = item("question/a", **kwargs)
    assert fate_of(row, [row]) == fate
    assert len(answer([row]).counted) == (fate == "counts")


def test_a_self_assessment_moves_nothing():
    before = answer(questions(4))
    after = answer([*questions(4), *(item(f"self/{n}", 1, kind="self") for n in range(9))])
    assert (after.level, after.strength) == (before.level, before.strength)


# Counted: the latest of each item -------------------------------------------------------


def test_of_each_item_only_the_latest_answer_counts():
    first, last = item("question/a", 0, days_ago=5), item("question/a", 1, days_ago=2)
    assert [row for row, _points in answer([last, first]).counted] == [last]
    assert fate_of(first, [first, last]) == "later"
    assert level_of_rows([*questions(5, score=0, days_ago=5), *questions(5)]) == 2


def test_a_latest_answer_that_is_wrong_counts_too():
    assert level_of_rows([*questions(5, days_ago=5), *questions(5, score=0)]) == 0


def test_of_two_answers_at_one_moment_the_same_one_counts_in_any_order():
    one, other = item("question/a", 0), item("question/a", 1)
    assert answer([one, other]) == answer([other, one])


def test_a_day_before_the_later_answer_the_earlier_one_counts():
    first, last = item("question/a", 0, days_ago=5), item("question/a", 1, days_ago=2)
    past = answer([first, last], DAY - datetime.timedelta(days=3))
    assert [row for row, _points in past.counted] == [first]


# Counted: practice ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "is_practice"),
    [(0.001, True), (1, True), (19.999, True), (20, False), (20.001, False), (48, False)],
)
def test_an_answer_within_20_hours_of_the_feedback_is_practice(hours, is_practice):
    first, again = item("question/a", 0, hours_ago=hours), item("question/a", 1)
    assert practice([first, again], LEVEL_RULES) == ({again.id} if is_practice else set())
    assert [row for row, _points in answer([first, again]).counted] == (
        [first] if is_practice else [again]
    )
    assert fate_of(again, [first, again]) == ("practice" if is_practice else "counts")


def test_wrong_practice_does_not_count_either():
    first, again = item("question/a", 1, hours_ago=3), item("question/a", 0)
    assert [row for row, _points in answer([first, again]).counted] == [first]


def test_another_items_feedback_makes_nothing_practice():
    rows = [item("question/a", hours_ago=1), item("question/b")]
    assert practice(rows, LEVEL_RULES) == set()


def test_feedback_shown_later_than_the_answer_opens_the_time_later():
    shown = moment(hours=5)
    first = item("question/a", 0, hours_ago=30, feedback_at=shown)
    before = item("question/a", 1, hours_ago=6)  # while nothing was shown yet
    at_once = item("question/a", 1, at=shown)
    after = item("question/a", 1)
    assert practice([first, before], LEVEL_RULES) == set()
    assert practice([first, at_once], LEVEL_RULES) == set()
    assert practice([first, after], LEVEL_RULES) == {after.id}


def test_feedback_of_practice_makes_the_next_answer_practice():
    rows = [item("question/a", hours_ago=hours) for hours in (33, 18, 0)]
    assert practice(rows, LEVEL_RULES) == {rows[1].id, rows[2].id}


@pytest.mark.parametrize("hidden", [{"assessed": False}, {}])
def test_feedback_seen_in_an_exercise_or_of_a_voided_answer_was_seen(hidden):
    first = item("question/a", 0, hours_ago=3, **hidden)
    again = item("question/a", 1)
    void = item("question/a", 0, hours_ago=3, kind="void", voids=first.id)
    assert practice([first, again, void], LEVEL_RULES) == {again.id}


def test_a_regrade_keeps_its_moment_and_is_not_practice_of_what_it_corrects():
    first = item("question/a", 0, hours_ago=3)
    regraded = first._replace(id=uuid.uuid4(), score=1.0, voids=first.id)
    assert practice([first, regraded], LEVEL_RULES) == set()
    assert [row for row, _points in answer([first, regraded]).counted] == [regraded]


@pytest.mark.parametrize(
    ("hours", "is_practice"), [(19.9, True), (20, False), (30, False), (-1, True)]
)
def test_looking_at_the_feedback_again_makes_the_answer_practice(hours, is_practice):
    row = item("question/a", seen_at=moment(hours=hours))
    assert (row.id in practice([row], LEVEL_RULES)) is is_practice


@pytest.mark.parametrize("kind", ["observation", "prior", "self", "void"])
def test_only_answers_and_decisions_are_practice(kind):
    rows = [item("x", hours_ago=1, kind=kind), item("x", kind=kind, seen_at=moment())]
    assert practice(rows, LEVEL_RULES) == set()


# Counted: windows -----------------------------------------------------------------------


@pytest.mark.parametrize(("critical", "months"), [(False, 24), (True, 12)])
def test_the_window_is_24_months_and_12_where_critical(critical, months):
    edge = datetime.datetime.combine(add_months(DAY, -months), NOON, datetime.UTC)
    inside = item("question/a", at=edge + datetime.timedelta(days=1))
    outside = item("question/b", at=edge)
    rows = [inside, outside]
    assert fate_of(inside, rows, critical=critical) == "counts"
    assert fate_of(outside, rows, critical=critical) == "old"
    assert [row for row, _points in answer(rows, critical=critical).counted] == [inside]


def test_a_competence_is_not_critical_unless_that_is_said():
    row = item("question/a", days_ago=500)
    assert fates([row], LEVEL_RULES, DAY) == {row.id: "counts"}
    assert len(answer([row]).counted) == 1


def test_evidence_leaves_the_window():
    assert level_of_rows(questions(5, days_ago=700)) == 2
    assert level_of_rows(questions(5, days_ago=800)) == 0
    assert level_of_rows(questions(5, days_ago=400), critical=True) == 0


def test_an_answer_too_old_does_not_hide_behind_a_later_one_ahead():
    past = answer([item("question/a", days_ago=10)], DAY - datetime.timedelta(days=20))
    assert past.counted == ()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2026, 1, 15), 12, (2027, 1, 15)),
        ((2026, 8, 31), 6, (2027, 3, 1)),  # 28 February looks back to 28 August only
        ((2026, 8, 28), 6, (2027, 2, 28)),
        ((2024, 2, 29), 12, (2025, 3, 1)),
    ],
)
def test_the_first_day_outside_a_window(day, months, expected):
    first = datetime.date(*expected)
    assert leaves(datetime.date(*day), months) == first
    assert add_months(first, -months) >= datetime.date(*day)
    assert add_months(first - datetime.timedelta(days=1), -months) < datetime.date(*day)


# Strength -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "guess", "weight", "expected"),
    [
        (1, 0.25, 1, 0.42652),  # p0 = .5875
        (0, 0.25, 1, -1.41707),
        (1, 0.5, 1, 0.21622),  # p0 = .725
        (0, 0.5, 1, -1.01160),
        (1, 0.1, 1, 0.57784),  # p0 = .505
        (0, 0.1, 1, -1.59939),
        (0.5, 0.1, 1, -0.51078),
        (1, 0.25, 0.5, 0.21326),
        (1, 0.25, 2, 0.85304),
        (1, 0, 1, 0.69315),  # p0 = .45
    ],
)
def test_points_follow_the_formula(score, guess, weight, expected):
    row = item("a", score, guess=guess, weight=weight)
    assert points(row, LEVEL_RULES) == pytest.approx(expected, abs=1e-5)


def test_a_row_that_does_not_say_weighs_one_and_cannot_be_guessed():
    row = Item(uuid.UUID(int=1), "measurement", "a", moment(), 1.0)
    assert points(row, LEVEL_RULES) == pytest.approx(0.69315, abs=1e-5)


@pytest.mark.parametrize("guess", [0.82, 0.9, 0.999])
def test_an_item_that_anybody_guesses_says_nothing(guess):
    assert points(item("a", 1, guess=guess), LEVEL_RULES) == 0
    assert points(item("a", 0, guess=guess), LEVEL_RULES) == 0


def test_strength_is_the_logistic_of_the_prior_and_the_points():
    rows = [item("a", 1, guess=0.25), item("b", 0.5, guess=0.1, weight=0.5)]
    log_odds = math.log(0.4 / 0.6) + 0.42652 - 0.25539
    found = answer(rows)
    assert found.strength == pytest.approx(1 / (1 + math.exp(-log_odds)), abs=1e-5)
    assert [value for _row, value in found.counted] == pytest.approx([0.42652, -0.25539], abs=1e-5)


def test_strength_of_nothing_is_the_prior():
    assert answer([]).strength == pytest.approx(0.4)


# Levels 1 and 2 -------------------------------------------------------------------------


@pytest.mark.parametrize(("right", "expected"), [(0, 0), (2, 0), (3, 1), (4, 1), (5, 2), (12, 2)])
def test_right_answers_alone_reach_level_two(right, expected):
    assert level_of_rows(questions(right)) == expected


def test_the_same_question_answered_often_is_one_item():
    assert level_of_rows([item("question/a", days_ago=n) for n in range(12)]) == 0


@pytest.mark.parametrize(
    ("right", "wrong", "guess", "expected"),
    [
        # strength in brackets; level 1 asks for .25, level 2 for .75
        (3, 0, 0.25, 1),  # (.706)
        (2, 1, 0.1, 0),  # (.299 with 3 items: level 1 after all)
        (1, 2, 0.25, 0),
        (5, 0, 0.5, 1),  # (.663) five items, too easily guessed
        (6, 0, 0.5, 1),  # (.709)
        (7, 0, 0.5, 2),  # (.752)
        (5, 0, 0.25, 2),  # (.849)
        (6, 1, 0.25, 1),
        (8, 1, 0.1, 2),
    ],
)
def test_levels_one_and_two_ask_for_items_and_strength(right, wrong, guess, expected):
    rows = questions(right, guess=guess)
    rows += [item(f"question/wrong{n}", 0, guess=guess) for n in range(wrong)]
    found = answer(rows)
    if (right, wrong, guess) == (2, 1, 0.1):
        assert found.strength == pytest.approx(0.299, abs=2e-3)
        expected = 1
    assert found.level == expected


def strength_rule(number):
    return LEVEL_RULES[f"level_{number}_strength"]


@pytest.mark.parametrize(("have", "is_met"), [(0.24, False), (0.25, True), (0.3, True)])
def test_a_rule_is_met_at_its_figure(have, is_met):
    assert Rule(1, "strength", have, strength_rule(1)).is_met is is_met


def test_the_figures_of_policy_1():
    rows = [*questions(8, guess=0.1), item("question/old", days_ago=10, guess=0.1)]
    asked = {(rule.level, rule.name): rule.need for rule in answer(rows).rules}
    assert asked == {
        (1, "items"): 3,
        (1, "strength"): 0.25,
        (2, "items"): 5,
        (2, "strength"): 0.75,
        (2, "no_critical_miss"): 1,
        (3, "items"): 8,
        (3, "strength"): 0.90,
        (3, "days_apart"): 7,
        (3, "practice"): 2,
        (4, "observed"): 1,
    }
    have = {(rule.level, rule.name): rule.have for rule in answer(rows).rules}
    assert have[3, "items"] == have[1, "items"] == have[2, "items"] == 9
    assert have[3, "days_apart"] == 10
    assert have[2, "no_critical_miss"] == 1
    assert (have[3, "practice"], have[4, "observed"]) == (0, 0)


def test_of_nothing_there_is_nothing():
    have = {(rule.level, rule.name): rule.have for rule in answer([]).rules if rule.level > 1}
    assert have == {
        (2, "items"): 0,
        (2, "strength"): pytest.approx(0.4),
        (2, "no_critical_miss"): 1,
        (3, "items"): 0,
        (3, "strength"): pytest.approx(0.4),
        (3, "days_apart"): 0,
        (3, "practice"): 0,
        (4, "observed"): 0,
    }


@pytest.mark.parametrize(
    ("rows", "missing"), [(0, 3), (1, 2), (2, 1), (3, 2), (4, 1), (5, 3), (7, 1), (8, 0)]
)
def test_too_few_answers_say_how_many_are_missing(rows, missing):
    assert answer(questions(rows)).items_to_next == missing


def test_at_the_top_nothing_is_missing():
    rows = [*questions(5), item("watched", 1, kind="observation")]
    assert (level_of_rows(rows), answer(rows).items_to_next) == (4, 0)


# Level 3 --------------------------------------------------------------------------------


def shown(days=7, number=8, **kwargs):
    """Answers enough for level 3, the first of them so many days before the others."""
    rows = questions(number - 1, guess=0.1, **kwargs)
    return [*rows, item("question/first", days_ago=days + kwargs.get("days_ago", 0), guess=0.1)]


def decisions(number=2, story="x", **kwargs):
    return [item(f"story/{story}/{n}", guess=0.3, **kwargs) for n in range(number)]


def watched(score, **kwargs):
    return item(f"observation/{score}", score, kind="observation", **kwargs)


def test_level_three_asks_for_practice_besides_questions():
    assert level_of_rows(shown()) == 2
    assert level_of_rows([*shown(), *decisions()]) == 3


@pytest.mark.parametrize(("days", "expected"), [(0, 2), (6, 2), (7, 3), (8, 3)])
def test_level_three_asks_for_days_seven_or_more_apart(days, expected):
    assert level_of_rows([*shown(days), *decisions()]) == expected


@pytest.mark.parametrize(("number", "expected"), [(5, 2), (6, 3)])
def test_level_three_asks_for_eight_distinct_items(number, expected):
    assert level_of_rows([*shown(number=number), *decisions()]) == expected


def test_level_three_asks_for_strength():
    rows = [*shown(), *decisions()]
    assert level_of_rows(rows) == 3
    wrong = item("question/wrong", 0, guess=0.1)
    more = item("question/wrong-too", 0, guess=0.1)
    assert answer([*rows, wrong]).strength > 0.9
    assert level_of_rows([*rows, wrong]) == 3
    assert 0.75 < answer([*rows, wrong, more]).strength < 0.9
    assert level_of_rows([*rows, wrong, more]) == 2


def test_the_decisions_are_two_of_one_assessed_scenario_of_the_last_12_months():
    assert level_of_rows([*shown(), *decisions(1)]) == 2
    assert level_of_rows([*shown(), *decisions(1, "x"), *decisions(1, "y")]) == 2
    assert level_of_rows([*shown(), *decisions(1, "x"), *decisions(2, "y")]) == 3
    assert level_of_rows([*shown(), *decisions(2, assessed=False)]) == 2
    edge = (DAY - add_months(DAY, -12)).days
    assert level_of_rows([*shown(), *decisions(2, days_ago=edge)]) == 2
    assert level_of_rows([*shown(), *decisions(2, days_ago=edge - 1)]) == 3


def test_a_decision_taken_twice_is_one():
    twice = [item("story/x/0", guess=0.3), item("story/x/0", guess=0.3, days_ago=3)]
    assert level_of_rows([*shown(), *twice]) == 2


@pytest.mark.parametrize(
    ("score", "days", "expected"),
    [(0.25, 0, 2), (0.5, 0, 2), (0.75, 0, 3), (0.75, 364, 3), (0.75, 365, 2), (1, 0, 4)],
)
def test_an_observation_rated_three_takes_the_place_of_the_scenario(score, days, expected):
    assert level_of_rows([*shown(), watched(score, days_ago=days)]) == expected


def test_the_rule_about_practice_says_what_there_is():
    def have(*rows):
        rule = next(each for each in answer([*shown(), *rows]).rules if each.name == "practice")
        return rule.have, rule.is_met

    assert have(*decisions(1)) == (1, False)
    assert have(*decisions(3)) == (3, True)
    assert have(watched(0.75)) == (2, True)
    assert have(watched(0.75), *decisions(3)) == (3, True)


def test_answering_everything_anew_on_one_day_takes_no_level_away():
    rows = [*shown(days=10, days_ago=30), *decisions(days_ago=30)]
    anew = [row._replace(id=uuid.uuid4(), at=moment(), day=DAY) for row in rows]
    assert level_of_rows(rows) == 3
    assert level_of_rows([*rows, *anew]) == 3
    assert level_of_rows(anew) == 2


# Level 4 --------------------------------------------------------------------------------


def test_level_four_is_level_two_or_more_and_an_observation_rated_four():
    assert level_of_rows([*questions(5), watched(1)]) == 4
    assert level_of_rows([*questions(5), watched(0.75)]) == 2
    assert level_of_rows([*questions(4), watched(1)]) == 1
    assert level_of_rows([watched(1)]) == 0
    observed = answer([watched(1)]).rules[-1]
    assert (observed.name, observed.have, observed.is_met) == ("observed", 1, True)


def test_the_observation_for_level_four_lasts_24_months():
    edge = (DAY - add_months(DAY, -24)).days
    assert level_of_rows([*questions(5), watched(1, days_ago=edge - 1)]) == 4
    assert level_of_rows([*questions(5), watched(1, days_ago=edge)]) == 2


def test_in_a_critical_competence_an_observation_lasts_as_long():
    rows = [*questions(5), watched(1, days_ago=600)]
    assert level_of_rows(rows, critical=True) == 4


def test_a_corrected_observation_counts_as_corrected():
    first = watched(1)
    corrected = first._replace(id=uuid.uuid4(), score=0.5, voids=first.id)
    withdrawn = item(first.item_key, 0, kind="void", voids=first.id)
    assert level_of_rows([*questions(5), first]) == 4
    assert level_of_rows([*questions(5), first, corrected]) == 2
    assert level_of_rows([*questions(5), first, withdrawn]) == 2


# Critical misses ------------------------------------------------------------------------


def miss(days_ago=20, **kwargs):
    return item("question/crit", 0, days_ago, critical=True, **kwargs)


def right(key="crit", days_ago=0.0, **kwargs):
    return item(f"question/{key}", 1, days_ago, **({"critical": True} | kwargs))


def test_an_open_critical_miss_caps_at_one():
    rows = [*questions(10), *shown(), *decisions(), watched(1)]
    assert level_of_rows(rows) == 4
    assert level_of_rows([*rows, miss()]) == 1
    assert level_of_rows([miss()]) == 0


def test_an_answer_not_wholly_right_is_a_miss_and_an_ordinary_one_is_none():
    assert answer([item("question/crit", 0.9, critical=True)]).has_critical_miss
    assert not answer([item("question/crit", 1, critical=True)]).has_critical_miss
    assert not answer([item("question/crit", 0)]).has_critical_miss


@pytest.mark.parametrize(
    ("again", "other", "is_open", "needs_same", "needs_other"),
    [
        (None, None, True, True, True),
        (17, None, True, False, True),
        (None, 17, True, True, False),
        (17, 17, False, False, False),
        (0, 3, False, False, False),
        (18, 17, True, True, False),  # 2 days after
        (17, 18, True, False, True),
        (21, 21, True, True, True),  # before it
    ],
)
def test_it_closes_when_it_and_another_are_right_three_days_after(
    again, other, is_open, needs_same, needs_other
):
    rows = [*questions(10), miss(20)]
    rows += [right(days_ago=again)] if again is not None else []
    rows += [right("other", days_ago=other)] if other is not None else []
    found = answer(rows)
    assert found.level == (1 if is_open else 2)
    if is_open:
        (open_miss,) = found.misses
        assert open_miss.item == rows[10]
        assert open_miss.opens_on == DAY - datetime.timedelta(days=17)
        assert (open_miss.needs_same, open_miss.needs_other) == (needs_same, needs_other)


def test_the_days_run_from_the_feedback_not_from_the_answer():
    late = miss(20, feedback_at=moment(10))
    assert level_of_rows([*questions(10), late, right(days_ago=8), right("o", 8)]) == 1
    assert level_of_rows([*questions(10), late, right(days_ago=7), right("o", 7)]) == 2


def test_days_are_calendar_days():
    late_in_the_day = miss(3, hours_ago=-9)
    early = [right(hours_ago=5), right("other", hours_ago=5)]
    assert level_of_rows([*questions(10), late_in_the_day, *early]) == 2


def test_an_ordinary_item_closes_nothing():
    rows = [*questions(10), miss(20), right(), right("other", critical=False)]
    assert level_of_rows(rows) == 1


def test_an_item_is_critical_once_any_of_its_answers_was():
    """The right choice of a scene may carry no flag where the wrong one does."""
    rows = [miss(20), right(critical=False), right("other")]
    assert not answer([*questions(10), *rows]).has_critical_miss


def test_practice_closes_nothing():
    seen = moment(0, 3)
    rows = [*questions(10), miss(20), right(seen_at=seen), right("other")]
    assert level_of_rows(rows) == 1
    rows = [*questions(10), miss(20), right(), right("other", seen_at=seen)]
    assert level_of_rows(rows) == 1


def test_a_wrong_critical_answer_in_practice_is_a_miss_and_in_an_exercise_none():
    first = right(hours_ago=5)
    again = item("question/crit", 0, critical=True)
    assert answer([first, again]).has_critical_miss
    assert not answer([item("question/crit", 0, critical=True, assessed=False)]).misses
    exercise = [right(assessed=False), right("other", assessed=False)]
    assert answer([miss(20), *exercise]).has_critical_miss


def test_a_miss_does_not_grow_old():
    assert level_of_rows([*questions(10), miss(2000)]) == 1


def test_every_miss_is_closed_for_itself():
    rows = [miss(20), right(days_ago=10), right("other", 10), miss(5)]
    assert [each.item for each in answer(rows).misses] == [rows[3]]


def test_two_misses_close_each_other():
    one, two = miss(20), item("question/two", 0, 20, critical=True)
    assert answer([one, two, right(), right("two")]).misses == ()
    assert len(answer([one, two, right()]).misses) == 2


def test_a_voided_miss_is_none():
    wrong = miss()
    regraded = wrong._replace(id=uuid.uuid4(), score=1.0, voids=wrong.id)
    assert not answer([wrong, regraded]).has_critical_miss


def test_a_miss_ahead_of_the_day_is_none_yet():
    assert not answer([miss(-1)]).has_critical_miss


@pytest.mark.parametrize("kind", ["observation", "self", "prior"])
def test_only_an_answer_is_a_miss(kind):
    assert not answer([item("x", 0, critical=True, kind=kind)]).has_critical_miss


# Critical misses: twins -----------------------------------------------------------------


def twins(first=0.0, second=1.0, gap=0.1, shown_after=0.1):
    """A critical question and its twin, and the feedback of both so many hours after the first."""
    start = moment(5)
    shown_at = start + datetime.timedelta(hours=shown_after)
    later = start + datetime.timedelta(hours=gap)
    kwargs = {"critical": True, "feedback_at": shown_at}
    return [
        item("question/a", first, at=start, twin="question/b", **kwargs),
        item("question/b", second, at=later, twin="question/a", **kwargs),
    ]


def test_one_of_two_is_no_miss_and_both_wrong_are():
    assert answer(twins(0, 1)).misses == ()
    assert len(answer(twins(0, 0)).misses) == 2
    assert answer(twins(1, 1)).misses == ()


def test_twins_on_record_at_one_moment_save_too():
    assert answer(twins(0, 1, gap=0, shown_after=0)).misses == ()


def test_a_twin_answered_after_the_feedback_saves_nothing():
    assert len(answer(twins(0, 1, gap=0.2, shown_after=0.1)).misses) == 1


def test_a_twin_answered_before_saves_nothing():
    assert len(answer(twins(0, 1, gap=-1)).misses) == 1


def test_a_twin_partly_right_saves_nothing():
    assert len(answer(twins(0, 0.9)).misses) == 2


def test_a_question_that_is_no_twin_saves_nothing():
    first, second = twins(0, 1)
    assert len(answer([first._replace(twin=""), second]).misses) == 1
    assert len(answer([first._replace(twin="question/c"), second]).misses) == 1


def test_both_wrong_close_with_both_right_three_days_later():
    again = [right("a"), right("b")]
    assert answer([*twins(0, 0), *again]).misses == ()


# Prior learning -------------------------------------------------------------------------


def prior(score=1.0, **kwargs):
    return item("prior", score, kind="prior", **kwargs)


def test_prior_learning_reaches_two_at_most():
    assert level_of_rows([prior()]) == 2
    assert level_of_rows([prior(), prior(days_ago=3), *questions(4)]) == 2
    assert level_of_rows([prior(), watched(1)]) == 2
    assert level_of_rows([prior(), *shown()]) == 2
    assert level_of_rows([prior(), *shown(), *decisions()]) == 3


def test_prior_learning_that_was_not_shown_reaches_nothing():
    assert level_of_rows([prior(0.99)]) == 0


def test_prior_learning_never_counts_in_critical_competences():
    assert level_of_rows([prior()], critical=True) == 0
    assert not answer([prior()], critical=True).by_prior


def test_prior_learning_does_not_lift_an_open_critical_miss_above_one():
    assert level_of_rows([prior(), miss()]) == 1
    assert level_of_rows([prior(), miss(), *questions(3)]) == 1


def test_prior_learning_lasts_as_long_as_an_answer():
    edge = (DAY - add_months(DAY, -24)).days
    assert level_of_rows([prior(days_ago=edge - 1)]) == 2
    assert level_of_rows([prior(days_ago=edge)]) == 0


def test_prior_learning_stands_until_answers_speak_clearly_against_it():
    wrong = [item(f"question/wrong{n}", 0) for n in range(2)]
    assert level_of_rows([prior(), wrong[0]]) == 2
    assert answer([prior(), *wrong]).strength == pytest.approx(0.0377, abs=1e-3)
    assert level_of_rows([prior(), *wrong]) == 0
    assert level_of_rows([prior(), *wrong, *questions(1)]) == 2


def test_prior_learning_stands_at_the_very_strength_asked_for():
    rows = [prior(), item("question/wrong", 0)]
    strength = answer(rows).strength
    assert level(rows, LEVEL_RULES | {"prior_strength": strength}, DAY).level == 2
    assert level(rows, LEVEL_RULES | {"prior_strength": strength + 1e-9}, DAY).level == 0


def test_a_level_says_when_it_rests_on_prior_learning():
    assert answer([prior()]).by_prior
    assert answer([prior(), *questions(4)]).by_prior
    assert not answer([prior(), *questions(5)]).by_prior
    assert answer([prior(), miss()]).by_prior
    assert not answer([prior(), miss(), *questions(3)]).by_prior
    assert not answer([prior(), *shown(), *decisions()]).by_prior
    assert not answer(questions(5)).by_prior


def test_withdrawn_prior_learning_is_none():
    row = prior()
    assert level_of_rows([row, item("prior", 0, kind="void", voids=row.id)]) == 0


# Corrections ----------------------------------------------------------------------------


def test_a_voided_row_is_as_if_it_were_not_there():
    rows = questions(5)
    mistake = item("question/mistake", 0)
    voiding = item("question/mistake", 1, voids=mistake.id)
    assert level_of_rows([*rows, mistake, voiding]) == level_of_rows([*rows, voiding])
    assert fate_of(mistake, [mistake, voiding]) == "voided"
    assert fate_of(voiding, [mistake, voiding]) == "counts"


def test_a_row_that_only_voids_says_nothing():
    mistake = item("question/mistake", 0)
    void = item("question/mistake", 0, kind="void", voids=mistake.id)
    assert standing_rows([mistake, void]) == []
    assert answer([mistake, void]).strength == pytest.approx(0.4)


def test_a_correction_of_a_correction_voids_both():
    first = item("question/a", 0)
    second = first._replace(id=uuid.uuid4(), voids=first.id, score=0.5)
    third = first._replace(id=uuid.uuid4(), voids=second.id, score=1.0)
    assert standing_rows([third, first, second]) == [third]


# Time alone -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("critical", "expected"),
    [
        # The observation lapses (4 to 2), then the answers leave the window.
        (False, [(4, 0), (2, 631), (0, 731)]),
        # Of the five items left after 315 days those of today leave last.
        (True, [(4, 0), (0, 365)]),
    ],
)
def test_a_level_changes_by_time_only_on_announced_days(critical, expected):
    rows = [
        *shown(days=30),
        *decisions(days_ago=50),
        watched(1, days_ago=100),
        prior(days_ago=690),
        miss(400),
        right(days_ago=300),
        right("other", days_ago=200),
    ]
    days = level_days(rows, LEVEL_RULES, critical=critical)
    found = [(level_of_rows(rows, critical=critical), 0)]
    for ahead in range(1, 800):
        day = DAY + datetime.timedelta(days=ahead)
        now = level_of_rows(rows, day, critical=critical)
        if now != found[-1][0]:
            assert day in days
            found.append((now, ahead))
    assert found == expected


def test_practice_and_observations_lapse_on_announced_days():
    rows = [*shown(days=30), *decisions(days_ago=50)]
    assert leaves(DAY - datetime.timedelta(days=50), 12) in level_days(
        rows, LEVEL_RULES, critical=False
    )
    seen = watched(0.75, days_ago=70)
    assert level_days([seen], LEVEL_RULES, critical=False) == {
        leaves(seen.day, 12),
        leaves(seen.day, 24),
    }
    assert level_days(questions(3), LEVEL_RULES, critical=True) == {leaves(DAY, 12)}
    assert level_days([prior()], LEVEL_RULES, critical=False) == {leaves(DAY, 24)}
    assert level_days([item("x", kind="self")], LEVEL_RULES, critical=False) == set()


def test_what_is_read_once_answers_for_every_later_day():
    rows = [*shown(days=30), *decisions(days_ago=50), watched(0.75, days_ago=100), miss(400)]
    read = known(rows, LEVEL_RULES, DAY)
    for ahead in range(0, 900, 7):
        day = DAY + datetime.timedelta(days=ahead)
        assert level_of(read, LEVEL_RULES, day) == level(rows, LEVEL_RULES, day)


def test_the_next_change_is_the_first_later_day_with_another_answer():
    days = [DAY + datetime.timedelta(days=n) for n in (-1, 0, 2, 5, 9)]

    def said(day):
        return "new" if day > days[2] else "old"

    assert next_change(said, DAY, reversed(days)) == (days[3], "new")
    assert next_change(said, days[4], days) is None
    assert next_change(lambda _day: "old", DAY, days) is None


# Properties -----------------------------------------------------------------------------

keys = st.sampled_from([f"question/{n}" for n in range(9)] + ["story/a/b", "story/a/c"])


@st.composite
def evidence(draw):
    """A row of any kind; feedback and twins come along, at quarters of an hour or of a month."""
    at = moment(draw(st.integers(0, 800)), draw(st.sampled_from([0, 0.5, 3, 12, 19, 21])))
    later = draw(st.sampled_from([None, None, 0, 0.5, 30]))
    seen = draw(st.sampled_from([None, None, None, 1, 25]))
    return item(
        draw(keys),
        draw(st.sampled_from([0, 0.25, 0.5, 0.75, 1])),
        at=at,
        weight=draw(st.sampled_from([0.25, 0.5, 1, 2])),
        guess=draw(st.floats(0, 0.999)),
        critical=draw(st.booleans()),
        assessed=draw(st.sampled_from([True, True, True, False])),
        kind=draw(st.sampled_from(["measurement"] * 6 + ["observation", "prior", "self"])),
        feedback_at=None if later is None else at + datetime.timedelta(hours=later),
        seen_at=None if seen is None else at - datetime.timedelta(hours=seen),
        twin=draw(st.one_of(st.just(""), keys)),
    )


rows_of_evidence = st.lists(evidence(), max_size=20)


@given(rows_of_evidence, st.randoms(), st.booleans())
def test_order_never_matters(items, random, critical):
    shuffled = list(items)
    random.shuffle(shuffled)
    assert answer(items, critical=critical) == answer(shuffled, critical=critical)
    assert fates(items, LEVEL_RULES, DAY, critical=critical) == fates(
        shuffled, LEVEL_RULES, DAY, critical=critical
    )


@given(rows_of_evidence, st.data(), st.booleans(), st.integers(0, 400))
def test_raising_any_score_never_lowers_level_or_strength(items, data, critical, ahead):
    if not items:
        return
    day = DAY + datetime.timedelta(days=ahead)
    better = [
        row._replace(score=data.draw(st.sampled_from([row.score, (row.score + 1) / 2, 1.0])))
        for row in items
    ]
    before, after = (answer(rows, day, critical=critical) for rows in (items, better))
    assert after.level >= before.level
    assert after.strength >= before.strength - 1e-12


@given(rows_of_evidence, st.booleans())
def test_one_more_right_answer_to_a_new_item_never_lowers_anything(items, critical):
    more = [*items, item("question/new", 1, guess=0.25)]
    before, after = answer(items, critical=critical), answer(more, critical=critical)
    assert after.level >= before.level
    assert after.strength >= before.strength - 1e-12


@given(rows_of_evidence, st.booleans())
def test_what_counts_and_why_agree(items, critical):
    found = answer(items, critical=critical)
    said = fates(items, LEVEL_RULES, DAY, critical=critical)
    assert said.keys() == {row.id for row in items}
    assert {row.id for row, _points in found.counted} == {
        row for row, fate in said.items() if fate == "counts"
    }
    assert isinstance(found, Level)
    assert 0 <= found.level <= 4
    assert 0 < found.strength < 1

"""What comes next, and what a state with a due day is called: values in, values out."""

import datetime
import uuid

import pytest
from django.utils import timezone

from courses.outline import Part
from courses.people.names import collate
from courses.resume import Place
from courses.roads import Step, next_step, shown_state

DAY = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("state", "days", "shown"),
    [
        ("none", None, "none"),
        ("none", 8, "none"),
        ("none", 7, "due"),
        ("started", 0, "due"),
        ("started", -1, "overdue"),
        ("met", -30, "met"),
        ("expired", -30, "expired"),
    ],
)
def test_a_due_day_colours_only_what_is_not_done(state, days, shown):
    due = DAY + datetime.timedelta(days=days) if days is not None else None
    assert shown_state(state, due, DAY) == shown


def part(kind="lesson", url="/somewhere/", is_beside=False):
    return Part(uuid.uuid4(), kind, "read", "A part", url, 10, False, is_beside)


def test_what_is_offered_in_addition_comes_next_only_once_it_was_begun():
    extra = part("quiz", is_beside=True)
    steps = [Step(part(), "met"), Step(extra, "none", is_asked=False)]
    assert next_step(steps, {}) is None
    places = {extra.key: Place("/attempt/", timezone.now())}
    assert next_step(steps, places).url == "/attempt/"


def test_the_first_part_not_done_comes_next():
    done, ahead, later = part(), part(), part()
    steps = [Step(done, "met"), Step(ahead, "none"), Step(later, "none")]
    assert next_step(steps, {}).part == ahead


def test_what_was_left_unfinished_last_comes_before_what_was_never_opened():
    now = timezone.now()
    lesson, quiz, scenario = part(), part("quiz"), part("scenario")
    steps = [Step(each, "none") for each in (lesson, quiz, scenario)]
    places = {
        quiz.key: Place("/attempt/", now - datetime.timedelta(days=2)),
        scenario.key: Place("/run/", now),
    }
    assert next_step(steps, places).url == "/run/"


def test_nothing_comes_next_when_all_is_done():
    assert next_step([Step(part(), "met")], {}) is None


def test_names_stand_in_latvian_order():
    names = ["Žagars", "Zariņš", "Čakste", "Celms", "Āboliņa", "Abele", "Ķirsis", "Kalns"]
    assert sorted(names, key=collate) == [
        "Abele",
        "Āboliņa",
        "Celms",
        "Čakste",
        "Kalns",
        "Ķirsis",
        "Zariņš",
        "Žagars",
    ]

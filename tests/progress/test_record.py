"""The record: written once, never changed, and the projection that follows it."""

import datetime
import uuid
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from courses.models import Enrolment
from courses.progress.actions import (
    NewActivity,
    NewEvidence,
    forget_feedback,
    purge,
    record,
    saw_feedback,
)
from courses.progress.models import (
    Activity,
    Competence,
    Evidence,
    FeedbackSeen,
    Policy,
    Purge,
    Standing,
)
from courses.progress.projection import differences, levels_on, refresh, standings, status_on
from tests.people.factories import UserFactory
from tests.progress.factories import (
    ActivityFactory,
    CompetenceFactory,
    EvidenceFactory,
    RequirementFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db
LOGS = [ActivityFactory, EvidenceFactory]


@pytest.fixture
def subject():
    return SubjectFactory()


def act(key, origin, verb="read", **kwargs):
    return NewActivity(verb, "lesson", key, "v1", origin, **kwargs)


def answer(number, competence="self-care", **kwargs):
    defaults = {"score": 1, "guess": Fraction(1, 4)}
    return NewEvidence(
        competence, f"question/{number}", "v1", f"answer/{number}", **(defaults | kwargs)
    )


@pytest.mark.parametrize("factory", LOGS)
def test_a_row_of_a_log_cannot_be_changed_by_the_orm(factory):
    row = factory()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(origin="other")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.save()
    assert type(row).objects.get(pk=row.pk).origin == row.origin


@pytest.mark.parametrize("factory", LOGS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET origin = 'other'", "DELETE FROM {}"])
def test_a_log_refuses_raw_sql(factory, statement):
    row = factory()
    table = row._meta.db_table
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert type(row).objects.count() == 1


OVER = "INSERT {verb} INTO {table} ({columns}) SELECT {other} FROM {table} WHERE true {tail}"
WAYS_OVER = [
    {"verb": "", "tail": "ON CONFLICT (id) DO UPDATE SET origin = 'other'"},
    {"verb": "OR REPLACE", "tail": "", "vendor": "sqlite"},
]
WAYS_PAST = [
    ("sqlite", "UPDATE OR REPLACE {} SET origin = 'other'"),
    ("sqlite", "UPDATE OR IGNORE {} SET origin = 'other'"),
    ("postgresql", "MERGE INTO {} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE"),
    (
        "postgresql",
        "MERGE INTO {} USING (SELECT 1) AS one ON true WHEN MATCHED THEN UPDATE SET origin = ''",
    ),
    ("postgresql", "WITH gone AS (DELETE FROM {} RETURNING 1) SELECT * FROM gone"),
]


def refused(statement):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("factory", LOGS)
@pytest.mark.parametrize("way", WAYS_OVER)
def test_a_row_cannot_be_written_over_by_adding_it_again(factory, way):
    row = factory()
    if way.get("vendor", connection.vendor) != connection.vendor:
        pytest.skip("the other database's words")
    columns = [field.column for field in row._meta.concrete_fields]
    other = ", ".join("'other'" if name == "origin" else name for name in columns)
    table = row._meta.db_table
    refused(OVER.format(table=table, columns=", ".join(columns), other=other, **way))
    assert type(row).objects.get(pk=row.pk).origin == row.origin


@pytest.mark.parametrize("factory", LOGS)
@pytest.mark.parametrize(("vendor", "statement"), WAYS_PAST)
def test_no_other_words_get_past_the_refusal(factory, vendor, statement):
    row = factory()
    if vendor != connection.vendor:
        pytest.skip("the other database's words")
    refused(statement.format(row._meta.db_table))
    assert type(row).objects.get(pk=row.pk).origin == row.origin


@pytest.mark.parametrize("factory", LOGS)
def test_a_log_refuses_the_orms_ways_of_many_rows(factory):
    row = factory()
    rows = type(row).objects
    changed = type(row).objects.get(pk=row.pk)
    changed.origin = "other"
    for attempt in (
        lambda: rows.bulk_update([changed], ["origin"]),
        lambda: rows.bulk_create(
            [changed], update_conflicts=True, unique_fields=["id"], update_fields=["origin"]
        ),
        lambda: rows.update_or_create(pk=row.pk, defaults={"origin": "other"}),
        lambda: rows.filter(pk=row.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()
    assert rows.get(pk=row.pk).origin == row.origin


@pytest.mark.parametrize("factory", LOGS)
def test_a_log_refuses_delete_by_the_orm(factory):
    row = factory()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        type(row).objects.all().delete()
    assert type(row).objects.count() == 1


@pytest.mark.parametrize("table", ["progress_activity", "progress_evidence"])
def test_a_log_refuses_truncate(table):
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(f"TRUNCATE {table}")  # SQLite knows no such statement
        return
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["progress_evidence", "progress_subject", "people_user"])
def test_rows_are_not_truncated_by_way_of_what_they_refer_to(table):
    row = EvidenceFactory()
    if connection.vendor == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")
    assert Evidence.objects.get() == row


def test_the_purge_door_removes_and_says_who_why_and_how_much():
    row = EvidenceFactory()
    EvidenceFactory()
    actor = UserFactory()
    with purge(actor, "Retention period over") as door:
        door.remove(Evidence.objects.filter(pk=row.pk))
    entry = Purge.objects.get()
    assert Evidence.objects.count() == 1
    assert (entry.actor, entry.reason, entry.removed) == (
        actor,
        "Retention period over",
        {"evidence": 1},
    )
    assert entry.closed_at is not None
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Evidence.objects.all().delete()


def test_the_purge_door_lets_nothing_be_changed():
    row = EvidenceFactory()
    with pytest.raises(DatabaseError, match="append-only"), purge(UserFactory(), "Mistake"):
        Evidence.objects.filter(pk=row.pk).update(score=0)


def test_a_purge_without_a_reason_is_refused():
    with pytest.raises(ValueError, match="reason"), purge(UserFactory(), "  "):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_door_cannot_be_left_open():
    with pytest.raises(IntegrityError), transaction.atomic():
        Purge.objects.create(actor=None, reason="Left open", door_id=uuid.uuid4())
    assert not Purge.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_happens_in_a_failed_purge_is_undone():
    row = EvidenceFactory()

    def fail_half_way():
        with purge(UserFactory(), "Half way") as door:
            door.remove(Evidence.objects.all())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert Evidence.objects.get() == row
    assert not Purge.objects.exists()


def test_the_same_report_twice_is_written_once(subject, today):
    CompetenceFactory(key="self-care")
    key = uuid.uuid4()
    for _time in range(2):
        record(subject, activities=[act(key, "a/1")], evidence=[answer(1)], today=today)
    assert Activity.objects.count() == 1
    assert Evidence.objects.get().guess == Decimal("0.25")


def test_evidence_names_the_activity_it_came_from(subject, today):
    CompetenceFactory(key="self-care")
    record(
        subject,
        activities=[act(uuid.uuid4(), "a/1")],
        evidence=[answer(1, activity_origin="a/1", score=Fraction(2, 3))],
        today=today,
    )
    row = Evidence.objects.get()
    assert row.activity.origin == "a/1"
    assert row.score == Decimal("0.66667")


def test_evidence_about_an_unknown_competence_writes_nothing(subject, today):
    with pytest.raises(Competence.DoesNotExist, match="flying"), transaction.atomic():
        record(
            subject,
            activities=[act(uuid.uuid4(), "a/1")],
            evidence=[answer(1, "flying")],
            today=today,
        )
    assert not Activity.objects.exists()


def test_standing_follows_the_record(subject, today):
    competence = CompetenceFactory(key="self-care")
    for number in range(3):
        record(subject, evidence=[answer(number)], today=timezone.localdate())
    row = Standing.objects.get(kind="competence")
    assert (row.key, row.state, row.done, row.total) == (competence.uuid, "1", 3, 5)
    assert row.changes_on > timezone.localdate()
    assert row.next_state == "0"
    assert row.state_on(row.changes_on) == "0"


def test_a_module_is_met_with_its_last_part_and_its_path_with_it(subject):
    day = timezone.localdate()
    first, last = uuid.uuid4(), uuid.uuid4()
    parts = [{"verb": "read", "kind": "lesson", "key": str(key)} for key in (first, last)]
    module = RequirementFactory(parts=parts)
    path = RequirementFactory(
        kind="path", parts=[{"verb": "met", "kind": "module", "key": str(module.key)}]
    )
    RequirementFactory(kind="path", parts=path.parts)  # a path she was never put on
    Enrolment.objects.create(subject=subject, target_kind="path", target_key=path.key)
    record(subject, activities=[act(first, "a/1")], today=day)
    row = Standing.objects.get(key=module.key)
    assert (row.state, row.done, row.total) == ("started", 1, 2)
    record(subject, activities=[act(last, "a/2")], today=day)
    states = dict(Standing.objects.values_list("key", "state"))
    assert states == {module.key: "met", path.key: "met"}
    assert set(Standing.objects.met(day).values_list("key", flat=True)) == {module.key, path.key}
    assert differences(day) == []


def test_a_past_day_is_answered_from_what_was_known_then(subject):
    key = uuid.uuid4()
    module = RequirementFactory(
        parts=[{"verb": "read", "kind": "lesson", "key": str(key)}],
        effective_from=datetime.date(2020, 1, 1),
    )
    then = timezone.now() - datetime.timedelta(days=30)
    ActivityFactory(subject=subject, object_key=key, happened_at=then)  # recorded only today
    day = timezone.localdate(then)
    assert status_on(subject.pk, module.key, day).state == "none"
    assert status_on(subject.pk, module.key, day, as_known_then=False).state == "met"
    assert status_on(subject.pk, module.key, timezone.localdate()).state == "met"


def test_levels_on_a_past_day(subject):
    competence = CompetenceFactory(key="self-care")
    now = timezone.now()
    for number in range(4):
        at = now - datetime.timedelta(days=10 * (4 - number))
        EvidenceFactory(subject=subject, competence=competence, happened_at=at, recorded_at=at)
    day = timezone.localdate()
    assert levels_on(subject.pk, day)[competence.uuid].level.level == 1
    early = day - datetime.timedelta(days=25)
    assert levels_on(subject.pk, early)[competence.uuid].level.level == 0
    assert len(levels_on(subject.pk, early)[competence.uuid].level.counted) == 2


def test_differences_finds_what_the_projection_has_wrong(subject):
    CompetenceFactory(key="self-care")
    day = timezone.localdate()
    record(subject, evidence=[answer(n) for n in range(5)], today=day)
    assert differences(day) == []
    Standing.objects.update(state="4")
    assert len(differences(day)) == 1
    refresh([subject.pk], day)
    assert differences(day) == []


def test_feedback_twins_and_certainty_are_kept(subject, today):
    CompetenceFactory(key="self-care")
    shown = timezone.now()
    given = shown - datetime.timedelta(minutes=5)
    record(
        subject,
        evidence=[
            answer(1, happened_at=given, feedback_at=shown, twin="question/2", certainty=3),
            answer(2),
        ],
        today=today,
    )
    row, plain = Evidence.objects.order_by("item_key")
    assert (row.happened_at, row.feedback_at, row.seen_at) == (given, shown, None)
    assert (row.twin, row.certainty) == ("question/2", 3)
    assert (plain.feedback_at, plain.twin, plain.certainty) == (None, "", None)


@pytest.mark.parametrize(
    "wrong", [{"certainty": 0}, {"certainty": 4}, {"feedback_at": datetime.timedelta(hours=-1)}]
)
def test_the_database_insists_on_what_feedback_and_certainty_can_be(wrong):
    at = timezone.now()
    if "feedback_at" in wrong:
        wrong = {"feedback_at": at + wrong["feedback_at"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceFactory(happened_at=at, **wrong)


def test_looking_at_feedback_again_is_kept_with_the_next_answer(subject, today):
    competence = CompetenceFactory(key="self-care")
    now = timezone.now()
    first, second = now - datetime.timedelta(hours=30), now - datetime.timedelta(hours=2)
    saw_feedback(subject, ["question/1", "question/9", "question/1"], first)
    saw_feedback(subject, ["question/1"], second)
    saw_feedback(SubjectFactory(), ["question/2"], second)
    saw_feedback(subject, ["question/1"], second)
    assert FeedbackSeen.objects.filter(subject=subject).count() == 3
    record(subject, evidence=[answer(1), answer(2)], today=today)
    rows = dict(Evidence.objects.values_list("item_key", "seen_at"))
    assert rows == {"question/1": second, "question/2": None}
    level = levels_on(subject.pk, today)[competence.uuid].level
    assert [item.item_key for item, _points in level.counted] == ["question/2"]


def test_what_is_seen_after_an_answer_does_not_hide_what_was_seen_before_it(subject, today):
    """An answer goes on record later than it is given, and its own feedback may come between."""
    CompetenceFactory(key="self-care")
    given = timezone.now() - datetime.timedelta(hours=1)
    before = given - datetime.timedelta(hours=3)
    saw_feedback(subject, ["question/1"], before)
    saw_feedback(subject, ["question/1", "question/2"], given)
    saw_feedback(subject, ["question/1", "question/2"], given + datetime.timedelta(minutes=5))
    answers = [answer(1, happened_at=given), answer(2, happened_at=given)]
    record(subject, evidence=answers, today=today)
    rows = dict(Evidence.objects.values_list("item_key", "seen_at"))
    assert rows == {"question/1": before, "question/2": None}


def test_what_was_seen_more_than_a_year_ago_is_forgotten(subject, today):
    now = timezone.now()
    for days in (0, 399, 402):
        saw_feedback(subject, [f"question/{days}"], now - datetime.timedelta(days=days))
    assert [forget_feedback(today), forget_feedback(today)] == [1, 0]
    assert not FeedbackSeen.objects.filter(item_key="question/402").exists()


def test_a_correction_is_practice_as_much_as_what_it_corrects(subject, today):
    CompetenceFactory(key="self-care")
    now = timezone.now()
    record(subject, evidence=[answer(1, happened_at=now)], today=today)
    saw_feedback(subject, ["question/1"], now)
    first = Evidence.objects.get()
    corrected = answer(2, score=0, happened_at=now, voids=first.pk)
    record(subject, evidence=[corrected], today=today)
    assert Evidence.objects.get(voids=first).seen_at is None


def test_a_policy_is_filled_up_with_the_numbers_of_policy_1(subject, today):
    """A later version states what it changes."""
    competence = CompetenceFactory(key="self-care")
    for _number in range(3):
        EvidenceFactory(subject=subject, competence=competence, guess=Decimal("0.25"))
    Policy.objects.create(kind="level", version=2, effective_from=today, rules={"level_1_items": 4})
    found = levels_on(subject.pk, today)[competence.uuid]
    assert (found.level.level, found.policy) == (0, "2")
    yesterday = today - datetime.timedelta(days=1)
    past = levels_on(subject.pk, yesterday, as_known_then=False)[competence.uuid]
    assert (past.level.counted, past.policy) == ((), "1")


def test_the_first_policy_holds_every_number():
    from courses.progress.rules import LEVEL_RULES

    assert Policy.objects.get(kind="level").rules == LEVEL_RULES


@pytest.mark.parametrize("people", [1, 20])
def test_the_projection_costs_the_same_for_one_person_and_for_many(
    people, django_assert_num_queries
):
    competence = CompetenceFactory(key="self-care")
    module = RequirementFactory()
    subjects = SubjectFactory.create_batch(people)
    for subject in subjects:
        EvidenceFactory(subject=subject, competence=competence)
        ActivityFactory(subject=subject, object_key=module.parts[0]["key"])
    with django_assert_num_queries(6):
        rows = standings([subject.pk for subject in subjects], timezone.localdate())
    assert len(rows) == 2 * people


def test_a_flush_in_a_test_leaves_the_refusals_in_place(db):
    row = ActivityFactory()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.delete()

"""Answers marked again by another version: a preview of who changes, an act that is logged."""

import re
import uuid
from fractions import Fraction

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments import actions, known, marking, regrading
from assessments.actions import Given
from assessments.models import Attempt, Regrade, Step
from assessments.regrading import Wish
from assessments.replay import needed, replay
from courses.outline import outdate
from courses.people.digests import send_digests
from courses.people.models import AuditEntry, Membership, Message, User
from courses.progress.actions import Told, record_all
from courses.progress.models import Activity, Evidence, Standing, Subject
from courses.progress.projection import differences
from tests.assessments.factories import QuestionFactory, QuizFactory, begun, options, quiz_page
from tests.assessments.kinds import asked
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db
WHY = "The law changed: b is right."


@pytest.fixture
def page():
    made = quiz_page(QuizFactory(), code="en")
    outdate()
    return made


@pytest.fixture
def question(page):
    return page.quiz.places.first().question


@pytest.fixture
def grader(db):
    """May mark again, and marks everybody."""
    codenames = ["regrade_attempt", "mark_attempt", "access_admin", "change_question"]
    return may(UserFactory(), *codenames)


def may(person, *codenames):
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return User.objects.get(pk=person.pk)


def handed_in(person, page, chosen):
    attempt = begun(person, page)
    given = [
        Given(slot, {"chosen": [key]}, actions.form_token(attempt, slot, 0))
        for slot, key in enumerate(chosen, start=1)
        if key != "-"
    ]
    return actions.hand_in(attempt, given).stand.attempt


def corrected(question, right="b", **given):
    """The question published anew; returns the wish to mark the old answers by it."""
    question.options = options("abcd", right)
    for name, value in given.items():
        setattr(question, name, value)
    question.save()
    new, *old = question.versions.order_by("-number")
    return Wish(old, new)


def planned(grader, wish):
    return regrading.plan(grader, wish, timezone.localdate())


def regraded(grader, wish, token=None, digest=None):
    digest = digest or planned(grader, wish).digest
    token = token or uuid.uuid4()
    return regrading.apply(grader, wish, WHY, token, digest, timezone.localdate())


def agrees(attempt):
    """The row says what the steps say, and what the record says follows from its logs."""
    row = Attempt.objects.get(pk=attempt.pk)
    steps = list(row.steps.all())
    stand = replay(row, steps, known.versions(needed(row, steps)))
    assert {name: getattr(row, name) for name in stand.columns} == stand.columns
    assert differences(timezone.localdate()) == []
    return stand


def standing(attempt):
    """The evidence of an attempt that no other row voids, by question."""
    rows = list(Evidence.objects.filter(origin__startswith=f"attempt/{attempt.pk}/"))
    voided = {row.voids_id for row in rows}
    return {row.origin.split("/")[2]: row for row in rows if row.pk not in voided}


# What changes -----------------------------------------------------------------------------


def test_the_preview_says_who_changes_and_writes_nothing(learner, stranger, page, question, grader):
    first, second = handed_in(learner, page, "bab"), handed_in(stranger, page, "aab")
    third = handed_in(UserFactory(), page, "caa")
    before = Step.objects.count(), Evidence.objects.count()
    plan = planned(grader, corrected(question))
    found = {change.attempt.pk: change for change in plan.changes}
    assert set(found) == {first.pk, second.pk}
    assert plan.same == 1
    change = found[first.pk]
    assert [(old.fraction, new.fraction) for old, new in change.slots] == [(0, 1)]
    assert (change.before.total.percent, change.after.total.percent) == (33, 66)
    assert (change.newly_passed, change.keeps_pass) == (True, False)
    change = found[second.pk]
    assert (change.before.total.percent, change.after.total.percent) == (66, 33)
    assert (change.newly_passed, change.keeps_pass) == (False, True)
    assert (Step.objects.count(), Evidence.objects.count()) == before
    assert third.steps.filter(kind=Step.Kind.REGRADED).count() == 0


def test_a_better_mark_passes_and_is_told_to_the_record(learner, page, question, grader):
    attempt = handed_in(learner, page, "bab")
    old = standing(attempt)["1"]
    done = regraded(grader, corrected(question))
    assert (done.attempts, done.passes, done.by) == (1, 1, grader)
    stand = agrees(attempt)
    assert (stand.passed, stand.total.percent) == (True, 66)
    step = attempt.steps.get(kind=Step.Kind.REGRADED)
    assert (step.data["reason"], step.data["was_passed"]) == (WHY, False)
    assert step.actor == Subject.objects.for_user(grader)
    new = standing(attempt)["1"]
    assert (old.score, new.score, new.voids_id) == (0, 1, old.pk)
    assert (new.happened_at, new.feedback_at) == (old.happened_at, old.feedback_at)
    assert new.item_version == question.versions.order_by("-number").first().hash
    assert Activity.objects.filter(verb="passed", origin=f"attempt/{attempt.pk}/passed").exists()


def test_a_worse_mark_takes_no_pass_away(learner, page, question, grader):
    attempt = handed_in(learner, page, "aab")
    passed = Activity.objects.get(verb="passed")
    met = list(Standing.objects.filter(kind="requirement").values_list("key", "state"))
    regraded(grader, corrected(question))
    stand = agrees(attempt)
    assert (stand.passed, stand.kept_pass, stand.total.percent) == (True, True, 33)
    assert standing(attempt)["1"].score == 0
    assert Activity.objects.get(verb="passed") == passed
    assert list(Standing.objects.filter(kind="requirement").values_list("key", "state")) == met
    # Marked back again, nothing of that is lost.
    newer, older = question.versions.order_by("-number")
    regraded(grader, Wish([newer], older))
    assert agrees(attempt).total.percent == 66
    assert standing(attempt)["1"].score == 1


def test_a_question_taken_out_of_the_score_leaves_it_for_those_who_left_it_out_too(
    learner, stranger, page, question, grader
):
    given, left_out = handed_in(learner, page, "baa"), handed_in(stranger, page, "-ab")
    wish = corrected(question, "a", needs_review=True)
    assert len(planned(grader, wish).changes) == 2
    regraded(grader, wish)
    assert agrees(given).total.percent == 100
    assert agrees(left_out).total.percent == 50
    assert "1" not in {place: row for place, row in standing(given).items() if row.kind != "void"}


def test_levels_that_change_are_said(learner, page, question, grader):
    for each in range(3):
        quiz = QuizFactory(questions=[QuestionFactory() for _number in range(3)])
        handed_in(learner, quiz_page(quiz), "aaa" if each else "bbb")
    attempt = handed_in(learner, page, "aaa")
    wish = corrected(question)
    (change,) = planned(grader, wish).changes
    told = {each.competence.key: (each.before, each.after) for each in change.levels}
    before = Standing.objects.get(kind="competence").state
    regraded(grader, wish)
    agrees(attempt)
    after = Standing.objects.get(kind="competence").state
    assert before != after
    assert told == {"self-care": (int(before), int(after))}


def test_a_mark_that_a_person_has_changed_stays(learner, page, question, grader, lead):

    attempt = handed_in(learner, page, "bab")
    marking.correct(attempt, 1, grader, Fraction(1, 2), "Half of it is true.", uuid.uuid4())
    assert planned(grader, corrected(question)).changes == []


def test_only_answers_marked_by_the_versions_chosen_change(
    learner, stranger, page, question, grader
):
    early = handed_in(learner, page, "baa")
    corrected(question, "c")
    late = handed_in(stranger, page, "baa")
    corrected(question, "b")
    third, second, first = question.versions.order_by("-number")
    only = planned(grader, Wish([first], third))
    assert [change.attempt.pk for change in only.changes] == [early.pk]
    both = planned(grader, Wish([first, second, third], third))
    assert {change.attempt.pk for change in both.changes} == {early.pk, late.pk}


def test_only_one_quiz_if_that_is_asked_for(learner, stranger, page, question, grader):
    other = quiz_page(QuizFactory(questions=[question, QuestionFactory()]))
    handed_in(learner, page, "baa")
    there = handed_in(stranger, other, "ba")
    wish = corrected(question)
    only = planned(grader, Wish(wish.sources, wish.target, other.quiz))
    assert [change.attempt.pk for change in only.changes] == [there.pk]


def test_a_twin_that_was_asked_is_marked_again_too(learner, grader):
    twin = QuestionFactory(critical=True)
    first = QuestionFactory(critical=True, twin=twin)
    page = quiz_page(QuizFactory(questions=[first, QuestionFactory()], pass_mark=10))
    attempt = begun(learner, page)
    given = [
        Given(slot, {"chosen": [key]}, actions.form_token(attempt, slot, 0))
        for slot, key in ((1, "b"), (2, "a"))
    ]
    assert actions.hand_in(attempt, given).asked == 1
    last = Given(3, {"chosen": ["b"]}, actions.form_token(attempt, 3, 0))
    assert actions.hand_in(attempt, [last]).stand.missed
    regraded(grader, corrected(twin))
    stand = agrees(attempt)
    assert (stand.missed, stand.passed) == (False, True)
    assert not Attempt.objects.get().missed


def test_where_the_average_counts_all_attempts_are_looked_at(learner, question, grader):
    page = quiz_page(QuizFactory(questions=[question, QuestionFactory()], grade="average"))
    first, second = handed_in(learner, page, "bb"), handed_in(learner, page, "ba")
    assert not Activity.objects.filter(verb="passed").exists()
    regraded(grader, corrected(question))  # 50 and 100 %
    assert Activity.objects.filter(verb="passed").exists()
    agrees(first)
    agrees(second)


def test_open_attempts_are_left_alone_and_counted(learner, stranger, page, question, grader):
    handed_in(learner, page, "baa")
    begun(stranger, page)
    assert planned(grader, corrected(question)).open == 1


# Who may, and how often -------------------------------------------------------------------


def test_whoever_marks_not_everybody_reaches_the_people_she_leads(
    learner, lead, stranger, page, question
):
    mine = handed_in(learner, page, "baa")
    handed_in(stranger, page, "baa")
    wish = corrected(question)
    plan = planned(may(lead, "regrade_attempt"), wish)
    assert [change.attempt.pk for change in plan.changes] == [mine.pk]
    assert plan.elsewhere == 1
    assert planned(User.objects.get(pk=stranger.pk), wish).changes == []


def test_nobody_marks_her_own_again(page, question, grader):
    handed_in(grader, page, "baa")
    plan = planned(grader, corrected(question))
    assert (plan.changes, plan.elsewhere) == ([], 1)


def test_sent_twice_is_done_once(learner, page, question, grader):
    attempt = handed_in(learner, page, "bab")
    wish, token = corrected(question), uuid.uuid4()
    digest = planned(grader, wish).digest
    first = regraded(grader, wish, token, digest)
    assert regraded(grader, wish, token, digest) == first
    assert attempt.steps.filter(kind=Step.Kind.REGRADED).count() == 1
    assert Message.objects.filter(kind="regraded").count() == 1
    assert planned(grader, wish).changes == []


def test_a_preview_that_is_out_of_date_does_nothing(learner, stranger, page, question, grader):
    handed_in(learner, page, "bab")
    wish = corrected(question)
    digest = planned(grader, wish).digest
    late = begun(stranger, page)  # by the new version: nothing to do with it
    actions.finish(late)
    assert planned(grader, wish).digest == digest
    attempt = Attempt.objects.get(subject__person=learner)

    marking.correct(attempt, 2, grader, Fraction(0), "No.", uuid.uuid4())
    with pytest.raises(regrading.Stale) as stale:
        regraded(grader, wish, digest=digest)
    assert stale.value.plan.digest == planned(grader, wish).digest
    assert not Regrade.objects.exists()
    assert not Step.objects.filter(kind=Step.Kind.REGRADED).exists()


def test_it_takes_a_reason(learner, page, question, grader):
    handed_in(learner, page, "bab")
    wish = corrected(question)
    digest = planned(grader, wish).digest
    with pytest.raises(ValueError, match="why"):
        regrading.apply(grader, wish, "  ", uuid.uuid4(), digest, timezone.localdate())


# Who is told --------------------------------------------------------------------------------


def test_the_person_is_told_in_her_language_and_the_page_says_why(
    learner, learner_client, page, question, grader, mailoutbox, django_capture_on_commit_callbacks
):
    attempt = handed_in(learner, page, "bab")
    with django_capture_on_commit_callbacks(execute=True):
        regraded(grader, corrected(question))
    send_digests.call()
    (mail,) = mailoutbox
    assert mail.to == [learner.email]
    assert "tava atbilde uz to ir novērtēta no jauna" in " ".join(mail.body.split())
    assert "Ar to tests ir nokārtots." in mail.body
    with_language = learner_client.get(reverse("assessments:review", args=[attempt.pk]))
    assert WHY in with_language.content.decode()


def test_it_is_logged_who_when_and_why(learner, page, question, grader):
    attempt = handed_in(learner, page, "bab")
    done = regraded(grader, corrected(question))
    entry = AuditEntry.objects.get(action="regraded")
    assert (entry.actor, entry.about, entry.object_key) == (grader, learner, str(attempt.pk))
    assert (done.reason, done.sources, done.target.number) == (WHY, [1], 2)


# Cost ---------------------------------------------------------------------------------------


def many(page, count):
    """Attempts of as many people, as handing in would leave them; each answered b, a, a."""
    model = handed_in(UserFactory(), page, "baa")
    people = User.objects.bulk_create(
        User(username=f"many{number}", email=f"many{number}@example.org", password="!")
        for number in range(count)
    )
    subjects = Subject.objects.bulk_create(Subject(person=person) for person in people)
    attempts = Attempt.objects.bulk_create(
        Attempt(
            subject=subject,
            quiz_id=model.quiz_id,
            page_key=model.page_key,
            number=1,
            token=uuid.uuid4(),
            pinned=model.pinned,
            started_at=model.started_at,
            finished_at=model.finished_at,
            status=model.status,
            mark=model.mark,
            max_mark=model.max_mark,
            passed=model.passed,
        )
        for subject in subjects
    )
    steps = list(model.steps.all())
    Step.objects.bulk_create(
        Step(
            attempt=attempt,
            number=step.number,
            kind=step.kind,
            slot=step.slot,
            version_id=step.version_id,
            response=step.response,
            at=step.at,
        )
        for attempt in attempts
        for step in steps
    )
    told = []
    for attempt in Attempt.objects.filter(pk__in=[each.pk for each in attempts]).with_log():
        stand = actions.resume(attempt)
        told.append(
            Told(
                attempt.subject,
                [actions.activity_of(attempt, verb) for verb in ("started", "finished", "passed")],
                [new for slot in stand.slots for new in actions.evidence_of(stand, slot)],
            )
        )
    record_all(told, today=timezone.localdate())


def test_many_attempts_cost_a_bounded_number_of_statements(page, question, grader):
    many(page, 299)
    wish = corrected(question)
    planned(grader, wish)  # rulebook and versions are remembered from here on
    with CaptureQueriesContext(
        connection,
    ) as looking:
        plan = planned(grader, wish)
    assert len(plan.changes) == 300
    assert len(looking) <= 12
    token, today = uuid.uuid4(), timezone.localdate()
    with CaptureQueriesContext(connection) as doing:
        done = regrading.apply(grader, wish, WHY, token, plan.digest, today)
    assert done.attempts == 300
    assert Step.objects.filter(kind=Step.Kind.REGRADED).count() == 300
    assert Message.objects.filter(kind="regraded").count() == 300
    # One attempt costs 36; SQLite takes many rows in parts, PostgreSQL fewer.
    assert len(doing) <= 120
    assert differences(today) == []


# The page -----------------------------------------------------------------------------------


@pytest.fixture
def admin(grader):
    client = Client(headers={"accept-language": "en"})
    client.force_login(grader)
    return client


def address(question, wish=None, **given):
    url = reverse("assessments_regrade", args=[question.pk])
    if wish is None:
        return url
    sources = "&".join(f"sources={version.pk}" for version in wish.sources)
    return f"{url}?{sources}&target={wish.target.pk}" + "".join(
        f"&{name}={value}" for name, value in given.items()
    )


def hidden(response):
    found = re.findall(r'name="(token|digest)" value="([^"]+)"', response.content.decode())
    return dict(found)


def test_the_page_previews_and_does_it(learner, page, question, grader, admin):
    attempt = handed_in(learner, page, "bab")
    wish = corrected(question)
    chosen = admin.get(address(question)).content.decode()
    assert "Version 2" in chosen
    preview = admin.get(address(question, wish))
    said = preview.content.decode()
    for text in (
        str(learner),
        "33&nbsp;% → 66&nbsp;%",
        "1 attempt is passed by that.",
        "Mark 1 attempt",
    ):
        assert text in said
    assert AuditEntry.objects.filter(action="previewed_regrade", about=learner).exists()
    sent = hidden(preview) | {"reason": ""}
    refused = admin.post(address(question, wish), sent)
    assert refused.status_code == 422
    done = admin.post(address(question, wish), sent | {"reason": WHY})
    assert done.status_code == 302
    assert agrees(attempt).passed
    again = admin.post(address(question, wish), sent | {"reason": WHY})
    assert again.status_code == 302
    assert Regrade.objects.count() == 1
    log = admin.get(address(question)).content.decode()
    assert WHY in log
    assert str(grader) in log
    assert (
        "by version 2"
        in admin.get(
            reverse(question.snippet_viewset.get_url_name("history"), args=[question.pk])
        ).content.decode()
    )


def test_a_stale_preview_is_shown_anew_with_what_was_written(
    learner, stranger, page, question, admin
):
    handed_in(learner, page, "bab")
    wish = corrected(question)
    preview = admin.get(address(question, wish))
    sent = hidden(preview) | {"reason": WHY, "digest": "0" * 64}
    stale = admin.post(address(question, wish), sent)
    assert stale.status_code == 409
    said = stale.content.decode()
    assert "Something changed since you looked" in said
    assert WHY in said
    assert not Regrade.objects.exists()
    done = admin.post(address(question, wish), hidden(stale) | {"reason": WHY})
    assert done.status_code == 302


def test_a_question_of_another_kind_marks_nothing(learner, page, question, admin):
    wish = corrected(question)
    question.kind = "multiple"
    question.save()
    newest = question.versions.order_by("-number").first()
    response = admin.get(address(question, Wish(wish.sources, newest)))
    assert response.status_code == 422
    for wrong in ("sources=x&target=1", "target=999999", f"target={newest.pk}&quiz=999"):
        assert admin.get(f"{address(question)}?{wrong}").status_code == 422


@pytest.mark.parametrize("codenames", [["access_admin"], ["access_admin", "mark_attempt"]])
def test_without_the_permission_there_is_no_page(question, codenames):
    client = Client(headers={"accept-language": "en"})
    client.force_login(may(UserFactory(), *codenames))
    response = client.get(address(question))
    assert response.status_code == 302
    assert response.url == reverse("wagtailadmin_home")


def test_a_question_of_nobody_is_not_found(admin):
    response = admin.get(reverse("assessments_regrade", args=[99999]), follow=True)
    assert response.status_code == 404


def test_the_editors_of_question_and_quiz_lead_there(page, question, grader, admin):
    grader.is_superuser = True
    grader.save()
    corrected(question)
    for record in (question, page.quiz):
        url = reverse(record.snippet_viewset.get_url_name("edit"), args=[record.pk])
        assert reverse("assessments_regrade", args=[question.pk]) in admin.get(url).content.decode()


def test_an_open_answer_keeps_the_points_that_a_person_gave(learner, grader):
    page = quiz_page(QuizFactory(questions=[QuestionFactory(), asked("open")]))
    first = page.quiz.places.first().question
    attempt = begun(learner, page)
    given = [
        Given(1, {"chosen": ["b"]}, actions.form_token(attempt, 1, 0)),
        Given(2, {"text": "I would ask first."}, actions.form_token(attempt, 2, 0)),
    ]
    actions.hand_in(attempt, given)

    points = {"own-part": 2, "no-traces": 2}
    marking.mark(attempt, 2, grader, points, "Good.", uuid.uuid4())
    regraded(grader, corrected(first))
    assert agrees(attempt).total.percent == 100


def test_somebody_who_left_still_has_her_attempts_marked(learner, page, question, grader):
    attempt = handed_in(learner, page, "bab")
    Membership.objects.filter(person=learner).delete()
    learner.delete()
    regraded(grader, corrected(question))
    assert agrees(attempt).passed
    assert not Message.objects.filter(kind="regraded").exists()

"""Two requests at the very same time, on the database that allows them."""

import uuid

from django.utils import timezone

from courses.people.models import AuditEntry, Message
from courses.progress.models import Activity, Subject
from scenarios import sheets
from scenarios.actions import rewind, start_run, take_choice
from scenarios.models import ScenarioRun, Sheet, SheetComment, Turn
from tests.at_once import ON_POSTGRESQL, at_once
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.scenarios.factories import make_page, make_run

pytestmark = ON_POSTGRESQL


def test_two_tabs_at_once_leave_one_turn():
    run = make_run(UserFactory(), make_page())
    outcomes = at_once(
        *[lambda key=key: take_choice(run, key, 1, uuid.uuid4()) for key in ("greet", "push") * 3]
    )
    assert set(outcomes) == {run}
    assert Turn.objects.filter(run=run).count() == 1


def test_two_clicks_at_once_begin_one_run():
    subject, page = Subject.objects.for_user(UserFactory()), make_page()
    outcomes = at_once(*[lambda: start_run(subject, page, uuid.uuid4()) for _click in range(6)])
    assert set(outcomes) == {ScenarioRun.objects.get()}
    assert Activity.objects.filter(verb="started").count() == 1


def test_the_last_choice_twice_at_once_is_one_ending():
    run = make_run(UserFactory(), make_page(), "greet")
    token = uuid.uuid4()
    outcomes = at_once(*[lambda: take_choice(run, "confide", 2, token) for _click in range(4)])
    assert set(outcomes) == {run}
    assert ScenarioRun.objects.get(pk=run.pk).is_over
    assert Activity.objects.filter(verb="finished").count() == 1


def test_a_way_back_and_a_choice_at_once_leave_one_turn():
    run = make_run(UserFactory(), make_page(), "greet", mode="practice")
    outcomes = at_once(
        *[lambda: rewind(run, 0, 2, uuid.uuid4()), lambda: take_choice(run, "ask", 2, uuid.uuid4())]
        * 3
    )
    assert set(outcomes) == {run}
    assert Turn.objects.filter(run=run).count() == 2


def test_a_sheet_sent_and_shared_many_times_at_once_is_one_and_told_once():
    team, today = TeamFactory(), timezone.localdate()
    person = MembershipFactory(team=team).person
    lead = MembershipFactory(team=team, leading=True).person
    run = make_run(person, make_page(), "greet", "confide")

    def send():
        sheet = sheets.write(run, person, ("How?", ""), {1: "Quick."})
        return len(sheets.share(sheet, today))

    assert sorted(at_once(*[send] * 5)) == [0, 0, 0, 0, 1]
    assert (Sheet.objects.count(), SheetComment.objects.count()) == (1, 1)
    assert Message.objects.filter(kind="shared_sheet").count() == 1
    assert AuditEntry.objects.filter(action="shared_sheet").count() == 1

    sheet = Sheet.objects.get()
    outcomes = at_once(*[lambda: sheets.comment(sheet, lead, {1: "Well seen."}, today)] * 5)
    assert outcomes == [None] * 5
    assert SheetComment.objects.filter(author=lead).count() == 1
    assert Message.objects.filter(kind="commented_sheet").count() == 1


def test_a_comment_that_comes_as_the_sheet_is_taken_back_is_whole_or_not_there():
    team, today = TeamFactory(), timezone.localdate()
    person = MembershipFactory(team=team).person
    lead = MembershipFactory(team=team, leading=True).person
    run = make_run(person, make_page(), "greet", "confide")
    sheet = sheets.write(run, person, ("", ""), {})
    sheets.share(sheet, today)
    outcomes = at_once(
        lambda: sheets.take_back(sheet),
        lambda: sheets.comment(sheet, lead, {1: "Well seen."}, today),
    )
    refused = any(isinstance(each, sheets.NotShared) for each in outcomes)
    assert all(each is None or isinstance(each, sheets.NotShared) for each in outcomes)
    assert SheetComment.objects.count() == Message.objects.count() == (0 if refused else 1)

"""Leave is noted by her, or by those who lead or administer her; letters are hers to choose."""

import datetime

import pytest
from django.urls import reverse

from courses.people import leaves
from courses.people.models import AuditEntry, Role
from courses.people.notices import Leave, Muted
from tests.at_once import ON_POSTGRESQL, at_once
from tests.conftest import signed_in
from tests.people.factories import MembershipFactory, UserFactory

DAY = datetime.timedelta(days=1)


def days(today, first, last):
    return {
        "starts_on": today + first * DAY,
        "ends_on": "" if last is None else today + last * DAY,
    }


def test_she_notes_leave_and_is_back_earlier(learner, today):
    client = signed_in(learner)
    assert client.post(reverse("people:leave"), days(today, -2, 10)).status_code == 302
    leave = Leave.objects.get()
    assert (leave.person, leave.noted_by) == (learner, learner)
    assert leaves.away([learner.pk], today) == {learner.pk}
    client.post(reverse("people:leave"), {"end": leave.pk})
    leave.refresh_from_db()
    assert leave.ends_on == today - DAY
    assert leaves.away([learner.pk], today) == set()


def test_leave_that_has_not_begun_is_taken_back(learner, today):
    client = signed_in(learner)
    client.post(reverse("people:leave"), days(today, 3, None))
    client.post(reverse("people:leave"), {"end": Leave.objects.get().pk})
    assert not Leave.objects.exists()


@pytest.mark.parametrize(("first", "last"), [(0, -1), (5, 4), (-9, -3)])
def test_days_that_make_no_sense_are_refused(learner, today, first, last):
    response = signed_in(learner).post(reverse("people:leave"), days(today, first, last))
    assert response.status_code == 422
    assert not Leave.objects.exists()


def test_the_same_days_are_noted_once(learner, today):
    leaves.note_leave(learner, today, today + 5 * DAY, by=learner)
    with pytest.raises(leaves.Overlaps):
        leaves.note_leave(learner, today + 5 * DAY, None, by=learner)
    leaves.note_leave(learner, today + 6 * DAY, None, by=learner)
    response = signed_in(learner).post(reverse("people:leave"), days(today, 2, 3))
    assert response.status_code == 422
    assert Leave.objects.count() == 2


def test_her_lead_and_her_administrator_note_it_and_she_sees_who(learner, lead, team, today):
    chief = MembershipFactory(team=team, role=Role.ADMINISTRATOR, person__first_name="Juris").person
    for number, by in enumerate((lead, chief)):
        address = reverse("people:leave_of", args=[learner.pk])
        response = signed_in(by).post(address, days(today, 10 * number, 10 * number + 2))
        assert response.status_code == 302
    assert AuditEntry.objects.filter(action="noted_leave", about=learner).count() == 2
    page = signed_in(learner).get(reverse("people:leave")).content.decode()
    assert str(lead) in page
    assert str(chief) in page


def test_nobody_else_sees_or_notes_it(learner, stranger, team, today):
    auditor = MembershipFactory(team=team, role=Role.AUDITOR).person
    colleague = MembershipFactory(team=team).person
    for other in (stranger, auditor, colleague, learner):
        address = reverse("people:leave_of", args=[learner.pk])
        assert signed_in(other).get(address).status_code == 404
        assert signed_in(other).post(address, days(today, 0, 1)).status_code == 404
    assert not Leave.objects.exists()


def test_another_persons_leave_is_not_ended(learner, stranger, today):
    leave = leaves.note_leave(learner, today, None, by=learner)
    address = reverse("people:leave")
    assert signed_in(stranger).post(address, {"end": leave.pk}).status_code == 404
    assert signed_in(learner).post(address, {"end": "x" * 40}).status_code == 404
    leave.refresh_from_db()
    assert leave.ends_on is None


def test_letters_are_chosen_and_what_is_needed_stays(learner):
    client = signed_in(learner)
    page = client.get(reverse("people:notices")).content.decode()
    assert page.count('name="mail"') == page.count("checked") > 5
    client.post(reverse("people:notices"), {"mail": ["due_soon", "nonsense"]})
    muted = set(Muted.objects.filter(person=learner).values_list("kind", flat=True))
    assert {"overdue", "marked"} <= muted
    assert not muted & {"assigned", "judged", "extension_answered", "due_soon", "invitation"}
    client.post(reverse("people:notices"), {"mail": [*muted, "due_soon"]})
    assert not Muted.objects.exists()


def test_what_is_about_a_team_is_asked_of_who_leads_one(learner, lead):
    for person, leads in ((learner, False), (lead, True)):
        page = signed_in(person).get(reverse("people:notices")).content.decode()
        assert ('value="late_people"' in page) == leads


def test_pages_cost_the_same_however_much_there_is(learner, today, django_assert_max_num_queries):
    for number in range(5):
        leaves.note_leave(learner, today + 3 * number * DAY, today + 3 * number * DAY, by=learner)
    Muted.objects.bulk_create([Muted(person=learner, kind=str(n)) for n in range(20)])
    client = signed_in(learner)
    for name in ("people:leave", "people:notices"):
        client.get(reverse(name))
        with django_assert_max_num_queries(6):
            client.get(reverse(name))


class TestAtOnce:
    pytestmark = ON_POSTGRESQL

    def test_two_forms_at_once_note_the_days_once(self, today):
        person = UserFactory()
        outcomes = at_once(*[lambda: leaves.note_leave(person, today, None, by=person)] * 3)
        assert sum(isinstance(each, leaves.Overlaps) for each in outcomes) == 2
        assert Leave.objects.count() == 1

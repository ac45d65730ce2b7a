"""A module has parts for prisons and parts for municipalities: each person is asked for hers."""

import datetime
import uuid

import pytest

from certificates.models import Award
from courses import actions
from courses.models import Enrolment
from courses.outline import outline
from courses.people.models import Setting, Team
from courses.progress.models import Standing, Subject
from courses.progress.projection import differences
from courses.reading import after
from courses.roads import Record
from tests.courses.factories import CourseFactory, LessonFactory, PathFactory, require
from tests.people.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """A module of twenty minutes more than its three lessons of ten: both, prison, municipality."""
    page = CourseFactory(title="Ētika", minutes=50)
    for name in ("both", "prison", "municipal"):
        LessonFactory(parent=page, title=name, applies=name, minutes=10)
    require(page)
    return page


def somebody(setting, *more):
    """A learner at work in these settings, and who leads her there."""
    team: Team = TeamFactory(setting=setting)
    learner = MembershipFactory(team=team, setting=setting).person
    for other in more:
        MembershipFactory(team=TeamFactory(setting=other), setting=other, person=learner)
    return learner, MembershipFactory(team=team, leading=True, setting=setting).person, team


def read(person, course, *names):
    for page in course.get_children():
        if page.title in names:
            actions.mark_read(person, page.specific)


def road(person, course, today):
    record = Record(Subject.objects.for_user(person), outline(), today)
    return record.road(record.outline.modules[course.translation_key])


@pytest.mark.parametrize(("hers", "other"), [("prison", "municipal"), ("municipal", "prison")])
def test_a_module_assigned_is_done_with_what_applies_where_she_works(hers, other, course, today):
    learner, lead, team = somebody(hers)
    actions.assign(lead, course, team, None, uuid.uuid4(), today=today)
    read(learner, course, "both")
    assert not road(learner, course, today).is_met
    read(learner, course, hers)
    done = road(learner, course, today)
    assert done.is_met
    assert (done.done, done.total, done.new, done.next) == (2, 2, [], None)
    assert [(step.title, step.state) for step in done.steps if not step.is_asked] == [
        (other, "none")
    ]
    standing = Standing.objects.get(key=course.translation_key)
    assert (standing.done, standing.total) == (2, 2)
    assert differences(today) == []
    facts = Award.objects.get().facts
    assert (facts["parts"], facts["minutes"]) == ({"lesson": 2}, 40)


def test_a_path_asks_for_what_applies_to_its_own_setting(course, today):
    """Also of somebody who works elsewhere, and who is asked for the module twice."""
    learner, lead, team = somebody(Setting.MUNICIPAL)
    path = PathFactory(setting=Setting.PRISON, modules=[course])
    actions.assign(lead, course, team, None, uuid.uuid4(), today=today)
    actions.assign(lead, path, team, None, uuid.uuid4(), today=today)
    assert set(Enrolment.objects.values_list("setting", flat=True)) == {"prison"}
    read(learner, course, "both", "municipal")
    assert not Award.objects.exists()
    read(learner, course, "prison")
    assert set(Award.objects.values_list("kind", flat=True)) == {"module", "path"}
    assert Award.objects.get(kind="path").facts["minutes"] == 40


def test_who_works_in_both_settings_or_takes_a_module_by_herself_does_all_of_it(course, today):
    learner, lead, _team = somebody(Setting.PRISON, Setting.MUNICIPAL)
    other, *_rest = somebody(Setting.PRISON)
    actions.assign(lead, course, learner, None, uuid.uuid4(), today=today)
    for person in (learner, other):
        read(person, course, "both", "prison")
        assert (road(person, course, today).done, road(person, course, today).total) == (2, 3)
        read(person, course, "municipal")
        assert road(person, course, today).is_met


def test_what_applies_elsewhere_is_not_on_the_way(course, today):
    learner, lead, team = somebody(Setting.MUNICIPAL)
    actions.assign(lead, course, team, None, uuid.uuid4(), today=today)
    first, _prison, last = course.get_children()
    read(learner, course, "both")
    assert road(learner, course, today).next.part.key == last.translation_key
    assert after(first.translation_key, road(learner, course, today)) == last.get_url()


def test_a_module_all_about_another_setting_is_taken_whole(today):
    page = CourseFactory()
    LessonFactory(parent=page, applies="prison")
    require(page)
    learner, lead, team = somebody(Setting.MUNICIPAL)
    actions.assign(lead, page, team, None, uuid.uuid4(), today=today)
    assert road(learner, page, today).total == 1
    read(learner, page, *(each.title for each in page.get_children()))
    assert road(learner, page, today).is_met


def test_a_part_for_everybody_now_makes_a_new_version(course, today):
    course.get_children().get(title="municipal").specific.delete()
    (prison,) = course.get_children().filter(title="prison").specific()
    prison.applies = "both"
    prison.save()
    made = actions.update_requirement(course, today)
    assert made.version == 2
    assert [part.get("setting") for part in made.parts] == [None, None]
    assert actions.update_requirement(course, today) is None


def test_the_page_of_a_module_says_which_parts_are_for_whom(client, course, today):
    learner, lead, team = somebody(Setting.PRISON)
    actions.assign(lead, course, team, None, uuid.uuid4(), today=today)
    client.force_login(learner)
    page = client.get(course.get_url()).content.decode()
    assert page.count("Papildus: modulis ir pabeigts arī bez tā") == 1
    rows = page.split('<ol class="part-list plain">')[1].split("</ol>")[0].split("<li>")[1:]
    assert ["Pašvaldība" in row for row in rows] == [False, False, True]
    assert ["Papildus" in row for row in rows] == [False, False, True]


def test_who_was_enrolled_before_settings_goes_on_with_everything(course, today):
    learner, lead, team = somebody(Setting.PRISON)
    actions.assign(lead, course, team, None, uuid.uuid4(), today=today)
    Enrolment.objects.update(setting="")
    read(learner, course, "both", "prison")
    assert road(learner, course, today).total == 3
    assert not Award.objects.exists()
    assert isinstance(road(learner, course, today).touched, datetime.datetime)

"""A learner's own pages: hers work, nobody else's do."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses import actions, panels, resume
from courses.models import Enrolment
from courses.people import audit
from courses.progress.actions import NewEvidence, record
from courses.progress.models import Activity, Competence, Evidence, Subject
from tests.courses.factories import CourseFactory, LessonFactory, PathFactory, require
from tests.progress.factories import ActivityFactory, CompetenceFactory

pytestmark = pytest.mark.django_db
START = "/en/my/"


@pytest.fixture
def day():
    return timezone.localdate()


@pytest.fixture
def competence():
    return CompetenceFactory(
        key="self-care",
        name_en="Self-care",
        levels=[{"level": n, "text": {"lv": f"lv{n}", "en": f"Does {n}."}} for n in range(5)],
    )


@pytest.fixture
def course(competence):
    page = CourseFactory(title="Burnout", minutes=70)
    page.competences.add(competence)
    page.save()
    LessonFactory(title="One", parent=page)
    LessonFactory(title="Two", parent=page)
    require(page)
    return page


@pytest.fixture
def subject(learner):
    return Subject.objects.for_user(learner)


def text(response):
    return " ".join(response.content.decode().split())


def lessons(course):
    return [page.specific for page in course.get_children()]


# Public pages ---------------------------------------------------------------------------


def test_the_front_lists_modules_to_everybody(client, course):
    response = client.get(course.get_parent().get_url())
    assert response.status_code == 200
    assert "Burnout" in text(response)
    assert reverse("account_login") in text(response)


def test_a_private_module_is_not_on_the_front(client, course):
    PageViewRestriction.objects.create(page=course, restriction_type="login")
    assert "Burnout" not in text(client.get(course.get_parent().get_url()))


def test_the_overview_is_open_and_says_nothing_about_a_person(client, course, competence):
    response = client.get(course.get_url())
    assert response.status_code == 200
    assert "bridge" not in response.context
    page = text(response)
    assert "One" in page
    assert 'class="bridge"' not in page
    assert f"next={course.get_url()}" in page


def test_the_overview_shows_a_learner_her_progress(learner, learner_client, course, day):
    actions.mark_read(learner, lessons(course)[0], day)
    page = text(learner_client.get(course.get_url()))
    assert 'class="bridge"' in page
    assert lessons(course)[1].get_url() in page


def test_an_archived_module_says_that_nothing_is_required(learner_client, course):
    course.archived = True
    course.save_revision().publish()
    response = learner_client.get(course.get_url())
    assert "courses/includes/archived.html" in [template.name for template in response.templates]
    response = learner_client.get(lessons(course)[0].get_url())
    assert "courses/includes/archived.html" in [template.name for template in response.templates]


ARCHIVED = {
    "assigned": "This module was assigned to you. It is no longer taught",
    "begun": "nothing more is required of you",
    "finished": "You have finished it",
}


@pytest.mark.parametrize("how", ARCHIVED)
def test_what_a_learner_is_told_when_her_module_is_archived(
    learner, subject, learner_client, course, day, how
):
    path = PathFactory(modules=[course])
    actions.enrol(subject, course, day + datetime.timedelta(days=9))
    actions.enrol(subject, path, day + datetime.timedelta(days=30))
    for lesson in lessons(course)[: {"assigned": 0, "begun": 1, "finished": 2}[how]]:
        actions.mark_read(learner, lesson, day)
    course.archived = True
    course.save_revision().publish()
    response = learner_client.get(START)
    page = text(response)
    assert "“Burnout” is archived" in page
    assert {name for name, said in ARCHIVED.items() if said in page} == {how}
    (card,) = response.context["routes"]
    assert (card["done"], card["total"]) == ((1, 1) if how == "finished" else (0, 0))
    assert card["due_on"] is None
    said = text(learner_client.get(reverse("courses:path", args=[path.key])))
    nothing = "Nothing is asked of you on this path at the moment."
    assert (nothing in said) == (how == "assigned")
    assert (nothing in page) == (how != "finished")
    assert ("Archived: nothing is required" in said) == (how != "assigned")


# Lessons --------------------------------------------------------------------------------


def test_a_lesson_asks_for_signing_in_and_comes_back(client, course):
    url = lessons(course)[0].get_url()
    response = client.get(url)
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={url}"


def test_a_lesson_shows_its_place_in_the_module(learner_client, course):
    response = learner_client.get(lessons(course)[0].get_url())
    assert response.status_code == 200
    assert [crumb["title"] for crumb in response.context["crumbs"]][1:] == ["Burnout", "One"]
    assert response.context["previous"] is None
    assert response.context["next"].title == "Two"
    assert reverse("courses:mark_read", args=[lessons(course)[0].translation_key]) in text(response)


def test_the_way_through_the_module_stands_beside_a_lesson(learner, learner_client, course):
    first, second = lessons(course)
    actions.mark_read(learner, first)
    response = learner_client.get(second.get_url())
    assert response.context["number"] == 2
    steps = [(step["title"], step["state"]) for step in response.context["steps"]]
    assert steps == [("One", "met"), ("Two", "current")]
    page = text(response)
    assert "2. daļa no 2" in page
    assert page.count('aria-current="step"') == 1


def test_an_archived_lesson_has_no_number(learner_client, course):
    lesson = lessons(course)[0]
    lesson.archived = True
    lesson.save()
    response = learner_client.get(lesson.get_url())
    assert response.context["number"] is None
    assert "daļa no" not in text(response).split("<main")[1].split("</h1>")[0]


def test_marking_read_goes_on_to_the_next_part_then_to_the_overview(learner_client, course):
    first, second = lessons(course)
    response = learner_client.post(reverse("courses:mark_read", args=[first.translation_key]))
    assert response["Location"] == second.get_url()
    response = learner_client.post(reverse("courses:mark_read", args=[second.translation_key]))
    assert response["Location"] == course.get_url()
    assert Activity.objects.count() == 2
    learner_client.post(reverse("courses:mark_read", args=[second.translation_key]))
    assert Activity.objects.count() == 2
    assert learner_client.get(first.get_url()).context["read"]


def test_marking_read_is_a_post_of_somebody_signed_in(client, learner_client, course):
    url = reverse("courses:mark_read", args=[lessons(course)[0].translation_key])
    assert learner_client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert not Activity.objects.exists()


def test_what_may_not_be_read_is_not_found(learner_client, course):
    hidden = lessons(course)[0]
    hidden.unpublish()
    private = lessons(course)[1]
    PageViewRestriction.objects.create(
        page=private, restriction_type="password", password="a secret"
    )
    for key in (hidden.translation_key, private.translation_key, uuid.uuid4()):
        response = learner_client.post(reverse("courses:mark_read", args=[key]))
        assert response.status_code == 404
    assert not Activity.objects.exists()


# Start ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["home_dashboard", "profile", "history", "paths"])
def test_own_pages_are_for_signed_in_people(client, learner_client, name):
    url = reverse(f"courses:{name}")
    assert client.get(url).status_code == 302
    assert learner_client.get(url).status_code == 200
    assert learner_client.post(url).status_code == 405


def test_nobody_assigned_yet(learner_client, course):
    response = learner_client.get(START)
    assert "Nothing is assigned to you yet" in text(response)


def test_start_says_where_to_go_on(learner, subject, learner_client, course, day):
    actions.enrol(subject, course, day + datetime.timedelta(days=20))
    response = learner_client.get(START)
    assert "Begin here" in text(response)
    actions.mark_read(learner, lessons(course)[0], day)
    response = learner_client.get(START)
    assert response.context["first"].next.part.title == "Two"
    assert "1 module is waiting for you." in text(response)


def test_an_unfinished_attempt_comes_first(subject, learner_client, course, monkeypatch, day):
    actions.enrol(subject, course)
    second = lessons(course)[1].translation_key

    def finder(asked, keys):
        assert asked == subject
        return {second: resume.Place("/en/attempts/1/", timezone.now(), "question 4 of 14")}

    monkeypatch.setitem(resume._finders, "lesson", finder)
    response = learner_client.get(START)
    assert response.context["first"].next.url == "/en/attempts/1/"
    assert "question 4 of 14" in text(response)


def test_overdue_is_said_without_scolding(subject, learner_client, course, day):
    actions.enrol(subject, course, day - datetime.timedelta(days=3))
    page = text(learner_client.get(START))
    assert "1 module is past its day." in page
    assert "agree a new day with your lead" in page


def test_what_is_new_since_she_finished(learner, subject, learner_client, course, day):
    actions.enrol(subject, course)
    for lesson in lessons(course):
        actions.mark_read(learner, lesson, day)
    LessonFactory(title="Three", parent=course)
    actions.update_requirement(course, day)
    response = learner_client.get(START)
    assert response.context["new_roads"][0].new[0].title == "Three"
    assert response.context["first"] is None
    assert "You have finished all that was assigned to you." in text(response)


def test_an_archived_module_asks_for_nothing_more(subject, learner_client, course, day):
    actions.enrol(subject, course, day - datetime.timedelta(days=3))
    course.archived = True
    course.save_revision().publish()
    response = learner_client.get(START)
    assert response.context["first"] is None
    assert response.context["open_roads"] == []
    assert "“Burnout” is archived" in text(response)
    assert "past its day" not in text(response)


def test_panels_of_other_apps_stand_on_the_start_page(learner_client, monkeypatch):
    seen = []

    def provider(context):
        seen.append(context)
        return []

    monkeypatch.setitem(panels._providers, "dashboard", [provider])
    learner_client.get(START)
    assert set(seen[0]) == {"request", "subject", "today"}


# Paths ----------------------------------------------------------------------------------


def test_a_path_shows_its_modules_and_what_is_coming(subject, learner_client, course):
    path = PathFactory(
        modules=[course], coming=[{"key": "ethics", "title": {"lv": "Ētika", "en": "Ethics"}}]
    )
    url = f"/en/paths/{path.key}/"
    assert "not assigned to you" in text(learner_client.get(url))
    actions.enrol(subject, path)
    page = text(learner_client.get(url))
    assert "Burnout" in page
    assert "Ethics" in page
    assert "not assigned to you" not in page


def test_an_archived_path_is_there_only_for_who_is_on_it(subject, learner_client, course):
    path = PathFactory(modules=[course])
    actions.enrol(subject, path)
    other = PathFactory(archived=True)
    path.archived = True
    path.save()
    assert learner_client.get(reverse("courses:path", args=[path.key])).status_code == 200
    assert learner_client.get(reverse("courses:path", args=[other.key])).status_code == 404
    assert learner_client.get(reverse("courses:path", args=["none"])).status_code == 404


# Competences ----------------------------------------------------------------------------


def show(subject, score, number, **kwargs):
    record(
        subject,
        evidence=[
            NewEvidence(
                "self-care", f"question/{number}", "ab12cd34", f"t/{uuid.uuid4()}", score, **kwargs
            )
        ],
    )


def test_the_profile_says_when_too_little_was_shown(subject, learner_client, course):
    assert "There is no evidence yet." in text(learner_client.get("/en/my/profile/"))
    show(subject, 1, 1)
    page = text(learner_client.get("/en/my/profile/"))
    assert "not enough shown yet" in page
    assert "2 more questions or decisions until the first level" in page


def test_what_no_published_module_is_about_is_coming_and_no_gap_of_hers(
    subject, learner_client, competence, course
):
    url = "/en/my/profile/"
    later = CompetenceFactory(
        key="release", name_en="Release", indicators=[{"key": "a", "text": {"en": "Writes early."}}]
    )
    response = learner_client.get(url)
    assert [row.name for row in response.context["rows"]] == [competence.name_en]
    assert [each.name for each in response.context["coming"]] == ["release"]
    assert "Competences still coming" in text(response)

    page = text(learner_client.get(f"{url}release/"))
    assert "Still coming" in page
    assert "Writes early." in page
    assert "The evidence" not in page
    assert "Still coming" not in text(learner_client.get(f"{url}{competence.key}/"))

    # What she has shown of it all the same is hers to see.
    record(subject, evidence=[NewEvidence("release", "question/1", "ab", "t/1", 1)])
    response = learner_client.get(url)
    assert {row.name for row in response.context["rows"]} == {competence.name_en, later.name_en}
    assert response.context["coming"] == []
    assert "The evidence" in text(learner_client.get(f"{url}release/"))


def test_the_evidence_behind_a_level(subject, learner_client, competence):
    for number in range(6):
        show(subject, 1, number, guess=0.25)
    wrong = Evidence.objects.first()
    show(subject, 1, 0, voids=wrong.pk)
    response = learner_client.get("/en/my/profile/self-care/")
    page = text(response)
    assert response.context["level"] == 2
    assert "Does 2." in page
    assert "What would raise it to level 3" in page
    lines = response.context["lines"]
    assert len(lines) == 7
    assert sum(line["is_voided"] for line in lines) == 1
    assert "Voided" in page
    assert "ab12cd3" in page


def test_an_unknown_competence_is_not_found(learner_client, competence):
    Competence.objects.create(uuid=uuid.uuid4(), key="gone", archived=True)
    assert learner_client.get("/en/my/profile/gone/").status_code == 404
    assert learner_client.get("/en/my/profile/never/").status_code == 404


# History --------------------------------------------------------------------------------


def test_history_is_hers_newest_first_and_in_pages(learner, learner_client, course, stranger):
    subject = Subject.objects.for_user(learner)
    lesson = lessons(course)[0]
    for owner, many in ((subject, 35), (Subject.objects.for_user(stranger), 3)):
        Activity.objects.bulk_create(
            Activity(
                subject=owner,
                verb="read",
                object_kind="lesson",
                object_key=lesson.translation_key,
                origin=f"t/{owner.pk}/{number}",
                happened_at=timezone.now() - datetime.timedelta(days=number),
            )
            for number in range(many)
        )
    response = learner_client.get("/en/my/history/")
    assert response.context["page_obj"].paginator.count == 35
    assert "Read the lesson “One”" in text(response)
    days = [item["day"] for item in response.context["items"]]
    assert days == sorted(days, reverse=True)
    assert len(learner_client.get("/en/my/history/?page=2").context["items"]) == 5


def test_history_names_what_is_no_longer_there(subject, learner_client):
    Activity.objects.create(
        subject=subject,
        verb="passed",
        object_kind="quiz",
        object_key=uuid.uuid4(),
        origin="t",
        happened_at=timezone.now(),
    )
    assert "something that is no longer there" in text(learner_client.get("/en/my/history/"))


def test_of_one_moment_passed_stands_above_finished(subject, learner_client):
    now = timezone.now()
    for verb in ("passed", "finished"):
        ActivityFactory(
            subject=subject, verb=verb, object_kind="quiz", happened_at=now, recorded_at=now
        )
    items = learner_client.get("/en/my/history/").context["items"]
    assert [item["title"].split()[0] for item in items] == ["Passed", "Finished"]


def test_she_sees_who_opened_her_record(learner, learner_client, lead, competence):
    audit.log(lead, "viewed_record", about=learner)
    audit.log(lead, "viewed_competence", about=learner, object_key="self-care")
    audit.log(learner, "viewed_record", about=learner)
    audit.log(lead, "viewed_record", about=lead)
    page = text(learner_client.get("/en/my/history/"))
    assert page.count(str(lead)) == 2
    assert "opened the evidence for “Self-care”" in page


def test_latvian_pages_are_latvian(subject, learner_client, course, day):
    actions.enrol(subject, course, datetime.date(day.year + 1, 3, 5))
    page = text(learner_client.get("/lv/my/"))
    assert f"{day.year + 1}. gada 5. marts" in page


def test_an_enrolment_that_ended_is_not_shown(subject, learner_client, course):
    actions.enrol(subject, course)
    Enrolment.objects.update(ended_at=timezone.now())
    assert "Nothing is assigned to you yet" in text(learner_client.get(START))

"""Erasing a person: her name is nowhere afterwards, the record stays as nobody's."""

import uuid

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from wagtail.users.models import UserProfile

from assessments.actions import finish
from certificates.models import Award, Holder, Paper
from courses.people import invitations
from courses.people.models import AuditEntry, KeptForm, Message, Role, User
from courses.progress.models import Activity, Evidence, Subject
from scenarios import sheets
from tests.assessments.factories import begun
from tests.assessments.factories import quiz_page as make_quiz_page
from tests.certificates.factories import AwardFactory
from tests.courses.factories import CourseFactory, LessonFactory
from tests.people.factories import MembershipFactory, UserFactory
from tests.scenarios.factories import make_page, make_run

WORDS = ("Skaidrīte", "Ķimene", "skaidrite", "kimene")
SAID = "a long enough secret"


@pytest.fixture
def person(team):
    return MembershipFactory(
        team=team,
        person__first_name="Skaidrīte",
        person__last_name="Ķimene",
        person__username="skaidrite.kimene",
        person__email="skaidrite@kimene.example",
    ).person


@pytest.fixture
def root_client(db):
    client = Client()
    client.force_login(UserFactory(username="root", is_superuser=True))
    return client


def everywhere():
    """Every model and field that holds one of her words."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed:
            continue
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._base_manager.values_list(*names):
            for name, value in zip(names, row, strict=True):
                if any(word in str(value) for word in WORDS):
                    found.add(f"{model._meta.label}.{name}")
    return found


def as_(person):
    client = Client()
    client.force_login(person)
    return client


def erase(client, person):
    response = client.post(f"/admin/users/delete/{person.pk}/")
    assert response.status_code == 302
    assert not User.objects.filter(pk=person.pk).exists()


@pytest.fixture
def lived(person, lead, team, root_client, settings, django_capture_on_commit_callbacks):
    """She has done and been through everything that writes something about somebody down."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    page = make_quiz_page()
    finish(begun(person, page))
    run = make_run(person, make_page(), "push", "leave")
    sheet = sheets.write(run, person, ("Am I Ķimene the quick?", ""), {1: "Skaidrīte again."})
    sheets.share(sheet, timezone.localdate())
    sheets.comment(sheet, lead, {1: "Skaidrīte, look once more."}, timezone.localdate())
    module = CourseFactory()
    LessonFactory(parent=module)
    with django_capture_on_commit_callbacks(execute=True):
        her, leads = as_(person), as_(lead)
        data = {"email": "other@kimene.example", "password": SAID}
        assert her.post("/en/my/account/email/", data).status_code == 302
        Client().post("/en/account/password/reset/", {"email": person.email})
        assert leads.get(f"/en/people/{person.pk}/").status_code == 200
        chosen = {"target": f"module:{module.translation_key}", "whom": f"person:{person.pk}"}
        note = {"note": "Skaidrīte has had a hard time.", "token": str(uuid.uuid4())}
        sent = leads.post("/en/assign/", chosen | note | {"due_on": "", "confirm": "yes"})
        assert sent.status_code == 302
        invitations.invite_again(person, team=team, by=lead, printed=False, token=uuid.uuid4())
        administrator = as_(MembershipFactory(team=team, role=Role.ADMINISTRATOR).person)
        changed = {"first_name": "Skaidrīte", "last_name": "Ķimene-Ozola", "language": "lv"}
        administrator.post(
            f"/en/administration/people/{person.pk}/change/",
            changed | {"email": "new@kimene.example"},
        )
        root_client.post(
            f"/admin/users/edit/{person.pk}/",
            changed | {"username": "skaidrite.kimene", "email": "n@kimene.example", "is_active": 1},
        )
        place = person.memberships.get()
        form = {"person": person.pk, "team": team.pk, "role": "learner", "setting": "prison"}
        root_client.post(f"/admin/memberships/edit/{place.pk}/", form | {"starts_on": "2026-02-01"})
        gone = MembershipFactory(person=person, team=team)
        root_client.post(f"/admin/memberships/delete/{gone.pk}/")
    KeptForm.objects.create(person=person, path="/", fields={"note": ["Skaidrīte here"]})
    profile = UserProfile.get_for_user(person)
    profile.avatar.save("kimene.png", ContentFile(b"not looked at"))
    award = AwardFactory(subject=person.subject, name="Skaidrīte Ķimene")
    name = default_storage.save("certificates/paper.pdf", ContentFile(b"a paper"))
    Paper.objects.create(award=award, language="lv", file=name)
    return person


def test_what_is_searched_for_was_there(lived):
    """Otherwise finding nothing afterwards would prove nothing."""
    assert everywhere() >= {
        "people.User.first_name",
        "people.User.email",
        "people.KeptForm.fields",
        "courses.Assignment.note",
        "people.Message.context",
        "scenarios.Sheet.first_question",
        "scenarios.SheetComment.text",
        "certificates.Holder.name",
        "wagtailcore.ModelLogEntry.label",
        "django_tasks_database.DBTaskResult.args_kwargs",
    }


def test_her_name_is_nowhere_afterwards(lived, root_client, django_capture_on_commit_callbacks):
    files = [UserProfile.objects.get(user=lived).avatar.name, Paper.objects.get().file.name]
    assert all(default_storage.exists(name) for name in files)
    with django_capture_on_commit_callbacks(execute=True):
        erase(root_client, lived)
    assert everywhere() == set()
    assert not Holder.objects.exists()
    assert not Paper.objects.exists()
    assert not any(default_storage.exists(name) for name in files)


def test_the_record_stays_as_nobodys(lived, root_client):
    subject = lived.subject
    kept = (Activity.objects.count(), Evidence.objects.count(), Award.objects.count())
    assert min(kept) > 0
    erase(root_client, lived)
    assert Subject.objects.get(pk=subject.pk).person is None
    assert kept == (Activity.objects.count(), Evidence.objects.count(), Award.objects.count())
    assert Evidence.objects.filter(subject=subject).exists()


def test_who_erased_somebody_is_on_record_and_whom_is_not(lived, team, root_client):
    erase(root_client, lived)
    entry = AuditEntry.objects.get(action="erased_person")
    assert (entry.actor.username, entry.about) == ("root", None)
    assert entry.detail == {"person": lived.pk}
    overseer = as_(MembershipFactory(team=team, role=Role.AUDITOR).person)
    assert "erased a person" in overseer.get("/en/administration/log/").content.decode()


def test_several_at_once_are_on_record_too(team, root_client):
    people = [MembershipFactory(team=team).person for _each in range(2)]
    query = "&".join(f"id={person.pk}" for person in people)
    root_client.post(f"/admin/bulk/people/user/delete/?{query}")
    assert not User.objects.filter(pk__in=[person.pk for person in people]).exists()
    entries = AuditEntry.objects.filter(action="erased_person")
    assert {entry.detail["person"] for entry in entries} == {person.pk for person in people}
    assert {entry.actor.username for entry in entries} == {"root"}


def test_a_lead_who_is_erased_is_no_longer_named_to_those_she_led(
    learner, team, root_client, django_capture_on_commit_callbacks
):
    lead = MembershipFactory(
        team=team, leading=True, person__first_name="Skaidrīte", person__last_name="Ķimene"
    ).person
    module = CourseFactory()
    LessonFactory(parent=module)
    chosen = {"target": f"module:{module.translation_key}", "whom": f"person:{learner.pk}"}
    with django_capture_on_commit_callbacks(execute=True):
        as_(lead).post(
            "/en/assign/",
            chosen | {"note": "", "due_on": "", "token": str(uuid.uuid4()), "confirm": "yes"},
        )
        invitations.invite_again(learner, team=team, by=lead, printed=False, token=uuid.uuid4())
    assert "people.Message.context" in everywhere()
    erase(root_client, lead)
    assert everywhere() == set()
    assert Message.objects.filter(recipient=learner).count() == 2
    for language, said in (("en", "account is closed"), ("lv", "konts ir slēgts")):
        from courses.people.messages import context_of

        for message in Message.objects.filter(recipient=learner):
            assert said in context_of(message, language)["by"]

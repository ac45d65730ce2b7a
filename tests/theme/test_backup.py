"""A site in a file, and back again: the same rows, files, refusals and numbers, or nothing at all."""

import hashlib
import io
import json
import zipfile
from fractions import Fraction

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from wagtail.rich_text import RichText

from assessments.models import Attempt
from certificates.models import Award
from courses.actions import mark_read
from courses.models import LessonPage
from courses.people import audit
from courses.people.models import User
from courses.progress.actions import NewEvidence, record
from courses.progress.models import Evidence, Standing, Subject
from scenarios.models import ScenarioRun
from tests.assessments.factories import begun, lesson_page
from tests.people.factories import UserFactory
from tests.progress.factories import CompetenceFactory, RequirementFactory
from tests.scenarios.factories import make_run
from theme.backup import LEFT_OUT, BackupError, backup, kept_models, media_names
from theme.restore import FROM_MIGRATIONS, restore

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_files_are_left():
    yield
    _delete_files()


def _delete_files():
    for name in list(media_names()):
        default_storage.delete(name)


def _numbers_begin_anew():
    """PostgreSQL keeps its sequences when a transaction is undone."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('people_user', 'id'), 1, false)")


def everything():
    """Every row of every table an archive holds."""
    return {
        label: list(model._base_manager.order_by("pk").values())
        for label, model in kept_models().items()
    }


def a_site():
    """A person who began a quiz and a story, and finished a module and has its certificate."""
    person = UserFactory(first_name="Ģirts", last_name="Ņikitins")
    CompetenceFactory(key="self-care")
    begun(person)
    make_run(person)
    lesson = lesson_page(body=[("text", RichText("<p>Šķēršļi</p>"))])
    part = {"verb": "read", "kind": "lesson", "key": str(lesson.translation_key)}
    RequirementFactory(key=lesson.get_parent().specific.translation_key, parts=[part])
    mark_read(person, lesson)
    subject = Subject.objects.get(person=person)
    record(subject, evidence=[NewEvidence("self-care", "question/1", "1", "a", Fraction(1, 3))])
    audit.log(person, "viewed_record", about=person, detail={"ā": [1, None]})
    default_storage.save("images/tilts.png", ContentFile(b"\x89PNG"))
    return person


@pytest.fixture
def archive(tmp_path):
    """What was backed up, and the file; the database is empty again."""
    path = tmp_path / "site.zip"
    with transaction.atomic():
        a_site()
        gone = UserFactory()
        last = gone.pk
        gone.delete()
        rows = everything()
        backup(path)
        transaction.set_rollback(True)
    _delete_files()
    _numbers_begin_anew()
    assert not User.objects.exists()
    return path, rows, last


def test_a_restored_site_is_the_same_site(archive):
    path, rows, _last = archive
    said = io.StringIO()
    call_command("restore", str(path), stdout=said)
    assert everything() == rows
    assert "follows from the record" in said.getvalue()
    assert default_storage.open("images/tilts.png").read() == b"\x89PNG"
    for model in (Standing, Award, Attempt, ScenarioRun):
        assert model.objects.exists(), model
    assert "Šķēršļi" in str(LessonPage.objects.get().body)


def test_after_it_the_logs_refuse_and_no_number_is_given_twice(archive):
    path, _rows, last = archive
    restore(path)
    for change in (Evidence.objects.all().delete, lambda: Evidence.objects.update(score=0)):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert UserFactory().pk == last + 1


def test_a_site_with_anything_in_it_is_left_alone(archive):
    path, _rows, _last = archive
    UserFactory()
    before = everything()
    with pytest.raises(CommandError, match=r"not empty: there is something in people\.user"):
        call_command("restore", str(path))
    assert everything() == before


def test_files_of_another_site_are_left_alone(archive):
    default_storage.save("images/other.png", ContentFile(b"other"))
    with pytest.raises(BackupError, match=r"it has the file images/other\.png"):
        restore(archive[0])


def damaged(path, change):
    """The archive with its parts changed, `change` taking and giving {name: bytes}."""
    with zipfile.ZipFile(path) as archive:
        parts = change({name: archive.read(name) for name in archive.namelist()})
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def without_a_row(parts):
    name = "tables/progress.evidence.jsonl"
    return parts | {name: b"\n".join(parts[name].splitlines()[1:])}


def without_a_file(parts):
    return {name: data for name, data in parts.items() if not name.startswith("media/")}


def of_another_version(parts):
    manifest = json.loads(parts["manifest.json"])
    manifest["migrations"].append("people.9999_from_later")
    return parts | {"manifest.json": json.dumps(manifest)}


def with_a_person_missing(parts):
    """Sound by its checksums, yet rows name somebody who is not there."""
    name, manifest = "tables/people.user.jsonl", json.loads(parts["manifest.json"])
    manifest["tables"]["people.user"]["sha256"] = hashlib.sha256(b"").hexdigest()
    return parts | {name: b"", "manifest.json": json.dumps(manifest)}


@pytest.mark.parametrize(
    ("change", "why", "says"),
    [
        (without_a_row, BackupError, "evidence.jsonl is not what was written"),
        (without_a_file, BackupError, "parts missing"),
        (lambda parts: {"other.txt": b""}, BackupError, "no manifest"),
        (of_another_version, BackupError, "people.9999_from_later"),
        (with_a_person_missing, IntegrityError, None),
    ],
)
def test_what_is_damaged_brings_nothing_back(archive, change, why, says):
    path, _rows, _last = archive
    damaged(path, change)
    before = everything()
    with pytest.raises(why, match=says), transaction.atomic():
        restore(path)
    assert everything() == before
    assert list(media_names()) == []


def test_a_storage_that_names_files_its_own_way_brings_nothing_back(archive, monkeypatch):
    """The rows would name a file that is not there: they go again, and so does the file."""
    monkeypatch.setattr(
        default_storage._wrapped, "get_available_name", lambda name, **_: f"x{name}"
    )
    before = everything()
    with pytest.raises(BackupError, match="calls images/tilts.png otherwise"):
        restore(archive[0])
    assert everything() == before
    assert list(media_names()) == []


def test_every_table_is_kept_or_named_as_left_out():
    models = {
        model._meta.label_lower: model for model in apps.get_models(include_auto_created=True)
    }
    known = {
        model._meta.db_table
        for label, model in models.items()
        if label in {*kept_models(), *LEFT_OUT}
    }
    # The search index is several tables on SQLite.
    tables = {
        name
        for name in connection.introspection.table_names()
        if not name.startswith("wagtailsearch_")
    }
    assert tables - known == {"django_migrations"}
    assert set(kept_models()) >= FROM_MIGRATIONS


def test_no_secret_of_the_installation_and_nobody_who_is_signed_in_is_inside(archive, settings):
    path, _rows, _last = archive
    with zipfile.ZipFile(path) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
        assert not [name for name in archive.namelist() if "session" in name]
    assert settings.SECRET_KEY.encode() not in text
    assert path.stat().st_mode & 0o077 == 0


def test_an_archive_that_is_there_is_never_written_over(archive):
    path, _rows, _last = archive
    before = path.read_bytes()
    with pytest.raises(CommandError, match="already there"):
        call_command("backup", str(path))
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir()] == [path.name]


@pytest.mark.django_db(transaction=True)
def test_a_site_that_goes_on_is_backed_up_as_it_was_at_one_moment(tmp_path):
    """Here the command holds a moment of its own, and the database is usable afterwards."""
    UserFactory()
    call_command("backup", str(tmp_path / "site.zip"), stdout=io.StringIO())
    assert not connection.in_atomic_block
    assert UserFactory().pk

"""Competences, modules, requirements and paths: from a pack, back to it, and what is refused."""

import datetime
import shutil
from pathlib import Path as Folder

import pytest
from django.conf import settings
from django.utils import timezone

from content.packs import runner
from content.packs.registry import PackError
from courses.models import CoursePage, LessonPage, Path
from courses.progress.models import Competence, Requirement

pytestmark = pytest.mark.django_db
TILTS = Folder(settings.BASE_DIR) / "content" / "packs" / "tilts"
OURS = ("competences.toml", "paths.toml", "module.toml", ".md")


@pytest.fixture
def pack(tmp_path):
    """A copy of the real pack that a test may spoil."""
    folder = tmp_path / "tilts"
    shutil.copytree(TILTS, folder)
    return folder


def edit(pack, file, old, new):
    path = pack / file
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")


def problems(pack):
    with pytest.raises(PackError) as caught:
        runner.load(pack)
    assert not CoursePage.objects.exists()
    assert not Competence.objects.exists()
    return "\n".join(str(problem) for problem in caught.value.problems)


def test_what_is_dumped_is_what_was_loaded(pack, tmp_path):
    runner.load(pack)
    wanted = runner.canonical(pack)
    dumped = runner.dump(tmp_path / "out")
    for name, text in wanted.items():
        if name.endswith(OURS) and not name.startswith("pages/"):
            assert dumped[name] == text, name


def test_a_second_load_changes_nothing(pack):
    runner.load(pack)
    report = runner.load(pack)
    assert not report.created
    assert not report.updated
    assert not report.archived
    assert Requirement.objects.filter(version__gt=1).count() == 0


def test_parts_stand_as_the_module_lists_them_and_are_asked_for_so(pack):
    runner.load(pack)
    for course in CoursePage.objects.all():
        keys = [page.specific.key for page in course.get_children()]
        assert keys == [
            "three-strains",
            "what-feeds-burnout",
            "eight-habits",
            "supervision",
            "friday-request",
            "flat-voice",
            "quiz",
        ]
    requirement = Requirement.objects.get(kind="module")
    assert [part["kind"] for part in requirement.parts] == ["lesson"] * 4 + ["scenario"] * 2 + [
        "quiz"
    ]
    # A path has asked for the module since then.
    assert requirement.effective_from == datetime.date(2026, 9, 1)


def test_a_part_that_vanished_is_archived_and_asked_for_no_longer(pack):
    runner.load(pack)
    for code in ("lv", "en"):
        (pack / f"modules/burnout/04-supervision.{code}.md").unlink()
        # Nothing may lead there any more.
        for file in pack.rglob(f"*.{code}.md"):
            text = file.read_text(encoding="utf-8")
            file.write_text(
                text.replace("(page:burnout/supervision)", "(page:burnout)"), encoding="utf-8"
            )
    edit(pack, "modules/burnout/module.toml", ', "supervision"]', "]")
    quiz = pack / "modules/burnout/quiz.toml"
    text = quiz.read_text(encoding="utf-8")
    quiz.write_text(text.replace('"burnout/supervision"', '"burnout/eight-habits"'), "utf-8")

    runner.load(pack)
    assert LessonPage.objects.filter(key="supervision", archived=True, live=True).count() == 2
    latest = Requirement.objects.filter(kind="module").latest("version")
    assert (latest.version, len(latest.parts)) == (2, 6)
    assert latest.effective_from == timezone.localdate()


def test_a_competence_that_changed_is_updated_and_one_that_vanished_archived(pack):
    runner.load(pack)
    edit(pack, "competences.toml", 'name.en = "Self-care and supervision"', 'name.en = "Care"')
    report = runner.load(pack)
    assert report.updated == ["competence self-care"]
    assert Competence.objects.get(key="self-care").name_en == "Care"
    uuid = Competence.objects.get(key="self-care").uuid

    Competence.objects.create(uuid=uuid.__class__(int=1), key="of-another-pack")
    Path.objects.filter(key="onboarding-prison").update(archived=True)
    report = runner.load(pack)
    assert report.updated == ["path onboarding-prison"]
    assert not Competence.objects.get(key="of-another-pack").archived


def test_a_path_gets_new_versions_and_old_ones_stay(pack):
    runner.load(pack)
    new = """[[paths.versions]]
version = 2
effective_from = 2026-12-01
modules = ["burnout"]

[[paths.coming]]
key = "casework\""""
    edit(pack, "paths.toml", '[[paths.coming]]\nkey = "casework"', new)
    report = runner.load(pack)
    assert "requirement onboarding-municipal, version 2" in report.created
    path = Path.objects.get(key="onboarding-municipal")
    assert list(Requirement.objects.filter(key=path.uuid).values_list("version", flat=True)) == [
        1,
        2,
    ]

    edit(pack, "paths.toml", "effective_from = 2026-09-01", "effective_from = 2026-09-02")
    with pytest.raises(PackError, match="is in force already and cannot be changed"):
        runner.load(pack)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("competences.toml", 'key = "self-care"', 'key = "Self care"', "competences"),
        ("competences.toml", 'name.en = "Self-care and supervision"\n', "", "name.en: is missing"),
        ("competences.toml", "level = 4", "level = 5", "the five from 0 to 4"),
        ("competences.toml", "order = 50", 'order = "x"', "order: is a whole number"),
        ("competences.toml", "order = 20", "order = 99", "from the lowest order up"),
        ("competences.toml", 'key = "self-care"', 'key = "ethics"', "this key stands twice"),
        ("competences.toml", 'key = "ethics"', 'key = "ethics"\ncolour = 1', "is not known here"),
        ("modules/burnout/module.toml", 'key = "burnout"', 'key = "other"', "folder's name"),
        ("modules/burnout/module.toml", '"alliance"', '"courage"', "there is no 'courage'"),
        ("modules/burnout/module.toml", 'slug.en = "preventing-burnout"', 'slug.en = "Nē"', "slug"),
        ("modules/burnout/module.toml", '"flat-voice"', '"loud-voice"', "no scenario-loud-voice"),
        ("modules/burnout/module.toml", '"eight-habits", ', "", "does not list the lesson"),
        ("modules/burnout/module.toml", '"supervision"]', '"more"]', "there is no lesson 'more'"),
        ("modules/burnout/module.toml", "about.en =", "above.en =", "about.en: is missing"),
        ("modules/burnout/03-eight-habits.lv.md", 'key = "eight-habits"', "", "key"),
        ("modules/burnout/03-eight-habits.lv.md", "minutes = 12", "minutes = 0", "minutes"),
        ("modules/burnout/03-eight-habits.en.md", "::: callout", "::: call-out", "no block"),
        ("paths.toml", 'setting = "prison"', 'setting = "moon"', "setting: is one of"),
        ("paths.toml", 'modules = ["burnout"]', 'modules = ["none"]', "there is no 'none'"),
        ("paths.toml", "version = 1", "version = 3", "versions count from 1"),
        ("paths.toml", "effective_from = 2026-09-01", 'effective_from = "soon"', "is a date"),
    ],
)
def test_a_broken_pack_loads_nothing_and_says_where(pack, file, old, new, said):
    edit(pack, file, old, new)
    found = problems(pack)
    assert said in found
    assert Folder(file).name in found


def test_a_lesson_without_its_translation_is_refused(pack):
    (pack / "modules/burnout/02-what-feeds-burnout.en.md").unlink()
    assert "there is no lesson 'what-feeds-burnout' in en" in problems(pack)

"""Competences, modules, requirements and paths: from a pack, back to it, and what is refused."""

import datetime
from pathlib import Path as Folder

import pytest
from django.utils import timezone

from content.packs import runner
from content.packs.registry import PackError
from courses.models import CoursePage, LessonPage, Path
from courses.progress.models import Competence, Requirement

pytestmark = pytest.mark.django_db
OURS = ("competences.toml", "paths.toml", "module.toml", ".md")


def both(name, text):
    return f'{name}.lv = "{text} (lv)"\n{name}.en = "{text}"\n'


def competence(key, order):
    levels = "".join(
        f"[[competences.levels]]\nlevel = {n}\n{both('text', f'Does {n}')}" for n in range(5)
    )
    return (
        f'[[competences]]\nkey = "{key}"\norder = {order}\n{both("name", key.title())}'
        f"{both('description', 'What it is')}"
        f'[[competences.indicators]]\nkey = "sees"\n{both("text", "Sees it")}{levels}\n'
    )


def lesson(key, code):
    return f"""+++
key = "{key}"
title = "{key.title()} ({code})"
slug = "{key}-{code}"
summary = "What it says."
minutes = 10
settings = ["prison", "municipal"]
competences = ["self-care", "ethics"]
+++

::: text {{#why}}
Some words, and [another lesson](page:burnout/habits).
:::
"""


MODULE = f"""key = "burnout"
order = 150
minutes = 70
settings = ["prison", "municipal"]
competences = ["self-care", "ethics"]
lessons = ["strains", "fuel", "habits"]
{both("title", "Burnout")}{both("summary", "How to notice it")}
slug.lv = "izdegsana"
slug.en = "burnout"
about.lv = "Par ko tas ir."
about.en = "What it is about."
"""


def path(key, setting):
    return f"""[[paths]]
key = "{key}"
setting = "{setting}"
{both("title", key)}{both("summary", "What comes first")}
[[paths.versions]]
version = 1
effective_from = 2026-09-01
modules = ["burnout"]

[[paths.coming]]
key = "{setting}-ethics"
{both("title", "Ethics")}
"""


@pytest.fixture
def pack(tmp_path):
    """A small pack of what courses load: two competences, a module of three lessons, two paths."""
    folder = tmp_path / "small"
    files = {
        "pack.toml": 'uuid = "6f0f8f0e-0c2b-4a53-9a62-7d3f7c1f9a11"\nkey = "small"\nversion = "1"\n'
        f'languages = ["lv", "en"]\n{both("title", "Small")}',
        "competences.toml": competence("ethics", 20) + competence("self-care", 50),
        "paths.toml": path("onboarding-prison", "prison")
        + path("onboarding-municipal", "municipal"),
        "modules/burnout/module.toml": MODULE,
        **{
            f"modules/burnout/{number:02}-{key}.{code}.md": lesson(key, code)
            for number, key in enumerate(("strains", "fuel", "habits"), 1)
            for code in ("lv", "en")
        },
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
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
        assert [page.specific.key for page in course.get_children()] == [
            "strains",
            "fuel",
            "habits",
        ]
    requirement = Requirement.objects.get(kind="module")
    assert [part["verb"] for part in requirement.parts] == ["read"] * 3
    # A path has asked for the module since then.
    assert requirement.effective_from == datetime.date(2026, 9, 1)


def test_a_new_part_stands_where_the_module_lists_it(pack):
    runner.load(pack)
    edit(pack, "modules/burnout/module.toml", '"fuel"', '"new", "fuel"')
    for code in ("lv", "en"):
        (pack / f"modules/burnout/09-new.{code}.md").write_text(lesson("new", code), "utf-8")
    runner.load(pack)
    for course in CoursePage.objects.all():
        keys = [page.specific.key for page in course.get_children()]
        assert keys == ["strains", "new", "fuel", "habits"]


def test_a_part_that_vanished_is_archived_and_asked_for_no_longer(pack):
    runner.load(pack)
    edit(pack, "modules/burnout/module.toml", '"fuel", ', "")
    for code in ("lv", "en"):
        (pack / f"modules/burnout/02-fuel.{code}.md").unlink()
    runner.load(pack)
    assert LessonPage.objects.filter(key="fuel", archived=True, live=True).count() == 2
    latest = Requirement.objects.filter(kind="module").latest("version")
    assert (latest.version, len(latest.parts)) == (2, 2)
    assert latest.effective_from == timezone.localdate()


def test_a_competence_that_changed_is_updated_and_one_that_vanished_archived(pack):
    runner.load(pack)
    edit(pack, "competences.toml", 'name.en = "Self-Care"', 'name.en = "Care"')
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
key = "municipal-ethics\""""
    edit(pack, "paths.toml", '[[paths.coming]]\nkey = "municipal-ethics"', new)
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
        ("competences.toml", 'name.en = "Self-Care"', "", "name.en: is missing"),
        ("competences.toml", "level = 4", "level = 5", "the five from 0 to 4"),
        ("competences.toml", "order = 50", 'order = "x"', "order: is a whole number"),
        ("competences.toml", "order = 20", "order = 99", "from the lowest order up"),
        ("competences.toml", 'key = "self-care"', 'key = "ethics"', "this key stands twice"),
        ("competences.toml", 'key = "ethics"', 'key = "ethics"\ncolour = 1', "is not known here"),
        ("modules/burnout/module.toml", 'key = "burnout"', 'key = "other"', "folder's name"),
        ("modules/burnout/module.toml", '"ethics"]', '"courage"]', "there is no 'courage'"),
        ("modules/burnout/module.toml", 'slug.en = "burnout"', 'slug.en = "Nē"', "slug"),
        ("modules/burnout/module.toml", "minutes", 'scenarios = ["x"]\nminutes', "scenario-x"),
        ("modules/burnout/module.toml", '"fuel", ', "", "does not list the lesson"),
        ("modules/burnout/module.toml", '"habits"]', '"more"]', "there is no lesson 'more'"),
        ("modules/burnout/module.toml", "about.en =", "above.en =", "about.en: is missing"),
        ("modules/burnout/03-habits.lv.md", 'key = "habits"', "", "key"),
        ("modules/burnout/03-habits.lv.md", "minutes = 10", "minutes = 0", "minutes"),
        ("modules/burnout/03-habits.en.md", "::: text", "::: texts", "no block"),
        ("modules/burnout/03-habits.en.md", "burnout/habits", "burnout/none", "burnout/none"),
        ("modules/burnout/03-habits.en.md", "{#why}", "{#how}", "line"),
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
    (pack / "modules/burnout/02-fuel.en.md").unlink()
    assert "there is no lesson 'fuel' in en" in problems(pack)

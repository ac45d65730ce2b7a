"""Stories in packs: what is refused, loaded once, offered beside an editor's change, and dumped."""

import tomllib
import uuid

import pytest
from django.conf import settings

from content.keys import TILTS_PACK, item_uuid
from content.packs.links import SitePaths, locale_of
from content.packs.pages import home, save_page
from content.packs.plain import plain_fields
from content.packs.registry import Pack, Report
from content.packs.tables import dump_toml, parse
from content.versions import digest
from courses.models import CoursePage
from courses.progress.models import Competence, Subject
from scenarios.actions import start_run, take_choice
from scenarios.data import whole
from scenarios.engine import build, replay
from scenarios.lint import explore, lint
from scenarios.models import ScenarioPage, ScenarioRun, Story
from scenarios.packs import Stories, story_in
from tests.progress.factories import CompetenceFactory
from tests.scenarios.factories import DRAWING, both, full, rewrite, sample

FILE = "modules/burnout/scenario-door.toml"
REAL = sorted((settings.BASE_DIR / "content/packs/tilts").glob("modules/*/scenario-*.toml"))


def row(**changes):
    story = sample() | {
        "slug": {"lv": "durvis", "en": "the-door"},
        "minutes": 8,
        "settings": ["prison", "municipal"],
    }
    return parse(dump_toml(story | changes), FILE)


def pack_of(*rows, **module):
    tables = {
        "competences.toml": {"competences": [{"key": "alliance"}]},
        "modules/burnout/module.toml": {
            "key": "burnout",
            "lessons": [],
            "scenarios": [item["key"] for item in rows],
        }
        | module,
    }
    tables |= {f"modules/burnout/scenario-{item['key']}.toml": item for item in rows}
    return Pack(
        uuid=TILTS_PACK,
        key="tilts",
        files={name: dump_toml(table) for name, table in tables.items()},
        tables=tables,
    )


def problems(pack):
    return [str(problem) for problem in Stories().check(pack)]


@pytest.fixture
def module(db):
    """The module's page in both languages, as the courses' handler makes it."""
    CompetenceFactory(key="alliance")
    for code in ("lv", "en"):
        save_page(
            Report(),
            model=CoursePage,
            path="burnout",
            locale=locale_of(code),
            parent=home(code),
            title="Burnout",
            slug="burnout",
            fields={},
            translation_key=item_uuid("page", "burnout"),
        )


def load(pack):
    assert problems(pack) == []
    report = Report(pack=pack)
    Stories().load(pack, report)
    return report


# Checks -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_sound_file_passes():
    assert problems(pack_of(row())) == []


def first(data, **changes):
    data["scenes"][0]["choices"][0].update(changes)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda d: first(d, to="attic"),
            f"{FILE}: scenes.door.choices.greet.to: leads nowhere: there is no scene or ending “attic”",
        ),
        (
            lambda d: first(d, guard="trust >= 5 and"),
            f"{FILE}: scenes.door.choices.greet.guard: column 15: the text ends too early",
        ),
        (
            lambda d: first(d, guard="luck > 1"),
            "scenes.door.choices.greet.guard: column 1: there is no variable “luck”",
        ),
        (lambda d: first(d, key="push"), "scenes.door.choices.push.key: stands here 2 times"),
        (lambda d: d["scenes"][2]["text"].pop("en"), "scenes.window.text.en: the text is missing"),
        (lambda d: first(d, remark={}), "scenes.door.choices.greet.remark.lv"),
        (
            lambda d: first(d, competences=[{"key": "flying", "weight": 1.0}]),
            "there is no competence “flying”",
        ),
        (
            lambda d: [c.update(guard="trust >= 5") for c in d["scenes"][1]["choices"]],
            "scenes.kitchen.choices: in some states none of the choices is open (after door/push)",
        ),
        (lambda d: d.update(key="window"), "key: is not the file's name, door"),
        (lambda d: d.pop("slug"), f"{FILE}: slug: is missing"),
        (lambda d: d["slug"].update(lv="Durvis!"), "slug.lv"),
        (lambda d: d.update(minutes="8"), "minutes: is a whole number"),
        (lambda d: d.update(settings=["moon"]), "settings: there is no 'moon'"),
        (lambda d: d.update(endnigs=[]), "endnigs: no such field"),
        (lambda d: d.clear(), "scenes: there are none"),
    ],
)
@pytest.mark.django_db
def test_what_is_wrong_is_named(spoil, told):
    pack = pack_of(row())
    data = pack.tables[FILE]
    spoil(data)
    assert any(told in problem for problem in problems(pack)), problems(pack)


@pytest.mark.django_db
def test_a_story_its_module_does_not_list():
    assert "does not list the scenario 'door'" in problems(pack_of(row(), scenarios=[]))[0]


# Loading ------------------------------------------------------------------------------------


def test_a_story_and_its_pages_are_made_once(module):
    assert len(load(pack_of(row())).created) == 3
    again = load(pack_of(row()))
    assert not again.created
    assert not again.updated
    assert len(again.unchanged) == 3
    story = Story.objects.get()
    assert story.uuid == item_uuid("story", "burnout/door")
    assert (story.live, story.versions.count()) == (True, 1)
    pages = ScenarioPage.objects.all()
    assert {page.translation_key for page in pages} == {item_uuid("page", "burnout/door")}
    assert {page.title for page in pages} == {"The door (lv)", "The door (en)"}
    assert all(page.live and page.story == story for page in pages)


def test_what_was_loaded_is_dumped_in_canonical_form(module):
    pack = pack_of(row(intro=both("One.\n\nTwo “three”.")))
    load(pack)
    assert Stories().dump(pack) == Stories().canonical(pack) == {FILE: pack.files[FILE]}


def of_everything():
    """A pack with a story that says all a story can, and with what it names."""
    data = full()
    data["scenes"][0]["picture"] = "cell.svg"
    data |= {"slug": both("x"), "minutes": 20, "settings": ["prison"], "key": "door"}
    data["slug"] = {"lv": "durvis", "en": "the-door"}
    pack = pack_of(parse(dump_toml(data), FILE), row(key="window", slug={"lv": "l", "en": "w"}))
    pack.files |= {
        "modules/burnout/figures/cell.svg": DRAWING,
        "modules/burnout/01-three-strains.lv.md": "::: steps {#three-strains}",
        "modules/burnout/01-three-strains.en.md": "::: steps {#three-strains}",
    }
    return pack


def test_all_that_a_story_can_say_is_loaded_and_dumped(module):
    pack = of_everything()
    load(pack)
    story = Story.objects.get(key="door")
    assert story.data() == whole(full() | {"key": "door"})
    assert 'picture = "cell.svg"' in pack.files[FILE]
    assert Stories().dump(pack)[FILE] == Stories().canonical(pack)[FILE] == pack.files[FILE]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda p: p.files.pop("modules/burnout/figures/cell.svg"), "no figure 'burnout/cell'"),
        (
            lambda p: (
                p.files.pop("modules/burnout/01-three-strains.en.md")
                and p.files.pop("modules/burnout/01-three-strains.lv.md")
            ),
            "scenes.cell.choices.reflect.passage: there is no lesson 'burnout/three-strains'",
        ),
        (
            lambda p: p.files.update({"modules/burnout/01-three-strains.en.md": "Nothing."}),
            "the lesson 'burnout/three-strains' has no block 'three-strains'",
        ),
        (
            lambda p: p.files.update(
                {"modules/burnout/01-three-strains.lv.md": "::: steps {#three-strains-more}"}
            ),
            "the lesson 'burnout/three-strains' has no block 'three-strains'",
        ),
        (
            lambda p: p.tables[FILE].update(next_scenarios=["burnout/three-strains"]),
            "next_scenarios: there is no scenario 'burnout/three-strains'",
        ),
        (
            lambda p: p.tables[FILE].update(next_scenarios=["burnout/attic"]),
            "next_scenarios: there is no scenario 'burnout/attic'",
        ),
    ],
)
@pytest.mark.django_db
def test_what_a_story_names_stands_in_the_pack(spoil, told):
    pack = of_everything()
    assert problems(pack) == []
    spoil(pack)
    pack.memo.clear()
    assert any(told in problem for problem in problems(pack)), problems(pack)


def test_defaults_may_be_written_or_left_out(module):
    data = row()
    data["max_turns"] = 120
    data["scenes"][0]["choices"][0]["critical"] = False
    del data["variables"][1]["shown"]
    del data["scenes"][1]["mood"]
    pack = pack_of(data)
    load(pack)
    assert Stories().dump(pack) == Stories().canonical(pack)


def test_a_changed_text_is_a_new_version_and_runs_keep_theirs(module, learner):
    load(pack_of(row()))
    page = ScenarioPage.objects.get(locale__language_code="lv")
    run = start_run(Subject.objects.for_user(learner), page, uuid.uuid4())
    data = row()
    data["scenes"][0]["text"]["lv"] = "Cits teksts."
    report = load(pack_of(data))
    assert report.updated == ["story burnout/door"]
    assert [version.number for version in Story.objects.get().versions.all()] == [1, 2]
    run = ScenarioRun.objects.pinned().get(pk=run.pk)
    assert run.story.scenes["door"].text["lv"] == "scene door (lv)"


def test_a_story_loaded_before_stories_could_say_more_is_no_conflict(module):
    """As the first version of the site stored it: what is new has no place in its data."""
    load(pack_of(row()))
    story = Story.objects.get()
    fields = {name: value for name, value in Story.fields_of(whole(sample())).items()
              if name not in ("end_of_turns", "conversation", "stage", "next_scenarios")}  # fmt: skip
    for block in fields["scenes"]:
        value = block["value"]
        for name in ("picture", "picture_alt", "checkpoint", "stage", "effects", "next"):
            del value[name]
        for item in value["choices"]:
            for name in ("once", "fallback", "codes", "technique", "fits", "passage"):
                del item["value"][name]
    for block in fields["variables"]:
        del block["value"]["kind"]
    rewrite(story, fields)
    story.save()
    story = Story.objects.get()
    hashed = digest(plain_fields(story, [*fields, "module"], SitePaths()))
    Story.objects.update(pack_hash=hashed, latest_revision=None, has_unpublished_changes=False)
    report = load(pack_of(row()))
    assert (report.conflicts, report.updated) == ([], ["story burnout/door"])
    assert load(pack_of(row())).unchanged


def test_an_editors_change_stays_and_the_packs_text_is_offered(module):
    load(pack_of(row()))
    story = Story.objects.get()
    story.title_lv = "Redaktores durvis"
    story.save_revision().publish()
    data = row()
    data["scenes"][0]["text"]["lv"] = "Cits teksts."
    report = load(pack_of(data))
    assert report.conflicts == ["story burnout/door"]
    story = Story.objects.get()
    assert story.title_lv == "Redaktores durvis"
    assert story.latest_version().number == 2
    draft = story.get_latest_revision_as_object()
    assert draft.data()["scenes"][0]["text"]["lv"] == "Cits teksts."
    revisions = story.revisions.count()
    load(pack_of(data))
    assert Story.objects.get().revisions.count() == revisions


def test_what_vanished_is_archived_and_comes_back(module):
    load(pack_of(row()))
    gone = load(pack_of())
    assert len(gone.archived) == 3
    assert Story.objects.get().archived
    assert all(page.archived for page in ScenarioPage.objects.all())
    assert Stories().dump(pack_of()) == {}
    load(pack_of(row()))
    assert not Story.objects.get().archived
    assert not any(page.archived for page in ScenarioPage.objects.all())


def test_an_editors_own_story_is_left_alone(module):
    own = Story(title_lv="Sava", title_en="Own", key="own", start="x")
    own.save()
    load(pack_of(row()))
    load(pack_of())
    own.refresh_from_db()
    assert not own.archived


# The real stories -----------------------------------------------------------------------------


def real(path):
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return story_in(data, f"modules/{path.parent.name}/{path.name}")


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_the_real_stories_are_sound_and_big_enough(path):
    known = tomllib.loads((path.parents[2] / "competences.toml").read_text(encoding="utf-8"))
    data = real(path)
    assert lint(data, {item["key"] for item in known["competences"]}) == []
    assert len(data["scenes"]) >= 10
    assert len(data["endings"]) >= 3
    assert {item["outcome"] for item in data["endings"]} == {"good", "mixed", "poor"}
    assert any(
        choice.get("guard") for scene in data["scenes"] for choice in scene.get("choices", ())
    )


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_the_real_stories_are_played_to_every_ending(path):
    story = build(real(path))
    walk = explore(story)
    reached = {}
    for spot in walk.came:
        if spot[0] in story.endings and spot[0] not in reached:
            states = replay(story, [key.split("/")[1] for key in walk.road(spot)])
            reached[spot[0]] = states[-1].turns
            assert states[-1].scene == spot[0]
    assert set(reached) >= {item["key"] for item in real(path)["endings"]}
    assert all(turns <= 40 for turns in reached.values())


def alone(data):
    """A story without what it says about others, lessons and drawings: this pack has none."""
    data.pop("next_scenarios", None)
    for scene in data["scenes"]:
        scene.pop("picture", None)
        scene.pop("picture_alt", None)
        for choice in scene.get("choices", ()):
            choice.pop("passage", None)
    return data


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_real_story_is_loaded_and_played(path, module, learner):
    for item in tomllib.loads((path.parents[2] / "competences.toml").read_text())["competences"]:
        CompetenceFactory(key=item["key"])
    data = alone(parse(path.read_text(encoding="utf-8"), path.name))
    pack = pack_of(data)
    pack.tables["competences.toml"] = {
        "competences": [{"key": key} for key in Competence.objects.values_list("key", flat=True)]
    }
    load(pack)
    assert Stories().dump(pack) == Stories().canonical(pack)
    page = ScenarioPage.objects.get(locale__language_code="lv")
    run = start_run(Subject.objects.for_user(learner), page, uuid.uuid4())
    walk = explore(run.story)
    end = next(spot for spot in walk.came if spot[0] in run.story.endings)
    for key in walk.road(end):
        run = take_choice(run, key.split("/")[1], run.next_turn, uuid.uuid4())
    assert run.is_over
    assert run.ending == end[0]

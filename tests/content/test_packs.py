"""Packs into the site and out again: all or nothing, twice is once, editors are never overwritten."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, ReferenceIndex, Site

from content.models import Figure, GlossaryTerm, InfoPage, Source
from content.packs import runner
from content.packs.registry import PackError
from tests.content import small

pytestmark = pytest.mark.django_db


def page(key: str = "aid", language: str = "lv") -> InfoPage:
    return InfoPage.objects.get(key=key, locale__language_code=language)


def problems(folder: Path) -> list[str]:
    with pytest.raises(PackError) as error:
        runner.load(folder)
    return [str(problem) for problem in error.value.problems]


def edit(
    key: str = "aid", language: str = "lv", *, publish: bool = True, **values: str
) -> InfoPage:
    """What an editor does: change, save, publish."""
    found = page(key, language)
    for name, value in values.items():
        setattr(found, name, value)
    revision = found.save_revision()
    if publish:
        revision.publish()
    return page(key, language)


# Load and dump ----------------------------------------------------------------------------


def test_a_dump_is_the_canonical_form_of_what_was_loaded(loaded, tmp_path):
    dumped = runner.dump(tmp_path / "out")
    assert dumped == runner.canonical(loaded)
    written = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_text("utf-8")
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    assert written == dumped
    assert runner.canonical(tmp_path / "out") == dumped


@pytest.mark.indexed
def test_wagtail_knows_which_pages_use_a_term_or_a_source(loaded):
    """An error here is one of the background: it would be logged, and the list left empty."""
    term, source = GlossaryTerm.objects.get(key="burnout"), Source.objects.get(key="labour-law")
    both = {str(page("aid", language).pk) for language in ("lv", "en")}
    for record in (term, source):
        used = ReferenceIndex.get_references_to(record)
        assert both <= {found.object_id for found in used}


def test_a_second_load_changes_nothing(loaded):
    before = [
        (found.pk, found.latest_revision_id, found.text_hash) for found in InfoPage.objects.all()
    ]
    revisions = [
        found.revisions.count() for found in (*InfoPage.objects.all(), *GlossaryTerm.objects.all())
    ]
    report = runner.load(loaded)
    assert (report.created, report.updated, report.archived, report.conflicts) == ([], [], [], [])
    assert len(report.unchanged) == 7
    assert before == [
        (found.pk, found.latest_revision_id, found.text_hash) for found in InfoPage.objects.all()
    ]
    assert revisions == [
        found.revisions.count() for found in (*InfoPage.objects.all(), *GlossaryTerm.objects.all())
    ]


def test_a_dump_loads_elsewhere_as_the_same(loaded, tmp_path):
    keys = {found.translation_key for found in InfoPage.objects.all()}
    runner.dump(tmp_path / "out")
    Page.objects.filter(depth=2).first().delete()
    for model in (GlossaryTerm, Source, Figure):
        model.objects.all().delete()
    Site.objects.all().delete()
    runner.load(tmp_path / "out")
    assert {found.translation_key for found in InfoPage.objects.all()} == keys
    assert runner.dump(tmp_path / "again") == runner.canonical(tmp_path / "out")


def test_the_trees_of_both_languages_are_made(loaded):
    lv, en = page("aid", "lv"), page("aid", "en")
    assert lv.translation_key == en.translation_key
    assert (lv.url, en.url) == ("/lv/aid/", "/en/aid/")
    assert [block.id for block in lv.body] == [block.id for block in en.body]
    assert lv.live
    assert not lv.has_unpublished_changes


def test_a_link_to_a_page_that_comes_later_is_settled(loaded):
    for language in ("lv", "en"):
        stored = page("aid", language).body[0].value.source
        assert f'<a linktype="page" id="{page("more", language).pk}">' in stored
        draft = page("aid", language).get_latest_revision_as_object()
        assert draft.body[0].value.source == stored


def test_an_internal_link_survives_load_edit_and_dump(loaded, tmp_path, admin_client):
    found = page("aid", "lv")
    stored = found.body[0].value.source
    found.body[0].value.source = stored.replace("<p>", '<p data-block-key="k">').replace(
        "tālāk", "talāk"
    )
    found.save_revision().publish()
    text = runner.dump(tmp_path / "out")["pages/aid.lv.md"]
    assert "[talāk](page:more)" in text
    assert "[izdegšanu](term:burnout)" in text
    assert "[likumā](source:labour-law)" in text


def test_changed_text_is_updated_and_only_that(loaded):
    small.changed(loaded, "pages/aid.lv.md", "īsumā", "dažos vārdos")
    small.changed(loaded, "glossary.toml", "Exhaustion", "Being worn out")
    report = runner.load(loaded)
    assert report.updated == ["glossaryterm burnout", "infopage aid (lv)"]
    assert page().summary == "Palīdzība aid dažos vārdos."
    assert GlossaryTerm.objects.get().definition_en == "Being worn out."
    assert runner.load(loaded).updated == []


def test_what_vanished_is_archived_and_comes_back(loaded):
    kept = {
        path: (loaded / path).read_text("utf-8")
        for path in ("pages/more.lv.md", "pages/more.en.md")
    }
    for path in kept:
        (loaded / path).unlink()
    for language in ("lv", "en"):
        small.changed(loaded, f"pages/aid.{language}.md", "[tālāk](page:more)", "tālāk")
    report = runner.load(loaded)
    assert report.archived == ["infopage more (lv)", "infopage more (en)"]
    assert page("more").archived
    assert page("more").live
    assert runner.load(loaded).archived == []
    for path, text in kept.items():
        (loaded / path).write_text(text, encoding="utf-8")
    assert runner.load(loaded).updated == ["infopage more (lv)", "infopage more (en)"]
    assert not page("more").archived


def test_what_an_editor_archived_stays_archived(loaded):
    edit("more", archived=True)
    small.changed(loaded, "pages/aid.lv.md", "īsumā", "dažos vārdos")
    runner.load(loaded)
    assert page("more").archived


# Conflicts --------------------------------------------------------------------------------


def test_an_editors_change_is_a_conflict_and_the_pack_a_draft(loaded):
    edit(summary="Redaktores vārdi.")
    assert runner.load(loaded).conflicts == [], "the pack says what it said: nothing to offer"
    small.changed(loaded, "pages/aid.lv.md", "īsumā", "pakā jauns")
    report = runner.load(loaded)
    assert report.conflicts == ["infopage aid (lv)"]
    found = page()
    assert found.summary == "Redaktores vārdi."
    assert found.has_unpublished_changes
    assert found.get_latest_revision_as_object().summary == "Palīdzība aid pakā jauns."
    revisions = found.revisions.count()
    again = runner.load(loaded)
    assert again.conflicts == ["infopage aid (lv)"], "listed until somebody decides"
    assert page().revisions.count() == revisions, "but offered once"


def test_publishing_the_offered_draft_ends_the_conflict(loaded):
    edit(summary="Redaktores vārdi.")
    small.changed(loaded, "pages/aid.lv.md", "īsumā", "pakā jauns")
    runner.load(loaded)
    page().get_latest_revision().publish()
    report = runner.load(loaded)
    assert report.conflicts == []
    assert page().summary == "Palīdzība aid pakā jauns."


def test_the_same_change_on_both_sides_is_no_conflict(loaded):
    edit(summary="Palīdzība aid vienādi.")
    small.changed(loaded, "pages/aid.lv.md", "īsumā", "vienādi")
    assert runner.load(loaded).conflicts == []


def test_an_editors_unpublished_draft_is_not_lost(loaded):
    edit(summary="Vēl rakstu.", publish=False)
    small.changed(loaded, "pages/aid.lv.md", "īsumā", "pakā jauns")
    assert runner.load(loaded).conflicts == ["infopage aid (lv)"]
    found = page()
    assert found.get_latest_revision_as_object().summary == "Vēl rakstu."
    offered = [revision.as_object().summary for revision in found.revisions.all()]
    assert "Palīdzība aid pakā jauns." in offered


def test_a_save_without_a_change_is_no_conflict(loaded):
    edit()
    small.changed(loaded, "pages/aid.lv.md", "īsumā", "pakā jauns")
    assert runner.load(loaded).updated == ["infopage aid (lv)"]


def test_a_term_an_editor_changed_is_a_conflict_too(loaded):
    term = GlossaryTerm.objects.get()
    term.definition_lv = "Redaktores skaidrojums."
    term.save_revision().publish()
    small.changed(loaded, "glossary.toml", "Spēku izsīkums", "Pakas skaidrojums")
    assert runner.load(loaded).conflicts == ["glossaryterm burnout"]
    term.refresh_from_db()
    assert term.definition_lv == "Redaktores skaidrojums."
    assert term.get_latest_revision_as_object().definition_lv == "Pakas skaidrojums."
    revisions = term.revisions.count()
    assert runner.load(loaded).conflicts == ["glossaryterm burnout"]
    assert term.revisions.count() == revisions


# All or nothing ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (
            "pages/aid.lv.md",
            "term:burnout",
            "term:nowhere",
            "pages/aid.lv.md: line 8, intro: there is no term 'nowhere'",
        ),
        (
            "pages/aid.lv.md",
            "source:labour-law",
            "source:x",
            "line 8, intro: there is no source 'x'",
        ),
        ("pages/aid.lv.md", "page:more", "page:x/y", "line 8, intro: there is no page 'x/y'"),
        ("pages/aid.lv.md", "strains.svg", "other.svg", "there is no figure 'pages/other'"),
        (
            "pages/aid.lv.md",
            "{#first}",
            "{#other}",
            "pages/aid.en.md: line 23: the translation has self-check first where",
        ),
        (
            "pages/aid.lv.md",
            'key = "stop"',
            'key = "halt"',
            "pages/aid.en.md: line 23, first: its keys differ",
        ),
        (
            "pages/aid.lv.md",
            "stress = ",
            "stres = ",
            "the label 'stress' of the picture has no text",
        ),
        ("pages/aid.lv.md", 'key = "aid"', 'key = "other"', "pages/aid.lv.md: key: must be 'aid'"),
        (
            "pages/aid.lv.md",
            "summary",
            "sumary",
            "pages/aid.lv.md: sumary: the front matter has no such value",
        ),
        ("pages/aid.lv.md", "::: text {#intro}", "::: poem {#intro}", "there is no block 'poem'"),
        ("pages/aid.lv.md", "Par ", "Par <b>x</b> ", "line 11, intro: no HTML in texts"),
        (
            "glossary.toml",
            'key = "burnout"',
            'key = "Burn out"',
            "glossary.toml: terms 1: the key must be",
        ),
        (
            "glossary.toml",
            "definition.lv",
            "definiton.lv",
            "terms.burnout.definition.lv: the text is missing",
        ),
        (
            "glossary.toml",
            "Exhaustion",
            "Ex" + "haus" * 300,
            "glossary.toml: terms.burnout.definition.en: is longer than 1000 signs",
        ),
        (
            "glossary.toml",
            "term.lv = ",
            "term.de = 'x'\nterm.lv = ",
            "terms.burnout.term.de: is not one of the languages",
        ),
        (
            "glossary.toml",
            'key = "burnout"',
            f'key = "{"x" * 61}"',
            "glossary.toml: terms 1: the key must be lower-case",
        ),
        (
            "sources.toml",
            "owner.lv",
            "owner.xx",
            "sources.labour-law.owner.lv: the text is missing",
        ),
        ("sources.toml", "/ta/id/26019", "/" + "x" * 500, "labour-law.address: is longer than"),
        ("pages/aid.lv.md", "īsumā", "ī" * 501, "pages/aid.lv.md: summary: is longer than 500"),
        (
            "glossary.toml",
            'source = "labour-law"',
            'source = "x"',
            "terms.burnout.source: there is no source 'x'",
        ),
        (
            "glossary.toml",
            'source = "labour-law"',
            'source = ["labour-law"]',
            "terms.burnout.source: there is no source ['labour-law']",
        ),
        ("glossary.toml", "[[terms]]", "[[terms]]\n[[terms]]", "terms 1: the key must be"),
        ("sources.toml", 'kind = "act"', 'kind = "song"', "sources.labour-law.kind: it may be"),
        (
            "sources.toml",
            "https://",
            "javascript:",
            "sources.labour-law.address: an address begins with",
        ),
        ("sources.toml", "2026-11-22", '"soon"', "sources.labour-law.checked_on: write a date"),
        ("sources.toml", "[[sources]]", "[[sources]", "sources.toml: line 2: TOML"),
        (
            "pages/figures/strains.svg",
            "<rect",
            "<script/><rect",
            "pages/figures/strains.svg: drawing: the element <script>",
        ),
        ("pack.toml", "6f0f8f0e", "zzzz", "pack.toml: uuid: must be a UUID"),
        ("pack.toml", '["lv", "en"]', '["lv"]', "pack.toml: languages"),
        ("pack.toml", '["lv", "en"]', "5", "pack.toml: languages"),
        ("pack.toml", '["lv", "en"]', '[1, "lv"]', "pack.toml: languages"),
        ("pack.toml", "key = ", 'key = "two words" #', "pack.toml: key"),
        ("pack.toml", "title.en", "title.de", "pack.toml: title: needs .lv and .en"),
        (
            "pack.toml",
            "key = ",
            "licence = 2026-01-01\nkey = ",
            "pack.toml: licence: must be a text",
        ),
        (
            "pack.toml",
            "key = ",
            "licnce = 'x'\nkey = ",
            "pack.toml: licnce: there is no such value",
        ),
        (
            "glossary.toml",
            "Exhaustion",
            "Ex\\u0000haustion",
            "glossary.toml: line 7: a zero byte stands in the text",
        ),
        ("pack.toml", "key = ", f'key = "{"x" * 90}" #', "pack.toml: key"),
    ],
)
def test_what_is_wrong_and_where_and_nothing_is_loaded(pack, path, old, new, expected):
    small.changed(pack, path, old, new)
    found = problems(pack)
    assert any(expected in problem for problem in found), found
    assert not InfoPage.objects.exists()
    assert not GlossaryTerm.objects.exists()


def test_a_failure_in_the_middle_leaves_nothing(pack, monkeypatch):
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(runner.pages, "settle", broken)
    with pytest.raises(RuntimeError):
        runner.load(pack)
    assert not InfoPage.objects.exists()
    assert not Source.objects.exists()


def test_a_missing_translation(pack):
    (pack / "pages/more.en.md").unlink()
    assert "pages/more.lv.md: en: the page is missing in this language (en)" in problems(pack)


def test_duplicate_keys(pack):
    (pack / "glossary.toml").write_text(small.GLOSSARY * 2, encoding="utf-8")
    assert "glossary.toml: terms.burnout: this key stands twice" in problems(pack)


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("notes.txt", b"x", "notes.txt: file: a pack has no such file"),
        ("pages/aid.de.md", b"x", "pages/aid.de.md: file: a pack has no such file"),
        ("pages/aid.lv.md", b"+++\n\xff\n+++", "pages/aid.lv.md: line 2: not UTF-8"),
        ("pages/aid.lv.md", b"a\x00b", "pages/aid.lv.md: file: a zero byte"),
        ("pages/aid.lv.md", b"x" * (runner.MAX_FILE + 1), "pages/aid.lv.md: file: too large"),
        ("glossary.toml", b"a = " + b"[" * 5000, "glossary.toml: line 1: TOML"),
    ],
)
def test_files_that_do_not_belong(pack, path, content, expected):
    (pack / path).write_bytes(content)
    assert any(expected in problem for problem in problems(pack)), problems(pack)


def test_links_out_of_the_folder_are_refused(pack, tmp_path):
    (tmp_path / "secret.md").write_text("x", encoding="utf-8")
    (pack / "pages/secret.lv.md").symlink_to(tmp_path / "secret.md")
    assert problems(pack) == ["pages/secret.lv.md: file: links are not followed"]


def test_no_pack_at_all(tmp_path):
    assert "pack.toml: file: there is none" in problems(tmp_path)[0]


def test_a_dump_does_not_write_over_another_folder(loaded, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(PackError):
        runner.dump(tmp_path / "mine")


def test_a_dump_removes_what_is_no_more(loaded, tmp_path):
    out = tmp_path / "out"
    runner.dump(out)
    InfoPage.objects.filter(key="more").update(archived=True)
    runner.dump(out)
    assert not (out / "pages/more.lv.md").exists()


# Commands ---------------------------------------------------------------------------------


def test_load_pack_says_what_it_did(pack, capsys):
    call_command("load_pack", str(pack))
    assert "7 created, 0 updated, 0 unchanged, 0 archived, 0 conflicts" in capsys.readouterr().out
    call_command("load_pack", str(pack))
    assert "0 created, 0 updated, 7 unchanged" in capsys.readouterr().out


def test_load_pack_refuses_with_every_problem(pack):
    small.changed(pack, "sources.toml", 'kind = "act"', 'kind = "song"')
    small.changed(pack, "pages/aid.lv.md", "page:more", "page:x")
    said = io.StringIO()
    with pytest.raises(CommandError, match="2 problems; nothing was loaded"):
        call_command("load_pack", str(pack), stderr=said)
    assert "sources.toml: sources.labour-law.kind" in said.getvalue()
    assert "pages/aid.lv.md: line 8, intro" in said.getvalue()


def test_dump_pack(loaded, tmp_path, capsys):
    call_command("dump_pack", str(tmp_path / "out"))
    assert "8 files" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("dump_pack", str(tmp_path / "out2"), pack="unknown")


def test_check_content(loaded, capsys):
    call_command("check_content", str(loaded))
    said = capsys.readouterr().out
    assert "No problems" in said
    assert "Sections of the handbook" in said
    assert "Highest level" in said
    GlossaryTerm.objects.all().delete()
    Source.objects.update(review_by="2020-01-01")
    english = page("aid", "en")
    del english.body[1:]
    english.save_revision().publish()
    said = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_content", str(loaded), stderr=said)
    assert "aid (lv), intro: leads to a term that is not there: 'burnout'" in said.getvalue()
    assert (
        "the translation has nothing where the Latvian text has figure strains" in said.getvalue()
    )
    assert "note: site: source labour-law: was to be checked again by" in capsys.readouterr().out


def test_what_waits_for_an_expert_is_listed(pack, capsys):
    pack_read = runner.read(pack)
    pack_read.tables["modules/m/quiz.toml"] = {"questions": [{"key": "q", "needs_review": True}]}
    assert [str(problem) for problem in runner.to_review(pack_read)] == [
        "modules/m/quiz.toml: questions.q: needs expert review"
    ]
    call_command("check_content", str(pack), review=True, pack_only=True)

"""Quizzes as text: checked with the place of each fault, loaded, changed, dumped."""

import copy
import tomllib
from pathlib import Path

import pytest

from assessments.models import Question, Quiz, QuizPage
from assessments.packs import Quizzes
from content.keys import TILTS_PACK, item_uuid
from content.packs.registry import Pack, Report
from content.packs.tables import dump_toml
from tests.assessments.factories import module_page
from tests.progress.factories import CompetenceFactory

pytestmark = pytest.mark.django_db
FILE = "modules/burnout/quiz.toml"
OURS = Path(__file__).resolve().parents[2] / "content/packs/tilts"

TEXT = """
key = "quiz"
slug.lv = "parbaude"
slug.en = "quiz"
title.lv = "Pārbaudi sevi"
title.en = "Check yourself"
intro.lv = "Ievads"
intro.en = "Introduction"
pass_mark = 80
minutes = 12
passed.lv = "Nokārtots"
passed.en = "Passed"

[[questions]]
key = "client-dies"
kind = "single"
difficulty = 1
settings = ["prison", "municipal"]
competences = [{ key = "self-care", weight = 1.0 }, { key = "ethics", weight = 0.5 }]
stem.lv = "Kas tas ir?"
stem.en = "What is it?"
explanation.lv = "Tāpēc."
explanation.en = "Because."

[[questions.options]]
key = "a"
right = true
text.lv = "Viens"
text.en = "One"
feedback.lv = "Jā."
feedback.en = "Yes."

[[questions.options]]
key = "b"
right = false
text.lv = "Divi"
text.en = "Two"
feedback.lv = "Nē."
feedback.en = "No."
misconception = "two-is-one"

[[questions]]
key = "only-one-watches"
kind = "true-false"
critical = true
difficulty = 3
settings = ["prison"]
competences = [{ key = "ethics", weight = 1.0 }]
stem.lv = "Tikai vadītājs."
stem.en = "Only the manager."
explanation.lv = "Abi."
explanation.en = "Both."

[[questions.options]]
key = "true"
right = false
feedback.lv = "Nē."
feedback.en = "No."

[[questions.options]]
key = "false"
right = true
feedback.lv = "Jā."
feedback.en = "Yes."
"""


@pytest.fixture
def site():
    for code in ("lv", "en"):
        page = module_page(code)
        page.translation_key = item_uuid("page", "burnout")
        page.save()
    for key in ("self-care", "ethics"):
        CompetenceFactory(key=key)


def pack_of(table):
    competences = {"competences": [{"key": "self-care"}, {"key": "ethics"}]}
    return Pack(
        uuid=TILTS_PACK,
        key="tilts",
        files={FILE: ""},
        tables={FILE: table, "competences.toml": competences},
    )


def load(table):
    pack = pack_of(table)
    report = Report()
    report.pack = pack
    Quizzes().load(pack, report)
    return report


@pytest.fixture
def table():
    return tomllib.loads(TEXT)


# Checking -------------------------------------------------------------------------------


def test_a_good_quiz_has_no_problem(table):
    assert list(Quizzes().check(pack_of(table))) == []


def change(path, value):
    def changed(table):
        *above, last = path
        place = table
        for step in above:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return changed


FIRST = ("questions", 0)
OPTION = ("questions", 0, "options", 1)


@pytest.mark.parametrize(
    ("path", "value", "where", "reason"),
    [
        (("title",), None, "title", "missing"),
        (("title",), {"lv": "Tikai"}, "title.en", "missing"),
        (("slug", "lv"), "Ar garumzīmēm!", "slug.lv", "a to z"),
        (("pass_mark",), 120, "pass_mark", "1 to 100"),
        (("pass_mark",), "80", "pass_mark", "whole number"),
        (("draw",), 5, "draw", "only 2 questions"),
        (("attempts",), -1, "attempts", "0 to 1000"),
        (("shuffle",), "no", "shuffle", "true or false"),
        (("feedback",), "never", "feedback", "end, each"),
        (("passmark",), 80, "passmark", "not known"),
        (("questions",), [], "questions", "empty"),
        (("questions",), "none", "questions", "list of tables"),
        ((*FIRST, "key"), "Client Dies", "questions.Client Dies.key", "lower-case"),
        ((*FIRST, "key"), "only-one-watches", "questions.only-one-watches", "twice"),
        ((*FIRST, "kind"), "essay", "questions.client-dies.kind", "single, multiple"),
        ((*FIRST, "stem"), {"lv": "Kas?"}, "questions.client-dies.stem.en", "missing"),
        ((*FIRST, "stem", "en"), "x" * 2001, "questions.client-dies.stem.en", "longer than"),
        ((*FIRST, "explanation"), None, "questions.client-dies.explanation", "missing"),
        ((*FIRST, "difficulty"), 9, "questions.client-dies.difficulty", "1 to 3"),
        ((*FIRST, "settings"), ["moon"], "questions.client-dies.settings", "'moon'"),
        ((*FIRST, "needs_review"), "no", "questions.client-dies.needs_review", "true or false"),
        ((*FIRST, "competences"), [], "questions.client-dies.competences", "empty"),
        (
            (*FIRST, "competences", 0, "key"),
            "flying",
            "questions.client-dies.competences.flying.key",
            "no competence 'flying'",
        ),
        (
            (*FIRST, "competences", 0, "weight"),
            0,
            "questions.client-dies.competences.self-care.weight",
            "0.05 to 2",
        ),
        (
            (*FIRST, "source"),
            {"source": "nowhere"},
            "questions.client-dies.source.source",
            "'nowhere'",
        ),
        ((*FIRST, "reread"), "burnout/none", "questions.client-dies.reread", "'burnout/none'"),
        ((*FIRST, "options", 0, "right"), False, "questions.client-dies.options", "No option"),
        ((*OPTION, "right"), True, "questions.client-dies.options", "Only one"),
        ((*OPTION, "right"), "yes", "questions.client-dies.options.b.right", "true or false"),
        ((*OPTION, "key"), "a", "questions.client-dies.options.a", "twice"),
        ((*OPTION, "text"), None, "questions.client-dies.options.b.text", "missing"),
        ((*OPTION, "feedback"), None, "questions.client-dies.options.b.feedback", "missing"),
        (
            (*OPTION, "feedback", "en"),
            "",
            "questions.client-dies.options.b.feedback.en",
            "missing",
        ),
        ((*OPTION, "hint"), "x", "questions.client-dies.options.b.hint", "not known"),
        (
            ("questions", 1, "options", 0, "key"),
            "yes",
            "questions.only-one-watches.options",
            "true and false",
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_and_place(table, path, value, where, reason):
    change(path, value)(table)
    found = list(Quizzes().check(pack_of(table)))
    assert all(problem.file == FILE for problem in found)
    assert any(problem.where == where and reason in problem.reason for problem in found), found


def test_a_quiz_with_nothing_to_score_is_refused(table):
    for question in table["questions"]:
        question["needs_review"] = True
    assert any("nothing to score" in each.reason for each in Quizzes().check(pack_of(table)))


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"questions": [1, "x"]},
        {"questions": [{"options": 3}]},
        {"questions": [{"reread": ["burnout/three-strains"]}]},
        {"questions": [{"source": {"source": {"key": "labour-law"}}}]},
        {"questions": [{"competences": [{"key": ["self-care"], "weight": 1}]}]},
    ],
)
def test_nonsense_is_reported_and_never_raises(broken):
    assert list(Quizzes().check(pack_of(broken)))


# Loading --------------------------------------------------------------------------------


def test_a_quiz_is_loaded_with_its_questions_and_pages(site, table):
    report = load(table)
    assert not report.conflicts
    quiz = Quiz.objects.get()
    assert (quiz.key, quiz.uuid) == ("burnout/quiz", item_uuid("quiz", "burnout/quiz"))
    assert (quiz.live, quiz.pass_mark, quiz.shuffle) == (True, 80, True)
    assert [place.question.key for place in quiz.places.all()] == [
        "burnout/client-dies",
        "burnout/only-one-watches",
    ]
    first = Question.objects.get(key="burnout/client-dies")
    assert first.uuid == item_uuid("question", "burnout/client-dies")
    assert first.versions.count() == 1
    data = first.versions.get().data
    assert data["options"][1]["misconception"] == "two-is-one"
    assert data["competences"] == [
        {"key": "self-care", "weight": "1"},
        {"key": "ethics", "weight": "0.5"},
    ]
    pages = {page.locale.language_code: page for page in QuizPage.objects.all()}
    assert {code: page.slug for code, page in pages.items()} == {"lv": "parbaude", "en": "quiz"}
    assert {page.translation_key for page in pages.values()} == {item_uuid("page", "burnout/quiz")}
    assert {page.quiz for page in pages.values()} == {quiz}


def test_loading_twice_changes_nothing(site, table):
    load(table)
    report = load(copy.deepcopy(table))
    assert (report.created, report.updated, report.archived, report.conflicts) == ([], [], [], [])
    assert Question.objects.get(key="burnout/client-dies").versions.count() == 1


def test_a_changed_question_gets_a_new_version_and_keeps_its_identity(site, table):
    load(table)
    before = Question.objects.get(key="burnout/client-dies")
    table["questions"][0]["stem"]["en"] = "What is it now?"
    table["questions"][0]["competences"] = [{"key": "ethics", "weight": 1.0}]
    report = load(table)
    assert any("client-dies" in name for name in report.updated)
    after = Question.objects.get(key="burnout/client-dies")
    assert (after.pk, after.stem_en) == (before.pk, "What is it now?")
    assert after.versions.count() == 2
    assert [each.competence.key for each in after.competence_weights.all()] == ["ethics"]


def test_an_editors_change_is_a_conflict_and_stays(site, table):
    load(table)
    question = Question.objects.get(key="burnout/client-dies")
    question.stem_en = "An editor's words"
    question.save_revision().publish()
    table["questions"][0]["stem"]["en"] = "The pack's words"
    report = load(table)
    assert any("client-dies" in name for name in report.conflicts)
    question = Question.objects.get(key="burnout/client-dies")
    assert question.stem_en == "An editor's words"
    assert question.get_latest_revision_as_object().stem_en == "The pack's words"
    assert question.versions.count() == 2


def test_a_question_that_vanished_is_archived_and_comes_back(site, table):
    load(table)
    whole = copy.deepcopy(table)
    del table["questions"][1]
    report = load(table)
    assert any("only-one-watches" in name for name in report.archived)
    assert Quiz.objects.get().asked_count() == 1
    load(whole)
    assert not Question.objects.get(key="burnout/only-one-watches").archived
    assert Quiz.objects.get().asked_count() == 2


# Dumping --------------------------------------------------------------------------------


def test_what_is_dumped_is_what_was_loaded(site, table):
    load(table)
    dumped = Quizzes().dump(pack_of({}))
    assert list(dumped) == [FILE]
    assert dumped[FILE] == dump_toml(table)


def test_an_editors_change_is_in_the_dump(site, table):
    load(table)
    quiz = Quiz.objects.get()
    quiz.feedback, quiz.shuffle, quiz.draw = "each", False, 1
    quiz.save_revision().publish()
    dumped = tomllib.loads(Quizzes().dump(pack_of({}))[FILE])
    assert (dumped["feedback"], dumped["shuffle"], dumped["draw"]) == ("each", False, 1)
    assert load(dumped).created == []


def test_the_quiz_of_our_own_pack_is_in_order():
    pack = Pack(uuid=TILTS_PACK, key="tilts")
    for path in OURS.rglob("*"):
        if path.suffix in (".toml", ".md", ".svg"):
            name = str(path.relative_to(OURS))
            pack.files[name] = path.read_text(encoding="utf-8")
            if path.suffix == ".toml":
                pack.tables[name] = tomllib.loads(pack.files[name])
    assert list(Quizzes().check(pack)) == []

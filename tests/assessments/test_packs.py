"""Quizzes as text: checked with the place of each fault, loaded, changed, dumped."""

import copy
import tomllib
from pathlib import Path

import pytest

from assessments.actions import asked_count
from assessments.models import Question, Quiz, QuizPage, Topic
from assessments.models.quizzes import everything
from assessments.packs import Quizzes, Topics
from assessments.packs.questions import plain_numbers
from assessments.parts import KINDS, PARTS
from content.keys import TILTS_PACK, item_uuid
from content.packs.registry import Pack, Report
from content.packs.tables import dump_toml, tidy
from courses.actions import parts_of
from tests.assessments.factories import TopicFactory, module_page
from tests.assessments.kinds import row
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
    ("kind", "path", "value", "where", "reason"),
    [
        ("matching", ("pairs",), "none", "pairs", "list of tables"),
        ("matching", ("pairs", 0), "none", "pairs.1", "not a table"),
        ("matching", ("pairs", 0, "left"), "x", "pairs.1.left", "needs .lv and .en"),
        ("matching", ("pairs", 0, "left", "lv"), 3, "pairs.1.left.lv", "missing"),
        ("matching", ("pairs", 0, "key"), "a", "pairs.a.key", "not known"),
        ("matching", ("pairs", 0, "misconception"), 7, "pairs.1.misconception", "short text"),
        ("matching", ("options",), [], "options", "not known"),
        ("matching", ("extra", 0, "feedback"), None, "extra.1.feedback", "missing"),
        ("ordering", ("items",), [], "items", "empty"),
        ("grouping", ("groups", 0, "key"), "Ā", "groups.Ā.key", "lower-case"),
        ("grouping", ("groups", 0, "items"), 3, "groups.early.items", "list of tables"),
        ("grouping", ("groups", 0, "items", 0, "text"), {}, "groups.early.items.1.text.lv", "miss"),
        ("cloze", ("gaps", 0, "mode"), "guess", "gaps.when.mode", "choose, type"),
        ("cloze", ("gaps", 0, "hint"), {}, "gaps.when.hint", "not known"),
        ("cloze", ("gaps", 1, "options"), [], "gaps.what.options", "not known"),
        ("cloze", ("gaps", 1, "accepted"), ["x"], "gaps.what.accepted", "needs .lv and .en"),
        ("cloze", ("gaps", 1, "accepted", "lv"), "x", "gaps.what.accepted.lv", "list of words"),
        ("cloze", ("gaps", 1, "accepted", "de"), ["x"], "gaps.what.accepted.de", "languages"),
        ("cloze", ("gaps", 0, "options", 0, "right"), 1, "gaps.when.options.now.right", "true or"),
        ("cloze", ("exact",), "case", "exact", "list of words"),
        ("cloze", ("exact",), ["spelling"], "exact", "Only these"),
        ("number", ("value",), "12", "value", "is a number"),
        ("number", ("value",), None, "value", "missing"),
        ("number", ("tolerance",), -1, "tolerance", "not below 0"),
        ("number", ("near", 0, "value"), True, "near.1.value", "is a number"),
        ("short-text", ("accepted", 0, "share"), 2, "accepted.1.share", "from 0.05 to 1"),
        ("estimate", ("year",), "2021", "year", "whole number"),
        ("estimate", ("year",), 21, "year", "from 1900 to 2200"),
        ("estimate", ("within",), 200, "within", "from 0 to 100"),
        (
            "open",
            ("criteria", 0, "levels", 0, "points"),
            0.5,
            "criteria.own-part.levels.1.points",
            "wh",
        ),
        ("open", ("longest",), 5, "longest", "from 100 to 20000"),
    ],
)
def test_what_is_wrong_with_any_kind_is_said_with_its_place(
    table, kind, path, value, where, reason
):
    table["questions"].append(row(kind))
    change(("questions", 2, *path), value)(table)
    found = list(Quizzes().check(pack_of(table)))
    assert any(
        problem.where == f"questions.a-{kind}.{where}" and reason in problem.reason
        for problem in found
    ), found


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"twin": "nowhere"}, {}, "no question 'nowhere'"),
        ({"twin": "a-single"}, {}, "its own twin"),
        ({"twin": "a-multiple"}, {"twin": "a-single"}, "names it"),
        ({"twin": ["a-multiple"]}, {}, "no question ['a-multiple']"),
        ({"twin": "a-multiple"}, {"critical": True}, "safety-critical"),
        ({"topics": ["nothing"]}, {}, "no 'nothing'"),
        ({"topics": "habits"}, {}, "list of keys"),
        ({"competences": []}, {}, "empty"),
    ],
)
def test_what_a_question_names_is_there_and_fits(table, one, other, reason):
    table["questions"] += [row("single", **one), row("multiple", **other)]
    found = list(Quizzes().check(pack_of(table)))
    assert any(reason in problem.reason for problem in found), found
    assert all(problem.where.startswith("questions.a-") for problem in found)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"questions": [1, "x"]},
        {"questions": [{"options": 3}]},
        {"questions": [{"reread": ["burnout/three-strains"]}]},
        {"questions": [{"source": {"source": {"key": "labour-law"}}}]},
        {"questions": [{"competences": [{"key": ["self-care"], "weight": 1}]}]},
        *({"questions": [{"kind": kind}, {"kind": kind, "key": "x"}]} for kind in KINDS),
        *(
            {"questions": [{"kind": kind} | dict.fromkeys(PARTS[kind], value)]}
            for kind in KINDS
            for value in (3, "x", [1], [{}], {"lv": 1}, [{"items": 3, "options": "x"}])
        ),
    ],
)
def test_nonsense_is_reported_and_never_raises(broken):
    assert list(Quizzes().check(pack_of(broken)))


OTHER = "modules/burnout/quiz-own-part.toml"


def two_quizzes(table, **given):
    """A pack with a further quiz in the module."""
    own = {name: table[name] for name in ("title", "pass_mark", "minutes")} | {
        "key": "own-part",
        "slug": {"lv": "saviem-vardiem", "en": "own-words"},
        "questions": [row("open", "dreaded-call")],
    }
    pack = pack_of(table)
    pack.files |= {OTHER: ""}
    pack.tables |= {OTHER: own | given, "modules/burnout/module.toml": {"quizzes": ["own-part"]}}
    return pack


@pytest.mark.parametrize(
    ("given", "listed", "where", "reason"),
    [
        ({}, ["own-part"], "", ""),
        ({"key": "other"}, ["own-part"], "key", "not the file's name, own-part"),
        ({}, [], "", "does not list the quiz 'own-part'"),
        ({"beside": "yes"}, ["own-part"], "beside", "true or false"),
        (
            {"questions": [row("open", "client-dies")]},
            ["own-part"],
            "questions.client-dies.key",
            "quiz-own-part.toml too",
        ),
    ],
)
def test_a_further_quiz_is_named_by_its_file_listed_and_asks_its_own_questions(
    table, given, listed, where, reason
):
    pack = two_quizzes(table, **given)
    pack.tables["modules/burnout/module.toml"]["quizzes"] = listed
    found = list(Quizzes().check(pack))
    assert bool(found) == bool(reason)
    assert all(reason in problem.reason for problem in found), found
    assert not where or [problem.where for problem in found] == [where]


def test_the_key_of_a_modules_quiz_is_quiz(table):
    found = list(Quizzes().check(pack_of(table | {"key": "test"})))
    assert [(each.where, each.reason) for each in found] == [
        ("key", "is not the file's name, quiz")
    ]


def test_a_further_quiz_is_loaded_changed_by_editors_and_dumped_to_its_own_file(site, table):
    def loaded(pack):
        report = Report(pack=pack)
        Quizzes().load(pack, report)
        return report

    pack = two_quizzes(table, beside=True)
    loaded(pack)
    pages = QuizPage.objects.filter(quiz__key="burnout/own-part")
    assert {page.translation_key for page in pages} == {item_uuid("page", "burnout/own-part")}
    assert [page.is_beside for page in pages] == [True, True]
    assert not QuizPage.objects.filter(quiz__key="burnout/quiz", is_beside=True).exists()
    asked = [part["key"] for part in parts_of(pages[0].get_parent().specific)]
    assert asked == [str(item_uuid("page", "burnout/quiz"))]

    dumped = Quizzes().dump(pack_of({}))
    assert dumped == Quizzes().canonical(pack)
    assert set(dumped) == {FILE, OTHER}
    assert loaded(pack).updated == []

    quiz = Quiz.objects.get(key="burnout/own-part")
    quiz.title_en = "An editor's words"
    quiz.save_revision().publish()
    pack.tables[OTHER]["title"] = pack.tables[OTHER]["title"] | {"en": "The pack's words"}
    assert loaded(pack).conflicts == ["quiz burnout/own-part"]
    assert Quiz.objects.get(key="burnout/own-part").title_en == "An editor's words"

    loaded(pack_of(table))
    assert Quiz.objects.get(key="burnout/own-part").archived
    assert set(Quizzes().dump(pack_of({}))) == {FILE}


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
    assert asked_count(Quiz.objects.get()) == 1
    load(whole)
    assert not Question.objects.get(key="burnout/only-one-watches").archived
    assert asked_count(Quiz.objects.get()) == 2


# Dumping --------------------------------------------------------------------------------


def whole(table):
    """The quiz with a question of every kind, topics, and a twin named before it stands."""
    table["questions"] += [row(kind) for kind in KINDS]
    table["questions"][2] |= {"twin": "only-one-watches", "critical": True}
    table["questions"][3]["topics"] = ["habits", "strain"]
    return table


def test_every_kind_is_loaded_and_dumped_as_it_was(site, table):
    for key in ("habits", "strain"):
        TopicFactory(key=key)
    assert list(Quizzes().check(pack_of(whole(table)))) == []
    assert load(table).conflicts == []
    assert Quizzes().dump(pack_of({}))[FILE] == dump_toml(table)
    report = load(copy.deepcopy(table))
    assert (report.created, report.updated, report.conflicts) == ([], [], [])
    assert Quizzes().canonical(pack_of(table))[FILE] == dump_toml(table)
    assert tomllib.loads(dump_toml(table)) == tidy(table)
    one, other = Question.objects.filter(critical=True)
    assert (one.other_twin, other.other_twin) == (other, one)


def test_the_canonical_text_has_everything_in_the_order_of_the_dump(site, table):
    for key in ("habits", "strain"):
        TopicFactory(key=key)
    loose = whole(table)
    loose["questions"][3]["topics"] = ["strain", "habits"]
    loose["questions"][4]["settings"] = ["municipal", "prison"]
    cloze = next(each for each in loose["questions"] if each["kind"] == "cloze")
    cloze["exact"] = ["punctuation", "case"]
    number = next(each for each in loose["questions"] if each["kind"] == "number")
    number |= {"value": 300.0, "tolerance": 0}
    assert list(Quizzes().check(pack_of(loose))) == []
    load(loose)
    assert Quizzes().dump(pack_of({}))[FILE] == Quizzes().canonical(pack_of(loose))[FILE]


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_part_of_any_kind_is_loaded(site, table, kind):
    table["questions"].append(row(kind))
    load(table)
    table["questions"][2]["explanation"]["en"] = "Otherwise"
    name = next(iter(PARTS[kind]))
    if isinstance(table["questions"][2][name], list):
        table["questions"][2][name].reverse()
        loaded = table["questions"][2][name]
    report = load(table)
    assert [each for each in report.updated if f"a-{kind}" in each]
    question = Question.objects.get(key=f"burnout/a-{kind}")
    assert question.versions.count() == 2
    if isinstance(table["questions"][2][name], list):
        assert tidy(plain_numbers(question.written()[name])) == tidy(loaded)


def test_an_editors_change_of_a_pair_is_a_conflict_and_stays(site, table):
    table["questions"].append(row("matching"))
    load(table)
    question = Question.objects.get(kind="matching")
    question.pairs[0].value["left_en"] = "An editor's words"
    question.save_revision().publish()
    table["questions"][2]["pairs"][1]["left"]["en"] = "The pack's words"
    assert any("a-matching" in name for name in load(table).conflicts)
    question = Question.objects.get(kind="matching")
    assert question.written()["pairs"][0]["left"]["en"] == "An editor's words"
    drafted = question.get_latest_revision_as_object().written()["pairs"]
    assert drafted[1]["left"]["en"] == "The pack's words"


# Topics ---------------------------------------------------------------------------------

TOPICS = """
[[topics]]
key = "habits"
name.lv = "Paradumi"
name.en = "Habits"
parent = "self-care"

[[topics]]
key = "self-care"
name.lv = "Rūpes par sevi"
name.en = "Self-care"
"""


def topic_pack(text):
    table = tomllib.loads(text)
    return Pack(
        uuid=TILTS_PACK, key="tilts", files={"topics.toml": text}, tables={"topics.toml": table}
    )


@pytest.mark.parametrize(
    ("change", "where", "reason"),
    [
        (('parent = "self-care"', 'parent = "x"'), "topics.habits.parent", "no topic 'x'"),
        (('parent = "self-care"', 'parent = "habits"'), "topics.habits.parent", "a part itself"),
        (('key = "habits"', 'key = "walks"'), "topics", "order of their keys"),
        (('key = "self-care"', 'key = "habits"'), "topics.habits", "twice"),
        (('name.lv = "Paradumi"', ""), "topics.habits.name.lv", "missing"),
        (('key = "habits"', 'keys = "habits"'), "topics.1.keys", "not known"),
        (('key = "habits"', 'key = ["habits"]'), "topics.1.key", "lower-case"),
    ],
)
def test_what_is_wrong_with_topics_is_said(change, where, reason):
    found = list(Topics().check(topic_pack(TOPICS.replace(*change))))
    assert any(each.where == where and reason in each.reason for each in found), found


def test_topics_are_loaded_dumped_and_archived():
    pack = topic_pack(TOPICS)
    assert list(Topics().check(pack)) == []
    report = Report(pack=pack)
    Topics().load(pack, report)
    assert len(report.created) == 2
    assert Topic.objects.get(key="habits").parent.key == "self-care"
    assert Topics().dump(pack) == {"topics.toml": TOPICS.lstrip()}
    report = Report(pack=pack)
    Topics().load(pack, report)
    assert (len(report.unchanged), report.updated) == (2, [])
    report = Report(pack=pack)
    Topics().load(topic_pack(TOPICS.split("\n\n")[1]), report)
    assert report.archived == ["topic habits"]
    assert "habits" not in Topics().dump(pack)["topics.toml"]


def test_what_is_dumped_is_what_was_loaded(site, table):
    load(table)
    dumped = Quizzes().dump(pack_of({}))
    assert list(dumped) == [FILE]
    assert dumped[FILE] == dump_toml(table)


def test_an_editors_change_is_in_the_dump(site, table):
    load(table)
    quiz = Quiz.objects.get()
    quiz.shown_during, quiz.shuffle, quiz.draw = everything(), False, 1
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


# The rules of a quiz --------------------------------------------------------------------

RULES = """
opens = 2026-05-04T09:00:00+03:00
closes = 2026-06-04T09:00:00+03:00
time_limit = 30
overdue = "grace"
grace = 5
extensions = false
wait_second = 24
wait_later = 48
grade = "average"
mastery_passes = 2
mastery_of = 3
miss_days = 14
marking = "third"
presentation = "page"
certainty = true
try_out = true

[shown]
during = ["correctness"]
after = ["nothing"]
closed = ["response", "marks"]

[[draws]]
number = 1
topic = "team"
critical = "yes"

[[draws]]
number = 2
competence = "self-care"
difficulty = 3
unseen_in_last = 2
"""


def with_rules(table, text=RULES):
    return table | tomllib.loads(text)


def test_the_rules_of_a_quiz_are_loaded_and_dumped(site, table):
    TopicFactory(key="team")
    table = with_rules(table)
    load(table)
    quiz = Quiz.objects.get()
    assert (quiz.time_limit, quiz.overdue, quiz.grace, quiz.extensions) == (30, "grace", 5, False)
    assert quiz.opens.isoformat() == "2026-05-04T06:00:00+00:00"
    assert quiz.try_out is True
    assert quiz.shown_during == ["correctness"]
    assert quiz.shown_after == []
    assert quiz.shown_later == everything()
    assert [
        (rule.number, rule.critical, rule.unseen_in_last) for rule in quiz.draw_rules.all()
    ] == [
        (1, "yes", 0),
        (2, "", 2),
    ]
    assert not load(table).updated
    dumped = Quizzes().dump(pack_of({}))[FILE]
    assert dumped == Quizzes().canonical(pack_of(table))[FILE]
    assert load(tomllib.loads(dumped)).conflicts == []


def test_rules_as_they_are_by_default_are_not_written(site, table):
    load(table | {"time_limit": 0, "grade": "highest", "shown": {"after": everything()}})
    dumped = tomllib.loads(Quizzes().dump(pack_of({}))[FILE])
    assert not {"time_limit", "grade", "shown", "draws", "extensions"} & set(dumped)


@pytest.mark.parametrize(
    ("given", "where", "reason"),
    [
        ({"time_limit": "30"}, "time_limit", "whole number"),
        ({"opens": "tomorrow"}, "opens", "moment"),
        ({"overdue": "never"}, "overdue", "one of"),
        ({"overdue": "grace"}, "grace", "granted"),
        ({"extensions": 1}, "extensions", "true or false"),
        ({"mastery_passes": 3, "mastery_of": 2}, "mastery_passes", "to pass"),
        ({"mastery_of": 2}, "mastery_passes", "to pass"),
        ({"shown": {"sometime": []}}, "shown.sometime", "not known"),
        ({"shown": {"after": ["all"]}}, "shown.after", "there is no"),
        ({"shown": {"after": []}}, "shown.after", "empty"),
        ({"shown": 3}, "shown", "not a table"),
        ({"draws": [{"number": 0}]}, "draws.1.number", "whole number"),
        ({"draws": [{"number": 1, "topic": "nowhere"}]}, "draws.1.topic", "there is no"),
        ({"draws": [{"number": 1, "critical": "maybe"}]}, "draws.1.critical", "there is no"),
        ({"draws": [{"number": 1, "topic": ["x"]}]}, "draws.1.topic", "there is no"),
        ({"draws": "all"}, "draws", "list"),
    ],
)
def test_what_is_wrong_with_the_rules_is_said_with_its_place(site, table, given, where, reason):
    found = list(Quizzes().check(pack_of(table | given)))
    assert any(problem.where == where and reason in problem.reason for problem in found), found

"""Questions in from files and out to files, by the pages of the admin."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision

from assessments import exchange
from assessments.formats import FORMATS
from assessments.models import Question
from assessments.parts import KINDS
from tests.assessments.factories import QuestionFactory
from tests.assessments.kinds import asked
from tests.people.factories import UserFactory
from tests.progress.factories import CompetenceFactory

pytestmark = pytest.mark.django_db

GIFT = r"""// [id:burnout/rest] [tag:tilts:competence=self-care:0.5] [tag:tilts:competence=flying:1]
Rest is work too.{T#No, it is.#Yes.}

What is this?

// [id:Not A Key]
Who is to be told? {=The lead ~Nobody}
"""


@pytest.fixture
def editor_of_questions(editor):
    client = Client(headers={"accept-language": "en"})
    client.force_login(editor)
    return client


def send(client, text, name="some.gift.txt", **given):
    data = {"module": "burnout", "language": "en", "file": SimpleUploadedFile(name, text)}
    return client.post(reverse("assessments_import"), data | given)


def test_what_is_understood_becomes_drafts_and_the_rest_is_listed(editor_of_questions, editor):
    CompetenceFactory(key="self-care")
    response = send(editor_of_questions, GIFT.encode())
    assert response.status_code == 200
    page = response.content.decode()
    rest, who = Question.objects.order_by("pk")
    assert (rest.key, rest.kind, rest.live) == ("burnout/rest", "true-false", False)
    assert (who.key, who.stem_en, who.stem_lv) == (
        "burnout/who-is-to-be-told",
        "Who is to be told?",
        "",
    )
    assert [f"{given.weight:.1f}" for given in rest.competence_weights.all()] == ["0.5"]
    assert rest.versions.count() == 0
    assert Revision.objects.filter(user=editor).count() == 2
    for part in ("2 drafts were made", "no competence “flying”", "line 4", "cannot be a key"):
        assert part in page, part
    edit = reverse("wagtailsnippets_assessments_question:edit", args=[who.pk])
    assert edit in page
    assert editor_of_questions.get(edit).status_code == 200


def test_the_same_file_again_makes_nothing_new(editor_of_questions):
    CompetenceFactory(key="self-care")
    send(editor_of_questions, GIFT.encode())
    page = send(editor_of_questions, GIFT.encode()).content.decode()
    assert "“burnout/rest” is in the bank already" in page
    assert Question.objects.filter(key="burnout/rest").count() == 1


def test_a_taken_key_is_not_taken_over(editor_of_questions):
    ours = QuestionFactory(key="burnout/rest", stem_en="Ours?")
    page = send(editor_of_questions, GIFT.encode()).content.decode()
    assert "another question’s key" in page
    ours.refresh_from_db()
    assert ours.stem_en == "Ours?"
    assert Question.objects.filter(stem_en="Rest is work too.").get().key != "burnout/rest"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xml", b"<quiz>", "broken in line"),
        ("a.docx", b"PK\x03\x04\xff\xfe", "no text in UTF-8"),
        ("a.pdf", b"hello", "neither Moodle XML nor GIFT"),
        ("a.gift", b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(editor_of_questions, name, content, reason):
    response = send(editor_of_questions, content, name)
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert Question.objects.count() == 0


def test_a_module_is_a_key(editor_of_questions):
    assert send(editor_of_questions, GIFT.encode(), module="No Key").status_code == 422
    assert Question.objects.count() == 0


def test_scripted_text_is_only_text(editor_of_questions):
    send(editor_of_questions, b"[html]<script>alert(1)</script>Who <b>calls</b>?{=I ~You}")
    assert Question.objects.get().stem_en == "Who calls?"


def test_only_who_may_add_questions_imports(learner_client, editor_of_questions):
    for name in ("assessments_import", "assessments_export", "assessments_export_file"):
        assert learner_client.get(reverse(name)).status_code in {302, 403}
    plain = UserFactory(in_groups=[])
    client = Client()
    client.force_login(plain)
    assert send(client, GIFT.encode()).status_code in {302, 403}
    assert Question.objects.count() == 0


def test_export_follows_the_filter_and_says_what_is_lost(editor_of_questions):
    QuestionFactory(stem_en="Kept in?", module="burnout")
    QuestionFactory(stem_en="Left out?", module="ethics", key="ethics/x")
    page = editor_of_questions.get(reverse("assessments_export"), {"module": "burnout"})
    assert "1 question, as the list was filtered" in page.content.decode()
    for name in FORMATS:
        file = editor_of_questions.get(
            reverse("assessments_export_file"), {"module": "burnout", "format": name}
        )
        assert "attachment" in file["Content-Disposition"]
        assert "Kept in" in file.content.decode()
        assert "Left out" not in file.content.decode()
    unknown = editor_of_questions.get(
        reverse("assessments_export_file"), {"format": "odt"}, follow=True
    )
    assert unknown.status_code == 404


def test_the_list_leads_in_and_out(editor_of_questions):
    page = editor_of_questions.get(
        reverse("wagtailsnippets_assessments_question:list"), {"kind": "single"}
    ).content.decode()
    assert reverse("assessments_import") in page
    assert f"{reverse('assessments_export')}?kind=single" in page


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_table_brings_every_kind_back_as_it_was(kind, editor, django_assert_max_num_queries):
    CompetenceFactory(key="self-care")
    question = asked(kind)
    before, uuid = question.as_data(), question.uuid
    text = exchange.written([question], "csv").text
    key = question.key
    question.versions.all()._raw_delete("default")
    Question.objects.all().delete()
    found = exchange.read("a.csv", text.encode(), "lv")
    loaded = exchange.load(found, "burnout", editor)
    assert loaded.notes == []
    (made,) = loaded.made
    assert (made.key, made.uuid) == (key, uuid)
    assert Question.objects.get(pk=made.pk).as_data() == before


def test_many_questions_cost_few_statements_to_export(
    editor_of_questions, django_assert_max_num_queries
):
    QuestionFactory.create_batch(30)
    with django_assert_max_num_queries(20):
        editor_of_questions.get(reverse("assessments_export"))

"""What is right shows nowhere before it is due: versions that differ in it alone look the same.

For every kind and both presentations each page and each answer of the server is compared byte by
byte, CSRF tokens and the token of the button that starts an attempt aside.
"""

import copy
import re
import uuid

import pytest
from django.urls import reverse

from assessments import actions, grading
from assessments.models import Attempt, Step
from assessments.models.bodies import fields_of
from courses.outline import outdate
from tests.assessments.factories import QuestionFactory, QuizFactory, begun, quiz_page
from tests.assessments.kinds import KINDS, asked, t, written

pytestmark = pytest.mark.django_db
CHANCE = re.compile(rb'(name="csrfmiddlewaretoken" value|name="token" value|data-token)="[^"]+"')


def swapped(kind):
    """The question with another thing right, other feedback and another explanation."""
    other = copy.deepcopy(KINDS[kind])
    match kind:
        case "single" | "true-false":
            first, second = other["options"][:2]
            first["right"], second["right"] = second["right"], first["right"]
        case "multiple":
            other["options"][0]["right"] = False
            other["options"][2]["right"] = True
        case "matching":
            rights = [pair["right"] for pair in other["pairs"]]
            for pair, right in zip(other["pairs"], rights[1:] + rights[:1], strict=True):
                pair["right"] = right
        case "ordering":
            other["items"].reverse()
        case "grouping":
            first, second = other["groups"]
            first["items"], second["items"] = second["items"], first["items"]
        case "cloze":
            one, two = other["gaps"][0]["options"]
            one["right"], two["right"] = two["right"], one["right"]
            other["gaps"][1]["accepted"] = {"lv": ["laiku"], "en": ["time"]}
            other["gaps"][1]["wrong"] = []
        case "number":
            other |= {"value": 99, "tolerance": 3, "near": []}
        case "short-text":
            other["accepted"] = [{"words": {"lv": ["upuris"], "en": ["victim"]}}]
            other["wrong"] = []
        case "estimate":
            other |= {"value": 12, "year": 2020, "within": 5}
        case "open":
            other["example"] = t("Quite another case")
            for criterion in other["criteria"]:
                for level in criterion["levels"]:
                    level["points"] *= 3
                    level["text"] = t("Something else")
    return told_otherwise(other)


def told_otherwise(value):
    """Every feedback and belief in other words."""
    if isinstance(value, dict):
        return {
            name: t("Told otherwise")
            if name in ("feedback", "right_feedback", "other")
            else "another-belief"
            if name == "misconception" and part
            else told_otherwise(part)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [told_otherwise(part) for part in value]
    return value


ANSWERS = {
    "single": {"choice": "a"},
    "multiple": {"choice": ["a", "b"]},
    "true-false": {"choice": "false"},
    "number": {"number": "12,5"},
    "short-text": {"text": "rescuer"},
    "estimate": {"number": "9696"},
    "open": {"text": "I would ask first."},
}


def answer(question):
    """A whole answer by the form's fields; for the first version it is the right one, mostly."""
    match question:
        case grading.Matching():
            return {f"pair-{left}": right for left, right in question.pairs.items()}
        case grading.Ordering():
            return {f"place-{item}": str(n) for n, item in enumerate(question.items, 1)}
        case grading.Grouping():
            return {f"group-{item}": group for item, group in question.belongs.items()}
        case grading.Cloze():
            return {"gap-when": "now", "gap-what": "attention"}
    return None


def same(responses):
    return [
        (response.status_code, response.get("Location", ""), CHANCE.sub(b"", response.content))
        for response in responses
    ]


@pytest.fixture
def two_versions(request):
    kind = request.param
    question = asked(kind)
    first = question.versions.get()
    whole = written(kind, **swapped(kind), explanation=t("Explained otherwise"))
    for name, value in fields_of(kind, whole, question.uuid).items():
        setattr(question, name, value)
    question.explanation_lv = question.explanation_en = "Explained otherwise"
    question.save()
    second = question.versions.order_by("-number").first()
    assert first.hash != second.hash
    assert grading.shuffled_keys(first.data) or kind in ANSWERS
    given = ANSWERS.get(kind) or answer(grading.question_of(first.data))
    return kind, question, first, second, given


def set_to(attempt, version):
    """The attempt as it was when it began, asking this version in the same order."""
    Step.objects.filter(attempt=attempt).delete()
    row = Attempt.objects.get(pk=attempt.pk)
    row.pinned["slots"][0]["version"] = version.pk
    row.save()


def sent(fields, prefix=""):
    return {f"{prefix}{name}": value for name, value in fields.items()}


@pytest.mark.parametrize("two_versions", KINDS, indirect=True)
@pytest.mark.parametrize("rules", [{}, {"explained": True}, {"certainty": True}])
def test_one_question_at_a_time(learner, learner_client, two_versions, rules):
    _kind, question, first, second, given = two_versions
    quiz = QuizFactory(questions=[question, QuestionFactory()], **rules)
    page = quiz_page(quiz)
    outdate()
    attempt = begun(learner, page)
    ask, other = (reverse("assessments:question", args=[attempt.pk, slot]) for slot in (1, 2))
    token = actions.form_token(attempt, 1, 0)
    certain = {"certainty": "3"} if rules.get("certainty") else {}

    def everything():
        client = learner_client
        yield client.get(page.url)
        yield client.get(ask)
        yield client.post(ask, {"token": token})
        yield client.post(ask, {"choice": "?", "text": "x" * 9000, "number": "?", "token": token})
        yield client.post(ask, sent(given) | {"token": uuid.UUID(int=1)})
        if rules.get("explained"):
            return  # what comes next is due
        yield client.post(ask, sent(given) | {"token": token} | certain)
        yield client.get(ask)
        yield client.post(ask, sent(given) | {"token": token} | certain)
        yield client.post(ask, {"choice": "b", "text": "other", "number": "3", "token": token})
        yield client.get(other)
        yield client.get(reverse("assessments:finish", args=[attempt.pk]))
        yield client.get(attempt.get_absolute_url())

    seen = []
    for version in (first, second):
        set_to(attempt, version)
        seen.append(same(everything()))
    assert seen[0] == seen[1]
    assert {status for status, _place, _said in seen[0]} >= {200, 409, 422}
    for _status, _place, said in seen[0]:
        assert not re.search(rb"Feedback|Because|Elsewhere|Told|Explan|otherwise", said)


@pytest.mark.parametrize("two_versions", KINDS, indirect=True)
def test_all_on_one_page(learner, learner_client, two_versions):
    _kind, question, first, second, given = two_versions
    quiz = QuizFactory(questions=[question, QuestionFactory()], presentation="page", certainty=True)
    page = quiz_page(quiz)
    outdate()
    attempt = begun(learner, page)
    save = reverse("assessments:save", args=[attempt.pk])
    token = actions.form_token(attempt, 1, 0)
    named = uuid.UUID(int=7)

    def everything():
        client, script = learner_client, {"headers": {"Accept": "application/json"}}
        whole = sent(given, "q1-")
        yield client.get(attempt.get_absolute_url())
        yield client.post(save, {"q1-choice": "?", "q1-text": "x" * 9000, "q1-token": token})
        yield client.post(save, whole | {"q1-token": "nonsense"})
        yield client.post(save, whole | {"q1-token": named, "q1-base": token}, **script)
        yield client.post(save, whole | {"q1-token": named, "q1-base": token}, **script)
        yield client.post(
            save,
            {"q1-choice": "b", "q1-text": "other", "q1-number": "3", "q1-token": uuid.UUID(int=8)},
            **script,
        )
        yield client.post(save, whole | {"q1-token": actions.form_token(attempt, 1, 1)})
        yield client.get(attempt.get_absolute_url())

    seen = []
    for version in (first, second):
        set_to(attempt, version)
        seen.append(same(everything()))
    assert seen[0] == seen[1]
    assert {status for status, _place, _said in seen[0]} >= {200, 302, 422}
    for _status, _place, said in seen[0]:
        assert not re.search(rb"Feedback|Because|Elsewhere|Told|Explan|otherwise", said)


@pytest.mark.parametrize("two_versions", sorted({*KINDS} - grading.BY_HAND), indirect=True)
@pytest.mark.parametrize("rules", [{}, {"explained": True}, {"presentation": "page"}])
def test_a_try_out(client, two_versions, rules):
    """Visitors see no more than anybody: pages of one question, or all of them on one."""
    _kind, question, first, second, given = two_versions
    questions = [question, QuestionFactory()]
    page = quiz_page(QuizFactory(questions=questions, try_out=True, **rules))
    outdate()

    def at(name, *args):
        return reverse(f"assessments:try_{name}", args=[page.translation_key, *args])

    client.post(at("start"), {"token": uuid.uuid4()})
    attempt = uuid.UUID(client.session["tries"][str(page.translation_key)]["id"])
    token = actions.form_token(Attempt(pk=attempt), 1, 0)
    bad = {"choice": "?", "text": "x" * 9000, "number": "?", "token": token}
    other = {"choice": "b", "text": "other", "number": "3", "token": token}

    def everything():
        yield client.get(page.url)
        if rules.get("presentation"):
            whole = sent(given, "q1-") | {"q1-token": token}
            yield client.get(at("attempt"))
            yield client.post(at("save"), sent(bad, "q1-"))
            yield client.post(at("save"), whole | {"q1-token": "nonsense"})
            yield client.post(at("save"), whole)
            yield client.get(at("attempt"))
            yield client.post(at("save"), sent(other, "q1-"))
            yield client.get(at("attempt"))
            return
        yield client.get(at("question", 1))
        yield client.post(at("question", 1), {"token": token})
        yield client.post(at("question", 1), bad)
        yield client.post(at("question", 1), sent(given) | {"token": uuid.UUID(int=1)})
        if rules.get("explained"):
            return  # what comes next is due
        yield client.post(at("question", 1), sent(given) | {"token": token})
        yield client.get(at("question", 1))
        yield client.post(at("question", 1), other)
        yield client.get(at("question", 2))
        yield client.get(at("finish"))
        yield client.get(at("attempt"))

    seen = []
    for version in (first, second):
        session = client.session
        kept = session["tries"][str(page.translation_key)]
        kept["pinned"]["slots"][0]["version"], kept["steps"] = version.pk, []
        session["tries"] = session["tries"]
        session.save()
        seen.append(same(everything()))
    assert seen[0] == seen[1]
    assert {status for status, _place, _said in seen[0]} >= {200, 422}
    for _status, _place, said in seen[0]:
        assert not re.search(rb"Feedback|Because|Elsewhere|Told|Explan|otherwise", said)


@pytest.mark.parametrize("two_versions", ["matching", "ordering", "grouping"], indirect=True)
def test_the_order_pinned_says_nothing_either(learner, two_versions):
    """Where the author's order is the answer, the keys come in an order that is not."""
    _kind, _question, first, second, _given = two_versions
    assert sorted(grading.shuffled_keys(first.data)) == sorted(grading.shuffled_keys(second.data))
    assert grading.must_shuffle(first.data)


def test_marks_are_not_shown_where_only_answers_are(learner, learner_client):
    quiz = QuizFactory(shown_after=["response"], shown_later=["response"])
    page = quiz_page(quiz)
    outdate()
    attempt = begun(learner, page)
    actions.answer(attempt, 1, {"chosen": ["b"]}, actions.form_token(attempt, 1, 0))
    actions.finish(attempt)
    said = learner_client.get(reverse("assessments:review", args=[attempt.pk])).content.decode()
    assert 'value="b" checked' in said
    assert "Feedback" not in said
    assert "Explanation" not in said
    assert "0 %" not in said
    assert "Not right" not in said

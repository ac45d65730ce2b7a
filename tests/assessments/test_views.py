"""Taking a quiz through the browser's eyes: once working, once refused, once someone else's."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import actions
from assessments.models import Attempt, Question, Step
from courses.outline import outdate
from tests.assessments.factories import (
    QuestionFactory,
    QuizFactory,
    begun,
    lesson_page,
    options,
    quiz_page,
)

pytestmark = pytest.mark.django_db
FEEDBACK = ("Feedback", "Skaidrojums", "Paskaidrojums", "Explanation of all")


@pytest.fixture
def page():
    made = quiz_page()
    outdate()
    return made


@pytest.fixture
def attempt(learner, page):
    return begun(learner, page)


def address(attempt, slot=None, name="question"):
    args = [attempt.pk] if slot is None else [attempt.pk, slot]
    return reverse(f"assessments:{name}", args=args)


def send(client, attempt, slot, *chosen, token=None):
    saved = attempt.steps.filter(slot=slot).count()
    token = token or actions.form_token(attempt, slot, saved)
    return client.post(address(attempt, slot), {"choice": chosen, "token": token})


def text_of(response):
    return response.content.decode()


# Start ----------------------------------------------------------------------------------


def test_a_quiz_page_says_what_it_asks_and_offers_to_start(learner_client, page):
    said = text_of(learner_client.get(page.url))
    assert "3 questions" in said or "3 jaut" in said
    assert reverse("assessments:start", args=[page.translation_key]).split("/", 2)[2] in said
    assert "60 %" in said


def test_a_quiz_page_asks_to_sign_in_first(client, page):
    response = client.get(page.url)
    assert response.status_code == 302
    assert "login" in response.url
    assert page.url in response.url


def test_the_button_starts_an_attempt_and_shows_its_first_question(learner_client, page):
    start = reverse("assessments:start", args=[page.translation_key])
    token = uuid.uuid4()
    response = learner_client.post(start, {"token": token})
    attempt = Attempt.objects.get()
    assert response.url == attempt.get_absolute_url()
    assert learner_client.get(response.url).url == address(attempt, 1)
    learner_client.post(start, {"token": token})
    assert Attempt.objects.count() == 1


def test_starting_is_a_post_of_somebody_signed_in(client, learner_client, page):
    start = reverse("assessments:start", args=[page.translation_key])
    assert learner_client.get(start).status_code == 405
    assert "login" in client.post(start, {"token": uuid.uuid4()}).url
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5000])
def test_a_start_without_a_proper_token_is_shown_again(learner_client, page, token):
    start = reverse("assessments:start", args=[page.translation_key])
    response = learner_client.post(start, {"token": token})
    assert response.status_code == 422
    assert "Press the button again" in text_of(response)


def test_an_unknown_quiz_is_not_found(learner_client, page):
    start = reverse("assessments:start", args=[uuid.uuid4()])
    assert learner_client.post(start, {"token": uuid.uuid4()}).status_code == 404
    page.unpublish()
    start = reverse("assessments:start", args=[page.translation_key])
    assert learner_client.post(start, {"token": uuid.uuid4()}).status_code == 404


def test_a_quiz_without_attempts_left_says_so(learner, learner_client):
    page = quiz_page(QuizFactory(attempts_allowed=1))
    outdate()
    actions.finish(begun(learner, page))
    start = reverse("assessments:start", args=[page.translation_key])
    before = text_of(learner_client.get(page.url))
    assert "quiz-rules" not in before
    assert '<button class="button large' not in before
    response = learner_client.post(start, {"token": uuid.uuid4()})
    assert response.status_code == 409
    assert "All attempts" in text_of(response)


def test_an_archived_quiz_offers_no_start_but_shows_what_was_done(learner, learner_client, page):
    done = actions.finish(begun(learner, page))
    page.archived = True
    page.save()
    response = learner_client.get(page.url)
    assert address(done, name="review").split("/", 2)[2] in text_of(response)
    assert '<button class="button large' not in text_of(response)
    start = reverse("assessments:start", args=[page.translation_key])
    assert learner_client.post(start, {"token": uuid.uuid4()}).status_code == 409


def test_a_quiz_of_an_archived_module_says_so_and_can_still_be_taken(learner_client, page):
    module = page.get_parent().specific
    module.archived = True
    module.save_revision().publish()
    response = learner_client.get(page.url)
    assert "courses/includes/archived.html" in [template.name for template in response.templates]
    assert '<button class="button large' in text_of(response)


# Answering ------------------------------------------------------------------------------


def test_a_question_is_a_fieldset_with_its_legend(learner_client, attempt):
    said = text_of(learner_client.get(address(attempt, 1)))
    assert "Question 1 of 3" in said
    assert said.count("<h1") == 1
    assert re.search(r"<fieldset[^>]*>\s*<legend><h1", said)
    assert said.count('type="radio"') == 4


def test_each_answer_is_saved_at_once_and_leads_on(learner_client, attempt):
    response = send(learner_client, attempt, 1, "b")
    assert response.url == address(attempt, 2)
    assert Step.objects.get().response == {"chosen": ["b"]}
    send(learner_client, attempt, 2, "a")
    assert send(learner_client, attempt, 3, "a").url == address(attempt, name="finish")


def test_going_back_shows_the_answer_and_changes_it(learner_client, attempt):
    send(learner_client, attempt, 1, "b")
    said = text_of(learner_client.get(address(attempt, 1)))
    assert 'value="b" checked' in said
    send(learner_client, attempt, 1, "a")
    assert Step.objects.count() == 2


def test_the_same_post_twice_leaves_one_answer(learner_client, attempt):
    token = actions.form_token(attempt, 1, 0)
    first = send(learner_client, attempt, 1, "b", token=token)
    second = send(learner_client, attempt, 1, "b", token=token)
    assert first.url == second.url
    assert Step.objects.count() == 1


def test_a_second_tab_is_told_which_answer_is_kept(learner_client, attempt):
    token = actions.form_token(attempt, 1, 0)
    send(learner_client, attempt, 1, "b", token=token)
    response = send(learner_client, attempt, 1, "c", token=token)
    assert response.status_code == 409
    said = text_of(response)
    assert "Answered in another tab" in said
    assert 'value="b" checked' in said
    assert Step.objects.count() == 1
    # The form shown now is up to date: the other answer can be chosen after all.
    token = re.search(r'name="token" value="([^"]+)"', said)[1]
    assert send(learner_client, attempt, 1, "c", token=token).status_code == 302


@pytest.mark.parametrize(
    ("kind", "chosen", "message"),
    [
        ({}, [], "Choose an answer first"),
        ({"several": True}, [], "Choose an answer first"),
        ({}, ["z"], "not one of those shown"),
        ({}, ["<script>alert(1)</script>"], "not one of those shown"),
        ({}, ["a", "b"], "Only one answer"),
        ({}, ["a" * 10_000], "longer than any answer"),
        ({"several": True}, ["a"] * 1000, "longer than any answer"),
        ({"statement": True}, ["maybe"], "not one of those shown"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_asked_for_again(
    learner, learner_client, kind, chosen, message
):
    questions = [QuestionFactory(**kind)]
    attempt = begun(learner, quiz_page(QuizFactory(questions=questions)))
    response = send(learner_client, attempt, 1, *chosen)
    assert response.status_code == 422
    assert message in text_of(response)
    assert "<script>alert" not in text_of(response)
    assert not Step.objects.exists()


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5000])
def test_an_answer_without_a_proper_token_is_asked_for_again(learner_client, attempt, token):
    response = learner_client.post(address(attempt, 1), {"choice": "a", "token": token})
    assert response.status_code == 422
    assert "out of date" in text_of(response)


@pytest.mark.parametrize("slot", [0, 4, 999999])
def test_a_question_that_is_not_asked_is_not_found(learner_client, attempt, slot):
    assert learner_client.get(address(attempt, slot)).status_code == 404
    assert send(learner_client, attempt, slot, "a").status_code == 404


def test_several_may_be_chosen_with_checkboxes(learner, learner_client):
    quiz = QuizFactory(questions=[QuestionFactory(several=True)])
    attempt = begun(learner, quiz_page(quiz))
    said = text_of(learner_client.get(address(attempt, 1)))
    assert said.count('type="checkbox"') == 5
    assert "Choose all that apply" in said
    send(learner_client, attempt, 1, "e", "a")
    assert Step.objects.get().response == {"chosen": ["a", "e"]}


def test_true_and_false_are_said_in_the_readers_language(learner, learner_client):
    quiz = QuizFactory(questions=[QuestionFactory(statement=True)])
    attempt = begun(learner, quiz_page(quiz))
    said = text_of(learner_client.get(address(attempt, 1)))
    assert "<span>True</span>" in said
    assert said.index('value="true"') < said.index('value="false"')


def test_switching_the_language_in_the_middle_loses_nothing(learner_client, attempt):
    send(learner_client, attempt, 1, "b")
    latvian = address(attempt, 1).replace("/en/", "/lv/")
    said = text_of(learner_client.get(latvian))
    assert "Atbilde b" in said
    assert 'value="b" checked' in said


# Another person -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["attempt", "finish", "review", "question"])
def test_another_persons_attempt_is_not_found(attempt, lead_client, stranger_client, name):
    url = address(attempt, 1 if name == "question" else None, name)
    for client in (lead_client, stranger_client):
        assert client.get(url).status_code == 404
        if name in ("finish", "question"):
            assert client.post(url, {"choice": "a"}).status_code == 404
    assert Attempt.objects.get().is_open


def test_an_attempt_asks_to_sign_in(client, attempt):
    for name in ("attempt", "finish", "review"):
        assert "login" in client.get(address(attempt, name=name)).url


# Finishing and looking back -------------------------------------------------------------


def test_the_overview_says_what_is_open(learner_client, attempt):
    send(learner_client, attempt, 1, "a")
    said = text_of(learner_client.get(address(attempt, name="finish")))
    assert "2 questions have no answer yet" in said
    assert "Finish anyway" in said


def test_finishing_shows_the_result_in_words_first(learner_client, attempt):
    for slot in (1, 2):
        send(learner_client, attempt, slot, "a")
    send(learner_client, attempt, 3, "b")
    response = learner_client.post(address(attempt, name="finish"), follow=True)
    said = text_of(response)
    assert response.redirect_chain == [(address(attempt, name="review"), 302)]
    assert "You have passed with 66 %" in said
    assert "Well done" in said
    assert said.count("<h1") == 1
    assert said.index("<h1") < said.index("Question by question")
    # What was chosen wrong, and what would have been right.
    assert "Feedback b" in said
    assert "Feedback a" in said
    assert "Feedback c" not in said
    assert "Explanation of all" in said


def test_failing_is_kind_and_says_what_to_reread(learner, learner_client):
    lesson = lesson_page(title="Three strains")
    question = QuestionFactory(reread=lesson)
    attempt = begun(learner, quiz_page(QuizFactory(questions=[question])))
    outdate()
    send(learner_client, attempt, 1, "b")
    said = text_of(learner_client.post(address(attempt, name="finish"), follow=True))
    assert "Not passed yet: 0 %" in said
    assert "Have another look" in said
    assert said.count("Three strains") >= 2
    assert "Try again" in said


def test_finishing_twice_and_answering_late_change_nothing(learner_client, attempt):
    learner_client.post(address(attempt, name="finish"))
    assert learner_client.post(address(attempt, name="finish")).url.endswith("/review/")
    response = send(learner_client, attempt, 1, "a")
    assert response.url.endswith("/review/")
    assert "was not added" in text_of(learner_client.get(response.url))
    assert Step.objects.get().kind == "finished"
    assert learner_client.get(address(attempt, 1)).url.endswith("/review/")


def test_an_open_attempt_has_no_review(learner_client, attempt):
    response = learner_client.get(address(attempt, name="review"))
    assert response.url == attempt.get_absolute_url()


def test_earlier_attempts_are_listed_and_can_be_read_again(learner_client, page, attempt):
    learner_client.post(address(attempt, name="finish"))
    said = text_of(learner_client.get(page.url))
    url = address(attempt, name="review")
    assert url.split("/", 2)[2] in said
    assert learner_client.get(url).status_code == 200


def test_the_latest_attempts_are_listed_and_all_where_asked_for(learner, learner_client, page):
    for _time in range(7):
        actions.finish(begun(learner, page))
    some = learner_client.get(page.url).content.decode()
    assert re.findall(r"(\d)\. mēģinājums", some) == ["5", "6", "7"]
    [address] = re.findall(r'href="(\?attempts=all)#attempts">Visi mēģinājumi \(7\)', some)
    every = learner_client.get(page.url + address).content.decode()
    assert re.findall(r"(\d)\. mēģinājums", every) == list("1234567")
    assert "?attempts=all#attempts" not in every


def test_each_answer_is_explained_at_once_where_the_quiz_says_so(learner, learner_client):
    attempt = begun(learner, quiz_page(QuizFactory(explained=True)))
    response = send(learner_client, attempt, 1, "b")
    assert response.url == address(attempt, 1)
    said = text_of(learner_client.get(response.url))
    assert "Feedback b" in said
    assert "Explanation of all" in said
    assert "Next question" in said
    assert 'type="radio"' not in said
    later = send(learner_client, attempt, 1, "a")
    assert later.url == address(attempt, 1)
    assert "your first answer stands" in text_of(learner_client.get(later.url))


def test_a_person_who_lost_her_session_finds_her_answers(learner, learner_client, attempt):
    send(learner_client, attempt, 1, "b")
    learner_client.session.flush()
    other = Client()
    other.force_login(learner)
    assert other.get(attempt.get_absolute_url()).url == address(attempt, 2)
    assert 'value="b" checked' in text_of(other.get(address(attempt, 1)))


# What must not be seen ------------------------------------------------------------------


def test_nothing_is_kept_in_a_cache(learner_client, attempt):
    for url in (address(attempt, 1), address(attempt, name="finish")):
        assert "no-store" in learner_client.get(url)["Cache-Control"]


# What it costs --------------------------------------------------------------------------


def counted(connection_, act):
    with CaptureQueriesContext(connection_) as captured:
        response = act()
    said = [query["sql"] for query in captured.captured_queries]
    counted_ = [sql for sql in said if not re.match(r"(BEGIN|COMMIT|SAVEPOINT|RELEASE)", sql)]
    writes = [sql for sql in counted_ if re.match(r"(INSERT|UPDATE|DELETE)", sql)]
    return response, counted_, writes


@pytest.mark.parametrize("size", [3, 40])
def test_the_overview_and_the_review_cost_the_same_for_any_length(learner, learner_client, size):
    quiz = QuizFactory(questions=QuestionFactory.create_batch(size))
    attempt = begun(learner, quiz_page(quiz))
    outdate()
    learner_client.get(address(attempt, name="finish"))
    _response, shown, _writes = counted(
        connection, lambda: learner_client.get(address(attempt, name="finish"))
    )
    assert len(shown) <= 10, shown
    learner_client.post(address(attempt, name="finish"))
    learner_client.get(address(attempt, name="review"))
    _response, shown, _writes = counted(
        connection, lambda: learner_client.get(address(attempt, name="review"))
    )
    assert len(shown) <= 16, shown


def test_an_edit_is_not_seen_by_an_attempt_already_begun(learner_client, attempt):
    question = Question.objects.order_by("pk").first()
    question.stem_en = "Rewritten"
    question.options = options("ab", "b")
    question.save_revision().publish()
    said = text_of(learner_client.get(address(attempt, 1)))
    assert "Rewritten" not in said
    assert said.count('type="radio"') == 4

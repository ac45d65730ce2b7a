"""A quiz tried out by a visitor: kept in her session alone, and as good as the real thing."""

import re
import uuid

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertNumQueries
from wagtail.models import PageViewRestriction

from assessments import tries
from assessments.models import Attempt
from courses.outline import outdate
from courses.people.models import Message
from courses.progress.models import Activity, Evidence, Subject
from tests.assessments.factories import QuestionFactory, QuizFactory, module_page, quiz_page
from tests.assessments.kinds import asked

pytestmark = pytest.mark.django_db


def tried(**given):
    page = quiz_page(QuizFactory(try_out=True, **given), code="en")
    outdate()
    return page


def address(page, name, *args):
    return reverse(f"assessments:try_{name}", args=[page.translation_key, *args])


def begin(client, page, token=None):
    return client.post(address(page, "start"), {"token": token or uuid.uuid4()})


def token_in(response):
    return re.search(rb'name="token" value="([^"]+)"', response.content)[1].decode()


def give(client, page, slot, **fields):
    shown = client.get(address(page, "question", slot))
    return client.post(address(page, "question", slot), fields | {"token": token_in(shown)})


def said(response):
    return response.content.decode()


# Where it is offered --------------------------------------------------------------------


def test_a_visitor_is_offered_the_try_out_where_the_editor_allows_it(client):
    page = tried()
    response = client.get(page.url)
    assert response.status_code == 200
    assert "Try it out" in said(response)
    assert "no-store" in response["Cache-Control"]
    assert client.get(quiz_page(code="en").url).status_code == 302


@pytest.mark.parametrize(
    "given",
    [{"live": False}, {"archived": True}, {"try_out": False}, {"questions": []}],
    ids=lambda given: next(iter(given)),
)
def test_a_quiz_that_is_not_offered_is_not_tried_out(client, given):
    page = quiz_page(QuizFactory(**{"try_out": True} | given), code="en")
    outdate()
    assert client.get(page.url).status_code == 302
    assert begin(client, page).url == page.url
    assert tries.KEY not in client.session


def test_a_closed_quiz_is_not_tried_out(client):
    page = tried(closes="2020-01-01T00:00:00Z")
    assert client.get(page.url).status_code == 302


def test_a_private_module_is_private_for_its_try_out_too(client):
    page = tried()
    PageViewRestriction.objects.create(page=module_page("en"), restriction_type="login")
    outdate()
    assert client.get(page.url).status_code == 302
    assert begin(client, page).status_code == 404
    assert client.get(address(page, "attempt")).status_code == 404


def test_an_unknown_quiz_is_not_found(client):
    assert client.get(reverse("assessments:try_attempt", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize(
    ("name", "args"), [("attempt", []), ("question", [1]), ("finish", []), ("result", [])]
)
def test_signed_in_people_are_sent_to_the_quiz_itself(learner_client, name, args):
    page = tried()
    assert learner_client.get(address(page, name, *args)).url == page.url


def test_a_signed_in_person_begins_no_try_out(learner_client):
    page = tried()
    assert begin(learner_client, page).url == page.url
    assert "Start the quiz" in said(learner_client.get(page.url))


@pytest.mark.parametrize(("name", "args"), [("attempt", []), ("question", [1]), ("result", [])])
def test_whoever_has_begun_nothing_is_sent_to_the_beginning(client, name, args):
    page = tried()
    assert client.get(address(page, name, *args)).url == page.url


# The road through it --------------------------------------------------------------------


def rows():
    """How many rows every table has but that of the sessions."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model is not Session and model._meta.managed
    }


def test_a_visitor_goes_through_and_nothing_is_kept_but_in_her_session(client):
    page = tried()
    before = rows()
    assert begin(client, page).url == address(page, "attempt")
    assert client.get(address(page, "attempt")).url == address(page, "question", 1)
    assert give(client, page, 1, choice="a").url == address(page, "question", 2)
    assert give(client, page, 2, choice="b").url == address(page, "question", 3)
    assert give(client, page, 3, choice="a").url == address(page, "finish")
    overview = said(client.get(address(page, "finish")))
    assert "Every question is answered" in overview
    assert client.post(address(page, "finish")).url == address(page, "result")
    result = said(client.get(address(page, "result")))
    assert "66 %" in result
    assert "Feedback b" in result
    assert "Nothing of this is kept." in result
    assert f"{reverse('account_login')}?next={page.url}" in result
    assert rows() == before
    assert not Attempt.objects.exists()
    for model in (Activity, Evidence, Subject, Message):
        assert not model.objects.exists()


def test_answers_stay_through_a_reload_and_in_the_database_of_sessions(client):
    page = tried()
    begin(client, page)
    give(client, page, 1, choice="c")
    assert 'value="c" checked' in said(client.get(address(page, "question", 1)))
    other = Client()
    other.cookies = client.cookies
    assert 'value="c" checked' in said(other.get(address(page, "question", 1)))
    assert Client().get(address(page, "question", 1)).url == page.url


def test_an_answer_may_be_changed_until_one_finishes(client):
    page = tried()
    begin(client, page)
    give(client, page, 1, choice="b")
    give(client, page, 1, choice="a")
    client.post(address(page, "finish"))
    assert "33 %" in said(client.get(address(page, "result")))
    assert client.get(address(page, "question", 1)).url == address(page, "result")
    sent = {"choice": "b", "token": uuid.uuid4()}
    assert client.post(address(page, "question", 1), sent).url == address(page, "result")


def test_sent_twice_is_sent_once_and_an_old_form_changes_nothing(client):
    page = tried()
    token = uuid.uuid4()
    begin(client, page, token)
    shown = client.get(address(page, "question", 1))
    first = {"choice": "b", "token": token_in(shown)}
    client.post(address(page, "question", 1), first)
    client.post(address(page, "question", 1), first)
    begin(client, page, token)
    kept = client.session[tries.KEY][str(page.translation_key)]
    assert len(kept["steps"]) == 1
    other = client.post(address(page, "question", 1), first | {"choice": "c"})
    assert other.status_code == 409
    assert 'value="b" checked' in said(other)


def test_an_answer_that_cannot_be_taken_says_why(client):
    page = tried()
    begin(client, page)
    for sent in ({}, {"choice": "?"}, {"choice": "a", "token": "x"}):
        response = client.post(address(page, "question", 1), sent)
        assert response.status_code == 422
        assert 'role="alert"' in said(response)


def test_each_answer_is_explained_where_the_quiz_does_so(client):
    page = tried(explained=True)
    begin(client, page)
    assert "Feedback" not in said(client.get(address(page, "question", 1)))
    assert give(client, page, 1, choice="b").url == address(page, "question", 1)
    assert "Feedback b" in said(client.get(address(page, "question", 1)))
    # What comes after is refused, the first answer stands.
    client.post(address(page, "question", 1), {"choice": "a", "token": uuid.uuid4()})
    client.post(address(page, "finish"))
    assert "0 %" in said(client.get(address(page, "result")))


def test_all_questions_on_one_page(client):
    page = tried(presentation="page")
    begin(client, page)
    whole = client.get(address(page, "attempt"))
    assert "data-attempt" not in said(whole)
    tokens = re.findall(rb'name="(q\d-token)" value="([^"]+)"', whole.content)
    fields = {name.decode(): token.decode() for name, token in tokens}
    kept = client.post(address(page, "save"), fields | {"q1-choice": "a"})
    assert kept.url == address(page, "attempt")
    assert 'name="q1-choice" value="a" checked' in said(client.get(address(page, "attempt")))
    amiss = client.post(address(page, "finish"), fields | {"q2-choice": "?"})
    assert amiss.status_code == 422
    done = client.post(address(page, "finish"), fields | {"q1-choice": "a", "q2-choice": "a"})
    assert done.url == address(page, "result")
    assert "66 %" in said(client.get(address(page, "result")))
    assert client.post(address(page, "save"), fields).url == address(page, "result")


def test_open_answers_are_left_out_as_nobody_would_read_them(client):
    page = tried(questions=[asked("open"), QuestionFactory(), QuestionFactory()])
    begin(client, page)
    kept = client.session[tries.KEY][str(page.translation_key)]
    assert len(kept["pinned"]["slots"]) == 2


def test_nobody_is_asked_how_certain_she_is_nor_hurried(client):
    page = tried(certainty=True, time_limit=1)
    begin(client, page)
    shown = said(client.get(address(page, "question", 1)))
    assert "How certain are you?" not in shown
    assert "data-clock" not in shown


def test_a_safety_critical_answer_is_explained_without_asking_its_twin(client):
    twin = QuestionFactory(critical=True)
    first = QuestionFactory(critical=True, twin=twin)
    page = tried(questions=[first])
    begin(client, page)
    give(client, page, 1, choice="b")
    assert client.post(address(page, "finish")).url == address(page, "result")
    result = said(client.get(address(page, "result")))
    assert "on which safety depends" in result
    assert twin.stem_en not in result


def test_what_is_shown_is_what_the_quiz_shows(client):
    page = tried(shown_after=["response"])
    begin(client, page)
    give(client, page, 1, choice="b")
    client.post(address(page, "finish"))
    result = said(client.get(address(page, "result")))
    assert "Feedback" not in result
    assert " % " not in result.split("<main")[1].split("</main")[0]


def test_an_edit_leaves_a_try_out_as_it_began(client):
    page = tried(pass_mark=50)
    begin(client, page)
    question = page.quiz.places.first().question
    question.stem_en = "Something else?"
    question.save()
    assert "Something else?" not in said(client.get(address(page, "question", 1)))


# Bounds -----------------------------------------------------------------------------------


def test_a_session_keeps_three_try_outs_and_the_oldest_goes(client):
    pages = [tried() for _number in range(4)]
    for page in pages:
        begin(client, page)
    assert list(client.session[tries.KEY]) == [str(page.translation_key) for page in pages[1:]]


def test_a_session_keeps_so_much_of_a_try_out_and_it_can_be_finished(client):
    page = tried()
    begin(client, page)
    give(client, page, 1, choice="a")
    session = client.session
    steps = session[tries.KEY][str(page.translation_key)]["steps"]
    steps[0][-1]["pad"] = "x" * tries.MOST_BYTES  # as if she had changed her mind all day
    session[tries.KEY] = session[tries.KEY]
    session.save()
    assert give(client, page, 2, choice="b").url == address(page, "finish")
    kept = client.session[tries.KEY][str(page.translation_key)]["steps"]
    assert len(kept) == 1
    assert "holds no more" in said(client.get(address(page, "finish")))
    assert client.post(address(page, "finish")).url == address(page, "result")
    assert "33 %" in said(client.get(address(page, "result")))


def test_the_limiter_counts_try_outs_by_address(client, settings):
    assert settings.ACCOUNT_RATE_LIMITS["try_out"] == "120/5m/ip"
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"try_out": "2/m/ip"}
    page = tried()
    assert [begin(Client(), page).status_code for _number in range(3)] == [302, 302, 429]


@pytest.mark.parametrize("count", [3, 12])
def test_what_a_try_out_costs(client, count):
    page = tried(questions=QuestionFactory.create_batch(count))
    begin(client, page)
    give(client, page, 1, choice="a")
    client.get(address(page, "question", 2))
    # The session is in the cache, restrictions and questions are remembered.
    with assertNumQueries(0):
        client.get(address(page, "question", 2))
    token = token_in(client.get(address(page, "question", 2)))
    with assertNumQueries(3):  # the session, in a savepoint
        client.post(address(page, "question", 2), {"choice": "a", "token": token})


# Beside it --------------------------------------------------------------------------------


def test_signing_in_leaves_the_try_out_behind_and_nothing_else(client, learner):
    page = tried()
    begin(client, page)
    session = client.session
    session["other"] = "kept"
    session.save()
    client.force_login(learner)
    assert tries.KEY not in client.session
    assert client.session["other"] == "kept"


def test_no_page_of_a_try_out_is_kept_for_others(client):
    page = tried()
    for response in (client.get(page.url), begin(client, page), client.get(page.url)):
        assert "no-store" in response["Cache-Control"]
    shown = client.get(address(page, "question", 1))
    assert "no-store" in shown["Cache-Control"]
    assert not getattr(shown, "is_public", False)
    # A visitor with nothing but a colour scheme gets one of her own, too.
    plain = Client()
    plain.cookies["scheme"] = "dark"
    assert not getattr(plain.get(page.url), "is_public", False)


def test_the_start_is_a_post_with_a_token(client):
    page = tried()
    assert client.get(address(page, "start")).status_code == 405
    assert client.post(address(page, "start"), {"token": "x"}).status_code == 422
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(page, "start"), {"token": uuid.uuid4()}).status_code == 403


def test_a_try_out_asks_as_many_questions_as_an_attempt(client):
    page = tried(questions=QuestionFactory.create_batch(5), draw=2)
    assert "2 questions" in said(client.get(page.url))
    begin(client, page)
    assert len(client.session[tries.KEY][str(page.translation_key)]["pinned"]["slots"]) == 2

"""The pages of spaced review: what is asked today, the pause, a refresher."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from courses.people.notices import Leave
from courses.progress import reviews
from courses.progress.models import ReviewPause, Subject
from tests.courses.test_queries import statements
from tests.progress.factories import CompetenceFactory, EvidenceFactory
from tests.progress.test_reviews import Asks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_latvian():
    with translation.override("lv"):
        yield


@pytest.fixture
def asks(monkeypatch):
    monkeypatch.setattr(reviews, "_provider", [])
    provider = Asks()
    reviews.register(provider)
    return provider


@pytest.fixture
def url():
    return reverse("courses:review")


@pytest.fixture
def subject(learner):
    return Subject.objects.for_user(learner)


@pytest.fixture
def competence():
    return CompetenceFactory(key="self-care", name_en="Self-care", name_lv="Pašrūpe")


@pytest.fixture
def due(subject, competence):
    at = timezone.now() - datetime.timedelta(days=3)
    return [
        EvidenceFactory(
            subject=subject, competence=competence, item_key=f"question/{n}", happened_at=at
        )
        for n in range(4)
    ]


def text(response):
    return response.content.decode()


def test_before_the_first_quiz_the_page_says_when_reviews_begin(learner_client, url):
    assert "Atkārtošana sāksies" in text(learner_client.get(url))


def test_the_page_says_what_is_due_and_begins_it_once(learner_client, subject, url, due, asks):
    response = learner_client.get(url)
    assert "4 jautājumi" in text(response)
    assert "Pašrūpe" in text(response)
    token = response.context["token"]
    response = learner_client.post(url, {"token": token})
    assert (response.status_code, response["Location"]) == (302, f"/asked/{token}/")
    assert asks.started == [(subject, [row.item_key for row in due], token)]


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_form_without_its_token_begins_nothing(learner_client, url, due, asks, token):
    response = learner_client.post(url, {"token": token})
    assert response["Location"] == url
    assert asks.started == []


def test_a_review_that_was_begun_goes_on(learner_client, url, due, asks):
    asks.begun = "/asked/before/"
    assert "Atkārtojums ir iesākts" in text(learner_client.get(url))
    response = learner_client.post(url, {"token": str(uuid.uuid4())})
    assert response["Location"] == "/asked/before/"
    assert asks.started == []


def test_nothing_due_says_when_something_will_be(learner_client, url, subject, competence, asks):
    EvidenceFactory(subject=subject, competence=competence)
    response = learner_client.get(url)
    assert response.context["asked"].next_on > timezone.localdate()
    assert "Nākamā atkārtošanas diena" in text(response)


def test_a_pause_is_set_seen_and_ended(learner_client, url, subject, due, asks, today):
    ends = today + datetime.timedelta(days=10)
    pause = reverse("courses:pause_reviews")
    response = learner_client.post(pause, {"starts_on": today, "ends_on": ends}, follow=True)
    assert response.redirect_chain[0][0] == url
    assert response.context["today"].paused_until == ends
    assert ReviewPause.objects.get().subject == subject
    learner_client.post(url, {"token": str(uuid.uuid4())})
    assert asks.started == []
    learner_client.post(pause, {"resume": "yes"})
    assert not ReviewPause.objects.exists()


def test_on_leave_the_page_says_so_and_asks_nothing(learner_client, url, subject, due, asks, today):
    Leave.objects.create(person=subject.person, starts_on=today, ends_on=None)
    page = learner_client.get(url).content.decode()
    assert reverse("people:leave") in page
    learner_client.post(url, {"token": str(uuid.uuid4())})
    assert asks.started == []


def test_a_pause_to_come_is_told_and_can_be_taken_back(learner_client, url, due, asks, today):
    begins = today + datetime.timedelta(days=5)
    pause = reverse("courses:pause_reviews")
    learner_client.post(pause, {"starts_on": begins, "ends_on": begins})
    response = learner_client.get(url)
    assert response.context["planned"].starts_on == begins
    assert response.context["asked"].items


@pytest.mark.parametrize(
    ("begins", "ends"), [(0, -1), (5, 3), (0, 91), ("", ""), ("x", "2026-13-45"), (-500, 91)]
)
def test_a_pause_that_makes_no_sense_is_refused(learner_client, today, begins, ends):
    days = [
        today + datetime.timedelta(days=day) if isinstance(day, int) else day
        for day in (begins, ends)
    ]
    response = learner_client.post(
        reverse("courses:pause_reviews"), {"starts_on": days[0], "ends_on": days[1]}
    )
    assert response.status_code == 422
    assert not ReviewPause.objects.exists()


def test_a_refresher_begins_with_what_is_recalled_least(learner_client, subject, competence, asks):
    token = uuid.uuid4()
    refresher = reverse("courses:refresher", args=["self-care"])
    assert learner_client.post(refresher, {"token": token})["Location"] == f"/asked/{token}/"
    assert asks.started == [
        (subject, [f"question/self-care/{number}" for number in range(3)], token)
    ]
    asks.begun = "/asked/before/"
    assert learner_client.post(refresher, {"token": token})["Location"] == "/asked/before/"


def test_a_refresher_where_nobody_asks_says_so(learner_client, competence, monkeypatch):
    monkeypatch.setattr(reviews, "_provider", [])
    response = learner_client.post(
        reverse("courses:refresher", args=["self-care"]), {"token": uuid.uuid4()}, follow=True
    )
    assert response.redirect_chain[0][0] == reverse("courses:competence", args=["self-care"])


@pytest.mark.parametrize(
    ("name", "args", "methods"),
    [
        ("review", [], ["get", "post"]),
        ("pause_reviews", [], ["post"]),
        ("refresher", ["self-care"], ["post"]),
    ],
)
def test_a_stranger_to_the_site_signs_in_first(client, competence, name, args, methods):
    for method in methods:
        response = getattr(client, method)(reverse(f"courses:{name}", args=args))
        assert response.status_code == 302
        assert "login" in response["Location"]


def test_an_unknown_competence_has_no_refresher(learner_client, competence):
    CompetenceFactory(key="gone", archived=True)
    for key in ("unknown", "gone"):
        url = reverse("courses:refresher", args=[key])
        assert learner_client.post(url).status_code == 404
    assert learner_client.get(reverse("courses:refresher", args=["self-care"])).status_code == 405


def test_the_start_page_says_what_is_due(learner_client, due, asks):
    response = learner_client.get(reverse("courses:home_dashboard"))
    assert response.context["review"].number == 4
    assert reverse("courses:review") in text(response)


def test_the_page_costs_the_same_for_few_answers_and_for_many(
    learner_client, url, subject, competence, due, asks
):
    few = statements(learner_client, url)
    at = timezone.now() - datetime.timedelta(days=3)
    for _number in range(30):
        EvidenceFactory(subject=subject, competence=competence, happened_at=at)
    assert len(statements(learner_client, url)) == len(few) == 7

"""Certificates in the browser: for the owner, and for anybody who checks one."""

import datetime
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from certificates import actions, panels, tasks
from certificates.models import Award, Holder, Paper
from certificates.numbers import new_number
from courses.models import LessonPage
from courses.outline import outdate
from courses.progress.actions import NewActivity, record
from courses.progress.models import Requirement, Subject
from tests.certificates.factories import AwardFactory
from tests.progress.factories import RequirementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject(learner):
    return Subject.objects.for_user(learner)


@pytest.fixture
def award(subject):
    return AwardFactory(subject=subject)


@pytest.fixture(params=["lv", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def address(name, *args):
    return reverse(f"certificates:{name}", args=args)


# My certificates ------------------------------------------------------------------------


def test_the_list_shows_each_certificate_with_its_addresses(learner_client, award, english):
    html = learner_client.get(address("list")).content.decode()
    assert award.title_en in html
    assert award.number in html
    assert address("download", award.pk) in html
    assert address("verify", award.number) in html
    assert f"/lv/certificates/{award.pk}/pdf/" in html


def test_the_list_says_what_to_do_when_it_is_empty(learner_client, english):
    html = learner_client.get(address("list")).content.decode()
    assert "No certificates yet" in html
    assert reverse("courses:home_dashboard") in html


def test_the_list_asks_for_a_login(client, english):
    response = client.get(address("list"))
    assert response.status_code == 302
    assert reverse("account_login") in response.url


def test_a_colleagues_certificates_are_not_in_the_list(learner_client, english):
    other = AwardFactory()
    assert other.number not in learner_client.get(address("list")).content.decode()


def test_a_revoked_certificate_offers_no_download(learner_client, subject, english):
    award = AwardFactory(subject=subject, revoked=True)
    html = learner_client.get(address("list")).content.decode()
    assert "Revoked" in html
    assert address("download", award.pk) not in html


def count_queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_costs_the_same_for_one_certificate_and_for_many(learner_client, subject, english):
    AwardFactory(subject=subject)
    one = count_queries(learner_client, address("list"))
    AwardFactory.create_batch(12, subject=subject)
    AwardFactory(subject=subject, name="")
    assert count_queries(learner_client, address("list")) == one
    assert one <= 6


# Download -------------------------------------------------------------------------------


def test_the_owner_downloads_a_pdf(learner_client, award, language):
    response = learner_client.get(address("download", award.pk))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert (
        response["Content-Disposition"]
        == f'attachment; filename="tilts-{award.number}-{language}.pdf"'
    )
    assert "no-store" in response["Cache-Control"]
    assert b"".join(response.streaming_content).startswith(b"%PDF-1.7")
    assert Paper.objects.get().language == language


def test_it_is_made_once(learner_client, award, english, monkeypatch):
    learner_client.get(address("download", award.pk))
    monkeypatch.setattr("certificates.pdf.make", None)
    assert learner_client.get(address("download", award.pk)).status_code == 200
    assert Paper.objects.count() == 1


@pytest.mark.parametrize("who", ["stranger_client", "lead_client"])
def test_nobody_else_downloads_it(request, who, award, english):
    response = request.getfixturevalue(who).get(address("download", award.pk))
    assert response.status_code == 404
    assert not Paper.objects.exists()


def test_a_download_asks_for_a_login(client, award, english):
    assert client.get(address("download", award.pk)).status_code == 302


def test_there_is_no_such_certificate(learner_client, english):
    assert learner_client.get(address("download", uuid.uuid4())).status_code == 404


def test_a_revoked_one_leads_to_the_page_that_says_so(learner_client, subject, english):
    award = AwardFactory(subject=subject, revoked=True)
    response = learner_client.get(address("download", award.pk))
    assert response.status_code == 302
    assert response.url == address("verify", award.number)


def test_without_a_name_there_is_no_paper(learner_client, subject, english):
    award = AwardFactory(subject=subject, name="")
    assert learner_client.get(address("download", award.pk)).status_code == 404


@pytest.fixture
def queue(settings):
    """A worker that has not come round yet."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    from django_tasks import default_task_backend

    default_task_backend.clear()
    return default_task_backend


def test_a_pdf_that_is_being_made_says_so_and_looks_again(learner_client, award, english, queue):
    response = learner_client.get(address("download", award.pk))
    assert response.status_code == 202
    assert response["Refresh"] == "3"
    assert "no-store" in response["Cache-Control"]
    html = response.content.decode()
    assert "being prepared" in html
    assert address("download", award.pk) in html
    learner_client.get(address("download", award.pk))
    assert len(queue.results) == 1


def test_waiting_long_is_admitted_and_a_lost_task_is_asked_for_again(
    learner_client, award, english, queue
):
    learner_client.get(address("download", award.pk))
    minutes = datetime.timedelta(minutes=1)
    Paper.objects.update(asked_at=timezone.now() - 2 * minutes)
    response = learner_client.get(address("download", award.pk))
    assert response["Refresh"] == "20"
    assert "longer than usual" in response.content.decode()
    assert len(queue.results) == 1
    Paper.objects.update(asked_at=timezone.now() - 6 * minutes)
    assert learner_client.get(address("download", award.pk))["Refresh"] == "3"
    assert len(queue.results) == 2


def test_the_task_does_nothing_twice_and_nothing_for_what_is_gone(award):
    tasks.make_paper.call(0)
    name = default_storage.save("certificates/ready.pdf", ContentFile(b"%PDF-ready"))
    paper = Paper.objects.create(award=award, language="lv", file=name)
    tasks.make_paper.call(paper.pk)
    paper.refresh_from_db()
    assert paper.file.read() == b"%PDF-ready"


def test_a_paper_forgotten_while_it_was_made_leaves_no_file(award, monkeypatch):
    from certificates import pdf

    def make(award, language):
        actions.forget(award.subject)
        return b"%PDF"

    monkeypatch.setattr(pdf, "make", make)
    monkeypatch.setattr(tasks, "paper_path", lambda *_args: "certificates/forgotten.pdf")
    paper = Paper.objects.create(award=award, language="lv")
    tasks.make_paper.call(paper.pk)
    assert not Paper.objects.exists()
    assert not default_storage.exists("certificates/forgotten.pdf")


# Public verification --------------------------------------------------------------------


def test_anybody_sees_that_it_is_valid(client, award, language):
    response = client.get(address("verify", award.number))
    html = response.content.decode()
    assert response.status_code == 200
    assert f'lang="{language}"' in html
    assert getattr(award, f"title_{language}") in html
    assert award.holder.name in html
    assert award.number in html
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert 'content="noindex, nofollow"' in html
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_a_valid_one_is_called_valid_and_its_limits_are_told(client, award, english):
    html = client.get(address("verify", award.number)).content.decode()
    assert "This certificate is valid" in html
    assert "no end date" in html
    assert "does not entitle anyone to carry out a risk and needs assessment" in html


def test_nothing_more_is_told_than_is_needed(client, award, english):
    html = client.get(address("verify", award.number)).content.decode()
    assert "Self-care" not in html
    assert award.subject.person.username not in html
    assert str(award.subject_id) not in html
    assert str(award.pk) not in html


def test_an_expired_one_says_until_when_it_was_valid(client, english, monkeypatch):
    award = AwardFactory(expired=True)
    day = datetime.date(2026, 11, 22)
    monkeypatch.setattr("certificates.views.timezone.localdate", lambda *_moment: day)
    html = client.get(address("verify", award.number)).content.decode()
    assert "This certificate has expired" in html
    assert "This certificate is valid" not in html


def test_a_revoked_one_says_since_when_but_neither_why_nor_who(client, english):
    award = AwardFactory(revoked=True)
    response = client.get(address("verify", award.number))
    html = response.content.decode()
    assert response.status_code == 200
    assert "This certificate was revoked" in html
    assert award.revoked_reason not in html
    assert award.holder.name not in html


def test_an_erased_name_is_not_there(client, award, english):
    name = award.holder.name
    Holder.objects.all().delete()
    html = client.get(address("verify", award.number)).content.decode()
    assert name not in html
    assert "erased" in html
    assert "This certificate is valid" in html


def test_the_number_may_be_typed_as_one_likes(client, award, english):
    typed = award.number.replace("-", "").lower()
    assert award.holder.name in client.get(address("verify", typed)).content.decode()


def test_an_unknown_number_is_a_clear_404(client, award, language):
    number = new_number()
    response = client.get(address("verify", number))
    assert response.status_code == 404
    html = response.content.decode()
    assert number in html
    assert award.holder.name not in html
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_a_number_awarded_from_tomorrow_is_not_known_today(client, english):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    award = AwardFactory(awarded_on=tomorrow)
    assert client.get(address("verify", award.number)).status_code == 404


@pytest.mark.parametrize(
    "number",
    [
        "x",
        "K7QM-2XF9-HD3W",
        "A" * 900,
        "<script>alert(1)<script>",
        "' OR 1=1 --",
        "ĀĒĪ",
        "\x00",
        "%00",
        "🙂" * 40,
        "12345678-1234-1234-1234-123456789012",
    ],
)
def test_what_is_no_number_is_a_clear_404_and_not_looked_up(client, number, english):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address("verify", number))
    assert response.status_code == 404
    assert not any("certificates_award" in query["sql"] for query in queries)
    html = response.content.decode()
    assert "has a mistake in it" in html
    assert "<script>alert" not in html
    assert "A" * 41 not in html.split("<main")[1].split("</main")[0]


def test_somebody_elses_words_never_stand_on_our_page(client, english):
    html = client.get(address("verify", "Call 555 now: free!")).content.decode()
    assert "free!" not in html.split("<main")[1].split("</main")[0]


def test_a_number_can_be_typed_in(client, award, english):
    page = client.get(address("check"))
    assert page.status_code == 200
    assert 'name="number"' in page.content.decode()
    found = client.get(address("check"), {"number": f" {award.number.lower()} "})
    assert found.status_code == 302
    assert found.url == address("verify", award.number)


def test_what_is_typed_in_is_never_markup(client, english):
    response = client.get(address("check"), {"number": "<script>alert(1)</script>"})
    assert response.status_code == 404
    assert "alert(1)" not in response.content.decode()


def test_a_slip_in_a_typed_number_can_be_mended(client, english):
    response = client.get(address("check"), {"number": "K7QM-2XF9"})
    assert response.status_code == 404
    assert 'value="K7QM-2XF9"' in response.content.decode()


@pytest.mark.parametrize("name", ["check", "verify"])
def test_checking_is_only_looking(client, award, english, name):
    url = address(name, *([award.number] if name == "verify" else []))
    assert client.post(url).status_code == 405


# Panels ---------------------------------------------------------------------------------


class Road:
    """What the panel needs of a person's way through a module."""

    def __init__(self, key, since):
        self.module = type("Module", (), {"key": key})()
        self.since = since


@pytest.fixture
def request_of(learner):
    request = RequestFactory().get("/")
    request.user = learner
    return request


def shown(found):
    return "".join(render_to_string(each.template, each.context) for each in found)


def test_the_start_page_shows_the_newest(
    request_of, subject, english, today, django_assert_num_queries
):
    days = [today - datetime.timedelta(days=n) for n in range(4)]
    awards = [AwardFactory(subject=subject, awarded_on=day) for day in days]
    AwardFactory()
    with django_assert_num_queries(1):
        html = shown(panels.dashboard({"request": request_of, "today": today}))
    assert [award.number in html for award in awards] == [True, True, False, False]
    assert address("list") in html


def test_the_start_page_shows_nothing_before_the_first(request_of, subject, today):
    assert list(panels.dashboard({"request": request_of, "today": today})) == []


def test_a_module_shows_its_certificate(
    request_of, award, subject, english, today, django_assert_num_queries
):
    AwardFactory(subject=subject)
    road = Road(award.requirement_key, award.awarded_on)
    with django_assert_num_queries(1):
        html = shown(panels.module({"request": request_of, "road": road}))
    assert award.number in html
    assert Award.objects.exclude(pk=award.pk).get().number not in html


def test_a_module_that_is_not_done_asks_nothing(request_of, award, django_assert_num_queries):
    with django_assert_num_queries(0):
        road = Road(award.requirement_key, None)
        assert list(panels.module({"request": request_of, "road": road})) == []


def test_a_certificate_stands_on_the_pages_of_its_owner(learner_client, subject, course):
    lesson = LessonPage(title="Spriedze", slug="strain", locale=course.locale)
    course.add_child(instance=lesson)
    part = {"verb": "read", "kind": "lesson", "key": str(lesson.translation_key)}
    key = course.translation_key
    Requirement.objects.filter(key=key).delete()
    RequirementFactory(key=key, parts=[part])
    outdate()
    with translation.override("lv"):
        start, page = reverse("courses:home_dashboard"), course.get_url()
        mine = f'<a class="button quiet" href="{reverse("certificates:list")}"'
    for url in (start, page):
        assert "certificate-card" not in learner_client.get(url).content.decode()
    assert mine not in learner_client.get(page).content.decode()
    act = NewActivity("read", "lesson", lesson.translation_key, "v1", "read/once")
    record(subject, activities=[act])
    number = Award.objects.get().number
    for url in (start, page):
        assert number in learner_client.get(url).content.decode()
    assert mine in learner_client.get(page).content.decode()  # at the head, before all the parts

"""People are told things once, in the site and by e-mail, in their own language."""

import pytest
from django.core import mail
from django.urls import reverse

from courses.people.digests import send_digest, send_digests
from courses.people.messages import KINDS, Kind, register, tell
from courses.people.models import Message
from tests.people.factories import UserFactory

ASSIGNED = {
    "title": {"lv": "Izdegšana", "en": "Burnout"},
    "due": "2026-12-24",
    "path": {"lv": "/lv/izdegsana/", "en": "/en/burnout/"},
    "by": "Ilze Kalniņa",
}


@pytest.fixture
def told(db):
    """What a person is told, and the day's letter about it."""

    def tell_now(person, key="assigned/1", context=ASSIGNED, kind="assigned"):
        message = tell(person, kind, key, context)
        send_digests.call()
        return message

    return tell_now


def test_a_message_goes_by_mail_in_her_language(told):
    person = UserFactory(language="en", email="anna@example.org")
    message = told(person)
    [letter] = mail.outbox
    assert letter.to == ["anna@example.org"]
    assert "Burnout" in letter.subject
    assert "24 December 2026" in letter.subject
    assert "Ilze Kalniņa" in letter.body
    assert "http://127.0.0.1:8000/en/burnout/" in letter.body
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert "http://127.0.0.1:8000/en/burnout/" in html
    message.refresh_from_db()
    assert message.mailed_at


def test_the_other_language(told):
    told(UserFactory(language="lv"))
    assert "Izdegšana" in mail.outbox[0].subject
    assert "/lv/izdegsana/" in mail.outbox[0].body


def test_the_same_key_tells_nothing_twice(told):
    person = UserFactory()
    assert told(person) is not None
    assert told(person) is None
    assert len(mail.outbox) == Message.objects.count() == 1


def test_a_mail_is_not_sent_twice_when_its_task_runs_again(told, today):
    message = told(UserFactory())
    assert send_digest.call(message.recipient_id, str(today)) is False
    assert len(mail.outbox) == 1


def test_without_an_address_it_stands_in_the_site_only(told):
    person = UserFactory(email=None)
    message = told(person)
    assert message.mailed_at is None
    assert mail.outbox == []


def test_without_a_day_nothing_is_said_about_one(told):
    told(UserFactory(language="en"), context=ASSIGNED | {"due": None})
    assert mail.outbox[0].subject == "“Burnout” is assigned to you"


def test_a_few_words_of_the_lead_reach_the_learner(client, told):
    person = UserFactory(language="en")
    note = "Begin with <the second> lesson.\n\nCall me, I & my phone are here."
    told(person, context=ASSIGNED | {"note": note})
    [letter] = mail.outbox
    assert note in letter.body
    html, _kind = letter.alternatives[0]
    assert "Begin with &lt;the second&gt; lesson.</p>" in html
    client.force_login(person)
    page = client.get("/en/my/messages/").content.decode()
    assert "Begin with &lt;the second&gt; lesson.</p>" in page
    assert "I &amp; my phone" in page
    assert "Ilze Kalniņa" in page


def test_titles_are_escaped_in_html_and_plain_in_text(told):
    context = ASSIGNED | {"title": {"lv": "A < B & C", "en": "A < B & C"}}
    told(UserFactory(language="en"), context=context)
    assert "A < B & C" in mail.outbox[0].subject
    assert "A < B & C" in mail.outbox[0].body
    assert "A &lt; B &amp; C" in mail.outbox[0].alternatives[0][0]


def test_an_unknown_kind_is_a_mistake(db):
    with pytest.raises(ValueError, match="no such kind"):
        tell(UserFactory(), "gossip", "gossip/1", {})


def test_apps_add_kinds():
    register("reminder", Kind("clock", "Open"))
    assert KINDS.pop("reminder").icon == "clock"


def test_the_page_lists_opens_and_marks_them(client, told):
    person = UserFactory(language="en")
    message = told(person)
    client.force_login(person)
    page = client.get("/en/my/messages/").content.decode()
    assert "“Burnout” is assigned to you" in page
    assert "1 unread" in page
    response = client.post(f"/en/my/messages/{message.pk}/")
    assert response["Location"] == "/en/burnout/"
    message.refresh_from_db()
    assert message.read_at
    assert "0 unread" in client.get("/en/my/messages/").content.decode()


def test_all_are_marked_at_once(client, told):
    person, other = UserFactory(), UserFactory()
    told(person, "a")
    told(person, "b")
    theirs = told(other, "c")
    client.force_login(person)
    client.post(reverse("people:read_messages"))
    assert not person.messages.filter(read_at=None).exists()
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_another_persons_message_is_not_found(client, told):
    message = told(UserFactory())
    client.force_login(UserFactory())
    assert client.post(f"/lv/my/messages/{message.pk}/").status_code == 404


def test_the_list_asks_the_same_for_many(client, told, django_assert_max_num_queries):
    person = UserFactory()
    for number in range(12):
        told(person, f"key/{number}")
    client.force_login(person)
    client.get("/lv/my/messages/")
    with django_assert_max_num_queries(6):
        client.get("/lv/my/messages/")

"""What leads put on record themselves: observations, prior learning, corrections."""

import datetime
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from courses import judgements
from courses.actions import NotYours
from courses.people.digests import send_digests
from courses.people.messages import subject_of
from courses.people.models import AuditEntry, Message, User
from courses.progress.models import Evidence, EvidenceNote, Standing, Subject
from courses.progress.projection import differences
from tests.people.factories import MembershipFactory
from tests.progress.factories import CompetenceFactory, EvidenceFactory

pytestmark = pytest.mark.django_db
WORDS = "Asked before advising."


@pytest.fixture
def competence():
    return CompetenceFactory(
        key="self-care",
        name_lv="Pašrūpe",
        name_en="Self-care",
        levels=[{"level": n, "text": {"lv": f"lv{n}", "en": f"Does {n}."}} for n in range(5)],
    )


@pytest.fixture
def subject(learner):
    return Subject.objects.for_user(learner)


@pytest.fixture
def shown(subject, competence):
    """Answers enough for level 2."""
    return EvidenceFactory.create_batch(8, subject=subject, competence=competence)


def watch(lead, learner, competence, rating=4, day=None, today=None, **kwargs):
    kwargs.setdefault("token", uuid.uuid4())
    return judgements.observe(
        lead, learner, competence, rating, day or today, WORDS, today=today, **kwargs
    )


def level():
    return Standing.objects.get(kind="competence").state


def text(response):
    return " ".join(response.content.decode().split())


def said(name):
    return list(AuditEntry.objects.filter(action=name).values_list("actor__username", flat=True))


# Actions --------------------------------------------------------------------------------


def test_an_observation_is_evidence_with_words_apart(lead, learner, competence, shown, today):
    row = watch(lead, learner, competence, today=today)
    assert (row.kind, row.score, row.actor.person) == ("observation", 1, lead)
    assert (row.setting, row.note.text, row.note.written_by) == ("prison", WORDS, lead)
    assert level() == "4"
    assert differences(today) == []
    assert said("observed") == [lead.username]
    message = Message.objects.get(kind="judged")
    assert (message.recipient, message.context["rating"]) == (learner, 4)


@pytest.mark.parametrize(("rating", "score"), [(1, 0.25), (2, 0.5), (3, 0.75), (4, 1)])
def test_a_rating_is_kept_in_quarters(lead, learner, competence, today, rating, score):
    assert float(watch(lead, learner, competence, rating, today=today).score) == score


@pytest.mark.parametrize("rating", [0, 5, -1])
def test_there_are_four_ratings(lead, learner, competence, today, rating):
    with pytest.raises(ValueError, match="rating"):
        watch(lead, learner, competence, rating, today=today)


def test_the_same_form_twice_is_one_observation(lead, learner, competence, today):
    token = uuid.uuid4()
    first = watch(lead, learner, competence, today=today, token=token)
    assert watch(lead, learner, competence, today=today, token=token) == first
    assert Evidence.objects.count() == Message.objects.count() == 1
    assert AuditEntry.objects.filter(action="observed").count() == 1


def test_an_observation_of_an_earlier_day_happened_then(lead, learner, competence, today):
    day = today - datetime.timedelta(days=30)
    row = watch(lead, learner, competence, day=day, today=today)
    assert row.happened_at.date() == day
    assert row.recorded_at.date() >= today - datetime.timedelta(days=1)


@pytest.mark.parametrize("who", ["stranger", "learner", "editor"])
def test_nobody_but_her_lead_puts_anything_on_record(request, who, learner, competence, today):
    somebody = request.getfixturevalue(who)
    row = EvidenceFactory(
        subject=Subject.objects.for_user(learner), competence=competence, kind="observation"
    )
    with pytest.raises(NotYours):
        watch(somebody, learner, competence, today=today)
    with pytest.raises(NotYours):
        judgements.credit(somebody, learner, competence, WORDS, uuid.uuid4(), today=today)
    with pytest.raises(NotYours):
        judgements.withdraw(somebody, learner, row, today=today)
    with pytest.raises(NotYours):
        judgements.erase_note(somebody, learner, row, today=today)
    assert Evidence.objects.count() == 1


def test_a_correction_takes_its_place(lead, learner, competence, shown, today):
    first = watch(lead, learner, competence, today=today)
    second = watch(lead, learner, competence, 3, today=today, corrects=first)
    assert (second.voids, second.item_key) == (first, first.item_key)
    assert level() == "2"
    assert said("corrected_observation") == [lead.username]
    with pytest.raises(judgements.Overtaken):
        watch(lead, learner, competence, 1, today=today, corrects=first)


def test_a_withdrawal_leaves_it_on_record_as_void(lead, learner, competence, shown, today):
    row = watch(lead, learner, competence, today=today)
    for _time in range(2):
        judgements.withdraw(lead, learner, row, today=today)
    void = Evidence.objects.get(kind="void")
    assert (void.voids, void.happened_at, void.actor.person) == (row, row.happened_at, lead)
    assert level() == "2"
    assert Evidence.objects.filter(pk=row.pk).exists()
    assert differences(today) == []
    assert Message.objects.filter(kind="judged").count() == 2
    assert said("withdrew_evidence") == [lead.username]


def test_an_answer_is_not_a_leads_to_withdraw(lead, learner, shown, today):
    with pytest.raises(ValueError, match="measurement"):
        judgements.withdraw(lead, learner, shown[0], today=today)


def test_what_was_learned_before_bears_level_two(lead, learner, competence, today):
    row = judgements.credit(lead, learner, competence, WORDS, uuid.uuid4(), today=today)
    assert (row.kind, row.note.text, level()) == ("prior", WORDS, "2")
    judgements.withdraw(lead, learner, row, today=today)
    assert level() == "0"


def test_nothing_is_credited_where_safety_is_at_stake(lead, learner, today):
    critical = CompetenceFactory(key="crisis", critical=True)
    with pytest.raises(judgements.NeverByPrior):
        judgements.credit(lead, learner, critical, WORDS, uuid.uuid4(), today=today)
    assert not Evidence.objects.exists()


def test_words_can_be_erased_and_evidence_cannot(lead, learner, competence, shown, today):
    row = watch(lead, learner, competence, today=today)
    for _time in range(2):
        judgements.erase_note(lead, learner, row, today=today)
    assert not EvidenceNote.objects.exists()
    assert level() == "4"
    assert said("erased_note") == [lead.username]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Evidence.objects.filter(pk=row.pk).delete()


def test_words_about_a_person_go_with_her_and_a_leads_name_with_the_lead(
    lead, learner, competence, today
):
    watch(lead, learner, competence, today=today)
    User.objects.get(pk=lead.pk).delete()
    assert EvidenceNote.objects.get().written_by is None
    assert Evidence.objects.get().actor.person is None
    User.objects.get(pk=learner.pk).delete()
    assert not EvidenceNote.objects.exists()
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_learner_is_told_in_her_language(
    lead, learner, competence, today, language, mailoutbox, django_capture_on_commit_callbacks
):
    learner.language = language
    learner.save()
    with django_capture_on_commit_callbacks(execute=True):
        row = watch(lead, learner, competence, 3, today=today)
        watch(lead, learner, competence, 2, today=today, corrects=row)
        before = judgements.credit(lead, learner, competence, WORDS, uuid.uuid4(), today=today)
        judgements.withdraw(lead, learner, before, today=today)
    title = {"lv": "Pašrūpe", "en": "Self-care"}[language]
    send_digests.call()
    [mail] = mailoutbox
    for number in range(4):
        told = learner.messages.all()[number]
        assert title in subject_of(told, language)
        assert str(lead) in told.context["by"]
    assert mail.body.count(title) >= 4
    assert WORDS not in mail.body
    assert f"/{language}/my/" in mail.body


# Pages ----------------------------------------------------------------------------------


@pytest.fixture
def url(learner, competence):
    return reverse("courses:observe", args=[learner.pk, competence.key])


def sent(today, **changes):
    data = {"rating": "3", "watched_on": today.isoformat(), "note": WORDS, "token": uuid.uuid4()}
    return {f"observation-{name}": value for name, value in (data | changes).items()}


def test_a_lead_records_what_she_saw(lead_client, learner, url, today):
    response = lead_client.post(url, sent(today), follow=True)
    assert response.redirect_chain[0][0] == reverse(
        "courses:person_competence", args=[learner.pk, "self-care"]
    )
    assert WORDS in text(response)
    assert Evidence.objects.get().score == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rating", ""),
        ("rating", "5"),
        ("rating", "x"),
        ("watched_on", ""),
        ("watched_on", "2099-01-01"),
        ("watched_on", "2001-01-01"),
        ("watched_on", "nonsense"),
        ("note", " "),
        ("note", "a" * 2001),
        ("token", "x"),
    ],
)
def test_what_makes_no_sense_is_asked_again(lead_client, url, today, name, value):
    response = lead_client.post(url, sent(today, **{name: value}))
    assert response.status_code == 422
    assert response.context["observation"].errors
    assert not Evidence.objects.exists()


def test_a_lead_confirms_what_was_learned_before(lead_client, learner, competence):
    url = reverse("courses:credit", args=[learner.pk, competence.key])
    assert lead_client.post(url, {"credit-note": ""}).status_code == 422
    data = {"credit-note": WORDS, "credit-token": uuid.uuid4()}
    assert lead_client.post(url, data).status_code == 302
    assert Evidence.objects.get().kind == "prior"


def test_where_safety_is_at_stake_no_form_for_it_is_offered(lead_client, learner):
    CompetenceFactory(key="crisis", critical=True)
    page = lead_client.get(reverse("courses:person_competence", args=[learner.pk, "crisis"]))
    assert page.context["credit"] is None
    data = {"credit-note": WORDS, "credit-token": uuid.uuid4()}
    url = reverse("courses:credit", args=[learner.pk, "crisis"])
    assert lead_client.post(url, data).status_code == 404
    assert not Evidence.objects.exists()


@pytest.fixture
def row(lead, learner, competence, today):
    return watch(lead, learner, competence, today=today)


@pytest.fixture
def page(learner, row):
    return reverse("courses:judgement", args=[learner.pk, row.pk])


def test_an_observation_is_corrected_on_its_page(lead_client, page, row, today):
    response = lead_client.get(page)
    assert WORDS in text(response)
    assert response.context["form"].initial["rating"] == 4
    bad = lead_client.post(page, sent(today, rating="9") | {"do": "correct"})
    assert bad.status_code == 422
    response = lead_client.post(page, sent(today, rating="2") | {"do": "correct"})
    assert response.status_code == 302
    assert Evidence.objects.get(voids=row).score == pytest.approx(0.5)
    assert lead_client.get(page).status_code == 404  # it is void now


def test_an_observation_is_taken_back_and_its_words_erased(lead_client, page, row):
    assert lead_client.post(page, {"do": "erase"}).status_code == 302
    assert WORDS not in text(lead_client.get(page))
    assert lead_client.post(page, {"do": "withdraw"}).status_code == 302
    assert Evidence.objects.get(voids=row).kind == "void"


def test_an_unknown_wish_changes_nothing(lead_client, page, row):
    assert lead_client.post(page, {"do": "explode"}).status_code == 200
    assert Evidence.objects.count() == 1


def test_an_answer_has_no_such_page(lead_client, learner, shown):
    url = reverse("courses:judgement", args=[learner.pk, shown[0].pk])
    assert lead_client.get(url).status_code == 404


def test_another_learners_observation_is_not_found_beside_her(lead_client, team, row, learner):
    other = MembershipFactory(team=team).person
    assert lead_client.get(reverse("courses:judgement", args=[other.pk, row.pk])).status_code == 404


def test_the_learner_reads_the_words_and_can_change_nothing(learner_client, row, page):
    response = learner_client.get("/en/my/profile/self-care/")
    assert WORDS in text(response)
    assert "Correct or take back" not in text(response)
    assert "Record practice" not in text(response)
    assert learner_client.get(page).status_code == 404

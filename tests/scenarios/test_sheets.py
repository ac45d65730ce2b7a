"""The supervision sheet: who writes, who sees, who is told, and what goes with a person."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.people.digests import send_digests
from courses.people.messages import KINDS, context_of, subject_of
from courses.people.models import AuditEntry, Membership, Message, Role, User
from courses.progress.models import Competence, Evidence
from scenarios import sheets
from scenarios.actions import rewind, take_choice, try_again
from scenarios.models import Reflection, ScenarioRun, Sheet, SheetComment
from tests.conftest import signed_in
from tests.courses.test_queries import statements
from tests.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.scenarios.factories import make_page, make_run, make_story, sample

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)
QUESTIONS = ("How do I say no?", "Who else could?")


@pytest.fixture
def run(learner):
    return make_run(learner, make_page(), "greet", "ask", "back", "confide")


@pytest.fixture
def sheet(run, learner):
    return sheets.write(run, learner, QUESTIONS, {1: "I was quick.", 2: ""})


@pytest.fixture
def shared(sheet, lead, today):
    sheets.share(sheet, today)
    sheet.refresh_from_db()
    return sheet


def own(run):
    return reverse("scenarios:sheet", args=[run.pk])


def text(response):
    return " ".join(response.content.decode().split())


def sent(run, do="save", **fields):
    """What a browser sends of the whole form."""
    empty = {f"turn-{number}": "" for number in range(1, len(run.on_road) + 1)} | {
        "first": "",
        "second": "",
    }
    return empty | {"do": do} | {name.replace("turn_", "turn-"): v for name, v in fields.items()}


def observation(key="alliance", **fields):
    given = {
        "rating": 3,
        "watched_on": timezone.localdate().isoformat(),
        "note": "Named it herself.",
        "token": str(uuid.uuid4()),
    }
    return {f"observed-{key}-{name}": value for name, value in (given | fields).items()}


def told(kind):
    return sorted(Message.objects.filter(kind=kind).values_list("recipient__first_name", flat=True))


def logged(action):
    rows = AuditEntry.objects.filter(action=action, object_kind="sheet")
    return list(rows.order_by("at").values_list("actor__first_name", "about__first_name"))


# Who leads -------------------------------------------------------------------------------


def test_whoever_has_her_as_a_learner_leads_her_and_nobody_else(team, learner, lead, today):
    below = TeamFactory(name="Below", parent=team)
    worker = MembershipFactory(team=below).person
    for more in (
        {"team": below, "leading": True},
        {"team": below, "leading": True, "ends_on": YESTERDAY},
        {"team": below, "role": Role.ADMINISTRATOR},
        {"leading": True},
        {"team": below, "leading": True, "person": worker},
        {"team": below, "leading": True, "person__is_active": False},
    ):
        MembershipFactory(**more)
    for person in User.objects.all():
        found = set(User.objects.leads_of(person, today))
        if person.is_active:
            wanted = {
                other
                for other in User.objects.filter(is_active=True)
                if person in User.objects.learners_of(other, today)
            }
            assert found == wanted
    assert lead in User.objects.leads_of(worker, today)
    assert User.objects.leads_of(worker, today).count() == 2


# Actions ---------------------------------------------------------------------------------


def test_a_run_has_one_sheet_and_what_is_empty_is_erased(run, learner, sheet):
    again = sheets.write(run, learner, ("  One? ", ""), {1: " ", 2: " Too fast. "})
    assert again == sheet == Sheet.objects.get()
    again.refresh_from_db()
    assert again.questions == ("One?", "")
    assert [(each.turn, each.text) for each in again.comments.all()] == [(2, "Too fast.")]


def test_a_comment_keeps_its_day_until_it_is_changed(run, learner, sheet):
    before = SheetComment.objects.get()
    sheets.write(run, learner, QUESTIONS, {1: "I was quick. "})
    assert SheetComment.objects.get().written_at == before.written_at
    sheets.write(run, learner, QUESTIONS, {1: "I was too quick."})
    assert SheetComment.objects.get().pk == before.pk
    assert SheetComment.objects.get().written_at > before.written_at


def test_sharing_tells_each_lead_once_and_is_logged(sheet, lead, team, today):
    second = MembershipFactory(team=team, leading=True, person__first_name="Andris").person
    assert set(sheets.share(sheet, today)) == {lead, second}
    assert sheets.share(sheet, today) == []
    assert told("shared_sheet") == ["Andris", "Ilze"]
    assert logged("shared_sheet") == [("Līga", "Līga")]
    entry = AuditEntry.objects.get(action="shared_sheet")
    assert set(entry.detail["leads"]) == {lead.pk, second.pk}
    message = Message.objects.get(recipient=lead)
    assert subject_of(message, "en") == (
        f"{sheet.person} shares a supervision sheet with you: “The door (en)”"
    )
    assert "supervīzijas lapu: „The door (lv)”" in subject_of(message, "lv")
    assert message.context["path"] == {
        "lv": f"/lv/sheets/{sheet.pk}/",
        "en": f"/en/sheets/{sheet.pk}/",
    }


def test_what_nobody_would_see_is_not_shared(sheet, today):
    with pytest.raises(sheets.NobodyLeads):
        sheets.share(sheet, today)
    assert not Sheet.objects.get().is_shared
    assert not AuditEntry.objects.filter(action="shared_sheet").exists()


def test_taking_back_is_logged_and_takes_the_messages_along(shared, lead, today, mailoutbox):
    sheets.take_back(shared)
    sheets.take_back(shared)
    assert logged("took_back_sheet") == [("Līga", "Līga")]
    assert not Message.objects.filter(kind="shared_sheet").exists()
    send_digests.call()
    assert mailoutbox == []
    assert sheets.share(shared, today) == [lead]
    send_digests.call()
    assert told("shared_sheet") == ["Ilze"]
    assert len(mailoutbox) == 1
    assert f"/sheets/{shared.pk}/" in mailoutbox[0].body


def test_a_lead_comments_and_the_person_is_told_once_a_day(shared, lead, learner, today):
    sheets.comment(shared, lead, {1: "Well seen.", 2: ""}, today)
    sheets.comment(shared, lead, {1: "Well seen.", 2: "And here?"}, today)
    assert told("commented_sheet") == ["Līga"]
    sheets.comment(shared, lead, {1: "Well seen.", 2: "And here?"}, today)
    tomorrow = today + datetime.timedelta(days=1)
    sheets.comment(shared, lead, {1: "", 2: "And here?"}, tomorrow)
    assert told("commented_sheet") == ["Līga"]  # a comment that is erased is no news
    assert list(shared.comments.values_list("author", "turn", "text")) == [
        (learner.pk, 1, "I was quick."),
        (lead.pk, 2, "And here?"),
    ]
    message = Message.objects.get(kind="commented_sheet")
    assert message.context["path"]["en"] == f"/en{own(shared.run)[3:]}"
    assert subject_of(message, "en") == f"{lead} wrote on your supervision sheet: “The door (en)”"
    assert context_of(message, "lv")["action_label"] == KINDS["commented_sheet"].action


@pytest.mark.parametrize("who", ["stranger", "learner", "editor"])
def test_nobody_else_comments_or_observes(request, who, shared, competence, today):
    somebody = request.getfixturevalue(who)
    with pytest.raises(sheets.NotShared):
        sheets.comment(shared, somebody, {1: "Mine."}, today)
    with pytest.raises(sheets.NotShared):
        watch(shared, somebody, competence, today)
    assert SheetComment.objects.count() == 1
    assert not Evidence.objects.filter(kind="observation").exists()


@pytest.fixture
def competence(run):
    return Competence.objects.get(key="alliance")


def watch(sheet, lead, competence, today, token=None):
    return sheets.observe(
        sheet, lead, competence, 3, today, "Named it.", token or uuid.uuid4(), today=today
    )


def test_an_observation_is_evidence_named_on_the_sheet(shared, lead, competence, today):
    token = uuid.uuid4()
    row = watch(shared, lead, competence, today, token)
    assert watch(shared, lead, competence, today, token) == row
    assert list(shared.observations.all()) == [row]
    assert (row.kind, row.subject, row.note.text) == (
        "observation",
        shared.run.subject,
        "Named it.",
    )
    assert told("judged") == ["Līga"]


def test_what_is_taken_back_is_neither_commented_nor_observed(shared, lead, competence, today):
    sheets.take_back(shared)
    with pytest.raises(sheets.NotShared):
        sheets.comment(shared, lead, {1: "Late."}, today)
    with pytest.raises(sheets.NotShared):
        watch(shared, lead, competence, today)


def test_who_no_longer_leads_sees_nothing_and_who_leads_now_does(shared, team, lead, today):
    assert list(Sheet.objects.shared_with(lead, today)) == [shared]
    Membership.objects.filter(person=lead).update(ends_on=YESTERDAY)
    assert not Sheet.objects.shared_with(lead, today).exists()
    new = MembershipFactory(team=team, leading=True).person
    assert list(Sheet.objects.shared_with(new, today)) == [shared]


# Erasing ---------------------------------------------------------------------------------


def test_the_sheet_goes_with_its_owner_and_the_record_stays(
    shared, lead, learner, competence, today
):
    row = watch(shared, lead, competence, today)
    sheets.comment(shared, lead, {1: "Well seen."}, today)
    learner.delete()
    assert not Sheet.objects.exists()
    assert not SheetComment.objects.exists()
    assert ScenarioRun.objects.filter(pk=shared.run_id).exists()
    assert Evidence.objects.filter(pk=row.pk).exists()
    assert not Message.objects.filter(kind__in=["judged", "commented_sheet"]).exists()
    assert "by" not in str(Message.objects.filter(context__by=str(learner)))


def test_what_an_erased_lead_said_stays_without_a_name(
    shared, lead, learner_client, competence, today
):
    watch(shared, lead, competence, today)
    sheets.comment(shared, lead, {1: "Well seen."}, today)
    name = str(lead)
    lead.delete()
    page = text(learner_client.get(own(shared.run)))
    assert "Well seen." in page
    assert "Somebody whose account is closed" in page
    assert name not in page
    assert name not in str(Message.objects.get(kind="commented_sheet").context)


# Her own page ----------------------------------------------------------------------------


def test_a_sheet_begins_only_when_something_is_sent(run, lead, learner_client):
    page = text(learner_client.get(own(run)))
    assert "Nobody but you sees this sheet" in page
    assert f"<b>{lead}</b>" in page
    assert "say greet" in page
    assert "why greet" not in page  # the coach
    assert not Sheet.objects.exists()
    address = own(run)
    assert address in text(learner_client.get(run.get_absolute_url()))
    response = learner_client.post(address, sent(run, turn_1="Quick.", first="How?"))
    assert response.url == address
    page = text(learner_client.get(address))
    assert "Quick.</textarea>" in page
    assert "How?</textarea>" in page
    assert not Sheet.objects.get().is_shared


def test_save_share_and_stop_sharing_each_keep_what_is_written(run, lead, learner_client):
    data = sent(run, "share", turn_1="Quick.")
    for _press in range(2):
        assert learner_client.post(own(run), data).status_code == 302
    assert Sheet.objects.get().is_shared
    assert told("shared_sheet") == ["Ilze"]
    assert len(logged("shared_sheet")) == 1
    page = text(learner_client.get(own(run)))
    assert "Shared since" in page
    assert "Shared. Told by a message: " in page
    data = sent(run, "take-back", turn_1="Quick.", turn_2="More.")
    for _press in range(2):
        assert learner_client.post(own(run), data).status_code == 302
    assert not Sheet.objects.get().is_shared
    assert SheetComment.objects.count() == 2
    assert len(logged("took_back_sheet")) == 1


def test_who_has_no_lead_is_told_so(run, learner_client):
    page = text(learner_client.get(own(run)))
    assert "Nobody leads your team at the moment" in page
    assert 'value="share"' not in page
    learner_client.post(own(run), sent(run, "share", first="How?"))
    assert not Sheet.objects.get().is_shared
    assert Sheet.objects.get().first_question == "How?"


def test_too_long_a_comment_is_shown_again_with_everything_else(run, lead, learner_client):
    long = "a" * 2001
    response = learner_client.post(own(run), sent(run, "share", turn_1=long, turn_2="Fine."))
    assert response.status_code == 422
    page = text(response)
    assert long in page
    assert "Fine.</textarea>" in page
    assert not Sheet.objects.exists()
    assert not Message.objects.filter(kind="shared_sheet").exists()


def test_sharing_stops_at_once_even_where_something_is_too_long(
    shared, lead_client, learner_client
):
    data = sent(shared.run, "take-back", turn_1="a" * 2001)
    response = learner_client.post(own(shared.run), data)
    assert response.status_code == 422
    assert "Nobody but you sees this sheet" in text(response)
    assert lead_client.get(shared.get_absolute_url()).status_code == 404


def test_a_run_that_goes_on_has_no_sheet(learner, learner_client):
    run = make_run(learner, make_page(), "greet")
    for response in (learner_client.get(own(run)), learner_client.post(own(run), {})):
        assert response.url == reverse("scenarios:run", args=[run.pk])
    assert not Sheet.objects.exists()


@pytest.mark.parametrize(
    ("mode", "said"),
    [("assessed", "Assessed: it counts for the profile"), ("practice", "Practice: not assessed")],
)
def test_both_see_whether_it_was_practice(
    learner, lead, learner_client, lead_client, today, mode, said
):
    run = make_run(learner, make_page(), "greet", "confide", mode=mode)
    sheet = sheets.write(run, learner, QUESTIONS, {})
    sheets.share(sheet, today)
    person = reverse("courses:person", args=[learner.pk])
    for client, address in (
        (learner_client, own(run)),
        (lead_client, sheet.get_absolute_url()),
        (lead_client, person),
    ):
        assert said in text(client.get(address))


def test_of_a_practice_with_a_way_back_the_road_that_stands_is_on_the_sheet(
    learner, learner_client
):
    run = make_run(learner, make_page(), "push", mode="practice")
    run = rewind(run, 0, 2, uuid.uuid4())
    run = take_choice(run, "greet", 3, uuid.uuid4())
    run = take_choice(run, "confide", 4, uuid.uuid4())
    learner_client.post(own(run), sent(run, turn_1="At the door."))
    page = text(learner_client.get(own(run)))
    assert "say push" not in page
    assert 'id="turn-3"' in page
    assert "Your comment on turn 1" in page
    assert SheetComment.objects.get().turn == 1


def test_turns_of_an_earlier_practice_are_commented_too(learner, learner_client):
    data = sample()
    data["scenes"][1]["checkpoint"] = True
    page = make_page(make_story(data))
    done = make_run(learner, page, "push", "leave", mode="practice")
    run = try_again(done, page, 1, uuid.uuid4())
    run = take_choice(run, "leave", 1, uuid.uuid4())
    learner_client.post(own(run), sent(run, turn_1="Then.", turn_2="Now."))
    comments = SheetComment.objects.values_list("turn", "text")
    assert list(comments) == [(1, "Then."), (2, "Now.")]
    page = text(learner_client.get(own(run)))
    assert "say push" in page
    assert page.count("of an earlier practice") == 1
    assert 'id="turn-1"' in page
    assert 'id="turn-2"' not in page


# The lead's page -------------------------------------------------------------------------


def test_her_lead_finds_it_reads_it_and_she_sees_that(
    shared, learner, learner_client, lead, lead_client
):
    Reflection.objects.create(
        run=shared.run, person=learner, question="moment", text="For me alone."
    )
    person = text(lead_client.get(reverse("courses:person", args=[learner.pk])))
    assert shared.get_absolute_url() in person
    page = text(lead_client.get(shared.get_absolute_url()))
    for words in (*QUESTIONS, "I was quick.", "say greet", "end agreed"):
        assert words in page
    for words in ("For me alone.", "why greet", "a strong move"):
        assert words not in page
    assert logged("viewed_sheet") == [("Ilze", "Līga")]
    history = text(learner_client.get(reverse("courses:history")))
    assert f"{lead} opened one of your supervision sheets" in history


def test_the_record_of_the_run_leads_a_lead_to_the_sheet(shared, learner, lead_client):
    address = reverse("courses:person_competence", args=[learner.pk, "alliance"])
    assert f"{shared.get_absolute_url()}#turn-1" in text(lead_client.get(address))
    sheets.take_back(shared)
    assert str(shared.pk) not in text(lead_client.get(address))


def test_a_lead_comments_on_turns(shared, lead, lead_client, learner_client):
    data = sent(shared.run, turn_1="Well seen.", turn_4="Why so?")
    for _press in range(2):
        assert lead_client.post(shared.get_absolute_url(), data).url == shared.get_absolute_url()
    assert SheetComment.objects.filter(author=lead).count() == 2
    assert told("commented_sheet") == ["Līga"]
    assert "Well seen.</textarea>" in text(lead_client.get(shared.get_absolute_url()))
    sheets.take_back(shared)
    page = text(learner_client.get(own(shared.run)))
    assert "Well seen." in page
    assert str(lead) in page


def test_another_lead_reads_the_comments_and_writes_her_own(shared, lead, team, today):
    sheets.comment(shared, lead, {1: "Well seen."}, today)
    other = MembershipFactory(team=team, leading=True).person
    client = signed_in(other)
    page = text(client.get(shared.get_absolute_url()))
    assert "Well seen.</p>" in page
    assert "Well seen.</textarea>" not in page
    client.post(shared.get_absolute_url(), sent(shared.run, turn_1="I agree."))
    assert SheetComment.objects.filter(turn=1).count() == 3


def test_a_leads_comment_that_is_too_long_is_not_lost(shared, lead_client):
    data = sent(shared.run, turn_1="a" * 2001, turn_2="Short.") | observation()
    response = lead_client.post(shared.get_absolute_url(), data | {"do": "observe:alliance"})
    assert response.status_code == 422
    page = text(response)
    assert "a" * 2001 in page
    assert "Short.</textarea>" in page
    assert "Named it herself.</textarea>" in page
    assert SheetComment.objects.count() == 1
    assert not Evidence.objects.filter(kind="observation").exists()


def test_an_observation_keeps_the_comments_typed_above_it(
    shared, lead, lead_client, learner_client
):
    data = sent(shared.run, "observe:alliance", turn_1="Well seen.") | observation()
    for _press in range(2):
        assert lead_client.post(shared.get_absolute_url(), data).status_code == 302
    row = Evidence.objects.get(kind="observation")
    assert (row.competence.key, float(row.score), row.actor.person) == ("alliance", 0.75, lead)
    assert SheetComment.objects.filter(author=lead).count() == 1
    for page in (lead_client.get(shared.get_absolute_url()), learner_client.get(own(shared.run))):
        assert "Named it herself." in text(page)
        assert "3 · independent" in text(page)


def test_an_observation_that_misses_something_keeps_everything(shared, lead, lead_client):
    data = sent(shared.run, "observe:alliance", turn_1="Well seen.") | observation(rating="")
    response = lead_client.post(shared.get_absolute_url(), data)
    assert response.status_code == 422
    assert "Named it herself.</textarea>" in text(response)
    assert '<details class="reveal" open>' in text(response)
    # The page is long: what is missing is said above the conversation, not where it was sent from.
    assert 'role="alert"' in text(response).partition('id="conversation"')[0]
    assert not Evidence.objects.filter(kind="observation").exists()
    assert SheetComment.objects.filter(author=lead).count() == 1


def test_an_observation_begun_and_not_asked_for_is_shown_again(shared, lead, lead_client):
    data = sent(shared.run, turn_1="Well seen.") | observation(rating="")
    response = lead_client.post(shared.get_absolute_url(), data)
    assert response.status_code == 422
    assert "An observation that was begun is not recorded yet." in text(response)
    assert "Named it herself.</textarea>" in text(response)
    assert SheetComment.objects.filter(author=lead).count() == 1


def test_only_competences_of_the_story_are_observed(shared, lead_client):
    data = sent(shared.run, "observe:ethics") | observation("ethics")
    assert lead_client.post(shared.get_absolute_url(), data).status_code == 302
    assert not Evidence.objects.filter(kind="observation").exists()


def test_an_observation_withdrawn_since_says_so(
    shared, lead, learner, learner_client, competence, today
):
    from courses import judgements

    row = watch(shared, lead, competence, today)
    assert "Corrected or taken back since" not in text(learner_client.get(own(shared.run)))
    judgements.withdraw(lead, learner, row, today=today)
    assert "Corrected or taken back since" in text(learner_client.get(own(shared.run)))


def test_nobody_else_finds_a_sheet(shared, team, learner, editor):
    """Others of other roles are tried in tests/theme/test_foreign_objects.py."""
    colleague = MembershipFactory(team=team).person
    elsewhere = MembershipFactory(leading=True).person
    former = MembershipFactory(team=team, leading=True, ends_on=YESTERDAY).person
    root = UserFactory(is_superuser=True)
    for person in (colleague, elsewhere, former, editor, root, learner):
        client = signed_in(person)
        assert client.get(shared.get_absolute_url()).status_code == 404
        assert client.post(shared.get_absolute_url(), {"turn-1": "x"}).status_code == 404
    assert SheetComment.objects.count() == 1
    assert not AuditEntry.objects.filter(action="viewed_sheet").exists()


# What it costs ---------------------------------------------------------------------------


def test_both_pages_cost_the_same_whatever_is_written(
    shared, lead, learner_client, lead_client, competence, today
):
    counts = []
    for number in range(2):
        for each in range(3):
            author = MembershipFactory(team=lead.memberships.get().team, leading=True).person
            sheets.comment(shared, author, dict.fromkeys((1, 2, 3), f"{number} {each}"), today)
            watch(shared, author, competence, today)
        counts.append(
            (
                len(statements(learner_client, own(shared.run))),
                len(statements(lead_client, shared.get_absolute_url())),
            )
        )
    assert counts[0] == counts[1]
    assert counts[0] == (8, 6)

"""Why this level: what the page says, for the learner and for her lead, of today and of past days."""

import datetime
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import pictures, why
from courses.progress import certainty
from courses.progress.models import EvidenceNote, Policy, Subject
from courses.progress.rules import Level, Rule
from tests.courses.test_queries import statements
from tests.progress.factories import (
    ActivityFactory,
    CompetenceFactory,
    EvidenceFactory,
    SubjectFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/en/my/profile/self-care/"


@pytest.fixture
def competence():
    return CompetenceFactory(
        key="self-care",
        name_en="Self-care",
        levels=[{"level": n, "text": {"lv": f"lv{n}", "en": f"Does {n}."}} for n in range(5)],
    )


@pytest.fixture
def subject(learner):
    return Subject.objects.for_user(learner)


@pytest.fixture
def make(subject, competence):
    """Evidence of so many days ago, recorded then unless said otherwise."""

    def make(days_ago=0, hours_ago=0, late=False, **kwargs):
        at = timezone.now() - datetime.timedelta(days=days_ago, hours=hours_ago)
        kwargs.setdefault("guess", "0.25")
        recorded = timezone.now() if late else at
        return EvidenceFactory(
            subject=kwargs.pop("whose", subject),
            competence=kwargs.pop("about", competence),
            happened_at=at,
            recorded_at=recorded,
            **kwargs,
        )

    return make


def text(response):
    return " ".join(response.content.decode().split())


def raised(response):
    return response.context["raises"]


# The level and its rules ----------------------------------------------------------------


def test_nothing_shown_says_so(learner_client, competence):
    response = learner_client.get(PAGE)
    assert response.context["level"] is None
    assert "No evidence yet" in text(response)
    assert response.context["raises"] == []
    assert response.context["freshness"] is None


def test_not_enough_shown_says_how_much_is_missing(learner_client, make):
    make()
    response = learner_client.get(PAGE)
    assert "not enough shown yet" in text(response).lower()
    assert "2 more questions or decisions until the first level" in text(response)
    assert raised(response)[0] == "2 more questions or decisions that were not answered before"


def test_every_level_says_which_of_its_rules_are_met(learner_client, make):
    for _number in range(5):
        make()
    steps = learner_client.get(PAGE).context["steps"]
    assert [step["number"] for step in steps] == [0, 1, 2, 3, 4]
    assert [step["is_now"] for step in steps] == [False, False, True, False, False]
    met = [[rule["is_met"] for rule in step["rules"]] for step in steps]
    assert met == [
        [],
        [True, True],
        [True, True, True, True],
        [True, False, False, False, False],
        [True, False],
    ]
    assert steps[4]["rules"][0]["text"] == "All that level 2 asks for"
    assert steps[2]["text"] == "Does 2."


def test_what_would_raise_it_is_told_as_steps(learner_client, make, today):
    for _number in range(5):
        make()
    later = (today + datetime.timedelta(days=7)).strftime("%-d %b %Y")
    response = learner_client.get(PAGE)
    assert raised(response) == [
        "3 more questions or decisions that were not answered before",
        "About 2 more right answers (questions with four options counted)",
        f"An answer on {later} or later: it is to be shown on days apart",
        "A scenario with two decisions about this, or an observation rated 3 or 4",
        "Or straight to level 4: practice that your lead observes and rates 4",
    ]
    assert "What would raise it to level 3" in text(response)


def test_the_number_of_right_answers_said_is_the_number_it_takes(learner_client, make):
    make(score=0)
    make(score=0)
    make()
    response = learner_client.get(PAGE)
    assert response.context["level"] == 0
    assert raised(response) == ["About 5 more right answers (questions with four options counted)"]
    for _number in range(4):
        make()
    assert learner_client.get(PAGE).context["level"] == 0
    make()
    assert learner_client.get(PAGE).context["level"] == 1


def test_at_level_four_nothing_raises_it(learner_client, make):
    for _number in range(5):
        make()
    make(kind="observation", score=1)
    response = learner_client.get(PAGE)
    assert (response.context["level"], raised(response)) == (4, [])
    assert response.context["next_number"] is None


def test_an_open_critical_miss_says_what_closes_it(learner_client, make, today):
    for _number in range(5):
        make()
    make(days_ago=10, item_key="question/crit", critical=True, score=0)
    page = text(learner_client.get(PAGE))
    assert "A safety-critical answer is still open" in page
    assert "the level stays at 1" in page
    opens = (today - datetime.timedelta(days=7)).strftime("%-d %b %Y")
    assert f"one other safety-critical question are answered right, on {opens} or later" in page
    make(item_key="question/crit", critical=True)
    assert "The question itself was answered right since" in text(learner_client.get(PAGE))
    response = learner_client.get(PAGE)
    assert raised(response)[0] == "The safety-critical answer put right, and another one with it"


def test_the_day_time_alone_changes_it_is_told(learner_client, make):
    for _number in range(3):
        make(days_ago=600)
    response = learner_client.get(PAGE)
    assert "Without anything new it changes to level 0, not shown, on" in text(response)


def test_the_policy_in_force_is_named(learner_client, make, competence, today):
    make()
    assert "By version 1 of the level policy, in force from 1 Jan 2020." in text(
        learner_client.get(PAGE)
    )
    Policy.objects.create(
        kind="level", scope="self-care", version=3, effective_from=today, rules={}
    )
    page = text(learner_client.get(PAGE))
    assert "By version 3 of the level policy for this competence" in page


def test_points_add_up_to_the_certainty(learner_client, make):
    make()
    make(score=0, guess=0.1)
    page = learner_client.get(PAGE)
    said = {line["points"] for line in page.context["lines"]}
    assert said == {"+0.43", "−1.60"}
    assert page.context["start_points"] == "−0.41"
    assert page.context["earned_points"] == "−1.17"
    assert page.context["all_points"] == "−1.58"
    assert page.context["strength"] == 17
    assert "The 2 answers that count bring −1.17" in text(page)
    assert "+0,43" in text(learner_client.get(PAGE.replace("/en/", "/lv/")))


# The evidence ---------------------------------------------------------------------------


def test_each_row_says_why_it_counts_or_does_not(learner_client, make):
    make(days_ago=3, item_key="question/twice")
    make(item_key="question/twice", hours_ago=1)
    make(item_key="question/again", hours_ago=5)
    make(item_key="question/again")
    make(item_key="question/run", assessed=False)
    make(item_key="question/old", days_ago=800)
    make(item_key="self/a", kind="self")
    make(item_key="watched/2", kind="observation", score=0.5)
    make(item_key="watched/3", kind="observation", score=0.75)
    make(item_key="watched/3-long-ago", kind="observation", score=0.75, days_ago=500)
    make(item_key="watched/4", kind="observation", score=1, days_ago=500)
    make(item_key="prior/new", kind="prior")
    make(item_key="prior/old", kind="prior", days_ago=800)
    response = learner_client.get(PAGE)
    said = {
        (line["row"].item_key, line["fate"], line["counts"]) for line in response.context["lines"]
    }
    assert said == {
        ("question/twice", "later", "A later answer counts"),
        ("question/twice", "counts", ""),
        ("question/again", "counts", ""),
        ("question/again", "practice", "Practice: within 20 hours of its explanation"),
        ("question/run", "exercise", "A run for practice"),
        ("question/old", "old", "Older than 24 months"),
        ("self/a", "self", "A view of oneself, no evidence"),
        ("watched/2", "observation", "Is no ground for a level"),
        ("watched/3", "observation", "Counts for level 3"),
        ("watched/3-long-ago", "observation", "Too long ago to count"),
        ("watched/4", "observation", "Counts for level 4"),
        ("prior/new", "prior", "Bears level 2 at most"),
        ("prior/old", "prior", "Too long ago to count"),
    }


def test_a_correction_and_what_it_corrects_are_both_there(learner_client, make):
    wrong = make(item_key="question/a", score=0)
    make(item_key="question/a", voids=wrong)
    taken = make(item_key="watched", kind="observation")
    make(item_key="watched", kind="void", score=0, voids=taken)
    page = text(learner_client.get(PAGE))
    assert page.count("Voided") == 2
    assert page.count("Correction") == 1
    assert "Taken back" in page


def test_an_observation_stands_with_its_words_and_who_saw_it(learner_client, make, lead):
    row = make(kind="observation", score=0.75, actor=Subject.objects.for_user(lead))
    EvidenceNote.objects.create(evidence=row, text="Asked <b>first</b>.", written_by=lead)
    page = text(learner_client.get(PAGE))
    assert "3 of 4" in page
    assert str(lead) in page
    assert "Asked &lt;b&gt;first&lt;/b&gt;." in page
    lead.delete()
    assert "Somebody whose account is closed" in text(learner_client.get(PAGE))


def test_a_question_of_a_review_says_so(learner_client, make, subject):
    make(activity=ActivityFactory(subject=subject, verb="finished", object_kind="review"))
    assert "Question in a review" in text(learner_client.get(PAGE))


def test_how_sure_she_was_is_for_her_own_eyes(learner_client, lead_client, learner, make):
    make(certainty=3)
    assert [line["certainty"] for line in learner_client.get(PAGE).context["lines"]] == ["sure"]
    hers = reverse("courses:person_competence", args=[learner.pk, "self-care"])
    assert [line["certainty"] for line in lead_client.get(hers).context["lines"]] == [""]


def test_her_lead_reads_the_same(learner_client, lead_client, learner, make):
    for number in range(6):
        make(days_ago=number * 3)
    own = learner_client.get(PAGE).context
    led = lead_client.get(f"/en/people/{learner.pk}/competences/self-care/").context
    for name in ("level", "steps", "raises", "all_points", "history", "changes_on", "policy"):
        assert own[name] == led[name], name
    assert own["freshness"] == led["freshness"]
    assert [line["points"] for line in own["lines"]] == [line["points"] for line in led["lines"]]
    assert own["is_own"]
    assert not led["is_own"]


def test_long_evidence_comes_in_pages_that_keep_the_day(learner_client, make, today):
    for _number in range(32):
        make(days_ago=2)
    day = today - datetime.timedelta(days=1)
    response = learner_client.get(PAGE, {"on": day.isoformat(), "page": "2"})
    assert len(response.context["lines"]) == 2
    assert f"?on={day}&amp;page=1" in response.content.decode()


# Any past day ---------------------------------------------------------------------------


def test_a_past_day_shows_what_was_known_then(learner_client, make, today):
    for _number in range(5):
        make(days_ago=20)
    make(days_ago=20, item_key="question/late", late=True)
    make(item_key="question/new")
    day = today - datetime.timedelta(days=10)
    response = learner_client.get(PAGE, {"on": day.isoformat()})
    assert (response.context["level"], response.context["is_past"]) == (2, True)
    assert len(response.context["lines"]) == 5
    assert f"As it was known on {day.strftime('%-d %B %Y')}" in text(response)
    assert learner_client.get(PAGE, {"on": today.isoformat()}).context["is_past"] is False
    early = learner_client.get(PAGE, {"on": (today - datetime.timedelta(days=30)).isoformat()})
    assert early.context["level"] is None


def test_the_policy_of_a_past_day_is_the_one_in_force_then(learner_client, make, today):
    for _number in range(3):
        make(days_ago=20)
    Policy.objects.create(kind="level", version=2, effective_from=today, rules={"level_1_items": 9})
    now = learner_client.get(PAGE)
    assert (now.context["level"], now.context["policy"].version) == (0, 2)
    day = today - datetime.timedelta(days=1)
    past = learner_client.get(PAGE, {"on": day.isoformat()})
    assert (past.context["level"], past.context["policy"].version) == (1, 1)


@pytest.mark.parametrize("on", ["", "nonsense", "2099-01-01", "1066-10-14", "2026-02-30"])
def test_a_day_that_makes_no_sense_shows_today_and_says_so(learner_client, make, on, today):
    make()
    response = learner_client.get(PAGE, {"on": on})
    assert response.status_code == 200
    assert response.context["day"] == today
    assert response.context["form"].errors


# Freshness ------------------------------------------------------------------------------


def test_freshness_stands_beside_the_level(learner_client, make):
    for _number in range(5):
        make(days_ago=1)
    response = learner_client.get(PAGE)
    fresh = response.context["freshness"]
    assert 90 < fresh["percent"] < 100
    assert fresh["items"] == 5
    assert f"{fresh['percent']} %" in text(response)
    assert "Without review it drops below 80 % on" in text(response)


def test_what_is_nearly_forgotten_asks_for_a_refresher(learner_client, make):
    for _number in range(5):
        make(days_ago=300)
    response = learner_client.get(PAGE)
    assert response.context["level"] == 2
    assert response.context["freshness"]["is_stale"]
    assert "time for a refresher" in text(response)


# Over time ------------------------------------------------------------------------------


def test_the_page_over_time_shows_every_competence_with_evidence(
    learner_client, lead_client, learner, make
):
    other = CompetenceFactory(key="ethics", name_en="Ethics")
    CompetenceFactory(key="nothing", name_en="Nothing shown")
    gone = CompetenceFactory(key="gone", archived=True)
    make()
    make(about=other, days_ago=300)
    make(about=gone)
    make(whose=SubjectFactory())
    for client, url in (
        (learner_client, reverse("courses:over_time")),
        (lead_client, reverse("courses:person_over_time", args=[learner.pk])),
    ):
        response = client.get(url)
        assert {each["ability"].name for each in response.context["shown"]} == {
            "self-care",
            "ethics",
        }
        assert [each["ability"].name for each in response.context["fading"]] == [
            "ethics",
            "self-care",
        ]
        assert response.context["fading"][0]["is_stale"]


def test_with_no_evidence_the_page_over_time_is_empty(learner_client, competence):
    assert learner_client.get(reverse("courses:over_time")).context["shown"] == []


def test_only_she_sees_how_well_she_knows_what_she_knows(
    learner_client, lead_client, learner, make
):
    for number in range(6):
        make(certainty=3, score=number % 2)
    make(certainty=1)
    own = learner_client.get(reverse("courses:over_time"))
    marks = own.context["calibration"].marks
    assert [(mark.row.count, mark.row.percent, mark.row.verdict) for mark in marks] == [
        (1, 100, "few"),
        (0, None, "few"),
        (6, 50, "over"),
    ]
    led = lead_client.get(reverse("courses:person_over_time", args=[learner.pk]))
    assert led.context["calibration"] is None


# Cost -----------------------------------------------------------------------------------


def test_the_pages_cost_the_same_for_few_rows_and_for_many(
    learner_client, lead_client, learner, make
):
    urls = [
        (learner_client, PAGE, 4),
        (lead_client, f"/en/people/{learner.pk}/competences/self-care/", 7),
        (learner_client, reverse("courses:over_time"), 3),
        (lead_client, reverse("courses:person_over_time", args=[learner.pk]), 6),
    ]
    make()
    few = [len(statements(client, url)) for client, url, _number in urls]
    other = CompetenceFactory(key="ethics")
    for number in range(40):
        make(days_ago=number * 5)
        make(days_ago=number, about=other)
    many = [len(statements(client, url)) for client, url, _number in urls]
    assert many == few == [number for _client, _url, number in urls]


# Plain functions ------------------------------------------------------------------------


def test_a_rule_without_words_says_nothing():
    assert why.say_rule(Rule(9, "secret", 0, 1)) == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0.00"), (0.004, "0.00"), (-0.004, "0.00"), (1.005, "+1.00"), (-0.4055, "−0.41")],
)
def test_points_carry_their_sign(value, said):
    from django.utils import translation

    with translation.override("en"):
        assert why.signed(value) == said


def test_months_end_where_months_end():
    day = datetime.date(2024, 3, 15)
    ends = pictures.month_ends(day, 4)
    assert ends == [
        datetime.date(2023, 12, 31),
        datetime.date(2024, 1, 31),
        datetime.date(2024, 2, 29),
        day,
    ]


def test_the_picture_of_levels_has_a_column_for_each_month():
    day = datetime.date(2026, 11, 22)
    levels = [None, 0, 1, 2, 3, 4]
    found = pictures.level_picture(
        list(zip(pictures.month_ends(day, len(levels)), levels, strict=True))
    )
    states = [[block.state for block in month.blocks] for month in found.months]
    assert states[0] == ["unknown"] * 4
    assert states[1] == ["open"] * 4
    assert states[3] == ["reached", "reached", "open", "open"]
    assert states[5] == ["reached"] * 4
    assert [month.year for month in found.months] == ["2026", "", "", "", "", ""]
    heights = [float(block.y) for block in found.months[0].blocks]
    assert heights == sorted(heights, reverse=True)


def test_the_year_stands_under_january_and_never_under_its_neighbour():
    levels = [(day, None) for day in pictures.month_ends(datetime.date(2026, 11, 22))]
    assert [month.year for month in pictures.level_picture(levels).months][:3] == ["", "2026", ""]


@pytest.mark.parametrize("language", ["lv", "en"])
def test_a_coordinate_has_a_point_in_every_language(language, make, competence, subject, today):
    from django.utils import translation

    make(days_ago=3)
    with translation.override(language):
        found = why.grounds(subject, competence, today)
        drawn = pictures.forecast(lambda _day: 0.875, today, found.drops_on, 0.8)
    assert "," not in drawn.line
    assert drawn.line.startswith("M30 20.2 L")
    assert drawn.line.count("L") == 18
    assert drawn.rows[0] == (today, 88)
    assert len(drawn.rows) == 7


@pytest.mark.parametrize(("ahead", "is_marked"), [(0, False), (1, True), (180, True), (181, False)])
def test_the_day_it_drops_is_marked_where_it_lies_in_the_picture(ahead, is_marked, today):
    day = today + datetime.timedelta(days=ahead)
    drawn = pictures.forecast(lambda _day: 0.9, today, day, 0.8)
    assert (drawn.below is not None) is is_marked
    assert drawn.below_on == day


def test_certainty_is_drawn_in_a_column_for_each_level():
    rows = certainty.calibration([(Fraction(1, 2), 1)] * 4)
    guess, fairly, sure = pictures.calibration(rows, {1: "guess", 2: "fairly", 3: "sure"}).marks
    assert [mark.label for mark in (guess, fairly, sure)] == ["guess", "fairly", "sure"]
    assert float(guess.x) < float(fairly.x) < float(sure.x)
    # A half stands in the middle of the field's height; the band of a guess begins at its foot.
    foot, top = pictures.TOP + pictures.PLOT, pictures.TOP
    assert float(guess.point_y) == (foot + top) / 2
    assert float(guess.band_y) + float(guess.band_height) == pytest.approx(foot, abs=0.1)
    assert float(sure.band_y) == top
    assert (fairly.point_y, sure.point_y) == ("", "")


def test_a_level_without_rules_asks_for_nothing():
    assert Level(0, 0.4).items_to_next == 0

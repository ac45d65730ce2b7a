"""A quiz, people signed in who take it, and attempts on record, for `tests.bench.attempts`.

Attempts of the past are copies of one that was really made, with its steps, evidence and acts.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

EACH = 2  # attempts that everybody has made before
CROWD = 250  # people with attempts on record who are not there
QUESTIONS = 10
LATE = 400  # attempts of the latecomer whose time is up: as many may be tried

COPY = """
INSERT INTO assessments_attempt (id, page_key, number, token, status, pinned, started_at, deadline,
        finished_at, mark, max_mark, passed, subject_id, quiz_id, missed, by_hand)
    SELECT gen_random_uuid(), page_key, place, gen_random_uuid(), status, pinned,
        started_at + ago, deadline, finished_at + ago, mark, max_mark, passed, person, quiz_id,
        missed, by_hand
    FROM assessments_attempt, unnest(%(subjects)s::uuid[]) AS person,
        generate_series(%(first)s, %(last)s) AS place, make_interval(days => place - 1000) AS ago
    WHERE id = %(model)s;
CREATE TEMPORARY TABLE made AS
    SELECT a.id, a.subject_id, a.number, a.finished_at - m.finished_at AS ago
    FROM assessments_attempt a, assessments_attempt m
    WHERE m.id = %(model)s AND a.quiz_id = m.quiz_id AND a.subject_id = ANY(%(subjects)s::uuid[])
        AND a.number BETWEEN %(first)s AND %(last)s;
INSERT INTO assessments_step (number, kind, slot, response, certainty, data, token, at, actor_id,
        attempt_id, version_id)
    SELECT number, kind, slot, response, certainty, data, gen_random_uuid(), at + ago, actor_id,
        made.id, version_id
    FROM assessments_step s, (SELECT id, ago FROM made) AS made WHERE s.attempt_id = %(model)s;
INSERT INTO progress_activity (id, verb, object_kind, object_key, object_version, happened_at,
        recorded_at, origin, subject_id)
    SELECT gen_random_uuid(), verb, object_kind, object_key, object_version, happened_at + ago,
        recorded_at + ago, 'attempt/' || made.id || '/' || verb, made.subject_id
    FROM progress_activity, (SELECT id, subject_id, ago FROM made) AS made
    WHERE origin LIKE %(origin)s;
INSERT INTO progress_evidence (id, kind, item_key, item_version, origin, score, weight, guess,
        critical, assessed, setting, happened_at, recorded_at, competence_id, subject_id,
        certainty, feedback_at, seen_at, twin)
    SELECT gen_random_uuid(), kind, item_key, item_version,
        replace(origin, %(model)s, made.id::text), score, weight, guess, critical, assessed,
        setting, happened_at + ago, recorded_at + ago, competence_id, made.subject_id, certainty,
        feedback_at + ago, seen_at, twin
    FROM progress_evidence, (SELECT id, subject_id, ago FROM made) AS made
    WHERE origin LIKE %(origin)s;
DROP TABLE made;
"""


@dataclass(frozen=True)
class Late:
    """An attempt whose time is up: its form tokens by question, and what would have been right."""

    pk: UUID
    tokens: list[tuple[int, str]]
    right: dict[int, str]


class Records:
    """The quiz's page, the people, and what is on record of them."""

    def __init__(self, page: Any, people: list[Any], crooks: list[Any]) -> None:
        self.page = page
        self.people = people
        self.crooks = crooks
        self.late_page: Any = None

    def attempts(self) -> tuple[int, float]:
        """How many there are, and how many each of the people has made."""
        from assessments.models import Attempt

        mine = Attempt.objects.filter(subject__person__in=self.people).count()
        return Attempt.objects.count(), mine / len(self.people)

    def multiply(self) -> None:
        """Ten times the attempts: of each person, and of ten times as many who are not there."""
        from courses.progress.models import Subject

        mine = [Subject.objects.for_user(user).pk for user in self.people]
        copy(self.model, mine, 101, 100 + round(9 * self.attempts()[1]))
        copy(self.model, crowd(9 * CROWD), 101, 100 + EACH)
        settle()

    @property
    def model(self) -> UUID:
        """The attempt that all others on record are copies of."""
        from assessments.models import Attempt

        pk: UUID = Attempt.objects.finished().filter(quiz=self.page.quiz).earliest("number").pk
        return pk

    def late_of(self, user: Any) -> Iterator[Late]:
        """Attempts of this person that are over by the clock and still open on record."""
        from django.utils import timezone

        from assessments import known
        from assessments.models import Attempt
        from assessments.replay import form_token

        for attempt in Attempt.objects.of(user).open().filter(deadline__lt=timezone.now()):
            versions = known.versions(pin.version for pin in attempt.pins)
            yield Late(
                attempt.pk,
                [(pin.slot, str(form_token(attempt, pin.slot, 0))) for pin in attempt.pins],
                {pin.slot: first_right(versions[pin.version].data) for pin in attempt.pins},
            )

    def verdicts(self) -> Iterator[tuple[str, int, int]]:
        """What the record says of the wrong-doings: what, of how many, how many are amiss."""
        from assessments.models import Attempt, Step
        from courses.progress.models import Activity, Evidence

        forger, repeater, latecomer = self.crooks
        forged = Attempt.objects.of(forger)
        amiss = [each for each in forged if each.mark or each.passed or each.is_open]
        marked = Step.objects.filter(attempt__in=forged).exclude(kind=Step.Kind.FINISHED)
        scored = Evidence.objects.filter(subject__person=forger, score__gt=0)
        yield (
            "a forged mark that was taken",
            len(forged),
            len(amiss) + marked.count() + scored.count(),
        )
        repeated = Attempt.objects.of(repeater)
        again = 0
        for attempt in repeated:
            kinds = list(attempt.steps.values_list("kind", flat=True))
            told = Evidence.objects.filter(origin__startswith=f"attempt/{attempt.pk}/")
            acts = Activity.objects.filter(origin=f"attempt/{attempt.pk}/finished")
            again += not (
                kinds.count("finished") == 1
                and kinds.count("saved") == QUESTIONS
                and kinds[-1] == "finished"
                and told.values("item_key").distinct().count() == QUESTIONS
                and acts.count() == 1
            )
        yield "a second submission that was taken", len(repeated), again
        late = Attempt.objects.of(latecomer).exclude(status=Attempt.Status.OPEN)
        late = late.filter(quiz__key__startswith="burnout/late-")
        counted = sum(
            bool(each.mark or each.passed or each.finished_at > each.deadline) for each in late
        )
        counted += sum(
            Evidence.objects.filter(origin__startswith=f"attempt/{each.pk}/").count()
            for each in late
        )
        yield "a finish after time-out that counted", len(late), counted


def make(number: int, *, fresh: bool) -> Records:
    """The records of a run: a quiz of its own, people by number, and their first attempts."""
    from courses.people.models import Role, Team, User

    page = quiz_page("page")
    team = Team.objects.order_by("path").last()
    people = []
    for name in [f"bench-{place}" for place in range(number)] + ["forger", "repeater", "late"]:
        user, new = User.objects.get_or_create(username=name, defaults={"last_name": name})
        if new:
            user.set_unusable_password()
            user.save()
            user.memberships.create(
                team=team,
                role=Role.LEARNER,
                setting="prison",
                starts_on=datetime.date.today(),
            )
        people.append(user)
    records = Records(page, people[:number], people[number:])
    if fresh:
        begin(records)
    make_late(records.crooks[2])
    settle()
    return records


def begin(records: Records) -> None:
    """The first attempts on record."""
    from assessments import actions
    from courses.progress.models import Subject

    somebody = crowd(1)[0]
    subject = Subject.objects.get(pk=somebody)
    attempt = actions.start_attempt(subject, records.page, uuid4())
    given = [
        actions.Given(
            slot.number,
            {"chosen": [slot.pin.options[0]]},
            actions.form_token(attempt, slot.number, 0),
        )
        for slot in actions.resume(attempt).slots
    ]
    actions.hand_in(attempt, given)
    mine = [Subject.objects.for_user(user).pk for user in records.people]
    copy(attempt.pk, [*mine, *crowd(CROWD)], 1, EACH)


def copy(model: UUID, subjects: list[UUID], first: int, last: int) -> None:
    """Attempts by these numbers for each of these people, as the model has it."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for statement in COPY.split(";\n"):
            if statement.strip():
                cursor.execute(
                    statement,
                    {
                        "model": str(model),
                        "origin": f"attempt/{model}/%",
                        "subjects": [str(pk) for pk in subjects],
                        "first": first,
                        "last": last,
                    },
                )


def crowd(number: int) -> list[UUID]:
    """People of whom nothing but the record is left."""
    from courses.progress.models import Subject

    return [row.pk for row in Subject.objects.bulk_create([Subject() for _ in range(number)])]


def settle() -> None:
    """Have the database know what it holds, as it does after a night."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def quiz_page(presentation: str, **given: Any) -> Any:
    """The page of a quiz with the first ten questions of the bank that one answers by choosing."""
    from assessments.models import Question, Quiz, QuizPage, QuizQuestion
    from courses.models import CoursePage

    parent = CoursePage.objects.get(locale__language_code="lv", key="burnout")
    name = f"bench-{len(given)}"
    if found := QuizPage.objects.filter(key=name).first():
        return found
    kinds = ["single", "multiple", "true-false"]
    questions = Question.objects.filter(
        module="burnout", live=True, archived=False, needs_review=False, kind__in=kinds
    )
    quiz = Quiz(
        module="burnout",
        key=f"burnout/{name}",
        title_lv="Mērījums",
        title_en="Measurement",
        presentation=presentation,
        **given,
    )
    quiz.places = [
        QuizQuestion(question=question, sort_order=place)
        for place, question in enumerate(questions.filter(critical=False).order_by("pk")[:10])
    ]
    quiz.save()
    page = QuizPage(title="Mērījums", slug=name, key=name, quiz=quiz, locale=parent.locale)
    parent.add_child(instance=page)
    return page


def make_late(user: Any) -> None:
    """Attempts of a person whose time was up an hour ago and that nobody has looked at since.

    Only one attempt of a quiz may be open, so each is of a quiz of its own.
    """
    from django.utils import timezone

    from assessments import actions
    from assessments.models import Attempt, Quiz
    from courses.progress.models import Subject

    page = quiz_page("page", time_limit=20)
    subject = Subject.objects.for_user(user)
    attempt = Attempt.objects.of(user).filter(quiz=page.quiz).first()
    attempt = attempt or actions.start_attempt(subject, page, uuid4())
    over = timezone.now() - datetime.timedelta(hours=1)
    pinned = attempt.pinned | {"deadline": over.isoformat()}
    quizzes = Quiz.objects.bulk_create(
        [
            Quiz(module="burnout", key=f"burnout/late-{uuid4()}", title_lv="–", title_en="–")
            for _ in range(LATE)
        ]
    )
    Attempt.objects.bulk_create(
        Attempt(
            subject=subject,
            quiz=quiz,
            page_key=page.translation_key,
            number=1,
            token=uuid4(),
            started_at=over - datetime.timedelta(minutes=20),
            deadline=over,
            pinned=pinned,
        )
        for quiz in quizzes
    )


def first_right(data: Any) -> str:
    return next(str(option["key"]) for option in data["options"] if option["right"])


def cookie_of(user: Any) -> str:
    """The cookie of a session in which this person is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

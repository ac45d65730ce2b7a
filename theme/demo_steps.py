"""Steps of the demo's people, each taken at its own moment by the site's own actions."""

import datetime
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

import time_machine
from django.utils import timezone
from wagtail.models import Locale

from assessments import grading
from assessments.actions import answer, finish, form_token, resume, start_attempt
from assessments.models import Attempt, QuizPage
from content.models import Applies
from courses.actions import mark_read
from courses.models import CoursePage, LessonPage
from courses.people.models import User
from courses.progress.models import Subject
from scenarios.actions import start_run, take_choice
from scenarios.engine import offered
from scenarios.models import Mode, ScenarioPage, ScenarioRun

LV = "lv"


@contextmanager
def at(days_ago: int, hour: int = 10, minute: int = 0) -> Iterator[datetime.date]:
    """The moment of a step, that many days ago; times later than now are taken as now."""
    day = datetime.date.today() - datetime.timedelta(days=days_ago)
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))
    with time_machine.travel(moment, tick=True):
        yield day


class Moment(NamedTuple):
    """What somebody does, that many days ago."""

    days: int
    hour: int
    minute: int
    act: Callable[[], object]


def live_through(moments: Iterable[Moment]) -> None:
    """Everything that happened, by everybody, in the order in which it did."""
    for moment in sorted(moments, key=lambda each: (-each.days, each.hour, each.minute)):
        with at(*moment[:3]):
            moment.act()


def token(*words: object) -> UUID:
    return uuid5(NAMESPACE_URL, "tilts-demo/" + "/".join(str(word) for word in words))


class Course:
    """The pages of a module in Latvian, as the demo's people find them."""

    def __init__(self, key: str = "burnout") -> None:
        latvian = Locale.objects.get(language_code=LV)
        self.key = key
        self.page = CoursePage.objects.get(key=key, locale=latvian)
        below = {"locale": latvian, "path__startswith": self.page.path, "live": True}
        self.lessons = list(LessonPage.objects.filter(**below).order_by("path"))
        self.quiz = QuizPage.objects.get(quiz__key=f"{key}/quiz", **below)
        self.stories = list(ScenarioPage.objects.filter(**below).order_by("path"))


class Learner:
    """Takes the road as a person would, a step at a time."""

    def __init__(self, person: User, course: Course) -> None:
        self.person = person
        self.subject = Subject.objects.for_user(person)
        self.course = course
        self.chance = random.Random(person.username)  # noqa: S311

    def read(self, number: int) -> None:
        mark_read(self.person, self.course.lessons[number])

    def play(
        self, number: int, turns: int = 120, wisdom: float = 0.8, mode: str = Mode.ASSESSED
    ) -> ScenarioRun:
        """Play a story, mostly by the better choices, to its end or for some turns."""
        page = self.course.stories[number]
        once = token(self.person.username, "run", page.key, wisdom)
        run = start_run(self.subject, page, once, mode)
        while not run.is_over and run.next_turn <= turns:
            choices = offered(run.story, run.state)
            best = max(choices, key=lambda choice: choice.score or 0)
            choice = best if self.chance.random() < wisdom else self.chance.choice(choices)
            turn = run.next_turn
            run = take_choice(run, choice.key, turn, token(run.pk, turn))
        return run

    def answer(self, right: float, questions: int = 100, attempt: int = 1) -> Attempt:
        """Answer so many questions, that share of them rightly, and finish if all are answered."""
        made = start_attempt(
            self.subject,
            self.course.quiz,
            token(self.person.username, self.course.key, attempt),
            chance=self.chance,
        )
        # A safety-critical question answered wrongly brings another one, maybe only at the end.
        while ahead := [slot for slot in resume(made).slots if not slot.answered][:questions]:
            for slot in ahead:
                knows = self.chance.random() < right
                response = (grading.best if knows else grading.worst)(slot.question)
                answer(made, slot.number, response, form_token(made, slot.number, slot.answers))
            questions -= len(ahead)
            if questions:
                made = finish(made)
        return made

    def try_again(self, right: float, attempt: int) -> None:
        """The quiz once more, unless it is passed already."""
        mine = Attempt.objects.filter(
            subject=self.subject, page_key=self.course.quiz.translation_key
        )
        if not mine.filter(passed=True).exists():
            self.answer(right, attempt=attempt)

    def write(self, words: str) -> Attempt:
        """Answer the question that one answers in one's own words, and hand it in."""
        page = QuizPage.objects.get(
            quiz__key=f"{self.course.key}/own-part", locale__language_code=LV, live=True
        )
        made = start_attempt(self.subject, page, token(self.person.username, "own words"))
        slot = resume(made).slots[0]
        response = {"text": words}
        answer(made, slot.number, response, form_token(made, slot.number, slot.answers))
        return finish(made)

    def stories_in(self, setting: str) -> list[int]:
        """Numbers of the stories that are asked of somebody at work in a setting."""
        return [
            number
            for number, page in enumerate(self.course.stories)
            if page.applies in (Applies.BOTH, setting)
        ]

"""A small believable organisation with a history, lived through by the site's own actions.

Everybody and everything in it is invented. The past is real to the record: each step is taken at
its own moment, so every date, level and certificate follows from what was done.
"""

import datetime
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import time_machine
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from wagtail.models import Locale

from assessments import grading, marking
from assessments.actions import answer, finish, form_token, resume, start_attempt
from assessments.models import Attempt, QuizPage
from content.packs.runner import load
from courses.actions import assign, mark_read
from courses.judgements import credit, observe
from courses.models import CoursePage, LessonPage
from courses.models import Path as LearningPath
from courses.people import groups
from courses.people.invitations import Invitee, invite, new_code
from courses.people.models import Invitation, Membership, Role, Setting, Team, User
from courses.progress.models import Competence, Subject
from scenarios import sheets
from scenarios.actions import start_run, take_choice
from scenarios.engine import offered
from scenarios.models import Mode, ScenarioPage, ScenarioRun

PACK = settings.BASE_DIR / "content" / "packs" / "tilts"
PASSWORD = "tilts demo 2026"  # noqa: S105  (development only; see `allowed`)
DAYS = 100  # how far back the organisation's history begins
LV = "lv"


@dataclass(frozen=True)
class Person:
    """Somebody of the demo: `story` names what she has done so far."""

    username: str
    first_name: str
    last_name: str
    story: str = ""
    email: bool = True


PRISON_LEAD = Person("ilze.kalnina", "Ilze", "Kalniņa")
MUNICIPAL_LEAD = Person("andris.ozols", "Andris", "Ozols")
EDITOR = Person("elina.priede", "Elīna", "Priede")
MODERATOR = Person("mara.zarina", "Māra", "Zariņa")
PRISON_ADMINISTRATOR = Person("juris.lacis", "Juris", "Lācis")
MUNICIPAL_ADMINISTRATOR = Person("inga.rozite", "Inga", "Rozīte")
AUDITOR = Person("vita.krasta", "Vita", "Krasta")
PRISON = (
    Person("liga.berzina", "Līga", "Bērziņa", "reading"),
    Person("janis.liepa", "Jānis", "Liepa", "not_started"),
    Person("anna.eglite", "Anna", "Eglīte", "done"),
    Person("peteris.abols", "Pēteris", "Ābols", "in_the_quiz"),
    Person("sanita.vitola", "Sanita", "Vītola", "in_the_story"),
    Person("kaspars.grinbergs", "Kaspars", "Grīnbergs", "second_try"),
)
MUNICIPAL = (
    Person("dace.krumina", "Dace", "Krūmiņa", "done_long_ago"),
    Person("guntis.balodis", "Guntis", "Balodis", "failed"),
    Person("inese.ozolina", "Inese", "Ozoliņa", "reading"),
    Person("rita.medne", "Rita", "Medne", "not_started", email=False),
    Person("edgars.skuja", "Edgars", "Skuja", "played_only"),
)
NEW_HIRE = ("Laura", "Saulīte")


def allowed() -> None:
    """Raises ImproperlyConfigured anywhere but in development and tests."""
    if not (settings.DEBUG or getattr(settings, "TILTS_DEMO_ALLOWED", False)):
        raise ImproperlyConfigured(
            "The demo organisation has known passwords: it is made in development only."
        )


@contextmanager
def at(days_ago: int, hour: int = 10, minute: int = 0) -> Iterator[datetime.date]:
    """The moment of a step, that many days ago; times later than now are taken as now."""
    day = datetime.date.today() - datetime.timedelta(days=days_ago)
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))
    with time_machine.travel(moment, tick=True):
        yield day


def token(*words: object) -> UUID:
    return uuid5(NAMESPACE_URL, "tilts-demo/" + "/".join(str(word) for word in words))


def make_person(person: Person) -> User:
    found = User.objects.filter(username=person.username).first()
    if found:
        return found
    return User.objects.create_user(
        person.username,
        email=f"{person.username}@example.org" if person.email else None,
        password=PASSWORD,
        first_name=person.first_name,
        last_name=person.last_name,
    )


class Course:
    """The pages of the burnout module in Latvian, as the demo's people find them."""

    def __init__(self) -> None:
        latvian = Locale.objects.get(language_code=LV)
        self.page = CoursePage.objects.get(key="burnout", locale=latvian)
        below = {"locale": latvian, "path__startswith": self.page.path, "live": True}
        self.lessons = list(LessonPage.objects.filter(**below).order_by("path"))
        self.quiz = QuizPage.objects.get(quiz__key="burnout/quiz", **below)
        self.own_words = QuizPage.objects.get(quiz__key="burnout/own-part", **below)
        self.stories = list(ScenarioPage.objects.filter(**below).order_by("path"))


class Learner:
    """Takes the road as a person would, a step at a time."""

    def __init__(self, person: User, course: Course) -> None:
        self.person = person
        self.subject = Subject.objects.for_user(person)
        self.course = course
        self.chance = random.Random(person.username)  # noqa: S311

    def read(self, *numbers: int) -> None:
        for number in numbers:
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
            token(self.person.username, "attempt", attempt),
            chance=self.chance,
        )
        slots = resume(made).slots
        for slot in slots[:questions]:
            question = slot.question
            knows = self.chance.random() < right
            response = grading.best(question) if knows else grading.worst(question)
            answer(made, slot.number, response, form_token(made, slot.number, slot.answers))
        return finish(made) if questions >= len(slots) else made

    def write(self, words: str) -> Attempt:
        """Answer the question that one answers in one's own words, and hand it in."""
        made = start_attempt(
            self.subject, self.course.own_words, token(self.person.username, "own words")
        )
        slot = resume(made).slots[0]
        response = {"text": words}
        answer(made, slot.number, response, form_token(made, slot.number, slot.answers))
        return finish(made)


def live(learner: Learner, story: str) -> None:
    """What a person of the demo has done in the last weeks."""
    if story == "reading":
        with at(9, 14):
            learner.read(0)
        with at(4, 9, 30):
            learner.read(1)
    elif story == "played_only":
        with at(6, 13):
            learner.play(0, wisdom=0.5)
    elif story in {"in_the_quiz", "in_the_story", "failed", "second_try", "done", "done_long_ago"}:
        back = 62 if story == "done_long_ago" else 21
        for number in range(4):
            with at(back - 3 * number, 9 + number):
                learner.read(number)
        if story == "in_the_quiz":
            with at(3, 15):
                learner.play(0, wisdom=0.7)
                learner.play(1, wisdom=0.9)
            with at(1, 16, 10):
                learner.answer(0.85, questions=9)
        elif story == "in_the_story":
            with at(2, 11):
                learner.play(0, turns=5)
        else:
            with at(back - 11, 13):
                learner.play(0, wisdom=0.75)
            with at(back - 12, 10):
                learner.play(1, wisdom=0.85)
            if story in {"failed", "second_try"}:
                with at(back - 13, 11):
                    learner.answer(0.6)
            if story != "failed":
                with at(back - 15, 11):
                    learner.answer(0.97, attempt=2)
            if story == "done":
                with at(back - 17, 12):
                    learner.play(0, wisdom=0.5, mode=Mode.PRACTICE)


def make() -> list[tuple[str, User]]:
    """The organisation, made once: (what she is, person) of everybody who can sign in.

    Raises ImproperlyConfigured outside development, PackError when the pack does not load.
    """
    allowed()
    is_new = not User.objects.filter(username=PRISON_LEAD.username).exists()
    if is_new:
        with at(DAYS):
            load(Path(PACK))
    else:
        load(Path(PACK))
    made_groups = groups.ensure()
    people = {
        person.username: make_person(person)
        for person in (
            PRISON_LEAD,
            MUNICIPAL_LEAD,
            EDITOR,
            MODERATOR,
            PRISON_ADMINISTRATOR,
            MUNICIPAL_ADMINISTRATOR,
            AUDITOR,
            *PRISON,
            *MUNICIPAL,
        )
    }
    people[EDITOR.username].groups.add(made_groups["editor"])
    people[MODERATOR.username].groups.add(made_groups["editor"], made_groups["moderator"])
    if is_new:
        _history(people)
    return [
        (role, people[person.username])
        for role, persons in (
            ("learner", (*PRISON, *MUNICIPAL)),
            ("lead", (PRISON_LEAD, MUNICIPAL_LEAD)),
            ("editor", (EDITOR,)),
            ("moderator", (MODERATOR,)),
            ("administrator", (PRISON_ADMINISTRATOR, MUNICIPAL_ADMINISTRATOR)),
            ("auditor", (AUDITOR,)),
        )
        for person in persons
    ]


def _history(people: dict[str, User]) -> None:
    begun = datetime.date.today() - datetime.timedelta(days=DAYS)
    prison = Team.add_root(name="Daugavas cietums", setting=Setting.PRISON)
    unit = prison.add_child(
        name="Resocializācijas daļa", kind=Team.Kind.DEPARTMENT, setting=Setting.PRISON
    )
    town = Team.add_root(name="Liepkalnu novada Sociālais dienests", setting=Setting.MUNICIPAL)
    adults = town.add_child(
        name="Pieaugušo atbalsta nodaļa", kind=Team.Kind.DEPARTMENT, setting=Setting.MUNICIPAL
    )
    for lead, team in ((PRISON_LEAD, unit), (MUNICIPAL_LEAD, adults)):
        _join(people[lead.username], team, begun, Role.LEAD)
    for administrator, team in ((PRISON_ADMINISTRATOR, prison), (MUNICIPAL_ADMINISTRATOR, town)):
        _join(people[administrator.username], team, begun, Role.ADMINISTRATOR)
        _join(people[AUDITOR.username], team, begun, Role.AUDITOR)
    course = Course()
    for lead, team, persons, path in (
        (PRISON_LEAD, unit, PRISON, "onboarding-prison"),
        (MUNICIPAL_LEAD, adults, MUNICIPAL, "onboarding-municipal"),
    ):
        for person in persons:
            _join(people[person.username], team, begun)
        with at(70) as day:
            assign(
                people[lead.username],
                LearningPath.objects.get(key=path),
                team,
                day + datetime.timedelta(days=120),
                token("path", team.name),
            )
        # The town's date has passed, the prison's is coming.
        with at(40) as day:
            assign(
                people[lead.username],
                course.page,
                team,
                day + datetime.timedelta(days=35 if team == adults else 52),
                token("module", team.name),
                scenario_mode="assessed" if team == unit else "practice",
            )
        for person in persons:
            live(Learner(people[person.username], course), person.story)
    _judged(people[PRISON_LEAD.username], people["anna.eglite"])
    _supervised(people[PRISON_LEAD.username], people["anna.eglite"])
    _written(people, course)
    invite(
        Invitee(
            *NEW_HIRE,
            email="laura.saulite@example.org",
            language=LV,
            team=unit,
            starts_on=timezone.localdate(),
        ),
        by=people[PRISON_LEAD.username],
        printed=True,
        token=token("new hire"),
    )


def _judged(lead: User, learner: User) -> None:
    """What a lead saw of somebody's work, and what she knows that was learned before."""
    with at(4, 15) as day:
        observe(
            lead,
            learner,
            Competence.objects.get(key="self-care"),
            3,
            day,
            "Pēc smagas sarunas pati nosauca savu nogurumu, atlika mazāk steidzamo un pieteica "
            "gadījumu supervīzijai.",
            token("observed", learner.username),
        )
        credit(
            lead,
            learner,
            Competence.objects.get(key="ethics"),
            "Iepriekšējā darbavietā trīs gadus vadīja ētikas kopvīzijas.",
            token("credited", learner.username),
        )


# What a learner and her lead wrote beside the turns of a conversation, by scene.
REREAD = {
    "answer": "Te es padevos, lai gan atbilde man bija gatava. Redzēju kasti uz krēsla un negribēju būt "
    "vēl viena, kas viņam ko atņem.",
    "fridays": "Pateicu „es pazīstu vīrus”. Patiesībā baidījos, ka bez manis grupa izjuks.",
}
ANSWERED = {
    "answer": "Labi pamanīts. Kas notiktu, ja to pateiktu skaļi: „redzu, ka tev šodien grūti, un tomēr nē”?",
}
QUESTIONS = (
    "Kā pateikt nē cilvēkam, kuru es cienu, tā, lai pēc tam nav jālabo attiecības?",
    "Kā mēs ar Aivaru varētu norunāt kārtību piektdienām, pirms atkal kāds saslimst?",
)


def _supervised(lead: User, learner: User) -> None:
    """A conversation that somebody brought to supervision, and what her lead said of it."""
    run = ScenarioRun.objects.filter(subject__person=learner).pinned().earliest("started_at")
    turns = {scene: number for number, (scene, _choice) in enumerate(run.state.road, start=1)}

    def beside(words: dict[str, str]) -> dict[int, str]:
        return {turns[scene]: text for scene, text in words.items() if scene in turns}

    with at(7, 16, 40) as day:
        sheet = sheets.write(run, learner, QUESTIONS, beside(REREAD))
        sheets.share(sheet, day)
    with at(3, 9, 15) as day:
        sheets.comment(sheet, lead, beside(ANSWERED), day)
        sheets.observe(
            sheet,
            lead,
            Competence.objects.get(key="cooperation"),
            3,
            day,
            "Sarunā pati nosauca, kur padevās un kāpēc, un atrada citu teikumu. Vienojāmies par "
            "piektdienu kārtību runāt ar Aivaru kopā.",
            token("observed sheet", learner.username),
            today=day,
        )


# What people wrote when asked to prepare a case for supervision, each an invented one.
WRITTEN = {
    "anna.eglite": "Klients zvana katru otro dienu un pārmet, ka neko neesmu izdarījusi. Mēnesi es "
    "atzvanu tikai vakarā un cenšos sarunu pabeigt ātrāk. Pirms zvana man sažņaudzas pakrūte, "
    "naktīs mostos un domāju par viņa vārdiem; pavasarī tā nebija. Man ir vainas sajūta, un es "
    "dusmojos uz sevi. Pēdējā reizē apsolīju atrast dzīvesvietu, kaut to izlemt nav manā varā – "
    "viņš tagad gaida, un nākamā vilšanās būs vēl lielāka. Supervīzijā jautāšu: kāpēc viņa "
    "pārmetumi mani liek glābt, nevis runāt par to, kas iespējams? Mans solis: piektdien pateikt "
    "viņam, ko varu un ko nevaru, un pēc divām nedēļām ar kolēģi pārrunāt, kā izdevās.",
    "kaspars.grinbergs": "Man ir klients, kuram es vairs negribu celt klausuli. Viņš stāsta vienu "
    "un to pašu, un es skatos pulkstenī. Pēc darba gribu klusumu un ar sievu nerunāju; agrāk "
    "mājās par dienu stāstīju. Domāju, ka viņš to jūt, jo sarunas kļuvušas īsākas. Supervīzijā "
    "gribu saprast, kas man viņa stāstā ir tik smags. Pēc tam viņam pateikšu, kurās dienās esmu "
    "sazvanāms.",
    "dace.krumina": "Kliente zvana, kad ir iedzērusi, un raud. Es klausos līdz galam, jo baidos, "
    "ka citādi notiks kas slikts. Vakaros esmu tukša, bērniem atbildu strupi. Trīs reizes esmu "
    "nokavējusi nākamo tikšanos. Ko man darīt, lai viņa beigtu zvanīt šādā stāvoklī?",
}


def _written(people: dict[str, User], course: Course) -> None:
    """Answers in people's own words: one is marked, two wait for a lead."""
    for username, days in (("anna.eglite", 6), ("kaspars.grinbergs", 2), ("dace.krumina", 5)):
        with at(days, 16):
            attempt = Learner(people[username], course).write(WRITTEN[username])
        if username == "anna.eglite":
            points = {"signs": 2, "own-part": 2, "question-and-step": 2, "no-traces": 1}
            said = (
                "Skaidri redzams, kā vainas sajūta pārvēršas solījumā – tieši ar šo var sākt "
                "supervīziju. Pirms piektdienas sarunas pieraksti divus teikumus, ko teiksi."
            )
            with at(5, 9, 20):
                marking.mark(
                    attempt,
                    1,
                    people[PRISON_LEAD.username],
                    points,
                    said,
                    token("marked", username),
                )


def _join(person: User, team: Team, since: datetime.date, role: str = Role.LEARNER) -> None:
    Membership.objects.create(
        person=person, team=team, role=role, setting=team.setting, starts_on=since
    )


def new_hire_code() -> str | None:
    """A fresh code of the new hire's printed invitation while she has not used it."""
    invitation = Invitation.objects.filter(token=token("new hire")).usable(timezone.now()).first()
    return new_code(invitation) if invitation else None

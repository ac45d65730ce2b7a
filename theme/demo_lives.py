"""What the people of the demo did, wrote and were told. All of it is invented."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from django.utils import timezone

from assessments import marking
from assessments.models import Attempt
from courses.judgements import credit, observe
from courses.people.models import User
from courses.progress.models import Competence
from scenarios import sheets
from scenarios.models import Mode, ScenarioRun, Sheet
from theme.demo_steps import Course, Learner, Moment, token

ALL = 100  # as many as there are


@dataclass(frozen=True)
class Stage:
    """How far somebody went on a module that she began `back` days ago, two parts a day.

    `right` is the share of right answers in each attempt at the quiz, until one is passed.
    """

    module: str
    back: int
    lessons: int = ALL
    stories: int = ALL
    turns: int = 120  # of each story
    right: tuple[float, ...] = ()
    wisdom: float = 0.8
    rehearsed: bool = False  # plays her first story again, to practise


# Beside what `live` says of the module on burnout, which their leads asked for first.
STAGES: Mapping[str, tuple[Stage, ...]] = {
    "liga.berzina": (Stage("ethics", 12, lessons=3, stories=0),),
    "anna.eglite": (
        Stage("ethics", 58, right=(0.9, 1.0)),
        Stage("change-stages", 46, right=(0.8, 1.0), rehearsed=True),
        Stage("motivational-interviewing", 3, lessons=4, stories=0),
    ),
    "peteris.abols": (
        Stage("ethics", 50, right=(0.95, 1.0), wisdom=0.6),
        Stage("change-stages", 14, right=(0.4,), wisdom=0.5),
    ),
    "sanita.vitola": (
        Stage("ethics", 45, right=(0.85, 1.0)),
        Stage("motivational-interviewing", 11, stories=1, wisdom=0.9, rehearsed=True),
    ),
    "kaspars.grinbergs": (
        Stage("ethics", 68, right=(0.9, 1.0)),
        Stage("change-stages", 58, right=(0.6, 0.9, 1.0), wisdom=0.7),
        Stage("motivational-interviewing", 48, right=(0.9, 1.0), wisdom=0.9),
        Stage("client-groups", 37, right=(0.95, 1.0)),
    ),
    "dace.krumina": (
        Stage("ethics", 46, right=(0.95, 1.0), wisdom=0.9),
        Stage("change-stages", 37, right=(0.9, 1.0)),
        Stage("motivational-interviewing", 28, right=(0.7, 1.0), rehearsed=True),
        Stage("client-groups", 17, right=(0.95, 1.0), wisdom=0.9),
    ),
    "guntis.balodis": (
        Stage("change-stages", 60, right=(0.5, 0.5), wisdom=0.4),
        Stage("motivational-interviewing", 10, lessons=1, stories=0, rehearsed=True),
    ),
    "inese.ozolina": (
        Stage("ethics", 56, right=(0.9, 1.0)),
        Stage("client-groups", 20, lessons=3, stories=0),
    ),
    "edgars.skuja": (
        Stage("motivational-interviewing", 15, lessons=2, stories=1, turns=4, wisdom=0.6),
    ),
}


def walk(learner: Learner, setting: str, stage: Stage) -> Iterator[Moment]:
    """The way along a module as far as a stage says."""
    course, taken = learner.course, 0
    hers = learner.stories_in(setting)
    play = partial(learner.play, turns=stage.turns, wisdom=stage.wisdom)
    acts: list[Callable[[], object]] = [
        *(partial(learner.read, number) for number in range(len(course.lessons))[: stage.lessons]),
        *(partial(play, number) for number in hers[: stage.stories]),
    ]
    for act in acts:
        yield Moment(stage.back - taken // 2, 10 + 3 * (taken % 2), 0, act)
        taken += 1
    for attempt, right in enumerate(stage.right, start=1):
        taken += 3
        tried = partial(learner.try_again, right, attempt)
        yield Moment(stage.back - taken // 2, 15, 0, tried)
    if stage.rehearsed and hers:
        again = partial(learner.play, hers[0], wisdom=0.5, mode=Mode.PRACTICE)
        yield Moment(max(1, stage.back - taken // 2 - 1), 16, 0, again)


def live(learner: Learner, story: str) -> Iterator[Moment]:
    """What a person of the demo has done in the module on burnout."""
    if story == "reading":
        yield Moment(9, 14, 0, partial(learner.read, 0))
        yield Moment(4, 9, 30, partial(learner.read, 1))
    elif story == "played_only":
        yield Moment(6, 13, 0, partial(learner.play, 0, wisdom=0.5))
    elif story in {"in_the_quiz", "in_the_story", "failed", "second_try", "done", "done_long_ago"}:
        back = 62 if story == "done_long_ago" else 21
        for number in range(4):
            yield Moment(back - 3 * number, 9 + number, 0, partial(learner.read, number))
        if story == "in_the_quiz":
            yield Moment(3, 15, 0, partial(learner.play, 0, wisdom=0.7))
            yield Moment(3, 15, 20, partial(learner.play, 1, wisdom=0.9))
            yield Moment(1, 16, 10, partial(learner.answer, 0.85, questions=9))
        elif story == "in_the_story":
            yield Moment(2, 11, 0, partial(learner.play, 0, turns=5))
        else:
            yield Moment(back - 11, 13, 0, partial(learner.play, 0, wisdom=0.75))
            yield Moment(back - 12, 10, 0, partial(learner.play, 1, wisdom=0.85))
            if story in {"failed", "second_try"}:
                yield Moment(back - 13, 11, 0, partial(learner.answer, 0.6))
            if story != "failed":
                yield Moment(back - 15, 11, 0, partial(learner.try_again, 0.97, 2))
                yield Moment(back - 18, 11, 0, partial(learner.try_again, 1.0, 3))
            if story == "done":
                again = partial(learner.play, 0, wisdom=0.5, mode=Mode.PRACTICE)
                yield Moment(back - 17, 12, 0, again)


def judged(lead: User, learner: User) -> Iterator[Moment]:
    """What a lead saw of somebody's work, and what she knows that was learned before."""

    def say() -> None:
        observe(
            lead,
            learner,
            Competence.objects.get(key="self-care"),
            3,
            timezone.localdate(),
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

    yield Moment(4, 15, 0, say)


# What leads saw of other people's work: days ago, who saw it of whom, in what, the level, in words.
SEEN = (
    (
        33,
        "ilze.kalnina",
        "kaspars.grinbergs",
        "confidentiality",
        3,
        "Uz mātes zvanu par dēla veselību atbildēja laipni un neko neizpauda; pateica, kā viņa šīs "
        "ziņas var saņemt likumīgi.",
    ),
    (
        20,
        "ilze.kalnina",
        "kaspars.grinbergs",
        "motivation",
        3,
        "Sarunā par atkarības programmu nepierunāja: pajautāja, kas cilvēkam pašam ir svarīgi, un "
        "mierīgi sagaidīja atbildi.",
    ),
    (
        16,
        "ilze.kalnina",
        "sanita.vitola",
        "prejudice",
        3,
        "Sanāksmē, kad kolēģis par jaunpienācēju runāja tikai kā par „zagli”, pajautāja: „Un kas "
        "viņš ir vēl?” Saruna pagriezās.",
    ),
    (
        10,
        "ilze.kalnina",
        "peteris.abols",
        "alliance",
        2,
        "Pirmajā sarunā skaidri pateica, ko var apsolīt un ko nevar. Kad cilvēks pacēla balsi, "
        "robežu noturēt vēl palīdzēju.",
    ),
    (
        30,
        "andris.ozols",
        "inese.ozolina",
        "ethics",
        3,
        "Atteicās no klienta dāvanas, viņu neaizvainojot, un tajā pašā dienā man par to pastāstīja.",
    ),
    (
        25,
        "andris.ozols",
        "guntis.balodis",
        "stage-fit",
        2,
        "Dzird, ka cilvēks vēl svārstās, bet plānu piedāvā par agru. Vienojāmies, ka nākamajā sarunā "
        "viņš vispirms pajautās par abām pusēm.",
    ),
    (
        6,
        "andris.ozols",
        "dace.krumina",
        "addictions",
        3,
        "Ar klienti pēc atkritiena runāja nevis par vainu, bet par to, kas līdz tam palīdzēja turēties; "
        "kopā pierakstīja, kam zvanīt vakarā.",
    ),
)


def seen(people: Mapping[str, User]) -> Iterator[Moment]:
    """What leads observed of several people, in several competences."""

    def say(lead: str, learner: str, competence: str, score: int, words: str) -> None:
        observe(
            people[lead],
            people[learner],
            Competence.objects.get(key=competence),
            score,
            timezone.localdate(),
            words,
            token("seen", learner, competence),
        )

    for days, lead, learner, competence, score, words in SEEN:
        yield Moment(days, 15, 30, partial(say, lead, learner, competence, score, words))


BROUGHT = "friday-request"  # the conversation
# What a learner and her lead wrote beside its turns, by scene.
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


def supervised(lead: User, learner: User) -> Iterator[Moment]:
    """A conversation that somebody brought to supervision, and what her lead said of it."""

    def brought() -> ScenarioRun:
        runs = ScenarioRun.objects.filter(subject__person=learner, version__story__key=BROUGHT)
        return runs.pinned().earliest("started_at")

    def beside(run: ScenarioRun, words: dict[str, str]) -> dict[int, str]:
        turns = {scene: number for number, (scene, _choice) in enumerate(run.state.road, start=1)}
        return {turns[scene]: text for scene, text in words.items() if scene in turns}

    def share() -> None:
        run = brought()
        sheet = sheets.write(run, learner, QUESTIONS, beside(run, REREAD))
        sheets.share(sheet, timezone.localdate())

    def look() -> None:
        run, day = brought(), timezone.localdate()
        sheet = Sheet.objects.get(run=run)
        sheets.comment(sheet, lead, beside(run, ANSWERED), day)
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

    yield Moment(7, 16, 40, share)
    yield Moment(3, 9, 15, look)


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


def written(people: Mapping[str, User], lead: User, course: Course) -> Iterator[Moment]:
    """Answers in people's own words: one is marked, two wait for a lead."""
    for username, days in (("anna.eglite", 6), ("kaspars.grinbergs", 2), ("dace.krumina", 5)):
        learner = Learner(people[username], course)
        yield Moment(days, 16, 0, partial(learner.write, WRITTEN[username]))

    def mark() -> None:
        learner = people["anna.eglite"]
        attempt = Attempt.objects.get(subject__person=learner, quiz__key="burnout/own-part")
        points = {"signs": 2, "own-part": 2, "question-and-step": 2, "no-traces": 1}
        said = (
            "Skaidri redzams, kā vainas sajūta pārvēršas solījumā – tieši ar šo var sākt "
            "supervīziju. Pirms piektdienas sarunas pieraksti divus teikumus, ko teiksi."
        )
        marking.mark(attempt, 1, lead, points, said, token("marked", learner.username))

    yield Moment(5, 9, 20, mark)

"""One question of every kind as a version keeps it, with answers right, partly right and wrong.

For the component sheet and for tests of how questions look and are answered; learners get theirs
from a pack.
"""

from typing import Any

Json = dict[str, Any]


def both(lv: str, en: str) -> dict[str, str]:
    return {"lv": lv, "en": en}


def _row(key: str, text: tuple[str, str], feedback: tuple[str, str] = ("", "")) -> Json:
    return {"key": key, "text": both(*text), "feedback": both(*feedback), "misconception": ""}


def _option(key: str, right: bool, text: tuple[str, str], feedback: tuple[str, str]) -> Json:
    return _row(key, text, feedback) | {"right": right}


def _question(kind: str, stem: tuple[str, str], explanation: tuple[str, str], **given: Any) -> Json:
    return {
        "uuid": f"5a3b1c00-0000-4000-8000-{sum(map(ord, kind)):012d}",
        "key": f"sheet/{kind}",
        "kind": kind,
        "stem": both(*stem),
        "explanation": both(*explanation),
        "options": [],
        "competences": [],
        "difficulty": 2,
        "critical": False,
        "needs_review": False,
        "applies": "both",
        "source": {"key": "", "section": "", "pages": ""},
        "reread": "",
    } | given


QUESTIONS: dict[str, Json] = {}
# Of each kind: name of the state it earns, and the response.
RESPONSES: dict[str, list[tuple[str, Json]]] = {}


def _add(data: Json, *responses: tuple[str, Json]) -> None:
    QUESTIONS[data["kind"]] = data
    RESPONSES[data["kind"]] = list(responses)


_add(
    _question(
        "single",
        (
            "Kolēģe otro nedēļu joko, ka visi klienti melo. Ko tu dari vispirms?",
            "For the second week a colleague jokes that all clients lie. What do you do first?",
        ),
        (
            "Mainīts balss tonis un cinisms ir agrīnas pazīmes. Saruna divatā sargā abas.",
            "A changed tone and cynicism are early signs. A talk in private protects both.",
        ),
        options=[
            _option(
                "a",
                True,
                (
                    "Aicinu uz sarunu divatā un pasaku, ko esmu pamanījusi.",
                    "I ask her for a talk in private and say what I have noticed.",
                ),
                (
                    "Jā: tu nosauc redzēto, nevis diagnozi.",
                    "Yes: you name what you saw, not a diagnosis.",
                ),
            ),
            _option(
                "b",
                False,
                ("Ziņoju vadītājai bez sarunas.", "I report it to the manager without a talk."),
                (
                    "Vispirms runā ar pašu; vadītāju iesaista, ja kāds ir apdraudēts.",
                    "First talk with her; the manager comes in if somebody is in danger.",
                ),
            ),
            _option(
                "c",
                False,
                ("Pasmejos līdzi, lai viņai būtu vieglāk.", "I laugh along to make it easier."),
                (
                    "Smiekli atvieglo brīdi, bet pazīme paliek nepamanīta.",
                    "Laughing eases the moment, but the sign goes unnoticed.",
                ),
            ),
        ],
    ),
    ("right", {"chosen": ["a"]}),
    ("wrong", {"chosen": ["b"]}),
)
_add(
    _question(
        "multiple",
        ("Ko ir vērts nest uz supervīziju?", "What is worth bringing to supervision?"),
        (
            "Supervīzijā pēta, kas notiek ar tevi un ko tu dari.",
            "Supervision looks at what happens to you and at what you do.",
        ),
        options=[
            _option(
                "a",
                True,
                ("Gadījumu, kas nelaiž vaļā vakarā.", "A case that does not let go at night."),
                (
                    "Jā: tas rāda, ka gadījums skar tevi.",
                    "Yes: it shows that the case touches you.",
                ),
            ),
            _option(
                "b",
                True,
                ("Savu dusmu uzliesmojumu sarunā.", "Your own flash of anger in a talk."),
                ("Jā: sava reakcija ir labs sākums.", "Yes: your own reaction is a good start."),
            ),
            _option(
                "c",
                False,
                ("Kolēģa kļūdu uzskaitījumu.", "A list of a colleague’s mistakes."),
                (
                    "Par kolēģi bez viņa supervīzijā nespriež.",
                    "A colleague is not judged in supervision without being there.",
                ),
            ),
        ],
    ),
    ("right", {"chosen": ["a", "b"]}),
    ("partly", {"chosen": ["a"]}),
    ("wrong", {"chosen": ["a", "c"]}),
)
_add(
    _question(
        "true-false",
        (
            "Ja par robežām runā atklāti, sadarbība parasti kļūst drošāka.",
            "Where boundaries are spoken of openly, cooperation usually becomes safer.",
        ),
        ("Skaidras robežas sargā abas puses.", "Clear boundaries protect both sides."),
        options=[
            _option("true", True, ("", ""), ("Jā, skaidrība nomierina.", "Yes, clarity calms.")),
            _option(
                "false",
                False,
                ("", ""),
                ("Klusēšana robežas padara minamas.", "Silence leaves boundaries to be guessed."),
            ),
        ],
    ),
    ("right", {"chosen": ["true"]}),
    ("wrong", {"chosen": ["false"]}),
)
_add(
    _question(
        "matching",
        (
            "Četri kolēģi stāsta par savu mēnesi. Kas katrā teikumā veicina izdegšanu?",
            "Four colleagues talk about their month. What feeds burnout in each sentence?",
        ),
        (
            "Kad cēlonis ir nosaukts, ir skaidrs, ar ko runāt.",
            "Once the cause has a name, it is clear whom to talk to.",
        ),
        body={
            "left": [
                _row(
                    "3f1a",
                    (
                        "„Ja neaizbraukšu viņam pakaļ es, viņš uz darba interviju neaizies.”",
                        "“If I don’t go and fetch him, he won’t get to the job interview.”",
                    ),
                    (
                        "Jautājums, kas palīdz: ko viņš spēs pats?",
                        "A question that helps: what can he manage himself?",
                    ),
                ),
                _row(
                    "8c02",
                    (
                        "„Klienta māsa man raksta svētdienās. Mēs jau esam kā draudzenes.”",
                        "“My client’s sister writes to me on Sundays. We’re practically friends.”",
                    ),
                    (
                        "Robežu var atjaunot mierīgi: pasaki, kad un kā esi sasniedzams.",
                        "The boundary can be restored calmly: say when you can be reached.",
                    ),
                ),
                _row(
                    "b77d",
                    (
                        "„Man ir piecdesmit lietu, un vieglu starp tām vairs nav.”",
                        "“I have fifty cases, and there isn’t an easy one left among them.”",
                    ),
                    (
                        "Ar skaitļiem jāiet pie vadītāja.",
                        "Take the numbers to your manager.",
                    ),
                ),
                _row(
                    "e519",
                    (
                        "„Sapulcē mani atkal izsmēja, un neviens neko neteica.”",
                        "“They mocked me at the meeting again, and nobody said a word.”",
                    ),
                    (
                        "Pazemošana ir darba vides problēma un jārisina organizācijai.",
                        "Humiliation is a problem of the workplace; the organisation has to solve it.",
                    ),
                ),
            ],
            "right": [
                _row(
                    "1d9e",
                    ("Glābēja loma", "The rescuer role"),
                    (
                        "Glābējs dara klienta vietā to, ko viņš var pats.",
                        "A rescuer does in the client’s place what the client could do.",
                    ),
                ),
                _row(
                    "47b0",
                    (
                        "Personisko un profesionālo robežu saplūšana",
                        "Personal and professional boundaries merging",
                    ),
                    (
                        "Robežas saplūst, kad privātā dzīve ienāk darbā vai otrādi.",
                        "Boundaries merge when private life enters work, or the other way round.",
                    ),
                ),
                _row(
                    "60aa",
                    (
                        "Pārāk daudz klientu ar sarežģītām problēmām",
                        "Too many clients with complex problems",
                    ),
                    ("Šeit runa ir par skaitu.", "This is about how many there are."),
                ),
                _row(
                    "92c3",
                    (
                        "Konflikti, mobings vai bosings, atbalsta trūkums",
                        "Conflicts, mobbing or bossing, lack of support",
                    ),
                    ("Tas ir par to, ko dara citi.", "That is about what others do."),
                ),
                _row(
                    "d4f8",
                    ("Regulāra supervīzija", "Regular supervision"),
                    (
                        "Supervīzija aizņem laiku, bet izdegšanu neveicina: tā ir atbalsts.",
                        "Supervision takes time, but it does not feed burnout: it is support.",
                    ),
                ),
            ],
            "pairs": {"3f1a": "1d9e", "8c02": "47b0", "b77d": "60aa", "e519": "92c3"},
        },
    ),
    ("right", {"pairs": {"3f1a": "1d9e", "8c02": "47b0", "b77d": "60aa", "e519": "92c3"}}),
    ("partly", {"pairs": {"3f1a": "1d9e", "8c02": "d4f8", "b77d": "60aa"}}),
    ("wrong", {"pairs": {"3f1a": "47b0", "8c02": "1d9e", "b77d": "92c3", "e519": "d4f8"}}),
)
_add(
    _question(
        "ordering",
        (
            "Kā pārslodze nonāk līdz klientam? Sakārto no pirmā cēloņa līdz sekām.",
            "How does an overload reach the client? Put it in order, from first cause to outcome.",
        ),
        (
            "Ķēdi var pārraut jebkurā vietā. Jo agrāk, jo lētāk.",
            "The chain can be broken at any link. The earlier, the cheaper.",
        ),
        body={
            "items": [
                _row(
                    "0be2",
                    (
                        "Darbinieks izdeg: spēki vairs neatjaunojas",
                        "A worker burns out: strength no longer comes back",
                    ),
                    (
                        "Izdegšana ir reakcija uz ilgstošu stresu.",
                        "Burnout is a reaction to long stress.",
                    ),
                ),
                _row(
                    "5f71",
                    (
                        "Klientu lietās parādās kļūdaini un pavirši ieraksti",
                        "Mistaken and careless entries appear in clients’ files",
                    ),
                    (
                        "Izdegšana to izskaidro, bet neattaisno.",
                        "Burnout explains it but does not excuse it.",
                    ),
                ),
                _row(
                    "a3c4",
                    (
                        "Sarežģītu gadījumu ir vairāk, nekā komanda spēj pavadīt",
                        "There are more complex cases than the team can support",
                    ),
                    (
                        "Šeit ķēde sākas; darbinieks viens to nemaina.",
                        "The chain begins here, with what a worker alone cannot change.",
                    ),
                ),
                _row(
                    "e80d",
                    (
                        "Stress darbā neatkāpjas mēnešiem ilgi",
                        "Stress at work does not let go for months",
                    ),
                    (
                        "Izšķir tas, ka stress ilgst.",
                        "What decides is that the stress goes on.",
                    ),
                ),
            ],
            "order": ["a3c4", "e80d", "0be2", "5f71"],
        },
    ),
    ("right", {"order": ["a3c4", "e80d", "0be2", "5f71"]}),
    ("partly", {"order": ["0be2", "a3c4", "e80d", "5f71"]}),
    ("wrong", {"order": ["5f71", "0be2", "e80d", "a3c4"]}),
)
_add(
    _question(
        "grouping",
        (
            "Kāds atbalsts ir katrs piedāvājums? Sagrupē tos.",
            "What kind of support is each offer? Sort them.",
        ),
        (
            "Neviens nav labāks par citiem: svarīgi, kas tieši tagad vajadzīgs.",
            "None is better than the others: what counts is what is needed right now.",
        ),
        body={
            "groups": [
                _row("g-emo", ("Emocionālais", "Emotional")),
                _row("g-inf", ("Informatīvais", "Informational")),
                _row("g-ins", ("Instrumentālais", "Instrumental")),
            ],
            "items": [
                _row(
                    "2ac8",
                    (
                        "„Pasēdēšu ar tevi. Runā, ja gribi.”",
                        "“I’ll sit with you. Talk if you like.”",
                    ),
                    (
                        "Klātbūtne un uzklausīšana bez padoma.",
                        "Presence and listening, without advice.",
                    ),
                ),
                _row(
                    "71fe",
                    (
                        "„Zinu, kurš pašvaldībā par to atbild. Iedošu tālruni.”",
                        "“I know who deals with that in the municipality. I’ll give you the number.”",
                    ),
                    ("Ziņas, kas ietaupa meklēšanu.", "Facts that save searching."),
                ),
                _row(
                    "9b3d",
                    (
                        "„Otrdien es pieņemšu tavus klientus.”",
                        "“I’ll see your clients on Tuesday.”",
                    ),
                    (
                        "Kāds pārņem daļu darba: palīdzība ar rokām un laiku.",
                        "Someone takes over part of the work: help with hands and time.",
                    ),
                )
                | {
                    "elsewhere": both(
                        "Laipni tas ir, bet te piedāvā darbu, nevis uzklausīšanu vai ziņas.",
                        "It is kind, but what is offered is work, not listening or facts.",
                    )
                },
            ],
            "belongs": {"2ac8": "g-emo", "71fe": "g-inf", "9b3d": "g-ins"},
        },
    ),
    ("right", {"groups": {"2ac8": "g-emo", "71fe": "g-inf", "9b3d": "g-ins"}}),
    ("partly", {"groups": {"2ac8": "g-emo", "9b3d": "g-emo"}}),
    ("wrong", {"groups": {"2ac8": "g-ins", "71fe": "g-emo", "9b3d": "g-inf"}}),
)
_add(
    _question(
        "cloze",
        (
            "Kolēģis jautā, kas ir apzinātība un kam vajadzīga supervīzija. Pabeidz atbildi.",
            "A colleague asks what mindfulness is and what supervision is for. Complete the answer.",
        ),
        (
            "Pietiek pamanīt, kas ir tagad, un to pieņemt. Par gadījumiem runā supervīzijā.",
            "It is enough to notice what is there now and accept it. Cases go to supervision.",
        ),
        body={
            "text": both(
                "Apzinātība ir uzmanība [[g1]]. Tu pamani, kas notiek, un [[g2]].\n\n"
                "Supervīzijā es pētu, kā klienta gadījums ietekmē [[g3]], un mācos nošķirt"
                " personiskās grūtības no [[g4]] grūtībām.",
                "Mindfulness is attention to [[g1]]. You notice what is going on and [[g2]].\n\n"
                "In supervision I look at how a client’s case affects [[g3]], and learn to tell"
                " personal difficulties from [[g4]] ones.",
            ),
            "gaps": [
                {
                    "key": "g1",
                    "mode": "choose",
                    "options": [
                        _option(
                            "a",
                            True,
                            ("pašreizējam brīdim", "the present moment"),
                            ("Tas, kas notiek tagad.", "What is happening now."),
                        ),
                        _option(
                            "b",
                            False,
                            ("rītdienas darbiem", "tomorrow’s work"),
                            (
                                "Plānot ir noderīgi, bet tas ir cits darbs.",
                                "Planning is useful, but it is other work.",
                            ),
                        ),
                        _option(
                            "c",
                            False,
                            ("pieļautajām kļūdām", "mistakes you have made"),
                            (
                                "Kļūdas var pārdomāt supervīzijā.",
                                "Mistakes can be thought over in supervision.",
                            ),
                        ),
                    ],
                },
                {
                    "key": "g2",
                    "mode": "choose",
                    "options": [
                        _option(
                            "a",
                            False,
                            ("mēģini to kontrolēt", "try to control it"),
                            (
                                "No kontroles saspringums parasti pieaug.",
                                "Control usually raises the tension.",
                            ),
                        ),
                        _option(
                            "b",
                            True,
                            ("pieņem to, nevērtējot", "accept it without judging"),
                            (
                                "Pieņemt nenozīmē piekrist, tikai ļaut būt.",
                                "To accept does not mean to approve, only to let it be.",
                            ),
                        ),
                    ],
                },
                {
                    "key": "g3",
                    "mode": "type",
                    "accepted": {
                        "lv": ["mani", "mani pašu", "darbinieku"],
                        "en": ["me", "myself", "the worker"],
                    },
                    "hint": both("viens vai divi vārdi", "one or two words"),
                    "feedback": both(
                        "Uzmanības centrā ir tas, kas notiek ar darbinieku pašu.",
                        "The focus is on what happens to the worker.",
                    ),
                },
                {
                    "key": "g4",
                    "mode": "type",
                    "accepted": {
                        "lv": ["darba", "profesionālajām"],
                        "en": ["work", "professional"],
                    },
                    "hint": both("", ""),
                    "feedback": both(
                        "Darba grūtības risina darbā.",
                        "Difficulties of the work are dealt with there.",
                    ),
                },
            ],
            "fold": ["case", "diacritics", "punctuation"],
        },
    ),
    ("right", {"gaps": {"g1": "a", "g2": "b", "g3": "mani", "g4": "darba"}}),
    ("partly", {"gaps": {"g1": "b", "g2": "b", "g3": "klientu"}}),
    ("wrong", {"gaps": {"g1": "c", "g2": "a", "g3": "klientu", "g4": "klienta"}}),
)
_add(
    _question(
        "number",
        (
            "Darbdiena ir no deviņiem līdz pieciem. Pusdienlaiks – 30 minūtes, četras piecu minūšu"
            " pauzes, sanāksme – 70, pieraksti – 60. Cik minūšu paliek sarunām ar klientiem?",
            "The working day is from nine to five. Lunch is 30 minutes, four pauses are five each,"
            " the meeting takes 70, notes 60. How many minutes are left for clients?",
        ),
        (
            "Septiņas sarunas pa 45 minūtēm prasītu 315: tādā dienā tās neietilpst.",
            "Seven conversations of 45 minutes would need 315: on such a day they do not fit.",
        ),
        body={
            "value": "300",
            "tolerance": "5",
            "unit": both("minūtes", "minutes"),
            "feedback": both("480 − 30 − 20 − 70 − 60 = 300.", "480 − 30 − 20 − 70 − 60 = 300."),
            "other": both(
                "Sāc ar 480 minūtēm un atņem visu, kas nav saruna.",
                "Begin with 480 minutes and take away all that is no conversation.",
            ),
            "near": [
                {
                    "value": "330",
                    "tolerance": "0",
                    "feedback": both(
                        "Pusdienlaiks šeit pazuda. To ievēro vienmēr, arī aprēķinā.",
                        "Lunch has gone missing here. It is always kept, in the sum too.",
                    ),
                    "misconception": "lunch-counts-as-free-time",
                },
            ],
        },
    ),
    ("right", {"number": "302"}),
    ("wrong", {"number": "330"}),
    ("wrong", {"number": "12"}),
)
_add(
    _question(
        "short-text",
        (
            "„Naudu autobusam devu es. Bez manis viņam nekas neizdotos.” Kā sauc lomu, kurā kolēģis"
            " nonācis?",
            "“The bus money was mine. Without me he’d get nowhere.” What is the role called that"
            " the colleague has slipped into?",
        ),
        (
            "Glābēja loma ir pārspīlēta vēlme palīdzēt un visu atrisināt.",
            "The rescuer role is an excessive wish to help and to solve everything.",
        ),
        body={
            "accepted": [
                {
                    "lv": ["glābēja loma", "glābējs"],
                    "en": ["rescuer role", "rescuer"],
                    "share": "1",
                    "feedback": both(
                        "Darbinieks dara klienta vietā un jūtas neaizstājams.",
                        "The worker acts in the client’s place and feels irreplaceable.",
                    ),
                },
                {
                    "lv": ["palīgs"],
                    "en": ["helper"],
                    "share": "0.5",
                    "feedback": both(
                        "Palīdzēt ir labi. Šeit palīdzība kļuvusi par visa darīšanu klienta vietā.",
                        "Helping is good. Here help has become doing all in the client’s place.",
                    ),
                },
            ],
            "wrong": [
                {
                    "lv": ["aizstāvis", "advokāts"],
                    "en": ["advocate"],
                    "feedback": both(
                        "Aizstāvis stāv par klienta tiesībām, bet nedara viņa vietā.",
                        "An advocate stands up for the client’s rights but does not act for them.",
                    ),
                    "misconception": "advocacy-equals-rescuing",
                },
            ],
            "other": both(
                "Padomā, kurš šeit dara to, ko klients varētu pats.",
                "Think who is doing here what the client could do.",
            ),
            "fold": ["case", "diacritics", "punctuation"],
        },
    ),
    ("right", {"text": "Glabeja loma"}),
    ("partly", {"text": "palīgs"}),
    ("wrong", {"text": "aizstāvis"}),
)
_add(
    _question(
        "estimate",
        (
            "2021. gadā Latvijas ieslodzījuma vietās strādāja 24 sociālā darba speciālisti. Cik"
            " individuālu konsultāciju viņi tajā gadā kopā sniedza?",
            "In 2021 there were 24 social work specialists in the prisons of Latvia. How many"
            " individual consultations did they give that year, all together?",
        ),
        (
            "Cik ir par daudz, izlemj nevis viens cilvēks, bet iestāde.",
            "How many are too many is for the institution to decide, not for one person.",
        ),
        body={
            "value": "9696",
            "unit": both("konsultācijas", "consultations"),
            "year": 2021,
            "said_by": both(
                "Ieslodzījuma vietu pārvaldes 2021. gada publiskais pārskats",
                "Public report of the Prison Administration for 2021",
            ),
            "near": "10",
            "feedback": both(
                "No malas šī darba apjoms redzams maz, tāpēc par to jārunā ar skaitļiem.",
                "From outside little of this work can be seen, so speak of it in numbers.",
            ),
        },
    ),
    ("neutral", {"number": "9500"}),
    ("neutral", {"number": "2500"}),
    ("neutral", {"number": "24000"}),
)
_add(
    _question(
        "open",
        (
            "Sagatavo gadījumu supervīzijai. Izdomā situāciju, kas tev būtu grūta, un beidz ar vienu"
            " jautājumu. Neraksti par īstu klientu.",
            "Prepare a case for supervision. Invent a situation that would be hard for you and end"
            " with one question. Do not write about a real client.",
        ),
        (
            "Labs jautājums parasti ir īss un mazliet neērts.",
            "A good question is usually short and a little uncomfortable.",
        ),
        body={
            "criteria": [
                {
                    "key": "no-traces",
                    "name": both("Klientu pēc tā nevar pazīt", "Nobody could recognise the client"),
                    "levels": [
                        {
                            "points": 0,
                            "text": both(
                                "Ir vārds vai vieta, pēc kuras cilvēku pazītu.",
                                "A name or place by which the person would be known.",
                            ),
                        },
                        {
                            "points": 2,
                            "text": both(
                                "Ir tikai tas, kas vajadzīgs jautājumam.",
                                "Only what the question needs.",
                            ),
                        },
                    ],
                },
                {
                    "key": "own-part",
                    "name": both("Savs iespaids un sava rīcība", "Own impression and own action"),
                    "levels": [
                        {
                            "points": 0,
                            "text": both(
                                "Stāstīts tikai par citiem.", "Only others are described."
                            ),
                        },
                        {
                            "points": 1,
                            "text": both(
                                "Pateikts, kas darīts, bet sajūtas paliek vispārīgas.",
                                "It says what was done, but feelings stay general.",
                            ),
                        },
                        {
                            "points": 2,
                            "text": both(
                                "Nosaukta gan rīcība, gan konkrēta sajūta.",
                                "Both the action and a definite feeling are named.",
                            ),
                        },
                    ],
                },
            ],
            "longest": 3000,
            "hint": both("60–150 vārdi.", "60–150 words."),
            "example": both(
                "Trešo reizi cilvēks apsola atnākt un neatnāk. Es viņam pārceļu laiku un neko"
                " neprasu pretī.\n\nMans jautājums: kas ar mani notiek brīdī, kad es viņa vietā"
                " paņemu tālruni?",
                "For the third time someone promises to come and does not. I move the appointment"
                " and ask nothing in return.\n\nMy question: what happens in me in the moment I"
                " reach for the phone in his place?",
            ),
        },
    ),
    (
        "neutral",
        {
            "text": "Klients atkal neatnāca, un es uz viņu dusmojos.\n\nKāpēc es viņam tomēr zvanu"
            " vēlreiz?"
        },
    ),
)

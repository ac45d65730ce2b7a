"""The stories of the pack this site is made for: sound, and teaching what they are to teach.

Indicators are counted here straight from the codes of a road, apart from the code of the debrief.
"""

import random
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

import content
from content.packs import runner
from scenarios.data import marks
from scenarios.engine import State, Story, begin, build, is_over, offered, replay, step
from scenarios.lint import lint
from scenarios.miti import indicators
from scenarios.packs import story_in

PACK = runner.read(Path(content.__file__).parent / "packs" / "tilts")
FILES = {
    f"{name.split('/')[1]}/{table['key']}": table
    for name, table in PACK.tables.items()
    if "/scenario-" in name
}
DATA = {
    f"{name.split('/')[1]}/{table['key']}": story_in(table, name)
    for name, table in PACK.tables.items()
    if "/scenario-" in name
}


def without_marks(data):
    """The story as it is written, whether a practitioner has confirmed all of it or not."""
    if isinstance(data, dict):
        return {k: without_marks(value) for k, value in data.items() if k != "needs_review"}
    return [without_marks(value) for value in data] if isinstance(data, list) else data


STORIES = {key: build(without_marks(data)) for key, data in DATA.items()}
COUNTED = {key: build(data) for key, data in DATA.items()}
COMPETENCES = {row["key"] for row in PACK.tables["competences.toml"]["competences"]}
CODED = [key for key, story in STORIES.items() if story.conversation]
MI = [key for key in STORIES if key.startswith("motivational-interviewing/")]

# The choices of a road on which somebody listens, and of one on which somebody means well.
GOOD = {
    "motivational-interviewing/first-conversation": """
        brought whose-side betrayed limits two-things water eye bus-stop wait chairs together
        helpless three-doors both someone tomorrow summary""",
    "motivational-interviewing/parole-date": """
        year two-it-is his-date two-years why-not-zero > paper-and may-i afraid as-was
        what-learned own-lines beyond what-worked written hers""",
    "motivational-interviewing/agrees-to-everything": """
        anywhere one-of-five bother no-allowed > what-he-heard came-anyway aloud guarded-you
        window eight-years yes-too inside three-ways one-true listen""",
}
POOR = {
    "motivational-interviewing/first-conversation": """
        plan not-one sorry dont-worry grades stiff form half go-on last-try""",
    "motivational-interviewing/parole-date": """
        why-first four same-arnis parole-off why-not-ten > no-paper go-sister calm-down polish
        write-again strict wont guarded praise false-number""",
    "motivational-interviewing/agrees-to-everything": """
        no-prison own-words fine ring-them > refuse why-not so-you-know say-no group-then
        still-group warn courses five-again your-fault too-cold""",
}

# The same beside a colleague: the one who talks is tired or has to be told no, and is no client.
BESIDE_GOOD = {
    "burnout/friday-request": """
        ask wait to-dace later paper eleven alternative hold eat-group-off own-voice straight >
        warm numbers rota""",
    "burnout/flat-voice": """
        notice bridge window chair stay which together > load straight own-case three-lines
        ask-window""",
}
BESIDE_POOR = {
    "burnout/friday-request": """
        ask next-friday to-dace envy mail eleven yes blame skip snap own-phone bitter >
        always grumble hero""",
    "burnout/flat-voice": """
        laugh back diagnose press gossip verdict list insist order > cover laugh ring-gunta
        ask-broken""",
}


# What helps at which stage of change: the handbook's section 1.5, table 4.
HELPS = {
    "precontemplation": {
        *("neutral-information", "self-analysis", "respect-choice", "recall-ability"),
    },
    "contemplation": {"accept-unreadiness", "reflect", "find-obstacles"},
    "preparation": {"offer-options", "support-belief", "plan-from-past"},
    "action": {"praise-steps", "replace-habits"},
    "maintenance": {"relapse-signs", "discuss-resisting", "emotional-support"},
    "relapse": {"relapse-as-learning", "return-to-planning", "emotional-support"},
}


@dataclass(frozen=True)
class Told:
    """What was said on a road, in behaviours as MITI 4.2.1 counts them."""

    coded: int  # turns
    questions: int
    reflections: int
    complex: int
    adherent: int
    non_adherent: int


def walked(story: Story, choices: str) -> State:
    state = begin(story)
    for choice in choices.split():
        state = step(story, state, choice)
    return state


def told(story: Story, state: State) -> Told:
    turns = [story.scenes[scene].choice(choice).codes for scene, choice in state.road]
    count = Counter(code for codes in turns for code in codes)
    return Told(
        coded=sum(1 for codes in turns if codes),
        questions=count["question"],
        reflections=count["simple-reflection"] + count["complex-reflection"],
        complex=count["complex-reflection"],
        adherent=count["affirm"] + count["seek-collaboration"] + count["emphasize-autonomy"],
        non_adherent=count["confront"] + count["persuade"],
    )


def client(story: Story, state: State) -> dict[str, int]:
    """The client's state by what each variable counts."""
    return {item.kind: state.values[item.key] for item in story.variables.values()}


def test_the_pack_has_the_stories_that_are_named():
    assert set(MI) == set(GOOD) == set(POOR)
    assert set(MI) < set(CODED)
    assert len(STORIES) >= 5


@pytest.mark.parametrize("key", STORIES)
def test_the_linter_finds_nothing(key):
    assert [str(finding) for finding in lint(DATA[key], COMPETENCES)] == []


@pytest.mark.parametrize("key", STORIES)
def test_a_story_has_length_endings_and_decisions(key):
    story = STORIES[key]
    assert len(story.scenes) >= 15
    outcomes = Counter(ending.outcome for ending in DATA_ENDINGS[key])
    assert outcomes["good"] >= 2
    assert outcomes["poor"] >= 1
    assert len(DATA[key]["endings"]) >= 3
    decisions = [
        scene
        for scene in COUNTED[key].scenes.values()
        if len([choice for choice in scene.choices if choice.score is not None]) > 1
    ]
    assert len(decisions) >= 12
    assert 8 <= FILES[key]["minutes"] <= 15
    assert any(scene.checkpoint for scene in story.scenes.values())


DATA_ENDINGS = {
    key: [STORIES[key].endings[item["key"]] for item in data["endings"]]
    for key, data in DATA.items()
}


@pytest.mark.parametrize("key", STORIES)
def test_every_choice_has_a_remark_and_every_decision_one_that_is_better(key):
    for scene in STORIES[key].scenes.values():
        if scene.is_gather:
            continue
        assert all(choice.remark for choice in scene.choices), scene.key
        scores = [choice.score for choice in scene.choices if choice.score is not None]
        assert max(scores) >= 0.8, scene.key
        assert min(scores) <= 0.4, scene.key


@pytest.mark.parametrize("key", STORIES)
def test_the_best_answer_is_told_neither_by_its_place_nor_by_its_length(key):
    scenes = [scene for scene in STORIES[key].scenes.values() if not scene.is_gather]
    first = longest = 0
    for scene in scenes:
        best = max(scene.choices, key=lambda choice: choice.score or 0)
        first += scene.choices[0] == best
        longest += all(len(best.text["lv"]) >= len(item.text["lv"]) for item in scene.choices)
    assert first <= len(scenes) / 3
    assert longest <= len(scenes) / 3


@pytest.mark.parametrize("key", STORIES)
def test_who_walks_by_chance_always_has_something_to_choose_and_no_sentence_twice(key):
    story, chance = STORIES[key], random.Random(key)  # noqa: S311
    ends = Counter()
    for _walk in range(400):
        state = begin(story)
        while not is_over(story, state):
            found = offered(story, state)
            assert len({choice.text["lv"] for choice in found}) == len(found), state.scene
            alone = story.scenes[state.scene].is_gather or found[0].fallback
            assert alone or len(found) >= 2, state.scene
            state = step(story, state, chance.choice(found).key)
        ends[state.scene] += 1
    assert len(ends) >= 4


@pytest.mark.parametrize("key", MI)
def test_a_road_of_listening_reaches_good_on_every_indicator(key):
    story = STORIES[key]
    state = walked(story, GOOD[key])
    assert story.endings[state.scene].outcome == "good"
    found = told(story, state)
    assert found.coded >= 8
    assert found.reflections >= 2 * found.questions > 0
    assert found.complex >= found.reflections / 2
    assert found.non_adherent == 0
    assert found.adherent >= 4
    person = client(story, state)
    assert person["trust"] >= 8
    assert person["change-talk"] >= 8
    assert person["sustain-talk"] <= 2


@pytest.mark.parametrize("key", MI)
def test_a_road_of_meaning_well_reaches_none_and_not_even_fair(key):
    story = STORIES[key]
    state = walked(story, POOR[key])
    assert story.endings[state.scene].outcome == "poor"
    found = told(story, state)
    assert found.coded >= 8
    assert 0 < found.reflections < found.questions
    assert found.complex < 0.4 * found.reflections
    assert found.non_adherent > found.adherent
    person = client(story, state)
    assert person["trust"] <= 2
    assert person["sustain-talk"] > person["change-talk"]


@pytest.mark.parametrize("key", MI)
def test_what_the_client_remembers_decides_what_can_be_said_later(key):
    """The same last words lead elsewhere after another road."""
    story = STORIES[key]
    kinds = {item.kind for item in story.variables.values()}
    assert kinds >= {"trust", "change-talk", "sustain-talk", "importance", "confidence"}
    good, poor = walked(story, GOOD[key]), walked(story, POOR[key])
    assert good.scene != poor.scene
    last = story.scenes[good.road[-1][0]]
    guarded = [choice for choice in last.choices if choice.guard is not None]
    assert len({choice.to for choice in guarded}) >= 3


@pytest.mark.parametrize("key", MI)
def test_what_is_said_to_fit_a_stage_is_what_helps_there(key):
    story = STORIES[key]
    for scene in story.scenes.values():
        for choice in scene.choices:
            helped = {stage for stage, known in HELPS.items() if choice.technique in known}
            assert set(choice.fits) in (helped, set()), choice.key
    turns = [(story.scenes[scene], choice) for scene, choice in walked(story, GOOD[key]).road]
    fits = [scene.stage in scene.choice(choice).fits for scene, choice in turns
            if scene.choice(choice).technique]  # fmt: skip
    assert len(fits) >= 8
    assert all(fits)
    turns = [(story.scenes[scene], choice) for scene, choice in walked(story, POOR[key]).road]
    missed = [scene.choice(choice) for scene, choice in turns if scene.choice(choice).technique]
    assert sum(not choice.fits for choice in missed) >= 4


@pytest.mark.parametrize("key", MI)
def test_the_debrief_finds_all_of_it_good_on_one_road_and_nothing_even_fair_on_the_other(key):
    for road, band in ((GOOD, "good"), (POOR, "below")):
        found = indicators(STORIES[key], replay(STORIES[key], road[key].split()))
        assert [item.band for item in found if item.fair is not None] == [band] * 4


@pytest.mark.parametrize("key", BESIDE_GOOD)
def test_beside_a_colleague_one_road_is_good_throughout_and_the_other_nowhere_fair(key):
    story = STORIES[key]
    good, poor = walked(story, BESIDE_GOOD[key]), walked(story, BESIDE_POOR[key])
    assert story.endings[good.scene].outcome == "good"
    assert story.endings[poor.scene].outcome == "poor"
    found = told(story, good)
    assert found.coded >= 8
    assert found.reflections >= 2 * found.questions > 0
    assert found.complex >= found.reflections / 2
    assert found.adherent >= 4
    assert found.non_adherent == 0
    assert told(story, poor).coded >= 8
    for road, band in ((BESIDE_GOOD, "good"), (BESIDE_POOR, "below")):
        measures = indicators(story, replay(story, road[key].split()))
        assert [item.band for item in measures if item.fair is not None] == [band] * 4


@pytest.mark.parametrize("key", [key for key in MI if "first" not in key])
def test_the_days_of_the_story_only_go_by(key):
    story = STORIES[key]
    states = [begin(story)]
    for choice in GOOD[key].split():
        states.append(step(story, states[-1], choice))
    days = [client(story, state)["days"] for state in states]
    assert all(later <= before for before, later in pairwise(days))
    assert days[-1] < days[0]


def test_refusing_help_can_be_a_good_ending():
    refusals = {
        "motivational-interviewing/first-conversation": "door-open",
        "motivational-interviewing/parole-date": "not-now",
        "motivational-interviewing/agrees-to-everything": "thanks-no",
        "ethics/relative-on-the-phone": "own-time",
        "ethics/colleague-shares-too-much": "other-door",
        "client-groups/two-children": "own-pace",
        "client-groups/passed-on": "another",
        "client-groups/salt": "own-road",
    }
    for key, ending in refusals.items():
        assert STORIES[key].endings[ending].outcome == "good"


def decided(competence: str, setting: str) -> dict[str, list[bool]]:
    """Decisions that count for a competence in a setting, by story: whether each is critical."""
    found: dict[str, list[bool]] = {}
    for key, story in COUNTED.items():
        if setting not in FILES[key]["settings"]:
            continue
        for scene in story.scenes.values():
            scored = [choice for choice in scene.choices if choice.score is not None]
            if len(scored) > 1 and competence in dict(
                max(scored, key=lambda each: each.score).competences
            ):
                found.setdefault(key, []).append(any(choice.critical for choice in scored))
    return found


# Every competence the modules say they teach.
NAMED = {
    competence
    for name, table in PACK.tables.items()
    if name.endswith("/module.toml")
    for competence in table["competences"]
}
CRITICAL = {row["key"] for row in PACK.tables["competences.toml"]["competences"] if row["critical"]}


@pytest.mark.parametrize("setting", ["prison", "municipal"])
@pytest.mark.parametrize("competence", sorted(NAMED))
def test_enough_counts_beside_what_waits_for_a_practitioner(competence, setting):
    asked = [
        question
        for name, table in PACK.tables.items()
        if "/quiz" in name
        for question in table["questions"]
        if not question.get("needs_review") and question["kind"] != "estimate"
        if setting in question["settings"]
        if competence in {each["key"] for each in question["competences"]}
    ]
    assert len(asked) >= 10
    assert len({question["kind"] for question in asked}) >= 4
    found = decided(competence, setting)
    assert len(found) >= 2
    assert sum(map(len, found.values())) >= 4
    if competence in CRITICAL:
        critical = sum(question.get("critical", False) for question in asked)
        assert critical + sum(map(sum, found.values())) >= 6


def test_what_waits_says_what_a_practitioner_is_to_confirm():
    found = [mark for data in DATA.values() for _where, mark in marks(data)]
    assert len(found) >= 35
    assert all(mark["lv"].strip().endswith(".") and mark["en"].strip() for mark in found)


def sentences(text: str) -> list[int]:
    """Words of each sentence."""
    ends = text.replace("!", ".").replace("?", ".").replace("…", ".").replace("\n", ".")
    return [len(each.split()) for each in ends.split(".") if len(each.split()) > 1]


@pytest.mark.parametrize(("language", "limit"), [("lv", 17), ("en", 18)])
@pytest.mark.parametrize("key", STORIES)
def test_sentences_are_short(key, language, limit):
    story = STORIES[key]
    texts = [scene.text for scene in story.scenes.values()]
    texts += [
        text
        for scene in story.scenes.values()
        for choice in scene.choices
        for text in (choice.text, choice.remark)
        if text
    ]
    found = [length for text in texts for length in sentences(text[language])]
    assert sum(found) / len(found) <= limit

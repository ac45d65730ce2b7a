"""Stories in which nothing is wrong, of many kinds and sizes, and a large one."""

import random
from typing import Any

from tests.scenarios.factories import (
    SCORED,
    choice,
    ending,
    full,
    sample,
    scene,
    story_of,
    variable,
)

Data = dict[str, Any]


def ladder(rungs: int, *, coded: bool = False, clock: bool = False, gathers: bool = False) -> Data:
    """Scene after scene one may be kind or curt; only whom is trusted in the end is agreed with."""
    scenes = []
    for number in range(rungs):
        here, following = f"rung-{number}", f"rung-{number + 1}"
        to = f"on-{number}" if gathers else following
        kind = choice("kind", to, effects=["trust + 1"], score=1.0, competences=SCORED)
        curt = choice("curt", to, effects=["trust - 1"], score=0.0, competences=SCORED)
        wait = choice("wait", to, effects=["days - 20"], score=0.5, competences=SCORED)
        if coded:
            kind["codes"] = ["complex-reflection", "question"][: 1 + number % 2]
            curt["codes"] = ["persuade", "confront"][number % 2 :]
            wait["codes"] = ["question"]
            kind |= {"technique": "reflect", "fits": ["contemplation"]}
        choices = [kind, curt] if number % 2 else [curt, kind]
        entering = ["days - 5"] if clock else []
        scenes.append(scene(here, *choices, *([wait] if clock else []), effects=entering))
        scenes[-1]["checkpoint"] = number % 3 == 0
        if gathers:
            scenes.append(scene(to, next=following))
    late = [choice("late", "missed", guard=f"days < {400 - 5 * rungs}")] if clock else []
    scenes.append(
        scene(
            f"rung-{rungs}",
            choice("agree", "agreed", guard="trust >= 5"),
            choice("leave", "parted"),
            *late,
        )
    )
    return story_of(
        scenes,
        conversation=coded,
        competences=["alliance"],
        variables=[variable("trust", 5), *([variable("days", 400, 0, 400)] if clock else [])],
        endings=[
            ending("agreed", "good"),
            ending("parted", "mixed"),
            *([ending("missed", "poor")] if clock else []),
        ],
    )


def hub(topics: int) -> Data:
    """Topics in any order, each once; the first must be among them before it can end well."""
    names = [f"topic-{number}" for number in range(topics)]
    asks = [choice(f"ask-{name}", name, once=True) for name in names]
    close = choice("close", "agreed", guard="chose('hub/ask-topic-0') and visits('hub') > 2")
    return story_of(
        [
            scene("hub", *asks, close, choice("leave", "parted")),
            *(scene(name, next="hub", effects=["trust + 1"]) for name in names),
        ],
        variables=[variable("trust")],
        endings=[ending("agreed", "good"), ending("parted", "mixed")],
    )


def circle(times: int) -> Data:
    """Round and round, until it is enough or one is tired; then only leaving is left."""
    return story_of(
        [
            scene(
                "cell",
                choice("again", "yard", guard=f"visits('cell') < {times}", effects=["calm + 1"]),
                choice("say", "agreed", guard=f"calm >= {times - 2} and turns < {3 * times}"),
                choice("leave", "parted", fallback=True),
            ),
            scene(
                "yard",
                choice("back", "cell"),
                choice("stay", "wall", effects=["calm = 0"], score=0.0),
            ),
            scene("wall", next="cell"),
        ],
        variables=[variable("calm", 0, 0, 30)],
        endings=[ending("agreed", "good"), ending("parted", "mixed")],
    )


MADE: dict[str, Data] = {
    "sample": sample(),
    "full": full(),
    **{f"ladder of {rungs}": ladder(rungs) for rungs in (3, 6, 12, 25)},
    **{f"coded ladder of {rungs}": ladder(rungs, coded=True) for rungs in (4, 8, 15)},
    **{f"ladder of {rungs} by the clock": ladder(rungs, clock=True) for rungs in (3, 5, 9)},
    **{f"ladder of {rungs} with pauses": ladder(rungs, gathers=True) for rungs in (4, 10)},
    "everything in a ladder": ladder(7, coded=True, clock=True, gathers=True),
    **{f"hub of {topics}": hub(topics) for topics in (2, 4, 6)},
    **{f"circle of {times}": circle(times) for times in (3, 5, 8)},
}


def large(scenes: int = 300, seed: int = 1) -> Data:
    """Many scenes of four choices, some back into what was, with three values and guards on them."""
    chance = random.Random(seed)  # noqa: S311
    found = []
    for number in range(scenes):
        ahead = [
            f"s{min(scenes, number + step)}" if number + step < scenes else "agreed"
            for step in (1, 1, 2, chance.randint(1, 6))
        ]
        if number and number % 10 == 0:
            ahead[3] = f"s{number - chance.randint(1, 9)}"
        texts = [
            choice("a", ahead[0], effects=["trust + 1"], score=1.0, competences=SCORED),
            choice("b", ahead[1], effects=["trust - 1"], score=0.0, competences=SCORED),
            choice("c", ahead[2], effects=["hope + 1"], score=0.5, competences=SCORED),
            choice("d", ahead[3], effects=["days - 3"], score=0.2, competences=SCORED),
        ]
        if number % 7 == 3:
            texts[2]["guard"] = "trust >= 4 and hope < 8"
        if number % 11 == 5:
            texts[3]["guard"] = f"days > {chance.randint(0, 6)} or seen('s{max(0, number - 8)}')"
        chance.shuffle(texts)
        found.append(scene(f"s{number}", *texts))
    found[-1]["choices"].append(choice("end", "parted"))
    return story_of(
        found,
        max_turns=500,
        competences=["alliance"],
        variables=[variable("trust", 5), variable("hope", 0), variable("days", 10)],
        endings=[ending("agreed", "good"), ending("parted", "mixed")],
    )

"""Stories as data, published stories, pages that offer them, and runs through them."""

import copy
import uuid
from typing import Any

from wagtail.models import Locale, Page, Site

from content.models import Figure
from content.packs.plain import field_value
from courses.models import CoursePage, HomePage
from courses.progress.models import Subject
from scenarios.actions import start_run, take_choice
from scenarios.data import whole
from scenarios.models import ScenarioPage, ScenarioRun, Story
from tests.progress.factories import CompetenceFactory


def both(text: str) -> dict[str, str]:
    return {"lv": f"{text} (lv)", "en": f"{text} (en)"}


def choice(key: str, to: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "text": both(f"say {key}"), "to": to, "remark": both(f"why {key}")} | more


def scene(key: str, *choices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "speaker": both("Aivars"),
        "mood": "calm",
        "text": both(f"scene {key}"),
        "choices": list(choices),
    } | more


def ending(key: str, outcome: str = "good") -> dict[str, Any]:
    return {
        "key": key,
        "outcome": outcome,
        "title": both(f"end {key}"),
        "text": both(f"told {key}"),
    }


def variable(
    key: str, start: int = 3, low: int = 0, high: int = 10, *, shown: bool = True
) -> dict[str, Any]:
    return {"key": key, "label": both(key), "start": start, "min": low, "max": high, "shown": shown}


def story_of(scenes: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A story whose endings are the targets that are no scenes."""
    keys = [item["key"] for item in scenes]
    targets = [option["to"] for item in scenes for option in item["choices"]]
    targets += [item["next"] for item in scenes if item.get("next")]
    return {
        "key": "door",
        "title": both("The door"),
        "summary": both("A door, and who stands at it."),
        "intro": both("You stand at a door."),
        "start": keys[0],
        "competences": [],
        "variables": [],
        "scenes": scenes,
        "endings": [ending(key) for key in dict.fromkeys(targets) if key not in keys],
    } | more


SCORED = [{"key": "alliance", "weight": 1.0}]


def sample() -> dict[str, Any]:
    """Three scenes: what is said at the door decides what can be said in the kitchen."""
    return copy.deepcopy(
        story_of(
            [
                scene(
                    "door",
                    choice(
                        "greet", "kitchen", effects=["trust + 2"], score=1.0, competences=SCORED
                    ),
                    choice("push", "kitchen", effects=["trust - 2"], score=0.0, competences=SCORED),
                ),
                scene(
                    "kitchen",
                    choice("ask", "window", score=0.5, competences=SCORED),
                    choice("confide", "agreed", guard="trust >= 5", score=1.0, competences=SCORED),
                    choice("leave", "parted"),
                ),
                scene("window", choice("back", "kitchen"), choice("wait", "parted"), speaker={}),
            ],
            variables=[variable("trust"), variable("hidden", shown=False)],
            competences=["alliance"],
            endings=[ending("agreed", "good"), ending("parted", "mixed")],
        )
    )


def full() -> dict[str, Any]:
    """A conversation that says everything a story can say."""
    return copy.deepcopy(
        story_of(
            [
                scene(
                    "cell",
                    choice(
                        "reflect",
                        "pause",
                        effects=["trust = trust + importance * 2 - 5"],
                        codes=["complex-reflection", "question"],
                        technique="reflect",
                        fits=["precontemplation", "contemplation"],
                        passage="burnout/three-strains#three-strains",
                        once=True,
                        score=1.0,
                        competences=SCORED,
                        critical=True,
                    ),
                    choice(
                        "press",
                        "pause",
                        effects=["trust - 1"],
                        codes=["confront"],
                        technique="persuade",
                        score=0.0,
                        competences=SCORED,
                    ),
                    choice("agree", "agreed", guard="visits('cell') > 1 and trust >= 3"),
                    picture="burnout/cell",
                    picture_alt=both("A bed and a window."),
                    checkpoint=True,
                    stage="contemplation",
                    effects=["days - 15"],
                ),
                scene("pause", speaker={}, next="rest"),
                scene(
                    "rest",
                    choice("again", "cell", guard="turns < 7", codes=["seek-collaboration"]),
                    choice("leave", "parted", fallback=True),
                ),
            ],
            max_turns=30,
            end_of_turns="out-of-time",
            conversation=True,
            stage="precontemplation",
            next_scenarios=["burnout/window"],
            competences=["alliance"],
            variables=[
                variable("trust") | {"kind": "trust"},
                variable("importance") | {"kind": "importance"},
                variable("days", 180, 0, 180) | {"kind": "days"},
            ],
            endings=[
                ending("agreed", "good"),
                ending("parted", "mixed"),
                ending("out-of-time", "poor"),
            ],
        )
    )


DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="4" height="2"/></svg>'
)


def make_figure(key: str = "burnout/cell") -> Figure:
    figure, _made = Figure.objects.get_or_create(key=key, defaults={"svg": DRAWING})
    return figure


def rewrite(story: Story, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(story, name, field_value(Story, name, value))


def publish(story: Story) -> Story:
    story.save_revision().publish()
    return Story.objects.get(pk=story.pk)


def make_story(data: dict[str, Any] | None = None, *, published: bool = True) -> Story:
    CompetenceFactory(key="alliance")
    fields = Story.fields_of(whole(data or sample())) | {"module": "burnout"}
    story = Story(uuid=uuid.uuid4(), live=False)
    rewrite(story, fields)
    story.save()
    return publish(story) if published else story


def make_page(story: Story | None = None, *, english: bool = True) -> ScenarioPage:
    """The Latvian page below a module, with its English translation."""
    latvian, _made = Locale.objects.get_or_create(language_code="lv")
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root", locale=latvian)
    home = HomePage.objects.filter(locale=latvian).first() or root.add_child(
        instance=HomePage(title="Sākums", slug="home-lv", locale=latvian)
    )
    Site.objects.update_or_create(
        is_default_site=True, defaults={"root_page": home, "hostname": "testserver", "port": 80}
    )
    module = CoursePage.objects.filter(locale=latvian).first() or home.add_child(
        instance=CoursePage(title="Izdegšana", slug="izdegsana", key="burnout", locale=latvian)
    )
    story = story or make_story()
    page = module.add_child(
        instance=ScenarioPage(
            title=story.title_lv, slug=story.key, key=story.key, story=story, locale=latvian
        )
    )
    if english:
        other, _made = Locale.objects.get_or_create(language_code="en")
        for original in (home, module, page):
            if not original.has_translation(other):
                copied = original.copy_for_translation(other)
                copied.slug = f"{original.slug}-en"
                copied.title = f"{original.title} (translated)"
                copied.save_revision().publish()
    return ScenarioPage.objects.get(pk=page.pk)


def make_run(
    person: Any, page: ScenarioPage | None = None, *choices: str, mode: str = "assessed"
) -> ScenarioRun:
    """A person's run on a page, with these choices taken."""
    subject = Subject.objects.for_user(person)
    run = start_run(subject, page or make_page(), uuid.uuid4(), mode)
    for key in choices:
        run = take_choice(run, key, run.next_turn, uuid.uuid4())
    return run

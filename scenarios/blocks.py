"""What an editor fills in for a story: variables, scenes with their choices, endings.

Each text is written in both languages side by side. A draft may hold anything; what must be right
before publishing is `scenarios.lint`'s to say.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.bilingual import pick
from content.keys import item_uuid
from courses.progress.models import Competence

MOODS = [
    ("calm", _("calm")),
    ("tense", _("tense")),
    ("tired", _("tired")),
    ("warm", _("warm")),
    ("angry", _("angry")),
    ("sad", _("sad")),
]
OUTCOMES = [("good", _("good")), ("mixed", _("mixed")), ("poor", _("poor"))]


def competence_choices() -> list[tuple[str, str]]:
    """Competences an editor can name: key and name."""
    return [
        (competence.key, pick(competence, "name"))
        for competence in Competence.objects.filter(archived=False)
    ]


def _side_by_side(block: type[blocks.Block], **options: Any) -> type[blocks.StructBlock]:
    """A block class with the same text in Latvian and English."""

    class Both(blocks.StructBlock):
        lv = block(label=_("Latvian"), **options)
        en = block(label=_("English"), **options)

        class Meta:
            form_classname = "struct-block tilts-both"
            label_format = ""

    return Both


LineBlock = _side_by_side(blocks.CharBlock, max_length=200)
OptionalLineBlock = _side_by_side(blocks.CharBlock, max_length=200, required=False)
ParagraphsBlock = _side_by_side(blocks.TextBlock, rows=5)
RemarkBlock = _side_by_side(blocks.TextBlock, rows=3, required=False)


def _key(help_text: Any) -> blocks.CharBlock:
    return blocks.CharBlock(label=_("Key"), max_length=60, help_text=help_text)


class VariableBlock(blocks.StructBlock):
    """Something the story counts, such as trust."""

    key = _key(_("Small letters, digits and hyphens. Guards and effects name it by this."))
    label = LineBlock(label=_("Name"))
    min = blocks.IntegerBlock(label=_("Smallest value"), default=0)
    max = blocks.IntegerBlock(label=_("Largest value"), default=10)
    start = blocks.IntegerBlock(label=_("Value at the start"), default=5)
    shown = blocks.BooleanBlock(
        label=_("Shown to the player, and in the debrief"), required=False, default=True
    )

    class Meta:
        icon = "sliders"
        label = _("Variable")
        label_format = "{key}"


class WeightBlock(blocks.StructBlock):
    """How much a decision says about one competence."""

    key = blocks.ChoiceBlock(label=_("Competence"), choices=competence_choices)
    weight = blocks.FloatBlock(label=_("Weight"), default=1.0, min_value=0.05, max_value=10)

    class Meta:
        label = _("Competence")
        label_format = "{key}"
        form_classname = "struct-block tilts-both"


class ChoiceBlock(blocks.StructBlock):
    """What the player may say or do."""

    key = _key(_("Unique in its scene."))
    text = _side_by_side(blocks.TextBlock, rows=2)(label=_("What you say or do"))
    to = blocks.CharBlock(
        label=_("Leads to"), max_length=60, help_text=_("The key of a scene or of an ending.")
    )
    guard = blocks.CharBlock(
        label=_("Open only if"),
        required=False,
        max_length=500,
        help_text=_("For example: trust >= 4 and not seen('kitchen'). Empty: always open."),
    )
    effects = blocks.TextBlock(
        label=_("What it changes"),
        required=False,
        rows=2,
        help_text=_("One on each line: trust + 1, trust - 2 or trust = 3."),
    )
    remark = RemarkBlock(
        label=_("The coach's remark"), help_text=_("Shown after the end. Says why, and teaches.")
    )
    score = blocks.FloatBlock(
        label=_("Score"),
        required=False,
        min_value=0,
        max_value=1,
        help_text=_("From 0 to 1. Empty: the choice says nothing about a competence."),
    )
    competences = blocks.ListBlock(WeightBlock(), label=_("Evidence of"), default=[])
    critical = blocks.BooleanBlock(label=_("Safety-critical"), required=False)

    class Meta:
        icon = "arrow-right"
        label = _("Choice")
        label_format = "{key}"
        form_layout = blocks.BlockGroup(
            children=[
                "key",
                "text",
                "to",
                blocks.BlockGroup(
                    children=["guard", "effects"],
                    heading=_("Conditions and effects"),
                    label_format="{guard} {effects}",
                    icon="cog",
                ),
                blocks.BlockGroup(
                    children=["remark", "score", "competences", "critical"],
                    heading=_("Coaching and evidence"),
                    label_format="{score}",
                    icon="help",
                ),
            ]
        )


class SceneBlock(blocks.StructBlock):
    """One moment of the conversation."""

    key = _key(_("Unique in the story. Choices lead here by it."))
    speaker = OptionalLineBlock(
        label=_("Who speaks"), help_text=_("Left empty, the narrator does.")
    )
    mood = blocks.ChoiceBlock(label=_("How it is said"), choices=MOODS, default="calm")
    text = ParagraphsBlock(label=_("What is said or seen"))
    choices = blocks.ListBlock(ChoiceBlock(), label=_("Choices"), collapsed=True)

    class Meta:
        icon = "comment"
        label = _("Scene")
        label_format = "{key}"


class EndingBlock(blocks.StructBlock):
    """How the conversation ends."""

    key = _key(_("Unique in the story. Choices lead here by it."))
    outcome = blocks.ChoiceBlock(label=_("Outcome"), choices=OUTCOMES, default="mixed")
    title = LineBlock(label=_("Title"))
    text = ParagraphsBlock(label=_("What became of it"))

    class Meta:
        icon = "tick"
        label = _("Ending")
        label_format = "{key}"


# Between blocks and the story's data ------------------------------------------------------


def to_stream(kind: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Raw StreamField data of "variable", "scene" or "ending" blocks.

    Ids are made from keys, so that loading the same twice gives the same blocks. They are UUIDs,
    as the editor builds selectors from them.
    """
    return [
        {
            "type": kind,
            "id": _id(kind, item["key"]),
            "value": _raw_scene(item) if kind == "scene" else item,
        }
        for item in items
    ]


def _raw_scene(scene: dict[str, Any]) -> dict[str, Any]:
    return scene | {
        "choices": [
            {
                "type": "item",
                "id": _id("choice", scene["key"], choice["key"]),
                "value": choice
                | {
                    "effects": "\n".join(choice["effects"]),
                    "competences": [
                        {
                            "type": "item",
                            "id": _id("competence", scene["key"], choice["key"], item["key"]),
                            "value": item,
                        }
                        for item in choice["competences"]
                    ],
                },
            }
            for choice in scene["choices"]
        ]
    }


def _id(*path: str) -> str:
    return str(item_uuid("block", "/".join(path)))


def from_stream(kind: str, raw: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The story's data in raw StreamField data; the opposite of `to_stream`."""
    values = [block["value"] for block in raw if block.get("type") == kind]
    if kind == "variable":
        return [_variable(value) for value in values]
    if kind == "ending":
        return [
            {
                "key": _line(value.get("key")),
                "outcome": value.get("outcome") or "",
                "title": _both(value.get("title")),
                "text": _both(value.get("text")),
            }
            for value in values
        ]
    return [
        {
            "key": _line(value.get("key")),
            "speaker": _both(value.get("speaker")),
            "mood": value.get("mood") or "calm",
            "text": _both(value.get("text")),
            "choices": [_choice(item["value"]) for item in value.get("choices") or ()],
        }
        for value in values
    ]


def _variable(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": _line(value.get("key")),
        "label": _both(value.get("label")),
        "start": value.get("start"),
        "min": value.get("min"),
        "max": value.get("max"),
        "shown": bool(value.get("shown")),
    }


def _choice(value: dict[str, Any]) -> dict[str, Any]:
    score = value.get("score")
    return {
        "key": _line(value.get("key")),
        "text": _both(value.get("text")),
        "to": _line(value.get("to")),
        "guard": _line(value.get("guard")),
        "effects": [
            effect.strip() for effect in (value.get("effects") or "").splitlines() if effect.strip()
        ],
        "remark": _both(value.get("remark")),
        "score": None if score is None else float(score),
        "competences": [
            {
                "key": item["value"].get("key") or "",
                "weight": float(item["value"].get("weight") or 0),
            }
            for item in value.get("competences") or ()
        ],
        "critical": bool(value.get("critical")),
    }


def _line(text: str | None) -> str:
    return (text or "").strip()


def _both(texts: dict[str, str] | None) -> dict[str, str]:
    """Both texts with the line ends of files, not of browsers."""
    return {
        code: (texts or {}).get(code, "").replace("\r\n", "\n").strip() for code in ("lv", "en")
    }

"""What an editor fills in for a story: variables, scenes with their choices, endings.

Each text is written in both languages side by side. A draft may hold anything; what must be right
before publishing is `scenarios.lint`'s to say.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content import choices
from content.bilingual import pick
from content.blocks import KeyBlock
from content.keys import item_uuid
from courses.progress.models import Competence
from scenarios import conversations
from scenarios.data import marked

MOODS = [
    ("calm", _("calm")),
    ("tense", _("tense")),
    ("tired", _("tired")),
    ("warm", _("warm")),
    ("angry", _("angry")),
    ("sad", _("sad")),
]
OUTCOMES = [("good", _("good")), ("mixed", _("mixed")), ("poor", _("poor"))]


@choices.shared
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


def _waits(help_text: Any) -> blocks.StructBlock:
    return RemarkBlock(label=_("Needs expert review"), help_text=help_text)


def _key(help_text: Any) -> blocks.CharBlock:
    return blocks.CharBlock(label=_("Key"), max_length=60, help_text=help_text)


class VariableBlock(blocks.StructBlock):
    """Something the story counts, such as trust."""

    key = _key(_("Small letters, digits and hyphens. Guards and effects name it by this."))
    label = LineBlock(label=_("Name"))
    kind = blocks.ChoiceBlock(
        label=_("What it counts"), choices=conversations.kinds, default="other", required=False
    )
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

    key = KeyBlock(label=_("Competence"), choices=competence_choices)
    weight = blocks.FloatBlock(label=_("Weight"), default=1.0, min_value=0.05, max_value=10)

    class Meta:
        label = _("Competence")
        label_format = "{key}"
        form_classname = "struct-block tilts-both"


EFFECTS = _("One on each line: trust + 1, trust = 3 or confidence = importance + trust.")


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
        help_text=_(
            "For example: trust >= 4 and not seen('kitchen'), chose('door/greet') or "
            "visits('cell') < 3. Empty: always open."
        ),
    )
    once = blocks.BooleanBlock(label=_("Can be taken only once"), required=False)
    fallback = blocks.BooleanBlock(
        label=_("Fallback"),
        required=False,
        help_text=_("Offered only where no other choice is open."),
    )
    effects = blocks.TextBlock(
        label=_("What it changes"), required=False, rows=2, help_text=EFFECTS
    )
    codes = blocks.ListBlock(
        blocks.ChoiceBlock(label=_("Behaviour"), choices=conversations.codes),
        label=_("Behaviours"),
        default=[],
        help_text=_("In the order in which they are heard. Only in a coded conversation."),
    )
    technique = blocks.ChoiceBlock(
        label=_("Technique"), choices=conversations.techniques, required=False
    )
    fits = blocks.MultipleChoiceBlock(
        label=_("Stages of change that it fits"),
        choices=conversations.stages,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    remark = RemarkBlock(
        label=_("The coach's remark"),
        help_text=_("Shown at once in practice, else after the end. Says why, and teaches."),
    )
    passage = blocks.CharBlock(
        label=_("To reread"),
        required=False,
        max_length=200,
        help_text=_(
            "A lesson, or a block of it: burnout/three-strains or burnout/supervision#ask."
        ),
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
    needs_review = _waits(
        _(
            "What a practitioner has yet to confirm. Until this is empty, the choice is not scored, "
            "and the coach says so."
        )
    )

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
                    children=["guard", "once", "fallback", "effects"],
                    heading=_("Conditions and effects"),
                    label_format="{guard} {effects}",
                    icon="cog",
                ),
                blocks.BlockGroup(
                    children=["codes", "technique", "fits"],
                    heading=_("How it is coded"),
                    label_format="{technique}",
                    icon="comment",
                ),
                blocks.BlockGroup(
                    children=[
                        *("remark", "passage", "score", "competences", "critical"),
                        "needs_review",
                    ],
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
    picture = KeyBlock(label=_("Drawing"), choices=choices.figures, required=False)
    picture_alt = RemarkBlock(
        label=_("Description in words"),
        help_text=_("All that the drawing tells, for those who cannot see it."),
    )
    checkpoint = blocks.BooleanBlock(
        label=_("Checkpoint"), required=False, help_text=_("In practice one may come back to here.")
    )
    stage = blocks.ChoiceBlock(
        label=_("The client's stage of change"),
        choices=conversations.stages,
        required=False,
        help_text=_("Left empty, that of the story."),
    )
    effects = blocks.TextBlock(
        label=_("What happens on entering"), required=False, rows=2, help_text=EFFECTS
    )
    choices = blocks.ListBlock(ChoiceBlock(), label=_("Choices"), default=[], collapsed=True)
    next = blocks.CharBlock(
        label=_("Goes on to"),
        required=False,
        max_length=60,
        help_text=_("For a scene without choices: the key of the scene or ending that follows."),
    )
    needs_review = _waits(
        _(
            "What a practitioner has yet to confirm. Until this is empty, no choice of the scene is "
            "scored, and the coach says so."
        )
    )

    class Meta:
        icon = "comment"
        label = _("Scene")
        label_format = "{key}"
        form_layout = blocks.BlockGroup(
            children=[
                "key",
                "speaker",
                "mood",
                "text",
                blocks.BlockGroup(
                    children=["picture", "picture_alt", "checkpoint", "stage", "effects"],
                    heading=_("Picture, checkpoint and what happens on entering"),
                    label_format="{picture} {effects}",
                    icon="cog",
                ),
                "choices",
                "next",
                "needs_review",
            ]
        )


class EndingBlock(blocks.StructBlock):
    """How the conversation ends."""

    key = _key(_("Unique in the story. Choices lead here by it."))
    outcome = blocks.ChoiceBlock(label=_("Outcome"), choices=OUTCOMES, default="mixed")
    title = LineBlock(label=_("Title"))
    text = ParagraphsBlock(label=_("What became of it"))
    needs_review = _waits(_("What a practitioner has yet to confirm. The debrief says so."))

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
        "effects": "\n".join(scene["effects"]),
        "choices": [
            _item(_raw_choice(scene["key"], choice), "choice", scene["key"], choice["key"])
            for choice in scene["choices"]
        ],
    }


def _raw_choice(scene: str, choice: dict[str, Any]) -> dict[str, Any]:
    return choice | {
        "effects": "\n".join(choice["effects"]),
        "codes": [
            _item(code, "code", scene, choice["key"], str(number))
            for number, code in enumerate(choice["codes"])
        ],
        "competences": [
            _item(item, "competence", scene, choice["key"], item["key"])
            for item in choice["competences"]
        ],
    }


def _item(value: Any, *path: str) -> dict[str, Any]:
    return {"type": "item", "id": _id(*path), "value": value}


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
            | _marked(value)
            for value in values
        ]
    return [_scene(value) for value in values]


def _variable(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": _line(value.get("key")),
        "label": _both(value.get("label")),
        "kind": value.get("kind") or "other",
        "start": value.get("start"),
        "min": value.get("min"),
        "max": value.get("max"),
        "shown": bool(value.get("shown")),
    }


def _scene(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": _line(value.get("key")),
        "speaker": _both(value.get("speaker")),
        "mood": value.get("mood") or "calm",
        "text": _both(value.get("text")),
        "picture": value.get("picture") or "",
        "picture_alt": _both(value.get("picture_alt")),
        "checkpoint": bool(value.get("checkpoint")),
        "stage": value.get("stage") or "",
        "effects": _lines(value.get("effects")),
        "next": _line(value.get("next")),
        "choices": [_choice(item["value"]) for item in value.get("choices") or ()],
    } | _marked(value)


def _choice(value: dict[str, Any]) -> dict[str, Any]:
    score = value.get("score")
    return {
        "key": _line(value.get("key")),
        "text": _both(value.get("text")),
        "to": _line(value.get("to")),
        "guard": _line(value.get("guard")),
        "once": bool(value.get("once")),
        "fallback": bool(value.get("fallback")),
        "effects": _lines(value.get("effects")),
        "codes": [item["value"] or "" for item in value.get("codes") or ()],
        "technique": value.get("technique") or "",
        "fits": list(value.get("fits") or ()),
        "remark": _both(value.get("remark")),
        "passage": _line(value.get("passage")),
        "score": None if score is None else float(score),
        "competences": [
            {
                "key": item["value"].get("key") or "",
                "weight": float(item["value"].get("weight") or 0),
            }
            for item in value.get("competences") or ()
        ],
        "critical": bool(value.get("critical")),
    } | _marked(value)


def _marked(value: dict[str, Any]) -> dict[str, Any]:
    return marked({"needs_review": _both(value.get("needs_review"))})


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _line(text: str | None) -> str:
    return (text or "").strip()


def _both(texts: dict[str, str] | None) -> dict[str, str]:
    """Both texts with the line ends of files, not of browsers."""
    return {
        code: (texts or {}).get(code, "").replace("\r\n", "\n").strip() for code in ("lv", "en")
    }

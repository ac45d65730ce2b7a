"""What an answer to a question is made of in the editor: both languages side by side.

The blocks themselves require nothing: what a kind of question needs before it is published is
said by `assessments.checks`, at the field that lacks it. So a draft may be unfinished, and what
is left of another kind is in nobody's way.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup


def _text(label: Any, *, rows: int = 2) -> blocks.TextBlock:
    return blocks.TextBlock(label=label, required=False, rows=rows, max_length=1000)


def _line(label: Any) -> blocks.CharBlock:
    return blocks.CharBlock(label=label, required=False, max_length=200)


def _words(label: Any) -> blocks.TextBlock:
    return blocks.TextBlock(
        label=label,
        required=False,
        rows=3,
        max_length=4000,
        help_text=_("Each way of writing it on a line of its own."),
    )


def _key(help_text: Any) -> blocks.CharBlock:
    return blocks.CharBlock(label=_("key"), required=False, max_length=40, help_text=help_text)


def _misconception(help_text: Any) -> blocks.CharBlock:
    return blocks.CharBlock(
        label=_("misconception"), required=False, max_length=80, help_text=help_text
    )


BELIEF = _("A short English name for what people who choose this believe.")
LETTER = _("Left empty, the next free letter. It never changes once people answered.")
SIDES = "struct-block sides-block"


class OptionBlock(blocks.StructBlock):
    """An option: its text, whether it is right, and what people who choose it are told."""

    key = _key(LETTER)
    right = blocks.BooleanBlock(label=_("This option is right"), required=False)
    text_lv = _text(_("text (Latvian)"))
    text_en = _text(_("text (English)"))
    feedback_lv = _text(_("feedback (Latvian)"), rows=3)
    feedback_en = _text(_("feedback (English)"), rows=3)
    misconception = _misconception(BELIEF)

    class Meta:
        icon = "radio-full"
        label = _("Option")
        label_format = "{key} {text_lv}"
        description = _("An option of a single, multiple or true-or-false question.")
        form_classname = SIDES
        form_layout = BlockGroup(
            children=["right", "text_lv", "text_en", "feedback_lv", "feedback_en"],
            settings=["key", "misconception"],
        )

    def get_preview_value(self) -> dict[str, Any]:
        return {
            "key": "a",
            "right": True,
            "text_lv": "Supervīzijā",
            "text_en": "In supervision",
            "feedback_lv": "Jā, tur par to var runāt droši.",
            "feedback_en": "Yes, that is a safe place to talk about it.",
        }


class PairBlock(blocks.StructBlock):
    """What belongs together in a matching question."""

    left_lv = _text(_("left side (Latvian)"))
    left_en = _text(_("left side (English)"))
    right_lv = _text(_("right side (Latvian)"))
    right_en = _text(_("right side (English)"))
    feedback_lv = _text(_("why they belong together (Latvian)"))
    feedback_en = _text(_("why they belong together (English)"))
    right_feedback_lv = _text(_("told to who puts this right side elsewhere (Latvian)"))
    right_feedback_en = _text(_("told to who puts this right side elsewhere (English)"))
    misconception = _misconception(
        _("A short English name for what people who put this right side elsewhere believe.")
    )

    class Meta:
        icon = "link"
        label = _("Pair")
        label_format = "{left_lv} – {right_lv}"
        description = _("Two things that belong together; several may share a right side.")
        form_classname = SIDES
        form_layout = BlockGroup(
            children=["left_lv", "left_en", "right_lv", "right_en", "feedback_lv", "feedback_en"],
            settings=["right_feedback_lv", "right_feedback_en", "misconception"],
        )


class ExtraBlock(blocks.StructBlock):
    """A right side that belongs to nothing."""

    text_lv = _text(_("right side (Latvian)"))
    text_en = _text(_("right side (English)"))
    feedback_lv = _text(_("why it belongs to nothing (Latvian)"))
    feedback_en = _text(_("why it belongs to nothing (English)"))
    misconception = _misconception(BELIEF)

    class Meta:
        icon = "link"
        label = _("Right side left over")
        label_format = "{text_lv}"
        description = _("So that the last pair is not left by elimination.")
        form_classname = SIDES


class ItemBlock(blocks.StructBlock):
    """Something to put in order or into a group."""

    text_lv = _text(_("text (Latvian)"))
    text_en = _text(_("text (English)"))
    feedback_lv = _text(_("why it stands here (Latvian)"))
    feedback_en = _text(_("why it stands here (English)"))

    class Meta:
        icon = "list-ol"
        label = _("Item")
        label_format = "{text_lv}"
        description = _("An item of an ordering question; they stand here in the right order.")
        form_classname = SIDES


class GroupedItemBlock(ItemBlock):
    """Something to put into a group."""

    elsewhere_lv = _text(_("told to who puts it into another group (Latvian)"))
    elsewhere_en = _text(_("told to who puts it into another group (English)"))
    misconception = _misconception(
        _("A short English name for what people who put it into another group believe.")
    )

    class Meta:
        description = _("An item of a sorting question, in the group it belongs to.")


class GroupBlock(blocks.StructBlock):
    """A group with the items that belong to it."""

    key = _key(LETTER)
    text_lv = _line(_("name (Latvian)"))
    text_en = _line(_("name (English)"))
    items = blocks.ListBlock(GroupedItemBlock(), label=_("What belongs to it"), default=[])

    class Meta:
        icon = "folder-open-inverse"
        label = _("Group")
        label_format = "{text_lv}"
        description = _("A group of a sorting question, with the items that belong to it.")
        form_classname = SIDES
        form_layout = BlockGroup(children=["text_lv", "text_en", "items"], settings=["key"])


GAP_KEY = _("The text names the gap by this, in two square brackets: [[when]].")


class ChosenGapBlock(blocks.StructBlock):
    """A gap filled from a list."""

    key = _key(GAP_KEY)
    options = blocks.ListBlock(OptionBlock(), label=_("Options"), default=[])

    class Meta:
        icon = "list-ul"
        label = _("Gap to choose for")
        label_format = "{key}"
        description = _("A gap of a text, filled by choosing from a list.")


class WrongBlock(blocks.StructBlock):
    """Words that are wrong in a way one can speak to."""

    words_lv = _words(_("wrong (Latvian)"))
    words_en = _words(_("wrong (English)"))
    feedback_lv = _text(_("feedback (Latvian)"))
    feedback_en = _text(_("feedback (English)"))
    misconception = _misconception(BELIEF)

    class Meta:
        icon = "cross"
        label = _("Likely wrong answer")
        label_format = "{words_lv}"
        description = _("Words that come of a known mistake, and what is said of them.")
        form_classname = SIDES


class TypedGapBlock(blocks.StructBlock):
    """A gap filled by typing."""

    key = _key(GAP_KEY)
    accepted_lv = _words(_("accepted (Latvian)"))
    accepted_en = _words(_("accepted (English)"))
    feedback_lv = _text(_("feedback (Latvian)"))
    feedback_en = _text(_("feedback (English)"))
    hint_lv = _line(_("hint (Latvian)"))
    hint_en = _line(_("hint (English)"))
    wrong = blocks.ListBlock(WrongBlock(), label=_("Likely wrong answers"), default=[])

    class Meta:
        icon = "edit"
        label = _("Gap to type in")
        label_format = "{key}"
        description = _("A gap of a text, filled by typing a word or two.")
        form_classname = SIDES


class NearBlock(blocks.StructBlock):
    """A wrong number that people are likely to get."""

    value = blocks.DecimalBlock(label=_("number"), required=False)
    tolerance = blocks.DecimalBlock(
        label=_("tolerance"),
        required=False,
        help_text=_("How far above or below it still is this."),
    )
    feedback_lv = _text(_("feedback (Latvian)"))
    feedback_en = _text(_("feedback (English)"))
    misconception = _misconception(BELIEF)

    class Meta:
        icon = "cross"
        label = _("Likely wrong number")
        label_format = "{value}"
        description = _("A number that comes of a known mistake, and what is said of it.")
        form_classname = SIDES


class AcceptedBlock(blocks.StructBlock):
    """Words that are right, wholly or in part."""

    words_lv = _words(_("accepted (Latvian)"))
    words_en = _words(_("accepted (English)"))
    share = blocks.DecimalBlock(
        label=_("share of the mark"), required=False, default=1, min_value=0, max_value=1
    )
    feedback_lv = _text(_("feedback (Latvian)"))
    feedback_en = _text(_("feedback (English)"))

    class Meta:
        icon = "check"
        label = _("Accepted answer")
        label_format = "{words_lv}"
        description = _("Words that earn the mark, or a share of it.")
        form_classname = SIDES
        form_layout = BlockGroup(
            children=["words_lv", "words_en", "feedback_lv", "feedback_en"], settings=["share"]
        )


class LevelBlock(blocks.StructBlock):
    """How well a criterion is met."""

    points = blocks.IntegerBlock(label=_("points"), required=False, min_value=0, max_value=100)
    text_lv = _text(_("what earns them (Latvian)"))
    text_en = _text(_("what earns them (English)"))

    class Meta:
        icon = "order"
        label = _("Level")
        label_format = "{points} {text_lv}"
        form_classname = SIDES


class CriterionBlock(blocks.StructBlock):
    """What a person who marks an open answer looks at."""

    key = _key(LETTER)
    name_lv = _line(_("name (Latvian)"))
    name_en = _line(_("name (English)"))
    levels = blocks.ListBlock(LevelBlock(), label=_("Levels"), default=[])

    class Meta:
        icon = "list-ul"
        label = _("Criterion")
        label_format = "{name_lv}"
        description = _("A row of the rubric by which a person marks an open answer.")
        form_classname = SIDES
        form_layout = BlockGroup(children=["name_lv", "name_en", "levels"], settings=["key"])

"""What an answer to a question is made of in the editor: both languages side by side."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup


def _text(label: Any, *, required: bool = True, rows: int = 2) -> blocks.TextBlock:
    return blocks.TextBlock(label=label, required=required, rows=rows, max_length=1000)


class OptionBlock(blocks.StructBlock):
    """An option: its text, whether it is right, and what people who choose it are told."""

    key = blocks.CharBlock(
        label=_("key"),
        required=False,
        max_length=40,
        help_text=_("Left empty, the next free letter. It never changes once people answered."),
    )
    right = blocks.BooleanBlock(label=_("This option is right"), required=False)
    text_lv = _text(_("text (Latvian)"), required=False)
    text_en = _text(_("text (English)"), required=False)
    feedback_lv = _text(_("feedback (Latvian)"), rows=3)
    feedback_en = _text(_("feedback (English)"), rows=3)
    misconception = blocks.CharBlock(
        label=_("misconception"),
        required=False,
        max_length=80,
        help_text=_("A short English name for what people who choose this believe."),
    )

    class Meta:
        icon = "radio-full"
        label = _("Option")
        label_format = "{key} {text_lv}"
        description = _("An option of a single, multiple or true-or-false question.")
        form_classname = "struct-block option-block"
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

"""The blocks lessons are made of. Each has a description, a preview value and one template."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText

from content import choices, sanitise

LINKS = ["link", "term", "source"]
INLINE = ["bold", "italic", *LINKS]
PROSE = ["bold", "italic", "ol", "ul", *LINKS]
HEADED = ["h2", "h3", *PROSE]
GROUP_TEXT, GROUP_PRACTICE, GROUP_EVIDENCE = _("Text"), _("Practice"), _("Evidence")


class KeyBlock(blocks.ChoiceBlock):
    """A choice among strings. Reading a stored one does not ask which others there are."""

    def to_python(self, value: Any) -> Any:
        return value

    def normalize(self, value: Any) -> Any:
        return value


class ProseBlock(blocks.RichTextBlock):
    """Rich text of a few kinds only, cleaned whenever it is saved."""

    def __init__(self, features: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(features=PROSE if features is None else features, **kwargs)

    def value_from_form(self, value: Any) -> RichText:
        found = super().value_from_form(value)
        return RichText(sanitise.clean(found.source))

    def get_prep_value(self, value: Any) -> str:
        return sanitise.clean(super().get_prep_value(value) or "")


class LineBlock(ProseBlock):
    """Rich text of one paragraph: a table cell, an item of a list, a caption."""

    def __init__(self, features: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(features=INLINE if features is None else features, **kwargs)


class CardBlock(blocks.CharBlock):
    """The title of the memory card that a block is too; empty where it is none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Title of a memory card"))
        kwargs.setdefault(
            "help_text",
            _("With a title, the block also has a page of its own, to print and keep at hand."),
        )
        super().__init__(required=False, max_length=120, **kwargs)


class TextBlock(ProseBlock):
    def __init__(self, features: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(features=HEADED if features is None else features, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        group = GROUP_TEXT
        preview_template = "content/blocks/preview.html"
        description = _("Paragraphs and lists, under headings of two levels.")
        template = "content/blocks/text.html"
        preview_value = (
            "<h2>Kas atjauno spēkus</h2><p>Miegs, kustība un saruna ar <b>kolēģi</b>, "
            "kurš klausās.</p><ul><li>Paņem pauzi.</li><li>Pasaki, kā tev ir.</li></ul>"
        )


class CalloutBlock(blocks.StructBlock):
    tone = KeyBlock(label=_("Kind"), choices=choices.TONES)
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    body = ProseBlock(label=_("Text"))
    card = CardBlock()

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        group = GROUP_TEXT
        preview_template = "content/blocks/preview.html"
        description = _("What one will be able to do, must remember, note or beware of.")
        template = "content/blocks/callout.html"
        preview_value = {
            "tone": "remember",
            "title": "Atceries",
            "body": "<p>Supervīzija ir darba daļa, nevis vājuma pazīme.</p>",
        }


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    items = blocks.ListBlock(LineBlock(label=_("Step")), label=_("Steps"), min_num=1)
    card = CardBlock()

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        group = GROUP_TEXT
        preview_template = "content/blocks/preview.html"
        description = _("What to do, in order. Each step may begin with a short title in bold.")
        template = "content/blocks/steps.html"
        preview_value = {
            "title": "Kā sākt sarunu",
            "items": ["<p><b>Apstājies.</b> Ievelc elpu.</p>", "<p><b>Jautā.</b> Kā tev ir?</p>"],
        }


class CompareBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    do = blocks.ListBlock(LineBlock(), label=_("Do"), min_num=1)
    avoid = blocks.ListBlock(LineBlock(), label=_("Avoid"), min_num=1)
    card = CardBlock()

    class Meta:
        icon = "arrow-right"
        label = _("Do and avoid")
        group = GROUP_TEXT
        preview_template = "content/blocks/preview.html"
        description = _("What helps and what harms, side by side.")
        template = "content/blocks/compare.html"
        preview_value = {
            "title": "Kad kolēģe ir nogurusi",
            "do": ["<p>Pajautā, kas palīdzētu.</p>"],
            "avoid": ["<p>Mierini ar „būs labi”.</p>"],
        }


class ExampleBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    setting = KeyBlock(
        label=_("Setting"),
        choices=[
            ("both", _("Prison and municipality")),
            ("prison", _("Prison")),
            ("municipal", _("Municipality")),
        ],
        default="both",
    )
    body = ProseBlock(label=_("Text"))

    class Meta:
        icon = "user"
        label = _("Case example")
        group = GROUP_PRACTICE
        preview_template = "content/blocks/preview.html"
        description = _("A worked case from practice, with names and details made up.")
        template = "content/blocks/example.html"
        preview_value = {
            "title": "Piektdienas pēcpusdiena",
            "setting": "prison",
            "body": "<p>Anna pamana, ka trešo dienu pēc kārtas izlaiž pusdienas.</p>",
        }


class ChecklistBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    items = blocks.ListBlock(LineBlock(), label=_("Items"), min_num=1)
    card = CardBlock()

    class Meta:
        icon = "tick"
        label = _("Checklist")
        group = GROUP_PRACTICE
        preview_template = "content/blocks/preview.html"
        description = _("A list to tick on screen or on paper. Nothing of it is kept.")
        template = "content/blocks/checklist.html"
        preview_value = {
            "title": "Pirms dodies mājās",
            "items": ["<p>Pierakstīts, kas jādara rīt.</p>", "<p>Telefons izslēgts.</p>"],
        }


class QuoteBlock(blocks.StructBlock):
    text = ProseBlock(label=_("Quotation"), features=["bold", "italic"])
    source = KeyBlock(label=_("Source"), choices=choices.sources, required=False)
    by = blocks.CharBlock(label=_("By"), max_length=200, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        group = GROUP_EVIDENCE
        preview_template = "content/blocks/preview.html"
        description = _("The exact words of an act or a study, with where they stand.")
        template = "content/blocks/quote.html"
        preview_value = {
            "text": "<p>Darbiniekam ir tiesības uz atpūtu.</p>",
            "source": "",
            "by": "Darba likums",
        }


class LabelBlock(blocks.StructBlock):
    key = blocks.RegexBlock(r"^[a-z0-9]+(-[a-z0-9]+)*$", label=_("Key in the drawing"))
    text = blocks.CharBlock(label=_("Text"), max_length=200)


class FigureBlock(blocks.StructBlock):
    figure = KeyBlock(label=_("Drawing"), choices=choices.figures)
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    caption = LineBlock(label=_("Caption"))
    description = ProseBlock(
        label=_("Description in words"),
        help_text=_("All that the drawing tells, for those who cannot see it."),
    )
    labels = blocks.ListBlock(LabelBlock(), label=_("Texts in the drawing"), default=[])

    class Meta:
        icon = "image"
        label = _("Figure")
        group = GROUP_EVIDENCE
        preview_template = "content/blocks/preview.html"
        description = _("A drawing with its texts in this language and a description in words.")
        template = "content/blocks/figure.html"
        preview_value = {
            "figure": "",
            "title": "Trīs slodzes",
            "caption": "<p>Trīs slodzes veidi laikā.</p>",
            "description": "<p>Trīs līknes: strauja, lēna un dilstoša.</p>",
            "labels": [],
        }


class TableBlock(blocks.StructBlock):
    caption = LineBlock(label=_("Caption"))
    header = blocks.ListBlock(
        blocks.CharBlock(max_length=200), label=_("Column headings"), min_num=2
    )
    rows = blocks.ListBlock(
        blocks.ListBlock(LineBlock(), label=_("Cells")),
        label=_("Rows"),
        help_text=_("The first cell of a row is its heading."),
        min_num=1,
    )
    card = CardBlock()

    class Meta:
        icon = "table"
        label = _("Table")
        group = GROUP_EVIDENCE
        preview_template = "content/blocks/preview.html"
        description = _("Facts in rows and columns; every column and row has a heading.")
        template = "content/blocks/table.html"
        preview_value = {
            "caption": "<p>Kas palīdz</p>",
            "header": ["Slodze", "Kas palīdz"],
            "rows": [["<p>Izdegšana</p>", "<p>Atpūta un robežas</p>"]],
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        for number, row in enumerate(cleaned["rows"], 1):
            if len(row) != len(cleaned["header"]):
                raise blocks.StructBlockValidationError(
                    block_errors={
                        "rows": ValidationError(
                            _("Row %(number)d has %(cells)d cells; there are %(columns)d columns.")
                            % {
                                "number": number,
                                "cells": len(row),
                                "columns": len(cleaned["header"]),
                            }
                        )
                    }
                )
        return cleaned


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Text"), max_length=500)
    right = blocks.BooleanBlock(label=_("This is the right answer"), required=False)
    feedback = LineBlock(label=_("Feedback"))


class SelfCheckBlock(blocks.StructBlock):
    prompt = blocks.CharBlock(label=_("Question"), max_length=500)
    options = blocks.ListBlock(OptionBlock(), label=_("Answers"), min_num=2, max_num=4)
    explanation = ProseBlock(label=_("Explanation"))

    class Meta:
        icon = "help"
        label = _("Quick check")
        group = GROUP_PRACTICE
        preview_template = "content/blocks/preview.html"
        description = _("One question to think about. Answered at once, not scored, not kept.")
        template = "content/blocks/self_check.html"
        preview_value = {
            "prompt": "Kas ir pirmais solis?",
            "options": [
                {"text": "Apstāties", "right": True, "feedback": "<p>Jā.</p>"},
                {"text": "Strādāt ātrāk", "right": False, "feedback": "<p>Nē.</p>"},
            ],
            "explanation": "<p>Pauze ļauj pamanīt, kas notiek.</p>",
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if sum(bool(option["right"]) for option in cleaned["options"]) != 1:
            raise blocks.StructBlockValidationError(
                block_errors={
                    "options": ValidationError(_("Exactly one answer must be the right one."))
                }
            )
        return cleaned


class ResultBlock(blocks.StructBlock):
    at_least = blocks.IntegerBlock(label=_("From this sum up"), min_value=0)
    text = ProseBlock(label=_("Text"))


class PrivateCheckBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    intro = ProseBlock(label=_("Introduction"))
    scale = blocks.ListBlock(
        blocks.CharBlock(max_length=60),
        label=_("Scale"),
        help_text=_("The first word is worth 0 points, the next 1, and so on."),
        min_num=2,
    )
    statements = blocks.ListBlock(
        blocks.CharBlock(max_length=300), label=_("Statements"), min_num=1
    )
    results = blocks.ListBlock(ResultBlock(), label=_("Results"), min_num=1)

    class Meta:
        icon = "lock"
        label = _("Private check")
        group = GROUP_PRACTICE
        preview_template = "content/blocks/preview.html"
        description = _("Statements to weigh for oneself. The answers never leave the browser.")
        template = "content/blocks/private_check.html"
        preview_value = {
            "title": "Kā man klājas",
            "intro": "<p>Šis ir tikai tev.</p>",
            "scale": ["nekad", "reizēm", "bieži"],
            "statements": ["Man ir grūti aizmigt.", "Darbs vairs neiepriecina."],
            "results": [{"at_least": 0, "text": "<p>Sargā to, kas palīdz.</p>"}],
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        sums = [result["at_least"] for result in cleaned["results"]]
        if sums[0] != 0 or sums != sorted(set(sums)):
            raise blocks.StructBlockValidationError(
                block_errors={
                    "results": ValidationError(
                        _(
                            "The first result begins at 0, each other one higher than the one before."
                        )
                    )
                }
            )
        return cleaned


class CitationBlock(blocks.StructBlock):
    source = KeyBlock(label=_("Source"), choices=choices.sources)
    section = blocks.CharBlock(label=_("Section"), max_length=80, required=False)
    pages = blocks.CharBlock(label=_("Pages"), max_length=40, required=False)
    note = LineBlock(label=_("Note"), required=False)


class SourcesBlock(blocks.StructBlock):
    items = blocks.ListBlock(CitationBlock(), label=_("Sources"), min_num=1)

    class Meta:
        icon = "link"
        label = _("Sources")
        group = GROUP_EVIDENCE
        preview_template = "content/blocks/preview.html"
        description = _("What the lesson rests on, with the day each was last checked.")
        template = "content/blocks/sources.html"
        preview_value = {"items": [{"source": "", "section": "1.2", "pages": "18–19", "note": ""}]}


class BodyBlock(blocks.StreamBlock):
    """The body of a lesson or a plain page."""

    text = TextBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    compare = CompareBlock()
    example = ExampleBlock()
    checklist = ChecklistBlock()
    quote = QuoteBlock()
    figure = FigureBlock()
    table = TableBlock()
    self_check = SelfCheckBlock()
    private_check = PrivateCheckBlock()
    sources = SourcesBlock()

    class Meta:
        template = "content/blocks/stream.html"


def body_blocks() -> BodyBlock:
    """What a StreamField of a page is made of: `StreamField(body_blocks())`."""
    return BodyBlock()

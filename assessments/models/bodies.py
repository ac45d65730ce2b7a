"""What people answer: the parts of every kind of question, as an editor fills them in.

A question uses the parts of its kind and leaves the others empty; what the parts mean is said in
`assessments.parts`, which names them alike.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from assessments import blocks
from assessments.parts import (
    FOLDS,
    PARTS,
    Figure,
    Part,
    Rows,
    Some,
    Text,
    Words,
    blank,
    figure,
)
from content.bilingual import LANGUAGES, both

# Which parts of the model are streams, and the one type of their blocks where there is but one.
STREAMS = {
    "options": "option",
    "pairs": "pair",
    "extra": "extra",
    "items": "item",
    "groups": "group",
    "gaps": "",
    "near": "near",
    "accepted": "accepted",
    "wrong": "wrong",
    "criteria": "criterion",
}


class QuestionBody(models.Model):
    """The fields of all kinds; the ones of a question's own kind count."""

    options = StreamField([("option", blocks.OptionBlock())], verbose_name=_("options"), blank=True)
    # Matching
    pairs = StreamField(
        [("pair", blocks.PairBlock())], verbose_name=_("pairs"), blank=True, default=list
    )
    extra = StreamField(
        [("extra", blocks.ExtraBlock())],
        verbose_name=_("right sides left over"),
        blank=True,
        default=list,
    )
    # Ordering
    items = StreamField(
        [("item", blocks.ItemBlock())],
        verbose_name=_("items in the right order"),
        blank=True,
        default=list,
    )
    # Grouping
    groups = StreamField(
        [("group", blocks.GroupBlock())], verbose_name=_("groups"), blank=True, default=list
    )
    # Cloze
    text_lv = models.TextField(_("text with gaps (Latvian)"), blank=True, max_length=4000)
    text_en = models.TextField(_("text with gaps (English)"), blank=True, max_length=4000)
    gaps = StreamField(
        [("choose", blocks.ChosenGapBlock()), ("type", blocks.TypedGapBlock())],
        verbose_name=_("gaps"),
        blank=True,
        default=list,
    )
    # Number, estimate
    value = models.DecimalField(
        _("right number"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("How far above or below an answer may be and still be right."),
    )
    unit_lv = models.CharField(_("unit (Latvian)"), max_length=40, blank=True)
    unit_en = models.CharField(_("unit (English)"), max_length=40, blank=True)
    near = StreamField(
        [("near", blocks.NearBlock())],
        verbose_name=_("likely wrong numbers"),
        blank=True,
        default=list,
    )
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2200)],
        help_text=_("The year the figure is of."),
    )
    said_by_lv = models.CharField(_("whose figure it is (Latvian)"), max_length=300, blank=True)
    said_by_en = models.CharField(_("whose figure it is (English)"), max_length=300, blank=True)
    within = models.DecimalField(
        _("close, percent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
        help_text=_("How far off an estimate may be and still be called close. Empty: 10."),
    )
    # Short text
    accepted = StreamField(
        [("accepted", blocks.AcceptedBlock())],
        verbose_name=_("accepted answers"),
        blank=True,
        default=list,
    )
    wrong = StreamField(
        [("wrong", blocks.WrongBlock())],
        verbose_name=_("likely wrong answers"),
        blank=True,
        default=list,
    )
    exact = models.JSONField(_("what has to be written exactly"), default=list, blank=True)
    # What is said of an answer that has no words of its own
    feedback_lv = models.TextField(_("feedback when right (Latvian)"), blank=True, max_length=1000)
    feedback_en = models.TextField(_("feedback when right (English)"), blank=True, max_length=1000)
    other_lv = models.TextField(
        _("feedback on any other answer (Latvian)"), blank=True, max_length=1000
    )
    other_en = models.TextField(
        _("feedback on any other answer (English)"), blank=True, max_length=1000
    )
    # Open
    criteria = StreamField(
        [("criterion", blocks.CriterionBlock())],
        verbose_name=_("rubric"),
        blank=True,
        default=list,
    )
    longest = models.PositiveSmallIntegerField(
        _("longest answer, characters"),
        null=True,
        blank=True,
        validators=[MinValueValidator(100), MaxValueValidator(20000)],
        help_text=_("Empty: 5000."),
    )
    example_lv = models.TextField(
        _("example of a good answer (Latvian)"), blank=True, max_length=4000
    )
    example_en = models.TextField(
        _("example of a good answer (English)"), blank=True, max_length=4000
    )
    hint_lv = models.TextField(_("hint (Latvian)"), blank=True, max_length=1000)
    hint_en = models.TextField(_("hint (English)"), blank=True, max_length=1000)

    kind: Any

    class Meta:
        abstract = True

    def body_written(self) -> dict[str, Any]:
        """What the author wrote for this kind of question, as `assessments.parts` names it."""
        return {name: _of_record(self, name, part) for name, part in PARTS[self.kind].items()}


def _of_record(record: Any, name: str, part: Part) -> Any:
    match part:
        case Rows():
            return [
                _row(child.value, part) | ({part.by: child.block_type} if part.by else {})
                for child in getattr(record, name)
            ]
        case Text():
            return both(getattr(record, f"{name}_lv") or "", getattr(record, f"{name}_en") or "")
    value = getattr(record, name)
    if isinstance(part, Some):
        return [word for word in part.of if word in (value or ())]
    return blank(part) if value is None else value


def _row(value: Mapping[str, Any], part: Rows) -> dict[str, Any]:
    return {name: _of_block(value, name, inner) for name, inner in part.parts.items()}


def _of_block(value: Mapping[str, Any], name: str, part: Part) -> Any:
    """A part of a row; a form of the row that lacks it has it blank."""
    match part:
        case Rows():
            return [_row(row, part) for row in value.get(name) or ()]
        case Text():
            return {code: value.get(f"{name}_{code}") or "" for code in LANGUAGES}
        case Words():
            return {code: lines(value.get(f"{name}_{code}") or "") for code in LANGUAGES}
    found = value.get(name)
    return blank(part) if found is None else found


def lines(text: str) -> list[str]:
    """The lines of a text that say something, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


# From what is written to the fields -------------------------------------------------------


def fields_of(kind: str, written: Mapping[str, Any], uuid: UUID) -> dict[str, Any]:
    """The model's fields for what is written: plain values, raw data for streams."""
    found: dict[str, Any] = {}
    for name, part in PARTS[kind].items():
        value = written.get(name, blank(part))
        match part:
            case Rows():
                found[name] = _blocks(value, part, STREAMS[name], name, uuid)
            case Text():
                found |= {f"{name}_{code}": (value or {}).get(code, "") for code in LANGUAGES}
            case _:
                found[name] = value
    return found


def _blocks(
    rows: Iterable[Mapping[str, Any]], part: Rows, kind: str, above: str, uuid: UUID
) -> list[Any]:
    """Rows as a stream keeps them, each with an id that follows from its key or its words."""
    found = []
    for number, row in enumerate(rows):
        own = f"{above}/{_name(row, number)}"
        found.append(
            {
                "type": row[part.by] if part.by else kind,
                "id": str(uuid5(uuid, own)),
                "value": _block(row, part, own, uuid),
            }
        )
    return found


def _name(row: Mapping[str, Any], number: int) -> str:
    if row.get("key"):
        return str(row["key"])
    words = next((row[name].get("en") for name in ("left", "text") if row.get(name)), None)
    return words or str(number)


def _block(row: Mapping[str, Any], part: Rows, above: str, uuid: UUID) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, inner in part.of(row[part.by] if part.by else "").items():
        value = row.get(name, blank(inner))
        match inner:
            case Rows():
                found[name] = _blocks(value, inner, "item", f"{above}/{name}", uuid)
            case Text():
                found |= {f"{name}_{code}": (value or {}).get(code, "") for code in LANGUAGES}
            case Words():
                found |= {
                    f"{name}_{code}": "\n".join((value or {}).get(code) or ()) for code in LANGUAGES
                }
            case Figure():
                found[name] = None if value is None else figure(value)
            case _:
                found[name] = value
    return found


FOLD_CHOICES = dict(
    zip(
        FOLDS,
        (_("capital letters"), _("diacritics"), _("punctuation and hyphens")),
        strict=True,
    )
)

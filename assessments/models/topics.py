"""What questions are about: categories and their sub-categories."""

from typing import Any, ClassVar

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from content.bilingual import pick
from content.models import KEY, PackRecord


class Topic(PackRecord):
    """A category, or a part of one. What answers show is said by competences, not by these."""

    key = models.CharField(_("key"), max_length=80, unique=True, blank=True, validators=[KEY])
    name_lv = models.CharField(_("name (Latvian)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
        limit_choices_to={"parent": None},
    )

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="topic")
    pack_kind: ClassVar[str] = "topic"
    named_by: ClassVar[str] = "name"
    search_fields: ClassVar[list[Any]] = [
        index.AutocompleteField("name_lv"),
        index.AutocompleteField("name_en"),
        index.FilterField("archived"),
    ]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="topic_is_not_part_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return pick(self, "name")

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return []

    def clean(self) -> None:
        super().clean()
        if self.parent is None:
            return
        if self.parent_id == self.pk or self.parent.parent_id is not None:
            raise ValidationError({"parent": _("A topic is part of one that is part of none.")})
        if self.pk and self.children.exists():
            raise ValidationError({"parent": _("Other topics are part of this one.")})

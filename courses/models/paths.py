"""What can be asked for, and the onboarding paths."""

import uuid
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.bilingual import pick
from courses.people.models import Setting


class Target(models.TextChoices):
    MODULE = "module", _("module")
    PATH = "path", _("path")


@dataclass(frozen=True)
class Aim:
    """What is assigned or enrolled on: a module's translation key, or a path's UUID."""

    kind: str
    key: uuid.UUID


class Path(models.Model):
    """An onboarding path. What it asks for stands in its dated `Requirement` versions."""

    uuid = models.UUIDField(unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=80, unique=True)
    title_lv = models.CharField(_("title (Latvian)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    summary_lv = models.TextField(_("summary (Latvian)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    setting = models.CharField(_("setting"), max_length=20, choices=Setting)
    coming = models.JSONField(_("coming"), default=list)  # [{key, title: {lv, en}}]
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        verbose_name = _("path")
        verbose_name_plural = _("paths")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self, "title")

    @property
    def summary(self) -> str:
        return pick(self, "summary")

    @property
    def aim(self) -> Aim:
        return Aim(Target.PATH, self.uuid)

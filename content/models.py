"""What every page shares, and the plain pages (help, privacy, accessibility)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page

from content.blocks import body_blocks


class Applies(models.TextChoices):
    """The settings a text is for."""

    BOTH = "both", _("Prison and municipality")
    PRISON = "prison", _("Prison")
    MUNICIPAL = "municipal", _("Municipality")


class BasePage(Page):
    """A page of a pack: its stable key, what it is for, and where its text came from.

    `made_from` of a translation is the `text_hash` of the Latvian page it was made from; where
    the two differ, the translation is out of date.
    """

    key = models.SlugField(_("key"), max_length=80, blank=True, editable=False)
    summary = models.TextField(_("summary"), blank=True, max_length=500)
    applies = models.CharField(_("setting"), max_length=20, choices=Applies, default=Applies.BOTH)
    text_hash = models.CharField(max_length=64, blank=True, editable=False)
    made_from = models.CharField(max_length=64, blank=True, editable=False)
    pack_hash = models.CharField(max_length=64, blank=True, editable=False)
    archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        abstract = True


class InfoPage(BasePage):
    """Help, privacy, accessibility: a plain page everybody may read."""

    body = StreamField(body_blocks(), blank=True)

    parent_page_types = ["courses.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")

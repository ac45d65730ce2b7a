"""What every page shares, the plain pages (help, privacy, accessibility), and what texts name:
glossary terms, sources, figures."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.contrib.contenttypes.fields import GenericRelation
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    Page,
    PageManager,
    PageViewRestriction,
    PreviewableMixin,
    RevisionMixin,
)
from wagtail.query import PageQuerySet
from wagtail.search import index

from content import svg
from content.bilingual import current, pick
from content.blocks import body_blocks
from content.cache import remember
from content.keys import item_uuid
from content.panels import LatvianPanel, TranslationPanel


class Applies(models.TextChoices):
    """The settings a text is for."""

    BOTH = "both", _("Prison and municipality")
    PRISON = "prison", _("Prison")
    MUNICIPAL = "municipal", _("Municipality")

    @property
    def settings(self) -> list[str]:
        """As packs say it: every setting by name."""
        return [str(each) for each in Applies if each != Applies.BOTH and self in (each, "both")]

    @classmethod
    def of(cls, settings: Iterable[str]) -> "Applies":
        named = set(settings)
        return next((each for each in cls if set(each.settings) == named), cls.BOTH)


class BasePageQuerySet(PageQuerySet):
    def out_of_date(self) -> Self:
        """Translations whose Latvian page has said something else since."""
        found: Self = (
            self.exclude(made_from="").exclude(source_hash="").exclude(made_from=F("source_hash"))
        )
        return found


class BasePage(Page):
    """A page of a pack: its stable key, what it is for, and where its text came from.

    `text_hash` is the digest of what the live page says. `made_from` of a translation is the
    `text_hash` of the Latvian page it was made from, `source_hash` that of the Latvian page now:
    where the two differ, the translation is out of date. All of these belong to the page, not to
    one revision of it, and are kept by `content.translation`; `pack_hash` is the digest of what
    the pack said last, `pack_offered` of the text it offered as a draft, `pack_order` its place
    there, `pack_archived` whether it is archived because the pack no longer has it.
    """

    key = models.SlugField(_("key"), max_length=80, blank=True, editable=False)
    summary = models.TextField(_("summary"), blank=True, max_length=500)
    applies = models.CharField(_("setting"), max_length=20, choices=Applies, default=Applies.BOTH)
    text_hash = models.CharField(max_length=64, blank=True, editable=False)
    made_from = models.CharField(max_length=64, blank=True, editable=False)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    pack_hash = models.CharField(max_length=64, blank=True, editable=False)
    pack_offered = models.CharField(max_length=64, blank=True, editable=False)
    pack_order = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    pack_archived = models.BooleanField(default=False, editable=False)
    archived = models.BooleanField(
        _("archived"),
        default=False,
        help_text=_("No longer offered; whoever has it on record can still read it."),
    )

    objects: ClassVar[Any] = PageManager.from_queryset(BasePageQuerySet)()

    RECORD = [
        "key",
        "text_hash",
        "made_from",
        "source_hash",
        "pack_hash",
        "pack_offered",
        "pack_order",
        "pack_archived",
    ]
    pack_kind: ClassVar[str] = "page"  # of its UUID: item_uuid(pack_kind, path)
    open_to_all: ClassVar[bool] = False  # whether people who are not signed in may read it

    content_panels = [
        TranslationPanel(),
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("summary"), FieldPanel("applies")], heading=_("What it is and for whom")
        ),
    ]
    settings_panels = [
        *Page.settings_panels,
        LatvianPanel(
            "archived",
            help_text=_(
                "No longer offered, in both languages; whoever has it on record can still read it."
            ),
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self._take_key()
        super().save(*args, **kwargs)

    def get_view_restrictions(self) -> Any:
        """As Wagtail's; that there are none is remembered, as is which pages stand above."""
        pages = self._above()
        if any(alias for _pk, alias in pages):
            return super().get_view_restrictions()
        found = PageViewRestriction.objects.filter(page__in=[pk for pk, _alias in pages])
        is_restricted = remember(("is restricted", self.path), lambda: (found.exists(),))
        return found if is_restricted[0] else PageViewRestriction.objects.none()

    def _above(self) -> tuple[tuple[int, int | None], ...]:
        """This page and those above it, each with what it is an alias of; remembered."""

        def above() -> tuple[tuple[int, int | None], ...]:
            found = self.get_ancestors(inclusive=True).values_list("pk", "alias_of")
            return tuple(found)

        return remember(("above", self.path), above)

    def _take_key(self) -> None:
        """A page made in the admin gets a key, and the UUID a pack would give it.

        Translations share both with their source; a copy gets its own, from its slug.
        """
        others = type(self).objects.filter(translation_key=self.translation_key)  # type: ignore[has-type]
        if others.exists() or not self.depth or self.depth < 3:
            return
        parent = Page.objects.get(path=self.path[: -self.steplen]).specific
        siblings = type(self).objects.child_of(parent)
        if not self.key or siblings.filter(key=self.key).exists():
            self.key = self.slug
            above = [
                page.specific for page in parent.get_ancestors(inclusive=True).filter(depth__gt=2)
            ]
            path = "/".join([*(getattr(page, "key", "") or page.slug for page in above), self.key])
            derived = item_uuid(self.pack_kind, path)
            if not Page.objects.filter(translation_key=derived).exists():
                self.translation_key = derived

    def with_content_json(self, content: dict[str, Any]) -> Self:
        page: Self = super().with_content_json(content)
        for name in self.RECORD:
            setattr(page, name, getattr(self, name))
        return page

    @property
    def is_out_of_date(self) -> bool:
        """Whether this is a translation of a Latvian text that has changed since."""
        return bool(self.made_from and self.source_hash and self.made_from != self.source_hash)

    def get_admin_display_title(self) -> str:
        title: str = super().get_admin_display_title()
        if self.is_out_of_date:
            return _("%(title)s (out of date)") % {"title": title}
        return title

    @classmethod
    def for_reader(cls, key: uuid.UUID, request: HttpRequest, *related: str) -> Self | None:
        """The live page with this translation key that this reader may see.

        In the language she reads if there is one, else in the other; `related` comes with it.
        """
        pages = cls.objects.live().select_related("locale", *related)
        found = pages.filter(translation_key=key)
        language = current()
        inorder: list[Self] = sorted(found, key=lambda p: p.locale.language_code != language)
        return next((page for page in inorder if page.may_be_read(request)), None)

    def may_be_read(self, request: HttpRequest) -> bool:
        """Whether this reader may see the live page; its restrictions are remembered."""
        is_open = self.open_to_all or request.user.is_authenticated
        return self.live and is_open and self.accepts(request)

    def accepts(self, request: HttpRequest) -> bool:
        """Whether no restriction of this page or one above it keeps this reader out."""
        restrictions = remember(
            ("restrictions", self.path), lambda: tuple(self.get_view_restrictions())
        )
        return all(restriction.accept_request(request) for restriction in restrictions)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from content.reading import Reading  # it looks up terms and sources by these models

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"reading": Reading(self, request)}


class InfoPage(BasePage):
    """Help, privacy, accessibility: a plain page everybody may read."""

    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True)

    pack_kind: ClassVar[str] = "info"
    open_to_all: ClassVar[bool] = True
    parent_page_types = ["courses.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")


# What texts name ------------------------------------------------------------------------

KEY = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Only a to z, 0 to 9, and single hyphens between them.")
)


KEY_IN_MODULE = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$",
    _("The module's key, a slash, and a name: a to z, 0 to 9, single hyphens."),
)


class PackRecord(PreviewableMixin, DraftStateMixin, RevisionMixin, index.Indexed, models.Model):
    """A record of a pack that is no page. Editors see its history; a pack never overwrites them."""

    uuid = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    pack_hash = models.CharField(max_length=64, blank=True, editable=False)
    pack_offered = models.CharField(max_length=64, blank=True, editable=False)
    pack_archived = models.BooleanField(default=False, editable=False)
    archived = models.BooleanField(_("archived"), default=False)

    RECORD = ("uuid", "key", "pack_hash", "pack_offered", "pack_archived")
    pack_kind: ClassVar[str] = ""
    named_by: ClassVar[str] = ""  # "title" for title_lv and title_en; "" where keys are typed
    key: models.Field[str, str]
    _revisions: GenericRelation  # each model has its own, by which Wagtail finds its revisions

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and not self.pack_hash:
            self.key = self.key or self._free_key()
            self.uuid = item_uuid(self.pack_kind, self.key)
        super().save(*args, **kwargs)

    @property
    def revisions(self) -> Any:
        return self._revisions

    def _free_key(self) -> str:
        """A key from the first words of the record's English name, unlike all others."""
        named = [getattr(self, f"{self.named_by}_{code}") for code in ("en", "lv")]
        words = slugify(named[0] or named[1]).split("-")[:6]
        wanted = self.key_prefix + ("-".join(words)[:60].strip("-") or self.pack_kind)
        others: models.QuerySet[Any] = type(self)._default_manager.all()
        taken = set(others.filter(key__startswith=wanted).values_list("key", flat=True))
        keys = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
        return next(key for key in keys if key not in taken)

    @property
    def key_prefix(self) -> str:
        """What a key made for this record begins with."""
        return ""

    @classmethod
    def check(cls, **kwargs: Any) -> list[CheckMessage]:
        found: list[CheckMessage] = super().check(**kwargs)
        key = cls._meta.get_field("key")
        if not cls.named_by and (getattr(key, "blank", False) or not key.editable):
            problem = "A record whose key nobody types must say what it is named by."
            found.append(Error(problem, "Set `named_by`.", cls, "content.E001"))
        return found

    def with_content_json(self, content: dict[str, Any]) -> Self:
        record: Self = super().with_content_json(content)
        for name in self.RECORD:
            setattr(record, name, getattr(self, name))
        return record


class Source(PackRecord):
    """An act, a handbook, a study: what a text rests on, and when that was last checked."""

    class Kind(models.TextChoices):
        HANDBOOK = "handbook", _("handbook")
        ACT = "act", _("act of law")
        WEB = "web", _("web page")
        BOOK = "book", _("book or article")

    key = models.CharField(_("key"), max_length=80, unique=True, blank=True, validators=[KEY])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title_lv = models.CharField(_("title (Latvian)"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300)
    address = models.URLField(_("address"), max_length=500, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    review_by = models.DateField(_("check again by"), null=True, blank=True)
    owner_lv = models.CharField(_("who keeps it (Latvian)"), max_length=200, blank=True)
    owner_en = models.CharField(_("who keeps it (English)"), max_length=200, blank=True)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="source")
    pack_kind: ClassVar[str] = "source"
    named_by: ClassVar[str] = "title"
    search_fields: ClassVar[list[Any]] = [
        index.AutocompleteField("title_lv"),
        index.AutocompleteField("title_en"),
        index.FilterField("archived"),
        index.FilterField("kind"),
    ]

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["title_lv"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self, "title")

    @property
    def owner(self) -> str:
        return pick(self, "owner")

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "content/source_preview.html"


class GlossaryTerm(PackRecord):
    """A word of the profession, explained where it stands in a text."""

    key = models.CharField(_("key"), max_length=80, unique=True, blank=True, validators=[KEY])
    term_lv = models.CharField(_("term (Latvian)"), max_length=200)
    term_en = models.CharField(_("term (English)"), max_length=200)
    definition_lv = models.TextField(_("definition (Latvian)"), max_length=1000)
    definition_en = models.TextField(_("definition (English)"), max_length=1000)
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        verbose_name=_("source"),
        null=True,
        blank=True,
        related_name="terms",
    )

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="glossary_term")
    pack_kind: ClassVar[str] = "term"
    named_by: ClassVar[str] = "term"
    search_fields: ClassVar[list[Any]] = [
        index.AutocompleteField("term_lv"),
        index.AutocompleteField("term_en"),
        index.FilterField("archived"),
    ]

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["term_lv"]

    def __str__(self) -> str:
        return self.term

    @property
    def term(self) -> str:
        return pick(self, "term")

    @property
    def definition(self) -> str:
        return pick(self, "definition")

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "content/term_preview.html"


class Figure(PackRecord):
    """A drawing without words: its labels come from the block that shows it, in its language."""

    key = models.CharField(_("key"), max_length=170, unique=True, validators=[KEY_IN_MODULE])
    svg = models.TextField(
        _("SVG"),
        max_length=svg.MAX_SIGNS,
        help_text=_("Shapes coloured by class, texts left empty with a data-label each."),
    )

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="figure")
    pack_kind: ClassVar[str] = "figure"
    search_fields: ClassVar[list[Any]] = [
        index.AutocompleteField("key"),
        index.FilterField("archived"),
    ]

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key

    def clean(self) -> None:
        super().clean()
        known = type(self)._default_manager.filter(pk=self.pk).values_list("key", flat=True).first()
        if known is not None and known != self.key:
            raise ValidationError({"key": _("A key stays as it is. Make a new figure instead.")})
        try:
            svg.parse(self.svg)
        except svg.BadSvg as error:
            raise ValidationError({"svg": str(error)}) from error

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "content/figure_preview.html"


class LoadedPack(models.Model):
    """A pack that was loaded, as its pack.toml describes it."""

    uuid = models.UUIDField(unique=True, editable=False)
    key = models.SlugField(max_length=80)
    data = models.JSONField(default=dict)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("pack")
        verbose_name_plural = _("packs")

    def __str__(self) -> str:
        return self.key

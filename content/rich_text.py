"""Links of our own in rich text: glossary terms and sources, for editors and for Wagtail.

Readers get them from `content.reading`, which knows the page; what stands here is what Wagtail
does with them elsewhere: the editor's conversion, the reference index, a plain fallback.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.feature_registry import FeatureRegistry

from content.models import GlossaryTerm, PackRecord, Source


class KeyLinkHandler(LinkHandler):
    """A link to a record by its key: `<a linktype="term" key="burnout">`."""

    identifier: ClassVar[str]
    model: ClassVar[type[PackRecord]]

    @classmethod
    def get_model(cls) -> type[PackRecord]:
        return cls.model

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, str]) -> str:
        return f'<a data-{cls.identifier}="{escape(attrs.get("key", ""))}">'

    @classmethod
    def extract_references(
        cls, attrs: dict[str, str]
    ) -> Iterator[tuple[type[PackRecord], str, str, str]]:
        # The model first: the id of its content type, as Wagtail's docstring has it, fails.
        rows: QuerySet[Any] = cls.model._default_manager.all()
        for pk in rows.filter(key=attrs.get("key", "")).values_list("pk", flat=True):
            yield cls.model, str(pk), "", ""


class TermLinkHandler(KeyLinkHandler):
    identifier = "term"
    model = GlossaryTerm


class SourceLinkHandler(KeyLinkHandler):
    identifier = "source"
    model = Source


class KeyLinkElementHandler(LinkElementHandler):
    """From stored HTML to the editor."""

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, str]:
        return {"key": attrs.get("key", "")}


def _stored(link_type: str) -> Any:
    def element(props: dict[str, Any]) -> Any:
        return DOM.create_element(
            "a", {"linktype": link_type, "key": props.get("key")}, props["children"]
        )

    return element


def register(features: FeatureRegistry) -> None:
    """The editor's buttons "glossary term" and "source"."""
    for handler, icon, description in (
        (TermLinkHandler, "tag", _("Glossary term")),
        (SourceLinkHandler, "openquote", _("Source")),
    ):
        features.register_link_type(handler)
        _register_editor(features, handler.identifier, icon, description)


def _register_editor(
    features: FeatureRegistry, name: str, icon: str, description: str | Promise
) -> None:
    model_name = {"term": "glossaryterm", "source": "source"}[name]
    features.register_editor_plugin(
        "draftail",
        name,
        EntityFeature(
            {
                "type": name.upper(),
                "icon": icon,
                "description": description,
                "attributes": ["key"],
                "allowlist": {"data-key": True},
                "chooserUrl": reverse_lazy(f"wagtailsnippetchoosers_content_{model_name}:choose"),
            },
            js=["wagtailadmin/js/chooser-modal.js", "content/admin/links.js"],
        ),
    )
    features.register_converter_rule(
        "contentstate",
        name,
        {
            "from_database_format": {f'a[linktype="{name}"]': KeyLinkElementHandler(name.upper())},
            "to_database_format": {"entity_decorators": {name.upper(): _stored(name)}},
        },
    )

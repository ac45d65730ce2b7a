"""What editors see of a translation: whether it still says what the Latvian page says, and no
switch that the Latvian page holds for both.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel


class TranslationPanel(Panel):
    """A note at the top of a translation that its Latvian page has left behind."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "content/admin/translation_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk and self.instance.is_out_of_date)

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {
                "page": self.instance,
                "url": reverse("content_up_to_date", args=[self.instance.pk]),
                "heading": _("Out of date"),
            }


class LatvianPanel(FieldPanel):
    """A field of the Latvian page that its translations follow."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            language = self.instance.locale.language_code
            return bool(super().is_shown() and language == settings.LANGUAGE_CODE)

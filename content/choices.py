"""What editors choose from inside blocks: records named by their key, in lists made when shown."""

from typing import Any

from django.utils.translation import gettext_lazy as _

TONES = [
    ("outcomes", _("What one will be able to do")),
    ("remember", _("Remember")),
    ("note", _("Note")),
    ("warning", _("Warning")),
]


def figures() -> list[tuple[str, Any]]:
    from content.models import Figure

    return [
        (key, key) for key in Figure.objects.filter(archived=False).values_list("key", flat=True)
    ]


def sources() -> list[tuple[str, Any]]:
    from content.bilingual import pick
    from content.models import Source

    return [(source.key, pick(source, "title")) for source in Source.objects.filter(archived=False)]

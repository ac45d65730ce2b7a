"""Immutable, content-hashed versions of what attempts and runs are pinned to."""

import hashlib
import json
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def canonical(data: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


class Version(models.Model):
    """What a question or a story was when it was published, in both languages."""

    number = models.PositiveIntegerField(_("version"))
    hash = models.CharField(max_length=64)
    data = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}, {self.hash[:12]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A version is never changed; publish a new one.")
        self.hash = digest(self.data)
        super().save(*args, **kwargs)

"""What a record says, as plain values that can be compared and hashed.

Two records that say the same have the same plain values wherever they are stored: rich text is
compared as Markdown, pages by their path, other records by their key, children without their row.
"""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from content.packs import stream
from content.packs.html import Links

ROWS_OWN = {"sort_order", "translation_key", "locale"}


def field_value(model: type[models.Model], name: str, value: Any) -> Any:
    """The value as the model's field holds it; raw stream data becomes a StreamValue."""
    field = model._meta.get_field(name)
    if isinstance(field, StreamField):
        return field.stream_block.to_python(list(value))
    if isinstance(field, models.Field) and not field.is_relation and value is not None:
        return field.to_python(value)
    return value


def plain(value: Any, links: Links) -> Any:
    """The value in JSON types, alike for values that say the same."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, StreamValue):
        return _stream(value, links)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, models.Model):
        return _record(value, links)
    if isinstance(value, Mapping):
        return {str(key): plain(part, links) for key, part in value.items()}
    if hasattr(value, "all"):
        value = value.all()
    if isinstance(value, Iterable):
        parts = [plain(part, links) for part in value]
        # Records on the other side of a many-to-many relation are in no order.
        return sorted(parts) if parts and _are_records(value) else parts
    raise TypeError(f"{type(value).__name__} cannot be compared.")


def plain_fields(record: models.Model, names: Iterable[str], links: Links) -> dict[str, Any]:
    """The named fields of a record; empty ones are left out, so that new fields change nothing."""
    values = {name: plain(getattr(record, name), links) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _stream(value: StreamValue, links: Links) -> Any:
    raw = list(value.stream_block.get_prep_value(value))
    if stream.is_known(raw):
        return [
            {"kind": block.kind, "id": block.id, "attrs": block.attrs, "body": block.body}
            for block in stream.from_stream(raw, links)
        ]
    return plain(_without_ids(raw), links)


def _without_ids(value: Any) -> Any:
    if isinstance(value, Mapping):
        is_item = {"type", "value", "id"} >= set(value) >= {"type", "value"}
        return {
            key: _without_ids(part)
            for key, part in value.items()
            if not (is_item and key == "id") and part not in (None, "", [], {})
        }
    if isinstance(value, list | tuple):
        return [_without_ids(part) for part in value]
    return value


def _is_child(record: models.Model) -> bool:
    return any(isinstance(field, ParentalKey) for field in record._meta.fields)


def _are_records(value: Any) -> bool:
    return any(isinstance(part, models.Model) and not _is_child(part) for part in value)


def _record(record: models.Model, links: Links) -> Any:
    if _is_child(record):
        names = [
            field.name
            for field in record._meta.concrete_fields
            if not field.primary_key
            and not isinstance(field, ParentalKey)
            and field.name not in ROWS_OWN
        ]
        return {name: plain(getattr(record, name), links) for name in names}
    for name in ("translation_key", "uuid", "key"):
        if getattr(record, name, None):
            return str(getattr(record, name))
    return str(record.pk)

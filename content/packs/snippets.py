"""Records of a pack that are no pages: questions, terms, sources, competences."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin

from content.keys import item_uuid
from content.packs.links import SitePaths
from content.packs.pages import _set, bring_back, invalid, put_away, without_empty
from content.packs.plain import field_value, plain, plain_fields
from content.packs.registry import Report
from content.versions import digest


def save_snippet(
    report: Report, *, model: type[Any], path: str, uuid: UUID, fields: Mapping[str, Any]
) -> Any:
    """The record with this UUID, made or brought up to the pack; as `pages.save_page`.

    `fields` are model fields by name: plain values, raw data for a StreamField, lists of records
    for relations. Models without drafts keep what an editor changed, and the conflict is listed.
    Returns the record.
    """
    name = f"{model._meta.model_name} {path}"
    links = SitePaths()
    values = {field: field_value(model, field, value) for field, value in fields.items()}
    wanted = digest(without_empty({field: plain(value, links) for field, value in values.items()}))
    record = model._default_manager.filter(uuid=uuid).first()
    if record is None:
        record = model(uuid=uuid, pack_hash=wanted)
        _write(record, values, wanted, name)
        report.created.append(name)
        return record
    now = digest(plain_fields(record, values, links))
    if wanted in (record.pack_hash, now):
        _set(record, pack_hash=wanted if wanted == now else record.pack_hash)
        (report.updated if bring_back(record) else report.unchanged).append(name)
        return record
    drafted = digest(plain_fields(_latest(record), values, links))
    if now == drafted == record.pack_hash:
        bring_back(record)
        _write(record, values, wanted, name)
        report.updated.append(name)
        return record
    report.conflicts.append(name)
    has_memory = hasattr(record, "pack_offered")
    offered = record.pack_offered if has_memory else drafted
    if isinstance(record, DraftStateMixin) and offered != wanted:
        _offer(record, values)
        if has_memory:
            _set(record, pack_offered=wanted)
    return record


def archive_missing_snippets(
    report: Report, model: type[Any], kept: Collection[UUID], **of_pack: Any
) -> None:
    """Archive the pack's records whose UUID is not kept.

    A model with a `pack_kind` tells its packs apart by UUID; others by the filters in `of_pack`.
    """
    kind, pack = getattr(model, "pack_kind", ""), report.pack
    found = model._default_manager.exclude(pack_hash="").filter(archived=False, **of_pack)
    for record in found.exclude(uuid__in=list(kept)):
        path = getattr(record, "path", record.key)
        if kind and pack and record.uuid != item_uuid(kind, path, pack.uuid):
            continue  # of another pack
        put_away(record)
        report.archived.append(f"{model._meta.model_name} {path}")


def _write(record: Any, values: Mapping[str, Any], wanted: str, name: str) -> None:
    """Set the values and save, published where the model has drafts."""
    related = _set_fields(record, values)
    try:
        record.full_clean(exclude=["latest_revision", "live_revision"])
    except ValidationError as error:
        raise invalid(name, error) from error
    if isinstance(record, DraftStateMixin):
        if record.pk is None:
            record.live = True
            record.save()
        record.save_revision().publish()
        record.refresh_from_db()
        _set(record, pack_hash=wanted)
    else:
        record.pack_hash = wanted
        record.save()
    for field, value in related.items():
        getattr(record, field).set(value)


def _set_fields(record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set the values; those that need a saved record first are handed back."""
    later = {}
    for name, value in values.items():
        field = record._meta.get_field(name)
        if isinstance(field, models.ManyToManyField) and not isinstance(record, ClusterableModel):
            later[name] = value
        else:
            setattr(record, name, value)
    return later


def _latest(record: Any) -> Any:
    if isinstance(record, DraftStateMixin) and record.has_unpublished_changes:
        return record.get_latest_revision_as_object()
    return record


def _offer(record: Any, values: Mapping[str, Any]) -> None:
    """Save the pack's text as a draft; an editor's own draft stays the latest."""
    mine = record.latest_revision if record.has_unpublished_changes else None
    offered = type(record)._default_manager.get(pk=record.pk)
    _set_fields(offered, values)
    offered.save_revision(changed=True)
    if mine is not None:
        type(record)._default_manager.filter(pk=record.pk).update(latest_revision=mine)
    record.refresh_from_db()

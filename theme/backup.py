"""A whole site as one file: its tables as lines of JSON, its files, and what proves them sound.

The file reads the same whether the database is SQLite or PostgreSQL. In the archive stand
`tables/<model>.jsonl`, one row a line as a list of its columns in the order the manifest gives;
`media/<name>`; and, last, `manifest.json` with the count and SHA-256 of each.
"""

import base64
import datetime
import hashlib
import json
import os
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from wagtail.fields import StreamField

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1024 * 1024  # bytes read at a time
# What is made anew after a restore, or holds only for the moment: the search index; who is signed
# in or editing now; and work that waits, which would be done, and mailed, a second time.
LEFT_OUT = {
    "wagtailsearch.indexentry",
    "wagtailsearch.sqliteftsindexentry",
    "sessions.session",
    "wagtailadmin.editingsession",
    "django_tasks_database.dbtaskresult",
}

Manifest = dict[str, Any]
Model = type[models.Model]


class BackupError(Exception):
    """Why there is no backup, or no restored site; nothing was changed."""


def kept_models() -> dict[str, Model]:
    """The tables that an archive holds, by their models' names."""
    return {
        model._meta.label_lower: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        if model._meta.label_lower not in LEFT_OUT
    }


def columns(model: Model) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def version() -> str:
    pyproject = settings.BASE_DIR / "pyproject.toml"
    return str(tomllib.loads(pyproject.read_text())["project"]["version"])


def migrations() -> list[str]:
    """What has shaped the database; raises `BackupError` where code and tables do not agree."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupError("The database is not migrated: run `manage.py migrate` first.")
    return sorted(
        f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
    )


# Values ---------------------------------------------------------------------------------


def plain(field: models.Field[Any, Any], value: Any) -> Any:
    """A value of a column as JSON has it."""
    if isinstance(field, StreamField):
        raw = field.get_prep_value(value)
        return raw if isinstance(raw, str) else json.dumps(raw)  # what the field reads again
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime.timedelta):
        return value // datetime.timedelta(microseconds=1)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def revived(field: models.Field[Any, Any], value: Any) -> Any:
    """The value again, as the column takes it."""
    if isinstance(field, models.JSONField) and not isinstance(field, StreamField):
        # An empty column and a JSON null look alike; only the second may stand where none may be.
        return value if value is not None or field.null else models.Value(None, field)
    if value is None:
        return None
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value)
    if isinstance(field, models.DurationField):
        return datetime.timedelta(microseconds=value)
    return field.to_python(value)


# Making one -----------------------------------------------------------------------------


@contextmanager
def _one_moment() -> Iterator[None]:
    """All tables as they are at one moment, while the site goes on writing."""
    if connection.in_atomic_block:  # somebody else's moment
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Django's own transactions on SQLite shut writers out; a reader of the log need not.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def sequences() -> dict[str, int]:
    """The last number given in each table: one of a row that is gone is never given again."""
    found = {}
    with connection.cursor() as cursor:
        for label, model in kept_models().items():
            key = model._meta.auto_field
            if key is None:
                continue
            table = model._meta.db_table
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', key.column])
                sequence = cursor.fetchone()[0]
                cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608
                last, is_called = cursor.fetchone()
                last = last if is_called else 0
            else:
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
                last = (cursor.fetchone() or [0])[0]
            if last:
                found[label] = last
    return found


def media_names(folder: str = "") -> Iterator[str]:
    """All files of the site's storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever uploaded
        return
    for name in sorted(files):
        yield f"{folder}{name}"
    for name in sorted(folders):
        yield from media_names(f"{folder}{name}/")


def _write_table(archive: zipfile.ZipFile, label: str, model: Model) -> Manifest:
    fields = columns(model)
    rows, hashed = 0, hashlib.sha256()
    found = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields))
    with archive.open(f"tables/{label}.jsonl", "w", force_zip64=True) as file:
        for row in found.iterator(chunk_size=2000):
            values = [plain(field, value) for field, value in zip(fields, row, strict=True)]
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            file.write(line)
            hashed.update(line)
            rows += 1
    names = [field.attname for field in fields]
    return {"columns": names, "rows": rows, "sha256": hashed.hexdigest()}


def _write_file(archive: zipfile.ZipFile, name: str) -> Manifest | None:
    """None where the site has thrown the file away meanwhile."""
    try:
        source = default_storage.open(name)
    except FileNotFoundError:
        return None
    size, hashed = 0, hashlib.sha256()
    with source, archive.open(f"media/{name}", "w", force_zip64=True) as file:
        for piece in source.chunks(PIECE):
            file.write(piece)
            hashed.update(piece)
            size += len(piece)
    return {"size": size, "sha256": hashed.hexdigest()}


def backup(path: Path) -> Manifest:
    """Write the archive; it is there whole or not at all, and readable by its owner only."""
    if path.exists():
        raise BackupError(f"{path} is already there.")
    manifest: Manifest = {
        "format": FORMAT,
        "version": version(),
        "made_at": timezone.now().isoformat(),
        "migrations": migrations(),
    }
    making = path.with_name(f"{path.name}.making")
    try:
        handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BackupError(
            f"{making} is in the way: a backup is being made, or broke off."
        ) from None
    try:
        with (
            os.fdopen(handle, "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            with _one_moment():
                manifest["sequences"] = sequences()
                manifest["tables"] = {
                    label: _write_table(archive, label, model)
                    for label, model in kept_models().items()
                }
            written = ((name, _write_file(archive, name)) for name in media_names())
            manifest["media"] = {name: said for name, said in written if said}
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        making.rename(path)
    except BaseException:
        making.unlink(missing_ok=True)
        raise
    return manifest

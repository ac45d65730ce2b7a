"""Bringing a site back from its archive: into an empty one, whole or not at all."""

import hashlib
import itertools
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction

from theme.backup import (
    FORMAT,
    MANIFEST,
    PIECE,
    BackupError,
    Manifest,
    Model,
    columns,
    kept_models,
    media_names,
    migrations,
    revived,
    version,
)

CONTENT_TYPES = "contenttypes.contenttype"
VALUES = 10_000  # in one statement; SQLite takes 32,766
# What a migrated database holds before anybody has done anything.
FROM_MIGRATIONS = {
    "auth.group",
    "auth.group_permissions",
    "auth.permission",
    CONTENT_TYPES,
    "progress.policy",
    "wagtailcore.collection",
    "wagtailcore.groupapprovaltask",
    "wagtailcore.groupapprovaltask_groups",
    "wagtailcore.groupcollectionpermission",
    "wagtailcore.grouppagepermission",
    "wagtailcore.locale",
    "wagtailcore.page",
    "wagtailcore.site",
    "wagtailcore.task",
    "wagtailcore.workflow",
    "wagtailcore.workflowpage",
    "wagtailcore.workflowtask",
}


def restore(path: Path) -> Manifest:
    """Bring the site back; raises `BackupError`, and then everything is as it was.

    The archive is proved sound before anything is written. Processes that serve the site
    remember what it was: they are started after this.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            _prove_sound(archive, manifest)
            _refuse_unless_empty()
            files: list[str] = []
            try:
                with transaction.atomic():
                    _fill(archive, manifest)
                    _bring_files(archive, manifest, files)
            except BaseException:
                for name in files:
                    default_storage.delete(name)
                raise
    except (OSError, zipfile.BadZipFile, zlib.error) as error:
        raise BackupError(f"{path} cannot be read: {error}") from error
    finally:
        ContentType.objects.clear_cache()
        cache.clear()
    call_command("update_index", verbosity=0)
    return manifest


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        manifest: Manifest = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError) as error:
        raise BackupError("This is no backup: it has no manifest.") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"This backup has another format than {FORMAT}.")
    here = migrations()
    if manifest["migrations"] != here:
        only = sorted({*manifest["migrations"]} ^ {*here})
        raise BackupError(
            f"The backup is of version {manifest['version']}, this is {version()}; they differ in "
            f"{', '.join(only[:5])}. Restore it with the code it was made with, then migrate."
        )
    return manifest


def _prove_sound(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Every part is there, is what was written, and nothing else is."""
    wanted = {f"tables/{label}.jsonl": said for label, said in manifest["tables"].items()}
    wanted |= {f"media/{name}": said for name, said in manifest["media"].items()}
    names = archive.namelist()
    if sorted(names) != sorted([MANIFEST, *wanted]):
        raise BackupError("The backup has parts missing, or more than it says.")
    for name, said in wanted.items():
        hashed = hashlib.sha256()
        with archive.open(name) as file:
            while piece := file.read(PIECE):
                hashed.update(piece)
        if hashed.hexdigest() != said["sha256"]:
            raise BackupError(f"{name} is not what was written.")
    known = {
        label: [field.attname for field in columns(model)] for label, model in kept_models().items()
    }
    if known != {label: said["columns"] for label, said in manifest["tables"].items()}:
        raise BackupError("The tables of the backup are not those of this site.")


def _refuse_unless_empty() -> None:
    for label, model in kept_models().items():
        if label not in FROM_MIGRATIONS and model._base_manager.exists():
            raise BackupError(
                f"This site is not empty: there is something in {label}. A backup is restored "
                "into a new database, migrated and nothing else."
            )
    if name := next(media_names(), None):
        raise BackupError(f"This site is not empty: it has the file {name}.")


def _fill(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """All rows, and the numbers to go on from; foreign keys are looked at when all are there."""
    known = kept_models()
    with connection.cursor() as cursor:
        for label in FROM_MIGRATIONS:
            cursor.execute(f"DELETE FROM {known[label]._meta.db_table}")  # noqa: S608
    ContentType.objects.clear_cache()
    # Some rows ask, when they are made, which type they are of.
    for label in sorted(manifest["tables"], key=lambda label: label != CONTENT_TYPES):
        said = manifest["tables"][label]
        rows = _rows(archive, label, known[label])
        each = max(1, VALUES // len(said["columns"]))
        while batch := list(itertools.islice(rows, each)):
            # As `save` does it, but with the values as they are: no `auto_now`, no signals.
            known[label]._base_manager._insert(batch, columns(known[label]), raw=True)  # type: ignore[attr-defined]
    connection.check_constraints()
    _go_on_from(manifest["sequences"])


def _rows(archive: zipfile.ZipFile, label: str, model: Model) -> Iterator[Any]:
    fields = columns(model)
    with archive.open(f"tables/{label}.jsonl") as file:
        for line in file:
            values = zip(fields, json.loads(line), strict=True)
            yield model(**{field.attname: revived(field, value) for field, value in values})


def _go_on_from(sequences: dict[str, int]) -> None:
    known = kept_models()
    with connection.cursor() as cursor:
        for label, last in sequences.items():
            table = known[label]._meta.db_table
            if connection.vendor == "postgresql":
                column = known[label]._meta.pk.column
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                    [f'"{table}"', column, last],
                )
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, last])


def _bring_files(archive: zipfile.ZipFile, manifest: Manifest, brought: list[str]) -> None:
    for name in manifest["media"]:
        with archive.open(f"media/{name}") as file:
            saved = default_storage.save(name, File(file, name))
        brought.append(saved)
        if saved != name:
            raise BackupError(f"The storage calls {name} otherwise: {saved}.")

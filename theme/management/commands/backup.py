"""Writes the whole site into one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from theme.backup import BackupError, backup


class Command(BaseCommand):
    help = (
        "Write all tables and files of the site into one archive, while the site goes on. It holds "
        "what people did and their second factors, but no key or password of the installation."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to; nothing may be there yet")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            made = backup(file)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in made["tables"].values())
        self.stdout.write(
            f"{file}: {rows} rows, {len(made['media'])} files, version {made['version']}"
        )

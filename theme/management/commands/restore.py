"""Brings a whole site back from one file, and checks that its record holds."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from theme.backup import BackupError
from theme.restore import restore


class Command(BaseCommand):
    help = (
        "Bring a site back from what `backup` wrote: into a new database, migrated and nothing else. "
        "It is restored whole or not at all; then `check_records` is run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            made = restore(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in made["tables"].values())
        self.stdout.write(
            f"{rows} rows and {len(made['media'])} files of {made['made_at']} are back."
        )
        call_command("check_records", stdout=self.stdout, stderr=self.stderr)

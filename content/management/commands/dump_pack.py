"""Write the site's content back as a pack."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.packs import runner
from content.packs.registry import PackError


class Command(BaseCommand):
    help = "Write the site's content into a folder, in canonical form."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--pack", default="", help="key of the pack; the first loaded if absent"
        )

    def handle(self, *args: Any, folder: Path, pack: str, **options: Any) -> None:
        try:
            files = runner.dump(folder, pack)
        except PackError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{folder}: {len(files)} files")

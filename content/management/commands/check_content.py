"""Say what is wrong with a pack and with the site's content."""

import datetime
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

import content
from content import checks
from content.packs import runner
from content.packs.registry import PackError, Problem

TILTS = Path(content.__file__).parent / "packs" / "tilts"


class Command(BaseCommand):
    help = "Check a pack, then the site: links, translations, sources past their review day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=TILTS)
        parser.add_argument("--review", action="store_true", help="list what waits for an expert")
        parser.add_argument("--pack-only", action="store_true", help="leave the site alone")

    def handle(
        self, *args: Any, folder: Path, review: bool, pack_only: bool, **options: Any
    ) -> None:
        errors, notes = self._pack(folder, review)
        if not pack_only:
            today: datetime.date = timezone.localdate()
            found = checks.site_problems()
            errors += found
            notes += checks.site_notes(today)
            if review:
                notes += checks.site_to_review()
            for line in checks.site_tables():
                self.stdout.write(line)
        for note in notes:
            self.stdout.write(f"note: {note}")
        for problem in errors:
            self.stderr.write(str(problem))
        if errors:
            raise CommandError(f"{len(errors)} problems.")
        self.stdout.write("No problems.")

    def _pack(self, folder: Path, review: bool) -> tuple[list[Problem], list[Problem]]:
        try:
            pack = runner.read(folder)
        except PackError as error:
            return error.problems, []
        return runner.check(pack), runner.to_review(pack) if review else []

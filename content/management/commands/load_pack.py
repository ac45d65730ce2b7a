"""Load a content pack into the site: everything, or nothing at all."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.packs import runner
from content.packs.registry import PackError

GROUPS = ("created", "updated", "unchanged", "archived", "conflicts")


class Command(BaseCommand):
    help = (
        "Load a content pack: creates, updates and archives by key; a second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, verbosity: int, **options: Any) -> None:
        try:
            report = runner.load(folder)
        except PackError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{len(error.problems)} problems; nothing was loaded.") from error
        if verbosity:
            counts = ", ".join(f"{len(getattr(report, name))} {name}" for name in GROUPS)
            self.stdout.write(f"{folder}: {counts}")
        for name in GROUPS:
            if name == "conflicts" or verbosity > 1:
                for key in getattr(report, name):
                    self.stdout.write(f"  {name.removesuffix('s')}: {key}")
        if report.conflicts:
            self.stdout.write(
                "Conflicts: an editor changed these since; the pack's text is there as a draft."
            )

"""Works out again what is kept or was issued, and says where it differs from the record."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates import checking
from courses.progress.projection import differences


class Command(BaseCommand):
    help = (
        "Compare every standing and every certificate with what the record says, print each "
        "difference, and exit 1 on any."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = [*differences(timezone.localdate()), *checking.differences()]
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} differences from the record.")
        self.stdout.write("Every standing and every certificate follows from the record.")

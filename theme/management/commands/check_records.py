"""Works every standing out again from the logs and says where the projection differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.progress.projection import differences


class Command(BaseCommand):
    help = "Compare every standing with what the record says; exits 1 on any difference."

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences(timezone.localdate())
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} standings differ from the record.")
        self.stdout.write("Every standing follows from the record.")

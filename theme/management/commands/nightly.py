"""For a nightly job: everything that only time brings about."""

import traceback
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.actions import close_overdue
from courses.people.digests import later, moment_of, send_digests
from courses.progress.actions import forget_feedback
from courses.progress.projection import refresh_passed
from courses.refreshers import offer
from courses.reminders import remind


class Command(BaseCommand):
    help = (
        "Close attempts whose time is up, work out what changes by time alone, say what is due, "
        "have digests sent, and throw away what is over. May be run again at any time; one part that fails does not keep the others."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for part in (self._attempts, self._standings, self._messages, self._tidying):
            try:
                part()
            except Exception:  # noqa: BLE001 - whatever it was, the other parts are no less due
                self.stderr.write(traceback.format_exc())
                failed.append(part.__name__.strip("_"))
        if failed:
            raise CommandError(f"failed: {', '.join(failed)}")

    def _attempts(self) -> None:
        self.stdout.write(f"{close_overdue()} attempts closed")

    def _standings(self) -> None:
        self.stdout.write(f"{refresh_passed(timezone.localdate())} people's standings renewed")

    def _messages(self) -> None:
        moment = moment_of(timezone.now())
        day = timezone.localdate(moment)
        self.stdout.write(f"{remind(day)} reminders made, {offer(day)} refreshers offered")
        later(send_digests, moment).enqueue()

    def _tidying(self) -> None:
        self.stdout.write(f"{forget_feedback(timezone.localdate())} looks at feedback forgotten")
        for command in ("tidy_people", "clearsessions"):
            call_command(command, stdout=self.stdout, stderr=self.stderr)

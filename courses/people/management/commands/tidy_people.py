"""For a nightly job: what is over is thrown away, what was not mailed at once is tried again."""

import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from courses.people import kept
from courses.people.files import actions as files
from courses.people.leaves import forget_leave
from courses.people.messages import KINDS, deliver
from courses.people.models import KeptForm, Message

DAYS = 7  # an older message is no news


class Command(BaseCommand):
    help = "Throw away kept forms and done tasks of last week; mail again what could not be mailed."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        oldest = now - datetime.timedelta(days=kept.DAYS)
        thrown, _of_each = KeptForm.objects.filter(kept_at__lt=oldest).delete()
        at_once = [kind for kind, said in KINDS.items() if said.at_once]
        unsent = Message.objects.filter(
            kind__in=at_once,
            mailed_at__isnull=True,
            read_at__isnull=True,
            recipient__email__isnull=False,
            recipient__is_active=True,
            made_at__gt=now - datetime.timedelta(days=DAYS),
            made_at__lt=now - datetime.timedelta(hours=1),
        ).values_list("pk", flat=True)
        again = list(unsent)
        for pk in again:
            deliver.enqueue(pk)
        forget_leave(timezone.localdate(now))
        files.forget(now)
        # Their arguments and errors may name addresses.
        DBTaskResult.objects.finished().filter(
            finished_at__lt=now - datetime.timedelta(days=DAYS)
        ).delete()
        self.stdout.write(f"{thrown} kept forms thrown away, {len(again)} messages mailed again")

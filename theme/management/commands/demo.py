"""Loads the pack and makes the demo organisation; prints who can sign in."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from content.packs.registry import PackError
from courses.people.invitations import address
from theme import demo


class Command(BaseCommand):
    help = "Make a small believable organisation with history. Development only."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            people = demo.make()
        except (ImproperlyConfigured, PackError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"\nTilts demo – everybody's password: {demo.PASSWORD}\n")
        for role, person in people:
            self.stdout.write(f"  {role:14} {person.username:20} {person}")
        if code := demo.new_hire_code():
            self.stdout.write(f"\n  new hire, invited: {' '.join(demo.NEW_HIRE)}")
            self.stdout.write(f"    {settings.PUBLIC_URL}{address(code, 'lv')}")
        self.stdout.write(
            f"\n  learners and leads: {settings.PUBLIC_URL}/"
            f"\n  editors:            {settings.PUBLIC_URL}/admin/\n"
        )

"""`manage.py revoke_certificate NUMBER --reason TEXT`: take a certificate back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.actions import NoReason, revoke
from certificates.models import Award
from certificates.numbers import tidy


class Command(BaseCommand):
    help = "Revokes a certificate: its public page says so from then on. The reason stays inside."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="as it stands on the certificate")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, number: str, reason: str, **options: Any) -> None:
        award = Award.objects.filter(number=tidy(number)).first()
        if award is None:
            raise CommandError(f"There is no certificate with the number {number}.")
        try:
            award = revoke(award, reason, by=None)
        except NoReason as empty:
            raise CommandError("Say why it is revoked.") from empty
        self.stdout.write(f"{award.number} is revoked since {award.revoked_on}.")

"""Production settings from the environment: everything wrong is found at once, and named."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# Secrets that stand in a repository, a manual or a tutorial.
KNOWN = (
    "development-only",
    "tests-only",
    "django-insecure",
    "change-me",
    "changeme",
    "secret",
    "minioadmin",
)
SHORTEST_SECRET = 50
DEVELOPMENT = ("localhost", "127.0.0.1", "[::1]", "testserver")  # hosts of development and tests


class Environment:
    """Reads variables and remembers what is wrong with them; `refuse()` at the end."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[str] = []

    def problem(self, name: str, what: str) -> None:
        self.problems.append(f"{name} {what}")

    def refuse(self) -> None:
        """Raises ImproperlyConfigured naming each variable that is missing or unfit."""
        if self.problems:
            raise ImproperlyConfigured("Tilts does not start: " + "; ".join(self.problems) + ".")

    def text(self, name: str) -> str:
        value = self.values.get(name, "").strip()
        if not value:
            self.problem(name, "is missing")
        return value

    def optional(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def secret(self, name: str, shortest: int = SHORTEST_SECRET) -> str:
        """A long secret that nobody has published."""
        value = self.text(name)
        if value and value.lower().startswith(KNOWN):
            self.problem(name, "is a known value, not a secret")
        elif value and (len(value) < shortest or len(set(value)) < min(shortest, 12) // 2):
            self.problem(name, f"is too short: at least {shortest} characters, by chance")
        return value

    def number(self, name: str, least: int) -> int:
        value = self.text(name)
        if not value:
            return least
        if not value.isdecimal() or int(value) < least:
            self.problem(name, f"is not a whole number from {least} up")
            return least
        return int(value)

    def hour(self, name: str, default: int) -> int:
        """An hour of the day, if it is given."""
        value = self.optional(name, str(default))
        if not value.isdecimal() or int(value) > 23:
            self.problem(name, "is not an hour from 0 to 23")
            return default
        return int(value)

    def address(
        self, name: str, schemes: tuple[str, ...], what: str, *, needs_host: bool = True
    ) -> str:
        """An address with one of the schemes; without a host it may name a socket."""
        value = self.text(name)
        try:
            parts = urlsplit(value)
            is_fit = parts.scheme in schemes and bool(parts.hostname or not needs_host)
        except ValueError:
            is_fit = False
        if value and not is_fit:
            self.problem(name, f"is not {what}")
            return ""
        return value

    def public_url(self, name: str, hosts: list[str]) -> str:
        value = self.address(name, ("https",), "an https address").rstrip("/")
        parts = urlsplit(value)
        if value and (parts.path or parts.query or parts.fragment):
            self.problem(name, "has a path; it is the site's root")
        if value and hosts and parts.hostname not in hosts:
            self.problem(name, "is not among ALLOWED_HOSTS")
        return value

    def hosts(self, name: str) -> list[str]:
        found = [host.strip() for host in self.text(name).split(",") if host.strip()]
        if any("*" in host or host.startswith(".") for host in found):
            self.problem(name, "has a wildcard")
        for host in found:
            if host in DEVELOPMENT:
                self.problem(name, f"has a host of development, {host}")
        return found

    def sender(self, name: str) -> str:
        """Whom mails are from: an address, or a name with one, that people can answer."""
        value = self.text(name)
        _name, address = parseaddr(value)
        _local, _at, host = address.rpartition("@")
        if value and "." not in host:
            self.problem(name, "is not an address people can answer")
        return value

    def mail(self, name: str) -> dict[str, Any]:
        """Django's mail settings from smtp://user:password@host:port, smtp+tls:// or smtp+ssl://."""
        value = self.address(
            name, ("smtp", "smtps", "smtp+tls", "smtp+ssl"), "the address of an SMTP server"
        )
        if not value:
            return {}
        found: dict[str, Any] = environ.Env.email_url_config(value)
        names = (
            "EMAIL_BACKEND",
            "EMAIL_HOST",
            "EMAIL_PORT",
            "EMAIL_HOST_USER",
            "EMAIL_HOST_PASSWORD",
            "EMAIL_USE_TLS",
            "EMAIL_USE_SSL",
        )
        return {name: found[name] for name in names if name in found}

    def no_debugging(self) -> None:
        if self.values.get("DEBUG", "").strip().lower() not in ("", "0", "false", "no", "off"):
            self.problem("DEBUG", "is on")

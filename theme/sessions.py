"""Sessions in the shared cache and, for good, in the database."""

from django.contrib.sessions.backends.cached_db import SessionStore as CachedStore


class SessionStore(CachedStore):
    """Asks neither of them for a key that we would never give out: PostgreSQL balks at some."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and key.isascii() and key.isalnum() and 8 <= len(key) <= 40)

"""Sessions in the shared cache and, for good, in the database."""

from typing import Any

from django.contrib.sessions.backends.cached_db import SessionStore as CachedStore

from content.cache import get_with_generation


class SessionStore(CachedStore):
    """Asks neither of them for a key that we would never give out: PostgreSQL balks at some."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and key.isascii() and key.isalnum() and 8 <= len(key) <= 40)

    def load(self) -> dict[str, Any]:
        """What is kept of the session; what else a request asks the cache comes along."""
        kept = get_with_generation(self.cache_key)
        return super().load() if kept is None else dict(kept)

"""Django's cache in Redis, with one client a process: making one takes as long as asking it."""

from typing import Any

from django.core.cache.backends.redis import RedisCache as DjangoRedisCache
from django.core.cache.backends.redis import RedisCacheClient


class _Client(RedisCacheClient):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clients: dict[int, Any] = {}  # by the server's place

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        # A client may be shared by threads, and its pool notices that the process was forked.
        place = self._get_connection_pool_index(write)  # type: ignore[attr-defined]
        if place not in self._clients:
            self._clients[place] = super().get_client(key, write=write)
        return self._clients[place]


class RedisCache(DjangoRedisCache):
    """`BACKEND = "theme.rediscache.RedisCache"`."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

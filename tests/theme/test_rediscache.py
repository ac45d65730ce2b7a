"""The cache of production: Django's, with one client a process."""

import os

import pytest
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache
from redis.exceptions import ConnectionError

from theme.rediscache import RedisCache

ADDRESS = os.environ.get("TEST_REDIS", "redis://127.0.0.1:6379/8")


@pytest.fixture
def cache():
    found = RedisCache(ADDRESS, {"KEY_PREFIX": f"test-{os.getpid()}"})
    try:
        found.set("a", 0, timeout=60)
    except ConnectionError as missing:
        pytest.skip(f"no Redis here: {missing}")
    yield found
    found.delete_many(["a", "number", "text"])
    found.close()


def test_it_keeps_what_djangos_reads(cache):
    cache.set_many({"number": 3, "text": "š"}, timeout=60)
    theirs = DjangoRedisCache(ADDRESS, {"KEY_PREFIX": f"test-{os.getpid()}"})
    assert theirs.get_many(["number", "text", "nothing"]) == {"number": 3, "text": "š"}
    theirs.delete("number")
    assert cache.get("number") is None


def test_one_client_is_made_for_reading_and_writing(cache):
    cache.set("a", 1)
    assert cache.get("a") == 1
    client = cache._cache.get_client()
    assert client is cache._cache.get_client(write=True)

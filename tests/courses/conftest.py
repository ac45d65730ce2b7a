"""What is remembered between requests is forgotten between tests."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    cache.clear()

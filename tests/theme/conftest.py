"""Tests of the theme that need a browser take the same one, and the same watch over it."""

from tests.e2e.conftest import (
    browser,
    new_context,
    page,
    playwright,
    site,
    watch,
)

__all__ = ["browser", "new_context", "page", "playwright", "site", "watch"]

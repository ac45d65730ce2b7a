from pathlib import Path

import pytest

from tests.content import small


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The folder of a small pack of plain pages."""
    return small.write(tmp_path / "pack")


@pytest.fixture
def loaded(pack: Path, db: None) -> Path:
    """The same, loaded into the site."""
    from content.packs import runner

    runner.load(pack)
    return pack

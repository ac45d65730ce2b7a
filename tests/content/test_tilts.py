"""The pack this site is made for."""

from pathlib import Path

import pytest

import content
from content.packs import runner

TILTS = Path(content.__file__).parent / "packs" / "tilts"


@pytest.mark.django_db
def test_it_has_no_problems():
    assert runner.check(runner.read(TILTS)) == []


@pytest.mark.django_db
def test_it_loads_dumps_and_loads_again(tmp_path):
    runner.load(TILTS)
    assert runner.dump(tmp_path / "out") == runner.canonical(TILTS)
    report = runner.load(TILTS)
    assert (report.created, report.updated, report.archived, report.conflicts) == ([], [], [], [])

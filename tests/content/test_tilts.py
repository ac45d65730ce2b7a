"""The pack this site is made for."""

import logging
from pathlib import Path

import pytest

import content
from content.packs import runner

TILTS = Path(content.__file__).parent / "packs" / "tilts"


@pytest.mark.django_db
def test_it_has_no_problems():
    assert runner.check(runner.read(TILTS)) == []


@pytest.mark.indexed
@pytest.mark.django_db
def test_it_loads_without_complaint_dumps_and_loads_again(tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        runner.load(TILTS)
    assert [line.getMessage() for line in caplog.records if line.levelno > logging.INFO] == []
    # What failed in the background would be a line of this logger: it must have been heard.
    assert any(line.name == "django_tasks" for line in caplog.records)
    assert runner.dump(tmp_path / "out") == runner.canonical(TILTS)
    report = runner.load(TILTS)
    assert (report.created, report.updated, report.archived, report.conflicts) == ([], [], [], [])

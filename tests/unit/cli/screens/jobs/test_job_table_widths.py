"""What fits a terminal of 80 columns."""

import pytest
from rich.cells import cell_len

from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.job_life import JobLife


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("command", [("jobs", "list"), ("pool", "show"), ("jobs", "retry", "--state", "failed")])
def test_tables_fit_and_keep_the_ids_in_one_piece(
    sunwi: CommandLine, container: FakeContainer, command: tuple[str, ...]
) -> None:
    life = JobLife(container, sunwi)
    failed, running, later = life.submit(), life.submit(), life.submit("--not-before", "2026-01-03T12:00")
    life.fail(life.run(failed), "layout_unknown")
    life.run(running)
    sunwi("jobs", "cancel", running)
    sunwi("pool", "limits", "--min", "2")
    sunwi("pool", "pause", "--all")
    output = sunwi(*command).out
    assert max(cell_len(line) for line in output.splitlines()) <= 80
    if command == ("jobs", "list"):
        assert all(job_id in output for job_id in (failed, running, later))

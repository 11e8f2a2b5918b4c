"""One stack a worker, and one table for all faults."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.stack import LocalStack
from tests.chaos.audit import Row, print_matrix, write_table

_PROPERTY = "chaos_row"


@pytest.fixture(scope="session")
def chaos_stack() -> Iterator[LocalStack]:
    """A stack whose state machine waits a fifth of the time."""
    with LocalStack(wait_scale=0.2) as running:
        yield running


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[Row], None]:
    """Put a row into the table, and fail the test unless it is clean."""

    def tell_row(row: Row) -> None:
        record_property(_PROPERTY, list(row.cells))
        assert row.is_clean, row

    return tell_row


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of what the tests have told, whichever worker ran them."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, ())]
    told = [
        (report.nodeid, dict(report.user_properties).get(_PROPERTY))
        for report in sorted(reports, key=lambda one: one.nodeid)
    ]
    rows = [(test, tuple(cells)) for test, cells in told if cells]
    if rows:
        terminalreporter.section("faults")
        for line in print_matrix([cells for _, cells in rows]):
            terminalreporter.write_line(line)
        if table := os.environ.get("CHAOS_TABLE"):
            write_table(Path(table), rows)

"""Jobs on a database of the test's own."""

from collections.abc import Callable

import pytest

from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.job_life import FilesInMemory, JobLife, OnSleep


@pytest.fixture
def life(container: FakeContainer, sunwi: CommandLine) -> JobLife:
    """Tender and worker."""
    return JobLife(container, sunwi)


@pytest.fixture
def files(container: FakeContainer) -> FilesInMemory:
    """The bucket of files."""
    kept = FilesInMemory()
    replace_parts(container, job_files=kept)
    return kept


@pytest.fixture
def on_sleep(monkeypatch: pytest.MonkeyPatch) -> OnSleep:
    """Set what happens while a command waits."""

    def replace(action: Callable[[], None]) -> None:
        for module in ("watch", "monitor", "remote_rank"):
            monkeypatch.setattr(f"sunwi.cli.commands.jobs.{module}.sleep", lambda _seconds: action())

    return replace

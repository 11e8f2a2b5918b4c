"""The command line on a database of the test's own, with a queue and a state machine in memory."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine

from sunwi.settings import Settings, load_settings
from sunwi.testing import ManualClock
from tests.examples import NIGHT
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Start without settings and without a width (xdist gives its workers one), in an empty folder; leave nothing."""
    aws = ("AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_REGION")
    for name in ("DATABASE_URL", "DATABASE_SECRET_ARN", "COLUMNS", *aws):
        monkeypatch.delenv(name, raising=False)
    before = dict(os.environ)
    monkeypatch.chdir(tmp_path)
    load_settings.cache_clear()
    yield
    os.environ.clear()
    os.environ.update(before)
    load_settings.cache_clear()
    structlog.reset_defaults()


@pytest.fixture
def clock() -> ManualClock:
    """01:00 KST."""
    return ManualClock(NIGHT)


@pytest.fixture
def settings() -> Settings:
    """Settings of a machine that can start runs."""
    return Settings(
        crawl_queue_url="https://sqs.invalid/crawl",
        express_queue_url="https://sqs.invalid/express",
        state_machine_arn="arn:aws:states:ap-northeast-2:000000000000:stateMachine:run",
    )


@pytest.fixture
def container(sqlite_engine: Engine, clock: ManualClock, settings: Settings) -> FakeContainer:
    """A container whose queue and state machine remember."""
    made = FakeContainer(settings, own_engine=sqlite_engine, own_clock=clock)
    replace_parts(made, count_mail_channels=lambda: 0)
    return made


@pytest.fixture
def sunwi(container: FakeContainer) -> CommandLine:
    """The command on that container."""
    return CommandLine(container)


@pytest.fixture
def sqlite_settings_only(sqlite_engine: Engine, clock: ManualClock) -> CommandLine:
    """The command where a database is set and nothing of AWS."""
    return CommandLine(FakeContainer(Settings(), own_engine=sqlite_engine, own_clock=clock))

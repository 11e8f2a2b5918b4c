"""A house on a database of the test's own."""

import pytest
from sqlalchemy import Engine

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.settings import Settings
from sunwi.testing import ManualClock
from tests.examples import NIGHT


@pytest.fixture
def clock() -> ManualClock:
    """01:00 KST."""
    return ManualClock(NIGHT)


@pytest.fixture
def house(sqlite_engine: Engine, clock: ManualClock) -> CommandContainer:
    """The use cases on it; nothing of AWS is set but a bucket."""
    return CommandContainer(Adapters(Settings(files_bucket="files"), engine=sqlite_engine, clock=clock))

"""Old nights on a SQLite file, without a single socket."""

import pytest
from sqlalchemy import Engine

from tests.archive.archive_world import ArchiveWorld


@pytest.fixture
def old(sqlite_engine: Engine) -> ArchiveWorld:
    """A world without a night yet; its clock stands at the first."""
    return ArchiveWorld.on(sqlite_engine)

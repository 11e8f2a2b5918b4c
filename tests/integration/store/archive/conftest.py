"""Old nights on each of the two databases."""

import pytest
from sqlalchemy import Engine

from tests.archive.archive_world import ArchiveWorld


@pytest.fixture
def old(engine: Engine) -> ArchiveWorld:
    """A world without a night yet; its clock stands at the first."""
    return ArchiveWorld.on(engine)

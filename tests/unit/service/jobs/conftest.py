"""Jobs on a SQLite file."""

import pytest
from sqlalchemy import Engine

from tests.job_desk import JobDesk, desk_on


@pytest.fixture
def desk(sqlite_engine: Engine) -> JobDesk:
    """Jobs that nobody has asked for yet."""
    return desk_on(sqlite_engine)

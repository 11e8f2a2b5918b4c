"""Jobs on a SQLite file, without a single socket."""

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from tests.job_desk import JobDesk, desk_on
from tests.job_world import JobWorld


@pytest.fixture
def desk(sqlite_engine: Engine) -> JobDesk:
    """Jobs that nobody has asked for yet."""
    return desk_on(sqlite_engine)


@pytest.fixture
def world(sqlite_engine: Engine) -> JobWorld:
    """Workers, a tender and a state machine, and no job."""
    return JobWorld(SqlStore(sqlite_engine))

"""Jobs on a SQLite file, without a single socket."""

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from tests.job_world import JobWorld


@pytest.fixture
def world(sqlite_engine: Engine) -> JobWorld:
    """A world without a job."""
    return JobWorld(SqlStore(sqlite_engine))

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from tests.jobs.schedule_desk import ScheduleDesk


@pytest.fixture
def desk(sqlite_engine: Engine) -> ScheduleDesk:
    return ScheduleDesk(SqlStore(sqlite_engine))

"""A night on a SQLite file, without a single socket."""

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from tests.night import Night


@pytest.fixture
def night(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Night:
    """A night that nobody has tracked anything for yet."""
    night = Night(SqlStore(sqlite_engine))
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", night.read_page)
    return night

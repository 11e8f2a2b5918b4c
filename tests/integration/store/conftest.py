"""The same store on both databases."""

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """A migrated database of the test's own, on each of the two."""
    fixture = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    found: Engine = request.getfixturevalue(fixture)
    return found


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """The store on it."""
    return SqlStore(engine)

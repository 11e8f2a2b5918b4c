"""Bulk actions on a SQLite file, without a single socket."""

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from tests.bulk_world import BulkWorld


@pytest.fixture
def bulk(sqlite_engine: Engine) -> BulkWorld:
    """Two agencies with a tracking each."""
    return BulkWorld.on(SqlStore(sqlite_engine))

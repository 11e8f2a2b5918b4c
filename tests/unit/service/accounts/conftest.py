"""Accounts on a SQLite file, without a single socket."""

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from tests.account_world import AccountWorld


@pytest.fixture
def world(sqlite_engine: Engine) -> AccountWorld:
    """Nobody has been invited yet."""
    return AccountWorld(SqlStore(sqlite_engine))

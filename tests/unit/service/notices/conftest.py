"""Notices on a SQLite file, without a single socket."""

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from tests.notice_world import NoticeWorld, add_owners


@pytest.fixture
def world(sqlite_engine: Engine) -> NoticeWorld:
    """An empty outbox, two agencies and three clients, and no channel."""
    store = SqlStore(sqlite_engine)
    add_owners(store)
    return NoticeWorld(store)

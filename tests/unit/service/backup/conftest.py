"""Backups on a SQLite file, without a single socket."""

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from tests.backup.backup_world import BackupWorld


@pytest.fixture
def backups(sqlite_engine: Engine) -> BackupWorld:
    """A database that was never backed up."""
    return BackupWorld.on(SqlStore(sqlite_engine))

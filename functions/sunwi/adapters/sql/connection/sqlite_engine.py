"""Engines for SQLite: a write-ahead log, one connection that stays open, and writers one after the other.

Source: docs/adr/0047-a-tracking-in-a-dozen-statements.md.
"""

import atexit
import os
import sqlite3
import time
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from sunwi.adapters.sql.connection.read_only import only_reads

#: How long SQLite waits for another process's write lock.
SQLITE_BUSY_SECONDS = 30

#: Whether a connection refuses writes at the moment; in its `info`.
_REFUSES_WRITES = "sunwi_refuses_writes"
#: Process and file that a connection was opened by and of; in its `info`.
_OPENED = "sunwi_opened"

#: Connections of a process that this one is a fork of: to close one here would take the parent's locks away.
_inherited: list[object] = []

_engines: WeakSet[Engine] = WeakSet()


class WarmConnection(sqlite3.Connection):
    """A connection that is closed, without a warning, once nobody holds it any more."""

    def __del__(self) -> None:
        """Close it, if it could be opened at all."""
        with suppress(sqlite3.ProgrammingError):
            self.close()


def create_sqlite_engine(url: str) -> Engine:
    """Build a SQLite engine; nothing is opened yet.

    One connection stays open between transactions: the last one of a file to be closed writes the whole log back.
    It is left for a new one after a fork, and once another file has taken its file's place.
    Threads that need one at the same time have further ones, which are closed.

    Args:
        url: `sqlite:///path`.
    """
    # Whoever checks a connection out has it alone, in whatever thread.
    arguments = {"timeout": SQLITE_BUSY_SECONDS, "factory": WarmConnection, "check_same_thread": False}
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=1, max_overflow=-1, connect_args=arguments, hide_parameters=True
    )
    path = engine.url.database

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record of a connection
        connection.isolation_level = None
        _switch_to_wal(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        record.info[_OPENED] = os.getpid(), _file_of(path)

    @event.listens_for(engine, "checkout")
    def check(connection: sqlite3.Connection, record: Any, proxy: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own objects
        process, file = record.info[_OPENED]
        if process != os.getpid():
            _inherited.append(connection)
            record.dbapi_connection = proxy.dbapi_connection = None
            raise DisconnectionError("the connection is the parent process's")
        if file != _file_of(path):
            raise DisconnectionError("the database's file is another one")

    event.listen(engine, "begin", _begin)
    _engines.add(engine)
    return engine


def _begin(connection: Connection) -> None:
    refuses_writes = only_reads(connection)
    if connection.info.get(_REFUSES_WRITES, False) is not refuses_writes:
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if refuses_writes else 'OFF'}")
        connection.info[_REFUSES_WRITES] = refuses_writes
    connection.exec_driver_sql("BEGIN" if refuses_writes else "BEGIN IMMEDIATE")


def _file_of(path: str | None) -> tuple[int, int] | None:
    """Return what identifies a file; None when there is none, or when the database is in memory."""
    try:
        found = os.stat(path or "")  # noqa: PTH116 - before every transaction: without building a path
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Keep a write-ahead log; SQLite's own waiting leaves out the first switch, when others open the new file too."""
    give_up = time.monotonic() + SQLITE_BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return


@atexit.register
def _close_all() -> None:
    """Close what is open, so that no log is left beside a file that nobody uses."""
    for engine in list(_engines):
        engine.dispose()

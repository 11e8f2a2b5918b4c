"""The one connection that a SQLite engine keeps open."""

import gc
import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from tests.examples import NIGHT, place_tracking

ROOT = Path(__file__).parents[4]
#: Opens a file in a process of its own, which holds a transaction on it until it is told to end.
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def store(sqlite_engine: Engine) -> SqlStore:
    return SqlStore(sqlite_engine)


def file_of(store: SqlStore) -> Path:
    assert store.engine.url.database is not None
    return Path(store.engine.url.database)


def add(store: SqlStore, place: int) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(place)], at=NIGHT)


def count(store: SqlStore) -> int:
    with store.read() as tx:
        return len(tx.trackings.list())


def connection_of(store: SqlStore) -> int:
    with store.engine.connect() as connection:
        return id(connection.connection.dbapi_connection)


def test_transactions_one_after_the_other_use_one_connection_and_its_log(store: SqlStore) -> None:
    add(store, 1)
    first = connection_of(store)
    add(store, 2)
    assert count(store) == 2
    assert connection_of(store) == first
    assert Path(f"{file_of(store)}-wal").stat().st_size > 0


def test_a_connection_that_has_read_writes_again(store: SqlStore) -> None:
    for number in range(3):
        add(store, number)
        assert count(store) == number + 1


def test_what_is_open_is_written_back_when_it_is_closed(store: SqlStore) -> None:
    add(store, 1)
    store.engine.dispose()
    assert not Path(f"{file_of(store)}-wal").exists()


def test_a_process_that_ends_leaves_no_log(store: SqlStore) -> None:
    program = (
        "import sys\nfrom sqlalchemy import text\n"
        "from sunwi.adapters.sql.connection.engine import create_store_engine\n"
        "engine = create_store_engine(sys.argv[1])\n"
        "with engine.begin() as connection: connection.execute(text('CREATE TABLE left_over (id INTEGER)'))\n"
    )
    subprocess.run(  # noqa: S603 - the tests' own interpreter
        [sys.executable, "-W", "error", "-c", program, str(store.engine.url)], check=True, cwd=ROOT / "functions"
    )
    assert not Path(f"{file_of(store)}-wal").exists()


def test_an_idle_connection_holds_no_lock_that_another_process_waits_for(store: SqlStore) -> None:
    add(store, 1)
    assert count(store) == 1
    with subprocess.Popen(  # noqa: S603 - the tests' own interpreter
        [sys.executable, "-c", HOLD, str(file_of(store)), "BEGIN IMMEDIATE"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        assert count(store) == 1
        other.stdin.close()
    add(store, 2)
    assert count(store) == 2


def test_threads_at_the_same_time_have_a_connection_each(store: SqlStore) -> None:
    both_read = Barrier(2, timeout=20)

    def read(_: int) -> int:
        with store.read() as tx:
            both_read.wait()
            return len(tx.trackings.list())

    add(store, 1)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(read, range(2))) == [1, 1]


def test_a_file_that_was_replaced_is_opened_anew(store: SqlStore, migrated_sqlite_file: Path) -> None:
    add(store, 1)
    for leftover in file_of(store).parent.glob("sunwi.db*"):
        leftover.unlink()
    file_of(store).write_bytes(migrated_sqlite_file.read_bytes())
    assert count(store) == 0
    add(store, 2)
    with SqlStore(create_store_engine(str(store.engine.url))).read() as tx:
        assert [tracking.target.id for tracking in tx.trackings.list()] == ["2"]


def test_a_file_that_was_removed_is_made_anew(store: SqlStore) -> None:
    add(store, 1)
    for leftover in file_of(store).parent.glob("sunwi.db*"):
        leftover.unlink()
    upgrade_schema(store.engine)
    assert count(store) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_forked_process_opens_a_connection_of_its_own_and_leaves_the_parents_alone(store: SqlStore) -> None:
    add(store, 1)
    before = connection_of(store)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads
        child = os.fork()
    if child == 0:
        try:
            add(store, 2)
            is_own = connection_of(store) != before
            os._exit(0 if is_own and count(store) == 2 else 1)
        except BaseException:  # noqa: BLE001 - whatever it is, the child must not go on as a second test run
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    add(store, 3)
    assert count(store) == 3
    assert connection_of(store) == before


def test_an_engine_that_nobody_holds_closes_its_connection_without_a_warning(sqlite_engine: Engine) -> None:
    url, file = str(sqlite_engine.url), Path(str(sqlite_engine.url.database))
    add(SqlStore(create_store_engine(url)), 1)
    gc.collect()
    assert not Path(f"{file}-wal").exists()

from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from infra.local.postgres import PostgresServer, running_postgres
from sunwi.adapters.sql.connection import sqlite_engine as of_sqlite
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import schema_version, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import MAX_REASON_LENGTH
from sunwi.errors import InvalidInput, StoreUnavailable
from sunwi.observability import configure_logging
from tests.examples import NIGHT, new_run, place_tracking


def add_one(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)


def count(store: SqlStore) -> int:
    with store.read() as tx:
        return len(tx.trackings.list())


def end_own_connection(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
        tx.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_a_killed_connection_is_an_unavailable_store_and_the_next_transaction_works(postgres_engine: Engine) -> None:
    store = SqlStore(postgres_engine)
    with pytest.raises(StoreUnavailable):
        end_own_connection(store)
    assert count(store) == 0
    add_one(store)
    assert count(store) == 1


def test_a_connection_that_died_while_nobody_used_it_is_replaced_unseen(
    postgres_engine: Engine, postgres_url: str
) -> None:
    store = SqlStore(postgres_engine)
    add_one(store)
    other = create_store_engine(postgres_url)
    with other.begin() as connection:
        ended = connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        assert len(ended.all()) == 1
    other.dispose()
    assert count(store) == 1


def test_a_server_that_stops_is_an_unavailable_store() -> None:
    def stop_within_a_transaction(store: SqlStore, server: PostgresServer) -> None:
        with store.begin() as tx:
            tx.trackings.add([place_tracking()], at=NIGHT)
            server.stop()
            tx.trackings.count_active_pages()

    with running_postgres() as server:
        engine = create_store_engine(server.url())
        upgrade_schema(engine)
        store = SqlStore(engine)
        add_one(store)
        with pytest.raises(StoreUnavailable):
            stop_within_a_transaction(store, server)
        with pytest.raises(StoreUnavailable, match=r"^the database cannot be reached or asks to try again: "):
            add_one(store)
        with pytest.raises(StoreUnavailable):
            count(store)
        with pytest.raises(StoreUnavailable):
            schema_version(engine)
        with pytest.raises(StoreUnavailable):
            upgrade_schema(engine)
        engine.dispose()


def test_a_refused_password_is_told_in_the_servers_words(postgres_server: PostgresServer) -> None:
    url = postgres_server.url().replace(postgres_server.password, "wrong")
    with pytest.raises(StoreUnavailable, match='password authentication failed for user "sunwi"') as caught:
        count(SqlStore(create_store_engine(url)))
    assert "wrong" not in str(caught.value)


def test_a_mistake_in_a_statement_is_no_unavailable_store(store: SqlStore) -> None:
    def ask_nonsense() -> None:
        with store.begin() as tx:
            tx.connection.execute(text("SELECT 1 FORM nowhere"))

    with pytest.raises(Exception, match="nowhere") as caught:
        ask_nonsense()
    assert not isinstance(caught.value, StoreUnavailable)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"keyword": "강남\x00"}, "invalid byte sequence"), ({"client": "가" * 256}, "value too long")],
)
def test_text_that_postgresql_cannot_hold_is_invalid_input(
    postgres_engine: Engine, change: dict[str, Any], said: str
) -> None:
    store = SqlStore(postgres_engine)

    def add_changed() -> None:
        with store.begin() as tx:
            tx.trackings.add([place_tracking(**change)], at=NIGHT)

    with pytest.raises(InvalidInput, match=said):
        add_changed()
    add_one(store)
    assert count(store) == 1


def test_half_a_character_is_invalid_input_and_the_next_transaction_works(store: SqlStore) -> None:
    def add_half() -> None:
        with store.begin() as tx:
            tx.trackings.add([place_tracking(keyword="강남\ud83d")], at=NIGHT)

    with pytest.raises(InvalidInput, match=r"has U\+D83D, which is no character"):
        add_half()
    add_one(store)
    assert count(store) == 1


def test_a_reason_is_stored_whatever_it_quotes(store: SqlStore) -> None:
    add_one(store)
    with store.begin() as tx:
        tx.runs.add(new_run(), None)
        tx.runs.set_failure(new_run().id, "page\x00 \ud83d " + "x" * 1_000_000)
    with store.read() as tx:
        failure = tx.runs.failure(new_run().id)
    assert failure is not None
    assert failure.startswith("page ? xxx")
    assert len(failure) <= MAX_REASON_LENGTH


def test_a_sqlite_file_that_another_process_keeps_locked_is_an_unavailable_store(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_sqlite, "SQLITE_BUSY_SECONDS", 0.2)
    impatient = SqlStore(create_store_engine(str(sqlite_engine.url)))
    with SqlStore(sqlite_engine).begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
        with pytest.raises(StoreUnavailable, match="database is locked"):
            add_one(impatient)
        assert count(impatient) == 0
    assert count(impatient) == 1


def test_a_folder_that_is_not_there_is_an_unavailable_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="unable to open database file"):
        add_one(SqlStore(create_store_engine(f"sqlite:///{tmp_path / 'missing' / 'sunwi.db'}")))


def test_a_write_in_a_reading_transaction_is_refused_and_the_next_transaction_writes(store: SqlStore) -> None:
    def write_in_a_read() -> None:
        with store.read() as tx:
            tx.trackings.add([place_tracking()], at=NIGHT)

    for _ in range(2):
        with pytest.raises(DBAPIError, match=r"read-only transaction|readonly database"):
            write_in_a_read()
        assert count(store) == 0
    add_one(store)
    assert count(store) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO tracking (keyword) VALUES (:secret)",  # a column that may not be NULL is, with the row in DETAIL
        "INSERT INTO alembic_version (version_num) VALUES (substr(:secret, 1, 32)), (substr(:secret, 1, 32))",
        "SELECT * FROM nowhere WHERE keyword = :secret",
    ],
)
def test_an_error_and_its_log_line_quote_no_value(
    store: SqlStore, capsys: pytest.CaptureFixture[str], statement: str
) -> None:
    secret = "hunter2-of-a-client-" + "x" * 12

    def fail() -> None:
        with store.begin() as tx:
            tx.connection.execute(text(statement), {"secret": secret})

    configure_logging()
    with pytest.raises(DBAPIError) as caught:
        fail()
    assert type(caught.value).__name__ in {"IntegrityError", "OperationalError", "ProgrammingError"}
    try:
        fail()
    except DBAPIError:
        structlog.get_logger().exception("store_failed")
    line = capsys.readouterr().out
    assert "store_failed" in line
    assert "hunter2" not in f"{caught.value} {caught.value.orig!r} {line}"

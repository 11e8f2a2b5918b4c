import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from sunwi.adapters.sql.connection import postgres_connection, postgres_socket
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.adapters.sql.connection.postgres_socket import PostgresOptions
from sunwi.adapters.sql.store import SqlStore
from sunwi.errors import StoreUnavailable

SOON = 0.2


def ask(store: SqlStore, statement: str = "SELECT pg_backend_pid()") -> str:
    with store.begin() as tx:
        return str(tx.connection.execute(text(statement)).scalar_one())


@pytest.fixture
def engine(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine that gives a statement a second, and a peer hardly more."""
    monkeypatch.setattr(postgres_connection, "_GRACE_SECONDS", SOON)
    engine = create_store_engine(postgres_url, PostgresOptions(statement_timeout_seconds=1))
    yield engine
    engine.dispose()


@contextmanager
def stopped(pid: str) -> Iterator[None]:
    """Let a server process stop answering."""
    os.kill(int(pid), signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(int(pid), signal.SIGCONT)


@pytest.mark.parametrize("tls", [True, False])
def test_a_port_that_takes_connections_and_never_answers_is_given_up(
    monkeypatch: pytest.MonkeyPatch, *, tls: bool
) -> None:
    monkeypatch.setattr(postgres_socket, "CONNECT_SECONDS", SOON)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"postgresql://user:secret@127.0.0.1:{listener.getsockname()[1]}/name"
        store = SqlStore(create_store_engine(url, PostgresOptions(tls=tls)))
        with pytest.raises(StoreUnavailable, match="timed out"):
            ask(store)


def test_a_statement_that_takes_too_long_is_ended_by_the_server_and_the_next_one_works(engine: Engine) -> None:
    store = SqlStore(engine)
    pid = ask(store)
    with pytest.raises(StoreUnavailable, match="statement timeout"):
        ask(store, "SELECT pg_sleep(60)")
    assert ask(store) == pid


def test_a_server_that_dies_in_the_middle_of_a_transaction_is_given_up_and_the_next_transaction_works(
    engine: Engine,
) -> None:
    store = SqlStore(engine)
    pid = ask(store)

    def stop_within_a_transaction() -> None:
        with store.begin() as tx, stopped(pid):
            tx.connection.execute(text("SELECT 1"))

    with pytest.raises(StoreUnavailable, match="the database does not answer any more"):
        stop_within_a_transaction()
    assert ask(store) != pid


def test_a_connection_that_died_silently_while_nobody_used_it_is_replaced_unseen(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_socket, "CONNECT_SECONDS", SOON)
    store = SqlStore(engine)
    pid = ask(store)
    with stopped(pid):
        assert ask(store) != pid


def test_the_server_ends_a_transaction_that_is_left_open(engine: Engine) -> None:
    assert ask(SqlStore(engine), "SHOW idle_in_transaction_session_timeout") == "2min"


def test_the_defaults_give_a_statement_20_seconds(postgres_engine: Engine) -> None:
    assert ask(SqlStore(postgres_engine), "SHOW statement_timeout") == "20s"
    with postgres_engine.connect() as connection:
        assert connection.info["socket"].gettimeout() > 20


def test_two_connections_that_stay_in_use_are_an_unavailable_store_to_the_next_one(engine: Engine) -> None:
    store = SqlStore(engine)
    with (
        store.read(),
        store.read(),
        pytest.raises(StoreUnavailable, match="every connection to the database is in use"),
    ):
        ask(store)
    assert ask(store, "SELECT 1") == "1"


def test_a_migration_may_take_its_time_and_nothing_else_after_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, float | None]] = []

    def look(config: Config, _revision: str) -> None:
        connection: Connection = config.attributes["connection"]
        limit = connection.execute(text("SHOW statement_timeout")).scalar_one()
        seen.append((limit, connection.info["socket"].gettimeout()))

    monkeypatch.setattr(command, "upgrade", look)
    monkeypatch.setattr("sunwi.adapters.sql.connection.migrations._revisions_left", lambda *_: ["the next one"])
    upgrade_schema(engine)
    assert seen == [("0", None)]
    with engine.connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "1s"
        assert connection.info["socket"].gettimeout() == 1 + SOON

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, text
from structlog.testing import capture_logs

from infra.local.postgres import PostgresServer
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.errors import StoreUnavailable
from sunwi.settings import Settings

ROLE = "rotated"
SECRET = "sunwi/database"


@dataclass
class Secrets:
    """Secrets Manager with one secret; counts how often it is read."""

    port: int
    password: str = "first-password"
    reads: int = 0

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - boto3's own name
        assert SecretId == SECRET
        self.reads += 1
        fields: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "username": ROLE,
            "password": self.password,
            "dbname": "postgres",
        }
        return {"SecretString": json.dumps(fields)}


@pytest.fixture
def owner(postgres_server: PostgresServer) -> Iterator[Engine]:
    """The server's superuser, who makes and changes the role."""
    engine = create_store_engine(postgres_server.url())
    run(engine, f"CREATE ROLE {ROLE} LOGIN PASSWORD 'first-password'")
    yield engine
    end_sessions(engine)
    run(engine, f"DROP ROLE {ROLE}")
    engine.dispose()


@pytest.fixture
def secrets(owner: Engine) -> Secrets:
    port = owner.url.port
    assert port is not None
    return Secrets(port)


@pytest.fixture
def store(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    """A function's own store, warm: its connection stands under the first password."""
    monkeypatch.setattr(Adapters, "aws_client", lambda *_: secrets)
    monkeypatch.setenv("DATABASE_SECRET_ARN", SECRET)
    monkeypatch.setenv("DATABASE_TLS", "off")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    container = CommandContainer(Adapters(Settings()))
    assert user_of(container.adapters.store) == ROLE
    yield container.adapters.store
    container.adapters.engine.dispose()


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def end_sessions(owner: Engine) -> None:
    """End the role's sessions, and wait until they are gone."""
    with owner.begin() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE usename = :role"), {"role": ROLE}
        )


def user_of(store: SqlStore) -> str:
    with store.begin() as tx:
        return str(tx.connection.execute(text("SELECT current_user")).scalar_one())


def rotate(owner: Engine, password: str) -> None:
    run(owner, f"ALTER ROLE {ROLE} PASSWORD '{password}'")
    end_sessions(owner)


def test_a_rotated_password_is_fetched_once_and_the_next_transaction_works(
    store: SqlStore, secrets: Secrets, owner: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rotate(owner, "second-password")
    secrets.password = "second-password"
    with capture_logs() as logs:
        assert user_of(store) == ROLE
    assert secrets.reads == 2
    assert [line["event"] for line in logs] == ["database_secret_renewed"]
    assert "password" not in str(logs) + caplog.text.replace("password authentication failed", "")
    end_sessions(owner)
    assert user_of(store) == ROLE
    assert secrets.reads == 2


def test_a_connection_that_stands_needs_no_new_password(store: SqlStore, secrets: Secrets, owner: Engine) -> None:
    run(owner, f"ALTER ROLE {ROLE} PASSWORD 'second-password'")
    assert user_of(store) == ROLE
    assert secrets.reads == 1


def test_a_secret_that_is_behind_the_database_is_asked_again_by_the_next_transaction(
    store: SqlStore, secrets: Secrets, owner: Engine
) -> None:
    rotate(owner, "second-password")
    with pytest.raises(StoreUnavailable, match=f'password authentication failed for user "{ROLE}"') as caught:
        user_of(store)
    assert "first-password" not in str(caught.value)
    assert secrets.reads == 2
    secrets.password = "second-password"
    assert user_of(store) == ROLE
    assert secrets.reads == 3


def test_a_renewed_password_that_is_refused_too_is_an_unavailable_store(
    store: SqlStore, secrets: Secrets, owner: Engine
) -> None:
    rotate(owner, "second-password")
    secrets.password = "third-password"
    with pytest.raises(StoreUnavailable, match="password authentication failed"):
        user_of(store)
    assert secrets.reads == 2

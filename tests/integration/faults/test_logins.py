"""Logins: IAM tokens, and no connection left."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from infra.local.postgres import PostgresServer
from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.errors import ConfigurationError, StoreUnavailable
from sunwi.settings import Settings
from tests.integration.store.connection.authority import Authority
from tests.integration.store.connection.tls_server import ADDRESS, execute, running_tls_postgres

USER = "sunwi_app"
#: As RDS asks for a token: in the clear, within TLS.
HOST_RULES = f"hostssl all {USER} all password\nhost all sunwi all scram-sha-256\n"


@dataclass
class Aws:
    """Secrets Manager with the login that RDS manages itself, and a signer of tokens."""

    port: int
    tokens: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - boto3's own name
        assert SecretId == "secret"
        return {"SecretString": f'{{"username": "sunwi", "password": "unused", "port": {self.port}}}'}

    def generate_db_auth_token(self, **named: Any) -> str:
        self.asked.append(named)
        return self.tokens[len(self.asked) - 1]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("Authority of the database")


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[PostgresServer]:
    with running_tls_postgres(authority, HOST_RULES) as server:
        execute(server, f"CREATE ROLE {USER} LOGIN")
        yield server


@pytest.fixture
def aws(server: PostgresServer, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Aws:
    """The environment of a function that logs in by IAM."""
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(authority.certificate())
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_SECRET_ARN", "secret")
    monkeypatch.setenv("DATABASE_HOST", ADDRESS)
    monkeypatch.setenv("DATABASE_NAME", "postgres")
    monkeypatch.setenv("DATABASE_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("DATABASE_IAM_LOGIN", f"cluster-ABC/{USER}")
    faked = Aws(server.port)
    monkeypatch.setattr(Adapters, "aws_client", lambda *_: faked)
    return faked


@pytest.fixture
def store(aws: Aws) -> Iterator[SqlStore]:
    assert aws.port
    container = CommandContainer(Adapters(Settings()))
    yield container.adapters.store
    container.adapters.engine.dispose()


def let_in(server: PostgresServer, token: str) -> None:
    """Take this token from now on, and no other."""
    execute(server, f"ALTER ROLE {USER} PASSWORD '{token}'")


def end_sessions(server: PostgresServer) -> None:
    execute(server, f"SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE usename = '{USER}'")  # noqa: S608 - our own name


def user_of(store: SqlStore) -> str:
    with store.begin() as tx:
        return str(tx.connection.execute(text("SELECT current_user")).scalar_one())


def test_a_token_is_the_password_and_is_signed_anew_for_every_connection(
    server: PostgresServer, aws: Aws, store: SqlStore
) -> None:
    aws.tokens = ["token-1", "token-2"]
    let_in(server, "token-1")
    assert [user_of(store), user_of(store)] == [USER, USER]
    assert aws.asked == [{"DBHostname": ADDRESS, "Port": server.port, "DBUsername": USER}]
    let_in(server, "token-2")
    end_sessions(server)
    assert user_of(store) == USER
    assert len(aws.asked) == 2


def test_a_token_as_long_as_temporary_credentials_make_it_fits(
    server: PostgresServer, aws: Aws, store: SqlStore
) -> None:
    aws.tokens = [f"{ADDRESS}:5432/?Action=connect&X-Amz-Security-Token={'x' * 2000}"]
    let_in(server, aws.tokens[0])
    assert user_of(store) == USER


def test_a_token_that_is_refused_is_an_unavailable_store_and_is_not_shown(
    server: PostgresServer, aws: Aws, store: SqlStore
) -> None:
    aws.tokens = ["expired-token", "good-token"]
    let_in(server, "good-token")
    with pytest.raises(StoreUnavailable, match=f'password authentication failed for user "{USER}"') as caught:
        user_of(store)
    assert "expired" not in str(caught.value)
    assert user_of(store) == USER


def test_a_token_is_never_sent_in_the_clear(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_TLS", "off")
    with pytest.raises(ConfigurationError, match=r"DATABASE_IAM_LOGIN .*: set DATABASE_TLS=on"):
        user_of(Adapters(Settings()).store)
    assert aws.asked == []


def test_a_url_without_a_password_logs_in_by_iam_too(
    server: PostgresServer, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{USER}@{ADDRESS}:{server.port}/postgres")
    aws.tokens = ["token-1"]
    let_in(server, "token-1")
    container = CommandContainer(Adapters(Settings()))
    assert user_of(container.adapters.store) == USER
    container.adapters.engine.dispose()


def test_a_database_without_a_connection_left_is_an_unavailable_store(
    server: PostgresServer, aws: Aws, store: SqlStore
) -> None:
    aws.tokens = ["token"] * 3
    let_in(server, "token")
    execute(server, f"ALTER ROLE {USER} CONNECTION LIMIT 1")
    other = CommandContainer(Adapters(Settings()))
    try:
        assert user_of(store) == USER
        with pytest.raises(StoreUnavailable, match="it takes no more connections: raise its limit"):
            user_of(other.adapters.store)
        store.engine.dispose()
        end_sessions(server)
        assert user_of(other.adapters.store) == USER
    finally:
        other.adapters.engine.dispose()
        execute(server, f"ALTER ROLE {USER} CONNECTION LIMIT -1")

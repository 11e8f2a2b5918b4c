import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from infra.local.postgres import PostgresServer
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.postgres_socket import PostgresOptions
from sunwi.adapters.sql.store import SqlStore
from sunwi.errors import ConfigurationError, StoreUnavailable
from tests.integration.store.connection.authority import Authority
from tests.integration.store.connection.tls_server import execute, running_tls_postgres

#: Users of this name get in by TLS only.
TLS_ONLY = "tls_only"

HOST_RULES = f"""
hostssl all {TLS_ONLY} all scram-sha-256
host all sunwi all scram-sha-256
"""


def ask(url: str, statement: str, options: PostgresOptions | None = None) -> str:
    engine = create_store_engine(url, options)
    try:
        with SqlStore(engine).read() as tx:
            return str(tx.connection.execute(text(statement)).scalar_one())
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("Sunwi test authority")


@pytest.fixture(scope="module")
def bundle(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("authority") / "authority.pem"
    file.write_bytes(authority.certificate())
    return str(file)


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[PostgresServer]:
    """A server certified for 127.0.0.1 alone."""
    with running_tls_postgres(authority, HOST_RULES) as server:
        execute(server, f"CREATE ROLE {TLS_ONLY} LOGIN PASSWORD '{server.password}'")
        yield server


def test_a_verified_certificate_gets_a_connection_by_tls(server: PostgresServer, bundle: str) -> None:
    used = ask(
        server.url(), "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", PostgresOptions(ca_bundle=bundle)
    )
    assert used == "True"


def test_the_certificate_of_another_authority_is_refused_and_the_setting_named(
    server: PostgresServer, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(Authority("another").certificate())
    with pytest.raises(ConfigurationError, match=r"does not verify \(.*set DATABASE_CA_BUNDLE") as caught:
        ask(server.url(), "SELECT 1", PostgresOptions(ca_bundle=str(other)))
    assert server.password not in str(caught.value)


def test_the_systems_authorities_do_not_know_a_self_made_one(server: PostgresServer) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_CA_BUNDLE"):
        ask(server.url(), "SELECT 1", PostgresOptions(tls=True))


def test_a_certificate_for_another_host_is_refused(server: PostgresServer, bundle: str) -> None:
    url = server.url().replace("127.0.0.1", "localhost")
    with pytest.raises(ConfigurationError, match="use the host name that it certifies"):
        ask(url, "SELECT 1", PostgresOptions(ca_bundle=bundle))


def test_a_user_who_gets_in_by_tls_only_gets_in(server: PostgresServer, bundle: str) -> None:
    url = server.url().replace("//sunwi:", f"//{TLS_ONLY}:")
    assert ask(url, "SELECT current_user", PostgresOptions(ca_bundle=bundle)) == TLS_ONLY
    assert ask(url + "?sslmode=verify-full", "SELECT 1", PostgresOptions(ca_bundle=bundle)) == "1"
    with pytest.raises(ConfigurationError, match="takes nothing but TLS: set DATABASE_TLS=on"):
        ask(url, "SELECT 1")
    with pytest.raises(ConfigurationError, match="takes nothing but TLS"):
        ask(url + "?sslmode=disable", "SELECT 1", PostgresOptions(ca_bundle=bundle))


def test_a_server_that_refuses_tls_is_a_matter_of_settings(postgres_server: PostgresServer, bundle: str) -> None:
    for options in (PostgresOptions(tls=True), PostgresOptions(ca_bundle=bundle)):
        with pytest.raises(ConfigurationError, match=r"refuses TLS: .*DATABASE_CA_BUNDLE.*DATABASE_TLS=off"):
            ask(postgres_server.url(), "SELECT 1", options)
    assert ask(postgres_server.url(), "SELECT 1", PostgresOptions(tls=False, ca_bundle=bundle)) == "1"


@pytest.mark.parametrize("answer", [b"", b"E", b"S"])
def test_a_server_that_breaks_off_before_tls_is_asked_again_later(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def break_off() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(8)
                client.sendall(answer)

        thread = threading.Thread(target=break_off)
        thread.start()
        url = f"postgresql://user:secret@127.0.0.1:{listener.getsockname()[1]}/name"
        with pytest.raises(StoreUnavailable, match="Can't create a connection"):
            ask(url, "SELECT 1", PostgresOptions(tls=True))
        thread.join()

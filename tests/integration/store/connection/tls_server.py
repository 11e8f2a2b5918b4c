"""PostgreSQL with a certificate, as RDS has one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from infra.local.postgres import PostgresServer, running_postgres
from tests.integration.store.connection.authority import Authority

ADDRESS = "127.0.0.1"


@contextmanager
def running_tls_postgres(authority: Authority, host_rules: str, *, address: str = ADDRESS) -> Iterator[PostgresServer]:
    """Run a server that an authority has certified for its address alone, with a pg_hba.conf of its own."""
    with running_postgres(address) as server:
        certify(server, authority, address)
        execute(server, "ALTER SYSTEM SET ssl = on")
        (server.folder / "data" / "pg_hba.conf").write_text(host_rules)
        server.stop()
        server.start()
        yield server


def certify(server: PostgresServer, authority: Authority, address: str) -> None:
    """Install a certificate on the server; its own user must own the files."""
    data = server.folder / "data"
    owner = data.stat()
    for name, content in zip(("server.crt", "server.key"), authority.issue(address), strict=True):
        (data / name).write_bytes(content)
        (data / name).chmod(0o600)
        os.chown(data / name, owner.st_uid, owner.st_gid)


def execute(server: PostgresServer, *statements: str) -> None:
    """Execute statements as the server's superuser, in the clear, each by itself."""
    engine = create_engine(server.url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))

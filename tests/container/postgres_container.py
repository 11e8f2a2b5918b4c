"""A PostgreSQL server of the client's major version, in a container of Debian's own package."""

import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import URL

from infra.local.containers.images import docker, prepare_base
from infra.local.stack import wait_for
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.domain.backup import CLIENT_MAJOR

IMAGE = f"sunwi-test-postgres:{CLIENT_MAJOR}"
_DOCKERFILE = """
FROM {base}
RUN apt-get -qq update --error-on=any \\
    && apt-get -qq install --yes --no-install-recommends postgresql-{major} > /dev/null \\
    && rm -rf /var/lib/apt/lists/*
"""
_START = """
set -eu
PATH=/usr/lib/postgresql/{major}/bin:$PATH
mkdir -p /srv/data && chown postgres /srv/data
printf '%s' "$SERVER_PASSWORD" > /srv/password && chown postgres /srv/password
exec setpriv --reuid=postgres --regid=postgres --clear-groups sh -c "
    initdb -D /srv/data/db -U sunwi --pwfile=/srv/password -A scram-sha-256 -E UTF8 --locale=C --no-sync > /dev/null
    echo 'host all all all scram-sha-256' >> /srv/data/db/pg_hba.conf
    exec postgres -D /srv/data/db -c listen_addresses='*' -c fsync=off -c unix_socket_directories=''
"
"""


@dataclass(frozen=True)
class ServerContainer:
    """A running server; this machine reaches it, and so do containers on the engine's default network."""

    name: str
    address: str
    password: str = field(repr=False)

    def url(self, database: str = "postgres") -> str:
        url = URL.create(
            "postgresql", "sunwi", self.password, self.address, 5432, database, query={"sslmode": "disable"}
        )
        return url.render_as_string(hide_password=False)

    def execute(self, *statements: str) -> None:
        """Execute statements as the superuser, each by itself."""
        engine = create_store_engine(self.url())
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def join(self, network: str) -> str:
        """Join another network, and return the address there."""
        docker("network", "connect", network, self.name)
        form = f'{{{{(index .NetworkSettings.Networks "{network}").IPAddress}}}}'
        return docker("inspect", "--format", form, self.name).stdout.strip()


@contextmanager
def postgres_container() -> Iterator[ServerContainer]:
    """Run a new, empty server for the block; its image is built where it is not there yet."""
    _build()
    name, password = f"sunwi-test-{secrets.token_hex(6)}", secrets.token_hex(16)
    started = docker(
        *("run", "--detach", "--name", name, "--env", f"SERVER_PASSWORD={password}", IMAGE),
        *("sh", "-c", _START.format(major=CLIENT_MAJOR)),
    )
    assert started.returncode == 0, started.stderr
    try:
        address = docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", name).stdout.strip()
        server = ServerContainer(name, address, password)
        wait_for("answer of the server", lambda: _answers(server), timeout_seconds=60)
        yield server
    finally:
        docker("rm", "--force", "--volumes", name)


def _build() -> None:
    if docker("image", "inspect", IMAGE).returncode == 0:
        return
    text = _DOCKERFILE.format(base=prepare_base(), major=CLIENT_MAJOR)
    built = subprocess.run(  # noqa: S603 - our own words
        ["docker", "build", "--quiet", "--tag", IMAGE, "-"],  # noqa: S607
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr


def _answers(server: ServerContainer) -> bool:
    engine = create_store_engine(server.url())
    try:
        with engine.connect() as connection:
            return bool(connection.exec_driver_sql("SELECT 1").scalar_one() == 1)
    except Exception:  # noqa: BLE001 - whatever says that it is not there yet
        return False
    finally:
        engine.dispose()

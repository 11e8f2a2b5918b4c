"""A throw-away PostgreSQL server on loopback, for tests and the local stack."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from sunwi.errors import ConfigurationError

#: Where Debian and Ubuntu keep the server's programs, which are not on everybody's PATH.
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")

#: Who runs the server when root asks for it, which the server itself refuses to be.
_SERVER_USERS = ("postgres", "nobody")

_USER = "sunwi"

#: Data that is thrown away need not survive a power cut.
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "unix_socket_directories": "",
    "max_connections": "50",
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A running server.

    Attributes:
        port: On the address.
        programs: Folder of `pg_ctl` and its companions.
        folder: Holds all that the server writes.
    """

    port: int
    programs: Path
    folder: Path
    address: str = "127.0.0.1"
    password: str = field(repr=False)

    def url(self, database: str = "postgres") -> str:
        """Return a database's URL, password included."""
        return URL.create(
            "postgresql+pg8000",
            username=_USER,
            password=self.password,
            host=self.address,
            port=self.port,
            database=database,
        ).render_as_string(hide_password=False)

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Create a database as a copy of another that nobody is connected to, and give its URL."""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def start(self) -> None:
        """Start this server, again after a stop, and wait until it takes connections.

        Raises:
            ConfigurationError: It does not start; says why.
        """
        options = {**_OPTIONS, "listen_addresses": self.address, "port": str(self.port)}
        settings = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        self._control("start", "-l", "log", "-w", "-o", settings)

    def stop(self) -> None:
        """Stop this server at once; connections are cut. Stopping twice is no harm."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._control("stop", "-m", "immediate", "-w")

    def promote(self) -> None:
        """Let a standby take over, and wait until it writes."""
        self._control("promote", "-w")

    def _control(self, action: str, *options: str) -> None:
        _run([str(self.programs / "pg_ctl"), action, "-D", "data", *options], self.folder)

    def _execute(self, statement: str) -> None:
        engine = create_engine(self.url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def running_postgres(address: str = "127.0.0.1") -> Iterator[PostgresServer]:
    """Run a new, empty server for as long as the block lasts.

    Args:
        address: Of this machine, where the server listens; whoever is on the same network may log in.

    Yields:
        The server; its superuser is the only user, and everything is UTF-8.

    Raises:
        ConfigurationError: PostgreSQL is not installed, or it does not start; says why.
    """
    programs = find_programs()
    # Not below a caller's own folder: the server's user must be able to enter every folder above its data.
    folder = Path(tempfile.mkdtemp(prefix="sunwi-postgres-"))
    password = secrets.token_urlsafe(16)
    try:
        _initialise(programs, folder, password)
        port = _free_port(address)
        server = PostgresServer(port=port, programs=programs, folder=folder, password=password, address=address)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def running_standby(primary: PostgresServer) -> Iterator[PostgresServer]:
    """Run a hot standby that follows a server, for as long as the block lasts.

    Yields:
        The standby: it reads, and writes once it is promoted.

    Raises:
        ConfigurationError: It cannot be copied or does not start; says why.
    """
    folder = Path(tempfile.mkdtemp(prefix="sunwi-postgres-"))
    port = _free_port(primary.address)
    standby = PostgresServer(port=port, programs=primary.programs, folder=folder, password=primary.password)
    try:
        _hand_over(folder)
        source = f"host=127.0.0.1 port={primary.port} user={_USER} password={primary.password}"
        options = ("-D", "data", "-R", "-X", "stream", "-c", "fast", "--no-sync")
        _run([str(primary.programs / "pg_basebackup"), "-d", source, *options], folder)
        try:
            standby.start()
            yield standby
        finally:
            standby.stop()
    finally:
        shutil.rmtree(folder)


def find_programs() -> Path:
    """Find the folder of PostgreSQL's server programs: on PATH, else Debian's newest.

    Raises:
        ConfigurationError: There is none; says what to install.
    """
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    installed = sorted(DEBIAN_PROGRAMS.glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    raise ConfigurationError(
        f"PostgreSQL's server is not installed (no pg_ctl on PATH or in {DEBIAN_PROGRAMS}/*/bin): install it with "
        "apt-get install postgresql"
    )


def _initialise(programs: Path, folder: Path, password: str) -> None:
    """Make an empty database cluster whose superuser has that password."""
    (folder / "password").write_text(password)
    _hand_over(folder, folder / "password")
    options = f"-D data -U {_USER} --pwfile=password -A scram-sha-256 -E UTF8 --locale=C --no-sync --no-instructions"
    _run([str(programs / "initdb"), *options.split()], folder)
    with (folder / "data" / "pg_hba.conf").open("a") as rules:
        rules.write("host all all samenet scram-sha-256\n")


def _hand_over(*paths: Path) -> None:
    """Hand files over to the user that runs the server."""
    account = _server_account()
    if account is not None:
        for path in paths:
            os.chown(path, account.pw_uid, account.pw_gid)


def _run(command: Sequence[str], folder: Path) -> None:
    """Run one of the server's programs to its end, as a user that the server accepts."""
    account = _server_account()
    identity: dict[str, Any] = {}
    if account is not None:
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # A file, as the server inherits it: a pipe would stay open for as long as it runs.
    with (folder / "output").open("w+") as output:
        done = subprocess.run(
            command,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **identity,
        )
        output.seek(0)
        said = output.read()
    if done.returncode != 0:
        log = folder / "log"
        said += log.read_text() if log.exists() else ""
        raise ConfigurationError(f"PostgreSQL's {Path(command[0]).name} failed: {said.strip()[-1000:]}")


def _server_account() -> pwd.struct_passwd | None:
    """Return the account to run the server as; None means the caller's own."""
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    found = next((accounts[name] for name in _SERVER_USERS if name in accounts), None)
    if found is None:
        raise ConfigurationError(
            "PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as: add one, or run "
            "this as another user"
        )
    return found


def _free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
    return port

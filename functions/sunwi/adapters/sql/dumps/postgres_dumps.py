"""Dump and restore PostgreSQL by its own programs, nothing of it ever being on a disk of ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Thread

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from sunwi.adapters.process.program import Program, running_program
from sunwi.adapters.sql.connection.database_access import DatabaseAccess
from sunwi.adapters.sql.connection.engine import store_errors
from sunwi.adapters.sql.connection.migrations import schema_version
from sunwi.adapters.sql.connection.postgres_connection import sqlstate
from sunwi.adapters.sql.connection.read_only import READ_ONLY
from sunwi.adapters.sql.connection.server_version import database_name, server_major
from sunwi.adapters.sql.dumps.client_environment import client_environment, plain_environment
from sunwi.adapters.sql.dumps.client_programs import ClientPrograms
from sunwi.adapters.sql.dumps.program_errors import translate_failure
from sunwi.adapters.sql.dumps.program_streams import Collected, Feeder, ProgramOutput, Pump, commit, finish
from sunwi.domain.backup import Backend
from sunwi.domain.typed_text import quote
from sunwi.errors import ConfigurationError, Conflict, InvalidInput
from sunwi.service.ports.kept.backups import ByteStream, DatabaseNow, DumpContents, Dumps, OnBytes, RestoreTarget

#: Servers from here on know `transaction_timeout`.
_KNOWS_NEWER_SETTING = 17
_NO_SUCH_DATABASE = "3D000"
#: How often whoever waits for the rest to pass is asked whether to go on.
_JOIN_SECONDS = 1.0

#: Whatever somebody has made in a database: tables, views, sequences.
_RELATIONS = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
AND left(n.nspname, 8) <> 'pg_toast' AND left(n.nspname, 7) <> 'pg_temp'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresDumps(Dumps):
    """PostgreSQL's programs, on the database of an engine.

    Attributes:
        engine: Asked for versions.
        access: Tells the programs how to reach the server.
        find_programs: Finds them, when they are needed.
    """

    engine: Engine
    access: DatabaseAccess
    find_programs: Callable[[], ClientPrograms]

    @override
    def describe(self) -> DatabaseNow:
        programs, major = self.find_programs(), server_major(self.engine)
        if major is not None and major > programs.major:
            raise ConfigurationError(
                f"the server is PostgreSQL {major}, and the programs here are of {programs.major}, which dump no newer "
                "one: build the image with the programs of its version",
                code="dump_client_too_old",
                server=major,
                client=programs.major,
            )
        return DatabaseNow(
            backend=Backend.POSTGRESQL,
            database=database_name(self.engine),
            server_major=major,
            schema_revision=schema_version(self.engine).current,
        )

    @override
    @contextmanager
    def dump(self, on_bytes: OnBytes) -> Iterator[ByteStream]:
        url = self.access.url()
        password = self.access.password(url)
        environment = client_environment(url, self.access.options, password, only_reads=True)
        command = [self.find_programs().path("pg_dump"), "--format=custom", "--no-owner", "--no-password"]
        with running_program(command, environment, is_fed=False) as program:
            yield ProgramOutput(program, on_bytes, partial(translate_failure, "pg_dump", secret=password))

    @override
    def inspect(self, stream: ByteStream, on_bytes: OnBytes) -> DumpContents:
        command = [self.find_programs().path("pg_restore"), "--list"]
        feeder = Feeder(stream, on_bytes)
        with running_program(command, plain_environment(), is_fed=True) as program:
            listing = Collected(program)
            listener = program.beside(listing.collect)
            # It lists what the beginning says, and goes; the rest is read by whoever compares it.
            feeder.feed(program)
            finish(program, feeder.tick, partial(translate_failure, "pg_restore"))
            listener.join()
        return _contents(listing.data.decode(errors="replace"))

    @override
    def target(self, name: str) -> RestoreTarget:
        if name == database_name(self.engine):
            raise Conflict(
                f"the database {quote(name)} is the one in use: a backup is restored into another, empty one",
                code="restore_into_itself",
                into=name,
            )
        engine = self.access.engine_of(name)
        try:
            return _look_at(engine)
        except DBAPIError as error:
            if sqlstate(error.orig) == _NO_SUCH_DATABASE:
                raise InvalidInput(
                    f"the server has no database {quote(name)}: create it, owned by the login, and empty",
                    code="restore_without_database",
                    into=name,
                ) from error
            raise
        finally:
            engine.dispose()

    @override
    def restore(self, stream: ByteStream, name: str, on_bytes: OnBytes, *, approve: Callable[[], None]) -> None:
        programs, url = self.find_programs(), self.access.url().set(database=name)
        password = self.access.password(url)
        environment = client_environment(url, self.access.options, password, only_reads=False)
        read = [programs.path("pg_restore"), "--no-owner", "--no-privileges", "--file=-"]
        write = [programs.path("psql"), "--no-psqlrc", "-q", "--no-password"]
        write += ["--set=ON_ERROR_STOP=1", "--file=-"]
        feeder, is_old = Feeder(stream, on_bytes), self._is_older_than_setting()
        failed = partial(translate_failure, "psql", secret=password)
        with (
            running_program(read, plain_environment(), is_fed=True) as reader,
            running_program(write, environment, is_fed=True, is_read=False) as writer,
        ):
            pump = Pump(reader, writer, leaves_out_newer_setting=is_old)
            passing = reader.beside(pump.run)
            try:
                feeder.feed(reader)
                _wait_for(reader, passing, feeder)
            except Exception:
                feeder.tick()
                if pump.is_refused:
                    # What it refused has ended the other one, too.
                    finish(writer, feeder.tick, failed)
                raise
            finally:
                if passing.is_alive():
                    # Both, before a pipe is closed that is still written to.
                    writer.kill()
                    reader.kill()
                    passing.join()
            approve()
            commit(writer)
            finish(writer, feeder.tick, failed)

    def _is_older_than_setting(self) -> bool:
        major = server_major(self.engine)
        return major is not None and major < _KNOWS_NEWER_SETTING


def _wait_for(reader: Program, passing: Thread, feeder: Feeder) -> None:
    """Wait until a program that was fed everything has ended well, and all that it wrote was passed on."""
    finish(reader, feeder.tick, partial(translate_failure, "pg_restore"))
    while passing.is_alive():
        feeder.tick()
        passing.join(_JOIN_SECONDS)


def _look_at(engine: Engine) -> RestoreTarget:
    with store_errors(only_reads=True), engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        relations = connection.exec_driver_sql(_RELATIONS).scalar_one()
    return RestoreTarget(
        is_empty=relations == 0, server_major=server_major(engine), schema_revision=schema_version(engine).current
    )


def _contents(listing: str) -> DumpContents:
    """Count what `pg_restore --list` prints: `215; 1259 16389 TABLE public agency sunwi`."""
    entries = [line.partition("; ")[2].split() for line in listing.splitlines() if line and not line.startswith(";")]
    tables = [words for words in entries if words[2:3] == ["TABLE"] and words[3:4] not in (["DATA"], ["ATTACH"])]
    return DumpContents(tables=len(tables), entries=len(entries))

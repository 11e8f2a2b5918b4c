"""A dump by PostgreSQL's own programs brings everything back, or says clearly why it does not."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from infra.local.postgres import PostgresServer, running_postgres
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import schema_version, upgrade_schema
from sunwi.adapters.sql.dumps import postgres_dumps
from sunwi.adapters.sql.dumps.client_environment import client_environment
from sunwi.adapters.sql.dumps.client_programs import ClientPrograms
from sunwi.adapters.sql.dumps.postgres_dumps import PostgresDumps
from sunwi.domain.backup import Backend
from sunwi.errors import ConfigurationError, Conflict, InvalidInput, JobCancelled, Permanent, Retryable, SunwiError
from sunwi.service.ports.kept.backups import ByteStream
from tests.backup.database_sums import sums_of
from tests.backup.fill_database import fill, fill_with
from tests.integration.dumps.conftest import access_to, client_programs
from tests.integration.store.connection.authority import Authority
from tests.integration.store.connection.tls_server import ADDRESS, execute, running_tls_postgres

PIECE = 1 << 16


def on_bytes(_done: int) -> None:
    """Go on."""


def approve() -> None:
    """Keep it."""


def read_all(dumps: PostgresDumps, on_bytes: Callable[[int], None] = on_bytes) -> bytes:
    with dumps.dump(on_bytes) as stream:
        return b"".join(iter(lambda: stream.read(PIECE), b""))


def drain(stream: ByteStream) -> None:
    while stream.read(PIECE):
        pass


def test_everything_comes_back_in_another_database(
    dumps: PostgresDumps, postgres_engine: Engine, empty_database: str, restored_engine: Engine
) -> None:
    fill(postgres_engine)
    data = read_all(dumps)
    dumps.restore(BytesIO(data), empty_database, on_bytes, approve=approve)
    assert sums_of(restored_engine) == sums_of(postgres_engine)
    assert schema_version(restored_engine).is_current
    target = dumps.target(empty_database)
    assert (target.is_empty, target.schema_revision) == (False, schema_version(postgres_engine).current)
    with restored_engine.begin() as connection:
        # Sequences go on behind what is there.
        connection.execute(text("INSERT INTO agency (name, created_at) VALUES ('새봄', now())"))


def test_what_is_looked_at_before_is_the_database_and_its_versions(
    dumps: PostgresDumps, postgres_engine: Engine, programs: ClientPrograms
) -> None:
    found = dumps.describe()
    assert (found.backend, found.database) == (Backend.POSTGRESQL, "sunwi_test")
    assert found.schema_revision == schema_version(postgres_engine).current
    assert found.server_major == programs.major


def test_an_archive_says_what_is_in_it(dumps: PostgresDumps, postgres_engine: Engine) -> None:
    contents = dumps.inspect(BytesIO(read_all(dumps)), on_bytes)
    assert contents.tables == len(sums_of(postgres_engine))
    assert contents.entries > 3 * contents.tables


def test_an_archive_is_read_to_its_end_though_its_beginning_says_what_is_in_it(
    dumps: PostgresDumps, postgres_engine: Engine
) -> None:
    fill_with(postgres_engine, 2)
    stream = BytesIO(read_all(dumps))
    dumps.inspect(stream, on_bytes)
    assert stream.read() == b""


@pytest.mark.parametrize("data", [b"", b"<html>", b"PGDMP", b"\0" * 100_000])
def test_what_is_no_archive_is_refused(dumps: PostgresDumps, data: bytes) -> None:
    with pytest.raises(Permanent) as raised:
        dumps.inspect(BytesIO(data), on_bytes)
    assert raised.value.code == "dump_unreadable"


def test_a_dump_takes_no_notice_of_the_time_that_a_statement_has(
    dumps: PostgresDumps, postgres_engine: Engine, postgres_server: PostgresServer
) -> None:
    fill_with(postgres_engine, 1)
    execute(postgres_server, "ALTER DATABASE sunwi_test SET statement_timeout = '1ms'")
    assert read_all(dumps).startswith(b"PGDMP")


# ---------------------------------------------------------------- what a program is told, and by which way


@pytest.fixture
def told(tmp_path: Path) -> ClientPrograms:
    """Programs that print their arguments, and every variable that they have."""
    for name in ("pg_dump", "pg_restore", "psql"):
        script = tmp_path / name
        script.write_text('#!/bin/sh\necho "ARGUMENTS $0 $*"\nenv\n')
        script.chmod(0o755)
    return ClientPrograms(tmp_path)


def test_login_and_limits_are_told_by_the_environment_alone(
    dumps: PostgresDumps, told: ClientPrograms, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-aws")
    monkeypatch.setenv("DATABASE_URL", "of-settings")
    said = read_all(replace(dumps, find_programs=lambda: told)).decode()
    arguments = next(line for line in said.splitlines() if line.startswith("ARGUMENTS"))
    assert arguments.endswith("pg_dump --format=custom --no-owner --no-password")
    variables = dict(line.split("=", 1) for line in said.splitlines() if "=" in line and line != arguments)
    assert variables["PGPASSWORD"] == postgres_server.password
    assert postgres_server.password not in arguments
    assert (variables["PGDATABASE"], variables["PGSSLMODE"]) == ("sunwi_test", "disable")
    assert "-c statement_timeout=0" in variables["PGOPTIONS"]
    assert "-c default_transaction_read_only=on" in variables["PGOPTIONS"]
    assert not {"AWS_SECRET_ACCESS_KEY", "DATABASE_URL"} & set(variables)


def test_a_token_takes_the_place_of_a_password_and_tls_is_verified() -> None:
    url = make_url("postgresql://app@db.example:5433/sunwi")
    access = replace(access_to(str(url), tls=True, ca_bundle="/ca.pem"), login_token=lambda _url: "token-of-15-minutes")
    environment = client_environment(url, access.options, access.password(url), only_reads=False)
    assert environment["PGPASSWORD"] == "token-of-15-minutes"
    assert (environment["PGSSLMODE"], environment["PGSSLROOTCERT"]) == ("verify-full", "/ca.pem")
    assert "read_only" not in environment["PGOPTIONS"]
    public = client_environment(url, replace(access.options, ca_bundle=None), "", only_reads=True)
    assert public["PGSSLROOTCERT"] == "system"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("Authority of the database")


def test_a_server_is_dumped_by_tls_if_its_authority_is_the_one_that_is_trusted(
    authority: Authority, programs: ClientPrograms, tmp_path: Path
) -> None:
    good, other = tmp_path / "good.pem", tmp_path / "other.pem"
    good.write_bytes(authority.certificate())
    other.write_bytes(Authority("another").certificate())
    with running_tls_postgres(authority, "hostssl all all all scram-sha-256\n", address=ADDRESS) as server:
        engine = access_to(server.url(), ca_bundle=str(good), tls=True).create_engine()
        trusting, doubting = (
            PostgresDumps(
                engine=engine,
                access=access_to(server.url(), ca_bundle=str(bundle), tls=True),
                find_programs=lambda: programs,
            )
            for bundle in (good, other)
        )
        assert read_all(trusting).startswith(b"PGDMP")
        with pytest.raises(ConfigurationError) as raised:
            read_all(doubting)
        assert raised.value.code == "dump_certificate_unverified"
        engine.dispose()


# ---------------------------------------------------------------- what goes wrong with a dump


def test_a_newer_server_is_refused_before_anything_is_dumped(
    dumps: PostgresDumps, programs: ClientPrograms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_dumps, "server_major", lambda _engine: 18)
    with pytest.raises(
        ConfigurationError, match=f"PostgreSQL 18, and the programs here are of {programs.major}"
    ) as raised:
        dumps.describe()
    assert raised.value.code == "dump_client_too_old"


def test_a_wrong_password_is_said_and_not_shown(dumps: PostgresDumps, postgres_url: str) -> None:
    wrong = make_url(postgres_url).set(password="hunter2-of-yesterday")  # noqa: S106 - a made-up one
    with pytest.raises(Retryable) as raised:
        read_all(replace(dumps, access=access_to(wrong.render_as_string(hide_password=False))))
    assert raised.value.code == "dump_login_refused"
    assert "hunter2" not in f"{raised.value} {raised.value.fields}"
    assert client_programs() == []


def test_a_login_that_may_not_read_everything_is_said(
    dumps: PostgresDumps, postgres_engine: Engine, postgres_url: str
) -> None:
    with postgres_engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS reader"))
        connection.execute(text("CREATE ROLE reader LOGIN PASSWORD 'reader'"))
    url = make_url(postgres_url).set(username="reader", password="reader")  # noqa: S106 - a made-up one
    with pytest.raises(ConfigurationError) as raised:
        read_all(replace(dumps, access=access_to(url.render_as_string(hide_password=False))))
    assert raised.value.code == "dump_forbidden"


def test_a_program_that_is_killed_half_way_ends_no_stream_well(dumps: PostgresDumps, postgres_engine: Engine) -> None:
    fill_with(postgres_engine, 8)
    with dumps.dump(on_bytes) as stream:
        assert stream.read(PIECE)
        [program] = client_programs()
        program.send_signal(signal.SIGKILL)
        with pytest.raises(Retryable) as raised:
            drain(stream)
    assert raised.value.code == "dump_program_killed"
    assert client_programs() == []


def test_a_cancel_that_has_killed_the_program_is_the_reason_that_is_said(
    dumps: PostgresDumps, postgres_engine: Engine
) -> None:
    fill_with(postgres_engine, 8)
    is_cancelled = False

    def stop(_done: int) -> None:
        if is_cancelled:
            raise JobCancelled("somebody asked to stop")

    with dumps.dump(stop) as stream:
        stream.read(PIECE)
        is_cancelled = True
        os.kill(client_programs()[0].pid, signal.SIGKILL)
        with pytest.raises(JobCancelled):
            stream.read(1 << 30)
    assert client_programs() == []


def test_leaving_in_the_middle_leaves_no_program_behind(dumps: PostgresDumps, postgres_engine: Engine) -> None:
    fill_with(postgres_engine, 8)
    with dumps.dump(on_bytes) as stream:
        stream.read(PIECE)
        assert len(client_programs()) == 1
    assert client_programs() == []


def test_a_server_that_goes_away_half_way_ends_no_stream_well(programs: ClientPrograms) -> None:
    with running_postgres() as server:
        engine = create_store_engine(server.create_database("sunwi"))
        upgrade_schema(engine)
        fill_with(engine, 16)
        dumps = PostgresDumps(engine=engine, access=access_to(server.url("sunwi")), find_programs=lambda: programs)
        with dumps.dump(on_bytes) as stream:
            stream.read(PIECE)
            engine.dispose()
            server.stop()
            with pytest.raises(Retryable) as raised:
                drain(stream)
        assert raised.value.code == "dump_server_away"


def test_no_server_at_all_is_said(dumps: PostgresDumps) -> None:
    with pytest.raises(Retryable) as raised:
        read_all(replace(dumps, access=access_to("postgresql://sunwi:x@127.0.0.1:1/sunwi")))
    assert raised.value.code == "dump_server_away"


def test_programs_that_are_not_there_are_missed_by_name(dumps: PostgresDumps, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        replace(dumps, find_programs=lambda: ClientPrograms(tmp_path)).describe()
    assert raised.value.code == "client_programs_missing"


# ---------------------------------------------------------------- what goes wrong with a restore


@pytest.fixture
def archive(dumps: PostgresDumps, postgres_engine: Engine) -> bytes:
    fill(postgres_engine)
    fill_with(postgres_engine, 6)
    return read_all(dumps)


class Breaking(BytesIO):
    """A stream that breaks off."""

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if self.tell() > 1_500_000:
            raise Retryable("the bucket has broken off")
        return piece


def refuse() -> None:
    raise Permanent("it is not what was stored")


@pytest.mark.parametrize("fault", ["refused at the end", "breaks off", "cut", "changed in the middle", "cancelled"])
def test_nothing_is_kept_of_a_restore_that_does_not_end_well(
    dumps: PostgresDumps, archive: bytes, empty_database: str, fault: str
) -> None:
    streams: dict[str, BytesIO] = {
        "breaks off": Breaking(archive),
        "cut": BytesIO(archive[: len(archive) // 2]),
        "changed in the middle": BytesIO(archive[:1_000_000] + b"\0" * 5000 + archive[1_005_000:]),
    }

    def cancel(done: int) -> None:
        if fault == "cancelled" and done > 1_000_000:
            raise JobCancelled("somebody asked to stop")

    with pytest.raises(SunwiError):
        dumps.restore(
            streams.get(fault, BytesIO(archive)),
            empty_database,
            cancel,
            approve=refuse if fault == "refused at the end" else approve,
        )
    assert dumps.target(empty_database).is_empty
    assert client_programs() == []


def test_nothing_is_kept_when_we_are_killed_before_the_end(
    dumps: PostgresDumps, archive: bytes, empty_database: str, restored_engine: Engine
) -> None:
    """The server is fed by a program that lives on, and sees the end of its input."""
    child = os.fork()
    if not child:
        try:
            dumps.engine.dispose(close=False)
            dumps.restore(BytesIO(archive), empty_database, on_bytes, approve=kill_this_process)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    left = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()")
    for _ in range(600):
        with restored_engine.connect() as connection:
            if not connection.execute(left, {"name": empty_database}).scalar_one():
                break
        sleep(0.05)
    assert dumps.target(empty_database).is_empty


def kill_this_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_the_database_refuses_is_said_and_nothing_of_the_rest_is_kept(
    dumps: PostgresDumps, archive: bytes, empty_database: str, restored_engine: Engine
) -> None:
    with restored_engine.begin() as connection:
        connection.execute(text("CREATE TABLE tracking (id int)"))
    with pytest.raises(Retryable) as raised:
        dumps.restore(BytesIO(archive), empty_database, on_bytes, approve=approve)
    assert "already exists" in str(raised.value)
    assert list(sums_of(restored_engine)) == ["tracking"]


def test_a_target_must_be_there_and_another_one(dumps: PostgresDumps, empty_database: str) -> None:
    target = dumps.target(empty_database)
    assert (target.is_empty, target.schema_revision) == (True, None)
    with pytest.raises(Conflict) as same:
        dumps.target("sunwi_test")
    with pytest.raises(InvalidInput) as missing:
        dumps.target("nowhere")
    assert (same.value.code, missing.value.code) == ("restore_into_itself", "restore_without_database")


def test_a_setting_that_older_servers_refuse_is_left_out_for_them_alone(
    dumps: PostgresDumps, empty_database: str, tmp_path: Path, programs: ClientPrograms, restored_engine: Engine
) -> None:
    """As programs of 17 write it on a server of 15 or 16."""
    script = tmp_path / "pg_restore"
    script.write_text(
        "#!/bin/sh\ncat > /dev/null\nprintf 'SET statement_timeout = 0;\\nSET transaction_timeout = 0;\\n"
        "CREATE TABLE alembic_version (version_num text);\\n'\n"
    )
    script.chmod(0o755)
    (tmp_path / "psql").symlink_to(programs.folder / "psql")
    (tmp_path / "pg_dump").symlink_to(programs.folder / "pg_dump")
    newer = replace(dumps, find_programs=lambda: ClientPrograms(tmp_path))
    newer.restore(BytesIO(b"anything"), empty_database, on_bytes, approve=approve)
    assert list(sums_of(restored_engine)) == ["alembic_version"]

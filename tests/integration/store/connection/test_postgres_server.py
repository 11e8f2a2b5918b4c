import os
import pwd
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError

from infra.local import postgres
from infra.local.postgres import PostgresServer, find_programs, running_postgres
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.errors import ConfigurationError


def ask(server: PostgresServer, statement: str) -> str:
    engine = create_store_engine(server.url())
    with engine.connect() as connection:
        answer = str(connection.execute(text(statement)).scalar_one())
    engine.dispose()
    return answer


def process_of(server: PostgresServer) -> Path:
    pid = (server.folder / "data" / "postmaster.pid").read_text().splitlines()[0]
    return Path("/proc") / pid


def test_a_server_listens_on_loopback_only_and_speaks_utf_8(postgres_server: PostgresServer) -> None:
    assert ask(postgres_server, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(postgres_server, "SHOW server_encoding") == "UTF8"
    assert ask(postgres_server, "SHOW fsync") == "off"


def test_a_server_never_runs_as_root(postgres_server: PostgresServer) -> None:
    owner = process_of(postgres_server).stat().st_uid
    assert owner != 0
    assert owner == os.geteuid() or pwd.getpwuid(owner).pw_name in {"postgres", "nobody"}


def test_a_stopped_server_leaves_nothing_and_stops_no_other(postgres_server: PostgresServer) -> None:
    with running_postgres() as server:
        assert ask(server, "SELECT 1") == "1"
        assert server.port != postgres_server.port
        server.stop()
        with pytest.raises(InterfaceError, match="Can't create a connection"):
            ask(server, "SELECT 1")
    assert not server.folder.exists()
    assert ask(postgres_server, "SELECT 1") == "1"


def test_a_server_is_stopped_when_its_user_fails() -> None:
    found: list[PostgresServer] = []

    def fail_inside() -> None:
        with running_postgres() as server:
            found.append(server)
            raise KeyError

    with pytest.raises(KeyError):
        fail_inside()
    assert not found[0].folder.exists()


def test_the_password_is_not_shown(postgres_server: PostgresServer) -> None:
    assert postgres_server.password not in repr(postgres_server)


def test_a_machine_without_postgresql_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "DEBIAN_PROGRAMS", tmp_path)
    with pytest.raises(ConfigurationError, match="apt-get install postgresql"):
        find_programs()


def test_the_newest_of_debians_versions_is_found_where_it_keeps_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "DEBIAN_PROGRAMS", tmp_path)
    for version in ("9", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "pg_ctl").touch()
    assert find_programs() == tmp_path / "17" / "bin"


def test_a_server_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres._OPTIONS, "shared_buffers", "nonsense")  # noqa: SLF001 - a setting that it refuses
    with pytest.raises(ConfigurationError, match=r"(?s)pg_ctl failed.*shared_buffers"), running_postgres():
        pass


def test_the_database_programs_see_no_secrets(monkeypatch: pytest.MonkeyPatch, postgres_server: PostgresServer) -> None:
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def watch(*_: object, **more: object) -> object:
        environment = more["env"]
        assert isinstance(environment, dict)
        seen.append(environment)
        return run(["true"], check=False, stdout=subprocess.DEVNULL)

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr("infra.local.postgres.subprocess.run", watch)
    postgres_server.stop()
    assert seen
    assert all("secret" not in str(environment) for environment in seen)

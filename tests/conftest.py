"""Databases for tests: each test gets a migrated one of its own."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from sqlalchemy import Engine

from infra.local.postgres import PostgresServer, find_programs, running_postgres
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.errors import ConfigurationError
from tests.databases.reused_database import ReusedDatabase

# Two busy cores make single examples slow without anything being wrong.
settings.register_profile("sunwi", deadline=None, max_examples=60)
settings.load_profile("sunwi")

_TEMPLATE = "migrated"

pytest_plugins = ["tests.workers"]


def pytest_configure() -> None:
    """Have tracebacks in logs printed as they are: drawn with all variables they take longer than most tests."""
    for processor in structlog.get_config()["processors"]:
        if isinstance(processor, structlog.dev.ConsoleRenderer):
            processor.exception_formatter = structlog.dev.plain_traceback


@pytest.fixture(autouse=True)
def _logs_of_its_own() -> Iterator[None]:
    """A test that configures logging does not leave its closed output to the next one."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("migrated") / "sunwi.db"
    engine = create_store_engine(f"sqlite:///{path}")
    upgrade_schema(engine)
    engine.dispose()  # what is in its log would not be copied
    return path


@pytest.fixture
def sqlite_engine(migrated_sqlite_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """A migrated SQLite database of the test's own."""
    path = tmp_path / "sunwi.db"
    shutil.copy(migrated_sqlite_file, path)
    engine = create_store_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server with a migrated database to copy from."""
    try:
        find_programs()
    except ConfigurationError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    with running_postgres() as server:
        engine = create_store_engine(server.create_database(_TEMPLATE))
        upgrade_schema(engine)
        engine.dispose()
        yield server


@pytest.fixture(scope="session")
def reused_database(postgres_server: PostgresServer) -> ReusedDatabase:
    """A migrated PostgreSQL database that one test after another borrows."""
    return ReusedDatabase(postgres_server, "sunwi_test", _TEMPLATE)


@pytest.fixture
def postgres_url(reused_database: ReusedDatabase) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database of the test's own."""
    yield reused_database.lend()
    reused_database.take_back()


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    """A migrated PostgreSQL database of the test's own."""
    engine = create_store_engine(postgres_url)
    yield engine
    engine.dispose()

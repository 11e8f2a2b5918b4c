"""Nights on PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from tests.injection import Injection
from tests.night import Night


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep tracebacks from being drawn for people, which takes longer than the tests."""
    with capture_logs():
        yield


@pytest.fixture
def night(postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Night:
    """A night that nobody has tracked anything for yet."""
    night = Night(SqlStore(postgres_engine))
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", night.read_page)
    return night


@pytest.fixture
def open_store(postgres_url: str) -> Iterator[Callable[[], SqlStore]]:
    """Opens the night's database as another function would: on a connection of its own."""
    engines: list[Engine] = []

    def open_one() -> SqlStore:
        engines.append(create_store_engine(postgres_url))
        return SqlStore(engines[-1])

    yield open_one
    for engine in engines:
        engine.dispose()


@pytest.fixture
def injection(open_store: Callable[[], SqlStore]) -> Injection:
    """Puts faults into the night's database."""
    return Injection(open_store().engine)

"""Accounts on both databases."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from tests.accounts.account_world import AccountWorld


@pytest.fixture
def world(store: SqlStore) -> AccountWorld:
    """Nobody has been invited yet."""
    return AccountWorld(store)


@pytest.fixture
def another(engine: Engine, world: AccountWorld) -> Iterator[Callable[[], AccountWorld]]:
    """The same accounts by another process's connections."""
    engines: list[Engine] = []

    def open_one() -> AccountWorld:
        engines.append(create_store_engine(engine.url.render_as_string(hide_password=False)))
        return AccountWorld(SqlStore(engines[-1]), world.clock, world.identities)

    yield open_one
    for one in engines:
        one.dispose()

"""The tables of requests come, and go with what is in them."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect

from sunwi.adapters.sql.connection.migrations import MIGRATIONS, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.request_claim import RequestKey
from tests.examples import NIGHT

TABLES = {"web_request", "file_link", "access_failure"}
REQUEST = RequestKey(owner="account:a", key="key-1", fingerprint="f" * 64)


@pytest.mark.usefixtures("engine")
def test_going_back_takes_the_tables_away_and_forward_again_brings_empty_ones(engine: Engine) -> None:
    store = SqlStore(engine)
    with store.begin() as tx:
        assert tx.requests.add(REQUEST, at=NIGHT)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0022")
    assert TABLES.isdisjoint(inspect(engine).get_table_names())
    assert upgrade_schema(engine).is_current
    assert set(inspect(engine).get_table_names()) >= TABLES
    with store.begin() as tx:
        assert tx.requests.add(REQUEST, at=NIGHT)

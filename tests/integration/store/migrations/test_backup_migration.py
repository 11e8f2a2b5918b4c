"""The table of backups comes, and goes with what is in it."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect

from sunwi.adapters.sql.connection.migrations import MIGRATIONS, SqlSchema, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from tests.backup.backup_examples import record_of


def test_going_back_takes_the_backups_away_and_forward_again_brings_an_empty_table(engine: Engine) -> None:
    store = SqlStore(engine)
    with store.begin() as tx:
        tx.backups.record(record_of())
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0019")
    assert "backup" not in inspect(engine).get_table_names()
    assert upgrade_schema(engine).is_current
    with store.begin() as tx:
        assert tx.backups.list(10) == []
        tx.backups.record(record_of())
        assert list(tx.backups.list(10)) == [record_of()]


@pytest.mark.parametrize(("revision", "is_known"), [("0020", True), ("0001", True), ("9999", False)])
def test_a_release_knows_its_own_revisions(revision: str, *, is_known: bool) -> None:
    assert SqlSchema.knows(revision) is is_known

"""Days that were there before evaluation count as judged; those that come are not; and it goes back without loss."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import MIGRATIONS, SqlSchema, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.evaluation import DayKey
from tests.evaluation.evaluation_world import EvaluationWorld
from tests.integration.store.migrations.test_counts_migration import DAY, FILL

#: The last revision that knows nothing of evaluation.
BEFORE = "0018"
TABLES = {"evaluation_event", "client_thresholds", "evaluation_digest"}


@pytest.fixture(params=["sqlite", "postgresql"])
def old_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of before, with thirty days of a tracking."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database("old")
        url = server.create_database("old")
    engine = create_store_engine(url)
    SqlSchema(engine).upgrade(BEFORE)
    with engine.begin() as connection:
        for statement in FILL:
            connection.execute(text(statement))
        for number in range(1, 31):
            connection.execute(text(DAY), {"day": f"2026-01-{number:02}"})
    yield engine
    engine.dispose()


def downgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)


def test_nobody_is_told_of_the_days_before(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    world = EvaluationWorld(SqlStore(old_engine), first=date(2026, 1, 30))
    world.clock.at = world.start_of(1)
    assert world.evaluate()["judged"] == 0
    assert world.events() == []


def test_what_is_saved_since_is_judged_whoever_saves_it(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    with old_engine.begin() as connection:
        connection.execute(text(DAY), {"day": "2026-01-31"})
    with SqlStore(old_engine).read() as tx:
        found = tx.evaluation.next_unjudged(None, until=date(2026, 2, 1), limit=100)
    assert found == [DayKey(date(2026, 1, 31), 1)]


def test_a_day_of_before_that_changes_is_judged(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    store = SqlStore(old_engine)
    with store.begin() as tx:
        row = tx.ledger.get(1, date(2026, 1, 7))
        assert row is not None
        tx.ledger.update(row)
    with store.read() as tx:
        assert tx.evaluation.count_unjudged(until=date(2026, 2, 1)) == 1


def test_going_back_and_forward_again_keeps_every_day_and_judges_none_of_them(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    downgrade(old_engine)
    inspector = inspect(old_engine)
    assert TABLES.isdisjoint(inspector.get_table_names())
    assert not {"version", "evaluated_version"} & {one["name"] for one in inspector.get_columns("rank_history")}
    assert upgrade_schema(old_engine).is_current
    with SqlStore(old_engine).read() as tx:
        assert len(tx.ledger.history(1)) == 30
        assert tx.evaluation.count_unjudged(until=date(2026, 2, 1)) == 0

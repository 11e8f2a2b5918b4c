"""The schema with requests and indexed foreign keys, and back, with everything that was stored before."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import MIGRATIONS, SqlSchema, upgrade_schema
from sunwi.adapters.sql.store import SqlStore

BEFORE = "0008"
ADDED = {
    "run": {"ix_run_request"},
    "observation": {"ix_observation_fetched", "ix_observation_reading"},
    "rank_history": {"ix_rank_history_observation", "ix_rank_history_unjudged"},
    "correction": {"ix_correction_reading"},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def old_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of the release before, with a run."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('old') / 'old.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database("old")
        url = server.create_database("old")
    engine = create_store_engine(url)
    SqlSchema(engine).upgrade(BEFORE)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO run (id, kind, status, business_date, started_at, deadline, expected, generation) VALUES "
                "('manual-20260102-010000-0a1b2c3d', 'MANUAL', 'CLOSED', '2026-01-02', '2026-01-01 16:00:00', "
                "'2026-01-01 17:00:00', 7, 0)"
            )
        )
    yield engine
    engine.dispose()


def indexes(engine: Engine) -> dict[str, set[str | None]]:
    return {table: {index["name"] for index in inspect(engine).get_indexes(table)} for table in ADDED}


def downgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)


def test_the_schema_goes_up_and_down_again_and_nothing_is_lost(old_engine: Engine) -> None:
    before = indexes(old_engine)
    assert upgrade_schema(old_engine).is_current
    after = indexes(old_engine)
    assert {table: after[table] - before[table] for table in ADDED} == ADDED
    with SqlStore(old_engine).read() as tx:
        run = tx.runs.get("manual-20260102-010000-0a1b2c3d")
    assert run is not None
    assert (run.expected, run.request_id) == (7, None)
    downgrade(old_engine)
    assert indexes(old_engine) == before
    with old_engine.connect() as connection:
        assert connection.execute(text("SELECT id, expected FROM run")).all() == [
            ("manual-20260102-010000-0a1b2c3d", 7)
        ]
    assert "request_id" not in {column["name"] for column in inspect(old_engine).get_columns("run")}
    assert upgrade_schema(old_engine).is_current

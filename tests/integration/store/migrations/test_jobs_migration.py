"""The tables of jobs come, with a pool that can be locked; they go; and the release before notices neither."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from sunwi.adapters.sql.connection.migrations import MIGRATIONS, upgrade_schema
from sunwi.adapters.sql.store import SqlStore, stored_pace
from sunwi.domain.job import JobState
from tests.examples import NIGHT
from tests.jobs.job_examples import ended, ending, new_job, read_job, stored

TABLES = {"job", "job_attempt", "job_request", "job_hour", "worker", "worker_pool", "pool_change"}
#: What the release before writes of a site's pace.
BEFORE = "INSERT INTO site_pace (site, next_at) VALUES ('naver', 5) ON CONFLICT (site) DO UPDATE SET next_at = 7"


def downgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0016")


def test_going_back_takes_the_jobs_away_and_forward_again_brings_an_empty_line(engine: Engine) -> None:
    store = SqlStore(engine)
    stored(store, new_job())
    ended(store, ending(JobState.FAILED))
    with stored_pace(store) as pace:
        pace.hold_until("naver", NIGHT)
    downgrade(engine)
    inspector = inspect(engine)
    assert TABLES.isdisjoint(inspector.get_table_names())
    assert {column["name"] for column in inspector.get_columns("site_pace")} == {"site", "next_at"}
    assert upgrade_schema(engine).is_current
    with store.begin() as tx:
        assert tx.jobs.get("job-1") is None
        assert tx.job_queue.lock_pool().workers == 1
        state = tx.pace.get("naver")
    assert (state.next_at, state.loads_since_job) == (NIGHT, 0)
    stored(store, new_job())
    assert read_job(store) == new_job()


def test_the_release_before_keeps_its_pace_on_the_new_table(engine: Engine) -> None:
    with engine.begin() as connection:
        for _ in range(2):
            connection.execute(text(BEFORE))
        assert connection.execute(text("SELECT site, next_at FROM site_pace")).all() == [("naver", 7)]


@pytest.mark.parametrize("statement", ["DELETE FROM job", "UPDATE job SET agency_id = 99"])
def test_keys_hold_jobs_attempts_and_agencies_together(engine: Engine, statement: str) -> None:
    store = SqlStore(engine)
    stored(store, new_job())
    ended(store, ending(JobState.SUCCEEDED))
    with pytest.raises(Exception, match=r"(?i)foreign key"), engine.begin() as connection:
        connection.execute(text(statement))

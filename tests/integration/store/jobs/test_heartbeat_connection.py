"""A worker's heartbeat has a connection of its own, so that it is heard while its runner writes."""

from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job_signs import Heard
from tests.jobs.job_examples import new_job, running, stored, worker_of


def test_a_heartbeat_is_heard_while_the_runner_saves(postgres_engine: Engine) -> None:
    store = SqlStore(postgres_engine)
    stored(store, new_job())
    key = running(store)
    with store.begin() as tx:
        tx.job_attempts.save_checkpoint(key, {"page": 2})
        with store.begin() as beside:
            assert beside.job_attempts.hear(key, worker_of(key)) == Heard(is_mine=True)

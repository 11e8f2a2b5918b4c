"""One admission by a pool that has one free worker: milliseconds and statements, by how many jobs wait."""

from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import Engine, text
from structlog.testing import capture_logs
from typing_extensions import override

from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.works import WORKS
from sunwi.domain.job import JobKey, JobState
from sunwi.domain.work import Place
from sunwi.service.jobs.admit_jobs import AdmitJobs
from sunwi.service.ports.job_engine import Execution, ExecutionStatus, JobExecutions
from sunwi.testing import ManualClock
from tests.examples import HOUR, NIGHT
from tests.monitored_jobs import end, new_job, new_worker, start
from tests.statement_counts import counting

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

TURNS = 50


class NoExecutions(JobExecutions):
    """Starts nothing."""

    @override
    def start(self, key: JobKey, place: Place) -> None:
        """Nothing."""

    @override
    def describe(self, key: JobKey) -> Execution:
        return Execution(ExecutionStatus.MISSING)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_an_admission_takes_as_many_statements_and_about_as_long_however_many_wait(
    database: str, request: pytest.FixtureRequest
) -> None:
    engine: Engine = request.getfixturevalue("sqlite_engine" if database == "sqlite" else "postgres_engine")
    store = SqlStore(engine)
    admit_jobs = AdmitJobs(
        store=store, executions=NoExecutions(), works=WORKS, clock=ManualClock(NIGHT), site_pause=timedelta(seconds=2)
    )
    with store.begin() as tx:
        pool = tx.job_queue.lock_pool()
        tx.job_queue.save_pool(replace(pool, workers=1, changed_at=NIGHT), before=pool)
    found, stored = {}, 0
    for waiting in (100, 10_000, 100_000):
        for first in range(stored, waiting + TURNS, 10_000):
            last = min(first + 10_000, waiting + TURNS)
            with store.begin() as tx:
                tx.jobs.add([new_job(number, at=NIGHT - HOUR, work="bulk_action") for number in range(first, last)])
        stored = waiting + TURNS
        if database == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE job"))
        seconds, statements = [], set()
        for _ in range(TURNS):
            with counting(engine) as counts, capture_logs():
                began = perf_counter()
                (admitted,) = admit_jobs.admit()
                seconds.append(perf_counter() - began)
            statements.add(counts.statements.total())
            with store.begin() as tx:
                start(tx, admitted.key, new_worker(1), at=NIGHT)
                end(tx, admitted.key, JobState.SUCCEEDED, at=NIGHT)
        found[waiting] = median(seconds)
        print(f"{database:10} {waiting:>7,} waiting: {1000 * median(seconds):6.1f} ms, {statements} statements")
        assert len(statements) == 1
    assert found[100_000] < 5 * found[100] + 0.05

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import JobState
from sunwi.domain.job_health import FAILING_LEAST
from sunwi.domain.job_priority import Priority
from sunwi.domain.worker_pool import Paused
from sunwi.service.jobs.publish_job_figures import PublishJobFigures
from sunwi.testing import InMemoryMetrics, ManualClock
from tests.examples import HOUR, NIGHT
from tests.monitored_jobs import admit, end, new_job, new_worker, start

MINUTE = timedelta(minutes=1)


@dataclass
class Figures:
    """The figures of one store."""

    store: SqlStore
    clock: ManualClock = field(default_factory=lambda: ManualClock(NIGHT))

    def publish(self) -> dict[str, float]:
        metrics = InMemoryMetrics()
        PublishJobFigures(store=self.store, metrics=metrics, clock=self.clock).publish()
        assert {surface for surface, _, _ in metrics.published} == {""}
        return {name: value for _, name, value in metrics.published}

    def ticked_at(self) -> datetime | None:
        with self.store.read() as tx:
            return tx.job_queue.pool().ticked_at


@pytest.fixture
def figures(sqlite_engine: Engine) -> Figures:
    return Figures(SqlStore(sqlite_engine))


def fail(store: SqlStore, number: int, *, succeed: int = 0) -> None:
    """End so many jobs, the first few of them well."""
    with store.begin() as tx:
        for index in range(number):
            job = new_job(index, at=NIGHT - MINUTE)
            tx.jobs.add([job])
            (key,) = admit(tx, job, at=NIGHT - MINUTE)
            start(tx, key, new_worker(1), at=NIGHT - MINUTE)
            state = JobState.SUCCEEDED if index < succeed else JobState.FAILED
            end(tx, key, state, at=NIGHT, code="" if state is JobState.SUCCEEDED else "crash")


def test_an_idle_pool_ticks_and_has_no_failure_rate(figures: Figures) -> None:
    assert figures.publish() == {
        "TenderTicks": 1,
        "JobsOldestCriticalSeconds": 0,
        "JobsWaiting": 0,
        "JobsBusy": 0,
        "PoolWorkers": 1,
        "PoolAtMaximum": 0,
        "PoolPaused": 0,
    }


def test_figures_are_of_what_waits_and_runs_now(figures: Figures) -> None:
    jobs = [new_job(number, at=NIGHT - 5 * MINUTE) for number in (1, 2, 3)]
    jobs.append(new_job(4, at=NIGHT - 20 * MINUTE, priority=Priority.CRITICAL))
    jobs.append(new_job(5, at=NIGHT - HOUR, priority=Priority.CRITICAL, not_before=NIGHT + HOUR))
    with figures.store.begin() as tx:
        tx.jobs.add(jobs)
        admit(tx, jobs[0], at=NIGHT)
        pool = tx.job_queue.lock_pool()
        tx.job_queue.save_pool(replace(pool, workers=3, most=3, paused=Paused.ALL, changed_at=NIGHT), before=pool)
    found = figures.publish()
    assert (found["JobsWaiting"], found["JobsBusy"], found["PoolWorkers"]) == (3, 1, 3)
    assert (found["JobsOldestCriticalSeconds"], found["PoolAtMaximum"], found["PoolPaused"]) == (1200, 1, 1)


def test_a_failure_rate_needs_enough_jobs(figures: Figures) -> None:
    fail(figures.store, FAILING_LEAST - 1)
    assert "JobsFailureRate" not in figures.publish()


def test_a_failure_rate_is_the_share_of_the_jobs_of_the_last_hour(figures: Figures) -> None:
    fail(figures.store, FAILING_LEAST, succeed=FAILING_LEAST - 4)
    assert figures.publish()["JobsFailureRate"] == 4 / FAILING_LEAST
    figures.clock.advance(hours=2)
    assert "JobsFailureRate" not in figures.publish()


def test_each_tick_is_recorded_but_those_that_follow_at_once(figures: Figures) -> None:
    figures.publish()
    figures.clock.advance(seconds=5)
    figures.publish()
    assert figures.ticked_at() == NIGHT
    figures.clock.advance(minutes=1)
    figures.publish()
    assert figures.ticked_at() == NIGHT + MINUTE + timedelta(seconds=5)

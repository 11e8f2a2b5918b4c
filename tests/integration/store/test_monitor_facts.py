"""What the monitor, the figures and the watchdog ask of the tables of jobs, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.job import JobState
from sunwi.domain.job_priority import Priority
from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.worker_pool import Paused
from sunwi.service.jobs.monitor_jobs import Monitor
from sunwi.service.jobs.publish_job_figures import PublishJobFigures
from sunwi.testing import InMemoryMetrics, ManualClock
from tests.examples import HOUR, NIGHT, new_run, place_tracking
from tests.monitored_jobs import admit, end, new_job, new_worker, start
from tests.statement_counts import counting

MINUTE = timedelta(minutes=1)


def test_a_job_waits_since_it_was_ready_or_since_it_may_be_admitted_and_not_before(store: SqlStore) -> None:
    ready = NIGHT - HOUR
    with store.begin() as tx:
        tx.jobs.add(
            [
                new_job(1, at=ready),
                new_job(2, at=ready - HOUR, not_before=NIGHT - MINUTE),
                new_job(3, at=ready - HOUR, not_before=NIGHT + MINUTE),
                new_job(4, at=ready, priority=Priority.CRITICAL, not_before=NIGHT + MINUTE),
                new_job(5, at=ready, priority=Priority.LOW, not_before=NIGHT),
            ]
        )
    with store.read() as tx:
        assert tx.job_history.oldest_waiting(NIGHT) == {Priority.NORMAL: ready, Priority.LOW: NIGHT}


def test_the_oldest_queued_message_of_each_queue_is_that_of_an_open_runs_queued_task(store: SqlStore) -> None:
    scheduled = new_run()
    by_hand = new_run("manual-20260102-0100-00000000", kind=RunKind.MANUAL)
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in (1, 2, 3)], at=NIGHT - HOUR)
        tx.runs.add(scheduled, None)
        tx.runs.add(by_hand, [1, 2])
        tx.tasks.mark_sent(scheduled.id, [1], at=NIGHT - 3 * MINUTE)
        tx.tasks.mark_sent(scheduled.id, [2], at=NIGHT - MINUTE)
        tx.tasks.mark_sent(by_hand.id, [1, 2], at=NIGHT - 2 * MINUTE)
        task = tx.tasks.lock(scheduled.id, 1)
        assert task is not None
        tx.tasks.set_state(task, TaskState.SUCCEEDED)
    with store.read() as tx:
        assert tx.watch.oldest_queued() == {"crawl": NIGHT - MINUTE, "express": NIGHT - 2 * MINUTE}


@pytest.mark.parametrize(("paused", "expected"), [(Paused.NOBODY, 9), (Paused.ALL, 10)])
def test_the_monitor_and_the_figures_need_as_many_statements_however_many_jobs_there_were(
    *, store: SqlStore, engine: Engine, paused: Paused, expected: int
) -> None:
    monitor = Monitor(store=store, clock=ManualClock(NIGHT), queues=None, max_pending=10_000)
    figures = PublishJobFigures(store=store, metrics=InMemoryMetrics(), clock=ManualClock(NIGHT))
    counts = []
    for number in (0, 60):
        with store.begin() as tx:
            pool = tx.job_queue.lock_pool()
            tx.job_queue.save_pool(replace(pool, workers=10, paused=paused, changed_at=NIGHT), before=pool)
            for index in range(number):
                job = new_job(index, at=NIGHT - HOUR)
                tx.jobs.add([job])
                (key,) = admit(tx, job, at=NIGHT - HOUR)
                start(tx, key, new_worker(index), at=NIGHT - HOUR)
                end(tx, key, JobState.SUCCEEDED, at=NIGHT, seconds=index)
        with counting(engine) as watched:
            view = monitor.show(SYSTEM)
        with counting(engine) as published:
            figures.publish()
        assert view.total.ended == number
        counts.append((watched.statements.total(), published.statements.total()))
    assert counts == [(expected, 6), (expected, 6)]

"""The watchdog notices what nobody would tell of jobs."""

from dataclasses import replace

from sunwi.domain.job import JobState
from sunwi.domain.watch import ProblemKind
from sunwi.domain.worker_pool import Paused
from tests.examples import HOUR
from tests.monitored_jobs import admit, end, new_job, new_worker, start
from tests.night import Night
from tests.unit.service.watchdog.test_watch_day import Watchdog


def test_a_silent_tender_and_a_forgotten_pause_are_raised_and_the_pause_again_each_day(night: Night) -> None:
    watchdog = Watchdog(night)
    now = night.clock.now()
    with night.sql.begin() as tx:
        tx.jobs.add([new_job(1, at=now)])
        tx.job_queue.record_tick(now - HOUR)
        pool = tx.job_queue.lock_pool()
        paused = replace(pool, paused=Paused.PEOPLE, changed_at=now - 25 * HOUR, reason="paused", changed_by="cli:kim")
        tx.job_queue.save_pool(paused, before=pool)
    watchdog.check()
    assert sorted(watchdog.raised()) == [ProblemKind.POOL_PAUSED, ProblemKind.TICK_SILENT]
    watchdog.check()
    assert len(watchdog.raised()) == 2
    with night.sql.begin() as tx:
        tx.job_queue.record_tick(now + 24 * HOUR)
    night.clock.advance(hours=24)
    watchdog.check()
    assert watchdog.raised()[2:] == [ProblemKind.POOL_PAUSED]
    assert ProblemKind.TICK_SILENT not in {found.problem.kind for found in watchdog.open()}


def test_a_job_that_keeps_a_worker_without_going_on_is_raised_until_it_ends(night: Night) -> None:
    watchdog = Watchdog(night)
    now = night.clock.now()
    job = new_job(1, at=now - HOUR)
    with night.sql.begin() as tx:
        tx.jobs.add([job])
        tx.job_queue.record_tick(now)
        (key,) = admit(tx, job, at=now - HOUR)
        start(tx, key, new_worker(1), at=now - HOUR)
    watchdog.check()
    assert watchdog.raised() == [ProblemKind.JOB_STUCK]
    with night.sql.begin() as tx:
        end(tx, key, JobState.FAILED, at=now, code="crash")
    assert watchdog.check().left == 0

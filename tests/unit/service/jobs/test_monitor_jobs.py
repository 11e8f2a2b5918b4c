"""What is seen of jobs at one instant, after a morning's work on a SQLite file."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from typing_extensions import override

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.job import JobKey, JobState
from sunwi.domain.job_figures import JobCause, start_of_hour
from sunwi.domain.job_health import HealthCode, HealthLevel, QueueFigures
from sunwi.domain.job_monitor import MONITOR_HOURS
from sunwi.domain.job_priority import Priority
from sunwi.domain.worker_pool import Paused
from sunwi.errors import Forbidden
from sunwi.service.jobs.monitor_jobs import Monitor
from sunwi.service.ports.health import QueueDepths
from sunwi.testing import ManualClock
from sunwi.wording.error_words import error_words
from tests.examples import HOUR, NIGHT, new_run, place_tracking
from tests.monitored_jobs import admit, end, new_job, new_worker, start

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
CRAWL = QueueFigures(name="crawl", waiting=2, in_flight=1, dead=0)
EXPRESS = QueueFigures(name="express", waiting=0, in_flight=0, dead=0)


@dataclass
class FakeDepths(QueueDepths):
    """Queues as a test says."""

    found: list[QueueFigures] = field(default_factory=lambda: [CRAWL, EXPRESS])

    @override
    def figures(self) -> list[QueueFigures]:
        return self.found


@pytest.fixture
def store(sqlite_engine: Engine) -> SqlStore:
    return SqlStore(sqlite_engine)


def monitor(store: SqlStore, *, queues: QueueDepths | None = None, max_pending: int = 100) -> Monitor:
    return Monitor(store=store, clock=ManualClock(NIGHT), queues=queues, max_pending=max_pending)


def tick(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.job_queue.record_tick(NIGHT - MINUTE)


@pytest.mark.parametrize("role", [Role.AGENCY, Role.ADVERTISER])
def test_only_who_sees_everything_watches_the_jobs_of_all(store: SqlStore, role: Role) -> None:
    with pytest.raises(Forbidden) as caught:
        monitor(store).show(Actor(owner="account-1", role=role, agency_id=1))
    assert caught.value.code == "monitor_forbidden"
    assert error_words(caught.value).endswith("권한으로는 작업 현황을 볼 수 없습니다")


def test_a_pool_that_was_never_used_is_healthy_and_empty(store: SqlStore) -> None:
    view = monitor(store).show(SYSTEM)
    assert (view.health.level, view.pending, view.busy, view.fill_percent) == (HealthLevel.HEALTHY, 0, 0, 0)
    assert (view.pool.workers, list(view.changes), list(view.workers)) == (1, [], [])
    assert len(view.hours) == MONITOR_HOURS
    assert view.hours[-1].hour == start_of_hour(NIGHT)
    assert view.total.ended == 0


def test_workers_show_the_jobs_that_they_run_and_for_how_long(store: SqlStore) -> None:
    running, ended = new_job(1), new_job(2)
    with store.begin() as tx:
        tx.jobs.add([running, ended])
        first, second = admit(tx, running, ended, at=NIGHT - 5 * MINUTE)
        start(tx, first, new_worker(1), at=NIGHT - 4 * MINUTE)
        start(tx, second, new_worker(2), at=NIGHT - 4 * MINUTE)
        end(tx, second, JobState.SUCCEEDED, at=NIGHT - MINUTE, seconds=180)
    busy, idle = monitor(store).show(SYSTEM).workers
    assert busy.job is not None
    assert (busy.worker.id, busy.job.id, busy.job_seconds) == ("worker-1", running.id, 240)
    assert (idle.worker.id, idle.job, idle.job_seconds) == ("worker-2", None, None)


def test_what_waits_is_counted_by_kind_state_and_priority(store: SqlStore) -> None:
    tick(store)
    jobs = [
        new_job(1, at=NIGHT - HOUR, priority=Priority.LOW),
        new_job(2, at=NIGHT - 3 * MINUTE, priority=Priority.LOW, work="bulk_action"),
        new_job(3, at=NIGHT - 2 * MINUTE, priority=Priority.CRITICAL),
        new_job(4, at=NIGHT - HOUR, priority=Priority.CRITICAL, not_before=NIGHT + HOUR),
        new_job(5, at=NIGHT - HOUR),
    ]
    with store.begin() as tx:
        tx.jobs.add(jobs)
        admit(tx, jobs[4], at=NIGHT - MINUTE)
    view = monitor(store).show(SYSTEM)
    assert view.open_jobs == {
        ("lookup", JobState.PENDING): 3,
        ("bulk_action", JobState.PENDING): 1,
        ("lookup", JobState.QUEUED): 1,
    }
    assert (view.pending, view.waiting, view.busy, view.fill_percent) == (4, 3, 1, 4)
    assert view.waiting_seconds == {Priority.LOW: 3600, Priority.CRITICAL: 120}
    assert view.health.level is HealthLevel.HEALTHY


def test_figures_hours_kinds_and_causes_are_those_of_the_last_48_hours(store: SqlStore) -> None:
    ends = [
        ("lookup", JobState.SUCCEEDED, 10.0, "", NIGHT - 2 * HOUR),
        ("lookup", JobState.SUCCEEDED, 20.0, "", NIGHT - MINUTE),
        ("bulk_action", JobState.FAILED, 1.0, "count_moved", NIGHT - MINUTE),
        ("lookup", JobState.FAILED, 1.0, "crash", NIGHT - 49 * HOUR),
    ]
    with store.begin() as tx:
        for number, (work, state, seconds, code, at) in enumerate(ends):
            job = new_job(number, at=at - MINUTE, work=work)
            tx.jobs.add([job])
            (key,) = admit(tx, job, at=at - MINUTE)
            start(tx, key, new_worker(1), at=at - MINUTE)
            end(tx, key, state, at=at, seconds=seconds, code=code)
    view = monitor(store).show(SYSTEM)
    assert (view.total.succeeded, view.total.failed, view.total.mean_seconds) == (2, 1, 15)
    assert [view.works[work].ended for work in ("bulk_action", "lookup")] == [1, 2]
    assert list(view.causes) == [JobCause(work="bulk_action", code="count_moved", count=1)]
    ended = {one.hour: one.figures.ended for one in view.hours if one.figures.ended}
    assert ended == {start_of_hour(NIGHT - 2 * HOUR): 1, start_of_hour(NIGHT - MINUTE): 2}


def test_queues_say_how_long_their_oldest_message_waits_by_the_tables(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(1), place_tracking(2)], at=NIGHT - HOUR)
        tx.runs.add(new_run(), None)
        tx.tasks.mark_sent(new_run().id, [1], at=NIGHT - 90 * SECOND)
    crawl, express = monitor(store, queues=FakeDepths()).show(SYSTEM).queues
    assert crawl == replace(CRAWL, oldest_seconds=90)
    assert express == EXPRESS


def test_a_queue_with_dead_letters_is_a_reason_and_health_alone_says_the_same(store: SqlStore) -> None:
    watch = monitor(store, queues=FakeDepths([replace(CRAWL, dead=3)]))
    assert watch.health() == watch.show(SYSTEM).health
    assert [reason.code for reason in watch.health().reasons] == [HealthCode.QUEUE_HAS_DEAD]


def test_failures_of_the_hour_before_count_as_the_last_hours_and_older_ones_do_not(store: SqlStore) -> None:
    tick(store)
    for hours, level in ((2, HealthLevel.HEALTHY), (1, HealthLevel.CRITICAL)):
        at = start_of_hour(NIGHT) - hours * HOUR
        with store.begin() as tx:
            for number in range(10):
                job = new_job(100 * hours + number, at=at)
                tx.jobs.add([job])
                (key,) = admit(tx, job, at=at)
                start(tx, key, new_worker(1), at=at)
                end(tx, key, JobState.FAILED, at=at + MINUTE, code="crash")
        assert monitor(store).show(SYSTEM).health.level is level


def test_a_pause_says_since_when_though_the_pool_has_changed_since(store: SqlStore) -> None:
    tick(store)
    with store.begin() as tx:
        pool = tx.job_queue.lock_pool()
        paused = replace(pool, paused=Paused.PEOPLE, changed_at=NIGHT - 2 * HOUR, reason="paused", changed_by="cli:kim")
        tx.job_queue.save_pool(paused, before=pool)
        grown = replace(paused, workers=4, changed_at=NIGHT - MINUTE, reason="many_waiting", changed_by="cli:kim")
        tx.job_queue.save_pool(grown, before=paused)
    view = monitor(store).show(SYSTEM)
    (reason,) = view.health.reasons
    assert (reason.code, reason.fields["seconds"]) == (HealthCode.PAUSED_PEOPLE, 7200)
    assert [change.reason for change in view.changes] == ["many_waiting", "paused"]


def test_a_job_whose_worker_is_gone_for_long_is_stuck(store: SqlStore) -> None:
    tick(store)
    job = new_job(1, at=NIGHT - HOUR)
    with store.begin() as tx:
        tx.jobs.add([job])
        (key,) = admit(tx, job, at=NIGHT - 14 * MINUTE)
        start(tx, key, new_worker(1), at=NIGHT - 14 * MINUTE)
    (reason,) = monitor(store).show(SYSTEM).health.reasons
    assert (reason.code, reason.fields) == (HealthCode.JOBS_STUCK, {"count": 1, "job_id": JobKey(job.id, 1).job_id})
